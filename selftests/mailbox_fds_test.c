// SPDX-License-Identifier: GPL-2.0
/* Descriptors in messages: all of them arrive, or none, and none is lost. */

#include "kselftest_harness.h"

#include <linux/io_uring.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "ipcchan_selftest.h"

#define FDS		IPCCHAN_FDS_MAX

/* Sends a number, as the others do, with descriptors. */
static int put_fds(int mailbox, unsigned int number, const int *fds,
		   unsigned int nr)
{
	struct ipcchan_message message;

	numbers_fill(&message, &number, 1, number);
	message.fds = (uintptr_t)fds;
	message.nr_fds = nr;
	return mailbox_send(mailbox, &message, 1, .flags = IPCCHAN_NONBLOCK);
}

static int put_fd(int mailbox, int fd)
{
	return put_fds(mailbox, 1, &fd, 1);
}

/* Receives a number: how many descriptors are at @fds now, or -errno. */
static int take_fds(int mailbox, int *fds, unsigned int room)
{
	struct ipcchan_message message;
	unsigned int number;
	int ret;

	numbers_buffer(&message, &number, 1);
	message.fds = (uintptr_t)fds;
	message.nr_fds = room;
	ret = mailbox_receive(mailbox, &message, 1, .flags = IPCCHAN_NONBLOCK);
	return ret == 1 ? (int)message.nr_fds : ret;
}

/* The descriptor of the next message, or -errno. */
static int take_fd(int mailbox)
{
	int fd = -1;
	int ret = take_fds(mailbox, &fd, 1);

	return ret == 1 ? fd : ret;
}

static int open_for_fds(int session)
{
	return mailbox_open(session,
			    .flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_FDS);
}

/* What flags one has, the other has, if they are one open file. */
static bool is_same_file(int one, int other)
{
	return !set_nonblocking(one, true) &&
	       file_flags(other) & O_NONBLOCK &&
	       !set_nonblocking(one, false) &&
	       !(file_flags(other) & O_NONBLOCK);
}

/* Nobody has the writing end any more. */
static bool is_at_end(int pipe_reader)
{
	char byte;

	return read(pipe_reader, &byte, 1) == 0;
}

static int user_fds(int session)
{
	return device_info(session).user_fds;
}

/* A pipe whose writing end the tests send. */
FIXTURE(fds)
{
	int session;
	int mailbox;
	int reader;
	int writer;
	int many[FDS + 1];
	int got[FDS + 1];
};

FIXTURE_SETUP(fds)
{
	int ends[2];

	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = open_for_fds(self->session);
	ASSERT_LE(0, self->mailbox);
	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	self->reader = ends[0];
	self->writer = ends[1];
	for (int i = 0; i <= FDS; i++)
		self->many[i] = self->writer;
}

FIXTURE_TEARDOWN(fds)
{
	close(self->writer);
	close(self->reader);
	close(self->mailbox);
	close(self->session);
}

TEST_F(fds, work_in_the_receiver)
{
	char byte = 0;
	int fd;

	ASSERT_EQ(1, put_fd(self->mailbox, self->writer));
	fd = take_fd(self->mailbox);
	ASSERT_LE(0, fd);
	EXPECT_NE(self->writer, fd);
	EXPECT_EQ(1, write(fd, "x", 1));
	EXPECT_EQ(1, read(self->reader, &byte, 1));
	EXPECT_EQ('x', byte);
}

TEST_F(fds, are_closed_by_exec)
{
	ASSERT_EQ(1, put_fd(self->mailbox, self->writer));
	EXPECT_EQ(FD_CLOEXEC, fd_flags(take_fd(self->mailbox)));
}

TEST_F(fds, are_16_at_most)
{
	EXPECT_EQ(-EINVAL, put_fds(self->mailbox, 1, self->many, FDS + 1));
	EXPECT_EQ(1, put_fds(self->mailbox, 1, self->many, FDS));
	EXPECT_EQ(FDS, take_fds(self->mailbox, self->got, FDS));
	for (int i = 0; i < FDS; i++)
		EXPECT_TRUE(is_same_file(self->writer, self->got[i]));
}

