// SPDX-License-Identifier: GPL-2.0
/*
 * Trace events: their definitions, and the one switch of those of ioctls.
 */
#define CREATE_TRACE_POINTS
#include "observe/trace.h"

/* On while any event of an ioctl is: so the dispatcher has one to look at. */
DEFINE_STATIC_KEY_FALSE(ipcchan_calls_traced);

/**
 * ipcchan_calls_trace() - an event of an ioctl is traced now
 *
 * Return: 0.
 */
int ipcchan_calls_trace(void)
{
	static_branch_inc(&ipcchan_calls_traced);
	return 0;
}

/**
 * ipcchan_calls_untrace() - it is not traced any more
 */
void ipcchan_calls_untrace(void)
{
	static_branch_dec(&ipcchan_calls_traced);
}
