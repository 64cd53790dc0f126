// SPDX-License-Identifier: GPL-2.0
/*
 * Servers that call each other in a circle: the call that would close it is refused
 * and told who waits for whom; no other call is.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <signal.h>
#include <sys/mman.h>

#include "ipcchan_selftest.h"

#define MOST	8

/* Results of a call that is not made, or was not over when it was looked at. */
#define NOT_MADE	(-100030)

/**
 * struct link - a server, and the call that it makes to answer its request
 * @name: Of its mailbox.
 * @next: That of the mailbox that it calls.
 * @ready: It may be called.
 * @called: It is about to call.
 * @result: What its call gave.
 * @took_ns: How long that took.
 * @length: Of the cycle that it was told.
 * @steps: The cycle.
 * @pid: The process.
 */
struct link {
	char name[IPCCHAN_NAME_SIZE];
	char next[IPCCHAN_NAME_SIZE];
	int ready;
	int called;
	int result;
	__u64 took_ns;
	unsigned int length;
	struct ipcchan_step steps[MOST];
	pid_t pid;
};

/**
 * struct circle - what the processes share
 * @links: The servers, in the order of the circle.
 * @room: For so many steps.
 * @go: Servers that serve, but make no call of their own, answer now.
 * @has_threads: The first server has another thread.
 */
struct circle {
	struct link links[MOST + 1];
	unsigned int room;
	int go;
	bool has_threads;
};

static int open_named(const char *name, unsigned int rights)
{
	return object_open_for(session_open(), IPCCHAN_KIND_MAILBOX, name, 0,
			       rights, 0);
}

static void make_call(struct circle *circle, struct link *link)
{
	struct ipcchan_message request = MESSAGE("ask", 3);
	char bytes[8];
	struct ipcchan_message reply = MESSAGE(bytes, sizeof(bytes));
	struct ipcchan_mailbox_call call_next = {
		.request = (uintptr_t)&request,
		.reply = (uintptr_t)&reply,
		.message_size = sizeof(request),
		.deadline_ns = deadline_must_happen(),
		.cycle = (uintptr_t)link->steps,
		.cycle_count = circle->room,
		.step_size = circle->room ? sizeof(struct ipcchan_step) : 0,
	};
	int next = open_named(link->next, IPCCHAN_RIGHT_SEND);

	link->took_ns = now_ns(CLOCK_MONOTONIC);
	__atomic_store_n(&link->called, 1, __ATOMIC_SEQ_CST);
	link->result = call(next, IPCCHAN_IOC_MAILBOX_CALL, &call_next);
	link->took_ns = now_ns(CLOCK_MONOTONIC) - link->took_ns;
	link->length = call_next.cycle_length;
	close(next);
}

/**
 * struct part - one process of a circle
 * @circle: Which.
 * @nr: Its place there.
 */
struct part {
	struct circle *circle;
	unsigned int nr;
};

static int idle(void *argument)
{
	return pause();
}

/* Receives one request, and needs an answer of the next to answer it. */
static int serve_once(void *argument)
{
	struct part *part = argument;
	struct link *link = &part->circle->links[part->nr];
	int mailbox = open_named(link->name, IPCCHAN_RIGHT_RECEIVE);
	char bytes[8];
	struct ipcchan_message request = MESSAGE(bytes, sizeof(bytes));
	struct sleeper other;

	link->pid = getpid();
	if (part->circle->has_threads && !part->nr)
		sleeper_start(&other, idle, NULL);
	__atomic_store_n(&link->ready, 1, __ATOMIC_SEQ_CST);
	if (mailbox_receive(mailbox, &request, 1) != 1)
		return 1;
	if (link->next[0])
		make_call(part->circle, link);
	else
		await_counter(&part->circle->go, 1);
	return mailbox_reply(mailbox, &MESSAGE("fact", 4,
					       .token = request.token));
}

FIXTURE(circle)
{
	int session;
	int mailboxes[MOST + 1];
	struct circle *circle;
	struct part parts[MOST + 1];
	struct child servers[MOST + 1];
	unsigned int nr_servers;
	struct sleeper caller;
};

FIXTURE_VARIANT(circle)
{
	unsigned int length;
};

FIXTURE_VARIANT_ADD(circle, of_two)
{
	.length = 2,
};

FIXTURE_VARIANT_ADD(circle, of_three)
{
	.length = 3,
};

FIXTURE_VARIANT_ADD(circle, of_eight)
{
	.length = 8,
};

FIXTURE_SETUP(circle)
{
	self->session = session_open();
	self->circle = shared_alloc(sizeof(*self->circle));
	self->circle->room = MOST;
	for (int i = 0; i <= MOST; i++) {
		struct link *link = &self->circle->links[i];

		link->result = NOT_MADE;
		snprintf(link->name, sizeof(link->name), "%s", fresh_name());
		self->mailboxes[i] =
			object_open_for(self->session, IPCCHAN_KIND_MAILBOX,
					link->name, IPCCHAN_OPEN_CREATE,
					IPCCHAN_RIGHT_SEND, 0600);
		ASSERT_LE(0, self->mailboxes[i]);
	}
}

