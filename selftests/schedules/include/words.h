/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Forced into every file of the module, as compat.h is: what is said of locks, and
 * words of the kernel that no header of its tools/ has.
 */
#ifndef IPCCHAN_SCHEDULES_WORDS_H
#define IPCCHAN_SCHEDULES_WORDS_H

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/rcupdate.h>

#define __guarded_by(...)
#define __must_hold_shared(...)
#define __context_unsafe(comment)
#define __exit
#define __uninitialized
#define noinline_for_stack	__attribute__((__noinline__))
#define lockdep_assert_held(lock) assert((lock)->is_held)
/* Nobody runs beside: it pairs with nothing. */
#define smp_store_release(p, value) ((void)(*(p) = (value)))
/* Likewise. */
#define smp_store_mb(variable, value) ((variable) = (value))
#define strscpy_pad(to, from, size) strncpy(to, from, size)

#define ERESTARTSYS 512
#define PAGE_SIZE 4096
#define U16_MAX ((u16)~0U)

#endif /* IPCCHAN_SCHEDULES_WORDS_H */
