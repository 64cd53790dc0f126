// SPDX-License-Identifier: GPL-2.0
/*
 * The tree of loans, alone and against a naive model.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "region/loan.h"
#include "tests/random.h"

#define PAGES 16
#define POOL 12

#define MOVE IPCCHAN_EXTENT_MOVE
#define SHARE IPCCHAN_EXTENT_SHARE

static struct ipcchan_loans loans;
static struct ipcchan_loan region;
static struct ipcchan_loan pool[POOL];
static unsigned int nr_loans;

/* Nothing of the region is lent. */
static void start(void)
{
	memset(&loans, 0, sizeof(loans));
	memset(&region, 0, sizeof(region));
	ipcchan_loans_init(&loans, &region, PAGES);
	nr_loans = 0;
}

static void make_loan(struct ipcchan_loan *loan, u32 mode, pgoff_t first,
		      pgoff_t last)
{
	memset(loan, 0, sizeof(*loan));
	ipcchan_loan_init(loan, &loans);
	loan->mode = mode;
	loan->first = first;
	loan->last = last;
}

static int begin(struct ipcchan_loan *loan, struct ipcchan_loan *lender)
{
	int err;

	down_write(&loans.lock);
	err = ipcchan_loan_check(lender, loan);
	if (!err)
		ipcchan_loan_begin(loan, lender);
	up_write(&loans.lock);
	return err;
}

static void end(struct ipcchan_loan *loan)
{
	down_write(&loans.lock);
	if (loan->is_live)
		ipcchan_loan_end(loan);
	up_write(&loans.lock);
}

/* Without lending anything. */
static int check(struct ipcchan_loan *lender, u32 mode, pgoff_t first,
		 pgoff_t last)
{
	struct ipcchan_loan loan;
	int err;

	make_loan(&loan, mode, first, last);
	down_write(&loans.lock);
	err = ipcchan_loan_check(lender, &loan);
	up_write(&loans.lock);
	return err;
}

/* The next loan of the pool; not live if it may not begin. */
static struct ipcchan_loan *lend(struct ipcchan_loan *lender, u32 mode,
				 pgoff_t first, pgoff_t last)
{
	struct ipcchan_loan *loan = &pool[nr_loans++];

	make_loan(loan, mode, first, last);
	begin(loan, lender);
	return loan;
}

static bool has(struct ipcchan_loan *loan, pgoff_t first, pgoff_t last)
{
	bool has_all;

	down_read(&loans.lock);
	has_all = ipcchan_loan_has(loan, first, last);
	up_read(&loans.lock);
	return has_all;
}

static char owner_of(pgoff_t page)
{
	char owner = ipcchan_loan_has(&region, page, page) ? 'r' : '-';

	for (unsigned int i = 0; i < nr_loans; i++)
		if (pool[i].mode == MOVE &&
		    ipcchan_loan_has(&pool[i], page, page))
			owner = owner == '-' ? 'a' + i : '!';
	return owner;
}

/*
 * Whose each page is: r, the region's; a, b and so on, that of the loan of the pool;
 * "-", nobody's; "!", of several.
 */
static const char *owners(void)
{
	static char text[PAGES + 1];

	down_read(&loans.lock);
	for (pgoff_t page = 0; page < PAGES; page++)
		text[page] = owner_of(page);
	up_read(&loans.lock);
	return text;
}

static bool next_run(struct ipcchan_loan *loan, pgoff_t *first, pgoff_t *last)
{
	bool is_there;

	down_write(&loans.lock);
	is_there = ipcchan_loan_next_run(loan, first, last);
	up_write(&loans.lock);
	return is_there;
}

/* From this page on, each as FIRST-LAST and a space. */
static const char *runs_from(struct ipcchan_loan *loan, pgoff_t first)
{
	static char text[6 * PAGES + 1];
	size_t length = 0;
	pgoff_t last;

	text[0] = '\0';
	while (next_run(loan, &first, &last)) {
		length += snprintf(text + length, sizeof(text) - length,
				   "%lu-%lu ", (unsigned long)first,
				   (unsigned long)last);
		first = last + 1;
	}
	return text;
}

