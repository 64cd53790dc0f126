// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that are received with HOLD: they come back unless they are
 * committed, whatever becomes of who received them.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>

#include "ipcchan_selftest.h"

#define ROOM	4

/* What hold_number() adds to a number that was delivered before. */
#define AGAIN	1000

static int receive_held(int mailbox, struct ipcchan_message *message,
			unsigned int *number)
{
	numbers_buffer(message, number, 1);
	return mailbox_receive(mailbox, message, 1,
			       .flags = IPCCHAN_HOLD | IPCCHAN_NONBLOCK);
}

/* Holds the next message: its number, or -errno. */
static int hold_number(int mailbox)
{
	struct ipcchan_message message;
	unsigned int number;
	int nr = receive_held(mailbox, &message, &number);

	if (nr != 1)
		return nr;
	return message.flags & IPCCHAN_MESSAGE_REDELIVERED ? number + AGAIN :
							     number;
}

/* All tests put the numbers from 1 on, so these are sequences too. */
static int commit_number(int mailbox, unsigned int number)
{
	struct ipcchan_held held = { .sequence = number };

	return mailbox_commit(mailbox, &held, 1);
}

static int release_number(int mailbox, unsigned int number)
{
	struct ipcchan_held held = { .sequence = number };

	return mailbox_release(mailbox, &held, 1);
}

/* A mailbox that is full, with a descriptor for each side and one to watch. */
FIXTURE(hold)
{
	int session;
	int sender;
	int receiver;
	int other;
	int watcher;
};

FIXTURE_SETUP(hold)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	mailbox = mailbox_open(self->session, .capacity_messages = ROOM);
	self->sender = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->receiver = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->other = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->watcher = object_restrict(mailbox, IPCCHAN_RIGHT_PEEK |
					IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->watcher);
	close(mailbox);
	for (int i = 1; i <= ROOM; i++)
		ASSERT_EQ(1, put_number(self->sender, i));
}

FIXTURE_TEARDOWN(hold)
{
	close(self->sender);
	close(self->receiver);
	close(self->other);
	close(self->watcher);
	close(self->session);
}

/* While it is held */

TEST_F(hold, is_offered_as_a_feature)
{
	EXPECT_TRUE(device_info(self->session).features &
		    IPCCHAN_FEATURE_HOLD);
}

TEST_F(hold, gives_the_message_and_nobody_else_gets_it)
{
	EXPECT_EQ(1, hold_number(self->receiver));
	EXPECT_EQ(2, take_number(self->other));
	EXPECT_EQ(3, peek_number(self->watcher, 0));
}

TEST_F(hold, shows_in_info)
{
	struct ipcchan_mailbox_info info;

	ASSERT_EQ(1, hold_number(self->receiver));
	ASSERT_EQ(2, hold_number(self->other));
	info = mailbox_info(self->watcher);
	EXPECT_EQ(2, info.messages);
	EXPECT_EQ(2, info.held);
	EXPECT_EQ(2, info.holding);
	EXPECT_EQ(0, info.received);
	EXPECT_EQ(ROOM, info.sent);
	EXPECT_EQ(ROOM * sizeof(int), info.bytes);
}

TEST_F(hold, keeps_the_room)
{
	ASSERT_EQ(1, hold_number(self->receiver));
	EXPECT_EQ(-EAGAIN, put_number(self->sender, 5));
	ASSERT_EQ(1, commit_number(self->receiver, 1));
	EXPECT_EQ(1, put_number(self->sender, 5));
}

TEST_F(hold, may_fill_the_mailbox)
{
	for (int i = 1; i <= ROOM; i++)
		ASSERT_EQ(i, hold_number(self->receiver));
	EXPECT_EQ(-EAGAIN, hold_number(self->receiver));
	EXPECT_EQ(-EAGAIN, put_number(self->sender, 5));
}

