// SPDX-License-Identifier: GPL-2.0
/*
 * The server loop of libipcchan, by several threads and for several callers.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <pthread.h>

#define SERVERS		2
#define CALLERS		4
#define CALLS		300

/* Above what a server has room for at first, and within what a mailbox takes. */
#define LONGEST		60000

struct caller {
	const struct ipcchan_mailbox *mailbox;
	uint32_t *answered;
	uint32_t seed;
	uint32_t longest;
	uint32_t wrong;
	char request[LONGEST];
	char reply[LONGEST];
};

/* A mailbox whose server is never closed: so callers wait while nobody serves. */
FIXTURE(threads)
{
	struct ipcchan *session;
	struct ipcchan_mailbox *client;
	struct ipcchan_mailbox *server;
	struct ipcchan_serve_options options;
	uint32_t handled;
	uint32_t cut;
	uint32_t answered;
	pthread_t servers[SERVERS];
	pthread_t callers[CALLERS];
	struct caller calling[CALLERS];
};

FIXTURE_SETUP(threads)
{
	const struct ipcchan_serve_options options = IPCCHAN_SERVE_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	self->session = open_session();
	mailbox = new_mailbox(self->session, NULL);
	self->client = restricted(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = restricted(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	ipcchan_mailbox_close(mailbox);
	self->options = options;
	self->options.stop_within_ns = IPCCHAN_MILLISECONDS(10);
}

FIXTURE_TEARDOWN(threads)
{
	ipcchan_mailbox_close(self->client);
	ipcchan_mailbox_close(self->server);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

/* What comes goes back, from where it is. */
static int echo(const struct ipcchan_mailbox *mailbox,
		struct ipcchan_message *request, struct ipcchan_message *reply,
		void *context)
{
	FIXTURE_DATA(threads) * self = context;

	(void)mailbox;
	__atomic_add_fetch(&self->handled, 1, __ATOMIC_SEQ_CST);
	if (request->flags & IPCCHAN_MESSAGE_TRUNCATED)
		__atomic_add_fetch(&self->cut, 1, __ATOMIC_SEQ_CST);
	ipcchan_message_set(reply, ipcchan_message_data(request),
			    request->length < request->size ? request->length :
							      request->size);
	return 0;
}

static void *serve_in_thread(void *fixture)
{
	FIXTURE_DATA(threads) * self = fixture;

	return (void *)(intptr_t)ipcchan_serve(self->server, echo, self,
					       &self->options);
}

/* One call, with bytes that no other has: is its reply the same? */
static bool call_once(struct caller *caller)
{
	uint32_t length = rand_r(&caller->seed) % caller->longest + 1;
	struct ipcchan_message request;
	struct ipcchan_message reply;
	uint32_t i;

	for (i = 0; i < length; i += 7)
		caller->request[i] = rand_r(&caller->seed);
	ipcchan_message_set(&request, caller->request, length);
	ipcchan_message_set(&reply, caller->reply, LONGEST);
	return !ipcchan_mailbox_call(caller->mailbox, &request, &reply,
				     sizeof(reply), NULL) &&
	       reply.length == length &&
	       !memcmp(caller->request, caller->reply, length);
}

static void *call_in_thread(void *data)
{
	struct caller *caller = data;

	for (int i = 0; i < CALLS; i++) {
		caller->wrong += !call_once(caller);
		__atomic_add_fetch(caller->answered, 1, __ATOMIC_SEQ_CST);
	}
	return NULL;
}

static void start_callers(FIXTURE_DATA(threads) * self, uint32_t longest)
{
	for (int i = 0; i < CALLERS; i++) {
		self->calling[i].mailbox = self->client;
		self->calling[i].answered = &self->answered;
		self->calling[i].seed = i + 1;
		self->calling[i].longest = longest;
		if (pthread_create(&self->callers[i], NULL, call_in_thread,
				   &self->calling[i]))
			abort();
	}
}

/* How many calls had another outcome than their own reply? */
static uint32_t join_callers(FIXTURE_DATA(threads) * self)
{
	uint32_t wrong = 0;

	for (int i = 0; i < CALLERS; i++) {
		pthread_join(self->callers[i], NULL);
		wrong += self->calling[i].wrong;
	}
	return wrong;
}

static void start_servers(FIXTURE_DATA(threads) * self,
			  struct ipcchan_stop *stop)
{
	self->options.stop = stop;
	for (int i = 0; i < SERVERS; i++)
		if (pthread_create(&self->servers[i], NULL, serve_in_thread,
				   self))
			abort();
}

/* Did all of them end because they were stopped? */
static bool stop_servers(FIXTURE_DATA(threads) * self)
{
	bool are_stopped = true;
	void *result;

	ipcchan_serve_stop(self->options.stop);
	for (int i = 0; i < SERVERS; i++) {
		pthread_join(self->servers[i], &result);
		are_stopped = are_stopped && !result;
	}
	return are_stopped;
}

static void await_answers(FIXTURE_DATA(threads) * self, uint32_t count)
{
	while (__atomic_load_n(&self->answered, __ATOMIC_SEQ_CST) < count)
		nap();
}

static uint32_t requests_held(FIXTURE_DATA(threads) * self)
{
	struct ipcchan_mailbox_info info;

	if (ipcchan_mailbox_info(self->client, &info, sizeof(info)))
		abort();
	return info.calls_held;
}

TEST_F(threads, answer_requests_of_any_length_as_a_whole)
{
	struct ipcchan_stop stop = IPCCHAN_STOP;

	start_servers(self, &stop);
	start_callers(self, LONGEST);
	EXPECT_EQ(0, join_callers(self));
	EXPECT_TRUE(stop_servers(self));
	EXPECT_EQ(CALLERS * CALLS, self->handled);
	EXPECT_EQ(0, self->cut);
}

TEST_F(threads, cut_no_more_than_they_are_told_to)
{
	struct ipcchan_stop stop = IPCCHAN_STOP;
	uint32_t not_the_same;

	self->options.max_size = LONGEST / 2;
	start_servers(self, &stop);
	start_callers(self, LONGEST);
	not_the_same = join_callers(self);
	EXPECT_EQ(self->cut, not_the_same);
	EXPECT_TRUE(stop_servers(self));
	EXPECT_EQ(CALLERS * CALLS, self->handled);
	EXPECT_LT(0, self->cut);
}

TEST_F(threads, answer_all_that_they_took_whenever_they_are_stopped)
{
	uint32_t seed = 1;
	uint32_t next = 0;

	start_callers(self, 100);
	while (next < CALLERS * CALLS) {
		struct ipcchan_stop stop = IPCCHAN_STOP;

		next += rand_r(&seed) % 50 + 1;
		if (next > CALLERS * CALLS)
			next = CALLERS * CALLS;
		start_servers(self, &stop);
		await_answers(self, next);
		ASSERT_TRUE(stop_servers(self));
		ASSERT_EQ(0, requests_held(self));
	}
	EXPECT_EQ(0, join_callers(self));
	EXPECT_EQ(CALLERS * CALLS, self->handled);
}

TEST_HARNESS_MAIN
