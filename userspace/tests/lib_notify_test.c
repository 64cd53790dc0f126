// SPDX-License-Identifier: GPL-2.0
/*
 * Being told of events through libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <poll.h>
#include <sys/eventfd.h>

FIXTURE(notify)
{
	struct ipcchan *session;
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_notify_options options;
	int eventfd;
};

FIXTURE_SETUP(notify)
{
	const struct ipcchan_notify_options options = IPCCHAN_NOTIFY_OPTIONS;

	self->session = open_session();
	self->mailbox = new_mailbox(self->session, NULL);
	self->eventfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	self->options = options;
}

FIXTURE_TEARDOWN(notify)
{
	close(self->eventfd);
	ipcchan_mailbox_close(self->mailbox);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

/* How often the eventfd was counted up since this was last asked. */
static uint64_t counted(int fd)
{
	uint64_t count = 0;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

TEST_F(notify, counts_an_eventfd_up_for_a_message)
{
	self->options.eventfd = self->eventfd;
	self->options.events = IPCCHAN_EVENT_READ;
	ASSERT_EQ(0, ipcchan_mailbox_notify(self->mailbox, &self->options));
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailbox, "x", 1, NULL));
	EXPECT_EQ(1, counted(self->eventfd));
}

TEST_F(notify, asks_for_nothing_by_default)
{
	self->options.eventfd = self->eventfd;
	self->options.events = IPCCHAN_EVENT_READ;
	ASSERT_EQ(0, ipcchan_mailbox_notify(self->mailbox, &self->options));
	ASSERT_EQ(0, ipcchan_mailbox_notify(self->mailbox, NULL));
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailbox, "x", 1, NULL));
	EXPECT_EQ(0, counted(self->eventfd));
}

TEST_F(notify, sets_the_watermark_of_pollpri)
{
	struct pollfd poller = {
		.fd = ipcchan_mailbox_fd(self->mailbox),
		.events = POLLPRI,
	};

	self->options.watermark = 0;
	ASSERT_EQ(0, ipcchan_mailbox_notify(self->mailbox, &self->options));
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailbox, "x", 1, NULL));
	EXPECT_EQ(1, poll(&poller, 1, 0));
}

TEST_F(notify, gives_the_errors_of_the_kernel)
{
	self->options.watermark = IPCCHAN_PRIORITIES + 1;
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_notify(self->mailbox,
						  &self->options));
	self->options.watermark = IPCCHAN_PRIORITIES;
	self->options.eventfd = 999;
	self->options.events = IPCCHAN_EVENT_READ;
	EXPECT_EQ(-EBADF, ipcchan_mailbox_notify(self->mailbox,
						 &self->options));
}

TEST_F(notify, refuses_what_is_reserved)
{
	self->options.reserved = 1;
	EXPECT_EQ(-EOPNOTSUPP, ipcchan_mailbox_notify(self->mailbox,
						      &self->options));
	self->options.reserved = 0;
	self->options.flags = 1;
	EXPECT_EQ(-EOPNOTSUPP, ipcchan_mailbox_notify(self->mailbox,
						      &self->options));
}

TEST_HARNESS_MAIN
