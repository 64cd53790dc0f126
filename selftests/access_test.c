// SPDX-License-Identifier: GPL-2.0
/* Who may open a name: mode, owner, group, capability; LIST and UNLINK. */

#include "kselftest_harness.h"

#include <grp.h>

#include "ipcchan_selftest.h"

#define GROUP		2000

#define SEND		IPCCHAN_RIGHT_SEND
#define RECEIVE		IPCCHAN_RIGHT_RECEIVE
#define PEEK		IPCCHAN_RIGHT_PEEK
#define ADMIN		IPCCHAN_RIGHT_ADMIN
#define WAIT		IPCCHAN_RIGHT_WAIT
#define SIGNAL		IPCCHAN_RIGHT_SIGNAL
#define MAP_R		IPCCHAN_RIGHT_MAP_READ
#define MAP_W		IPCCHAN_RIGHT_MAP_WRITE

static int session_of_member(uid_t uid, gid_t gid, gid_t supplementary)
{
	int session;

	if (setgroups(1, &supplementary) || setegid(gid) || seteuid(uid))
		return -errno;
	session = session_open();
	if (seteuid(0) || setegid(0) || setgroups(0, NULL))
		return -errno;
	return session;
}

/*
 * ALICE owns a mailbox and a region of group GROUP; @uid with @gid and the
 * supplementary group @member opens them.
 */
FIXTURE(access)
{
	int owner;
	int session;
	int mailbox;
	int region;
	const char *mailbox_name;
	const char *region_name;
};

FIXTURE_VARIANT(access)
{
	unsigned int mode;
	uid_t uid;
	gid_t gid;
	gid_t member;
	unsigned int mailbox_rights;
	unsigned int region_rights;
};

FIXTURE_VARIANT_ADD(access, owner_with_read)
{
	.mode = 0400, .uid = ALICE, .gid = ALICE, .member = ALICE,
	.mailbox_rights = RECEIVE | PEEK | ADMIN,
	.region_rights = MAP_R | ADMIN,
};

FIXTURE_VARIANT_ADD(access, owner_with_write)
{
	.mode = 0200, .uid = ALICE, .gid = ALICE, .member = ALICE,
	.mailbox_rights = SEND | ADMIN,
	.region_rights = ADMIN,
};

FIXTURE_VARIANT_ADD(access, owner_with_nothing)
{
	.mode = 0077, .uid = ALICE, .gid = GROUP, .member = GROUP,
	.mailbox_rights = ADMIN,
	.region_rights = ADMIN,
};

FIXTURE_VARIANT_ADD(access, group_with_read)
{
	.mode = 0040, .uid = BOB, .gid = GROUP, .member = BOB,
	.mailbox_rights = RECEIVE | PEEK,
	.region_rights = MAP_R,
};

FIXTURE_VARIANT_ADD(access, group_with_read_and_write)
{
	.mode = 0060, .uid = BOB, .gid = GROUP, .member = BOB,
	.mailbox_rights = SEND | RECEIVE | PEEK,
	.region_rights = MAP_R | MAP_W,
};

FIXTURE_VARIANT_ADD(access, supplementary_group_with_write)
{
	.mode = 0020, .uid = BOB, .gid = BOB, .member = GROUP,
	.mailbox_rights = SEND,
};

FIXTURE_VARIANT_ADD(access, group_with_nothing)
{
	.mode = 0606, .uid = BOB, .gid = GROUP, .member = GROUP,
};

FIXTURE_VARIANT_ADD(access, other_with_read)
{
	.mode = 0004, .uid = BOB, .gid = BOB, .member = BOB,
	.mailbox_rights = RECEIVE | PEEK,
	.region_rights = MAP_R,
};

FIXTURE_VARIANT_ADD(access, other_with_write)
{
	.mode = 0002, .uid = BOB, .gid = BOB, .member = BOB,
	.mailbox_rights = SEND,
};

FIXTURE_VARIANT_ADD(access, other_with_nothing)
{
	.mode = 0660, .uid = BOB, .gid = BOB, .member = BOB,
};