/* The letters of the live loans, as they are in the list. */
static const char *listed(void)
{
	static char text[POOL + 1];
	struct ipcchan_loan *loan;
	size_t length = 0;

	list_for_each_entry(loan, &loans.all.list, entry)
		text[length++] = 'a' + (loan - pool);
	text[length] = '\0';
	return text;
}

static void new_region_has_all_its_pages(struct kunit *test)
{
	start();
	KUNIT_EXPECT_STREQ(test, owners(), "rrrrrrrrrrrrrrrr");
	KUNIT_EXPECT_TRUE(test, has(&region, 0, PAGES - 1));
	KUNIT_EXPECT_EQ(test, ipcchan_loan_pages(&region), PAGES);
}

static void has_nothing_beyond_its_run(struct kunit *test)
{
	struct ipcchan_loan *a;

	start();
	a = lend(&region, MOVE, 4, 7);
	KUNIT_EXPECT_TRUE(test, has(a, 4, 7));
	KUNIT_EXPECT_FALSE(test, has(a, 3, 7));
	KUNIT_EXPECT_FALSE(test, has(a, 4, 8));
	KUNIT_EXPECT_FALSE(test, has(&region, PAGES - 1, PAGES));
}

static void has_nothing_before_it_begins(struct kunit *test)
{
	start();
	make_loan(&pool[0], MOVE, 4, 7);
	KUNIT_EXPECT_FALSE(test, has(&pool[0], 4, 7));
}

static void moved_pages_are_of_the_loan_alone(struct kunit *test)
{
	start();
	lend(&region, MOVE, 4, 7);
	KUNIT_EXPECT_STREQ(test, owners(), "rrrraaaarrrrrrrr");
}

static void moves_the_first_page_and_the_last(struct kunit *test)
{
	start();
	lend(&region, MOVE, 0, 0);
	lend(&region, MOVE, PAGES - 1, PAGES - 1);
	KUNIT_EXPECT_STREQ(test, owners(), "arrrrrrrrrrrrrrb");
}

static void moves_a_whole_region(struct kunit *test)
{
	start();
	lend(&region, MOVE, 0, PAGES - 1);
	KUNIT_EXPECT_STREQ(test, owners(), "aaaaaaaaaaaaaaaa");
}

static void moves_on_what_was_moved(struct kunit *test)
{
	struct ipcchan_loan *a;
	struct ipcchan_loan *b;

	start();
	a = lend(&region, MOVE, 2, 9);
	b = lend(a, MOVE, 4, 7);
	lend(b, MOVE, 5, 5);
	lend(&region, MOVE, 12, 13);
	KUNIT_EXPECT_STREQ(test, owners(), "rraabcbbaarrddrr");
}

static void shared_pages_stay_those_of_the_lender(struct kunit *test)
{
	struct ipcchan_loan *a;

	start();
	a = lend(&region, SHARE, 4, 7);
	KUNIT_EXPECT_TRUE(test, has(a, 4, 7));
	KUNIT_EXPECT_TRUE(test, has(&region, 0, PAGES - 1));
}

static void run_with_a_moved_page_is_not_the_lenders(struct kunit *test)
{
	start();
	lend(&region, MOVE, 5, 5);
	KUNIT_EXPECT_TRUE(test, has(&region, 0, 4));
	KUNIT_EXPECT_TRUE(test, has(&region, 6, PAGES - 1));
	KUNIT_EXPECT_FALSE(test, has(&region, 4, 5));
	KUNIT_EXPECT_FALSE(test, has(&region, 5, 6));
	KUNIT_EXPECT_FALSE(test, has(&region, 0, PAGES - 1));
}