TEST_F(fds, keep_their_order)
{
	int mixed[] = { self->reader, self->writer, self->session };

	mixed[2] = eventfd(0, EFD_CLOEXEC);
	ASSERT_EQ(1, put_fds(self->mailbox, 1, mixed, 3));
	ASSERT_EQ(3, take_fds(self->mailbox, self->got, FDS));
	for (int i = 0; i < 3; i++)
		EXPECT_TRUE(is_same_file(mixed[i], self->got[i]));
}

TEST_F(fds, are_open_when_the_sender_closed_them)
{
	ASSERT_EQ(1, put_fd(self->mailbox, self->writer));
	close(self->writer);
	EXPECT_EQ(1, write(take_fd(self->mailbox), "x", 1));
}

static int send_and_exit(void *argument)
{
	FIXTURE_DATA(fds) * self = argument;
	int own = eventfd(7, EFD_CLOEXEC);

	return put_fd(self->mailbox, own);
}

TEST_F(fds, are_open_when_the_sender_died)
{
	__u64 value = 0;

	ASSERT_EQ(1, run_in_child(send_and_exit, self));
	ASSERT_EQ(8, read(take_fd(self->mailbox), &value, 8));
	EXPECT_EQ(7, value);
}

TEST_F(fds, can_be_sent_on)
{
	int fd;

	ASSERT_EQ(1, put_fd(self->mailbox, self->writer));
	fd = take_fd(self->mailbox);
	ASSERT_EQ(1, put_fd(self->mailbox, fd));
	EXPECT_TRUE(is_same_file(self->writer, take_fd(self->mailbox)));
}

static int take_writer(void *argument)
{
	FIXTURE_DATA(fds) * self = argument;
	struct ipcchan_message message;
	unsigned int number;

	numbers_buffer(&message, &number, 1);
	message.fds = (uintptr_t)self->got;
	message.nr_fds = FDS;
	return mailbox_receive(self->mailbox, &message, 1);
}

TEST_F(fds, reach_a_receiver_that_waits)
{
	struct sleeper receiver;

	sleeper_start(&receiver, take_writer, self);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->many, 2));
	ASSERT_EQ(1, sleeper_join(&receiver));
	EXPECT_TRUE(is_same_file(self->writer, self->got[0]));
	EXPECT_TRUE(is_same_file(self->writer, self->got[1]));
}

TEST_F(fds, are_told_of_in_the_message)
{
	char buffer[8];
	struct ipcchan_message got = MESSAGE(buffer, sizeof(buffer),
					     .fds = (uintptr_t)self->got,
					     .nr_fds = FDS);

	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->many, 3));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &got, 1));
	EXPECT_EQ(3, got.nr_fds);
	EXPECT_EQ((uintptr_t)self->got, got.fds);
	EXPECT_EQ(0, got.flags);
}

TEST_F(fds, are_none_in_a_message_without)
{
	char buffer[8];
	struct ipcchan_message got = MESSAGE(buffer, sizeof(buffer),
					     .nr_fds = FDS);

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &got, 1));
	EXPECT_EQ(0, got.nr_fds);
}

TEST_F(fds, need_no_bytes_beside_them)
{
	struct ipcchan_message message = MESSAGE(NULL, 0, .nr_fds = 1,
					.fds = (uintptr_t)self->many);

	ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	EXPECT_TRUE(is_same_file(self->writer, take_fd(self->mailbox)));
}

/* Who takes them */

TEST_F(fds, are_not_for_a_mailbox_created_without_the_flag)
{
	int plain = mailbox_open(self->session);

	EXPECT_EQ(-ENOPROTOOPT, put_fd(plain, self->writer));
	EXPECT_EQ(0, user_fds(self->session));
	EXPECT_EQ(0, mailbox_info(plain).features);
	EXPECT_EQ(IPCCHAN_FEATURE_FDS, mailbox_info(self->mailbox).features);
}

TEST_F(fds, are_not_given_to_a_mailbox_that_is_there)
{
	const char *name = fresh_name();
	int plain = object_open(self->session, IPCCHAN_KIND_MAILBOX, name,
				IPCCHAN_OPEN_CREATE);
	int again = object_open(self->session, IPCCHAN_KIND_MAILBOX, name,
				IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_FDS);

	ASSERT_LE(0, plain);
	ASSERT_LE(0, again);
	EXPECT_EQ(-ENOPROTOOPT, put_fd(again, self->writer));
}

