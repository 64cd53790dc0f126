/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring without the device: a memfd for its pages, and a stand-in for the kernel that
 * keeps the same rules. One ring a process; forked children share it.
 */
#ifndef STAND_IN_H
#define STAND_IN_H

#include "ring.h"

#define PRODUCER	0
#define CONSUMER	1

/**
 * struct stand_in_end - what the stand-in knows of one end
 * @page: What the end itself can write, as it would be.
 * @goal: Index that the sleeper of this end waits for.
 * @sleeps: Is there one?
 * @has_ended: Is the end gone?
 * @word: Futex; counts what sleepers are woken for.
 * @nr_sleeps: How often somebody slept.
 */
struct stand_in_end {
	struct ipcchan_ring_end *page;
	uint32_t goal;
	bool sleeps;
	bool has_ended;
	uint32_t word;
	uint64_t nr_sleeps;
};

/* Make the ring of this process and its children, in place of the one before. */
void stand_in_create(uint32_t size);

/* Its end, mapped: PRODUCER or CONSUMER. */
struct ipcchan_ring *stand_in_open(unsigned int end);

/* What the kernel does when an end is gone. */
void stand_in_end_ends(unsigned int end);

/* What is known of an end. */
const struct stand_in_end *stand_in_look(unsigned int end);

/* A number from the environment, or 0. */
uint64_t number_of(const char *variable);

#endif /* STAND_IN_H */
