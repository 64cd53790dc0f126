// SPDX-License-Identifier: GPL-2.0
/* Signals meet a call: it is restarted, or ended, and never made twice. */

#include "kselftest_harness.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "call_numbers.h"

static int handled;
static int is_held_up;

/* Returns when it may. */
static void count_signal(int signal)
{
	__atomic_add_fetch(&handled, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&is_held_up, __ATOMIC_ACQUIRE))
		nap();
}

/* A mailbox with a descriptor for each side, and a thread that calls. */
FIXTURE(interrupted_call)
{
	int session;
	int client;
	int server;
	struct caller caller;
	__u64 token;
};

FIXTURE_SETUP(interrupted_call)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	mailbox = mailbox_open(self->session, .capacity_messages = 1);
	self->client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	ASSERT_LE(0, self->server);
	close(mailbox);
	handled = 0;
	is_held_up = 0;
}

FIXTURE_TEARDOWN(interrupted_call)
{
	close(self->client);
	close(self->server);
	close(self->session);
}

static void handle_signals(int flags)
{
	struct sigaction action = {
		.sa_handler = count_signal,
		.sa_flags = flags,
	};

	sigaction(SIGUSR1, &action, NULL);
}

/* Returns once the handler runs. */
static bool interrupt(struct caller *caller)
{
	int before = handled;

	return await_asleep(&caller->sleeper) &&
	       !pthread_kill(caller->sleeper.thread, SIGUSR1) &&
	       await_counter(&handled, before + 1);
}

/* The handler of the next signal runs until it may return. */
static void hold_up(void)
{
	__atomic_store_n(&is_held_up, 1, __ATOMIC_RELEASE);
}

static void go_on(void)
{
	__atomic_store_n(&is_held_up, 0, __ATOMIC_RELEASE);
}

static bool call_and_take(FIXTURE_DATA(interrupted_call) * self)
{
	caller_start(&self->caller, self->client, 1);
	return await_queued(self->client, 1) &&
	       take_request(self->server, &self->token) == 1;
}

TEST_F(interrupted_call, is_restarted_while_queued_and_sent_once)
{
	handle_signals(SA_RESTART);
	caller_start(&self->caller, self->client, 1);
	ASSERT_TRUE(await_queued(self->client, 1));
	for (int i = 0; i < 10; i++)
		ASSERT_TRUE(interrupt(&self->caller));
	ASSERT_EQ(1, take_request(self->server, &self->token));
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
	EXPECT_EQ(5, caller_join(&self->caller));
	EXPECT_EQ(0, self->caller.token);
	EXPECT_EQ(1, mailbox_info(self->client).sent);
	EXPECT_EQ(-EAGAIN, take_request(self->server, &self->token));
}

TEST_F(interrupted_call, is_restarted_while_held_and_sent_once)
{
	handle_signals(SA_RESTART);
	ASSERT_TRUE(call_and_take(self));
	for (int i = 0; i < 10; i++)
		ASSERT_TRUE(interrupt(&self->caller));
	EXPECT_EQ(0, take_cancelled(self->server));
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
	EXPECT_EQ(5, caller_join(&self->caller));
	EXPECT_EQ(1, mailbox_info(self->client).sent);
}

TEST_F(interrupted_call, is_restarted_while_there_is_no_room_and_sent_once)
{
	handle_signals(SA_RESTART);
	ASSERT_EQ(1, put_number(self->client, 7));
	caller_start(&self->caller, self->client, 1);
	for (int i = 0; i < 10; i++) {
		ASSERT_TRUE(await_waiters(self->client, 1, 0));
		ASSERT_TRUE(interrupt(&self->caller));
	}
	ASSERT_TRUE(await_waiters(self->client, 1, 0));
	ASSERT_EQ(7, take_number(self->server));
	ASSERT_TRUE(await_queued(self->client, 1));
	ASSERT_EQ(1, take_request(self->server, &self->token));
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
	EXPECT_EQ(5, caller_join(&self->caller));
	EXPECT_EQ(2, mailbox_info(self->client).sent);
}

TEST_F(interrupted_call, gets_the_reply_that_came_while_the_handler_ran)
{
	handle_signals(SA_RESTART);
	ASSERT_TRUE(call_and_take(self));
	hold_up();
	ASSERT_TRUE(interrupt(&self->caller));
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
	EXPECT_EQ(0, mailbox_info(self->client).calls);
	go_on();
	EXPECT_EQ(5, caller_join(&self->caller));
}

