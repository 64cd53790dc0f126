// SPDX-License-Identifier: GPL-2.0
/* Calls that are begun now and whose outcomes are received later. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "call_numbers.h"

#define CALLS	3
#define ROOM	4
#define PAGE	4096

/* A mailbox with little room, and a descriptor for each side. */
FIXTURE(calls)
{
	int session;
	int client;
	int server;
	__u64 tokens[CALLS];
	__u64 taken[CALLS];
	struct caller waiters[CALLS];
	unsigned int number;
	struct ipcchan_message reply;
};

FIXTURE_SETUP(calls)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	mailbox = mailbox_open(self->session, .capacity_messages = ROOM);
	self->client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE |
				       IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->server);
	close(mailbox);
	numbers_buffer(&self->reply, &self->number, 1);
}

FIXTURE_TEARDOWN(calls)
{
	close(self->client);
	close(self->server);
	close(self->session);
}

/* Begins all of them, with the numbers from 1 on, and the server receives them. */
static bool start_all(FIXTURE_DATA(calls) * self)
{
	for (int i = 0; i < CALLS; i++)
		if (start_number(self->client, i + 1, &self->tokens[i]) ||
		    take_request(self->server, &self->taken[i]) != i + 1)
			return false;
	return true;
}

static bool start_one(FIXTURE_DATA(calls) * self)
{
	return !start_number(self->client, 1, &self->tokens[0]) &&
	       take_request(self->server, &self->taken[0]) == 1;
}

static int answer(FIXTURE_DATA(calls) * self, int i)
{
	return answer_number(self->server, self->taken[i], 10 + i);
}

TEST_F(calls, are_begun_with_a_token_and_fetched_later)
{
	ASSERT_TRUE(start_one(self));
	EXPECT_NE(0, self->tokens[0]);
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(10, fetch_number(self->client, self->tokens[0]));
}

TEST_F(calls, have_a_token_each)
{
	ASSERT_TRUE(start_all(self));
	for (int i = 0; i < CALLS; i++) {
		EXPECT_EQ(self->tokens[i], self->taken[i]);
		EXPECT_NE(self->tokens[i], self->tokens[(i + 1) % CALLS]);
	}
}

TEST_F(calls, tell_the_token_with_the_reply)
{
	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, answer(self, 0));
	ASSERT_EQ(0, mailbox_call_wait(self->client, 0, &self->reply));
	EXPECT_EQ(self->tokens[0], self->reply.token);
	EXPECT_EQ(0, self->reply.error);
	EXPECT_EQ(10, self->number);
}

TEST_F(calls, are_fetched_in_any_order)
{
	ASSERT_TRUE(start_all(self));
	ASSERT_EQ(0, answer(self, 2));
	ASSERT_EQ(0, answer(self, 0));
	ASSERT_EQ(0, answer(self, 1));
	for (int i = 0; i < CALLS; i++)
		EXPECT_EQ(10 + i, fetch_number(self->client, self->tokens[i]));
}

TEST_F(calls, are_fetched_without_a_token_in_the_order_of_their_outcomes)
{
	static const int order[] = { 2, 0, 1 };
	__u64 token;

	ASSERT_TRUE(start_all(self));
	for (int i = 0; i < CALLS; i++)
		ASSERT_EQ(0, answer(self, order[i]));
	for (int i = 0; i < CALLS; i++) {
		EXPECT_EQ(10 + order[i], fetch_any(self->client, &token));
		EXPECT_EQ(self->tokens[order[i]], token);
	}
}

TEST_F(calls, are_fetched_by_call_with_the_token)
{
	struct ipcchan_message request = {};

	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, answer(self, 0));
	request.token = self->tokens[0];
	EXPECT_EQ(0, mailbox_call(self->client, &request, &self->reply));
	EXPECT_EQ(10, self->number);
	EXPECT_EQ(0, request.token);
	EXPECT_EQ(1, mailbox_info(self->client).sent);
}

TEST_F(calls, without_an_outcome_give_eagain_to_who_does_not_wait)
{
	__u64 token;

	ASSERT_TRUE(start_one(self));
	EXPECT_EQ(-EAGAIN, fetch_number(self->client, self->tokens[0]));
	EXPECT_EQ(-EAGAIN, fetch_any(self->client, &token));
	ASSERT_EQ(0, set_nonblocking(self->client, true));
	EXPECT_EQ(-EAGAIN, await_number(self->client, self->tokens[0]));
	EXPECT_EQ(-EAGAIN, await_number(self->client, 0));
}

TEST_F(calls, are_fetched_once)
{
	struct ipcchan_message request = {};

	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, answer(self, 0));
	ASSERT_EQ(10, fetch_number(self->client, self->tokens[0]));
	request.token = self->tokens[0];
	EXPECT_EQ(-ESRCH, fetch_number(self->client, self->tokens[0]));
	EXPECT_EQ(-ESRCH, mailbox_call(self->client, &request, &self->reply));
	EXPECT_EQ(-ESRCH, mailbox_call_cancel(self->client, self->tokens[0]));
}

TEST_F(calls, are_of_one_description)
{
	int other = object_restrict(self->client, IPCCHAN_RIGHT_SEND, 0);
	int copy = dup(self->client);
	__u64 token;

	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(-ESRCH, fetch_number(other, self->tokens[0]));
	EXPECT_EQ(-ESRCH, mailbox_call_cancel(other, self->tokens[0]));
	EXPECT_EQ(-ECHILD, fetch_any(other, &token));
	EXPECT_EQ(10, fetch_number(copy, self->tokens[0]));
	close(copy);
	close(other);
}

TEST_F(calls, are_none_at_first)
{
	__u64 token;

	EXPECT_EQ(-ECHILD, fetch_any(self->client, &token));
	EXPECT_EQ(-ECHILD, await_number(self->client, 0));
	EXPECT_EQ(-ESRCH, fetch_number(self->client, 1));
}

