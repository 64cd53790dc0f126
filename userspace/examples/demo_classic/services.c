// SPDX-License-Identifier: GPL-2.0
/*
 * Two services, each of which asks the other before it can go on. By messages both
 * wait, until their time is over. By calls the second one is refused at once, with the
 * circle; it answers the first one then.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "check.h"
#include "kit.h"
#include "parts.h"

/**
 * struct outcome - what is shared
 * @answered: services that got an answer
 * @timed_out: services whose time was over
 * @refused: services that were refused
 * @circle: why
 */
struct outcome {
	atomic_int answered;
	atomic_int timed_out;
	atomic_int refused;
	struct circle circle;
};

/**
 * struct naive_pair - what both know that send messages
 * @questions: mailbox of each
 * @answers: likewise
 * @outcome: shared
 */
struct naive_pair {
	struct ipcchan_mailbox *questions[2];
	struct ipcchan_mailbox *answers[2];
	struct outcome *outcome;
};

/**
 * struct pair - what both know that make calls
 * @names: of their mailboxes
 * @ready: barrier: both have a job, for which they need each other
 * @outcome: shared
 */
struct pair {
	char names[2][IPCCHAN_NAME_SIZE];
	int ready;
	struct outcome *outcome;
};

static int receive(struct ipcchan_mailbox *mailbox, uint64_t patience,
		   struct ipcchan_message *message)
{
	struct ipcchan_receive_options options = IPCCHAN_RECEIVE_OPTIONS;

	options.deadline_ns = ipcchan_deadline_in(patience);
	ipcchan_message_set(message, NULL, 0);
	return ipcchan_mailbox_receive_batch(mailbox, message, 1,
					     sizeof(*message), &options);
}

/* What is asked of it, it would answer when it is answered. */
static void ask_by_message(void *context, int number)
{
	const struct naive_pair *pair = context;
	struct ipcchan_message message;
	int result;

	require(ipcchan_mailbox_send(pair->questions[!number], "", 0, NULL),
		"send");
	result = receive(pair->answers[number], DOUBT, &message);
	pair->outcome->timed_out += result == -ETIMEDOUT;
	if (result < 0)
		return;
	pair->outcome->answered++;
	require(receive(pair->questions[number], PATIENCE, &message),
		"receive");
	require(ipcchan_mailbox_send(pair->answers[!number], "", 0, NULL),
		"send");
}

static struct ipcchan_mailbox *mailbox_open(struct ipcchan *session,
					    const char *name, uint32_t rights,
					    uint32_t flags)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	options.flags = flags;
	require(ipcchan_mailbox_open(session, name, rights, &options, &mailbox),
		"open a mailbox");
	return mailbox;
}

static void answer(struct ipcchan_mailbox *mailbox)
{
	struct ipcchan_message request;

	require(receive(mailbox, PATIENCE, &request), "receive");
	require(ipcchan_mailbox_reply(mailbox, &request, sizeof(request)),
		"reply");
}

static int call(struct ipcchan_mailbox *mailbox, struct circle *circle)
{
	struct ipcchan_call_options options = IPCCHAN_CALL_OPTIONS;
	struct ipcchan_message request;
	struct ipcchan_message reply;

	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	options.cycle = circle->steps;
	options.cycle_count = IPCCHAN_CYCLE_MAX;
	options.cycle_length = &circle->length;
	ipcchan_message_set(&request, "", 0);
	ipcchan_message_set(&reply, NULL, 0);
	return ipcchan_mailbox_call(mailbox, &request, &reply, sizeof(request),
				    &options);
}

/*
 * Who has received from its mailbox, and alone can, is whom a caller waits for. If
 * nobody had yet, it could be anybody, and the call might be answered.
 */
static void ask_by_call(void *context, int number)
{
	const struct pair *pair = context;
	struct outcome *outcome = pair->outcome;
	struct circle circle = { 0 };
	struct ipcchan_mailbox *other;
	struct ipcchan_mailbox *own;
	struct ipcchan_message job;
	struct ipcchan *session;
	int result;

	require(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	own = mailbox_open(session, pair->names[number], IPCCHAN_RIGHT_RECEIVE,
			   0);
	other = mailbox_open(session, pair->names[!number], IPCCHAN_RIGHT_SEND,
			     0);
	require(receive(own, PATIENCE, &job), "receive");
	barrier_meet(pair->ready);
	result = call(other, &circle);
	if (result == -EDEADLK) {
		outcome->circle = circle;
		outcome->refused++;
		answer(own);
		return;
	}
	require(result, "call");
	outcome->answered++;
}

static bool run_naive(struct ipcchan *session)
{
	struct naive_pair pair = { .outcome = shared_new(sizeof(*pair.outcome)) };
	struct crew crew = { 0 };
	bool good;

	for (int i = 0; i < 2; i++) {
		pair.questions[i] = mailbox_open(session, NULL,
						 IPCCHAN_RIGHT_SEND |
						 IPCCHAN_RIGHT_RECEIVE,
						 IPCCHAN_OPEN_CREATE);
		pair.answers[i] = mailbox_open(session, NULL,
					       IPCCHAN_RIGHT_SEND |
					       IPCCHAN_RIGHT_RECEIVE,
					       IPCCHAN_OPEN_CREATE);
	}
	crew_start(&crew, 2, ask_by_message, &pair);
	good = crew_join(&crew);
	printf("   naive, by messages: %d are answered, for %d time is over\n",
	       pair.outcome->answered, pair.outcome->timed_out);
	return check(pair.outcome->timed_out == 2, "they did not wait.") && good;
}

static bool run_call(struct ipcchan *session)
{
	struct pair pair = {
		.ready = barrier_new(session, 2),
		.outcome = shared_new(sizeof(*pair.outcome)),
	};
	const struct outcome *outcome = pair.outcome;
	struct ipcchan_mailbox *mailbox;
	struct crew crew = { 0 };
	struct crew ended;
	bool good;

	for (int i = 0; i < 2; i++) {
		snprintf(pair.names[i], sizeof(pair.names[i]), "demo-%d-%d",
			 getpid(), i);
		mailbox = mailbox_open(session, pair.names[i],
				       IPCCHAN_RIGHT_SEND, IPCCHAN_OPEN_CREATE);
		require(ipcchan_mailbox_send(mailbox, "", 0, NULL), "send");
	}
	crew_start(&crew, 2, ask_by_call, &pair);
	ended = crew;
	good = crew_join(&crew);
	printf("   by calls: %d is refused, EDEADLK: ", outcome->refused);
	circle_show(&outcome->circle);
	printf("      and answers; %d is answered\n", outcome->answered);
	good &= check(outcome->refused == 1 && outcome->answered == 1,
		      "the calls did not end well.");
	return circle_check(&outcome->circle, &ended) && good;
}

bool services_run(struct ipcchan *session)
{
	bool good;

	puts("Two services, each of which has a job, and asks the other.");
	good = run_naive(session);
	return run_call(session) && good;
}
