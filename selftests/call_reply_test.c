// SPDX-License-Identifier: GPL-2.0
/* Replies, by REPLY and by REPLY_RECEIVE: what fails leaves the request held. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "call_numbers.h"

#define FDS		IPCCHAN_FDS_MAX
#define MAX_SIZE	64
#define LONG		4096

/* A mailbox for little, of an ordinary user, and a request that is held. */
FIXTURE(reply)
{
	int session;
	int client;
	int server;
	int fds[FDS + 1];
	__u64 token;
	char bytes[LONG];
	char room[LONG];
	struct ipcchan_message message;
	struct ipcchan_message next;
};

FIXTURE_VARIANT(reply)
{
	bool receives;
};

FIXTURE_VARIANT_ADD(reply, by_reply)
{
	.receives = false,
};

FIXTURE_VARIANT_ADD(reply, by_reply_receive)
{
	.receives = true,
};

/* Returns 1 if request 1 is held there. */
static int open_and_call(FIXTURE_DATA(reply) * self, unsigned int flags)
{
	int mailbox = mailbox_open(self->session,
				   .flags = IPCCHAN_OPEN_CREATE | flags,
				   .max_message_size = MAX_SIZE);

	close(self->client);
	close(self->server);
	self->client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE |
				       IPCCHAN_RIGHT_ADMIN, 0);
	close(mailbox);
	return start_number(self->client, 1, &self->token) ?:
	       take_request(self->server, &self->token);
}

FIXTURE_SETUP(reply)
{
	self->session = session_open_as(ALICE, ALICE);
	self->client = -1;
	self->server = -1;
	ASSERT_EQ(1, open_and_call(self, IPCCHAN_OPEN_FDS));
	for (int i = 0; i <= FDS; i++)
		self->fds[i] = STDIN_FILENO;
	self->message = MESSAGE(self->bytes, 3, .token = self->token);
	self->next = MESSAGE(self->room, LONG);
}

FIXTURE_TEARDOWN(reply)
{
	close(self->client);
	close(self->server);
	close(self->session);
}

static int answer(FIXTURE_DATA(reply) * self, bool receives)
{
	if (!receives)
		return mailbox_reply(self->server, &self->message);
	return mailbox_reply_receive(self->server, &self->message, &self->next,
				     .flags = IPCCHAN_NONBLOCK);
}

#define ANSWER()	answer(self, variant->receives)

/* The request is still there, and known by its token, and can be answered. */
static bool is_unanswered(FIXTURE_DATA(reply) * self)
{
	return self->message.token == self->token &&
	       mailbox_info(self->client).calls_held == 1 &&
	       fetch_number(self->client, self->token) == -EAGAIN &&
	       !answer_number(self->server, self->token, 5) &&
	       fetch_number(self->client, self->token) == 5;
}

TEST_F(reply, reaches_the_caller)
{
	EXPECT_EQ(variant->receives ? -EAGAIN : 0, ANSWER());
	EXPECT_EQ(0, mailbox_call_wait(self->client, self->token, &self->next));
	EXPECT_EQ(3, self->next.length);
	EXPECT_EQ(0, mailbox_info(self->client).calls);
}

TEST_F(reply, may_be_longer_than_a_message)
{
	self->message.size = LONG;
	memset(self->bytes, 'a', LONG);
	EXPECT_EQ(variant->receives ? -EAGAIN : 0, ANSWER());
	ASSERT_EQ(0, mailbox_call_wait(self->client, self->token, &self->next));
	EXPECT_EQ(LONG, self->next.length);
	EXPECT_EQ(0, memcmp(self->bytes, self->room, LONG));
}

TEST_F(reply, is_no_longer_than_the_longest_message_there_is)
{
	self->message.size = device_info(self->session).max_message_size + 1;
	EXPECT_EQ(-EMSGSIZE, ANSWER());
	EXPECT_TRUE(is_unanswered(self));
}

TEST_F(reply, needs_no_priority)
{
	self->message.priority = IPCCHAN_PRIORITIES;
	EXPECT_EQ(variant->receives ? -EAGAIN : 0, ANSWER());
	EXPECT_EQ(0, mailbox_call_wait(self->client, self->token, &self->next));
}

