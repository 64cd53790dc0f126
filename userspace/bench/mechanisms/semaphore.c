// SPDX-License-Identifier: GPL-2.0
/*
 * Shared memory, and a semaphore of ours for each channel that counts what is there.
 */
#include <err.h>
#include <ipcchan.h>
#include <stdlib.h>
#include <unistd.h>

#include "slots.h"

static struct ipcchan *session;
static int *semaphores;
static unsigned int nr_semaphores;

static int new_semaphore(void)
{
	int semaphore = ipcchan_semaphore_open(session, NULL, IPCCHAN_RIGHTS_SIGNAL,
					       NULL);

	return must_not_fail(semaphore, "create a semaphore");
}

static void set_up(const struct shape *shape)
{
	slots_open(shape);
	must_not_fail(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	nr_semaphores = shape->channels;
	semaphores = calloc(nr_semaphores, sizeof(*semaphores));
	if (!semaphores)
		err(1, "calloc");
	for (unsigned int i = 0; i < nr_semaphores; i++)
		semaphores[i] = new_semaphore();
}

static void put(unsigned int channel, struct payload *payload, size_t size)
{
	slots_put(channel, payload, size);
	must_not_fail(ipcchan_semaphore_release(semaphores[channel], 1, 0),
		      "release");
}

static void take(unsigned int channel, struct payload *payload, size_t size)
{
	must_not_fail(ipcchan_semaphore_acquire(semaphores[channel], 1, NULL),
		      "acquire");
	slots_take(channel, payload, size);
}

static void acquire_all(unsigned int first, unsigned int count)
{
	struct ipcchan_wait_entry entries[IPCCHAN_WAIT_MAX] = {};

	for (unsigned int i = 0; i < count; i++) {
		entries[i].fd = semaphores[first + i];
		entries[i].units = 1;
	}
	must_not_fail(ipcchan_wait_all(session, entries, count, NULL), "wait for all");
}

/* By as many waits as it takes. */
static void take_from_all(unsigned int first, unsigned int count,
			  struct payload *payload, size_t size)
{
	while (count) {
		unsigned int some = count < IPCCHAN_WAIT_MAX ? count :
							       IPCCHAN_WAIT_MAX;

		acquire_all(first, some);
		for (unsigned int i = 0; i < some; i++)
			slots_take(first + i, payload, size);
		first += some;
		count -= some;
	}
}

static int fd(unsigned int channel)
{
	return semaphores[channel];
}

static void tear_down(void)
{
	for (unsigned int i = 0; i < nr_semaphores; i++)
		close(semaphores[i]);
	free(semaphores);
	ipcchan_session_close(session);
	slots_close();
}

const struct mechanism semaphore_mechanism = {
	.name = "ipcchan semaphore, shm",
	.can = slots_can,
	.open = set_up,
	.send = put,
	.receive = take,
	.receive_from_all = take_from_all,
	.fd = fd,
	.close = tear_down,
};
