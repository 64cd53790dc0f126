// SPDX-License-Identifier: GPL-2.0
/* What becomes of a message for which there is no room, and who is told. */

#include "kselftest_harness.h"

#include <sys/mman.h>

#include "ipcchan_selftest.h"

#define ROOM	3

/* Sends a number by a policy: 1, 0 if it was dropped itself, or -errno. */
static int put_by(int mailbox, unsigned int policy, unsigned int number,
		  unsigned int priority)
{
	struct ipcchan_message message;
	int ret;

	numbers_fill(&message, &number, 1, number);
	message.priority = priority;
	ret = mailbox_send(mailbox, &message, 1, .policy = policy,
			   .flags = IPCCHAN_NONBLOCK);
	if (ret == 1 && message.flags == IPCCHAN_MESSAGE_DROPPED)
		return 0;
	return ret;
}

static int drop_oldest(int mailbox, unsigned int number)
{
	return put_by(mailbox, IPCCHAN_POLICY_DROP_OLDEST, number, 0);
}

/* Receives a number and says how many were lost before it. */
static int take_lost(int mailbox, unsigned long long *lost)
{
	struct ipcchan_message message;
	unsigned int number;
	int ret;

	numbers_buffer(&message, &number, 1);
	ret = mailbox_receive(mailbox, &message, 1, .flags = IPCCHAN_NONBLOCK);
	*lost = message.lost;
	return ret == 1 ? (int)number : ret;
}

FIXTURE(policy)
{
	int session;
	int mailbox;
	unsigned long long lost;
};

FIXTURE_SETUP(policy)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session, .capacity_messages = ROOM,
				     .capacity_bytes = 64,
				     .max_message_size = 48);
	ASSERT_LE(0, self->mailbox);
	for (int i = 1; i <= ROOM; i++)
		ASSERT_EQ(1, put_number_at(self->mailbox, i, 1));
}

FIXTURE_TEARDOWN(policy)
{
	close(self->mailbox);
	close(self->session);
}

TEST_F(policy, fail_gives_eagain_though_the_call_might_sleep)
{
	struct ipcchan_message message = MESSAGE("x", 1);

	EXPECT_EQ(-EAGAIN, mailbox_send(self->mailbox, &message, 1,
					.policy = IPCCHAN_POLICY_FAIL));
	EXPECT_EQ(ROOM, mailbox_info(self->mailbox).messages);
}

TEST_F(policy, fail_sends_where_there_is_room)
{
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_FAIL, 9, 1));
}

TEST_F(policy, block_waits_for_room)
{
	struct sleeper sender;

	start_put(&sender, self->mailbox, 4);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&sender));
}

TEST_F(policy, drop_oldest_makes_room_by_the_oldest)
{
	EXPECT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_OLDEST, 4, 1));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(3, take_number(self->mailbox));
	EXPECT_EQ(4, take_number(self->mailbox));
}

TEST_F(policy, drop_oldest_drops_nothing_where_there_is_room)
{
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_OLDEST, 4, 1));
	EXPECT_EQ(0, mailbox_info(self->mailbox).dropped);
}

TEST_F(policy, drop_oldest_drops_as_many_as_the_bytes_need)
{
	char bytes[48] = "";
	struct ipcchan_message message =
		MESSAGE(bytes, sizeof(bytes), .priority = 1);

	EXPECT_EQ(1, take_number(self->mailbox));
	ASSERT_EQ(1, put_number_at(self->mailbox, 4, 1));
	/* Of 64 bytes 12 are used: three messages of four. */
	EXPECT_EQ(1, mailbox_send(self->mailbox, &message, 1,
				  .policy = IPCCHAN_POLICY_DROP_OLDEST));
	EXPECT_EQ(1, mailbox_info(self->mailbox).dropped);
	EXPECT_EQ(1, mailbox_send(self->mailbox, &message, 1,
				  .policy = IPCCHAN_POLICY_DROP_OLDEST));
	EXPECT_EQ(4, mailbox_info(self->mailbox).dropped);
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
}

TEST_F(policy, drop_oldest_begins_with_the_lowest_priority)
{
	ASSERT_EQ(1, take_number(self->mailbox));
	ASSERT_EQ(1, put_number_at(self->mailbox, 9, 0));
	EXPECT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_OLDEST, 4, 1));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(3, take_number(self->mailbox));
	EXPECT_EQ(4, take_number(self->mailbox));
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
}

TEST_F(policy, drop_oldest_drops_the_new_rather_than_a_higher_priority)
{
	EXPECT_EQ(0, drop_oldest(self->mailbox, 4));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(ROOM - 1, mailbox_info(self->mailbox).messages);
}