TEST_F(reply, has_no_flags)
{
	self->message.flags = 1;
	EXPECT_EQ(-EOPNOTSUPP, ANSWER());
	EXPECT_TRUE(is_unanswered(self));
}

TEST_F(reply, must_be_readable)
{
	self->message.data = 8;
	EXPECT_EQ(-EFAULT, ANSWER());
	EXPECT_TRUE(is_unanswered(self));
}

TEST_F(reply, has_a_structure_with_all_that_calls_need)
{
	unsigned int size = offsetof(struct ipcchan_message, error) + 3;

	EXPECT_EQ(-EINVAL,
		  variant->receives ?
			  mailbox_reply_receive(self->server, &self->message,
						&self->next,
						.message_size = size) :
			  mailbox_reply(self->server, &self->message,
					.message_size = size));
	EXPECT_TRUE(is_unanswered(self));
}

TEST_F(reply, names_a_request_that_is_held)
{
	self->message.token = self->token ^ 1;
	EXPECT_EQ(-ESRCH, ANSWER());
	EXPECT_EQ(self->token ^ 1, self->message.token);
	self->message.token = self->token;
	EXPECT_TRUE(is_unanswered(self));
}

TEST_F(reply, names_a_request_once)
{
	ASSERT_EQ(0, answer_number(self->server, self->token, 5));
	EXPECT_EQ(-ESRCH, ANSWER());
	EXPECT_EQ(5, fetch_number(self->client, self->token));
}

TEST_F(reply, names_no_request_that_is_queued)
{
	ASSERT_EQ(0, start_number(self->client, 2, &self->message.token));
	EXPECT_EQ(-ESRCH, ANSWER());
	EXPECT_EQ(1, mailbox_info(self->client).messages);
}

TEST_F(reply, to_a_cancelled_request_is_refused_once_with_ecanceled)
{
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->token));
	EXPECT_EQ(-ECANCELED, ANSWER());
	EXPECT_EQ(-ESRCH, ANSWER());
}

TEST_F(reply, after_a_kill_finds_no_request)
{
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_EQ(-ESRCH, ANSWER());
	EXPECT_EQ(-EOWNERDEAD, fetch_number(self->client, self->token));
}

/* Who may */

TEST_F(reply, is_given_through_the_description_that_received)
{
	int server = self->server;

	self->server = object_restrict(server, IPCCHAN_RIGHT_RECEIVE, 0);
	EXPECT_EQ(-ESRCH, ANSWER());
	close(self->server);
	self->server = dup(server);
	EXPECT_EQ(variant->receives ? -EAGAIN : 0, ANSWER());
	close(server);
}

static int answer_in_child(void *argument)
{
	return answer(argument, false);
}

static int answer_and_receive_in_child(void *argument)
{
	return answer(argument, true);
}

TEST_F(reply, is_given_by_the_process_that_received)
{
	EXPECT_EQ(-ESRCH, run_in_child(variant->receives ?
					       answer_and_receive_in_child :
					       answer_in_child, self));
	EXPECT_TRUE(is_unanswered(self));
}

TEST_F(reply, may_be_given_by_another_thread)
{
	struct sleeper thread;

	sleeper_start(&thread, variant->receives ? answer_and_receive_in_child :
						   answer_in_child, self);
	EXPECT_EQ(variant->receives ? -EAGAIN : 0, sleeper_join(&thread));
	EXPECT_EQ(0, mailbox_call_wait(self->client, self->token, &self->next));
}

/* Descriptors and quotas */

static void attach(FIXTURE_DATA(reply) * self, unsigned int nr)
{
	self->message.fds = (uintptr_t)self->fds;
	self->message.nr_fds = nr;
}

TEST_F(reply, has_16_descriptors_at_most)
{
	attach(self, FDS + 1);
	EXPECT_EQ(-EINVAL, ANSWER());
	EXPECT_TRUE(is_unanswered(self));
}

