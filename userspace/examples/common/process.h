/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes: each part of the demo starts its own.
 */
#ifndef DEMO_PROCESS_H
#define DEMO_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/** process_start - as fork(2), but the child does not outlive its parent */
pid_t process_start(void);

/** process_join - wait for the end of a child; did it exit with 0? */
bool process_join(pid_t pid);

#endif /* DEMO_PROCESS_H */
