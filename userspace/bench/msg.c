// SPDX-License-Identifier: GPL-2.0
/*
 * A SysV message queue, with a type for each direction.
 */
#include <err.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include "mechanism.h"

enum {
	REQUEST = 1,
	ANSWER = 2,
};

static int queue;

static void set_up(size_t size)
{
	(void)size;
	queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	if (queue < 0)
		err(1, "msgget");
}

static void put(long type, struct payload *payload, size_t size)
{
	payload->type = type;
	must(msgsnd(queue, payload, size, 0), 0, "msgsnd");
}

static void take(long type, struct payload *payload, size_t size)
{
	must(msgrcv(queue, payload, size, type, 0), size, "msgrcv");
}

static void ask(struct payload *payload, size_t size)
{
	put(REQUEST, payload, size);
	take(ANSWER, payload, size);
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--) {
		take(REQUEST, payload, size);
		answer(payload);
		put(ANSWER, payload, size);
	}
}

static void tear_down(void)
{
	msgctl(queue, IPC_RMID, NULL);
}

const struct mechanism msg_mechanism = {
	.name = "SysV msg",
	.is_rival = true,
	.set_up = set_up,
	.ask = ask,
	.serve = serve,
	.tear_down = tear_down,
};
