// SPDX-License-Identifier: GPL-2.0
/*
 * Pools of libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_pool.h"

TEST_F(pool, has_blocks_of_whole_pages)
{
	EXPECT_EQ(2 * self->page, ipcchan_block_size(self->block));
	EXPECT_EQ(4 * self->page,
		  ipcchan_region_size(ipcchan_pool_region(self->pool)));
}

TEST_F(pool, moves_a_block_without_copying_it)
{
	ASSERT_EQ(0, send_block(self, "moved", self->page,
				IPCCHAN_EXTENT_MOVE));
	EXPECT_EQ(1, extents(self));
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	EXPECT_EQ(self->page, ipcchan_block_size(self->received));
	EXPECT_STREQ("moved", ipcchan_block_data(self->received));
	strcpy(ipcchan_block_data(self->received), "changed");
	ipcchan_block_release(self->received);
	self->received = NULL;
	EXPECT_EQ(0, extents(self));
	EXPECT_STREQ("changed", ipcchan_block_data(self->block));
}

TEST_F(pool, shares_a_block_that_stays_readable)
{
	ASSERT_EQ(0, send_block(self, "shared", self->page,
				IPCCHAN_EXTENT_SHARE));
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	EXPECT_STREQ("shared", ipcchan_block_data(self->received));
	EXPECT_STREQ("shared", ipcchan_block_data(self->block));
	EXPECT_EQ(getpid(),
		  ipcchan_block_message(self->received)->tgid);
}

TEST_F(pool, copies_what_is_short)
{
	ASSERT_EQ(0, send_block(self, "short", COPY_BELOW - 1,
				IPCCHAN_EXTENT_MOVE));
	EXPECT_EQ(0, extents(self));
	EXPECT_STREQ("short", ipcchan_block_data(self->block));
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	EXPECT_EQ(COPY_BELOW - 1, ipcchan_block_size(self->received));
	EXPECT_STREQ("short", ipcchan_block_data(self->received));
}

TEST_F(pool, lends_what_is_as_long_as_the_limit)
{
	ASSERT_EQ(0, send_block(self, "lent", COPY_BELOW,
				IPCCHAN_EXTENT_SHARE));
	EXPECT_EQ(1, extents(self));
}

TEST_F(pool, lends_what_is_too_long_for_the_mailbox)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	options.flags = IPCCHAN_OPEN_FDS;
	options.max_message_size = 32;
	mailbox = new_mailbox(self->session, &options);
	EXPECT_EQ(0, ipcchan_block_send(self->block, mailbox, COPY_BELOW - 1,
					IPCCHAN_EXTENT_SHARE, NULL));
	EXPECT_EQ(1, extents(self));
	ipcchan_mailbox_close(mailbox);
}

TEST_F(pool, copies_more_than_a_receiver_expects)
{
	struct ipcchan_pool *pool;
	struct ipcchan_block *block;
	size_t size = 4 * self->page;

	self->options.block_size = size;
	self->options.copy_below = size + 1;
	ASSERT_EQ(0, ipcchan_pool_create(self->session, &self->options, &pool));
	ASSERT_EQ(0, ipcchan_pool_loan(pool, 0, &block));
	memset(ipcchan_block_data(block), 'x', size);
	ASSERT_EQ(0, ipcchan_block_send(block, self->mailbox, size,
					IPCCHAN_EXTENT_MOVE, NULL));
	ipcchan_pool_close(pool);
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	ASSERT_EQ(size, ipcchan_block_size(self->received));
	EXPECT_EQ('x', ((char *)ipcchan_block_data(self->received))[size - 1]);
}

/* Back-pressure */

TEST_F(pool, is_empty_when_all_blocks_are_on_loan)
{
	struct ipcchan_block *block;

	ASSERT_EQ(0, ipcchan_pool_loan(self->pool, 0, &block));
	EXPECT_NE(ipcchan_block_data(self->block), ipcchan_block_data(block));
	EXPECT_EQ(-ETIMEDOUT, ipcchan_pool_loan(self->pool, 0, &block));
	ipcchan_block_release(self->block);
	EXPECT_EQ(0, ipcchan_pool_loan(self->pool, 0, &block));
	EXPECT_EQ(self->block, block);
}

TEST_F(pool, has_a_block_again_when_it_is_released)
{
	struct ipcchan_block *again;

	send_and_empty(self, IPCCHAN_EXTENT_MOVE);
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	EXPECT_EQ(-ETIMEDOUT, ipcchan_pool_loan(self->pool, 0, &again));
	ipcchan_block_release(self->received);
	self->received = NULL;
	ASSERT_EQ(0, ipcchan_pool_loan(self->pool, 0, &again));
	EXPECT_EQ(self->block, again);
}