FIXTURE_VARIANT_ADD(access, execute_bits)
{
	.mode = 0111, .uid = BOB, .gid = BOB, .member = BOB,
};

FIXTURE_VARIANT_ADD(access, root)
{
	.mode = 0000, .uid = 0, .gid = 0, .member = 0,
	.mailbox_rights = IPCCHAN_RIGHTS_MAILBOX,
	.region_rights = IPCCHAN_RIGHTS_REGION,
};

static int create(int session, unsigned int kind, const char *name,
		  unsigned int mode)
{
	int object = object_open(session, kind, name, IPCCHAN_OPEN_CREATE);
	int result;

	if (object < 0)
		return object;
	result = object_set_access(object, .valid = IPCCHAN_ACCESS_MODE |
						    IPCCHAN_ACCESS_GID,
				   .mode = mode, .gid = GROUP);
	return result ? result : object;
}

FIXTURE_SETUP(access)
{
	self->owner = session_of_member(ALICE, ALICE, GROUP);
	ASSERT_LE(0, self->owner);
	self->mailbox_name = fresh_name();
	self->mailbox = create(self->owner, IPCCHAN_KIND_MAILBOX,
			       self->mailbox_name, variant->mode);
	ASSERT_LE(0, self->mailbox);
	self->region_name = fresh_name();
	self->region = create(self->owner, IPCCHAN_KIND_REGION,
			      self->region_name, variant->mode);
	ASSERT_LE(0, self->region);
	self->session = session_of_member(variant->uid, variant->gid,
					  variant->member);
	ASSERT_LE(0, self->session);
}

FIXTURE_TEARDOWN(access)
{
	close(self->session);
	close(self->region);
	close(self->mailbox);
	close(self->owner);
}

static int open_for(int session, unsigned int kind, const char *name,
		    unsigned int rights)
{
	int object = object_open_for(session, kind, name, 0, rights, 0);

	if (object < 0)
		return object;
	rights = object_info(object).rights;
	close(object);
	return rights;
}

TEST_F(access, gives_each_right_of_a_mailbox_by_mode)
{
	for (unsigned int right = 1; right <= ADMIN; right <<= 1) {
		bool granted = variant->mailbox_rights & right;

		EXPECT_EQ(granted ? (int)right : -EACCES,
			  open_for(self->session, IPCCHAN_KIND_MAILBOX,
				   self->mailbox_name, right)) {
			TH_LOG("right %#x", right);
		}
	}
}

TEST_F(access, gives_all_granted_rights_of_a_mailbox_together)
{
	unsigned int rights = variant->mailbox_rights;
	unsigned int more = rights | (rights + 1);

	if (rights) {
		EXPECT_EQ(rights, open_for(self->session, IPCCHAN_KIND_MAILBOX,
					   self->mailbox_name, rights));
	}
	if (more <= IPCCHAN_RIGHTS_MAILBOX) {
		EXPECT_EQ(-EACCES, open_for(self->session, IPCCHAN_KIND_MAILBOX,
					    self->mailbox_name, more));
	}
}

TEST_F(access, gives_each_right_of_a_region_by_mode)
{
	static const unsigned int wanted[] = { MAP_R, MAP_R | MAP_W, ADMIN };

	for (int i = 0; i < 3; i++) {
		bool granted = !(wanted[i] & ~variant->region_rights);

		EXPECT_EQ(granted ? (int)wanted[i] : -EACCES,
			  open_for(self->session, IPCCHAN_KIND_REGION,
				   self->region_name, wanted[i])) {
			TH_LOG("rights %#x", wanted[i]);
		}
	}
}

/* Kinds of which w gives the lock; and those of which r is WAIT and w is SIGNAL. */
static const unsigned int locks[] = {
	IPCCHAN_KIND_MUTEX, IPCCHAN_KIND_BARRIER, IPCCHAN_KIND_RWLOCK,
};

