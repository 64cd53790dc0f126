// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions and objects of the verbs.
 */
#include "find.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "report.h"

struct ipcchan *open_session(void)
{
	struct ipcchan *session;
	int error = ipcchan_session_open(&session);

	if (error)
		fail_to_open_device(error);
	return session;
}

struct ipcchan_mailbox *open_mailbox(const char *name, uint32_t rights,
				     uint32_t flags)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan *session = open_session();
	struct ipcchan_mailbox *mailbox;
	int error;

	options.flags = flags;
	error = ipcchan_mailbox_open(session, name, rights, &options, &mailbox);
	if (error)
		fail(name, error);
	ipcchan_session_close(session);
	return mailbox;
}

struct ipcchan_mailbox *open_to_look(const char *name)
{
	struct ipcchan_object_info info;
	struct ipcchan *session = open_session();

	find_object(session, name, &info);
	ipcchan_session_close(session);
	return open_mailbox(name, weakest_right(info.rights), 0);
}

struct ipcchan_region *open_region(const char *name, uint32_t rights)
{
	struct ipcchan *session = open_session();
	struct ipcchan_region *region;
	int error = ipcchan_region_open(session, name, rights, NULL, &region);

	if (error)
		fail(name, error);
	ipcchan_session_close(session);
	return region;
}

void map_region(const char *name, int protection, uint64_t offset,
		struct mapping *mapping)
{
	uint32_t rights = IPCCHAN_RIGHT_MAP_READ |
			  (protection & PROT_WRITE ? IPCCHAN_RIGHT_MAP_WRITE : 0);
	struct ipcchan_region *region = open_region(name, rights);
	void *address;
	int error = ipcchan_region_map(region, protection, &address);

	if (error)
		fail(name, error);
	mapping->end = ipcchan_region_size(region);
	if (offset > mapping->end)
		fail_beyond_region(name, mapping);
	mapping->bytes = (char *)address + offset;
	mapping->size = mapping->end - offset;
	ipcchan_region_close(region);
}

struct ipcchan_ring *open_ring(const char *name, uint32_t end)
{
	struct ipcchan_ring *ring;
	int error = ipcchan_ring_open(open_session(), name, end, NULL, &ring);
	bool writes = end == IPCCHAN_RIGHT_SEND;

	if (error == -EBUSY)
		fail_because(name, error, NULL, "somebody %s it",
			     writes ? "writes into" : "reads");
	if (error == -EPIPE)
		fail_because(name, error, NULL, "somebody %s it before",
			     writes ? "wrote into" : "read");
	if (!error)
		error = ipcchan_ring_map(ring);
	if (error)
		fail(name, error);
	return ring;
}

int open_sync(const struct ipcchan *session, const char *name, uint32_t kind,
	      uint32_t rights)
{
	switch (kind) {
	case IPCCHAN_KIND_MUTEX:
		return ipcchan_mutex_open(session, name, rights, NULL);
	case IPCCHAN_KIND_SEMAPHORE:
		return ipcchan_semaphore_open(session, name, rights, NULL);
	case IPCCHAN_KIND_EVENT:
		return ipcchan_event_open(session, name, rights, NULL);
	case IPCCHAN_KIND_CONDVAR:
		return ipcchan_condvar_open(session, name, rights, NULL);
	case IPCCHAN_KIND_BARRIER:
		return ipcchan_barrier_open(session, name, rights, NULL);
	case IPCCHAN_KIND_RWLOCK:
		return ipcchan_rwlock_open(session, name, rights, NULL);
	default:
		return -EPROTOTYPE;
	}
}

void fail_beyond_region(const char *name, const struct mapping *mapping)
{
	fail_because(name, -ENXIO, NULL, "beyond the end of the region (%zu bytes)",
		     mapping->end);
}

/**
 * struct search - for one name in the list
 * @name: Which.
 * @info: Output. What the list tells of it.
 */
struct search {
	const char *name;
	struct ipcchan_object_info *info;
};

static int is_it(const struct ipcchan_object_info *info, void *context)
{
	struct search *search = context;

	if (strcmp(info->name, search->name))
		return false;
	*search->info = *info;
	return true;
}

/* The list leaves out what is not permitted; opening tells what is the case. */
static int why_not_listed(const struct ipcchan *session, const char *name)
{
	struct ipcchan_mailbox *mailbox;
	int error = ipcchan_mailbox_open(session, name, IPCCHAN_RIGHT_PEEK,
					 NULL, &mailbox);

	if (error == -EPROTOTYPE)
		return -EACCES;
	if (error)
		return error;
	ipcchan_mailbox_close(mailbox);
	return -ENOENT;
}

void find_object(const struct ipcchan *session, const char *name,
		 struct ipcchan_object_info *info)
{
	struct search search = { name, info };
	int found = ipcchan_object_each(session, sizeof(*info), is_it, &search);

	if (found < 0)
		fail(name, found);
	if (!found)
		fail(name, why_not_listed(session, name));
}

const char *kind_name(uint32_t kind)
{
	static const char *const names[] = {
		[IPCCHAN_KIND_MAILBOX] = "mailbox",
		[IPCCHAN_KIND_REGION] = "region",
		[IPCCHAN_KIND_RING] = "ring",
		[IPCCHAN_KIND_MUTEX] = "mutex",
		[IPCCHAN_KIND_SEMAPHORE] = "semaphore",
		[IPCCHAN_KIND_EVENT] = "event",
		[IPCCHAN_KIND_CONDVAR] = "condvar",
		[IPCCHAN_KIND_BARRIER] = "barrier",
		[IPCCHAN_KIND_RWLOCK] = "rwlock",
	};

	return kind < sizeof(names) / sizeof(names[0]) && names[kind] ?
		       names[kind] : "unknown";
}

uint32_t weakest_right(uint32_t rights)
{
	static const uint32_t order[] = {
		IPCCHAN_RIGHT_PEEK, IPCCHAN_RIGHT_ADMIN, IPCCHAN_RIGHT_RECEIVE,
		IPCCHAN_RIGHT_SEND, IPCCHAN_RIGHT_MAP_READ,
		IPCCHAN_RIGHT_WAIT, IPCCHAN_RIGHT_SIGNAL,
	};
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (rights & order[i])
			return order[i];
	return rights;
}
