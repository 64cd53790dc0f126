/* SPDX-License-Identifier: GPL-2.0 */
/*
 * There is nothing to define.
 */
#ifndef IPCCHAN_SCHEDULES_TRACE_DEFINE_TRACE_H
#define IPCCHAN_SCHEDULES_TRACE_DEFINE_TRACE_H

/* See linux/tracepoint.h. */

#endif /* IPCCHAN_SCHEDULES_TRACE_DEFINE_TRACE_H */
