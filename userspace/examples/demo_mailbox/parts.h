/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of the demo. Each shows a table and a sentence, and says whether all
 * was as it must be.
 */
#ifndef DEMO_PARTS_H
#define DEMO_PARTS_H

#include <ipcchan.h>
#include <stdbool.h>

/** policies_run - one producer and a slow consumer, under each policy */
bool policies_run(struct ipcchan *session);

/** fairness_run - a flooder and tricklers, in order of arrival and in turns */
bool fairness_run(struct ipcchan *session);

/** broadcast_run - one publisher, and subscribers of whom two are slow */
bool broadcast_run(struct ipcchan *session);

/** barber_run - the sleeping barber */
bool barber_run(struct ipcchan *session);

#endif /* DEMO_PARTS_H */
