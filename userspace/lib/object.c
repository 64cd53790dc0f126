// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Objects: what mailboxes and regions have in common.
 */
#include <errno.h>
#include <stdlib.h>

#include "internal.h"

int ipcchan_object_info(int fd, struct ipcchan_object_info *info, size_t size)
{
	return ipcchan_ask(fd, IPCCHAN_IOC_OBJECT_INFO, info, size);
}

int ipcchan_check_kind(int fd, uint32_t kind)
{
	struct ipcchan_object_info info;
	int error = ipcchan_object_info(fd, &info, sizeof(info));

	if (error)
		return error;
	return info.kind == kind ? 0 : -EPROTOTYPE;
}

int ipcchan_object_list(const struct ipcchan *session, const char *after,
			struct ipcchan_object_info *entries, size_t count,
			size_t entry_size)
{
	struct ipcchan_object_list call = {
		.entries = (uintptr_t)entries,
		.count = count,
		.entry_size = entry_size,
	};
	int error;

	if (count > IPCCHAN_LIST_MAX || entry_size > _IOC_SIZEMASK)
		return -EINVAL;
	error = ipcchan_copy_name(call.after, after);
	if (error)
		return error;
	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_OBJECT_LIST, &call);
}

/**
 * struct walk - one ipcchan_object_each()
 * @session: Whose names.
 * @visit: The caller's function.
 * @context: The caller's pointer for it.
 * @entries: Room for one page.
 * @entry_size: Bytes of each entry, as the caller knows it.
 * @last: The name where the last page ended; empty at first.
 */
struct walk {
	const struct ipcchan *session;
	ipcchan_object_visit visit;
	void *context;
	char *entries;
	size_t entry_size;
	char last[IPCCHAN_NAME_SIZE];
};

/* Visit one page: 1 if there may be more, 0 at the end, else the reason. */
static int walk_page(struct walk *walk, int *stop)
{
	int count = ipcchan_object_list(walk->session, walk->last,
					(void *)walk->entries, IPCCHAN_LIST_MAX,
					walk->entry_size);
	char *entry = walk->entries;
	int i;

	for (i = 0; i < count && !*stop; i++, entry += walk->entry_size) {
		const struct ipcchan_object_info *info = (void *)entry;

		memcpy(walk->last, info->name, sizeof(walk->last));
		*stop = walk->visit(info, walk->context);
	}
	return count < 0 ? count : count == IPCCHAN_LIST_MAX;
}

int ipcchan_object_each(const struct ipcchan *session, size_t entry_size,
			ipcchan_object_visit visit, void *context)
{
	struct walk walk = {
		.session = session,
		.visit = visit,
		.context = context,
		.entry_size = entry_size,
	};
	int stop = 0;
	int more;

	if (entry_size < IPCCHAN_OBJECT_INFO_SIZE_VER0 ||
	    entry_size > _IOC_SIZEMASK)
		return -EINVAL;
	walk.entries = ipcchan_sys_new(IPCCHAN_LIST_MAX * entry_size);
	if (!walk.entries)
		return -ENOMEM;
	do {
		more = walk_page(&walk, &stop);
	} while (more > 0 && !stop);
	free(walk.entries);
	return more < 0 ? more : stop;
}

int ipcchan_object_unlink(const struct ipcchan *session, const char *name)
{
	struct ipcchan_object_unlink call = {};
	int error = ipcchan_copy_name(call.name, name);

	if (error)
		return error;
	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_OBJECT_UNLINK, &call);
}

int ipcchan_object_restrict(int fd, uint32_t rights, uint32_t flags)
{
	struct ipcchan_object_restrict call = {
		.rights = rights,
		.flags = flags,
	};

	return ipcchan_sys_ioctl(fd, IPCCHAN_IOC_OBJECT_RESTRICT, &call);
}

int ipcchan_object_set_access(int fd,
			      const struct ipcchan_object_set_access *access,
			      size_t size)
{
	return ipcchan_sys_ioctl_sized(fd, IPCCHAN_IOC_OBJECT_SET_ACCESS,
				       (void *)access, size);
}

int ipcchan_object_kill(int fd)
{
	struct ipcchan_object_kill call = {};

	return ipcchan_sys_ioctl(fd, IPCCHAN_IOC_OBJECT_KILL, &call);
}