FIXTURE_TEARDOWN(circle)
{
	for (unsigned int i = 0; i < self->nr_servers; i++)
		child_end(&self->servers[i]);
	for (int i = 0; i <= MOST; i++)
		close(self->mailboxes[i]);
	close(self->session);
	munmap(self->circle, sizeof(*self->circle));
}

/* Until so many at least wait for a request there. */
static bool await_receivers(int mailbox, unsigned int receivers)
{
	__u64 deadline = deadline_must_happen();

	while (now_ns(CLOCK_MONOTONIC) < deadline) {
		if (mailbox_info(mailbox).waiting_receivers >= receivers)
			return true;
		nap();
	}
	return false;
}

static bool await_calls(int mailbox, unsigned int calls)
{
	__u64 deadline = deadline_must_happen();

	while (now_ns(CLOCK_MONOTONIC) < deadline) {
		if (mailbox_info(mailbox).calls == calls)
			return true;
		nap();
	}
	return false;
}

/* A server at a place of the circle, that calls the one at @next; -1: none. */
static bool start_server(FIXTURE_DATA(circle) * self, unsigned int at, int next)
{
	struct part *part = &self->parts[self->nr_servers];
	struct link *link = &self->circle->links[at];

	*part = (struct part){ .circle = self->circle, .nr = at };
	if (next >= 0)
		memcpy(link->next, self->circle->links[next].name,
		       sizeof(link->next));
	link->ready = 0;
	child_start(&self->servers[self->nr_servers++], serve_once, part);
	return await_counter(&link->ready, 1) &&
	       await_receivers(self->mailboxes[at], 1);
}

static bool start_circle(FIXTURE_DATA(circle) * self, unsigned int length)
{
	for (unsigned int i = 0; i < length; i++)
		if (!start_server(self, i, (i + 1) % length))
			return false;
	return true;
}

static struct link *last_of(FIXTURE_DATA(circle) * self, unsigned int length)
{
	return &self->circle->links[length - 1];
}

static int ask_first(void *argument)
{
	FIXTURE_DATA(circle) * self = argument;
	char bytes[8];

	return mailbox_call(self->mailboxes[0], &MESSAGE("ask", 3),
			    &MESSAGE(bytes, sizeof(bytes)));
}

TEST_F(circle, is_refused_where_it_would_close)
{
	struct link *last = last_of(self, variant->length);

	ASSERT_TRUE(start_circle(self, variant->length));
	EXPECT_EQ(0, ask_first(self));
	EXPECT_EQ(-EDEADLK, last->result);
	EXPECT_EQ(variant->length, last->length);
	for (unsigned int i = 0; i + 1 < variant->length; i++)
		EXPECT_EQ(0, self->circle->links[i].result);
	TH_LOG("a circle of %u was found in %llu us", variant->length,
	       (unsigned long long)last->took_ns / 1000);
}

TEST_F(circle, is_told_from_the_caller_on)
{
	unsigned int length = variant->length;
	struct ipcchan_step *steps = last_of(self, length)->steps;

	ASSERT_TRUE(start_circle(self, length));
	ASSERT_EQ(0, ask_first(self));
	for (unsigned int i = 0; i < length; i++) {
		struct link *waits = &self->circle->links[(i + length - 1) %
							  length];
		struct link *holds = &self->circle->links[i];

		EXPECT_EQ(waits->pid, steps[i].tgid);
		EXPECT_EQ(waits->pid, steps[i].tid);
		EXPECT_EQ(holds->pid, steps[i].holder_tgid);
		EXPECT_STREQ(holds->name, steps[i].name);
		EXPECT_EQ(object_info(self->mailboxes[i]).id, steps[i].object);
		EXPECT_EQ(IPCCHAN_KIND_MAILBOX, steps[i].kind);
		EXPECT_EQ(i ? IPCCHAN_CALL_HELD : IPCCHAN_CALL_QUEUED,
			  steps[i].state);
		EXPECT_NE(0, steps[i].client);
	}
}

TEST_F(circle, is_told_as_far_as_there_is_room)
{
	struct link *last = last_of(self, variant->length);

	self->circle->room = 1;
	ASSERT_TRUE(start_circle(self, variant->length));
	ASSERT_EQ(0, ask_first(self));
	EXPECT_EQ(-EDEADLK, last->result);
	EXPECT_EQ(variant->length, last->length);
	EXPECT_EQ(last->pid, last->steps[0].tgid);
	EXPECT_EQ(0, last->steps[1].tgid);
}

