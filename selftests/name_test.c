// SPDX-License-Identifier: GPL-2.0
/* Names: what is one, CREATE, EXCLUSIVE, UNLINK, PERSIST, the umask. */

#include "kselftest_harness.h"

#include <sys/stat.h>

#include "ipcchan_selftest.h"

#define CREATE		IPCCHAN_OPEN_CREATE
#define EXCLUSIVE	(CREATE | IPCCHAN_OPEN_EXCLUSIVE)
#define PERSIST		(CREATE | IPCCHAN_OPEN_PERSIST)

FIXTURE(name)
{
	int session;
	const char *name;
};

FIXTURE_VARIANT(name)
{
	unsigned int kind;
	unsigned int other_kind;
};

FIXTURE_VARIANT_ADD(name, mailbox)
{
	.kind = IPCCHAN_KIND_MAILBOX,
	.other_kind = IPCCHAN_KIND_REGION,
};

FIXTURE_VARIANT_ADD(name, region)
{
	.kind = IPCCHAN_KIND_REGION,
	.other_kind = IPCCHAN_KIND_MAILBOX,
};

FIXTURE_VARIANT_ADD(name, mutex)
{
	.kind = IPCCHAN_KIND_MUTEX,
	.other_kind = IPCCHAN_KIND_RWLOCK,
};

FIXTURE_VARIANT_ADD(name, semaphore)
{
	.kind = IPCCHAN_KIND_SEMAPHORE,
	.other_kind = IPCCHAN_KIND_MUTEX,
};

FIXTURE_VARIANT_ADD(name, event)
{
	.kind = IPCCHAN_KIND_EVENT,
	.other_kind = IPCCHAN_KIND_MUTEX,
};

FIXTURE_VARIANT_ADD(name, condvar)
{
	.kind = IPCCHAN_KIND_CONDVAR,
	.other_kind = IPCCHAN_KIND_MUTEX,
};

FIXTURE_VARIANT_ADD(name, barrier)
{
	.kind = IPCCHAN_KIND_BARRIER,
	.other_kind = IPCCHAN_KIND_MUTEX,
};

FIXTURE_VARIANT_ADD(name, rwlock)
{
	.kind = IPCCHAN_KIND_RWLOCK,
	.other_kind = IPCCHAN_KIND_MUTEX,
};

FIXTURE_SETUP(name)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->name = fresh_name();
}

FIXTURE_TEARDOWN(name)
{
	object_unlink(self->session, self->name);
	close(self->session);
}

static int open_name(int session, unsigned int kind, const char *name)
{
	return object_open(session, kind, name, CREATE);
}

TEST_F(name, of_63_bytes_is_kept_whole)
{
	char name[IPCCHAN_NAME_SIZE];
	int object;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	object = open_name(self->session, variant->kind, name);
	ASSERT_LE(0, object);
	EXPECT_STREQ(name, object_info(object).name);
	close(object);
}

TEST_F(name, of_64_bytes_is_too_long)
{
	char name[IPCCHAN_NAME_SIZE + 1];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	EXPECT_EQ(-ENAMETOOLONG,
		  open_name(self->session, variant->kind, name));
	EXPECT_EQ(-ENAMETOOLONG, object_unlink(self->session, name));
}

static bool may_be_in_a_name(unsigned char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' ||
	       byte == '-';
}

TEST_F(name, takes_letters_digits_dot_underscore_and_dash)
{
	char name[3] = "x";

	for (int byte = 1; byte < 256; byte++) {
		int object;

		if (!may_be_in_a_name(byte))
			continue;
		name[1] = byte;
		object = open_name(self->session, variant->kind, name);
		ASSERT_LE(0, object) TH_LOG("byte %d", byte);
		close(object);
	}
}

TEST_F(name, takes_no_other_byte)
{
	char name[3] = "x";

	for (int byte = 1; byte < 256; byte++) {
		if (may_be_in_a_name(byte))
			continue;
		name[1] = byte;
		EXPECT_EQ(-EINVAL, open_name(self->session, variant->kind,
					     name)) {
			TH_LOG("byte %d", byte);
		}
		EXPECT_EQ(-EINVAL, object_unlink(self->session, name));
	}
}

TEST_F(name, without_create_must_exist)
{
	EXPECT_EQ(-ENOENT,
		  object_open(self->session, variant->kind, self->name, 0));
}

TEST_F(name, leads_to_one_object)
{
	int object = open_name(self->session, variant->kind, self->name);
	int same = object_open(self->session, variant->kind, self->name, 0);
	int again = open_name(self->session, variant->kind, self->name);

	ASSERT_LE(0, object);
	ASSERT_LE(0, same);
	ASSERT_LE(0, again);
	EXPECT_EQ(object_info(object).id, object_info(same).id);
	EXPECT_EQ(object_info(object).id, object_info(again).id);
	close(again);
	close(same);
	close(object);
}

