// SPDX-License-Identifier: GPL-2.0
/*
 * The wait-for graph, alone and against a naive model.
 */
#include <kunit/test.h>
#include <linux/errno.h>

#include "tests/random.h"
#include "wait/waitgraph.h"

#define POOL 64
#define REQUESTS 4
#define MANY 64
#define HOLDS 128
#define STEPS 80

#define ANY IPCCHAN_WAITGRAPH_ANY
#define ALL IPCCHAN_WAITGRAPH_ALL

static const struct ipcchan_waitgraph_kind kind = { };
static struct ipcchan_waitgraph graph;
static struct ipcchan_waitgraph_party parties[POOL];
static struct ipcchan_waitgraph_resource resources[POOL];
static struct ipcchan_waitgraph_edge requests[POOL][REQUESTS];
static struct ipcchan_waitgraph_edge many[MANY];
static struct ipcchan_waitgraph_edge holds[HOLDS];
static unsigned int nr_holds;

static struct ipcchan_waitgraph_step steps[STEPS];
static struct ipcchan_waitgraph_cycle cycle;

/* Nobody waits; resources need ANY of their holders, and have none. */
static void start(void)
{
	ipcchan_waitgraph_init(&graph);
	for (unsigned int i = 0; i < POOL; i++) {
		ipcchan_waitgraph_party_init(&parties[i]);
		ipcchan_waitgraph_resource_init(&resources[i], &kind, ANY);
	}
	nr_holds = 0;
	cycle = (struct ipcchan_waitgraph_cycle) {
		.steps = steps,
		.capacity = STEPS,
	};
}

static struct ipcchan_waitgraph_edge *hold(unsigned int party,
					   unsigned int resource)
{
	struct ipcchan_waitgraph_edge *edge = &holds[nr_holds++];

	ipcchan_waitgraph_hold(&resources[resource], edge, &parties[party]);
	return edge;
}

static void hold_by_crew(unsigned int crew, unsigned int resource)
{
	ipcchan_waitgraph_hold_by_crew(&resources[resource], &holds[nr_holds++],
				       &resources[crew]);
}

static void set_mode(unsigned int resource, enum ipcchan_waitgraph_mode mode)
{
	ipcchan_waitgraph_resource_init(&resources[resource], &kind, mode);
}

static int begin(unsigned int party, enum ipcchan_waitgraph_mode mode,
		 const unsigned int *wanted, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		ipcchan_waitgraph_request(&parties[party], &requests[party][i],
					  &resources[wanted[i]]);
	return ipcchan_waitgraph_begin(&graph, &parties[party], mode, &cycle);
}

/* Behind the last resource of a list; clang 14 takes no ARRAY_SIZE() of one. */
#define END ((unsigned int)-1)

static int begin_list(unsigned int party, enum ipcchan_waitgraph_mode mode,
		      const unsigned int *wanted)
{
	unsigned int nr = 0;

	while (wanted[nr] != END)
		nr++;
	return begin(party, mode, wanted, nr);
}

/* Returns whether the party may wait. */
#define WAIT(party, mode, ...)						\
	(!begin_list(party, mode, (unsigned int[]){ __VA_ARGS__, END }))

static bool is_stuck(unsigned int party)
{
	return ipcchan_waitgraph_check(&graph, &parties[party], &cycle) ==
	       -EDEADLK;
}

/* The step of this number, in the cycle that was named last. */
static bool is_step(u32 number, unsigned int party, unsigned int resource,
		    unsigned int holder)
{
	return number < cycle.nr && steps[number].party == &parties[party] &&
	       steps[number].resource == &resources[resource] &&
	       steps[number].holder == &parties[holder];
}

/* Is it of this length, whole, and closed by the new wait? */
static bool is_cycle_of(u32 length)
{
	return cycle.length == length && cycle.nr == length && !cycle.entry;
}

/*
 * Party i holds resource i and waits for the next one, but for the last party,
 * that would close the circle. Returns the number of the last.
 */
static unsigned int make_chain(unsigned int nr)
{
	start();
	for (unsigned int i = 0; i < nr; i++)
		hold(i, i);
	for (unsigned int i = 0; i + 1 < nr; i++)
		begin(i, ANY, (unsigned int[]){ i + 1 }, 1);
	return nr - 1;
}

/* Is the circle named, from the last party of such a chain on? */
static bool is_circle(unsigned int nr)
{
	if (!is_cycle_of(nr) || !is_step(0, nr - 1, 0, 0))
		return false;
	for (unsigned int i = 0; i + 1 < nr; i++)
		if (!is_step(i + 1, i, i + 1, i + 1))
			return false;
	return true;
}

static void who_does_not_wait_is_not_stuck(struct kunit *test)
{
	start();
	hold(0, 0);
	KUNIT_EXPECT_FALSE(test, is_stuck(0));
	KUNIT_EXPECT_TRUE(test, is_cycle_of(0));
}

static void waits_for_a_holder_that_does_not_wait(struct kunit *test)
{
	start();
	hold(1, 0);
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 0));
	KUNIT_EXPECT_FALSE(test, is_stuck(0));
}

static void waits_for_a_resource_without_holders(struct kunit *test)
{
	start();
	set_mode(1, ALL);
	KUNIT_EXPECT_TRUE(test, WAIT(0, ALL, 0, 1));
}

