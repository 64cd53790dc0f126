// SPDX-License-Identifier: GPL-2.0
/*
 * Receivers are told of their peers: that they opened, before their first
 * message, and that they closed or died, after their last.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>

#include "ipcchan_selftest.h"

#define ROOM	4

/* What next_of() gives for a notice. */
#define TOLD		1000
#define OPENED		(TOLD + IPCCHAN_NOTICE_OPENED)
#define CLOSED		(TOLD + IPCCHAN_NOTICE_CLOSED)
#define DIED_OF_IT	(TOLD + IPCCHAN_NOTICE_DIED)

static int open_telling(int session, const char *name, __u32 capacity)
{
	struct ipcchan_mailbox_open a = {
		.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_NOTICES,
		.mode = 0600,
		.rights = IPCCHAN_RIGHTS_MAILBOX,
		.capacity_messages = capacity,
		.max_message_size = IPCCHAN_DEFAULT,
		.capacity_bytes = (__u64)-1,
	};

	set_name(a.name, name);
	return call(session, IPCCHAN_IOC_MAILBOX_OPEN, &a);
}

/* What was received: the number of a message, or what a notice says. */
static int meaning_of(const struct ipcchan_message *message)
{
	if (message->flags & IPCCHAN_MESSAGE_NOTICE)
		return TOLD + message->type;
	return message->type;
}

static int receive_one(int mailbox, struct ipcchan_message *message, __u32 flags)
{
	static __thread unsigned int number;

	*message = MESSAGE(&number, sizeof(number));
	return mailbox_receive(mailbox, message, 1,
			       .flags = flags | IPCCHAN_NONBLOCK);
}

/* Receives without waiting: the meaning, or -errno. */
static int next_of(int mailbox)
{
	struct ipcchan_message message;
	int nr = receive_one(mailbox, &message, 0);

	return nr == 1 ? meaning_of(&message) : nr;
}

static int await_next(int mailbox)
{
	unsigned int number;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));
	int nr = mailbox_receive(mailbox, &message, 1);

	return nr == 1 ? meaning_of(&message) : nr;
}

/* What made the mailbox, and a description of each side. */
FIXTURE(peer)
{
	int session;
	int mailbox;
	int receiver;
};

FIXTURE_SETUP(peer)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = open_telling(self->session, "", ROOM);
	ASSERT_LE(0, self->mailbox);
	self->receiver = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	ASSERT_LE(0, self->receiver);
}

FIXTURE_TEARDOWN(peer)
{
	close(self->receiver);
	close(self->mailbox);
	close(self->session);
}

static int open_peer(int mailbox)
{
	return object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
}

/* A peer that sent one message and of which nothing else is there to be told. */
static int open_known_peer(int mailbox, int receiver)
{
	int peer = open_peer(mailbox);

	if (next_of(receiver) != OPENED)
		return -1;
	return peer;
}

TEST_F(peer, notices_are_offered_as_a_feature)
{
	EXPECT_TRUE(device_info(self->session).features &
		    IPCCHAN_FEATURE_NOTICES);
	EXPECT_EQ(IPCCHAN_FEATURE_NOTICES,
		  mailbox_info(self->mailbox).features);
}

TEST_F(peer, notices_are_given_only_if_asked_for_at_creation)
{
	int mailbox = mailbox_open(self->session);
	int peer = open_peer(mailbox);

	EXPECT_EQ(-EAGAIN, next_of(mailbox));
	close(peer);
	EXPECT_EQ(-EAGAIN, next_of(mailbox));
	close(mailbox);
}

/* What they are about */

TEST_F(peer, that_opens_is_told)
{
	int peer = open_peer(self->mailbox);

	EXPECT_EQ(OPENED, next_of(self->receiver));
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
	close(peer);
}

TEST_F(peer, that_closes_is_told)
{
	int peer = open_known_peer(self->mailbox, self->receiver);

	close(peer);
	EXPECT_EQ(CLOSED, next_of(self->receiver));
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
}

static int open_and_stay(void *argument)
{
	open_peer(*(int *)argument);
	pause();
	return 0;
}