TEST_F(name, can_be_created_exclusively)
{
	int object = object_open(self->session, variant->kind, self->name,
				 EXCLUSIVE);

	ASSERT_LE(0, object);
	EXPECT_EQ(-EEXIST, object_open(self->session, variant->kind,
				       self->name, EXCLUSIVE));
	close(object);
}

TEST_F(name, belongs_to_one_kind)
{
	int object = open_name(self->session, variant->kind, self->name);

	ASSERT_LE(0, object);
	EXPECT_EQ(-EPROTOTYPE, object_open(self->session, variant->other_kind,
					   self->name, 0));
	EXPECT_EQ(-EPROTOTYPE, open_name(self->session, variant->other_kind,
					 self->name));
	close(object);
}

TEST_F(name, exclusive_needs_create)
{
	EXPECT_EQ(-EINVAL, object_open(self->session, variant->kind, self->name,
				       IPCCHAN_OPEN_EXCLUSIVE));
}

TEST_F(name, persist_needs_create)
{
	EXPECT_EQ(-EINVAL, object_open(self->session, variant->kind, self->name,
				       IPCCHAN_OPEN_PERSIST));
}

TEST_F(name, persist_needs_a_name)
{
	EXPECT_EQ(-EINVAL,
		  object_open(self->session, variant->kind, "", PERSIST));
}

TEST_F(name, none_needs_create)
{
	EXPECT_EQ(-EINVAL, object_open(self->session, variant->kind, "", 0));
}

TEST_F(name, some_right_must_be_wanted)
{
	EXPECT_EQ(-EINVAL, object_open_for(self->session, variant->kind,
					   self->name, CREATE, 0, 0600));
}

TEST_F(name, mode_has_only_permission_bits)
{
	EXPECT_EQ(-EINVAL, object_open_for(self->session, variant->kind,
					   self->name, CREATE,
					   all_rights(variant->kind), 01000));
}

TEST_F(name, mode_is_less_the_umask)
{
	mode_t old = umask(0027);
	int object = object_open_for(self->session, variant->kind, self->name,
				     CREATE, all_rights(variant->kind), 0777);

	umask(old);
	ASSERT_LE(0, object);
	EXPECT_EQ(0750, object_info(object).mode);
	close(object);
}

TEST_F(name, ends_with_the_last_descriptor)
{
	int object = open_name(self->session, variant->kind, self->name);
	int second = dup(object);

	close(object);
	EXPECT_TRUE(name_exists(self->session, self->name));
	close(second);
	EXPECT_EQ(-ENOENT,
		  object_open(self->session, variant->kind, self->name, 0));
}

TEST_F(name, outlives_the_session)
{
	int session = session_open();
	int object = open_name(session, variant->kind, self->name);

	close(session);
	EXPECT_TRUE(name_exists(self->session, self->name));
	close(object);
}

TEST_F(name, is_free_after_unlink)
{
	int old = open_name(self->session, variant->kind, self->name);
	int new;

	EXPECT_EQ(0, object_unlink(self->session, self->name));
	EXPECT_EQ(-ENOENT,
		  object_open(self->session, variant->kind, self->name, 0));
	new = object_open(self->session, variant->kind, self->name, EXCLUSIVE);
	ASSERT_LE(0, new);
	EXPECT_NE(object_info(old).id, object_info(new).id);
	close(old);
	EXPECT_TRUE(name_exists(self->session, self->name));
	close(new);
}

TEST_F(name, can_go_to_the_other_kind_after_unlink)
{
	int old = open_name(self->session, variant->kind, self->name);
	int new;

	EXPECT_EQ(0, object_unlink(self->session, self->name));
	new = open_name(self->session, variant->other_kind, self->name);
	ASSERT_LE(0, new);
	EXPECT_EQ(variant->kind, object_info(old).kind);
	EXPECT_EQ(variant->other_kind, object_info(new).kind);
	close(new);
	close(old);
}

TEST_F(name, unlink_needs_one_that_exists)
{
	EXPECT_EQ(-ENOENT, object_unlink(self->session, self->name));
}

TEST_F(name, unlink_needs_a_name)
{
	EXPECT_EQ(-EINVAL, object_unlink(self->session, ""));
}

TEST_F(name, unlink_shows_in_the_state)
{
	int object = object_open(self->session, variant->kind, self->name,
				 PERSIST);

	EXPECT_EQ(IPCCHAN_STATE_LINKED | IPCCHAN_STATE_PERSIST,
		  object_info(object).state);
	EXPECT_EQ(0, object_unlink(self->session, self->name));
	EXPECT_EQ(0, object_info(object).state);
	close(object);
}

TEST_F(name, persists_without_descriptors)
{
	int object = object_open(self->session, variant->kind, self->name,
				 PERSIST);
	__u64 id = object_info(object).id;

	close(object);
	object = object_open(self->session, variant->kind, self->name, 0);
	ASSERT_LE(0, object);
	EXPECT_EQ(id, object_info(object).id);
	close(object);
}

