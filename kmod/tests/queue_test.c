// SPDX-License-Identifier: GPL-2.0
/*
 * The queue of messages, alone and against a naive model.
 */
#include <kunit/test.h>

#include "mailbox/filter.h"
#include "mailbox/queue.h"
#include "tests/random.h"
#include "tests/wide_queue.h"

#define POOL 64

/* Entries by number; sequence = number + 1, size = 10 * (number + 1). */
static struct ipcchan_queue_entry pool[POOL];

static struct ipcchan_queue_entry *entry(unsigned int number, u32 priority)
{
	struct ipcchan_queue_entry *e = &pool[number];

	INIT_LIST_HEAD(&e->node);
	e->sequence = number + 1;
	e->client = 1;
	e->time_ns = 0;
	e->type = 0;
	e->priority = priority;
	e->size = 10 * (number + 1);
	return e;
}

/* A queue with entries 0 to @nr - 1 of these priorities. */
static struct ipcchan_queue *queue_of(const u32 *priorities, unsigned int nr)
{
	static struct ipcchan_queue q;

	ipcchan_test_wide_queue(&q);
	for (unsigned int i = 0; i < nr; i++)
		ipcchan_queue_add(&q, entry(i, priorities[i]));
	return &q;
}

#define QUEUE(...)							\
	queue_of((u32[]){ __VA_ARGS__ },				\
		 ARRAY_SIZE(((u32[]){ __VA_ARGS__ })))

static bool pops(struct ipcchan_queue *q, unsigned int number)
{
	return ipcchan_queue_pop(q) == &pool[number];
}

static void new_is_empty(struct kunit *test)
{
	static struct ipcchan_queue q;

	ipcchan_queue_init(&q);
	KUNIT_EXPECT_EQ(test, q.depth, 0);
	KUNIT_EXPECT_EQ(test, q.bytes, 0);
	KUNIT_EXPECT_NULL(test, ipcchan_queue_first(&q));
	KUNIT_EXPECT_NULL(test, ipcchan_queue_at(&q, 0));
	KUNIT_EXPECT_NULL(test, ipcchan_queue_pop(&q));
}

static void new_takes_the_lowest_priority(struct kunit *test)
{
	static struct ipcchan_queue q;

	ipcchan_queue_init(&q);
	KUNIT_EXPECT_FALSE(test, ipcchan_queue_is_wide(&q));
	ipcchan_queue_add(&q, entry(0, 0));
	ipcchan_queue_add(&q, entry(1, 0));
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_victim(&q, 31), &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_next(&q, &pool[0]), &pool[1]);
	KUNIT_EXPECT_NULL(test, ipcchan_queue_next(&q, &pool[1]));
	KUNIT_EXPECT_TRUE(test, pops(&q, 0));
	KUNIT_EXPECT_TRUE(test, pops(&q, 1));
	KUNIT_EXPECT_NULL(test, ipcchan_queue_pop(&q));
}

static void widen_keeps_what_is_there(struct kunit *test)
{
	static struct ipcchan_queue_band bands[IPCCHAN_PRIORITIES];
	static struct ipcchan_queue q;

	ipcchan_queue_init(&q);
	for (unsigned int i = 0; i < 4; i++)
		ipcchan_queue_add(&q, entry(i, 0));
	ipcchan_queue_remove(&q, &pool[1]);
	ipcchan_queue_remove(&q, &pool[2]);
	ipcchan_queue_put_back(&q, &pool[1]);
	ipcchan_queue_widen(&q, bands);
	KUNIT_EXPECT_TRUE(test, ipcchan_queue_is_wide(&q));
	KUNIT_EXPECT_EQ(test, q.depth, 3);
	ipcchan_queue_put_back(&q, &pool[2]);
	ipcchan_queue_add(&q, entry(4, 31));
	KUNIT_EXPECT_TRUE(test, pops(&q, 4));
	for (unsigned int i = 0; i < 4; i++)
		KUNIT_EXPECT_TRUE(test, pops(&q, i));
}

static void gives_one_priority_in_order_of_arrival(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(7, 7, 7);

	KUNIT_EXPECT_TRUE(test, pops(q, 0));
	KUNIT_EXPECT_TRUE(test, pops(q, 1));
	KUNIT_EXPECT_TRUE(test, pops(q, 2));
	KUNIT_EXPECT_NULL(test, ipcchan_queue_pop(q));
}