static void refuses_to_move_what_is_moved(struct kunit *test)
{
	start();
	lend(&region, MOVE, 4, 7);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 4, 7), -EBUSY);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 0, 4), -EBUSY);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 7, 7), -EBUSY);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 5, 6), -EBUSY);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 0, PAGES - 1), -EBUSY);
}

static void refuses_to_share_what_is_moved(struct kunit *test)
{
	start();
	lend(&region, MOVE, 4, 7);
	KUNIT_EXPECT_EQ(test, check(&region, SHARE, 0, 4), -EBUSY);
	KUNIT_EXPECT_EQ(test, check(&region, SHARE, 7, 8), -EBUSY);
}

static void lends_what_is_beside_a_moved_run(struct kunit *test)
{
	start();
	lend(&region, MOVE, 4, 7);
	KUNIT_EXPECT_EQ(test, check(&region, SHARE, 0, 3), 0);
	KUNIT_EXPECT_EQ(test, check(&region, SHARE, 8, PAGES - 1), 0);
	lend(&region, MOVE, 3, 3);
	lend(&region, MOVE, 8, 8);
	KUNIT_EXPECT_STREQ(test, owners(), "rrrbaaaacrrrrrrr");
}

static void refuses_to_move_what_is_shared(struct kunit *test)
{
	start();
	lend(&region, SHARE, 4, 7);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 0, 4), -EBUSY);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 7, 8), -EBUSY);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 5, 5), -EBUSY);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 0, 3), 0);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 8, PAGES - 1), 0);
}

static void refuses_to_move_through_a_share(struct kunit *test)
{
	struct ipcchan_loan *a;

	start();
	a = lend(&region, SHARE, 4, 7);
	KUNIT_EXPECT_EQ(test, check(a, MOVE, 4, 7), -EBUSY);
}

static void shares_what_is_shared(struct kunit *test)
{
	struct ipcchan_loan *a;

	start();
	a = lend(&region, SHARE, 4, 7);
	KUNIT_EXPECT_EQ(test, check(&region, SHARE, 0, PAGES - 1), 0);
	KUNIT_EXPECT_EQ(test, check(a, SHARE, 5, 6), 0);
}

static void moves_when_the_last_share_is_over(struct kunit *test)
{
	struct ipcchan_loan *a;
	struct ipcchan_loan *b;

	start();
	a = lend(&region, SHARE, 4, 7);
	b = lend(&region, SHARE, 4, 7);
	end(a);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 4, 7), -EBUSY);
	end(b);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 4, 7), 0);
}

static void refuses_to_lend_what_the_lender_has_not(struct kunit *test)
{
	struct ipcchan_loan *a;

	start();
	a = lend(&region, MOVE, 4, 7);
	KUNIT_EXPECT_EQ(test, check(a, MOVE, 3, 4), -EBUSY);
	KUNIT_EXPECT_EQ(test, check(a, SHARE, 7, 8), -EBUSY);
	KUNIT_EXPECT_EQ(test, check(&region, SHARE, 0, PAGES), -EBUSY);
}

static void refuses_a_lender_that_is_over(struct kunit *test)
{
	struct ipcchan_loan *a;

	start();
	a = lend(&region, MOVE, 4, 7);
	end(a);
	KUNIT_EXPECT_EQ(test, check(a, MOVE, 4, 7), -ESTALE);
	KUNIT_EXPECT_EQ(test, check(a, SHARE, 4, 7), -ESTALE);
}

static void returned_pages_are_the_lenders(struct kunit *test)
{
	struct ipcchan_loan *a;
	struct ipcchan_loan *b;

	start();
	a = lend(&region, MOVE, 2, 9);
	b = lend(a, MOVE, 4, 7);
	end(b);
	KUNIT_EXPECT_STREQ(test, owners(), "rraaaaaaaarrrrrr");
	end(a);
	KUNIT_EXPECT_STREQ(test, owners(), "rrrrrrrrrrrrrrrr");
	KUNIT_EXPECT_FALSE(test, has(a, 2, 9));
}

