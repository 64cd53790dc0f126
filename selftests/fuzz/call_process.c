// SPDX-License-Identifier: GPL-2.0
/* Ops on processes: who they are, how they die, what they pass on. */

#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>

#include "ipcchan_selftest.h"
#include "world.h"

#define CHOICE(n)		{ FUZZ_CHOICE, n }

static long run_fork(struct fuzz_worker *worker, const struct fuzz_op *op,
		     const __u64 *args)
{
	pid_t pid;

	if (worker->is_child)
		return -EAGAIN;
	pid = fork();
	if (pid)
		return fuzz_negated(pid);
	worker->is_child = true;
	worker->calls_left = args[0];
	return 0;
}

static long run_signal(struct fuzz_worker *worker, const struct fuzz_op *op,
		       const __u64 *args)
{
	static const int signals[] = { SIGUSR1, SIGUSR1, SIGUSR2, SIGKILL };
	int number = signals[args[1] % ARRAY_SIZE(signals)];
	unsigned int target = args[0] % FUZZ_WORKERS;
	pid_t pid = worker->shared->pids[target > 2];
	pid_t tid = worker->shared->tids[target];

	if (!pid || !tid)
		return -ESRCH;
	return fuzz_negated(syscall(SYS_tgkill, pid, tid, number));
}

static long run_unshare(struct fuzz_worker *worker, const struct fuzz_op *op,
			const __u64 *args)
{
	static const int flags[] = {
		CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWUSER | CLONE_NEWIPC,
		CLONE_FILES,
	};

	return fuzz_negated(unshare(flags[args[0] % ARRAY_SIZE(flags)]));
}

/* The system call, as the C library would change all threads. */
static long run_setuid(struct fuzz_worker *worker, const struct fuzz_op *op,
		       const __u64 *args)
{
	static const uid_t users[] = { ALICE, BOB };
	uid_t user = users[args[0] % ARRAY_SIZE(users)];

	if (args[1])
		return fuzz_negated(syscall(SYS_setresuid, -1, user, -1));
	return fuzz_negated(syscall(SYS_setresuid, user, user, user));
}

static long run_pass(struct fuzz_worker *worker, const struct fuzz_op *op,
		     const __u64 *args)
{
	return fd_send(worker->process->sockets[args[1] & 1],
		       fuzz_fd(worker, args[0]));
}

static long run_take(struct fuzz_worker *worker, const struct fuzz_op *op,
		     const __u64 *args)
{
	int fd = fd_receive(worker->process->sockets[args[1] & 1]);

	if (fd < 0)
		return fd;
	return fuzz_keep(worker, fuzz_kind(fd), args[0], fd);
}

static long run_yield(struct fuzz_worker *worker, const struct fuzz_op *op,
		      const __u64 *args)
{
	return fuzz_negated(sched_yield());
}

static const struct fuzz_op ops[] = {
	{ "fork", run_fork, FUZZ_TAKES(CHOICE(6)), .weight = 2 },
	{ "signal", run_signal, FUZZ_TAKES(CHOICE(FUZZ_WORKERS), CHOICE(4)),
	  .weight = 3 },
	{ "unshare", run_unshare, FUZZ_TAKES(CHOICE(4)), .weight = 1 },
	{ "setuid", run_setuid, FUZZ_TAKES(CHOICE(2), CHOICE(2)), .weight = 1 },
	{ "pass", run_pass,
	  FUZZ_TAKES({ FUZZ_FD, UAPI_ON(mailbox) | UAPI_ON(region) |
		       UAPI_ON(ring) },
		     CHOICE(2)), .weight = 3 },
	{ "take", run_take, FUZZ_TAKES({ FUZZ_SLOT }, CHOICE(2)), .weight = 3 },
	{ "yield", run_yield, .weight = 2 },
};

const struct fuzz_op_table fuzz_process_ops = { ops, ARRAY_SIZE(ops) };
