// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Group of rings: one consumer of many, served in turn.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "ring.h"

/* A power of two, so that the list doubles to where no int overflows. */
#define FIRST_ROOM	8U

/**
 * struct ipcchan_ring_group - consumer's ends that are waited for together
 * @epoll: Descriptor that is ready when one of them is, owned.
 * @rings: Those in the group, in no order that matters.
 * @count: How many.
 * @room: For how many @rings has room.
 * @next: Which one is looked at first by the next call.
 */
struct ipcchan_ring_group {
	int epoll;
	struct ipcchan_ring **rings;
	unsigned int count;
	unsigned int room;
	unsigned int next;
};

static int open_epoll(void)
{
	int saved = errno;
	int fd = epoll_create1(EPOLL_CLOEXEC);
	int result = fd < 0 ? -errno : fd;

	errno = saved;
	return result;
}

int ipcchan_ring_group_create(struct ipcchan_ring_group **group)
{
	struct ipcchan_ring_group *new = ipcchan_sys_new(sizeof(*new));

	if (!new)
		return -ENOMEM;
	new->epoll = open_epoll();
	if (new->epoll < 0) {
		int error = new->epoll;

		free(new);
		return error;
	}
	*group = new;
	return 0;
}

void ipcchan_ring_group_close(struct ipcchan_ring_group *group)
{
	if (!group)
		return;
	ipcchan_sys_close(group->epoll);
	free(group->rings);
	free(group);
}

static int change_epoll(const struct ipcchan_ring_group *group, int operation,
			const struct ipcchan_ring *ring)
{
	struct epoll_event event = { .events = EPOLLIN };
	int saved = errno;
	int error = 0;

	if (epoll_ctl(group->epoll, operation, ring->fd, &event))
		error = -errno;
	errno = saved;
	return error;
}

static int make_room(struct ipcchan_ring_group *group)
{
	unsigned int room = group->room ? 2 * group->room : FIRST_ROOM;
	struct ipcchan_ring **rings;

	if (group->count < group->room)
		return 0;
	rings = ipcchan_sys_new(room * sizeof(*rings));
	if (!rings)
		return -ENOMEM;
	if (group->count)
		memcpy(rings, group->rings, group->count * sizeof(*rings));
	free(group->rings);
	group->rings = rings;
	group->room = room;
	return 0;
}

int ipcchan_ring_group_add(struct ipcchan_ring_group *group,
			   struct ipcchan_ring *ring)
{
	int error = ring->consumer.error;

	if (error == -EPERM || error == -ENXIO)
		return error;
	error = make_room(group);
	if (!error)
		error = change_epoll(group, EPOLL_CTL_ADD, ring);
	if (error)
		return error;
	group->rings[group->count++] = ring;
	return 0;
}

/* The order of those behind it stays, and with it whose turn it is. */
static void take_out(struct ipcchan_ring_group *group, unsigned int number)
{
	change_epoll(group, EPOLL_CTL_DEL, group->rings[number]);
	group->count--;
	memmove(&group->rings[number], &group->rings[number + 1],
		(group->count - number) * sizeof(*group->rings));
	if (group->next > number)
		group->next--;
}

int ipcchan_ring_group_remove(struct ipcchan_ring_group *group,
			      const struct ipcchan_ring *ring)
{
	unsigned int i;

	for (i = 0; i < group->count; i++) {
		if (group->rings[i] == ring) {
			take_out(group, i);
			return 0;
		}
	}
	return -ENOENT;
}

/*
 * Look once at each, beginning where the last call ended: 0 or what is the end of
 * @*ring, or -EAGAIN.
 */
static int look_round(struct ipcchan_ring_group *group,
		      struct ipcchan_ring **ring, struct ipcchan_record *record)
{
	unsigned int i;

	for (i = 0; i < group->count; i++) {
		unsigned int number = (group->next + i) % group->count;
		int error = ipcchan_ring_peek(group->rings[number], record);

		if (error == -EAGAIN)
			continue;
		*ring = group->rings[number];
		group->next = number + 1;
		if (error)
			take_out(group, number);
		return error;
	}
	return -EAGAIN;
}

/* epoll_wait(2) counts in milliseconds; it must not end before the deadline. */
static int milliseconds_left(uint64_t deadline_ns)
{
	uint64_t now = ipcchan_deadline_in(0);
	uint64_t left;

	if (deadline_ns == IPCCHAN_DEADLINE_NEVER)
		return -1;
	if (deadline_ns <= now)
		return 0;
	left = (deadline_ns - now - 1) / IPCCHAN_MILLISECONDS(1) + 1;
	return left > INT_MAX ? INT_MAX : (int)left;
}

/* Peeking has released all that was read, so no producer waits for this one. */
static int sleep_on_epoll(const struct ipcchan_ring_group *group, int timeout)
{
	struct epoll_event event;
	int saved = errno;
	int error = 0;

	if (epoll_wait(group->epoll, &event, 1, timeout) < 0)
		error = -errno;
	errno = saved;
	return error;
}

int ipcchan_ring_group_next(struct ipcchan_ring_group *group,
			    struct ipcchan_ring **ring,
			    struct ipcchan_record *record, uint64_t deadline_ns)
{
	int timeout;
	int error;

	*ring = NULL;
	for (;;) {
		if (!group->count)
			return -ENOENT;
		error = look_round(group, ring, record);
		if (error != -EAGAIN)
			return error;
		timeout = milliseconds_left(deadline_ns);
		if (!timeout)
			return -ETIMEDOUT;
		error = sleep_on_epoll(group, timeout);
		if (error)
			return error;
	}
}
