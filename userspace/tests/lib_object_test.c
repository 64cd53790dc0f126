// SPDX-License-Identifier: GPL-2.0
/*
 * What mailboxes and regions have in common in libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

/* More than one page of a list. */
#define MANY	(IPCCHAN_LIST_MAX + 10)

FIXTURE(object)
{
	struct ipcchan *session;
	struct ipcchan_mailbox *mailbox;
	int fd;
};

FIXTURE_SETUP(object)
{
	self->session = open_session();
	self->mailbox = new_mailbox(self->session, NULL);
	self->fd = ipcchan_mailbox_fd(self->mailbox);
}

FIXTURE_TEARDOWN(object)
{
	ipcchan_mailbox_close(self->mailbox);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

/* A mailbox with a name of its own, that nothing but the handle keeps. */
static int name_mailbox(const struct ipcchan *session, const char *name,
			struct ipcchan_mailbox **mailbox)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;

	options.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE;
	return ipcchan_mailbox_open(session, name, ALL_RIGHTS, &options,
				    mailbox);
}

/* lib.PID.000, lib.PID.001, ... */
static const char *numbered(int number)
{
	char part[16];

	snprintf(part, sizeof(part), "%03d", number);
	return own_name(part);
}

TEST_F(object, info_tells_kind_and_rights)
{
	struct ipcchan_object_info info;

	ASSERT_EQ(0, ipcchan_object_info(self->fd, &info, sizeof(info)));
	EXPECT_EQ(IPCCHAN_KIND_MAILBOX, info.kind);
	EXPECT_EQ(ALL_RIGHTS, info.rights);
	EXPECT_STREQ("", info.name);
}

TEST_F(object, info_of_a_session_is_refused)
{
	struct ipcchan_object_info info;

	EXPECT_EQ(-EBADF, ipcchan_object_info(ipcchan_session_fd(self->session),
					      &info, sizeof(info)));
}

TEST_F(object, restrict_gives_a_weaker_descriptor)
{
	struct ipcchan_object_info info;
	int fd = ipcchan_object_restrict(self->fd, IPCCHAN_RIGHT_SEND, 0);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ipcchan_object_info(fd, &info, sizeof(info)));
	EXPECT_EQ(IPCCHAN_RIGHT_SEND, info.rights);
	EXPECT_EQ(-EPERM, ipcchan_object_restrict(fd, IPCCHAN_RIGHT_PEEK, 0));
	EXPECT_EQ(0, close(fd));
}

TEST_F(object, restrict_to_nothing_is_refused)
{
	EXPECT_EQ(-EINVAL, ipcchan_object_restrict(self->fd, 0, 0));
}

TEST_F(object, set_access_changes_the_mode)
{
	const struct ipcchan_object_set_access access = {
		.valid = IPCCHAN_ACCESS_MODE,
		.mode = 0640,
	};
	struct ipcchan_object_info info;

	ASSERT_EQ(0, ipcchan_object_set_access(self->fd, &access,
					       sizeof(access)));
	ASSERT_EQ(0, ipcchan_object_info(self->fd, &info, sizeof(info)));
	EXPECT_EQ(0640, info.mode);
}

TEST_F(object, killed_one_gives_eidrm)
{
	struct ipcchan_object_info info;

	EXPECT_EQ(0, ipcchan_object_kill(self->fd));
	EXPECT_EQ(-EIDRM, ipcchan_object_kill(self->fd));
	EXPECT_EQ(-EIDRM, ipcchan_mailbox_send(self->mailbox, "x", 1, NULL));
	ASSERT_EQ(0, ipcchan_object_info(self->fd, &info, sizeof(info)));
	EXPECT_TRUE(info.state & IPCCHAN_STATE_DEAD);
}

TEST_F(object, kill_needs_the_admin_right)
{
	int fd = ipcchan_object_restrict(self->fd, IPCCHAN_RIGHT_SEND, 0);

	EXPECT_EQ(-EPERM, ipcchan_object_kill(fd));
	EXPECT_EQ(0, close(fd));
}

TEST_F(object, unlink_frees_the_name)
{
	const char *name = own_name("unlink");
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_mailbox *other;

	ASSERT_EQ(0, name_mailbox(self->session, name, &mailbox));
	EXPECT_EQ(-EEXIST, name_mailbox(self->session, name, &other));
	EXPECT_EQ(0, ipcchan_object_unlink(self->session, name));
	EXPECT_EQ(-ENOENT, ipcchan_object_unlink(self->session, name));
	EXPECT_EQ(0, ipcchan_mailbox_send(mailbox, "x", 1, NULL));
	ipcchan_mailbox_close(mailbox);
}

