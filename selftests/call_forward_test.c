// SPDX-License-Identifier: GPL-2.0
/* CALL_FORWARD: another mailbox answers a request. */

#include "kselftest_harness.h"

#include <poll.h>

#include "call_numbers.h"

#define ROOM	2

/* A mailbox with a request that is held, and another that takes requests. */
FIXTURE(forward)
{
	int session;
	int client;
	int server;
	int other_client;
	int other_server;
	int pipe[2];
	int got[2];
	__u64 token;
	__u64 other_token;
	char bytes[8];
	struct ipcchan_message request;
	struct ipcchan_message received;
	struct ipcchan_message forwarded;
};

static int open_other(FIXTURE_DATA(forward) * self, unsigned int flags,
		      unsigned int delivery)
{
	int mailbox = mailbox_open(self->session,
				   .flags = IPCCHAN_OPEN_CREATE | flags,
				   .delivery = delivery,
				   .capacity_messages =
					   delivery ? IPCCHAN_DEFAULT : ROOM,
				   .max_message_size = 8);

	close(self->other_client);
	close(self->other_server);
	self->other_client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->other_server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE |
					     IPCCHAN_RIGHT_ADMIN, 0);
	return close(mailbox);
}

/* Begins @self->request, and receives it. */
static int call_and_take(FIXTURE_DATA(forward) * self)
{
	int err = mailbox_call_start(self->client, &self->request);

	self->token = self->request.token;
	return err ?: mailbox_receive(self->server, &self->received, 1,
				      .flags = IPCCHAN_TRUNCATE);
}

FIXTURE_SETUP(forward)
{
	int mailbox;

	self->session = session_open();
	mailbox = mailbox_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
						       IPCCHAN_OPEN_FDS);
	self->client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	ASSERT_LE(0, self->server);
	close(mailbox);
	self->other_client = -1;
	self->other_server = -1;
	ASSERT_EQ(0, open_other(self, IPCCHAN_OPEN_FDS, 0));
	ASSERT_EQ(0, pipe(self->pipe));
	self->request = MESSAGE("ask", 3, .type = 7, .priority = 4);
	self->forwarded = MESSAGE(self->bytes, sizeof(self->bytes),
				  .fds = (uintptr_t)self->got, .nr_fds = 2);
	ASSERT_EQ(1, call_and_take(self));
}

FIXTURE_TEARDOWN(forward)
{
	close(self->pipe[0]);
	close(self->pipe[1]);
	close(self->other_client);
	close(self->other_server);
	close(self->client);
	close(self->server);
	close(self->session);
}

static int pass_on(FIXTURE_DATA(forward) * self)
{
	return mailbox_call_forward(self->server, self->token,
				    self->other_client);
}

static int take_there(FIXTURE_DATA(forward) * self)
{
	return mailbox_receive(self->other_server, &self->forwarded, 1,
			       .flags = IPCCHAN_NONBLOCK);
}

static bool pass_on_and_take(FIXTURE_DATA(forward) * self)
{
	return !pass_on(self) && take_there(self) == 1;
}

TEST_F(forward, lets_another_server_answer)
{
	ASSERT_EQ(0, pass_on(self));
	ASSERT_EQ(1, take_there(self));
	EXPECT_EQ(0, answer_number(self->other_server, self->token, 5));
	EXPECT_EQ(5, fetch_number(self->client, self->token));
}

TEST_F(forward, keeps_token_bytes_type_and_priority)
{
	ASSERT_TRUE(pass_on_and_take(self));
	EXPECT_EQ(self->token, self->forwarded.token);
	EXPECT_EQ(3, self->forwarded.length);
	EXPECT_EQ(0, memcmp(self->bytes, "ask", 3));
	EXPECT_EQ(7, self->forwarded.type);
	EXPECT_EQ(4, self->forwarded.priority);
}

TEST_F(forward, keeps_who_called_and_until_when_an_answer_is_wanted)
{
	ASSERT_TRUE(pass_on_and_take(self));
	EXPECT_EQ(self->received.client, self->forwarded.client);
	EXPECT_EQ(self->received.tgid, self->forwarded.tgid);
	EXPECT_EQ(self->received.uid, self->forwarded.uid);
	EXPECT_EQ(self->received.deadline_ns, self->forwarded.deadline_ns);
}

