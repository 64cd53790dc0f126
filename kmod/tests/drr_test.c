// SPDX-License-Identifier: GPL-2.0
/*
 * Deficit round robin, alone and against a naive model.
 */
#include <kunit/test.h>
#include <linux/minmax.h>

#include "mailbox/drr.h"
#include "tests/random.h"

#define SENDERS 8
#define POOL 512

/* The quantum of an order of messages of 800 bytes. */
#define QUANTUM 100
#define LONGEST (IPCCHAN_DRR_ROUNDS * QUANTUM)

static struct ipcchan_drr drr;
static struct ipcchan_drr_sender senders[SENDERS];
static struct ipcchan_drr_entry pool[POOL];
static unsigned int nr_sent;

static void start_with_room(u32 messages, u64 bytes)
{
	ipcchan_drr_init(&drr, messages, bytes, LONGEST);
	for (unsigned int i = 0; i < SENDERS; i++)
		ipcchan_drr_sender_init(&senders[i]);
	nr_sent = 0;
}

static void start(void)
{
	start_with_room(POOL, POOL * LONGEST);
}

static struct ipcchan_drr_entry *entry(unsigned int number, unsigned int sender,
				       u32 priority, u32 size)
{
	struct ipcchan_drr_entry *e = &pool[number];

	INIT_LIST_HEAD(&e->node);
	e->sequence = number + 1;
	e->priority = priority;
	e->size = size;
	e->sender = &senders[sender];
	return e;
}

static struct ipcchan_drr_entry *send_to(u32 priority, unsigned int sender,
					 u32 size)
{
	struct ipcchan_drr_entry *e = entry(nr_sent++, sender, priority, size);

	ipcchan_drr_add(&drr, e);
	return e;
}

static struct ipcchan_drr_entry *send(unsigned int sender, u32 size)
{
	return send_to(0, sender, size);
}

static void send_many(unsigned int sender, u32 size, unsigned int nr)
{
	while (nr--)
		send(sender, size);
}

static void receive(struct ipcchan_drr_entry *e)
{
	ipcchan_drr_take(&drr, e);
	ipcchan_drr_release(&drr, e);
}

static struct ipcchan_drr_entry *receive_next(void)
{
	struct ipcchan_drr_entry *e = ipcchan_drr_next(&drr);

	if (e)
		receive(e);
	return e;
}

static struct ipcchan_drr_entry *take_next(void)
{
	struct ipcchan_drr_entry *e = ipcchan_drr_next(&drr);

	if (e)
		ipcchan_drr_take(&drr, e);
	return e;
}

static bool receives_from(unsigned int sender)
{
	const struct ipcchan_drr_entry *e = receive_next();

	return e && e->sender == &senders[sender];
}

/**
 * struct service - what a sender was given, or uses
 * @messages: how many
 * @bytes: their bytes
 */
struct service {
	u32 messages;
	u32 bytes;
};

static void serve(struct service service[SENDERS], unsigned int nr)
{
	const struct ipcchan_drr_entry *e;

	memset(service, 0, SENDERS * sizeof(*service));
	while (nr-- && (e = receive_next())) {
		service[e->sender - senders].messages++;
		service[e->sender - senders].bytes += e->size;
	}
}

static void gives_nothing_while_empty(struct kunit *test)
{
	start();
	KUNIT_EXPECT_NULL(test, ipcchan_drr_next(&drr));
	KUNIT_EXPECT_EQ(test, drr.occupied, 0);
	KUNIT_EXPECT_EQ(test, drr.used, 0);
	KUNIT_EXPECT_EQ(test, drr.used_bytes, 0);
}

static void gives_one_sender_in_order_of_arrival(struct kunit *test)
{
	start();
	send_many(0, 10, 3);
	for (unsigned int i = 0; i < 3; i++)
		KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[i]);
	KUNIT_EXPECT_NULL(test, receive_next());
}

static void gives_the_higher_band_first(struct kunit *test)
{
	start();
	send_to(0, 0, 10);
	send_to(31, 1, 10);
	send_to(15, 0, LONGEST);
	send_to(31, 0, LONGEST);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[1]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[3]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[2]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[0]);
}

static void knows_every_band(struct kunit *test)
{
	start();
	for (unsigned int i = 0; i < IPCCHAN_PRIORITIES; i++)
		send_to(i, i % SENDERS, 10);
	KUNIT_EXPECT_EQ(test, drr.occupied, ~0U);
	for (unsigned int i = IPCCHAN_PRIORITIES; i-- > 0;)
		KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[i]);
	KUNIT_EXPECT_EQ(test, drr.occupied, 0);
}

static void has_a_quantum_of_an_eighth_rounded_up(struct kunit *test)
{
	ipcchan_drr_init(&drr, 1, 1, 800);
	KUNIT_EXPECT_EQ(test, drr.quantum, 100);
	ipcchan_drr_init(&drr, 1, 1, 801);
	KUNIT_EXPECT_EQ(test, drr.quantum, 101);
	ipcchan_drr_init(&drr, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, drr.quantum, 1);
}

/* Jain's index is (sum of x)^2 / (n * sum of x^2): 1 is perfectly fair. */
static void gives_equal_senders_a_jain_index_of_1(struct kunit *test)
{
	struct service service[SENDERS];
	u64 sum = 0;
	u64 squares = 0;

	start();
	for (unsigned int i = 0; i < SENDERS; i++)
		send_many(i, 10, 40);
	serve(service, 30 * SENDERS);
	for (unsigned int i = 0; i < SENDERS; i++) {
		sum += service[i].messages;
		squares += service[i].messages * service[i].messages;
	}
	KUNIT_EXPECT_EQ(test, sum, 30 * SENDERS);
	KUNIT_EXPECT_EQ(test, sum * sum, SENDERS * squares);
}

