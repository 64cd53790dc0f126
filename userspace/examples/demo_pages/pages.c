// SPDX-License-Identifier: GPL-2.0
/*
 * A frame is a block of the camera's region, which is moved from process to process.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "tally.h"
#include "way.h"

#define REGION		"demo-frames"
#define CAMERA_RIGHTS	(IPCCHAN_RIGHT_MAP_READ | IPCCHAN_RIGHT_MAP_WRITE)

/* An extent may be passed on, and not yet be given up by who had it. */
#define EXTENTS		(2 * BLOCKS)

/* The region, in the camera and the supervisor; or the extent with the frame. */
static struct ipcchan_region *region;
static char *memory;

/* The blocks that the camera has sent and not seen again, a bit each. */
static unsigned int away;

static void open_region(const struct ipcchan *session, uint32_t flags,
			uint32_t rights, int protection)
{
	struct ipcchan_region_options options = IPCCHAN_REGION_OPTIONS;
	void *address;

	options.flags = flags;
	options.region_size = (uint64_t)BLOCKS * FRAME_SIZE;
	require(ipcchan_region_open(session, REGION, rights, &options, &region),
		"open a region");
	require(ipcchan_region_map(region, protection, &address), "map it");
	memory = address;
}

static void close_region(void)
{
	require(ipcchan_region_unmap(region, memory), "unmap");
	ipcchan_region_close(region);
}

static void set_up(const struct ipcchan *session)
{
	open_region(session, IPCCHAN_OPEN_CREATE, IPCCHAN_RIGHT_MAP_READ,
		    PROT_READ);
}

static void open_camera(void)
{
	struct ipcchan *session;

	require(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	open_region(session, 0, CAMERA_RIGHTS, PROT_READ | PROT_WRITE);
}

/* Which blocks are lent, whoever has them, a bit each. */
static unsigned int find_lent(struct ipcchan_extent_info *entries, int *count)
{
	unsigned int lent = 0;

	*count = ipcchan_region_extents(region, 0, entries, EXTENTS,
					sizeof(*entries));
	require(*count, "list extents");
	for (int i = 0; i < *count; i++)
		lent |= 1U << (entries[i].offset / FRAME_SIZE);
	return lent;
}

/* The display notes what it has shown before it gives the pages back. */
static void come_back(unsigned int block)
{
	unsigned int number = tally->in_block[block];

	away &= ~(1U << block);
	if (tally->is_shown[number])
		return;
	tally->last_dropped = number;
	tally->dropped++;
}

static void look_for_blocks(void)
{
	struct ipcchan_extent_info entries[EXTENTS];
	struct ipcchan_region_info info = { .flags = IPCCHAN_REGION_SEEN };
	unsigned int lent;
	int count;

	require(ipcchan_region_info(region, &info, sizeof(info)), "info");
	lent = find_lent(entries, &count);
	for (unsigned int block = 0; block < BLOCKS; block++)
		if ((away & ~lent) & 1U << block)
			come_back(block);
}

/* Nothing says that the filter died: pages just return. */
static void await_block(void)
{
	struct pollfd returns = {
		.fd = ipcchan_region_fd(region),
		.events = POLLIN,
	};

	if (poll(&returns, 1, PATIENCE / 1000000) != 1)
		errx(1, "no block returns");
}

static struct frame *blank(void)
{
	for (;;) {
		look_for_blocks();
		for (unsigned int block = 0; block < BLOCKS; block++)
			if (!(away & 1U << block))
				return (void *)(memory + block * FRAME_SIZE);
		await_block();
	}
}

static void settle(void)
{
	for (look_for_blocks(); away; look_for_blocks())
		await_block();
}

static void send(const struct ipcchan_mailbox *to, struct frame *frame)
{
	unsigned int block = ((char *)frame - memory) / FRAME_SIZE;
	struct ipcchan_extent extent = {
		.fd = ipcchan_region_fd(region),
		.mode = IPCCHAN_EXTENT_MOVE,
		.offset = (char *)frame - memory,
		.length = FRAME_SIZE,
	};
	bool is_own = ipcchan_region_size(region) > FRAME_SIZE;
	struct ipcchan_message message;

	if (is_own)
		tally->in_block[block] = frame->number;
	ipcchan_message_set(&message, NULL, 0);
	ipcchan_message_set_extents(&message, &extent, 1);
	require(ipcchan_mailbox_send_batch(to, &message, 1, sizeof(message),
					   NULL), "move");
	/* What is passed on is not given back: the receiver's stays so. */
	if (is_own)
		away |= 1U << block;
	else
		close_region();
}

static struct frame *receive(const struct ipcchan_mailbox *from)
{
	struct ipcchan_message message;
	void *address;
	int fd;

	ipcchan_message_set(&message, NULL, 0);
	ipcchan_message_set_fds(&message, &fd, 1);
	require(ipcchan_mailbox_receive_batch(from, &message, 1,
					      sizeof(message), NULL),
		"receive");
	tally->copied += message.length;
	if (message.type == WAY_END)
		return NULL;
	require(ipcchan_region_from_fd(fd, &region), "take an extent");
	require(ipcchan_region_map(region, PROT_READ | PROT_WRITE, &address),
		"map an extent");
	memory = address;
	return address;
}

static void release(struct frame *frame)
{
	(void)frame;
	require(ipcchan_region_release(region), "give an extent back");
	close_region();
}

/* Frames before the one that the filter stands still in are on their way back. */
static bool is_one_returning(const struct ipcchan_extent_info *entries, int count)
{
	for (int i = 0; i < count; i++)
		if (tally->in_block[entries[i].offset / FRAME_SIZE] <
		    tally->stalled)
			return true;
	return false;
}

void pages_await_all_lent(void)
{
	uint64_t deadline = ipcchan_deadline_in(PATIENCE);
	struct ipcchan_extent_info entries[EXTENTS];
	int count;

	while (find_lent(entries, &count) != (1U << BLOCKS) - 1 ||
	       count > BLOCKS || is_one_returning(entries, count)) {
		if (ipcchan_deadline_in(0) > deadline)
			errx(1, "the camera does not go on");
		usleep(1000);
	}
}

void pages_tell(void)
{
	struct ipcchan_extent_info entries[EXTENTS];
	int count;

	find_lent(entries, &count);
	for (int i = 0; i < count; i++)
		printf("      frame %u, block %u: %s\n",
		       tally->in_block[entries[i].offset / FRAME_SIZE],
		       (unsigned int)(entries[i].offset / FRAME_SIZE),
		       entries[i].state == IPCCHAN_EXTENT_HELD ?
		       "the filter's" : "in the mailbox");
}

unsigned int pages_readable(void)
{
	unsigned int readable = 0;
	int ends[2];

	if (pipe(ends))
		err(1, "pipe");
	for (unsigned int block = 0; block < BLOCKS; block++) {
		ssize_t written = write(ends[1], memory + block * FRAME_SIZE, 1);

		if (written < 0 && errno != EFAULT)
			err(1, "write");
		readable += written == 1;
	}
	close(ends[0]);
	close(ends[1]);
	return readable;
}

const struct way pages_way = {
	.set_up = set_up,
	.open = open_camera,
	.blank = blank,
	.send = send,
	.receive = receive,
	.release = release,
	.settle = settle,
	.tear_down = close_region,
};
