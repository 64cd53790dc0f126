// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Spinning: to wait a moment without the kernel, as long as that pays.
 */
#include <errno.h>
#include <unistd.h>

#include "internal.h"
#include "ring_protocol.h"
#include "ring_spin.h"

/*
 * A pause takes 10 to 140 cycles, so this is from 3 to 50 microseconds: about what it
 * costs to sleep and to be woken. To spin longer than that cannot pay.
 */
#define DEFAULT_PAUSES	1024U

/* What is left of a spin that never paid, to notice when it would again. */
#define FEWEST_PAUSES	8U

static void pause_processor(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield" ::: "memory");
#else
	__asm__ volatile("" ::: "memory");
#endif
}

/*
 * The other end never runs meanwhile. Who is bound to one of several processors may
 * have a partner on another; if not, spinning soon shrinks to almost nothing.
 */
static bool has_one_cpu(void)
{
	int saved = errno;
	bool has_one = sysconf(_SC_NPROCESSORS_ONLN) == 1;

	errno = saved;
	return has_one;
}

void ipcchan_spin_init(struct ipcchan_ring_spin *spin, uint32_t most)
{
	if (most == IPCCHAN_DEFAULT)
		most = DEFAULT_PAUSES;
	if (most && has_one_cpu())
		most = 0;
	spin->most = most;
	spin->now = most;
}

static uint32_t fewer(const struct ipcchan_ring_spin *spin)
{
	uint32_t half = spin->now / 2;

	if (half >= FEWEST_PAUSES)
		return half;
	return spin->most < FEWEST_PAUSES ? spin->most : FEWEST_PAUSES;
}

static uint32_t more(const struct ipcchan_ring_spin *spin)
{
	return spin->now > spin->most / 2 ? spin->most : 2 * spin->now;
}

bool ipcchan_spin_pays(const struct ipcchan_ring_spin *spin)
{
	return spin->now > FEWEST_PAUSES;
}

bool ipcchan_spin_until(struct ipcchan_ring_spin *spin, const uint32_t *index,
			uint32_t goal)
{
	uint32_t pauses;

	for (pauses = spin->now; pauses; pauses--) {
		pause_processor();
		if (ipcchan_ring_reached(__atomic_load_n(index, __ATOMIC_ACQUIRE),
					 goal)) {
			spin->now = more(spin);
			return true;
		}
	}
	spin->now = fewer(spin);
	return false;
}