static void gives_each_one_message_a_round_however_short(struct kunit *test)
{
	start();
	for (unsigned int i = 0; i < 4; i++)
		send_many(i, i ? QUANTUM : 0, 10);
	for (unsigned int i = 0; i < 40; i++)
		KUNIT_EXPECT_TRUE(test, receives_from(i % 4));
}

static void lets_a_trickler_wait_for_one_of_each_other(struct kunit *test)
{
	start();
	send_many(0, QUANTUM, POOL / 2);
	for (unsigned int i = 0; i < POOL / 4; i++) {
		if (i % 3 == 0)
			send(1 + i / 3 % (SENDERS - 1), 10);
		receive_next();
	}
	for (unsigned int i = 1; i < SENDERS; i++)
		KUNIT_EXPECT_TRUE(test, senders[i].longest_wait < SENDERS);
	KUNIT_EXPECT_TRUE(test, senders[0].longest_wait > SENDERS);
}

static void gives_long_and_short_the_same_bytes(struct kunit *test)
{
	struct service service[SENDERS];

	start();
	send_many(0, LONGEST, 20);
	send_many(1, QUANTUM, 160);
	send_many(2, 3 * QUANTUM, 60);
	serve(service, 10 * (1 + 8) + 26);
	KUNIT_EXPECT_EQ(test, service[0].messages, 10);
	KUNIT_EXPECT_EQ(test, service[0].bytes, service[1].bytes);
	KUNIT_EXPECT_EQ(test, service[2].bytes, 26 * 3 * QUANTUM);
}

static void takes_8_rounds_for_the_longest(struct kunit *test)
{
	start();
	send(0, LONGEST);
	send_many(1, 10, 10);
	for (unsigned int i = 1; i <= 7; i++)
		KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[i]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[0]);
}

static void keeps_rounds_nobody_can_send_in_fair(struct kunit *test)
{
	start();
	send(0, LONGEST);
	send(1, 6 * QUANTUM);
	send(2, 6 * QUANTUM - 1);
	send(3, 5 * QUANTUM + 1);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[1]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[2]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[3]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[0]);
}

static void keeps_the_order_of_one_sender_and_band(struct kunit *test)
{
	const struct ipcchan_drr_entry *e;
	u64 last[SENDERS][2] = {};

	start();
	for (unsigned int i = 0; i < POOL; i++)
		send_to(i / 3 % 2, i % 7, i * 37 % (LONGEST + 1));
	while ((e = receive_next())) {
		u64 *before = &last[e->sender - senders][e->priority];

		KUNIT_EXPECT_TRUE(test, *before < e->sequence);
		*before = e->sequence;
	}
	KUNIT_EXPECT_EQ(test, drr.served, POOL);
}

static void gives_the_same_next_until_it_is_taken(struct kunit *test)
{
	start();
	send(0, LONGEST);
	send(1, 3 * QUANTUM);
	send(2, 4 * QUANTUM);
	for (unsigned int i = 0; i < 20; i++)
		KUNIT_EXPECT_PTR_EQ(test, ipcchan_drr_next(&drr), &pool[1]);
	KUNIT_EXPECT_EQ(test, drr.used, 3);
	receive(&pool[1]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_drr_next(&drr), &pool[2]);
}

static void keeps_its_next_when_another_sender_comes(struct kunit *test)
{
	start();
	send(0, 4 * QUANTUM);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_drr_next(&drr), &pool[0]);
	send(1, 10);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_drr_next(&drr), &pool[0]);
}

static void forgets_the_deficit_of_an_empty_lane(struct kunit *test)
{
	start();
	send(0, QUANTUM + 1);
	receive_next();
	KUNIT_EXPECT_EQ(test, senders[0].lanes[0].deficit, 0);
	send(0, 2 * QUANTUM);
	send(1, QUANTUM);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[2]);
}

static void charges_what_is_taken_out_of_turn(struct kunit *test)
{
	start();
	send_many(0, QUANTUM, 3);
	send_many(1, QUANTUM, 3);
	receive(&pool[1]);
	KUNIT_EXPECT_EQ(test, senders[0].lanes[0].deficit, -QUANTUM);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[3]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[0]);
}

static void charges_a_short_message_a_quantum(struct kunit *test)
{
	start();
	send_many(0, 0, 2);
	receive(&pool[1]);
	KUNIT_EXPECT_EQ(test, senders[0].lanes[0].deficit, -QUANTUM);
}

static void bounds_a_debt_by_8_quanta(struct kunit *test)
{
	start();
	send_many(0, LONGEST, 5);
	send_many(1, 10, 20);
	for (unsigned int i = 4; i >= 1; i--)
		receive(&pool[i]);
	KUNIT_EXPECT_EQ(test, senders[0].lanes[0].deficit, -LONGEST);
	for (unsigned int i = 5; i < 20; i++)
		KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[i]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[0]);
}

static void ends_no_visit_for_one_taken_out_of_turn(struct kunit *test)
{
	start();
	send_many(0, QUANTUM, 2);
	send_many(1, QUANTUM, 2);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_drr_next(&drr), &pool[0]);
	receive(&pool[3]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[0]);
}

