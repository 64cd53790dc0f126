// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks that are lent: moved, with small and with huge pages, and shared.
 */
#include <err.h>
#include <ipcchan.h>
#include <sys/mman.h>
#include <unistd.h>

#include "blocks.h"

#define HUGE_PAGE	(2UL << 20)

static struct ipcchan *session;
static struct ipcchan_mailbox *loans;
static struct ipcchan_mailbox *answers;
static struct ipcchan_region *region;
static void *memory;
static size_t memory_size;

static struct ipcchan_mailbox *new_mailbox(uint32_t flags)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	options.flags = IPCCHAN_OPEN_CREATE | flags;
	must_not_fail(ipcchan_mailbox_open(session, NULL, IPCCHAN_RIGHT_SEND |
					   IPCCHAN_RIGHT_RECEIVE, &options, &mailbox),
		      "create a mailbox");
	return mailbox;
}

static void set_up_region(size_t size, uint32_t flags)
{
	struct ipcchan_region_options options = IPCCHAN_REGION_OPTIONS;

	must_not_fail(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	loans = new_mailbox(IPCCHAN_OPEN_FDS);
	answers = new_mailbox(0);
	options.flags = IPCCHAN_OPEN_CREATE | flags;
	options.region_size = size;
	memory_size = size;
	must_not_fail(ipcchan_region_open(session, NULL, IPCCHAN_RIGHT_MAP_READ |
					  IPCCHAN_RIGHT_MAP_WRITE, &options, &region),
		      "create a region");
	must_not_fail(ipcchan_region_map(region, PROT_READ | PROT_WRITE, &memory),
		      "map a region");
}

static void set_up(size_t size)
{
	set_up_region(size, 0);
}

static void set_up_huge(size_t size)
{
	set_up_region(size, IPCCHAN_OPEN_HUGE);
}

static void lend(struct payload *payload, size_t size, uint32_t mode)
{
	const struct ipcchan_extent extent = {
		.fd = ipcchan_region_fd(region),
		.mode = mode,
		.length = size,
	};
	struct ipcchan_message message;

	ipcchan_message_set(&message, &payload->round, sizeof(payload->round));
	ipcchan_message_set_extents(&message, &extent, 1);
	must(ipcchan_mailbox_send_batch(loans, &message, 1, sizeof(message),
					NULL), 1, "send");
	must(ipcchan_mailbox_receive(answers, &payload->round,
				     sizeof(payload->round), NULL),
	     sizeof(payload->round), "receive");
}

static int borrow(struct payload *payload)
{
	struct ipcchan_message message;
	int fd;

	ipcchan_message_set(&message, &payload->round, sizeof(payload->round));
	ipcchan_message_set_fds(&message, &fd, 1);
	must(ipcchan_mailbox_receive_batch(loans, &message, 1, sizeof(message),
					   NULL), 1, "receive");
	return fd;
}

static void give_back(struct payload *payload, int fd)
{
	must(close(fd), 0, "close");
	answer(payload);
	must_not_fail(ipcchan_mailbox_send(answers, &payload->round,
					   sizeof(payload->round), NULL), "send");
}

static void ask_by_move(struct payload *payload, size_t size,
			unsigned int rounds)
{
	while (rounds--) {
		pages_write(memory, size, payload->round);
		lend(payload, size, IPCCHAN_EXTENT_MOVE);
	}
}

static void be_mover(unsigned int who)
{
	(void)who;
	must(munmap(memory, memory_size), 0, "munmap");
}

static void serve_by_move(struct payload *payload, size_t size,
			  unsigned int rounds)
{
	while (rounds--) {
		int fd = borrow(payload);
		void *block = mmap(NULL, size, PROT_READ | PROT_WRITE,
				   MAP_SHARED, fd, 0);

		if (block == MAP_FAILED)
			err(1, "mmap");
		pages_check(block, size, payload->round);
		pages_write(block, size, ~payload->round);
		must(munmap(block, size), 0, "munmap");
		give_back(payload, fd);
	}
}

static void ask_by_share(struct payload *payload, size_t size,
			 unsigned int rounds)
{
	while (rounds--) {
		*(uint64_t *)memory = payload->round;
		lend(payload, size, IPCCHAN_EXTENT_SHARE);
	}
}

static void be_reader(unsigned int who)
{
	(void)who;
	must(mprotect(memory, memory_size, PROT_READ), 0, "mprotect");
}

static void serve_by_share(struct payload *payload, size_t size,
			   unsigned int rounds)
{
	const uint64_t *block = memory;

	(void)size;
	while (rounds--) {
		int fd = borrow(payload);

		if (__atomic_load_n(block, __ATOMIC_RELAXED) != payload->round)
			errx(1, "the lender's word is not there");
		give_back(payload, fd);
	}
}

static void tear_down(void)
{
	must_not_fail(ipcchan_region_unmap(region, memory), "unmap");
	ipcchan_region_close(region);
	ipcchan_mailbox_close(loans);
	ipcchan_mailbox_close(answers);
	ipcchan_session_close(session);
}

const struct way move_way = {
	.name = "ipcchan MOVE",
	.work = {
		.servers = 1,
		.set_up = set_up,
		.be = be_mover,
		.ask = ask_by_move,
		.serve = serve_by_move,
		.tear_down = tear_down,
	},
};

/* Whole huge pages, where regions have them. */
static bool can_be_huge(size_t size)
{
	struct ipcchan_device_info info;
	struct ipcchan *device;

	must_not_fail(ipcchan_session_open(&device), "open " IPCCHAN_DEVICE);
	must_not_fail(ipcchan_device_info(device, &info, sizeof(info)),
		      "ask the device");
	ipcchan_session_close(device);
	return info.features & IPCCHAN_FEATURE_HUGE && !(size % HUGE_PAGE);
}

const struct way move_huge_way = {
	.name = "ipcchan MOVE, huge pages",
	.is_cheap = true,
	.can = can_be_huge,
	.work = {
		.servers = 1,
		.set_up = set_up_huge,
		.be = be_mover,
		.ask = ask_by_move,
		.serve = serve_by_move,
		.tear_down = tear_down,
	},
};

const struct way share_way = {
	.name = "ipcchan SHARE",
	.is_flat = true,
	.work = {
		.servers = 1,
		.set_up = set_up,
		.be = be_reader,
		.ask = ask_by_share,
		.serve = serve_by_share,
		.tear_down = tear_down,
	},
};
