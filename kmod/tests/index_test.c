// SPDX-License-Identifier: GPL-2.0
/*
 * The index by type, alone and against a naive model.
 */
#include <kunit/test.h>

#include "mailbox/index.h"
#include "mailbox/queue.h"
#include "tests/random.h"

#define POOL 128
#define TYPE_LAST 0xffffffffU

/* Entries by number; sequence = number + 1. */
static struct ipcchan_queue_entry pool[POOL];

static struct ipcchan_queue_entry *entry(unsigned int number, u32 type,
					 u32 priority)
{
	struct ipcchan_queue_entry *e = &pool[number];

	*e = (struct ipcchan_queue_entry) {
		.sequence = number + 1,
		.type = type,
		.priority = priority,
	};
	return e;
}

/* Of entries 0 to @nr - 1, all of one priority; the first question sorts all. */
static struct ipcchan_index *index_of(const u32 *types, unsigned int nr)
{
	static struct ipcchan_index index;

	ipcchan_index_init(&index, 1);
	for (unsigned int i = 0; i < nr; i++)
		ipcchan_index_add(&index, entry(i, types[i], 0));
	return &index;
}

#define INDEX(...)							\
	index_of((u32[]){ __VA_ARGS__ },				\
		 ARRAY_SIZE(((u32[]){ __VA_ARGS__ })))

static void new_has_no_entry(struct kunit *test)
{
	struct ipcchan_index index;

	ipcchan_index_init(&index, 1);
	KUNIT_EXPECT_NULL(test, ipcchan_index_first(&index, 0, TYPE_LAST));
}

static void first_is_the_oldest(struct kunit *test)
{
	struct ipcchan_index *index = INDEX(20, 10, 30);

	KUNIT_EXPECT_PTR_EQ(test, ipcchan_index_first(index, 0, TYPE_LAST),
			    &pool[0]);
}

static void first_has_the_highest_priority(struct kunit *test)
{
	struct ipcchan_index *index = INDEX(10, 20);

	ipcchan_index_add(index, entry(2, 15, 31));
	ipcchan_index_add(index, entry(3, 5, 30));
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_index_first(index, 0, TYPE_LAST),
			    &pool[2]);
}

static void first_does_not_depend_on_the_order_of_coming(struct kunit *test)
{
	struct ipcchan_index *index = INDEX(9, 9, 9);

	ipcchan_index_remove(index, &pool[0]);
	ipcchan_index_add(index, &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_index_first(index, 9, 9), &pool[0]);
}

static void range_has_both_its_ends(struct kunit *test)
{
	struct ipcchan_index *index = INDEX(9, 21, 10, 20);

	KUNIT_EXPECT_PTR_EQ(test, ipcchan_index_first(index, 10, 20), &pool[2]);
	ipcchan_index_remove(index, &pool[2]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_index_first(index, 10, 20), &pool[3]);
	ipcchan_index_remove(index, &pool[3]);
	KUNIT_EXPECT_NULL(test, ipcchan_index_first(index, 10, 20));
}

static void range_may_end_at_the_last_type(struct kunit *test)
{
	struct ipcchan_index *index = INDEX(0, TYPE_LAST);

	KUNIT_EXPECT_PTR_EQ(test, ipcchan_index_first(index, 0, 0), &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_index_first(index, 1, TYPE_LAST),
			    &pool[1]);
}

static void range_that_ends_before_it_begins_is_empty(struct kunit *test)
{
	struct ipcchan_index *index = INDEX(5, 10, 15);

	KUNIT_EXPECT_NULL(test, ipcchan_index_first(index, 15, 5));
	KUNIT_EXPECT_NULL(test, ipcchan_index_first(index, 11, 9));
}

static void next_goes_through_one_type_in_order(struct kunit *test)
{
	struct ipcchan_index *index = INDEX(7, 6, 7, 8);

	ipcchan_index_add(index, entry(4, 7, 31));
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_index_first(index, 7, 7), &pool[4]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_index_next(index, &pool[4]), &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_index_next(index, &pool[0]), &pool[2]);
	KUNIT_EXPECT_NULL(test, ipcchan_index_next(index, &pool[2]));
}

static void next_ends_with_the_last_type(struct kunit *test)
{
	struct ipcchan_index *index = INDEX(7, 8);

	KUNIT_EXPECT_NULL(test, ipcchan_index_next(index, &pool[1]));
}

static void remove_makes_the_second_best_first(struct kunit *test)
{
	struct ipcchan_index *index = INDEX(5, 4, 3, 2, 1, 6, 7, 8, 9);

	for (unsigned int i = 0; i < 9; i++) {
		KUNIT_EXPECT_PTR_EQ(test, ipcchan_index_first(index, 0, 9),
				    &pool[i]);
		ipcchan_index_remove(index, &pool[i]);
	}
	KUNIT_EXPECT_NULL(test, ipcchan_index_first(index, 0, 9));
}

/* The model: which entries are in, and the first is found by looking at all. */
struct model {
	struct ipcchan_index index;
	bool in[POOL];
};

static struct ipcchan_queue_entry *model_first(const struct model *m,
					       u32 type_min, u32 type_max)
{
	struct ipcchan_queue_entry *first = NULL;

	for (unsigned int i = 0; i < POOL; i++)
		if (m->in[i] && pool[i].type >= type_min &&
		    pool[i].type <= type_max &&
		    (!first || pool[i].priority > first->priority))
			first = &pool[i];
	return first;
}