TEST_F(calls, that_fail_tell_the_error_in_place_of_a_reply)
{
	ASSERT_TRUE(start_one(self));
	close(self->server);
	ASSERT_EQ(0, mailbox_call_wait(self->client, 0, &self->reply));
	EXPECT_EQ(EOWNERDEAD, self->reply.error);
	EXPECT_EQ(self->tokens[0], self->reply.token);
	EXPECT_EQ(0, self->reply.length);
	EXPECT_EQ(-ESRCH, fetch_number(self->client, self->tokens[0]));
}

TEST_F(calls, that_were_received_by_nobody_say_so)
{
	ASSERT_EQ(0, start_number(self->client, 1, &self->tokens[0]));
	close(self->server);
	EXPECT_EQ(-EPIPE, fetch_number(self->client, self->tokens[0]));
}

TEST_F(calls, have_their_outcomes_after_a_kill)
{
	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, answer(self, 0));
	ASSERT_EQ(0, start_number(self->client, 2, &self->tokens[1]));
	ASSERT_EQ(2, take_request(self->server, &self->taken[1]));
	ASSERT_EQ(0, start_number(self->client, 3, &self->tokens[2]));
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_EQ(10, fetch_number(self->client, self->tokens[0]));
	EXPECT_EQ(-EOWNERDEAD, fetch_number(self->client, self->tokens[1]));
	EXPECT_EQ(-EIDRM, fetch_number(self->client, self->tokens[2]));
	EXPECT_EQ(-ECHILD, await_number(self->client, 0));
}

/* Waiting */

TEST_F(calls, end_the_wait_for_them)
{
	ASSERT_TRUE(start_one(self));
	waiter_start(&self->waiters[0], self->client, self->tokens[0]);
	ASSERT_TRUE(await_asleep(&self->waiters[0].sleeper));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(10, caller_join(&self->waiters[0]));
}

TEST_F(calls, end_only_the_wait_for_them)
{
	ASSERT_TRUE(start_all(self));
	for (int i = 0; i < CALLS; i++) {
		waiter_start(&self->waiters[i], self->client, self->tokens[i]);
		ASSERT_TRUE(await_asleep(&self->waiters[i].sleeper));
	}
	for (int i = CALLS - 1; i >= 0; i--) {
		ASSERT_EQ(0, answer(self, i));
		EXPECT_EQ(10 + i, caller_join(&self->waiters[i]));
	}
}

TEST_F(calls, end_the_waits_for_any_in_the_order_of_arrival)
{
	ASSERT_TRUE(start_all(self));
	for (int i = 0; i < CALLS; i++) {
		waiter_start(&self->waiters[i], self->client, 0);
		ASSERT_TRUE(await_asleep(&self->waiters[i].sleeper));
	}
	for (int i = 0; i < CALLS; i++) {
		ASSERT_EQ(0, answer(self, CALLS - 1 - i));
		EXPECT_EQ(10 + CALLS - 1 - i, caller_join(&self->waiters[i]));
		EXPECT_EQ(self->tokens[CALLS - 1 - i], self->waiters[i].token);
	}
}

TEST_F(calls, that_one_waits_for_do_not_end_the_wait_for_any)
{
	ASSERT_TRUE(start_all(self));
	waiter_start(&self->waiters[0], self->client, 0);
	ASSERT_TRUE(await_asleep(&self->waiters[0].sleeper));
	waiter_start(&self->waiters[1], self->client, self->tokens[1]);
	ASSERT_TRUE(await_asleep(&self->waiters[1].sleeper));
	ASSERT_EQ(0, answer(self, 1));
	EXPECT_EQ(11, caller_join(&self->waiters[1]));
	ASSERT_EQ(0, answer(self, 2));
	EXPECT_EQ(12, caller_join(&self->waiters[0]));
}

TEST_F(calls, go_on_when_the_wait_for_them_times_out)
{
	ASSERT_TRUE(start_one(self));
	waiter_start(&self->waiters[1], self->client, 0);
	ASSERT_TRUE(await_asleep(&self->waiters[1].sleeper));
	EXPECT_EQ(-ETIMEDOUT,
		  mailbox_call_wait(self->client, self->tokens[0], &self->reply,
				    .deadline_ns = deadline_after(0)));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(10, caller_join(&self->waiters[1]));
}

TEST_F(calls, go_on_when_the_wait_for_any_times_out)
{
	ASSERT_TRUE(start_one(self));
	EXPECT_EQ(-ETIMEDOUT,
		  mailbox_call_wait(self->client, 0, &self->reply,
				    .deadline_ns = deadline_after(0)));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(10, fetch_number(self->client, self->tokens[0]));
}

TEST_F(calls, with_an_outcome_are_fetched_though_the_deadline_of_the_wait_passed)
{
	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(0, mailbox_call_wait(self->client, self->tokens[0],
				       &self->reply, .deadline_ns = 0));
	EXPECT_EQ(10, self->number);
}

TEST_F(calls, are_waited_for_by_one_thread_at_a_time)
{
	struct ipcchan_message request = {};

	ASSERT_TRUE(start_one(self));
	waiter_start(&self->waiters[0], self->client, self->tokens[0]);
	ASSERT_TRUE(await_asleep(&self->waiters[0].sleeper));
	request.token = self->tokens[0];
	EXPECT_EQ(-EBUSY, fetch_number(self->client, self->tokens[0]));
	EXPECT_EQ(-EBUSY, mailbox_call(self->client, &request, &self->reply));
	EXPECT_EQ(-ECHILD, await_number(self->client, 0));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(10, caller_join(&self->waiters[0]));
}