TEST_F(pool, has_a_block_again_when_its_message_is_dropped)
{
	struct ipcchan_block *again;

	send_and_empty(self, IPCCHAN_EXTENT_MOVE);
	EXPECT_EQ(-ETIMEDOUT, ipcchan_pool_loan(self->pool, 0, &again));
	ASSERT_EQ(0, ipcchan_object_kill(ipcchan_mailbox_fd(self->mailbox)));
	EXPECT_EQ(0, ipcchan_pool_loan(self->pool, 0, &again));
}

TEST_F(pool, waits_for_a_holder_that_is_killed)
{
	uint64_t deadline =
		ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
	struct ipcchan_mailbox *told = new_mailbox(self->session, NULL);
	struct ipcchan_block *again;
	pid_t holder = start_holder(self->mailbox, told);
	pid_t killer;

	send_and_empty(self, IPCCHAN_EXTENT_MOVE);
	ASSERT_EQ(0, ipcchan_mailbox_receive(told, NULL, 0, NULL));
	ASSERT_EQ(-ETIMEDOUT, ipcchan_pool_loan(self->pool, 0, &again));
	killer = fork();
	if (!killer) {
		kill(holder, SIGKILL);
		_exit(0);
	}
	EXPECT_EQ(0, ipcchan_pool_loan(self->pool, deadline, &again));
	EXPECT_EQ(self->block, again);
	waitpid(killer, NULL, 0);
	waitpid(holder, NULL, 0);
	ipcchan_mailbox_close(told);
}

TEST_F(pool, waits_until_the_deadline)
{
	uint64_t deadline = ipcchan_deadline_in(IPCCHAN_MILLISECONDS(5));
	struct ipcchan_block *again;

	send_and_empty(self, IPCCHAN_EXTENT_MOVE);
	EXPECT_EQ(-ETIMEDOUT, ipcchan_pool_loan(self->pool, deadline, &again));
	EXPECT_LE(deadline, ipcchan_deadline_in(0));
}

/* Several readers */

TEST_F(pool, has_a_block_again_after_the_last_reader)
{
	struct ipcchan_mailbox *told = new_mailbox(self->session, NULL);
	struct ipcchan_mailbox *readers[2];
	struct ipcchan_block *again;
	pid_t holder;

	subscribe_two(self, readers);
	send_and_empty(self, IPCCHAN_EXTENT_SHARE);
	holder = start_holder(readers[0], told);
	ASSERT_EQ(0, ipcchan_mailbox_receive(told, NULL, 0, NULL));
	ASSERT_EQ(0, receive(readers[1], &self->received));
	EXPECT_EQ(1, extents(self));
	kill_holder(holder);
	EXPECT_EQ(-ETIMEDOUT, ipcchan_pool_loan(self->pool, 0, &again));
	EXPECT_STREQ("sent", ipcchan_block_data(self->received));
	ipcchan_block_release(self->received);
	self->received = NULL;
	EXPECT_EQ(0, ipcchan_pool_loan(self->pool, 0, &again));
	close_two(readers);
	ipcchan_mailbox_close(told);
}

static uint32_t mappings(FIXTURE_DATA(pool) * self)
{
	struct ipcchan_region_info info;

	if (ipcchan_region_info(ipcchan_pool_region(self->pool), &info,
				sizeof(info)))
		abort();
	return info.mappings;
}

TEST_F(pool, is_read_through_a_view_without_mapping)
{
	struct ipcchan_view *view;
	uint32_t before;

	ASSERT_EQ(0, ipcchan_view_create(ipcchan_pool_region(self->pool),
					 &view));
	before = mappings(self);
	ASSERT_EQ(0, send_block(self, "viewed", self->page,
				IPCCHAN_EXTENT_SHARE));
	ASSERT_EQ(0, ipcchan_block_receive(self->mailbox, view, NULL,
					   &self->received));
	EXPECT_EQ(before, mappings(self));
	EXPECT_STREQ("viewed", ipcchan_block_data(self->received));
	EXPECT_EQ(1, extents(self));
	ipcchan_block_release(self->received);
	self->received = NULL;
	EXPECT_EQ(0, extents(self));
	ipcchan_view_close(view);
}

/* Sending on */

TEST_F(pool, lets_a_receiver_send_a_block_on)
{
	struct ipcchan_block *next;

	ASSERT_EQ(0, send_block(self, "on", self->page, IPCCHAN_EXTENT_MOVE));
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	ASSERT_EQ(0, ipcchan_block_send(self->received, self->mailbox,
					self->page, IPCCHAN_EXTENT_MOVE, NULL));
	ipcchan_block_release(self->received);
	self->received = NULL;
	ASSERT_EQ(0, receive(self->mailbox, &next));
	EXPECT_STREQ("on", ipcchan_block_data(next));
	ipcchan_block_release(next);
	EXPECT_EQ(0, extents(self));
}