TEST_F(fds, flag_is_for_creation)
{
	const char *name = fresh_name();

	ASSERT_LE(0, object_open(self->session, IPCCHAN_KIND_MAILBOX, name,
				 IPCCHAN_OPEN_CREATE));
	EXPECT_EQ(-EINVAL, object_open(self->session, IPCCHAN_KIND_MAILBOX,
				       name, IPCCHAN_OPEN_FDS));
}

TEST_F(fds, flag_is_none_of_a_region)
{
	EXPECT_EQ(-EOPNOTSUPP, region_open(self->session, 1,
					   .flags = IPCCHAN_OPEN_CREATE |
						    IPCCHAN_OPEN_FDS));
}

static int open_persistent(int session, unsigned int flags)
{
	return object_open(session, IPCCHAN_KIND_MAILBOX, fresh_name(),
			   IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_PERSIST | flags);
}

TEST_F(fds, do_not_go_with_a_persistent_name_outside_the_initial_namespace)
{
	int inner;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	inner = session_open();
	EXPECT_EQ(-EINVAL, open_persistent(inner, IPCCHAN_OPEN_FDS));
	EXPECT_LE(0, open_persistent(inner, 0));
	EXPECT_LE(0, open_for_fds(inner));
}

TEST_F(fds, go_with_a_persistent_name_in_the_initial_namespace)
{
	const char *name = fresh_name();
	int mailbox = object_open(self->session, IPCCHAN_KIND_MAILBOX, name,
				  IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_PERSIST |
				  IPCCHAN_OPEN_FDS);

	ASSERT_EQ(1, put_fd(mailbox, self->writer));
	close(mailbox);
	close(self->writer);
	EXPECT_EQ(1, user_fds(self->session));
	EXPECT_EQ(0, object_unlink(self->session, name));
	EXPECT_TRUE(is_at_end(self->reader));
}

/* What is refused */

TEST_F(fds, must_be_open)
{
	self->many[2] = next_fd();
	EXPECT_EQ(-EBADF, put_fds(self->mailbox, 1, self->many, 3));
	EXPECT_EQ(-EBADF, put_fd(self->mailbox, -1));
	EXPECT_EQ(0, mailbox_info(self->mailbox).sent);
	EXPECT_EQ(0, user_fds(self->session));
	EXPECT_EQ(0, device_info(self->session).user_bytes);
}

TEST_F(fds, must_be_open_for_more_than_the_path)
{
	EXPECT_EQ(-EBADF, put_fd(self->mailbox, open("/", O_PATH)));
}

TEST_F(fds, are_not_kept_by_a_send_that_fails)
{
	self->many[1] = -1;
	ASSERT_EQ(-EBADF, put_fds(self->mailbox, 1, self->many, 2));
	close(self->writer);
	EXPECT_TRUE(is_at_end(self->reader));
}

TEST_F(fds, at_a_bad_address_send_nothing)
{
	EXPECT_EQ(-EFAULT, put_fds(self->mailbox, 1, NULL, 1));
	EXPECT_EQ(0, mailbox_info(self->mailbox).sent);
	EXPECT_EQ(0, user_fds(self->session));
}

TEST_F(fds, that_are_bad_stop_a_batch)
{
	int bad = -1;
	struct ipcchan_message batch[] = {
		MESSAGE("", 1, .fds = (uintptr_t)self->many, .nr_fds = 1),
		MESSAGE("", 1, .fds = (uintptr_t)&bad, .nr_fds = 1),
	};

	EXPECT_EQ(1, mailbox_send(self->mailbox, batch, 2));
	EXPECT_EQ(-EBADF, mailbox_send(self->mailbox, batch + 1, 1));
	EXPECT_EQ(1, user_fds(self->session));
}

/* No room */

TEST_F(fds, without_room_stay_and_are_told_of)
{
	char buffer[8];
	struct ipcchan_message got = MESSAGE(buffer, sizeof(buffer),
					     .fds = (uintptr_t)self->got,
					     .nr_fds = 2);

	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->many, 3));
	EXPECT_EQ(-EMSGSIZE, mailbox_receive(self->mailbox, &got, 1));
	EXPECT_EQ(3, got.nr_fds);
	EXPECT_EQ(4, got.length);
	EXPECT_EQ(3, take_fds(self->mailbox, self->got, 3));
}

