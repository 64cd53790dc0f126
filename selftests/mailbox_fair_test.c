// SPDX-License-Identifier: GPL-2.0
/* The fair delivery: senders take turns, and none takes the room of others. */

#include "kselftest_harness.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "ipcchan_selftest.h"

#define SENDERS		4
#define ROOM		16
#define LONGEST		64
#define BYTES		(8 * LONGEST)
/* Of a sender that is alone. */
#define SHARE		(ROOM / 2)
#define SENDERS_MAX	1024

/* The owner receives; each sender has a session of its own. */
FIXTURE(fair)
{
	const char *name;
	int owner;
	int mailbox;
	int sessions[SENDERS];
	int ports[SENDERS];
};

static int open_fair(int session, const char *name, unsigned int messages,
		     unsigned int bytes)
{
	struct ipcchan_mailbox_open open = {
		.flags = IPCCHAN_OPEN_CREATE,
		.mode = 0600,
		.rights = IPCCHAN_RIGHTS_MAILBOX & ~IPCCHAN_RIGHT_SEND,
		.capacity_messages = messages,
		.max_message_size = LONGEST,
		.capacity_bytes = bytes,
		.delivery = IPCCHAN_DELIVERY_FAIR,
	};

	set_name(open.name, name);
	return call(session, IPCCHAN_IOC_MAILBOX_OPEN, &open);
}

static int open_port(int session, const char *name)
{
	return object_open_for(session, IPCCHAN_KIND_MAILBOX, name, 0,
			       IPCCHAN_RIGHT_SEND, 0);
}

FIXTURE_SETUP(fair)
{
	self->name = fresh_name();
	self->owner = session_open();
	ASSERT_LE(0, self->owner);
	self->mailbox = open_fair(self->owner, self->name, ROOM, BYTES);
	ASSERT_LE(0, self->mailbox);
	for (int i = 0; i < SENDERS; i++) {
		self->sessions[i] = session_open();
		self->ports[i] = open_port(self->sessions[i], self->name);
		ASSERT_LE(0, self->ports[i]);
	}
}

FIXTURE_TEARDOWN(fair)
{
	for (int i = 0; i < SENDERS; i++) {
		close(self->ports[i]);
		close(self->sessions[i]);
	}
	close(self->mailbox);
	close(self->owner);
}

/* A message that is as long as can be, or shorter. */
static int put_bytes(int port, unsigned int type, unsigned int size)
{
	char bytes[LONGEST] = "";
	struct ipcchan_message message = MESSAGE(bytes, size, .type = type);

	return mailbox_send(port, &message, 1, .flags = IPCCHAN_NONBLOCK);
}

/* The type of the next message, whatever its bytes; or -errno. */
static int take_type(int mailbox)
{
	char bytes[LONGEST];
	struct ipcchan_message message = MESSAGE(bytes, sizeof(bytes));
	int nr = mailbox_receive(mailbox, &message, 1,
				 .flags = IPCCHAN_NONBLOCK);

	return nr == 1 ? (int)message.type : nr;
}

/* 1, 0 if it was dropped itself, or -errno. */
static int put_by(int port, unsigned int policy, unsigned int number,
		  unsigned int priority)
{
	struct ipcchan_message message;
	int ret;

	numbers_fill(&message, &number, 1, number);
	message.priority = priority;
	ret = mailbox_send(port, &message, 1, .policy = policy,
			   .flags = IPCCHAN_NONBLOCK);
	return ret == 1 && message.flags ? 0 : ret;
}

/* Sends until there is no more room for this sender. */
static int fill(int port, unsigned int first)
{
	int nr = 0;

	while (put_number(port, first + nr) == 1)
		nr++;
	return nr;
}

static struct ipcchan_mailbox_sender account(int mailbox, int session)
{
	struct ipcchan_mailbox_sender sender = {};
	__u64 client = device_info(session).client;
	int nr = mailbox_senders(mailbox, &sender, 1, .after = client - 1);

	if (nr != 1 || sender.client != client)
		return (struct ipcchan_mailbox_sender) {};
	return sender;
}

static bool await_calls(int mailbox, int session, unsigned int nr)
{
	__u64 end = deadline_must_happen();

	while (account(mailbox, session).waiting != nr) {
		if (now_ns(CLOCK_MONOTONIC) > end)
			return false;
		nap();
	}
	return true;
}