static void takes_from_a_lower_band_too(struct kunit *test)
{
	start();
	send_to(9, 0, 10);
	send_to(2, 1, 10);
	receive(&pool[1]);
	KUNIT_EXPECT_EQ(test, drr.occupied, 1U << 9);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[0]);
}

static void gives_again_next_what_is_put_back(struct kunit *test)
{
	start();
	send_many(0, 3 * QUANTUM, 2);
	send_many(1, 3 * QUANTUM, 2);
	for (unsigned int i = 0; i < 10; i++) {
		struct ipcchan_drr_entry *e = take_next();

		KUNIT_EXPECT_PTR_EQ(test, e, &pool[0]);
		ipcchan_drr_put_back(&drr, e);
	}
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[2]);
}

static void gives_again_next_the_only_one_of_its_sender(struct kunit *test)
{
	struct ipcchan_drr_entry *e;

	start();
	send(0, 5 * QUANTUM);
	send_many(1, 7 * QUANTUM, 2);
	e = take_next();
	KUNIT_EXPECT_PTR_EQ(test, e, &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_drr_next(&drr), &pool[1]);
	ipcchan_drr_put_back(&drr, e);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_drr_next(&drr), &pool[0]);
}

static void gives_several_put_back_as_before(struct kunit *test)
{
	struct ipcchan_drr_entry *taken[6];

	start();
	for (unsigned int i = 0; i < 3; i++)
		send_many(i, 10, 3);
	for (unsigned int i = 0; i < 6; i++)
		taken[i] = take_next();
	for (unsigned int i = 6; i-- > 0;)
		ipcchan_drr_put_back(&drr, taken[i]);
	for (unsigned int i = 0; i < 6; i++)
		KUNIT_EXPECT_PTR_EQ(test, receive_next(), taken[i]);
}

static void keeps_the_order_of_what_is_put_back(struct kunit *test)
{
	struct ipcchan_drr_entry *taken[3];

	start();
	send_many(0, 10, 4);
	for (unsigned int i = 0; i < 3; i++)
		taken[i] = take_next();
	ipcchan_drr_put_back(&drr, taken[1]);
	ipcchan_drr_put_back(&drr, taken[2]);
	ipcchan_drr_put_back(&drr, taken[0]);
	for (unsigned int i = 0; i < 4; i++)
		KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[i]);
}

static void gives_back_what_a_put_back_entry_cost(struct kunit *test)
{
	const struct ipcchan_drr_lane *lane = &senders[0].lanes[0];
	s32 before;

	start();
	send_many(0, 5 * QUANTUM - 1, 2);
	ipcchan_drr_next(&drr);
	before = lane->deficit;
	ipcchan_drr_take(&drr, &pool[0]);
	KUNIT_EXPECT_EQ(test, lane->deficit, before - (5 * QUANTUM - 1));
	ipcchan_drr_put_back(&drr, &pool[0]);
	KUNIT_EXPECT_EQ(test, lane->deficit, before);
}

static void gives_back_no_more_than_was_charged(struct kunit *test)
{
	const struct ipcchan_drr_lane *lane = &senders[0].lanes[0];

	start();
	send_many(0, 5 * QUANTUM, 3);
	ipcchan_drr_take(&drr, &pool[1]);
	ipcchan_drr_take(&drr, &pool[2]);
	KUNIT_EXPECT_EQ(test, lane->deficit, -LONGEST);
	ipcchan_drr_put_back(&drr, &pool[2]);
	ipcchan_drr_put_back(&drr, &pool[1]);
	KUNIT_EXPECT_EQ(test, lane->deficit, 0);
}

static void gives_back_the_debt_of_a_lane_that_was_empty(struct kunit *test)
{
	const struct ipcchan_drr_lane *lane = &senders[0].lanes[0];

	start();
	send_many(0, 3 * QUANTUM, 2);
	receive(&pool[1]);
	ipcchan_drr_take(&drr, &pool[0]);
	KUNIT_EXPECT_EQ(test, lane->deficit, 0);
	ipcchan_drr_put_back(&drr, &pool[0]);
	KUNIT_EXPECT_EQ(test, lane->deficit, -3 * QUANTUM);
}

static void gives_no_turn_to_one_that_had_none(struct kunit *test)
{
	start();
	send(0, 10);
	send(1, 10);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_drr_next(&drr), &pool[0]);
	ipcchan_drr_take(&drr, &pool[1]);
	ipcchan_drr_put_back(&drr, &pool[1]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[1]);
}

static void grants_no_second_quantum_to_one_displaced(struct kunit *test)
{
	struct ipcchan_drr_entry *e;

	start();
	send(0, 10);
	send_many(1, 10, 2);
	e = take_next();
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_drr_next(&drr), &pool[1]);
	ipcchan_drr_put_back(&drr, e);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_drr_next(&drr), &pool[1]);
	KUNIT_EXPECT_EQ(test, senders[1].lanes[0].deficit, QUANTUM);
}

static void counts_room_until_it_is_released(struct kunit *test)
{
	start();
	send(0, 10);
	send(1, 30);
	ipcchan_drr_take(&drr, &pool[0]);
	KUNIT_EXPECT_EQ(test, senders[0].used, 1);
	KUNIT_EXPECT_EQ(test, senders[0].used_bytes, 10);
	KUNIT_EXPECT_EQ(test, drr.used_bytes, 40);
	ipcchan_drr_release(&drr, &pool[0]);
	KUNIT_EXPECT_EQ(test, senders[0].used, 0);
	KUNIT_EXPECT_EQ(test, senders[0].used_bytes, 0);
	KUNIT_EXPECT_EQ(test, drr.used, 1);
	KUNIT_EXPECT_EQ(test, drr.used_bytes, 30);
}