TEST_F(hold, keeps_the_charge_until_the_commit)
{
	__u64 before = device_info(self->session).user_bytes;

	ASSERT_EQ(1, hold_number(self->receiver));
	EXPECT_EQ(before, device_info(self->session).user_bytes);
	ASSERT_EQ(1, commit_number(self->receiver, 1));
	EXPECT_GT(before, device_info(self->session).user_bytes);
}

TEST_F(hold, is_safe_from_a_policy_that_drops)
{
	struct ipcchan_message message = MESSAGE("x", 1);

	ASSERT_EQ(1, hold_number(self->receiver));
	ASSERT_EQ(1, mailbox_send(self->sender, &message, 1,
				  .policy = IPCCHAN_POLICY_LATEST));
	ASSERT_EQ(1, mailbox_send(self->sender, &message, 1,
				  .policy = IPCCHAN_POLICY_LATEST));
	EXPECT_EQ(1, commit_number(self->receiver, 1));
}

TEST_F(hold, delays_the_end)
{
	struct sleeper receiver;

	ASSERT_EQ(1, hold_number(self->receiver));
	for (int i = 2; i <= ROOM; i++)
		ASSERT_EQ(i, take_number(self->other));
	close(self->sender);
	EXPECT_EQ(-EAGAIN, take_number(self->other));
	start_take(&receiver, self->other);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(1, commit_number(self->receiver, 1));
	EXPECT_EQ(-EPIPE, sleeper_join(&receiver));
}

TEST_F(hold, takes_a_batch)
{
	struct ipcchan_message batch[ROOM];
	unsigned int numbers[ROOM];

	numbers_buffer(batch, numbers, ROOM);
	EXPECT_EQ(ROOM, mailbox_receive(self->receiver, batch, ROOM,
					.flags = IPCCHAN_HOLD));
	EXPECT_EQ(ROOM, mailbox_info(self->watcher).holding);
}

TEST_F(hold, of_a_batch_is_of_what_was_copied_only)
{
	struct ipcchan_message batch[2];
	unsigned int number;

	numbers_buffer(batch, &number, 1);
	batch[1] = MESSAGE(NULL, sizeof(number));
	EXPECT_EQ(1, mailbox_receive(self->receiver, batch, 2,
				     .flags = IPCCHAN_HOLD));
	EXPECT_EQ(1, mailbox_info(self->watcher).holding);
	EXPECT_EQ(2, hold_number(self->other));
}

TEST_F(hold, does_not_come_of_read)
{
	unsigned int number;

	ASSERT_EQ(sizeof(number), read(self->receiver, &number,
				       sizeof(number)));
	EXPECT_EQ(0, mailbox_info(self->watcher).held);
	EXPECT_EQ(-ENOENT, commit_number(self->receiver, 1));
}

static int hold_asleep(void *argument)
{
	struct ipcchan_message message;
	unsigned int number;

	numbers_buffer(&message, &number, 1);
	return mailbox_receive(*(int *)argument, &message, 1,
			       .flags = IPCCHAN_HOLD);
}

