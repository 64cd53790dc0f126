// SPDX-License-Identifier: GPL-2.0
/*
 * What a filter takes out of a queue.
 */
#include <kunit/test.h>

#include "mailbox/filter.h"
#include "mailbox/queue.h"
#include "tests/wide_queue.h"

#define TYPE_LAST 0xffffffffU

/**
 * struct sample - what tells the entries of a test from each other
 * @type: the sender's tag
 * @priority: of it
 * @client: who sent it
 */
struct sample {
	u32 type;
	u32 priority;
	u64 client;
};

static struct ipcchan_queue_entry pool[8];

/* A queue with entries 0 to @nr - 1 like these samples. */
static struct ipcchan_queue *queue_of(const struct sample *samples,
				      unsigned int nr)
{
	static struct ipcchan_queue q;

	ipcchan_test_wide_queue(&q);
	for (unsigned int i = 0; i < nr; i++) {
		pool[i] = (struct ipcchan_queue_entry) {
			.sequence = i + 1,
			.client = samples[i].client,
			.type = samples[i].type,
			.priority = samples[i].priority,
		};
		ipcchan_queue_add(&q, &pool[i]);
	}
	return &q;
}

#define QUEUE(...)							\
	queue_of((struct sample[]){ __VA_ARGS__ },			\
		 ARRAY_SIZE(((struct sample[]){ __VA_ARGS__ })))

static struct ipcchan_filter any(void)
{
	struct ipcchan_filter filter;

	ipcchan_filter_init(&filter);
	return filter;
}

static struct ipcchan_filter range(u32 first, u32 last)
{
	struct ipcchan_filter filter = any();

	filter.type_min = first;
	filter.type_max = last;
	return filter;
}

static struct ipcchan_filter all_except(u32 first, u32 last)
{
	struct ipcchan_filter filter = range(first, last);

	filter.except = true;
	return filter;
}

static struct ipcchan_filter at_least(struct ipcchan_filter filter,
				      u32 priority)
{
	filter.min_priority = priority;
	return filter;
}

static struct ipcchan_filter from(struct ipcchan_filter filter, u64 client)
{
	filter.client = client;
	return filter;
}

static bool finds(struct ipcchan_queue *q, struct ipcchan_filter filter,
		  unsigned int number)
{
	return ipcchan_queue_match(q, &filter) == &pool[number];
}

static bool finds_none(struct ipcchan_queue *q,
		       struct ipcchan_filter filter)
{
	return !ipcchan_queue_match(q, &filter);
}

static void empty_queue_has_no_match(struct kunit *test)
{
	static struct ipcchan_queue q;

	ipcchan_queue_init(&q);
	KUNIT_EXPECT_TRUE(test, finds_none(&q, any()));
	KUNIT_EXPECT_TRUE(test, finds_none(&q, range(1, 2)));
	KUNIT_EXPECT_TRUE(test, finds_none(&q, from(any(), 1)));
}

static void any_finds_the_first(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 3, 0, 1 }, { 2, 9, 1 }, { 1, 9, 1 });

	KUNIT_EXPECT_TRUE(test, finds(q, any(), 1));
}

static void match_leaves_the_entry(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 1, 0, 1 }, { 2, 0, 1 });

	KUNIT_EXPECT_TRUE(test, finds(q, range(2, 2), 1));
	KUNIT_EXPECT_TRUE(test, finds(q, range(2, 2), 1));
	KUNIT_EXPECT_EQ(test, q->depth, 2);
}

static void type_finds_its_oldest(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 1, 0, 1 }, { 2, 0, 1 }, { 2, 0, 1 });

	KUNIT_EXPECT_TRUE(test, finds(q, range(2, 2), 1));
	KUNIT_EXPECT_TRUE(test, finds_none(q, range(3, 3)));
}

static void type_finds_its_highest_priority(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 1, 31, 1 }, { 2, 0, 1 }, { 2, 5, 1 });

	KUNIT_EXPECT_TRUE(test, finds(q, range(2, 2), 2));
}

static void range_finds_by_order_not_by_type(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 1, 0, 1 }, { 7, 0, 1 }, { 4, 0, 1 },
					{ 9, 9, 1 });

	KUNIT_EXPECT_TRUE(test, finds(q, range(2, 8), 1));
	KUNIT_EXPECT_TRUE(test, finds(q, range(2, TYPE_LAST), 3));
}

static void except_finds_on_both_sides(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 5, 0, 1 }, { 9, 0, 1 }, { 1, 0, 1 });

	KUNIT_EXPECT_TRUE(test, finds(q, all_except(5, 5), 1));
	ipcchan_queue_remove(q, &pool[1]);
	KUNIT_EXPECT_TRUE(test, finds(q, all_except(5, 5), 2));
	ipcchan_queue_remove(q, &pool[2]);
	KUNIT_EXPECT_TRUE(test, finds_none(q, all_except(5, 5)));
}

static void except_may_leave_one_side_only(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 0, 0, 1 }, { TYPE_LAST, 0, 1 });

	KUNIT_EXPECT_TRUE(test, finds(q, all_except(0, 5), 1));
	KUNIT_EXPECT_TRUE(test, finds(q, all_except(5, TYPE_LAST), 0));
	KUNIT_EXPECT_TRUE(test, finds_none(q, all_except(0, TYPE_LAST)));
}

