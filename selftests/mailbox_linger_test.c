// SPDX-License-Identifier: GPL-2.0
/* RECEIVE that waits for several messages, and for how long. */

#include "kselftest_harness.h"

#include <signal.h>

#include "ipcchan_selftest.h"

#define CAPACITY	8
#define SHORT		(20 * NSEC_PER_MSEC)
#define MAX		64

/* A call that lingers, in a thread or a process of its own. */
struct lingering {
	struct sleeper sleeper;
	int mailbox;
	struct ipcchan_mailbox_receive how;
	struct ipcchan_message batch[MAX];
	unsigned int numbers[MAX];
};

/* A mailbox for 8 messages of 16 bytes at most, and an administrator. */
FIXTURE(linger)
{
	int session;
	int mailbox;
	int admin;
	struct lingering first;
	struct lingering second;
};

static void count_nothing(int signal)
{
}

FIXTURE_SETUP(linger)
{
	struct sigaction action = { .sa_handler = count_nothing };

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session, .max_message_size = 16,
				     .capacity_messages = CAPACITY);
	ASSERT_LE(0, self->mailbox);
	self->admin = object_restrict(self->mailbox, IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->admin);
}

FIXTURE_TEARDOWN(linger)
{
	close(self->admin);
	close(self->mailbox);
	close(self->session);
}

static int linger_by(struct lingering *l, int mailbox,
		     const struct ipcchan_mailbox_receive *how)
{
	l->mailbox = mailbox;
	l->how = *how;
	l->how.messages = (uintptr_t)l->batch;
	l->how.message_size = sizeof(l->batch[0]);
	numbers_buffer(l->batch, l->numbers, MAX);
	return call(mailbox, IPCCHAN_IOC_MAILBOX_RECEIVE, &l->how);
}

static int linger_on(void *argument)
{
	struct lingering *l = argument;

	return linger_by(l, l->mailbox, &l->how);
}

/* By default up to 6, but 3 at least, and for as long as must be. */
#define HOW(...)							\
	(&(struct ipcchan_mailbox_receive){				\
		.count = 6,						\
		.min_count = 3,						\
		.linger_ns = IPCCHAN_DEADLINE_NEVER,			\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	})

static void start_linger(struct lingering *l, int mailbox,
			 const struct ipcchan_mailbox_receive *how)
{
	l->mailbox = mailbox;
	l->how = *how;
	sleeper_start(&l->sleeper, linger_on, l);
}

static int put_numbers(int mailbox, unsigned int first, unsigned int last)
{
	for (unsigned int i = first; i <= last; i++) {
		int nr = put_number(mailbox, i);

		if (nr != 1)
			return nr;
	}
	return 0;
}

/* One that has taken number 1 and waits for two more. */
static bool start_with_one(struct lingering *l, int mailbox)
{
	start_linger(l, mailbox, HOW());
	return await_waiters(mailbox, 0, 1) && put_number(mailbox, 1) == 1 &&
	       await_held(mailbox, 1);
}

TEST_F(linger, lasts_until_there_are_enough)
{
	ASSERT_TRUE(start_with_one(&self->first, self->mailbox));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	ASSERT_TRUE(await_held(self->mailbox, 2));
	EXPECT_EQ(1, mailbox_info(self->mailbox).waiting_receivers);
	ASSERT_EQ(1, put_number(self->mailbox, 3));
	EXPECT_EQ(3, sleeper_join(&self->first.sleeper));
	EXPECT_EQ(1, self->first.numbers[0]);
	EXPECT_EQ(2, self->first.numbers[1]);
	EXPECT_EQ(3, self->first.numbers[2]);
}

TEST_F(linger, begins_with_what_is_there)
{
	ASSERT_EQ(0, put_numbers(self->mailbox, 1, 2));
	start_linger(&self->first, self->mailbox, HOW());
	ASSERT_TRUE(await_held(self->mailbox, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 3));
	EXPECT_EQ(3, sleeper_join(&self->first.sleeper));
	EXPECT_EQ(1, self->first.numbers[0]);
	EXPECT_EQ(3, self->first.numbers[2]);
}

TEST_F(linger, is_not_needed_when_enough_are_there)
{
	ASSERT_EQ(0, put_numbers(self->mailbox, 1, 5));
	EXPECT_EQ(5, linger_by(&self->first, self->mailbox, HOW()));
}

TEST_F(linger, does_not_take_more_than_fit)
{
	ASSERT_EQ(0, put_numbers(self->mailbox, 1, 5));
	EXPECT_EQ(3, linger_by(&self->first, self->mailbox, HOW(.count = 3)));
	EXPECT_EQ(4, take_number(self->mailbox));
}

