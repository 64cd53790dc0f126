// SPDX-License-Identifier: GPL-2.0
/* Extents that are lent on: each page has one owner, and comes back to the last. */

#include "kselftest_harness.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "extents.h"

#define PAGES		6
#define READ_WRITE	(PROT_READ | PROT_WRITE)
#define VIEWS		8
#define STEPS		400

/**
 * struct view - a descriptor, and its memory
 * @fd: An extent, or the region; -1: none.
 * @memory: All of it.
 * @first: Its first page in the region.
 * @pages: How many it shows.
 */
struct view {
	int fd;
	char *memory;
	int first;
	int pages;
};

FIXTURE(forward)
{
	int session;
	int mailbox;
	size_t page;
	struct view views[VIEWS];
};

static void map_view(struct view *view, size_t page)
{
	struct ipcchan_region_info info = region_info(view->fd);

	view->first = info.offset / page;
	view->pages = info.length / page;
	view->memory = map_pages(view->fd, info.length, READ_WRITE);
}

FIXTURE_SETUP(forward)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->session = session_open();
	self->mailbox = extent_mailbox(self->session);
	for (int i = 0; i < VIEWS; i++)
		self->views[i].fd = -1;
	self->views[0].fd = region_open(self->session, PAGES * self->page);
	ASSERT_LE(0, self->views[0].fd);
	map_view(&self->views[0], self->page);
	ASSERT_NE(NULL, self->views[0].memory);
}

FIXTURE_TEARDOWN(forward)
{
	for (int i = 0; i < VIEWS; i++)
		close(self->views[i].fd);
	close(self->mailbox);
	close(self->session);
}

/* Which of the views has the page; -1: none, -2: several. */
static int owner(FIXTURE_DATA(forward) * self, int page)
{
	int found = -1;

	for (int i = 0; i < VIEWS; i++) {
		const struct view *view = &self->views[i];
		int at = page - view->first;

		if (view->fd < 0 || at < 0 || at >= view->pages ||
		    poke(view->memory + at * self->page, 'a' + i))
			continue;
		if (found >= 0)
			return -2;
		found = i;
	}
	return found;
}

/* As a word: "000111" means that three pages are view 0's, and three view 1's. */
static const char *owners(FIXTURE_DATA(forward) * self)
{
	static char word[PAGES + 1];

	for (int i = 0; i < PAGES; i++) {
		int view = owner(self, i);

		word[i] = view < 0 ? '?' : '0' + view;
	}
	return word;
}

/* Moves pages of a view, counted in it, to another, which is closed: 0 or -errno. */
static int move(FIXTURE_DATA(forward) * self, int from, int to, int first,
		int pages)
{
	struct view *view = &self->views[to];
	int fd = lend(self->mailbox, self->views[from].fd, MOVE,
		      first * self->page, pages * self->page);

	if (fd < 0)
		return fd;
	view->fd = fd;
	map_view(view, self->page);
	return view->memory ? 0 : -errno;
}

static void end(FIXTURE_DATA(forward) * self, int i)
{
	struct view *view = &self->views[i];

	munmap(view->memory, view->pages * self->page);
	close(view->fd);
	view->fd = -1;
}

TEST_F(forward, of_a_part_takes_it_from_who_had_it)
{
	ASSERT_EQ(0, move(self, 0, 1, 1, 4));
	ASSERT_STREQ("011110", owners(self));
	ASSERT_EQ(0, move(self, 1, 2, 1, 2));
	EXPECT_STREQ("012210", owners(self));
}

TEST_F(forward, returns_to_who_lent_it)
{
	ASSERT_EQ(0, move(self, 0, 1, 1, 4));
	ASSERT_EQ(0, move(self, 1, 2, 1, 2));
	end(self, 2);
	EXPECT_STREQ("011110", owners(self));
	end(self, 1);
	EXPECT_STREQ("000000", owners(self));
}

TEST_F(forward, returns_to_the_region_when_its_lender_is_over)
{
	ASSERT_EQ(0, move(self, 0, 1, 1, 4));
	ASSERT_EQ(0, move(self, 1, 2, 1, 2));
	end(self, 1);
	EXPECT_STREQ("002200", owners(self));
	EXPECT_EQ(-EBUSY, move(self, 0, 1, 2, 1));
	end(self, 2);
	EXPECT_STREQ("000000", owners(self));
	EXPECT_EQ(2, region_info(self->views[0].fd).returned);
}

