// SPDX-License-Identifier: GPL-2.0
/* Requests that cannot be sent, by CALL and by CALL_START, leave nothing behind. */

#include "kselftest_harness.h"

#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "call_numbers.h"

#define FDS		IPCCHAN_FDS_MAX
#define MAX_SIZE	64
#define ROOM		2

/* A mailbox for little, with a descriptor for each side, of an ordinary user. */
FIXTURE(request)
{
	int session;
	int client;
	int server;
	int fds[FDS + 1];
	char bytes[MAX_SIZE + 1];
	struct ipcchan_message message;
	struct ipcchan_message reply;
};

FIXTURE_VARIANT(request)
{
	bool is_started;
};

FIXTURE_VARIANT_ADD(request, of_call)
{
	.is_started = false,
};

FIXTURE_VARIANT_ADD(request, of_call_start)
{
	.is_started = true,
};

static int open_pair(FIXTURE_DATA(request) * self, unsigned int flags,
		     unsigned int delivery)
{
	int mailbox = mailbox_open(self->session,
				   .flags = IPCCHAN_OPEN_CREATE | flags,
				   .delivery = delivery,
				   .capacity_messages = IPCCHAN_DEFAULT,
				   .max_message_size = MAX_SIZE);

	close(self->client);
	close(self->server);
	self->client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE |
				       IPCCHAN_RIGHT_ADMIN, 0);
	return close(mailbox);
}

FIXTURE_SETUP(request)
{
	self->session = session_open_as(ALICE, ALICE);
	self->client = -1;
	self->server = -1;
	ASSERT_EQ(0, open_pair(self, IPCCHAN_OPEN_FDS, 0));
	for (int i = 0; i <= FDS; i++)
		self->fds[i] = STDIN_FILENO;
	self->message = MESSAGE(self->bytes, 3);
}

FIXTURE_TEARDOWN(request)
{
	close(self->client);
	close(self->server);
	close(self->session);
}

/* Does not wait for the outcome if the request is sent after all. */
static int make(FIXTURE_DATA(request) * self, bool is_started)
{
	if (is_started)
		return mailbox_call_start(self->client, &self->message,
					  .deadline_ns = deadline_after(0));
	return mailbox_call(self->client, &self->message, &self->reply,
			    .deadline_ns = deadline_after(0));
}

#define MAKE()	make(self, variant->is_started)

/* Nothing was sent, and nothing is kept of it. */
static bool left_nothing(FIXTURE_DATA(request) * self)
{
	struct ipcchan_device_info info = device_info(self->session);

	return !info.client_calls && !info.user_fds && !info.user_bytes &&
	       !mailbox_info(self->client).sent;
}

TEST_F(request, has_a_priority_of_those_there_are)
{
	self->message.priority = IPCCHAN_PRIORITIES;
	EXPECT_EQ(-EINVAL, MAKE());
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, has_no_flags)
{
	self->message.flags = 1;
	EXPECT_EQ(-EOPNOTSUPP, MAKE());
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, is_no_longer_than_the_mailbox_takes)
{
	self->message.size = MAX_SIZE + 1;
	EXPECT_EQ(-EMSGSIZE, MAKE());
	EXPECT_EQ(0, self->message.token);
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, must_be_readable)
{
	self->message.data = 8;
	EXPECT_EQ(-EFAULT, MAKE());
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, needs_a_receiver)
{
	close(self->server);
	EXPECT_EQ(-EPIPE, MAKE());
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, needs_a_receiver_also_where_a_name_leads_to_the_mailbox)
{
	close(self->client);
	self->client = object_open_for(self->session, IPCCHAN_KIND_MAILBOX,
				       fresh_name(), IPCCHAN_OPEN_CREATE,
				       IPCCHAN_RIGHT_SEND, 0600);
	ASSERT_LE(0, self->client);
	EXPECT_EQ(-EPIPE, MAKE());
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, needs_a_mailbox_that_is_alive)
{
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_EQ(-EIDRM, MAKE());
	EXPECT_EQ(0, device_info(self->session).client_calls);
}

TEST_F(request, is_not_for_a_latest_mailbox)
{
	ASSERT_EQ(0, open_pair(self, 0, IPCCHAN_DELIVERY_LATEST));
	EXPECT_EQ(-EOPNOTSUPP, MAKE());
}

TEST_F(request, is_not_for_a_broadcast_mailbox)
{
	ASSERT_EQ(0, open_pair(self, 0, IPCCHAN_DELIVERY_BROADCAST));
	EXPECT_EQ(-EOPNOTSUPP, MAKE());
}