TEST_F(forward, keeps_the_caller_also_when_another_user_forwards)
{
	int session = session_open_as(BOB, BOB);
	int mailbox = mailbox_open(session);
	__u64 token;

	ASSERT_EQ(0, mailbox_call_start(mailbox, &MESSAGE("bob", 3)));
	ASSERT_EQ(1, mailbox_receive(mailbox, &self->received, 1,
				     .flags = IPCCHAN_TRUNCATE));
	token = self->received.token;
	ASSERT_EQ(0, mailbox_call_forward(mailbox, token, self->other_client));
	ASSERT_EQ(1, take_there(self));
	EXPECT_EQ(device_info(session).client, self->forwarded.client);
	close(mailbox);
	close(session);
}

TEST_F(forward, counts_as_a_new_message_there)
{
	ASSERT_EQ(1, put_number(self->other_client, 1));
	ASSERT_EQ(0, pass_on(self));
	EXPECT_EQ(2, mailbox_info(self->other_client).sent);
	EXPECT_EQ(2, mailbox_info(self->other_client).messages);
	EXPECT_EQ(1, mailbox_info(self->other_client).calls);
	ASSERT_EQ(1, take_there(self));
	EXPECT_EQ(2, self->forwarded.sequence);
	EXPECT_EQ(0, mailbox_info(self->client).calls);
}

TEST_F(forward, ends_what_the_first_server_had_of_the_request)
{
	ASSERT_EQ(0, pass_on(self));
	EXPECT_EQ(-ESRCH, answer_number(self->server, self->token, 5));
	EXPECT_EQ(-ESRCH, mailbox_call_read(self->server, self->token,
					    self->bytes, 1, 0));
	EXPECT_EQ(-ESRCH, pass_on(self));
	EXPECT_EQ(1, mailbox_info(self->other_client).calls);
}

TEST_F(forward, passes_descriptors_on)
{
	char byte = 0;

	self->request = MESSAGE("fds", 3, .fds = (uintptr_t)self->pipe,
				.nr_fds = 2);
	ASSERT_EQ(1, call_and_take(self));
	ASSERT_TRUE(pass_on_and_take(self));
	ASSERT_EQ(2, self->forwarded.nr_fds);
	EXPECT_EQ(1, write(self->got[1], "x", 1));
	EXPECT_EQ(1, read(self->pipe[0], &byte, 1));
	EXPECT_EQ('x', byte);
}

TEST_F(forward, can_lead_to_where_the_request_came_from)
{
	ASSERT_EQ(0, mailbox_call_forward(self->server, self->token,
					  self->client));
	EXPECT_EQ(1, mailbox_info(self->client).messages);
	ASSERT_EQ(1, mailbox_receive(self->server, &self->forwarded, 1));
	EXPECT_EQ(self->token, self->forwarded.token);
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
	EXPECT_EQ(5, fetch_number(self->client, self->token));
}

TEST_F(forward, can_be_done_again_and_again)
{
	for (int i = 0; i < 50; i++) {
		ASSERT_TRUE(pass_on_and_take(self));
		ASSERT_EQ(0, mailbox_call_forward(self->other_server,
						  self->token, self->client));
		ASSERT_EQ(1, mailbox_receive(self->server, &self->forwarded,
					     1));
	}
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
	EXPECT_EQ(5, fetch_number(self->client, self->token));
}

TEST_F(forward, answers_who_waits_in_call)
{
	struct caller caller;

	caller_start(&caller, self->client, 1);
	ASSERT_TRUE(await_queued(self->client, 1));
	ASSERT_EQ(1, take_request(self->server, &self->token));
	ASSERT_TRUE(pass_on_and_take(self));
	EXPECT_EQ(0, answer_number(self->other_server, self->token, 5));
	EXPECT_EQ(5, caller_join(&caller));
}

TEST_F(forward, reaches_a_receiver_that_waits)
{
	struct sleeper taker;
	__u64 token;

	start_take(&taker, self->other_server);
	ASSERT_TRUE(await_waiters(self->other_client, 0, 1));
	ASSERT_EQ(0, start_number(self->client, 6, &self->token));
	ASSERT_EQ(6, take_request(self->server, &token));
	ASSERT_EQ(0, pass_on(self));
	EXPECT_EQ(6, sleeper_join(&taker));
}

