// SPDX-License-Identifier: GPL-2.0
/*
 * Locks under stress: processes that take, give back and die by chance, over a mutex, a
 * semaphore and a reader/writer lock. What these protect is in a page that all share:
 * so whoever has one at the wrong moment, or is not told of a death, sees it there.
 *
 * IPCCHAN_STEPS is how many steps each process makes.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>

#include "sync.h"

#define WORKERS			8
#define STEPS			250
#define UNITS			3

/* One in so many that have something die with it. */
#define DEATHS			40

/**
 * struct guarded - what a lock protects
 * @begun: Changes that were begun; by who has it alone.
 * @done: Those that were done: all, while nobody changes it.
 * @deaths: Who had it alone, and said before that it would die.
 * @told: Those of whom the next one was told.
 */
struct guarded {
	unsigned long begun;
	unsigned long done;
	unsigned long deaths;
	unsigned long told;
};

/**
 * struct stress - what all processes share
 * @mutex: The objects.
 * @semaphore: Of UNITS.
 * @rwlock: That.
 * @by_mutex: What the mutex protects.
 * @by_rwlock: What the rwlock protects.
 * @are_killed: Not only at a moment that they choose.
 * @used: Units of the semaphore, by worker.
 * @left: Steps that each worker has to make.
 * @has_failed: Something was wrong.
 * @why: What.
 */
struct stress {
	int mutex;
	int semaphore;
	int rwlock;
	struct guarded by_mutex;
	struct guarded by_rwlock;
	bool are_killed;
	int used[WORKERS];
	int left[WORKERS];
	int has_failed;
	char why[128];
};

/**
 * struct worker - one of the processes
 * @stress: What all share.
 * @number: Which one.
 * @random: For its choices.
 * @has_mutex: It has that.
 * @writes: It has the rwlock alone.
 * @pid: The process.
 */
struct worker {
	struct stress *stress;
	int number;
	unsigned int random;
	bool has_mutex;
	bool writes;
	pid_t pid;
};

static unsigned int below(struct worker *w, unsigned int limit)
{
	return (unsigned int)rand_r(&w->random) % limit;
}

/* The first that fails says why. */
static void __attribute__((format(printf, 2, 3)))
fail(struct worker *w, const char *format, ...)
{
	va_list arguments;

	if (__atomic_exchange_n(&w->stress->has_failed, 1, __ATOMIC_SEQ_CST))
		return;
	va_start(arguments, format);
	vsnprintf(w->stress->why, sizeof(w->stress->why), format, arguments);
	va_end(arguments);
}

static void linger(struct worker *w)
{
	for (unsigned int i = below(w, 3); i; i--)
		sched_yield();
}

/* What who has it must find there: a change in progress only of one who has died. */
static void look(struct worker *w, const struct guarded *g, int result,
		 const char *lock)
{
	unsigned long begun = __atomic_load_n(&g->begun, __ATOMIC_SEQ_CST);
	unsigned long done;

	linger(w);
	done = __atomic_load_n(&g->done, __ATOMIC_SEQ_CST);
	if (result == IPCCHAN_OWNER_DEAD)
		return;
	if (begun != done)
		fail(w, "%s: %lu changes were begun, %lu done", lock, begun,
		     done);
	if (g->deaths != g->told)
		fail(w, "%s: %lu died, and %lu were told", lock, g->deaths,
		     g->told);
}

/* Of a death, exactly once: by who has it alone, and puts it in order. */
static void repair(struct worker *w, struct guarded *g, const char *lock)
{
	if (g->deaths == g->told && !w->stress->are_killed)
		fail(w, "%s: a death was told twice", lock);
	g->told = g->deaths;
	g->done = g->begun;
}

/* With all that it has; that it was told of another death before, and did nothing. */
static void die(struct worker *w)
{
	struct stress *s = w->stress;

	if (w->has_mutex)
		s->by_mutex.deaths = s->by_mutex.told + 1;
	if (w->writes)
		s->by_rwlock.deaths = s->by_rwlock.told + 1;
	raise(SIGKILL);
}

/* Has it alone; perhaps this is its end. */
static void change(struct worker *w, struct guarded *g, const char *lock)
{
	__atomic_add_fetch(&g->begun, 1, __ATOMIC_SEQ_CST);
	linger(w);
	if (!below(w, DEATHS))
		die(w);
	if (__atomic_add_fetch(&g->done, 1, __ATOMIC_SEQ_CST) != g->begun)
		fail(w, "%s: two had it at once", lock);
}

static bool is_had(int result)
{
	return result == 0 || result == IPCCHAN_OWNER_DEAD;
}

/* What @what gave that had no right to come to nothing. */
static bool must_have(struct worker *w, int result, const char *what)
{
	if (!is_had(result))
		fail(w, "%s gave %d", what, result);
	return is_had(result);
}

static int lock_mutex(struct worker *w)
{
	int result = mutex_lock(w->stress->mutex);

	w->has_mutex = is_had(result);
	return result;
}

