// SPDX-License-Identifier: GPL-2.0
/*
 * Fair mailboxes: an account for each client that sends.
 */
#include "mailbox/fair.h"
#include "mailbox/flow.h"
#include "mailbox/message.h"

/**
 * ipcchan_fair_init() - begin without any account
 * @fair: zeroed, but for its order
 */
void ipcchan_fair_init(struct ipcchan_fair *fair)
{
	INIT_LIST_HEAD(&fair->accounts);
	INIT_LIST_HEAD(&fair->waiting);
}

/**
 * ipcchan_account_init() - make an account of no mailbox
 * @account: zeroed
 * @client: whose
 */
void ipcchan_account_init(struct ipcchan_account *account, u64 client)
{
	ipcchan_drr_sender_init(&account->drr);
	INIT_LIST_HEAD(&account->node);
	INIT_LIST_HEAD(&account->waiting_node);
	INIT_LIST_HEAD(&account->waiting);
	account->client = client;
}

/* The last account with an id not above @client, or NULL. */
static struct ipcchan_account *find_place(struct ipcchan_fair *fair, u64 client)
{
	struct ipcchan_account *account;

	/* Ids rise, so the youngest are the likeliest. */
	list_for_each_entry_reverse(account, &fair->accounts, node)
		if (account->client <= client)
			return account;
	return NULL;
}

/**
 * ipcchan_fair_find() - the account of a client
 * @fair: of the mailbox
 * @client: client id
 *
 * Return: the account, or NULL if there is none.
 */
struct ipcchan_account *ipcchan_fair_find(struct ipcchan_fair *fair, u64 client)
{
	struct ipcchan_account *account = find_place(fair, client);

	return account && account->client == client ? account : NULL;
}

/**
 * ipcchan_fair_add() - one more client
 * @fair: of the mailbox
 * @account: of a client that has none there
 */
void ipcchan_fair_add(struct ipcchan_fair *fair,
		      struct ipcchan_account *account)
{
	struct ipcchan_account *before = find_place(fair, account->client);

	list_add(&account->node, before ? &before->node : &fair->accounts);
	fair->nr_accounts++;
}

/**
 * ipcchan_fair_try_end() - end an account, if nothing keeps it any more
 * @fair: of the mailbox
 * @account: one of its accounts
 *
 * Return: the account, for the caller to free; or NULL if it stays.
 */
struct ipcchan_account *ipcchan_fair_try_end(struct ipcchan_fair *fair,
					     struct ipcchan_account *account)
{
	if (account->ports || account->drr.used)
		return NULL;
	list_del_init(&account->node);
	fair->nr_accounts--;
	ipcchan_drr_sender_deinit(&account->drr);
	return account;
}

static const struct ipcchan_sending *
first_call(const struct ipcchan_account *account)
{
	return list_first_entry(&account->waiting, struct ipcchan_sending,
				turn);
}

/* Puts an account with waiting calls behind those whose first came before. */
static void queue_account(struct ipcchan_fair *fair,
			  struct ipcchan_account *account)
{
	u64 arrival = first_call(account)->arrival;
	struct ipcchan_account *before;

	list_for_each_entry_reverse(before, &fair->waiting, waiting_node) {
		if (first_call(before)->arrival < arrival) {
			list_add(&account->waiting_node, &before->waiting_node);
			return;
		}
	}
	list_add(&account->waiting_node, &fair->waiting);
}

/**
 * ipcchan_fair_wait() - a call begins to wait for room
 * @fair: of the mailbox
 * @account: of its client
 * @s: the call
 */
void ipcchan_fair_wait(struct ipcchan_fair *fair,
		       struct ipcchan_account *account,
		       struct ipcchan_sending *s)
{
	s->arrival = ++fair->arrivals;
	list_add_tail(&s->turn, &account->waiting);
	if (!account->nr_waiting++)
		queue_account(fair, account);
}

/**
 * ipcchan_fair_unwait() - a call waits no longer
 * @fair: of the mailbox
 * @account: of its client
 * @s: the call
 */
void ipcchan_fair_unwait(struct ipcchan_fair *fair,
			 struct ipcchan_account *account,
			 struct ipcchan_sending *s)
{
	list_del_init(&s->turn);
	list_del_init(&account->waiting_node);
	if (--account->nr_waiting)
		queue_account(fair, account);
}

/**
 * ipcchan_fair_next() - the waiting call whose message is accepted next
 * @fair: of the mailbox
 *
 * Return: the call, or NULL if none of the messages is admitted.
 */
struct ipcchan_sending *ipcchan_fair_next(const struct ipcchan_fair *fair)
{
	const struct ipcchan_account *account;

	list_for_each_entry(account, &fair->waiting, waiting_node) {
		struct ipcchan_sending *s =
			list_first_entry(&account->waiting,
					 struct ipcchan_sending, turn);
		const struct ipcchan_msg *msg =
			list_first_entry(&s->messages, struct ipcchan_msg,
					 entry.node);

		if (ipcchan_drr_admits(&fair->drr, &account->drr,
				       msg->entry.size))
			return s;
		if (!account->drr.used)
			return NULL;
	}
	return NULL;
}

/* Does a client wait that has nothing there yet? */
static bool has_destitute(const struct ipcchan_fair *fair)
{
	const struct ipcchan_account *account;

	list_for_each_entry(account, &fair->waiting, waiting_node)
		if (!account->drr.used)
			return true;
	return false;
}

/**
 * ipcchan_fair_admits() - would a message of a new call be admitted now?
 * @fair: of the mailbox
 * @account: of the client that would send it
 * @size: bytes of the message
 *
 * Return: true if so.
 */
bool ipcchan_fair_admits(const struct ipcchan_fair *fair,
			 const struct ipcchan_account *account, u32 size)
{
	return !account->nr_waiting &&
	       ipcchan_drr_admits(&fair->drr, &account->drr, size) &&
	       !has_destitute(fair);
}

static void describe(const struct ipcchan_account *account,
		     struct ipcchan_mailbox_sender *out)
{
	*out = (struct ipcchan_mailbox_sender) {
		.client = account->client,
		.queued = account->drr.queued,
		.waiting = account->nr_waiting,
		.bytes = account->drr.bytes,
		.sent = account->sent,
		.longest_wait_ns = account->longest_wait_ns,
		.longest_wait_messages = account->drr.longest_wait,
		.bypasses = account->drr.bypasses,
	};
}

/**
 * ipcchan_fair_list() - describe accounts, by client id
 * @fair: of the mailbox
 * @after: those behind this id
 * @entries: to fill
 * @max: how many at most
 *
 * Return: how many were filled.
 */
u32 ipcchan_fair_list(const struct ipcchan_fair *fair, u64 after,
		      struct ipcchan_mailbox_sender *entries, u32 max)
{
	const struct ipcchan_account *account;
	u32 nr = 0;

	list_for_each_entry(account, &fair->accounts, node) {
		if (nr == max)
			break;
		if (account->client > after)
			describe(account, &entries[nr++]);
	}
	return nr;
}