TEST_F(peer, that_is_killed_is_told_as_died)
{
	struct child child;

	child_start(&child, open_and_stay, &self->mailbox);
	ASSERT_EQ(OPENED, await_next(self->receiver));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED_OF_IT, await_next(self->receiver));
	EXPECT_EQ(DIED, child_join(&child));
}

static int open_and_put(void *argument)
{
	return put_number(open_peer(*(int *)argument), 7);
}

TEST_F(peer, that_ends_without_closing_is_told_as_died)
{
	ASSERT_EQ(1, run_in_child(open_and_put, &self->mailbox));
	EXPECT_EQ(OPENED, next_of(self->receiver));
	EXPECT_EQ(7, next_of(self->receiver));
	EXPECT_EQ(DIED_OF_IT, await_next(self->receiver));
}

static int do_nothing(void *argument)
{
	(void)argument;
	return 0;
}

TEST_F(peer, that_a_child_shared_until_it_ended_is_told_as_closed)
{
	int peer = open_known_peer(self->mailbox, self->receiver);

	ASSERT_EQ(0, run_in_child(do_nothing, NULL));
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
	close(peer);
	EXPECT_EQ(CLOSED, next_of(self->receiver));
}

TEST_F(peer, is_told_to_have_closed_with_its_last_descriptor)
{
	int peer = open_known_peer(self->mailbox, self->receiver);
	int copy = dup(peer);

	close(peer);
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
	close(copy);
	EXPECT_EQ(CLOSED, next_of(self->receiver));
}

TEST_F(peer, is_nobody_without_the_right_to_send)
{
	int other = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE |
				    IPCCHAN_RIGHT_PEEK |
				    IPCCHAN_RIGHT_ADMIN, 0);

	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
	close(other);
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
}

TEST_F(peer, is_not_who_made_the_mailbox)
{
	int peer = open_known_peer(self->mailbox, self->receiver);

	close(self->mailbox);
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
	close(peer);
	EXPECT_EQ(CLOSED, next_of(self->receiver));
	EXPECT_EQ(-EPIPE, next_of(self->receiver));
}

TEST_F(peer, that_came_and_went_unseen_is_not_told)
{
	close(open_peer(self->mailbox));
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
	EXPECT_EQ(0, mailbox_info(self->mailbox).notices);
}

TEST_F(peer, that_sent_something_is_told_though_it_went_unseen)
{
	int peer = open_peer(self->mailbox);

	ASSERT_EQ(1, put_number(peer, 1));
	close(peer);
	EXPECT_EQ(OPENED, next_of(self->receiver));
	EXPECT_EQ(1, next_of(self->receiver));
	EXPECT_EQ(CLOSED, next_of(self->receiver));
}

/* What they say */

static int open_by_name(void *argument)
{
	const char *name = argument;
	int session = session_open();
	int peer = object_open_for(session, IPCCHAN_KIND_MAILBOX, name, 0,
				   IPCCHAN_RIGHT_SEND, 0);

	if (put_number(peer, 5) != 1)
		return 0;
	return device_info(session).client;
}

TEST_F(peer, is_told_with_its_identity)
{
	const char *name = fresh_name();
	int mailbox = open_telling(self->session, name, ROOM);
	struct ipcchan_message message;
	__u64 before = now_ns(CLOCK_MONOTONIC);
	struct child child;
	__u64 client;

	child_start(&child, open_by_name, (void *)name);
	client = child_join(&child);
	ASSERT_EQ(1, receive_one(mailbox, &message, 0));
	EXPECT_EQ(IPCCHAN_MESSAGE_NOTICE, message.flags);
	EXPECT_EQ(client, message.client);
	EXPECT_EQ((__u32)child.pid, message.tgid);
	EXPECT_EQ(0, message.uid);
	EXPECT_LE(before, message.time_ns);
	EXPECT_EQ(0, message.length);
	EXPECT_EQ(1, message.sequence);
	EXPECT_EQ(0, message.lost);
	EXPECT_EQ(5, next_of(mailbox));
	ASSERT_EQ(1, receive_one(mailbox, &message, 0));
	EXPECT_EQ(client, message.client);
	EXPECT_EQ((__u32)child.pid, message.tgid);
	EXPECT_EQ(1, message.sequence);
	close(mailbox);
}

