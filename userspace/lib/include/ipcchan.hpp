/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * libipcchan for C++11: locks that end with their scope. No exception is thrown, so who
 * declares one looks at its result() first.
 */
#ifndef IPCCHAN_HPP
#define IPCCHAN_HPP

#include <cerrno>
#include <ipcchan.h>

/*
 * What the guards share: a lock that was locked, or not, and is unlocked by Unlock. As
 * after IPCCHAN_MUTEX_SCOPE(), one whose result() is IPCCHAN_OWNER_DEAD can be locked no
 * more if it is not marked consistent before it is unlocked.
 */
template <int (*Unlock)(int)> class ipcchan_guard {
public:
	ipcchan_guard(const ipcchan_guard &) = delete;
	ipcchan_guard &operator=(const ipcchan_guard &) = delete;

	~ipcchan_guard()
	{
		unlock();
	}

	/* 0, IPCCHAN_OWNER_DEAD, or -errno: it is not locked. */
	int result() const
	{
		return result_;
	}

	explicit operator bool() const
	{
		return is_locked_;
	}

	/* Before the scope ends: 0 or -errno; -EPERM if it is not locked. */
	int unlock()
	{
		if (!is_locked_)
			return -EPERM;
		is_locked_ = false;
		return Unlock(lock_);
	}

protected:
	ipcchan_guard(int lock, int result)
		: lock_(lock), result_(result), is_locked_(result >= 0)
	{
	}

private:
	int lock_;
	int result_;
	bool is_locked_;
};

/* A mutex, by ipcchan_mutex_lock(). */
class ipcchan_mutex_guard : public ipcchan_guard<ipcchan_mutex_unlock> {
public:
	explicit ipcchan_mutex_guard(
		int mutex, const ipcchan_lock_options *options = nullptr)
		: ipcchan_guard(mutex, ipcchan_mutex_lock(mutex, options))
	{
	}
};

/* A reader/writer lock for writing, by ipcchan_rwlock_lock(). */
class ipcchan_write_guard : public ipcchan_guard<ipcchan_rwlock_unlock> {
public:
	explicit ipcchan_write_guard(
		int rwlock, const ipcchan_lock_options *options = nullptr)
		: ipcchan_guard(rwlock, ipcchan_rwlock_lock(rwlock, options))
	{
	}
};

/* The same for reading. */
class ipcchan_read_guard : public ipcchan_guard<ipcchan_rwlock_unlock> {
public:
	explicit ipcchan_read_guard(
		int rwlock, ipcchan_lock_options options = IPCCHAN_LOCK_OPTIONS)
		: ipcchan_guard(rwlock, lock(rwlock, options))
	{
	}

private:
	static int lock(int rwlock, ipcchan_lock_options &options)
	{
		options.flags |= IPCCHAN_RWLOCK_SHARED;
		return ipcchan_rwlock_lock(rwlock, &options);
	}
};

#endif /* IPCCHAN_HPP */