TEST_F(interrupted_call, gets_the_error_that_came_while_the_handler_ran)
{
	handle_signals(SA_RESTART);
	ASSERT_TRUE(call_and_take(self));
	hold_up();
	ASSERT_TRUE(interrupt(&self->caller));
	close(self->server);
	go_on();
	EXPECT_EQ(-EOWNERDEAD, caller_join(&self->caller));
}

TEST_F(interrupted_call, is_not_for_who_waits_for_any)
{
	struct pollfd poller = { .fd = self->client, .events = POLLRDBAND };
	__u64 token;

	handle_signals(SA_RESTART);
	ASSERT_TRUE(call_and_take(self));
	hold_up();
	ASSERT_TRUE(interrupt(&self->caller));
	EXPECT_EQ(-ECHILD, fetch_any(self->client, &token));
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
	EXPECT_EQ(0, poll(&poller, 1, 0));
	EXPECT_EQ(-ECHILD, fetch_any(self->client, &token));
	go_on();
	EXPECT_EQ(5, caller_join(&self->caller));
}

TEST_F(interrupted_call, ends_at_its_deadline_while_the_handler_runs)
{
	struct ipcchan_message notice = {};

	handle_signals(SA_RESTART);
	caller_start_until(&self->caller, self->client, 1,
			   deadline_after(NSEC_PER_SEC));
	ASSERT_TRUE(await_queued(self->client, 1));
	ASSERT_EQ(1, take_request(self->server, &self->token));
	hold_up();
	ASSERT_TRUE(interrupt(&self->caller));
	ASSERT_EQ(1, mailbox_receive(self->server, &notice, 1));
	EXPECT_EQ(IPCCHAN_NOTICE_CANCELLED, notice.type);
	go_on();
	EXPECT_EQ(-ETIMEDOUT, caller_join(&self->caller));
	EXPECT_EQ(-ECANCELED, answer_number(self->server, self->token, 5));
}

TEST_F(interrupted_call, keeps_its_deadline)
{
	__u64 deadline = deadline_after(NSEC_PER_SEC / 4);

	handle_signals(SA_RESTART);
	caller_start_until(&self->caller, self->client, 1, deadline);
	for (int i = 0; i < 20; i++) {
		pthread_kill(self->caller.sleeper.thread, SIGUSR1);
		nap();
	}
	EXPECT_EQ(-ETIMEDOUT, caller_join(&self->caller));
	EXPECT_LE(deadline, now_ns(CLOCK_MONOTONIC));
}

TEST_F(interrupted_call, is_taken_out_if_it_is_queued_and_not_restarted)
{
	handle_signals(0);
	caller_start(&self->caller, self->client, 1);
	ASSERT_TRUE(await_queued(self->client, 1));
	ASSERT_TRUE(interrupt(&self->caller));
	EXPECT_EQ(-EINTR, caller_join(&self->caller));
	EXPECT_EQ(0, self->caller.token);
	EXPECT_EQ(0, mailbox_info(self->client).messages);
	EXPECT_EQ(0, device_info(self->session).client_calls);
}

TEST_F(interrupted_call, is_cancelled_if_it_is_held_and_not_restarted)
{
	handle_signals(0);
	ASSERT_TRUE(call_and_take(self));
	ASSERT_TRUE(interrupt(&self->caller));
	EXPECT_EQ(-EINTR, caller_join(&self->caller));
	EXPECT_EQ(0, self->caller.token);
	EXPECT_EQ(self->token, take_cancelled(self->server));
	EXPECT_EQ(-ECANCELED, answer_number(self->server, self->token, 5));
	EXPECT_EQ(0, device_info(self->session).client_calls);
}

TEST_F(interrupted_call, is_none_if_the_signal_is_ignored)
{
	signal(SIGUSR1, SIG_IGN);
	ASSERT_TRUE(call_and_take(self));
	ASSERT_TRUE(await_asleep(&self->caller.sleeper));
	ASSERT_EQ(0, pthread_kill(self->caller.sleeper.thread, SIGUSR1));
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
	EXPECT_EQ(5, caller_join(&self->caller));
}

static int call_in_child(void *argument)
{
	FIXTURE_DATA(interrupted_call) * self = argument;
	struct caller caller;

	caller_start(&caller, self->client, 1);
	return caller_join(&caller);
}

