/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fair mailboxes: an account for each client that sends.
 */
#ifndef IPCCHAN_FAIR_H
#define IPCCHAN_FAIR_H

#include "mailbox/drr.h"

struct ipcchan_mailbox_sender;
struct ipcchan_sending;

/**
 * DOC: Accounts
 *
 * A fair mailbox shares turns and room among clients, not among descriptors:
 * all that were opened through one session have one account, however many they
 * are and whichever process holds them.
 *
 * ======= ================================== ================================
 * account entered by                         left by
 * ======= ================================== ================================
 * open    a description with SEND is opened  the last of its client is closed
 * left    that, with messages still there    the last of them is received or
 *                                            dropped: the account ends; or
 *                                            the client opens one again
 * ======= ================================== ================================
 *
 * Memory for an account is allocated before the lock is taken and freed after
 * it is dropped: it comes and goes with the port, or goes with the message that
 * was the last to need it.
 *
 * Who waits for room is asked in the order of arrival, each client by the first
 * of its calls:
 *
 * - its message is admitted: it is the next;
 * - it has messages there and more than its share, or as much: it is passed
 *   over, for it waits for its own messages to be received;
 * - it has none there, but the room is not enough: nobody behind it goes first,
 *   nor does anybody who comes now, or small messages of others could keep a
 *   long one waiting for ever.
 */

/**
 * struct ipcchan_account - what a fair mailbox keeps of one client
 * @drr: its messages, its turns and its room
 * @node: among the accounts of the mailbox, by client id
 * @waiting_node: among those that wait, by the arrival of their first call;
 *	linked to itself while none waits
 * @waiting: its calls that wait for room, in the order of arrival
 * @client: whose it is; immutable
 * @sent: messages accepted
 * @longest_wait_ns: the longest time from the send of a message to its take
 * @ports: its open descriptions with SEND
 * @nr_waiting: calls in @waiting
 */
struct ipcchan_account {
	struct ipcchan_drr_sender drr;
	struct list_head node;
	struct list_head waiting_node;
	struct list_head waiting;
	u64 client;
	u64 sent;
	u64 longest_wait_ns;
	u32 ports;
	u32 nr_waiting;
};

/**
 * struct ipcchan_fair - what a mailbox has that is fair; under the flow's lock
 * @drr: the order of its messages
 * @accounts: by client id
 * @waiting: accounts with calls that wait, by the arrival of the first of them
 * @nr_accounts: how many accounts there are
 * @arrivals: calls that have waited so far
 */
struct ipcchan_fair {
	struct ipcchan_drr drr;
	struct list_head accounts;
	struct list_head waiting;
	u32 nr_accounts;
	u64 arrivals;
};

void ipcchan_fair_init(struct ipcchan_fair *fair);
void ipcchan_account_init(struct ipcchan_account *account, u64 client);

struct ipcchan_account *ipcchan_fair_find(struct ipcchan_fair *fair,
					  u64 client);
void ipcchan_fair_add(struct ipcchan_fair *fair,
		      struct ipcchan_account *account);
struct ipcchan_account *ipcchan_fair_try_end(struct ipcchan_fair *fair,
					     struct ipcchan_account *account);

void ipcchan_fair_wait(struct ipcchan_fair *fair,
		       struct ipcchan_account *account,
		       struct ipcchan_sending *s);
void ipcchan_fair_unwait(struct ipcchan_fair *fair,
			 struct ipcchan_account *account,
			 struct ipcchan_sending *s);
struct ipcchan_sending *ipcchan_fair_next(const struct ipcchan_fair *fair);
bool ipcchan_fair_admits(const struct ipcchan_fair *fair,
			 const struct ipcchan_account *account, u32 size);

u32 ipcchan_fair_list(const struct ipcchan_fair *fair, u64 after,
		      struct ipcchan_mailbox_sender *entries, u32 max);

#endif /* IPCCHAN_FAIR_H */