static void waits_at_the_end_of_a_long_chain(struct kunit *test)
{
	unsigned int last = make_chain(POOL - 1);

	KUNIT_EXPECT_TRUE(test, WAIT(last + 1, ALL, 0, last));
}

static void refuses_to_wait_for_oneself(struct kunit *test)
{
	unsigned int last = make_chain(1);

	KUNIT_EXPECT_FALSE(test, WAIT(last, ANY, 0));
	KUNIT_EXPECT_TRUE(test, is_circle(1));
}

static void refuses_to_close_a_circle_of_two(struct kunit *test)
{
	unsigned int last = make_chain(2);

	KUNIT_EXPECT_FALSE(test, WAIT(last, ANY, 0));
	KUNIT_EXPECT_TRUE(test, is_circle(2));
}

/* Resource 2 is held by a crew of parties 1 and 2; the crew is resource 3. */
static void make_crew(void)
{
	start();
	hold_by_crew(3, 2);
	hold(1, 3);
	hold(2, 3);
	hold(0, 0);
}

static void waits_for_a_crew_that_one_of_does_not_wait(struct kunit *test)
{
	make_crew();
	KUNIT_EXPECT_TRUE(test, WAIT(1, ANY, 0));
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 2));
}

static void refuses_to_wait_for_a_crew_all_of_which_wait_for_it(struct kunit *test)
{
	make_crew();
	KUNIT_EXPECT_TRUE(test, WAIT(1, ANY, 0));
	KUNIT_EXPECT_TRUE(test, WAIT(2, ANY, 0));
	KUNIT_EXPECT_FALSE(test, WAIT(0, ANY, 2));
	KUNIT_EXPECT_TRUE(test, is_cycle_of(2));
	KUNIT_EXPECT_TRUE(test, is_step(0, 0, 2, 1) || is_step(0, 0, 2, 2));
	KUNIT_EXPECT_TRUE(test, is_step(1, 1, 0, 0) || is_step(1, 2, 0, 0));
}

static void waits_for_an_open_crew(struct kunit *test)
{
	make_crew();
	KUNIT_EXPECT_TRUE(test, WAIT(1, ANY, 0));
	KUNIT_EXPECT_TRUE(test, WAIT(2, ANY, 0));
	ipcchan_waitgraph_open(&resources[3]);
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 2));
}

static void names_a_circle_of_others_through_their_crew(struct kunit *test)
{
	make_crew();
	KUNIT_EXPECT_TRUE(test, WAIT(1, ANY, 0));
	KUNIT_EXPECT_TRUE(test, WAIT(2, ANY, 0));
	ipcchan_waitgraph_request(&parties[0], &requests[0][0], &resources[2]);
	KUNIT_EXPECT_FALSE(test, WAIT(4, ANY, 0));
	KUNIT_EXPECT_EQ(test, cycle.entry, 1);
	KUNIT_EXPECT_EQ(test, cycle.length, 3);
	KUNIT_EXPECT_TRUE(test, is_step(0, 4, 0, 0));
}

static void refuses_to_close_a_circle_of_three(struct kunit *test)
{
	unsigned int last = make_chain(3);

	KUNIT_EXPECT_FALSE(test, WAIT(last, ANY, 0));
	KUNIT_EXPECT_TRUE(test, is_circle(3));
}

static void refuses_to_close_a_circle_of_eight(struct kunit *test)
{
	unsigned int last = make_chain(8);

	KUNIT_EXPECT_FALSE(test, WAIT(last, ANY, 0));
	KUNIT_EXPECT_TRUE(test, is_circle(8));
}

static void refuses_to_close_a_circle_of_all(struct kunit *test)
{
	unsigned int last = make_chain(POOL);

	KUNIT_EXPECT_FALSE(test, WAIT(last, ANY, 0));
	KUNIT_EXPECT_TRUE(test, is_circle(POOL));
}

static void refuses_only_the_last_of_a_circle(struct kunit *test)
{
	static const unsigned int orders[][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
		{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(orders); i++) {
		const unsigned int *order = orders[i];

		start();
		for (unsigned int j = 0; j < 3; j++)
			hold(j, j);
		KUNIT_EXPECT_TRUE(test, WAIT(order[0], ANY,
					     (order[0] + 1) % 3));
		KUNIT_EXPECT_TRUE(test, WAIT(order[1], ANY,
					     (order[1] + 1) % 3));
		KUNIT_EXPECT_FALSE(test, WAIT(order[2], ANY,
					      (order[2] + 1) % 3));
		KUNIT_EXPECT_TRUE(test, is_cycle_of(3));
	}
}

static void a_refused_wait_leaves_nothing_behind(struct kunit *test)
{
	unsigned int last = make_chain(2);

	KUNIT_EXPECT_FALSE(test, WAIT(last, ALL, 0, 5));
	KUNIT_EXPECT_FALSE(test, is_stuck(0));
	KUNIT_EXPECT_FALSE(test, is_stuck(last));
	KUNIT_EXPECT_EQ(test, parties[last].vertex.nr, 0);
	KUNIT_EXPECT_EQ(test, resources[0].vertex.nr_in, 0);
	KUNIT_EXPECT_EQ(test, resources[5].vertex.nr_in, 0);
}

static void any_waits_with_one_free_alternative(struct kunit *test)
{
	unsigned int last = make_chain(3);

	hold(9, 9);
	KUNIT_EXPECT_TRUE(test, WAIT(last, ANY, 0, 9));
	KUNIT_EXPECT_FALSE(test, is_stuck(0));
}

static void an_alternative_of_another_saves_all(struct kunit *test)
{
	start();
	for (unsigned int i = 0; i < 3; i++)
		hold(i, i);
	hold(9, 9);
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 1));
	KUNIT_EXPECT_TRUE(test, WAIT(1, ANY, 2, 9));
	KUNIT_EXPECT_TRUE(test, WAIT(2, ANY, 0));
}

