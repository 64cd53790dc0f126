// SPDX-License-Identifier: GPL-2.0
/* Servers: how requests are received, and what becomes of those that are not. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <stddef.h>

#include "call_numbers.h"

#define ROOM	4
#define LARGE	1000

/* A mailbox with little room, and a descriptor for each side. */
FIXTURE(requests)
{
	int session;
	int client;
	int server;
	__u64 token;
	__u64 tokens[ROOM];
	char large[LARGE];
	char buffer[LARGE];
	struct ipcchan_message received;
	struct caller caller;
};

static int open_pair(FIXTURE_DATA(requests) * self, unsigned int delivery)
{
	int mailbox = mailbox_open(self->session, .delivery = delivery,
				   .capacity_messages =
					   delivery == IPCCHAN_DELIVERY_QUEUE ?
						   ROOM : IPCCHAN_DEFAULT);

	close(self->client);
	close(self->server);
	self->client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE |
				       IPCCHAN_RIGHT_PEEK |
				       IPCCHAN_RIGHT_ADMIN, 0);
	return close(mailbox);
}

FIXTURE_SETUP(requests)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->client = -1;
	self->server = -1;
	ASSERT_EQ(0, open_pair(self, IPCCHAN_DELIVERY_QUEUE));
	for (int i = 0; i < LARGE; i++)
		self->large[i] = 'a' + i % 23;
	self->received = MESSAGE(self->buffer, 10);
}

FIXTURE_TEARDOWN(requests)
{
	close(self->client);
	close(self->server);
	close(self->session);
}

TEST_F(requests, are_received_in_the_order_of_priority)
{
	ASSERT_EQ(0, start_number_at(self->client, 1, 0, &self->token));
	ASSERT_EQ(1, put_number_at(self->client, 2, 3));
	ASSERT_EQ(0, start_number_at(self->client, 3, 9, &self->token));
	ASSERT_EQ(0, start_number_at(self->client, 4, 3, &self->token));
	EXPECT_EQ(3, take_request(self->server, &self->token));
	EXPECT_EQ(2, take_request(self->server, &self->token));
	EXPECT_EQ(0, self->token);
	EXPECT_EQ(4, take_request(self->server, &self->token));
	EXPECT_EQ(1, take_request(self->server, &self->token));
	EXPECT_NE(0, self->token);
}

TEST_F(requests, are_received_several_at_a_time)
{
	struct ipcchan_message batch[3] = {};

	for (int i = 0; i < 3; i++)
		ASSERT_EQ(0, start_number(self->client, i, &self->tokens[i]));
	ASSERT_EQ(3, mailbox_receive(self->server, batch, 3,
				     .flags = IPCCHAN_TRUNCATE));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(self->tokens[i], batch[i].token);
	EXPECT_EQ(3, mailbox_info(self->client).calls_held);
}

TEST_F(requests, are_received_by_filter)
{
	ASSERT_EQ(0, start_number(self->client, 1, &self->token));
	ASSERT_EQ(0, start_number(self->client, 2, &self->token));
	ASSERT_EQ(0, mailbox_filter(self->server, .type_min = 2));
	EXPECT_EQ(2, take_request(self->server, &self->token));
	EXPECT_EQ(-EAGAIN, take_request(self->server, &self->token));
}

TEST_F(requests, are_answered_out_of_order)
{
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, start_number(self->client, i, &self->token));
		ASSERT_EQ(i, take_request(self->server, &self->tokens[i]));
	}
	for (int i = 2; i >= 0; i--)
		EXPECT_EQ(0, answer_number(self->server, self->tokens[i], i));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(i, fetch_number(self->client, self->tokens[i]));
}

TEST_F(requests, take_no_room_while_they_are_held)
{
	for (int i = 0; i < 2 * ROOM; i++) {
		ASSERT_EQ(0, start_number(self->client, i, &self->token));
		ASSERT_EQ(i, take_request(self->server, &self->token));
	}
	EXPECT_EQ(2 * ROOM, mailbox_info(self->client).calls_held);
}

/* What else looks at messages */

