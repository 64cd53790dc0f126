/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Freezing: a region that nobody may write, for a while.
 */
#ifndef IPCCHAN_FREEZE_H
#define IPCCHAN_FREEZE_H

struct file;

/**
 * DOC: Freezing
 *
 * A frozen page stays readable where it is mapped, so a mapping must not be writable
 * before somebody writes: the kernel asks page_mkwrite then. That costs a fault for
 * each page that is read before it is written, where one fault maps sixteen
 * otherwise, and keeps a huge page that was read first from being mapped as one. So
 * only regions that were created with IPCCHAN_OPEN_FREEZE have it; others are as
 * quick as ever, and cannot be frozen. It is as with the seals of memfd_create(2).
 */

long ipcchan_region_freeze(struct file *file, void *arg);
long ipcchan_region_thaw(struct file *file, void *arg);

#endif /* IPCCHAN_FREEZE_H */
