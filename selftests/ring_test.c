// SPDX-License-Identifier: GPL-2.0
/* Rings: how they are made and opened, who pays, and what they tell. */

#include "kselftest_harness.h"

#include <sys/resource.h>

#include "ring_pages.h"

#define SEND	IPCCHAN_RIGHT_SEND
#define RECEIVE	IPCCHAN_RIGHT_RECEIVE
#define ADMIN	IPCCHAN_RIGHT_ADMIN

FIXTURE(ring)
{
	int session;
	int ends[2];
	size_t page;
	const char *name;
};

FIXTURE_SETUP(ring)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->name = fresh_name();
	ASSERT_EQ(0, ring_create(self->session, self->ends, self->page));
}

FIXTURE_TEARDOWN(ring)
{
	close(self->ends[PRODUCER]);
	close(self->ends[CONSUMER]);
	close(self->session);
}

static int open_end(int session, const char *name, unsigned int rights,
		    unsigned int flags)
{
	return ring_open(session, name, rights, 4096, .flags = flags);
}

TEST_F(ring, has_two_ends)
{
	EXPECT_EQ(SEND | ADMIN, object_info(self->ends[PRODUCER]).rights);
	EXPECT_EQ(RECEIVE | ADMIN, object_info(self->ends[CONSUMER]).rights);
	EXPECT_EQ(object_info(self->ends[PRODUCER]).id,
		  object_info(self->ends[CONSUMER]).id);
	EXPECT_EQ(IPCCHAN_KIND_RING, object_info(self->ends[PRODUCER]).kind);
}

TEST_F(ring, has_descriptors_that_exec_closes)
{
	EXPECT_EQ(FD_CLOEXEC, fd_flags(self->ends[PRODUCER]));
	EXPECT_EQ(FD_CLOEXEC, fd_flags(self->ends[CONSUMER]));
}

TEST_F(ring, is_told_of_as_one_feature)
{
	EXPECT_TRUE(device_info(self->session).features & IPCCHAN_FEATURE_RING);
}

TEST_F(ring, has_a_size_that_is_a_power_of_two)
{
	const __u64 bad[] = { 0, 1, self->page / 2, self->page + 1,
			      3 * self->page, ~0ULL };
	int ends[2];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_EQ(-EINVAL, ring_create(self->session, ends, bad[i]));
	ASSERT_EQ(0, ring_create(self->session, ends, 4 * self->page));
	EXPECT_EQ(4 * self->page, ring_info(ends[0]).size);
	EXPECT_EQ(4 * self->page, object_info(ends[0]).bytes);
	close(ends[0]);
	close(ends[1]);
}

TEST_F(ring, is_not_larger_than_the_limit)
{
	__u64 limit = device_info(self->session).max_region_size;
	int ends[2];

	while (limit & (limit - 1))
		limit &= limit - 1;
	EXPECT_EQ(-EINVAL, ring_create(self->session, ends, 2 * limit));
	EXPECT_EQ(-EINVAL, ring_create(self->session, ends,
				       2ULL * IPCCHAN_RING_SIZE_MAX));
}

TEST_F(ring, is_not_created_if_its_ends_cannot_be_told)
{
	struct ipcchan_device_info before = device_info(self->session);
	int next = next_fd();

	EXPECT_EQ(-EFAULT, ring_create(self->session, NULL, self->page));
	EXPECT_EQ(next, next_fd());
	EXPECT_TRUE(await_usage(self->session, before.user_objects,
				before.user_bytes));
}

/* With room for so many more descriptors than there are. */
static int create_with_room(void *argument)
{
	const int *room = argument;
	int session = session_open();
	struct rlimit limit;
	int ends[2];

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	limit.rlim_cur = next_fd() + *room;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	return ring_create(session, ends, sysconf(_SC_PAGESIZE));
}

TEST_F(ring, is_not_created_without_two_descriptors)
{
	struct ipcchan_device_info before = device_info(self->session);

	EXPECT_EQ(-EMFILE, run_in_child(create_with_room, &(int){ 0 }));
	EXPECT_EQ(-EMFILE, run_in_child(create_with_room, &(int){ 1 }));
	EXPECT_EQ(0, run_in_child(create_with_room, &(int){ 2 }));
	EXPECT_TRUE(await_usage(self->session, before.user_objects,
				before.user_bytes));
}

TEST_F(ring, is_charged_with_its_pages_until_both_ends_are_closed)
{
	struct ipcchan_device_info before = device_info(self->session);
	int ends[2];

	ASSERT_EQ(0, ring_create(self->session, ends, 2 * self->page));
	EXPECT_TRUE(await_usage(self->session, before.user_objects + 1,
				before.user_bytes + 4 * self->page));
	close(ends[PRODUCER]);
	EXPECT_TRUE(await_usage(self->session, before.user_objects + 1,
				before.user_bytes + 4 * self->page));
	close(ends[CONSUMER]);
	EXPECT_TRUE(await_usage(self->session, before.user_objects,
				before.user_bytes));
}

static int create_as_user(void *argument)
{
	int ends[2];
	int session = session_open();

	return ring_create(session, ends, sysconf(_SC_PAGESIZE));
}

