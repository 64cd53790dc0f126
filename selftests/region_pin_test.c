// SPDX-License-Identifier: GPL-2.0
/* Pages that are pinned for input and output: a device may access them, so none moves. */

#include "kselftest_harness.h"

#include <linux/if_xdp.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "extents.h"
#include "uring.h"

#define PAGES		4
#define READ_WRITE	(PROT_READ | PROT_WRITE)

/* A region of which page 1 is pinned. */
FIXTURE(pin)
{
	int session;
	int mailbox;
	int region;
	size_t page;
	char *memory;
	char *pinned;
	struct uring ring;
	int socket;
	int pipe[2];
};

FIXTURE_VARIANT(pin)
{
	int (*begin)(FIXTURE_DATA(pin) * self, char *page);
	void (*end)(FIXTURE_DATA(pin) * self);
};

FIXTURE_SETUP(pin)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->session = session_open();
	self->mailbox = extent_mailbox(self->session);
	self->region = region_open(self->session, PAGES * self->page);
	self->ring.fd = -1;
	self->socket = -1;
	self->memory = map_pages(self->region, PAGES * self->page, READ_WRITE);
	ASSERT_NE(NULL, self->memory);
	self->pinned = self->memory + self->page;
	self->pinned[0] = 'a';
	ASSERT_EQ(0, pipe2(self->pipe, O_CLOEXEC));
}

FIXTURE_TEARDOWN(pin)
{
	uring_close(&self->ring);
	close(self->socket);
	close(self->pipe[0]);
	close(self->pipe[1]);
	close(self->region);
	close(self->mailbox);
	close(self->session);
}

/* Buffers that are registered with an io_uring. */

static int begin_uring(FIXTURE_DATA(pin) * self, char *page)
{
	return uring_open(&self->ring) ?:
	       uring_register(&self->ring, page, self->page);
}

static void end_uring(FIXTURE_DATA(pin) * self)
{
	uring_unregister(&self->ring);
}

FIXTURE_VARIANT_ADD(pin, of_a_registered_buffer)
{
	.begin = begin_uring,
	.end = end_uring,
};

static void close_uring(FIXTURE_DATA(pin) * self)
{
	uring_close(&self->ring);
}

FIXTURE_VARIANT_ADD(pin, of_a_ring_that_is_closed)
{
	.begin = begin_uring,
	.end = close_uring,
};

/* Memory where a network card would put its packets. */

static int begin_xdp(FIXTURE_DATA(pin) * self, char *page)
{
	const struct xdp_umem_reg memory = {
		.addr = (uintptr_t)page,
		.len = self->page,
		.chunk_size = self->page,
	};

	self->socket = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	return setsockopt(self->socket, SOL_XDP, XDP_UMEM_REG, &memory,
			  sizeof(memory)) ? -errno : 0;
}

static void end_xdp(FIXTURE_DATA(pin) * self)
{
	close(self->socket);
	self->socket = -1;
}

FIXTURE_VARIANT_ADD(pin, of_a_network_socket)
{
	.begin = begin_xdp,
	.end = end_xdp,
};

/* Kernels differ in what they pin, and of what. */
#define PIN(page)							\
	do {								\
		int err_ = variant->begin(self, page);			\
									\
		if (err_)						\
			SKIP(return, "no pin: %s", strerror(-err_));	\
	} while (0)

static int move(FIXTURE_DATA(pin) * self, int page)
{
	return put_extent(self->mailbox, self->region, MOVE, page * self->page,
			  self->page);
}

/* The kernel gives a pin back in its own time. */
static int await_move(FIXTURE_DATA(pin) * self, int page)
{
	__u64 deadline = deadline_must_happen();
	int ret;

	while ((ret = move(self, page)) == -EBUSY) {
		if (now_ns(CLOCK_MONOTONIC) > deadline)
			return HANGS;
		nap();
	}
	return ret;
}

TEST_F(pin, keeps_its_page_from_being_moved)
{
	PIN(self->pinned);
	EXPECT_EQ(-EBUSY, move(self, 1));
	EXPECT_EQ('a', peek(self->pinned));
	EXPECT_EQ(0, poke(self->pinned, 'b'));
	EXPECT_EQ(0, region_info(self->region).extents);
}

