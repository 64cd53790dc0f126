/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is in a message: every byte of it is written by who sends it, and checked by
 * who receives it, as programs do that have something to say.
 */
#ifndef NATIVE_PAYLOAD_H
#define NATIVE_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In place of a number: no message follows. */
#define LAST	UINT64_MAX

/** payload_fill - make the message with @number, of @size bytes, a multiple of 8 */
void payload_fill(void *message, size_t size, uint64_t number);

/** payload_check - end the process unless the message is that with @number, or LAST;
 * returns: it is not LAST
 */
bool payload_check(const void *message, size_t size, uint64_t number);

#endif /* NATIVE_PAYLOAD_H */
