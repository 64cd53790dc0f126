/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Told: what the events of observe/trace.h are made of.
 */
#ifndef IPCCHAN_TOLD_H
#define IPCCHAN_TOLD_H

#include <linux/jump_label.h>
#include <linux/types.h>

/**
 * DOC: What is told to tracers
 *
 * The layers above fill one of these structures when an event is traced, and
 * only then; this folder knows nothing of what they were filled from. What is
 * told are numbers that user space has as well: ids, lengths, results. Never
 * the bytes of a message, which are none of a tracer's business, and never an
 * address of the kernel.
 */

/**
 * struct ipcchan_told_call - an ioctl and what came of it
 * @object: id of the object that it was made on; 0: /dev/ipcchan
 * @client: client id of the session behind the descriptor
 * @begun_ns: CLOCK_MONOTONIC time when it began
 * @kind: IPCCHAN_KIND_* of the object; 0: /dev/ipcchan
 * @size: bytes of the structure, as user space knows it
 * @result: what user space gets: a number, a descriptor, or -errno
 */
struct ipcchan_told_call {
	u64 object;
	u64 client;
	u64 begun_ns;
	u32 kind;
	u32 size;
	long result;
};

/**
 * struct ipcchan_told_message - a message to which something happens
 * @mailbox: id of the mailbox
 * @client: client id of who does it; 0: nobody in particular
 * @sender: client id of who sent the message
 * @sequence: of the message
 * @type: likewise
 * @priority: likewise
 * @size: bytes of it
 * @nr_fds: descriptors in it
 * @depth: messages stored, afterwards
 * @held: messages that receivers hold, afterwards
 */
struct ipcchan_told_message {
	u64 mailbox;
	u64 client;
	u64 sender;
	u64 sequence;
	u32 type;
	u32 priority;
	u32 size;
	u32 nr_fds;
	u32 depth;
	u32 held;
};

/**
 * struct ipcchan_told_state - a mailbox where somebody comes, waits or goes
 * @mailbox: its id
 * @client: client id of who does; 0: nobody in particular
 * @rights: IPCCHAN_RIGHT_* of the description
 * @depth: messages stored
 * @held: messages that receivers hold
 * @senders: descriptions with SEND
 * @receivers: descriptions with RECEIVE
 * @waiting_senders: calls that wait to send
 * @waiting_receivers: calls that wait to receive
 */
struct ipcchan_told_state {
	u64 mailbox;
	u64 client;
	u32 rights;
	u32 depth;
	u32 held;
	u32 senders;
	u32 receivers;
	u32 waiting_senders;
	u32 waiting_receivers;
};

/**
 * struct ipcchan_told_wake - the end of a wait in a mailbox
 * @mailbox: its id
 * @client: client id of who waited
 * @since_ns: CLOCK_MONOTONIC time when it began to
 * @nr: messages that the call has sent, or got
 * @result: 0, or why the call ends without the others, -errno
 */
struct ipcchan_told_wake {
	u64 mailbox;
	u64 client;
	u64 since_ns;
	u32 nr;
	int result;
};

/**
 * struct ipcchan_told_request - a call to which something happens
 * @mailbox: id of the mailbox where the request is, or was; 0: in none
 * @client: client id of the caller
 * @sequence: of the request in the mailbox
 * @since_ns: CLOCK_MONOTONIC time when the call began
 * @server: client id of who holds the request; 0: nobody does
 * @outcome: done: 0, or -errno
 */
struct ipcchan_told_request {
	u64 mailbox;
	u64 client;
	u64 sequence;
	u64 since_ns;
	u64 server;
	int outcome;
};

/* Is any event of an ioctl traced? */
DECLARE_STATIC_KEY_FALSE(ipcchan_calls_traced);

int ipcchan_calls_trace(void);
void ipcchan_calls_untrace(void);

#endif /* IPCCHAN_TOLD_H */
