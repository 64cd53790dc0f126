/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Boxes: mailboxes, with what all parts of the demo do to them.
 */
#ifndef DEMO_BOX_H
#define DEMO_BOX_H

#include <ipcchan.h>

/**
 * DOC: Boxes
 *
 * Nothing in the demo is ordered by time. Who has to act after another looks at
 * the state of a mailbox until the other is known to sleep there, and gives up
 * when that takes too long: something hangs then.
 */

/* In which all that is awaited happens, also on a busy machine. */
#define PATIENCE	IPCCHAN_SECONDS(60)

/**
 * box_open - create a mailbox
 * @session: that creates it
 * @name: of it, or NULL
 * @rights: IPCCHAN_RIGHT_* bits of the descriptor
 * @options: how; CREATE is added
 *
 * Return: the mailbox; what fails ends the demo, as in all of these.
 */
struct ipcchan_mailbox *box_open(struct ipcchan *session, const char *name,
				 uint32_t rights,
				 struct ipcchan_mailbox_options options);

/** box_new - create an anonymous mailbox of @capacity, with all rights */
struct ipcchan_mailbox *box_new(struct ipcchan *session, uint32_t capacity);

/** box_restrict - another descriptor of @box, with only one of its rights */
struct ipcchan_mailbox *box_restrict(struct ipcchan_mailbox *box,
				     uint32_t right);

/** box_kill - end a mailbox for all who use it, and close it */
void box_kill(struct ipcchan_mailbox *box);

struct ipcchan_mailbox_info box_info(struct ipcchan_mailbox *box);

/** box_send - send @data, with a type; no longer than there is patience */
void box_send(struct ipcchan_mailbox *box, uint32_t type, const void *data,
	      size_t size);

/** box_receive - receive into @data; no longer than there is patience */
struct ipcchan_message box_receive(struct ipcchan_mailbox *box, void *data,
				   size_t size);

/** box_await_receivers - look until @nr calls sleep for a message */
void box_await_receivers(struct ipcchan_mailbox *box, uint32_t nr);

/** look_again - come back after a moment, for another look before a deadline */
void look_again(uint64_t deadline_ns);

#endif /* DEMO_BOX_H */