/* Where it may not, the kernel warns. */
static void lets_a_sender_end_once_all_is_released(struct kunit *test)
{
	start();
	send(0, 10);
	send(1, 10);
	receive_next();
	ipcchan_drr_sender_deinit(&senders[0]);
	KUNIT_EXPECT_EQ(test, senders[0].used, 0);
	KUNIT_EXPECT_EQ(test, drr.used, 1);
}

static void counts_as_queued_what_is_not_taken(struct kunit *test)
{
	start();
	send(0, 10);
	send_to(5, 0, 30);
	ipcchan_drr_take(&drr, &pool[1]);
	KUNIT_EXPECT_EQ(test, senders[0].queued, 1);
	KUNIT_EXPECT_EQ(test, senders[0].bytes, 10);
	ipcchan_drr_put_back(&drr, &pool[1]);
	KUNIT_EXPECT_EQ(test, senders[0].queued, 2);
	KUNIT_EXPECT_EQ(test, senders[0].bytes, 40);
}

static void counts_more_than_4_gib(struct kunit *test)
{
	ipcchan_drr_init(&drr, 2000, ~0ULL, 1 << 24);
	ipcchan_drr_sender_init(&senders[0]);
	nr_sent = 0;
	send_many(0, 1 << 24, 300);
	KUNIT_EXPECT_EQ(test, drr.used_bytes, 300ULL << 24);
	KUNIT_EXPECT_EQ(test, senders[0].bytes, 300ULL << 24);
	KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[0]);
}

static void counts_the_longest_wait_in_entries_taken(struct kunit *test)
{
	start();
	send_many(0, 10, 5);
	receive_next();
	KUNIT_EXPECT_EQ(test, senders[0].longest_wait, 0);
	receive(&pool[4]);
	KUNIT_EXPECT_EQ(test, senders[0].longest_wait, 1);
	receive_next();
	receive_next();
	KUNIT_EXPECT_EQ(test, senders[0].longest_wait, 3);
	send(0, 10);
	receive(&pool[5]);
	KUNIT_EXPECT_EQ(test, senders[0].longest_wait, 3);
	KUNIT_EXPECT_EQ(test, drr.served, 5);
}

static void counts_a_bypass_of_each_older_sender(struct kunit *test)
{
	start();
	send_many(0, 10, 2);
	send(1, 10);
	send(2, 10);
	send_to(1, 3, 10);
	send(4, 10);
	receive(&pool[3]);
	KUNIT_EXPECT_EQ(test, senders[0].bypasses, 1);
	KUNIT_EXPECT_EQ(test, senders[1].bypasses, 1);
	KUNIT_EXPECT_EQ(test, senders[2].bypasses, 0);
	KUNIT_EXPECT_EQ(test, senders[3].bypasses, 0);
	KUNIT_EXPECT_EQ(test, senders[4].bypasses, 0);
}

static void counts_no_bypass_of_the_sender_itself(struct kunit *test)
{
	start();
	send_many(0, 10, 2);
	receive(&pool[1]);
	KUNIT_EXPECT_EQ(test, senders[0].bypasses, 0);
}

static unsigned int fill(unsigned int sender, u32 size)
{
	unsigned int nr = 0;

	while (ipcchan_drr_admits(&drr, &senders[sender], size)) {
		send(sender, size);
		nr++;
	}
	return nr;
}

static void admits_one_alone_to_half_of_the_messages(struct kunit *test)
{
	start_with_room(64, 1 << 20);
	KUNIT_EXPECT_EQ(test, fill(0, 0), 32);
}

static void admits_one_alone_to_half_of_the_bytes(struct kunit *test)
{
	start_with_room(64, 1000);
	KUNIT_EXPECT_EQ(test, fill(0, 100), 5);
}

static void admits_each_to_half_of_what_the_others_leave(struct kunit *test)
{
	start_with_room(64, 1 << 20);
	KUNIT_EXPECT_EQ(test, fill(0, 0), 32);
	KUNIT_EXPECT_EQ(test, fill(1, 0), 16);
	KUNIT_EXPECT_EQ(test, fill(2, 0), 8);
	KUNIT_EXPECT_EQ(test, fill(3, 0), 4);
	KUNIT_EXPECT_EQ(test, fill(0, 0), 0);
}

static void admits_to_the_last_place_who_has_none(struct kunit *test)
{
	start_with_room(3, 1000);
	KUNIT_EXPECT_EQ(test, fill(0, 10), 1);
	KUNIT_EXPECT_EQ(test, fill(1, 10), 1);
	KUNIT_EXPECT_FALSE(test, ipcchan_drr_admits(&drr, &senders[0], 10));
	KUNIT_EXPECT_TRUE(test, ipcchan_drr_admits(&drr, &senders[2], 10));
}

static void admits_one_to_the_only_place(struct kunit *test)
{
	start_with_room(1, 10);
	KUNIT_EXPECT_EQ(test, fill(0, 10), 1);
	KUNIT_EXPECT_FALSE(test, ipcchan_drr_admits(&drr, &senders[1], 0));
}

