// SPDX-License-Identifier: GPL-2.0
/* Extents of regions: lending them, and trying to access what may be away. */

#define _GNU_SOURCE
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "extents.h"

int extent_mailbox(int session)
{
	return mailbox_open(session, .flags = IPCCHAN_OPEN_CREATE |
					      IPCCHAN_OPEN_FDS);
}

int put_extents(int mailbox, const struct ipcchan_extent *extents,
		unsigned int nr)
{
	struct ipcchan_message message =
		MESSAGE(NULL, 0, .fds = (uintptr_t)extents, .nr_fds = nr,
			.flags = IPCCHAN_MESSAGE_EXTENTS);

	return mailbox_send(mailbox, &message, 1, .flags = IPCCHAN_NONBLOCK);
}

int put_extent(int mailbox, int region, unsigned int mode, __u64 offset,
	       __u64 length)
{
	struct ipcchan_extent extent = {
		.fd = region,
		.mode = mode,
		.offset = offset,
		.length = length,
	};

	return put_extents(mailbox, &extent, 1);
}

int take_extent(int mailbox)
{
	int fd = -1;
	struct ipcchan_message message =
		MESSAGE(NULL, 0, .fds = (uintptr_t)&fd, .nr_fds = 1);
	int ret = mailbox_receive(mailbox, &message, 1,
				  .flags = IPCCHAN_NONBLOCK);

	return ret == 1 ? fd : ret;
}

int lend(int mailbox, int region, unsigned int mode, __u64 offset, __u64 length)
{
	int ret = put_extent(mailbox, region, mode, offset, length);

	return ret == 1 ? take_extent(mailbox) : ret;
}

char *map_pages(int region, size_t size, int protection)
{
	char *memory = mmap(NULL, size, protection, MAP_SHARED, region, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

/* Where an access goes on that got SIGBUS. */
static sigjmp_buf bus;

static void on_bus(int signal)
{
	siglongjmp(bus, 1);
}

int peek(const char *address)
{
	int ret;

	signal(SIGBUS, on_bus);
	if (sigsetjmp(bus, 1))
		ret = BUS;
	else
		ret = __atomic_load_n(address, __ATOMIC_RELAXED);
	signal(SIGBUS, SIG_DFL);
	return ret;
}

int poke(char *address, char byte)
{
	int ret = 0;

	signal(SIGBUS, on_bus);
	if (sigsetjmp(bus, 1))
		ret = BUS;
	else
		__atomic_store_n(address, byte, __ATOMIC_RELAXED);
	signal(SIGBUS, SIG_DFL);
	return ret;
}

int region_events(int region)
{
	struct pollfd poller = { .fd = region, .events = POLLIN };

	return poll(&poller, 1, 0) < 0 ? -errno : poller.revents;
}

bool await_extents(int region, unsigned int extents)
{
	__u64 deadline = deadline_must_happen();

	while (region_info(region).extents != extents) {
		if (now_ns(CLOCK_MONOTONIC) > deadline)
			return false;
		nap();
	}
	return true;
}

struct ipcchan_region_info region_see(int region)
{
	struct ipcchan_region_info info = { .flags = IPCCHAN_REGION_SEEN };

	call(region, IPCCHAN_IOC_REGION_INFO, &info);
	return info;
}
