// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan show: of mutexes and all else that can be waited by.
 */
#include "show_sync.h"

#include <unistd.h>

#include "find.h"
#include "report.h"

static const char *lock_state(uint32_t state)
{
	if (state & IPCCHAN_LOCK_LOST)
		return "lost";
	return state & IPCCHAN_LOCK_OWNER_DEAD ? "owner dead" : "consistent";
}

static int show_mutex(struct fields *fields, int fd)
{
	struct ipcchan_mutex_info info;
	int error = ipcchan_mutex_info(fd, &info, sizeof(info));

	if (error)
		return error;
	fields_number(fields, "rank", info.rank);
	fields_text(fields, "state", "%s", lock_state(info.state));
	fields_number(fields, "depth", info.depth);
	fields_number(fields, "owner_pid", info.owner_tgid);
	fields_number(fields, "owner_tid", info.owner_tid);
	fields_number(fields, "waiters", info.waiters);
	return 0;
}

static int show_semaphore(struct fields *fields, int fd)
{
	struct ipcchan_semaphore_info info;
	int error = ipcchan_semaphore_info(fd, &info, sizeof(info));

	if (error)
		return error;
	fields_number(fields, "value", info.value);
	fields_number(fields, "max", info.max);
	fields_number(fields, "held", info.held);
	fields_number(fields, "waiters", info.waiters);
	return 0;
}

static int show_event(struct fields *fields, int fd)
{
	struct ipcchan_event_info info;
	int error = ipcchan_event_info(fd, &info, sizeof(info));

	if (error)
		return error;
	fields_text(fields, "set", "%s",
		    info.state & IPCCHAN_EVENT_IS_SET ? "yes" : "no");
	fields_text(fields, "reset", "%s",
		    info.state & IPCCHAN_EVENT_IS_MANUAL ? "manual" :
							   "automatic");
	fields_number(fields, "waiters", info.waiters);
	return 0;
}

static int show_condvar(struct fields *fields, int fd)
{
	struct ipcchan_condvar_info info;
	int error = ipcchan_condvar_info(fd, &info, sizeof(info));

	if (error)
		return error;
	fields_number(fields, "waiters", info.waiters);
	return 0;
}

static int show_barrier(struct fields *fields, int fd)
{
	struct ipcchan_barrier_info info;
	int error = ipcchan_barrier_info(fd, &info, sizeof(info));

	if (error)
		return error;
	fields_number(fields, "parties", info.parties);
	fields_number(fields, "generation", info.generation);
	fields_text(fields, "broken", "%s",
		    info.state & IPCCHAN_BARRIER_BROKEN ? "yes" : "no");
	fields_number(fields, "waiters", info.waiters);
	return 0;
}

static int show_rwlock(struct fields *fields, int fd)
{
	struct ipcchan_rwlock_info info;
	int error = ipcchan_rwlock_info(fd, &info, sizeof(info));

	if (error)
		return error;
	fields_number(fields, "rank", info.rank);
	fields_text(fields, "state", "%s", lock_state(info.state));
	fields_number(fields, "readers", info.readers);
	fields_number(fields, "writer_pid", info.writer_tgid);
	fields_number(fields, "writer_tid", info.writer_tid);
	fields_number(fields, "waiters", info.waiters);
	return 0;
}

bool show_sync(struct fields *fields, const struct ipcchan *session,
	       const struct ipcchan_object_info *object)
{
	static int (*const shows[])(struct fields *fields, int fd) = {
		[IPCCHAN_KIND_MUTEX] = show_mutex,
		[IPCCHAN_KIND_SEMAPHORE] = show_semaphore,
		[IPCCHAN_KIND_EVENT] = show_event,
		[IPCCHAN_KIND_CONDVAR] = show_condvar,
		[IPCCHAN_KIND_BARRIER] = show_barrier,
		[IPCCHAN_KIND_RWLOCK] = show_rwlock,
	};
	int error;
	int fd;

	if (object->kind >= sizeof(shows) / sizeof(shows[0]) ||
	    !shows[object->kind])
		return false;
	fd = open_sync(session, object->name, object->kind,
		       weakest_right(object->rights));
	error = fd < 0 ? fd : shows[object->kind](fields, fd);
	if (error)
		fail(object->name, error);
	close(fd);
	return true;
}
