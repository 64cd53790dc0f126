// SPDX-License-Identifier: GPL-2.0
/* Who asks to be told of events: by POLLPRI, an eventfd, or a signal. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "ipcchan_selftest.h"

#define ROOM	4
#define HIGH	9

/* A mailbox with a descriptor for each side and one to watch, and an eventfd. */
FIXTURE(notice)
{
	int session;
	int sender;
	int receiver;
	int watcher;
	int bell;
};

FIXTURE_SETUP(notice)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	mailbox = mailbox_open(self->session, .capacity_messages = ROOM);
	self->sender = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->receiver = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->watcher = object_restrict(mailbox, IPCCHAN_RIGHT_PEEK |
					IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->watcher);
	close(mailbox);
	self->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ASSERT_LE(0, self->bell);
}

FIXTURE_TEARDOWN(notice)
{
	close(self->bell);
	close(self->sender);
	close(self->receiver);
	close(self->watcher);
	close(self->session);
}

/* How often the eventfd was counted up since this was last asked. */
static int rung(int bell)
{
	__u64 count;

	return read(bell, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

static int attach(int mailbox, int bell, unsigned int events)
{
	return mailbox_notify(mailbox, .fd = bell, .events = events);
}

static int set_watermark(int mailbox, unsigned int watermark)
{
	return mailbox_notify(mailbox, .watermark = watermark);
}

static int poll_now(int mailbox, short events)
{
	struct pollfd poller = { .fd = mailbox, .events = events };

	return poll(&poller, 1, 0) < 0 ? -errno : poller.revents;
}

TEST_F(notice, is_offered_as_a_feature)
{
	EXPECT_TRUE(device_info(self->session).features &
		    IPCCHAN_FEATURE_NOTIFY);
}

/* POLLPRI */

TEST_F(notice, of_priority_is_set_while_such_a_message_is_there)
{
	ASSERT_EQ(0, set_watermark(self->receiver, HIGH));
	ASSERT_EQ(1, put_number_at(self->sender, 1, HIGH - 1));
	EXPECT_EQ(0, poll_now(self->receiver, POLLPRI));
	ASSERT_EQ(1, put_number_at(self->sender, 2, HIGH));
	EXPECT_EQ(POLLPRI, poll_now(self->receiver, POLLPRI));
	ASSERT_EQ(2, take_number(self->receiver));
	EXPECT_EQ(0, poll_now(self->receiver, POLLPRI));
}

TEST_F(notice, of_priority_is_set_by_a_higher_one)
{
	ASSERT_EQ(0, set_watermark(self->receiver, HIGH));
	ASSERT_EQ(1, put_number_at(self->sender, 1, IPCCHAN_PRIORITIES - 1));
	EXPECT_EQ(POLLPRI | POLLIN,
		  poll_now(self->receiver, POLLPRI | POLLIN));
}

TEST_F(notice, of_priority_0_is_set_by_any_message)
{
	ASSERT_EQ(0, set_watermark(self->receiver, 0));
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(POLLPRI, poll_now(self->receiver, POLLPRI));
}

TEST_F(notice, of_priority_is_not_set_unless_asked_for)
{
	ASSERT_EQ(1, put_number_at(self->sender, 1, IPCCHAN_PRIORITIES - 1));
	EXPECT_EQ(0, poll_now(self->receiver, POLLPRI));
	ASSERT_EQ(0, set_watermark(self->receiver, HIGH));
	ASSERT_EQ(0, set_watermark(self->receiver, IPCCHAN_PRIORITIES));
	EXPECT_EQ(0, poll_now(self->receiver, POLLPRI));
}

TEST_F(notice, of_priority_is_for_the_description_that_asked)
{
	int other = object_restrict(self->receiver, IPCCHAN_RIGHT_RECEIVE, 0);

	ASSERT_EQ(0, set_watermark(self->receiver, HIGH));
	ASSERT_EQ(0, set_watermark(other, HIGH + 1));
	ASSERT_EQ(1, put_number_at(self->sender, 1, HIGH));
	EXPECT_EQ(POLLPRI, poll_now(self->receiver, POLLPRI));
	EXPECT_EQ(0, poll_now(other, POLLPRI));
	EXPECT_EQ(0, poll_now(self->sender, POLLPRI));
	close(other);
}

static int poll_priority(void *argument)
{
	struct pollfd poller = { .fd = *(int *)argument, .events = POLLPRI };

	if (poll(&poller, 1, MUST_HAPPEN_SECONDS * 1000) < 0)
		return -errno;
	return poller.revents;
}

TEST_F(notice, of_priority_wakes_a_poller)
{
	struct sleeper poller;

	ASSERT_EQ(0, set_watermark(self->receiver, HIGH));
	sleeper_start(&poller, poll_priority, &self->receiver);
	ASSERT_TRUE(await_asleep(&poller));
	ASSERT_EQ(1, put_number(self->sender, 1));
	ASSERT_EQ(1, put_number_at(self->sender, 2, HIGH));
	EXPECT_EQ(POLLPRI, sleeper_join(&poller));
}

TEST_F(notice, of_priority_wakes_a_poller_when_the_watermark_falls)
{
	struct sleeper poller;

	ASSERT_EQ(1, put_number_at(self->sender, 1, HIGH));
	sleeper_start(&poller, poll_priority, &self->receiver);
	ASSERT_TRUE(await_asleep(&poller));
	ASSERT_EQ(0, set_watermark(self->receiver, HIGH));
	EXPECT_EQ(POLLPRI, sleeper_join(&poller));
}

TEST_F(notice, of_priority_comes_once_for_each_message_by_an_edge)
{
	struct epoll_event event = { .events = EPOLLPRI | EPOLLET };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	ASSERT_EQ(0, set_watermark(self->receiver, HIGH));
	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, self->receiver, &event));
	for (int i = 1; i <= 2; i++) {
		ASSERT_EQ(1, put_number_at(self->sender, i, HIGH));
		EXPECT_EQ(1, epoll_wait(epoll, &event, 1, 0));
		EXPECT_EQ(EPOLLPRI, event.events);
		EXPECT_EQ(0, epoll_wait(epoll, &event, 1, 0));
	}
	close(epoll);
}