TEST_F(reply, has_descriptors_only_where_messages_may)
{
	ASSERT_EQ(1, open_and_call(self, 0));
	self->message.token = self->token;
	attach(self, 1);
	EXPECT_EQ(-ENOPROTOOPT, ANSWER());
	EXPECT_TRUE(is_unanswered(self));
}

TEST_F(reply, has_descriptors_that_are_open)
{
	attach(self, 2);
	self->fds[1] = next_fd();
	EXPECT_EQ(-EBADF, ANSWER());
	EXPECT_TRUE(is_unanswered(self));
}

TEST_F(reply, has_no_descriptor_that_may_lead_back)
{
	attach(self, 2);
	self->fds[1] = socket(AF_UNIX, SOCK_DGRAM, 0);
	EXPECT_EQ(-ELOOP, ANSWER());
	EXPECT_EQ(0, device_info(self->session).user_fds);
	EXPECT_TRUE(is_unanswered(self));
	close(self->fds[1]);
}

TEST_F(reply, has_no_more_descriptors_than_the_user_may)
{
	long long old = module_parameter("max_user_fds");

	attach(self, 3);
	ASSERT_EQ(0, set_module_parameter("max_user_fds", 2));
	EXPECT_EQ(-ETOOMANYREFS, ANSWER());
	EXPECT_EQ(0, set_module_parameter("max_user_fds", old));
	EXPECT_TRUE(is_unanswered(self));
}

TEST_F(reply, has_no_more_bytes_than_the_user_may)
{
	long long old = module_parameter("max_user_bytes");
	long long used = device_info(self->session).user_bytes;

	self->message.size = LONG;
	ASSERT_EQ(0, set_module_parameter("max_user_bytes", used + LONG));
	EXPECT_EQ(-EDQUOT, ANSWER());
	EXPECT_EQ(used, device_info(self->session).user_bytes);
	EXPECT_EQ(0, set_module_parameter("max_user_bytes", old));
	EXPECT_TRUE(is_unanswered(self));
}

/* Both in one: a request that is held, and a message that can be received. */
FIXTURE(reply_receive)
{
	int session;
	int client;
	int server;
	__u64 token;
	unsigned int number;
	unsigned int next_number;
	struct ipcchan_message reply;
	struct ipcchan_message next;
	struct sleeper thread;
};

FIXTURE_SETUP(reply_receive)
{
	int mailbox;

	self->session = session_open();
	mailbox = mailbox_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
						       IPCCHAN_OPEN_FDS);
	self->client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE |
				       IPCCHAN_RIGHT_ADMIN, 0);
	close(mailbox);
	ASSERT_EQ(0, start_number(self->client, 1, &self->token));
	ASSERT_EQ(1, take_request(self->server, &self->token));
	numbers_fill(&self->reply, &self->number, 1, 5);
	self->reply.token = self->token;
	numbers_buffer(&self->next, &self->next_number, 1);
}

FIXTURE_TEARDOWN(reply_receive)
{
	close(self->client);
	close(self->server);
	close(self->session);
}

TEST_F(reply_receive, answers_and_receives_the_next_request)
{
	__u64 token;

	ASSERT_EQ(0, start_number(self->client, 2, &token));
	EXPECT_EQ(1, mailbox_reply_receive(self->server, &self->reply,
					   &self->next));
	EXPECT_EQ(5, fetch_number(self->client, self->token));
	EXPECT_EQ(2, self->next_number);
	EXPECT_EQ(token, self->next.token);
	EXPECT_EQ(1, mailbox_info(self->client).calls_held);
}

TEST_F(reply_receive, receives_a_message_too)
{
	ASSERT_EQ(1, put_number(self->client, 2));
	EXPECT_EQ(1, mailbox_reply_receive(self->server, &self->reply,
					   &self->next));
	EXPECT_EQ(2, self->next_number);
	EXPECT_EQ(0, self->next.token);
}

