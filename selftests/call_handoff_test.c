// SPDX-License-Identifier: GPL-2.0
/*
 * Servers that wait: a request is theirs when it is sent, before they have copied it
 * out; and as if it had never been if they cannot.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include "call_numbers.h"

#define PAGE	4096
#define OWN	10
#define LOW	5

/* The server waits, in a thread; what it receives goes into memory that holds it. */
FIXTURE(handoff)
{
	int session;
	int client;
	int server;
	int faults;
	char *page;
	int nice;
	__u64 token;
	struct ipcchan_message received;
	struct sleeper thread;
};

static int receive_into_page(void *argument)
{
	FIXTURE_DATA(handoff) * self = argument;
	int result;

	setpriority(PRIO_PROCESS, 0, OWN);
	self->received = MESSAGE(self->page, sizeof(__u32));
	result = mailbox_receive(self->server, &self->received, 1);
	self->nice = getpriority(PRIO_PROCESS, 0);
	return result;
}

FIXTURE_SETUP(handoff)
{
	int mailbox;

	self->session = session_open();
	mailbox = mailbox_open(self->session, .capacity_messages = 1);
	ASSERT_LE(0, mailbox);
	self->client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE |
				       IPCCHAN_RIGHT_ADMIN, 0);
	close(mailbox);
	self->page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)self->page);
	self->faults = faults_open(self->page, PAGE);
	if (self->faults < 0)
		SKIP(return, "no userfaultfd");
	sleeper_start(&self->thread, receive_into_page, self);
	ASSERT_TRUE(await_waiters(self->client, 0, 1));
}

FIXTURE_TEARDOWN(handoff)
{
	close(self->faults);
	munmap(self->page, PAGE);
	close(self->server);
	close(self->client);
	close(self->session);
}

/* The server has the request 7, and is about to copy it out. */
static bool start(FIXTURE_DATA(handoff) * self)
{
	return !start_number(self->client, 7, &self->token) &&
	       await_fault(self->faults);
}

static int pass(FIXTURE_DATA(handoff) * self)
{
	faults_pass(self->faults, self->page, PAGE);
	return sleeper_join(&self->thread);
}

static int fail(FIXTURE_DATA(handoff) * self)
{
	faults_fail(self->faults, self->page, PAGE);
	return sleeper_join(&self->thread);
}

TEST_F(handoff, makes_a_request_held_before_it_is_copied)
{
	ASSERT_TRUE(start(self));
	EXPECT_EQ(1, mailbox_info(self->client).calls_held);
	EXPECT_EQ(1, pass(self));
	EXPECT_EQ(self->token, self->received.token);
	EXPECT_EQ(0, answer_number(self->server, self->token, 9));
	EXPECT_EQ(9, fetch_number(self->client, self->token));
}

TEST_F(handoff, gives_the_server_the_nice_value_of_the_caller_before_it_runs)
{
	setpriority(PRIO_PROCESS, 0, LOW);
	ASSERT_TRUE(start(self));
	EXPECT_EQ(LOW, getpriority(PRIO_PROCESS, self->thread.tid));
	EXPECT_EQ(1, pass(self));
	setpriority(PRIO_PROCESS, 0, 0);
}

TEST_F(handoff, that_fails_queues_the_request_again)
{
	__u64 token;

	ASSERT_TRUE(start(self));
	ASSERT_EQ(-EFAULT, fail(self));
	EXPECT_EQ(0, mailbox_info(self->client).calls_held);
	EXPECT_EQ(0, mailbox_info(self->client).received);
	EXPECT_EQ(7, take_request(self->server, &token));
	EXPECT_EQ(self->token, token);
	EXPECT_EQ(0, answer_number(self->server, token, 9));
	EXPECT_EQ(9, fetch_number(self->client, token));
}

TEST_F(handoff, that_fails_lets_another_server_have_the_request)
{
	struct sleeper other;

	ASSERT_TRUE(start(self));
	start_take(&other, self->server);
	ASSERT_TRUE(await_waiters(self->client, 0, 1));
	ASSERT_EQ(-EFAULT, fail(self));
	EXPECT_EQ(7, sleeper_join(&other));
	EXPECT_EQ(1, mailbox_info(self->client).calls_held);
}