/* Other messages */

TEST_F(pool, hands_over_another_message)
{
	const struct ipcchan_message *message;

	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailbox, "other", 6, NULL));
	ASSERT_EQ(1, receive(self->mailbox, &self->received));
	message = ipcchan_block_message(self->received);
	EXPECT_EQ(6, ipcchan_block_size(self->received));
	EXPECT_STREQ("other", ipcchan_block_data(self->received));
	EXPECT_EQ(getpid(), message->tgid);
	EXPECT_EQ(0, message->nr_fds);
}

TEST_F(pool, hands_over_another_message_with_its_descriptors)
{
	struct ipcchan_send_options options = IPCCHAN_SEND_OPTIONS;
	const struct ipcchan_message *message;
	int pipes[2];
	char byte = 0;
	const int *fds;

	ASSERT_EQ(0, pipe(pipes));
	options.fds = pipes;
	options.nr_fds = 2;
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailbox, "", 0, &options));
	ASSERT_EQ(1, receive(self->mailbox, &self->received));
	message = ipcchan_block_message(self->received);
	ASSERT_EQ(2, message->nr_fds);
	fds = (const int *)(uintptr_t)message->fds;
	ASSERT_EQ(1, write(fds[1], "x", 1));
	ASSERT_EQ(1, read(pipes[0], &byte, 1));
	EXPECT_EQ('x', byte);
	close(pipes[0]);
	close(pipes[1]);
}

TEST_F(pool, closes_the_descriptors_of_another_message_with_its_release)
{
	struct ipcchan_send_options options = IPCCHAN_SEND_OPTIONS;
	const int fds[] = { 0, 1 };
	int next = received_fd(0);

	close(next);
	options.fds = fds;
	options.nr_fds = 2;
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailbox, "", 0, &options));
	ASSERT_EQ(1, receive(self->mailbox, &self->received));
	ipcchan_block_release(self->received);
	self->received = NULL;
	EXPECT_EQ(next, received_fd(0));
	close(next);
}

TEST_F(pool, hands_over_a_notice)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_mailbox *peer;

	options.flags = IPCCHAN_OPEN_NOTICES;
	mailbox = new_mailbox(self->session, &options);
	peer = restricted(mailbox, IPCCHAN_RIGHT_SEND, 0);
	ASSERT_EQ(1, receive(mailbox, &self->received));
	EXPECT_EQ(IPCCHAN_MESSAGE_NOTICE,
		  ipcchan_block_message(self->received)->flags);
	EXPECT_EQ(IPCCHAN_NOTICE_OPENED,
		  ipcchan_block_message(self->received)->type);
	EXPECT_EQ(0, ipcchan_block_size(self->received));
	ipcchan_mailbox_close(peer);
	ipcchan_mailbox_close(mailbox);
}

TEST_F(pool, hands_over_what_only_looks_like_a_block)
{
	struct ipcchan_send_options options = IPCCHAN_SEND_OPTIONS;
	const int fds[] = { 0 };
	char bytes[HEADER + 2];

	ASSERT_EQ(0, send_block(self, "x", 2, IPCCHAN_EXTENT_MOVE));
	ASSERT_EQ(HEADER + 2, ipcchan_mailbox_receive(self->mailbox, bytes,
						      sizeof(bytes), NULL));
	bytes[MODE] = IPCCHAN_EXTENT_MOVE;
	options.fds = fds;
	options.nr_fds = 1;
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailbox, bytes, HEADER,
					  &options));
	ASSERT_EQ(1, receive(self->mailbox, &self->received));
	ASSERT_EQ(HEADER, ipcchan_block_size(self->received));
	EXPECT_EQ(0, memcmp(bytes, ipcchan_block_data(self->received),
			    HEADER));
	EXPECT_EQ(1, ipcchan_block_message(self->received)->nr_fds);
}

TEST_F(pool, that_is_closed_leaves_what_was_sent)
{
	ASSERT_EQ(0, send_block(self, "left", self->page,
				IPCCHAN_EXTENT_MOVE));
	ipcchan_pool_close(self->pool);
	self->pool = NULL;
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	EXPECT_STREQ("left", ipcchan_block_data(self->received));
}

/* Huge pages */

#define LONG	(512U << 10)

/* A mailbox that takes what is copied, and a block. */
FIXTURE(huge_pool)
{
	bool is_there;
	struct ipcchan *session;
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_pool *pool;
	struct ipcchan_block *block;
	struct ipcchan_block *received;
};

/* The harness runs a test that its fixture would skip. */
#define NEEDS_HUGE_PAGES()						\
	do {								\
		if (!self->is_there)					\
			SKIP(return, "this kernel has no huge pages");	\
	} while (0)