TEST_F(calls, that_are_made_at_once_are_none_to_wait_for)
{
	__u64 token;

	caller_start(&self->waiters[0], self->client, 1);
	ASSERT_TRUE(await_queued(self->client, 1));
	EXPECT_EQ(-ECHILD, fetch_any(self->client, &token));
	ASSERT_EQ(1, take_request(self->server, &token));
	EXPECT_EQ(-EBUSY, fetch_number(self->client, token));
	ASSERT_EQ(0, answer_number(self->server, token, 5));
	EXPECT_EQ(5, caller_join(&self->waiters[0]));
}

TEST_F(calls, that_only_this_thread_could_answer_are_not_waited_for)
{
	struct ipcchan_message request = {};

	ASSERT_TRUE(start_one(self));
	EXPECT_EQ(-EDEADLK, await_number(self->client, self->tokens[0]));
	EXPECT_EQ(-EAGAIN, fetch_number(self->client, self->tokens[0]));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(10, await_number(self->client, self->tokens[0]));
	request = MESSAGE("ask", 3);
	EXPECT_EQ(-EDEADLK, mailbox_call(self->client, &request, &self->reply));
	EXPECT_EQ(0, mailbox_info(self->client).calls);
}

TEST_F(calls, that_are_all_gone_end_the_wait_for_any_with_echild)
{
	ASSERT_TRUE(start_one(self));
	waiter_start(&self->waiters[0], self->client, 0);
	ASSERT_TRUE(await_asleep(&self->waiters[0].sleeper));
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->tokens[0]));
	EXPECT_EQ(-ECHILD, caller_join(&self->waiters[0]));
}

TEST_F(calls, that_others_received_end_the_wait_for_any_with_echild)
{
	ASSERT_TRUE(start_one(self));
	for (int i = 0; i < 2; i++) {
		waiter_start(&self->waiters[i], self->client, 0);
		ASSERT_TRUE(await_asleep(&self->waiters[i].sleeper));
	}
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(10, caller_join(&self->waiters[0]));
	EXPECT_EQ(-ECHILD, caller_join(&self->waiters[1]));
}

/* Signals */

static int handled;

static void count_signal(int signal)
{
	__atomic_add_fetch(&handled, 1, __ATOMIC_RELEASE);
}

static void handle_signals(int flags)
{
	struct sigaction action = {
		.sa_handler = count_signal,
		.sa_flags = flags,
	};

	handled = 0;
	sigaction(SIGUSR1, &action, NULL);
}

static bool interrupt(struct sleeper *sleeper)
{
	int before = handled;

	return !pthread_kill(sleeper->thread, SIGUSR1) &&
	       await_counter(&handled, before + 1);
}

TEST_F(calls, go_on_when_a_signal_ends_the_wait_for_them)
{
	handle_signals(0);
	ASSERT_TRUE(start_one(self));
	waiter_start(&self->waiters[0], self->client, self->tokens[0]);
	ASSERT_TRUE(await_asleep(&self->waiters[0].sleeper));
	ASSERT_TRUE(interrupt(&self->waiters[0].sleeper));
	EXPECT_EQ(-EINTR, caller_join(&self->waiters[0]));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(10, fetch_number(self->client, self->tokens[0]));
}

TEST_F(calls, go_on_when_a_signal_ends_the_wait_for_any)
{
	handle_signals(0);
	ASSERT_TRUE(start_one(self));
	waiter_start(&self->waiters[0], self->client, 0);
	ASSERT_TRUE(await_asleep(&self->waiters[0].sleeper));
	ASSERT_TRUE(interrupt(&self->waiters[0].sleeper));
	EXPECT_EQ(-EINTR, caller_join(&self->waiters[0]));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(10, fetch_number(self->client, self->tokens[0]));
}

TEST_F(calls, are_waited_for_again_when_the_signal_restarts_it)
{
	handle_signals(SA_RESTART);
	ASSERT_TRUE(start_one(self));
	waiter_start(&self->waiters[0], self->client, self->tokens[0]);
	for (int i = 0; i < 10; i++) {
		ASSERT_TRUE(await_asleep(&self->waiters[0].sleeper));
		ASSERT_TRUE(interrupt(&self->waiters[0].sleeper));
	}
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(10, caller_join(&self->waiters[0]));
}

/* Deadlines of calls */

TEST_F(calls, that_are_queued_are_taken_out_at_their_deadline)
{
	ASSERT_EQ(0, start_number_until(self->client, 1, deadline_after(0),
					&self->tokens[0]));
	ASSERT_EQ(0, mailbox_call_wait(self->client, 0, &self->reply));
	EXPECT_EQ(ETIMEDOUT, self->reply.error);
	EXPECT_EQ(0, mailbox_info(self->client).messages);
	EXPECT_EQ(0, mailbox_info(self->client).calls);
	EXPECT_EQ(-EAGAIN, take_request(self->server, &self->taken[0]));
}

TEST_F(calls, that_are_held_are_cancelled_at_their_deadline)
{
	struct ipcchan_message notice = {};

	ASSERT_EQ(0, start_number_until(self->client, 1,
					deadline_after(NSEC_PER_SEC / 5),
					&self->tokens[0]));
	ASSERT_EQ(1, take_request(self->server, &self->taken[0]));
	ASSERT_EQ(1, mailbox_receive(self->server, &notice, 1));
	EXPECT_EQ(IPCCHAN_MESSAGE_NOTICE, notice.flags);
	EXPECT_EQ(IPCCHAN_NOTICE_CANCELLED, notice.type);
	EXPECT_EQ(self->taken[0], notice.token);
	ASSERT_EQ(0, mailbox_call_wait(self->client, 0, &self->reply));
	EXPECT_EQ(ETIMEDOUT, self->reply.error);
	EXPECT_EQ(-ECANCELED, answer(self, 0));
	EXPECT_EQ(-ESRCH, answer(self, 0));
}