TEST_F(ring, is_refused_when_its_user_has_no_bytes_left)
{
	long long limit = module_parameter("max_user_bytes");

	ASSERT_EQ(0, set_module_parameter("max_user_bytes", 2 * self->page));
	EXPECT_EQ(-EDQUOT, run_as(ALICE, ALICE, create_as_user, NULL));
	ASSERT_EQ(0, set_module_parameter("max_user_bytes", limit));
	EXPECT_EQ(0, run_as(ALICE, ALICE, create_as_user, NULL));
}

TEST_F(ring, is_refused_when_its_user_has_no_objects_left)
{
	long long limit = module_parameter("max_user_objects");

	ASSERT_EQ(0, set_module_parameter("max_user_objects", 0));
	EXPECT_EQ(-ENOSPC, run_as(ALICE, ALICE, create_as_user, NULL));
	ASSERT_EQ(0, set_module_parameter("max_user_objects", limit));
}

/* Names */

TEST_F(ring, has_ends_that_are_opened_by_name)
{
	int producer = open_end(self->session, self->name, SEND,
				IPCCHAN_OPEN_CREATE);
	int consumer = open_end(self->session, self->name, RECEIVE, 0);

	ASSERT_LE(0, producer);
	ASSERT_LE(0, consumer);
	EXPECT_EQ(object_info(producer).id, object_info(consumer).id);
	close(producer);
	close(consumer);
}

TEST_F(ring, has_each_end_once)
{
	int producer = open_end(self->session, self->name, SEND,
				IPCCHAN_OPEN_CREATE);

	EXPECT_EQ(-EBUSY, open_end(self->session, self->name, SEND, 0));
	EXPECT_EQ(-EBUSY, object_restrict(producer, SEND, 0));
	close(producer);
}

TEST_F(ring, has_no_end_again_that_has_ended)
{
	int consumer = open_end(self->session, self->name, RECEIVE,
				IPCCHAN_OPEN_CREATE);
	int producer = open_end(self->session, self->name, SEND, 0);

	close(producer);
	EXPECT_EQ(-EPIPE, open_end(self->session, self->name, SEND, 0));
	close(consumer);
}

TEST_F(ring, is_opened_at_one_end_only)
{
	EXPECT_EQ(-EINVAL, open_end(self->session, self->name, SEND | RECEIVE,
				    IPCCHAN_OPEN_CREATE));
}

TEST_F(ring, is_opened_by_a_name_only)
{
	EXPECT_EQ(-EINVAL,
		  open_end(self->session, "", SEND, IPCCHAN_OPEN_CREATE));
}

TEST_F(ring, is_administered_without_an_end)
{
	int admin = open_end(self->session, self->name, ADMIN,
			     IPCCHAN_OPEN_CREATE);
	int producer = open_end(self->session, self->name, SEND, 0);

	ASSERT_LE(0, admin);
	EXPECT_LE(0, producer);
	EXPECT_EQ(-EPERM, ring_wait(admin, 0));
	EXPECT_EQ(-EPERM, ring_wake(admin));
	EXPECT_EQ(EACCES, ring_area_error(admin, self->page, PROT_READ, 0));
	EXPECT_EQ(self->page, ring_info(admin).size);
	close(producer);
	close(admin);
}

static int open_as_user(void *argument)
{
	return open_end(session_open(), argument, RECEIVE, 0);
}

TEST_F(ring, is_opened_by_whom_its_mode_lets)
{
	int producer = open_end(self->session, self->name, SEND | ADMIN,
				IPCCHAN_OPEN_CREATE);

	ASSERT_LE(0, producer);
	EXPECT_EQ(-EACCES,
		  run_as(ALICE, ALICE, open_as_user, (void *)self->name));
	ASSERT_EQ(0, object_set_access(producer, .valid = IPCCHAN_ACCESS_MODE,
				       .mode = 0604));
	EXPECT_LE(0, run_as(ALICE, ALICE, open_as_user, (void *)self->name));
	close(producer);
}

TEST_F(ring, keeps_what_was_published_for_who_comes_later)
{
	int producer = open_end(self->session, self->name, SEND,
				IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_PERSIST);
	struct ring_pages pages;
	int consumer;

	ASSERT_TRUE(ring_pages_map(&pages, producer, PRODUCER));
	pages.data[0] = 'x';
	ASSERT_EQ(0, ring_publish(&pages, 8));
	ring_pages_unmap(&pages);
	close(producer);
	consumer = open_end(self->session, self->name, RECEIVE, 0);
	ASSERT_LE(0, consumer);
	ASSERT_TRUE(ring_pages_map(&pages, consumer, CONSUMER));
	EXPECT_EQ(8, ring_other_index(&pages));
	EXPECT_EQ('x', pages.data[0]);
	EXPECT_EQ(-EPIPE, ring_wait(consumer, 16));
	ring_pages_unmap(&pages);
	close(consumer);
	EXPECT_EQ(0, object_unlink(self->session, self->name));
}

/* What it tells */