static const unsigned int signals[] = {
	IPCCHAN_KIND_SEMAPHORE, IPCCHAN_KIND_EVENT, IPCCHAN_KIND_CONDVAR,
};

/* What SEND, or RECEIVE, of the mailbox tells of the mode of all objects. */
static int expected_for(unsigned int rights, unsigned int may, int wanted)
{
	return rights & may ? wanted : -EACCES;
}

TEST_F(access, gives_the_right_to_a_lock_by_the_bit_to_write)
{
	for (size_t i = 0; i < ARRAY_SIZE(locks); i++) {
		const char *name = fresh_name();
		int lock = create(self->owner, locks[i], name, variant->mode);

		ASSERT_LE(0, lock);
		EXPECT_EQ(expected_for(variant->mailbox_rights, SEND, WAIT),
			  open_for(self->session, locks[i], name, WAIT));
		EXPECT_EQ(expected_for(variant->mailbox_rights, ADMIN, ADMIN),
			  open_for(self->session, locks[i], name, ADMIN));
		close(lock);
	}
}

TEST_F(access, gives_the_rights_to_wait_and_to_signal_by_mode)
{
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		const char *name = fresh_name();
		int object = create(self->owner, signals[i], name,
				    variant->mode);

		ASSERT_LE(0, object);
		EXPECT_EQ(expected_for(variant->mailbox_rights, RECEIVE, WAIT),
			  open_for(self->session, signals[i], name, WAIT));
		EXPECT_EQ(expected_for(variant->mailbox_rights, SEND, SIGNAL),
			  open_for(self->session, signals[i], name, SIGNAL));
		EXPECT_EQ(expected_for(variant->mailbox_rights, ADMIN, ADMIN),
			  open_for(self->session, signals[i], name, ADMIN));
		close(object);
	}
}

static unsigned int listed_rights(int session, const char *name)
{
	struct ipcchan_object_info entries[64];
	int nr = object_list(session, "", entries, 64);

	for (int i = 0; i < nr; i++)
		if (!strcmp(entries[i].name, name))
			return entries[i].rights;
	return 0;
}

TEST_F(access, list_tells_the_rights_or_hides_the_name)
{
	EXPECT_EQ(variant->mailbox_rights,
		  listed_rights(self->session, self->mailbox_name));
	EXPECT_EQ(variant->region_rights,
		  listed_rights(self->session, self->region_name));
	EXPECT_EQ(variant->mailbox_rights != 0,
		  name_exists(self->session, self->mailbox_name));
	EXPECT_EQ(variant->region_rights != 0,
		  name_exists(self->session, self->region_name));
}

TEST_F(access, create_of_a_taken_name_needs_the_mode_too)
{
	int expected = variant->mailbox_rights & SEND ? (int)SEND : -EACCES;
	int mailbox = object_open_for(self->session, IPCCHAN_KIND_MAILBOX,
				      self->mailbox_name, IPCCHAN_OPEN_CREATE,
				      SEND, 0777);

	if (expected < 0) {
		EXPECT_EQ(expected, mailbox);
	} else {
		ASSERT_LE(0, mailbox);
		EXPECT_EQ(variant->mode, object_info(mailbox).mode);
		close(mailbox);
	}
}

TEST_F(access, only_owner_and_root_unlink)
{
	bool may = variant->uid == ALICE || variant->uid == 0;

	EXPECT_EQ(may ? 0 : -EACCES,
		  object_unlink(self->session, self->mailbox_name));
	EXPECT_EQ(may ? 0 : -EACCES,
		  object_unlink(self->session, self->region_name));
}

/* ALICE's mailbox with mode 0600, and sessions of others. */
FIXTURE(owned)
{
	int alice;
	int bob;
	int mailbox;
	const char *name;
};

FIXTURE_SETUP(owned)
{
	self->alice = session_open_as(ALICE, ALICE);
	ASSERT_LE(0, self->alice);
	self->bob = session_open_as(BOB, BOB);
	ASSERT_LE(0, self->bob);
	self->name = fresh_name();
	self->mailbox = object_open(self->alice, IPCCHAN_KIND_MAILBOX,
				    self->name, IPCCHAN_OPEN_CREATE);
	ASSERT_LE(0, self->mailbox);
}

