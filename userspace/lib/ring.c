// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Ring: the life of its ends. Their memory is in ring_map.c, and what goes through
 * it in ring_stream.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "ring.h"

static int enter_wait(struct ipcchan_ring *ring, uint32_t goal,
		      uint64_t deadline_ns, struct ipcchan_ring *woken)
{
	struct ipcchan_ring_wait call = {
		.deadline_ns = deadline_ns,
		.index = goal,
		.flags = woken ? IPCCHAN_WAKE : 0,
		.wake_fd = woken ? woken->fd : 0,
	};

	return ipcchan_sys_ioctl(ring->fd, IPCCHAN_IOC_RING_WAIT, &call);
}

static int enter_wake(struct ipcchan_ring *ring)
{
	struct ipcchan_ring_wake call = {};

	return ipcchan_sys_ioctl(ring->fd, IPCCHAN_IOC_RING_WAKE, &call);
}

static const struct ipcchan_ring_entry device = {
	.wait = enter_wait,
	.wake = enter_wake,
};

int ipcchan_ring_new(int fd, uint32_t size, uint32_t rights,
		     const struct ipcchan_ring_entry *entry,
		     struct ipcchan_ring **ring)
{
	struct ipcchan_ring *new = ipcchan_sys_new(sizeof(*new));

	if (!new)
		return -ENOMEM;
	new->fd = fd;
	new->size = size;
	new->rights = rights;
	new->entry = entry;
	new->spin_most = IPCCHAN_DEFAULT;
	ipcchan_ring_stop(new);
	*ring = new;
	return 0;
}

int ipcchan_ring_from_fd(int fd, struct ipcchan_ring **ring)
{
	struct ipcchan_object_info object;
	struct ipcchan_ring_info info;
	int error = ipcchan_object_info(fd, &object, sizeof(object));

	if (error)
		return error;
	if (object.kind != IPCCHAN_KIND_RING)
		return -EPROTOTYPE;
	error = ipcchan_ask(fd, IPCCHAN_IOC_RING_INFO, &info, sizeof(info));
	if (error)
		return error;
	return ipcchan_ring_new(fd, info.size, object.rights, &device, ring);
}

int ipcchan_ring_create(const struct ipcchan *session, size_t size,
			struct ipcchan_ring **producer,
			struct ipcchan_ring **consumer)
{
	uint32_t ends[2];
	struct ipcchan_ring_create call = {
		.ends = (uintptr_t)ends,
		.size = size,
	};
	int error = ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_RING_CREATE,
				      &call);

	if (error)
		return error;
	error = ipcchan_ring_from_fd(ends[0], producer);
	if (!error) {
		error = ipcchan_ring_from_fd(ends[1], consumer);
		if (!error)
			return 0;
		free(*producer);
	}
	ipcchan_sys_close(ends[0]);
	ipcchan_sys_close(ends[1]);
	return error;
}

static int ring_open_fd(const struct ipcchan *session, const char *name,
			uint32_t rights,
			const struct ipcchan_ring_options *options)
{
	struct ipcchan_ring_open call = {
		.flags = options->flags,
		.mode = options->mode,
		.rights = rights,
		.size = options->ring_size,
	};
	int error = ipcchan_copy_name(call.name, name);

	if (error)
		return error;
	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_RING_OPEN, &call);
}

int ipcchan_ring_open(const struct ipcchan *session, const char *name,
		      uint32_t rights,
		      const struct ipcchan_ring_options *options,
		      struct ipcchan_ring **ring)
{
	struct ipcchan_ring_options known = IPCCHAN_RING_OPTIONS;
	int error = ipcchan_copy_options(&known, sizeof(known),
					 RING_OPTIONS_SIZE_VER0, options);
	int fd;

	if (error)
		return error;
	fd = ring_open_fd(session, name, rights, &known);
	if (fd < 0)
		return fd;
	error = ipcchan_ring_from_fd(fd, ring);
	if (error)
		ipcchan_sys_close(fd);
	else
		(*ring)->spin_most = known.spin;
	return error;
}

void ipcchan_ring_close(struct ipcchan_ring *ring)
{
	if (!ring)
		return;
	ipcchan_ring_unmap(ring);
	ipcchan_sys_close(ring->fd);
	free(ring);
}

int ipcchan_ring_fd(const struct ipcchan_ring *ring)
{
	return ring->fd;
}

size_t ipcchan_ring_size(const struct ipcchan_ring *ring)
{
	return ring->size;
}

int ipcchan_ring_info(const struct ipcchan_ring *ring,
		      struct ipcchan_ring_info *info, size_t size)
{
	return ipcchan_ask(ring->fd, IPCCHAN_IOC_RING_INFO, info, size);
}

void ipcchan_ring_set_spin(struct ipcchan_ring *ring, uint32_t pauses)
{
	ring->spin_most = pauses;
}

void ipcchan_ring_set_yields(struct ipcchan_ring *ring, uint32_t yields)
{
	ring->yields = yields;
}

struct ipcchan_ring_side *ipcchan_ring_side(struct ipcchan_ring *ring)
{
	if (ring->rights & IPCCHAN_RIGHT_RECEIVE)
		return &ring->consumer;
	return &ring->producer;
}

/* What a side has found broken it does not get to see again. */
static void side_stop(struct ipcchan_ring_side *side, int error)
{
	if (side->error != -EPROTO)
		ipcchan_side_stop(side, error);
}

void ipcchan_ring_stop(struct ipcchan_ring *ring)
{
	side_stop(&ring->producer,
		  ring->rights & IPCCHAN_RIGHT_SEND ? -ENXIO : -EPERM);
	side_stop(&ring->consumer,
		  ring->rights & IPCCHAN_RIGHT_RECEIVE ? -ENXIO : -EPERM);
}
