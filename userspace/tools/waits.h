/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waits: who waits for whom, for the doctor.
 */
#ifndef IPCCHAN_WAITS_H
#define IPCCHAN_WAITS_H

#include <stdint.h>

enum waits_format {
	WAITS_TREE,
	WAITS_JSON,
	WAITS_DOT,
};

/* Print all waits; those older than @stuck_ns are marked. */
void print_waits(enum waits_format format, uint64_t stuck_ns);

#endif /* IPCCHAN_WAITS_H */
