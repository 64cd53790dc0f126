// SPDX-License-Identifier: GPL-2.0
/*
 * Pools of libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define NR_BLOCKS	2
#define COPY_BELOW	64

FIXTURE(pool)
{
	struct ipcchan *session;
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_pool_options options;
	struct ipcchan_pool *pool;
	struct ipcchan_block *block;
	struct ipcchan_block *received;
	size_t page;
};

static struct ipcchan_mailbox *mailbox_of(struct ipcchan *session,
					  uint32_t delivery)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;

	options.flags = IPCCHAN_OPEN_FDS;
	options.delivery = delivery;
	return new_mailbox(session, &options);
}

FIXTURE_SETUP(pool)
{
	const struct ipcchan_pool_options defaults = IPCCHAN_POOL_OPTIONS;

	self->page = sysconf(_SC_PAGESIZE);
	self->session = open_session();
	self->mailbox = mailbox_of(self->session, IPCCHAN_DELIVERY_QUEUE);
	self->options = defaults;
	self->options.block_size = self->page + 1;
	self->options.nr_blocks = NR_BLOCKS;
	self->options.copy_below = COPY_BELOW;
	ASSERT_EQ(0, ipcchan_pool_create(self->session, &self->options,
					 &self->pool));
	ASSERT_EQ(0, ipcchan_pool_loan(self->pool, 0, &self->block));
}

FIXTURE_TEARDOWN(pool)
{
	ipcchan_block_release(self->received);
	ipcchan_pool_close(self->pool);
	ipcchan_mailbox_close(self->mailbox);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static int send_block(FIXTURE_DATA(pool) * self, const char *text, size_t used,
		      uint32_t mode)
{
	strcpy(ipcchan_block_data(self->block), text);
	return ipcchan_block_send(self->block, self->mailbox, used, mode, NULL);
}

static int receive(const struct ipcchan_mailbox *mailbox,
		   struct ipcchan_block **block)
{
	struct ipcchan_receive_options options = IPCCHAN_RECEIVE_OPTIONS;

	options.deadline_ns =
		ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
	return ipcchan_block_receive(mailbox, NULL, &options, block);
}

static uint32_t extents(FIXTURE_DATA(pool) * self)
{
	struct ipcchan_region_info info;

	if (ipcchan_region_info(ipcchan_pool_region(self->pool), &info,
				sizeof(info)))
		abort();
	return info.extents;
}

static uint32_t mappings(FIXTURE_DATA(pool) * self)
{
	struct ipcchan_region_info info;

	if (ipcchan_region_info(ipcchan_pool_region(self->pool), &info,
				sizeof(info)))
		abort();
	return info.mappings;
}

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

/* The first is sent and released; the second is on loan. */
static void send_and_empty(FIXTURE_DATA(pool) * self, uint32_t mode)
{
	struct ipcchan_block *second;

	if (send_block(self, "sent", self->page, mode) ||
	    ipcchan_pool_loan(self->pool, 0, &second))
		abort();
	ipcchan_block_release(self->block);
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

/* A process that receives a block, says so by its mailbox, and waits. */
static pid_t start_holder(const struct ipcchan_mailbox *mailbox,
			  const struct ipcchan_mailbox *told)
{
	struct ipcchan_block *block;
	pid_t pid = fork();

	if (pid)
		return pid;
	if (receive(mailbox, &block) ||
	    *(const char *)ipcchan_block_data(block) != 's')
		_exit(1);
	ipcchan_mailbox_send(told, "", 0, NULL);
	pause();
	_exit(0);
}

static void kill_holder(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
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

static struct ipcchan_mailbox *
subscriber(const struct ipcchan_mailbox *mailbox)
{
	struct ipcchan_mailbox *reader =
		restricted(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);

	if (ipcchan_mailbox_subscribe(reader, NULL))
		abort();
	return reader;
}

TEST_F(pool, has_a_block_again_after_the_last_reader)
{
	struct ipcchan_mailbox *told = new_mailbox(self->session, NULL);
	struct ipcchan_mailbox *readers[2];
	struct ipcchan_block *again;
	pid_t holder;

	ipcchan_mailbox_close(self->mailbox);
	self->mailbox = mailbox_of(self->session, IPCCHAN_DELIVERY_BROADCAST);
	readers[0] = subscriber(self->mailbox);
	readers[1] = subscriber(self->mailbox);
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
	ipcchan_mailbox_close(readers[0]);
	ipcchan_mailbox_close(readers[1]);
	ipcchan_mailbox_close(told);
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

/* What is refused */

TEST_F(pool, is_made_of_sensible_sizes)
{
	struct ipcchan_pool *pool;

	self->options.block_size = 0;
	EXPECT_EQ(-EINVAL, ipcchan_pool_create(self->session, &self->options,
					       &pool));
	self->options.block_size = SIZE_MAX;
	EXPECT_EQ(-EINVAL, ipcchan_pool_create(self->session, &self->options,
					       &pool));
	self->options.block_size = 1;
	self->options.nr_blocks = 0;
	EXPECT_EQ(-EINVAL, ipcchan_pool_create(self->session, &self->options,
					       &pool));
	self->options.nr_blocks = 1;
	self->options.flags = IPCCHAN_OPEN_PERSIST;
	EXPECT_EQ(-EOPNOTSUPP, ipcchan_pool_create(self->session,
						   &self->options, &pool));
}

TEST_F(pool, refuses_a_send_that_makes_no_sense)
{
	struct ipcchan_send_options options = IPCCHAN_SEND_OPTIONS;
	int fd = 0;

	EXPECT_EQ(-EINVAL, ipcchan_block_send(self->block, self->mailbox,
					      2 * self->page + 1,
					      IPCCHAN_EXTENT_MOVE, NULL));
	EXPECT_EQ(-EINVAL, ipcchan_block_send(self->block, self->mailbox, 1, 0,
					      NULL));
	options.fds = &fd;
	options.nr_fds = 1;
	EXPECT_EQ(-EINVAL, ipcchan_block_send(self->block, self->mailbox, 1,
					      IPCCHAN_EXTENT_MOVE, &options));
}

TEST_F(pool, does_not_move_what_somebody_has)
{
	ASSERT_EQ(0, send_block(self, "twice", self->page,
				IPCCHAN_EXTENT_SHARE));
	EXPECT_EQ(-EBUSY, send_block(self, "twice", self->page,
				     IPCCHAN_EXTENT_MOVE));
	ASSERT_EQ(0, receive(self->mailbox, &self->received));
	EXPECT_EQ(-EPERM, ipcchan_block_send(self->received, self->mailbox,
					     self->page, IPCCHAN_EXTENT_MOVE,
					     NULL));
}

TEST_F(pool, needs_a_mailbox_that_takes_descriptors)
{
	struct ipcchan_mailbox *mailbox = new_mailbox(self->session, NULL);

	EXPECT_EQ(-ENOPROTOOPT, ipcchan_block_send(self->block, mailbox,
						   self->page,
						   IPCCHAN_EXTENT_MOVE, NULL));
	EXPECT_EQ(0, ipcchan_block_send(self->block, mailbox, COPY_BELOW - 1,
					IPCCHAN_EXTENT_MOVE, NULL));
	ipcchan_mailbox_close(mailbox);
}

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

/* What a block is sent with: magic number, mode, used bytes. */
#define HEADER	16
#define MODE	4

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

TEST_F(pool, gives_only_whole_blocks)
{
	struct ipcchan_receive_options options = IPCCHAN_RECEIVE_OPTIONS;

	options.flags = IPCCHAN_HOLD;
	EXPECT_EQ(-EINVAL, ipcchan_block_receive(self->mailbox, NULL, &options,
						 &self->received));
	options.flags = IPCCHAN_TRUNCATE;
	EXPECT_EQ(-EINVAL, ipcchan_block_receive(self->mailbox, NULL, &options,
						 &self->received));
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

TEST_HARNESS_MAIN