static void gives_the_higher_priority_first(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(0, 31, 15, 31);

	KUNIT_EXPECT_TRUE(test, pops(q, 1));
	KUNIT_EXPECT_TRUE(test, pops(q, 3));
	KUNIT_EXPECT_TRUE(test, pops(q, 2));
	KUNIT_EXPECT_TRUE(test, pops(q, 0));
}

static void knows_every_priority(struct kunit *test)
{
	static struct ipcchan_queue q;

	ipcchan_test_wide_queue(&q);
	for (unsigned int i = 0; i < IPCCHAN_PRIORITIES; i++)
		ipcchan_queue_add(&q, entry(i, i));
	for (unsigned int i = IPCCHAN_PRIORITIES; i-- > 0;)
		KUNIT_EXPECT_TRUE(test, pops(&q, i));
}

static void uses_a_priority_again_after_it_was_empty(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(31, 0);

	KUNIT_EXPECT_TRUE(test, pops(q, 0));
	ipcchan_queue_add(q, entry(2, 31));
	KUNIT_EXPECT_TRUE(test, pops(q, 2));
	KUNIT_EXPECT_TRUE(test, pops(q, 1));
}

static void first_leaves_the_entry(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(3, 3);

	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_first(q), &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_first(q), &pool[0]);
	KUNIT_EXPECT_EQ(test, q->depth, 2);
}

static void next_goes_on_in_the_next_lower_priority(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(0, 31, 31);

	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_next(q, &pool[1]), &pool[2]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_next(q, &pool[2]), &pool[0]);
	KUNIT_EXPECT_NULL(test, ipcchan_queue_next(q, &pool[0]));
}

static void at_counts_in_the_order_of_pop(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(0, 31, 15, 31);

	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_at(q, 0), &pool[1]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_at(q, 1), &pool[3]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_at(q, 2), &pool[2]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_at(q, 3), &pool[0]);
	KUNIT_EXPECT_NULL(test, ipcchan_queue_at(q, 4));
	KUNIT_EXPECT_NULL(test, ipcchan_queue_at(q, ~0U));
}

static void counts_entries_and_bytes(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(1, 2);

	KUNIT_EXPECT_EQ(test, q->depth, 2);
	KUNIT_EXPECT_EQ(test, q->bytes, 30);
	KUNIT_EXPECT_TRUE(test, pops(q, 1));
	KUNIT_EXPECT_EQ(test, q->depth, 1);
	KUNIT_EXPECT_EQ(test, q->bytes, 10);
	ipcchan_queue_put_back(q, &pool[1]);
	KUNIT_EXPECT_EQ(test, q->depth, 2);
	KUNIT_EXPECT_EQ(test, q->bytes, 30);
}

static void counts_more_than_4_gib(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(0);

	for (unsigned int i = 1; i <= 2; i++) {
		entry(i, 0)->size = ~0U;
		ipcchan_queue_add(q, &pool[i]);
	}
	KUNIT_EXPECT_EQ(test, q->bytes, 2 * 0xffffffffULL + 10);
}

static void pop_unlinks_the_entry(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(5);

	KUNIT_EXPECT_TRUE(test, pops(q, 0));
	KUNIT_EXPECT_TRUE(test, list_empty(&pool[0].node));
}

static void put_back_makes_the_oldest_first(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(4, 4, 4);

	KUNIT_EXPECT_TRUE(test, pops(q, 0));
	ipcchan_queue_put_back(q, &pool[0]);
	KUNIT_EXPECT_TRUE(test, pops(q, 0));
	KUNIT_EXPECT_TRUE(test, pops(q, 1));
}

static void put_back_keeps_the_order_of_several(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(4, 4, 4, 4);

	for (unsigned int i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test, pops(q, i));
	ipcchan_queue_put_back(q, &pool[1]);
	ipcchan_queue_put_back(q, &pool[2]);
	ipcchan_queue_put_back(q, &pool[0]);
	for (unsigned int i = 0; i < 4; i++)
		KUNIT_EXPECT_TRUE(test, pops(q, i));
}

static void put_back_goes_behind_what_is_older(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(4, 4);

	KUNIT_EXPECT_TRUE(test, pops(q, 0));
	KUNIT_EXPECT_TRUE(test, pops(q, 1));
	ipcchan_queue_put_back(q, &pool[0]);
	ipcchan_queue_put_back(q, &pool[1]);
	KUNIT_EXPECT_TRUE(test, pops(q, 0));
	KUNIT_EXPECT_TRUE(test, pops(q, 1));
}

