// SPDX-License-Identifier: GPL-2.0
/*
 * SysV semaphores, plain, and given back when the process ends that has them.
 */
#include <sys/ipc.h>
#include <sys/sem.h>

#include "lock.h"

static int set;

static void set_up(void)
{
	set = semget(IPC_PRIVATE, LOCKS, IPC_CREAT | 0600);
	for (int i = 0; i < LOCKS; i++)
		must(semctl(set, i, SETVAL, 1), 0, "semctl");
}

static void change(unsigned int which, short by, short flags)
{
	struct sembuf change = { which, by, flags };

	must(semop(set, &change, 1), 0, "semop");
}

static void take(unsigned int which)
{
	change(which, -1, 0);
}

static void give(unsigned int which)
{
	change(which, 1, 0);
}

static void take_undo(unsigned int which)
{
	change(which, -1, SEM_UNDO);
}

static void give_undo(unsigned int which)
{
	change(which, 1, SEM_UNDO);
}

static void tear_down(void)
{
	semctl(set, 0, IPC_RMID);
}

const struct lock sysv_lock = {
	.name = "SysV semaphore",
	.is_rival = true,
	.set_up = set_up,
	.take = take,
	.give = give,
	.tear_down = tear_down,
};

const struct lock sysv_undo_lock = {
	.name = "SysV semaphore, UNDO",
	.is_rival = true,
	.set_up = set_up,
	.take = take_undo,
	.give = give_undo,
	.tear_down = tear_down,
};
