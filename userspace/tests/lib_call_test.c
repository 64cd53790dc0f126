// SPDX-License-Identifier: GPL-2.0
/*
 * Calls through libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>

#define SIZE	4096

/* A mailbox, and a description of it for each side; the request is "question". */
FIXTURE(call)
{
	struct ipcchan *session;
	struct ipcchan_mailbox *client;
	struct ipcchan_mailbox *server;
	struct ipcchan_call_options options;
	struct ipcchan_message request;
	struct ipcchan_message reply;
	struct ipcchan_message received;
	char answer[SIZE];
	char buffer[SIZE];
};

FIXTURE_SETUP(call)
{
	const struct ipcchan_call_options options = IPCCHAN_CALL_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	self->session = open_session();
	mailbox = new_mailbox(self->session, NULL);
	self->client = restricted(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = restricted(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	ipcchan_mailbox_close(mailbox);
	self->options = options;
	self->options.flags = IPCCHAN_NONBLOCK;
	ipcchan_message_set(&self->request, "question", 8);
	ipcchan_message_set(&self->reply, self->answer, SIZE);
	ipcchan_message_set(&self->received, self->buffer, SIZE);
}

FIXTURE_TEARDOWN(call)
{
	ipcchan_mailbox_close(self->client);
	ipcchan_mailbox_close(self->server);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static int start(FIXTURE_DATA(call) * self)
{
	return ipcchan_mailbox_call_start(self->client, &self->request,
					  sizeof(self->request),
					  &self->options);
}

static int receive(FIXTURE_DATA(call) * self)
{
	return ipcchan_mailbox_receive_batch(self->server, &self->received, 1,
					     sizeof(self->received), NULL);
}

static int answer(FIXTURE_DATA(call) * self, const char *text)
{
	struct ipcchan_message message;

	ipcchan_message_set(&message, text, strlen(text));
	message.type = 9;
	message.token = self->received.token;
	return ipcchan_mailbox_reply(self->server, &message, sizeof(message));
}

static int wait_for(FIXTURE_DATA(call) * self, uint64_t token)
{
	return ipcchan_mailbox_call_wait(self->client, token, &self->reply,
					 sizeof(self->reply), &self->options);
}

static int cancel(FIXTURE_DATA(call) * self)
{
	return ipcchan_mailbox_call_cancel(self->client, self->request.token);
}

/* Waits itself, whatever the options say of the others. */
static int call(FIXTURE_DATA(call) * self)
{
	self->options.flags = 0;
	return ipcchan_mailbox_call(self->client, &self->request, &self->reply,
				    sizeof(self->request), &self->options);
}

static void *receive_and_answer(void *fixture)
{
	FIXTURE_DATA(call) * self = fixture;

	if (receive(self) != 1)
		return "not received";
	return answer(self, "answer") ? "not answered" : NULL;
}

TEST_F(call, gets_the_reply)
{
	pthread_t server;
	void *problem;

	ASSERT_EQ(0, pthread_create(&server, NULL, receive_and_answer, self));
	EXPECT_EQ(0, call(self));
	ASSERT_EQ(0, pthread_join(server, &problem));
	EXPECT_EQ(NULL, problem);
	EXPECT_EQ(6, self->reply.length);
	EXPECT_EQ(9, self->reply.type);
	EXPECT_EQ(0, memcmp("answer", self->answer, 6));
	EXPECT_EQ(0, memcmp("question", self->buffer, 8));
}

TEST_F(call, is_made_in_two_steps)
{
	ASSERT_EQ(0, start(self));
	EXPECT_NE(0, self->request.token);
	EXPECT_EQ(-EAGAIN, wait_for(self, self->request.token));
	ASSERT_EQ(1, receive(self));
	ASSERT_EQ(0, answer(self, "answer"));
	EXPECT_EQ(0, wait_for(self, self->request.token));
	EXPECT_EQ(0, self->reply.error);
	EXPECT_EQ(0, memcmp("answer", self->answer, 6));
}

TEST_F(call, is_found_by_its_outcome)
{
	EXPECT_EQ(-ECHILD, wait_for(self, 0));
	ASSERT_EQ(0, start(self));
	ASSERT_EQ(1, receive(self));
	ASSERT_EQ(0, answer(self, "answer"));
	EXPECT_EQ(0, wait_for(self, 0));
	EXPECT_EQ(self->request.token, self->reply.token);
}

TEST_F(call, tells_its_outcome_in_the_reply)
{
	ASSERT_EQ(0, start(self));
	ASSERT_EQ(1, receive(self));
	ipcchan_mailbox_close(self->server);
	self->server = NULL;
	EXPECT_EQ(0, wait_for(self, self->request.token));
	EXPECT_EQ(EOWNERDEAD, self->reply.error);
	EXPECT_EQ(-ESRCH, wait_for(self, self->request.token));
}

TEST_F(call, tells_poll_and_an_eventfd_of_its_outcome)
{
	struct ipcchan_notify_options notify = IPCCHAN_NOTIFY_OPTIONS;
	struct pollfd poller = {
		.fd = ipcchan_mailbox_fd(self->client),
		.events = POLLRDBAND,
	};
	uint64_t count = 0;

	notify.eventfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	notify.events = IPCCHAN_EVENT_REPLY;
	ASSERT_EQ(0, ipcchan_mailbox_notify(self->client, &notify));
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(0, poll(&poller, 1, 0));
	ASSERT_EQ(1, receive(self));
	ASSERT_EQ(0, answer(self, "answer"));
	EXPECT_EQ(1, poll(&poller, 1, 0));
	EXPECT_EQ(POLLRDBAND, poller.revents);
	EXPECT_EQ(sizeof(count), read(notify.eventfd, &count, sizeof(count)));
	EXPECT_EQ(1, count);
	close(notify.eventfd);
}

TEST_F(call, is_answered_once)
{
	ASSERT_EQ(0, start(self));
	ASSERT_EQ(1, receive(self));
	EXPECT_EQ(0, answer(self, "answer"));
	EXPECT_EQ(-ESRCH, answer(self, "again"));
}

TEST_F(call, is_answered_and_the_next_received_by_one_function)
{
	struct ipcchan_message message;

	ASSERT_EQ(0, start(self));
	ASSERT_EQ(1, receive(self));
	self->request.token = 0;
	ASSERT_EQ(0, start(self));
	ipcchan_message_set(&message, "first", 5);
	message.token = self->received.token;
	EXPECT_EQ(1, ipcchan_mailbox_reply_receive(self->server, &message,
						   &self->received,
						   sizeof(message), NULL));
	EXPECT_EQ(self->request.token, self->received.token);
	EXPECT_EQ(0, wait_for(self, 0));
	EXPECT_EQ(0, memcmp("first", self->answer, 5));
}

TEST_F(call, is_not_answered_again_when_only_receiving_failed)
{
	struct ipcchan_message message;

	ASSERT_EQ(0, start(self));
	ASSERT_EQ(1, receive(self));
	ipcchan_message_set(&message, "first", 5);
	message.token = self->received.token;
	EXPECT_EQ(-EAGAIN,
		  ipcchan_mailbox_reply_receive(self->server, &message,
						&self->received,
						sizeof(message),
						&self->options));
	EXPECT_EQ(0, message.token);
	EXPECT_EQ(0, wait_for(self, self->request.token));
}

TEST_F(call, is_cancelled_and_its_server_told)
{
	ASSERT_EQ(0, start(self));
	ASSERT_EQ(1, receive(self));
	EXPECT_EQ(0, cancel(self));
	EXPECT_EQ(-ESRCH, wait_for(self, self->request.token));
	ASSERT_EQ(1, receive(self));
	EXPECT_EQ(IPCCHAN_MESSAGE_NOTICE, self->received.flags);
	EXPECT_EQ(IPCCHAN_NOTICE_CANCELLED, self->received.type);
	EXPECT_EQ(self->request.token, self->received.token);
	EXPECT_EQ(-ECANCELED, answer(self, "late"));
	EXPECT_EQ(-ESRCH, answer(self, "later"));
}

TEST_F(call, cannot_be_cancelled_once_it_is_answered)
{
	ASSERT_EQ(0, start(self));
	ASSERT_EQ(1, receive(self));
	ASSERT_EQ(0, answer(self, "answer"));
	EXPECT_EQ(-EALREADY, cancel(self));
	EXPECT_EQ(0, wait_for(self, self->request.token));
	EXPECT_EQ(-ESRCH, cancel(self));
}

TEST_F(call, is_read_in_parts)
{
	struct ipcchan_receive_options truncate = IPCCHAN_RECEIVE_OPTIONS;
	char part[8];

	truncate.flags = IPCCHAN_TRUNCATE;
	self->received.size = 3;
	ASSERT_EQ(0, start(self));
	ASSERT_EQ(1, ipcchan_mailbox_receive_batch(self->server,
						   &self->received, 1,
						   sizeof(self->received),
						   &truncate));
	EXPECT_EQ(8, self->received.length);
	EXPECT_EQ(5, ipcchan_mailbox_call_read(self->server,
					       self->received.token, part,
					       sizeof(part), 3));
	EXPECT_EQ(0, memcmp("stion", part, 5));
	EXPECT_EQ(0, ipcchan_mailbox_call_read(self->server,
					       self->received.token, part,
					       sizeof(part), 8));
}

TEST_F(call, tells_who_reads_nothing_whether_it_is_cancelled)
{
	ASSERT_EQ(0, start(self));
	ASSERT_EQ(1, receive(self));
	EXPECT_EQ(0, ipcchan_mailbox_call_read(self->server,
					       self->received.token, NULL, 0,
					       0));
	ASSERT_EQ(0, cancel(self));
	EXPECT_EQ(-ECANCELED,
		  ipcchan_mailbox_call_read(self->server,
					    self->received.token, NULL, 0, 0));
}

TEST_F(call, is_forwarded_to_another_mailbox)
{
	struct ipcchan_mailbox *first = self->server;

	self->server = new_mailbox(self->session, NULL);
	ASSERT_EQ(0, start(self));
	ASSERT_EQ(1, ipcchan_mailbox_receive_batch(first, &self->received, 1,
						   sizeof(self->received),
						   NULL));
	EXPECT_EQ(0, ipcchan_mailbox_call_forward(first, self->received.token,
						  self->server));
	ASSERT_EQ(1, receive(self));
	EXPECT_EQ(self->request.token, self->received.token);
	EXPECT_EQ(0, answer(self, "answer"));
	EXPECT_EQ(0, wait_for(self, self->request.token));
	ipcchan_mailbox_close(first);
}

TEST_F(call, is_listed_with_both_sides)
{
	struct ipcchan_call_info calls[3];

	ASSERT_EQ(0, start(self));
	ASSERT_EQ(1, receive(self));
	self->request.token = 0;
	ASSERT_EQ(0, start(self));
	ASSERT_EQ(2, ipcchan_mailbox_call_list(self->client, 0, calls, 3,
					       sizeof(calls[0])));
	EXPECT_EQ(IPCCHAN_CALL_HELD, calls[0].state);
	EXPECT_EQ(getpid(), calls[0].server_tgid);
	EXPECT_EQ(IPCCHAN_CALL_QUEUED, calls[1].state);
	EXPECT_EQ(getpid(), calls[1].tgid);
	EXPECT_EQ(8, calls[1].length);
	EXPECT_EQ(1, ipcchan_mailbox_call_list(self->client, calls[0].sequence,
					       calls, 3, sizeof(calls[0])));
}

TEST_F(call, goes_on_with_its_token_when_the_reply_did_not_fit)
{
	struct ipcchan_mailbox_info info;
	pthread_t server;

	self->reply.size = 5;
	ASSERT_EQ(0, pthread_create(&server, NULL, receive_and_answer, self));
	EXPECT_EQ(-EMSGSIZE, call(self));
	ASSERT_EQ(0, pthread_join(server, NULL));
	EXPECT_NE(0, self->request.token);
	EXPECT_EQ(6, self->reply.length);
	self->reply.size = 6;
	EXPECT_EQ(0, call(self));
	EXPECT_EQ(0, self->request.token);
	ASSERT_EQ(0, ipcchan_mailbox_info(self->server, &info, sizeof(info)));
	EXPECT_EQ(1, info.sent);
}

TEST_F(call, fails_where_nobody_serves)
{
	ipcchan_mailbox_close(self->server);
	self->server = NULL;
	EXPECT_EQ(-EPIPE, call(self));
	EXPECT_EQ(0, self->request.token);
}

TEST_F(call, ends_at_its_deadline)
{
	self->options.deadline_ns = ipcchan_deadline_in(0);
	EXPECT_EQ(-ETIMEDOUT, call(self));
	EXPECT_EQ(0, self->request.token);
}

TEST_F(call, does_not_wait_for_room_if_told_so)
{
	struct ipcchan_mailbox_options full = IPCCHAN_MAILBOX_OPTIONS;

	ipcchan_mailbox_close(self->client);
	full.capacity_messages = 1;
	self->client = new_mailbox(self->session, &full);
	ASSERT_EQ(0, ipcchan_mailbox_send(self->client, "x", 1, NULL));
	EXPECT_EQ(-EAGAIN, start(self));
	EXPECT_EQ(0, self->request.token);
}

/* From now on it is known that nobody but this process could answer. */
static void be_the_only_server(FIXTURE_DATA(call) * self)
{
	struct ipcchan_receive_options now = IPCCHAN_RECEIVE_OPTIONS;

	now.flags = IPCCHAN_NONBLOCK;
	if (ipcchan_mailbox_receive(self->server, self->buffer, SIZE, &now) !=
	    -EAGAIN)
		abort();
}

TEST_F(call, names_the_deadlock_that_it_would_be)
{
	uint32_t length = 0;
	struct ipcchan_step steps[2];

	be_the_only_server(self);
	self->options.cycle = steps;
	self->options.cycle_count = 2;
	self->options.cycle_length = &length;
	EXPECT_EQ(-EDEADLK, call(self));
	EXPECT_EQ(1, length);
	EXPECT_EQ(getpid(), steps[0].tgid);
	EXPECT_EQ(getpid(), steps[0].holder_tgid);
	EXPECT_EQ(IPCCHAN_CALL_QUEUED, steps[0].state);
	EXPECT_EQ(0, self->request.token);
}

TEST_F(call, finds_a_deadlock_without_naming_it)
{
	be_the_only_server(self);
	EXPECT_EQ(-EDEADLK, call(self));
}

static void ignore(int number)
{
	(void)number;
}

struct interruption {
	pthread_t thread;
	const struct ipcchan_mailbox *mailbox;
};

static void *interrupt_when_held(void *argument)
{
	struct interruption *interruption = argument;

	if (!await_calls(interruption->mailbox, 1, 1))
		abort();
	pthread_kill(interruption->thread, SIGUSR1);
	return NULL;
}

static void *receive_one(void *fixture)
{
	return receive(fixture) == 1 ? NULL : "not received";
}

TEST_F(call, ends_when_a_signal_handler_runs)
{
	const struct sigaction action = { .sa_handler = ignore };
	struct interruption interruption = { pthread_self(), self->server };
	pthread_t server;
	pthread_t other;

	sigaction(SIGUSR1, &action, NULL);
	ASSERT_EQ(0, pthread_create(&server, NULL, receive_one, self));
	ASSERT_EQ(0, pthread_create(&other, NULL, interrupt_when_held,
				    &interruption));
	EXPECT_EQ(-EINTR, call(self));
	EXPECT_EQ(0, self->request.token);
	ASSERT_EQ(0, pthread_join(server, NULL));
	ASSERT_EQ(0, pthread_join(other, NULL));
	EXPECT_EQ(-ECANCELED, answer(self, "late"));
}

TEST_F(call, gathers_the_request_and_scatters_the_reply)
{
	struct ipcchan_segment parts[] = {
		{ (uintptr_t)"quest", 5 }, { 0, 0 }, { (uintptr_t)"ion", 3 },
	};
	struct ipcchan_segment room[] = {
		{ (uintptr_t)self->answer, 2 },
		{ (uintptr_t)self->answer + 100, 100 },
	};

	ipcchan_message_set_segments(&self->request, parts, 3);
	ipcchan_message_set_segments(&self->reply, room, 2);
	EXPECT_EQ(102, self->reply.size);
	ASSERT_EQ(0, start(self));
	ASSERT_EQ(1, receive(self));
	EXPECT_EQ(0, memcmp("question", self->buffer, 8));
	ASSERT_EQ(0, answer(self, "answer"));
	ASSERT_EQ(0, wait_for(self, self->request.token));
	EXPECT_EQ(0, memcmp("an", self->answer, 2));
	EXPECT_EQ(0, memcmp("swer", self->answer + 100, 4));
}

TEST_F(call, is_not_received_by_who_could_not_answer)
{
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(-EBADMSG, ipcchan_mailbox_receive(self->server, self->buffer,
						    SIZE, NULL));
	EXPECT_EQ(1, receive(self));
}

TEST_F(call, needs_messages_that_have_tokens)
{
	const size_t bad[] = { offsetof(struct ipcchan_message, token),
			       _IOC_SIZEMASK + 1 };

	for (int i = 0; i < 2; i++) {
		EXPECT_EQ(-EINVAL, ipcchan_mailbox_call(self->client,
							&self->request,
							&self->reply, bad[i],
							NULL));
		EXPECT_EQ(-EINVAL, ipcchan_mailbox_call_start(self->client,
							      &self->request,
							      bad[i], NULL));
		EXPECT_EQ(-EINVAL, ipcchan_mailbox_call_wait(self->client, 0,
							     &self->reply,
							     bad[i], NULL));
		EXPECT_EQ(-EINVAL, ipcchan_mailbox_reply(self->server,
							 &self->reply, bad[i]));
		EXPECT_EQ(-EINVAL,
			  ipcchan_mailbox_reply_receive(self->server,
							&self->reply,
							&self->received,
							bad[i], NULL));
	}
}

TEST_F(call, refuses_options_that_are_too_short)
{
	self->options.size = 8;
	EXPECT_EQ(-EINVAL, call(self));
	EXPECT_EQ(-EINVAL, start(self));
	EXPECT_EQ(-EINVAL, wait_for(self, 0));
}

TEST_F(call, is_listed_256_at_a_time)
{
	struct ipcchan_call_info entry;

	EXPECT_EQ(-EINVAL, ipcchan_mailbox_call_list(self->client, 0, &entry, 0,
						     sizeof(entry)));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_call_list(self->client, 0, &entry,
						     IPCCHAN_LIST_MAX + 1,
						     sizeof(entry)));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_call_list(self->client, 0, &entry, 1,
						     8));
}

TEST_HARNESS_MAIN