/* What poll(2) says of sending. */
static int ready(int fd, int timeout)
{
	struct pollfd poller = { .fd = fd, .events = POLLOUT };

	return poll(&poller, 1, timeout) < 0 ? -errno : poller.revents;
}

/* Order */

TEST_F(fair, senders_take_turns)
{
	const int order[] = { 10, 20, 30, 11, 21, 12 };

	for (int i = 0; i < 3; i++)
		ASSERT_EQ(1, put_number(self->ports[0], 10 + i));
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(1, put_number(self->ports[1], 20 + i));
	ASSERT_EQ(1, put_number(self->ports[2], 30));
	for (int i = 0; i < 6; i++)
		EXPECT_EQ(order[i], take_number(self->mailbox));
}

TEST_F(fair, messages_of_one_sender_keep_their_order)
{
	ASSERT_EQ(SHARE, fill(self->ports[0], 1));
	for (int i = 1; i <= SHARE; i++)
		EXPECT_EQ(i, take_number(self->mailbox));
}

TEST_F(fair, a_higher_priority_goes_first)
{
	ASSERT_EQ(1, put_number_at(self->ports[0], 1, 0));
	ASSERT_EQ(1, put_number_at(self->ports[1], 2, 5));
	ASSERT_EQ(1, put_number_at(self->ports[1], 3, 5));
	ASSERT_EQ(1, put_number_at(self->ports[0], 4, 31));
	EXPECT_EQ(4, take_number(self->mailbox));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(3, take_number(self->mailbox));
	EXPECT_EQ(1, take_number(self->mailbox));
}

TEST_F(fair, long_messages_cost_as_many_turns_as_they_fill)
{
	int between = 0;

	ASSERT_EQ(1, put_bytes(self->ports[0], 1, LONGEST));
	for (int i = 0; i < 5; i++)
		ASSERT_EQ(1, put_bytes(self->ports[1], 2, LONGEST / 8));
	while (take_type(self->mailbox) == 2)
		between++;
	EXPECT_EQ(5, between);
}

TEST_F(fair, descriptions_of_one_session_are_one_sender)
{
	int other = open_port(self->sessions[0], self->name);

	ASSERT_LE(0, other);
	ASSERT_EQ(1, put_number(self->ports[0], 1));
	ASSERT_EQ(1, put_number(other, 2));
	ASSERT_EQ(1, put_number(self->ports[1], 3));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(3, take_number(self->mailbox));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(2, account(self->mailbox, self->sessions[0]).sent);
	close(other);
}

TEST_F(fair, a_restricted_descriptor_is_the_same_sender)
{
	int other = object_restrict(self->ports[0], IPCCHAN_RIGHT_SEND, 0);

	ASSERT_LE(0, other);
	ASSERT_EQ(SHARE, fill(self->ports[0], 1));
	EXPECT_EQ(-EAGAIN, put_number(other, 9));
	close(other);
}

static int put_one(void *port)
{
	return put_number(*(int *)port, 1);
}

TEST_F(fair, another_process_with_the_descriptor_is_the_same_sender)
{
	EXPECT_EQ(1, run_in_child(put_one, &self->ports[0]));
	EXPECT_EQ(1, account(self->mailbox, self->sessions[0]).sent);
}

/* Room */

TEST_F(fair, each_sender_gets_half_of_what_the_others_leave)
{
	EXPECT_EQ(8, fill(self->ports[0], 1));
	EXPECT_EQ(4, fill(self->ports[1], 1));
	EXPECT_EQ(2, fill(self->ports[2], 1));
	EXPECT_EQ(1, fill(self->ports[3], 1));
	EXPECT_EQ(-EAGAIN, put_number(self->ports[0], 9));
}

TEST_F(fair, each_sender_gets_half_of_the_bytes_the_others_leave)
{
	for (int i = 0; i < 4; i++)
		ASSERT_EQ(1, put_bytes(self->ports[0], 1, LONGEST));
	EXPECT_EQ(-EAGAIN, put_bytes(self->ports[0], 1, LONGEST));
	EXPECT_EQ(-EAGAIN, put_bytes(self->ports[0], 1, 1));
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(1, put_bytes(self->ports[1], 1, LONGEST));
	EXPECT_EQ(-EAGAIN, put_bytes(self->ports[1], 1, LONGEST));
}

