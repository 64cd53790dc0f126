// SPDX-License-Identifier: GPL-2.0
/*
 * Locks are handed on in turn. Who has one alone looks who stands in line (WAIT_LIST):
 * each of these must have it before anybody who came later, and before any of them has
 * it a second time. Who breaks that has bypassed the others.
 *
 * IPCCHAN_FAIR_SECONDS is how long it goes on; else it is for so many turns.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>

#include "sync.h"

#define WORKERS		8
#define TURNS		4000

/**
 * struct worker - one of the processes that want the lock
 * @contention: What all share.
 * @number: Which one.
 * @shares: It has the lock together with others who do: it reads.
 * @child: The process.
 * @had: Its turns.
 * @is_due: It was seen in line, and has not had its turn since.
 * @before: Turns of others since; to who shares, of those who do not: others may come
 *	and go while it has the lock already, and has not said so.
 */
struct worker {
	struct contention *contention;
	int number;
	bool shares;
	struct child child;
	unsigned long had;
	int is_due;
	unsigned long before;
};

/**
 * struct contention - what all share
 * @session: To look who stands in line.
 * @lock: What they want.
 * @id: Its number.
 * @workers: They.
 * @turns: All that they had.
 * @bypasses: Turns of somebody whose turn it was not.
 * @longest: Turns of others that one of them had to wait for.
 * @end_ns: When it is over; 0: after so many turns.
 */
struct contention {
	int session;
	int lock;
	__u64 id;
	struct worker workers[WORKERS];
	unsigned long turns;
	unsigned long bypasses;
	unsigned long longest;
	__u64 end_ns;
};

FIXTURE(lock)
{
	struct contention *contention;
	int lock;
	int session;
};

FIXTURE_VARIANT(lock)
{
	int (*open)(int session);
	int (*have)(int lock);
	int (*share)(int lock);
	int (*let_go)(int lock);
};

static int open_mutex(int session)
{
	return mutex_open(session);
}

static int have_mutex(int lock)
{
	return mutex_lock(lock);
}

static int let_go_mutex(int lock)
{
	return mutex_unlock(lock);
}

FIXTURE_VARIANT_ADD(lock, mutex)
{
	.open = open_mutex,
	.have = have_mutex,
	.let_go = let_go_mutex,
};

static int open_semaphore(int session)
{
	return semaphore_open(session, 1, .max = 1);
}

static int have_semaphore(int lock)
{
	return semaphore_acquire(lock, 1);
}

static int let_go_semaphore(int lock)
{
	return semaphore_release(lock, 1);
}

FIXTURE_VARIANT_ADD(lock, semaphore)
{
	.open = open_semaphore,
	.have = have_semaphore,
	.let_go = let_go_semaphore,
};

static int open_rwlock(int session)
{
	return rwlock_open(session);
}

static int write_rwlock(int lock)
{
	return rwlock_write(lock);
}

static int read_rwlock(int lock)
{
	return rwlock_read(lock);
}

static int let_go_rwlock(int lock)
{
	return rwlock_unlock(lock);
}

FIXTURE_VARIANT_ADD(lock, rwlock)
{
	.open = open_rwlock,
	.have = write_rwlock,
	.share = read_rwlock,
	.let_go = let_go_rwlock,
};

/* Whatever a reader counts, others may count as well. */
static unsigned long count(unsigned long *counter)
{
	return __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
}

static bool is_anybody_due(struct contention *c)
{
	for (int i = 0; i < WORKERS; i++)
		if (__atomic_load_n(&c->workers[i].is_due, __ATOMIC_SEQ_CST))
			return true;
	return false;
}

/* Nobody has it besides, so who stands in line does so until it is let go of. */
static void see_who_is_due(struct contention *c)
{
	struct ipcchan_wait_info waits[2 * WORKERS];
	int nr = wait_list(c->session, waits);

	for (int i = 0; i < nr; i++)
		for (int nr_worker = 0; nr_worker < WORKERS; nr_worker++) {
			struct worker *w = &c->workers[nr_worker];

			if (waits[i].object == c->id &&
			    (pid_t)waits[i].tgid == w->child.pid) {
				w->before = 0;
				w->is_due = true;
			}
		}
}

