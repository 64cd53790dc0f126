// SPDX-License-Identifier: GPL-2.0
/*
 * Clients and servers that are killed, interrupted and late at random: each call has
 * one outcome, which is true, and nobody gets an answer to another's.
 *
 * IPCCHAN_CALLS sets how many calls there are: 100000 and more need minutes.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "ipcchan_selftest.h"

#define CALLS		8000
#define MOST_CLIENTS	8
#define MOST_SERVERS	4
#define STOP_SECONDS	3000

/* What a client writes down of a call; given up: by ETIMEDOUT or EINTR. */
enum outcome {
	NOT_MADE,
	BEGUN,
	REPLIED,
	NOT_RECEIVED,
	OWNER_DIED,
	GIVEN_UP,
	CLIENT_DIED,
	WRONG,
	OUTCOMES,
};

static const char *const words[OUTCOMES] = {
	"not made", "without outcome", "answered", "not received",
	"received and lost", "given up", "of the dead", "wrong",
};

/**
 * struct entry - what is known of a call
 * @outcome: Written by its client.
 * @received: How often a server saw it.
 * @tried: A server was about to answer it.
 * @answered: How often REPLY succeeded, as far as that was written down.
 */
struct entry {
	unsigned char outcome;
	unsigned char received;
	unsigned char tried;
	unsigned char answered;
};

/**
 * struct ledger - what all processes share
 * @name: Of the mailbox.
 * @per_client: Calls that each client makes.
 * @stop: Servers are to end.
 * @kills: Of clients and of servers.
 * @next: Of each client: its next call.
 * @entries: Of each client, one after the other.
 */
struct ledger {
	char name[IPCCHAN_NAME_SIZE];
	unsigned int per_client;
	int stop;
	int kills[2];
	unsigned int next[MOST_CLIENTS];
	struct entry entries[];
};

/* What a request and its reply are made of. */
struct question {
	unsigned int client;
	unsigned int number;
	unsigned int mark;
};

static unsigned int mark_of(unsigned int client, unsigned int number)
{
	return (client * 2654435761U) ^ (number * 40503U) ^ 0x5aU;
}

static struct entry *entry_of(struct ledger *ledger, const struct question *q)
{
	return &ledger->entries[q->client * ledger->per_client + q->number];
}

static int open_named(const struct ledger *ledger, unsigned int rights)
{
	return object_open_for(session_open(), IPCCHAN_KIND_MAILBOX,
			       ledger->name, 0, rights, 0);
}

static void count(unsigned char *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
}

/**
 * struct worker - a client or a server
 * @ledger: Of all.
 * @nr: Which.
 * @seed: Of its chances; changes with each life.
 * @random: State of these.
 */
struct worker {
	struct ledger *ledger;
	unsigned int nr;
	unsigned int seed;
	unsigned int random;
};

static unsigned int chance(struct worker *worker, unsigned int range)
{
	return rand_r(&worker->random) % range;
}

/* Clients */

static void ignore_signal(int sig)
{
}

