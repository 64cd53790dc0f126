/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of the demo: one problem each. Each says what happened, in numbers, and
 * whether all was as it must be.
 */
#ifndef DEMO_PARTS_H
#define DEMO_PARTS_H

#include <ipcchan.h>
#include <stdbool.h>

/** race_run - several add to one counter */
bool race_run(struct ipcchan *session);

/** buffer_run - producers and consumers, and a few places between them */
bool buffer_run(struct ipcchan *session);

/** readers_run - readers and writers */
bool readers_run(struct ipcchan *session);

/** philosophers_run - the dining philosophers, in four ways */
bool philosophers_run(struct ipcchan *session);

/** barber_run - the sleeping barber */
bool barber_run(struct ipcchan *session);

/** smokers_run - the cigarette smokers */
bool smokers_run(struct ipcchan *session);

/** bridge_run - a bridge with one lane */
bool bridge_run(struct ipcchan *session);

/** phases_run - a computation in phases, and a party that dies */
bool phases_run(struct ipcchan *session);

/** priority_run - the important one waits for one that is not */
bool priority_run(struct ipcchan *session);

/** death_run - an owner dies in its critical section */
bool death_run(struct ipcchan *session);

/** services_run - two services ask each other */
bool services_run(struct ipcchan *session);

#endif /* DEMO_PARTS_H */
