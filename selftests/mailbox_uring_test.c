// SPDX-License-Identifier: GPL-2.0
/* io_uring: READ, WRITE and POLL_ADD of a mailbox, without any library. */

#include "kselftest_harness.h"

#include <poll.h>
#include <sys/uio.h>

#include "ipcchan_selftest.h"
#include "uring.h"

/* A mailbox for one message. The kernel may lack io_uring, or forbid it. */
FIXTURE(uring)
{
	int session;
	int mailbox;
	struct uring ring;
	const char *unavailable;
	int rw_flags;
	char buffer[16];
};

FIXTURE_SETUP(uring)
{
	int error;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session, .capacity_messages = 1,
				     .max_message_size = 16);
	ASSERT_LE(0, self->mailbox);
	error = uring_open(&self->ring);
	if (error)
		self->unavailable = strerror(-error);
}

FIXTURE_TEARDOWN(uring)
{
	uring_close(&self->ring);
	close(self->mailbox);
	close(self->session);
}

static int submit_read(void *fixture)
{
	FIXTURE_DATA(uring) * self = fixture;
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_READ,
		.fd = self->mailbox,
		.addr = (uintptr_t)self->buffer,
		.len = sizeof(self->buffer),
		.rw_flags = self->rw_flags,
		.off = -1,
		.user_data = IORING_OP_READ,
	};

	return uring_submit(&self->ring, &sqe);
}

static int submit_write(void *fixture, const char *text)
{
	FIXTURE_DATA(uring) * self = fixture;
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_WRITE,
		.fd = self->mailbox,
		.addr = (uintptr_t)text,
		.len = strlen(text),
		.off = -1,
		.user_data = IORING_OP_WRITE,
	};

	return uring_submit(&self->ring, &sqe);
}

static int submit_poll(void *fixture, unsigned int events)
{
	FIXTURE_DATA(uring) * self = fixture;
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_POLL_ADD,
		.fd = self->mailbox,
		.poll32_events = events,
		.user_data = IORING_OP_POLL_ADD,
	};

	return uring_submit(&self->ring, &sqe);
}

static int submit_cancel(void *fixture, __u64 user_data)
{
	FIXTURE_DATA(uring) * self = fixture;
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_ASYNC_CANCEL,
		.addr = user_data,
		.user_data = IORING_OP_ASYNC_CANCEL,
	};

	return uring_submit(&self->ring, &sqe);
}

TEST_F(uring, read_takes_a_message)
{
	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(5, write(self->mailbox, "hello", 5));
	ASSERT_EQ(1, submit_read(self));
	EXPECT_EQ(5, uring_await(&self->ring, IORING_OP_READ));
	EXPECT_EQ(0, memcmp(self->buffer, "hello", 5));
	EXPECT_EQ(0, mailbox_info(self->mailbox).messages);
}

TEST_F(uring, read_completes_when_a_message_comes)
{
	struct io_uring_cqe cqe;

	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(1, submit_read(self));
	ASSERT_FALSE(uring_take(&self->ring, &cqe));
	ASSERT_EQ(5, write(self->mailbox, "hello", 5));
	EXPECT_EQ(5, uring_await(&self->ring, IORING_OP_READ));
	EXPECT_EQ(0, memcmp(self->buffer, "hello", 5));
}

TEST_F(uring, read_does_not_occupy_a_thread)
{
	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(1, submit_read(self));
	/* It polls. A thread would be seen waiting, in some milliseconds. */
	for (int i = 0; i < 100; i++) {
		ASSERT_EQ(0, mailbox_info(self->mailbox).waiting_receivers);
		nap();
	}
	ASSERT_EQ(5, write(self->mailbox, "hello", 5));
	EXPECT_EQ(5, uring_await(&self->ring, IORING_OP_READ));
}

TEST_F(uring, reads_take_a_message_each)
{
	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(1, submit_read(self));
	ASSERT_EQ(1, submit_read(self));
	ASSERT_EQ(5, write(self->mailbox, "hello", 5));
	EXPECT_EQ(5, uring_await(&self->ring, IORING_OP_READ));
	ASSERT_EQ(6, write(self->mailbox, "world!", 6));
	EXPECT_EQ(6, uring_await(&self->ring, IORING_OP_READ));
	EXPECT_EQ(2, mailbox_info(self->mailbox).received);
}

TEST_F(uring, read_tells_that_a_message_is_too_long)
{
	int larger = mailbox_open(self->session, .max_message_size = 100);
	char text[17] = {};

	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	close(self->mailbox);
	self->mailbox = larger;
	ASSERT_EQ(17, write(larger, text, 17));
	ASSERT_EQ(1, submit_read(self));
	EXPECT_EQ(-EMSGSIZE, uring_await(&self->ring, IORING_OP_READ));
	EXPECT_EQ(1, mailbox_info(larger).messages);
}

