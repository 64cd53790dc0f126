// SPDX-License-Identifier: GPL-2.0
/*
 * A client and a server, forked to measure one thing.
 */
#include "pair.h"

#include <dirent.h>
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "counter.h"
#include "payload.h"

/* Seconds after which a process whose other side is stuck dies of SIGALRM. */
#define PATIENCE	60

/* Messages between two looks at the clock, which takes as long as some messages do. */
#define LOOK_EVERY	64

/* Round trips that are remembered; more are made, but do not count. */
#define MOST_SAMPLES	(1U << 20)

const struct quantile quantiles[NR_QUANTILES] = {
	{ 900, "p90_ns", "p90 us" },
	{ 990, "p99_ns", "p99 us" },
	{ 999, "p999_ns", "p99.9 us" },
};

/**
 * struct shared - what both processes see
 * @ready: How many of them are.
 * @done: Likewise, with all messages.
 * @measured: The result.
 * @calls: System calls per message of each side.
 */
struct shared {
	unsigned int ready;
	unsigned int done;
	struct measured measured;
	double calls[2];
};

/**
 * struct window - when what happens counts
 * @warm_ns: Not before.
 * @duration_ns: At least for so long.
 * @start_ns: When it began, or 0.
 * @number: How many messages came before.
 * @calls: System calls before.
 */
struct window {
	uint64_t warm_ns;
	uint64_t duration_ns;
	uint64_t start_ns;
	uint64_t number;
	uint64_t calls;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
}

static struct window window_of(const struct pair *pair)
{
	return (struct window){
		.warm_ns = now_ns() + pair->duration_ns / 10,
		.duration_ns = pair->duration_ns,
	};
}

/* It is @now, and @number messages are done: does it begin? */
static void window_look(struct window *window, uint64_t now, uint64_t number)
{
	if (window->start_ns || now < window->warm_ns)
		return;
	window->calls = counter_read();
	window->number = number;
	window->start_ns = now;
}

static bool is_over(const struct window *window, uint64_t now)
{
	return window->start_ns && now - window->start_ns >= window->duration_ns;
}

static double calls_since(const struct window *window, uint64_t number)
{
	uint64_t calls = counter_read();

	if (calls == UNKNOWN)
		return -1;
	return (double)(calls - window->calls) / (number - window->number);
}

/* Bytes of a message that the sides have to do with. */
static size_t used_of(const struct pair *pair)
{
	return pair->is_block ? sizeof(uint64_t) : pair->size;
}

static void send_message(const struct pair *pair, uint64_t number)
{
	void *message = pair->mechanism->reserve(pair->size);

	payload_fill(message, used_of(pair), number);
	pair->mechanism->send(pair->size);
}

static void send_last(const struct pair *pair)
{
	send_message(pair, LAST);
	if (pair->mechanism->flush)
		pair->mechanism->flush();
}

/* Returns: another one follows. */
static bool receive_message(const struct pair *pair, uint64_t number)
{
	const void *message = pair->mechanism->receive(pair->size);
	bool more = payload_check(message, used_of(pair), number);

	if (pair->mechanism->release)
		pair->mechanism->release();
	return more;
}

static void send_stream(const struct pair *pair, struct shared *shared)
{
	struct window window = window_of(pair);
	uint64_t number = 0;
	uint64_t now = 0;

	while (!is_over(&window, now)) {
		for (int i = 0; i < LOOK_EVERY; i++)
			send_message(pair, number++);
		now = now_ns();
		window_look(&window, now, number);
	}
	shared->calls[CLIENT] = calls_since(&window, number);
	send_last(pair);
}

/*
 * A receiver that was kept from running for most of the time would have measured how
 * fast it empties what is buffered: that does not count.
 */
static void receive_stream(const struct pair *pair, struct shared *shared)
{
	struct window window = window_of(pair);
	uint64_t number = 0;
	uint64_t ns;

	while (receive_message(pair, number)) {
		number++;
		if (number % LOOK_EVERY == 0)
			window_look(&window, now_ns(), number);
	}
	ns = now_ns() - window.start_ns;
	if (!window.start_ns || ns < window.duration_ns / 2)
		return;
	shared->measured.ns = (double)ns / (number - window.number);
	shared->calls[SERVER] = calls_since(&window, number);
}