static void returned_pages_can_be_lent_again(struct kunit *test)
{
	start();
	end(lend(&region, MOVE, 4, 7));
	lend(&region, MOVE, 6, 9);
	KUNIT_EXPECT_STREQ(test, owners(), "rrrrrrbbbbrrrrrr");
}

static void lender_of_an_ended_lender_inherits_loans(struct kunit *test)
{
	struct ipcchan_loan *a;
	struct ipcchan_loan *b;

	start();
	a = lend(&region, MOVE, 2, 9);
	b = lend(a, MOVE, 4, 7);
	end(a);
	KUNIT_EXPECT_STREQ(test, owners(), "rrrrbbbbrrrrrrrr");
	KUNIT_EXPECT_PTR_EQ(test, b->lender, &region);
	end(b);
	KUNIT_EXPECT_STREQ(test, owners(), "rrrrrrrrrrrrrrrr");
}

static void inherited_runs_are_among_those_of_the_heir(struct kunit *test)
{
	struct ipcchan_loan *a;

	start();
	a = lend(&region, MOVE, 4, 11);
	lend(a, MOVE, 5, 6);
	lend(a, MOVE, 9, 9);
	lend(&region, MOVE, 0, 1);
	lend(&region, MOVE, 13, 14);
	end(a);
	KUNIT_EXPECT_STREQ(test, owners(), "ddrrrbbrrcrrreer");
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 6, 7), -EBUSY);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 7, 8), 0);
}

static void inherited_share_still_keeps_pages_from_moving(struct kunit *test)
{
	struct ipcchan_loan *a;
	struct ipcchan_loan *b;

	start();
	a = lend(&region, MOVE, 2, 9);
	b = lend(a, SHARE, 4, 5);
	end(a);
	KUNIT_EXPECT_TRUE(test, has(b, 4, 5));
	KUNIT_EXPECT_PTR_EQ(test, b->lender, &region);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 5, 6), -EBUSY);
	end(b);
	KUNIT_EXPECT_EQ(test, check(&region, MOVE, 5, 6), 0);
}

/* A chain: of the region, of the loan before, and of that before. */
static void make_chain(void)
{
	start();
	lend(&region, MOVE, 2, 13);
	lend(&pool[0], MOVE, 4, 11);
	lend(&pool[1], MOVE, 6, 9);
}