TEST_F(fair, the_last_place_is_for_who_has_none)
{
	const char *name = fresh_name();
	int mailbox = open_fair(self->owner, name, 2, BYTES);
	int first = open_port(self->sessions[0], name);
	int second = open_port(self->sessions[1], name);

	ASSERT_EQ(1, put_number(first, 1));
	EXPECT_EQ(-EAGAIN, put_number(first, 2));
	EXPECT_EQ(1, put_number(second, 3));
	close(second);
	close(first);
	close(mailbox);
}

TEST_F(fair, a_message_keeps_its_room_until_it_is_received)
{
	char byte;
	struct ipcchan_message message = MESSAGE(NULL, 4);

	ASSERT_EQ(SHARE, fill(self->ports[0], 1));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(-EAGAIN, put_number(self->ports[0], 9));
	message = MESSAGE(&byte, 1);
	EXPECT_EQ(-EMSGSIZE, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(-EAGAIN, put_number(self->ports[0], 9));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(1, put_number(self->ports[0], 9));
}

TEST_F(fair, who_has_its_share_waits)
{
	struct sleeper sender;

	ASSERT_EQ(SHARE, fill(self->ports[0], 1));
	start_put(&sender, self->ports[0], 9);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	EXPECT_EQ(1, account(self->mailbox, self->sessions[0]).waiting);
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&sender));
	EXPECT_EQ(0, account(self->mailbox, self->sessions[0]).waiting);
}

TEST_F(fair, who_waits_for_its_share_holds_up_no_newcomer)
{
	struct sleeper flooder;

	ASSERT_EQ(SHARE, fill(self->ports[0], 1));
	start_put(&flooder, self->ports[0], 9);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	EXPECT_EQ(1, put_number(self->ports[1], 100));
	EXPECT_EQ(1, mailbox_info(self->mailbox).waiting_senders);
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(100, take_number(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&flooder));
}

TEST_F(fair, who_waits_for_its_share_holds_up_nobody_behind)
{
	struct sleeper flooder;
	struct sleeper other;

	ASSERT_EQ(8, fill(self->ports[0], 1));
	ASSERT_EQ(4, fill(self->ports[1], 101));
	start_put(&flooder, self->ports[0], 9);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	start_put(&other, self->ports[1], 105);
	ASSERT_TRUE(await_waiters(self->mailbox, 2, 0));
	/* Of 16 the two use 7 and 4, then 7 and 3. */
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(2, mailbox_info(self->mailbox).waiting_senders);
	EXPECT_EQ(101, take_number(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&other));
	for (int i = 2; i <= 3; i++) {
		EXPECT_EQ(1, account(self->mailbox, self->sessions[0]).waiting);
		EXPECT_EQ(i, take_number(self->mailbox));
		EXPECT_EQ(i + 100, take_number(self->mailbox));
	}
	EXPECT_EQ(1, sleeper_join(&flooder));
}

static int put_the_longest(void *port)
{
	char bytes[LONGEST] = "";
	struct ipcchan_message message = MESSAGE(bytes, LONGEST, .type = 1);

	return mailbox_send(*(int *)port, &message, 1);
}

TEST_F(fair, calls_of_one_client_do_not_overtake)
{
	struct sleeper large;
	struct sleeper small;

	for (int i = 0; i < 4; i++)
		ASSERT_EQ(1, put_bytes(self->ports[0], 1, LONGEST - 1));
	sleeper_start(&large, put_the_longest, &self->ports[0]);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	/* It would fit. */
	EXPECT_EQ(-EAGAIN, put_bytes(self->ports[0], 2, 1));
	start_put(&small, self->ports[0], 3);
	ASSERT_TRUE(await_calls(self->mailbox, self->sessions[0], 2));
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(1, take_type(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&large));
	EXPECT_EQ(1, sleeper_join(&small));
	EXPECT_EQ(1, take_type(self->mailbox));
	EXPECT_EQ(3, take_type(self->mailbox));
}