TEST_F(forward, returns_to_the_one_before_its_lender)
{
	ASSERT_EQ(0, move(self, 0, 1, 0, 6));
	ASSERT_EQ(0, move(self, 1, 2, 0, 6));
	ASSERT_EQ(0, move(self, 2, 3, 2, 2));
	ASSERT_STREQ("223322", owners(self));
	end(self, 2);
	ASSERT_STREQ("113311", owners(self));
	end(self, 3);
	EXPECT_STREQ("111111", owners(self));
	EXPECT_EQ(2, region_info(self->views[1].fd).returned);
}

TEST_F(forward, of_all_leaves_nothing)
{
	ASSERT_EQ(0, move(self, 0, 1, 0, 6));
	ASSERT_EQ(0, move(self, 1, 2, 0, 6));
	EXPECT_STREQ("222222", owners(self));
	EXPECT_EQ(-EBUSY, move(self, 1, 3, 0, 6));
}

TEST_F(forward, back_to_the_region_is_a_release)
{
	ASSERT_EQ(0, move(self, 0, 1, 1, 2));
	ASSERT_EQ(0, region_release(self->views[1].fd));
	EXPECT_STREQ("000000", owners(self));
	EXPECT_EQ(-ESTALE, region_release(self->views[1].fd));
	EXPECT_EQ(-ESTALE, move(self, 1, 2, 0, 1));
}

TEST_F(forward, stays_when_its_lender_is_released)
{
	ASSERT_EQ(0, move(self, 0, 1, 0, 4));
	ASSERT_EQ(0, move(self, 1, 2, 1, 1));
	ASSERT_EQ(0, region_release(self->views[1].fd));
	EXPECT_STREQ("020000", owners(self));
}

TEST_F(forward, of_what_is_no_extent_cannot_be_released)
{
	EXPECT_EQ(-EBADF, region_release(self->views[0].fd));
}

TEST_F(forward, that_is_in_a_pipe_cannot_be_released)
{
	struct iovec page;
	int pipe[2];

	ASSERT_EQ(0, move(self, 0, 1, 0, 1));
	page = (struct iovec){ self->views[1].memory, self->page };
	ASSERT_EQ(0, pipe2(pipe, O_CLOEXEC));
	ASSERT_EQ(self->page, vmsplice(pipe[1], &page, 1, 0));
	EXPECT_EQ(-EBUSY, region_release(self->views[1].fd));
	EXPECT_STREQ("100000", owners(self));
	close(pipe[0]);
	close(pipe[1]);
	EXPECT_EQ(0, region_release(self->views[1].fd));
}

static int pick(FIXTURE_DATA(forward) * self, unsigned int *seed)
{
	int i;

	do {
		i = rand_r(seed) % VIEWS;
	} while (self->views[i].fd < 0);
	return i;
}

static int find_free(FIXTURE_DATA(forward) * self)
{
	for (int i = 0; i < VIEWS; i++)
		if (self->views[i].fd < 0)
			return i;
	return -1;
}

/* One thing at random, which may be refused. */
static void step(FIXTURE_DATA(forward) * self, unsigned int *seed)
{
	int from = pick(self, seed);
	int to = find_free(self);
	int pages = self->views[from].pages;
	int first = rand_r(seed) % pages;

	if (to >= 0 && rand_r(seed) % 3)
		move(self, from, to, first, 1 + rand_r(seed) % (pages - first));
	else if (from && rand_r(seed) % 2)
		end(self, from);
	else if (from)
		region_release(self->views[from].fd);
}

TEST_F(forward, at_random_leaves_each_page_one_owner)
{
	unsigned int seed = 1;

	for (int i = 0; i < STEPS; i++) {
		step(self, &seed);
		ASSERT_EQ(NULL, strchr(owners(self), '?'))
			TH_LOG("step %d: %s", i, owners(self));
	}
	for (int i = 1; i < VIEWS; i++)
		if (self->views[i].fd >= 0)
			end(self, i);
	EXPECT_STREQ("000000", owners(self));
}

#include "ipcchan_selftest_main.h"