static void any_is_refused_with_all_alternatives_stuck(struct kunit *test)
{
	unsigned int last = make_chain(4);

	KUNIT_EXPECT_FALSE(test, WAIT(last, ANY, 0, 1, 2));
}

/* Of three, by way of which the circle is of 4, 3 and 2. */
static void names_the_shortest_cycle(struct kunit *test)
{
	unsigned int last = make_chain(4);

	KUNIT_EXPECT_FALSE(test, WAIT(last, ANY, 0, 1, 2));
	KUNIT_EXPECT_TRUE(test, is_cycle_of(2));
	KUNIT_EXPECT_TRUE(test, is_step(0, 3, 2, 2));
	KUNIT_EXPECT_TRUE(test, is_step(1, 2, 3, 3));
}

/* The first of the holders is free, and the first resource. */
static void names_no_alternative_that_is_not_stuck(struct kunit *test)
{
	start();
	set_mode(1, ALL);
	hold(8, 0);
	hold(9, 1);
	hold(0, 1);
	KUNIT_EXPECT_FALSE(test, WAIT(0, ALL, 0, 1));
	KUNIT_EXPECT_TRUE(test, is_cycle_of(1));
	KUNIT_EXPECT_TRUE(test, is_step(0, 0, 1, 0));
}

static void all_is_refused_with_one_stuck(struct kunit *test)
{
	unsigned int last = make_chain(2);

	hold(9, 9);
	KUNIT_EXPECT_FALSE(test, WAIT(last, ALL, 9, 0, 8));
	KUNIT_EXPECT_TRUE(test, is_circle(2));
}

/* Party 0 waits for many resources; @last holds the last of them, 1 the rest. */
static int begin_many(unsigned int last)
{
	start();
	for (unsigned int i = 0; i < MANY; i++) {
		hold(i + 1 == MANY ? last : 1, i);
		ipcchan_waitgraph_request(&parties[0], &many[i], &resources[i]);
	}
	return ipcchan_waitgraph_begin(&graph, &parties[0], ALL, &cycle);
}

static void all_waits_for_many_that_can_be_freed(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, begin_many(2), 0);
	KUNIT_EXPECT_EQ(test, parties[0].vertex.nr, MANY);
}

static void all_is_refused_for_the_last_of_many(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, begin_many(0), -EDEADLK);
	KUNIT_EXPECT_TRUE(test, is_cycle_of(1));
	KUNIT_EXPECT_TRUE(test, is_step(0, 0, MANY - 1, 0));
}

static void all_may_name_one_resource_twice(struct kunit *test)
{
	start();
	hold(1, 0);
	hold(1, 0);
	KUNIT_EXPECT_TRUE(test, WAIT(0, ALL, 0, 0));
	hold(0, 1);
	KUNIT_EXPECT_FALSE(test, WAIT(1, ALL, 1, 1));
	KUNIT_EXPECT_TRUE(test, is_cycle_of(2));
}

static void an_open_resource_is_never_stuck(struct kunit *test)
{
	unsigned int last = make_chain(2);

	ipcchan_waitgraph_open(&resources[0]);
	KUNIT_EXPECT_TRUE(test, WAIT(last, ALL, 0));
}

static void closing_a_resource_shows_who_is_stuck(struct kunit *test)
{
	unsigned int last = make_chain(2);

	ipcchan_waitgraph_open(&resources[0]);
	KUNIT_EXPECT_TRUE(test, WAIT(last, ALL, 0));
	ipcchan_waitgraph_close(&resources[0]);
	KUNIT_EXPECT_TRUE(test, is_stuck(last));
	KUNIT_EXPECT_TRUE(test, is_circle(2));
}

static void one_of_several_holders_frees_any(struct kunit *test)
{
	unsigned int last = make_chain(3);

	hold(9, 0);
	KUNIT_EXPECT_TRUE(test, WAIT(last, ANY, 0));
}

static void any_is_stuck_with_all_its_holders(struct kunit *test)
{
	unsigned int last = make_chain(3);

	hold(1, 0);
	hold(last, 0);
	KUNIT_EXPECT_FALSE(test, WAIT(last, ANY, 0));
	KUNIT_EXPECT_TRUE(test, is_cycle_of(1));
}

static void one_of_several_holders_keeps_all(struct kunit *test)
{
	start();
	set_mode(0, ALL);
	for (unsigned int i = 1; i < 5; i++)
		hold(i, 0);
	hold(0, 1);
	KUNIT_EXPECT_TRUE(test, WAIT(3, ANY, 1));
	KUNIT_EXPECT_FALSE(test, WAIT(0, ANY, 0));
	KUNIT_EXPECT_TRUE(test, is_cycle_of(2));
	KUNIT_EXPECT_TRUE(test, is_step(0, 0, 0, 3));
	KUNIT_EXPECT_TRUE(test, is_step(1, 3, 1, 0));
}

