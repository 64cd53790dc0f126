// SPDX-License-Identifier: GPL-2.0
/* A mailbox that keeps nothing: senders and receivers wait for each other. */

#include "kselftest_harness.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>

#include "ipcchan_selftest.h"

/* A descriptor for each side, and one to watch. */
FIXTURE(rendezvous)
{
	int session;
	int sender;
	int receiver;
	int watcher;
	struct sleeper sleeping;
};

FIXTURE_SETUP(rendezvous)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	mailbox = mailbox_open(self->session, .capacity_messages = 0);
	self->sender = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->receiver = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->watcher = object_restrict(mailbox, IPCCHAN_RIGHT_PEEK |
					IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->watcher);
	close(mailbox);
}

FIXTURE_TEARDOWN(rendezvous)
{
	close(self->sender);
	close(self->receiver);
	close(self->watcher);
	close(self->session);
}

static short ready(int mailbox, short events)
{
	struct pollfd pollfd = { .fd = mailbox, .events = events };

	return poll(&pollfd, 1, 0) < 0 ? -1 : pollfd.revents;
}

static int put_until(int mailbox, unsigned int number, __u64 deadline)
{
	struct ipcchan_message message;

	numbers_fill(&message, &number, 1, number);
	return mailbox_send(mailbox, &message, 1, .deadline_ns = deadline);
}

TEST_F(rendezvous, is_made_by_its_name_too)
{
	int mailbox = mailbox_open(self->session,
				   .delivery = IPCCHAN_DELIVERY_RENDEZVOUS);

	ASSERT_LE(0, mailbox);
	EXPECT_EQ(0, mailbox_info(mailbox).capacity_messages);
	close(mailbox);
}

TEST_F(rendezvous, has_no_capacity)
{
	EXPECT_EQ(-EINVAL,
		  mailbox_open(self->session, .capacity_messages = 1,
			       .delivery = IPCCHAN_DELIVERY_RENDEZVOUS));
}

TEST_F(rendezvous, sender_waits_for_a_receiver)
{
	start_put(&self->sleeping, self->sender, 7);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	EXPECT_EQ(7, take_number(self->receiver));
	EXPECT_EQ(1, sleeper_join(&self->sleeping));
}