static void chain_may_end_in_any_order(struct kunit *test)
{
	static const unsigned int orders[][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
		{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	static const char *const left[] = {
		"rrrrrrccccrrrrrr", "rrrrbbbbbbbbrrrr", "rrrrrrccccrrrrrr",
		"rraaaaaaaaaaaarr", "rrrrbbbbbbbbrrrr", "rraaaaaaaaaaaarr",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(orders); i++) {
		make_chain();
		end(&pool[orders[i][0]]);
		end(&pool[orders[i][1]]);
		KUNIT_EXPECT_STREQ(test, owners(), left[i]);
		end(&pool[orders[i][2]]);
		KUNIT_EXPECT_STREQ(test, owners(), "rrrrrrrrrrrrrrrr");
	}
}

static void counts_returns_to_each_lender(struct kunit *test)
{
	struct ipcchan_loan *a;

	start();
	a = lend(&region, MOVE, 2, 9);
	end(lend(a, MOVE, 4, 5));
	end(lend(a, SHARE, 4, 5));
	KUNIT_EXPECT_EQ(test, a->returned, 2);
	KUNIT_EXPECT_EQ(test, region.returned, 0);
	end(a);
	KUNIT_EXPECT_EQ(test, region.returned, 1);
}

static void counts_the_return_of_what_was_inherited(struct kunit *test)
{
	struct ipcchan_loan *a;
	struct ipcchan_loan *b;

	start();
	a = lend(&region, MOVE, 2, 9);
	b = lend(a, MOVE, 4, 5);
	end(a);
	end(b);
	KUNIT_EXPECT_EQ(test, a->returned, 0);
	KUNIT_EXPECT_EQ(test, region.returned, 2);
}

static void gives_no_number_twice(struct kunit *test)
{
	struct ipcchan_loan *a;
	struct ipcchan_loan *b;

	start();
	KUNIT_EXPECT_EQ(test, region.id, 0);
	a = lend(&region, MOVE, 0, 0);
	b = lend(&region, SHARE, 1, 1);
	KUNIT_EXPECT_EQ(test, a->id, 1);
	KUNIT_EXPECT_EQ(test, b->id, 2);
	end(b);
	KUNIT_EXPECT_EQ(test, lend(&region, MOVE, 1, 1)->id, 3);
}

static void lists_live_loans_the_oldest_first(struct kunit *test)
{
	struct ipcchan_loan *a;
	struct ipcchan_loan *b;

	start();
	KUNIT_EXPECT_STREQ(test, listed(), "");
	a = lend(&region, MOVE, 8, 11);
	b = lend(&region, SHARE, 0, 3);
	lend(a, MOVE, 8, 8);
	KUNIT_EXPECT_STREQ(test, listed(), "abc");
	end(b);
	lend(&region, MOVE, 0, 0);
	end(a);
	KUNIT_EXPECT_STREQ(test, listed(), "cd");
	KUNIT_EXPECT_EQ(test, loans.all.nr, 2);
}

static void next_run_is_all_where_nothing_is_moved(struct kunit *test)
{
	struct ipcchan_loan *a;

	start();
	a = lend(&region, SHARE, 4, 7);
	KUNIT_EXPECT_STREQ(test, runs_from(&region, 0), "0-15 ");
	KUNIT_EXPECT_STREQ(test, runs_from(a, a->first), "4-7 ");
}

static void next_run_goes_around_what_is_moved(struct kunit *test)
{
	start();
	lend(&region, MOVE, 2, 3);
	lend(&region, MOVE, 4, 5);
	lend(&region, MOVE, 9, 9);
	KUNIT_EXPECT_STREQ(test, runs_from(&region, 0), "0-1 6-8 10-15 ");
}

static void next_run_stays_between_moved_ends(struct kunit *test)
{
	struct ipcchan_loan *a;

	start();
	a = lend(&region, MOVE, 4, 11);
	lend(a, MOVE, 4, 5);
	lend(a, MOVE, 11, 11);
	KUNIT_EXPECT_STREQ(test, runs_from(a, a->first), "6-10 ");
}

static void next_run_begins_where_it_is_asked_for(struct kunit *test)
{
	start();
	lend(&region, MOVE, 4, 7);
	KUNIT_EXPECT_STREQ(test, runs_from(&region, 2), "2-3 8-15 ");
	KUNIT_EXPECT_STREQ(test, runs_from(&region, 5), "8-15 ");
	KUNIT_EXPECT_STREQ(test, runs_from(&region, 15), "15-15 ");
	KUNIT_EXPECT_STREQ(test, runs_from(&region, 16), "");
}

static void next_run_is_none_where_all_is_moved(struct kunit *test)
{
	start();
	lend(&region, MOVE, 0, 9);
	lend(&region, MOVE, 10, PAGES - 1);
	KUNIT_EXPECT_STREQ(test, runs_from(&region, 0), "");
}

static void hold(struct ipcchan_loan *loan)
{
	down_write(&loans.lock);
	ipcchan_loan_hold(loan);
	up_write(&loans.lock);
}

static void has_no_holder_before_somebody_holds_it(struct kunit *test)
{
	start();
	KUNIT_EXPECT_NULL(test, lend(&region, MOVE, 4, 7)->holder);
}

static void holder_is_the_process_that_holds_it(struct kunit *test)
{
	struct ipcchan_loan *a;

	start();
	a = lend(&region, MOVE, 4, 7);
	a->since_ns = 0;
	hold(a);
	KUNIT_EXPECT_PTR_EQ(test, a->holder, task_tgid(current));
	KUNIT_EXPECT_TRUE(test, a->since_ns);
	put_pid(a->holder);
}

static void holder_keeps_the_time_when_it_holds_again(struct kunit *test)
{
	struct ipcchan_loan *a;

	start();
	a = lend(&region, MOVE, 4, 7);
	hold(a);
	a->since_ns = 0;
	hold(a);
	KUNIT_EXPECT_EQ(test, a->since_ns, 0);
	put_pid(a->holder);
}

/*
 * The model: a letter for each page, as owners() gives them, and who lent what. What
 * may be lent is found by looking at each page. The region is number POOL.
 */
struct model {
	char owners[PAGES + 1];
	unsigned int lender[POOL];
	bool is_live[POOL + 1];
};

static struct ipcchan_loan *loan_at(unsigned int number)
{
	return number == POOL ? &region : &pool[number];
}

static char letter_of(unsigned int number)
{
	return number == POOL ? 'r' : 'a' + number;
}

static void model_start(struct model *m)
{
	start();
	nr_loans = POOL;
	for (unsigned int i = 0; i < POOL; i++)
		make_loan(&pool[i], MOVE, 0, 0);
	memset(m, 0, sizeof(*m));
	memset(m->owners, letter_of(POOL), PAGES);
	m->is_live[POOL] = true;
}

static bool model_has(const struct model *m, unsigned int number, pgoff_t page)
{
	const struct ipcchan_loan *loan = loan_at(number);

	if (loan->mode == SHARE)
		return page >= loan->first && page <= loan->last;
	return page < PAGES && m->owners[page] == letter_of(number);
}

static bool model_is_shared(const struct model *m, pgoff_t page)
{
	for (unsigned int i = 0; i < POOL; i++)
		if (m->is_live[i] && pool[i].mode == SHARE &&
		    model_has(m, i, page))
			return true;
	return false;
}

static int model_check(const struct model *m, unsigned int lender,
		       const struct ipcchan_loan *loan)
{
	if (!m->is_live[lender])
		return -ESTALE;
	for (pgoff_t page = loan->first; page <= loan->last; page++) {
		if (!model_has(m, lender, page))
			return -EBUSY;
		if (loan->mode == MOVE && model_is_shared(m, page))
			return -EBUSY;
	}
	return 0;
}

static void model_begin(struct model *m, unsigned int number,
			unsigned int lender)
{
	const struct ipcchan_loan *loan = loan_at(number);

	m->lender[number] = lender;
	m->is_live[number] = true;
	if (loan->mode == MOVE)
		memset(m->owners + loan->first, letter_of(number),
		       ipcchan_loan_pages(loan));
}

static void model_end(struct model *m, unsigned int number)
{
	unsigned int lender = m->lender[number];

	m->is_live[number] = false;
	for (pgoff_t page = 0; page < PAGES; page++)
		if (m->owners[page] == letter_of(number))
			m->owners[page] = letter_of(lender);
	for (unsigned int i = 0; i < POOL; i++)
		if (m->lender[i] == number)
			m->lender[i] = lender;
}

/* Mostly a live one. */
static unsigned int pick_lender(const struct model *m)
{
	unsigned int lender = ipcchan_test_random(POOL + 1);

	for (unsigned int i = 0; i < 3 && !m->is_live[lender]; i++)
		lender = ipcchan_test_random(POOL + 1);
	return lender;
}

/* It begins where the lender's run is, and may go beyond. */
static bool model_lend(struct model *m, unsigned int number)
{
	unsigned int lender = pick_lender(m);
	const struct ipcchan_loan *from = loan_at(lender);
	pgoff_t first = from->first +
			ipcchan_test_random(ipcchan_loan_pages(from));
	int err;

	make_loan(&pool[number], ipcchan_test_random(2) ? MOVE : SHARE, first,
		  first + ipcchan_test_random(PAGES / 4));
	err = model_check(m, lender, &pool[number]);
	if (!err)
		model_begin(m, number, lender);
	return begin(&pool[number], loan_at(lender)) == err;
}

static bool is_like_model(const struct model *m)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < POOL; i++) {
		nr += m->is_live[i];
		if (pool[i].is_live != m->is_live[i] ||
		    (m->is_live[i] && pool[i].lender != loan_at(m->lender[i])))
			return false;
	}
	return loans.all.nr == nr && !strcmp(owners(), m->owners);
}