TEST_F(calls, end_at_their_deadline_and_not_before_it)
{
	for (int i = 0; i < 20; i++) {
		__u64 deadline = deadline_after(NSEC_PER_MSEC * i);

		ASSERT_EQ(0, start_number_until(self->client, 1, deadline,
						&self->tokens[0]));
		ASSERT_EQ(0, mailbox_call_wait(self->client, self->tokens[0],
					       &self->reply));
		EXPECT_EQ(ETIMEDOUT, self->reply.error);
		EXPECT_LE(deadline, now_ns(CLOCK_MONOTONIC));
	}
}

static int start_by_real_time(int mailbox, __u64 deadline_ns)
{
	return mailbox_call_start(mailbox, &MESSAGE("ask", 3),
				  .flags = IPCCHAN_REALTIME,
				  .deadline_ns = deadline_ns);
}

TEST_F(calls, end_at_their_deadline_of_the_real_time)
{
	__u64 deadline = now_ns(CLOCK_REALTIME) + 50 * NSEC_PER_MSEC;

	ASSERT_EQ(0, start_by_real_time(self->client, deadline));
	ASSERT_EQ(0, mailbox_call_wait(self->client, 0, &self->reply));
	EXPECT_EQ(ETIMEDOUT, self->reply.error);
	EXPECT_LE(deadline, now_ns(CLOCK_REALTIME));
}

TEST_F(calls, end_at_once_if_the_real_time_is_later)
{
	ASSERT_EQ(0, start_by_real_time(self->client, 1));
	ASSERT_EQ(0, mailbox_call_wait(self->client, 0, &self->reply));
	EXPECT_EQ(ETIMEDOUT, self->reply.error);
}

/* Room for requests */

static void fill(FIXTURE_DATA(calls) * self)
{
	for (int i = 0; i < ROOM; i++)
		put_number(self->client, i);
}

static int start_sleepily(void *argument)
{
	FIXTURE_DATA(calls) * self = argument;
	struct ipcchan_message request = MESSAGE("ask", 3);
	int err = mailbox_call_start(self->client, &request);

	self->tokens[0] = request.token;
	return err;
}

TEST_F(calls, are_begun_when_there_is_room)
{
	struct sleeper starter;

	fill(self);
	sleeper_start(&starter, start_sleepily, self);
	ASSERT_TRUE(await_waiters(self->client, 1, 0));
	ASSERT_EQ(0, take_number(self->server));
	EXPECT_EQ(0, sleeper_join(&starter));
	EXPECT_NE(0, self->tokens[0]);
	EXPECT_EQ(1, mailbox_info(self->client).calls);
}