TEST_F(fair, small_messages_do_not_keep_a_long_one_out_for_ever)
{
	int sessions[2] = { session_open(), session_open() };
	int early = open_port(sessions[0], self->name);
	int late = open_port(sessions[1], self->name);
	struct sleeper large;

	for (int i = 0; i < 7; i++)
		ASSERT_EQ(1, put_bytes(self->ports[i < 4 ? 0 : i / 6 + 1], 1,
				       LONGEST));
	ASSERT_EQ(1, put_bytes(early, 3, 1));
	sleeper_start(&large, put_the_longest, &self->ports[3]);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	/* There would be room for this one, and the next, and the next. */
	EXPECT_EQ(-EAGAIN, put_bytes(late, 2, 1));
	EXPECT_EQ(3, take_type(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&large));
	EXPECT_EQ(1, take_type(self->mailbox));
	EXPECT_EQ(1, put_bytes(late, 2, 1));
	close(late);
	close(early);
	close(sessions[1]);
	close(sessions[0]);
}

static void ignore(int signal)
{
}

TEST_F(fair, who_gives_up_lets_those_behind_go)
{
	struct sigaction action = { .sa_handler = ignore };
	struct sleeper large;
	struct sleeper small;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	for (int i = 0; i < 4; i++)
		ASSERT_EQ(1, put_bytes(self->ports[0], 1, LONGEST - 1));
	sleeper_start(&large, put_the_longest, &self->ports[0]);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	start_put(&small, self->ports[0], 3);
	ASSERT_TRUE(await_calls(self->mailbox, self->sessions[0], 2));
	ASSERT_EQ(0, pthread_kill(large.thread, SIGUSR1));
	EXPECT_EQ(-EINTR, sleeper_join(&large));
	EXPECT_EQ(1, sleeper_join(&small));
}

/* Policies */

TEST_F(fair, fail_gives_eagain_to_who_has_its_share)
{
	ASSERT_EQ(SHARE, fill(self->ports[0], 1));
	EXPECT_EQ(-EAGAIN, put_by(self->ports[0], IPCCHAN_POLICY_FAIL, 9, 0));
	EXPECT_EQ(1, put_by(self->ports[1], IPCCHAN_POLICY_FAIL, 9, 0));
}

TEST_F(fair, drop_new_drops_of_who_has_its_share)
{
	ASSERT_EQ(SHARE, fill(self->ports[0], 1));
	EXPECT_EQ(0, put_by(self->ports[0], IPCCHAN_POLICY_DROP_NEW, 9, 0));
	EXPECT_EQ(SHARE, account(self->mailbox, self->sessions[0]).sent);
	EXPECT_EQ(1, put_by(self->ports[1], IPCCHAN_POLICY_DROP_NEW, 9, 0));
}

TEST_F(fair, drop_oldest_drops_of_the_sender_itself)
{
	ASSERT_EQ(1, put_number(self->ports[1], 100));
	ASSERT_EQ(7, fill(self->ports[0], 1));
	EXPECT_EQ(1, put_by(self->ports[0], IPCCHAN_POLICY_DROP_OLDEST, 8, 0));
	EXPECT_EQ(1, mailbox_info(self->mailbox).dropped);
	EXPECT_EQ(100, take_number(self->mailbox));
	for (int i = 2; i <= 8; i++)
		EXPECT_EQ(i, take_number(self->mailbox));
}

TEST_F(fair, drop_oldest_leaves_its_own_of_higher_priority)
{
	ASSERT_EQ(1, put_number_at(self->ports[1], 100, 0));
	while (put_number_at(self->ports[0], 1, 5) == 1)
		;
	EXPECT_EQ(0, put_by(self->ports[0], IPCCHAN_POLICY_DROP_OLDEST, 9, 0));
	EXPECT_EQ(1, mailbox_info(self->mailbox).dropped);
	EXPECT_EQ(1, account(self->mailbox, self->sessions[1]).queued);
}

TEST_F(fair, drop_oldest_of_who_has_none_drops_of_others)
{
	const char *name = fresh_name();
	int mailbox = open_fair(self->owner, name, 2, BYTES);
	int ports[3];

	for (int i = 0; i < 3; i++)
		ports[i] = open_port(self->sessions[i], name);
	ASSERT_EQ(1, put_number(ports[0], 1));
	ASSERT_EQ(1, put_number(ports[1], 2));
	EXPECT_EQ(1, put_by(ports[2], IPCCHAN_POLICY_DROP_OLDEST, 3, 0));
	EXPECT_EQ(2, take_number(mailbox));
	EXPECT_EQ(3, take_number(mailbox));
	for (int i = 0; i < 3; i++)
		close(ports[i]);
	close(mailbox);
}

