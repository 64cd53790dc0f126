// SPDX-License-Identifier: GPL-2.0
/*
 * Shared memory, and an eventfd(2) for each channel that counts what is there.
 */
#include <err.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "slots.h"

static int *events;
static unsigned int nr_events;

static void set_up(const struct shape *shape)
{
	slots_open(shape);
	nr_events = shape->channels;
	events = calloc(nr_events, sizeof(*events));
	if (!events)
		err(1, "calloc");
	for (unsigned int i = 0; i < nr_events; i++) {
		events[i] = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
		if (events[i] < 0)
			err(1, "eventfd");
	}
}

static void put(unsigned int channel, struct payload *payload, size_t size)
{
	const uint64_t one = 1;

	slots_put(channel, payload, size);
	must(write(events[channel], &one, sizeof(one)), sizeof(one), "write");
}

static void take(unsigned int channel, struct payload *payload, size_t size)
{
	uint64_t count;

	must(read(events[channel], &count, sizeof(count)), sizeof(count),
	     "read");
	slots_take(channel, payload, size);
}

static int fd(unsigned int channel)
{
	return events[channel];
}

static void tear_down(void)
{
	for (unsigned int i = 0; i < nr_events; i++)
		close(events[i]);
	free(events);
	slots_close();
}

const struct mechanism eventfd_mechanism = {
	.name = "eventfd, shm",
	.is_rival = true,
	.can = slots_can,
	.open = set_up,
	.send = put,
	.receive = take,
	.fd = fd,
	.close = tear_down,
};
