/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of pools share: a pool of which a block is on loan, and who receives
 * what is sent of it. Included after kselftest_harness.h.
 */
#ifndef LIB_POOL_H
#define LIB_POOL_H

#include "lib_test.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define NR_BLOCKS	2
#define COPY_BELOW	64

/* What a block is sent with: magic number, mode, used bytes. */
#define HEADER		16
#define MODE		4

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

static inline struct ipcchan_mailbox *mailbox_of(struct ipcchan *session,
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

static inline int send_block(FIXTURE_DATA(pool) * self, const char *text,
			     size_t used, uint32_t mode)
{
	strcpy(ipcchan_block_data(self->block), text);
	return ipcchan_block_send(self->block, self->mailbox, used, mode, NULL);
}

static inline int receive(const struct ipcchan_mailbox *mailbox,
			  struct ipcchan_block **block)
{
	struct ipcchan_receive_options options = IPCCHAN_RECEIVE_OPTIONS;

	options.deadline_ns =
		ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
	return ipcchan_block_receive(mailbox, NULL, &options, block);
}

static inline uint32_t extents(FIXTURE_DATA(pool) * self)
{
	struct ipcchan_region_info info;

	if (ipcchan_region_info(ipcchan_pool_region(self->pool), &info,
				sizeof(info)))
		abort();
	return info.extents;
}

static inline struct ipcchan_mailbox *
subscriber(const struct ipcchan_mailbox *mailbox)
{
	struct ipcchan_mailbox *reader =
		restricted(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);

	if (ipcchan_mailbox_subscribe(reader, NULL))
		abort();
	return reader;
}

/* From now on the mailbox is one that gives each message to both. */
static inline void subscribe_two(FIXTURE_DATA(pool) * self,
				 struct ipcchan_mailbox *readers[2])
{
	ipcchan_mailbox_close(self->mailbox);
	self->mailbox = mailbox_of(self->session, IPCCHAN_DELIVERY_BROADCAST);
	readers[0] = subscriber(self->mailbox);
	readers[1] = subscriber(self->mailbox);
}

static inline void close_two(struct ipcchan_mailbox *readers[2])
{
	ipcchan_mailbox_close(readers[0]);
	ipcchan_mailbox_close(readers[1]);
}

/* The first is sent and released; the second is on loan. */
static inline void send_and_empty(FIXTURE_DATA(pool) * self, uint32_t mode)
{
	struct ipcchan_block *second;

	if (send_block(self, "sent", self->page, mode) ||
	    ipcchan_pool_loan(self->pool, 0, &second))
		abort();
	ipcchan_block_release(self->block);
}

/* A process that receives a block, says so by its mailbox, and waits. */
static inline pid_t start_holder(const struct ipcchan_mailbox *mailbox,
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

static inline void kill_holder(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

#endif /* LIB_POOL_H */
