// SPDX-License-Identifier: GPL-2.0
/* OBJECT_LIST: order, paging, what an entry says. */

#include "kselftest_harness.h"

#include <sched.h>

#include "ipcchan_selftest.h"

/* In byte order: '-' < '.' < digits < 'B' < '_' < 'a'. */
static const char *const names[] = {
	"list-test", "list-test-", "list-test.", "list-test0", "list-testB",
	"list-test_", "list-testa", "list-testaa",
};

#define NAMES ((int)ARRAY_SIZE(names))

FIXTURE(list)
{
	int session;
	int objects[NAMES];
	struct ipcchan_object_info entries[IPCCHAN_LIST_MAX];
};

/* In a namespace where there are no other names. */
FIXTURE_SETUP(list)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	self->session = session_open();
	ASSERT_LE(0, self->session);
	for (int i = NAMES; i-- > 0;) {
		self->objects[i] = object_open(self->session,
					       i % 2 ? IPCCHAN_KIND_MAILBOX :
						       IPCCHAN_KIND_REGION,
					       names[i], IPCCHAN_OPEN_CREATE);
		ASSERT_LE(0, self->objects[i]);
	}
}

FIXTURE_TEARDOWN(list)
{
	for (int i = 0; i < NAMES; i++)
		close(self->objects[i]);
	close(self->session);
}

TEST_F(list, gives_every_name_in_byte_order)
{
	int nr = object_list(self->session, "", self->entries,
			     IPCCHAN_LIST_MAX);

	ASSERT_EQ(NAMES, nr);
	for (int i = 0; i < nr; i++)
		EXPECT_STREQ(names[i], self->entries[i].name);
}

TEST_F(list, goes_on_behind_the_last_name)
{
	const char *after = "";

	for (int i = 0; i < NAMES; i++) {
		ASSERT_EQ(1, object_list(self->session, after, self->entries,
					 1));
		EXPECT_STREQ(names[i], self->entries[0].name);
		after = names[i];
	}
	EXPECT_EQ(0, object_list(self->session, after, self->entries, 1));
}

TEST_F(list, gives_no_more_than_asked_for)
{
	strcpy(self->entries[3].name, "untouched");
	EXPECT_EQ(3, object_list(self->session, "", self->entries, 3));
	EXPECT_STREQ("untouched", self->entries[3].name);
}

TEST_F(list, goes_on_behind_a_name_that_is_gone)
{
	ASSERT_EQ(0, object_unlink(self->session, names[2]));
	ASSERT_EQ(1, object_list(self->session, names[2], self->entries, 1));
	EXPECT_STREQ(names[3], self->entries[0].name);
}

TEST_F(list, leaves_out_what_was_unlinked)
{
	ASSERT_EQ(0, object_unlink(self->session, names[0]));
	EXPECT_FALSE(name_exists(self->session, names[0]));
	EXPECT_TRUE(name_exists(self->session, names[1]));
}

TEST_F(list, leaves_out_what_was_killed)
{
	ASSERT_EQ(0, object_kill(self->objects[0]));
	EXPECT_FALSE(name_exists(self->session, names[0]));
}

TEST_F(list, leaves_out_what_has_no_name)
{
	int mailbox = mailbox_open(self->session);

	EXPECT_EQ(NAMES, object_list(self->session, "", self->entries,
				     IPCCHAN_LIST_MAX));
	close(mailbox);
}

TEST_F(list, says_what_object_info_says)
{
	struct ipcchan_object_info info;

	ASSERT_EQ(1, put_number(self->objects[1], 1));
	ASSERT_EQ(NAMES, object_list(self->session, "", self->entries,
				     IPCCHAN_LIST_MAX));
	for (int i = 0; i < NAMES; i++) {
		info = object_info(self->objects[i]);
		EXPECT_EQ(0, memcmp(&info, &self->entries[i], sizeof(info))) {
			TH_LOG("entry %d, %s", i, info.name);
		}
	}
	EXPECT_EQ(1, self->entries[1].items);
}

TEST_F(list, refuses_a_count_of_zero)
{
	EXPECT_EQ(-EINVAL, object_list(self->session, "", self->entries, 0));
}

TEST_F(list, refuses_a_count_above_the_maximum)
{
	EXPECT_EQ(-EINVAL, object_list(self->session, "", self->entries,
				       IPCCHAN_LIST_MAX + 1));
}

TEST_F(list, refuses_to_start_behind_what_is_no_name)
{
	EXPECT_EQ(-EINVAL, object_list(self->session, "a b", self->entries, 1));
}

TEST_F(list, refuses_to_start_behind_a_name_that_is_too_long)
{
	char name[IPCCHAN_NAME_SIZE + 1];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	EXPECT_EQ(-ENAMETOOLONG,
		  object_list(self->session, name, self->entries, 1));
}

TEST_F(list, needs_writable_entries)
{
	EXPECT_EQ(-EFAULT, object_list(self->session, "", NULL, 1));
}

TEST_F(list, steps_by_the_callers_size_of_an_entry)
{
	struct {
		struct ipcchan_object_info info;
		char newer[8];
	} entries[NAMES];
	struct ipcchan_object_list list = {
		.entries = (uintptr_t)entries,
		.count = NAMES,
		.entry_size = sizeof(entries[0]),
	};

	ASSERT_EQ(NAMES, call(self->session, IPCCHAN_IOC_OBJECT_LIST, &list));
	for (int i = 0; i < NAMES; i++)
		EXPECT_STREQ(names[i], entries[i].info.name);
}

TEST_F(list, refuses_an_entry_shorter_than_the_first_version)
{
	struct ipcchan_object_list list = {
		.entries = (uintptr_t)self->entries,
		.count = 1,
		.entry_size = IPCCHAN_OBJECT_INFO_SIZE_VER0 - 8,
	};

	EXPECT_EQ(-EINVAL, call(self->session, IPCCHAN_IOC_OBJECT_LIST, &list));
}

/* Names that come and go around one that stays. */
static int create_and_end(void *session)
{
	int flags = IPCCHAN_OPEN_CREATE;

	for (int i = 0; i < 300; i++) {
		close(object_open(*(int *)session, IPCCHAN_KIND_MAILBOX,
				  "list-test-before", flags));
		close(object_open(*(int *)session, IPCCHAN_KIND_MAILBOX,
				  "list-testz-behind", flags));
	}
	return 0;
}

TEST_F(list, gives_what_stays_exactly_once_while_others_come_and_go)
{
	struct sleeper others;
	const char *after;
	int seen;

	sleeper_start(&others, create_and_end, &self->session);
	for (int walk = 0; walk < 50; walk++) {
		after = "";
		seen = 0;
		while (object_list(self->session, after, self->entries,
				   1) == 1) {
			after = self->entries[0].name;
			seen += !strcmp(after, "list-testB");
		}
		EXPECT_EQ(1, seen);
	}
	EXPECT_EQ(0, sleeper_join(&others));
}

#include "ipcchan_selftest_main.h"