static void all_is_freed_by_all_its_holders(struct kunit *test)
{
	start();
	set_mode(0, ALL);
	for (unsigned int i = 1; i < 5; i++)
		hold(i, 0);
	hold(9, 9);
	KUNIT_EXPECT_TRUE(test, WAIT(3, ANY, 9));
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 0));
}

static void a_reader_cannot_wait_for_all_readers(struct kunit *test)
{
	start();
	set_mode(0, ALL);
	hold(0, 0);
	hold(1, 0);
	KUNIT_EXPECT_FALSE(test, WAIT(0, ANY, 0));
	KUNIT_EXPECT_TRUE(test, is_cycle_of(1));
}

/* On which party it depends whether a request may be had; POOL: on none. */
static unsigned int depends_on;

static bool may_have(const struct ipcchan_waitgraph_edge *request)
{
	return depends_on == POOL ||
	       ipcchan_waitgraph_look_at(&graph, &parties[depends_on]);
}

/* Parties 0 and 1 have resource 0 for reading, and 2 waits for 1, to write. */
static void make_readers(void)
{
	static const struct ipcchan_waitgraph_kind readers = {
		.may_have = may_have,
	};

	start();
	ipcchan_waitgraph_resource_init(&resources[0], &readers, ALL);
	hold(0, 0);
	hold(1, 0);
	hold(1, 1);
	hold(2, 2);
	depends_on = POOL;
}

static void what_others_have_may_be_had_beside_them(struct kunit *test)
{
	make_readers();
	KUNIT_EXPECT_TRUE(test, WAIT(0, ALL, 0, 3));
	KUNIT_EXPECT_TRUE(test, WAIT(2, ANY, 0));
}

static void what_may_be_had_does_not_save_who_needs_more(struct kunit *test)
{
	make_readers();
	hold(0, 3);
	KUNIT_EXPECT_TRUE(test, WAIT(1, ANY, 3));
	KUNIT_EXPECT_FALSE(test, WAIT(0, ALL, 0, 1));
	KUNIT_EXPECT_TRUE(test, is_cycle_of(2));
	KUNIT_EXPECT_TRUE(test, is_step(0, 0, 1, 1));
	KUNIT_EXPECT_TRUE(test, is_step(1, 1, 3, 0));
}

static void what_may_be_had_depends_on_who_stands_in_front(struct kunit *test)
{
	make_readers();
	depends_on = 2;
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 0));
	ipcchan_waitgraph_end(&parties[0]);
	KUNIT_EXPECT_TRUE(test, WAIT(2, ANY, 1));
	KUNIT_EXPECT_TRUE(test, WAIT(1, ANY, 4));
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 0));
	ipcchan_waitgraph_end(&parties[0]);
	ipcchan_waitgraph_end(&parties[1]);
	hold(0, 4);
	KUNIT_EXPECT_TRUE(test, WAIT(1, ANY, 4));
	KUNIT_EXPECT_FALSE(test, WAIT(0, ANY, 0));
}

static void a_wait_that_ends_frees_the_rest(struct kunit *test)
{
	unsigned int last = make_chain(3);

	ipcchan_waitgraph_end(&parties[1]);
	KUNIT_EXPECT_TRUE(test, WAIT(last, ANY, 0));
	KUNIT_EXPECT_FALSE(test, WAIT(1, ANY, 2));
	KUNIT_EXPECT_TRUE(test, is_cycle_of(3));
}

static void a_wait_ends_but_once(struct kunit *test)
{
	start();
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 0, 1));
	ipcchan_waitgraph_end(&parties[0]);
	ipcchan_waitgraph_end(&parties[0]);
	KUNIT_EXPECT_EQ(test, parties[0].vertex.nr, 0);
	KUNIT_EXPECT_EQ(test, resources[1].vertex.nr_in, 0);
}

static void a_holder_that_goes_frees_the_rest(struct kunit *test)
{
	unsigned int last = make_chain(2);

	ipcchan_waitgraph_release(&holds[0]);
	KUNIT_EXPECT_TRUE(test, WAIT(last, ANY, 0));
}

static void a_holder_that_comes_may_be_stuck(struct kunit *test)
{
	start();
	hold(1, 1);
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 1));
	KUNIT_EXPECT_TRUE(test, WAIT(1, ANY, 0));
	hold(0, 0);
	KUNIT_EXPECT_TRUE(test, is_stuck(0));
	KUNIT_EXPECT_TRUE(test, is_step(0, 0, 1, 1));
	KUNIT_EXPECT_TRUE(test, is_step(1, 1, 0, 0));
}

static void a_check_leaves_the_wait(struct kunit *test)
{
	start();
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 0));
	hold(0, 0);
	KUNIT_EXPECT_TRUE(test, is_stuck(0));
	KUNIT_EXPECT_TRUE(test, is_stuck(0));
	ipcchan_waitgraph_end(&parties[0]);
	KUNIT_EXPECT_FALSE(test, is_stuck(0));
}