FIXTURE_TEARDOWN(owned)
{
	close(self->mailbox);
	close(self->bob);
	close(self->alice);
}

static int open_mailbox(int session, const char *name, unsigned int rights)
{
	return open_for(session, IPCCHAN_KIND_MAILBOX, name, rights);
}

TEST_F(owned, has_the_ids_of_the_session)
{
	EXPECT_EQ(ALICE, object_info(self->mailbox).uid);
	EXPECT_EQ(ALICE, object_info(self->mailbox).gid);
}

TEST_F(owned, opens_to_others_by_mode)
{
	EXPECT_EQ(-EACCES, open_mailbox(self->bob, self->name, SEND));
	ASSERT_EQ(0, object_set_access(self->mailbox,
				       .valid = IPCCHAN_ACCESS_MODE,
				       .mode = 0602));
	EXPECT_EQ(SEND, open_mailbox(self->bob, self->name, SEND));
}

TEST_F(owned, opens_to_others_by_group)
{
	ASSERT_EQ(0, object_set_access(self->mailbox,
				       .valid = IPCCHAN_ACCESS_MODE |
						IPCCHAN_ACCESS_GID,
				       .mode = 0620, .gid = BOB));
	EXPECT_EQ(SEND, open_mailbox(self->bob, self->name, SEND));
}

TEST_F(owned, can_be_given_away)
{
	ASSERT_EQ(0, object_set_access(self->mailbox,
				       .valid = IPCCHAN_ACCESS_UID,
				       .uid = BOB));
	EXPECT_EQ(-EACCES, open_mailbox(self->alice, self->name, SEND));
	EXPECT_EQ(ADMIN | SEND,
		  open_mailbox(self->bob, self->name, ADMIN | SEND));
	EXPECT_EQ(-EACCES, object_unlink(self->alice, self->name));
	EXPECT_EQ(0, object_unlink(self->bob, self->name));
}

TEST_F(owned, is_passed_over_by_the_list_of_others)
{
	struct ipcchan_object_info entry;
	int mailbox = mailbox_open(self->bob, .name = "selftest-behind");

	/* "selftest-behind" comes after all "selftest-" with a number. */
	ASSERT_EQ(1, object_list(self->bob, "selftest", &entry, 1));
	EXPECT_STREQ("selftest-behind", entry.name);
	EXPECT_EQ(0, object_list(self->bob, entry.name, &entry, 1));
	close(mailbox);
}

static int count_rights(void *argument)
{
	FIXTURE_DATA(owned) * self = argument;

	return open_mailbox(self->alice, self->name, SEND | ADMIN);
}

TEST_F(owned, is_judged_by_who_opened_the_session)
{
	EXPECT_EQ(SEND | ADMIN, run_as(BOB, BOB, count_rights, self));
}

TEST_F(owned, is_not_opened_by_a_weak_session_of_root)
{
	/* This process is root, the session is not. */
	EXPECT_EQ(-EACCES, open_mailbox(self->bob, self->name, SEND));
	EXPECT_EQ(-EACCES, object_unlink(self->bob, self->name));
}

TEST_F(owned, can_be_created_with_a_mode_that_shuts_out_its_owner)
{
	const char *name = fresh_name();
	int mailbox = object_open_for(self->alice, IPCCHAN_KIND_MAILBOX, name,
				      IPCCHAN_OPEN_CREATE,
				      IPCCHAN_RIGHTS_MAILBOX, 0);

	ASSERT_LE(0, mailbox);
	EXPECT_EQ(IPCCHAN_RIGHTS_MAILBOX, object_info(mailbox).rights);
	EXPECT_EQ(-EACCES, open_mailbox(self->alice, name, SEND));
	close(mailbox);
}

#include "ipcchan_selftest_main.h"
