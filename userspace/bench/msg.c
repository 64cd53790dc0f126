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

static void put_in(long type, struct payload *payload, size_t size)
{
	payload->type = type;
	must(msgsnd(queue, payload, size, 0), 0, "msgsnd");
}

static void take_out(long type, struct payload *payload, size_t size)
{
	must(msgrcv(queue, payload, size, type, 0), size, "msgrcv");
}

static void put(struct payload *payload, size_t size)
{
	put_in(REQUEST, payload, size);
}

static void take(struct payload *payload, size_t size)
{
	take_out(REQUEST, payload, size);
}

static void ask(struct payload *payload, size_t size)
{
	put(payload, size);
	take_out(ANSWER, payload, size);
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--) {
		take(payload, size);
		answer(payload);
		put_in(ANSWER, payload, size);
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
	.put = put,
	.take = take,
	.tear_down = tear_down,
};
