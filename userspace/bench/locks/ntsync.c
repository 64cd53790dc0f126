// SPDX-License-Identifier: GPL-2.0
/*
 * Mutexes and semaphores of ntsync, which the kernel has for emulators of Windows. An
 * owner is a number that the program tells; the kernel does not look who dies.
 */
#include <err.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lock.h"
#include "ntsync.h"

static int device;
static int locks[LOCKS];
static unsigned int owner;

static bool exists(void)
{
	return !access(NTSYNC_DEVICE, R_OK | W_OK);
}

static void open_device(void)
{
	device = open(NTSYNC_DEVICE, O_RDWR | O_CLOEXEC);
	if (device < 0)
		err(1, NTSYNC_DEVICE);
}

/* @argument is of the type that @request wants, and nobody's yet. */
static void set_up_by(unsigned long request, const void *argument)
{
	open_device();
	for (int i = 0; i < LOCKS; i++) {
		locks[i] = ioctl(device, request, argument);
		if (locks[i] < 0)
			err(1, "make an object of ntsync");
	}
}

static void set_up_mutexes(void)
{
	const struct ntsync_mutex_args mutex = {};

	set_up_by(NTSYNC_IOC_CREATE_MUTEX, &mutex);
}

static void set_up_semaphores(void)
{
	const struct ntsync_sem_args semaphore = { .count = 1, .max = 1 };

	set_up_by(NTSYNC_IOC_CREATE_SEM, &semaphore);
}

static void be(unsigned int party)
{
	owner = party;
}

static void take(unsigned int which)
{
	struct ntsync_wait_args wait = {
		.timeout = UINT64_MAX,
		.objs = (uintptr_t)&locks[which],
		.count = 1,
		.owner = owner,
	};

	must(ioctl(device, NTSYNC_IOC_WAIT_ANY, &wait), 0, "wait");
}

static void unlock(unsigned int which)
{
	struct ntsync_mutex_args mutex = { .owner = owner };

	must(ioctl(locks[which], NTSYNC_IOC_MUTEX_UNLOCK, &mutex), 0, "unlock");
}

static void release(unsigned int which)
{
	__u32 units = 1;

	must(ioctl(locks[which], NTSYNC_IOC_SEM_RELEASE, &units), 0, "release");
}

static void tear_down(void)
{
	for (int i = 0; i < LOCKS; i++)
		close(locks[i]);
	close(device);
}

const struct lock ntsync_mutex_lock = {
	.name = "ntsync mutex",
	.is_rival = true,
	.exists = exists,
	.set_up = set_up_mutexes,
	.be = be,
	.take = take,
	.give = unlock,
	.tear_down = tear_down,
};

const struct lock ntsync_semaphore_lock = {
	.name = "ntsync semaphore",
	.is_rival = true,
	.exists = exists,
	.set_up = set_up_semaphores,
	.be = be,
	.take = take,
	.give = release,
	.tear_down = tear_down,
};
