/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Steps: the functions of the module that a process enters, counted by the
 * kernel's function tracer, which sends SIGKILL at the chosen one.
 */
#ifndef DEATH_STEPS_H
#define DEATH_STEPS_H

/** steps_missing - what the kernel lacks, or NULL */
const char *steps_missing(void);

/** steps_arm - from here on this process is killed at the @nth step */
void steps_arm(unsigned int nth);

/** steps_disarm - it is not any more; by itself, or after its death */
void steps_disarm(void);

#endif /* DEATH_STEPS_H */
