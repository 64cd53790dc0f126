// SPDX-License-Identifier: GPL-2.0
/*
 * The sleeping barber, with semaphores: one wakes the barber, one calls the next
 * customer to the chair; a mutex is for the waiting room. The naive barber looks,
 * sees nobody, and goes to sleep; who comes between the two wakes nobody.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>

#include "check.h"
#include "kit.h"
#include "parts.h"

#define CHAIRS	3
#define RUSHES	3
#define RUSH	8

/**
 * struct day - what is shared; all but @expected under the mutex
 * @waiting: customers in the waiting room
 * @most: likewise, at most
 * @came: customers so far
 * @turned_away: of these
 * @served: likewise
 * @haircuts: that the barber gave
 * @expected: customers, until the next rush; no haircut ends before they came
 */
struct day {
	atomic_int waiting;
	int most;
	atomic_int came;
	int turned_away;
	int served;
	int haircuts;
	atomic_int expected;
};

/**
 * struct shop - what all know
 * @room: mutex
 * @customers: semaphore: one for each who waits
 * @chair: semaphore: a haircut is done
 * @day: shared
 */
struct shop {
	int room;
	int customers;
	int chair;
	struct day *day;
};

static void cut(const struct day *day)
{
	uint64_t deadline = ipcchan_deadline_in(PATIENCE);

	while (day->came < day->expected)
		look_again(deadline);
	nap();
}

/* Until the shop is closed: the semaphore is killed. */
static void barber(void *context, int number)
{
	const struct shop *shop = context;
	struct day *day = shop->day;

	(void)number;
	while (semaphore_acquire(shop->customers)) {
		mutex_lock(shop->room);
		day->waiting--;
		mutex_unlock(shop->room);
		cut(day);
		day->haircuts++;
		semaphore_release(shop->chair);
	}
}

static bool sit_down(const struct shop *shop)
{
	struct day *day = shop->day;
	bool is_full;

	mutex_lock(shop->room);
	day->came++;
	is_full = day->waiting == CHAIRS;
	if (is_full)
		day->turned_away++;
	else if (++day->waiting > day->most)
		day->most = day->waiting;
	mutex_unlock(shop->room);
	return !is_full;
}

static void customer(void *context, int number)
{
	const struct shop *shop = context;

	(void)number;
	if (!sit_down(shop))
		return;
	semaphore_release(shop->customers);
	semaphore_acquire(shop->chair);
	mutex_lock(shop->room);
	shop->day->served++;
	mutex_unlock(shop->room);
}

static bool check_day(const struct day *day)
{
	bool good = check(day->served + day->turned_away == day->came &&
			  day->came == RUSHES * RUSH, "customers are lost.");

	good &= check(day->haircuts == day->served, "%d haircuts.",
		      day->haircuts);
	good &= check(day->most == CHAIRS, "%d sat on %d chairs.", day->most,
		      CHAIRS);
	return check(day->turned_away > 0, "no rush.") && good;
}

static bool run_ours(struct ipcchan *session)
{
	struct shop shop = {
		.room = mutex_new(session, 0, 0),
		.customers = semaphore_new(session, 0),
		.chair = semaphore_new(session, 0),
		.day = shared_new(sizeof(*shop.day)),
	};
	struct crew barbers = { 0 };
	struct crew crew = { 0 };
	bool good = true;

	crew_start(&barbers, 1, barber, &shop);
	for (int i = 0; i < RUSHES; i++) {
		shop.day->expected += RUSH;
		crew_start(&crew, RUSH, customer, &shop);
		good = crew_join(&crew) && good;
	}
	require(ipcchan_object_kill(shop.customers), "close the shop");
	good = crew_join(&barbers) && good;
	printf("   with semaphores: %d served + %d turned away = %d came; %d haircuts\n",
	       shop.day->served, shop.day->turned_away, shop.day->came,
	       shop.day->haircuts);
	return check_day(shop.day) && good;
}

/**
 * struct naive_shop - the naive shop
 * @event: to wake the barber
 * @waiting: customers; shared
 */
struct naive_shop {
	int event;
	atomic_int *waiting;
};

static void wake(void *context, int number)
{
	const struct naive_shop *shop = context;

	(void)number;
	(*shop->waiting)++;
	require(ipcchan_event_pulse(shop->event), "pulse");
}

/* We are the barber; a customer comes after our look, and before we sleep. */
static bool run_naive(struct ipcchan *session)
{
	struct ipcchan_wait_options options = IPCCHAN_WAIT_OPTIONS;
	struct naive_shop shop = {
		.event = event_new(session, 0),
		.waiting = shared_new(sizeof(*shop.waiting)),
	};
	struct crew crew = { 0 };
	bool is_empty = !*shop.waiting;
	int result;

	crew_start(&crew, 1, wake, &shop);
	if (!crew_join(&crew))
		return false;
	options.deadline_ns = ipcchan_deadline_in(DOUBT);
	result = ipcchan_event_wait(shop.event, &options);
	printf("   naive, look and then sleep: the barber sleeps [%s], and %d waits\n",
	       ipcchan_error_name(result), *shop.waiting);
	return check(is_empty && result == -ETIMEDOUT, "it was woken.");
}

bool barber_run(struct ipcchan *session)
{
	bool good;

	printf("A sleeping barber, and a waiting room with %d chairs.\n",
	       CHAIRS);
	good = run_naive(session);
	return run_ours(session) && good;
}