static void admits_a_first_message_to_all_bytes(struct kunit *test)
{
	start_with_room(64, 1000);
	KUNIT_EXPECT_TRUE(test, ipcchan_drr_admits(&drr, &senders[0], 1000));
	KUNIT_EXPECT_FALSE(test, ipcchan_drr_admits(&drr, &senders[0], 1001));
	send(1, 300);
	KUNIT_EXPECT_TRUE(test, ipcchan_drr_admits(&drr, &senders[0], 700));
	KUNIT_EXPECT_FALSE(test, ipcchan_drr_admits(&drr, &senders[0], 701));
}

static void admits_more_only_when_room_is_released(struct kunit *test)
{
	start_with_room(4, 1000);
	KUNIT_EXPECT_EQ(test, fill(0, 10), 2);
	ipcchan_drr_take(&drr, &pool[0]);
	KUNIT_EXPECT_FALSE(test, ipcchan_drr_admits(&drr, &senders[0], 10));
	ipcchan_drr_release(&drr, &pool[0]);
	KUNIT_EXPECT_TRUE(test, ipcchan_drr_admits(&drr, &senders[0], 10));
}

static void admits_nobody_while_more_is_used_than_there_is(struct kunit *test)
{
	start_with_room(2, 100);
	send_many(0, 40, 3);
	KUNIT_EXPECT_FALSE(test, ipcchan_drr_admits(&drr, &senders[0], 0));
	KUNIT_EXPECT_FALSE(test, ipcchan_drr_admits(&drr, &senders[1], 0));
}

static void admits_as_if_what_is_reserved_were_there(struct kunit *test)
{
	start_with_room(4, 4 * LONGEST);
	ipcchan_drr_reserve(&drr, &senders[0], 1);
	KUNIT_EXPECT_TRUE(test, ipcchan_drr_admits(&drr, &senders[0], 1));
	ipcchan_drr_reserve(&drr, &senders[0], 1);
	KUNIT_EXPECT_FALSE(test, ipcchan_drr_admits(&drr, &senders[0], 1));
	KUNIT_EXPECT_TRUE(test, ipcchan_drr_admits(&drr, &senders[1], 1));
	ipcchan_drr_unreserve(&drr, &senders[0], 1);
	KUNIT_EXPECT_TRUE(test, ipcchan_drr_admits(&drr, &senders[0], 1));
}

static void drops_the_oldest_of_the_lowest_band_first(struct kunit *test)
{
	start();
	send_to(9, 0, 10);
	send_to(4, 0, 10);
	send_to(4, 0, 10);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_drr_victim(&senders[0], 31),
			    &pool[1]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_drr_victim(&senders[0], 4), &pool[1]);
}

static void drops_nothing_above_a_priority(struct kunit *test)
{
	start();
	send_to(4, 0, 10);
	KUNIT_EXPECT_NULL(test, ipcchan_drr_victim(&senders[0], 3));
}

static void drop(struct ipcchan_drr_entry *e)
{
	ipcchan_drr_pick(e);
	ipcchan_drr_drop(&drr, e);
}

static void frees_the_room_of_what_is_dropped(struct kunit *test)
{
	start_with_room(2, 100);
	drop(send(0, 100));
	KUNIT_EXPECT_EQ(test, drr.used, 0);
	KUNIT_EXPECT_EQ(test, drr.used_bytes, 0);
	KUNIT_EXPECT_EQ(test, senders[0].queued, 0);
	KUNIT_EXPECT_EQ(test, senders[0].bytes, 0);
	ipcchan_drr_sender_deinit(&senders[0]);
}

static void counts_no_service_for_what_is_dropped(struct kunit *test)
{
	start();
	send(0, 10);
	drop(send(1, 10));
	KUNIT_EXPECT_EQ(test, drr.served, 0);
	KUNIT_EXPECT_EQ(test, senders[0].bypasses, 0);
}

static void gives_nothing_of_a_sender_whose_all_is_dropped(struct kunit *test)
{
	start();
	send_many(0, 10, 2);
	send(1, 10);
	ipcchan_drr_pick(&pool[0]);
	ipcchan_drr_pick(&pool[1]);
	ipcchan_drr_drop(&drr, &pool[0]);
	ipcchan_drr_drop(&drr, &pool[1]);
	KUNIT_EXPECT_TRUE(test, receives_from(1));
	KUNIT_EXPECT_NULL(test, ipcchan_drr_next(&drr));
}

static void costs_no_turn_if_not_dropped_after_all(struct kunit *test)
{
	start();
	send(0, 10);
	send_many(1, 10, 2);
	ipcchan_drr_pick(&pool[0]);
	ipcchan_drr_pick(&pool[1]);
	ipcchan_drr_unpick(&pool[0]);
	ipcchan_drr_unpick(&pool[1]);
	for (unsigned int i = 0; i < 3; i++)
		KUNIT_EXPECT_PTR_EQ(test, receive_next(), &pool[i]);
}

/*
 * The model: all is found by looking at all entries, and every round is gone.
 * Bands are 10 apart. Of the order it shares only the entries.
 */
#define MODEL_POOL 64
#define MODEL_BANDS 4
#define MODEL_MESSAGES 54
#define MODEL_BYTES (16 * LONGEST)

enum place { NOWHERE, QUEUED, TAKEN };

/**
 * struct model_lane - a lane, as it should be
 * @deficit: what it may send
 * @granted: this visit's quantum is in it
 */