TEST_F(forward, goes_to_a_rendezvous_where_somebody_waits)
{
	struct sleeper taker;
	__u64 token;

	ASSERT_EQ(0, open_other(self, 0, IPCCHAN_DELIVERY_RENDEZVOUS));
	EXPECT_EQ(-EAGAIN, pass_on(self));
	start_take(&taker, self->other_server);
	ASSERT_TRUE(await_waiters(self->other_client, 0, 1));
	ASSERT_EQ(0, start_number(self->client, 6, &self->token));
	ASSERT_EQ(6, take_request(self->server, &token));
	EXPECT_EQ(0, pass_on(self));
	EXPECT_EQ(6, sleeper_join(&taker));
}

TEST_F(forward, goes_to_a_fair_mailbox)
{
	ASSERT_EQ(0, open_other(self, 0, IPCCHAN_DELIVERY_FAIR));
	ASSERT_TRUE(pass_on_and_take(self));
	EXPECT_EQ(0, answer_number(self->other_server, self->token, 5));
	EXPECT_EQ(5, fetch_number(self->client, self->token));
}

/* The end of a request that was forwarded */

TEST_F(forward, makes_the_second_server_the_one_whose_end_matters)
{
	ASSERT_TRUE(pass_on_and_take(self));
	close(self->server);
	EXPECT_EQ(-EAGAIN, fetch_number(self->client, self->token));
	close(self->other_server);
	EXPECT_EQ(-EOWNERDEAD, fetch_number(self->client, self->token));
}

TEST_F(forward, is_as_good_as_received_when_nobody_is_left_to_receive_it)
{
	ASSERT_EQ(0, pass_on(self));
	close(self->other_server);
	EXPECT_EQ(-EOWNERDEAD, fetch_number(self->client, self->token));
}

TEST_F(forward, is_as_good_as_received_when_the_other_mailbox_is_killed)
{
	ASSERT_EQ(0, pass_on(self));
	ASSERT_EQ(0, object_kill(self->other_server));
	EXPECT_EQ(-EOWNERDEAD, fetch_number(self->client, self->token));
}

TEST_F(forward, is_as_good_as_received_when_the_request_is_dropped)
{
	struct ipcchan_message message = { .priority = 5 };

	ASSERT_EQ(0, pass_on(self));
	for (int i = 0; i < ROOM; i++)
		ASSERT_EQ(1, mailbox_send(self->other_client, &message, 1,
					  .policy =
						  IPCCHAN_POLICY_DROP_OLDEST));
	EXPECT_EQ(-EOWNERDEAD, fetch_number(self->client, self->token));
}

TEST_F(forward, does_not_depend_on_the_first_mailbox_any_more)
{
	int admin = mailbox_open(self->session);

	self->request.token = 0;
	ASSERT_EQ(0, mailbox_call_start(admin, &self->request));
	ASSERT_EQ(1, mailbox_receive(admin, &self->received, 1,
				     .flags = IPCCHAN_TRUNCATE));
	self->token = self->received.token;
	ASSERT_EQ(0, mailbox_call_forward(admin, self->token,
					  self->other_client));
	ASSERT_EQ(1, take_there(self));
	ASSERT_EQ(0, object_kill(admin));
	EXPECT_EQ(0, answer_number(self->other_server, self->token, 5));
	EXPECT_EQ(5, fetch_number(admin, self->token));
	close(admin);
}

TEST_F(forward, lets_a_request_be_cancelled_where_it_is_queued)
{
	ASSERT_EQ(0, pass_on(self));
	EXPECT_EQ(0, mailbox_call_cancel(self->client, self->token));
	EXPECT_EQ(0, mailbox_info(self->other_client).messages);
	EXPECT_EQ(-EAGAIN, take_there(self));
	EXPECT_EQ(0, take_cancelled(self->server));
}

TEST_F(forward, lets_a_request_be_cancelled_where_it_is_held)
{
	ASSERT_TRUE(pass_on_and_take(self));
	EXPECT_EQ(0, mailbox_call_cancel(self->client, self->token));
	EXPECT_EQ(self->token, take_cancelled(self->other_server));
	EXPECT_EQ(0, take_cancelled(self->server));
	EXPECT_EQ(-ECANCELED,
		  answer_number(self->other_server, self->token, 5));
}

/* What is refused, and leaves the request held */

