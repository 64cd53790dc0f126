// SPDX-License-Identifier: GPL-2.0
/* The pages of a ring, and steps of the protocol on them. */

#include <sys/mman.h>

#include "ring_pages.h"

void *ring_area(int end, size_t bytes, int protection, off_t offset)
{
	return mmap(NULL, bytes, protection, MAP_SHARED, end, offset);
}

int ring_area_error(int end, size_t bytes, int protection, off_t offset)
{
	void *memory = ring_area(end, bytes, protection, offset);

	if (memory == MAP_FAILED)
		return errno;
	munmap(memory, bytes);
	return 0;
}

bool ring_pages_map(struct ring_pages *pages, int end, int which)
{
	size_t page = sysconf(_SC_PAGESIZE);
	int both = PROT_READ | PROT_WRITE;
	off_t own = which == PRODUCER ? IPCCHAN_RING_PRODUCER : IPCCHAN_RING_CONSUMER;
	off_t other = which == PRODUCER ? IPCCHAN_RING_CONSUMER : IPCCHAN_RING_PRODUCER;

	pages->fd = end;
	pages->size = ring_info(end).size;
	pages->own = ring_area(end, page, both, own);
	pages->other = ring_area(end, page, PROT_READ, other);
	pages->data = ring_area(end, pages->size,
				which == PRODUCER ? both : PROT_READ,
				IPCCHAN_RING_DATA);
	return pages->own != MAP_FAILED && pages->other != MAP_FAILED &&
	       pages->data != MAP_FAILED;
}

void ring_pages_unmap(struct ring_pages *pages)
{
	size_t page = sysconf(_SC_PAGESIZE);

	munmap(pages->own, page);
	munmap((void *)pages->other, page);
	munmap(pages->data, pages->size);
}

__u32 ring_index(const struct ring_pages *pages)
{
	return __atomic_load_n(&pages->own->index, __ATOMIC_ACQUIRE);
}

__u32 ring_other_index(const struct ring_pages *pages)
{
	return __atomic_load_n(&pages->other->index, __ATOMIC_ACQUIRE);
}

__u32 ring_notice(const struct ring_pages *pages)
{
	return __atomic_load_n(&pages->own->notice, __ATOMIC_RELAXED);
}

__u32 ring_other_notice(const struct ring_pages *pages)
{
	return __atomic_load_n(&pages->other->notice, __ATOMIC_RELAXED);
}

int ring_publish(struct ring_pages *pages, __u32 index)
{
	__u32 notice;
	int error;

	__atomic_store_n(&pages->own->index, index, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	notice = ring_other_notice(pages);
	if (!(notice & IPCCHAN_RING_AWAITS) ||
	    (__s32)(index - (notice & IPCCHAN_RING_NOTICE_INDEX)) < 0)
		return 0;
	error = ring_wake(pages->fd);
	return error ? error : 1;
}

static __u64 slept(int end, int which)
{
	struct ipcchan_ring_info info = ring_info(end);

	return which == PRODUCER ? info.producer_waits : info.consumer_waits;
}

bool await_slept(int end, int which, __u64 times)
{
	__u64 deadline = deadline_must_happen();

	while (slept(end, which) < times) {
		if (now_ns(CLOCK_MONOTONIC) > deadline)
			return false;
		nap();
	}
	return slept(end, which) == times;
}

static __u32 state(int end, int which)
{
	struct ipcchan_ring_info info = ring_info(end);

	return which == PRODUCER ? info.producer : info.consumer;
}

bool await_ring_state(int end, int which, __u32 wanted)
{
	__u64 deadline = deadline_must_happen();

	while (state(end, which) != wanted) {
		if (now_ns(CLOCK_MONOTONIC) > deadline)
			return false;
		nap();
	}
	return true;
}
