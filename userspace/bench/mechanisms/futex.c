// SPDX-License-Identifier: GPL-2.0
/*
 * Shared memory, and a futex(2) for each channel: nobody spins, and who sends enters the
 * kernel each time, as he does not know whether anybody sleeps.
 */
#include <errno.h>
#include <err.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "slots.h"

/* Of each channel, what this process has taken. */
static uint32_t *taken;

static void set_up(const struct shape *shape)
{
	slots_open(shape);
	taken = calloc(shape->channels, sizeof(*taken));
	if (!taken)
		err(1, "calloc");
}

static void put(unsigned int channel, struct payload *payload, size_t size)
{
	slots_put(channel, payload, size);
	if (syscall(SYS_futex, slots_count(channel), FUTEX_WAKE, 1) < 0)
		err(1, "FUTEX_WAKE");
}

static void take(unsigned int channel, struct payload *payload, size_t size)
{
	uint32_t *count = slots_count(channel);

	while (__atomic_load_n(count, __ATOMIC_ACQUIRE) == taken[channel])
		if (syscall(SYS_futex, count, FUTEX_WAIT, taken[channel],
			    NULL) < 0 && errno != EAGAIN && errno != EINTR)
			err(1, "FUTEX_WAIT");
	slots_take(channel, payload, size);
	taken[channel]++;
}

static void tear_down(void)
{
	free(taken);
	slots_close();
}

const struct mechanism futex_mechanism = {
	.name = "futex, shm",
	.is_rival = true,
	.can = slots_can,
	.open = set_up,
	.send = put,
	.receive = take,
	.close = tear_down,
};
