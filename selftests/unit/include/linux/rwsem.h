/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A lock as the kernel's tools/ have it, and what is said of locks: the module's
 * build checks that.
 */
#ifndef IPCCHAN_LINUX_RWSEM_H
#define IPCCHAN_LINUX_RWSEM_H

#include_next <linux/rwsem.h>

#define __guarded_by(...)
#define __must_hold_shared(...)
#define __context_unsafe(comment)
#define lockdep_assert_held(lock) ((void)(lock))

#endif /* IPCCHAN_LINUX_RWSEM_H */
