// SPDX-License-Identifier: GPL-2.0
/*
 * The sleeping barber: the waiting room is a mailbox with a place for each chair,
 * and a customer who finds it full leaves. The barber sleeps in RECEIVE. Each
 * customer has a mailbox of its own, a rendezvous, in which it gets its haircut.
 *
 * A haircut lasts until the clock ticks, and the clock is ours: it stands still
 * until the room is as full as it gets.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "box.h"
#include "check.h"
#include "parts.h"
#include "process.h"

#define CHAIRS		3
#define RUSHES		3
/* After the one who wakes the barber. */
#define RUSH		5
#define PER_RUSH	(1 + RUSH)
#define CUSTOMERS	(RUSHES * PER_RUSH)

/**
 * enum event - the types of reports
 * @SERVED: of a customer
 * @TURNED_AWAY: of a customer
 * @HOME: of the barber, with the number of haircuts
 */
enum event {
	SERVED,
	TURNED_AWAY,
	HOME,
};

/**
 * struct shop - what all know
 * @room: the waiting room
 * @clock: a message is a tick
 * @reports: to us
 * @gives: for each customer the barber's end of its mailbox: can only send
 * @gets: its own end: can only receive
 * @barber: its process
 * @customers: processes that have come so far
 * @nr_customers: how many
 */
struct shop {
	struct ipcchan_mailbox *room;
	struct ipcchan_mailbox *clock;
	struct ipcchan_mailbox *reports;
	struct ipcchan_mailbox *gives[CUSTOMERS];
	struct ipcchan_mailbox *gets[CUSTOMERS];
	pid_t barber;
	pid_t customers[CUSTOMERS];
	uint32_t nr_customers;
};

/**
 * struct day - what we saw
 * @served: reports of customers
 * @turned_away: likewise
 * @haircuts: what the barber says
 */
struct day {
	uint32_t served;
	uint32_t turned_away;
	uint32_t haircuts;
};

static void barber_work(const struct shop *shop)
{
	uint32_t haircuts = 0;
	uint32_t customer;
	char tick;

	while (ipcchan_mailbox_receive(shop->room, &customer, sizeof(customer),
				       NULL) >= 0) {
		require(ipcchan_mailbox_receive(shop->clock, &tick, 1, NULL),
			"await the clock");
		box_send(shop->gives[customer], 0, "haircut", 8);
		haircuts++;
	}
	box_send(shop->reports, HOME, &haircuts, sizeof(haircuts));
	_exit(0);
}

static void customer_visit(const struct shop *shop, uint32_t customer)
{
	char haircut[8];
	int result = ipcchan_mailbox_send(shop->room, &customer,
					  sizeof(customer), NULL);

	if (result != -EAGAIN) {
		require(result, "sit down");
		box_receive(shop->gets[customer], haircut, sizeof(haircut));
	}
	box_send(shop->reports, result ? TURNED_AWAY : SERVED, "", 0);
	_exit(0);
}

/* Once the barber has its ends of the customers' mailboxes, we need them not. */
static void close_gives(struct shop *shop)
{
	for (uint32_t i = 0; i < CUSTOMERS; i++)
		ipcchan_mailbox_close(shop->gives[i]);
}

static void shop_open(struct shop *shop, struct ipcchan *session)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *both;

	options.capacity_messages = CHAIRS;
	options.policy = IPCCHAN_POLICY_FAIL;
	shop->room = box_open(session, NULL, IPCCHAN_RIGHT_SEND |
			      IPCCHAN_RIGHT_RECEIVE | IPCCHAN_RIGHT_ADMIN,
			      options);
	shop->clock = box_new(session, PER_RUSH);
	shop->reports = box_new(session, CUSTOMERS);
	for (uint32_t i = 0; i < CUSTOMERS; i++) {
		both = box_new(session, 0);
		shop->gives[i] = box_restrict(both, IPCCHAN_RIGHT_SEND);
		shop->gets[i] = box_restrict(both, IPCCHAN_RIGHT_RECEIVE);
		ipcchan_mailbox_close(both);
	}
	shop->barber = process_start();
	if (!shop->barber)
		barber_work(shop);
	close_gives(shop);
}