TEST_F(hold, comes_of_a_receive_that_waits)
{
	struct sleeper receiver;

	for (int i = 1; i <= ROOM; i++)
		ASSERT_EQ(i, take_number(self->other));
	sleeper_start(&receiver, hold_asleep, &self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(1, put_number(self->sender, 5));
	EXPECT_EQ(1, sleeper_join(&receiver));
	EXPECT_EQ(1, mailbox_info(self->watcher).holding);
}

/* Commit */

TEST_F(hold, ends_with_a_commit)
{
	struct ipcchan_mailbox_info info;

	ASSERT_EQ(1, hold_number(self->receiver));
	EXPECT_EQ(1, commit_number(self->receiver, 1));
	info = mailbox_info(self->watcher);
	EXPECT_EQ(0, info.held);
	EXPECT_EQ(0, info.holding);
	EXPECT_EQ(1, info.received);
	EXPECT_EQ(2, take_number(self->other));
}

TEST_F(hold, ends_once)
{
	ASSERT_EQ(1, hold_number(self->receiver));
	EXPECT_EQ(1, commit_number(self->receiver, 1));
	EXPECT_EQ(-ENOENT, commit_number(self->receiver, 1));
	EXPECT_EQ(-ENOENT, release_number(self->receiver, 1));
}

TEST_F(hold, is_of_its_own_description)
{
	ASSERT_EQ(1, hold_number(self->receiver));
	EXPECT_EQ(-ENOENT, commit_number(self->other, 1));
	EXPECT_EQ(-ENOENT, release_number(self->other, 1));
	EXPECT_EQ(1, commit_number(self->receiver, 1));
}

TEST_F(hold, is_not_of_what_was_not_received)
{
	const __u64 others[] = { 0, 2, ROOM + 1, -1 };

	ASSERT_EQ(1, hold_number(self->receiver));
	for (int i = 0; i < 4; i++) {
		struct ipcchan_held held = { .sequence = others[i] };

		EXPECT_EQ(-ENOENT, mailbox_commit(self->receiver, &held, 1));
		EXPECT_EQ(-ENOENT, mailbox_release(self->receiver, &held, 1));
	}
	EXPECT_EQ(1, mailbox_info(self->watcher).holding);
}

TEST_F(hold, ends_in_any_order)
{
	struct ipcchan_held held[] = { { 3 }, { 1 }, { 2 } };

	for (int i = 1; i <= 3; i++)
		ASSERT_EQ(i, hold_number(self->receiver));
	EXPECT_EQ(3, mailbox_commit(self->receiver, held, 3));
	EXPECT_EQ(0, mailbox_info(self->watcher).held);
}

TEST_F(hold, ends_up_to_the_first_that_is_not_held)
{
	struct ipcchan_held held[] = { { 1 }, { 1 }, { 2 } };

	ASSERT_EQ(1, hold_number(self->receiver));
	ASSERT_EQ(2, hold_number(self->receiver));
	EXPECT_EQ(1, mailbox_commit(self->receiver, held, 3));
	EXPECT_EQ(-ENOENT, mailbox_commit(self->receiver, held + 1, 2));
	EXPECT_EQ(1, mailbox_release(self->receiver, held + 2, 1));
}

TEST_F(hold, lets_a_waiting_sender_go_on_when_it_ends)
{
	struct sleeper sender;

	ASSERT_EQ(1, hold_number(self->receiver));
	start_put(&sender, self->sender, 5);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	ASSERT_EQ(1, commit_number(self->receiver, 1));
	EXPECT_EQ(1, sleeper_join(&sender));
}

/* Release */

TEST_F(hold, puts_back_what_is_released_and_marks_it)
{
	ASSERT_EQ(1, hold_number(self->receiver));
	EXPECT_EQ(1, release_number(self->receiver, 1));
	EXPECT_EQ(0, mailbox_info(self->watcher).held);
	EXPECT_EQ(1 + AGAIN, hold_number(self->other));
	EXPECT_EQ(2, hold_number(self->other));
}

TEST_F(hold, marks_for_peek_too)
{
	struct ipcchan_message message;
	unsigned int number;

	ASSERT_EQ(1, hold_number(self->receiver));
	ASSERT_EQ(1, release_number(self->receiver, 1));
	numbers_buffer(&message, &number, 1);
	ASSERT_EQ(1, mailbox_peek(self->watcher, 0, &message, 1));
	EXPECT_EQ(IPCCHAN_MESSAGE_REDELIVERED, message.flags);
}

TEST_F(hold, puts_back_to_its_place_whatever_the_order_of_release)
{
	struct ipcchan_held held[] = { { 2 }, { 4 }, { 1 } };

	for (int i = 1; i <= ROOM; i++)
		ASSERT_EQ(i, hold_number(self->receiver));
	EXPECT_EQ(3, mailbox_release(self->receiver, held, 3));
	EXPECT_EQ(1, release_number(self->receiver, 3));
	for (int i = 1; i <= ROOM; i++)
		EXPECT_EQ(i + AGAIN, hold_number(self->other));
}

TEST_F(hold, puts_back_by_priority)
{
	ASSERT_EQ(1, take_number(self->receiver));
	ASSERT_EQ(1, put_number_at(self->sender, 5, 7));
	ASSERT_EQ(5, hold_number(self->receiver));
	ASSERT_EQ(2, hold_number(self->receiver));
	ASSERT_EQ(1, release_number(self->receiver, 2));
	ASSERT_EQ(1, release_number(self->receiver, 5));
	EXPECT_EQ(5, take_number(self->other));
	EXPECT_EQ(2, take_number(self->other));
}

TEST_F(hold, hands_what_is_released_to_who_waits)
{
	struct sleeper receiver;

	for (int i = 1; i <= ROOM; i++)
		ASSERT_EQ(i, hold_number(self->receiver));
	start_take(&receiver, self->other);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(1, release_number(self->receiver, 3));
	EXPECT_EQ(3, sleeper_join(&receiver));
}

TEST_F(hold, tells_a_poller_of_what_is_released)
{
	struct pollfd poller = { .fd = self->other, .events = POLLIN };

	for (int i = 1; i <= ROOM; i++)
		ASSERT_EQ(i, hold_number(self->receiver));
	ASSERT_EQ(0, poll(&poller, 1, 0));
	ASSERT_EQ(1, release_number(self->receiver, 1));
	EXPECT_EQ(1, poll(&poller, 1, 0));
}

static int poll_in(void *argument)
{
	struct pollfd poller = { .fd = *(int *)argument, .events = POLLIN };

	return poll(&poller, 1, MUST_HAPPEN_SECONDS * 1000);
}

TEST_F(hold, wakes_a_poller_with_what_is_released)
{
	struct sleeper poller;

	for (int i = 1; i <= ROOM; i++)
		ASSERT_EQ(i, hold_number(self->receiver));
	sleeper_start(&poller, poll_in, &self->other);
	ASSERT_TRUE(await_asleep(&poller));
	ASSERT_EQ(1, release_number(self->receiver, 1));
	EXPECT_EQ(1, sleeper_join(&poller));
}

TEST_F(hold, may_begin_again_after_a_release)
{
	ASSERT_EQ(1, hold_number(self->receiver));
	ASSERT_EQ(1, release_number(self->receiver, 1));
	ASSERT_EQ(1 + AGAIN, hold_number(self->other));
	EXPECT_EQ(-ENOENT, commit_number(self->receiver, 1));
	EXPECT_EQ(1, commit_number(self->other, 1));
}

TEST_F(hold, tells_of_drops_again_with_what_is_released)
{
	struct ipcchan_message message = MESSAGE("x", 1);
	unsigned int number;

	ASSERT_EQ(1, mailbox_send(self->sender, &message, 1,
				  .policy = IPCCHAN_POLICY_DROP_OLDEST));
	ASSERT_EQ(1, receive_held(self->receiver, &message, &number));
	EXPECT_EQ(1, message.lost);
	ASSERT_EQ(1, release_number(self->receiver, 2));
	ASSERT_EQ(1, receive_held(self->receiver, &message, &number));
	EXPECT_EQ(1, message.lost);
	EXPECT_EQ(1, mailbox_info(self->watcher).lost);
	ASSERT_EQ(1, commit_number(self->receiver, 2));
	EXPECT_EQ(0, mailbox_info(self->watcher).lost);
}

/* Who held it is gone */

TEST_F(hold, ends_in_a_release_when_the_description_closes)
{
	ASSERT_EQ(1, hold_number(self->receiver));
	ASSERT_EQ(2, hold_number(self->receiver));
	close(self->receiver);
	EXPECT_EQ(1 + AGAIN, hold_number(self->other));
	EXPECT_EQ(2 + AGAIN, hold_number(self->other));
	EXPECT_EQ(3, hold_number(self->other));
}

TEST_F(hold, of_the_last_receiver_goes_with_it)
{
	__u64 objects = device_info(self->session).user_objects;

	close(self->other);
	ASSERT_EQ(1, hold_number(self->receiver));
	close(self->receiver);
	EXPECT_EQ(-EPIPE, put_number(self->sender, 5));
	EXPECT_EQ(ROOM, mailbox_info(self->watcher).messages);
	EXPECT_EQ(objects, device_info(self->session).user_objects);
}

TEST_F(hold, ends_in_a_release_though_it_makes_the_mailbox_end)
{
	ASSERT_EQ(1, hold_number(self->receiver));
	for (int i = 2; i <= ROOM; i++)
		ASSERT_EQ(i, take_number(self->other));
	close(self->sender);
	close(self->receiver);
	EXPECT_EQ(1, take_number(self->other));
	EXPECT_EQ(-EPIPE, take_number(self->other));
}

/* Holds one message in a process that has all descriptors of the test. */
static int hold_and_stay(void *argument)
{
	int number = hold_number(*(int *)argument);

	for (;;)
		pause();
	return number;
}

static int hold_and_end(void *argument)
{
	return hold_number(*(int *)argument);
}

TEST_F(hold, of_a_killed_worker_goes_to_another)
{
	struct child worker;

	child_start(&worker, hold_and_stay, &self->receiver);
	ASSERT_TRUE(await_messages(self->watcher, ROOM - 1));
	ASSERT_EQ(2, hold_number(self->other));
	ASSERT_EQ(0, kill(worker.pid, SIGKILL));
	ASSERT_EQ(DIED, child_join(&worker));
	EXPECT_EQ(1 + AGAIN, hold_number(self->other));
	EXPECT_EQ(3, hold_number(self->other));
}

TEST_F(hold, of_a_process_that_ends_is_released_though_others_share_it)
{
	ASSERT_EQ(1, run_in_child(hold_and_end, &self->receiver));
	EXPECT_EQ(0, mailbox_info(self->watcher).holding);
	EXPECT_EQ(1 + AGAIN, hold_number(self->receiver));
}

TEST_F(hold, of_others_stays_when_a_process_ends)
{
	ASSERT_EQ(1, hold_number(self->receiver));
	ASSERT_EQ(2, run_in_child(hold_and_end, &self->receiver));
	EXPECT_EQ(1, mailbox_info(self->watcher).holding);
	EXPECT_EQ(1, commit_number(self->receiver, 1));
	EXPECT_EQ(2 + AGAIN, hold_number(self->receiver));
}

static int do_nothing(void *argument)
{
	return 0;
}

TEST_F(hold, stays_when_a_child_ends_that_took_nothing)
{
	ASSERT_EQ(1, hold_number(self->receiver));
	ASSERT_EQ(0, run_in_child(do_nothing, NULL));
	EXPECT_EQ(1, mailbox_info(self->watcher).holding);
}

TEST_F(hold, stays_when_a_duplicate_is_closed)
{
	int duplicate = dup(self->receiver);

	ASSERT_EQ(1, hold_number(duplicate));
	close(duplicate);
	EXPECT_EQ(1, commit_number(self->receiver, 1));
}

/* A thread that ends with files of its own; the process does not end. */
static int hold_with_own_files(void *argument)
{
	if (unshare(CLONE_FILES))
		return -errno;
	return hold_number(*(int *)argument);
}

/* It has closed its files only when it is gone, which is after the join. */
static bool await_gone(pid_t tid)
{
	__u64 end = deadline_must_happen();
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d", tid);
	while (!access(path, F_OK) && now_ns(CLOCK_MONOTONIC) < end)
		nap();
	return access(path, F_OK);
}

TEST_F(hold, stays_when_only_a_thread_ends)
{
	struct sleeper thread;

	sleeper_start(&thread, hold_with_own_files, &self->receiver);
	ASSERT_EQ(1, sleeper_join(&thread));
	ASSERT_TRUE(await_gone(thread.tid));
	EXPECT_EQ(1, mailbox_info(self->watcher).holding);
	EXPECT_EQ(1, commit_number(self->receiver, 1));
}

static int commit_first(void *argument)
{
	return commit_number(*(int *)argument, 1);
}

TEST_F(hold, may_be_committed_by_whoever_shares_the_description)
{
	ASSERT_EQ(1, hold_number(self->receiver));
	EXPECT_EQ(1, run_in_child(commit_first, &self->receiver));
	EXPECT_EQ(0, mailbox_info(self->watcher).held);
}

TEST_F(hold, lives_on_with_a_description_that_was_passed_on)
{
	int sockets[2];
	int passed;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets));
	ASSERT_EQ(1, hold_number(self->receiver));
	ASSERT_LE(0, fd_send(sockets[0], self->receiver));
	close(self->receiver);
	EXPECT_EQ(1, mailbox_info(self->watcher).holding);
	passed = fd_receive(sockets[1]);
	ASSERT_LE(0, passed);
	EXPECT_EQ(1, commit_number(passed, 1));
	close(passed);
	close(sockets[0]);
	close(sockets[1]);
}