static void have_turn(struct worker *w)
{
	struct contention *c = w->contention;

	for (int i = 0; i < WORKERS; i++)
		if (i != w->number && !(w->shares && c->workers[i].shares))
			count(&c->workers[i].before);
	if (w->is_due && w->before > c->longest)
		c->longest = w->before;
	w->is_due = false;
	w->had++;
	count(&c->turns);
}

static bool is_over(const struct contention *c)
{
	return c->end_ns ? now_ns(CLOCK_MONOTONIC) > c->end_ns :
			   __atomic_load_n(&c->turns, __ATOMIC_SEQ_CST) >= TURNS;
}

/* Who shares may not come to stand in line. */
static bool are_all_in_line(const struct contention *c)
{
	return c->workers[1].shares ||
	       object_info(c->lock).items == WORKERS - 1;
}

/* The lock is this worker's alone. */
static void judge_turn(struct worker *w)
{
	struct contention *c = w->contention;

	while (!are_all_in_line(c) && !is_over(c))
		sched_yield();
	if (!w->is_due && is_anybody_due(c))
		c->bypasses++;
	have_turn(w);
	if (!is_anybody_due(c))
		see_who_is_due(c);
}

static int work(struct worker *w, const FIXTURE_VARIANT(lock) * how)
{
	struct contention *c = w->contention;
	int err = 0;

	while (!err && !is_over(c)) {
		err = w->shares ? how->share(c->lock) : how->have(c->lock);
		if (err)
			break;
		if (w->shares)
			have_turn(w);
		else
			judge_turn(w);
		err = how->let_go(c->lock);
	}
	return err;
}

static const FIXTURE_VARIANT(lock) * how_now;

static int run_worker(void *worker)
{
	return work(worker, how_now);
}

FIXTURE_SETUP(lock)
{
	struct contention *c = shared_alloc(sizeof(*c));
	unsigned int seconds = setting("IPCCHAN_FAIR_SECONDS", 0);

	how_now = variant;
	self->contention = c;
	self->session = session_open();
	self->lock = variant->open(self->session);
	ASSERT_LE(0, self->lock);
	c->session = self->session;
	c->lock = self->lock;
	c->id = object_info(self->lock).id;
	ASSERT_EQ(0, variant->have(self->lock));
	for (int i = 0; i < WORKERS; i++) {
		c->workers[i].contention = c;
		c->workers[i].number = i;
		c->workers[i].shares = variant->share && i % 2;
		child_start(&c->workers[i].child, run_worker, &c->workers[i]);
	}
	ASSERT_TRUE(await_in_line(self->lock, WORKERS));
	if (seconds)
		c->end_ns = deadline_after(seconds * NSEC_PER_SEC);
	ASSERT_EQ(0, variant->let_go(self->lock));
}

FIXTURE_TEARDOWN(lock)
{
	for (int i = 0; i < WORKERS; i++)
		child_end(&self->contention->workers[i].child);
	close(self->lock);
	close(self->session);
}

/* Jain's index: 1, if all had the same number of turns; 1/n, if one had all. */
static double index_of(const struct contention *c)
{
	double sum = 0;
	double squares = 0;

	for (int i = 0; i < WORKERS; i++) {
		sum += c->workers[i].had;
		squares += (double)c->workers[i].had * c->workers[i].had;
	}
	return sum * sum / (WORKERS * squares);
}

TEST_F_TIMEOUT(lock, is_had_in_turn_by_all_who_want_it, 300)
{
	struct contention *c = self->contention;

	/* Whoever is joined is to end soon. */
	while (c->end_ns && !is_over(c))
		nap();
	for (int i = 0; i < WORKERS; i++)
		EXPECT_EQ(0, child_join(&c->workers[i].child));
	EXPECT_LT(0, c->longest);
	EXPECT_EQ(0, c->bypasses);
	/* Those who share may have it, and again, while nobody else is in line. */
	if (!variant->share)
		EXPECT_LE(0.99, index_of(c));
	/* Each of the others once. */
	EXPECT_GT(WORKERS, c->longest);
	TH_LOG("%lu turns, Jain's index %.4f, %lu bypasses, waited for %lu turns at most",
	       c->turns, index_of(c), c->bypasses, c->longest);
}

#include "ipcchan_selftest_main.h"