TEST_F(notice, of_priority_comes_again_with_what_is_released)
{
	struct ipcchan_held held = { .sequence = 1 };
	struct ipcchan_message message;
	unsigned int number;

	ASSERT_EQ(0, mailbox_notify(self->receiver, .fd = self->bell,
				    .events = IPCCHAN_EVENT_PRIORITY,
				    .watermark = HIGH));
	ASSERT_EQ(1, put_number_at(self->sender, 1, HIGH));
	numbers_buffer(&message, &number, 1);
	ASSERT_EQ(1, mailbox_receive(self->receiver, &message, 1,
				     .flags = IPCCHAN_HOLD));
	ASSERT_EQ(1, rung(self->bell));
	EXPECT_EQ(0, poll_now(self->receiver, POLLPRI));
	ASSERT_EQ(1, mailbox_release(self->receiver, &held, 1));
	EXPECT_EQ(POLLPRI, poll_now(self->receiver, POLLPRI));
	EXPECT_EQ(1, rung(self->bell));
}

/* With a filter */

static int filter_type(int mailbox, unsigned int type)
{
	return mailbox_filter(mailbox, .type_min = type, .type_max = type);
}

TEST_F(notice, is_of_what_the_filter_lets_through)
{
	ASSERT_EQ(0, filter_type(self->receiver, 2));
	ASSERT_EQ(0, mailbox_notify(self->receiver, .fd = self->bell,
				    .events = IPCCHAN_EVENT_READ |
					      IPCCHAN_EVENT_PRIORITY,
				    .watermark = HIGH));
	ASSERT_EQ(1, put_number_at(self->sender, 1, HIGH));
	EXPECT_EQ(0, rung(self->bell));
	EXPECT_EQ(0, poll_now(self->receiver, POLLPRI));
	ASSERT_EQ(1, put_number_at(self->sender, 2, HIGH));
	EXPECT_EQ(1, rung(self->bell));
	EXPECT_EQ(POLLPRI, poll_now(self->receiver, POLLPRI));
}