/* Kill */

TEST_F(hold, ends_with_the_mailbox)
{
	ASSERT_EQ(1, hold_number(self->receiver));
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(0, device_info(self->session).user_bytes);
	EXPECT_EQ(-EIDRM, commit_number(self->receiver, 1));
	EXPECT_EQ(-EIDRM, release_number(self->receiver, 1));
}

/* With turns */

TEST_F(hold, of_a_fair_mailbox_comes_back_in_its_turn)
{
	struct ipcchan_held held[] = { { 1 }, { 2 } };
	int fair = mailbox_open(self->session, .capacity_messages = 16,
				.delivery = IPCCHAN_DELIVERY_FAIR);

	for (int i = 1; i <= 3; i++)
		ASSERT_EQ(1, put_number(fair, i));
	ASSERT_EQ(1, hold_number(fair));
	ASSERT_EQ(2, hold_number(fair));
	ASSERT_EQ(2, mailbox_release(fair, held, 2));
	EXPECT_EQ(1 + AGAIN, hold_number(fair));
	EXPECT_EQ(1, commit_number(fair, 1));
	EXPECT_EQ(2, take_number(fair));
	EXPECT_EQ(3, take_number(fair));
	EXPECT_EQ(0, mailbox_info(fair).held);
	close(fair);
}