TEST_F(fds, without_room_are_closed_if_truncated)
{
	char buffer[8];
	struct ipcchan_message got = MESSAGE(buffer, sizeof(buffer),
					     .fds = (uintptr_t)self->got,
					     .nr_fds = 2);
	int next = next_fd();

	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->many, 3));
	close(self->writer);
	EXPECT_EQ(1, mailbox_receive(self->mailbox, &got, 1,
				     .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(IPCCHAN_MESSAGE_FDS_CLOSED, got.flags);
	EXPECT_EQ(3, got.nr_fds);
	EXPECT_FALSE(fd_is_open(next));
	EXPECT_TRUE(is_at_end(self->reader));
	EXPECT_EQ(0, user_fds(self->session));
}

TEST_F(fds, with_room_are_given_though_the_bytes_are_truncated)
{
	char buffer[8];
	struct ipcchan_message got = MESSAGE(buffer, 1, .nr_fds = 1,
					     .fds = (uintptr_t)self->got);

	ASSERT_EQ(1, put_fd(self->mailbox, self->writer));
	EXPECT_EQ(1, mailbox_receive(self->mailbox, &got, 1,
				     .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(IPCCHAN_MESSAGE_TRUNCATED, got.flags);
	EXPECT_TRUE(is_same_file(self->writer, self->got[0]));
}

TEST_F(fds, are_not_for_read)
{
	char buffer[8];

	ASSERT_EQ(1, put_fd(self->mailbox, self->writer));
	EXPECT_EQ(-1, read(self->mailbox, buffer, sizeof(buffer)));
	EXPECT_EQ(EBADMSG, errno);
	EXPECT_TRUE(is_same_file(self->writer, take_fd(self->mailbox)));
}

TEST_F(fds, are_counted_and_not_opened_by_peek)
{
	char buffer[8];
	struct ipcchan_message got = MESSAGE(buffer, sizeof(buffer));
	int next = next_fd();

	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->many, 3));
	EXPECT_EQ(1, mailbox_peek(self->mailbox, 0, &got, 1));
	EXPECT_EQ(3, got.nr_fds);
	EXPECT_EQ(0, got.flags);
	EXPECT_FALSE(fd_is_open(next));
	EXPECT_EQ(3, take_fds(self->mailbox, self->got, 3));
}

TEST_F(fds, with_room_in_the_old_structure_are_none)
{
	char buffer[8];
	struct ipcchan_message got = MESSAGE(buffer, sizeof(buffer));

	ASSERT_EQ(1, put_fd(self->mailbox, self->writer));
	EXPECT_EQ(-EMSGSIZE,
		  mailbox_receive(self->mailbox, &got, 1,
				  .message_size = IPCCHAN_MESSAGE_SIZE_VER0));
	EXPECT_EQ(1, mailbox_receive(self->mailbox, &got, 1,
				     .message_size = IPCCHAN_MESSAGE_SIZE_VER0,
				     .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(0, user_fds(self->session));
}

/* Half-way errors */

/* Lets this process have @more descriptors than now. */
static int allow_descriptors(int more)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	limit.rlim_cur = next_fd() + more;
	return setrlimit(RLIMIT_NOFILE, &limit);
}

TEST_F(fds, that_are_too_many_for_the_process_stay)
{
	int next = next_fd();

	ASSERT_EQ(1, put_fds(self->mailbox, 5, self->many, 3));
	ASSERT_EQ(1, put_number(self->mailbox, 6));
	ASSERT_EQ(0, allow_descriptors(2));
	EXPECT_EQ(-EMFILE, take_fds(self->mailbox, self->got, 3));
	EXPECT_FALSE(fd_is_open(next));
	EXPECT_FALSE(fd_is_open(next + 1));
	EXPECT_EQ(2, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(5, peek_number(self->mailbox, 0));
	EXPECT_EQ(3, user_fds(self->session));
	ASSERT_EQ(0, allow_descriptors(3));
	EXPECT_EQ(3, take_fds(self->mailbox, self->got, 3));
	EXPECT_EQ(6, take_number(self->mailbox));
}

TEST_F(fds, that_are_too_many_for_the_process_stop_a_batch)
{
	char buffer[2][8];
	struct ipcchan_message batch[] = {
		MESSAGE(buffer[0], 8, .fds = (uintptr_t)self->got, .nr_fds = 1),
		MESSAGE(buffer[1], 8, .fds = (uintptr_t)self->got, .nr_fds = 9),
	};

	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->many, 1));
	ASSERT_EQ(1, put_fds(self->mailbox, 2, self->many, 2));
	ASSERT_EQ(0, allow_descriptors(2));
	EXPECT_EQ(1, mailbox_receive(self->mailbox, batch, 2));
	EXPECT_EQ(-EMFILE, mailbox_receive(self->mailbox, batch + 1, 1));
	EXPECT_EQ(9, batch[1].nr_fds);
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
}

TEST_F(fds, whose_numbers_cannot_be_written_stay)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int *last = (int *)(memory + page) - 2;
	int next = next_fd();

	ASSERT_EQ(0, mprotect(memory + page, page, PROT_READ));
	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->many, 3));
	EXPECT_EQ(-EFAULT, take_fds(self->mailbox, last, 3));
	for (int i = 0; i < 3; i++)
		EXPECT_FALSE(fd_is_open(next + i));
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(3, take_fds(self->mailbox, self->got, 3));
}

