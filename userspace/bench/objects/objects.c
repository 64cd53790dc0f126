// SPDX-License-Identifier: GPL-2.0
/*
 * All kinds of objects.
 */
#include "object.h"

const struct object *const all_objects[] = {
	&pipe_object,
	&seqpacket_object,
	&eventfd_object,
	&mq_object,
	&msg_object,
	&sem_object,
	&mailbox_object,
	&mutex_object,
	&semaphore_object,
	&event_object,
	&ring_object,
	NULL,
};
