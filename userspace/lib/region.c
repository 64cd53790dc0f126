// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Region: shared pages.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "internal.h"

static int region_new(int fd, struct ipcchan_region **region)
{
	struct ipcchan_region_info info;
	struct ipcchan_region *new;
	int error = ipcchan_ask(fd, IPCCHAN_IOC_REGION_INFO, &info, sizeof(info));

	if (error)
		return error;
	/* An older kernel knows no extents: its descriptors show all. */
	if (!info.length)
		info.length = info.size;
	if (info.length > SIZE_MAX)
		return -ENOMEM;
	new = ipcchan_sys_new(sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->fd = fd;
	new->size = info.length;
	*region = new;
	return 0;
}

static int region_open_fd(const struct ipcchan *session, const char *name,
			  uint32_t rights,
			  const struct ipcchan_region_options *options)
{
	struct ipcchan_region_open call = {
		.flags = options->flags | (name ? 0 : IPCCHAN_OPEN_CREATE),
		.mode = options->mode,
		.rights = rights,
		.reserved = options->reserved,
		.size = options->region_size,
	};
	int error = ipcchan_copy_name(call.name, name);

	if (error)
		return error;
	if (name && !*name)
		return -EINVAL;
	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_REGION_OPEN, &call);
}

int ipcchan_region_open(const struct ipcchan *session, const char *name,
			uint32_t rights,
			const struct ipcchan_region_options *options,
			struct ipcchan_region **region)
{
	struct ipcchan_region_options known = IPCCHAN_REGION_OPTIONS;
	int error = ipcchan_copy_options(&known, sizeof(known),
					 REGION_OPTIONS_SIZE_VER0, options);
	int fd;

	if (error)
		return error;
	fd = region_open_fd(session, name, rights, &known);
	if (fd < 0)
		return fd;
	error = region_new(fd, region);
	if (error)
		ipcchan_sys_close(fd);
	return error;
}

int ipcchan_region_from_fd(int fd, struct ipcchan_region **region)
{
	int error = ipcchan_check_kind(fd, IPCCHAN_KIND_REGION);

	return error ? error : region_new(fd, region);
}

void ipcchan_region_close(struct ipcchan_region *region)
{
	if (!region)
		return;
	ipcchan_sys_close(region->fd);
	free(region);
}

int ipcchan_region_fd(const struct ipcchan_region *region)
{
	return region->fd;
}

size_t ipcchan_region_size(const struct ipcchan_region *region)
{
	return region->size;
}

int ipcchan_region_info(const struct ipcchan_region *region,
			struct ipcchan_region_info *info, size_t size)
{
	return ipcchan_ask(region->fd, IPCCHAN_IOC_REGION_INFO, info, size);
}

int ipcchan_region_map(const struct ipcchan_region *region, int protection,
		       void **address)
{
	int saved = errno;
	void *mapping = mmap(NULL, region->size, protection, MAP_SHARED,
			     region->fd, 0);
	int error = mapping == MAP_FAILED ? -errno : 0;

	errno = saved;
	if (!error)
		*address = mapping;
	return error;
}

int ipcchan_region_unmap(const struct ipcchan_region *region, void *address)
{
	int saved = errno;
	int error = 0;

	if (address && munmap(address, region->size))
		error = -errno;
	errno = saved;
	return error;
}

int ipcchan_region_release(const struct ipcchan_region *region)
{
	struct ipcchan_region_release call = { 0 };

	return ipcchan_sys_ioctl(region->fd, IPCCHAN_IOC_REGION_RELEASE, &call);
}

int ipcchan_region_extents(const struct ipcchan_region *region, uint64_t after,
			   struct ipcchan_extent_info *entries, size_t count,
			   size_t entry_size)
{
	struct ipcchan_region_extents call = {
		.after = after,
		.entries = (uintptr_t)entries,
		.count = count,
		.entry_size = entry_size,
	};

	if (count > IPCCHAN_LIST_MAX || entry_size > _IOC_SIZEMASK)
		return -EINVAL;
	return ipcchan_sys_ioctl(region->fd, IPCCHAN_IOC_REGION_EXTENTS, &call);
}

int ipcchan_region_freeze(const struct ipcchan_region *region)
{
	struct ipcchan_region_freeze call = { 0 };

	return ipcchan_sys_ioctl(region->fd, IPCCHAN_IOC_REGION_FREEZE, &call);
}

int ipcchan_region_thaw(const struct ipcchan_region *region)
{
	struct ipcchan_region_thaw call = { 0 };

	return ipcchan_sys_ioctl(region->fd, IPCCHAN_IOC_REGION_THAW, &call);
}