/* The end of a message */

TEST_F(fds, are_closed_with_the_mailbox)
{
	ASSERT_EQ(1, put_fd(self->mailbox, self->writer));
	close(self->writer);
	close(self->mailbox);
	EXPECT_TRUE(is_at_end(self->reader));
}

TEST_F(fds, are_closed_by_a_kill)
{
	ASSERT_EQ(1, put_fd(self->mailbox, self->writer));
	close(self->writer);
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_TRUE(is_at_end(self->reader));
	EXPECT_EQ(0, user_fds(self->session));
}

TEST_F(fds, are_closed_when_their_message_is_dropped)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = 1,
				   .policy = IPCCHAN_POLICY_DROP_OLDEST,
				   .flags = IPCCHAN_OPEN_CREATE |
					    IPCCHAN_OPEN_FDS);

	ASSERT_EQ(1, put_fd(mailbox, self->writer));
	close(self->writer);
	ASSERT_EQ(1, put_number(mailbox, 2));
	EXPECT_TRUE(is_at_end(self->reader));
	EXPECT_EQ(0, user_fds(self->session));
}

TEST_F(fds, are_closed_by_who_received_them)
{
	ASSERT_EQ(1, put_fd(self->mailbox, self->writer));
	close(self->writer);
	close(take_fd(self->mailbox));
	EXPECT_TRUE(is_at_end(self->reader));
}

/* What may not be sent */

FIXTURE(refused_fd)
{
	int session;
	int mailbox;
	int fd;
};

FIXTURE_VARIANT(refused_fd)
{
	int (*make)(int session, int mailbox);
};

/* An end of a pair; the other end has the mailbox in a message to it. */
static int make_unix(int session, int mailbox)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) ||
	    fd_send(ends[1], mailbox) < 0)
		return -errno;
	close(ends[1]);
	return ends[0];
}

static int make_io_uring(int session, int mailbox)
{
	struct io_uring_params parameters = {};

	return syscall(SYS_io_uring_setup, 1, &parameters);
}

static int make_itself(int session, int mailbox)
{
	return dup(mailbox);
}

static int make_other(int session, int mailbox)
{
	return mailbox_open(session);
}

static int make_weaker(int session, int mailbox)
{
	return object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
}

static int make_session(int session, int mailbox)
{
	return session_open();
}

FIXTURE_VARIANT_ADD(refused_fd, of_af_unix) {
	.make = make_unix,
};

FIXTURE_VARIANT_ADD(refused_fd, of_io_uring) {
	.make = make_io_uring,
};

FIXTURE_VARIANT_ADD(refused_fd, of_the_mailbox_itself) {
	.make = make_itself,
};

FIXTURE_VARIANT_ADD(refused_fd, of_another_mailbox) {
	.make = make_other,
};

FIXTURE_VARIANT_ADD(refused_fd, of_the_mailbox_restricted) {
	.make = make_weaker,
};

FIXTURE_VARIANT_ADD(refused_fd, of_a_session) {
	.make = make_session,
};