/* The server that could have taken the request dies; the other waits for it. */
static void a_holder_that_goes_may_leave_others_stuck(struct kunit *test)
{
	struct ipcchan_waitgraph_edge *edge;

	start();
	hold(1, 0);
	edge = hold(2, 0);
	hold(0, 1);
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 0));
	KUNIT_EXPECT_TRUE(test, WAIT(1, ANY, 1));
	ipcchan_waitgraph_release(edge);
	KUNIT_EXPECT_TRUE(test, is_stuck(0));
	KUNIT_EXPECT_TRUE(test, is_cycle_of(2));
}

/* Party 5 waits for party 0, which came to be stuck with party 1. */
static void who_waits_for_the_stuck_is_led_to_their_cycle(struct kunit *test)
{
	start();
	hold(0, 3);
	hold(1, 1);
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 1));
	KUNIT_EXPECT_TRUE(test, WAIT(1, ANY, 0));
	hold(0, 0);
	KUNIT_EXPECT_FALSE(test, WAIT(5, ANY, 3));
	KUNIT_EXPECT_EQ(test, cycle.length, 3);
	KUNIT_EXPECT_EQ(test, cycle.entry, 1);
	KUNIT_EXPECT_TRUE(test, is_step(0, 5, 3, 0));
	KUNIT_EXPECT_TRUE(test, is_step(1, 0, 1, 1));
	KUNIT_EXPECT_TRUE(test, is_step(2, 1, 0, 0));
}

/* Of parties 0, 1, 2, and not 0, 1, 3, 4, though party 9 meets 4 before 2. */
static void a_cycle_of_others_is_short_too(struct kunit *test)
{
	start();
	for (unsigned int i = 1; i < 5; i++)
		hold(i, i);
	KUNIT_EXPECT_TRUE(test, WAIT(0, ANY, 1));
	KUNIT_EXPECT_TRUE(test, WAIT(1, ANY, 2, 3));
	KUNIT_EXPECT_TRUE(test, WAIT(2, ANY, 5));
	KUNIT_EXPECT_TRUE(test, WAIT(3, ANY, 4));
	KUNIT_EXPECT_TRUE(test, WAIT(4, ANY, 6));
	for (unsigned int i = 5; i < 8; i++)
		hold(0, i);
	KUNIT_EXPECT_FALSE(test, WAIT(9, ANY, 7, 4));
	KUNIT_EXPECT_EQ(test, cycle.length, 4);
	KUNIT_EXPECT_EQ(test, cycle.entry, 1);
	KUNIT_EXPECT_TRUE(test, is_step(2, 1, 2, 2));
}

static void a_cycle_is_cut_where_there_is_no_room(struct kunit *test)
{
	unsigned int last = make_chain(8);

	steps[3] = (struct ipcchan_waitgraph_step) {};
	cycle.capacity = 3;
	KUNIT_EXPECT_FALSE(test, WAIT(last, ANY, 0));
	KUNIT_EXPECT_EQ(test, cycle.nr, 3);
	KUNIT_EXPECT_EQ(test, cycle.length, 8);
	KUNIT_EXPECT_TRUE(test, is_step(0, 7, 0, 0));
	KUNIT_EXPECT_TRUE(test, is_step(2, 1, 2, 2));
	KUNIT_EXPECT_NULL(test, steps[3].party);
}

static void a_cycle_may_have_no_room_at_all(struct kunit *test)
{
	unsigned int last = make_chain(2);

	cycle.steps = NULL;
	cycle.capacity = 0;
	KUNIT_EXPECT_FALSE(test, WAIT(last, ANY, 0));
	KUNIT_EXPECT_EQ(test, cycle.nr, 0);
	KUNIT_EXPECT_EQ(test, cycle.length, 2);
}

/* How many vertices the last search has looked at. */
static unsigned int nr_met(void)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < POOL; i++) {
		nr += parties[i].vertex.mark.epoch == graph.epoch;
		nr += resources[i].vertex.mark.epoch == graph.epoch;
	}
	return nr;
}

static void looks_at_nobody_who_waits_for_the_same(struct kunit *test)
{
	unsigned int last = make_chain(1) + 1;

	for (; last + 1 < POOL; last++)
		KUNIT_EXPECT_TRUE(test, WAIT(last, ANY, 0));
	KUNIT_EXPECT_TRUE(test, WAIT(last, ANY, 0));
	KUNIT_EXPECT_EQ(test, nr_met(), 3);
}

/* It finds the alternative with the shortest way to who does not wait. */
static void looks_no_further_than_it_needs(struct kunit *test)
{
	unsigned int last = make_chain(POOL - 1);

	KUNIT_EXPECT_TRUE(test, WAIT(last + 1, ANY, last, 0));
	KUNIT_EXPECT_EQ(test, nr_met(), 4);
	ipcchan_waitgraph_end(&parties[last + 1]);
	KUNIT_EXPECT_TRUE(test, WAIT(last + 1, ANY, 0, last - 1));
	KUNIT_EXPECT_TRUE(test, nr_met() < 12);
	ipcchan_waitgraph_end(&parties[last + 1]);
	KUNIT_EXPECT_TRUE(test, WAIT(last + 1, ANY, last + 1, 0));
	KUNIT_EXPECT_EQ(test, nr_met(), 2);
}

#define FEW 8
#define MODEL_REQUESTS 3
#define MODEL_HOLDS 16