TEST_F(linger, of_no_time_takes_what_is_there)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, linger_by(&self->first, self->mailbox,
			       HOW(.linger_ns = 0)));
}

TEST_F(linger, for_no_number_is_for_one)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, linger_by(&self->first, self->mailbox,
			       HOW(.min_count = 0)));
}

TEST_F(linger, for_more_than_fit_is_refused)
{
	EXPECT_EQ(-EINVAL, linger_by(&self->first, self->mailbox,
				     HOW(.min_count = 7)));
	EXPECT_EQ(-EINVAL, linger_by(&self->first, self->mailbox,
				     HOW(.min_count = 7, .linger_ns = 0)));
}

TEST_F(linger, ends_with_what_there_is_and_not_before)
{
	__u64 end = deadline_after(SHORT);

	ASSERT_EQ(0, put_numbers(self->mailbox, 1, 2));
	EXPECT_EQ(2, linger_by(&self->first, self->mailbox,
			       HOW(.linger_ns = SHORT)));
	EXPECT_LE(end, now_ns(CLOCK_MONOTONIC));
	EXPECT_EQ(2, mailbox_info(self->mailbox).received);
	EXPECT_EQ(0, mailbox_info(self->mailbox).waiting_receivers);
}

TEST_F(linger, is_on_the_clock_of_the_deadline)
{
	__u64 deadline = now_ns(CLOCK_REALTIME) +
			 MUST_HAPPEN_SECONDS * NSEC_PER_SEC;
	__u64 end = now_ns(CLOCK_REALTIME) + SHORT;

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, linger_by(&self->first, self->mailbox,
			       HOW(.flags = IPCCHAN_REALTIME,
				   .linger_ns = SHORT,
				   .deadline_ns = deadline)));
	EXPECT_LE(end, now_ns(CLOCK_REALTIME));
}

/* The call sleeps already, for longer, when its time begins. */
TEST_F(linger, begins_with_a_message_for_a_sleeper)
{
	__u64 end;

	start_linger(&self->first, self->mailbox,
		     HOW(.linger_ns = SHORT,
			 .deadline_ns = IPCCHAN_DEADLINE_NEVER));
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_TRUE(await_asleep(&self->first.sleeper));
	end = deadline_after(SHORT);
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&self->first.sleeper));
	EXPECT_LE(end, now_ns(CLOCK_MONOTONIC));
}

TEST_F(linger, does_not_begin_without_a_message)
{
	__u64 deadline = deadline_after(5 * SHORT);

	EXPECT_EQ(-ETIMEDOUT, linger_by(&self->first, self->mailbox,
					HOW(.linger_ns = 1,
					    .deadline_ns = deadline)));
	EXPECT_LE(deadline, now_ns(CLOCK_MONOTONIC));
}

TEST_F(linger, ends_with_the_deadline)
{
	__u64 deadline = deadline_after(SHORT);

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, linger_by(&self->first, self->mailbox,
			       HOW(.deadline_ns = deadline)));
	EXPECT_LE(deadline, now_ns(CLOCK_MONOTONIC));
}

TEST_F(linger, after_the_deadline_takes_what_is_there)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, linger_by(&self->first, self->mailbox,
			       HOW(.deadline_ns = 1)));
}

TEST_F(linger, is_not_for_who_may_not_sleep)
{
	const struct ipcchan_mailbox_receive *how =
		HOW(.flags = IPCCHAN_NONBLOCK);

	EXPECT_EQ(-EAGAIN, linger_by(&self->first, self->mailbox, how));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, linger_by(&self->first, self->mailbox, how));
}

