// SPDX-License-Identifier: GPL-2.0
/* What one user may have: ENOSPC, EDQUOT, and that all of it is given back. */

#include "kselftest_harness.h"

#include <sys/mman.h>

#include "ipcchan_selftest.h"

#define OBJECTS		3
#define BYTES		(256 << 10)

/* ALICE and BOB have nothing, and may have little. */
FIXTURE(quota)
{
	long long old_objects;
	long long old_bytes;
	int alice;
	int bob;
	char *payload;
};

FIXTURE_SETUP(quota)
{
	self->old_objects = module_parameter("max_user_objects");
	ASSERT_LT(0, self->old_objects);
	self->old_bytes = module_parameter("max_user_bytes");
	ASSERT_LT(0, self->old_bytes);
	self->alice = session_open_as(ALICE, ALICE);
	ASSERT_LE(0, self->alice);
	self->bob = session_open_as(BOB, BOB);
	ASSERT_LE(0, self->bob);
	self->payload = calloc(1, BYTES);
	ASSERT_TRUE(await_usage(self->alice, 0, 0));
	ASSERT_TRUE(await_usage(self->bob, 0, 0));
	ASSERT_EQ(0, set_module_parameter("max_user_objects", OBJECTS));
	ASSERT_EQ(0, set_module_parameter("max_user_bytes", BYTES));
}

FIXTURE_TEARDOWN(quota)
{
	set_module_parameter("max_user_objects", self->old_objects);
	set_module_parameter("max_user_bytes", self->old_bytes);
	free(self->payload);
	close(self->bob);
	close(self->alice);
}

static int open_large(int session)
{
	return mailbox_open(session, .max_message_size = BYTES,
			    .capacity_bytes = 4 * BYTES);
}

static int send_bytes(int mailbox, const char *payload, unsigned int size)
{
	struct ipcchan_message message = MESSAGE(payload, size);

	return mailbox_send(mailbox, &message, 1, .flags = IPCCHAN_NONBLOCK);
}

static int receive_bytes(int mailbox, char *payload)
{
	struct ipcchan_message message = MESSAGE(payload, BYTES);
	int nr = mailbox_receive(mailbox, &message, 1,
				 .flags = IPCCHAN_NONBLOCK);

	return nr < 0 ? nr : (int)message.length;
}

TEST_F(quota, shows_in_device_info)
{
	struct ipcchan_device_info info = device_info(self->alice);

	EXPECT_EQ(OBJECTS, info.user_objects_max);
	EXPECT_EQ(BYTES, info.user_bytes_max);
}

TEST_F(quota, of_objects_is_used_up_with_enospc)
{
	for (int i = 0; i < OBJECTS; i++) {
		ASSERT_LE(0, mailbox_open(self->alice));
		EXPECT_EQ(i + 1, device_info(self->alice).user_objects);
	}
	for (int kind = IPCCHAN_KIND_MAILBOX; kind <= IPCCHAN_KIND_RWLOCK; kind++)
		EXPECT_EQ(-ENOSPC, object_open(self->alice, kind, fresh_name(),
					       IPCCHAN_OPEN_CREATE));
	EXPECT_EQ(OBJECTS, device_info(self->alice).user_objects);
}

TEST_F(quota, of_objects_counts_one_of_each_kind_as_one)
{
	for (int kind = IPCCHAN_KIND_MAILBOX; kind <= IPCCHAN_KIND_RWLOCK; kind++) {
		int object = object_open(self->alice, kind, fresh_name(),
					 IPCCHAN_OPEN_CREATE);

		ASSERT_LE(0, object);
		EXPECT_EQ(1, device_info(self->alice).user_objects);
		close(object);
	}
}

TEST_F(quota, of_objects_counts_regions_and_mailboxes_together)
{
	ASSERT_LE(0, mailbox_open(self->alice));
	ASSERT_LE(0, region_open(self->alice, 1));
	ASSERT_LE(0, mailbox_open(self->alice));
	EXPECT_EQ(-ENOSPC, region_open(self->alice, 1));
}