TEST_F(request, cannot_name_a_call_that_there_is_not)
{
	self->message.token = 12345;
	EXPECT_EQ(variant->is_started ? -EINVAL : -ESRCH, MAKE());
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, has_a_structure_with_all_that_calls_need)
{
	unsigned int size = offsetof(struct ipcchan_message, error) + 3;

	EXPECT_EQ(-EINVAL,
		  variant->is_started ?
			  mailbox_call_start(self->client, &self->message,
					     .message_size = size) :
			  mailbox_call(self->client, &self->message,
				       &self->reply, .message_size = size));
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, that_cannot_be_written_is_not_started)
{
	struct ipcchan_message *read_only =
		mmap(NULL, sizeof(*read_only), PROT_READ,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	EXPECT_EQ(-EFAULT, mailbox_call_start(self->client, read_only));
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, is_not_sent_if_there_is_no_place_for_the_reply)
{
	EXPECT_EQ(-EFAULT, mailbox_call(self->client, &self->message, 8));
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, can_ask_for_the_steps_of_a_deadlock_within_limits)
{
	struct ipcchan_step step;

	EXPECT_EQ(-EINVAL, mailbox_call(self->client, &self->message,
					&self->reply,
					.cycle_count = IPCCHAN_CYCLE_MAX + 1,
					.step_size = sizeof(step)));
	EXPECT_EQ(-EINVAL, mailbox_call(self->client, &self->message,
					&self->reply, .cycle_count = 1,
					.cycle = (uintptr_t)&step,
					.step_size = sizeof(step) - 1));
	EXPECT_EQ(-EINVAL, mailbox_call(self->client, &self->message,
					&self->reply,
					.step_size = sizeof(step)));
	EXPECT_TRUE(left_nothing(self));
}

/* Descriptors */

static void attach(FIXTURE_DATA(request) * self, unsigned int nr)
{
	self->message.fds = (uintptr_t)self->fds;
	self->message.nr_fds = nr;
}

TEST_F(request, has_16_descriptors_at_most)
{
	attach(self, FDS + 1);
	EXPECT_EQ(-EINVAL, MAKE());
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, has_descriptors_only_where_messages_may)
{
	ASSERT_EQ(0, open_pair(self, 0, 0));
	attach(self, 1);
	EXPECT_EQ(-ENOPROTOOPT, MAKE());
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, has_descriptors_that_are_open)
{
	attach(self, 2);
	self->fds[1] = next_fd();
	EXPECT_EQ(-EBADF, MAKE());
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, has_no_descriptor_that_may_lead_back)
{
	attach(self, 2);
	self->fds[1] = socket(AF_UNIX, SOCK_DGRAM, 0);
	EXPECT_EQ(-ELOOP, MAKE());
	EXPECT_TRUE(left_nothing(self));
	close(self->fds[1]);
}

TEST_F(request, has_no_more_descriptors_than_the_user_may)
{
	long long old = module_parameter("max_user_fds");

	attach(self, 3);
	ASSERT_EQ(0, set_module_parameter("max_user_fds", 2));
	EXPECT_EQ(-ETOOMANYREFS, MAKE());
	EXPECT_EQ(0, set_module_parameter("max_user_fds", old));
	EXPECT_TRUE(left_nothing(self));
}

TEST_F(request, has_no_more_bytes_than_the_user_may)
{
	long long old = module_parameter("max_user_bytes");

	ASSERT_EQ(0, set_module_parameter("max_user_bytes", 300));
	EXPECT_EQ(-EDQUOT, MAKE());
	EXPECT_EQ(0, set_module_parameter("max_user_bytes", old));
	EXPECT_TRUE(left_nothing(self));
}

/* Descriptors that arrive */

FIXTURE(call_fds)
{
	int session;
	int client;
	int server;
	int ends[2];
	int got[FDS];
	struct ipcchan_message request;
	struct ipcchan_message received;
	struct ipcchan_message reply;
};

FIXTURE_SETUP(call_fds)
{
	int mailbox;

	self->session = session_open();
	mailbox = mailbox_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
						       IPCCHAN_OPEN_FDS);
	self->client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE |
				       IPCCHAN_RIGHT_PEEK, 0);
	ASSERT_LE(0, self->server);
	close(mailbox);
	ASSERT_EQ(0, pipe2(self->ends, O_CLOEXEC));
	self->request.fds = (uintptr_t)self->ends;
	self->received.fds = (uintptr_t)self->got;
	self->reply.fds = (uintptr_t)self->got;
}

FIXTURE_TEARDOWN(call_fds)
{
	close(self->ends[0]);
	close(self->ends[1]);
	close(self->client);
	close(self->server);
	close(self->session);
}

