// SPDX-License-Identifier: GPL-2.0
/*
 * Messages received with IPCCHAN_HOLD through libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

/* A mailbox with the message "job", which is held. */
FIXTURE(hold)
{
	struct ipcchan *session;
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_receive_options options;
	struct ipcchan_message message;
	struct ipcchan_held held;
	char buffer[16];
};

static int receive_again(void *fixture)
{
	FIXTURE_DATA(hold) * self = fixture;
	int got;

	ipcchan_message_set(&self->message, self->buffer,
			    sizeof(self->buffer));
	got = ipcchan_mailbox_receive_batch(self->mailbox, &self->message, 1,
					    sizeof(self->message),
					    &self->options);
	self->held.sequence = self->message.sequence;
	return got;
}

FIXTURE_SETUP(hold)
{
	const struct ipcchan_receive_options options = IPCCHAN_RECEIVE_OPTIONS;

	self->session = open_session();
	self->mailbox = new_mailbox(self->session, NULL);
	self->options = options;
	self->options.flags = IPCCHAN_HOLD | IPCCHAN_NONBLOCK;
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailbox, "job", 3, NULL));
	ASSERT_EQ(1, receive_again(self));
}

FIXTURE_TEARDOWN(hold)
{
	ipcchan_mailbox_close(self->mailbox);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

TEST_F(hold, is_over_once_it_is_committed)
{
	EXPECT_EQ(1, ipcchan_mailbox_commit(self->mailbox, &self->held, 1,
					    sizeof(self->held)));
	EXPECT_EQ(-EAGAIN, receive_again(self));
}

TEST_F(hold, is_over_when_it_is_released_and_the_message_comes_again)
{
	EXPECT_EQ(0, self->message.flags);
	EXPECT_EQ(1, ipcchan_mailbox_release(self->mailbox, &self->held, 1,
					     sizeof(self->held)));
	EXPECT_EQ(1, receive_again(self));
	EXPECT_EQ(IPCCHAN_MESSAGE_REDELIVERED, self->message.flags);
}

TEST_F(hold, is_not_of_other_messages)
{
	self->held.sequence++;
	EXPECT_EQ(-ENOENT, ipcchan_mailbox_commit(self->mailbox, &self->held,
						  1, sizeof(self->held)));
	EXPECT_EQ(-ENOENT, ipcchan_mailbox_release(self->mailbox, &self->held,
						   1, sizeof(self->held)));
}

TEST_F(hold, ends_for_1_to_64_at_a_time)
{
	const size_t bad[] = { 0, IPCCHAN_BATCH_MAX + 1, SIZE_MAX };

	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(-EINVAL,
			  ipcchan_mailbox_commit(self->mailbox, &self->held,
						 bad[i], sizeof(self->held)));
		EXPECT_EQ(-EINVAL,
			  ipcchan_mailbox_release(self->mailbox, &self->held,
						  bad[i], sizeof(self->held)));
	}
}

TEST_F(hold, knows_how_long_its_elements_are)
{
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_commit(self->mailbox, &self->held,
						  1, 4));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_release(self->mailbox, &self->held,
						   1, 4));
}

TEST_F(hold, is_not_for_a_receive_that_does_not_tell_the_sequence)
{
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_receive(self->mailbox, self->buffer,
						   sizeof(self->buffer),
						   &self->options));
}

TEST_HARNESS_MAIN