static struct ipcchan_mailbox *large_mailbox(const struct ipcchan *session)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;

	options.flags = IPCCHAN_OPEN_FDS;
	options.max_message_size = LONG;
	return new_mailbox(session, &options);
}

static bool has_huge_pages(const struct ipcchan *session)
{
	struct ipcchan_device_info info;

	if (ipcchan_device_info(session, &info, sizeof(info)))
		abort();
	return info.features & IPCCHAN_FEATURE_HUGE;
}

FIXTURE_SETUP(huge_pool)
{
	struct ipcchan_pool_options options = IPCCHAN_POOL_OPTIONS;

	self->session = open_session();
	self->is_there = has_huge_pages(self->session);
	options.flags = IPCCHAN_OPEN_HUGE;
	options.block_size = 1;
	options.nr_blocks = NR_BLOCKS;
	if (!self->is_there) {
		ASSERT_EQ(-EOPNOTSUPP,
			  ipcchan_pool_create(self->session, &options,
					      &self->pool));
		return;
	}
	self->mailbox = large_mailbox(self->session);
	ASSERT_EQ(0, ipcchan_pool_create(self->session, &options, &self->pool));
	ASSERT_EQ(0, ipcchan_pool_loan(self->pool, 0, &self->block));
	strcpy(ipcchan_block_data(self->block), "huge");
}

FIXTURE_TEARDOWN(huge_pool)
{
	ipcchan_block_release(self->received);
	ipcchan_pool_close(self->pool);
	ipcchan_mailbox_close(self->mailbox);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static struct ipcchan_region_info huge_info(FIXTURE_DATA(huge_pool) * self)
{
	struct ipcchan_region_info info;

	if (ipcchan_region_info(ipcchan_pool_region(self->pool), &info,
				sizeof(info)))
		abort();
	return info;
}

static int send_huge(FIXTURE_DATA(huge_pool) * self, size_t used, uint32_t mode)
{
	return ipcchan_block_send(self->block, self->mailbox, used, mode, NULL);
}

TEST_F(huge_pool, has_blocks_of_whole_huge_pages)
{
	NEEDS_HUGE_PAGES();
	EXPECT_LT(sysconf(_SC_PAGESIZE), huge_info(self).granule);
	EXPECT_EQ(huge_info(self).granule, ipcchan_block_size(self->block));
	EXPECT_EQ(NR_BLOCKS * ipcchan_block_size(self->block),
		  huge_info(self).size);
}

TEST_F(huge_pool, moves_what_is_long)
{
	NEEDS_HUGE_PAGES();
	ASSERT_EQ(0, send_huge(self, LONG / 2, IPCCHAN_EXTENT_MOVE));
	EXPECT_EQ(1, huge_info(self).extents);
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	EXPECT_EQ(LONG / 2, ipcchan_block_size(self->received));
	EXPECT_STREQ("huge", ipcchan_block_data(self->received));
	strcpy(ipcchan_block_data(self->received), "changed");
	ipcchan_block_release(self->received);
	self->received = NULL;
	EXPECT_STREQ("changed", ipcchan_block_data(self->block));
}

TEST_F(huge_pool, copies_what_is_short)
{
	NEEDS_HUGE_PAGES();
	ASSERT_EQ(0, send_huge(self, LONG / 8, IPCCHAN_EXTENT_MOVE));
	EXPECT_EQ(0, huge_info(self).extents);
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	EXPECT_EQ(LONG / 8, ipcchan_block_size(self->received));
	EXPECT_STREQ("huge", ipcchan_block_data(self->received));
}

TEST_F(huge_pool, shares_what_would_be_copied_to_be_moved)
{
	NEEDS_HUGE_PAGES();
	ASSERT_EQ(0, send_huge(self, LONG / 8, IPCCHAN_EXTENT_SHARE));
	EXPECT_EQ(1, huge_info(self).extents);
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	EXPECT_STREQ("huge", ipcchan_block_data(self->received));
}

TEST_F(huge_pool, has_a_block_again_when_it_is_released)
{
	struct ipcchan_block *second;
	struct ipcchan_block *again;

	NEEDS_HUGE_PAGES();
	ASSERT_EQ(0, ipcchan_pool_loan(self->pool, 0, &second));
	ASSERT_EQ(0, send_huge(self, LONG, IPCCHAN_EXTENT_MOVE));
	ipcchan_block_release(self->block);
	EXPECT_EQ(-ETIMEDOUT, ipcchan_pool_loan(self->pool, 0, &again));
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	ipcchan_block_release(self->received);
	self->received = NULL;
	EXPECT_EQ(0, ipcchan_pool_loan(self->pool, 0, &again));
}

TEST_HARNESS_MAIN