TEST_F(calls, are_not_begun_without_room)
{
	struct ipcchan_message request = MESSAGE("ask", 3);

	fill(self);
	EXPECT_EQ(-EAGAIN, start_number(self->client, 1, &self->tokens[0]));
	EXPECT_EQ(0, self->tokens[0]);
	EXPECT_EQ(-EAGAIN, mailbox_call(self->client, &request, &self->reply,
					.flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(-ETIMEDOUT,
		  mailbox_call_start(self->client, &request,
				     .deadline_ns = deadline_after(0)));
	EXPECT_EQ(0, request.token);
	EXPECT_EQ(0, device_info(self->session).client_calls);
	EXPECT_EQ(ROOM, mailbox_info(self->client).sent);
}

TEST_F(calls, are_not_begun_if_a_signal_comes_before_there_is_room)
{
	struct sleeper starter;

	handle_signals(0);
	fill(self);
	sleeper_start(&starter, start_sleepily, self);
	ASSERT_TRUE(await_waiters(self->client, 1, 0));
	ASSERT_TRUE(interrupt(&starter));
	EXPECT_EQ(-EINTR, sleeper_join(&starter));
	EXPECT_EQ(0, self->tokens[0]);
	EXPECT_EQ(0, device_info(self->session).client_calls);
}

TEST_F(calls, wait_for_the_reply_though_not_for_room)
{
	__u64 token;

	ASSERT_EQ(0, set_nonblocking(self->client, true));
	caller_start(&self->waiters[0], self->client, 1);
	ASSERT_TRUE(await_queued(self->client, 1));
	ASSERT_EQ(1, take_request(self->server, &token));
	ASSERT_EQ(0, answer_number(self->server, token, 5));
	EXPECT_EQ(5, caller_join(&self->waiters[0]));
}

/* Cancelling */

TEST_F(calls, that_are_queued_are_taken_out_by_cancel)
{
	ASSERT_EQ(0, start_number(self->client, 1, &self->tokens[0]));
	EXPECT_EQ(0, mailbox_call_cancel(self->client, self->tokens[0]));
	EXPECT_EQ(0, mailbox_info(self->client).messages);
	EXPECT_EQ(0, mailbox_info(self->client).calls);
	EXPECT_EQ(-EAGAIN, take_request(self->server, &self->taken[0]));
	EXPECT_EQ(-ESRCH, fetch_number(self->client, self->tokens[0]));
	EXPECT_EQ(-ESRCH, mailbox_call_cancel(self->client, self->tokens[0]));
}

TEST_F(calls, that_are_held_are_cancelled_with_a_notice)
{
	char byte;

	ASSERT_TRUE(start_one(self));
	EXPECT_EQ(0, mailbox_call_cancel(self->client, self->tokens[0]));
	EXPECT_EQ(-ESRCH, fetch_number(self->client, self->tokens[0]));
	EXPECT_EQ(0, mailbox_info(self->client).calls);
	EXPECT_EQ(self->taken[0], take_cancelled(self->server));
	EXPECT_EQ(-ECANCELED, mailbox_call_read(self->server, self->taken[0],
						&byte, 1, 0));
	EXPECT_EQ(-ECANCELED, mailbox_call_forward(self->server, self->taken[0],
						   self->client));
	EXPECT_EQ(-ECANCELED, answer(self, 0));
	EXPECT_EQ(-ESRCH, answer(self, 0));
}

TEST_F(calls, with_an_outcome_cannot_be_cancelled)
{
	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(-EALREADY,
		  mailbox_call_cancel(self->client, self->tokens[0]));
	EXPECT_EQ(10, fetch_number(self->client, self->tokens[0]));
}

TEST_F(calls, that_are_cancelled_end_the_wait_for_them)
{
	ASSERT_TRUE(start_one(self));
	waiter_start(&self->waiters[0], self->client, self->tokens[0]);
	ASSERT_TRUE(await_asleep(&self->waiters[0].sleeper));
	EXPECT_EQ(0, mailbox_call_cancel(self->client, self->tokens[0]));
	EXPECT_EQ(-ECANCELED, caller_join(&self->waiters[0]));
	EXPECT_EQ(-ESRCH, fetch_number(self->client, self->tokens[0]));
	EXPECT_EQ(self->taken[0], take_cancelled(self->server));
}

TEST_F(calls, that_are_made_at_once_can_be_cancelled)
{
	caller_start(&self->waiters[0], self->client, 1);
	ASSERT_TRUE(await_queued(self->client, 1));
	ASSERT_EQ(1, take_request(self->server, &self->taken[0]));
	EXPECT_EQ(0, mailbox_call_cancel(self->client, self->taken[0]));
	EXPECT_EQ(-ECANCELED, caller_join(&self->waiters[0]));
	EXPECT_EQ(self->taken[0], take_cancelled(self->server));
}

static int cancel_it(void *argument)
{
	FIXTURE_DATA(calls) * self = argument;

	return mailbox_call_cancel(self->client, self->tokens[0]);
}

TEST_F(calls, are_answered_or_cancelled_and_never_both)
{
	struct sleeper canceller;
	int cancelled = 0;

	for (int i = 0; i < 500; i++) {
		ASSERT_TRUE(start_one(self));
		waiter_start(&self->waiters[0], self->client, self->tokens[0]);
		sleeper_start(&canceller, cancel_it, self);
		if (answer(self, 0) == -ECANCELED) {
			cancelled++;
			ASSERT_EQ(0, sleeper_join(&canceller));
			ASSERT_NE(10, caller_join(&self->waiters[0]));
			continue;
		}
		ASSERT_GT(0, sleeper_join(&canceller));
		ASSERT_EQ(10, caller_join(&self->waiters[0]));
	}
	EXPECT_EQ(0, device_info(self->session).client_calls);
	TH_LOG("%d of 500 were cancelled", cancelled);
}

/* Pages that hold up who receives a request, and who fetches its outcome. */
struct held_up {
	FIXTURE_DATA(calls) * calls;
	char *bytes;
	struct ipcchan_message *reply;
	int at_bytes;
	int at_reply;
	struct sleeper server;
	struct sleeper waiter;
};

static void *new_page(int *faults)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*faults = faults_open(page, PAGE);
	return page;
}

static int receive_into_page(void *argument)
{
	struct held_up *h = argument;

	return mailbox_receive(h->calls->server, &MESSAGE(h->bytes, PAGE), 1,
			       .flags = IPCCHAN_NONBLOCK);
}

static int wait_into_page(void *argument)
{
	struct held_up *h = argument;

	return mailbox_call_wait(h->calls->client, h->calls->tokens[0],
				 h->reply);
}

/* The page of the reply is there until it was read, and then no more. */
static bool start_waiter(struct held_up *h)
{
	if (faults_pass(h->at_reply, h->reply, PAGE))
		return false;
	sleeper_start(&h->waiter, wait_into_page, h);
	return await_asleep(&h->waiter) &&
	       !madvise(h->reply, PAGE, MADV_DONTNEED);
}

static bool start_server(struct held_up *h)
{
	sleeper_start(&h->server, receive_into_page, h);
	return await_fault(h->at_bytes);
}

/* Its memory is kept, for the next call of this description. */
static bool make_first_call(FIXTURE_DATA(calls) * self)
{
	return start_one(self) && !answer(self, 0) &&
	       fetch_number(self->client, self->tokens[0]) == 10;
}

/*
 * The request is taken out while it is copied, and that is found out before its
 * caller has the outcome: then all of its memory is the next call's.
 */
TEST_F(calls, that_are_cancelled_while_they_are_copied_leave_the_next_alone)
{
	struct held_up h = { .calls = self };

	h.bytes = new_page(&h.at_bytes);
	h.reply = new_page(&h.at_reply);
	ASSERT_TRUE(make_first_call(self));
	ASSERT_EQ(0, start_number(self->client, 2, &self->tokens[0]));
	ASSERT_TRUE(start_server(&h));
	ASSERT_TRUE(start_waiter(&h));
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->tokens[0]));
	ASSERT_TRUE(await_fault(h.at_reply));
	ASSERT_EQ(0, faults_pass(h.at_bytes, h.bytes, PAGE));
	EXPECT_EQ(-EAGAIN, sleeper_join(&h.server));
	ASSERT_EQ(0, faults_pass(h.at_reply, h.reply, PAGE));
	EXPECT_EQ(0, sleeper_join(&h.waiter));
	EXPECT_EQ(ECANCELED, h.reply->error);
	ASSERT_EQ(0, start_number(self->client, 3, &self->tokens[0]));
	EXPECT_EQ(3, take_request(self->server, &self->taken[0]));
	EXPECT_EQ(0, answer(self, 0));
	EXPECT_EQ(10, fetch_number(self->client, self->tokens[0]));
}

