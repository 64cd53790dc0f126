// SPDX-License-Identifier: GPL-2.0
/*
 * One pass: starts the processes, lets the collector watch them, and waits for
 * their end.
 */
#include <err.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pass.h"
#include "reader.h"
#include "worker.h"

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

/* As fork(2), but the child does not outlive its parent. */
static pid_t start_process(void)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	return 0;
}

static pid_t start_reader(const struct text *text, struct channel *lines,
			  struct channel *reports)
{
	pid_t pid = start_process();

	if (pid)
		return pid;
	channel_close_out(lines);
	channel_close_out(reports);
	reader_run(text, lines->in, reports->in);
	_exit(0);
}

static pid_t start_worker(struct worker *worker, struct channel *lines,
			  struct channel *reports)
{
	pid_t pid = start_process();

	if (pid)
		return pid;
	channel_close_in(lines);
	channel_close_out(reports);
	worker->lines = lines->out;
	worker->reports = reports->in;
	worker_run(worker);
	_exit(0);
}

static void start_crew(struct crew *crew, const struct text *text,
		       struct table *table, struct channel *lines,
		       struct channel *reports)
{
	struct worker worker = { .table = table, .rule = text->rule };

	for (uint32_t i = 0; i < crew->nr_workers; i++) {
		worker.number = i;
		crew->workers[i] = start_worker(&worker, lines, reports);
	}
	crew->reader = start_reader(text, lines, reports);
	channel_close_in(lines);
	channel_close_out(lines);
	channel_close_in(reports);
}

static bool ended_well(pid_t pid, bool was_killed)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		err(1, "waitpid");
	if (was_killed)
		return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool crew_ended_well(const struct crew *crew, int victim)
{
	bool well = ended_well(crew->reader, false);

	for (uint32_t i = 0; i < crew->nr_workers; i++)
		if (!ended_well(crew->workers[i], (int)i == victim))
			well = false;
	return well && (victim == NOBODY || victim < (int)crew->nr_workers);
}

void pass_run(struct pass *pass, const struct text *text, uint32_t nr_workers,
	      uint64_t stop_at)
{
	struct crew crew = { .nr_workers = nr_workers };
	struct ipcchan *session;
	struct channel reports;
	struct channel lines;
	double start;

	require(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	channel_open(&lines, session);
	channel_open(&reports, session);
	pass->table = table_open(session, &pass->region, text->words,
				 text->size);
	pass->table->nr_workers = nr_workers;
	pass->table->stop_at = stop_at;
	ipcchan_session_close(session);
	pass->findings = (struct findings){ .victim = NOBODY };

	start = now();
	start_crew(&crew, text, pass->table, &lines, &reports);
	collector_run(&crew, pass->table, reports.out, &pass->findings);
	pass->seconds = now() - start;
	pass->all_ended_well = crew_ended_well(&crew, pass->findings.victim);
	channel_close_out(&reports);
	/* The killed worker may have been the last to want the mutex. */
	table_lock(pass->table, COLLECTOR);
	table_unlock(pass->table);
}

void pass_end(struct pass *pass)
{
	ipcchan_region_unmap(pass->region, pass->table);
	ipcchan_region_close(pass->region);
}