TEST_F(interrupted_call, is_restarted_by_who_stops_and_continues)
{
	struct child child;
	int status;

	child_start(&child, call_in_child, self);
	ASSERT_TRUE(await_queued(self->client, 1));
	ASSERT_EQ(0, kill(child.pid, SIGSTOP));
	ASSERT_EQ(child.pid, waitpid(child.pid, &status, WUNTRACED));
	ASSERT_EQ(1, take_request(self->server, &self->token));
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
	ASSERT_EQ(0, kill(child.pid, SIGCONT));
	EXPECT_EQ(5, child_join(&child));
	EXPECT_EQ(1, mailbox_info(self->client).sent);
}

TEST_F(interrupted_call, ends_with_the_process_though_it_is_stopped)
{
	struct child child;
	int status;

	child_start(&child, call_in_child, self);
	ASSERT_TRUE(await_queued(self->client, 1));
	ASSERT_EQ(1, take_request(self->server, &self->token));
	ASSERT_EQ(0, kill(child.pid, SIGSTOP));
	ASSERT_EQ(child.pid, waitpid(child.pid, &status, WUNTRACED));
	ASSERT_EQ(0, kill(child.pid, SIGKILL));
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_EQ(self->token, take_cancelled(self->server));
	EXPECT_EQ(0, device_info(self->session).client_calls);
}

/* What the server is told of the deadline. */
FIXTURE(call_deadline)
{
	int session;
	int mailbox;
	struct ipcchan_message request;
	struct ipcchan_message received;
};

FIXTURE_SETUP(call_deadline)
{
	self->session = session_open();
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
}

FIXTURE_TEARDOWN(call_deadline)
{
	close(self->mailbox);
	close(self->session);
}

/* The deadline as it is received, of a call with these. */
static __u64 received_deadline(FIXTURE_DATA(call_deadline) * self,
			       __u64 deadline_ns, unsigned int flags)
{
	int err = mailbox_call_start(self->mailbox, &self->request,
				     .flags = flags,
				     .deadline_ns = deadline_ns);

	if (err || mailbox_receive(self->mailbox, &self->received, 1) != 1)
		return 0;
	return self->received.deadline_ns;
}

TEST_F(call_deadline, reaches_the_server)
{
	__u64 deadline = deadline_must_happen();

	EXPECT_EQ(deadline, received_deadline(self, deadline, 0));
}

TEST_F(call_deadline, reaches_the_server_also_if_there_is_none)
{
	EXPECT_EQ(IPCCHAN_DEADLINE_NEVER,
		  received_deadline(self, IPCCHAN_DEADLINE_NEVER, 0));
	self->request.token = 0;
	EXPECT_EQ(IPCCHAN_DEADLINE_NEVER,
		  received_deadline(self, IPCCHAN_DEADLINE_NEVER,
				    IPCCHAN_REALTIME));
}

TEST_F(call_deadline, of_the_real_time_reaches_the_server_as_monotonic_time)
{
	__u64 left = 20 * NSEC_PER_SEC;
	__u64 before = now_ns(CLOCK_MONOTONIC);
	__u64 deadline = received_deadline(self, now_ns(CLOCK_REALTIME) + left,
					   IPCCHAN_REALTIME);

	EXPECT_LE(before + left - NSEC_PER_MSEC, deadline);
	EXPECT_GE(now_ns(CLOCK_MONOTONIC) + left + NSEC_PER_MSEC, deadline);
}

TEST_F(call_deadline, of_a_message_is_never)
{
	struct ipcchan_message message = {};

	ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(IPCCHAN_DEADLINE_NEVER, message.deadline_ns);
	EXPECT_EQ(0, message.token);
}

TEST_F(call_deadline, can_be_passed_on_to_another_call)
{
	int other = mailbox_open(self->session);
	__u64 deadline = deadline_must_happen();

	ASSERT_EQ(deadline, received_deadline(self, deadline, 0));
	ASSERT_EQ(0, mailbox_call_start(other, &MESSAGE("on", 2),
					.deadline_ns =
						self->received.deadline_ns));
	ASSERT_EQ(1, mailbox_receive(other, &self->received, 1,
				     .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(deadline, self->received.deadline_ns);
	close(other);
}

#include "ipcchan_selftest_main.h"
