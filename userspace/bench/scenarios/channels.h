/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the scenarios have in common that use channels: all mechanisms that can, in turn.
 */
#ifndef BENCH_CHANNELS_H
#define BENCH_CHANNELS_H

#include "../measure.h"
#include "../mechanisms/mechanism.h"
#include "scenario.h"

/**
 * struct plan - a case of a scenario
 * @subject: What is measured; its mechanism is filled in, and its size is that of @shape.
 * @shape: What it takes.
 * @can: A mechanism is left out if this says so; NULL: it need not be asked.
 */
struct plan {
	struct subject subject;
	struct shape shape;
	bool (*can)(const struct mechanism *mechanism);
};

/* The mechanism that is measured now. */
extern const struct mechanism *channels;

/** channels_run - measure @plan by all mechanisms that can */
void channels_run(const struct plan *plan);

/** channels_open - for a work's @set_up: as the plan says */
void channels_open(size_t size);

/** channels_close - for its @tear_down */
void channels_close(void);

#endif /* BENCH_CHANNELS_H */