TEST_F(rendezvous, receiver_waits_for_a_sender)
{
	start_take(&self->sleeping, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	EXPECT_EQ(1, put_until(self->sender, 1, deadline_must_happen()));
	EXPECT_EQ(1, sleeper_join(&self->sleeping));
}

TEST_F(rendezvous, sender_that_may_not_wait_needs_a_waiting_receiver)
{
	EXPECT_EQ(-EAGAIN, put_number(self->sender, 1));
	start_take(&self->sleeping, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	EXPECT_EQ(1, put_number(self->sender, 2));
	EXPECT_EQ(2, sleeper_join(&self->sleeping));
	EXPECT_EQ(-EAGAIN, put_number(self->sender, 3));
}

TEST_F(rendezvous, sender_with_policy_fail_needs_a_waiting_receiver)
{
	struct ipcchan_message message = MESSAGE("x", 1);

	EXPECT_EQ(-EAGAIN, mailbox_send(self->sender, &message, 1,
					.policy = IPCCHAN_POLICY_FAIL));
}

TEST_F(rendezvous, drops_the_new_message_if_no_receiver_waits)
{
	struct ipcchan_message message = MESSAGE("x", 1);

	for (int policy = IPCCHAN_POLICY_DROP_OLDEST;
	     policy <= IPCCHAN_POLICY_LATEST; policy++) {
		EXPECT_EQ(1, mailbox_send(self->sender, &message, 1,
					  .policy = policy));
		EXPECT_EQ(IPCCHAN_MESSAGE_DROPPED, message.flags);
		message.flags = 0;
	}
	EXPECT_EQ(3, mailbox_info(self->watcher).dropped);
}

TEST_F(rendezvous, drop_leaves_the_offers_of_others)
{
	struct ipcchan_message message = MESSAGE("x", 1, .priority = 9);

	start_put(&self->sleeping, self->sender, 7);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	EXPECT_EQ(1, mailbox_send(self->sender, &message, 1,
				  .policy = IPCCHAN_POLICY_DROP_OLDEST));
	EXPECT_EQ(7, take_number(self->receiver));
	EXPECT_EQ(1, sleeper_join(&self->sleeping));
}

TEST_F(rendezvous, deadline_of_the_sender_withdraws_its_message)
{
	EXPECT_EQ(-ETIMEDOUT,
		  put_until(self->sender, 1, deadline_after(20 * NSEC_PER_MSEC)));
	EXPECT_EQ(-EAGAIN, take_number(self->receiver));
	EXPECT_EQ(0, mailbox_info(self->watcher).messages);
	EXPECT_EQ(0, mailbox_info(self->watcher).sent);
}

static void ignore_signal(int signal)
{
}

TEST_F(rendezvous, signal_to_the_sender_withdraws_its_message)
{
	struct sigaction action = { .sa_handler = ignore_signal };

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	start_put(&self->sleeping, self->sender, 1);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	ASSERT_EQ(0, pthread_kill(self->sleeping.thread, SIGUSR1));
	EXPECT_EQ(-EINTR, sleeper_join(&self->sleeping));
	EXPECT_EQ(-EAGAIN, take_number(self->receiver));
}

static int put_for_ever(void *mailbox)
{
	return put_until(*(int *)mailbox, 1, IPCCHAN_DEADLINE_NEVER);
}

TEST_F(rendezvous, death_of_the_sender_withdraws_its_message)
{
	struct child child;

	child_start(&child, put_for_ever, &self->sender);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	ASSERT_EQ(0, kill(child.pid, SIGKILL));
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_EQ(-EAGAIN, take_number(self->receiver));
	EXPECT_EQ(0, mailbox_info(self->watcher).messages);
}

TEST_F(rendezvous, end_of_the_last_receiver_ends_the_sender)
{
	start_put(&self->sleeping, self->sender, 1);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	close(self->receiver);
	EXPECT_EQ(-EPIPE, sleeper_join(&self->sleeping));
}

TEST_F(rendezvous, end_of_the_last_sender_ends_the_receiver)
{
	start_take(&self->sleeping, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	close(self->sender);
	EXPECT_EQ(-EPIPE, sleeper_join(&self->sleeping));
}

TEST_F(rendezvous, kill_ends_the_sender)
{
	start_put(&self->sleeping, self->sender, 1);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(-EIDRM, sleeper_join(&self->sleeping));
}

TEST_F(rendezvous, takes_the_higher_priority_first)
{
	struct sleeper low;
	struct sleeper high;

	start_put_at(&low, self->sender, 1, 0);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	start_put_at(&high, self->sender, 2, 9);
	ASSERT_TRUE(await_waiters(self->watcher, 2, 0));
	EXPECT_EQ(2, take_number(self->receiver));
	EXPECT_EQ(1, sleeper_join(&high));
	EXPECT_EQ(1, mailbox_info(self->watcher).waiting_senders);
	EXPECT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(1, sleeper_join(&low));
}

static int put_three(void *mailbox)
{
	struct ipcchan_message batch[3];
	unsigned int numbers[3];

	numbers_fill(batch, numbers, 3, 1);
	return mailbox_send(*(int *)mailbox, batch, 3);
}

TEST_F(rendezvous, batch_is_offered_one_by_one)
{
	sleeper_start(&self->sleeping, put_three, &self->sender);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	for (int i = 1; i <= 3; i++) {
		EXPECT_TRUE(await_messages(self->watcher, 1));
		EXPECT_EQ(i, take_number(self->receiver));
	}
	EXPECT_EQ(3, sleeper_join(&self->sleeping));
}

#define LONG		65536
#define PORTIONS	9

/* The kernel copies at most 256 KiB in at a time. */
static int put_portions(void *mailbox)
{
	static char bytes[LONG];
	struct ipcchan_message batch[PORTIONS];

	for (int i = 0; i < PORTIONS; i++)
		batch[i] = MESSAGE(bytes, LONG, .type = i);
	return mailbox_send(*(int *)mailbox, batch, PORTIONS);
}

TEST_F(rendezvous, long_batch_is_offered_one_by_one)
{
	struct ipcchan_message message;

	sleeper_start(&self->sleeping, put_portions, &self->sender);
	for (int i = 0; i < PORTIONS; i++) {
		ASSERT_TRUE(await_messages(self->watcher, 1));
		EXPECT_EQ(1, mailbox_info(self->watcher).waiting_senders);
		message = MESSAGE(NULL, 0);
		ASSERT_EQ(1, mailbox_receive(self->receiver, &message, 1,
					     .flags = IPCCHAN_TRUNCATE));
		EXPECT_EQ(i, message.type);
	}
	EXPECT_EQ(PORTIONS, sleeper_join(&self->sleeping));
}

TEST_F(rendezvous, batch_that_is_stopped_says_how_many_were_received)
{
	sleeper_start(&self->sleeping, put_three, &self->sender);
	ASSERT_TRUE(await_messages(self->watcher, 1));
	EXPECT_EQ(1, take_number(self->receiver));
	ASSERT_TRUE(await_messages(self->watcher, 1));
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(1, sleeper_join(&self->sleeping));
}

TEST_F(rendezvous, bad_buffer_leaves_the_offer)
{
	struct ipcchan_message message = MESSAGE(NULL, 4);

	start_put(&self->sleeping, self->sender, 7);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->receiver, &message, 1));
	EXPECT_EQ(1, mailbox_info(self->watcher).waiting_senders);
	EXPECT_EQ(7, take_number(self->receiver));
	EXPECT_EQ(1, sleeper_join(&self->sleeping));
}

static int receive_at_null(void *mailbox)
{
	struct ipcchan_message message = MESSAGE(NULL, 4);

	return mailbox_receive(*(int *)mailbox, &message, 1);
}

TEST_F(rendezvous, keeps_what_was_sent_without_waiting_if_the_copy_fails)
{
	sleeper_start(&self->sleeping, receive_at_null, &self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(1, put_number(self->sender, 7));
	EXPECT_EQ(-EFAULT, sleeper_join(&self->sleeping));
	EXPECT_EQ(7, take_number(self->receiver));
}

TEST_F(rendezvous, message_too_long_for_the_buffer_stays_offered)
{
	char byte = 0;

	start_put(&self->sleeping, self->sender, 7);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	EXPECT_EQ(-1, read(self->receiver, &byte, 1));
	EXPECT_EQ(EMSGSIZE, errno);
	EXPECT_EQ(7, take_number(self->receiver));
	EXPECT_EQ(1, sleeper_join(&self->sleeping));
}

TEST_F(rendezvous, can_be_written_to_while_a_receiver_waits)
{
	EXPECT_EQ(0, ready(self->sender, POLLOUT));
	start_take(&self->sleeping, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	EXPECT_EQ(POLLOUT, ready(self->sender, POLLOUT));
	EXPECT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(1, sleeper_join(&self->sleeping));
	EXPECT_EQ(0, ready(self->sender, POLLOUT));
}

TEST_F(rendezvous, can_be_read_from_while_a_sender_waits)
{
	EXPECT_EQ(0, ready(self->receiver, POLLIN));
	start_put(&self->sleeping, self->sender, 1);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	EXPECT_EQ(POLLIN, ready(self->receiver, POLLIN));
	EXPECT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(1, sleeper_join(&self->sleeping));
	EXPECT_EQ(0, ready(self->receiver, POLLIN));
}

TEST_F(rendezvous, counts_what_was_received_and_nothing_else)
{
	struct ipcchan_mailbox_info info;

	EXPECT_EQ(-ETIMEDOUT, put_until(self->sender, 1, 0));
	start_put(&self->sleeping, self->sender, 1);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	info = mailbox_info(self->watcher);
	EXPECT_EQ(1, info.messages);
	EXPECT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(1, sleeper_join(&self->sleeping));
	info = mailbox_info(self->watcher);
	EXPECT_EQ(1, info.sent);
	EXPECT_EQ(1, info.received);
	EXPECT_EQ(0, info.messages);
}

static int take_type_five(void *receiver)
{
	unsigned int number = 0;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));
	int nr = mailbox_receive(*(int *)receiver, &message, 1,
				 .flags = IPCCHAN_FILTER, .type_min = 5,
				 .type_max = 5);

	return nr < 0 ? nr : (int)number;
}

TEST_F(rendezvous, needs_a_receiver_that_waits_for_such_a_message)
{
	sleeper_start(&self->sleeping, take_type_five, &self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	EXPECT_EQ(0, ready(self->sender, POLLOUT));
	EXPECT_EQ(-EAGAIN, put_number(self->sender, 4));
	EXPECT_EQ(1, put_number(self->sender, 5));
	EXPECT_EQ(5, sleeper_join(&self->sleeping));
	EXPECT_EQ(0, mailbox_info(self->watcher).messages);
}

TEST_F(rendezvous, needs_a_receiver_for_each_message)
{
	struct ipcchan_message batch[3];
	unsigned int numbers[3];
	struct sleeper other;

	start_take(&self->sleeping, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	start_take(&other, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 2));
	numbers_fill(batch, numbers, 3, 1);
	EXPECT_EQ(2, mailbox_send(self->sender, batch, 3,
				  .flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(1, sleeper_join(&self->sleeping));
	EXPECT_EQ(2, sleeper_join(&other));
}

TEST_F(rendezvous, passes_offers_that_do_not_match)
{
	struct sleeper sender;

	start_put(&sender, self->sender, 4);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	sleeper_start(&self->sleeping, take_type_five, &self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 1));
	EXPECT_EQ(1, put_number(self->sender, 5));
	EXPECT_EQ(5, sleeper_join(&self->sleeping));
	EXPECT_EQ(4, take_number(self->receiver));
	EXPECT_EQ(1, sleeper_join(&sender));
}

TEST_F(rendezvous, does_not_linger)
{
	struct ipcchan_message batch[2];
	unsigned int numbers[2];

	start_put(&self->sleeping, self->sender, 1);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	numbers_buffer(batch, numbers, 2);
	EXPECT_EQ(1, mailbox_receive(self->receiver, batch, 2, .min_count = 2,
				     .linger_ns = IPCCHAN_DEADLINE_NEVER));
	EXPECT_EQ(1, sleeper_join(&self->sleeping));
}

TEST_F(rendezvous, gives_quota_back_for_a_withdrawn_message)
{
	__u64 bytes = device_info(self->session).user_bytes;

	EXPECT_EQ(-ETIMEDOUT, put_until(self->sender, 1, 0));
	EXPECT_EQ(bytes, device_info(self->session).user_bytes);
}

/*
 * A waiting receiver that will not be able to go on copying the message that it
 * takes, since its buffer's page does not come.
 */
FIXTURE(exchange)
{
	int session;
	int sender;
	int receiver;
	int watcher;
	int faults;
	size_t page;
	char *buffer;
	struct sleeper sending;
	struct sleeper copying;
	__u64 deadline;
};

/* Both give the number. */
static int receive_into_buffer(void *fixture)
{
	FIXTURE_DATA(exchange) * self = fixture;
	struct ipcchan_message message = MESSAGE(self->buffer, self->page);
	int ret = mailbox_receive(self->receiver, &message, 1);

	return ret == 1 ? *(int *)self->buffer : ret;
}

static int read_into_buffer(void *fixture)
{
	FIXTURE_DATA(exchange) * self = fixture;
	ssize_t ret = read(self->receiver, self->buffer, self->page);

	return ret == sizeof(int) ? *(int *)self->buffer : -errno;
}

FIXTURE_VARIANT(exchange)
{
	int (*receive)(void *fixture);
};

FIXTURE_VARIANT_ADD(exchange, by_receive) {
	.receive = receive_into_buffer,
};

FIXTURE_VARIANT_ADD(exchange, by_read) {
	.receive = read_into_buffer,
};

static int send_until(void *fixture)
{
	FIXTURE_DATA(exchange) * self = fixture;

	return put_until(self->sender, 1, self->deadline);
}

FIXTURE_SETUP(exchange)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	mailbox = mailbox_open(self->session, .capacity_messages = 0);
	self->sender = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->receiver = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->watcher = object_restrict(mailbox, IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->watcher);
	close(mailbox);
	self->page = sysconf(_SC_PAGESIZE);
	self->buffer = mmap(NULL, self->page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->buffer);
	self->faults = faults_open(self->buffer, self->page);
	ASSERT_LE(0, self->faults);
	sleeper_start(&self->copying, variant->receive, self);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
}

static bool send_before(void *fixture, __u64 deadline)
{
	FIXTURE_DATA(exchange) * self = fixture;

	self->deadline = deadline;
	sleeper_start(&self->sending, send_until, self);
	return await_waiters(self->watcher, 1, 0);
}

FIXTURE_TEARDOWN(exchange)
{
	close(self->faults);
	close(self->sender);
	close(self->receiver);
	close(self->watcher);
	close(self->session);
}

TEST_F(exchange, ends_for_the_sender_when_the_receiver_has_copied)
{
	ASSERT_TRUE(send_before(self, deadline_must_happen()));
	EXPECT_EQ(1, mailbox_info(self->watcher).held);
	ASSERT_EQ(0, faults_pass(self->faults, self->buffer,
				 self->page));
	EXPECT_EQ(1, sleeper_join(&self->sending));
	EXPECT_EQ(1, sleeper_join(&self->copying));
}

TEST_F(exchange, is_in_the_deadline_of_the_sender)
{
	ASSERT_TRUE(send_before(self, deadline_after(300 * NSEC_PER_MSEC)));
	EXPECT_EQ(-ETIMEDOUT, sleeper_join(&self->sending));
	ASSERT_EQ(0, faults_pass(self->faults, self->buffer,
				 self->page));
	/* The receiver has not got it, and looks for another message. */
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(1, put_until(self->sender, 2, deadline_must_happen()));
	EXPECT_EQ(2, sleeper_join(&self->copying));
	EXPECT_EQ(1, mailbox_info(self->watcher).received);
}

TEST_F(exchange, is_undone_on_both_sides_by_a_kill)
{
	ASSERT_TRUE(send_before(self, deadline_must_happen()));
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(-EIDRM, sleeper_join(&self->sending));
	ASSERT_EQ(0, faults_pass(self->faults, self->buffer,
				 self->page));
	EXPECT_EQ(-EIDRM, sleeper_join(&self->copying));
}

#include "ipcchan_selftest_main.h"