/* The notice of a cancelled call */

TEST_F(calls, that_are_cancelled_are_told_with_who_called)
{
	struct ipcchan_message notice = {};
	__u64 before;

	ASSERT_TRUE(start_one(self));
	before = now_ns(CLOCK_MONOTONIC);
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->tokens[0]));
	ASSERT_EQ(1, mailbox_receive(self->server, &notice, 1));
	EXPECT_EQ(1, notice.sequence);
	EXPECT_LE(before, notice.time_ns);
	EXPECT_EQ(getpid(), notice.tgid);
	EXPECT_EQ(getuid(), notice.uid);
	EXPECT_EQ(device_info(self->session).client, notice.client);
	EXPECT_EQ(0, notice.length);
}

TEST_F(calls, that_are_cancelled_are_told_whatever_the_filter)
{
	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, mailbox_filter(self->server, .type_min = 50,
				    .min_priority = 9));
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->tokens[0]));
	EXPECT_EQ(self->taken[0], take_cancelled(self->server));
}

TEST_F(calls, that_are_cancelled_are_told_to_who_holds_them_only)
{
	int other = object_restrict(self->server, IPCCHAN_RIGHT_RECEIVE, 0);

	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->tokens[0]));
	EXPECT_EQ(0, take_cancelled(other));
	EXPECT_EQ(self->taken[0], take_cancelled(self->server));
	close(other);
}

TEST_F(calls, that_are_cancelled_are_told_once)
{
	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->tokens[0]));
	EXPECT_EQ(self->taken[0], take_cancelled(self->server));
	EXPECT_EQ(0, take_cancelled(self->server));
}

TEST_F(calls, that_are_cancelled_are_not_told_to_who_replied_first)
{
	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->tokens[0]));
	ASSERT_EQ(-ECANCELED, answer(self, 0));
	EXPECT_EQ(0, take_cancelled(self->server));
}

static int receive_notice(void *argument)
{
	FIXTURE_DATA(calls) * self = argument;
	struct ipcchan_message notice = {};
	int nr = mailbox_receive(self->server, &notice, 1);

	return nr == 1 && notice.token == self->taken[0] ? (int)notice.type :
							   nr;
}

TEST_F(calls, that_are_cancelled_wake_who_receives)
{
	struct sleeper receiver;

	ASSERT_TRUE(start_one(self));
	sleeper_start(&receiver, receive_notice, self);
	ASSERT_TRUE(await_waiters(self->client, 0, 1));
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->tokens[0]));
	EXPECT_EQ(IPCCHAN_NOTICE_CANCELLED, sleeper_join(&receiver));
}

static short poll_now(int fd, short events)
{
	struct pollfd poller = { .fd = fd, .events = events };

	return poll(&poller, 1, 0) < 0 ? -errno : poller.revents;
}

TEST_F(calls, that_are_cancelled_are_told_of_by_poll)
{
	ASSERT_TRUE(start_one(self));
	EXPECT_EQ(0, poll_now(self->server, POLLIN));
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->tokens[0]));
	EXPECT_EQ(POLLIN, poll_now(self->server, POLLIN));
	EXPECT_EQ(self->taken[0], take_cancelled(self->server));
	EXPECT_EQ(0, poll_now(self->server, POLLIN));
}

/* The end of the caller */

TEST_F(calls, that_are_queued_are_taken_out_when_the_caller_closes)
{
	ASSERT_EQ(0, start_number(self->client, 1, &self->tokens[0]));
	close(self->client);
	EXPECT_EQ(0, mailbox_info(self->server).messages);
	EXPECT_EQ(0, device_info(self->session).client_calls);
}

TEST_F(calls, that_are_held_are_cancelled_when_the_caller_closes)
{
	ASSERT_TRUE(start_one(self));
	close(self->client);
	EXPECT_EQ(self->taken[0], take_cancelled(self->server));
	EXPECT_EQ(-ECANCELED, answer(self, 0));
}

static int start_and_exit(void *argument)
{
	FIXTURE_DATA(calls) * self = argument;

	return start_number(self->client, 2, &self->tokens[1]);
}

TEST_F(calls, end_with_the_process_that_began_them)
{
	ASSERT_EQ(0, start_number(self->client, 1, &self->tokens[0]));
	ASSERT_EQ(0, run_in_child(start_and_exit, self));
	EXPECT_EQ(1, mailbox_info(self->client).calls);
	EXPECT_EQ(1, take_request(self->server, &self->taken[0]));
	EXPECT_EQ(-EAGAIN, take_request(self->server, &self->taken[1]));
	EXPECT_EQ(0, answer(self, 0));
	EXPECT_EQ(10, fetch_number(self->client, self->tokens[0]));
}

/* Being told of outcomes */

TEST_F(calls, with_an_outcome_set_pollrdband)
{
	EXPECT_EQ(0, poll_now(self->client, POLLRDBAND));
	ASSERT_TRUE(start_all(self));
	EXPECT_EQ(0, poll_now(self->client, POLLRDBAND));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(POLLRDBAND, poll_now(self->client, POLLRDBAND));
	ASSERT_EQ(10, fetch_number(self->client, self->tokens[0]));
	EXPECT_EQ(0, poll_now(self->client, POLLRDBAND));
}

TEST_F(calls, of_another_description_set_no_pollrdband)
{
	int other = object_restrict(self->client, IPCCHAN_RIGHT_SEND, 0);

	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(0, poll_now(other, POLLRDBAND));
	close(other);
}

TEST_F(calls, with_an_outcome_set_pollrdband_after_a_kill)
{
	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_TRUE(poll_now(self->client, POLLRDBAND) & POLLRDBAND);
	ASSERT_EQ(-EOWNERDEAD, fetch_number(self->client, self->tokens[0]));
	EXPECT_FALSE(poll_now(self->client, POLLRDBAND) & POLLRDBAND);
}