TEST_F(notice, comes_when_a_filter_lets_more_through)
{
	ASSERT_EQ(0, filter_type(self->receiver, 2));
	ASSERT_EQ(0, mailbox_notify(self->receiver, .fd = self->bell,
				    .events = IPCCHAN_EVENT_PRIORITY,
				    .watermark = HIGH));
	ASSERT_EQ(1, put_number_at(self->sender, 1, HIGH));
	EXPECT_EQ(0, rung(self->bell));
	ASSERT_EQ(0, filter_type(self->receiver, 1));
	EXPECT_EQ(1, rung(self->bell));
}

/* An eventfd */

TEST_F(notice, by_eventfd_comes_for_each_message)
{
	ASSERT_EQ(0, attach(self->receiver, self->bell, IPCCHAN_EVENT_READ));
	EXPECT_EQ(0, rung(self->bell));
	for (int i = 1; i <= ROOM; i++) {
		ASSERT_EQ(1, put_number(self->sender, i));
		EXPECT_EQ(1, rung(self->bell));
	}
	ASSERT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(0, rung(self->bell));
}

TEST_F(notice, by_eventfd_comes_for_what_is_there_already)
{
	ASSERT_EQ(1, put_number_at(self->sender, 1, HIGH));
	ASSERT_EQ(0, attach(self->receiver, self->bell, IPCCHAN_EVENT_READ));
	EXPECT_EQ(1, rung(self->bell));
	ASSERT_EQ(0, mailbox_notify(self->receiver, .fd = self->bell,
				    .events = IPCCHAN_EVENT_PRIORITY,
				    .watermark = HIGH));
	EXPECT_EQ(1, rung(self->bell));
	ASSERT_EQ(0, attach(self->sender, self->bell, IPCCHAN_EVENT_WRITE));
	EXPECT_EQ(1, rung(self->bell));
}