FIXTURE_SETUP(refused_fd)
{
	self->session = session_open();
	self->mailbox = open_for_fds(self->session);
	ASSERT_LE(0, self->mailbox);
	self->fd = variant->make(self->session, self->mailbox);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(refused_fd)
{
	close(self->fd);
	close(self->mailbox);
	close(self->session);
}

TEST_F(refused_fd, gives_eloop)
{
	EXPECT_EQ(-ELOOP, put_fd(self->mailbox, self->fd));
	EXPECT_EQ(0, mailbox_info(self->mailbox).sent);
	EXPECT_EQ(0, user_fds(self->session));
	EXPECT_EQ(0, device_info(self->session).user_bytes);
}

TEST_F(refused_fd, refuses_the_message_with_those_before_it)
{
	int ends[2];
	int fds[2];

	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	fds[0] = ends[1];
	fds[1] = self->fd;
	EXPECT_EQ(-ELOOP, put_fds(self->mailbox, 1, fds, 2));
	close(ends[1]);
	EXPECT_TRUE(is_at_end(ends[0]));
}

/* What may be sent */

FIXTURE(allowed_fd)
{
	int session;
	int mailbox;
	int fd;
};

FIXTURE_VARIANT(allowed_fd)
{
	int (*make)(int session);
};

static int make_memory(int session)
{
	return memfd_create("fds", MFD_CLOEXEC);
}

static int make_region(int session)
{
	return region_open(session, 1);
}

static int make_eventfd(int session)
{
	return eventfd(0, EFD_CLOEXEC);
}

static int make_netlink(int session)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
}

static int make_directory(int session)
{
	return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

FIXTURE_VARIANT_ADD(allowed_fd, of_memory) {
	.make = make_memory,
};

FIXTURE_VARIANT_ADD(allowed_fd, of_a_region) {
	.make = make_region,
};

FIXTURE_VARIANT_ADD(allowed_fd, of_an_eventfd) {
	.make = make_eventfd,
};

FIXTURE_VARIANT_ADD(allowed_fd, of_another_socket) {
	.make = make_netlink,
};

FIXTURE_VARIANT_ADD(allowed_fd, of_a_directory) {
	.make = make_directory,
};

FIXTURE_SETUP(allowed_fd)
{
	self->session = session_open();
	self->mailbox = open_for_fds(self->session);
	ASSERT_LE(0, self->mailbox);
	self->fd = variant->make(self->session);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(allowed_fd)
{
	close(self->fd);
	close(self->mailbox);
	close(self->session);
}

TEST_F(allowed_fd, arrives_as_the_same_file)
{
	int got;

	ASSERT_EQ(1, put_fd(self->mailbox, self->fd));
	got = take_fd(self->mailbox);
	ASSERT_LE(0, got);
	EXPECT_TRUE(is_same_file(self->fd, got));
	close(got);
}

TEST_F(allowed_fd, in_a_message_keeps_nothing_when_all_is_closed)
{
	ASSERT_EQ(1, put_fd(self->mailbox, self->fd));
	close(self->fd);
	close(self->mailbox);
	EXPECT_TRUE(await_usage(self->session, 0, 0));
	EXPECT_EQ(0, user_fds(self->session));
}

/* How many */

#define SHARE		4

/* To many */

/* A message with these descriptors, to the mailbox and another one. */
static int cast_fds(int session, const int mailboxes[2], const int *fds, int nr)
{
	struct ipcchan_target targets[] = {
		{ .fd = mailboxes[0] },
		{ .fd = mailboxes[1] },
	};
	struct ipcchan_message message =
		MESSAGE(NULL, 0, .fds = (uintptr_t)fds, .nr_fds = nr);

	return mailbox_multicast(session, targets, 2, &message);
}

TEST_F(fds, go_to_all_mailboxes_of_a_multicast)
{
	int mailboxes[] = { self->mailbox, open_for_fds(self->session) };
	int first;
	int second;

	ASSERT_EQ(2, cast_fds(self->session, mailboxes, self->many, 1));
	first = take_fd(mailboxes[0]);
	second = take_fd(mailboxes[1]);
	ASSERT_LE(0, first);
	ASSERT_LE(0, second);
	EXPECT_TRUE(is_same_file(self->writer, first));
	EXPECT_TRUE(is_same_file(self->writer, second));
	close(first);
	close(second);
	close(mailboxes[1]);
}

TEST_F(fds, go_to_no_mailbox_of_a_multicast_if_one_does_not_take_them)
{
	int mailboxes[] = { self->mailbox, mailbox_open(self->session) };

	EXPECT_EQ(-ENOPROTOOPT, cast_fds(self->session, mailboxes, self->many, 1));
	EXPECT_EQ(0, mailbox_info(self->mailbox).sent);
	EXPECT_EQ(0, user_fds(self->session));
	close(mailboxes[1]);
}

TEST_F(fds, that_cannot_be_sent_are_refused_by_a_multicast)
{
	int mailboxes[] = { self->mailbox, open_for_fds(self->session) };
	int bad = 4711;

	EXPECT_EQ(-ELOOP, cast_fds(self->session, mailboxes, &self->session, 1));
	EXPECT_EQ(-EBADF, cast_fds(self->session, mailboxes, &bad, 1));
	EXPECT_EQ(0, user_fds(self->session));
	close(mailboxes[1]);
}

/* Users that may have SHARE descriptors in messages. */
FIXTURE(fds_limit)
{
	long long old;
	int alice;
	int bob;
	int mailbox;
	int fds[FDS];
	int got[FDS];
};

FIXTURE_SETUP(fds_limit)
{
	self->old = module_parameter("max_user_fds");
	ASSERT_LT(0, self->old);
	self->alice = session_open_as(ALICE, ALICE);
	self->bob = session_open_as(BOB, BOB);
	self->mailbox = open_for_fds(self->alice);
	ASSERT_LE(0, self->mailbox);
	for (int i = 0; i < FDS; i++)
		self->fds[i] = STDIN_FILENO;
	ASSERT_EQ(0, set_module_parameter("max_user_fds", SHARE));
}

FIXTURE_TEARDOWN(fds_limit)
{
	set_module_parameter("max_user_fds", self->old);
	close(self->mailbox);
	close(self->bob);
	close(self->alice);
}

TEST_F(fds_limit, shows_in_device_info)
{
	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->fds, 3));
	EXPECT_EQ(3, device_info(self->alice).user_fds);
	EXPECT_EQ(SHARE, device_info(self->alice).user_fds_max);
}