TEST_F(peer, is_told_with_the_time_when_it_closed_not_when_that_is_received)
{
	int peer = open_known_peer(self->mailbox, self->receiver);
	struct ipcchan_message message;
	__u64 after;

	ASSERT_EQ(1, put_number(peer, 1));
	close(peer);
	after = now_ns(CLOCK_MONOTONIC);
	ASSERT_EQ(1, next_of(self->receiver));
	ASSERT_EQ(1, receive_one(self->receiver, &message, 0));
	ASSERT_EQ(CLOSED, meaning_of(&message));
	EXPECT_GE(after, message.time_ns);
}

/* When they come */

TEST_F(peer, is_told_to_have_opened_before_its_first_message)
{
	int first = open_peer(self->mailbox);
	int second = open_peer(self->mailbox);

	ASSERT_EQ(1, put_number_at(first, 1, 0));
	ASSERT_EQ(1, put_number_at(second, 2, 31));
	EXPECT_EQ(OPENED, next_of(self->receiver));
	EXPECT_EQ(OPENED, next_of(self->receiver));
	EXPECT_EQ(2, next_of(self->receiver));
	EXPECT_EQ(1, next_of(self->receiver));
	close(first);
	close(second);
}

TEST_F(peer, is_told_to_have_closed_after_its_last_message_of_any_priority)
{
	int peer = open_known_peer(self->mailbox, self->receiver);

	ASSERT_EQ(1, put_number_at(peer, 1, 0));
	ASSERT_EQ(1, put_number_at(peer, 2, 31));
	close(peer);
	ASSERT_EQ(1, put_number_at(self->mailbox, 3, 15));
	EXPECT_EQ(2, next_of(self->receiver));
	EXPECT_EQ(3, next_of(self->receiver));
	EXPECT_EQ(1, next_of(self->receiver));
	EXPECT_EQ(CLOSED, next_of(self->receiver));
}

TEST_F(peer, is_told_to_have_closed_when_its_last_message_was_dropped)
{
	int peer = open_known_peer(self->mailbox, self->receiver);
	unsigned int number;
	struct ipcchan_message message;

	ASSERT_EQ(1, put_number(peer, 1));
	close(peer);
	numbers_fill(&message, &number, 1, 2);
	for (int i = 0; i < ROOM; i++)
		ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1,
					  .policy = IPCCHAN_POLICY_DROP_OLDEST));
	EXPECT_EQ(CLOSED, next_of(self->receiver));
	EXPECT_EQ(2, next_of(self->receiver));
}

TEST_F(peer, that_went_unseen_is_not_told_when_all_it_sent_was_dropped)
{
	int peer = open_peer(self->mailbox);
	unsigned int number;
	struct ipcchan_message message;

	ASSERT_EQ(1, put_number(peer, 1));
	close(peer);
	numbers_fill(&message, &number, 1, 2);
	for (int i = 0; i < ROOM; i++)
		ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1,
					  .policy = IPCCHAN_POLICY_LATEST));
	EXPECT_EQ(0, mailbox_info(self->mailbox).notices);
	EXPECT_EQ(2, next_of(self->receiver));
}

TEST_F(peer, is_told_to_have_closed_when_its_held_message_is_committed)
{
	int peer = open_known_peer(self->mailbox, self->receiver);
	struct ipcchan_message message;
	struct ipcchan_held held;

	ASSERT_EQ(1, put_number(peer, 1));
	close(peer);
	ASSERT_EQ(1, receive_one(self->receiver, &message, IPCCHAN_HOLD));
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
	held.sequence = message.sequence;
	ASSERT_EQ(1, mailbox_commit(self->receiver, &held, 1));
	EXPECT_EQ(CLOSED, next_of(self->receiver));
}

TEST_F(peer, is_told_to_have_closed_after_a_message_that_came_back)
{
	int peer = open_known_peer(self->mailbox, self->receiver);
	int other = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	struct ipcchan_message message;

	ASSERT_EQ(1, put_number(peer, 1));
	close(peer);
	ASSERT_EQ(1, receive_one(other, &message, IPCCHAN_HOLD));
	close(other);
	EXPECT_EQ(1, next_of(self->receiver));
	EXPECT_EQ(CLOSED, next_of(self->receiver));
}