/**
 * struct model_wait - what a party waits for
 * @wanted: numbers of resources, perhaps one more than once
 * @nr: how many; 0: it does not wait
 * @mode: how many it needs
 */
struct model_wait {
	unsigned int wanted[MODEL_REQUESTS];
	unsigned int nr;
	enum ipcchan_waitgraph_mode mode;
};

/**
 * struct model_hold - who holds what
 * @resource: the number of it
 * @party: the number of the holder
 * @is_used: this is one
 */
struct model_hold {
	unsigned int resource;
	unsigned int party;
	bool is_used;
};

/**
 * struct model - who waits for what, in tables
 * @waits: by party
 * @holds: as many as there may be
 * @modes: of resources
 * @is_open: of resources
 * @is_sparse: each holds what has its number and waits for one, as far as
 *	edges are new, so that cycles get long
 */
struct model {
	struct model_wait waits[FEW];
	struct model_hold holds[MODEL_HOLDS];
	enum ipcchan_waitgraph_mode modes[FEW];
	bool is_open[FEW];
	bool is_sparse;
};

/**
 * struct solution - who is not stuck
 * @proceeds: by party
 * @is_freed: by resource
 */
struct solution {
	bool proceeds[FEW];
	bool is_freed[FEW];
};

static bool is_enough(enum ipcchan_waitgraph_mode mode, unsigned int nr_free,
		      unsigned int nr)
{
	if (!nr)
		return true;
	return mode == ANY ? nr_free > 0 : nr_free == nr;
}

static bool party_proceeds(const struct model *m, const struct solution *s,
			   unsigned int party)
{
	const struct model_wait *wait = &m->waits[party];
	unsigned int nr_free = 0;

	for (unsigned int i = 0; i < wait->nr; i++)
		nr_free += s->is_freed[wait->wanted[i]];
	return is_enough(wait->mode, nr_free, wait->nr);
}

static bool resource_is_freed(const struct model *m, const struct solution *s,
			      unsigned int resource)
{
	unsigned int nr_free = 0;
	unsigned int nr = 0;

	for (unsigned int i = 0; i < MODEL_HOLDS; i++) {
		const struct model_hold *h = &m->holds[i];

		if (!h->is_used || h->resource != resource)
			continue;
		nr++;
		nr_free += s->proceeds[h->party];
	}
	return m->is_open[resource] ||
	       is_enough(m->modes[resource], nr_free, nr);
}

/* The least that the rules give: from nothing, until they give no more. */
static struct solution solve(const struct model *m)
{
	struct solution s = {};

	for (unsigned int round = 0; round < 2 * FEW; round++)
		for (unsigned int i = 0; i < FEW; i++) {
			s.proceeds[i] = party_proceeds(m, &s, i);
			s.is_freed[i] = resource_is_freed(m, &s, i);
		}
	return s;
}

static bool wants(const struct model *m, unsigned int party,
		  unsigned int resource)
{
	for (unsigned int i = 0; i < m->waits[party].nr; i++)
		if (m->waits[party].wanted[i] == resource)
			return true;
	return false;
}

static bool is_held_by(const struct model *m, unsigned int resource,
		       unsigned int party)
{
	for (unsigned int i = 0; i < MODEL_HOLDS; i++)
		if (m->holds[i].is_used && m->holds[i].party == party &&
		    m->holds[i].resource == resource)
			return true;
	return false;
}

/* Does a step lead from the one to the other, both and the resource stuck? */
static bool is_edge(const struct model *m, const struct solution *s,
		    unsigned int from, unsigned int to)
{
	if (s->proceeds[from] || s->proceeds[to])
		return false;
	for (unsigned int i = 0; i < FEW; i++)
		if (!s->is_freed[i] && wants(m, from, i) &&
		    is_held_by(m, i, to))
			return true;
	return false;
}

#define FAR 99

/**
 * struct distances - the fewest steps through what is stuck
 * @steps: from, to; 1 or more also to itself; FAR: there is no way
 */
struct distances {
	unsigned int steps[FEW][FEW];
};

static struct distances measure(const struct model *m, const struct solution *s)
{
	struct distances d;

	for (unsigned int i = 0; i < FEW * FEW; i++)
		d.steps[i / FEW][i % FEW] =
			is_edge(m, s, i / FEW, i % FEW) ? 1 : FAR;
	for (unsigned int by = 0; by < FEW; by++)
		for (unsigned int i = 0; i < FEW * FEW; i++) {
			unsigned int from = i / FEW;
			unsigned int to = i % FEW;

			d.steps[from][to] = min(d.steps[from][to],
						d.steps[from][by] +
						d.steps[by][to]);
		}
	return d;
}

static bool step_matches(const struct model *m, const struct solution *s,
			 u32 number)
{
	const struct ipcchan_waitgraph_step *step = &steps[number];
	u32 next = number + 1 < cycle.length ? number + 1 : cycle.entry;
	unsigned int party = step->party - parties;
	unsigned int resource = step->resource - resources;
	unsigned int holder = step->holder - parties;

	if (next < cycle.nr && steps[next].party != step->holder)
		return false;
	return !s->proceeds[party] && !s->is_freed[resource] &&
	       !s->proceeds[holder] && wants(m, party, resource) &&
	       is_held_by(m, resource, holder);
}

/*
 * The cycle is the shortest through the party itself, or else through some
 * party on it, to which the steps lead by a shortest way.
 */