TEST_F(circle, is_refused_also_where_nobody_wants_to_know_it)
{
	self->circle->room = 0;
	ASSERT_TRUE(start_circle(self, variant->length));
	EXPECT_EQ(0, ask_first(self));
	EXPECT_EQ(-EDEADLK, last_of(self, variant->length)->result);
}

TEST_F(circle, leaves_no_request_behind_where_it_is_refused)
{
	ASSERT_TRUE(start_circle(self, variant->length));
	ASSERT_EQ(0, ask_first(self));
	EXPECT_EQ(1, mailbox_info(self->mailboxes[0]).sent);
	EXPECT_EQ(0, mailbox_info(self->mailboxes[0]).calls);
}

/* A server at the first mailbox that needs nobody, behind the one that does. */
static bool start_free_server(FIXTURE_DATA(circle) * self)
{
	struct link *spare = &self->circle->links[MOST];

	memcpy(spare->name, self->circle->links[0].name, sizeof(spare->name));
	self->parts[self->nr_servers] = (struct part){ self->circle, MOST };
	child_start(&self->servers[self->nr_servers], serve_once,
		    &self->parts[self->nr_servers]);
	self->nr_servers++;
	return await_receivers(self->mailboxes[0], 2);
}

TEST_F(circle, is_none_while_another_process_receives)
{
	struct link *last = last_of(self, variant->length);

	ASSERT_TRUE(start_circle(self, variant->length));
	ASSERT_TRUE(start_free_server(self));
	sleeper_start(&self->caller, ask_first, self);
	ASSERT_TRUE(await_calls(self->mailboxes[0], 2));
	__atomic_store_n(&self->circle->go, 1, __ATOMIC_SEQ_CST);
	EXPECT_EQ(0, sleeper_join(&self->caller));
	EXPECT_EQ(0, last->result);
}

/* A descriptor that no other process has, and this one never receives from. */
static int open_unused(FIXTURE_DATA(circle) * self)
{
	return object_open_for(self->session, IPCCHAN_KIND_MAILBOX,
			       self->circle->links[0].name, 0,
			       IPCCHAN_RIGHT_RECEIVE, 0);
}

TEST_F(circle, is_none_while_it_is_not_known_who_has_a_descriptor)
{
	struct link *last = last_of(self, variant->length);

	ASSERT_TRUE(start_circle(self, variant->length));
	ASSERT_LE(0, open_unused(self));
	sleeper_start(&self->caller, ask_first, self);
	EXPECT_TRUE(await_calls(self->mailboxes[0], 2));
	EXPECT_EQ(NOT_MADE, last->result);
	kill(last->pid, SIGKILL);
	sleeper_join(&self->caller);
}

TEST_F(circle, is_found_when_nobody_else_is_left_who_might_have_answered)
{
	struct link *last = last_of(self, variant->length);
	int unused;

	ASSERT_TRUE(start_circle(self, variant->length));
	unused = open_unused(self);
	sleeper_start(&self->caller, ask_first, self);
	ASSERT_TRUE(await_calls(self->mailboxes[0], 2));
	close(unused);
	EXPECT_EQ(0, sleeper_join(&self->caller));
	EXPECT_EQ(-EDEADLK, last->result);
	EXPECT_EQ(variant->length, last->length);
}

TEST_F(circle, is_none_while_a_server_has_a_thread_that_does_not_call)
{
	struct link *last = last_of(self, variant->length);

	self->circle->has_threads = true;
	ASSERT_TRUE(start_circle(self, variant->length));
	sleeper_start(&self->caller, ask_first, self);
	EXPECT_TRUE(await_calls(self->mailboxes[0], 2));
	EXPECT_EQ(NOT_MADE, last->result);
	kill(last->pid, SIGKILL);
	sleeper_join(&self->caller);
}

/* The test is the second server; it has an answer, but tries to pass it back. */
TEST_F(circle, is_refused_where_a_forward_would_close_it)
{
	int second = object_open_for(self->session, IPCCHAN_KIND_MAILBOX,
				     self->circle->links[1].name, 0,
				     IPCCHAN_RIGHT_RECEIVE, 0);
	char bytes[8];
	struct ipcchan_message request = MESSAGE(bytes, sizeof(bytes));

	ASSERT_TRUE(start_server(self, 0, 1));
	sleeper_start(&self->caller, ask_first, self);
	ASSERT_EQ(1, mailbox_receive(second, &request, 1));
	EXPECT_EQ(-EDEADLK, mailbox_call_forward(second, request.token,
						 self->mailboxes[0]));
	EXPECT_EQ(0, mailbox_reply(second, &MESSAGE("fact", 4,
						    .token = request.token)));
	EXPECT_EQ(0, sleeper_join(&self->caller));
	close(second);
}

#include "ipcchan_selftest_main.h"
