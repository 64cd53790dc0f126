// SPDX-License-Identifier: GPL-2.0
/*
 * The kit: what all parts of the demo need.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "kit.h"
#include "process.h"

#define MOMENT_NS	100000

void *shared_new(size_t size)
{
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		err(1, "mmap");
	return shared;
}

void nap(void)
{
	struct timespec moment = { .tv_nsec = MOMENT_NS };

	nanosleep(&moment, NULL);
}

void look_again(uint64_t deadline_ns)
{
	if (ipcchan_deadline_in(0) > deadline_ns)
		errx(1, "FAIL: what is awaited does not happen");
	nap();
}

int mutex_new(struct ipcchan *session, uint32_t flags, uint32_t rank)
{
	struct ipcchan_mutex_options options = IPCCHAN_MUTEX_OPTIONS;
	int mutex;

	options.flags = IPCCHAN_OPEN_CREATE | flags;
	options.rank = rank;
	mutex = ipcchan_mutex_open(session, NULL, IPCCHAN_RIGHT_WAIT, &options);
	require(mutex, "create a mutex");
	return mutex;
}

int mutex_lock(int mutex)
{
	struct ipcchan_lock_options options = IPCCHAN_LOCK_OPTIONS;
	int result;

	if (mutex == NONE)
		return 0;
	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	result = ipcchan_mutex_lock(mutex, &options);
	require(result, "lock a mutex");
	return result;
}

void mutex_unlock(int mutex)
{
	if (mutex != NONE)
		require(ipcchan_mutex_unlock(mutex), "unlock a mutex");
}

struct ipcchan_mutex_info mutex_info(int mutex)
{
	struct ipcchan_mutex_info info = { 0 };

	require(ipcchan_mutex_info(mutex, &info, sizeof(info)),
		"ask a mutex for its state");
	return info;
}

int semaphore_new(struct ipcchan *session, uint32_t value)
{
	struct ipcchan_semaphore_options options = IPCCHAN_SEMAPHORE_OPTIONS;
	int semaphore;

	options.flags = IPCCHAN_OPEN_CREATE;
	options.value = value;
	semaphore = ipcchan_semaphore_open(session, NULL, IPCCHAN_RIGHT_WAIT |
					   IPCCHAN_RIGHT_SIGNAL |
					   IPCCHAN_RIGHT_ADMIN, &options);
	require(semaphore, "create a semaphore");
	return semaphore;
}

bool semaphore_acquire(int semaphore)
{
	struct ipcchan_wait_options options = IPCCHAN_WAIT_OPTIONS;
	int result;

	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	result = ipcchan_semaphore_acquire(semaphore, 1, &options);
	if (result == -EIDRM)
		return false;
	require(result, "acquire a semaphore");
	return true;
}

void semaphore_release(int semaphore)
{
	require(ipcchan_semaphore_release(semaphore, 1, 0),
		"release a semaphore");
}

int event_new(struct ipcchan *session, uint32_t flags)
{
	struct ipcchan_event_options options = IPCCHAN_EVENT_OPTIONS;
	int event;

	options.flags = IPCCHAN_OPEN_CREATE | flags;
	event = ipcchan_event_open(session, NULL, IPCCHAN_RIGHT_WAIT |
				   IPCCHAN_RIGHT_SIGNAL, &options);
	require(event, "create an event");
	return event;
}

int barrier_new(struct ipcchan *session, uint32_t parties)
{
	struct ipcchan_barrier_options options = IPCCHAN_BARRIER_OPTIONS;
	int barrier;

	options.flags = IPCCHAN_OPEN_CREATE;
	options.parties = parties;
	barrier = ipcchan_barrier_open(session, NULL, IPCCHAN_RIGHT_WAIT,
				       &options);
	require(barrier, "create a barrier");
	return barrier;
}

void barrier_meet(int barrier)
{
	struct ipcchan_wait_options options = IPCCHAN_WAIT_OPTIONS;

	options.flags = IPCCHAN_BARRIER_LEAVE;
	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	require(ipcchan_barrier_wait(barrier, &options), "meet at a barrier");
}

bool both_acquire(struct ipcchan *session, const int fds[2], uint32_t units)
{
	struct ipcchan_wait_entry entries[2] = {
		{ .fd = fds[0], .units = units },
		{ .fd = fds[1], .units = units },
	};
	struct ipcchan_lock_options options = IPCCHAN_LOCK_OPTIONS;
	int error;

	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	error = ipcchan_wait_all(session, entries, 2, &options);
	if (error != -EIDRM)
		require(error, "wait for both");
	return !error;
}

void crew_add(struct crew *crew, void (*work)(void *context, int number),
	      void *context)
{
	int number = crew->nr++;

	crew->pids[number] = process_start();
	if (crew->pids[number])
		return;
	work(context, number);
	fflush(stdout);
	_exit(0);
}

void crew_start(struct crew *crew, int nr,
		void (*work)(void *context, int number), void *context)
{
	while (crew->nr < nr)
		crew_add(crew, work, context);
}

bool crew_join(struct crew *crew)
{
	bool well = true;

	for (int i = 0; i < crew->nr; i++)
		well = process_join(crew->pids[i]) && well;
	crew->nr = 0;
	return check(well, "a process failed.");
}

void crew_kill(struct crew *crew)
{
	for (int i = 0; i < crew->nr; i++) {
		kill(crew->pids[i], SIGKILL);
		process_join(crew->pids[i]);
	}
	crew->nr = 0;
}

void circle_show(const struct circle *circle)
{
	printf("a circle of %u, each waits for the next:", circle->length);
	for (uint32_t i = 0; i < circle->length; i++)
		printf(" %u", circle->steps[i].tgid);
	printf(" %u\n", circle->steps[0].tgid);
}

static bool is_step(const struct ipcchan_step *step, const struct crew *crew)
{
	for (int i = 0; i < crew->nr; i++)
		if (step->tgid == (uint32_t)crew->pids[i])
			return step->holder_tgid ==
			       (uint32_t)crew->pids[(i + 1) % crew->nr];
	return false;
}

bool circle_check(const struct circle *circle, const struct crew *crew)
{
	uint32_t nr = crew->nr;
	bool good = circle->length == nr;

	for (uint32_t i = 0; good && i < nr; i++)
		good = is_step(&circle->steps[i], crew) &&
		       circle->steps[i].holder_tgid ==
		       circle->steps[(i + 1) % nr].tgid;
	return check(good, "that is not the circle.");
}