static int lock_to_write(struct worker *w)
{
	int result = rwlock_write(w->stress->rwlock);

	w->writes = is_had(result);
	return result;
}

static void unlock_rwlock(struct worker *w)
{
	w->writes = false;
	must_have(w, rwlock_unlock(w->stress->rwlock), "RWLOCK_UNLOCK");
}

static void use_mutex(struct worker *w, int result)
{
	struct stress *s = w->stress;

	look(w, &s->by_mutex, result, "mutex");
	if (result == IPCCHAN_OWNER_DEAD) {
		repair(w, &s->by_mutex, "mutex");
		must_have(w, mutex_consistent(s->mutex), "MUTEX_CONSISTENT");
	}
	change(w, &s->by_mutex, "mutex");
	w->has_mutex = false;
	must_have(w, mutex_unlock(s->mutex), "MUTEX_UNLOCK");
}

/* It is to be unlocked after that. */
static void write_it(struct worker *w, int result)
{
	struct stress *s = w->stress;

	look(w, &s->by_rwlock, result, "rwlock");
	if (result == IPCCHAN_OWNER_DEAD) {
		repair(w, &s->by_rwlock, "rwlock");
		must_have(w, rwlock_consistent(s->rwlock), "RWLOCK_CONSISTENT");
	}
	change(w, &s->by_rwlock, "rwlock");
}

static void step_mutex(struct worker *w)
{
	int result = lock_mutex(w);

	if (must_have(w, result, "MUTEX_LOCK"))
		use_mutex(w, result);
}

static void step_write(struct worker *w)
{
	struct stress *s = w->stress;
	int result = lock_to_write(w);

	if (!must_have(w, result, "RWLOCK_LOCK"))
		return;
	write_it(w, result);
	if (!below(w, 2)) {
		w->writes = false;
		must_have(w, rwlock_downgrade(s->rwlock), "RWLOCK_DOWNGRADE");
		look(w, &s->by_rwlock, 0, "rwlock, downgraded");
	}
	unlock_rwlock(w);
}

/* Who wants to write then may be the second who does, or wait too long. */
static void step_read(struct worker *w)
{
	struct stress *s = w->stress;
	int result = rwlock_read(s->rwlock);

	if (!must_have(w, result, "RWLOCK_LOCK to read"))
		return;
	look(w, &s->by_rwlock, result, "rwlock, read");
	if (!below(w, DEATHS))
		raise(SIGKILL);
	if (!below(w, 4)) {
		result = rwlock_upgrade(s->rwlock,
					.deadline_ns = deadline_brief());
		w->writes = is_had(result);
		if (is_had(result))
			write_it(w, result);
		else if (result != -EDEADLK && result != -ETIMEDOUT)
			fail(w, "RWLOCK_UPGRADE gave %d", result);
	}
	unlock_rwlock(w);
}

static int units_used(const struct stress *s)
{
	int units = 0;

	for (int i = 0; i < WORKERS; i++)
		units += __atomic_load_n(&s->used[i], __ATOMIC_SEQ_CST);
	return units;
}

/* Who is killed cannot say that it uses them no more. */
static void step_semaphore(struct worker *w)
{
	struct stress *s = w->stress;
	int units = 1 + below(w, UNITS);
	int *used = &s->used[w->number];
	int result = semaphore_acquire(s->semaphore, units,
				       .flags = IPCCHAN_SEMAPHORE_UNDO);

	if (!must_have(w, result, "SEMAPHORE_ACQUIRE"))
		return;
	__atomic_store_n(used, units, __ATOMIC_SEQ_CST);
	if (units_used(s) > UNITS && !s->are_killed)
		fail(w, "semaphore: %d units are in use", units_used(s));
	linger(w);
	__atomic_store_n(used, 0, __ATOMIC_SEQ_CST);
	if (!below(w, DEATHS))
		raise(SIGKILL);
	must_have(w, semaphore_release(s->semaphore, units,
				       .flags = IPCCHAN_SEMAPHORE_UNDO),
		  "SEMAPHORE_RELEASE");
}

/* With what is had one wants the other: some of those would wait for ever. */
static void step_both(struct worker *w)
{
	bool writes_first = below(w, 2);
	int first = writes_first ? lock_to_write(w) : lock_mutex(w);
	int second;

	if (!must_have(w, first, "the first of two"))
		return;
	second = writes_first ? lock_mutex(w) : lock_to_write(w);
	if (!is_had(second) && second != -EDEADLK)
		fail(w, "the second of two gave %d", second);
	if (is_had(writes_first ? first : second)) {
		write_it(w, writes_first ? first : second);
		unlock_rwlock(w);
	}
	if (is_had(writes_first ? second : first))
		use_mutex(w, writes_first ? second : first);
}

