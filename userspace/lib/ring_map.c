// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Memory of an end of a ring: where its pages are mapped.
 *
 * One piece of address space, in this order::
 *
 *   guard | own page | other's page | guard | data | data again | guard
 *
 * Each guard is a page that cannot be touched, so a program that leaves its record
 * finds out at once.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ring.h"

/* The places of the above, in pages. */
#define PLACE_OWN	1
#define PLACE_PEER	2
#define PLACE_DATA	4
#define NR_NOT_DATA	5

#define NR_AREAS	4

static size_t page_size(void)
{
	return sysconf(_SC_PAGESIZE);
}

static size_t bytes_of_pages(const struct ipcchan_ring *ring)
{
	return NR_NOT_DATA * page_size() + 2 * (size_t)ring->size;
}

static char *place(const struct ipcchan_ring *ring, unsigned int number)
{
	return ring->pages + number * page_size();
}

static bool is_producer(const struct ipcchan_ring *ring)
{
	return ring->rights & IPCCHAN_RIGHT_SEND;
}

/* Address space for all, in which nothing else can be in between. */
static int reserve_pages(struct ipcchan_ring *ring)
{
	int saved = errno;
	size_t bytes = bytes_of_pages(ring);
	void *pages = mmap(NULL, bytes, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	errno = saved;
	if (pages == MAP_FAILED)
		return -ENOMEM;
	ring->pages = pages;
	return 0;
}

static void free_pages(struct ipcchan_ring *ring)
{
	int saved = errno;

	munmap(ring->pages, bytes_of_pages(ring));
	errno = saved;
	ring->pages = NULL;
}

/**
 * struct area - a part of the descriptor, and where it is to be
 * @address: Where.
 * @offset: IPCCHAN_RING_PRODUCER, CONSUMER or DATA.
 * @size: Bytes.
 * @protection: PROT_*.
 */
struct area {
	char *address;
	off_t offset;
	size_t size;
	int protection;
};

static int map_area(const struct ipcchan_ring *ring, const struct area *area)
{
	int saved = errno;
	void *mapped = mmap(area->address, area->size, area->protection,
			    MAP_SHARED | MAP_FIXED, ring->fd, area->offset);
	int error = mapped == MAP_FAILED ? -errno : 0;

	errno = saved;
	return error;
}

/* Each end writes its own page, and the producer writes the data too. */
static void list_areas(const struct ipcchan_ring *ring,
		       struct area areas[NR_AREAS])
{
	bool writes = is_producer(ring);
	int both = PROT_READ | PROT_WRITE;

	areas[0] = (struct area){
		.address = place(ring, PLACE_OWN),
		.offset = writes ? IPCCHAN_RING_PRODUCER : IPCCHAN_RING_CONSUMER,
		.size = page_size(),
		.protection = both,
	};
	areas[1] = (struct area){
		.address = place(ring, PLACE_PEER),
		.offset = writes ? IPCCHAN_RING_CONSUMER : IPCCHAN_RING_PRODUCER,
		.size = page_size(),
		.protection = PROT_READ,
	};
	areas[2] = (struct area){
		.address = place(ring, PLACE_DATA),
		.offset = IPCCHAN_RING_DATA,
		.size = ring->size,
		.protection = writes ? both : PROT_READ,
	};
	areas[3] = areas[2];
	areas[3].address += ring->size;
}

static int map_areas(const struct ipcchan_ring *ring)
{
	struct area areas[NR_AREAS];
	int error = 0;
	size_t i;

	list_areas(ring, areas);
	for (i = 0; i < NR_AREAS && !error; i++)
		error = map_area(ring, &areas[i]);
	return error;
}

/*
 * A child has none of it, so the addresses are free there for anything: they must
 * not be unmapped by a child that closes what its parent mapped.
 */
static void keep_from_children(const struct ipcchan_ring *ring)
{
	int saved = errno;

	madvise(ring->pages, bytes_of_pages(ring), MADV_DONTFORK);
	errno = saved;
}

static int begin_side(struct ipcchan_ring *ring)
{
	struct ipcchan_ring_side *side = ipcchan_ring_side(ring);

	side->own = (void *)place(ring, PLACE_OWN);
	side->peer = (void *)place(ring, PLACE_PEER);
	side->data = place(ring, PLACE_DATA);
	side->mask = ring->size - 1;
	return ipcchan_side_begin(side, is_producer(ring) ? ring->size : 0);
}

static bool is_mapped(const struct ipcchan_ring *ring)
{
	return ring->pages && ring->owner == getpid();
}

int ipcchan_ring_map(struct ipcchan_ring *ring)
{
	const struct ipcchan_ring_side *side = ipcchan_ring_side(ring);
	int error;

	if (side->error == -EPERM || side->error == -EPROTO)
		return side->error;
	if (is_mapped(ring))
		return 0;
	error = reserve_pages(ring);
	if (error)
		return error;
	error = map_areas(ring);
	if (error) {
		free_pages(ring);
		return error;
	}
	keep_from_children(ring);
	ring->owner = getpid();
	ipcchan_spin_init(&ring->spin, ring->spin_most);
	return begin_side(ring);
}

void ipcchan_ring_unmap(struct ipcchan_ring *ring)
{
	if (is_mapped(ring))
		free_pages(ring);
	ring->pages = NULL;
	ipcchan_ring_stop(ring);
}
