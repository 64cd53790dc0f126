/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pairs of AF_UNIX sockets, of one type or another: a pair for each channel.
 */
#ifndef BENCH_SOCKETS_H
#define BENCH_SOCKETS_H

#include "mechanism.h"

/** sockets_can - can they hold what @shape wants? */
bool sockets_can(const struct shape *shape);

/** sockets_open - make pairs of @type */
void sockets_open(int type, const struct shape *shape);

/** sockets_in - the end of @channel that is written to */
int sockets_in(unsigned int channel);

/** sockets_out - that which is read from */
int sockets_out(unsigned int channel);

void sockets_close(void);

#endif /* BENCH_SOCKETS_H */