TEST_F(fds_limit, gives_etoomanyrefs)
{
	int other = open_for_fds(self->alice);

	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->fds, 3));
	EXPECT_EQ(-ETOOMANYREFS, put_fds(other, 1, self->fds, 2));
	EXPECT_EQ(1, put_fds(other, 1, self->fds, 1));
	EXPECT_EQ(-ETOOMANYREFS, put_fd(self->mailbox, STDIN_FILENO));
	EXPECT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(SHARE, user_fds(self->alice));
}

TEST_F(fds_limit, is_given_back_by_receive)
{
	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->fds, SHARE));
	ASSERT_EQ(SHARE, take_fds(self->mailbox, self->got, FDS));
	EXPECT_EQ(0, user_fds(self->alice));
	EXPECT_EQ(1, put_fds(self->mailbox, 1, self->fds, SHARE));
}

TEST_F(fds_limit, is_kept_by_what_could_not_be_received)
{
	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->fds, SHARE));
	ASSERT_EQ(-EFAULT, take_fds(self->mailbox, NULL, FDS));
	EXPECT_EQ(SHARE, user_fds(self->alice));
}

TEST_F(fds_limit, is_not_shared_between_users)
{
	int of_bob = open_for_fds(self->bob);

	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->fds, SHARE));
	EXPECT_EQ(1, put_fds(of_bob, 1, self->fds, SHARE));
}

static int send_as_bob(void *argument)
{
	FIXTURE_DATA(fds_limit) * self = argument;

	return put_fds(self->mailbox, 1, self->fds, 3);
}

TEST_F(fds_limit, counts_a_multicast_for_each_mailbox)
{
	int other = open_for_fds(self->alice);
	struct ipcchan_target targets[] = {
		{ .fd = self->mailbox },
		{ .fd = other },
	};
	struct ipcchan_message message =
		MESSAGE(NULL, 0, .fds = (uintptr_t)self->fds, .nr_fds = 3);

	EXPECT_EQ(-ETOOMANYREFS, mailbox_multicast(self->alice, targets, 2,
						   &message));
	EXPECT_EQ(0, user_fds(self->alice));
	message.nr_fds = 2;
	EXPECT_EQ(2, mailbox_multicast(self->alice, targets, 2, &message));
	EXPECT_EQ(4, user_fds(self->alice));
}