TEST_F(fair, latest_drops_all_of_the_sender_and_none_of_others)
{
	ASSERT_EQ(8, fill(self->ports[0], 1));
	ASSERT_EQ(4, fill(self->ports[1], 101));
	EXPECT_EQ(1, put_by(self->ports[0], IPCCHAN_POLICY_LATEST, 9, 0));
	EXPECT_EQ(8, mailbox_info(self->mailbox).dropped);
	EXPECT_EQ(1, account(self->mailbox, self->sessions[0]).queued);
	EXPECT_EQ(4, account(self->mailbox, self->sessions[1]).queued);
}

/* To drop all of the lowest priority would not be enough. */
TEST_F(fair, who_fails_to_make_room_costs_nobody_a_turn)
{
	const int order[] = { 9, 1, 2, 2, 2 };
	char bytes[LONGEST] = "";
	struct ipcchan_message high = MESSAGE(bytes, 30, .type = 9,
					      .priority = 9);
	struct ipcchan_message message = MESSAGE(bytes, LONGEST);
	const char *name = fresh_name();
	int mailbox = open_fair(self->owner, name, ROOM, LONGEST + 16);
	int ports[SENDERS];

	for (int i = 0; i < SENDERS; i++)
		ports[i] = open_port(self->sessions[i], name);
	ASSERT_EQ(1, put_bytes(ports[1], 1, 1));
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(1, put_bytes(ports[0], 2, 1));
	ASSERT_EQ(1, mailbox_send(ports[2], &high, 1));
	ASSERT_EQ(1, mailbox_send(ports[3], &message, 1,
				  .policy = IPCCHAN_POLICY_DROP_OLDEST));
	ASSERT_EQ(IPCCHAN_MESSAGE_DROPPED, message.flags);
	for (int i = 0; i < 5; i++)
		EXPECT_EQ(order[i], take_type(mailbox));
	for (int i = 0; i < SENDERS; i++)
		close(ports[i]);
	close(mailbox);
}

TEST_F(fair, what_was_sent_is_accounted_for_under_all_policies)
{
	struct ipcchan_mailbox_info info;
	__u64 accepted = 0;

	for (int i = 0; i < 400; i++) {
		int ret = put_by(self->ports[i % SENDERS], 2 + i % 4, i, i % 5);

		ASSERT_TRUE(ret >= 0 || ret == -EAGAIN);
		if (!(i % 7))
			take_number(self->mailbox);
	}
	info = mailbox_info(self->mailbox);
	EXPECT_EQ(info.sent, info.received + info.dropped + info.messages);
	for (int i = 0; i < SENDERS; i++)
		accepted += account(self->mailbox, self->sessions[i]).queued;
	EXPECT_EQ(info.messages, accepted);
}

/* Turns of what comes back, and PEEK */

TEST_F(fair, a_receive_that_fails_costs_nobody_a_turn)
{
	unsigned int numbers[4];
	struct ipcchan_message batch[4];

	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(1, put_number(self->ports[0], 10 + i));
		ASSERT_EQ(1, put_number(self->ports[1], 20 + i));
	}
	numbers_buffer(batch, numbers, 4);
	batch[1].data = 0;
	EXPECT_EQ(1, mailbox_receive(self->mailbox, batch, 4));
	EXPECT_EQ(10, numbers[0]);
	EXPECT_EQ(20, take_number(self->mailbox));
	EXPECT_EQ(11, take_number(self->mailbox));
	EXPECT_EQ(21, take_number(self->mailbox));
}

TEST_F(fair, peek_shows_first_what_receive_takes)
{
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(1, put_number(self->ports[0], 10 + i));
	ASSERT_EQ(1, put_number_at(self->ports[1], 20, 0));
	ASSERT_EQ(1, put_number_at(self->ports[2], 30, 7));
	for (int i = 0; i < 5; i++) {
		int next = peek_number(self->mailbox, 0);

		EXPECT_EQ(next, peek_number(self->mailbox, 0));
		EXPECT_EQ(next, take_number(self->mailbox));
	}
}