static void put_back_does_not_pass_a_higher_priority(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(4);

	KUNIT_EXPECT_TRUE(test, pops(q, 0));
	ipcchan_queue_add(q, entry(1, 5));
	ipcchan_queue_put_back(q, &pool[0]);
	KUNIT_EXPECT_TRUE(test, pops(q, 1));
	KUNIT_EXPECT_TRUE(test, pops(q, 0));
}

static void remove_takes_from_the_middle(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(4, 4, 4);

	ipcchan_queue_remove(q, &pool[1]);
	KUNIT_EXPECT_TRUE(test, list_empty(&pool[1].node));
	KUNIT_EXPECT_TRUE(test, pops(q, 0));
	KUNIT_EXPECT_TRUE(test, pops(q, 2));
	KUNIT_EXPECT_NULL(test, ipcchan_queue_pop(q));
}

static void remove_counts_the_entry_out(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(1, 2, 2);

	ipcchan_queue_remove(q, &pool[2]);
	KUNIT_EXPECT_EQ(test, q->depth, 2);
	KUNIT_EXPECT_EQ(test, q->bytes, 30);
}

static void remove_of_a_whole_priority_leaves_the_others(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(0, 15, 31);

	ipcchan_queue_remove(q, &pool[1]);
	KUNIT_EXPECT_TRUE(test, pops(q, 2));
	KUNIT_EXPECT_TRUE(test, pops(q, 0));
	KUNIT_EXPECT_NULL(test, ipcchan_queue_pop(q));
}

static void put_back_undoes_remove(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(4, 4, 4);

	ipcchan_queue_remove(q, &pool[1]);
	ipcchan_queue_put_back(q, &pool[1]);
	for (unsigned int i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test, pops(q, i));
}

static void successor_is_the_next_younger_entry(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(4, 4, 4, 4);

	ipcchan_queue_remove(q, &pool[1]);
	ipcchan_queue_remove(q, &pool[2]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_successor(q, &pool[1]),
			    &pool[3]);
}

static void successor_of_the_youngest_is_none(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(4, 4);

	ipcchan_queue_remove(q, &pool[1]);
	KUNIT_EXPECT_NULL(test, ipcchan_queue_successor(q, &pool[1]));
}

static void successor_is_of_the_same_priority(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(4, 5, 3, 4);

	ipcchan_queue_remove(q, &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_successor(q, &pool[0]),
			    &pool[3]);
}

static void nothing_is_overdue_in_an_empty_queue(struct kunit *test)
{
	static struct ipcchan_queue q;

	ipcchan_queue_init(&q);
	KUNIT_EXPECT_NULL(test, ipcchan_queue_overdue(&q, ~0ULL));
}

static void overdue_is_what_was_sent_before(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(4);

	pool[0].time_ns = 1000;
	KUNIT_EXPECT_NULL(test, ipcchan_queue_overdue(q, 1000));
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_overdue(q, 1001), &pool[0]);
}

static void overdue_is_the_oldest_of_all_priorities(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(15, 0, 31, 0);

	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_overdue(q, 1), &pool[0]);
	ipcchan_queue_remove(q, &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_overdue(q, 1), &pool[1]);
	ipcchan_queue_remove(q, &pool[1]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_overdue(q, 1), &pool[2]);
}

static void overdue_passes_over_what_is_not(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(15, 0, 31);

	pool[0].time_ns = 2000;
	pool[1].time_ns = 1000;
	pool[2].time_ns = 1000;
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_overdue(q, 2000), &pool[1]);
}

static void an_empty_queue_has_no_victim(struct kunit *test)
{
	static struct ipcchan_queue q;

	ipcchan_queue_init(&q);
	KUNIT_EXPECT_NULL(test, ipcchan_queue_victim(&q, 31));
}

static void victim_is_the_oldest_of_the_lowest_priority(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(31, 7, 9, 7);

	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_victim(q, 31), &pool[1]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_victim(q, 8), &pool[1]);
}

static void victim_may_be_of_the_same_priority(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(31, 31);

	KUNIT_EXPECT_PTR_EQ(test, ipcchan_queue_victim(q, 31), &pool[0]);
}

static void victim_is_never_of_a_higher_priority(struct kunit *test)
{
	struct ipcchan_queue *q = QUEUE(7, 9);

	KUNIT_EXPECT_NULL(test, ipcchan_queue_victim(q, 6));
}