/* At a rendezvous */

/* A sender that waits, and its message 1, which is held. */
FIXTURE(hold_offer)
{
	int session;
	int mailbox;
	int other;
	struct sleeper sender;
};

FIXTURE_SETUP(hold_offer)
{
	self->session = session_open();
	self->mailbox = mailbox_open(self->session, .capacity_messages = 0);
	ASSERT_LE(0, self->mailbox);
	self->other = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	start_put(&self->sender, self->mailbox, 1);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	ASSERT_EQ(1, hold_number(self->mailbox));
}

FIXTURE_TEARDOWN(hold_offer)
{
	close(self->mailbox);
	close(self->other);
	close(self->session);
}

TEST_F(hold_offer, keeps_the_sender_waiting_until_the_commit)
{
	EXPECT_EQ(1, mailbox_info(self->mailbox).waiting_senders);
	EXPECT_EQ(1, commit_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&self->sender));
}

TEST_F(hold_offer, is_offered_again_when_it_is_released)
{
	EXPECT_EQ(1, release_number(self->mailbox, 1));
	EXPECT_EQ(1, mailbox_info(self->mailbox).waiting_senders);
	EXPECT_EQ(1, take_number(self->other));
	EXPECT_EQ(1, sleeper_join(&self->sender));
}

static void on_signal(int number)
{
}

