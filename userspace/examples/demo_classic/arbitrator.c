// SPDX-License-Identifier: GPL-2.0
/*
 * An arbitrator for the dining philosophers: who is hungry calls it, and is answered
 * when both forks are there; who is done sends it a message. Nobody is answered before
 * a hungry neighbour who has eaten less, so all get the same.
 */
#include <unistd.h>

#include "check.h"
#include "process.h"
#include "table.h"

/**
 * struct ledger - what the arbitrator knows of each seat
 * @tokens: of the call of who is hungry, or 0
 * @meals: that it had
 * @eats: it has its forks
 */
struct ledger {
	uint64_t tokens[SEATS];
	int meals[SEATS];
	bool eats[SEATS];
};

static bool is_in_way(const struct ledger *ledger, int seat, int neighbour)
{
	return ledger->eats[neighbour] ||
	       (ledger->tokens[neighbour] &&
		ledger->meals[neighbour] < ledger->meals[seat]);
}

static void answer_all(const struct table *table, struct ledger *ledger)
{
	struct ipcchan_message reply;

	for (int i = 0; i < SEATS; i++) {
		if (!ledger->tokens[i] ||
		    is_in_way(ledger, i, (i + 1) % SEATS) ||
		    is_in_way(ledger, i, (i + SEATS - 1) % SEATS))
			continue;
		ipcchan_message_set(&reply, "", 0);
		reply.token = ledger->tokens[i];
		require(ipcchan_mailbox_reply(table->arbitrator, &reply,
					      sizeof(reply)), "reply");
		ledger->tokens[i] = 0;
		ledger->eats[i] = true;
	}
}

static void arbitrate(const struct table *table)
{
	struct ipcchan_receive_options options = IPCCHAN_RECEIVE_OPTIONS;
	struct ledger ledger = { 0 };
	struct ipcchan_message message;
	int meals = 0;
	int seat;

	while (meals < SEATS * MEALS) {
		options.deadline_ns = ipcchan_deadline_in(PATIENCE);
		ipcchan_message_set(&message, &seat, sizeof(seat));
		require(ipcchan_mailbox_receive_batch(table->arbitrator,
						      &message, 1,
						      sizeof(message),
						      &options), "receive");
		ledger.tokens[seat] = message.token;
		if (!message.token) {
			ledger.eats[seat] = false;
			ledger.meals[seat]++;
			meals++;
		}
		answer_all(table, &ledger);
	}
}

pid_t arbitrator_start(struct table *table)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	pid_t pid;

	options.flags = IPCCHAN_OPEN_CREATE;
	require(ipcchan_mailbox_open(table->session, NULL, IPCCHAN_RIGHT_SEND |
				     IPCCHAN_RIGHT_RECEIVE, &options,
				     &table->arbitrator), "create a mailbox");
	pid = process_start();
	if (pid)
		return pid;
	arbitrate(table);
	_exit(0);
}

void arbitrator_dine(const struct table *table, int seat)
{
	struct ipcchan_call_options options = IPCCHAN_CALL_OPTIONS;
	struct ipcchan_message request;
	struct ipcchan_message reply;

	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	ipcchan_message_set(&request, &seat, sizeof(seat));
	ipcchan_message_set(&reply, NULL, 0);
	require(ipcchan_mailbox_call(table->arbitrator, &request, &reply,
				     sizeof(request), &options), "call");
	table_eat(table, seat);
	require(ipcchan_mailbox_send(table->arbitrator, &seat, sizeof(seat),
				     NULL), "send");
}
