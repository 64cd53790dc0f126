// SPDX-License-Identifier: GPL-2.0
/* A process that lends, forwards, takes and gives back pages at random. */

#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>

#include "region_ledger.h"

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

#define HELD		6
#define CAPACITY	8
#define MOST_EXTENTS	2

/* The mailboxes: one that is full at times, one that drops, one for all. */
#define DROPPING	1
#define BROADCAST	2

/**
 * struct held - an extent that the worker has
 * @fd: Its descriptor; -1: there is none.
 * @memory: All of it.
 * @region: Of which.
 * @first: Its first page there.
 * @pages: How many.
 * @mode: MOVE or SHARE.
 * @id: Its number.
 */
struct held {
	int fd;
	char *memory;
	int region;
	int first;
	int pages;
	unsigned int mode;
	__u64 id;
};

/* Of this process. */
static struct ledger *ledger;
static unsigned int chances;
static int session;
static int mailboxes[MAILBOXES];
static struct held held[HELD];

static unsigned int chance(unsigned int range)
{
	return rand_r(&chances) % range;
}

/* Count it, and complain if it is no error that may be. */
static int note(enum deed deed, int ret)
{
	switch (ret) {
	case -EAGAIN:
	case -EBUSY:
	case -ESTALE:
	case -EIDRM:
		__atomic_add_fetch(&ledger->refused[deed], 1, __ATOMIC_RELAXED);
		return ret;
	}
	if (ret < 0)
		ledger_complain(ledger, "gives an error", -1, deed, ret);
	else
		__atomic_add_fetch(&ledger->done[deed], 1, __ATOMIC_RELAXED);
	return ret;
}

/* Mailboxes */

static void open_mailbox(int i)
{
	struct ipcchan_mailbox_open open = {
		.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_FDS,
		.mode = 0600,
		.rights = IPCCHAN_RIGHTS_MAILBOX,
		.capacity_messages = CAPACITY,
		.max_message_size = IPCCHAN_DEFAULT,
		.capacity_bytes = -1,
	};

	if (i == DROPPING)
		open.policy = IPCCHAN_POLICY_DROP_OLDEST;
	if (i == BROADCAST)
		open.delivery = IPCCHAN_DELIVERY_BROADCAST;
	set_name(open.name, ledger->names[i]);
	mailboxes[i] = call(session, IPCCHAN_IOC_MAILBOX_OPEN, &open);
	if (mailboxes[i] < 0)
		ledger_complain(ledger, "has no mailbox", -1, i, mailboxes[i]);
	else if (i == BROADCAST)
		mailbox_subscribe(mailboxes[i]);
}

/* It is dead: make it again, or take that of who was quicker. */
static void reopen_mailbox(int i)
{
	close(mailboxes[i]);
	open_mailbox(i);
}

static void kill_mailbox(void)
{
	int i = chance(MAILBOXES);

	note(KILL, object_kill(mailboxes[i]));
	reopen_mailbox(i);
}

/* Extents that are held */

static struct held *pick_held(void)
{
	struct held *extent = &held[chance(HELD)];

	return extent->fd < 0 ? NULL : extent;
}

static void unmap(struct held *extent)
{
	munmap(extent->memory, extent->pages * ledger->page);
}

static void give_up(struct held *extent)
{
	if (chance(2)) {
		unmap(extent);
		close(extent->fd);
	} else {
		close(extent->fd);
		unmap(extent);
	}
	extent->fd = -1;
}

static void describe(struct held *extent, const struct ipcchan_region_info *info)
{
	extent->mode = info->mode;
	extent->id = info->extent;
	extent->first = info->offset / ledger->page;
	extent->pages = info->length / ledger->page;
	for (int i = 0; i < REGIONS; i++)
		if (info->size == ledger_pages(i) * ledger->page)
			extent->region = i;
}

/* Its descriptor is closed if it cannot be. */
static int map(struct held *extent)
{
	int protection = extent->mode == MOVE ? PROT_READ | PROT_WRITE :
						PROT_READ;
	int error;

	extent->memory = map_pages(extent->fd, extent->pages * ledger->page,
				   protection);
	if (extent->memory)
		return 0;
	error = -errno;
	close(extent->fd);
	extent->fd = -1;
	return error;
}

static int take(int fd)
{
	struct ipcchan_region_info info = {};
	struct held *extent = &held[chance(HELD)];
	int error = call(fd, IPCCHAN_IOC_REGION_INFO, &info);

	if (error) {
		close(fd);
		return error;
	}
	if (extent->fd >= 0)
		give_up(extent);
	extent->fd = fd;
	describe(extent, &info);
	return map(extent);
}

/* Writes to each page, or reads it; what was lent on gives SIGBUS. */
static void use(struct held *extent)
{
	for (int i = 0; i < extent->pages; i++) {
		char *address = extent->memory + i * ledger->page;
		int page = extent->first + i;

		if (extent->mode == MOVE)
			ledger_own(ledger, extent->region, page, address);
		else
			ledger_read(ledger, extent->region, page, address);
	}
}

/* Steps */

static int send(int i, struct ipcchan_extent *extents, unsigned int nr)
{
	int ret = put_extents(mailboxes[i], extents, nr);

	if (ret == -EIDRM)
		reopen_mailbox(i);
	return ret;
}

/* A random part of so many pages. Only one may have a MOVE, and in one process. */
static struct ipcchan_extent part(int fd, int pages, bool may_move)
{
	int first = chance(pages);
	int count = 1 + chance(pages - first < 4 ? pages - first : 4);

	return (struct ipcchan_extent){
		.fd = fd,
		.mode = may_move && chance(3) ? MOVE : SHARE,
		.offset = first * ledger->page,
		.length = count * ledger->page,
	};
}

