// SPDX-License-Identifier: GPL-2.0
/* What every object has: OBJECT_INFO, RESTRICT, SET_ACCESS, KILL, passing. */

#include "kselftest_harness.h"

#include <sys/socket.h>

#include "ipcchan_selftest.h"

FIXTURE(object)
{
	int session;
	int object;
	const char *name;
};

FIXTURE_VARIANT(object)
{
	unsigned int kind;
	unsigned int some_right;
};

FIXTURE_VARIANT_ADD(object, mailbox)
{
	.kind = IPCCHAN_KIND_MAILBOX,
	.some_right = IPCCHAN_RIGHT_RECEIVE,
};

FIXTURE_VARIANT_ADD(object, region)
{
	.kind = IPCCHAN_KIND_REGION,
	.some_right = IPCCHAN_RIGHT_MAP_READ,
};

FIXTURE_VARIANT_ADD(object, mutex)
{
	.kind = IPCCHAN_KIND_MUTEX,
	.some_right = IPCCHAN_RIGHT_WAIT,
};

FIXTURE_VARIANT_ADD(object, semaphore)
{
	.kind = IPCCHAN_KIND_SEMAPHORE,
	.some_right = IPCCHAN_RIGHT_WAIT,
};

FIXTURE_VARIANT_ADD(object, event)
{
	.kind = IPCCHAN_KIND_EVENT,
	.some_right = IPCCHAN_RIGHT_WAIT,
};

FIXTURE_VARIANT_ADD(object, condvar)
{
	.kind = IPCCHAN_KIND_CONDVAR,
	.some_right = IPCCHAN_RIGHT_WAIT,
};

FIXTURE_VARIANT_ADD(object, barrier)
{
	.kind = IPCCHAN_KIND_BARRIER,
	.some_right = IPCCHAN_RIGHT_WAIT,
};

FIXTURE_VARIANT_ADD(object, rwlock)
{
	.kind = IPCCHAN_KIND_RWLOCK,
	.some_right = IPCCHAN_RIGHT_WAIT,
};

FIXTURE_SETUP(object)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->name = fresh_name();
	self->object = object_open(self->session, variant->kind, self->name,
				   IPCCHAN_OPEN_CREATE);
	ASSERT_LE(0, self->object);
}

FIXTURE_TEARDOWN(object)
{
	close(self->object);
	close(self->session);
}

TEST_F(object, info_tells_what_it_is)
{
	struct ipcchan_object_info info = object_info(self->object);

	EXPECT_NE(0, info.id);
	EXPECT_EQ(variant->kind, info.kind);
	EXPECT_EQ(IPCCHAN_STATE_LINKED, info.state);
	EXPECT_EQ(all_rights(variant->kind), info.rights);
	EXPECT_EQ(0600, info.mode);
	EXPECT_EQ(0, info.uid);
	EXPECT_EQ(0, info.gid);
	EXPECT_STREQ(self->name, info.name);
}

TEST_F(object, info_needs_no_right_in_particular)
{
	int weak = object_restrict(self->object, variant->some_right, 0);

	ASSERT_LE(0, weak);
	EXPECT_EQ(variant->some_right, object_info(weak).rights);
	EXPECT_EQ(object_info(self->object).id, object_info(weak).id);
	close(weak);
}

TEST_F(object, info_pads_the_name_with_zeroes)
{
	struct ipcchan_object_info info = object_info(self->object);

	for (size_t i = strlen(self->name); i < IPCCHAN_NAME_SIZE; i++)
		EXPECT_EQ(0, info.name[i]);
}

TEST_F(object, without_a_name_has_an_empty_one)
{
	int object = object_open(self->session, variant->kind, "",
				 IPCCHAN_OPEN_CREATE);

	ASSERT_LE(0, object);
	EXPECT_STREQ("", object_info(object).name);
	EXPECT_EQ(0, object_info(object).state);
	close(object);
}

TEST_F(object, info_tells_when_it_was_created)
{
	__u64 before = now_ns(CLOCK_MONOTONIC);
	int object = object_open(self->session, variant->kind, "",
				 IPCCHAN_OPEN_CREATE);
	__u64 created = object_info(object).created_ns;

	EXPECT_LE(before, created);
	EXPECT_LE(created, now_ns(CLOCK_MONOTONIC));
	close(object);
}

TEST_F(object, ids_are_not_used_again)
{
	__u64 id = object_info(self->object).id;
	int next;

	close(self->object);
	next = object_open(self->session, variant->kind, self->name,
			   IPCCHAN_OPEN_CREATE);
	ASSERT_LE(0, next);
	EXPECT_NE(id, object_info(next).id);
	close(next);
}