TEST_F(requests, are_not_for_read)
{
	char bytes[8];

	ASSERT_EQ(0, start_number(self->client, 1, &self->token));
	EXPECT_EQ(-1, read(self->server, bytes, sizeof(bytes)));
	EXPECT_EQ(EBADMSG, errno);
	EXPECT_EQ(1, take_request(self->server, &self->token));
}

TEST_F(requests, are_not_for_who_does_not_know_tokens)
{
	static const unsigned int sizes[] = {
		IPCCHAN_MESSAGE_SIZE_VER0,
		offsetof(struct ipcchan_message, token),
		offsetof(struct ipcchan_message, error),
	};

	ASSERT_EQ(0, start_number(self->client, 1, &self->token));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(-EBADMSG, mailbox_receive(self->server,
						    &self->received, 1,
						    .message_size = sizes[i]));
	EXPECT_EQ(0, mailbox_info(self->client).calls_held);
	EXPECT_EQ(1, take_request(self->server, &self->token));
}

TEST_F(requests, are_shown_by_peek_without_the_token)
{
	ASSERT_EQ(0, start_number(self->client, 1, &self->token));
	EXPECT_EQ(1, mailbox_peek(self->server, 0, &self->received, 1));
	EXPECT_EQ(1, self->received.type);
	EXPECT_EQ(4, self->received.length);
	EXPECT_EQ(0, self->received.token);
	EXPECT_EQ(0, mailbox_info(self->client).calls_held);
}

TEST_F(requests, are_not_held_by_hold)
{
	struct ipcchan_held held;

	ASSERT_EQ(0, start_number(self->client, 1, &self->token));
	ASSERT_EQ(1, mailbox_receive(self->server, &self->received, 1,
				     .flags = IPCCHAN_HOLD));
	held.sequence = self->received.sequence;
	EXPECT_EQ(self->token, self->received.token);
	EXPECT_EQ(0, mailbox_info(self->client).held);
	EXPECT_EQ(1, mailbox_info(self->client).calls_held);
	EXPECT_EQ(-ENOENT, mailbox_commit(self->server, &held, 1));
	EXPECT_EQ(-ENOENT, mailbox_release(self->server, &held, 1));
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
}

TEST_F(requests, are_left_out_of_a_snapshot)
{
	char memory[1024];
	int other = mailbox_open(self->session);

	ASSERT_EQ(0, start_number(self->client, 1, &self->token));
	ASSERT_EQ(1, put_number(self->client, 2));
	ASSERT_EQ(0, start_number(self->client, 3, &self->token));
	EXPECT_EQ(1, mailbox_snapshot(self->server, memory, sizeof(memory)));
	EXPECT_EQ(1, mailbox_restore(other, memory, sizeof(memory)));
	EXPECT_EQ(2, take_number(other));
	EXPECT_EQ(-EAGAIN, take_number(other));
	close(other);
}

TEST_F(requests, set_pollin)
{
	struct pollfd poller = { .fd = self->server, .events = POLLIN };

	ASSERT_EQ(0, start_number(self->client, 1, &self->token));
	ASSERT_EQ(1, poll(&poller, 1, 0));
	EXPECT_EQ(POLLIN, poller.revents);
	ASSERT_EQ(1, take_request(self->server, &self->token));
	EXPECT_EQ(0, poll(&poller, 1, 0));
}

/* Large requests */

static int start_large(FIXTURE_DATA(requests) * self)
{
	struct ipcchan_message request = MESSAGE(self->large, LARGE);
	int err = mailbox_call_start(self->client, &request);

	self->token = request.token;
	return err;
}

TEST_F(requests, that_do_not_fit_stay_where_they_are)
{
	ASSERT_EQ(0, start_large(self));
	EXPECT_EQ(-EMSGSIZE, mailbox_receive(self->server, &self->received, 1));
	EXPECT_EQ(LARGE, self->received.length);
	EXPECT_EQ(0, mailbox_info(self->client).calls_held);
	EXPECT_EQ(1, mailbox_info(self->client).messages);
}