TEST_F(pin, keeps_more_than_its_page_from_being_moved_with_it)
{
	PIN(self->pinned);
	EXPECT_EQ(-EBUSY, put_extent(self->mailbox, self->region, MOVE, 0,
				     PAGES * self->page));
	for (int i = 0; i < PAGES; i++)
		EXPECT_EQ(0, poke(self->memory + i * self->page, 'b'));
}

TEST_F(pin, leaves_the_pages_beside_it)
{
	PIN(self->pinned);
	EXPECT_EQ(1, move(self, 0));
	EXPECT_EQ(1, move(self, 2));
	EXPECT_EQ('a', peek(self->pinned));
}

TEST_F(pin, lets_its_page_be_shared)
{
	PIN(self->pinned);
	EXPECT_EQ(1, put_extent(self->mailbox, self->region, SHARE, self->page,
				self->page));
}

TEST_F(pin, lets_its_page_be_moved_afterwards)
{
	PIN(self->pinned);
	ASSERT_EQ(-EBUSY, move(self, 1));
	variant->end(self);
	EXPECT_EQ(1, await_move(self, 1));
	EXPECT_EQ(BUS, peek(self->pinned));
}

static int await_release(int extent)
{
	__u64 deadline = deadline_must_happen();
	int err;

	while ((err = region_release(extent)) == -EBUSY) {
		if (now_ns(CLOCK_MONOTONIC) > deadline)
			return HANGS;
		nap();
	}
	return err;
}

TEST_F(pin, keeps_its_page_from_being_released)
{
	int extent = lend(self->mailbox, self->region, MOVE, self->page,
			  self->page);
	char *memory = map_pages(extent, self->page, READ_WRITE);

	ASSERT_NE(NULL, memory);
	PIN(memory);
	EXPECT_EQ(-EBUSY, region_release(extent));
	EXPECT_EQ(0, poke(memory, 'b'));
	EXPECT_EQ(BUS, peek(self->pinned));
	variant->end(self);
	EXPECT_EQ(0, await_release(extent));
	EXPECT_EQ('b', peek(self->pinned));
	close(extent);
}

/* What a pin is for */

TEST_F(pin, gets_what_is_read_into_it_though_a_move_was_refused)
{
	struct io_uring_sqe read = {
		.opcode = IORING_OP_READ_FIXED,
		.fd = self->pipe[0],
		.addr = (uintptr_t)self->pinned,
		.len = 1,
		.off = -1,
		.user_data = 1,
	};

	if (variant->begin != begin_uring)
		SKIP(return, "nothing is read into it");
	PIN(self->pinned);
	ASSERT_EQ(-EBUSY, move(self, 1));
	ASSERT_EQ(1, write(self->pipe[1], "x", 1));
	ASSERT_EQ(1, uring_submit(&self->ring, &read));
	EXPECT_EQ(1, uring_await(&self->ring, 1));
	EXPECT_EQ('x', peek(self->pinned));
}

TEST_F(pin, gets_nothing_that_is_read_after_the_page_was_moved)
{
	struct io_uring_sqe read = {
		.opcode = IORING_OP_READ,
		.fd = self->pipe[0],
		.addr = (uintptr_t)self->pinned,
		.len = 1,
		.off = -1,
		.user_data = 1,
	};
	int extent;
	char *memory;

	if (variant->begin != begin_uring || uring_open(&self->ring))
		SKIP(return, "nothing is read into it");
	ASSERT_EQ(1, uring_submit(&self->ring, &read));
	extent = lend(self->mailbox, self->region, MOVE, self->page,
		      self->page);
	memory = map_pages(extent, self->page, READ_WRITE);
	ASSERT_NE(NULL, memory);
	ASSERT_EQ(1, write(self->pipe[1], "x", 1));
	EXPECT_EQ(-EFAULT, uring_await(&self->ring, 1));
	EXPECT_EQ('a', peek(memory));
	close(extent);
}

#include "ipcchan_selftest_main.h"