TEST_F(linger, holds_what_it_has_taken)
{
	ASSERT_TRUE(start_with_one(&self->first, self->mailbox));
	EXPECT_EQ(1, mailbox_info(self->mailbox).held);
	EXPECT_EQ(0, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(4, mailbox_info(self->mailbox).bytes);
	EXPECT_EQ(0, mailbox_info(self->mailbox).received);
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
	ASSERT_EQ(0, put_numbers(self->mailbox, 2, 3));
	ASSERT_EQ(3, sleeper_join(&self->first.sleeper));
	EXPECT_EQ(0, mailbox_info(self->mailbox).held);
	EXPECT_EQ(3, mailbox_info(self->mailbox).received);
	EXPECT_EQ(3, mailbox_info(self->mailbox).handoffs);
}

TEST_F(linger, ends_with_a_signal_that_leaves_what_there_is)
{
	ASSERT_TRUE(start_with_one(&self->first, self->mailbox));
	ASSERT_EQ(0, pthread_kill(self->first.sleeper.thread, SIGUSR1));
	EXPECT_EQ(1, sleeper_join(&self->first.sleeper));
	EXPECT_EQ(1, self->first.numbers[0]);
	EXPECT_EQ(1, mailbox_info(self->mailbox).received);
}

TEST_F(linger, does_not_begin_before_a_signal)
{
	start_linger(&self->first, self->mailbox, HOW());
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(0, pthread_kill(self->first.sleeper.thread, SIGUSR1));
	EXPECT_EQ(-EINTR, sleeper_join(&self->first.sleeper));
}

TEST_F(linger, loses_its_messages_with_the_mailbox)
{
	ASSERT_TRUE(start_with_one(&self->first, self->mailbox));
	ASSERT_EQ(0, object_kill(self->admin));
	EXPECT_EQ(-EIDRM, sleeper_join(&self->first.sleeper));
	EXPECT_EQ(0, self->first.numbers[0]);
	EXPECT_EQ(0, device_info(self->session).user_bytes);
}

TEST_F(linger, of_a_killed_process_gives_its_messages_back)
{
	struct lingering *l = shared_alloc(sizeof(*l));
	struct child child;

	l->mailbox = self->mailbox;
	l->how = *HOW();
	ASSERT_EQ(0, put_numbers(self->mailbox, 1, 2));
	child_start(&child, linger_on, l);
	ASSERT_TRUE(await_held(self->mailbox, 2));
	ASSERT_EQ(0, kill(child.pid, SIGKILL));
	ASSERT_EQ(DIED, child_join(&child));
	EXPECT_EQ(0, mailbox_info(self->mailbox).held);
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(2, take_number(self->mailbox));
}

TEST_F(linger, of_a_killed_process_gives_its_messages_to_who_waits)
{
	struct lingering *l = shared_alloc(sizeof(*l));
	struct sleeper receiver;
	struct child child;

	l->mailbox = self->mailbox;
	l->how = *HOW();
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	child_start(&child, linger_on, l);
	ASSERT_TRUE(await_held(self->mailbox, 1));
	start_take(&receiver, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 2));
	ASSERT_EQ(0, kill(child.pid, SIGKILL));
	EXPECT_EQ(1, sleeper_join(&receiver));
	EXPECT_EQ(DIED, child_join(&child));
}

TEST_F(linger, puts_its_messages_back_after_a_fault)
{
	struct ipcchan_message batch[3] = {
		MESSAGE(NULL, 4), MESSAGE(NULL, 4), MESSAGE(NULL, 4),
	};

	ASSERT_EQ(0, put_numbers(self->mailbox, 1, 2));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->mailbox, batch, 3,
					   .min_count = 3,
					   .linger_ns = SHORT));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(2, take_number(self->mailbox));
}

TEST_F(linger, ends_at_a_message_that_is_too_long)
{
	char payload[16] = {};
	struct ipcchan_message longer = MESSAGE(payload, 16);

	ASSERT_TRUE(start_with_one(&self->first, self->mailbox));
	ASSERT_EQ(1, mailbox_send(self->mailbox, &longer, 1));
	EXPECT_EQ(1, sleeper_join(&self->first.sleeper));
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
}

TEST_F(linger, ends_when_the_mailbox_is_full)
{
	const struct ipcchan_mailbox_receive *how =
		HOW(.count = MAX, .min_count = CAPACITY + 1);

	start_linger(&self->first, self->mailbox, how);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(0, put_numbers(self->mailbox, 1, CAPACITY - 1));
	ASSERT_TRUE(await_held(self->mailbox, CAPACITY - 1));
	EXPECT_EQ(1, mailbox_info(self->mailbox).waiting_receivers);
	ASSERT_EQ(1, put_number(self->mailbox, CAPACITY));
	EXPECT_EQ(CAPACITY, sleeper_join(&self->first.sleeper));
}

TEST_F(linger, does_not_begin_when_the_mailbox_is_full)
{
	ASSERT_EQ(0, put_numbers(self->mailbox, 1, CAPACITY));
	EXPECT_EQ(CAPACITY, linger_by(&self->first, self->mailbox,
				      HOW(.count = MAX,
					  .min_count = CAPACITY + 1)));
}

/* Messages of others fill it up. */
TEST_F(linger, ends_when_there_is_no_room_for_more)
{
	ASSERT_EQ(0, put_numbers(self->mailbox, 1, 1));
	start_linger(&self->first, self->mailbox,
		     HOW(.flags = IPCCHAN_FILTER, .type_max = 1));
	ASSERT_TRUE(await_held(self->mailbox, 1));
	ASSERT_EQ(0, put_numbers(self->mailbox, 2, CAPACITY));
	EXPECT_EQ(1, sleeper_join(&self->first.sleeper));
	EXPECT_EQ(CAPACITY - 1, mailbox_info(self->mailbox).messages);
}