static void priority_finds_nothing_below(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 1, 9, 1 }, { 2, 5, 1 });

	KUNIT_EXPECT_TRUE(test, finds(q, at_least(any(), 9), 0));
	KUNIT_EXPECT_TRUE(test, finds_none(q, at_least(any(), 10)));
	KUNIT_EXPECT_TRUE(test, finds(q, at_least(range(2, 2), 5), 1));
	KUNIT_EXPECT_TRUE(test, finds_none(q, at_least(range(2, 2), 6)));
	KUNIT_EXPECT_TRUE(test, finds_none(q, at_least(any(), ~0U)));
}

static void client_finds_in_order(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 1, 9, 1 }, { 2, 0, 2 }, { 3, 5, 2 },
					{ 4, 5, 2 });

	KUNIT_EXPECT_TRUE(test, finds(q, from(any(), 2), 2));
	ipcchan_queue_remove(q, &pool[2]);
	KUNIT_EXPECT_TRUE(test, finds(q, from(any(), 2), 3));
	ipcchan_queue_remove(q, &pool[3]);
	KUNIT_EXPECT_TRUE(test, finds(q, from(any(), 2), 1));
	KUNIT_EXPECT_TRUE(test, finds_none(q, from(any(), 3)));
}

static void client_finds_of_one_type(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 2, 0, 1 }, { 1, 0, 2 }, { 2, 0, 2 },
					{ 2, 0, 2 });

	KUNIT_EXPECT_TRUE(test, finds(q, from(range(2, 2), 2), 2));
	KUNIT_EXPECT_TRUE(test, finds_none(q, from(range(1, 1), 1)));
}

/* So many that a question leaves most unsorted; the last is of the other client. */
static void client_finds_of_one_type_among_unsorted(struct kunit *test)
{
	static struct ipcchan_queue_entry many[3 * IPCCHAN_INDEX_SORTED];
	static struct ipcchan_queue q;
	unsigned int last = ARRAY_SIZE(many) - 1;
	struct ipcchan_filter filter = from(range(1, 1), 2);

	ipcchan_queue_init(&q);
	for (unsigned int i = 0; i <= last; i++) {
		many[i] = (struct ipcchan_queue_entry) {
			.sequence = i + 1,
			.client = i == last || i == 1 ? 2 : 1,
			.type = i == 1 ? 2 : 1,
		};
		ipcchan_queue_add(&q, &many[i]);
	}
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_match(&q, &filter), &many[last]);
	KUNIT_EXPECT_FALSE(test, ipcchan_index_is_sorted(&q.index));
	filter.client = 3;
	KUNIT_EXPECT_NULL(test, ipcchan_queue_match(&q, &filter));
}

static void client_finds_within_types(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 5, 0, 2 }, { 5, 0, 1 }, { 7, 0, 1 },
					{ 7, 0, 2 });

	KUNIT_EXPECT_TRUE(test, finds(q, from(range(6, 8), 2), 3));
	KUNIT_EXPECT_TRUE(test, finds(q, from(all_except(5, 5), 1), 2));
	KUNIT_EXPECT_TRUE(test, finds(q, from(all_except(5, 6), 2), 3));
	KUNIT_EXPECT_TRUE(test, finds(q, from(all_except(7, 7), 1), 1));
}

static void client_finds_nothing_below_the_priority(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 1, 9, 1 }, { 1, 5, 2 });

	KUNIT_EXPECT_TRUE(test, finds(q, from(at_least(any(), 5), 2), 1));
	KUNIT_EXPECT_TRUE(test, finds_none(q, from(at_least(any(), 6), 2)));
	KUNIT_EXPECT_TRUE(test,
			  finds_none(q, from(at_least(range(1, 1), 6), 2)));
}

static void what_is_put_back_is_found_again(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 1, 0, 1 }, { 2, 0, 1 }, { 2, 0, 1 });

	ipcchan_queue_remove(q, &pool[1]);
	KUNIT_EXPECT_TRUE(test, finds(q, range(2, 2), 2));
	ipcchan_queue_put_back(q, &pool[1]);
	KUNIT_EXPECT_TRUE(test, finds(q, range(2, 2), 1));
}

static void what_is_popped_is_not_found(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE({ 2, 0, 1 }, { 1, 0, 1 });

	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_pop(q), &pool[0]);
	KUNIT_EXPECT_TRUE(test, finds_none(q, range(2, 2)));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(empty_queue_has_no_match),
	KUNIT_CASE(any_finds_the_first),
	KUNIT_CASE(match_leaves_the_entry),
	KUNIT_CASE(type_finds_its_oldest),
	KUNIT_CASE(type_finds_its_highest_priority),
	KUNIT_CASE(range_finds_by_order_not_by_type),
	KUNIT_CASE(except_finds_on_both_sides),
	KUNIT_CASE(except_may_leave_one_side_only),
	KUNIT_CASE(priority_finds_nothing_below),
	KUNIT_CASE(client_finds_in_order),
	KUNIT_CASE(client_finds_of_one_type),
	KUNIT_CASE(client_finds_of_one_type_among_unsorted),
	KUNIT_CASE(client_finds_within_types),
	KUNIT_CASE(client_finds_nothing_below_the_priority),
	KUNIT_CASE(what_is_put_back_is_found_again),
	KUNIT_CASE(what_is_popped_is_not_found),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_match",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_match");