TEST_F(notice, by_eventfd_does_not_come_for_a_message_that_was_waited_for)
{
	struct sleeper receiver;

	ASSERT_EQ(0, attach(self->receiver, self->bell, IPCCHAN_EVENT_READ));
	start_take(&receiver, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(1, put_number(self->sender, 1));
	ASSERT_EQ(1, sleeper_join(&receiver));
	EXPECT_EQ(0, rung(self->bell));
}

TEST_F(notice, by_eventfd_comes_for_the_priority_that_was_asked_for)
{
	ASSERT_EQ(0, mailbox_notify(self->receiver, .fd = self->bell,
				    .events = IPCCHAN_EVENT_PRIORITY,
				    .watermark = HIGH));
	ASSERT_EQ(1, put_number_at(self->sender, 1, HIGH - 1));
	EXPECT_EQ(0, rung(self->bell));
	ASSERT_EQ(1, put_number_at(self->sender, 2, HIGH));
	EXPECT_EQ(1, rung(self->bell));
	ASSERT_EQ(1, put_number_at(self->sender, 3, HIGH - 1));
	EXPECT_EQ(0, rung(self->bell));
}

TEST_F(notice, by_eventfd_comes_for_room)
{
	for (int i = 1; i <= ROOM; i++)
		ASSERT_EQ(1, put_number(self->sender, i));
	ASSERT_EQ(0, attach(self->sender, self->bell, IPCCHAN_EVENT_WRITE));
	EXPECT_EQ(0, rung(self->bell));
	ASSERT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(1, rung(self->bell));
	ASSERT_EQ(2, take_number(self->receiver));
	EXPECT_EQ(0, rung(self->bell));
}

TEST_F(notice, by_eventfd_comes_for_the_end_of_the_senders)
{
	ASSERT_EQ(0, attach(self->receiver, self->bell, IPCCHAN_EVENT_END));
	EXPECT_EQ(0, rung(self->bell));
	close(self->sender);
	EXPECT_EQ(1, rung(self->bell));
}

TEST_F(notice, by_eventfd_comes_for_the_end_of_the_receivers)
{
	ASSERT_EQ(0, attach(self->sender, self->bell, IPCCHAN_EVENT_END));
	EXPECT_EQ(0, rung(self->bell));
	close(self->receiver);
	EXPECT_EQ(1, rung(self->bell));
}

TEST_F(notice, by_eventfd_comes_for_a_kill)
{
	int other = eventfd(0, EFD_NONBLOCK);

	ASSERT_EQ(0, attach(self->receiver, self->bell, IPCCHAN_EVENT_END));
	ASSERT_EQ(0, attach(self->sender, other, IPCCHAN_EVENT_END));
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(1, rung(self->bell));
	EXPECT_EQ(1, rung(other));
	close(other);
}

TEST_F(notice, by_eventfd_comes_for_nothing_else)
{
	ASSERT_EQ(0, attach(self->receiver, self->bell, IPCCHAN_EVENT_END));
	ASSERT_EQ(1, put_number(self->sender, 1));
	ASSERT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(0, rung(self->bell));
}

TEST_F(notice, by_eventfd_goes_to_the_one_attached_last)
{
	int other = eventfd(0, EFD_NONBLOCK);

	ASSERT_EQ(0, attach(self->receiver, self->bell, IPCCHAN_EVENT_READ));
	ASSERT_EQ(0, attach(self->receiver, other, IPCCHAN_EVENT_READ));
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(0, rung(self->bell));
	EXPECT_EQ(1, rung(other));
	ASSERT_EQ(0, mailbox_notify(self->receiver));
	ASSERT_EQ(1, put_number(self->sender, 2));
	EXPECT_EQ(0, rung(other));
	close(other);
}

TEST_F(notice, by_eventfd_ends_with_the_description)
{
	int other = object_restrict(self->receiver, IPCCHAN_RIGHT_RECEIVE, 0);

	ASSERT_EQ(0, attach(other, self->bell, IPCCHAN_EVENT_READ));
	close(other);
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(0, rung(self->bell));
}

TEST_F(notice, by_eventfd_does_not_mind_that_nobody_has_it_any_more)
{
	int other = eventfd(0, EFD_NONBLOCK);

	ASSERT_EQ(0, attach(self->receiver, other, IPCCHAN_EVENT_READ));
	close(other);
	EXPECT_EQ(1, put_number(self->sender, 1));
}

#define MANY	40

TEST_F(notice, by_eventfd_comes_to_many_at_once)
{
	int descriptors[MANY];
	int bells[MANY];

	for (int i = 0; i < MANY; i++) {
		descriptors[i] = object_restrict(self->receiver,
						 IPCCHAN_RIGHT_RECEIVE, 0);
		bells[i] = eventfd(0, EFD_NONBLOCK);
		ASSERT_EQ(0, attach(descriptors[i], bells[i],
				    IPCCHAN_EVENT_READ));
	}
	ASSERT_EQ(1, put_number(self->sender, 1));
	for (int i = 0; i < MANY; i++) {
		EXPECT_EQ(1, rung(bells[i]));
		close(bells[i]);
		close(descriptors[i]);
	}
}

/* Messages that come while others are taken, and who waits for the eventfd. */
#define MESSAGES	3000

static int put_many(void *argument)
{
	for (unsigned int i = 1; i <= MESSAGES; i++) {
		struct ipcchan_message message = MESSAGE(&i, sizeof(i),
							 .type = i);
		int ret = mailbox_send(*(int *)argument, &message, 1);

		if (ret != 1)
			return ret;
	}
	return 0;
}

TEST_F(notice, by_eventfd_is_never_lost)
{
	struct pollfd poller = { .fd = self->bell, .events = POLLIN };
	struct sleeper sender;
	int taken = 0;

	ASSERT_EQ(0, attach(self->receiver, self->bell, IPCCHAN_EVENT_READ));
	sleeper_start(&sender, put_many, &self->sender);
	while (taken < MESSAGES) {
		ASSERT_EQ(1, poll(&poller, 1, MUST_HAPPEN_SECONDS * 1000));
		rung(self->bell);
		while (take_number(self->receiver) == taken + 1)
			taken++;
	}
	EXPECT_EQ(0, sleeper_join(&sender));
}

/* Values and rights */

TEST_F(notice, needs_an_eventfd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	EXPECT_EQ(-EINVAL, attach(self->receiver, null, IPCCHAN_EVENT_READ));
	EXPECT_EQ(-EINVAL, attach(self->receiver, self->receiver,
				  IPCCHAN_EVENT_READ));
	close(null);
	EXPECT_EQ(-EBADF, attach(self->receiver, null, IPCCHAN_EVENT_READ));
	EXPECT_EQ(-EBADF, attach(self->receiver, -2, IPCCHAN_EVENT_READ));
}

TEST_F(notice, needs_events_with_an_eventfd_and_none_without)
{
	EXPECT_EQ(-EINVAL, attach(self->receiver, self->bell, 0));
	EXPECT_EQ(-EINVAL, attach(self->receiver, IPCCHAN_NO_FD,
				  IPCCHAN_EVENT_READ));
}

TEST_F(notice, needs_a_watermark_that_is_a_priority)
{
	EXPECT_EQ(-EINVAL, set_watermark(self->receiver,
					 IPCCHAN_PRIORITIES + 1));
	EXPECT_EQ(-EINVAL, set_watermark(self->receiver, ~0U));
	EXPECT_EQ(-EINVAL, attach(self->receiver, self->bell,
				  IPCCHAN_EVENT_PRIORITY));
}

TEST_F(notice, needs_the_right_of_the_side_that_it_tells_of)
{
	EXPECT_EQ(-EPERM, attach(self->sender, self->bell,
				 IPCCHAN_EVENT_READ));
	EXPECT_EQ(-EPERM, attach(self->receiver, self->bell,
				 IPCCHAN_EVENT_WRITE));
	EXPECT_EQ(-EPERM, attach(self->watcher, self->bell,
				 IPCCHAN_EVENT_END));
	EXPECT_EQ(-EPERM, set_watermark(self->sender, HIGH));
	EXPECT_EQ(-EPERM, mailbox_notify(self->sender, .fd = self->bell,
					 .events = IPCCHAN_EVENT_PRIORITY,
					 .watermark = HIGH));
}

TEST_F(notice, needs_a_mailbox_that_lives)
{
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(-EIDRM, attach(self->receiver, self->bell,
				 IPCCHAN_EVENT_READ));
}

TEST_F(notice, that_is_refused_leaves_what_was_asked_before)
{
	ASSERT_EQ(0, attach(self->receiver, self->bell, IPCCHAN_EVENT_READ));
	ASSERT_EQ(-EBADF, attach(self->receiver, -2, IPCCHAN_EVENT_READ));
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(1, rung(self->bell));
}

/* Signals */

#define SIGNAL	(SIGRTMIN + 1)

/* Lets the descriptor send signals to this process, which blocks them. */
static int ask_for_signals(int mailbox, int number)
{
	int flags = fcntl(mailbox, F_GETFL);
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGNAL);
	sigaddset(&set, SIGIO);
	if (sigprocmask(SIG_BLOCK, &set, NULL) ||
	    fcntl(mailbox, F_SETOWN, getpid()) ||
	    fcntl(mailbox, F_SETSIG, number) ||
	    fcntl(mailbox, F_SETFL, flags | O_ASYNC))
		return -errno;
	return 0;
}