TEST_F(fds_limit, is_of_the_session_behind_the_descriptor)
{
	ASSERT_EQ(1, run_as(BOB, BOB, send_as_bob, self));
	EXPECT_EQ(3, user_fds(self->alice));
	EXPECT_EQ(0, user_fds(self->bob));
	EXPECT_LT(0, device_info(self->alice).user_bytes);
}

TEST_F(fds_limit, lowered_takes_nothing_away)
{
	ASSERT_EQ(1, put_fds(self->mailbox, 1, self->fds, SHARE));
	ASSERT_EQ(0, set_module_parameter("max_user_fds", 1));
	EXPECT_EQ(-ETOOMANYREFS, put_fd(self->mailbox, STDIN_FILENO));
	EXPECT_EQ(SHARE, take_fds(self->mailbox, self->got, FDS));
}

/* Taken back by the sender */

/*
 * A receiver of two descriptors from a rendezvous: it has the first, and hangs
 * in a fault where the number of the second goes, until the sender gave up.
 */
FIXTURE(withdrawn_fds)
{
	int session;
	int mailbox;
	int pipe[2];
	int faults;
	size_t page;
	char *memory;
	struct sleeper receiver;
};

static int take_across_pages(void *argument)
{
	FIXTURE_DATA(withdrawn_fds) * self = argument;
	int *fds = (int *)(self->memory + self->page) - 1;
	struct ipcchan_message message =
		MESSAGE(NULL, 0, .fds = (uintptr_t)fds, .nr_fds = 2);

	return mailbox_receive(self->mailbox, &message, 1);
}

FIXTURE_SETUP(withdrawn_fds)
{
	self->session = session_open();
	self->mailbox = mailbox_open(self->session, .capacity_messages = 0,
				     .flags = IPCCHAN_OPEN_CREATE |
					      IPCCHAN_OPEN_FDS);
	ASSERT_LE(0, self->mailbox);
	ASSERT_EQ(0, pipe2(self->pipe, O_CLOEXEC));
	self->page = sysconf(_SC_PAGESIZE);
	self->memory = mmap(NULL, 2 * self->page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->memory);
	self->faults = faults_open(self->memory + self->page, self->page);
	ASSERT_LE(0, self->faults);
	sleeper_start(&self->receiver, take_across_pages, self);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
}

FIXTURE_TEARDOWN(withdrawn_fds)
{
	close(self->faults);
	close(self->pipe[0]);
	close(self->mailbox);
	close(self->session);
}

static int let_receive(void *fixture)
{
	FIXTURE_DATA(withdrawn_fds) * self = fixture;

	return faults_pass(self->faults, self->memory + self->page,
			   self->page);
}

static int send_two(void *fixture, __u64 deadline)
{
	FIXTURE_DATA(withdrawn_fds) * self = fixture;
	int fds[2] = { self->pipe[1], self->pipe[1] };
	struct ipcchan_message message =
		MESSAGE(NULL, 0, .fds = (uintptr_t)fds, .nr_fds = 2);

	return mailbox_send(self->mailbox, &message, 1,
			    .deadline_ns = deadline);
}

TEST_F(withdrawn_fds, are_closed_again_in_the_receiver)
{
	int next = next_fd();

	EXPECT_EQ(-ETIMEDOUT,
		  send_two(self, deadline_after(300 * NSEC_PER_MSEC)));
	EXPECT_TRUE(fd_is_open(next));
	ASSERT_EQ(0, let_receive(self));
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	EXPECT_FALSE(fd_is_open(next));
	EXPECT_FALSE(fd_is_open(next + 1));
	close(self->pipe[1]);
	EXPECT_TRUE(is_at_end(self->pipe[0]));
	EXPECT_EQ(0, user_fds(self->session));
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ(-EIDRM, sleeper_join(&self->receiver));
}

TEST_F(withdrawn_fds, leave_their_room_to_the_next_message)
{
	EXPECT_EQ(-ETIMEDOUT,
		  send_two(self, deadline_after(300 * NSEC_PER_MSEC)));
	ASSERT_EQ(0, let_receive(self));
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	EXPECT_EQ(1, send_two(self, deadline_must_happen()));
	EXPECT_EQ(1, sleeper_join(&self->receiver));
}

#include "ipcchan_selftest_main.h"