struct model_lane {
	s64 deficit;
	bool granted;
};

/**
 * struct model_entry - what the model remembers of an entry
 * @place: where it is
 * @paid: what its lane lost by it
 * @in_turn: it was the next
 * @served: entries taken before it was added
 */
struct model_entry {
	enum place place;
	s64 paid;
	bool in_turn;
	u64 served;
};

/**
 * struct model - an order, as it should be
 * @entries: by number
 * @lanes: by sender and band
 * @ring: per band the senders in it, the one visited first
 * @nr: how many
 * @bypasses: by sender
 * @longest: longest wait, by sender
 * @served: entries taken
 * @sequence: the last
 */
struct model {
	struct model_entry entries[MODEL_POOL];
	struct model_lane lanes[SENDERS][MODEL_BANDS];
	unsigned int ring[MODEL_BANDS][SENDERS];
	unsigned int nr[MODEL_BANDS];
	u64 bypasses[SENDERS];
	u64 longest[SENDERS];
	u64 served;
	u64 sequence;
};

static struct model model;

static unsigned int sender_of(unsigned int number)
{
	return pool[number].sender - senders;
}

static unsigned int band_of(unsigned int number)
{
	return pool[number].priority / 10;
}

static struct model_lane *model_lane(unsigned int number)
{
	return &model.lanes[sender_of(number)][band_of(number)];
}

static s64 model_cost(unsigned int number)
{
	return max_t(s64, pool[number].size, QUANTUM);
}

/* The oldest that @sender has queued in @band, or MODEL_POOL. */
static unsigned int model_head(unsigned int sender, unsigned int band)
{
	unsigned int head = MODEL_POOL;

	for (unsigned int i = 0; i < MODEL_POOL; i++) {
		if (model.entries[i].place != QUEUED ||
		    sender_of(i) != sender || band_of(i) != band)
			continue;
		if (head == MODEL_POOL || pool[i].sequence < pool[head].sequence)
			head = i;
	}
	return head;
}

static void ring_remove(unsigned int band, unsigned int sender)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < model.nr[band]; i++) {
		if (model.ring[band][i] != sender)
			model.ring[band][nr++] = model.ring[band][i];
	}
	model.nr[band] = nr;
}

static void ring_append(unsigned int band, unsigned int sender)
{
	ring_remove(band, sender);
	model.ring[band][model.nr[band]++] = sender;
}

static void ring_prepend(unsigned int band, unsigned int sender)
{
	unsigned int *ring = model.ring[band];

	ring_remove(band, sender);
	memmove(ring + 1, ring, model.nr[band]++ * sizeof(*ring));
	ring[0] = sender;
}

static s64 within_limit(s64 deficit)
{
	return min_t(s64, max_t(s64, deficit, -LONGEST), LONGEST);
}

/* Is it first in the ring and can send? Visits the first, if it was not. */
static bool model_first_is_ready(unsigned int band)
{
	unsigned int sender = model.ring[band][0];
	struct model_lane *lane = &model.lanes[sender][band];

	if (!lane->granted)
		lane->deficit = within_limit(lane->deficit + QUANTUM);
	lane->granted = true;
	return lane->deficit >= model_cost(model_head(sender, band));
}

static void model_end_visit(unsigned int band, unsigned int sender)
{
	model.lanes[sender][band].granted = false;
	ring_append(band, sender);
}

/* The number of the next entry, or MODEL_POOL. */
static unsigned int model_next(void)
{
	unsigned int band = MODEL_BANDS;

	while (band-- > 0) {
		if (!model.nr[band])
			continue;
		while (!model_first_is_ready(band))
			model_end_visit(band, model.ring[band][0]);
		return model_head(model.ring[band][0], band);
	}
	return MODEL_POOL;
}

/* What all of @sender, or of all if it is SENDERS, that are somewhere use. */
static struct service model_used(unsigned int sender)
{
	struct service used = {};

	for (unsigned int i = 0; i < MODEL_POOL; i++) {
		if (model.entries[i].place == NOWHERE ||
		    (sender != SENDERS && sender_of(i) != sender))
			continue;
		used.messages++;
		used.bytes += pool[i].size;
	}
	return used;
}

static bool model_admits(unsigned int sender, u32 size)
{
	struct service own = model_used(sender);
	struct service all = model_used(SENDERS);
	u32 free = MODEL_MESSAGES - all.messages;
	u32 free_bytes = MODEL_BYTES - all.bytes;

	return free && size <= free_bytes &&
	       own.messages + 1 <= max(1U, (own.messages + free) / 2) &&
	       (!own.messages ||
		own.bytes + size <= (own.bytes + free_bytes) / 2);
}

/* Takes a new entry in, long or short, if it is admitted. */
static bool model_add(unsigned int number)
{
	unsigned int sender = ipcchan_test_random(SENDERS);
	unsigned int band = ipcchan_test_random(MODEL_BANDS);
	u32 below = ipcchan_test_random(2) ? 50 : LONGEST + 1;
	u32 size = ipcchan_test_random(below);
	bool is_admitted = model_admits(sender, size);

	if (ipcchan_drr_admits(&drr, &senders[sender], size) != is_admitted)
		return false;
	if (!is_admitted)
		return true;
	entry(number, sender, 10 * band, size)->sequence = ++model.sequence;
	ipcchan_drr_add(&drr, &pool[number]);
	if (model_head(sender, band) == MODEL_POOL)
		ring_append(band, sender);
	model.entries[number].place = QUEUED;
	model.entries[number].served = model.served;
	return true;
}