static bool leads_to_pipe(FIXTURE_DATA(call_fds) * self, int fd)
{
	char byte = 0;

	return write(fd, "x", 1) == 1 && read(self->ends[0], &byte, 1) == 1 &&
	       byte == 'x';
}

TEST_F(call_fds, of_a_request_reach_the_server)
{
	self->request.nr_fds = 2;
	self->received.nr_fds = FDS;
	ASSERT_EQ(0, mailbox_call_start(self->client, &self->request));
	ASSERT_EQ(1, mailbox_receive(self->server, &self->received, 1));
	EXPECT_EQ(2, self->received.nr_fds);
	EXPECT_TRUE(leads_to_pipe(self, self->got[1]));
}

TEST_F(call_fds, of_a_request_stay_with_it_if_there_is_no_room)
{
	self->request.nr_fds = 2;
	self->received.nr_fds = 1;
	ASSERT_EQ(0, mailbox_call_start(self->client, &self->request));
	EXPECT_EQ(-EMSGSIZE, mailbox_receive(self->server, &self->received, 1));
	EXPECT_EQ(2, self->received.nr_fds);
	EXPECT_EQ(0, mailbox_info(self->client).calls_held);
	EXPECT_EQ(2, device_info(self->session).user_fds);
}

/* Calls without descriptors, and answers with them. */
static int answer_with_fds(FIXTURE_DATA(call_fds) * self)
{
	struct ipcchan_message answer = {
		.fds = (uintptr_t)self->ends,
		.nr_fds = 2,
	};

	if (mailbox_call_start(self->client, &self->request) ||
	    mailbox_receive(self->server, &self->received, 1) != 1)
		return -EPROTO;
	answer.token = self->received.token;
	return mailbox_reply(self->server, &answer);
}

TEST_F(call_fds, of_a_reply_reach_the_caller)
{
	ASSERT_EQ(0, answer_with_fds(self));
	self->reply.nr_fds = FDS;
	ASSERT_EQ(0, mailbox_call_wait(self->client, 0, &self->reply));
	EXPECT_EQ(2, self->reply.nr_fds);
	EXPECT_TRUE(leads_to_pipe(self, self->got[1]));
	EXPECT_EQ(FD_CLOEXEC, fd_flags(self->got[1]));
}

TEST_F(call_fds, of_a_reply_stay_with_it_if_there_is_no_room)
{
	ASSERT_EQ(0, answer_with_fds(self));
	self->reply.nr_fds = 1;
	EXPECT_EQ(-EMSGSIZE, mailbox_call_wait(self->client, 0, &self->reply));
	EXPECT_EQ(2, self->reply.nr_fds);
	EXPECT_EQ(0, mailbox_call_wait(self->client, 0, &self->reply));
}

TEST_F(call_fds, of_a_reply_are_closed_by_truncate)
{
	ASSERT_EQ(0, answer_with_fds(self));
	ASSERT_EQ(0, mailbox_call_wait(self->client, 0, &self->reply,
				       .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(IPCCHAN_MESSAGE_FDS_CLOSED, self->reply.flags);
	EXPECT_EQ(0, device_info(self->session).user_fds);
}

/* Lets this process have @more descriptors than now. */
static int allow_descriptors(int more)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	limit.rlim_cur = next_fd() + more;
	return setrlimit(RLIMIT_NOFILE, &limit);
}

TEST_F(call_fds, of_a_reply_that_are_too_many_for_the_process_stay_with_it)
{
	ASSERT_EQ(0, answer_with_fds(self));
	self->reply.nr_fds = FDS;
	ASSERT_EQ(0, allow_descriptors(1));
	EXPECT_EQ(-EMFILE, mailbox_call_wait(self->client, 0, &self->reply));
	self->request.token = self->received.token;
	EXPECT_EQ(-EMFILE, mailbox_call(self->client, &self->request,
					&self->reply));
	EXPECT_EQ(self->received.token, self->request.token);
	ASSERT_EQ(0, allow_descriptors(2));
	EXPECT_EQ(0, mailbox_call(self->client, &self->request, &self->reply));
	EXPECT_EQ(2, self->reply.nr_fds);
}

TEST_F(call_fds, of_a_reply_are_closed_with_a_call_that_is_given_up)
{
	ASSERT_EQ(0, answer_with_fds(self));
	EXPECT_EQ(2, device_info(self->session).user_fds);
	close(self->client);
	EXPECT_EQ(0, device_info(self->session).user_fds);
}

#include "ipcchan_selftest_main.h"
