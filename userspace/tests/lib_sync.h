/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of synchronisation share: calls of other threads. Included after
 * lib_test.h.
 */
#ifndef LIB_SYNC_H
#define LIB_SYNC_H

#include <pthread.h>

/**
 * struct other - a thread that makes one call, and ends
 * @thread: The thread.
 * @call: What it does.
 * @context: With what.
 * @result: What the call returned.
 */
struct other {
	pthread_t thread;
	int (*call)(void *context);
	void *context;
	int result;
};

static inline void *run_other(void *context)
{
	struct other *other = context;

	other->result = other->call(other->context);
	return NULL;
}

static inline void other_start(struct other *other, int (*call)(void *context),
			       void *context)
{
	other->call = call;
	other->context = context;
	if (pthread_create(&other->thread, NULL, run_other, other))
		abort();
}

static inline int other_join(struct other *other)
{
	if (pthread_join(other->thread, NULL))
		abort();
	return other->result;
}

/* What a call returns to another thread, which has ended by then. */
static inline int by_another(int (*call)(void *context), void *context)
{
	struct other other;

	other_start(&other, call, context);
	return other_join(&other);
}

/* Do so many come to stand in line for an object? */
static inline bool await_in_line(int fd, uint32_t count)
{
	uint64_t deadline =
		ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
	struct ipcchan_object_info info;

	do {
		if (ipcchan_object_info(fd, &info, sizeof(info)))
			abort();
		if (info.items == count)
			return true;
		nap();
	} while (ipcchan_deadline_in(0) < deadline);
	return false;
}

/* The number of an object, as a step of a deadlock tells it. */
static inline uint64_t id_of(int fd)
{
	struct ipcchan_object_info info;

	if (ipcchan_object_info(fd, &info, sizeof(info)))
		abort();
	return info.id;
}

/* Time as CLOCK_REALTIME has it; a deadline on that clock that has come. */
static inline uint64_t real_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return IPCCHAN_SECONDS(now.tv_sec) + now.tv_nsec;
}

#endif /* LIB_SYNC_H */