static void model_count_taken(unsigned int number)
{
	unsigned int sender = sender_of(number);
	unsigned int band = band_of(number);
	u64 wait = model.served - model.entries[number].served;

	for (unsigned int i = 0; i < SENDERS; i++) {
		unsigned int head = model_head(i, band);

		if (i != sender && head != MODEL_POOL &&
		    pool[head].sequence < pool[number].sequence)
			model.bypasses[i]++;
	}
	model.longest[sender] = max(model.longest[sender], wait);
	model.served++;
}

static bool model_is_next(unsigned int number)
{
	unsigned int sender = sender_of(number);
	unsigned int band = band_of(number);

	return model.ring[band][0] == sender &&
	       model_head(sender, band) == number &&
	       model_lane(number)->granted &&
	       model_lane(number)->deficit >= model_cost(number);
}

static void model_take(unsigned int number)
{
	struct model_entry *known = &model.entries[number];
	struct model_lane *lane = model_lane(number);
	unsigned int sender = sender_of(number);
	unsigned int band = band_of(number);
	s64 before = lane->deficit;

	ipcchan_drr_take(&drr, &pool[number]);
	model_count_taken(number);
	known->in_turn = model_is_next(number);
	known->place = TAKEN;
	if (model_head(sender, band) == MODEL_POOL) {
		*lane = (struct model_lane){};
		ring_remove(band, sender);
	} else {
		lane->deficit = within_limit(before - model_cost(number));
		if (known->in_turn)
			model_end_visit(band, sender);
	}
	known->paid = before - lane->deficit;
}

static void model_put_back(unsigned int number)
{
	struct model_entry *known = &model.entries[number];
	struct model_lane *lane = model_lane(number);
	unsigned int sender = sender_of(number);
	unsigned int band = band_of(number);

	ipcchan_drr_put_back(&drr, &pool[number]);
	if (model_head(sender, band) == MODEL_POOL)
		ring_append(band, sender);
	known->place = QUEUED;
	lane->deficit = within_limit(lane->deficit + known->paid);
	if (!known->in_turn)
		return;
	lane->granted = true;
	ring_prepend(band, sender);
}

static void model_release(unsigned int number)
{
	ipcchan_drr_release(&drr, &pool[number]);
	model.entries[number].place = NOWHERE;
}

/* Drops it, or half of the time nothing after all. */
static void model_drop(unsigned int number)
{
	unsigned int sender = sender_of(number);
	unsigned int band = band_of(number);

	ipcchan_drr_pick(&pool[number]);
	if (ipcchan_test_random(2)) {
		ipcchan_drr_unpick(&pool[number]);
		return;
	}
	ipcchan_drr_drop(&drr, &pool[number]);
	model.entries[number].place = NOWHERE;
	if (model_head(sender, band) != MODEL_POOL)
		return;
	*model_lane(number) = (struct model_lane){};
	ring_remove(band, sender);
}

static bool sender_matches(unsigned int sender)
{
	const struct ipcchan_drr_sender *s = &senders[sender];
	u32 nr[3] = {};
	u64 bytes[3] = {};

	for (unsigned int i = 0; i < MODEL_POOL; i++) {
		enum place place = model.entries[i].place;

		if (place == NOWHERE || sender_of(i) != sender)
			continue;
		nr[place]++;
		bytes[place] += pool[i].size;
	}
	return s->queued == nr[QUEUED] && s->bytes == bytes[QUEUED] &&
	       s->used == nr[QUEUED] + nr[TAKEN] &&
	       s->used_bytes == bytes[QUEUED] + bytes[TAKEN] &&
	       s->bypasses == model.bypasses[sender] &&
	       s->longest_wait == model.longest[sender];
}

/* Are the lanes of the band as they should be, and in that order? */
static bool band_matches(unsigned int band)
{
	const struct ipcchan_drr_lane *lane;
	unsigned int nr = 0;

	list_for_each_entry(lane, &drr.rings[10 * band], node) {
		unsigned int sender = model.ring[band][nr++];
		const struct model_lane *should = &model.lanes[sender][band];

		if (lane != &senders[sender].lanes[10 * band] ||
		    lane->deficit != should->deficit ||
		    lane->granted != should->granted)
			return false;
	}
	return nr == model.nr[band] &&
	       !(drr.occupied & (1U << (10 * band))) == !nr;
}

static bool lanes_are_in_order(void)
{
	for (unsigned int i = 0; i < SENDERS * MODEL_BANDS; i++) {
		const struct ipcchan_drr_entry *e;
		u64 last = 0;

		list_for_each_entry(e, &senders[i / MODEL_BANDS]
				    .lanes[10 * (i % MODEL_BANDS)].entries,
				    node) {
			if (e->sequence <= last)
				return false;
			last = e->sequence;
		}
	}
	return true;
}

static bool model_matches(void)
{
	u32 used = 0;
	u64 bytes = 0;

	for (unsigned int i = 0; i < SENDERS; i++) {
		used += senders[i].used;
		bytes += senders[i].used_bytes;
		if (!sender_matches(i))
			return false;
	}
	for (unsigned int i = 0; i < MODEL_BANDS; i++) {
		if (!band_matches(i))
			return false;
	}
	return drr.used == used && drr.used_bytes == bytes &&
	       drr.used <= drr.capacity_messages &&
	       drr.used_bytes <= drr.capacity_bytes &&
	       drr.served == model.served && lanes_are_in_order();
}