TEST_F(reply_receive, receives_a_notice_too)
{
	__u64 token;

	ASSERT_EQ(0, start_number(self->client, 2, &token));
	ASSERT_EQ(2, take_request(self->server, &token));
	ASSERT_EQ(0, mailbox_call_cancel(self->client, token));
	EXPECT_EQ(1, mailbox_reply_receive(self->server, &self->reply,
					   &self->next));
	EXPECT_EQ(IPCCHAN_MESSAGE_NOTICE, self->next.flags);
	EXPECT_EQ(token, self->next.token);
}

TEST_F(reply_receive, without_a_token_only_receives)
{
	ASSERT_EQ(1, put_number(self->client, 2));
	self->reply = (struct ipcchan_message){};
	EXPECT_EQ(1, mailbox_reply_receive(self->server, &self->reply,
					   &self->next));
	EXPECT_EQ(2, self->next_number);
	EXPECT_EQ(1, mailbox_info(self->client).calls_held);
}

static int serve_next(void *argument)
{
	FIXTURE_DATA(reply_receive) * self = argument;

	return mailbox_reply_receive(self->server, &self->reply, &self->next);
}

TEST_F(reply_receive, answers_before_it_waits)
{
	sleeper_start(&self->thread, serve_next, self);
	EXPECT_EQ(5, await_number(self->client, self->token));
	ASSERT_TRUE(await_waiters(self->client, 0, 1));
	ASSERT_EQ(1, put_number(self->client, 2));
	EXPECT_EQ(1, sleeper_join(&self->thread));
}

TEST_F(reply_receive, says_by_token_0_that_it_answered_though_it_timed_out)
{
	EXPECT_EQ(-ETIMEDOUT,
		  mailbox_reply_receive(self->server, &self->reply, &self->next,
					.deadline_ns = deadline_after(0)));
	EXPECT_EQ(0, self->reply.token);
	EXPECT_EQ(5, fetch_number(self->client, self->token));
}

