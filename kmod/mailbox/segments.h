/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Segments: the bytes of a message, in one piece of user memory or in several.
 */
#ifndef IPCCHAN_SEGMENTS_H
#define IPCCHAN_SEGMENTS_H

#include <linux/types.h>

struct ipcchan_message;

int ipcchan_segments_check(const struct ipcchan_message *slot);
int ipcchan_segments_load(const struct ipcchan_message *slot, void *data);
int ipcchan_segments_store(const struct ipcchan_message *slot,
			   const void *data, u32 size);

#endif /* IPCCHAN_SEGMENTS_H */