TEST_F(policy, drop_oldest_drops_nothing_if_that_were_not_enough)
{
	char bytes[48] = "";
	struct ipcchan_message message =
		MESSAGE(bytes, sizeof(bytes), .priority = 0);

	ASSERT_EQ(1, take_number(self->mailbox));
	ASSERT_EQ(2, take_number(self->mailbox));
	ASSERT_EQ(1, put_number_at(self->mailbox, 9, 0));
	message.priority = 2;
	ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	message.priority = 0;
	EXPECT_EQ(1, mailbox_send(self->mailbox, &message, 1,
				  .policy = IPCCHAN_POLICY_DROP_OLDEST));
	EXPECT_EQ(IPCCHAN_MESSAGE_DROPPED, message.flags);
	EXPECT_EQ(3, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(1, mailbox_info(self->mailbox).dropped);
}

TEST_F(policy, drop_new_succeeds_and_is_flagged)
{
	EXPECT_EQ(0, put_by(self->mailbox, IPCCHAN_POLICY_DROP_NEW, 4, 31));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(2, mailbox_info(self->mailbox).messages);
}

TEST_F(policy, drop_new_sends_where_there_is_room)
{
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_NEW, 4, 1));
}

TEST_F(policy, latest_drops_all)
{
	EXPECT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_LATEST, 4, 1));
	EXPECT_EQ(4, take_lost(self->mailbox, &self->lost));
	EXPECT_EQ(3, self->lost);
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
}

TEST_F(policy, latest_drops_nothing_where_there_is_room)
{
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_LATEST, 4, 1));
	EXPECT_EQ(3, mailbox_info(self->mailbox).messages);
}

TEST_F(policy, latest_leaves_a_higher_priority)
{
	EXPECT_EQ(0, put_by(self->mailbox, IPCCHAN_POLICY_LATEST, 4, 0));
	EXPECT_EQ(3, mailbox_info(self->mailbox).messages);
}

TEST_F(policy, of_the_mailbox_counts_where_the_send_names_none)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = 1,
				   .policy = IPCCHAN_POLICY_DROP_OLDEST);

	ASSERT_LE(0, mailbox);
	EXPECT_EQ(1, put_number(mailbox, 1));
	EXPECT_EQ(1, put_number(mailbox, 2));
	EXPECT_EQ(2, take_number(mailbox));
	EXPECT_EQ(IPCCHAN_POLICY_DROP_OLDEST, mailbox_info(mailbox).policy);
	close(mailbox);
}

TEST_F(policy, of_the_mailbox_counts_for_write)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = 1,
				   .policy = IPCCHAN_POLICY_DROP_NEW);

	ASSERT_LE(0, mailbox);
	EXPECT_EQ(1, write(mailbox, "a", 1));
	EXPECT_EQ(1, write(mailbox, "b", 1));
	EXPECT_EQ(1, mailbox_info(mailbox).messages);
	EXPECT_EQ(1, mailbox_info(mailbox).dropped);
	close(mailbox);
}

TEST_F(policy, is_block_by_default)
{
	EXPECT_EQ(IPCCHAN_POLICY_BLOCK, mailbox_info(self->mailbox).policy);
}

TEST_F(policy, unknown_is_refused_at_creation)
{
	EXPECT_EQ(-EINVAL, mailbox_open(self->session, .policy = 6));
	EXPECT_EQ(-EINVAL, mailbox_open(self->session, .policy = ~0U));
}

TEST_F(policy, unknown_is_refused_in_a_send)
{
	EXPECT_EQ(-EINVAL, put_by(self->mailbox, 6, 4, 1));
	EXPECT_EQ(-EINVAL, put_by(self->mailbox, ~0U, 4, 1));
}

TEST_F(policy, unknown_delivery_is_refused)
{
	EXPECT_EQ(-EINVAL, mailbox_open(self->session, .delivery = ~0U));
}

TEST_F(policy, that_may_drop_needs_an_array_that_can_be_written)
{
	struct ipcchan_message *array;

	array = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, array);
	*array = MESSAGE("x", 1, .priority = 1);
	ASSERT_EQ(0, mprotect(array, 4096, PROT_READ));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(-EFAULT, mailbox_send(self->mailbox, array, 1,
					.policy = IPCCHAN_POLICY_DROP_NEW));
	EXPECT_EQ(2, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(1, mailbox_send(self->mailbox, array, 1));
	munmap(array, 4096);
}

