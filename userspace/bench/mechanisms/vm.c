// SPDX-License-Identifier: GPL-2.0
/*
 * process_vm_writev(2) into the memory of the other process, and an eventfd(2) for each
 * channel that counts what is there. Who writes has to be allowed to trace that process.
 */
#include <err.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "mechanism.h"

#define CHANNELS	2

/**
 * struct window - where a channel is written to
 * @room: Memory that each process has of its own, at one address.
 * @arrived: Counts what was written to it.
 * @opened: Counts up when it has a reader.
 * @is_reader: This process has said that it reads.
 */
struct window {
	void *room;
	int arrived;
	int opened;
	bool is_reader;
};

static struct window windows[CHANNELS];
static size_t room_size;
static unsigned int nr_windows;

/* Who reads each of them; in memory that both processes have. 0: nobody yet. */
static pid_t *readers;

/*
 * One payload fits into a window, and is in the way of the next. Who writes first waits
 * for a reader.
 */
static bool can(const struct shape *shape)
{
	return shape->order == BY_ARRIVAL && !shape->streams && shape->size &&
	       !shape->depth && shape->channels == CHANNELS;
}

static int new_event(void)
{
	int event = eventfd(0, EFD_CLOEXEC);

	if (event < 0)
		err(1, "eventfd");
	return event;
}

static void set_up(const struct shape *shape)
{
	nr_windows = shape->channels;
	room_size = shape->size;
	readers = shared_new(CHANNELS * sizeof(*readers));
	for (unsigned int i = 0; i < nr_windows; i++) {
		void *room = mmap(NULL, room_size, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (room == MAP_FAILED)
			err(1, "mmap");
		windows[i] = (struct window){
			.room = room,
			.arrived = new_event(),
			.opened = new_event(),
		};
	}
}

static void count_up(int event)
{
	const uint64_t one = 1;

	must(write(event, &one, sizeof(one)), sizeof(one), "write");
}

static void await(int event)
{
	uint64_t count;

	must(read(event, &count, sizeof(count)), sizeof(count), "read");
}

static void put(unsigned int channel, struct payload *payload, size_t size)
{
	const struct window *window = &windows[channel];
	struct iovec from = { &payload->round, size };
	struct iovec to = { window->room, size };

	if (!readers[channel])
		await(window->opened);
	must(process_vm_writev(readers[channel], &from, 1, &to, 1, 0), size,
	     "process_vm_writev");
	count_up(window->arrived);
}

/* The process that takes out first is the one that does. */
static void be_reader(unsigned int channel)
{
	readers[channel] = getpid();
	windows[channel].is_reader = true;
	count_up(windows[channel].opened);
}

static void take(unsigned int channel, struct payload *payload, size_t size)
{
	if (!windows[channel].is_reader)
		be_reader(channel);
	await(windows[channel].arrived);
	memcpy(&payload->round, windows[channel].room, size);
}

static void tear_down(void)
{
	for (unsigned int i = 0; i < nr_windows; i++) {
		munmap(windows[i].room, room_size);
		close(windows[i].arrived);
		close(windows[i].opened);
	}
	shared_free(readers, CHANNELS * sizeof(*readers));
}

const struct mechanism vm_mechanism = {
	.name = "process_vm_writev",
	.is_rival = true,
	.can = can,
	.open = set_up,
	.send = put,
	.receive = take,
	.close = tear_down,
};