TEST_F(linger, ends_for_a_batch_that_does_not_fit)
{
	struct ipcchan_message batch[MAX];
	unsigned int numbers[MAX];
	struct lingering *l = &self->first;
	int nr;

	start_linger(l, self->mailbox, HOW(.count = MAX, .min_count = MAX));
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	numbers_fill(batch, numbers, MAX, 0);
	start_linger(&self->second, self->mailbox,
		     HOW(.count = MAX, .min_count = MAX));
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 2));
	nr = mailbox_send(self->mailbox, batch, 2 * CAPACITY);
	EXPECT_EQ(2 * CAPACITY, nr);
	EXPECT_EQ(CAPACITY, sleeper_join(&l->sleeper));
	EXPECT_EQ(CAPACITY, sleeper_join(&self->second.sleeper));
}

TEST_F(linger, ends_when_nobody_can_send_any_more)
{
	int receiver = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);

	ASSERT_EQ(0, put_numbers(self->mailbox, 1, 2));
	start_linger(&self->first, receiver, HOW());
	ASSERT_TRUE(await_held(receiver, 2));
	close(self->mailbox);
	self->mailbox = receiver;
	EXPECT_EQ(2, sleeper_join(&self->first.sleeper));
	EXPECT_EQ(-EPIPE, linger_by(&self->first, receiver, HOW()));
}

/* Else each would wait for what the other may put back. */
TEST_F(linger, of_two_ends_when_nobody_can_send_any_more)
{
	int receiver = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);

	ASSERT_EQ(0, put_numbers(self->mailbox, 1, 2));
	start_linger(&self->first, receiver,
		     HOW(.flags = IPCCHAN_FILTER, .type_max = 1));
	ASSERT_TRUE(await_held(receiver, 1));
	start_linger(&self->second, receiver,
		     HOW(.flags = IPCCHAN_FILTER, .type_min = 2,
			 .type_max = 2));
	ASSERT_TRUE(await_held(receiver, 2));
	close(self->mailbox);
	self->mailbox = receiver;
	EXPECT_EQ(1, sleeper_join(&self->first.sleeper));
	EXPECT_EQ(1, sleeper_join(&self->second.sleeper));
}

TEST_F(linger, takes_before_those_that_came_later)
{
	struct sleeper receiver;

	ASSERT_TRUE(start_with_one(&self->first, self->mailbox));
	start_take(&receiver, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 2));
	ASSERT_EQ(0, put_numbers(self->mailbox, 2, 3));
	EXPECT_EQ(3, sleeper_join(&self->first.sleeper));
	ASSERT_EQ(1, put_number(self->mailbox, 4));
	EXPECT_EQ(4, sleeper_join(&receiver));
}

TEST_F(linger, leaves_what_does_not_match_to_others)
{
	struct sleeper receiver;

	start_linger(&self->first, self->mailbox,
		     HOW(.min_count = 2, .flags = IPCCHAN_FILTER,
			 .type_min = 1, .type_max = 2));
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	start_take(&receiver, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 7));
	EXPECT_EQ(7, sleeper_join(&receiver));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(2, sleeper_join(&self->first.sleeper));
}

TEST_F(linger, makes_room_when_it_is_over)
{
	struct sleeper sender;

	ASSERT_EQ(0, put_numbers(self->mailbox, 1, 2));
	start_linger(&self->first, self->mailbox, HOW());
	ASSERT_TRUE(await_held(self->mailbox, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 3));
	ASSERT_EQ(3, sleeper_join(&self->first.sleeper));
	ASSERT_EQ(0, put_numbers(self->mailbox, 1, CAPACITY));
	start_put(&sender, self->mailbox, 9);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	EXPECT_EQ(CAPACITY, linger_by(&self->first, self->mailbox,
				      HOW(.count = MAX, .min_count = MAX)));
	EXPECT_EQ(1, sleeper_join(&sender));
}

static int linger_for_all(void *argument)
{
	struct lingering *l = argument;
	unsigned int next = 0;

	while (next < 1000) {
		int nr = linger_on(l);

		if (nr <= 0)
			return nr;
		for (int i = 0; i < nr; i++)
			if (l->numbers[i] != next++)
				return -EILSEQ;
	}
	return 0;
}

TEST_F(linger, loses_nothing_of_a_stream)
{
	struct lingering *l = &self->first;

	l->mailbox = self->mailbox;
	l->how = *HOW(.linger_ns = NSEC_PER_MSEC / 10);
	sleeper_start(&l->sleeper, linger_for_all, l);
	for (int i = 0; i < 1000; i++) {
		struct ipcchan_message message = MESSAGE(&i, 4);

		ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	}
	EXPECT_EQ(0, sleeper_join(&l->sleeper));
	EXPECT_EQ(1000, mailbox_info(self->mailbox).received);
}

#include "ipcchan_selftest_main.h"