TEST_F(object, handles_are_open_file_descriptions)
{
	int opened = object_open(self->session, variant->kind, self->name, 0);
	int weaker = object_restrict(self->object, variant->some_right, 0);
	int duplicate = dup(self->object);

	EXPECT_EQ(3, object_info(self->object).handles);
	close(duplicate);
	EXPECT_EQ(3, object_info(self->object).handles);
	close(opened);
	close(weaker);
	EXPECT_EQ(1, object_info(self->object).handles);
}

TEST_F(object, restrict_gives_exactly_the_rights_asked_for)
{
	int weak = object_restrict(self->object, variant->some_right, 0);

	ASSERT_LE(0, weak);
	EXPECT_EQ(variant->some_right, object_info(weak).rights);
	EXPECT_EQ(all_rights(variant->kind), object_info(self->object).rights);
	close(weak);
}

TEST_F(object, restrict_may_keep_all_rights)
{
	int same = object_restrict(self->object, all_rights(variant->kind), 0);

	ASSERT_LE(0, same);
	EXPECT_EQ(all_rights(variant->kind), object_info(same).rights);
	close(same);
}

TEST_F(object, restrict_does_not_add_a_right)
{
	int weak = object_restrict(self->object, variant->some_right, 0);

	ASSERT_LE(0, weak);
	EXPECT_EQ(-EPERM, object_restrict(weak, IPCCHAN_RIGHT_ADMIN, 0));
	EXPECT_EQ(-EPERM, object_restrict(weak, variant->some_right |
					  IPCCHAN_RIGHT_ADMIN, 0));
	close(weak);
}

TEST_F(object, restrict_needs_some_right)
{
	EXPECT_EQ(-EINVAL, object_restrict(self->object, 0, 0));
}

TEST_F(object, restricted_descriptor_keeps_it_alive)
{
	int weak = object_restrict(self->object, variant->some_right, 0);

	ASSERT_LE(0, weak);
	close(self->object);
	EXPECT_TRUE(name_exists(self->session, self->name));
	close(weak);
	EXPECT_FALSE(name_exists(self->session, self->name));
}

TEST_F(object, set_access_sets_what_is_valid)
{
	EXPECT_EQ(0, object_set_access(self->object,
				       .valid = IPCCHAN_ACCESS_MODE |
						IPCCHAN_ACCESS_GID,
				       .mode = 0640, .uid = ALICE, .gid = BOB));
	EXPECT_EQ(0640, object_info(self->object).mode);
	EXPECT_EQ(0, object_info(self->object).uid);
	EXPECT_EQ(BOB, object_info(self->object).gid);
}

TEST_F(object, set_access_changes_the_owner)
{
	EXPECT_EQ(0, object_set_access(self->object,
				       .valid = IPCCHAN_ACCESS_UID,
				       .uid = ALICE));
	EXPECT_EQ(ALICE, object_info(self->object).uid);
	EXPECT_EQ(0600, object_info(self->object).mode);
}

TEST_F(object, set_access_leaves_descriptors_their_rights)
{
	EXPECT_EQ(0, object_set_access(self->object,
				       .valid = IPCCHAN_ACCESS_UID |
						IPCCHAN_ACCESS_MODE,
				       .uid = ALICE, .mode = 0));
	EXPECT_EQ(all_rights(variant->kind), object_info(self->object).rights);
	EXPECT_EQ(0, object_kill(self->object));
}

TEST_F(object, set_access_needs_admin)
{
	int weak = object_restrict(self->object, variant->some_right, 0);

	EXPECT_EQ(-EPERM, object_set_access(weak, .valid = IPCCHAN_ACCESS_MODE,
					    .mode = 0777));
	EXPECT_EQ(0600, object_info(weak).mode);
	close(weak);
}

TEST_F(object, set_access_refuses_more_than_permission_bits)
{
	EXPECT_EQ(-EINVAL, object_set_access(self->object,
					     .valid = IPCCHAN_ACCESS_MODE,
					     .mode = 01000));
	EXPECT_EQ(0600, object_info(self->object).mode);
}

TEST_F(object, set_access_refuses_what_is_no_user)
{
	EXPECT_EQ(-EINVAL, object_set_access(self->object,
					     .valid = IPCCHAN_ACCESS_UID,
					     .uid = (__u32)-1));
}

TEST_F(object, set_access_refuses_what_is_no_group)
{
	EXPECT_EQ(-EINVAL, object_set_access(self->object,
					     .valid = IPCCHAN_ACCESS_GID,
					     .gid = (__u32)-1));
}

