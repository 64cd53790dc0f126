// SPDX-License-Identifier: GPL-2.0
/*
 * Guards of ipcchan.hpp, for lib_sync_cxx_test.c. It uses nothing of the C++ library, which
 * need not be where the tests run.
 */
#include <ipcchan.hpp>

#include "guards.h"

int cxx_lock_mutex(int mutex, void (*look)(int mutex))
{
	ipcchan_mutex_guard guard(mutex);

	look(mutex);
	return guard.result();
}

int cxx_write(int rwlock, void (*look)(int rwlock))
{
	ipcchan_write_guard guard(rwlock);

	look(rwlock);
	return guard.result();
}

int cxx_read(int rwlock, void (*look)(int rwlock))
{
	ipcchan_read_guard guard(rwlock);

	look(rwlock);
	return guard.result();
}

int cxx_repair(int mutex)
{
	ipcchan_mutex_guard guard(mutex);

	if (guard.result() == IPCCHAN_OWNER_DEAD)
		ipcchan_mutex_consistent(mutex);
	return guard.result();
}

int cxx_tells_whether_it_locked(int mutex)
{
	ipcchan_mutex_guard guard(mutex);

	return guard ? guard.result() >= 0 : guard.result() < 0;
}

int cxx_unlock_twice(int mutex, void (*look)(int mutex))
{
	ipcchan_mutex_guard guard(mutex);
	int result = guard.unlock();

	look(mutex);
	return result ? result : guard.unlock();
}
