// SPDX-License-Identifier: GPL-2.0
/* A call: a request is sent, a server receives it and answers. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sys/uio.h>

#include "ipcchan_selftest.h"

#define LARGE	5000

/* A mailbox with a descriptor for each side, and a thread for the caller. */
FIXTURE(call)
{
	int session;
	int client;
	int server;
	struct sleeper caller;
	struct ipcchan_message request;
	struct ipcchan_message reply;
	struct ipcchan_message received;
	char bytes[LARGE];
	char answer[LARGE];
	char buffer[LARGE];
};

FIXTURE_SETUP(call)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	mailbox = mailbox_open(self->session);
	self->client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE |
				       IPCCHAN_RIGHT_PEEK, 0);
	ASSERT_LE(0, self->server);
	close(mailbox);
	strcpy(self->bytes, "question");
	self->request = MESSAGE(self->bytes, 8, .type = 7, .priority = 3);
	self->reply = MESSAGE(self->answer, LARGE);
	self->received = MESSAGE(self->buffer, LARGE);
}

FIXTURE_TEARDOWN(call)
{
	close(self->client);
	close(self->server);
	close(self->session);
}

static int make_call(void *argument)
{
	FIXTURE_DATA(call) * self = argument;

	return mailbox_call(self->client, &self->request, &self->reply);
}

static void start_call(FIXTURE_DATA(call) * self)
{
	sleeper_start(&self->caller, make_call, self);
}

/* The request is received, and waits for its answer. */
static int receive_request(FIXTURE_DATA(call) * self)
{
	return mailbox_receive(self->server, &self->received, 1);
}

static int answer(FIXTURE_DATA(call) * self, const char *bytes, unsigned int size)
{
	return mailbox_reply(self->server,
			     &MESSAGE(bytes, size, .type = 9,
				      .token = self->received.token));
}

TEST_F(call, is_offered_as_a_feature)
{
	EXPECT_TRUE(device_info(self->session).features & IPCCHAN_FEATURE_CALL);
}

TEST_F(call, returns_the_reply)
{
	start_call(self);
	ASSERT_EQ(1, receive_request(self));
	EXPECT_EQ(0, answer(self, "fact", 4));
	ASSERT_EQ(0, sleeper_join(&self->caller));
	EXPECT_EQ(4, self->reply.length);
	EXPECT_EQ(9, self->reply.type);
	EXPECT_EQ(0, memcmp(self->answer, "fact", 4));
}

TEST_F(call, is_received_with_bytes_type_priority_and_identity)
{
	start_call(self);
	ASSERT_EQ(1, receive_request(self));
	EXPECT_EQ(8, self->received.length);
	EXPECT_EQ(0, memcmp(self->buffer, "question", 8));
	EXPECT_EQ(7, self->received.type);
	EXPECT_EQ(3, self->received.priority);
	EXPECT_EQ(getpid(), self->received.tgid);
	EXPECT_EQ(self->caller.tid, self->received.tid);
	EXPECT_NE(0, self->received.token);
	EXPECT_EQ(0, answer(self, "", 0));
	EXPECT_EQ(0, sleeper_join(&self->caller));
}

TEST_F(call, takes_a_reply_of_no_bytes)
{
	start_call(self);
	ASSERT_EQ(1, receive_request(self));
	EXPECT_EQ(0, answer(self, "", 0));
	ASSERT_EQ(0, sleeper_join(&self->caller));
	EXPECT_EQ(0, self->reply.length);
}

TEST_F(call, takes_a_large_request_and_a_large_reply)
{
	memset(self->bytes, 'q', LARGE);
	self->request.size = LARGE;
	start_call(self);
	ASSERT_EQ(1, receive_request(self));
	EXPECT_EQ(0, memcmp(self->buffer, self->bytes, LARGE));
	memset(self->buffer, 'a', LARGE);
	EXPECT_EQ(0, answer(self, self->buffer, LARGE));
	ASSERT_EQ(0, sleeper_join(&self->caller));
	EXPECT_EQ(0, memcmp(self->answer, self->buffer, LARGE));
}

TEST_F(call, can_be_made_again_and_again)
{
	for (int i = 0; i < 100; i++) {
		start_call(self);
		ASSERT_EQ(1, receive_request(self));
		ASSERT_EQ(0, answer(self, (char *)&i, sizeof(i)));
		ASSERT_EQ(0, sleeper_join(&self->caller));
		ASSERT_EQ(0, memcmp(self->answer, &i, sizeof(i)));
	}
}

TEST_F(call, can_be_answered_once)
{
	start_call(self);
	ASSERT_EQ(1, receive_request(self));
	ASSERT_EQ(0, answer(self, "fact", 4));
	EXPECT_EQ(-ESRCH, answer(self, "other", 5));
	ASSERT_EQ(0, sleeper_join(&self->caller));
	EXPECT_EQ(4, self->reply.length);
}

TEST_F(call, gets_etimedout_at_its_deadline)
{
	EXPECT_EQ(-ETIMEDOUT, mailbox_call(self->client, &self->request,
					   &self->reply,
					   .deadline_ns = deadline_after(0)));
	EXPECT_EQ(0, mailbox_info(self->client).messages);
	EXPECT_EQ(0, mailbox_info(self->client).calls);
}

#include "ipcchan_selftest_main.h"