TEST_F(fair, peek_shows_each_message_once)
{
	struct ipcchan_message batch[ROOM];
	unsigned int numbers[ROOM];
	unsigned int seen = 0;

	for (int i = 0; i < 12; i++)
		ASSERT_EQ(1, put_number_at(self->ports[i % 3], i, i % 2));
	for (int i = 0; i < 4; i++)
		ASSERT_LE(0, take_number(self->mailbox));
	numbers_buffer(batch, numbers, ROOM);
	ASSERT_EQ(8, mailbox_peek(self->mailbox, 0, batch, ROOM));
	for (int i = 0; i < 8; i++) {
		EXPECT_EQ(numbers[i], peek_number(self->mailbox, i));
		EXPECT_EQ(0, seen >> numbers[i] & 1);
		seen |= 1U << numbers[i];
	}
	EXPECT_EQ(-ENOMSG, peek_number(self->mailbox, 8));
}

/* What is told of senders */

TEST_F(fair, counts_what_each_sender_sent)
{
	ASSERT_EQ(1, put_number(self->ports[0], 1));
	ASSERT_EQ(1, put_number(self->ports[0], 2));
	ASSERT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(2, account(self->mailbox, self->sessions[0]).sent);
	EXPECT_EQ(0, account(self->mailbox, self->sessions[1]).sent);
}

TEST_F(fair, counts_bytes_of_what_is_queued)
{
	ASSERT_EQ(1, put_bytes(self->ports[0], 1, 40));
	ASSERT_EQ(1, put_bytes(self->ports[0], 1, 2));
	EXPECT_EQ(42, account(self->mailbox, self->sessions[0]).bytes);
	ASSERT_EQ(1, take_type(self->mailbox));
	EXPECT_EQ(2, account(self->mailbox, self->sessions[0]).bytes);
	EXPECT_EQ(1, account(self->mailbox, self->sessions[0]).queued);
}

TEST_F(fair, counts_the_longest_wait_in_messages)
{
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(1, put_number(self->ports[0], i));
	ASSERT_EQ(1, put_number(self->ports[1], 10));
	for (int i = 0; i < 4; i++)
		ASSERT_LE(0, take_number(self->mailbox));
	/* 0, 10, 1, 2: the last waited for three. */
	EXPECT_EQ(3, account(self->mailbox,
			     self->sessions[0]).longest_wait_messages);
	EXPECT_EQ(1, account(self->mailbox,
			     self->sessions[1]).longest_wait_messages);
}

TEST_F(fair, counts_how_often_others_went_before)
{
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(1, put_number(self->ports[0], i));
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(1, put_number(self->ports[1], 10 + i));
	for (int i = 0; i < 5; i++)
		ASSERT_LE(0, take_number(self->mailbox));
	/* 0, 10 before 1, 1, 11 before 2, 2. */
	EXPECT_EQ(2, account(self->mailbox, self->sessions[0]).bypasses);
	EXPECT_EQ(0, account(self->mailbox, self->sessions[1]).bypasses);
}

TEST_F(fair, counts_the_longest_wait_in_time)
{
	__u64 before = now_ns(CLOCK_MONOTONIC);
	__u64 after;
	__u64 waited;

	ASSERT_EQ(1, put_number(self->ports[0], 1));
	EXPECT_EQ(0, account(self->mailbox, self->sessions[0]).longest_wait_ns);
	after = now_ns(CLOCK_MONOTONIC);
	while (now_ns(CLOCK_MONOTONIC) < after + NSEC_PER_MSEC)
		nap();
	ASSERT_EQ(1, take_number(self->mailbox));
	waited = account(self->mailbox, self->sessions[0]).longest_wait_ns;
	EXPECT_LE(NSEC_PER_MSEC, waited);
	EXPECT_GE(now_ns(CLOCK_MONOTONIC) - before, waited);
}

TEST_F(fair, a_dropped_message_is_no_service_to_wait_for)
{
	ASSERT_EQ(1, put_number(self->ports[1], 100));
	ASSERT_EQ(7, fill(self->ports[0], 1));
	for (int i = 8; i < 30; i++)
		ASSERT_EQ(1, put_by(self->ports[0], IPCCHAN_POLICY_DROP_OLDEST,
				    i, 0));
	EXPECT_EQ(100, take_number(self->mailbox));
	EXPECT_EQ(0, account(self->mailbox,
			     self->sessions[1]).longest_wait_messages);
}

