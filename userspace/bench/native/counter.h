/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counting the system calls of this process and its threads, without slowing it down.
 */
#ifndef NATIVE_COUNTER_H
#define NATIVE_COUNTER_H

#include <stdint.h>

/* What counter_read() returns if nothing is counted. */
#define UNKNOWN	UINT64_MAX

/**
 * counter_prepare - make counting possible for the children of this process
 *
 * It counts by a tracepoint, which takes root. Without, only that column is empty.
 */
void counter_prepare(void);

/** counter_start - count in this process, and in threads that begin from now on */
void counter_start(void);

/** counter_read - how many until now, or UNKNOWN; this is one itself */
uint64_t counter_read(void);

#endif /* NATIVE_COUNTER_H */