/* The band of the next signal of a descriptor, 0 if there is none. */
static int next_band(int mailbox)
{
	const struct timespec now = {};
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGNAL);
	if (sigtimedwait(&set, &info, &now) < 0)
		return errno == EAGAIN ? 0 : -errno;
	return info.si_fd == mailbox ? info.si_code : -EBADF;
}

TEST_F(notice, by_signal_comes_for_a_message)
{
	ASSERT_EQ(0, ask_for_signals(self->receiver, SIGNAL));
	EXPECT_EQ(0, next_band(self->receiver));
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(POLL_IN, next_band(self->receiver));
	EXPECT_EQ(0, next_band(self->receiver));
	ASSERT_EQ(1, put_number(self->sender, 2));
	EXPECT_EQ(POLL_IN, next_band(self->receiver));
}

TEST_F(notice, by_signal_is_sigio_unless_asked_otherwise)
{
	const struct timespec now = {};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	ASSERT_EQ(0, ask_for_signals(self->receiver, 0));
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(SIGIO, sigtimedwait(&set, NULL, &now));
}

TEST_F(notice, by_signal_comes_for_room)
{
	ASSERT_EQ(0, ask_for_signals(self->sender, SIGNAL));
	for (int i = 1; i <= ROOM; i++)
		ASSERT_EQ(1, put_number(self->sender, i));
	EXPECT_EQ(0, next_band(self->sender));
	ASSERT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(POLL_OUT, next_band(self->sender));
	EXPECT_EQ(0, next_band(self->sender));
}

