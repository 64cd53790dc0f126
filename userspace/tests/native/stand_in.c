// SPDX-License-Identifier: GPL-2.0
/*
 * A stand-in for what the kernel does for rings.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "stand_in.h"

/**
 * struct stand_in - the kernel's memory of the ring, out of reach of its ends
 * @lock: Protects all but the pages.
 * @size: Bytes of data.
 * @fd: The pages.
 * @ends: Both.
 */
struct stand_in {
	pthread_mutex_t lock;
	uint32_t size;
	int fd;
	struct stand_in_end ends[2];
};

static struct stand_in *kernel;

static void *must_map(size_t size, int flags, int fd, off_t offset)
{
	void *address = mmap(NULL, size, PROT_READ | PROT_WRITE,
			     MAP_SHARED | flags, fd, offset);

	if (address == MAP_FAILED)
		abort();
	return address;
}

static void init_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

void stand_in_create(uint32_t size)
{
	size_t page = sysconf(_SC_PAGESIZE);

	kernel = must_map(sizeof(*kernel), MAP_ANONYMOUS, -1, 0);
	init_lock(&kernel->lock);
	kernel->size = size;
	kernel->fd = memfd_create("ring", MFD_CLOEXEC);
	if (ftruncate(kernel->fd, IPCCHAN_RING_DATA + (off_t)size))
		abort();
	kernel->ends[PRODUCER].page =
		must_map(page, 0, kernel->fd, IPCCHAN_RING_PRODUCER);
	kernel->ends[CONSUMER].page =
		must_map(page, 0, kernel->fd, IPCCHAN_RING_CONSUMER);
}

const struct stand_in_end *stand_in_look(unsigned int end)
{
	return &kernel->ends[end];
}

static unsigned int end_of(const struct ipcchan_ring *ring)
{
	return ring->rights & IPCCHAN_RIGHT_SEND ? PRODUCER : CONSUMER;
}

static uint32_t index_of(const struct stand_in_end *end)
{
	return __atomic_load_n(&end->page->index, __ATOMIC_ACQUIRE);
}

/* The lock is held, so nobody else writes a notice; but a liar may. */
static void set_notice(struct stand_in_end *end)
{
	uint32_t notice = end->has_ended ? IPCCHAN_RING_ENDED : 0;

	if (end->sleeps)
		notice |= end->goal | IPCCHAN_RING_AWAITS;
	__atomic_store_n(&end->page->notice, notice, __ATOMIC_RELEASE);
}

static void wake_sleeper(struct stand_in_end *end)
{
	end->sleeps = false;
	set_notice(end);
	__atomic_fetch_add(&end->word, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, &end->word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* As RING_WAIT answers when it looks: 1 is to sleep on. */
static int look_at(const struct stand_in_end *other, uint32_t goal)
{
	bool has_ended = other->has_ended;
	uint32_t index = index_of(other);

	if (goal - index > kernel->size && index - goal > kernel->size)
		return -EPROTO;
	if (ipcchan_ring_reached(index, goal))
		return 0;
	return has_ended ? -EPIPE : 1;
}

static void sleep_until(struct stand_in_end *own, uint32_t word,
			uint64_t deadline_ns)
{
	struct timespec time = {
		.tv_sec = deadline_ns / IPCCHAN_SECONDS(1),
		.tv_nsec = deadline_ns % IPCCHAN_SECONDS(1),
	};

	syscall(SYS_futex, &own->word, FUTEX_WAIT_BITSET, word,
		deadline_ns == IPCCHAN_DEADLINE_NEVER ? NULL : &time, NULL,
		FUTEX_BITSET_MATCH_ANY);
}

/* Register, then look: the barrier pairs with that of ipcchan_side_tell(). */
static int register_sleeper(struct stand_in_end *own,
			    const struct stand_in_end *other, uint32_t goal)
{
	int answer;

	own->goal = goal;
	own->sleeps = true;
	set_notice(own);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	answer = look_at(other, goal);
	if (answer != 1) {
		own->sleeps = false;
		set_notice(own);
	} else {
		own->nr_sleeps++;
	}
	return answer;
}

static bool is_over(uint64_t deadline_ns)
{
	return ipcchan_deadline_in(0) >= deadline_ns;
}

static int stand_in_wake(struct ipcchan_ring *ring)
{
	const struct stand_in_end *own = &kernel->ends[end_of(ring)];
	struct stand_in_end *other = &kernel->ends[!end_of(ring)];

	pthread_mutex_lock(&kernel->lock);
	if (other->sleeps && ipcchan_ring_reached(index_of(own), other->goal))
		wake_sleeper(other);
	pthread_mutex_unlock(&kernel->lock);
	return 0;
}

static int stand_in_wait(struct ipcchan_ring *ring, uint32_t goal,
			 uint64_t deadline_ns, struct ipcchan_ring *woken)
{
	struct stand_in_end *own = &kernel->ends[end_of(ring)];
	const struct stand_in_end *other = &kernel->ends[!end_of(ring)];
	uint32_t word;
	int answer;

	if (woken)
		stand_in_wake(woken);
	pthread_mutex_lock(&kernel->lock);
	answer = register_sleeper(own, other, goal);
	while (answer == 1) {
		word = own->word;
		pthread_mutex_unlock(&kernel->lock);
		sleep_until(own, word, deadline_ns);
		pthread_mutex_lock(&kernel->lock);
		if (!own->sleeps)
			answer = look_at(other, goal);
		if (answer == 1 && is_over(deadline_ns))
			answer = -ETIMEDOUT;
		if (answer == 1 && !own->sleeps)
			answer = register_sleeper(own, other, goal);
	}
	own->sleeps = false;
	set_notice(own);
	pthread_mutex_unlock(&kernel->lock);
	return answer;
}

static const struct ipcchan_ring_entry stand_in = {
	.wait = stand_in_wait,
	.wake = stand_in_wake,
};

struct ipcchan_ring *stand_in_open(unsigned int end)
{
	uint32_t right = end == PRODUCER ? IPCCHAN_RIGHT_SEND :
					   IPCCHAN_RIGHT_RECEIVE;
	struct ipcchan_ring *ring;

	if (ipcchan_ring_new(dup(kernel->fd), kernel->size, right, &stand_in,
			     &ring))
		abort();
	if (ipcchan_ring_map(ring))
		abort();
	return ring;
}

void stand_in_end_ends(unsigned int end)
{
	pthread_mutex_lock(&kernel->lock);
	kernel->ends[end].has_ended = true;
	set_notice(&kernel->ends[end]);
	if (kernel->ends[!end].sleeps)
		wake_sleeper(&kernel->ends[!end]);
	pthread_mutex_unlock(&kernel->lock);
}

uint64_t number_of(const char *variable)
{
	const char *value = getenv(variable);

	return value ? strtoull(value, NULL, 0) : 0;
}
