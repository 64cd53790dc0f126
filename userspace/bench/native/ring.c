// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan's ring as the library has it, over memfds. A futex for each end stands in
 * for the module: RING_WAIT and RING_WAKE of one sleeper an end, who is not killed.
 * They enter the kernel as often as the ioctls would.
 */
#include <err.h>
#include <errno.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mechanism.h"
#include "ring.h"

#define PRODUCER	0
#define CONSUMER	1

/* Records that are published together. */
#define BATCH		16

/**
 * struct channel - a ring, and what the module would know of it
 * @fd: The areas of its descriptors, at their offsets.
 * @pages: Those of the ends, which the module writes, too.
 * @words: Futexes: how often who sleeps at an end was woken.
 */
struct channel {
	int fd;
	struct ipcchan_ring_end *pages[2];
	uint32_t *words;
};

/* The first is written by the client, the second by the server. */
static struct channel channels[2];
static struct ipcchan_ring *in;
static struct ipcchan_ring *out;

/* Not published yet. */
static unsigned int nr_committed;

/* The channel of one of the rings of this process, and which end of it that is. */
static struct channel *channel_of(const struct ipcchan_ring *ring,
				  unsigned int *end)
{
	*end = ring == out ? PRODUCER : CONSUMER;
	return &channels[ring->fd != channels[0].fd];
}

/* On a line of its own, as the module would have it. */
static uint32_t *word_of(const struct channel *channel, unsigned int end)
{
	return &channel->words[16 * end];
}

static void *map_shared(size_t size, int fd, off_t offset)
{
	void *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd,
			    offset);

	if (mapped == MAP_FAILED)
		err(1, "mmap");
	return mapped;
}

static void new_channel(struct channel *channel, size_t capacity)
{
	const size_t page = sysconf(_SC_PAGESIZE);

	channel->fd = memfd_create("ring", MFD_CLOEXEC);
	must(ftruncate(channel->fd, IPCCHAN_RING_DATA + capacity), 0,
	     "ftruncate");
	channel->pages[PRODUCER] = map_shared(page, channel->fd,
					      IPCCHAN_RING_PRODUCER);
	channel->pages[CONSUMER] = map_shared(page, channel->fd,
					      IPCCHAN_RING_CONSUMER);
	channel->words = map_shared(page, -1, 0);
}

static void free_channel(struct channel *channel)
{
	const size_t page = sysconf(_SC_PAGESIZE);

	munmap(channel->pages[PRODUCER], page);
	munmap(channel->pages[CONSUMER], page);
	munmap(channel->words, page);
	close(channel->fd);
}

static bool is_reached(const struct channel *channel, unsigned int end,
		       uint32_t goal)
{
	return ipcchan_ring_reached(__atomic_load_n(&channel->pages[end]->index,
						    __ATOMIC_ACQUIRE), goal);
}

