// SPDX-License-Identifier: GPL-2.0
/*
 * A client and a server, and the round trips between them.
 */
#include "pair.h"

#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mark.h"

/* Seconds after which a client whose server is gone dies of SIGALRM. */
#define PATIENCE	60

/*
 * Microseconds before each repeat for the kernel's threads to do what was left to them:
 * while we run they cannot. Until a grace period of RCU has ended, every context switch
 * does more, and so does call_rcu(), by 200 instructions: each repeat is to begin alike.
 */
#define SETTLING	100000

/* Above what a real-time kernel has threads for that others have interrupts for. */
#define PRIORITY	60

/*
 * After all that is measured comes one round more, as the server, which need not
 * make way for the client that it wakes, exits before that goes on.
 */
static unsigned int all_rounds(const struct pair *pair)
{
	return REPEATS * pair->rounds + 1;
}

void must(long result, long wanted, const char *what)
{
	if (__builtin_expect(result == wanted, 1))
		return;
	if (result < 0)
		err(1, "%s", what);
	errx(1, "%s: gave %ld, not %ld", what, result, wanted);
}

void *shared_new(size_t size)
{
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		err(1, "mmap");
	return shared;
}

void shared_free(void *shared, size_t size)
{
	munmap(shared, size);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
}

static uint64_t own_switches(void)
{
	struct rusage usage;

	must(getrusage(RUSAGE_SELF, &usage), 0, "getrusage");
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

static struct payload *new_payload(size_t size)
{
	struct payload *payload;

	payload = calloc(1, offsetof(struct payload, round) + size);
	if (!payload)
		err(1, "calloc");
	return payload;
}

/* All rounds of a repeat, in the server. */
static void serve_repeat(const struct pair *pair, struct payload *payload)
{
	for (unsigned int i = 1; i < pair->rounds; i++)
		pair->mechanism->take(payload, pair->size);
	pair->mechanism->serve(payload, pair->size, 1);
}

static void serve_all(const struct pair *pair, struct payload *payload)
{
	if (!pair->streams) {
		pair->mechanism->serve(payload, pair->size, all_rounds(pair));
		return;
	}
	for (int i = 0; i < REPEATS; i++)
		serve_repeat(pair, payload);
	pair->mechanism->serve(payload, pair->size, 1);
}

static void be_server(const struct pair *pair, uint64_t *switches)
{
	struct payload *payload = new_payload(pair->size);
	uint64_t before;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	before = own_switches();
	serve_all(pair, payload);
	*switches = own_switches() - before;
	_exit(0);
}

static void ask_repeat(const struct pair *pair, struct payload *payload)
{
	unsigned int rounds = pair->rounds;

	if (pair->streams)
		for (; rounds > 1; rounds--)
			pair->mechanism->put(payload, pair->size);
	for (; rounds; rounds--)
		pair->mechanism->ask(payload, pair->size);
}

static unsigned int all_answers(const struct pair *pair)
{
	return pair->streams ? REPEATS + 1 : all_rounds(pair);
}

static void be_client(const struct pair *pair, struct costs *costs)
{
	struct payload *payload = new_payload(pair->size);
	uint64_t before;

	costs->switches = 0;
	for (int i = 0; i < REPEATS; i++) {
		uint64_t start;

		must(usleep(SETTLING), 0, "usleep");
		before = own_switches();
		start = now_ns();
		if (pair->is_marked)
			mark_begin();
		ask_repeat(pair, payload);
		if (pair->is_marked)
			mark_end();
		costs->ns[i] = now_ns() - start;
		costs->switches += own_switches() - before;
	}
	before = own_switches();
	pair->mechanism->ask(payload, pair->size);
	costs->switches += own_switches() - before;
	if (payload->round != all_answers(pair))
		errx(1, "%s: not every request was answered once",
		     pair->mechanism->name);
	free(payload);
}

static void join(pid_t server)
{
	int status;

	must(waitpid(server, &status, 0), server, "waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		errx(1, "the server failed");
}

struct costs pair_run(const struct pair *pair)
{
	const struct sched_param priority = { .sched_priority = PRIORITY };
	uint64_t *switches = shared_new(sizeof(*switches));
	struct costs costs;
	pid_t server;

	must(sched_setscheduler(0, SCHED_FIFO, &priority), 0,
	     "become SCHED_FIFO, which takes root");
	pair->mechanism->set_up(pair->size);
	server = fork();
	if (server < 0)
		err(1, "fork");
	if (!server)
		be_server(pair, switches);
	alarm(PATIENCE);
	be_client(pair, &costs);
	join(server);
	alarm(0);
	pair->mechanism->tear_down();
	costs.switches += *switches;
	shared_free(switches, sizeof(*switches));
	return costs;
}
