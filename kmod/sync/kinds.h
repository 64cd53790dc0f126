/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kinds of objects for synchronisation, each in a file of its own.
 */
#ifndef IPCCHAN_SYNC_KINDS_H
#define IPCCHAN_SYNC_KINDS_H

#include <linux/init.h>

#include "wait/process.h"

struct file;
struct ipcchan_sync;

void __init ipcchan_barrier_init(void);
void __init ipcchan_condvar_init(void);
void __init ipcchan_event_init(void);
void __init ipcchan_mutex_init(void);
void __init ipcchan_rwlock_init(void);
void __init ipcchan_semaphore_init(void);
void __init ipcchan_wait_list_init(void);
void __init ipcchan_wait_many_init(void);

/* The kernel has functions of the names that these would have if they were static. */
long ipcchan_mutex_lock(struct file *file, void *arg);
long ipcchan_mutex_unlock(struct file *file, void *arg);

/* What a condition variable does with its mutex: mutex.c */
struct ipcchan_sync *ipcchan_mutex_of_file(const struct file *file);
int ipcchan_mutex_put_down(struct ipcchan_sync *sync)
	__must_hold(&ipcchan_waits.lock);

#endif /* IPCCHAN_SYNC_KINDS_H */