static void make_steps(struct worker *w)
{
	static void (*const steps[])(struct worker *w) = {
		step_mutex, step_write, step_read, step_read, step_semaphore,
		step_both,
	};
	int *left = &w->stress->left[w->number];

	/* What a process before this one used, who was killed. */
	w->stress->used[w->number] = 0;
	while (*left > 0 && !w->stress->has_failed) {
		(*left)--;
		steps[below(w, ARRAY_SIZE(steps))](w);
	}
}

static bool start(struct worker *w)
{
	w->random += WORKERS;
	w->pid = fork();
	if (w->pid)
		return w->pid > 0;
	make_steps(w);
	_exit(0);
}

FIXTURE(stress)
{
	int session;
	struct ipcchan_device_info before;
	struct stress *stress;
	struct worker workers[WORKERS];
	int running;
	int deaths;
};

FIXTURE_VARIANT(stress)
{
	bool are_killed;
};

FIXTURE_VARIANT_ADD(stress, of_who_dies_by_choice)
{
	.are_killed = false,
};

FIXTURE_VARIANT_ADD(stress, of_who_is_killed)
{
	.are_killed = true,
};

FIXTURE_SETUP(stress)
{
	struct stress *s = shared_alloc(sizeof(*s));

	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->before = device_info(self->session);
	self->stress = s;
	s->are_killed = variant->are_killed;
	s->mutex = mutex_open(self->session);
	s->semaphore = semaphore_open(self->session, UNITS, .max = UNITS);
	s->rwlock = rwlock_open(self->session);
	ASSERT_LE(0, s->rwlock);
	for (int i = 0; i < WORKERS; i++) {
		s->left[i] = setting("IPCCHAN_STEPS", STEPS);
		self->workers[i] = (struct worker){ s, i, i };
		ASSERT_TRUE(start(&self->workers[i]));
		self->running++;
	}
}

FIXTURE_TEARDOWN(stress)
{
	close(self->session);
}

/* Starts another process for one that has died; false if something is wrong. */
static bool reap(struct worker *workers, int *running, int *deaths)
{
	int status;
	pid_t pid = waitpid(-1, &status, WNOHANG);

	for (int i = 0; pid > 0 && i < WORKERS; i++) {
		if (workers[i].pid != pid)
			continue;
		if (WIFEXITED(status)) {
			workers[i].pid = 0;
			(*running)--;
			return WEXITSTATUS(status) == 0;
		}
		(*deaths)++;
		return WTERMSIG(status) == SIGKILL && start(&workers[i]);
	}
	return pid >= 0;
}

/* As long as it takes, but not if nothing happens. */
static bool run(struct worker *workers, int running, int *deaths,
		bool are_killed)
{
	__u64 end = 0;
	unsigned int random = 1;
	int before = -1;

	while (running) {
		int left = 0;

		if (!reap(workers, &running, deaths))
			return false;
		for (int i = 0; i < WORKERS; i++)
			left += workers[i].stress->left[i];
		if (left != before)
			end = deadline_must_happen() + NSEC_PER_SEC *
						       MUST_HAPPEN_SECONDS;
		before = left;
		if (now_ns(CLOCK_MONOTONIC) > end)
			return false;
		nap();
		if (are_killed && rand_r(&random) % 8 == 0 &&
		    workers[random % WORKERS].pid)
			kill(workers[random % WORKERS].pid, SIGKILL);
	}
	return true;
}

/* Nobody has anything, and whoever comes may have it. */
static bool is_at_rest(const struct stress *s)
{
	__u64 end = deadline_must_happen();
	struct ipcchan_semaphore_info info;

	do {
		info = semaphore_info(s->semaphore);
		nap();
	} while (info.held && now_ns(CLOCK_MONOTONIC) < end);
	return info.value == UNITS && !info.held && !info.waiters &&
	       is_had(mutex_lock(s->mutex)) && is_had(rwlock_write(s->rwlock)) &&
	       !mutex_info(s->mutex).waiters && !rwlock_info(s->rwlock).waiters;
}

TEST_F_TIMEOUT(stress, leaves_all_in_order_and_nothing_behind, 3000)
{
	struct stress *s = self->stress;
	bool has_run = run(self->workers, self->running, &self->deaths,
			   s->are_killed);

	EXPECT_TRUE(has_run);
	EXPECT_FALSE(s->has_failed) TH_LOG("%s", s->why);
	for (int i = 0; !has_run && i < WORKERS; i++)
		if (self->workers[i].pid > 0)
			kill(self->workers[i].pid, SIGKILL);
	EXPECT_TRUE(is_at_rest(s));
	TH_LOG("%d deaths, %lu of them told of the mutex, %lu of the rwlock",
	       self->deaths, s->by_mutex.told, s->by_rwlock.told);
	close(s->mutex);
	close(s->semaphore);
	close(s->rwlock);
	EXPECT_TRUE(await_usage(self->session, self->before.user_objects,
				self->before.user_bytes));
}

#include "ipcchan_selftest_main.h"