TEST_F(fair, senders_are_told_by_client_id_page_by_page)
{
	struct ipcchan_mailbox_sender all[SENDERS + 1];
	struct ipcchan_mailbox_sender one;
	__u64 after = 0;

	ASSERT_EQ(SENDERS, mailbox_senders(self->mailbox, all, SENDERS + 1));
	for (int i = 0; i < SENDERS; i++) {
		EXPECT_EQ(device_info(self->sessions[i]).client, all[i].client);
		ASSERT_EQ(1, mailbox_senders(self->mailbox, &one, 1,
					     .after = after));
		EXPECT_EQ(0, memcmp(&one, &all[i], sizeof(one)));
		after = one.client;
	}
	EXPECT_EQ(0, mailbox_senders(self->mailbox, &one, 1, .after = after));
}

TEST_F(fair, senders_are_told_to_any_right)
{
	struct ipcchan_mailbox_sender one;
	int peek = object_restrict(self->mailbox, IPCCHAN_RIGHT_PEEK, 0);

	EXPECT_EQ(1, mailbox_senders(peek, &one, 1));
	EXPECT_EQ(1, mailbox_senders(self->ports[0], &one, 1));
	close(peek);
}

TEST_F(fair, senders_are_kept_by_no_other_delivery)
{
	struct ipcchan_mailbox_sender one;
	int queue = mailbox_open(self->owner);

	ASSERT_LE(0, queue);
	EXPECT_EQ(-EOPNOTSUPP, mailbox_senders(queue, &one, 1));
	close(queue);
}

TEST_F(fair, senders_are_told_to_an_array_that_makes_sense)
{
	struct ipcchan_mailbox_sender one;

	EXPECT_EQ(-EINVAL, mailbox_senders(self->mailbox, &one, 0));
	EXPECT_EQ(-EINVAL, mailbox_senders(self->mailbox, &one,
					   IPCCHAN_LIST_MAX + 1));
	EXPECT_EQ(-EINVAL, mailbox_senders(self->mailbox, &one, 1,
					   .entry_size = sizeof(one) - 1));
	EXPECT_EQ(-EFAULT, mailbox_senders(self->mailbox, NULL, 1));
}

TEST_F(fair, senders_of_a_killed_mailbox_are_not_told)
{
	struct ipcchan_mailbox_sender one;

	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ(-EIDRM, mailbox_senders(self->mailbox, &one, 1));
}

TEST_F(fair, info_tells_the_delivery)
{
	EXPECT_EQ(IPCCHAN_DELIVERY_FAIR, mailbox_info(self->mailbox).delivery);
}

/* Lives of senders */

TEST_F(fair, a_sender_goes_with_its_last_descriptor)
{
	int other = open_port(self->sessions[0], self->name);

	close(self->ports[0]);
	EXPECT_NE(0, account(self->mailbox, self->sessions[0]).client);
	close(other);
	EXPECT_EQ(0, account(self->mailbox, self->sessions[0]).client);
}

TEST_F(fair, a_sender_stays_while_a_message_of_it_does)
{
	ASSERT_EQ(1, put_number(self->ports[0], 1));
	ASSERT_EQ(1, put_number(self->ports[0], 2));
	close(self->ports[0]);
	EXPECT_EQ(2, account(self->mailbox, self->sessions[0]).queued);
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(1, account(self->mailbox, self->sessions[0]).queued);
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(0, account(self->mailbox, self->sessions[0]).client);
}

TEST_F(fair, a_sender_that_comes_back_finds_its_messages_counted)
{
	ASSERT_EQ(SHARE, fill(self->ports[0], 1));
	close(self->ports[0]);
	self->ports[0] = open_port(self->sessions[0], self->name);
	EXPECT_EQ(-EAGAIN, put_number(self->ports[0], 9));
	EXPECT_EQ(SHARE, account(self->mailbox, self->sessions[0]).sent);
}

TEST_F(fair, a_sender_without_descriptor_goes_when_it_is_displaced)
{
	const char *name = fresh_name();
	int mailbox = open_fair(self->owner, name, 1, BYTES);
	int first = open_port(self->sessions[0], name);
	int second = open_port(self->sessions[1], name);

	ASSERT_EQ(1, put_number(first, 1));
	close(first);
	EXPECT_EQ(1, put_by(second, IPCCHAN_POLICY_DROP_OLDEST, 2, 0));
	EXPECT_EQ(0, account(mailbox, self->sessions[0]).client);
	EXPECT_EQ(2, take_number(mailbox));
	close(second);
	close(mailbox);
}

static int flood_and_wait(void *name)
{
	int session = session_open();
	int port = open_port(session, name);
	unsigned int number = 0;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));

	fill(port, 0);
	return mailbox_send(port, &message, 1);
}