TEST_F(hold_offer, is_not_held_any_more_when_the_sender_gives_up)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct ipcchan_mailbox_info info;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_EQ(0, pthread_kill(self->sender.thread, SIGUSR1));
	EXPECT_EQ(-EINTR, sleeper_join(&self->sender));
	EXPECT_EQ(-ENOENT, commit_number(self->mailbox, 1));
	info = mailbox_info(self->mailbox);
	EXPECT_EQ(0, info.held);
	EXPECT_EQ(0, info.holding);
	EXPECT_EQ(0, info.sent);
}

TEST_F(hold_offer, ends_with_the_mailbox)
{
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ(-EIDRM, sleeper_join(&self->sender));
	EXPECT_EQ(-EIDRM, commit_number(self->mailbox, 1));
	EXPECT_EQ(0, device_info(self->session).user_bytes);
}

/* Rights and values; uapi_test.c has what all ioctls have in common */

TEST_F(hold, needs_the_right_to_receive)
{
	EXPECT_EQ(-EPERM, commit_number(self->sender, 1));
	EXPECT_EQ(-EPERM, release_number(self->watcher, 1));
}

TEST_F(hold, of_64_ends_in_one_call)
{
	static struct ipcchan_message batch[IPCCHAN_BATCH_MAX];
	static unsigned int numbers[IPCCHAN_BATCH_MAX];
	struct ipcchan_held held[IPCCHAN_BATCH_MAX + 1];
	int mailbox = mailbox_open(self->session, .capacity_messages = 100);

	numbers_fill(batch, numbers, IPCCHAN_BATCH_MAX, 1);
	ASSERT_EQ(64, mailbox_send(mailbox, batch, IPCCHAN_BATCH_MAX));
	numbers_buffer(batch, numbers, IPCCHAN_BATCH_MAX);
	ASSERT_EQ(64, mailbox_receive(mailbox, batch, IPCCHAN_BATCH_MAX,
				      .flags = IPCCHAN_HOLD));
	for (int i = 0; i <= IPCCHAN_BATCH_MAX; i++)
		held[i].sequence = i + 1;
	EXPECT_EQ(-EINVAL, mailbox_commit(mailbox, held, 65));
	EXPECT_EQ(-EINVAL, mailbox_release(mailbox, held, 65));
	EXPECT_EQ(64, mailbox_commit(mailbox, held, 64));
	close(mailbox);
}