static bool is_shortest(const struct model *m, const struct solution *s,
			unsigned int party)
{
	struct distances d = measure(m, s);

	if (d.steps[party][party] < FAR)
		return !cycle.entry && cycle.length == d.steps[party][party];
	for (u32 i = cycle.entry; i < cycle.nr; i++) {
		unsigned int other = steps[i].party - parties;

		if (d.steps[party][other] == i &&
		    d.steps[other][other] == cycle.length - cycle.entry)
			return true;
	}
	return cycle.nr < cycle.length;
}

static bool cycle_matches(const struct model *m, const struct solution *s,
			  unsigned int party)
{
	if (cycle.nr != min(cycle.length, cycle.capacity) ||
	    cycle.entry >= cycle.length || steps[cycle.nr].party)
		return false;
	if (cycle.nr && steps[0].party != &parties[party])
		return false;
	for (u32 i = 0; i < cycle.nr; i++)
		if (!step_matches(m, s, i))
			return false;
	return is_shortest(m, s, party);
}

/* Most cycles have room. */
static void make_room(void)
{
	memset(steps, 0, sizeof(steps));
	cycle.capacity = ipcchan_test_random(4) ? FEW : ipcchan_test_random(FEW);
}

static bool answer_matches(const struct model *m, unsigned int party,
			   int answer)
{
	struct solution s = solve(m);

	if (s.proceeds[party])
		return answer == 0 && is_cycle_of(0);
	return answer == -EDEADLK && cycle_matches(m, &s, party);
}

static bool model_check(const struct model *m, unsigned int party)
{
	make_room();
	return answer_matches(m, party,
			      ipcchan_waitgraph_check(&graph, &parties[party],
						      &cycle));
}

static bool model_begin(struct model *m, unsigned int party)
{
	struct model_wait *wait = &m->waits[party];
	bool matches;
	int answer;

	wait->nr = m->is_sparse ? 1 : 1 + ipcchan_test_random(MODEL_REQUESTS);
	wait->mode = ipcchan_test_random(2) ? ANY : ALL;
	for (unsigned int i = 0; i < wait->nr; i++)
		wait->wanted[i] = ipcchan_test_random(FEW);
	make_room();
	answer = begin(party, wait->mode, wait->wanted, wait->nr);
	matches = answer_matches(m, party, answer);
	if (answer)
		wait->nr = 0;
	return matches;
}

static void model_end(struct model *m, unsigned int party)
{
	ipcchan_waitgraph_end(&parties[party]);
	m->waits[party].nr = 0;
}

static void model_hold(struct model *m, unsigned int number)
{
	struct model_hold *h = &m->holds[number];

	*h = (struct model_hold) {
		.resource = ipcchan_test_random(FEW),
		.party = ipcchan_test_random(FEW),
		.is_used = true,
	};
	if (m->is_sparse) {
		h->resource = number % FEW;
		h->party = number % FEW;
	}
	ipcchan_waitgraph_hold(&resources[h->resource], &holds[number],
			       &parties[h->party]);
}

static void model_release(struct model *m, unsigned int number)
{
	ipcchan_waitgraph_release(&holds[number]);
	m->holds[number].is_used = false;
}

/* Few are open at a time, so that there are deadlocks. */
static void model_open(struct model *m, unsigned int resource)
{
	m->is_open[resource] = !ipcchan_test_random(8);
	if (m->is_open[resource])
		ipcchan_waitgraph_open(&resources[resource]);
	else
		ipcchan_waitgraph_close(&resources[resource]);
}

/* A resource that is not used ends, and another begins. */
static void model_renew(struct model *m, unsigned int resource)
{
	for (unsigned int i = 0; i < FEW; i++)
		if (wants(m, i, resource) || is_held_by(m, resource, i))
			return;
	ipcchan_waitgraph_resource_deinit(&resources[resource]);
	m->modes[resource] = ipcchan_test_random(2) ? ANY : ALL;
	m->is_open[resource] = false;
	set_mode(resource, m->modes[resource]);
}

/* Is someone stuck who was not, without one of whom the header speaks? */
static bool is_untold(const struct solution *before,
		      const struct solution *after, const bool *is_told)
{
	bool is_stuck_now = false;

	for (unsigned int i = 0; i < FEW; i++) {
		if (after->proceeds[i])
			continue;
		if (is_told[i])
			return false;
		is_stuck_now |= before->proceeds[i];
	}
	return is_stuck_now;
}

static bool model_hold_or_release(struct model *m, unsigned int number)
{
	struct model_hold *h = &m->holds[number];
	struct solution before = solve(m);
	struct solution after;
	bool is_told[FEW] = {};

	if (h->is_used) {
		for (unsigned int i = 0; i < FEW; i++)
			is_told[i] = m->modes[h->resource] == ANY &&
				     wants(m, i, h->resource);
		model_release(m, number);
	} else {
		model_hold(m, number);
		is_told[h->party] = true;
	}
	after = solve(m);
	return !is_untold(&before, &after, is_told);
}

static bool model_open_or_close(struct model *m, unsigned int resource)
{
	struct solution before = solve(m);
	struct solution after;
	bool is_told[FEW] = {};

	model_open(m, resource);
	after = solve(m);
	for (unsigned int i = 0; i < FEW; i++)
		is_told[i] = !m->is_open[resource] && wants(m, i, resource);
	return !is_untold(&before, &after, is_told);
}

