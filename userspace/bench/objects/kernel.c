// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel has.
 */
#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <unistd.h>

#include "object.h"

static int must_have(int handle, const char *what)
{
	if (handle < 0)
		err(1, "%s", what);
	return handle;
}

static void drop_one(struct made *made)
{
	must(close(made->fds[0]), 0, "close");
}

static void drop_both(struct made *made)
{
	must(close(made->fds[0]), 0, "close");
	must(close(made->fds[1]), 0, "close");
}

static void make_pipe(struct made *made)
{
	must(pipe2(made->fds, O_CLOEXEC), 0, "pipe2");
}

static void make_seqpacket(struct made *made)
{
	must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, made->fds), 0,
	     "socketpair");
}

static void make_eventfd(struct made *made)
{
	made->fds[0] = must_have(eventfd(0, EFD_CLOEXEC), "eventfd");
}

/* It has to have a name, if only for a moment. */
static void make_mq(struct made *made)
{
	const int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
	struct mq_attr attributes = { .mq_maxmsg = 10, .mq_msgsize = 64 };

	made->fds[0] = must_have(mq_open("/ipcchan-bench", flags, 0600,
					 &attributes), "mq_open");
	must(mq_unlink("/ipcchan-bench"), 0, "mq_unlink");
}

static void make_msg(struct made *made)
{
	made->fds[0] = must_have(msgget(IPC_PRIVATE, IPC_CREAT | 0600), "msgget");
}

static void drop_msg(struct made *made)
{
	must(msgctl(made->fds[0], IPC_RMID, NULL), 0, "IPC_RMID");
}

static void make_sem(struct made *made)
{
	made->fds[0] = must_have(semget(IPC_PRIVATE, 1, IPC_CREAT | 0600),
				 "semget");
}

static void drop_sem(struct made *made)
{
	must(semctl(made->fds[0], 0, IPC_RMID), 0, "IPC_RMID");
}

const struct object pipe_object = {
	.name = "pipe",
	.is_rival = true,
	.make = make_pipe,
	.drop = drop_both,
};

const struct object seqpacket_object = {
	.name = "AF_UNIX seqpacket",
	.is_rival = true,
	.make = make_seqpacket,
	.drop = drop_both,
};

const struct object eventfd_object = {
	.name = "eventfd",
	.is_rival = true,
	.make = make_eventfd,
	.drop = drop_one,
};

const struct object mq_object = {
	.name = "POSIX mq",
	.is_rival = true,
	.make = make_mq,
	.drop = drop_one,
};

const struct object msg_object = {
	.name = "SysV msg",
	.is_rival = true,
	.make = make_msg,
	.drop = drop_msg,
};

const struct object sem_object = {
	.name = "SysV semaphore",
	.is_rival = true,
	.make = make_sem,
	.drop = drop_sem,
};