static void send_new(void)
{
	struct ipcchan_extent extents[MOST_EXTENTS];
	int nr = 1 + chance(MOST_EXTENTS);
	int to = chance(MAILBOXES);

	for (int i = 0; i < nr; i++) {
		int region = chance(REGIONS);

		extents[i] = part(ledger->regions[region], ledger_pages(region),
				  to != BROADCAST);
	}
	note(SEND, send(to, extents, nr));
}

static void forward(void)
{
	struct held *from = pick_held();
	int to = chance(MAILBOXES);
	struct ipcchan_extent extent;

	if (!from)
		return;
	extent = part(from->fd, from->pages,
		      from->mode == MOVE && to != BROADCAST);
	note(FORWARD, send(to, &extent, 1));
}

/* The descriptor itself; what is moved is never with two. */
static void pass_on(void)
{
	struct held *from = pick_held();
	struct ipcchan_extent extent = {};
	int to = chance(MAILBOXES);
	int ret;

	if (!from || (from->mode == MOVE && to == BROADCAST))
		return;
	if (from->mode == MOVE)
		unmap(from);
	extent.fd = from->fd;
	ret = note(PASS_ON, send(to, &extent, 1));
	if (from->mode != MOVE)
		return;
	if (ret < 0) {
		map(from);
		return;
	}
	close(from->fd);
	from->fd = -1;
}

static void receive(void)
{
	int fds[MOST_EXTENTS];
	struct ipcchan_message message =
		MESSAGE(NULL, 0, .fds = (uintptr_t)fds, .nr_fds = MOST_EXTENTS);
	int from = chance(MAILBOXES);
	int ret = note(RECEIVE, mailbox_receive(mailboxes[from], &message, 1,
						.flags = IPCCHAN_NONBLOCK));

	if (ret == -EIDRM)
		reopen_mailbox(from);
	if (ret != 1)
		return;
	for (unsigned int i = 0; i < message.nr_fds; i++)
		note(MAP, take(fds[i]));
}

static void release(void)
{
	struct held *extent = pick_held();

	if (extent)
		note(RELEASE, region_release(extent->fd));
}

static void write_somewhere(void)
{
	struct held *extent = pick_held();
	int region = chance(REGIONS);
	int page = chance(ledger_pages(region));

	if (extent)
		use(extent);
	note(WRITE, ledger_write(ledger, region, page,
				 ledger->memory[region] + page * ledger->page) ?
			    -EBUSY : 0);
}

/* A mapping of the region that is made later sees no more. */
static void map_region(void)
{
	int region = chance(REGIONS);
	size_t size = ledger_pages(region) * ledger->page;
	int page = chance(ledger_pages(region));
	char *memory = map_pages(ledger->regions[region], size,
				 PROT_READ | PROT_WRITE);

	if (note(MAP, memory ? 0 : -errno))
		return;
	ledger_write(ledger, region, page, memory + page * ledger->page);
	munmap(memory, size);
}

static void close_some(void)
{
	struct held *extent = pick_held();

	if (extent) {
		give_up(extent);
		note(CLOSE, 0);
	}
}

static void step(void)
{
	static void (*const often[])(void) = {
		send_new, send_new, send_new, send_new, forward, forward,
		forward, pass_on, receive, receive, receive, receive, receive,
		close_some, close_some, release, write_somewhere,
		write_somewhere, map_region,
	};

	if (!chance(300))
		kill_mailbox();
	else
		often[chance(ARRAY_SIZE(often))]();
}

/* What can be written */

static void report_region(struct report *report, int region)
{
	for (int page = 0; page < ledger_pages(region); page++)
		if (!ledger_write(ledger, region, page,
				  ledger->memory[region] + page * ledger->page))
			report->by_region[region] |= 1ULL << page;
}

static void report_held(struct report *report, const struct held *extent)
{
	__u64 *pages = report->by_extent[extent->region];

	for (int i = 0; i < extent->pages; i++) {
		int page = extent->first + i;

		if (ledger_own(ledger, extent->region, page,
			       extent->memory + i * ledger->page))
			continue;
		if (pages[page])
			ledger_complain(ledger, "is of two extents",
					extent->region, page, extent->id);
		pages[page] = extent->id;
	}
}

static void report_all(struct report *report)
{
	memset(report, 0, sizeof(*report));
	for (int i = 0; i < REGIONS; i++)
		report_region(report, i);
	for (int i = 0; i < HELD; i++)
		if (held[i].fd >= 0 && held[i].mode == MOVE)
			report_held(report, &held[i]);
}

/* Do what the phase is for, and wait for the next. */
static void attend(int nr, int phase)
{
	if (phase % PHASES == REPORT)
		report_all(&ledger->reports[nr]);
	__atomic_store_n(&ledger->arrived[nr], phase, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&ledger->phase, __ATOMIC_SEQ_CST) == phase)
		nap();
}

int ledger_work(void *argument)
{
	struct worker *worker = argument;

	ledger = worker->ledger;
	chances = worker->seed;
	session = session_open();
	ledger_guard();
	for (int i = 0; i < HELD; i++)
		held[i].fd = -1;
	for (int i = 0; i < MAILBOXES; i++)
		open_mailbox(i);
	for (;;) {
		int phase = __atomic_load_n(&ledger->phase, __ATOMIC_SEQ_CST);

		if (phase % PHASES != RUN)
			attend(worker->nr, phase);
		else if (__atomic_add_fetch(&ledger->steps, 1,
					    __ATOMIC_SEQ_CST) <=
			 ledger->last_step)
			step();
		else
			nap();
	}
}