TEST_F(ring, tells_the_state_of_its_ends)
{
	int end = open_end(self->session, self->name, SEND, IPCCHAN_OPEN_CREATE);
	struct ring_pages pages;

	EXPECT_EQ(IPCCHAN_RING_END_OPEN, ring_info(end).producer);
	EXPECT_EQ(IPCCHAN_RING_END_NEW, ring_info(end).consumer);
	ASSERT_TRUE(ring_pages_map(&pages, end, PRODUCER));
	EXPECT_EQ(IPCCHAN_RING_END_MAPPED, ring_info(end).producer);
	EXPECT_EQ(getpid(), ring_info(end).producer_pid);
	EXPECT_EQ(0, ring_info(end).consumer_pid);
	EXPECT_EQ(3, object_info(end).items);
	ring_pages_unmap(&pages);
	EXPECT_EQ(IPCCHAN_RING_END_OPEN, ring_info(end).producer);
	EXPECT_EQ(0, ring_info(end).producer_pid);
	close(end);
}

TEST_F(ring, tells_its_indices_and_how_often_it_was_woken)
{
	struct ring_pages pages;

	ASSERT_TRUE(ring_pages_map(&pages, self->ends[PRODUCER], PRODUCER));
	ring_publish(&pages, 24);
	EXPECT_EQ(0, ring_wake(self->ends[PRODUCER]));
	EXPECT_EQ(24, ring_info(self->ends[CONSUMER]).produced);
	EXPECT_EQ(0, ring_info(self->ends[CONSUMER]).consumed);
	EXPECT_EQ(1, ring_info(self->ends[CONSUMER]).producer_wakes);
	EXPECT_EQ(0, ring_info(self->ends[CONSUMER]).consumer_wakes);
	ring_pages_unmap(&pages);
}

TEST_F(ring, shows_in_fdinfo)
{
	char value[80];

	ASSERT_LE(0, fdinfo_value(self->ends[0], "ipcchan-kind", value,
				  sizeof(value)));
	EXPECT_STREQ("ring", value);
	ASSERT_LE(0, fdinfo_value(self->ends[0], "ipcchan-producer", value,
				  sizeof(value)));
	EXPECT_STREQ("open, pid 0, index 0", value);
}

/* The end of it */

TEST_F(ring, says_after_a_kill_that_it_was_killed)
{
	ASSERT_EQ(0, object_kill(self->ends[PRODUCER]));
	EXPECT_EQ(-EIDRM, ring_wait(self->ends[CONSUMER], 8));
	EXPECT_EQ(-EIDRM, ring_wake(self->ends[CONSUMER]));
	EXPECT_EQ(-EIDRM, call(self->ends[PRODUCER], IPCCHAN_IOC_RING_INFO,
			       &(struct ipcchan_ring_info){}));
	EXPECT_EQ(EIDRM, ring_area_error(self->ends[CONSUMER], self->page,
					 PROT_READ, 0));
}

TEST_F(ring, tells_of_a_kill_in_its_pages)
{
	struct ring_pages pages;

	ASSERT_TRUE(ring_pages_map(&pages, self->ends[PRODUCER], PRODUCER));
	ASSERT_EQ(0, object_kill(self->ends[PRODUCER]));
	EXPECT_EQ(IPCCHAN_RING_ENDED, ring_notice(&pages));
	EXPECT_EQ(IPCCHAN_RING_ENDED, ring_other_notice(&pages));
	ring_pages_unmap(&pages);
}

/* An end as a message */

TEST_F(ring, goes_through_a_mailbox)
{
	int mailbox = mailbox_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
				   IPCCHAN_OPEN_FDS);
	int received = -1;
	struct ipcchan_message sent =
		MESSAGE("", 0, .nr_fds = 1,
			.fds = (uintptr_t)&self->ends[CONSUMER]);
	struct ipcchan_message got =
		MESSAGE("", 0, .nr_fds = 1, .fds = (uintptr_t)&received);

	ASSERT_EQ(1, mailbox_send(mailbox, &sent, 1));
	ASSERT_EQ(1, mailbox_receive(mailbox, &got, 1));
	EXPECT_EQ(RECEIVE | ADMIN, object_info(received).rights);
	EXPECT_EQ(object_info(self->ends[CONSUMER]).id, object_info(received).id);
	close(received);
	close(mailbox);
}

TEST_F(ring, ends_with_the_message_that_has_its_end)
{
	int mailbox = mailbox_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
				   IPCCHAN_OPEN_FDS);
	struct ipcchan_message sent =
		MESSAGE("", 0, .nr_fds = 1,
			.fds = (uintptr_t)&self->ends[CONSUMER]);

	ASSERT_EQ(1, mailbox_send(mailbox, &sent, 1));
	close(self->ends[CONSUMER]);
	EXPECT_EQ(IPCCHAN_RING_END_OPEN, ring_info(self->ends[PRODUCER]).consumer);
	ASSERT_EQ(0, object_kill(mailbox));
	EXPECT_TRUE(await_ring_state(self->ends[PRODUCER], CONSUMER,
				     IPCCHAN_RING_END_ENDED));
	close(mailbox);
}

#include "ipcchan_selftest_main.h"