static void customer_come(struct shop *shop)
{
	uint32_t customer = shop->nr_customers++;

	shop->customers[customer] = process_start();
	if (!shop->customers[customer])
		customer_visit(shop, customer);
	ipcchan_mailbox_close(shop->gets[customer]);
}

/* The next @nr reports are of one kind; returns how many were of it. */
static uint32_t take_reports(struct shop *shop, uint32_t nr, enum event event)
{
	struct ipcchan_message message;
	uint32_t found = 0;

	for (uint32_t i = 0; i < nr; i++) {
		message = box_receive(shop->reports, NULL, 0);
		found += message.type == event;
	}
	return found;
}

static void await_full_room(struct shop *shop)
{
	uint64_t deadline = ipcchan_deadline_in(PATIENCE);

	while (box_info(shop->room).messages != CHAIRS)
		look_again(deadline);
}

/* One comes while the barber sleeps, the others while it works. */
static void rush(struct shop *shop, struct day *day)
{
	uint32_t turned_away;
	uint32_t served;
	uint32_t waiting;

	box_await_receivers(shop->room, 1);
	customer_come(shop);
	box_await_receivers(shop->clock, 1);
	for (int i = 0; i < RUSH; i++)
		customer_come(shop);
	turned_away = take_reports(shop, RUSH - CHAIRS, TURNED_AWAY);
	await_full_room(shop);
	waiting = box_info(shop->room).messages;
	for (int i = 0; i < 1 + CHAIRS; i++)
		box_send(shop->clock, 0, "", 1);
	served = take_reports(shop, 1 + CHAIRS, SERVED);
	printf("     %9d %8" PRIu32 " %12" PRIu32 " %7" PRIu32 "\n", PER_RUSH,
	       waiting, turned_away, served);
	day->turned_away += turned_away;
	day->served += served;
}

static bool crew_ended_well(const struct shop *shop)
{
	bool well = process_join(shop->barber);

	for (uint32_t i = 0; i < shop->nr_customers; i++)
		well = process_join(shop->customers[i]) && well;
	return well;
}

static bool check_day(const struct day *day,
		      const struct ipcchan_mailbox_info *info)
{
	bool good = check(day->served + day->turned_away == CUSTOMERS,
			  "%" PRIu32 " were served, %" PRIu32 " turned away, "
			  "of %d.", day->served, day->turned_away, CUSTOMERS);

	good &= check(day->haircuts == day->served,
		      "the barber gave %" PRIu32 " haircuts.", day->haircuts);
	good &= check(info->received == day->served && !info->dropped &&
		      !info->messages, "%" PRIu64 " left the waiting room, %"
		      PRIu32 " are in it.", (uint64_t)info->received,
		      info->messages);
	good &= check(info->handoffs == RUSHES,
		      "the barber was woken %" PRIu64 " times, not %d.",
		      (uint64_t)info->handoffs, RUSHES);
	return good;
}

bool barber_run(struct ipcchan *session)
{
	struct ipcchan_mailbox_info info;
	struct shop shop = { 0 };
	struct day day = { 0 };
	bool good;

	printf("A sleeping barber, and a waiting room with %d chairs: a mailbox that refuses\n"
	       "   who finds it full. Customers get their haircut by a rendezvous of their own.\n"
	       "     customers  waiting  turned away  served\n", CHAIRS);
	shop_open(&shop, session);
	for (int i = 0; i < RUSHES; i++)
		rush(&shop, &day);
	box_await_receivers(shop.room, 1);
	info = box_info(shop.room);
	box_kill(shop.room);
	box_receive(shop.reports, &day.haircuts, sizeof(day.haircuts));
	good = check_day(&day, &info);
	good &= check(crew_ended_well(&shop), "a process failed.");
	box_kill(shop.clock);
	box_kill(shop.reports);
	if (good)
		printf("   %" PRIu32 " served + %" PRIu32 " turned away = %d "
		       "customers. The barber sleeps when nobody is\n"
		       "   there; it was woken %" PRIu64 " times, by a "
		       "customer each time.\n", day.served, day.turned_away,
		       CUSTOMERS, (uint64_t)info.handoffs);
	return good;
}
