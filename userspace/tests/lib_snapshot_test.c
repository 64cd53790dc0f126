// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots with libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

FIXTURE(snapshot)
{
	struct ipcchan *session;
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_mailbox *empty;
	char bytes[1024];
	uint64_t size;
};

static struct ipcchan_mailbox *mailbox_with(struct ipcchan *session,
					    uint32_t rights)
{
	struct ipcchan_mailbox *mailbox;

	if (ipcchan_mailbox_open(session, NULL, rights, NULL, &mailbox))
		abort();
	return mailbox;
}

FIXTURE_SETUP(snapshot)
{
	self->session = open_session();
	self->mailbox = mailbox_with(self->session, IPCCHAN_RIGHTS_MAILBOX);
	self->empty = mailbox_with(self->session, IPCCHAN_RIGHTS_MAILBOX);
	self->size = sizeof(self->bytes);
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailbox, "kept", 4, NULL));
}

FIXTURE_TEARDOWN(snapshot)
{
	ipcchan_mailbox_close(self->mailbox);
	ipcchan_mailbox_close(self->empty);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

#define take_down() \
	ipcchan_mailbox_snapshot(self->mailbox, self->bytes, &self->size)

TEST_F(snapshot, is_restored)
{
	char bytes[4];

	EXPECT_EQ(1, take_down());
	EXPECT_EQ(sizeof(self->bytes), self->size);
	EXPECT_EQ(1, ipcchan_mailbox_restore(self->empty, self->bytes,
					     self->size));
	ASSERT_EQ(4, ipcchan_mailbox_receive(self->empty, bytes, 4, NULL));
	EXPECT_EQ(0, memcmp("kept", bytes, 4));
}

TEST_F(snapshot, says_how_long_it_is)
{
	self->size = 1;
	EXPECT_EQ(-EMSGSIZE, take_down());
	EXPECT_EQ(1, take_down());
	EXPECT_EQ(self->size, ((struct ipcchan_snapshot *)self->bytes)->size);
}

TEST_F(snapshot, needs_the_right_to_administer)
{
	struct ipcchan_mailbox *weak =
		mailbox_with(self->session, IPCCHAN_RIGHT_SEND);

	EXPECT_EQ(-EPERM, ipcchan_mailbox_snapshot(weak, self->bytes,
						   &self->size));
	EXPECT_EQ(-EPERM, ipcchan_mailbox_restore(weak, self->bytes,
						  self->size));
	ipcchan_mailbox_close(weak);
}

TEST_F(snapshot, needs_a_mailbox_that_never_had_messages)
{
	EXPECT_EQ(1, take_down());
	EXPECT_EQ(-ENOTEMPTY, ipcchan_mailbox_restore(self->mailbox,
						      self->bytes, self->size));
}

TEST_F(snapshot, must_be_one)
{
	memset(self->bytes, 0, sizeof(self->bytes));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_restore(self->empty, self->bytes,
						   self->size));
}

TEST_HARNESS_MAIN
