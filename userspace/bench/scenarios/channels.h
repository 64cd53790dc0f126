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

/* The server that this process is, for works with several. */
extern unsigned int channels_server;

/** channels_run - measure @plan by all mechanisms that can */
void channels_run(const struct plan *plan);

/** channels_open - for a work's @set_up: as the plan says */
void channels_open(size_t size);

/** channels_close - for its @tear_down */
void channels_close(void);

/** channels_be - for its @be */
void channels_be(unsigned int who);

/** channels_watch - an epoll(7) set of the channels from @first to before @end, by number */
int channels_watch(unsigned int first, unsigned int end);

/** channels_can_receive - for a plan's @can: requests can be sent and received apart */
bool channels_can_receive(const struct mechanism *mechanism);

/** channels_can_share - likewise: and by several, in any order; a ring has two ends */
bool channels_can_share(const struct mechanism *mechanism);

/** channels_can_poll - likewise: and a descriptor tells that there are some */
bool channels_can_poll(const struct mechanism *mechanism);

#endif /* BENCH_CHANNELS_H */