/* Takes the next, if that is the model's. */
static bool model_take_next(void)
{
	unsigned int number = model_next();
	const struct ipcchan_drr_entry *e = ipcchan_drr_next(&drr);

	if (number == MODEL_POOL || e != &pool[number])
		return number == MODEL_POOL && !e;
	model_take(number);
	return true;
}

static bool model_step(void)
{
	unsigned int number = ipcchan_test_random(MODEL_POOL);
	enum place place = model.entries[number].place;

	if (place == TAKEN && ipcchan_test_random(3))
		model_release(number);
	else if (place == TAKEN)
		model_put_back(number);
	else if (place == NOWHERE && !model_add(number))
		return false;
	else if (place == QUEUED && !ipcchan_test_random(6))
		model_take(number);
	else if (place == QUEUED && !ipcchan_test_random(8))
		model_drop(number);
	else if (place == QUEUED && !model_take_next())
		return false;
	return ipcchan_test_random(20) || model_matches();
}

static void does_what_its_model_does(struct kunit *test)
{
	start_with_room(MODEL_MESSAGES, MODEL_BYTES);
	memset(&model, 0, sizeof(model));
	ipcchan_test_random_start(test);
	for (unsigned int i = 0; i < ipcchan_test_steps; i++)
		KUNIT_ASSERT_TRUE_MSG(test, model_step(), "step %u", i);
	KUNIT_EXPECT_TRUE(test, model_matches());
}

static struct kunit_case cases[] = {
	KUNIT_CASE(gives_nothing_while_empty),
	KUNIT_CASE(gives_one_sender_in_order_of_arrival),
	KUNIT_CASE(gives_the_higher_band_first),
	KUNIT_CASE(knows_every_band),
	KUNIT_CASE(has_a_quantum_of_an_eighth_rounded_up),
	KUNIT_CASE(gives_equal_senders_a_jain_index_of_1),
	KUNIT_CASE(gives_each_one_message_a_round_however_short),
	KUNIT_CASE(lets_a_trickler_wait_for_one_of_each_other),
	KUNIT_CASE(gives_long_and_short_the_same_bytes),
	KUNIT_CASE(takes_8_rounds_for_the_longest),
	KUNIT_CASE(keeps_rounds_nobody_can_send_in_fair),
	KUNIT_CASE(keeps_the_order_of_one_sender_and_band),
	KUNIT_CASE(gives_the_same_next_until_it_is_taken),
	KUNIT_CASE(keeps_its_next_when_another_sender_comes),
	KUNIT_CASE(forgets_the_deficit_of_an_empty_lane),
	KUNIT_CASE(charges_what_is_taken_out_of_turn),
	KUNIT_CASE(charges_a_short_message_a_quantum),
	KUNIT_CASE(bounds_a_debt_by_8_quanta),
	KUNIT_CASE(ends_no_visit_for_one_taken_out_of_turn),
	KUNIT_CASE(takes_from_a_lower_band_too),
	KUNIT_CASE(gives_again_next_what_is_put_back),
	KUNIT_CASE(gives_again_next_the_only_one_of_its_sender),
	KUNIT_CASE(gives_several_put_back_as_before),
	KUNIT_CASE(keeps_the_order_of_what_is_put_back),
	KUNIT_CASE(gives_back_what_a_put_back_entry_cost),
	KUNIT_CASE(gives_back_no_more_than_was_charged),
	KUNIT_CASE(gives_back_the_debt_of_a_lane_that_was_empty),
	KUNIT_CASE(gives_no_turn_to_one_that_had_none),
	KUNIT_CASE(grants_no_second_quantum_to_one_displaced),
	KUNIT_CASE(counts_room_until_it_is_released),
	KUNIT_CASE(lets_a_sender_end_once_all_is_released),
	KUNIT_CASE(counts_as_queued_what_is_not_taken),
	KUNIT_CASE(counts_more_than_4_gib),
	KUNIT_CASE(counts_the_longest_wait_in_entries_taken),
	KUNIT_CASE(counts_a_bypass_of_each_older_sender),
	KUNIT_CASE(counts_no_bypass_of_the_sender_itself),
	KUNIT_CASE(admits_one_alone_to_half_of_the_messages),
	KUNIT_CASE(admits_one_alone_to_half_of_the_bytes),
	KUNIT_CASE(admits_each_to_half_of_what_the_others_leave),
	KUNIT_CASE(admits_to_the_last_place_who_has_none),
	KUNIT_CASE(admits_one_to_the_only_place),
	KUNIT_CASE(admits_a_first_message_to_all_bytes),
	KUNIT_CASE(admits_more_only_when_room_is_released),
	KUNIT_CASE(admits_nobody_while_more_is_used_than_there_is),
	KUNIT_CASE(admits_as_if_what_is_reserved_were_there),
	KUNIT_CASE(drops_the_oldest_of_the_lowest_band_first),
	KUNIT_CASE(drops_nothing_above_a_priority),
	KUNIT_CASE(frees_the_room_of_what_is_dropped),
	KUNIT_CASE(counts_no_service_for_what_is_dropped),
	KUNIT_CASE(gives_nothing_of_a_sender_whose_all_is_dropped),
	KUNIT_CASE(costs_no_turn_if_not_dropped_after_all),
	KUNIT_CASE(does_what_its_model_does),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_drr",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_drr");
