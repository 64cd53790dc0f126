// SPDX-License-Identifier: GPL-2.0
/*
 * SysV message queues: one for each channel. A payload's type is the message's.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include "mechanism.h"

/* Queues that there may be, if the kernel is not told otherwise. */
#define QUEUES_MAX	32000

static int *queues;
static unsigned int nr_queues;
static bool is_by_type;

/* Of a message in bytes, as the administrator says. */
static size_t size_max(void)
{
	FILE *file = fopen("/proc/sys/kernel/msgmax", "re");
	size_t size;

	if (!file || fscanf(file, "%zu", &size) != 1)
		err(1, "msgmax");
	fclose(file);
	return size;
}

static bool can(const struct shape *shape)
{
	return shape->order != BY_PRIORITY && shape->channels <= QUEUES_MAX &&
	       shape->size <= size_max();
}

static int new_queue(const struct shape *shape)
{
	int queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	const size_t room = shape->depth * (shape->size ?: 1);
	struct msqid_ds state;

	if (queue < 0)
		err(1, "msgget");
	must(msgctl(queue, IPC_STAT, &state), 0, "IPC_STAT");
	if (room > state.msg_qbytes) {
		state.msg_qbytes = room;
		must(msgctl(queue, IPC_SET, &state), 0, "IPC_SET");
	}
	return queue;
}

static void set_up(const struct shape *shape)
{
	is_by_type = shape->order == BY_TAG;
	nr_queues = shape->channels;
	queues = calloc(nr_queues, sizeof(*queues));
	if (!queues)
		err(1, "calloc");
	for (unsigned int i = 0; i < nr_queues; i++)
		queues[i] = new_queue(shape);
}

static void put(unsigned int channel, struct payload *payload, size_t size)
{
	if (!payload->type)
		payload->type = 1;
	must(msgsnd(queues[channel], &payload->type, size, 0), 0, "msgsnd");
}

static void take(unsigned int channel, struct payload *payload, size_t size)
{
	must(msgrcv(queues[channel], &payload->type, size,
		    is_by_type ? payload->type : 0, 0), size, "msgrcv");
}

static void tear_down(void)
{
	for (unsigned int i = 0; i < nr_queues; i++)
		msgctl(queues[i], IPC_RMID, NULL);
	free(queues);
}

const struct mechanism msg_mechanism = {
	.name = "SysV msg",
	.is_rival = true,
	.can = can,
	.open = set_up,
	.send = put,
	.receive = take,
	.close = tear_down,
};