TEST_F(quota, of_objects_is_not_shared_between_users)
{
	for (int i = 0; i < OBJECTS; i++)
		ASSERT_LE(0, mailbox_open(self->alice));
	EXPECT_LE(0, mailbox_open(self->bob));
	EXPECT_EQ(1, device_info(self->bob).user_objects);
}

TEST_F(quota, of_objects_is_of_the_user_not_of_the_session)
{
	int second = session_open_as(ALICE, BOB);

	for (int i = 0; i < OBJECTS; i++)
		ASSERT_LE(0, mailbox_open(self->alice));
	EXPECT_EQ(-ENOSPC, mailbox_open(second));
	close(second);
}

TEST_F(quota, of_objects_comes_back_with_close)
{
	int last;

	for (int i = 0; i < OBJECTS; i++) {
		last = mailbox_open(self->alice);
		ASSERT_LE(0, last);
	}
	close(last);
	EXPECT_LE(0, mailbox_open(self->alice));
	EXPECT_EQ(-ENOSPC, mailbox_open(self->alice));
}

TEST_F(quota, of_objects_is_not_touched_by_opening_what_exists)
{
	const char *name = fresh_name();

	for (int i = 0; i < 2 * OBJECTS; i++)
		ASSERT_LE(0, object_open(self->alice, IPCCHAN_KIND_MAILBOX,
					 name, IPCCHAN_OPEN_CREATE));
	EXPECT_EQ(1, device_info(self->alice).user_objects);
}

TEST_F(quota, of_objects_stays_with_the_creator)
{
	int mailbox = mailbox_open(self->alice);

	ASSERT_LE(0, mailbox);
	ASSERT_EQ(0, object_set_access(mailbox, .valid = IPCCHAN_ACCESS_UID,
				       .uid = BOB));
	EXPECT_EQ(1, device_info(self->alice).user_objects);
	EXPECT_EQ(0, device_info(self->bob).user_objects);
}

TEST_F(quota, of_objects_counts_what_has_only_a_name)
{
	const char *name = fresh_name();

	close(object_open(self->alice, IPCCHAN_KIND_MAILBOX, name,
			  IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_PERSIST));
	EXPECT_EQ(1, device_info(self->alice).user_objects);
	EXPECT_EQ(0, object_unlink(self->alice, name));
	EXPECT_EQ(0, device_info(self->alice).user_objects);
}

TEST_F(quota, of_bytes_is_used_up_by_messages_with_edquot)
{
	int mailbox = open_large(self->alice);

	ASSERT_LE(0, mailbox);
	ASSERT_EQ(1, send_bytes(mailbox, self->payload, BYTES * 3 / 4));
	EXPECT_EQ(-EDQUOT, send_bytes(mailbox, self->payload, BYTES * 3 / 4));
	EXPECT_EQ(1, mailbox_info(mailbox).messages);
	EXPECT_LE(BYTES * 3 / 4, device_info(self->alice).user_bytes);
}

TEST_F(quota, of_bytes_makes_a_blocking_send_fail_at_once)
{
	int mailbox = open_large(self->alice);
	struct ipcchan_message message = MESSAGE(self->payload, BYTES * 3 / 4);

	ASSERT_LE(0, mailbox);
	ASSERT_EQ(1, mailbox_send(mailbox, &message, 1));
	EXPECT_EQ(-EDQUOT, mailbox_send(mailbox, &message, 1,
					.deadline_ns = IPCCHAN_DEADLINE_NEVER));
}

TEST_F(quota, of_bytes_stops_a_batch_where_it_is_used_up)
{
	int mailbox = open_large(self->alice);
	struct ipcchan_message batch[] = {
		MESSAGE(self->payload, BYTES / 4),
		MESSAGE(self->payload, BYTES / 4),
		MESSAGE(self->payload, BYTES * 3 / 4),
	};

	ASSERT_LE(0, mailbox);
	EXPECT_EQ(2, mailbox_send(mailbox, batch, 3));
	EXPECT_EQ(-EDQUOT, mailbox_send(mailbox, batch + 2, 1));
	EXPECT_EQ(2, mailbox_info(mailbox).messages);
}

