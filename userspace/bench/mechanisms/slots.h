/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Payloads in memory that all processes have, for ways that only tell that one is there:
 * as many places for each channel as it may hold, used in turn.
 */
#ifndef BENCH_SLOTS_H
#define BENCH_SLOTS_H

#include "mechanism.h"

/** slots_can - is there room for what @shape wants? */
bool slots_can(const struct shape *shape);

void slots_open(const struct shape *shape);

/** slots_put - copy the next payload into @channel; there is room */
void slots_put(unsigned int channel, const struct payload *payload, size_t size);

/** slots_take - copy the oldest payload out of @channel; there is one */
void slots_take(unsigned int channel, struct payload *payload, size_t size);

/** slots_count - how many were put into @channel, for a futex(2) */
uint32_t *slots_count(unsigned int channel);

void slots_close(void);

#endif /* BENCH_SLOTS_H */