TEST_F(peer, comes_between_two_messages_at_most_twice)
{
	int peers[6];

	for (int i = 0; i < 6; i++)
		peers[i] = open_peer(self->mailbox);
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(1, put_number(self->mailbox, i));
	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(OPENED, next_of(self->receiver));
		EXPECT_EQ(OPENED, next_of(self->receiver));
		EXPECT_EQ(i, next_of(self->receiver));
	}
	for (int i = 0; i < 6; i++)
		close(peers[i]);
}

TEST_F(peer, is_told_to_have_opened_before_its_message_whoever_opened_before)
{
	int peers[6];

	for (int i = 0; i < 6; i++)
		peers[i] = open_peer(self->mailbox);
	ASSERT_EQ(1, put_number(peers[5], 5));
	for (int i = 0; i < 6; i++)
		EXPECT_EQ(OPENED, next_of(self->receiver));
	EXPECT_EQ(5, next_of(self->receiver));
	for (int i = 0; i < 6; i++)
		close(peers[i]);
}

TEST_F(peer, is_told_in_one_batch_with_messages)
{
	int peer = open_peer(self->mailbox);
	struct ipcchan_message batch[4];
	unsigned int numbers[4];

	ASSERT_EQ(1, put_number(peer, 1));
	ASSERT_EQ(1, put_number(peer, 2));
	numbers_buffer(batch, numbers, 4);
	ASSERT_EQ(3, mailbox_receive(self->receiver, batch, 4));
	EXPECT_EQ(OPENED, meaning_of(&batch[0]));
	EXPECT_EQ(1, meaning_of(&batch[1]));
	EXPECT_EQ(2, meaning_of(&batch[2]));
	close(peer);
}

/* Waiting for them */

static int take_any(void *argument)
{
	return await_next(*(int *)argument);
}

TEST_F(peer, that_opens_wakes_a_receiver_that_waits)
{
	struct sleeper sleeper;
	int peer;

	sleeper_start(&sleeper, take_any, &self->receiver);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	peer = open_peer(self->mailbox);
	EXPECT_EQ(OPENED, sleeper_join(&sleeper));
	close(peer);
}

TEST_F(peer, that_closes_wakes_a_receiver_that_waits)
{
	int peer = open_known_peer(self->mailbox, self->receiver);
	struct sleeper sleeper;

	sleeper_start(&sleeper, take_any, &self->receiver);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	close(peer);
	EXPECT_EQ(CLOSED, sleeper_join(&sleeper));
}

static short events_of(int mailbox)
{
	struct pollfd entry = { .fd = mailbox, .events = POLLIN };

	poll(&entry, 1, 0);
	return entry.revents;
}

TEST_F(peer, that_opens_makes_the_mailbox_readable)
{
	int peer;

	EXPECT_EQ(0, events_of(self->receiver));
	peer = open_peer(self->mailbox);
	EXPECT_EQ(POLLIN, events_of(self->receiver));
	EXPECT_EQ(OPENED, next_of(self->receiver));
	EXPECT_EQ(0, events_of(self->receiver));
	close(peer);
}

static int poll_in(void *argument)
{
	struct pollfd entry = { .fd = *(int *)argument, .events = POLLIN };

	poll(&entry, 1, -1);
	return entry.revents;
}

TEST_F(peer, that_opens_wakes_a_poller)
{
	struct sleeper sleeper;
	int peer;

	sleeper_start(&sleeper, poll_in, &self->receiver);
	ASSERT_TRUE(await_asleep(&sleeper));
	peer = open_peer(self->mailbox);
	EXPECT_EQ(POLLIN, sleeper_join(&sleeper));
	close(peer);
}

