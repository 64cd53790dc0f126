// SPDX-License-Identifier: GPL-2.0
/* Who waits for whom, and since when: CALL_LIST and INFO. */

#include "kselftest_harness.h"

#include "call_numbers.h"

#define CALLS	5
#define HELD	2

/* Calls 1 to 5, the first two of which are held; of a client and a server. */
FIXTURE(call_list)
{
	int client_session;
	int server_session;
	int client;
	int server;
	__u64 before;
	__u64 deadline;
	__u64 tokens[CALLS];
	struct ipcchan_call_info calls[CALLS + 1];
};

FIXTURE_SETUP(call_list)
{
	const char *name = fresh_name();
	__u64 token;

	self->client_session = session_open();
	self->server_session = session_open();
	self->server = object_open_for(self->server_session,
				       IPCCHAN_KIND_MAILBOX, name,
				       IPCCHAN_OPEN_CREATE,
				       IPCCHAN_RIGHT_RECEIVE |
				       IPCCHAN_RIGHT_ADMIN, 0600);
	self->client = object_open_for(self->client_session,
				       IPCCHAN_KIND_MAILBOX, name, 0,
				       IPCCHAN_RIGHT_SEND, 0);
	ASSERT_LE(0, self->client);
	self->before = now_ns(CLOCK_MONOTONIC);
	self->deadline = deadline_must_happen();
	for (int i = 0; i < CALLS; i++)
		ASSERT_EQ(0, start_number_until(self->client, i + 1,
						self->deadline,
						&self->tokens[i]));
	for (int i = 0; i < HELD; i++)
		ASSERT_EQ(i + 1, take_request(self->server, &token));
}

FIXTURE_TEARDOWN(call_list)
{
	close(self->client);
	close(self->server);
	close(self->client_session);
	close(self->server_session);
}

static int list(FIXTURE_DATA(call_list) * self)
{
	return mailbox_call_list(self->client, self->calls, CALLS + 1);
}

TEST_F(call_list, has_all_calls_in_the_order_of_their_requests)
{
	ASSERT_EQ(CALLS, list(self));
	for (int i = 0; i < CALLS; i++) {
		EXPECT_EQ(i + 1, self->calls[i].sequence);
		EXPECT_EQ(i + 1, self->calls[i].type);
	}
}

TEST_F(call_list, has_as_many_as_info_counts)
{
	struct ipcchan_mailbox_info info = mailbox_info(self->client);

	EXPECT_EQ(CALLS, info.calls);
	EXPECT_EQ(HELD, info.calls_held);
	EXPECT_EQ(CALLS - HELD, info.messages);
	EXPECT_EQ(0, info.held);
}

TEST_F(call_list, tells_what_is_asked)
{
	__u64 token;

	ASSERT_EQ(0, start_number_at(self->client, 9, 6, &token));
	ASSERT_EQ(CALLS + 1, list(self));
	EXPECT_EQ(9, self->calls[CALLS].type);
	EXPECT_EQ(6, self->calls[CALLS].priority);
	EXPECT_EQ(4, self->calls[CALLS].length);
	EXPECT_EQ(IPCCHAN_DEADLINE_NEVER, self->calls[CALLS].deadline_ns);
	EXPECT_EQ(self->deadline, self->calls[0].deadline_ns);
}

TEST_F(call_list, tells_who_calls_since_when)
{
	__u64 after = now_ns(CLOCK_MONOTONIC);

	ASSERT_EQ(CALLS, list(self));
	for (int i = 0; i < CALLS; i++) {
		EXPECT_EQ(device_info(self->client_session).client,
			  self->calls[i].client);
		EXPECT_EQ(getpid(), self->calls[i].tgid);
		EXPECT_EQ(getpid(), self->calls[i].tid);
		EXPECT_LE(self->before, self->calls[i].since_ns);
		EXPECT_GE(after, self->calls[i].since_ns);
	}
}

TEST_F(call_list, tells_who_holds_a_request)
{
	ASSERT_EQ(CALLS, list(self));
	for (int i = 0; i < HELD; i++) {
		EXPECT_EQ(IPCCHAN_CALL_HELD, self->calls[i].state);
		EXPECT_EQ(device_info(self->server_session).client,
			  self->calls[i].server);
		EXPECT_EQ(getpid(), self->calls[i].server_tgid);
		EXPECT_EQ(getpid(), self->calls[i].server_tid);
	}
}

TEST_F(call_list, tells_that_nobody_holds_a_request)
{
	ASSERT_EQ(CALLS, list(self));
	for (int i = HELD; i < CALLS; i++) {
		EXPECT_EQ(IPCCHAN_CALL_QUEUED, self->calls[i].state);
		EXPECT_EQ(0, self->calls[i].server);
		EXPECT_EQ(0, self->calls[i].server_tgid);
		EXPECT_EQ(0, self->calls[i].server_tid);
	}
}