static bool model_step(struct model *m)
{
	unsigned int number = ipcchan_test_random(POOL);

	if (m->is_live[number]) {
		model_end(m, number);
		end(&pool[number]);
	} else if (!model_lend(m, number)) {
		return false;
	}
	return is_like_model(m);
}

static void has_one_owner_of_each_page_as_its_model(struct kunit *test)
{
	static struct model m;

	model_start(&m);
	ipcchan_test_random_start(test);
	for (unsigned int i = 0; i < ipcchan_test_steps; i++)
		KUNIT_ASSERT_TRUE_MSG(test, model_step(&m), "step %u", i);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(new_region_has_all_its_pages),
	KUNIT_CASE(has_nothing_beyond_its_run),
	KUNIT_CASE(has_nothing_before_it_begins),
	KUNIT_CASE(moved_pages_are_of_the_loan_alone),
	KUNIT_CASE(moves_the_first_page_and_the_last),
	KUNIT_CASE(moves_a_whole_region),
	KUNIT_CASE(moves_on_what_was_moved),
	KUNIT_CASE(shared_pages_stay_those_of_the_lender),
	KUNIT_CASE(run_with_a_moved_page_is_not_the_lenders),
	KUNIT_CASE(refuses_to_move_what_is_moved),
	KUNIT_CASE(refuses_to_share_what_is_moved),
	KUNIT_CASE(lends_what_is_beside_a_moved_run),
	KUNIT_CASE(refuses_to_move_what_is_shared),
	KUNIT_CASE(refuses_to_move_through_a_share),
	KUNIT_CASE(shares_what_is_shared),
	KUNIT_CASE(moves_when_the_last_share_is_over),
	KUNIT_CASE(refuses_to_lend_what_the_lender_has_not),
	KUNIT_CASE(refuses_a_lender_that_is_over),
	KUNIT_CASE(returned_pages_are_the_lenders),
	KUNIT_CASE(returned_pages_can_be_lent_again),
	KUNIT_CASE(lender_of_an_ended_lender_inherits_loans),
	KUNIT_CASE(inherited_runs_are_among_those_of_the_heir),
	KUNIT_CASE(inherited_share_still_keeps_pages_from_moving),
	KUNIT_CASE(chain_may_end_in_any_order),
	KUNIT_CASE(counts_returns_to_each_lender),
	KUNIT_CASE(counts_the_return_of_what_was_inherited),
	KUNIT_CASE(gives_no_number_twice),
	KUNIT_CASE(lists_live_loans_the_oldest_first),
	KUNIT_CASE(next_run_is_all_where_nothing_is_moved),
	KUNIT_CASE(next_run_goes_around_what_is_moved),
	KUNIT_CASE(next_run_stays_between_moved_ends),
	KUNIT_CASE(next_run_begins_where_it_is_asked_for),
	KUNIT_CASE(next_run_is_none_where_all_is_moved),
	KUNIT_CASE(has_no_holder_before_somebody_holds_it),
	KUNIT_CASE(holder_is_the_process_that_holds_it),
	KUNIT_CASE(holder_keeps_the_time_when_it_holds_again),
	KUNIT_CASE(has_one_owner_of_each_page_as_its_model),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_loan",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_loan");