TEST_F(peer, that_opens_rings_an_eventfd)
{
	int bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	uint64_t rings;
	int peer;

	ASSERT_EQ(0, mailbox_notify(self->receiver, .fd = bell,
				    .events = IPCCHAN_EVENT_READ));
	peer = open_peer(self->mailbox);
	EXPECT_EQ((ssize_t)sizeof(rings), read(bell, &rings, sizeof(rings)));
	close(peer);
	close(bell);
}

TEST_F(peer, that_closed_is_told_before_the_end)
{
	int peer = open_known_peer(self->mailbox, self->receiver);

	close(self->mailbox);
	close(peer);
	EXPECT_EQ(POLLIN | POLLHUP, events_of(self->receiver));
	EXPECT_EQ(CLOSED, next_of(self->receiver));
	EXPECT_EQ(POLLHUP, events_of(self->receiver));
	EXPECT_EQ(-EPIPE, next_of(self->receiver));
	self->mailbox = -1;
}

/* Who gets them */

TEST_F(peer, is_told_to_one_receiver)
{
	int other = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	int peer = open_peer(self->mailbox);

	EXPECT_EQ(OPENED, next_of(other));
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
	close(peer);
	close(other);
}

TEST_F(peer, is_told_to_who_asks_for_its_client)
{
	int session = session_open();
	int peer = open_peer(self->mailbox);
	struct ipcchan_device_info own = device_info(self->session);
	struct ipcchan_device_info other = device_info(session);

	ASSERT_EQ(0, mailbox_filter(self->receiver, .client = other.client));
	EXPECT_EQ(0, events_of(self->receiver));
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
	ASSERT_EQ(0, mailbox_filter(self->receiver, .client = own.client));
	EXPECT_EQ(POLLIN, events_of(self->receiver));
	EXPECT_EQ(OPENED, next_of(self->receiver));
	close(peer);
	close(session);
}

TEST_F(peer, is_not_told_to_who_asks_for_a_type_or_a_priority)
{
	int peer = open_peer(self->mailbox);

	ASSERT_EQ(0, mailbox_filter(self->receiver, .type_max = ~0U - 1));
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
	ASSERT_EQ(0, mailbox_filter(self->receiver, .min_priority = 1));
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
	ASSERT_EQ(0, mailbox_filter(self->receiver));
	EXPECT_EQ(OPENED, next_of(self->receiver));
	close(peer);
}

TEST_F(peer, is_not_shown_by_peek)
{
	int peer = open_peer(self->mailbox);

	EXPECT_EQ(-ENOMSG, peek_number(self->mailbox, 0));
	close(peer);
}

TEST_F(peer, is_not_told_by_read)
{
	int peer = open_peer(self->mailbox);
	char byte;

	EXPECT_EQ(-1, read(self->receiver, &byte, 1));
	EXPECT_EQ(EBADMSG, errno);
	EXPECT_EQ(OPENED, next_of(self->receiver));
	close(peer);
}

TEST_F(peer, is_told_with_hold_and_nothing_is_held)
{
	int peer = open_peer(self->mailbox);
	struct ipcchan_message message;
	int other = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);

	ASSERT_EQ(1, receive_one(other, &message, IPCCHAN_HOLD));
	EXPECT_EQ(OPENED, meaning_of(&message));
	EXPECT_EQ(0, mailbox_info(self->mailbox).holding);
	close(other);
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
	close(peer);
}

/* Nothing is lost */

TEST_F(peer, is_told_again_if_it_could_not_be_written)
{
	int peer = open_peer(self->mailbox);
	unsigned int number;
	struct ipcchan_message *constant;

	constant = mmap(NULL, sizeof(*constant), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, constant);
	*constant = MESSAGE(&number, sizeof(number));
	ASSERT_EQ(0, mprotect(constant, sizeof(*constant), PROT_READ));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->receiver, constant, 1));
	ASSERT_EQ(1, put_number(peer, 1));
	close(peer);
	EXPECT_EQ(OPENED, next_of(self->receiver));
	EXPECT_EQ(1, next_of(self->receiver));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->receiver, constant, 1));
	EXPECT_EQ(CLOSED, next_of(self->receiver));
	munmap(constant, sizeof(*constant));
}

