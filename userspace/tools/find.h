/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sessions and objects of the verbs.
 */
#ifndef IPCCHAN_FIND_H
#define IPCCHAN_FIND_H

#include <ipcchan.h>

/* The device, or fail_to_open_device(). */
struct ipcchan *open_session(void);

/* A mailbox, or fail(). */
struct ipcchan_mailbox *open_mailbox(const char *name, uint32_t rights,
				     uint32_t flags);

/* A mailbox, by whatever right this user has, or fail(). */
struct ipcchan_mailbox *open_to_look(const char *name);

/* A region, or fail(). */
struct ipcchan_region *open_region(const char *name, uint32_t rights);

/**
 * struct mapping - the rest of a region from some offset on
 * @bytes: Where it is mapped.
 * @size: How many bytes.
 * @end: Bytes of the whole region.
 */
struct mapping {
	char *bytes;
	size_t size;
	size_t end;
};

/* Map a region with PROT_READ, and PROT_WRITE if wanted, or fail(). */
void map_region(const char *name, int protection, uint64_t offset,
		struct mapping *mapping);
_Noreturn void fail_beyond_region(const char *name,
				  const struct mapping *mapping);

/* An end of a ring, IPCCHAN_RIGHT_SEND's or ..._RECEIVE's, mapped, or fail(). */
struct ipcchan_ring *open_ring(const char *name, uint32_t end);

/*
 * A mutex or anything else that can be waited by, of that kind, which has to be there: its
 * descriptor, or -errno; -EPROTOTYPE if @kind is none of those.
 */
int open_sync(const struct ipcchan *session, const char *name, uint32_t kind,
	      uint32_t rights);

/* What the list of names tells of @name, whatever its kind, or fail(). */
void find_object(const struct ipcchan *session, const char *name,
		 struct ipcchan_object_info *info);

/* Of these rights, the one whose use has the least effect on the object. */
uint32_t weakest_right(uint32_t rights);

/* "mailbox", "region", "mutex" and so on. */
const char *kind_name(uint32_t kind);

#endif /* IPCCHAN_FIND_H */
