// SPDX-License-Identifier: GPL-2.0
/*
 * What the scenarios have in common that use channels: all mechanisms that can, in turn.
 */
#include "channels.h"

const struct mechanism *channels;

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