TEST_F(requests, that_do_not_fit_are_received_with_truncate_and_read_in_parts)
{
	ASSERT_EQ(0, start_large(self));
	ASSERT_EQ(1, mailbox_receive(self->server, &self->received, 1,
				     .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(IPCCHAN_MESSAGE_TRUNCATED, self->received.flags);
	EXPECT_EQ(0, memcmp(self->buffer, self->large, 10));
	for (int at = 10; at < LARGE; at += 330)
		ASSERT_EQ(330, mailbox_call_read(self->server, self->token,
						 self->buffer + at, 330, at));
	EXPECT_EQ(0, memcmp(self->buffer, self->large, LARGE));
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
}

static int take_large(FIXTURE_DATA(requests) * self)
{
	return start_large(self) ?:
	       mailbox_receive(self->server, &self->received, 1,
			       .flags = IPCCHAN_TRUNCATE);
}

TEST_F(requests, are_read_up_to_their_end)
{
	ASSERT_EQ(1, take_large(self));
	EXPECT_EQ(7, mailbox_call_read(self->server, self->token, self->buffer,
				       100, LARGE - 7));
	EXPECT_EQ(0, memcmp(self->buffer, self->large + LARGE - 7, 7));
	EXPECT_EQ(0, mailbox_call_read(self->server, self->token, self->buffer,
				       100, LARGE));
	EXPECT_EQ(0, mailbox_call_read(self->server, self->token, self->buffer,
				       100, ~0U));
	EXPECT_EQ(0, mailbox_call_read(self->server, self->token, self->buffer,
				       0, 0));
}

TEST_F(requests, are_read_again_and_again)
{
	ASSERT_EQ(1, take_large(self));
	for (int i = 0; i < 3; i++) {
		memset(self->buffer, 0, LARGE);
		ASSERT_EQ(LARGE, mailbox_call_read(self->server, self->token,
						   self->buffer, LARGE, 0));
		EXPECT_EQ(0, memcmp(self->buffer, self->large, LARGE));
	}
}

TEST_F(requests, that_cannot_be_written_are_still_held)
{
	ASSERT_EQ(1, take_large(self));
	EXPECT_EQ(-EFAULT,
		  mailbox_call_read(self->server, self->token, 8, 10, 0));
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
}

static int read_it(void *argument)
{
	FIXTURE_DATA(requests) * self = argument;

	return mailbox_call_read(self->server, self->token, self->buffer, 5, 0);
}

TEST_F(requests, are_read_by_who_holds_them)
{
	int other = object_restrict(self->server, IPCCHAN_RIGHT_RECEIVE, 0);
	struct sleeper thread;

	ASSERT_EQ(1, take_large(self));
	sleeper_start(&thread, read_it, self);
	EXPECT_EQ(5, sleeper_join(&thread));
	EXPECT_EQ(-ESRCH, run_in_child(read_it, self));
	EXPECT_EQ(-ESRCH, mailbox_call_read(other, self->token, self->buffer,
					    5, 0));
	EXPECT_EQ(-ESRCH, mailbox_call_read(self->server, self->token + 1,
					    self->buffer, 5, 0));
	ASSERT_EQ(0, answer_number(self->server, self->token, 5));
	EXPECT_EQ(-ESRCH, mailbox_call_read(self->server, self->token,
					    self->buffer, 5, 0));
	close(other);
}

/* Those that nobody receives */

TEST_F(requests, that_are_dropped_for_others_end_with_epipe)
{
	struct ipcchan_message message = {};

	ASSERT_EQ(0, start_number(self->client, 1, &self->token));
	for (int i = 1; i < ROOM; i++)
		ASSERT_EQ(1, put_number(self->client, i));
	ASSERT_EQ(1, mailbox_send(self->client, &message, 1,
				  .policy = IPCCHAN_POLICY_DROP_OLDEST));
	EXPECT_EQ(-EPIPE, fetch_number(self->client, self->token));
	EXPECT_EQ(1, mailbox_info(self->client).dropped);
	EXPECT_EQ(0, mailbox_info(self->client).calls);
}

TEST_F(requests, of_who_waits_end_with_epipe_when_they_are_dropped)
{
	struct ipcchan_message message = {};

	caller_start(&self->caller, self->client, 1);
	ASSERT_TRUE(await_queued(self->client, 1));
	ASSERT_EQ(1, mailbox_send(self->client, &message, 1,
				  .policy = IPCCHAN_POLICY_DROP_OLDEST));
	for (int i = 0; i < ROOM - 1; i++)
		ASSERT_EQ(1, mailbox_send(self->client, &message, 1,
					  .policy =
						  IPCCHAN_POLICY_DROP_OLDEST));
	EXPECT_EQ(-EPIPE, caller_join(&self->caller));
}

TEST_F(requests, end_with_epipe_when_the_last_receiver_goes)
{
	int other = object_restrict(self->server, IPCCHAN_RIGHT_RECEIVE, 0);

	caller_start(&self->caller, self->client, 1);
	ASSERT_TRUE(await_queued(self->client, 1));
	close(other);
	EXPECT_EQ(1, mailbox_info(self->client).calls);
	close(self->server);
	EXPECT_EQ(-EPIPE, caller_join(&self->caller));
	EXPECT_EQ(0, mailbox_info(self->client).messages);
}

TEST_F(requests, that_wait_for_room_end_with_epipe_when_the_last_receiver_goes)
{
	const char *name = fresh_name();
	int client = object_open_for(self->session, IPCCHAN_KIND_MAILBOX, name,
				     IPCCHAN_OPEN_CREATE, IPCCHAN_RIGHT_SEND,
				     0600);
	int server = object_open_for(self->session, IPCCHAN_KIND_MAILBOX, name,
				     0, IPCCHAN_RIGHT_RECEIVE, 0);

	while (put_number(client, 1) == 1)
		;
	caller_start(&self->caller, client, 1);
	ASSERT_TRUE(await_waiters(client, 1, 0));
	close(server);
	EXPECT_EQ(-EPIPE, caller_join(&self->caller));
	EXPECT_EQ(0, device_info(self->session).client_calls);
	close(client);
}

TEST_F(requests, that_wait_for_room_end_with_a_kill)
{
	while (put_number(self->client, 1) == 1)
		;
	caller_start(&self->caller, self->client, 1);
	ASSERT_TRUE(await_waiters(self->client, 1, 0));
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_EQ(-EIDRM, caller_join(&self->caller));
}

/* Deliveries */

static int round_trip(FIXTURE_DATA(requests) * self)
{
	struct ipcchan_message request;
	unsigned int number;
	__u64 token;

	numbers_buffer(&request, &number, 1);
	caller_start(&self->caller, self->client, 1);
	if (mailbox_receive(self->server, &request, 1) != 1)
		return -EPROTO;
	token = request.token;
	return answer_number(self->server, token, 5) ?:
	       caller_join(&self->caller);
}

TEST_F(requests, are_answered_through_a_fair_mailbox)
{
	ASSERT_EQ(0, open_pair(self, IPCCHAN_DELIVERY_FAIR));
	EXPECT_EQ(5, round_trip(self));
	EXPECT_EQ(5, round_trip(self));
}

TEST_F(requests, are_answered_through_a_rendezvous)
{
	ASSERT_EQ(0, open_pair(self, IPCCHAN_DELIVERY_RENDEZVOUS));
	EXPECT_EQ(5, round_trip(self));
	EXPECT_EQ(5, round_trip(self));
}

TEST_F(requests, wait_at_a_rendezvous_for_a_receiver)
{
	ASSERT_EQ(0, open_pair(self, IPCCHAN_DELIVERY_RENDEZVOUS));
	EXPECT_EQ(-EAGAIN, start_number(self->client, 1, &self->token));
	caller_start_until(&self->caller, self->client, 1, deadline_after(0));
	EXPECT_EQ(-ETIMEDOUT, caller_join(&self->caller));
	EXPECT_EQ(0, mailbox_info(self->client).messages);
	EXPECT_EQ(0, mailbox_info(self->client).calls);
}

TEST_F(requests, that_are_offered_end_with_epipe_when_the_last_receiver_goes)
{
	ASSERT_EQ(0, open_pair(self, IPCCHAN_DELIVERY_RENDEZVOUS));
	caller_start(&self->caller, self->client, 1);
	ASSERT_TRUE(await_waiters(self->client, 1, 0));
	close(self->server);
	EXPECT_EQ(-EPIPE, caller_join(&self->caller));
}

TEST_F(requests, that_are_offered_end_with_a_kill)
{
	ASSERT_EQ(0, open_pair(self, IPCCHAN_DELIVERY_RENDEZVOUS));
	caller_start(&self->caller, self->client, 1);
	ASSERT_TRUE(await_waiters(self->client, 1, 0));
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_EQ(-EIDRM, caller_join(&self->caller));
}

TEST_F(requests, that_are_queued_can_be_cancelled_in_a_fair_mailbox)
{
	ASSERT_EQ(0, open_pair(self, IPCCHAN_DELIVERY_FAIR));
	ASSERT_EQ(0, start_number(self->client, 1, &self->token));
	ASSERT_EQ(0, start_number(self->client, 2, &self->tokens[0]));
	EXPECT_EQ(0, mailbox_call_cancel(self->client, self->token));
	EXPECT_EQ(2, take_request(self->server, &self->token));
	EXPECT_EQ(-EAGAIN, take_request(self->server, &self->token));
}

/* Several servers */

struct other_server {
	int mailbox;
	int took;
	int may_go;
};

static int serve_until_told(void *argument)
{
	struct other_server *server = argument;
	__u64 token;

	server->took = take_request(server->mailbox, &token);
	while (!__atomic_load_n(&server->may_go, __ATOMIC_ACQUIRE))
		nap();
	return 0;
}

TEST_F(requests, go_to_one_server_each_and_end_with_that)
{
	struct other_server *other = shared_alloc(sizeof(*other));
	struct child child;

	other->mailbox = object_restrict(self->server, IPCCHAN_RIGHT_RECEIVE,
					 0);
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(0, start_number(self->client, i + 1,
					  &self->tokens[i]));
	ASSERT_EQ(1, take_request(self->server, &self->token));
	child_start(&child, serve_until_told, other);
	ASSERT_TRUE(await_counter(&other->took, 2));
	__atomic_store_n(&other->may_go, 1, __ATOMIC_RELEASE);
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(-EAGAIN, fetch_number(self->client, self->tokens[0]));
	EXPECT_EQ(-EOWNERDEAD, fetch_number(self->client, self->tokens[1]));
	EXPECT_EQ(-EAGAIN, fetch_number(self->client, self->tokens[2]));
	EXPECT_EQ(3, take_request(self->server, &self->token));
	close(other->mailbox);
}

static int take_and_exit(void *argument)
{
	FIXTURE_DATA(requests) * self = argument;

	return take_request(self->server, &self->token);
}

TEST_F(requests, end_with_the_process_though_others_have_its_descriptor)
{
	ASSERT_EQ(0, start_number(self->client, 1, &self->tokens[0]));
	ASSERT_EQ(0, start_number(self->client, 2, &self->tokens[1]));
	ASSERT_EQ(1, take_request(self->server, &self->token));
	EXPECT_EQ(2, run_in_child(take_and_exit, self));
	EXPECT_EQ(-EOWNERDEAD, fetch_number(self->client, self->tokens[1]));
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
	EXPECT_EQ(5, fetch_number(self->client, self->tokens[0]));
}

TEST_F(requests, end_with_the_description_that_received_them)
{
	int other = object_restrict(self->server, IPCCHAN_RIGHT_RECEIVE, 0);

	ASSERT_EQ(0, start_number(self->client, 1, &self->tokens[0]));
	ASSERT_EQ(0, start_number(self->client, 2, &self->tokens[1]));
	ASSERT_EQ(1, take_request(other, &self->token));
	ASSERT_EQ(2, take_request(self->server, &self->token));
	close(other);
	EXPECT_EQ(-EOWNERDEAD, fetch_number(self->client, self->tokens[0]));
	EXPECT_EQ(0, answer_number(self->server, self->token, 5));
	EXPECT_EQ(5, fetch_number(self->client, self->tokens[1]));
}

#include "ipcchan_selftest_main.h"