TEST_F(handoff, that_fails_gives_the_nice_value_back)
{
	setpriority(PRIO_PROCESS, 0, LOW);
	ASSERT_TRUE(start(self));
	EXPECT_EQ(-EFAULT, fail(self));
	EXPECT_EQ(OWN, self->nice);
	setpriority(PRIO_PROCESS, 0, 0);
}

TEST_F(handoff, that_failed_may_be_made_again_if_no_server_is_left)
{
	struct caller caller;

	caller_start(&caller, self->client, 7);
	ASSERT_TRUE(await_fault(self->faults));
	ASSERT_EQ(-EFAULT, fail(self));
	EXPECT_EQ(0, close(self->server));
	EXPECT_EQ(-EPIPE, caller_join(&caller));
	self->server = -1;
}

/* Of one message, which comes while the request is copied out. */
TEST_F(handoff, that_fails_in_a_full_mailbox_loses_neither_message)
{
	__u64 token;

	ASSERT_TRUE(start(self));
	ASSERT_EQ(1, put_number(self->client, 8));
	ASSERT_EQ(-EFAULT, fail(self));
	EXPECT_EQ(2, mailbox_info(self->client).messages);
	EXPECT_EQ(2, mailbox_info(self->client).high_water);
	EXPECT_EQ(-EAGAIN, put_number(self->client, 9));
	EXPECT_EQ(7, take_request(self->server, &token));
	EXPECT_EQ(-EAGAIN, put_number(self->client, 9));
	EXPECT_EQ(8, take_number(self->server));
	EXPECT_EQ(1, put_number(self->client, 9));
	EXPECT_EQ(0, answer_number(self->server, token, 9));
}

/* So it is not received as it is handed over: else EPIPE would be told for it. */
TEST_F(handoff, of_a_forwarded_request_that_fails_does_not_forget_who_had_it)
{
	int first = mailbox_open(self->session);
	struct caller caller;
	__u64 token;

	ASSERT_LE(0, first);
	caller_start(&caller, first, 7);
	ASSERT_TRUE(await_queued(first, 1));
	ASSERT_EQ(7, take_request(first, &token));
	ASSERT_EQ(0, mailbox_call_forward(first, token, self->client));
	ASSERT_TRUE(await_fault(self->faults));
	ASSERT_EQ(-EFAULT, fail(self));
	EXPECT_EQ(0, close(self->server));
	EXPECT_EQ(-EOWNERDEAD, caller_join(&caller));
	self->server = -1;
	close(first);
}

TEST_F(handoff, of_a_call_that_is_cancelled_meanwhile_tells_the_server)
{
	ASSERT_TRUE(start(self));
	EXPECT_EQ(0, mailbox_call_cancel(self->client, self->token));
	EXPECT_EQ(1, pass(self));
	EXPECT_EQ(self->token, take_cancelled(self->server));
	EXPECT_EQ(-ECANCELED, answer_number(self->server, self->token, 9));
	EXPECT_EQ(-ESRCH, answer_number(self->server, self->token, 9));
}

TEST_F(handoff, that_fails_of_a_call_that_is_cancelled_leaves_nothing)
{
	ASSERT_TRUE(start(self));
	EXPECT_EQ(0, mailbox_call_cancel(self->client, self->token));
	EXPECT_EQ(-EFAULT, fail(self));
	EXPECT_EQ(0, take_cancelled(self->server));
	EXPECT_EQ(-ESRCH, answer_number(self->server, self->token, 9));
	EXPECT_EQ(0, mailbox_info(self->client).messages);
}

TEST_F(handoff, that_fails_of_a_call_that_another_thread_has_answered_leaves_nothing)
{
	ASSERT_TRUE(start(self));
	EXPECT_EQ(0, answer_number(self->server, self->token, 9));
	EXPECT_EQ(-EFAULT, fail(self));
	EXPECT_EQ(9, fetch_number(self->client, self->token));
	EXPECT_EQ(0, mailbox_info(self->client).messages);
}

TEST_F(handoff, of_a_mailbox_that_is_killed_meanwhile_ends_the_call)
{
	ASSERT_TRUE(start(self));
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_EQ(-EOWNERDEAD, fetch_number(self->client, self->token));
	EXPECT_EQ(-EFAULT, fail(self));
}

#include "ipcchan_selftest_main.h"