/* One in eight is interrupted, by a handler that restarts calls or does not. */
static void set_alarm(struct worker *worker)
{
	struct itimerval timer = {};
	struct sigaction action = { .sa_handler = ignore_signal };

	if (!chance(worker, 8)) {
		action.sa_flags = chance(worker, 2) ? SA_RESTART : 0;
		timer.it_value.tv_usec = 1 + chance(worker, 2000);
	}
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static __u64 choose_deadline(struct worker *worker)
{
	if (chance(worker, 8))
		return deadline_must_happen();
	return deadline_after(chance(worker, 1000) * 1000);
}

static enum outcome judge(const struct question *asked,
			  const struct question *answered, int err)
{
	switch (err) {
	case 0:
		return memcmp(asked, answered, sizeof(*asked)) ? WRONG :
								 REPLIED;
	case -EPIPE:
	case -EIDRM:
		return NOT_RECEIVED;
	case -EOWNERDEAD:
		return OWNER_DIED;
	case -ETIMEDOUT:
	case -EINTR:
		return GIVEN_UP;
	default:
		return WRONG;
	}
}

/* The reply is the question with its mark negated. */
static enum outcome make_call(struct worker *worker, int mailbox,
			      struct question *q)
{
	struct question answered = {};
	struct ipcchan_message request = MESSAGE(q, sizeof(*q));
	struct ipcchan_message reply = MESSAGE(&answered, sizeof(answered));
	__u64 deadline = choose_deadline(worker);
	int err;

	set_alarm(worker);
	do {
		err = mailbox_call(mailbox, &request, &reply,
				   .deadline_ns = deadline);
	} while (err == -EINTR && request.token);
	answered.mark = ~answered.mark;
	return judge(q, &answered, err);
}

static int be_client(void *argument)
{
	struct worker *worker = argument;
	struct ledger *ledger = worker->ledger;
	struct question q = { .client = worker->nr };
	int mailbox = open_named(ledger, IPCCHAN_RIGHT_SEND);

	worker->random = worker->seed;
	for (;;) {
		struct entry *entry;

		q.number = ledger->next[worker->nr];
		if (q.number == ledger->per_client)
			break;
		q.mark = mark_of(q.client, q.number);
		entry = entry_of(ledger, &q);
		if (entry->outcome == BEGUN) {
			entry->outcome = CLIENT_DIED;
		} else if (entry->outcome == NOT_MADE) {
			entry->outcome = BEGUN;
			entry->outcome = make_call(worker, mailbox, &q);
			/* Else most calls are made while no server is there. */
			if (entry->outcome == NOT_RECEIVED)
				nap();
		}
		ledger->next[worker->nr] = q.number + 1;
	}
	return 0;
}

/* Servers */

static void note_reply(struct ledger *ledger, const struct question *q, int err)
{
	if (!err)
		count(&entry_of(ledger, q)->answered);
}

/* Answers one, and receives the next in the same call, or in another. */
static int answer_and_receive(struct worker *worker, int mailbox,
			      struct question *q, struct ipcchan_message *m)
{
	struct question answer = *q;
	struct ipcchan_message reply = MESSAGE(&answer, sizeof(answer),
					       .token = m->token);
	struct question asked = *q;
	bool answers = m->token;
	int ret;

	answer.mark = ~answer.mark;
	if (answers)
		count(&entry_of(worker->ledger, q)->tried);
	*m = MESSAGE(q, sizeof(*q));
	if (answers && chance(worker, 2)) {
		note_reply(worker->ledger, &asked,
			   mailbox_reply(mailbox, &reply));
		reply.token = 0;
		answers = false;
	}
	ret = mailbox_reply_receive(mailbox, &reply, m,
				    .deadline_ns = deadline_after(NSEC_PER_SEC / 20));
	if (answers && (ret == 1 || !reply.token))
		note_reply(worker->ledger, &asked, 0);
	return ret;
}

static int be_server(void *argument)
{
	struct worker *worker = argument;
	int mailbox = open_named(worker->ledger, IPCCHAN_RIGHT_RECEIVE);
	struct question q = {};
	struct ipcchan_message m = {};

	worker->random = worker->seed;
	while (!__atomic_load_n(&worker->ledger->stop, __ATOMIC_SEQ_CST)) {
		int ret = answer_and_receive(worker, mailbox, &q, &m);

		if (ret != 1)
			m.token = 0;
		else if (m.flags & IPCCHAN_MESSAGE_NOTICE)
			m.token = 0;
		else
			count(&entry_of(worker->ledger, &q)->received);
		if (!chance(worker, 32))
			nap();
	}
	return 0;
}

/* The test */

FIXTURE(stress)
{
	int session;
	int mailbox;
	struct ledger *ledger;
	struct worker workers[2][MOST_CLIENTS];
	struct child children[2][MOST_CLIENTS];
	unsigned int random;
	unsigned int calls;
};

FIXTURE_VARIANT(stress)
{
	unsigned int clients;
	unsigned int servers;
};

FIXTURE_VARIANT_ADD(stress, of_eight_clients_and_four_servers)
{
	.clients = 8,
	.servers = 4,
};

FIXTURE_VARIANT_ADD(stress, of_two_clients_and_one_server)
{
	.clients = 2,
	.servers = 1,
};

static int (*const lives[2])(void *argument) = { be_client, be_server };

static void start(FIXTURE_DATA(stress) * self, int kind, unsigned int nr)
{
	struct worker *worker = &self->workers[kind][nr];

	worker->ledger = self->ledger;
	worker->nr = nr;
	worker->seed = rand_r(&self->random);
	child_start(&self->children[kind][nr], lives[kind], worker);
}

FIXTURE_SETUP(stress)
{
	self->calls = setting("IPCCHAN_CALLS", CALLS);
	self->random = now_ns(CLOCK_MONOTONIC);
	TH_LOG("%u calls, seed %u", self->calls, self->random);
	self->session = session_open();
	self->ledger = shared_alloc(sizeof(*self->ledger) +
				    self->calls * sizeof(struct entry));
	self->ledger->per_client = self->calls / variant->clients;
	snprintf(self->ledger->name, sizeof(self->ledger->name), "%s",
		 fresh_name());
	self->mailbox = object_open_for(self->session, IPCCHAN_KIND_MAILBOX,
					self->ledger->name,
					IPCCHAN_OPEN_CREATE,
					IPCCHAN_RIGHT_ADMIN, 0600);
	ASSERT_LE(0, self->mailbox);
	for (unsigned int i = 0; i < variant->servers; i++)
		start(self, 1, i);
	for (unsigned int i = 0; i < variant->clients; i++)
		start(self, 0, i);
}

FIXTURE_TEARDOWN(stress)
{
	close(self->mailbox);
	close(self->session);
	munmap(self->ledger, sizeof(*self->ledger) +
	       self->calls * sizeof(struct entry));
}

/* Somebody dies, and somebody like him is born; who is through stays dead. */
static void kill_somebody(FIXTURE_DATA(stress) * self,
			  const FIXTURE_VARIANT(stress) * variant)
{
	int kind = rand_r(&self->random) % 2;
	unsigned int nr = rand_r(&self->random) %
			  (kind ? variant->servers : variant->clients);
	struct child *child = &self->children[kind][nr];

	if (!child->result)
		return;
	kill(child->pid, SIGKILL);
	if (child_join(child) != DIED)
		return;
	self->ledger->kills[kind]++;
	start(self, kind, nr);
}

static bool is_done(FIXTURE_DATA(stress) * self,
		    const FIXTURE_VARIANT(stress) * variant)
{
	for (unsigned int i = 0; i < variant->clients; i++)
		if (__atomic_load_n(&self->ledger->next[i], __ATOMIC_SEQ_CST) !=
		    self->ledger->per_client)
			return false;
	return true;
}

static void run(FIXTURE_DATA(stress) * self,
		const FIXTURE_VARIANT(stress) * variant)
{
	__u64 end = deadline_after(STOP_SECONDS * NSEC_PER_SEC);

	while (!is_done(self, variant) && now_ns(CLOCK_MONOTONIC) < end) {
		for (int naps = rand_r(&self->random) % 20; naps; naps--)
			nap();
		kill_somebody(self, variant);
	}
	__atomic_store_n(&self->ledger->stop, 1, __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < variant->clients; i++)
		child_join(&self->children[0][i]);
	for (unsigned int i = 0; i < variant->servers; i++)
		child_join(&self->children[1][i]);
}

/* Why an entry cannot be true, or NULL. */
static const char *judge_entry(const struct entry *e)
{
	if (e->outcome == NOT_MADE || e->outcome == BEGUN || e->outcome == WRONG)
		return words[e->outcome];
	if (e->received > 1)
		return "received twice";
	if (e->answered > 1)
		return "answered twice";
	if (e->outcome == REPLIED && !e->tried)
		return "answered by nobody";
	if (e->outcome == NOT_RECEIVED && e->received)
		return "received, though it was said not to be";
	if (e->answered && e->outcome != REPLIED && e->outcome != CLIENT_DIED)
		return "answered, though it was said not to be";
	return NULL;
}

static unsigned int judge_all(FIXTURE_DATA(stress) * self,
			      unsigned int clients, unsigned int *counts)
{
	unsigned int nr = clients * self->ledger->per_client;
	unsigned int wrong = 0;

	for (unsigned int i = 0; i < nr; i++) {
		const struct entry *e = &self->ledger->entries[i];
		const char *why = judge_entry(e);

		counts[e->outcome]++;
		if (why && wrong++ < 10)
			ksft_print_msg("call %u: %s (%s, received %u, tried %u, answered %u)\n",
				       i, why, words[e->outcome], e->received,
				       e->tried, e->answered);
	}
	return wrong;
}

static void tell(const struct ledger *ledger, const unsigned int *counts)
{
	for (int i = 0; i < OUTCOMES; i++)
		if (counts[i])
			ksft_print_msg("%7u %s\n", counts[i], words[i]);
	ksft_print_msg("%d clients and %d servers were killed\n",
		       ledger->kills[0], ledger->kills[1]);
	fflush(stdout);
}

TEST_F_TIMEOUT(stress, leaves_each_call_with_one_outcome_that_is_true,
	       STOP_SECONDS + 100)
{
	unsigned int counts[OUTCOMES] = {};

	run(self, variant);
	EXPECT_EQ(0, judge_all(self, variant->clients, counts));
	tell(self->ledger, counts);
	EXPECT_EQ(0, mailbox_info(self->mailbox).calls);
	EXPECT_EQ(0, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(0, mailbox_info(self->mailbox).notices);
}

#include "ipcchan_selftest_main.h"