/* Many at a time */

#define MANY	20000

static int hold_up_to(int mailbox, int count)
{
	struct ipcchan_message batch[IPCCHAN_BATCH_MAX];
	unsigned int numbers[IPCCHAN_BATCH_MAX];
	int nr;

	for (int done = 0; done < count; done += nr) {
		numbers_buffer(batch, numbers, IPCCHAN_BATCH_MAX);
		nr = mailbox_receive(mailbox, batch, IPCCHAN_BATCH_MAX,
				     .flags = IPCCHAN_HOLD | IPCCHAN_NONBLOCK);
		if (nr < 0)
			return nr;
	}
	return 0;
}

static int put_many(int mailbox, unsigned int count)
{
	struct ipcchan_message batch[IPCCHAN_BATCH_MAX];
	unsigned int numbers[IPCCHAN_BATCH_MAX];
	int nr = 1;

	for (unsigned int done = 0; done < count && nr > 0; done += nr) {
		numbers_fill(batch, numbers, IPCCHAN_BATCH_MAX, done + 1);
		nr = mailbox_send(mailbox, batch, IPCCHAN_BATCH_MAX,
				  .flags = IPCCHAN_NONBLOCK);
	}
	return nr < 0 ? nr : 0;
}

/* Two descriptions hold in turn, so what the second releases goes in between. */
TEST_F(hold, of_many_ends_in_order_when_descriptions_close)
{
	int first = mailbox_open(self->session, .capacity_messages = MANY);
	int second = object_restrict(first, IPCCHAN_RIGHT_RECEIVE, 0);
	int third = object_restrict(first, IPCCHAN_RIGHT_RECEIVE, 0);

	ASSERT_EQ(0, put_many(first, MANY / 64 * 64));
	for (int done = 0; done < MANY / 128 * 128; done += 128) {
		ASSERT_EQ(0, hold_up_to(second, 64));
		ASSERT_EQ(0, hold_up_to(third, 64));
	}
	close(second);
	close(third);
	for (int i = 1; i <= MANY / 128 * 128; i++)
		ASSERT_EQ(i, take_number(first));
	close(first);
}

#include "ipcchan_selftest_main.h"