TEST_F(notice, by_signal_comes_for_a_priority)
{
	ASSERT_EQ(0, ask_for_signals(self->receiver, SIGNAL));
	ASSERT_EQ(0, set_watermark(self->receiver, HIGH));
	ASSERT_EQ(1, put_number_at(self->sender, 1, HIGH));
	EXPECT_EQ(POLL_PRI, next_band(self->receiver));
	EXPECT_EQ(POLL_IN, next_band(self->receiver));
}

TEST_F(notice, by_signal_comes_for_the_end)
{
	ASSERT_EQ(0, ask_for_signals(self->receiver, SIGNAL));
	close(self->sender);
	EXPECT_EQ(POLL_HUP, next_band(self->receiver));
}

TEST_F(notice, by_signal_ends_with_o_async)
{
	int flags = fcntl(self->receiver, F_GETFL);

	ASSERT_EQ(0, ask_for_signals(self->receiver, SIGNAL));
	ASSERT_EQ(0, fcntl(self->receiver, F_SETFL, flags));
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(0, next_band(self->receiver));
}

TEST_F(notice, by_signal_ends_with_the_description)
{
	int other = object_restrict(self->receiver, IPCCHAN_RIGHT_RECEIVE, 0);

	ASSERT_EQ(0, ask_for_signals(other, SIGNAL));
	close(other);
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(0, next_band(other));
}

TEST_F(notice, by_signal_comes_beside_an_eventfd)
{
	ASSERT_EQ(0, attach(self->receiver, self->bell, IPCCHAN_EVENT_READ));
	ASSERT_EQ(0, ask_for_signals(self->receiver, SIGNAL));
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(1, rung(self->bell));
	EXPECT_EQ(POLL_IN, next_band(self->receiver));
	ASSERT_EQ(0, mailbox_notify(self->receiver));
	ASSERT_EQ(1, put_number(self->sender, 2));
	EXPECT_EQ(0, rung(self->bell));
	EXPECT_EQ(POLL_IN, next_band(self->receiver));
}

#include "ipcchan_selftest_main.h"