TEST_F(quota, of_bytes_pays_for_what_receivers_are_told_of_a_peer)
{
	const char *name = fresh_name();
	int full = open_large(self->alice);
	int mailbox = object_open(self->alice, IPCCHAN_KIND_MAILBOX, name,
				  IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_NOTICES);

	ASSERT_LE(0, mailbox);
	for (unsigned int size = BYTES / 2; size; size /= 2)
		while (send_bytes(full, self->payload, size) == 1)
			;
	EXPECT_EQ(-EDQUOT, object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0));
	EXPECT_EQ(-EDQUOT, object_open_for(self->alice, IPCCHAN_KIND_MAILBOX,
					   name, 0, IPCCHAN_RIGHT_SEND, 0));
	EXPECT_LE(0, object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0));
}

TEST_F(quota, of_bytes_counts_across_mailboxes)
{
	int first = open_large(self->alice);
	int second = open_large(self->alice);

	ASSERT_EQ(1, send_bytes(first, self->payload, BYTES * 3 / 4));
	EXPECT_EQ(-EDQUOT, send_bytes(second, self->payload, BYTES * 3 / 4));
}

TEST_F(quota, of_bytes_is_not_shared_between_users)
{
	int of_alice = open_large(self->alice);
	int of_bob = open_large(self->bob);

	ASSERT_EQ(1, send_bytes(of_alice, self->payload, BYTES * 3 / 4));
	EXPECT_EQ(1, send_bytes(of_bob, self->payload, BYTES * 3 / 4));
}

TEST_F(quota, of_bytes_comes_back_with_receive)
{
	int mailbox = open_large(self->alice);

	ASSERT_EQ(1, send_bytes(mailbox, self->payload, BYTES * 3 / 4));
	ASSERT_EQ(BYTES * 3 / 4, receive_bytes(mailbox, self->payload));
	EXPECT_EQ(0, device_info(self->alice).user_bytes);
	EXPECT_EQ(1, send_bytes(mailbox, self->payload, BYTES * 3 / 4));
}

TEST_F(quota, of_bytes_comes_back_with_kill)
{
	int mailbox = open_large(self->alice);

	ASSERT_EQ(1, send_bytes(mailbox, self->payload, BYTES * 3 / 4));
	ASSERT_EQ(0, object_kill(mailbox));
	EXPECT_EQ(0, device_info(self->alice).user_bytes);
}

TEST_F(quota, of_bytes_comes_back_with_close)
{
	int mailbox = open_large(self->alice);

	ASSERT_EQ(1, send_bytes(mailbox, self->payload, BYTES * 3 / 4));
	close(mailbox);
	EXPECT_EQ(0, device_info(self->alice).user_bytes);
}

TEST_F(quota, of_bytes_is_kept_by_what_could_not_be_received)
{
	int mailbox = open_large(self->alice);
	struct ipcchan_message small = MESSAGE(self->payload, 1);
	__u64 bytes;

	ASSERT_EQ(1, send_bytes(mailbox, self->payload, BYTES * 3 / 4));
	bytes = device_info(self->alice).user_bytes;
	EXPECT_EQ(-EMSGSIZE, mailbox_receive(mailbox, &small, 1));
	EXPECT_EQ(bytes, device_info(self->alice).user_bytes);
}

TEST_F(quota, of_bytes_is_left_alone_by_a_send_that_fails)
{
	int mailbox = mailbox_open(self->alice, .capacity_messages = 1);

	ASSERT_EQ(1, put_number(mailbox, 1));
	ASSERT_EQ(1, take_number(mailbox));
	ASSERT_EQ(1, send_bytes(mailbox, self->payload, 1000));
	EXPECT_EQ(-EAGAIN, send_bytes(mailbox, self->payload, 1000));
	EXPECT_EQ(1000, receive_bytes(mailbox, self->payload));
	EXPECT_EQ(0, device_info(self->alice).user_bytes);
}

