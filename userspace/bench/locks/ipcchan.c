// SPDX-License-Identifier: GPL-2.0
/*
 * Our mutexes and semaphores, these plain, and held by the thread that has them.
 */
#include <ipcchan.h>
#include <unistd.h>

#include "lock.h"

static struct ipcchan *session;
static int locks[LOCKS];

static int new_mutex(void)
{
	return ipcchan_mutex_open(session, NULL, IPCCHAN_RIGHT_WAIT, NULL);
}

static int new_semaphore(void)
{
	struct ipcchan_semaphore_options options = IPCCHAN_SEMAPHORE_OPTIONS;

	options.value = 1;
	options.max = 1;
	return ipcchan_semaphore_open(session, NULL, IPCCHAN_RIGHT_WAIT |
				      IPCCHAN_RIGHT_SIGNAL, &options);
}

static void set_up_by(int (*new_lock)(void))
{
	must_not_fail(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	for (int i = 0; i < LOCKS; i++)
		locks[i] = must_not_fail(new_lock(), "create a lock");
}

static void set_up_mutexes(void)
{
	set_up_by(new_mutex);
}

static void set_up_semaphores(void)
{
	set_up_by(new_semaphore);
}

static void lock(unsigned int which)
{
	must(must_not_fail(ipcchan_mutex_lock(locks[which], NULL), "lock"), 0, "lock");
}

static void unlock(unsigned int which)
{
	must_not_fail(ipcchan_mutex_unlock(locks[which]), "unlock");
}

static void acquire(unsigned int which)
{
	must_not_fail(ipcchan_semaphore_acquire(locks[which], 1, NULL), "acquire");
}

static void release(unsigned int which)
{
	must_not_fail(ipcchan_semaphore_release(locks[which], 1, 0), "release");
}

static void acquire_undo(unsigned int which)
{
	struct ipcchan_wait_options options = IPCCHAN_WAIT_OPTIONS;

	options.flags = IPCCHAN_SEMAPHORE_UNDO;
	must_not_fail(ipcchan_semaphore_acquire(locks[which], 1, &options), "acquire");
}

static void release_undo(unsigned int which)
{
	must_not_fail(ipcchan_semaphore_release(locks[which], 1,
						IPCCHAN_SEMAPHORE_UNDO), "release");
}

static void tear_down(void)
{
	for (int i = 0; i < LOCKS; i++)
		close(locks[i]);
	ipcchan_session_close(session);
}

const struct lock mutex_lock = {
	.name = "ipcchan mutex",
	.set_up = set_up_mutexes,
	.take = lock,
	.give = unlock,
	.tear_down = tear_down,
};

const struct lock semaphore_lock = {
	.name = "ipcchan semaphore",
	.set_up = set_up_semaphores,
	.take = acquire,
	.give = release,
	.tear_down = tear_down,
};

const struct lock semaphore_undo_lock = {
	.name = "ipcchan semaphore, UNDO",
	.set_up = set_up_semaphores,
	.take = acquire_undo,
	.give = release_undo,
	.tear_down = tear_down,
};