TEST_F(object, unlink_refuses_what_is_no_name)
{
	char name[IPCCHAN_NAME_SIZE + 1];

	memset(name, 'a', IPCCHAN_NAME_SIZE);
	name[IPCCHAN_NAME_SIZE] = '\0';
	EXPECT_EQ(-ENAMETOOLONG, ipcchan_object_unlink(self->session, name));
	EXPECT_EQ(-EINVAL, ipcchan_object_unlink(self->session, "a/b"));
	EXPECT_EQ(-EINVAL, ipcchan_object_unlink(self->session, ""));
	EXPECT_EQ(-EINVAL, ipcchan_object_unlink(self->session, NULL));
}

FIXTURE(names)
{
	struct ipcchan *session;
	struct ipcchan_mailbox *mailboxes[MANY];
};

FIXTURE_SETUP(names)
{
	int i;

	self->session = open_session();
	for (i = 0; i < MANY; i++)
		ASSERT_EQ(0, name_mailbox(self->session, numbered(i),
					  &self->mailboxes[i]));
}

FIXTURE_TEARDOWN(names)
{
	int i;

	for (i = 0; i < MANY; i++)
		ipcchan_mailbox_close(self->mailboxes[i]);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

TEST_F(names, list_goes_on_behind_a_name)
{
	struct ipcchan_object_info entries[3];

	ASSERT_EQ(3, ipcchan_object_list(self->session, NULL, entries, 3,
					 sizeof(entries[0])));
	EXPECT_STREQ(numbered(0), entries[0].name);
	ASSERT_EQ(3, ipcchan_object_list(self->session, entries[2].name,
					 entries, 3, sizeof(entries[0])));
	EXPECT_STREQ(numbered(3), entries[0].name);
	ASSERT_EQ(1, ipcchan_object_list(self->session, numbered(MANY - 2),
					 entries, 3, sizeof(entries[0])));
	EXPECT_EQ(0, ipcchan_object_list(self->session, numbered(MANY - 1),
					 entries, 3, sizeof(entries[0])));
}

TEST_F(names, list_refuses_more_than_it_gives_at_once)
{
	struct ipcchan_object_info entry;

	EXPECT_EQ(-EINVAL, ipcchan_object_list(self->session, NULL, &entry,
					       IPCCHAN_LIST_MAX + 1,
					       sizeof(entry)));
	EXPECT_EQ(-EINVAL, ipcchan_object_list(self->session, NULL, &entry, 0,
					       sizeof(entry)));
	EXPECT_EQ(-EINVAL, ipcchan_object_list(self->session, NULL, &entry, 1,
					       sizeof(entry) - 8));
}

/**
 * struct visits - what a walk has seen
 * @count: Names so far.
 * @in_order: Each was the next of numbered().
 * @stop_at: Stop when so many were seen.
 */
struct visits {
	int count;
	bool in_order;
	int stop_at;
};

static int visit(const struct ipcchan_object_info *info, void *context)
{
	struct visits *visits = context;

	if (strcmp(info->name, numbered(visits->count)))
		visits->in_order = false;
	visits->count++;
	return visits->count == visits->stop_at ? 77 : 0;
}

TEST_F(names, each_visits_all_once_and_in_order)
{
	struct visits visits = { .in_order = true };

	EXPECT_EQ(0, ipcchan_object_each(self->session,
					 sizeof(struct ipcchan_object_info),
					 visit, &visits));
	EXPECT_EQ(MANY, visits.count);
	EXPECT_TRUE(visits.in_order);
}

TEST_F(names, each_takes_a_larger_structure)
{
	struct visits visits = { .in_order = true };

	EXPECT_EQ(0, ipcchan_object_each(self->session,
					 sizeof(struct ipcchan_object_info) + 16,
					 visit, &visits));
	EXPECT_EQ(MANY, visits.count);
	EXPECT_TRUE(visits.in_order);
}

TEST_F(names, each_ends_when_the_visitor_says_so)
{
	struct visits visits = { .stop_at = 5 };

	EXPECT_EQ(77, ipcchan_object_each(self->session,
					  sizeof(struct ipcchan_object_info),
					  visit, &visits));
	EXPECT_EQ(5, visits.count);
}

TEST_HARNESS_MAIN
