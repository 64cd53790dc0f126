// SPDX-License-Identifier: GPL-2.0
/* A 64-bit and a 32-bit process exchange messages. */

#include "kselftest_harness.h"

#include "compat_peer.h"
#include "ipcchan_selftest.h"

FIXTURE(compat)
{
	struct child peer;
	int session;
	int requests;
	int replies;
	int peer_fds[2];
};

static int open_mailbox(int session)
{
	return mailbox_open(session,
			    .flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_FDS);
}

FIXTURE_SETUP(compat)
{
	int replies;

	self->session = session_open();
	self->requests = open_mailbox(self->session);
	replies = open_mailbox(self->session);
	self->peer_fds[0] = object_restrict(self->requests,
					    IPCCHAN_RIGHT_RECEIVE, 0);
	self->peer_fds[1] = object_restrict(replies, IPCCHAN_RIGHT_SEND, 0);
	self->replies = object_restrict(replies, IPCCHAN_RIGHT_RECEIVE, 0);
	close(replies);
	ASSERT_LE(0, self->peer_fds[0]);
	ASSERT_LE(0, self->replies);
}

FIXTURE_TEARDOWN(compat)
{
	close(self->session);
	close(self->replies);
}

static int run_peer(void *argument)
{
	const int *fds = argument;
	char texts[2][16];

	for (int i = 0; i < 2; i++) {
		fcntl(fds[i], F_SETFD, 0);
		snprintf(texts[i], sizeof(texts[i]), "%d", fds[i]);
	}
	execl("./compat_peer", "compat_peer", texts[0], texts[1], NULL);
	return -errno;
}

/* Start the peer; from here on only it can receive requests. */
static void start_peer(struct child *peer, int *fds)
{
	child_start(peer, run_peer, fds);
	close(fds[0]);
	close(fds[1]);
}

static unsigned char request_byte(int number, int at)
{
	return 7 * number + at;
}

/* Send @nr requests, of types from 1000 on, and of all priorities. */
static int send_requests(int mailbox, int nr)
{
	static unsigned char bytes[IPCCHAN_BATCH_MAX][REQUEST_SIZE];
	struct ipcchan_message messages[IPCCHAN_BATCH_MAX];

	for (int i = 0; i < nr; i++) {
		for (int at = 0; at < REQUEST_SIZE; at++)
			bytes[i][at] = request_byte(i, at);
		messages[i] = MESSAGE(bytes[i], REQUEST_SIZE,
				      .type = 1000 + i,
				      .priority = i % IPCCHAN_PRIORITIES);
	}
	return mailbox_send(mailbox, messages, nr);
}

static int receive_reply(int mailbox, struct ipcchan_message *message,
			 struct reply *reply)
{
	*message = MESSAGE(reply, sizeof(*reply));
	return mailbox_receive(mailbox, message, 1);
}

static bool is_answer(const struct reply *reply, int number)
{
	for (int at = 0; at < REQUEST_SIZE; at++)
		if ((reply->bytes[at] ^ request_byte(number, at)) != 0xff)
			return false;
	return true;
}

TEST_F(compat, a_32_bit_process_receives_what_a_64_bit_process_sent)
{
	struct ipcchan_message peeked = {};
	struct ipcchan_message message;
	struct reply reply;

	ASSERT_EQ(1, send_requests(self->requests, 1));
	ASSERT_EQ(1, mailbox_peek(self->requests, 0, &peeked, 1,
				  .flags = IPCCHAN_TRUNCATE));
	start_peer(&self->peer, self->peer_fds);
	ASSERT_EQ(1, receive_reply(self->replies, &message, &reply));
	peeked.data = reply.received.data;
	peeked.size = REQUEST_SIZE;
	peeked.flags = 0;
	peeked.fds = reply.received.fds;
	EXPECT_EQ(0, memcmp(&peeked, &reply.received, sizeof(peeked)));
	EXPECT_TRUE(is_answer(&reply, 0));
	close(self->requests);
	EXPECT_EQ(0, child_join(&self->peer));
}

TEST_F(compat, a_64_bit_process_receives_what_a_32_bit_process_sent)
{
	__u64 before = now_ns(CLOCK_MONOTONIC);
	struct ipcchan_message message;
	struct reply reply;

	ASSERT_EQ(1, send_requests(self->requests, 1));
	start_peer(&self->peer, self->peer_fds);
	ASSERT_EQ(1, receive_reply(self->replies, &message, &reply));
	EXPECT_EQ(sizeof(reply), message.length);
	EXPECT_EQ(1001, message.type);
	EXPECT_EQ(0, message.priority);
	EXPECT_EQ(0, message.flags);
	EXPECT_EQ(1, message.sequence);
	EXPECT_LT(before, message.time_ns);
	EXPECT_EQ(device_info(self->session).client, message.client);
	EXPECT_EQ(self->peer.pid, message.tgid);
	EXPECT_EQ(self->peer.pid, message.tid);
	EXPECT_EQ(getuid(), message.uid);
	EXPECT_EQ(getgid(), message.gid);
	close(self->requests);
	EXPECT_EQ(0, child_join(&self->peer));
}

TEST_F(compat, they_exchange_full_batches)
{
	bool seen[IPCCHAN_BATCH_MAX] = {};
	struct ipcchan_message message;
	struct reply reply;

	start_peer(&self->peer, self->peer_fds);
	ASSERT_EQ(IPCCHAN_BATCH_MAX,
		  send_requests(self->requests, IPCCHAN_BATCH_MAX));
	for (int i = 0; i < IPCCHAN_BATCH_MAX; i++) {
		int number;

		ASSERT_EQ(1, receive_reply(self->replies, &message, &reply));
		number = message.type - 1001;
		ASSERT_TRUE(number >= 0 && number < IPCCHAN_BATCH_MAX);
		EXPECT_FALSE(seen[number]);
		seen[number] = true;
		EXPECT_TRUE(is_answer(&reply, number));
	}
	close(self->requests);
	EXPECT_EQ(0, child_join(&self->peer));
}

TEST_F(compat, a_descriptor_goes_to_a_32_bit_process_and_back)
{
	unsigned char bytes[REQUEST_SIZE] = {};
	int fds[2] = { STDIN_FILENO, STDIN_FILENO };
	struct ipcchan_message message = MESSAGE(bytes, sizeof(bytes),
						 .fds = (uintptr_t)fds);
	struct reply reply;

	ASSERT_EQ(0, pipe2(fds, O_CLOEXEC));
	message.nr_fds = 2;
	ASSERT_EQ(1, mailbox_send(self->requests, &message, 1));
	start_peer(&self->peer, self->peer_fds);
	message = MESSAGE(&reply, sizeof(reply), .fds = (uintptr_t)fds,
			  .nr_fds = 2);
	ASSERT_EQ(1, mailbox_receive(self->replies, &message, 1));
	EXPECT_EQ(2, message.nr_fds);
	EXPECT_EQ(1, write(fds[1], "x", 1));
	EXPECT_EQ(1, read(fds[0], bytes, 1));
	EXPECT_EQ('x', bytes[0]);
	close(self->requests);
	EXPECT_EQ(0, child_join(&self->peer));
}

TEST_F(compat, each_sees_the_end_of_the_other)
{
	struct ipcchan_message message;
	struct reply reply;

	start_peer(&self->peer, self->peer_fds);
	close(self->requests);
	EXPECT_EQ(-EPIPE, receive_reply(self->replies, &message, &reply));
	EXPECT_EQ(0, child_join(&self->peer));
}

#include "ipcchan_selftest_main.h"
