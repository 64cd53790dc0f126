// SPDX-License-Identifier: GPL-2.0
/*
 * A client and its servers, and the rounds between them.
 */
#include "pair.h"

#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
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

#define SERVERS_MAX	16

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

/*
 * After all that is measured comes one round more, as a server, which need not
 * make way for the client that it wakes, exits before that goes on.
 */
static void be_server(const struct pair *pair, unsigned int who,
		      uint64_t *switches)
{
	const struct work *work = pair->work;
	struct payload *payload = payload_new(pair->size);
	uint64_t before;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (work->be)
		work->be(who);
	before = own_switches();
	for (int i = 0; i < REPEATS; i++)
		work->serve(payload, pair->size, pair->rounds);
	work->serve(payload, pair->size, 1);
	*switches = own_switches() - before;
	_exit(0);
}

static unsigned int all_answers(const struct pair *pair)
{
	return REPEATS * (pair->work->answers_once ? 1 : pair->rounds) + 1;
}

static uint64_t ask_repeat(const struct pair *pair, struct payload *payload)
{
	uint64_t start;

	must(usleep(SETTLING), 0, "usleep");
	start = now_ns();
	if (pair->is_marked)
		mark_begin();
	pair->work->ask(payload, pair->size, pair->rounds);
	if (pair->is_marked)
		mark_end();
	return now_ns() - start;
}

static void be_client(const struct pair *pair, struct costs *costs)
{
	struct payload *payload = payload_new(pair->size);
	uint64_t before = own_switches();

	for (int i = 0; i < REPEATS; i++)
		costs->ns[i] = ask_repeat(pair, payload);
	pair->work->ask(payload, pair->size, 1);
	/* To settle is a switch, too. */
	costs->switches = own_switches() - before - REPEATS;
	if (payload->round != all_answers(pair))
		errx(1, "%s: not every request was answered once", pair->name);
	free(payload);
}

static pid_t start_server(const struct pair *pair, unsigned int who,
			  uint64_t *switches)
{
	pid_t server = fork();

	if (server < 0)
		err(1, "fork");
	if (!server)
		be_server(pair, who, switches);
	return server;
}

static void join(pid_t server)
{
	int status;

	must(waitpid(server, &status, 0), server, "waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		errx(1, "a server failed");
}

struct costs pair_run(const struct pair *pair)
{
	const struct sched_param priority = { .sched_priority = PRIORITY };
	const unsigned int servers = pair->work->servers;
	uint64_t *switches = shared_new(SERVERS_MAX * sizeof(*switches));
	pid_t pids[SERVERS_MAX];
	struct costs costs;

	must(sched_setscheduler(0, SCHED_FIFO, &priority), 0,
	     "become SCHED_FIFO, which takes root");
	if (servers > SERVERS_MAX)
		errx(1, "%u servers are too many", servers);
	pair->work->set_up(pair->size);
	for (unsigned int i = 0; i < servers; i++)
		pids[i] = start_server(pair, i, &switches[i]);
	alarm(PATIENCE);
	be_client(pair, &costs);
	for (unsigned int i = 0; i < servers; i++)
		join(pids[i]);
	alarm(0);
	pair->work->tear_down();
	for (unsigned int i = 0; i < servers; i++)
		costs.switches += switches[i];
	shared_free(switches, SERVERS_MAX * sizeof(*switches));
	return costs;
}