/*
 * The model: which entries are queued, and what comes out is found by looking
 * at all of them.
 */
struct model {
	struct ipcchan_queue q;
	bool queued[POOL];
	bool held[POOL];
	u64 sequence;
};

static bool comes_before(unsigned int a, unsigned int b)
{
	if (pool[a].priority != pool[b].priority)
		return pool[a].priority > pool[b].priority;
	return pool[a].sequence < pool[b].sequence;
}

/* How many queued entries come before @number. */
static u32 place_of(const struct model *m, unsigned int number)
{
	u32 place = 0;

	for (unsigned int i = 0; i < POOL; i++)
		place += m->queued[i] && comes_before(i, number);
	return place;
}

static bool matches(const struct model *m)
{
	u32 depth = 0;
	u64 bytes = 0;

	for (unsigned int i = 0; i < POOL; i++) {
		if (!m->queued[i])
			continue;
		depth++;
		bytes += pool[i].size;
		if (ipcchan_queue_at(&m->q, place_of(m, i)) != &pool[i])
			return false;
	}
	return m->q.depth == depth && m->q.bytes == bytes;
}

static bool is_first_of_its_priority(const struct model *m, unsigned int number)
{
	for (unsigned int i = 0; i < POOL; i++)
		if (m->queued[i] && pool[i].priority == pool[number].priority &&
		    pool[i].sequence < pool[number].sequence)
			return false;
	return m->queued[number];
}

static bool overdue_matches(const struct model *m, u64 before_ns)
{
	struct ipcchan_queue_entry *oldest = NULL;

	for (unsigned int i = 0; i < POOL; i++)
		if (is_first_of_its_priority(m, i) &&
		    pool[i].time_ns < before_ns &&
		    (!oldest || pool[i].sequence < oldest->sequence))
			oldest = &pool[i];
	return ipcchan_queue_overdue(&m->q, before_ns) == oldest;
}

static bool victim_matches(const struct model *m, u32 priority)
{
	struct ipcchan_queue_entry *victim = NULL;

	for (unsigned int i = 0; i < POOL; i++)
		if (is_first_of_its_priority(m, i) &&
		    pool[i].priority <= priority &&
		    (!victim || pool[i].priority < victim->priority))
			victim = &pool[i];
	return ipcchan_queue_victim(&m->q, priority) == victim;
}

static bool successor_matches(const struct model *m, unsigned int number)
{
	struct ipcchan_queue_entry *successor = NULL;

	for (unsigned int i = 0; i < POOL; i++)
		if (m->queued[i] && pool[i].priority == pool[number].priority &&
		    pool[i].sequence > pool[number].sequence &&
		    (!successor || pool[i].sequence < successor->sequence))
			successor = &pool[i];
	return ipcchan_queue_successor(&m->q, &pool[number]) == successor;
}

/* One of few, so that entries meet, with both ends of all that there are. */
static u32 random_type(void)
{
	static const u32 types[] = { 0, 1, 5, 6, 1U << 31, ~0U - 1, ~0U };

	return types[ipcchan_test_random(ARRAY_SIZE(types))];
}

static struct ipcchan_filter random_filter(void)
{
	return (struct ipcchan_filter) {
		.client = ipcchan_test_random(2) * ipcchan_test_random(4),
		.type_min = random_type(),
		.type_max = random_type(),
		.min_priority = ipcchan_test_random(2) *
				ipcchan_test_random(IPCCHAN_PRIORITIES),
		.except = ipcchan_test_random(2),
	};
}

static bool match_matches(struct model *m)
{
	struct ipcchan_filter filter = random_filter();
	struct ipcchan_queue_entry *first = NULL;

	for (unsigned int i = 0; i < POOL; i++)
		if (m->queued[i] && ipcchan_filter_matches(&filter, &pool[i]) &&
		    (!first || comes_before(i, first - pool)))
			first = &pool[i];
	return ipcchan_queue_match(&m->q, &filter) == first;
}

/* Take a new entry in, with a priority out of few so that they meet. */
static void model_add(struct model *m, unsigned int number)
{
	struct ipcchan_queue_entry *e = entry(number, 0);

	e->client = 1 + ipcchan_test_random(3);
	e->type = random_type();
	e->priority = 10 * ipcchan_test_random(4);
	e->sequence = ++m->sequence;
	e->time_ns = ipcchan_test_random(1000);
	e->size = ipcchan_test_random(1000);
	ipcchan_queue_add(&m->q, e);
	m->queued[number] = true;
}

