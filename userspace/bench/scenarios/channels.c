// SPDX-License-Identifier: GPL-2.0
/*
 * What the scenarios have in common that use channels: all mechanisms that can, in turn.
 */
#include <err.h>
#include <sys/epoll.h>

#include "channels.h"

const struct mechanism *channels;
unsigned int channels_server;

static struct shape shape;

void channels_open(size_t size)
{
	(void)size;
	channels->open(&shape);
}

void channels_close(void)
{
	channels->close();
}

void channels_be(unsigned int who)
{
	channels_server = who;
}

int channels_watch(unsigned int first, unsigned int end)
{
	int set = epoll_create1(EPOLL_CLOEXEC);

	if (set < 0)
		err(1, "epoll_create1");
	for (unsigned int i = first; i < end; i++) {
		struct epoll_event event = {
			.events = EPOLLIN,
			.data.u32 = i,
		};

		must(epoll_ctl(set, EPOLL_CTL_ADD, channels->fd(i), &event), 0,
		     "EPOLL_CTL_ADD");
	}
	return set;
}

bool channels_can_receive(const struct mechanism *mechanism)
{
	return mechanism->receive;
}

bool channels_can_share(const struct mechanism *mechanism)
{
	return mechanism->receive && mechanism != &ring_mechanism;
}

bool channels_can_poll(const struct mechanism *mechanism)
{
	return mechanism->fd;
}

void channels_run(const struct plan *plan)
{
	struct subject subject = plan->subject;

	shape = plan->shape;
	subject.size = shape.size;
	for (size_t i = 0; all_mechanisms[i]; i++) {
		channels = all_mechanisms[i];
		if (!mechanism_can(channels, &shape) ||
		    (plan->can && !plan->can(channels)))
			continue;
		subject.mechanism = channels->name;
		subject.is_rival = channels->is_rival;
		measure(&subject);
	}
}