static int poll_for_outcome(void *argument)
{
	FIXTURE_DATA(calls) * self = argument;
	struct pollfd poller = { .fd = self->client, .events = POLLRDBAND };
	int nr = poll(&poller, 1, MUST_HAPPEN_SECONDS * 1000);

	return nr == 1 ? poller.revents : nr;
}

TEST_F(calls, with_an_outcome_wake_who_polls)
{
	struct sleeper poller;

	ASSERT_TRUE(start_one(self));
	sleeper_start(&poller, poll_for_outcome, self);
	ASSERT_TRUE(await_asleep(&poller));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(POLLRDBAND, sleeper_join(&poller));
}

/* Who holds it goes when it has timed out, but nobody has received that yet. */
TEST_F(calls, that_timed_out_are_told_once_though_their_server_goes)
{
	__u64 soon = deadline_after(2 * NSEC_PER_SEC);
	__u64 token;

	ASSERT_EQ(0, start_number_until(self->client, 1, soon, &token));
	ASSERT_EQ(0, start_number(self->client, 2, &self->tokens[0]));
	ASSERT_EQ(1, take_request(self->server, &self->taken[0]));
	ASSERT_TRUE(poll_for_outcome(self) & POLLRDBAND);
	close(self->server);
	EXPECT_EQ(-ETIMEDOUT, fetch_any(self->client, &token));
	EXPECT_EQ(-EPIPE, fetch_any(self->client, &token));
	EXPECT_EQ(-ECHILD, fetch_any(self->client, &token));
}

TEST_F(calls, that_a_thread_waits_for_are_not_told_to_others)
{
	ASSERT_TRUE(start_one(self));
	waiter_start(&self->waiters[0], self->client, self->tokens[0]);
	ASSERT_TRUE(await_asleep(&self->waiters[0].sleeper));
	ASSERT_EQ(0, answer(self, 0));
	EXPECT_EQ(0, poll_now(self->client, POLLRDBAND));
	EXPECT_EQ(10, caller_join(&self->waiters[0]));
}

static int rung(int bell)
{
	__u64 count;

	return read(bell, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

TEST_F(calls, with_an_outcome_are_each_counted_by_an_eventfd)
{
	int bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	ASSERT_EQ(0, mailbox_notify(self->client, .fd = bell,
				    .events = IPCCHAN_EVENT_REPLY));
	ASSERT_TRUE(start_all(self));
	EXPECT_EQ(0, rung(bell));
	for (int i = 0; i < CALLS; i++)
		ASSERT_EQ(0, answer(self, i));
	EXPECT_EQ(CALLS, rung(bell));
	close(bell);
}

TEST_F(calls, with_an_outcome_are_counted_by_an_eventfd_that_comes_later)
{
	int bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, answer(self, 0));
	ASSERT_EQ(0, mailbox_notify(self->client, .fd = bell,
				    .events = IPCCHAN_EVENT_REPLY));
	EXPECT_EQ(1, rung(bell));
	close(bell);
}

TEST_F(calls, need_the_right_to_send_to_be_counted)
{
	int bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	EXPECT_EQ(-EPERM, mailbox_notify(self->server, .fd = bell,
					 .events = IPCCHAN_EVENT_REPLY));
	close(bell);
}

static int ask_for_signals(int mailbox, int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	if (sigprocmask(SIG_BLOCK, &set, NULL) ||
	    fcntl(mailbox, F_SETOWN, getpid()) ||
	    fcntl(mailbox, F_SETSIG, number) ||
	    fcntl(mailbox, F_SETFL, O_ASYNC))
		return -errno;
	return 0;
}

TEST_F(calls, with_an_outcome_are_signalled)
{
	struct timespec now = {};
	siginfo_t info = {};
	sigset_t set;

	ASSERT_EQ(0, ask_for_signals(self->client, SIGRTMIN));
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	ASSERT_TRUE(start_one(self));
	EXPECT_EQ(-1, sigtimedwait(&set, &info, &now));
	ASSERT_EQ(0, answer(self, 0));
	ASSERT_EQ(SIGRTMIN, sigtimedwait(&set, &info, &now));
	EXPECT_EQ(POLL_MSG, info.si_code);
	EXPECT_EQ(self->client, info.si_fd);
}

/* Outcomes that cannot be received */

TEST_F(calls, whose_reply_does_not_fit_can_be_fetched_again)
{
	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, answer(self, 0));
	self->reply.size = 3;
	EXPECT_EQ(-EMSGSIZE, mailbox_call_wait(self->client, self->tokens[0],
					       &self->reply));
	EXPECT_EQ(4, self->reply.length);
	EXPECT_EQ(-EMSGSIZE, mailbox_call_wait(self->client, 0, &self->reply));
	EXPECT_EQ(POLLRDBAND, poll_now(self->client, POLLRDBAND));
	EXPECT_EQ(10, fetch_number(self->client, self->tokens[0]));
}