static bool model_begin_or_end(struct model *m, unsigned int party)
{
	struct solution before = solve(m);
	struct solution after;
	bool is_told[FEW] = {};

	if (m->waits[party].nr)
		model_end(m, party);
	else if (!model_begin(m, party))
		return false;
	after = solve(m);
	return !is_untold(&before, &after, is_told);
}

/* While it is sparse, those below FEW are there most of the time, and no other. */
static bool model_change_holds(struct model *m)
{
	unsigned int number = ipcchan_test_random(MODEL_HOLDS);
	bool is_wanted = number < FEW;

	if (m->is_sparse && m->holds[number].is_used == is_wanted &&
	    ipcchan_test_random(16))
		return true;
	return model_hold_or_release(m, number);
}

static bool model_step(struct model *m)
{
	unsigned int number = ipcchan_test_random(FEW);

	if (!ipcchan_test_random(200))
		m->is_sparse = !m->is_sparse;
	switch (ipcchan_test_random(16)) {
	case 0:
		return model_open_or_close(m, number);
	case 1:
		model_renew(m, number);
		return true;
	case 2:
	case 3:
		return model_change_holds(m);
	default:
		/* Most wait, and for long. */
		if (m->waits[number].nr && ipcchan_test_random(6))
			return model_check(m, number);
		return model_begin_or_end(m, number);
	}
}

static void does_what_its_model_does(struct kunit *test)
{
	static struct model m;

	memset(&m, 0, sizeof(m));
	start();
	ipcchan_test_random_start(test);
	for (unsigned int i = 0; i < ipcchan_test_steps; i++)
		KUNIT_ASSERT_TRUE_MSG(test, model_step(&m), "step %u", i);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(who_does_not_wait_is_not_stuck),
	KUNIT_CASE(waits_for_a_holder_that_does_not_wait),
	KUNIT_CASE(waits_for_a_resource_without_holders),
	KUNIT_CASE(waits_at_the_end_of_a_long_chain),
	KUNIT_CASE(refuses_to_wait_for_oneself),
	KUNIT_CASE(refuses_to_close_a_circle_of_two),
	KUNIT_CASE(waits_for_a_crew_that_one_of_does_not_wait),
	KUNIT_CASE(refuses_to_wait_for_a_crew_all_of_which_wait_for_it),
	KUNIT_CASE(waits_for_an_open_crew),
	KUNIT_CASE(names_a_circle_of_others_through_their_crew),
	KUNIT_CASE(refuses_to_close_a_circle_of_three),
	KUNIT_CASE(refuses_to_close_a_circle_of_eight),
	KUNIT_CASE(refuses_to_close_a_circle_of_all),
	KUNIT_CASE(refuses_only_the_last_of_a_circle),
	KUNIT_CASE(a_refused_wait_leaves_nothing_behind),
	KUNIT_CASE(any_waits_with_one_free_alternative),
	KUNIT_CASE(an_alternative_of_another_saves_all),
	KUNIT_CASE(any_is_refused_with_all_alternatives_stuck),
	KUNIT_CASE(names_the_shortest_cycle),
	KUNIT_CASE(names_no_alternative_that_is_not_stuck),
	KUNIT_CASE(all_is_refused_with_one_stuck),
	KUNIT_CASE(all_waits_for_many_that_can_be_freed),
	KUNIT_CASE(all_is_refused_for_the_last_of_many),
	KUNIT_CASE(all_may_name_one_resource_twice),
	KUNIT_CASE(an_open_resource_is_never_stuck),
	KUNIT_CASE(closing_a_resource_shows_who_is_stuck),
	KUNIT_CASE(one_of_several_holders_frees_any),
	KUNIT_CASE(any_is_stuck_with_all_its_holders),
	KUNIT_CASE(one_of_several_holders_keeps_all),
	KUNIT_CASE(all_is_freed_by_all_its_holders),
	KUNIT_CASE(a_reader_cannot_wait_for_all_readers),
	KUNIT_CASE(what_others_have_may_be_had_beside_them),
	KUNIT_CASE(what_may_be_had_does_not_save_who_needs_more),
	KUNIT_CASE(what_may_be_had_depends_on_who_stands_in_front),
	KUNIT_CASE(a_wait_that_ends_frees_the_rest),
	KUNIT_CASE(a_wait_ends_but_once),
	KUNIT_CASE(a_holder_that_goes_frees_the_rest),
	KUNIT_CASE(a_holder_that_comes_may_be_stuck),
	KUNIT_CASE(a_check_leaves_the_wait),
	KUNIT_CASE(a_holder_that_goes_may_leave_others_stuck),
	KUNIT_CASE(who_waits_for_the_stuck_is_led_to_their_cycle),
	KUNIT_CASE(a_cycle_of_others_is_short_too),
	KUNIT_CASE(a_cycle_is_cut_where_there_is_no_room),
	KUNIT_CASE(a_cycle_may_have_no_room_at_all),
	KUNIT_CASE(looks_at_nobody_who_waits_for_the_same),
	KUNIT_CASE(looks_no_further_than_it_needs),
	KUNIT_CASE(does_what_its_model_does),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_waitgraph",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_waitgraph");