TEST_F(peer, takes_no_room)
{
	int peers[ROOM];

	for (int i = 0; i < ROOM; i++)
		peers[i] = open_peer(self->mailbox);
	for (int i = 0; i < ROOM; i++)
		EXPECT_EQ(1, put_number(self->mailbox, i));
	EXPECT_EQ(-EAGAIN, put_number(self->mailbox, ROOM));
	for (int i = 0; i < ROOM; i++)
		close(peers[i]);
}

TEST_F(peer, shows_in_info_as_a_notice_not_as_a_message)
{
	struct ipcchan_mailbox_info info;
	int peer = open_peer(self->mailbox);

	info = mailbox_info(self->mailbox);
	EXPECT_EQ(1, info.notices);
	EXPECT_EQ(0, info.messages);
	EXPECT_EQ(0, info.sent);
	ASSERT_EQ(OPENED, next_of(self->receiver));
	info = mailbox_info(self->mailbox);
	EXPECT_EQ(0, info.notices);
	EXPECT_EQ(0, info.received);
	close(peer);
}

TEST_F(peer, is_charged_until_it_was_told)
{
	__u64 before = device_info(self->session).user_bytes;
	int peer = open_peer(self->mailbox);

	ASSERT_EQ(1, put_number(peer, 1));
	close(peer);
	EXPECT_LT(before, device_info(self->session).user_bytes);
	EXPECT_EQ(OPENED, next_of(self->receiver));
	EXPECT_EQ(1, next_of(self->receiver));
	EXPECT_EQ(CLOSED, next_of(self->receiver));
	EXPECT_EQ(before, device_info(self->session).user_bytes);
}

TEST_F(peer, is_not_told_after_a_kill_and_not_charged)
{
	__u64 before = device_info(self->session).user_bytes;
	int known = open_known_peer(self->mailbox, self->receiver);
	int peer = open_peer(self->mailbox);
	int gone = open_peer(self->mailbox);

	ASSERT_EQ(1, put_number(gone, 1));
	close(gone);
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ(-EIDRM, next_of(self->receiver));
	close(peer);
	close(known);
	EXPECT_EQ(before, device_info(self->session).user_bytes);
}

TEST_F(peer, that_has_opened_is_not_charged_when_all_have_closed)
{
	__u64 before = device_info(self->session).user_bytes;
	int mailbox = open_telling(self->session, "", ROOM);
	int peer = open_peer(mailbox);

	ASSERT_EQ(1, put_number(peer, 1));
	close(mailbox);
	close(peer);
	EXPECT_EQ(before, device_info(self->session).user_bytes);
}

/* In other deliveries */

TEST_F(peer, at_a_rendezvous_is_told_too)
{
	int mailbox = open_telling(self->session, "", 0);
	int peer = open_peer(mailbox);
	struct sleeper sleeper;

	start_put(&sleeper, peer, 1);
	ASSERT_TRUE(await_messages(mailbox, 1));
	EXPECT_EQ(OPENED, next_of(mailbox));
	EXPECT_EQ(1, next_of(mailbox));
	EXPECT_EQ(1, sleeper_join(&sleeper));
	close(peer);
	EXPECT_EQ(CLOSED, next_of(mailbox));
	close(mailbox);
}

static int offer_and_stay(void *argument)
{
	unsigned int number;
	struct ipcchan_message message;

	numbers_fill(&message, &number, 1, 1);
	return mailbox_send(open_peer(*(int *)argument), &message, 1);
}

TEST_F(peer, at_a_rendezvous_whose_offer_died_with_it_was_never_there)
{
	int mailbox = open_telling(self->session, "", 0);
	struct child child;

	child_start(&child, offer_and_stay, &mailbox);
	ASSERT_TRUE(await_messages(mailbox, 1));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_EQ(-EAGAIN, next_of(mailbox));
	EXPECT_EQ(0, mailbox_info(mailbox).notices);
	close(mailbox);
}

