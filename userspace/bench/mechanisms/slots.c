// SPDX-License-Identifier: GPL-2.0
/*
 * Payloads in memory that all processes have, for ways that only tell that one is there.
 */
#include "slots.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY_MAX	(256UL << 20)

/**
 * struct channel - one way round
 * @put: How many payloads were put there, on a line of its own.
 * @line: The rest of that.
 * @taken: How many were taken out, likewise.
 * @next_line: The rest of that.
 * @bytes: Room for the payloads.
 */
struct channel {
	uint32_t put;
	unsigned char line[60];
	uint32_t taken;
	unsigned char next_line[60];
	unsigned char bytes[];
};

static unsigned char *memory;
static size_t channel_size;
static size_t slot_size;
static unsigned int nr_slots;
static unsigned int nr_channels;

static size_t room_of(const struct shape *shape)
{
	return sizeof(struct channel) +
	       (shape->depth ?: 1) * ((shape->size + 63) & ~63UL);
}

bool slots_can(const struct shape *shape)
{
	return shape->order == BY_ARRIVAL && !shape->streams &&
	       shape->channels * room_of(shape) <= MEMORY_MAX;
}

void slots_open(const struct shape *shape)
{
	slot_size = (shape->size + 63) & ~63UL;
	nr_slots = shape->depth ?: 1;
	nr_channels = shape->channels;
	channel_size = room_of(shape);
	memory = shared_new(nr_channels * channel_size);
}

static struct channel *channel_of(unsigned int number)
{
	return (struct channel *)(memory + number * channel_size);
}

static unsigned char *slot_of(struct channel *channel, uint32_t number)
{
	return channel->bytes + number % nr_slots * slot_size;
}

/* Only one side puts into a channel, and the other one takes. */
void slots_put(unsigned int number, const struct payload *payload, size_t size)
{
	struct channel *channel = channel_of(number);
	uint32_t put = channel->put;

	if (__atomic_load_n(&channel->taken, __ATOMIC_ACQUIRE) + nr_slots == put)
		errx(1, "there is no room for more than %u payloads", nr_slots);
	memcpy(slot_of(channel, put), &payload->round, size);
	__atomic_store_n(&channel->put, put + 1, __ATOMIC_RELEASE);
}

void slots_take(unsigned int number, struct payload *payload, size_t size)
{
	struct channel *channel = channel_of(number);
	uint32_t taken = channel->taken;

	memcpy(&payload->round, slot_of(channel, taken), size);
	__atomic_store_n(&channel->taken, taken + 1, __ATOMIC_RELEASE);
}

uint32_t *slots_count(unsigned int number)
{
	return &channel_of(number)->put;
}

void slots_close(void)
{
	shared_free(memory, nr_channels * channel_size);
}