TEST_F(object, kill_needs_admin)
{
	int weak = object_restrict(self->object, variant->some_right, 0);

	EXPECT_EQ(-EPERM, object_kill(weak));
	EXPECT_EQ(IPCCHAN_STATE_LINKED, object_info(weak).state);
	close(weak);
}

TEST_F(object, can_be_killed_once)
{
	EXPECT_EQ(0, object_kill(self->object));
	EXPECT_EQ(-EIDRM, object_kill(self->object));
}

TEST_F(object, tells_that_it_is_dead)
{
	__u64 id = object_info(self->object).id;

	EXPECT_EQ(0, object_kill(self->object));
	EXPECT_EQ(IPCCHAN_STATE_DEAD, object_info(self->object).state);
	EXPECT_EQ(id, object_info(self->object).id);
	EXPECT_EQ(0, object_info(self->object).items);
}

TEST_F(object, frees_its_name_when_killed)
{
	int next;

	EXPECT_EQ(0, object_kill(self->object));
	next = object_open(self->session, variant->kind, self->name,
			   IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE);
	ASSERT_LE(0, next);
	EXPECT_NE(object_info(self->object).id, object_info(next).id);
	close(self->object);
	EXPECT_TRUE(name_exists(self->session, self->name));
	close(next);
}

TEST_F(object, cannot_be_restricted_when_dead)
{
	EXPECT_EQ(0, object_kill(self->object));
	EXPECT_EQ(-EIDRM,
		  object_restrict(self->object, variant->some_right, 0));
}

TEST_F(object, keeps_its_access_when_dead)
{
	EXPECT_EQ(0, object_kill(self->object));
	EXPECT_EQ(-EIDRM, object_set_access(self->object,
					    .valid = IPCCHAN_ACCESS_MODE,
					    .mode = 0666));
}

TEST_F(object, can_be_killed_through_another_descriptor)
{
	int admin = object_restrict(self->object, IPCCHAN_RIGHT_ADMIN, 0);

	EXPECT_EQ(0, object_kill(admin));
	EXPECT_EQ(-EIDRM, object_kill(self->object));
	close(admin);
}

TEST_F(object, cannot_be_opened_again_through_proc)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->object);
	EXPECT_EQ(-1, open(path, O_RDWR | O_CLOEXEC));
}

FIXTURE(passed_mailbox)
{
	int session;
	int mailbox;
	int sockets[2];
};

FIXTURE_SETUP(passed_mailbox)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
				self->sockets));
}

FIXTURE_TEARDOWN(passed_mailbox)
{
	close(self->sockets[0]);
	close(self->sockets[1]);
	close(self->mailbox);
	close(self->session);
}

static int send_through_passed(void *socket)
{
	return put_number(fd_receive(*(int *)socket), 7);
}

static int receive_through_passed(void *socket)
{
	return take_number(fd_receive(*(int *)socket));
}

TEST_F(passed_mailbox, gives_its_right_to_another_user)
{
	int sender = object_restrict(self->mailbox, IPCCHAN_RIGHT_SEND, 0);

	ASSERT_EQ(1, fd_send(self->sockets[0], sender));
	EXPECT_EQ(1, run_as(ALICE, ALICE, send_through_passed,
			    &self->sockets[1]));
	EXPECT_EQ(7, take_number(self->mailbox));
	close(sender);
}

TEST_F(passed_mailbox, gives_no_other_right)
{
	int sender = object_restrict(self->mailbox, IPCCHAN_RIGHT_SEND, 0);

	ASSERT_EQ(1, put_number(self->mailbox, 7));
	ASSERT_EQ(1, fd_send(self->sockets[0], sender));
	EXPECT_EQ(-EPERM, run_in_child(receive_through_passed,
				       &self->sockets[1]));
	EXPECT_EQ(7, take_number(self->mailbox));
	close(sender);
}

TEST_F(passed_mailbox, lives_on_in_the_socket)
{
	int mailbox;

	ASSERT_EQ(1, put_number(self->mailbox, 7));
	ASSERT_EQ(1, fd_send(self->sockets[0], self->mailbox));
	close(self->mailbox);
	mailbox = fd_receive(self->sockets[1]);
	ASSERT_LE(0, mailbox);
	EXPECT_EQ(7, take_number(mailbox));
	close(mailbox);
}

TEST_F(passed_mailbox, ends_when_the_socket_is_dropped)
{
	__u64 objects = device_info(self->session).user_objects;

	ASSERT_EQ(1, fd_send(self->sockets[0], self->mailbox));
	close(self->mailbox);
	EXPECT_EQ(objects, device_info(self->session).user_objects);
	close(self->sockets[0]);
	close(self->sockets[1]);
	EXPECT_TRUE(await_usage(self->session, objects - 1, 0));
}

#include "ipcchan_selftest_main.h"