TEST_F(peer, of_a_fair_mailbox_is_told_too)
{
	int mailbox = mailbox_open(self->session,
				   .flags = IPCCHAN_OPEN_CREATE |
					    IPCCHAN_OPEN_NOTICES,
				   .delivery = IPCCHAN_DELIVERY_FAIR);
	int peer = open_peer(mailbox);

	ASSERT_EQ(1, put_number(peer, 1));
	close(peer);
	EXPECT_EQ(OPENED, next_of(mailbox));
	EXPECT_EQ(1, next_of(mailbox));
	EXPECT_EQ(CLOSED, next_of(mailbox));
	close(mailbox);
}

TEST_F(peer, is_not_told_where_each_message_is_for_all)
{
	EXPECT_EQ(-EINVAL, mailbox_open(self->session,
					.flags = IPCCHAN_OPEN_CREATE |
						 IPCCHAN_OPEN_NOTICES,
					.delivery = IPCCHAN_DELIVERY_LATEST));
	EXPECT_EQ(-EINVAL, mailbox_open(self->session,
					.flags = IPCCHAN_OPEN_CREATE |
						 IPCCHAN_OPEN_NOTICES,
					.delivery = IPCCHAN_DELIVERY_BROADCAST));
}

TEST_F(peer, notices_are_asked_for_only_with_create)
{
	const char *name = fresh_name();
	int mailbox = open_telling(self->session, name, ROOM);

	EXPECT_EQ(-EINVAL, object_open(self->session, IPCCHAN_KIND_MAILBOX, name,
				       IPCCHAN_OPEN_NOTICES));
	close(mailbox);
}

/* Many */

#define PEERS	8
#define ROUNDS	40

/* Opens, puts a few numbers, and closes, or dies; again and again. */
static int come_and_go(void *argument)
{
	int mailbox = *(int *)argument;

	for (int round = 0; round < ROUNDS; round++) {
		int peer = open_peer(mailbox);
		unsigned int number;
		struct ipcchan_message message;

		numbers_fill(&message, &number, 1, round);
		for (int i = 0; i < 3; i++)
			if (mailbox_send(peer, &message, 1) != 1)
				return -1;
		close(peer);
	}
	return 0;
}

/* What has been received of one peer. */
struct seen {
	pid_t pid;
	unsigned int round;
	unsigned int messages;
	bool has_ended;
};

static struct seen *seen_of(struct seen *all, const struct ipcchan_message *message)
{
	for (int i = 1; i <= PEERS * ROUNDS; i++)
		if (all[i].pid == (pid_t)message->tgid &&
		    all[i].round == message->type)
			return &all[i];
	return NULL;
}

static unsigned int rounds_of(const struct seen *all, pid_t pid)
{
	unsigned int rounds = 0;

	for (int i = 1; i <= PEERS * ROUNDS; i++)
		rounds += all[i].pid == pid;
	return rounds;
}

/* Returns false if it comes too early, or too late. */
static bool note(struct seen *all, const struct ipcchan_message *message)
{
	struct seen *seen;

	switch (meaning_of(message)) {
	case OPENED:
		seen = &all[message->sequence];
		seen->round = rounds_of(all, message->tgid);
		seen->pid = message->tgid;
		return !seen->messages && !seen->has_ended;
	case CLOSED:
		seen = &all[message->sequence];
		seen->has_ended = true;
		return seen->pid == (pid_t)message->tgid && seen->messages == 3;
	default:
		seen = seen_of(all, message);
		if (!seen || seen->has_ended)
			return false;
		seen->messages++;
		return true;
	}
}

TEST_F(peer, after_peer_is_told_in_order_while_many_come_and_go)
{
	struct child children[PEERS];
	struct seen seen[PEERS * ROUNDS + 1] = {};

	for (int i = 0; i < PEERS; i++)
		child_start(&children[i], come_and_go, &self->mailbox);
	for (int i = 0; i < PEERS * ROUNDS * 5; i++) {
		unsigned int number;
		struct ipcchan_message message = MESSAGE(&number, sizeof(number));

		ASSERT_EQ(1, mailbox_receive(self->receiver, &message, 1));
		ASSERT_TRUE(note(seen, &message));
	}
	for (int i = 0; i < PEERS; i++)
		EXPECT_EQ(0, child_join(&children[i]));
	EXPECT_EQ(-EAGAIN, next_of(self->receiver));
}

#include "ipcchan_selftest_main.h"
