// SPDX-License-Identifier: GPL-2.0
/* read(2), write(2) and their vectors: one call is one message. */

#include "kselftest_harness.h"

#include <signal.h>
#include <sys/uio.h>

#include "ipcchan_selftest.h"

#define MAX_SIZE	16

/* An anonymous mailbox for two messages, with a descriptor for each right. */
FIXTURE(stream)
{
	int session;
	int mailbox;
	int writer;
	int reader;
	int watcher;
	char buffer[32];
};

FIXTURE_SETUP(stream)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session, .capacity_messages = 2,
				     .max_message_size = MAX_SIZE);
	ASSERT_LE(0, self->mailbox);
	self->writer = object_restrict(self->mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->reader = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->watcher = object_restrict(self->mailbox, IPCCHAN_RIGHT_PEEK |
					IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->watcher);
}

FIXTURE_TEARDOWN(stream)
{
	close(self->watcher);
	close(self->reader);
	close(self->writer);
	close(self->mailbox);
	close(self->session);
}

static ssize_t try_read(int fd, void *buffer, size_t size)
{
	ssize_t done = read(fd, buffer, size);

	return done < 0 ? -errno : done;
}

static ssize_t try_write(int fd, const void *buffer, size_t size)
{
	ssize_t done = write(fd, buffer, size);

	return done < 0 ? -errno : done;
}