TEST_F(quota, of_bytes_is_charged_to_who_sends)
{
	const char *name = fresh_name();
	int of_alice = object_open(self->alice, IPCCHAN_KIND_MAILBOX, name,
				   IPCCHAN_OPEN_CREATE);
	int of_bob;

	ASSERT_EQ(0, object_set_access(of_alice, .valid = IPCCHAN_ACCESS_MODE,
				       .mode = 0622));
	of_bob = object_open_for(self->bob, IPCCHAN_KIND_MAILBOX, name, 0,
				 IPCCHAN_RIGHT_SEND, 0);
	ASSERT_LE(0, of_bob);
	ASSERT_EQ(1, send_bytes(of_bob, self->payload, 1000));
	EXPECT_LE(1000, device_info(self->bob).user_bytes);
	EXPECT_EQ(0, device_info(self->alice).user_bytes);
}

TEST_F(quota, of_bytes_is_used_up_by_regions_with_edquot)
{
	ASSERT_LE(0, region_open(self->alice, BYTES * 3 / 4));
	EXPECT_EQ(-EDQUOT, region_open(self->alice, BYTES * 3 / 4));
	EXPECT_EQ(1, device_info(self->alice).user_objects);
	EXPECT_EQ(BYTES * 3 / 4, device_info(self->alice).user_bytes);
}

TEST_F(quota, of_bytes_is_of_messages_and_regions_together)
{
	int mailbox = open_large(self->alice);

	ASSERT_LE(0, region_open(self->alice, BYTES * 3 / 4));
	EXPECT_EQ(-EDQUOT, send_bytes(mailbox, self->payload, BYTES / 2));
}

TEST_F(quota, of_bytes_comes_back_with_a_closed_region)
{
	close(region_open(self->alice, BYTES));
	EXPECT_EQ(0, device_info(self->alice).user_bytes);
}

TEST_F(quota, of_bytes_stays_used_while_a_region_is_mapped)
{
	int region = region_open(self->alice, BYTES);
	char *memory = mmap(NULL, BYTES, PROT_READ, MAP_SHARED, region, 0);

	ASSERT_NE(MAP_FAILED, memory);
	close(region);
	EXPECT_EQ(BYTES, device_info(self->alice).user_bytes);
	EXPECT_EQ(-EDQUOT, region_open(self->alice, 1));
	munmap(memory, BYTES);
	EXPECT_TRUE(await_usage(self->alice, 0, 0));
}

TEST_F(quota, of_bytes_stays_used_while_a_killed_region_is_mapped)
{
	int region = region_open(self->alice, BYTES);
	char *memory = mmap(NULL, BYTES, PROT_READ, MAP_SHARED, region, 0);

	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_EQ(0, object_kill(region));
	EXPECT_EQ(BYTES, device_info(self->alice).user_bytes);
	munmap(memory, BYTES);
	close(region);
	EXPECT_TRUE(await_usage(self->alice, 0, 0));
}

TEST_F(quota, lowered_below_what_is_used_takes_nothing_away)
{
	int mailbox = open_large(self->alice);

	ASSERT_EQ(1, send_bytes(mailbox, self->payload, 1000));
	ASSERT_EQ(0, set_module_parameter("max_user_bytes", 1));
	EXPECT_EQ(-EDQUOT, send_bytes(mailbox, self->payload, 1000));
	EXPECT_EQ(1000, receive_bytes(mailbox, self->payload));
	EXPECT_EQ(0, device_info(self->alice).user_bytes);
}

TEST_F(quota, raised_lets_go_on)
{
	int mailbox = open_large(self->alice);

	ASSERT_EQ(1, send_bytes(mailbox, self->payload, BYTES * 3 / 4));
	ASSERT_EQ(-EDQUOT, send_bytes(mailbox, self->payload, BYTES * 3 / 4));
	ASSERT_EQ(0, set_module_parameter("max_user_bytes", 2 * BYTES));
	EXPECT_EQ(1, send_bytes(mailbox, self->payload, BYTES * 3 / 4));
}

#include "ipcchan_selftest_main.h"