/* The one of its type that comes out after @e. */
static struct ipcchan_queue_entry *
model_next(const struct model *m, const struct ipcchan_queue_entry *e)
{
	struct ipcchan_queue_entry *next = NULL;

	for (unsigned int i = 0; i < POOL; i++) {
		struct ipcchan_queue_entry *other = &pool[i];

		if (!m->in[i] || other->type != e->type || other == e ||
		    other->priority > e->priority ||
		    (other->priority == e->priority &&
		     other->sequence < e->sequence))
			continue;
		if (!next || other->priority > next->priority)
			next = other;
	}
	return next;
}

static void model_change(struct model *m, u32 types)
{
	unsigned int number = ipcchan_test_random(POOL);

	if (m->in[number])
		ipcchan_index_remove(&m->index, &pool[number]);
	else
		ipcchan_index_add(&m->index,
				  entry(number, ipcchan_test_random(types),
					ipcchan_test_random(3)));
	m->in[number] = !m->in[number];
}

static bool model_step(struct model *m, u32 types)
{
	u32 type_min = ipcchan_test_random(types);
	u32 type_max = ipcchan_test_random(types);

	struct ipcchan_queue_entry *first;

	model_change(m, types);
	first = ipcchan_index_first(&m->index, type_min, type_max);
	return first == model_first(m, type_min, type_max) &&
	       (!first || ipcchan_index_next(&m->index, first) ==
				  model_next(m, first));
}

static void compare_with_model(struct kunit *test, u32 types, u32 few)
{
	static struct model m;

	memset(&m, 0, sizeof(m));
	ipcchan_index_init(&m.index, few);
	ipcchan_test_random_start(test);
	for (unsigned int i = 0; i < ipcchan_test_steps; i++)
		KUNIT_ASSERT_TRUE_MSG(test, model_step(&m, types), "step %u", i);
}

static void does_what_its_model_does_with_few_types(struct kunit *test)
{
	compare_with_model(test, 5, IPCCHAN_INDEX_FEW);
}

static void does_what_its_model_does_with_many_types(struct kunit *test)
{
	compare_with_model(test, TYPE_LAST, IPCCHAN_INDEX_FEW);
}

static void does_what_its_model_does_when_all_are_sorted(struct kunit *test)
{
	compare_with_model(test, 5, 0);
}

static void does_what_its_model_does_when_none_is_sorted(struct kunit *test)
{
	compare_with_model(test, 5, POOL);
}

static struct ipcchan_index *unsorted(unsigned int nr)
{
	static struct ipcchan_index index;

	ipcchan_index_init(&index, IPCCHAN_INDEX_FEW);
	for (unsigned int i = 0; i < nr; i++)
		ipcchan_index_add(&index, entry(i, i, 0));
	return &index;
}

static void a_question_sorts_nothing_of_few(struct kunit *test)
{
	struct ipcchan_index *index = unsorted(IPCCHAN_INDEX_FEW - 1);

	ipcchan_index_first(index, 0, TYPE_LAST);
	KUNIT_EXPECT_EQ(test, index->nr_unsorted, IPCCHAN_INDEX_FEW - 1);
	KUNIT_EXPECT_TRUE(test, ipcchan_index_is_sorted(index));
}

static void a_question_sorts_all_of_many(struct kunit *test)
{
	struct ipcchan_index *index = unsorted(IPCCHAN_INDEX_FEW);

	KUNIT_EXPECT_FALSE(test, ipcchan_index_is_sorted(index));
	ipcchan_index_first(index, 0, TYPE_LAST);
	KUNIT_EXPECT_EQ(test, index->nr_unsorted, 0);
}

static void a_question_sorts_not_too_many(struct kunit *test)
{
	struct ipcchan_index *index = unsorted(POOL);

	ipcchan_index_first(index, 0, TYPE_LAST);
	KUNIT_EXPECT_EQ(test, index->nr_unsorted, POOL - IPCCHAN_INDEX_SORTED);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(new_has_no_entry),
	KUNIT_CASE(first_is_the_oldest),
	KUNIT_CASE(first_has_the_highest_priority),
	KUNIT_CASE(first_does_not_depend_on_the_order_of_coming),
	KUNIT_CASE(range_has_both_its_ends),
	KUNIT_CASE(range_may_end_at_the_last_type),
	KUNIT_CASE(range_that_ends_before_it_begins_is_empty),
	KUNIT_CASE(next_goes_through_one_type_in_order),
	KUNIT_CASE(next_ends_with_the_last_type),
	KUNIT_CASE(remove_makes_the_second_best_first),
	KUNIT_CASE(a_question_sorts_nothing_of_few),
	KUNIT_CASE(a_question_sorts_all_of_many),
	KUNIT_CASE(a_question_sorts_not_too_many),
	KUNIT_CASE(does_what_its_model_does_with_few_types),
	KUNIT_CASE(does_what_its_model_does_with_many_types),
	KUNIT_CASE(does_what_its_model_does_when_all_are_sorted),
	KUNIT_CASE(does_what_its_model_does_when_none_is_sorted),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_index",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_index");