static void model_take_out(struct model *m, unsigned int number)
{
	m->queued[number] = false;
	m->held[number] = ipcchan_test_random(2);
}

static bool model_pop(struct model *m)
{
	struct ipcchan_queue_entry *e = ipcchan_queue_pop(&m->q);

	if (!e)
		return m->q.depth == 0;
	if (!m->queued[e - pool] || place_of(m, e - pool) != 0)
		return false;
	model_take_out(m, e - pool);
	return true;
}

static void model_remove(struct model *m, unsigned int number)
{
	ipcchan_queue_remove(&m->q, &pool[number]);
	model_take_out(m, number);
}

static bool model_put_back(struct model *m, unsigned int number)
{
	if (!successor_matches(m, number))
		return false;
	ipcchan_queue_put_back(&m->q, &pool[number]);
	m->held[number] = false;
	m->queued[number] = true;
	return true;
}

static bool model_change(struct model *m)
{
	unsigned int number = ipcchan_test_random(POOL);

	if (m->held[number])
		return model_put_back(m, number);
	if (!ipcchan_test_random(3))
		return model_pop(m);
	if (!m->queued[number])
		model_add(m, number);
	else if (!ipcchan_test_random(3))
		model_remove(m, number);
	return true;
}

static bool model_step(struct model *m)
{
	if (!model_change(m) || !match_matches(m))
		return false;
	if (ipcchan_test_random(20))
		return true;
	return matches(m) && overdue_matches(m, ipcchan_test_random(1000)) &&
	       victim_matches(m, ipcchan_test_random(IPCCHAN_PRIORITIES));
}

static void does_what_its_model_does(struct kunit *test)
{
	static struct model m;

	memset(&m, 0, sizeof(m));
	ipcchan_test_wide_queue(&m.q);
	ipcchan_test_random_start(test);
	for (unsigned int i = 0; i < ipcchan_test_steps; i++)
		KUNIT_ASSERT_TRUE_MSG(test, model_step(&m), "step %u", i);
	KUNIT_EXPECT_TRUE(test, matches(&m));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(new_is_empty),
	KUNIT_CASE(new_takes_the_lowest_priority),
	KUNIT_CASE(widen_keeps_what_is_there),
	KUNIT_CASE(gives_one_priority_in_order_of_arrival),
	KUNIT_CASE(gives_the_higher_priority_first),
	KUNIT_CASE(knows_every_priority),
	KUNIT_CASE(uses_a_priority_again_after_it_was_empty),
	KUNIT_CASE(first_leaves_the_entry),
	KUNIT_CASE(next_goes_on_in_the_next_lower_priority),
	KUNIT_CASE(at_counts_in_the_order_of_pop),
	KUNIT_CASE(counts_entries_and_bytes),
	KUNIT_CASE(counts_more_than_4_gib),
	KUNIT_CASE(pop_unlinks_the_entry),
	KUNIT_CASE(put_back_makes_the_oldest_first),
	KUNIT_CASE(put_back_keeps_the_order_of_several),
	KUNIT_CASE(put_back_goes_behind_what_is_older),
	KUNIT_CASE(put_back_does_not_pass_a_higher_priority),
	KUNIT_CASE(remove_takes_from_the_middle),
	KUNIT_CASE(remove_counts_the_entry_out),
	KUNIT_CASE(remove_of_a_whole_priority_leaves_the_others),
	KUNIT_CASE(put_back_undoes_remove),
	KUNIT_CASE(successor_is_the_next_younger_entry),
	KUNIT_CASE(successor_of_the_youngest_is_none),
	KUNIT_CASE(successor_is_of_the_same_priority),
	KUNIT_CASE(nothing_is_overdue_in_an_empty_queue),
	KUNIT_CASE(overdue_is_what_was_sent_before),
	KUNIT_CASE(overdue_is_the_oldest_of_all_priorities),
	KUNIT_CASE(overdue_passes_over_what_is_not),
	KUNIT_CASE(an_empty_queue_has_no_victim),
	KUNIT_CASE(victim_is_the_oldest_of_the_lowest_priority),
	KUNIT_CASE(victim_may_be_of_the_same_priority),
	KUNIT_CASE(victim_is_never_of_a_higher_priority),
	KUNIT_CASE(does_what_its_model_does),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_queue",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_queue");