TEST_F(call_list, tells_which_thread_calls)
{
	struct caller caller;

	caller_start(&caller, self->client, 9);
	ASSERT_TRUE(await_queued(self->client, CALLS - HELD + 1));
	ASSERT_EQ(CALLS + 1, list(self));
	EXPECT_EQ(caller.sleeper.tid, self->calls[CALLS].tid);
	EXPECT_EQ(getpid(), self->calls[CALLS].tgid);
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_EQ(-EIDRM, caller_join(&caller));
}

static int take_and_list(void *argument)
{
	FIXTURE_DATA(call_list) * self = argument;
	__u64 token;

	if (take_request(self->server, &token) != HELD + 1 ||
	    list(self) != CALLS)
		return -EPROTO;
	return self->calls[HELD].server_tgid == getpid() &&
	       self->calls[HELD - 1].server_tgid == getppid();
}

TEST_F(call_list, tells_which_process_holds_a_request)
{
	EXPECT_EQ(1, run_in_child(take_and_list, self));
}

TEST_F(call_list, tells_no_token)
{
	ASSERT_EQ(CALLS, list(self));
	for (int i = 0; i < CALLS; i++)
		for (int k = 0; k < CALLS; k++)
			EXPECT_EQ(NULL, memmem(&self->calls[i],
					       sizeof(self->calls[i]),
					       &self->tokens[k], 8));
}

TEST_F(call_list, is_given_in_parts)
{
	ASSERT_EQ(2, mailbox_call_list(self->client, self->calls, 2));
	EXPECT_EQ(2, self->calls[1].sequence);
	ASSERT_EQ(2, mailbox_call_list(self->client, self->calls, 2,
				       .after = 2));
	EXPECT_EQ(3, self->calls[0].sequence);
	ASSERT_EQ(1, mailbox_call_list(self->client, self->calls, 2,
				       .after = 4));
	EXPECT_EQ(5, self->calls[0].sequence);
	EXPECT_EQ(0, mailbox_call_list(self->client, self->calls, 2,
				       .after = 5));
}

TEST_F(call_list, has_no_call_with_an_outcome)
{
	ASSERT_EQ(0, answer_number(self->server, self->tokens[0], 1));
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->tokens[1]));
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->tokens[2]));
	ASSERT_EQ(CALLS - 3, list(self));
	EXPECT_EQ(4, self->calls[0].sequence);
	EXPECT_EQ(0, mailbox_info(self->client).calls_held);
}

TEST_F(call_list, has_a_request_where_it_was_forwarded_to)
{
	int other = mailbox_open(self->server_session);
	__u64 token;

	ASSERT_EQ(0, mailbox_call_forward(self->server, self->tokens[0],
					  other));
	ASSERT_EQ(CALLS - 1, list(self));
	EXPECT_EQ(2, self->calls[0].sequence);
	EXPECT_EQ(HELD - 1, mailbox_info(self->client).calls_held);
	ASSERT_EQ(1, mailbox_call_list(other, self->calls, CALLS));
	EXPECT_EQ(IPCCHAN_CALL_QUEUED, self->calls[0].state);
	EXPECT_EQ(1, self->calls[0].sequence);
	EXPECT_EQ(device_info(self->client_session).client,
		  self->calls[0].client);
	EXPECT_EQ(0, self->calls[0].server);
	ASSERT_EQ(1, take_request(other, &token));
	ASSERT_EQ(1, mailbox_call_list(other, self->calls, CALLS));
	EXPECT_EQ(IPCCHAN_CALL_HELD, self->calls[0].state);
	close(other);
}

TEST_F(call_list, can_be_read_with_any_right)
{
	int watcher = object_restrict(self->server, IPCCHAN_RIGHT_ADMIN, 0);

	EXPECT_EQ(CALLS, mailbox_call_list(watcher, self->calls, CALLS));
	EXPECT_EQ(CALLS, mailbox_call_list(self->server, self->calls, CALLS));
	close(watcher);
}

TEST_F(call_list, has_between_1_and_the_most_entries)
{
	EXPECT_EQ(-EINVAL, mailbox_call_list(self->client, self->calls, 0));
	EXPECT_EQ(-EINVAL, mailbox_call_list(self->client, self->calls,
					     IPCCHAN_LIST_MAX + 1));
}

TEST_F(call_list, needs_entries_of_the_first_size_at_least)
{
	EXPECT_EQ(-EINVAL,
		  mailbox_call_list(self->client, self->calls, CALLS,
				    .entry_size =
					    IPCCHAN_CALL_INFO_SIZE_VER0 - 1));
	EXPECT_EQ(-E2BIG, mailbox_call_list(self->client, self->calls, CALLS,
					    .entry_size = 1 << 20));
}

TEST_F(call_list, is_gone_with_the_mailbox)
{
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_EQ(-EIDRM, list(self));
}

#include "ipcchan_selftest_main.h"