TEST_F(calls, whose_reply_does_not_fit_give_what_does_with_truncate)
{
	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, answer(self, 0));
	self->reply.size = 1;
	EXPECT_EQ(0, mailbox_call_wait(self->client, 0, &self->reply,
				       .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(IPCCHAN_MESSAGE_TRUNCATED, self->reply.flags);
	EXPECT_EQ(4, self->reply.length);
	EXPECT_EQ(-ESRCH, fetch_number(self->client, self->tokens[0]));
}

TEST_F(calls, whose_reply_cannot_be_written_can_be_fetched_again)
{
	ASSERT_TRUE(start_one(self));
	ASSERT_EQ(0, answer(self, 0));
	self->reply.data = 8;
	EXPECT_EQ(-EFAULT, mailbox_call_wait(self->client, self->tokens[0],
					     &self->reply));
	EXPECT_EQ(10, fetch_number(self->client, self->tokens[0]));
}

TEST_F(calls, whose_error_cannot_be_written_can_be_fetched_again)
{
	struct ipcchan_message *read_only =
		mmap(NULL, sizeof(*read_only), PROT_READ,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_TRUE(start_one(self));
	close(self->server);
	EXPECT_EQ(-EFAULT, mailbox_call_wait(self->client, self->tokens[0],
					     read_only));
	EXPECT_EQ(-EOWNERDEAD, fetch_number(self->client, self->tokens[0]));
}

static int call_with_little_room(void *argument)
{
	FIXTURE_DATA(calls) * self = argument;
	struct ipcchan_message request = MESSAGE(&self->number, 4);
	int err;

	self->number = 1;
	request.type = 1;
	err = mailbox_call(self->client, &request, &self->reply);
	self->tokens[0] = request.token;
	return err;
}

/* Makes a call at once, and answers it. */
static int call_and_answer(FIXTURE_DATA(calls) * self)
{
	struct sleeper caller;

	sleeper_start(&caller, call_with_little_room, self);
	if (!await_queued(self->client, 1) ||
	    take_request(self->server, &self->taken[0]) != 1 ||
	    answer(self, 0))
		return HANGS;
	return sleeper_join(&caller);
}

TEST_F(calls, that_are_made_at_once_can_be_fetched_if_the_reply_does_not_fit)
{
	self->reply.size = 3;
	EXPECT_EQ(-EMSGSIZE, call_and_answer(self));
	EXPECT_EQ(4, self->reply.length);
	EXPECT_EQ(self->taken[0], self->tokens[0]);
	EXPECT_EQ(10, fetch_number(self->client, self->tokens[0]));
}

TEST_F(calls, that_are_made_at_once_can_be_fetched_if_the_reply_is_not_written)
{
	struct ipcchan_message request = {};
	unsigned int number;

	self->reply.data = 8;
	EXPECT_EQ(-EFAULT, call_and_answer(self));
	request.token = self->tokens[0];
	self->reply.data = (uintptr_t)&number;
	EXPECT_EQ(0, mailbox_call(self->client, &request, &self->reply));
	EXPECT_EQ(10, number);
	EXPECT_EQ(0, request.token);
}

TEST_F(calls, that_are_made_at_once_can_be_given_up_if_the_reply_does_not_fit)
{
	self->reply.size = 3;
	EXPECT_EQ(-EMSGSIZE, call_and_answer(self));
	EXPECT_EQ(-EALREADY,
		  mailbox_call_cancel(self->client, self->tokens[0]));
	EXPECT_EQ(0, mailbox_call_wait(self->client, 0, &self->reply,
				       .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(0, device_info(self->session).client_calls);
}

/* How many */

FIXTURE(most_calls)
{
	int session;
	int client;
	int server;
	__u64 tokens[IPCCHAN_CALLS_MAX];
};

FIXTURE_SETUP(most_calls)
{
	int mailbox;

	self->session = session_open();
	mailbox = mailbox_open(self->session,
			       .capacity_messages = IPCCHAN_CALLS_MAX + 2);
	self->client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	ASSERT_LE(0, self->server);
	close(mailbox);
	for (int i = 0; i < IPCCHAN_CALLS_MAX; i++)
		ASSERT_EQ(0, start_number(self->client, i, &self->tokens[i]));
}

FIXTURE_TEARDOWN(most_calls)
{
	close(self->client);
	close(self->server);
	close(self->session);
}

TEST_F(most_calls, are_told_by_device_info)
{
	struct ipcchan_device_info info = device_info(self->session);

	EXPECT_EQ(IPCCHAN_CALLS_MAX, info.client_calls);
	EXPECT_EQ(IPCCHAN_CALLS_MAX, info.client_calls_max);
}

TEST_F(most_calls, give_enospc_to_one_more)
{
	struct ipcchan_message request = MESSAGE("ask", 3);
	struct ipcchan_message reply = {};
	__u64 token;

	EXPECT_EQ(-ENOSPC, start_number(self->client, 1, &token));
	EXPECT_EQ(-ENOSPC, mailbox_call(self->client, &request, &reply));
	EXPECT_EQ(IPCCHAN_CALLS_MAX, mailbox_info(self->client).sent);
}

TEST_F(most_calls, are_of_all_descriptions_of_a_client)
{
	int other = object_restrict(self->client, IPCCHAN_RIGHT_SEND, 0);
	__u64 token;

	EXPECT_EQ(-ENOSPC, start_number(other, 1, &token));
	close(other);
}

TEST_F(most_calls, leave_room_to_others)
{
	int session = session_open();
	int mailbox = mailbox_open(session);
	__u64 token;

	EXPECT_EQ(0, start_number(mailbox, 1, &token));
	EXPECT_EQ(1, device_info(session).client_calls);
	close(mailbox);
	close(session);
}

TEST_F(most_calls, make_room_when_an_outcome_is_received)
{
	__u64 token;

	ASSERT_EQ(0, take_request(self->server, &token));
	ASSERT_EQ(0, answer_number(self->server, token, 1));
	EXPECT_EQ(-ENOSPC, start_number(self->client, 1, &token));
	ASSERT_EQ(1, fetch_number(self->client, self->tokens[0]));
	EXPECT_EQ(0, start_number(self->client, 1, &token));
}

TEST_F(most_calls, make_room_when_one_is_cancelled)
{
	__u64 token;

	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->tokens[9]));
	EXPECT_EQ(0, start_number(self->client, 1, &token));
}

#include "ipcchan_selftest_main.h"
