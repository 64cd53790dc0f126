/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes and messages on standard output, past stdio: what is not written is
 * known at once.
 */
#ifndef IPCCHAN_PRINT_H
#define IPCCHAN_PRINT_H

#include <ipcchan.h>

#include "options.h"

/* 0 or -errno; -EINTR only if watch_says_stop(). */
int print_bytes(const void *data, size_t size);
int print_message(const struct print_options *options,
		  const struct ipcchan_message *message);

#endif /* IPCCHAN_PRINT_H */
