/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Points of failure: the allocations and the copies from and to user memory
 * that a system call makes. The kernel fails the one that it is told to, if it
 * is built with CONFIG_FAULT_INJECTION; the log says which kind it was.
 */
#ifndef FAULT_POINTS_H
#define FAULT_POINTS_H

#include <stdbool.h>

/**
 * enum fault_kind - what failed
 * @FAULT_NONE: Nothing, there were not so many points.
 * @FAULT_MEMORY: An allocation.
 * @FAULT_COPY: A copy from or to user memory.
 */
enum fault_kind {
	FAULT_NONE,
	FAULT_MEMORY,
	FAULT_COPY,
};

/** faults_missing - what the kernel lacks, or NULL */
const char *faults_missing(void);

/**
 * faults_begin - from here on also allocations that may sleep can fail
 *
 * Return: false if that could not be set.
 */
bool faults_begin(void);

/** faults_end - set back what faults_begin() set */
void faults_end(void);

/** fault_arm - let the @nth point from here fail, in this thread; 0: none */
void fault_arm(unsigned int nth);

/** fault_disarm - what has failed since fault_arm() */
enum fault_kind fault_disarm(void);

/** faults_meet_kmemleak - is it on, which allocates too but needs not to? */
bool faults_meet_kmemleak(void);

/** faults_splat - has the kernel complained since this was last asked? */
bool faults_splat(void);

#endif /* FAULT_POINTS_H */