TEST_F(name, that_persists_is_no_handle)
{
	int object = object_open(self->session, variant->kind, self->name,
				 PERSIST);

	EXPECT_EQ(1, object_info(object).handles);
	close(object);
}

TEST_F(name, unlink_ends_what_nobody_has_open)
{
	__u64 objects = device_info(self->session).user_objects;
	__u64 bytes = device_info(self->session).user_bytes;

	close(object_open(self->session, variant->kind, self->name, PERSIST));
	EXPECT_EQ(objects + 1, device_info(self->session).user_objects);
	EXPECT_EQ(0, object_unlink(self->session, self->name));
	EXPECT_EQ(objects, device_info(self->session).user_objects);
	EXPECT_EQ(bytes, device_info(self->session).user_bytes);
}

TEST_F(name, unlink_leaves_descriptors_to_their_end)
{
	__u64 objects = device_info(self->session).user_objects;
	int object = object_open(self->session, variant->kind, self->name,
				 PERSIST);

	EXPECT_EQ(0, object_unlink(self->session, self->name));
	EXPECT_EQ(objects + 1, device_info(self->session).user_objects);
	close(object);
	EXPECT_EQ(objects, device_info(self->session).user_objects);
}

static int create_exclusively(void *name)
{
	int session = session_open();
	int object = object_open(session, IPCCHAN_KIND_MAILBOX, name,
				 EXCLUSIVE | IPCCHAN_OPEN_PERSIST);

	close(session);
	return object < 0 ? object : 1;
}

TEST_F(name, has_one_creator_among_many)
{
	char *wanted = strdup(self->name);
	struct sleeper racer[8];
	int created = 0;

	for (int i = 0; i < 8; i++)
		sleeper_start(&racer[i], create_exclusively, wanted);
	for (int i = 0; i < 8; i++)
		created += sleeper_join(&racer[i]) == 1;
	EXPECT_EQ(1, created);
	free(wanted);
}

static int create_use_and_unlink(void *name)
{
	int session = session_open();

	for (int i = 0; i < 200; i++) {
		int object = object_open(session, IPCCHAN_KIND_MAILBOX, name,
					 i % 2 ? CREATE : PERSIST);

		if (object < 0 || put_number(object, i) != 1 ||
		    take_number(object) < 0)
			return -EPROTO;
		object_unlink(session, name);
		close(object);
	}
	close(session);
	return 0;
}

TEST_F(name, can_be_created_and_unlinked_by_many_at_once)
{
	__u64 objects = device_info(self->session).user_objects;
	char *wanted = strdup(self->name);
	struct sleeper users[4];

	for (int i = 0; i < 4; i++)
		sleeper_start(&users[i], create_use_and_unlink, wanted);
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(0, sleeper_join(&users[i]));
	EXPECT_FALSE(name_exists(self->session, self->name));
	EXPECT_EQ(objects, device_info(self->session).user_objects);
	free(wanted);
}

FIXTURE(persistent_mailbox)
{
	int session;
	const char *name;
};

FIXTURE_SETUP(persistent_mailbox)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->name = fresh_name();
	mailbox = object_open(self->session, IPCCHAN_KIND_MAILBOX, self->name,
			      PERSIST);
	ASSERT_LE(0, mailbox);
	ASSERT_EQ(1, put_number(mailbox, 1));
	ASSERT_EQ(1, put_number(mailbox, 2));
	close(mailbox);
}

FIXTURE_TEARDOWN(persistent_mailbox)
{
	object_unlink(self->session, self->name);
	close(self->session);
}

TEST_F(persistent_mailbox, keeps_its_messages)
{
	int mailbox = object_open(self->session, IPCCHAN_KIND_MAILBOX,
				  self->name, 0);

	ASSERT_LE(0, mailbox);
	EXPECT_EQ(1, take_number(mailbox));
	EXPECT_EQ(2, take_number(mailbox));
	EXPECT_EQ(-EAGAIN, take_number(mailbox));
	close(mailbox);
}

TEST_F(persistent_mailbox, keeps_its_messages_in_open_descriptors)
{
	int mailbox = object_open(self->session, IPCCHAN_KIND_MAILBOX,
				  self->name, 0);

	EXPECT_EQ(0, object_unlink(self->session, self->name));
	EXPECT_EQ(1, take_number(mailbox));
	EXPECT_EQ(2, take_number(mailbox));
	close(mailbox);
}

TEST_F(persistent_mailbox, starts_empty_after_unlink)
{
	int mailbox;

	EXPECT_EQ(0, object_unlink(self->session, self->name));
	mailbox = object_open(self->session, IPCCHAN_KIND_MAILBOX, self->name,
			      CREATE);
	ASSERT_LE(0, mailbox);
	EXPECT_EQ(-EAGAIN, take_number(mailbox));
	close(mailbox);
}

#include "ipcchan_selftest_main.h"