TEST_F(policy, flags_each_dropped_message_of_a_batch)
{
	struct ipcchan_message batch[4];
	unsigned int numbers[4];

	ASSERT_EQ(1, take_number(self->mailbox));
	numbers_fill(batch, numbers, 4, 11);
	ASSERT_EQ(4, mailbox_send(self->mailbox, batch, 4,
				  .policy = IPCCHAN_POLICY_DROP_NEW));
	EXPECT_EQ(0, batch[0].flags);
	for (int i = 1; i < 4; i++)
		EXPECT_EQ(IPCCHAN_MESSAGE_DROPPED, batch[i].flags);
}

TEST_F(policy, dropped_message_is_a_gap_with_its_number)
{
	struct ipcchan_message message;
	unsigned int number;
	unsigned long long last = 0;

	for (int i = 4; i <= 8; i++)
		ASSERT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_OLDEST,
				    i, 1));
	for (int i = 6; i <= 8; i++) {
		numbers_buffer(&message, &number, 1);
		ASSERT_EQ(1, mailbox_receive(self->mailbox, &message, 1));
		EXPECT_EQ(i, number);
		EXPECT_EQ(message.lost, message.sequence - last - 1);
		last = message.sequence;
	}
	EXPECT_EQ(8, last);
}

TEST_F(policy, dropped_new_message_is_told_with_the_next_that_is_sent)
{
	EXPECT_EQ(0, put_by(self->mailbox, IPCCHAN_POLICY_DROP_NEW, 4, 1));
	EXPECT_EQ(0, put_by(self->mailbox, IPCCHAN_POLICY_DROP_NEW, 5, 1));
	for (int i = 1; i <= ROOM; i++) {
		EXPECT_EQ(i, take_lost(self->mailbox, &self->lost));
		EXPECT_EQ(0, self->lost);
	}
	EXPECT_EQ(2, mailbox_info(self->mailbox).lost);
	ASSERT_EQ(1, put_number(self->mailbox, 6));
	EXPECT_EQ(6, take_lost(self->mailbox, &self->lost));
	EXPECT_EQ(2, self->lost);
	EXPECT_EQ(0, mailbox_info(self->mailbox).lost);
}

TEST_F(policy, loss_of_a_dropped_message_is_passed_on)
{
	for (int i = 4; i <= 4 + ROOM; i++)
		ASSERT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_OLDEST,
				    i, 1));
	EXPECT_EQ(5, take_lost(self->mailbox, &self->lost));
	EXPECT_EQ(4, self->lost);
}

TEST_F(policy, loss_is_told_again_after_a_receive_that_failed)
{
	struct ipcchan_message message = MESSAGE(NULL, 4);

	ASSERT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_OLDEST, 4, 1));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(1, mailbox_info(self->mailbox).lost);
	EXPECT_EQ(2, take_lost(self->mailbox, &self->lost));
	EXPECT_EQ(1, self->lost);
}

TEST_F(policy, loss_is_shown_by_peek_but_not_told_by_it)
{
	struct ipcchan_message message;
	unsigned int number;

	ASSERT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_OLDEST, 4, 1));
	numbers_buffer(&message, &number, 1);
	ASSERT_EQ(1, mailbox_peek(self->mailbox, 0, &message, 1));
	EXPECT_EQ(1, message.lost);
	EXPECT_EQ(1, mailbox_info(self->mailbox).lost);
}

TEST_F(policy, all_that_was_sent_is_accounted_for)
{
	struct ipcchan_mailbox_info info;

	for (int i = 4; i < 100; i++)
		ASSERT_LE(0, put_by(self->mailbox, 3 + i % 3, i, i % 5));
	ASSERT_LE(0, take_number(self->mailbox));
	info = mailbox_info(self->mailbox);
	EXPECT_EQ(99, info.sent);
	EXPECT_EQ(info.sent, info.received + info.dropped + info.messages);
}

TEST_F(policy, drop_takes_no_room_from_a_waiting_sender)
{
	struct sleeper sender;

	start_put_at(&sender, self->mailbox, 9, 1);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	EXPECT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_OLDEST, 4, 1));
	EXPECT_EQ(1, mailbox_info(self->mailbox).waiting_senders);
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&sender));
	EXPECT_EQ(3, take_number(self->mailbox));
	EXPECT_EQ(4, take_number(self->mailbox));
	EXPECT_EQ(9, take_number(self->mailbox));
}

TEST_F(policy, dropped_messages_give_their_quota_back)
{
	__u64 bytes = device_info(self->session).user_bytes;

	for (int i = 4; i < 50; i++)
		ASSERT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_OLDEST,
				    i, 1));
	EXPECT_EQ(bytes, device_info(self->session).user_bytes);
}

#include "ipcchan_selftest_main.h"