static bool is_still_held(FIXTURE_DATA(forward) * self)
{
	return mailbox_info(self->client).calls_held == 1 &&
	       !answer_number(self->server, self->token, 5) &&
	       fetch_number(self->client, self->token) == 5;
}

TEST_F(forward, needs_a_receiver_there)
{
	close(self->other_server);
	EXPECT_EQ(-EPIPE, pass_on(self));
	EXPECT_TRUE(is_still_held(self));
}

TEST_F(forward, needs_room_there)
{
	for (int i = 0; i < ROOM; i++)
		ASSERT_EQ(1, put_number(self->other_client, i));
	EXPECT_EQ(-EAGAIN, pass_on(self));
	EXPECT_TRUE(is_still_held(self));
}

TEST_F(forward, needs_a_mailbox_that_takes_as_long_a_message)
{
	ASSERT_EQ(0, answer_number(self->server, self->token, 5));
	ASSERT_EQ(5, fetch_number(self->client, self->token));
	self->request = MESSAGE("too long", 9);
	ASSERT_EQ(1, call_and_take(self));
	EXPECT_EQ(-EMSGSIZE, pass_on(self));
	EXPECT_TRUE(is_still_held(self));
}

TEST_F(forward, needs_a_mailbox_that_takes_descriptors_if_there_are_any)
{
	ASSERT_EQ(0, open_other(self, 0, 0));
	ASSERT_EQ(0, answer_number(self->server, self->token, 5));
	ASSERT_EQ(5, fetch_number(self->client, self->token));
	self->request = MESSAGE("fds", 3, .fds = (uintptr_t)self->pipe,
				.nr_fds = 2);
	ASSERT_EQ(1, call_and_take(self));
	EXPECT_EQ(-ENOPROTOOPT, pass_on(self));
	EXPECT_TRUE(is_still_held(self));
}

TEST_F(forward, needs_a_mailbox_that_is_alive)
{
	ASSERT_EQ(0, object_kill(self->other_server));
	EXPECT_EQ(-EIDRM, pass_on(self));
	EXPECT_TRUE(is_still_held(self));
}

TEST_F(forward, needs_a_mailbox_that_gives_each_message_to_one)
{
	ASSERT_EQ(0, open_other(self, 0, IPCCHAN_DELIVERY_LATEST));
	EXPECT_EQ(-EOPNOTSUPP, pass_on(self));
	ASSERT_EQ(0, open_other(self, 0, IPCCHAN_DELIVERY_BROADCAST));
	EXPECT_EQ(-EOPNOTSUPP, pass_on(self));
	EXPECT_TRUE(is_still_held(self));
}

TEST_F(forward, needs_the_right_to_send_there)
{
	EXPECT_EQ(-EPERM, mailbox_call_forward(self->server, self->token,
					       self->other_server));
	EXPECT_TRUE(is_still_held(self));
}

TEST_F(forward, needs_a_mailbox)
{
	EXPECT_EQ(-EBADF, mailbox_call_forward(self->server, self->token,
					       self->pipe[1]));
	EXPECT_EQ(-EBADF, mailbox_call_forward(self->server, self->token,
					       self->session));
	EXPECT_EQ(-EBADF, mailbox_call_forward(self->server, self->token,
					       next_fd()));
	EXPECT_TRUE(is_still_held(self));
}

TEST_F(forward, needs_a_token_of_the_description_that_received)
{
	EXPECT_EQ(-ESRCH, mailbox_call_forward(self->server, self->token ^ 1,
					       self->other_client));
	EXPECT_EQ(-ESRCH, mailbox_call_forward(self->other_server, self->token,
					       self->client));
	EXPECT_TRUE(is_still_held(self));
}

static int pass_on_in_child(void *argument)
{
	return pass_on(argument);
}

TEST_F(forward, is_done_by_the_process_that_holds_the_request)
{
	struct sleeper thread;

	EXPECT_EQ(-ESRCH, run_in_child(pass_on_in_child, self));
	sleeper_start(&thread, pass_on_in_child, self);
	EXPECT_EQ(0, sleeper_join(&thread));
}

TEST_F(forward, of_a_cancelled_request_is_refused)
{
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->token));
	EXPECT_EQ(-ECANCELED, pass_on(self));
	EXPECT_EQ(self->token, take_cancelled(self->server));
	EXPECT_EQ(-ECANCELED, answer_number(self->server, self->token, 5));
}

#include "ipcchan_selftest_main.h"
