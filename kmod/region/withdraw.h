/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Withdrawing: pages from who uses them.
 */
#ifndef IPCCHAN_WITHDRAW_H
#define IPCCHAN_WITHDRAW_H

#include <linux/types.h>

struct file;

/**
 * DOC: Withdrawing
 *
 * Pages change hands under the lock of the region's loans, exclusive, so that no
 * fault asks meanwhile whose they are: refuse those that a device may write to; zap
 * them in all mappings; lock each, and zap it again if it is mapped; then note whose
 * they are now. The third step is for who was in the middle of a fault::
 *
 *   fault (old owner)                     hand-over
 *   -----------------                     ---------
 *   lock, shared: it is mine
 *   locks the page
 *   unlock
 *                                         lock, exclusive
 *                                         zaps: not mapped yet
 *                                         locks the page: waits
 *   maps the page
 *   unlocks the page
 *                                         is mapped: zaps again
 *                                         it is another's; unlock
 *
 * Without it the old owner would keep a mapping. A fault that comes later finds
 * whose the page is.
 *
 * A reference that is left then is none of a mapping: vmsplice(2) has put the page
 * into a pipe, or get_user_pages() has given it to somebody who does not say so by a
 * pin. It would let the old owner go on, so the hand-over is refused. The kernel has
 * references of its own for a while, in lists of each CPU which it works off later:
 * these are emptied, once, before somebody is suspected.
 */

bool ipcchan_pages_zap(struct file *shm, pgoff_t first, pgoff_t last);
int ipcchan_pages_withdraw(struct file *shm, pgoff_t first, pgoff_t last);

#endif /* IPCCHAN_WITHDRAW_H */