TEST_F(reply_receive, says_by_token_0_that_it_answered_though_there_is_no_next)
{
	EXPECT_EQ(-EAGAIN, mailbox_reply_receive(self->server, &self->reply,
						 &self->next,
						 .flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(0, self->reply.token);
	EXPECT_EQ(5, fetch_number(self->client, self->token));
}

TEST_F(reply_receive, says_by_token_0_that_it_answered_though_the_next_is_too_long)
{
	ASSERT_EQ(1, put_number(self->client, 2));
	self->next.size = 3;
	EXPECT_EQ(-EMSGSIZE, mailbox_reply_receive(self->server, &self->reply,
						   &self->next));
	EXPECT_EQ(0, self->reply.token);
	EXPECT_EQ(4, self->next.length);
	EXPECT_EQ(5, fetch_number(self->client, self->token));
}

TEST_F(reply_receive, says_by_token_0_that_it_answered_though_the_next_has_no_place)
{
	ASSERT_EQ(1, put_number(self->client, 2));
	self->next.data = 8;
	EXPECT_EQ(-EFAULT, mailbox_reply_receive(self->server, &self->reply,
						 &self->next));
	EXPECT_EQ(0, self->reply.token);
	EXPECT_EQ(5, fetch_number(self->client, self->token));
	EXPECT_EQ(1, mailbox_info(self->client).messages);
}

TEST_F(reply_receive, says_by_token_0_that_it_answered_though_nobody_sends_any_more)
{
	self->reply.token = 0;
	close(self->client);
	ASSERT_EQ(self->token, take_cancelled(self->server));
	EXPECT_EQ(-EPIPE, mailbox_reply_receive(self->server, &self->reply,
						&self->next));
}

TEST_F(reply_receive, finds_the_mailbox_dead)
{
	self->reply.token = 0;
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_EQ(-EIDRM, mailbox_reply_receive(self->server, &self->reply,
						&self->next));
}

TEST_F(reply_receive, says_by_token_0_that_it_answered_though_there_is_no_descriptor)
{
	struct rlimit limit;
	int fd = STDIN_FILENO;
	struct ipcchan_message with_fd = {
		.fds = (uintptr_t)&fd,
		.nr_fds = 1,
	};

	ASSERT_EQ(1, mailbox_send(self->client, &with_fd, 1));
	self->next.fds = (uintptr_t)&fd;
	self->next.nr_fds = 1;
	ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = next_fd();
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	EXPECT_EQ(-EMFILE, mailbox_reply_receive(self->server, &self->reply,
						 &self->next));
	EXPECT_EQ(0, self->reply.token);
	EXPECT_EQ(1, mailbox_info(self->client).messages);
}

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

TEST_F(reply_receive, says_by_token_0_that_it_answered_though_a_signal_came)
{
	handle_signals(0);
	sleeper_start(&self->thread, serve_next, self);
	ASSERT_TRUE(await_waiters(self->client, 0, 1));
	ASSERT_EQ(0, pthread_kill(self->thread.thread, SIGUSR1));
	EXPECT_EQ(-EINTR, sleeper_join(&self->thread));
	EXPECT_EQ(0, self->reply.token);
	EXPECT_EQ(5, fetch_number(self->client, self->token));
}

TEST_F(reply_receive, is_restarted_and_answers_once)
{
	handle_signals(SA_RESTART);
	sleeper_start(&self->thread, serve_next, self);
	for (int i = 1; i <= 10; i++) {
		ASSERT_TRUE(await_waiters(self->client, 0, 1));
		ASSERT_EQ(0, pthread_kill(self->thread.thread, SIGUSR1));
		ASSERT_TRUE(await_counter(&handled, i));
	}
	ASSERT_EQ(1, put_number(self->client, 2));
	EXPECT_EQ(1, sleeper_join(&self->thread));
	EXPECT_EQ(2, self->next_number);
	EXPECT_EQ(5, fetch_number(self->client, self->token));
}

TEST_F(reply_receive, receives_nothing_if_the_reply_is_refused)
{
	ASSERT_EQ(1, put_number(self->client, 2));
	self->reply.token++;
	EXPECT_EQ(-ESRCH, mailbox_reply_receive(self->server, &self->reply,
						&self->next));
	EXPECT_EQ(self->token + 1, self->reply.token);
	EXPECT_EQ(1, mailbox_info(self->client).messages);
}

TEST_F(reply_receive, answers_nothing_if_it_could_not_say_so)
{
	struct ipcchan_message *read_only =
		mmap(NULL, sizeof(*read_only), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*read_only = self->reply;
	ASSERT_EQ(0, mprotect(read_only, sizeof(*read_only), PROT_READ));
	EXPECT_EQ(-EFAULT, mailbox_reply_receive(self->server, read_only,
						 &self->next));
	EXPECT_EQ(-EAGAIN, fetch_number(self->client, self->token));
	EXPECT_EQ(0, answer_number(self->server, self->token, 7));
	EXPECT_EQ(7, fetch_number(self->client, self->token));
}

TEST_F(reply_receive, answers_nothing_if_there_is_no_place_for_the_next)
{
	EXPECT_EQ(-EFAULT,
		  mailbox_reply_receive(self->server, &self->reply, 8));
	EXPECT_EQ(self->token, self->reply.token);
	EXPECT_EQ(-EAGAIN, fetch_number(self->client, self->token));
}

TEST_F(reply_receive, is_not_for_a_latest_or_a_broadcast_mailbox)
{
	static const unsigned int deliveries[] = {
		IPCCHAN_DELIVERY_LATEST,
		IPCCHAN_DELIVERY_BROADCAST,
	};

	for (int i = 0; i < 2; i++) {
		int mailbox = mailbox_open(self->session,
					   .delivery = deliveries[i]);

		EXPECT_EQ(-EOPNOTSUPP,
			  mailbox_reply_receive(mailbox, &self->reply,
						&self->next));
		close(mailbox);
	}
}

TEST_F(reply_receive, needs_no_token_as_reply_does)
{
	self->reply.token = 0;
	EXPECT_EQ(-EINVAL, mailbox_reply(self->server, &self->reply));
	EXPECT_EQ(1, mailbox_info(self->client).calls_held);
}

#include "ipcchan_selftest_main.h"
