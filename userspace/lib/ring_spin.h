/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Spinning: to wait a moment without the kernel, as long as that pays.
 */
#ifndef IPCCHAN_RING_SPIN_H
#define IPCCHAN_RING_SPIN_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct ipcchan_ring_spin - how long to spin before sleeping
 * @most: Pauses that one spin never exceeds; 0: there is no spinning.
 * @now: Pauses of the next spin: doubled by one that was worth it, halved by one that
 *	was not.
 */
struct ipcchan_ring_spin {
	uint32_t most;
	uint32_t now;
};

/*
 * Spin for at most @most pauses, IPCCHAN_DEFAULT for what the library thinks good; or
 * not at all where only one CPU may run this process, which the other end then needs.
 */
void ipcchan_spin_init(struct ipcchan_ring_spin *spin, uint32_t most);

/* Is it worth spinning, as far as is known? */
bool ipcchan_spin_pays(const struct ipcchan_ring_spin *spin);

/* Spin until the index at @index reaches @goal: did it? */
bool ipcchan_spin_until(struct ipcchan_ring_spin *spin, const uint32_t *index,
			uint32_t goal);

#endif /* IPCCHAN_RING_SPIN_H */