static int compare(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left;
	uint32_t b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static void take_samples(struct measured *measured, uint32_t *samples,
			 size_t count)
{
	if (!count)
		errx(1, "no round trip in time");
	qsort(samples, count, sizeof(*samples), compare);
	measured->ns = samples[count / 2];
	for (int i = 0; i < NR_QUANTILES; i++)
		measured->quantile_ns[i] =
			samples[count * quantiles[i].per_mille / 1000];
}

/* Returns what one round trip took, and moves @now on. */
static uint32_t ask(const struct pair *pair, uint64_t number, uint64_t *now)
{
	uint64_t before = *now;

	send_message(pair, number);
	receive_message(pair, number);
	*now = now_ns();
	return *now - before;
}

static void make_round_trips(const struct pair *pair, struct shared *shared)
{
	uint32_t *samples = must_have(calloc(MOST_SAMPLES, sizeof(*samples)),
				      "calloc");
	struct window window = window_of(pair);
	uint64_t now = now_ns();
	uint64_t number = 0;
	size_t count = 0;

	while (!is_over(&window, now) && count < MOST_SAMPLES) {
		samples[count] = ask(pair, number++, &now);
		count += !!window.start_ns;
		window_look(&window, now, number);
	}
	shared->calls[CLIENT] = calls_since(&window, number);
	send_last(pair);
	receive_message(pair, LAST);
	take_samples(&shared->measured, samples, count);
	free(samples);
}

static void answer_round_trips(const struct pair *pair, struct shared *shared)
{
	struct window window = window_of(pair);
	uint64_t number = 0;

	while (receive_message(pair, number)) {
		send_message(pair, number++);
		if (number % LOOK_EVERY == 0)
			window_look(&window, now_ns(), number);
	}
	shared->calls[SERVER] = calls_since(&window, number);
	send_last(pair);
}

/* The place of @side among the CPUs that this process may use. */
static int cpu_of(enum side side)
{
	unsigned int number = side;
	cpu_set_t allowed;
	int cpu;

	must(sched_getaffinity(0, sizeof(allowed), &allowed), 0,
	     "sched_getaffinity");
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed) && !number--)
			return cpu;
	errx(1, "this takes two CPUs");
}

/* All threads: those that a library has started, too. */
static void bind_to_cpu(enum side side)
{
	DIR *tasks = must_have(opendir("/proc/self/task"), "/proc/self/task");
	struct dirent *entry;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu_of(side), &one);
	while ((entry = readdir(tasks)))
		if (entry->d_name[0] != '.')
			must(sched_setaffinity(atoi(entry->d_name), sizeof(one),
					       &one),
			     0, "sched_setaffinity");
	closedir(tasks);
}

static void meet(unsigned int *here)
{
	__atomic_add_fetch(here, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(here, __ATOMIC_SEQ_CST) < 2)
		usleep(100);
}

/*
 * What else runs comes between no message, if this process may have that so. Threads
 * that a mechanism starts inherit it.
 */
static void become_first(void)
{
	const struct sched_param priority = { .sched_priority = 1 };

	sched_setscheduler(0, SCHED_FIFO, &priority);
}

static void run_side(const struct pair *pair, enum side side,
		     struct shared *shared)
{
	static void (*const runs[][2])(const struct pair *, struct shared *) = {
		[STREAM] = { send_stream, receive_stream },
		[ROUND_TRIP] = { make_round_trips, answer_round_trips },
	};
	const struct mechanism *mechanism = pair->mechanism;

	become_first();
	counter_start();
	if (mechanism->open)
		mechanism->open(side, pair->size);
	bind_to_cpu(pair->one_cpu ? CLIENT : side);
	meet(&shared->ready);
	runs[pair->kind][side](pair, shared);
	meet(&shared->done);
	if (mechanism->close)
		mechanism->close();
}

static pid_t start(const struct pair *pair, enum side side,
		   struct shared *shared)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(PATIENCE);
	run_side(pair, side, shared);
	exit(0);
}

static void join(const struct pair *pair)
{
	int status;

	if (wait(&status) < 0)
		err(1, "wait");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		errx(1, "%s: a process of it failed", pair->mechanism->name);
}

static struct measured try(const struct pair *pair)
{
	struct shared *shared;
	struct measured measured;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
	if (pair->mechanism->set_up)
		pair->mechanism->set_up(pair->size);
	start(pair, SERVER, shared);
	start(pair, CLIENT, shared);
	join(pair);
	join(pair);
	if (pair->mechanism->tear_down)
		pair->mechanism->tear_down();
	measured = shared->measured;
	measured.calls = shared->calls[CLIENT] < 0 ?
			 -1 : shared->calls[CLIENT] + shared->calls[SERVER];
	munmap(shared, sizeof(*shared));
	return measured;
}

struct measured pair_run(const struct pair *pair)
{
	struct measured measured;
	int tries = 10;

	do {
		if (!tries--)
			errx(1, "%s: cannot be measured while so much else runs",
			     pair->mechanism->name);
		measured = try(pair);
	} while (!measured.ns);
	return measured;
}
