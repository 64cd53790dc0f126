/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What lib_sync_cxx_test.c has done in C++. Each locks, calls @look, and leaves the scope.
 */
#ifndef GUARDS_H
#define GUARDS_H

#ifdef __cplusplus
extern "C" {
#endif

/* Each returns the result of locking. */
int cxx_lock_mutex(int mutex, void (*look)(int mutex));
int cxx_write(int rwlock, void (*look)(int rwlock));
int cxx_read(int rwlock, void (*look)(int rwlock));

/* Marks the mutex consistent if its owner has died: likewise. */
int cxx_repair(int mutex);

/* Locks, or does not: is that what the guard says as a bool? */
int cxx_tells_whether_it_locked(int mutex);

/* Unlocks before the scope ends, then calls @look: what unlocking twice returned. */
int cxx_unlock_twice(int mutex, void (*look)(int mutex));

#ifdef __cplusplus
}
#endif

#endif /* GUARDS_H */