TEST_F(uring, read_ends_with_the_last_sender)
{
	int sender = self->mailbox;

	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	self->mailbox = object_restrict(sender, IPCCHAN_RIGHT_RECEIVE, 0);
	ASSERT_EQ(1, submit_read(self));
	close(sender);
	EXPECT_EQ(0, uring_await(&self->ring, IORING_OP_READ));
}

TEST_F(uring, read_is_told_of_a_kill)
{
	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(1, submit_read(self));
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ(-EIDRM, uring_await(&self->ring, IORING_OP_READ));
}

TEST_F(uring, read_that_is_cancelled_takes_nothing)
{
	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(1, submit_read(self));
	ASSERT_EQ(1, submit_cancel(self, IORING_OP_READ));
	EXPECT_EQ(-ECANCELED, uring_await(&self->ring, IORING_OP_READ));
	ASSERT_EQ(1, put_number(self->mailbox, 5));
	EXPECT_EQ(5, take_number(self->mailbox));
}

static int submit_read_and_exit(void *fixture)
{
	FIXTURE_DATA(uring) * self = fixture;

	return uring_open(&self->ring) ?: submit_read(self);
}

TEST_F(uring, read_ends_with_its_process)
{
	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(1, run_in_child(submit_read_and_exit, self));
	ASSERT_EQ(1, put_number(self->mailbox, 5));
	EXPECT_EQ(5, take_number(self->mailbox));
}

TEST_F(uring, read_with_nowait_does_not_wait)
{
	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	self->rw_flags = RWF_NOWAIT;
	ASSERT_EQ(1, submit_read(self));
	EXPECT_EQ(-EAGAIN, uring_await(&self->ring, IORING_OP_READ));
}

TEST_F(uring, write_sends_a_message)
{
	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(1, submit_write(self, "hello"));
	EXPECT_EQ(5, uring_await(&self->ring, IORING_OP_WRITE));
	EXPECT_EQ(5, read(self->mailbox, self->buffer, 16));
	EXPECT_EQ(0, memcmp(self->buffer, "hello", 5));
}

TEST_F(uring, write_completes_when_there_is_room)
{
	struct io_uring_cqe cqe;

	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(5, write(self->mailbox, "hello", 5));
	ASSERT_EQ(1, submit_write(self, "world!"));
	ASSERT_FALSE(uring_take(&self->ring, &cqe));
	ASSERT_EQ(5, read(self->mailbox, self->buffer, 16));
	EXPECT_EQ(6, uring_await(&self->ring, IORING_OP_WRITE));
	EXPECT_EQ(6, read(self->mailbox, self->buffer, 16));
	EXPECT_EQ(2, mailbox_info(self->mailbox).sent);
}

TEST_F(uring, write_without_receivers_fails)
{
	int mailbox = self->mailbox;

	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	self->mailbox = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	close(mailbox);
	ASSERT_EQ(1, submit_write(self, "hello"));
	EXPECT_EQ(-EPIPE, uring_await(&self->ring, IORING_OP_WRITE));
}

TEST_F(uring, write_is_stamped_with_this_process)
{
	struct ipcchan_message message = MESSAGE(self->buffer, 16);

	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(1, submit_write(self, "hello"));
	ASSERT_EQ(5, uring_await(&self->ring, IORING_OP_WRITE));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(getpid(), message.tgid);
	EXPECT_EQ(0, message.uid);
}

TEST_F(uring, poll_completes_when_a_message_comes)
{
	struct io_uring_cqe cqe;

	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(1, submit_poll(self, POLLIN));
	ASSERT_FALSE(uring_take(&self->ring, &cqe));
	ASSERT_EQ(1, put_number(self->mailbox, 5));
	EXPECT_EQ(POLLIN, uring_await(&self->ring, IORING_OP_POLL_ADD));
}

TEST_F(uring, poll_completes_when_there_is_room)
{
	struct io_uring_cqe cqe;

	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(1, put_number(self->mailbox, 5));
	ASSERT_EQ(1, submit_poll(self, POLLOUT));
	ASSERT_FALSE(uring_take(&self->ring, &cqe));
	ASSERT_EQ(5, take_number(self->mailbox));
	EXPECT_EQ(POLLOUT, uring_await(&self->ring, IORING_OP_POLL_ADD));
}

TEST_F(uring, poll_completes_with_a_kill)
{
	if (self->unavailable)
		SKIP(return, "io_uring: %s", self->unavailable);
	ASSERT_EQ(1, submit_poll(self, POLLIN));
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ(POLLERR | POLLHUP,
		  uring_await(&self->ring, IORING_OP_POLL_ADD));
}

#include "ipcchan_selftest_main.h"