TEST_F(stream, write_is_one_message)
{
	ASSERT_EQ(5, try_write(self->writer, "hello", 5));
	ASSERT_EQ(5, try_write(self->writer, "world", 5));
	EXPECT_EQ(2, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(5, try_read(self->reader, self->buffer, 32));
	EXPECT_EQ(0, memcmp(self->buffer, "hello", 5));
	EXPECT_EQ(5, try_read(self->reader, self->buffer, 32));
	EXPECT_EQ(0, memcmp(self->buffer, "world", 5));
}

TEST_F(stream, read_writes_nothing_behind_the_message)
{
	memset(self->buffer, '.', sizeof(self->buffer));
	ASSERT_EQ(5, try_write(self->writer, "hello", 5));
	ASSERT_EQ(5, try_read(self->reader, self->buffer, 32));
	EXPECT_EQ('.', self->buffer[5]);
}

TEST_F(stream, writev_is_one_message)
{
	struct iovec parts[] = {
		{ .iov_base = "hel", .iov_len = 3 },
		{ .iov_base = NULL, .iov_len = 0 },
		{ .iov_base = "lo", .iov_len = 2 },
	};

	ASSERT_EQ(5, writev(self->writer, parts, 3));
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(5, try_read(self->reader, self->buffer, 32));
	EXPECT_EQ(0, memcmp(self->buffer, "hello", 5));
}

TEST_F(stream, readv_fills_one_part_after_the_other)
{
	char first[3];
	char second[10] = "..........";
	struct iovec parts[] = {
		{ .iov_base = first, .iov_len = sizeof(first) },
		{ .iov_base = second, .iov_len = sizeof(second) },
	};

	ASSERT_EQ(5, try_write(self->writer, "hello", 5));
	ASSERT_EQ(5, readv(self->reader, parts, 2));
	EXPECT_EQ(0, memcmp(first, "hel", 3));
	EXPECT_EQ(0, memcmp(second, "lo........", 10));
}

TEST_F(stream, write_of_nothing_is_refused)
{
	EXPECT_EQ(-EINVAL, try_write(self->writer, "", 0));
	EXPECT_EQ(0, mailbox_info(self->mailbox).messages);
}

TEST_F(stream, write_takes_the_longest_message)
{
	EXPECT_EQ(MAX_SIZE, try_write(self->writer, self->buffer, MAX_SIZE));
}

TEST_F(stream, write_refuses_a_longer_message)
{
	EXPECT_EQ(-EMSGSIZE,
		  try_write(self->writer, self->buffer, MAX_SIZE + 1));
	EXPECT_EQ(0, mailbox_info(self->mailbox).sent);
}

TEST_F(stream, read_into_a_short_buffer_leaves_the_message)
{
	ASSERT_EQ(5, try_write(self->writer, "hello", 5));
	EXPECT_EQ(-EMSGSIZE, try_read(self->reader, self->buffer, 4));
	EXPECT_EQ(5, try_read(self->reader, self->buffer, 5));
}

TEST_F(stream, read_of_nothing_takes_nothing)
{
	ASSERT_EQ(5, try_write(self->writer, "hello", 5));
	EXPECT_EQ(0, try_read(self->reader, self->buffer, 0));
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
}

TEST_F(stream, read_refuses_an_empty_message)
{
	struct ipcchan_message message = { .type = 7 };

	ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	EXPECT_EQ(-EBADMSG, try_read(self->reader, self->buffer, 32));
	EXPECT_EQ(-EBADMSG, try_read(self->reader, self->buffer, 32));
	message.type = 0;
	EXPECT_EQ(1, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(7, message.type);
}

TEST_F(stream, read_at_the_end_is_zero)
{
	ASSERT_EQ(5, try_write(self->writer, "hello", 5));
	close(self->mailbox);
	close(self->writer);
	EXPECT_EQ(5, try_read(self->reader, self->buffer, 32));
	EXPECT_EQ(0, try_read(self->reader, self->buffer, 32));
}

static int blocking_read(void *reader)
{
	char buffer[32];

	return try_read(*(int *)reader, buffer, sizeof(buffer));
}

static int blocking_write(void *writer)
{
	return try_write(*(int *)writer, "third", 5);
}

TEST_F(stream, read_sleeps_until_a_message_comes)
{
	struct sleeper reader;

	sleeper_start(&reader, blocking_read, &self->reader);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(5, try_write(self->writer, "hello", 5));
	EXPECT_EQ(5, sleeper_join(&reader));
}

TEST_F(stream, read_sleeps_until_the_end_comes)
{
	struct sleeper reader;

	sleeper_start(&reader, blocking_read, &self->reader);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	close(self->mailbox);
	close(self->writer);
	EXPECT_EQ(0, sleeper_join(&reader));
}

TEST_F(stream, write_sleeps_until_there_is_room)
{
	struct sleeper writer;

	ASSERT_EQ(5, try_write(self->writer, "first", 5));
	ASSERT_EQ(6, try_write(self->writer, "second", 6));
	sleeper_start(&writer, blocking_write, &self->writer);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	EXPECT_EQ(5, try_read(self->reader, self->buffer, 32));
	EXPECT_EQ(5, sleeper_join(&writer));
	EXPECT_EQ(6, try_read(self->reader, self->buffer, 32));
	EXPECT_EQ(5, try_read(self->reader, self->buffer, 32));
}

TEST_F(stream, read_does_not_sleep_with_o_nonblock)
{
	ASSERT_EQ(0, set_nonblocking(self->reader, true));
	EXPECT_EQ(-EAGAIN, try_read(self->reader, self->buffer, 32));
}

TEST_F(stream, write_does_not_sleep_with_o_nonblock)
{
	ASSERT_EQ(0, set_nonblocking(self->writer, true));
	ASSERT_EQ(5, try_write(self->writer, "first", 5));
	ASSERT_EQ(6, try_write(self->writer, "second", 6));
	EXPECT_EQ(-EAGAIN, try_write(self->writer, "third", 5));
}

TEST_F(stream, o_nonblock_can_be_taken_back)
{
	struct sleeper reader;

	ASSERT_EQ(0, set_nonblocking(self->reader, true));
	ASSERT_EQ(0, set_nonblocking(self->reader, false));
	sleeper_start(&reader, blocking_read, &self->reader);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(5, try_write(self->writer, "hello", 5));
	EXPECT_EQ(5, sleeper_join(&reader));
}

TEST_F(stream, preadv2_with_nowait_does_not_sleep)
{
	struct iovec part = { .iov_base = self->buffer, .iov_len = 32 };

	EXPECT_EQ(-1, preadv2(self->reader, &part, 1, -1, RWF_NOWAIT));
	EXPECT_EQ(EAGAIN, errno);
	ASSERT_EQ(5, try_write(self->writer, "hello", 5));
	EXPECT_EQ(5, preadv2(self->reader, &part, 1, -1, RWF_NOWAIT));
}

TEST_F(stream, write_without_receivers_fails_without_a_signal)
{
	close(self->mailbox);
	close(self->reader);
	/* Which would end this process. */
	signal(SIGPIPE, SIG_DFL);
	EXPECT_EQ(-EPIPE, try_write(self->writer, "hello", 5));
}

TEST_F(stream, read_needs_the_receive_right)
{
	ASSERT_EQ(5, try_write(self->writer, "hello", 5));
	EXPECT_EQ(-EBADF, try_read(self->writer, self->buffer, 32));
	EXPECT_EQ(-EBADF, try_read(self->watcher, self->buffer, 32));
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
}

TEST_F(stream, write_needs_the_send_right)
{
	EXPECT_EQ(-EBADF, try_write(self->reader, "hello", 5));
	EXPECT_EQ(-EBADF, try_write(self->watcher, "hello", 5));
	EXPECT_EQ(0, mailbox_info(self->mailbox).messages);
}

TEST_F(stream, ends_when_killed)
{
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ(-EIDRM, try_read(self->reader, self->buffer, 32));
	EXPECT_EQ(-EIDRM, try_write(self->writer, "hello", 5));
}

TEST_F(stream, wakes_a_reader_when_killed)
{
	struct sleeper reader;

	sleeper_start(&reader, blocking_read, &self->reader);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ(-EIDRM, sleeper_join(&reader));
}

static void ignore(int signal)
{
}

TEST_F(stream, read_is_interrupted_by_a_signal)
{
	struct sigaction action = { .sa_handler = ignore };
	struct sleeper reader;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	sleeper_start(&reader, blocking_read, &self->reader);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(0, pthread_kill(reader.thread, SIGUSR1));
	EXPECT_EQ(-EINTR, sleeper_join(&reader));
}

TEST_F(stream, has_no_position)
{
	EXPECT_EQ(-1, lseek(self->mailbox, 0, SEEK_CUR));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(-1, pread(self->reader, self->buffer, 32, 0));
	EXPECT_EQ(ESPIPE, errno);
}

TEST_F(stream, access_mode_tells_the_rights)
{
	EXPECT_EQ(O_RDWR, file_flags(self->mailbox) & O_ACCMODE);
	EXPECT_EQ(O_RDONLY, file_flags(self->reader) & O_ACCMODE);
	EXPECT_EQ(O_WRONLY, file_flags(self->writer) & O_ACCMODE);
}

#include "ipcchan_selftest_main.h"