TEST_F(fair, death_of_a_sender_leaves_its_messages_and_frees_its_turn)
{
	struct ipcchan_mailbox_sender all[SENDERS + 1];
	struct child child;

	child_start(&child, flood_and_wait, (void *)self->name);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_TRUE(await_waiters(self->mailbox, 0, 0));
	ASSERT_EQ(SENDERS + 1,
		  mailbox_senders(self->mailbox, all, SENDERS + 1));
	EXPECT_EQ(SHARE, all[SENDERS].queued);
	EXPECT_EQ(0, all[SENDERS].waiting);
	for (int i = 0; i < SHARE; i++)
		EXPECT_EQ(i, take_number(self->mailbox));
	EXPECT_EQ(SENDERS, mailbox_senders(self->mailbox, all, SENDERS + 1));
}

TEST_F(fair, kill_ends_the_wait_and_drops_all)
{
	__u64 bytes = device_info(self->owner).user_bytes;
	struct sleeper senders[2];

	for (int i = 0; i < 2; i++) {
		fill(self->ports[i], 1);
		start_put(&senders[i], self->ports[i], 9);
		ASSERT_TRUE(await_waiters(self->mailbox, i + 1, 0));
	}
	ASSERT_EQ(0, object_kill(self->mailbox));
	for (int i = 0; i < 2; i++)
		EXPECT_EQ(-EIDRM, sleeper_join(&senders[i]));
	EXPECT_EQ(bytes, device_info(self->owner).user_bytes);
}

TEST_F(fair, too_many_senders_are_refused)
{
	const struct rlimit limit = { SENDERS_MAX + 64, SENDERS_MAX + 64 };
	const char *name = fresh_name();
	int mailbox = open_fair(self->owner, name, ROOM, BYTES);
	int ports[SENDERS_MAX];
	int session;

	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	for (int i = 0; i < SENDERS_MAX; i++) {
		session = session_open();
		ports[i] = open_port(session, name);
		ASSERT_LE(0, ports[i]);
		close(session);
	}
	session = session_open();
	EXPECT_EQ(-ENOSPC, open_port(session, name));
	close(ports[9]);
	EXPECT_LE(0, ports[9] = open_port(session, name));
	for (int i = 0; i < SENDERS_MAX; i++)
		close(ports[i]);
	close(session);
	close(mailbox);
}

/* Readiness */

TEST_F(fair, a_port_is_writable_while_its_client_has_not_its_share)
{
	EXPECT_EQ(POLLOUT, ready(self->ports[0], 0));
	for (int i = 0; i < 4; i++)
		ASSERT_EQ(1, put_bytes(self->ports[0], 1, LONGEST));
	EXPECT_EQ(0, ready(self->ports[0], 0));
	EXPECT_EQ(POLLOUT, ready(self->ports[1], 0));
}

static int poll_for_room(void *port)
{
	return ready(*(int *)port, MUST_HAPPEN_SECONDS * 1000);
}

TEST_F(fair, a_poller_is_told_when_its_client_may_send_again)
{
	struct sleeper poller;

	for (int i = 0; i < 4; i++)
		ASSERT_EQ(1, put_bytes(self->ports[0], 1, LONGEST));
	sleeper_start(&poller, poll_for_room, &self->ports[0]);
	ASSERT_TRUE(await_asleep(&poller));
	ASSERT_EQ(1, take_type(self->mailbox));
	EXPECT_EQ(POLLOUT, sleeper_join(&poller));
}

TEST_F(fair, a_poller_is_told_when_a_waiting_call_of_its_client_is_done)
{
	struct sleeper poller;
	struct sleeper large;

	for (int i = 0; i < 4; i++)
		ASSERT_EQ(1, put_bytes(self->ports[0], 1, LONGEST));
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(1, put_bytes(self->ports[1], 1, LONGEST));
	sleeper_start(&large, put_the_longest, &self->ports[1]);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	sleeper_start(&poller, poll_for_room, &self->ports[1]);
	ASSERT_TRUE(await_asleep(&poller));
	for (int i = 0; i < 4; i++)
		ASSERT_EQ(1, take_type(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&large));
	EXPECT_EQ(POLLOUT, sleeper_join(&poller));
}

#include "ipcchan_selftest_main.h"