static int wake(struct ipcchan_ring *ring)
{
	unsigned int own;
	struct channel *channel = channel_of(ring, &own);
	uint32_t *word = word_of(channel, !own);

	__atomic_store_n(&channel->pages[!own]->notice, 0, __ATOMIC_RELEASE);
	__atomic_add_fetch(word, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
	return 0;
}

/*
 * The barrier pairs with that of ipcchan_side_tell(). A wake() that comes late may take
 * back the notice of the next sleep; but then it changes the word, and the notice is
 * written again.
 */
static int wait_for(struct ipcchan_ring *ring, uint32_t goal,
		    uint64_t deadline_ns, struct ipcchan_ring *woken)
{
	unsigned int own;
	struct channel *channel = channel_of(ring, &own);
	uint32_t *word = word_of(channel, own);
	uint32_t *notice = &channel->pages[own]->notice;

	(void)deadline_ns;
	if (woken)
		wake(woken);
	for (;;) {
		uint32_t before = __atomic_load_n(word, __ATOMIC_ACQUIRE);

		__atomic_store_n(notice, goal | IPCCHAN_RING_AWAITS,
				 __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if (is_reached(channel, !own, goal))
			break;
		syscall(SYS_futex, word, FUTEX_WAIT, before, NULL, NULL, 0);
	}
	__atomic_store_n(notice, 0, __ATOMIC_RELEASE);
	return 0;
}

static const struct ipcchan_ring_entry stand_in = {
	.wait = wait_for,
	.wake = wake,
};

static void check(int error, const char *what)
{
	if (error)
		errx(1, "%s: %s [%s]", what, ipcchan_error_text(error),
		     ipcchan_error_name(error));
}

static struct ipcchan_ring *open_end(const struct channel *channel,
				     uint32_t right, size_t size, uint32_t pauses)
{
	struct ipcchan_ring *ring;

	check(ipcchan_ring_new(channel->fd, capacity_for(size), right, &stand_in,
			       &ring), "ipcchan_ring_new");
	ipcchan_ring_set_spin(ring, pauses);
	check(ipcchan_ring_map(ring), "ipcchan_ring_map");
	return ring;
}

static void open_with(enum side side, size_t size, uint32_t pauses)
{
	const struct channel *first = &channels[side == SERVER];
	const struct channel *second = &channels[side == CLIENT];

	out = open_end(first, IPCCHAN_RIGHT_SEND, size, pauses);
	in = open_end(second, IPCCHAN_RIGHT_RECEIVE, size, pauses);
}

static void open_spinning(enum side side, size_t size)
{
	open_with(side, size, IPCCHAN_SPIN_DEFAULT);
}

static void open_sleeping(enum side side, size_t size)
{
	open_with(side, size, 0);
}

static void close_side(void)
{
	ipcchan_ring_close(in);
	ipcchan_ring_close(out);
}

static void set_up(size_t size)
{
	for (int i = 0; i < 2; i++)
		new_channel(&channels[i], capacity_for(size));
}

static void tear_down(void)
{
	for (int i = 0; i < 2; i++)
		free_channel(&channels[i]);
}

static void *reserve(size_t size)
{
	void *place;
	int error;

	while ((error = ipcchan_ring_reserve(out, size, &place)) == -EAGAIN)
		check(ipcchan_ring_wait(out, size, IPCCHAN_DEADLINE_NEVER),
		      "ipcchan_ring_wait");
	check(error, "ipcchan_ring_reserve");
	return place;
}

static void publish(void)
{
	check(ipcchan_ring_publish(out), "ipcchan_ring_publish");
	nr_committed = 0;
}

static void send_one(size_t size)
{
	check(ipcchan_ring_commit(out, size, 0), "ipcchan_ring_commit");
	publish();
}

static void send_in_batch(size_t size)
{
	check(ipcchan_ring_commit(out, size, 0), "ipcchan_ring_commit");
	if (++nr_committed == BATCH)
		publish();
}

static const void *receive(size_t size)
{
	struct ipcchan_record record;
	int error;

	while ((error = ipcchan_ring_peek(in, &record)) == -EAGAIN)
		check(ipcchan_ring_wait(in, 0, IPCCHAN_DEADLINE_NEVER),
		      "ipcchan_ring_wait");
	check(error, "ipcchan_ring_peek");
	must(record.size, size, "ipcchan_ring_peek");
	return record.data;
}

static const void *flush_and_receive(size_t size)
{
	if (nr_committed)
		publish();
	return receive(size);
}

static void release(void)
{
	check(ipcchan_ring_consume(in), "ipcchan_ring_consume");
}

const struct mechanism ring_mechanism = {
	.name = "ipcchan ring",
	.set_up = set_up,
	.tear_down = tear_down,
	.open = open_spinning,
	.close = close_side,
	.reserve = reserve,
	.send = send_one,
	.receive = receive,
	.release = release,
};

const struct mechanism ring_sleeping_mechanism = {
	.name = "ipcchan ring, no spin",
	.set_up = set_up,
	.tear_down = tear_down,
	.open = open_sleeping,
	.close = close_side,
	.reserve = reserve,
	.send = send_one,
	.receive = receive,
	.release = release,
};

const struct mechanism ring_batch_mechanism = {
	.name = "ipcchan ring, by 16",
	.set_up = set_up,
	.tear_down = tear_down,
	.open = open_spinning,
	.close = close_side,
	.reserve = reserve,
	.send = send_in_batch,
	.receive = flush_and_receive,
	.release = release,
	.flush = publish,
};
