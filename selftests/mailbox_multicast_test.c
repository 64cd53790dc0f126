// SPDX-License-Identifier: GPL-2.0
/* One message into many mailboxes: all get it, or none. */

#include "kselftest_harness.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>

#include "ipcchan_selftest.h"

#define NR		3
#define ROOM		2

FIXTURE(multicast)
{
	int session;
	int mailboxes[NR];
	struct ipcchan_target targets[NR];
};

static void aim(struct ipcchan_target *targets, const int *mailboxes, int nr)
{
	for (int i = 0; i < nr; i++)
		targets[i] = (struct ipcchan_target){ .fd = mailboxes[i] };
}

FIXTURE_SETUP(multicast)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	for (int i = 0; i < NR; i++) {
		self->mailboxes[i] = mailbox_open(self->session,
						  .capacity_messages = ROOM,
						  .max_message_size = 100,
						  .capacity_bytes = 100);
		ASSERT_LE(0, self->mailboxes[i]);
	}
	aim(self->targets, self->mailboxes, NR);
}

FIXTURE_TEARDOWN(multicast)
{
	for (int i = 0; i < NR; i++)
		close(self->mailboxes[i]);
	close(self->session);
}

/**
 * struct cast - a multicast of a number
 * @session: Through which.
 * @targets: To which.
 * @nr: How many.
 * @number: Which number.
 * @deadline: Until when.
 * @flags: IPCCHAN_NONBLOCK or 0.
 * @refused: Set by cast(): which one refused.
 */
struct cast {
	int session;
	struct ipcchan_target *targets;
	unsigned int nr;
	unsigned int number;
	__u64 deadline;
	unsigned int flags;
	unsigned int refused;
};

static int cast(void *argument)
{
	struct cast *c = argument;
	struct ipcchan_message message;
	struct ipcchan_mailbox_multicast multicast = {
		.mailboxes = (uintptr_t)c->targets,
		.count = c->nr,
		.target_size = sizeof(*c->targets),
		.message = (uintptr_t)&message,
		.message_size = sizeof(message),
		.flags = c->flags,
		.deadline_ns = c->deadline ?: deadline_must_happen(),
		.refused = 4711,
	};
	int ret;

	numbers_fill(&message, &c->number, 1, c->number);
	ret = call(c->session, IPCCHAN_IOC_MAILBOX_MULTICAST, &multicast);
	c->refused = multicast.refused;
	return ret;
}

/* What a cast to all of them gives that may not sleep, and who refused. */
static int try_cast(int session, struct ipcchan_target *targets,
		    unsigned int number, unsigned int *refused)
{
	struct cast c = {
		.session = session,
		.targets = targets,
		.nr = NR,
		.number = number,
		.flags = IPCCHAN_NONBLOCK,
	};
	int ret = cast(&c);

	*refused = c.refused;
	return ret;
}

#define TRY_CAST(number, refused)					\
	try_cast(self->session, self->targets, (number), (refused))

/* Has nothing been sent to those that are not @but? */
static bool are_empty(const int *mailboxes, int but)
{
	for (int i = 0; i < NR; i++)
		if (i != but && mailbox_info(mailboxes[i]).sent)
			return false;
	return true;
}

static bool fill(int mailbox)
{
	for (int i = 0; i < ROOM; i++)
		if (put_number(mailbox, 100 + i) != 1)
			return false;
	return true;
}

/* Where there is room for one more than @messages, there is room for all. */
static bool has_all_room(int mailbox)
{
	return fill(mailbox) && put_number(mailbox, 1) == -EAGAIN;
}

static void start_cast(struct sleeper *sleeper, struct cast *c, int session,
		       struct ipcchan_target *targets, unsigned int number)
{
	*c = (struct cast){
		.session = session,
		.targets = targets,
		.nr = NR,
		.number = number,
	};
	sleeper_start(sleeper, cast, c);
}

/* All or nothing */

TEST_F(multicast, reaches_all)
{
	unsigned int refused;

	EXPECT_EQ(NR, TRY_CAST(7, &refused));
	for (int i = 0; i < NR; i++) {
		EXPECT_EQ(7, take_number(self->mailboxes[i]));
		EXPECT_EQ(-EAGAIN, take_number(self->mailboxes[i]));
	}
}

TEST_F(multicast, is_a_feature)
{
	EXPECT_TRUE(device_info(self->session).features &
		    IPCCHAN_FEATURE_MULTICAST);
}

TEST_F(multicast, leaves_refused_alone_when_it_succeeds)
{
	unsigned int refused;

	EXPECT_EQ(NR, TRY_CAST(7, &refused));
	EXPECT_EQ(4711, refused);
}

TEST_F(multicast, keeps_type_priority_and_bytes)
{
	char bytes[] = "twelve bytes";
	struct ipcchan_message message =
		MESSAGE(bytes, sizeof(bytes), .type = 9, .priority = 5);

	ASSERT_EQ(NR, mailbox_multicast(self->session, self->targets, NR,
					&message));
	for (int i = 0; i < NR; i++) {
		char buffer[100];
		struct ipcchan_message got = MESSAGE(buffer, sizeof(buffer));

		ASSERT_EQ(1, mailbox_receive(self->mailboxes[i], &got, 1));
		EXPECT_EQ(sizeof(bytes), got.length);
		EXPECT_EQ(9, got.type);
		EXPECT_EQ(5, got.priority);
		EXPECT_EQ(1, got.sequence);
		EXPECT_EQ(getpid(), got.tgid);
		EXPECT_STREQ(bytes, buffer);
	}
}

TEST_F(multicast, sends_empty_messages)
{
	struct ipcchan_message message = MESSAGE(NULL, 0);

	EXPECT_EQ(NR, mailbox_multicast(self->session, self->targets, NR,
					&message));
	EXPECT_EQ(1, mailbox_info(self->mailboxes[2]).messages);
}

TEST_F(multicast, carries_the_client_of_each_descriptor)
{
	int other = session_open();
	int mailbox = mailbox_open(other);
	struct ipcchan_message message;
	unsigned int number;
	unsigned int refused;

	self->targets[1].fd = mailbox;
	ASSERT_EQ(NR, TRY_CAST(7, &refused));
	numbers_buffer(&message, &number, 1);
	ASSERT_EQ(1, mailbox_receive(mailbox, &message, 1));
	EXPECT_EQ(device_info(other).client, message.client);
	ASSERT_EQ(1, mailbox_receive(self->mailboxes[0], &message, 1));
	EXPECT_EQ(device_info(self->session).client, message.client);
	close(mailbox);
	close(other);
}

TEST_F(multicast, serves_those_who_wait_for_messages)
{
	struct sleeper receivers[NR];
	unsigned int refused;

	for (int i = 0; i < NR; i++) {
		start_take(&receivers[i], self->mailboxes[i]);
		ASSERT_TRUE(await_waiters(self->mailboxes[i], 0, 1));
	}
	EXPECT_EQ(NR, TRY_CAST(7, &refused));
	for (int i = 0; i < NR; i++)
		EXPECT_EQ(7, sleeper_join(&receivers[i]));
}

TEST_F(multicast, reaches_none_if_one_is_full)
{
	unsigned int refused;

	for (int full = 0; full < NR; full++) {
		ASSERT_TRUE(fill(self->mailboxes[full]));
		EXPECT_EQ(-EAGAIN, TRY_CAST(7, &refused));
		EXPECT_EQ(full, refused);
		EXPECT_TRUE(are_empty(self->mailboxes, full));
		close(self->mailboxes[full]);
		self->mailboxes[full] = mailbox_open(self->session);
		self->targets[full].fd = self->mailboxes[full];
	}
}

TEST_F(multicast, gives_places_back_where_it_had_some)
{
	unsigned int refused;

	ASSERT_TRUE(fill(self->mailboxes[2]));
	EXPECT_EQ(-EAGAIN, TRY_CAST(7, &refused));
	EXPECT_TRUE(has_all_room(self->mailboxes[0]));
	EXPECT_TRUE(has_all_room(self->mailboxes[1]));
}

TEST_F(multicast, reaches_none_if_one_has_no_bytes_left)
{
	char bytes[60] = "";
	struct ipcchan_message message = MESSAGE(bytes, sizeof(bytes));
	unsigned int refused;

	ASSERT_EQ(1, mailbox_send(self->mailboxes[1], &message, 1));
	EXPECT_EQ(-EAGAIN, mailbox_multicast(self->session, self->targets, NR,
					     &message,
					     .flags = IPCCHAN_NONBLOCK));
	EXPECT_TRUE(are_empty(self->mailboxes, 1));
	EXPECT_EQ(NR, TRY_CAST(7, &refused));
}

TEST_F(multicast, reaches_none_if_one_is_dead)
{
	unsigned int refused;

	ASSERT_EQ(0, object_kill(self->mailboxes[1]));
	EXPECT_EQ(-EIDRM, TRY_CAST(7, &refused));
	EXPECT_EQ(1, refused);
	EXPECT_EQ(0, mailbox_info(self->mailboxes[0]).sent);
	EXPECT_TRUE(has_all_room(self->mailboxes[0]));
}

TEST_F(multicast, reaches_none_if_nobody_can_receive_from_one)
{
	unsigned int refused;
	int sender = object_restrict(self->mailboxes[2], IPCCHAN_RIGHT_SEND, 0);

	close(self->mailboxes[2]);
	self->mailboxes[2] = sender;
	self->targets[2].fd = sender;
	EXPECT_EQ(-EPIPE, TRY_CAST(7, &refused));
	EXPECT_EQ(2, refused);
	EXPECT_TRUE(are_empty(self->mailboxes, 2));
}

TEST_F(multicast, needs_the_right_to_send_to_each)
{
	unsigned int refused;
	int weak = object_restrict(self->mailboxes[1],
				   IPCCHAN_RIGHTS_MAILBOX &
				   ~IPCCHAN_RIGHT_SEND, 0);

	self->targets[1].fd = weak;
	EXPECT_EQ(-EPERM, TRY_CAST(7, &refused));
	EXPECT_EQ(1, refused);
	EXPECT_TRUE(are_empty(self->mailboxes, -1));
	close(weak);
}

TEST_F(multicast, needs_mailboxes)
{
	int region = region_open(self->session, 1);
	const int others[] = { region, self->session, 0, -1, 12345 };
	unsigned int refused;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		self->targets[2].fd = others[i];
		EXPECT_EQ(-EBADF, TRY_CAST(7, &refused));
		EXPECT_EQ(2, refused);
	}
	EXPECT_TRUE(are_empty(self->mailboxes, -1));
	close(region);
}

TEST_F(multicast, takes_no_mailbox_twice)
{
	int again = object_restrict(self->mailboxes[0], IPCCHAN_RIGHT_SEND, 0);
	unsigned int refused;

	self->targets[2].fd = self->mailboxes[0];
	EXPECT_EQ(-EINVAL, TRY_CAST(7, &refused));
	EXPECT_EQ(2, refused);
	self->targets[2].fd = again;
	EXPECT_EQ(-EINVAL, TRY_CAST(7, &refused));
	EXPECT_TRUE(are_empty(self->mailboxes, -1));
	close(again);
}

/* Puts another mailbox, with room for four, in the place of the second. */
static int put_second(int session, int *mailboxes,
		      struct ipcchan_target *targets, unsigned int delivery)
{
	bool is_latest = delivery == IPCCHAN_DELIVERY_LATEST;

	close(mailboxes[1]);
	mailboxes[1] = mailbox_open(session, .delivery = delivery,
				    .capacity_messages = is_latest ? 1 : 4);
	targets[1].fd = mailboxes[1];
	return mailboxes[1];
}

#define PUT_SECOND(delivery)						\
	put_second(self->session, self->mailboxes, self->targets, (delivery))

TEST_F(multicast, reaches_a_fair_mailbox)
{
	int fair = PUT_SECOND(IPCCHAN_DELIVERY_FAIR);
	unsigned int refused;

	ASSERT_EQ(NR, TRY_CAST(7, &refused));
	EXPECT_EQ(7, take_number(self->mailboxes[0]));
	EXPECT_EQ(7, take_number(fair));
	EXPECT_EQ(7, take_number(self->mailboxes[2]));
}

TEST_F(multicast, reaches_none_if_its_client_has_its_share_of_a_fair_one)
{
	int fair = PUT_SECOND(IPCCHAN_DELIVERY_FAIR);
	unsigned int refused;

	ASSERT_EQ(1, put_number(fair, 1));
	ASSERT_EQ(1, put_number(fair, 2));
	EXPECT_EQ(-EAGAIN, TRY_CAST(7, &refused));
	EXPECT_EQ(1, refused);
	EXPECT_TRUE(are_empty(self->mailboxes, 1));
}

TEST_F(multicast, leaves_the_share_of_its_client_as_it_was_if_another_refuses)
{
	int fair = PUT_SECOND(IPCCHAN_DELIVERY_FAIR);
	unsigned int refused;

	ASSERT_TRUE(fill(self->mailboxes[2]));
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(-EAGAIN, TRY_CAST(7, &refused));
	EXPECT_EQ(1, put_number(fair, 1));
	EXPECT_EQ(1, put_number(fair, 2));
	EXPECT_EQ(-EAGAIN, put_number(fair, 3));
}

TEST_F(multicast, waits_for_its_share_of_a_fair_mailbox)
{
	int fair = PUT_SECOND(IPCCHAN_DELIVERY_FAIR);
	struct sleeper sleeper;
	struct cast c;

	ASSERT_EQ(1, put_number(fair, 1));
	ASSERT_EQ(1, put_number(fair, 2));
	start_cast(&sleeper, &c, self->session, self->targets, 7);
	ASSERT_TRUE(await_waiters(fair, 1, 0));
	EXPECT_EQ(1, take_number(fair));
	EXPECT_EQ(NR, sleeper_join(&sleeper));
	EXPECT_EQ(2, take_number(fair));
	EXPECT_EQ(7, take_number(fair));
}

TEST_F(multicast, replaces_a_value)
{
	int latest = PUT_SECOND(IPCCHAN_DELIVERY_LATEST);
	unsigned int refused;

	ASSERT_EQ(1, put_number(latest, 1));
	ASSERT_EQ(NR, TRY_CAST(7, &refused));
	EXPECT_EQ(7, take_number(latest));
	EXPECT_EQ(7, take_number(self->mailboxes[0]));
}

TEST_F(multicast, leaves_a_value_alone_if_another_refuses)
{
	int latest = PUT_SECOND(IPCCHAN_DELIVERY_LATEST);
	unsigned int refused;

	ASSERT_EQ(1, put_number(latest, 1));
	ASSERT_TRUE(fill(self->mailboxes[2]));
	ASSERT_EQ(-EAGAIN, TRY_CAST(7, &refused));
	EXPECT_EQ(1, take_number(latest));
}

TEST_F(multicast, reaches_all_subscribers_of_a_broadcast)
{
	int broadcast = PUT_SECOND(IPCCHAN_DELIVERY_BROADCAST);
	int other = object_restrict(broadcast, IPCCHAN_RIGHT_RECEIVE, 0);
	unsigned int refused;

	ASSERT_EQ(0, mailbox_subscribe(broadcast));
	ASSERT_EQ(0, mailbox_subscribe(other));
	ASSERT_EQ(NR, TRY_CAST(7, &refused));
	EXPECT_EQ(7, take_number(broadcast));
	EXPECT_EQ(7, take_number(other));
	close(other);
}

TEST_F(multicast, reaches_none_if_a_subscriber_blocks)
{
	int broadcast = PUT_SECOND(IPCCHAN_DELIVERY_BROADCAST);
	unsigned int refused;

	ASSERT_EQ(0, mailbox_subscribe(broadcast,
				       .policy = IPCCHAN_POLICY_BLOCK));
	for (int i = 0; i < 4; i++)
		ASSERT_EQ(1, put_number(broadcast, i));
	EXPECT_EQ(-EAGAIN, TRY_CAST(7, &refused));
	EXPECT_EQ(1, refused);
	EXPECT_TRUE(are_empty(self->mailboxes, 1));
}

TEST_F(multicast, drops_nothing_of_a_broadcast_if_another_refuses)
{
	int broadcast = PUT_SECOND(IPCCHAN_DELIVERY_BROADCAST);
	unsigned int refused;

	ASSERT_EQ(0, mailbox_subscribe(broadcast));
	for (int i = 0; i < 4; i++)
		ASSERT_EQ(1, put_number(broadcast, i));
	ASSERT_TRUE(fill(self->mailboxes[2]));
	ASSERT_EQ(-EAGAIN, TRY_CAST(7, &refused));
	EXPECT_EQ(0, take_number(broadcast));
}

TEST_F(multicast, waits_for_a_subscriber_that_blocks)
{
	int broadcast = PUT_SECOND(IPCCHAN_DELIVERY_BROADCAST);
	struct sleeper sleeper;
	struct cast c;

	ASSERT_EQ(0, mailbox_subscribe(broadcast,
				       .policy = IPCCHAN_POLICY_BLOCK));
	for (int i = 0; i < 4; i++)
		ASSERT_EQ(1, put_number(broadcast, i));
	start_cast(&sleeper, &c, self->session, self->targets, 7);
	ASSERT_TRUE(await_waiters(broadcast, 1, 0));
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(i, take_number(broadcast));
	EXPECT_EQ(NR, sleeper_join(&sleeper));
	EXPECT_EQ(7, take_number(broadcast));
}

TEST_F(multicast, does_not_go_to_a_rendezvous)
{
	unsigned int refused;

	close(self->mailboxes[1]);
	self->mailboxes[1] = mailbox_open(self->session,
					  .capacity_messages = 0);
	self->targets[1].fd = self->mailboxes[1];
	EXPECT_EQ(-EOPNOTSUPP, TRY_CAST(7, &refused));
	EXPECT_EQ(1, refused);
	EXPECT_TRUE(are_empty(self->mailboxes, -1));
}

TEST_F(multicast, needs_a_message_that_all_take)
{
	char bytes[101] = "";
	struct ipcchan_message message = MESSAGE(bytes, sizeof(bytes));
	struct ipcchan_mailbox_multicast multicast = {
		.mailboxes = (uintptr_t)self->targets,
		.count = NR,
		.target_size = sizeof(self->targets[0]),
		.message = (uintptr_t)&message,
		.message_size = sizeof(message),
	};

	close(self->mailboxes[0]);
	self->mailboxes[0] = mailbox_open(self->session);
	self->targets[0].fd = self->mailboxes[0];
	EXPECT_EQ(-EMSGSIZE,
		  call(self->session, IPCCHAN_IOC_MAILBOX_MULTICAST,
		       &multicast));
	EXPECT_EQ(1, multicast.refused);
	EXPECT_TRUE(are_empty(self->mailboxes, -1));
}

TEST_F(multicast, charges_a_copy_for_each)
{
	__u64 before = device_info(self->session).user_bytes;
	__u64 one;
	unsigned int refused;

	ASSERT_EQ(1, put_number(self->mailboxes[0], 1));
	one = device_info(self->session).user_bytes - before;
	ASSERT_EQ(NR, TRY_CAST(7, &refused));
	EXPECT_EQ(before + one * (1 + NR),
		  device_info(self->session).user_bytes);
}

TEST_F(multicast, reaches_none_if_the_quota_is_not_enough_for_all)
{
	long long limit = module_parameter("max_user_bytes");
	__u64 before = device_info(self->session).user_bytes;
	unsigned int refused;
	__u64 one;

	ASSERT_EQ(1, put_number(self->mailboxes[0], 1));
	one = device_info(self->session).user_bytes - before;
	ASSERT_EQ(1, take_number(self->mailboxes[0]));
	ASSERT_EQ(0, set_module_parameter("max_user_bytes",
					  before + one * (NR - 1)));
	EXPECT_EQ(-EDQUOT, TRY_CAST(7, &refused));
	EXPECT_EQ(0, set_module_parameter("max_user_bytes", limit));
	EXPECT_EQ(NR - 1, refused);
	EXPECT_TRUE(are_empty(self->mailboxes, 0));
	EXPECT_EQ(before, device_info(self->session).user_bytes);
}

/* How it is called */

TEST_F(multicast, goes_to_64_mailboxes_and_no_more)
{
	struct ipcchan_target targets[IPCCHAN_MULTICAST_MAX + 1];
	int mailboxes[IPCCHAN_MULTICAST_MAX + 1];
	struct ipcchan_message message = MESSAGE("x", 1);

	for (int i = 0; i <= IPCCHAN_MULTICAST_MAX; i++) {
		mailboxes[i] = mailbox_open(self->session);
		ASSERT_LE(0, mailboxes[i]);
	}
	aim(targets, mailboxes, IPCCHAN_MULTICAST_MAX + 1);
	EXPECT_EQ(IPCCHAN_MULTICAST_MAX,
		  mailbox_multicast(self->session, targets,
				    IPCCHAN_MULTICAST_MAX, &message));
	EXPECT_EQ(-EINVAL,
		  mailbox_multicast(self->session, targets,
				    IPCCHAN_MULTICAST_MAX + 1, &message));
	EXPECT_EQ(0, mailbox_info(mailboxes[IPCCHAN_MULTICAST_MAX]).sent);
	for (int i = 0; i <= IPCCHAN_MULTICAST_MAX; i++) {
		if (i < IPCCHAN_MULTICAST_MAX)
			EXPECT_EQ(1, mailbox_info(mailboxes[i]).sent);
		close(mailboxes[i]);
	}
}

TEST_F(multicast, needs_a_readable_message)
{
	struct ipcchan_message message = MESSAGE(NULL, 4);

	EXPECT_EQ(-EFAULT, mailbox_multicast(self->session, self->targets, NR,
					     NULL));
	EXPECT_EQ(-EFAULT, mailbox_multicast(self->session, self->targets, NR,
					     &message));
	EXPECT_TRUE(are_empty(self->mailboxes, -1));
}

TEST_F(multicast, needs_a_message_of_a_known_size)
{
	char bytes[sizeof(struct ipcchan_message) + 8] = "";

	EXPECT_EQ(-EINVAL, mailbox_multicast(self->session, self->targets, NR,
					     bytes, .message_size = 8));
	EXPECT_EQ(-E2BIG, mailbox_multicast(self->session, self->targets, NR,
					    bytes, .message_size = 4097));
	EXPECT_EQ(NR, mailbox_multicast(self->session, self->targets, NR,
					bytes, .message_size = sizeof(bytes)));
	bytes[sizeof(bytes) - 1] = 1;
	EXPECT_EQ(-E2BIG, mailbox_multicast(self->session, self->targets, NR,
					    bytes,
					    .message_size = sizeof(bytes)));
}

TEST_F(multicast, refuses_a_bad_message)
{
	struct ipcchan_message bad[] = {
		MESSAGE("x", 1, .priority = IPCCHAN_PRIORITIES),
		MESSAGE("x", 1, .flags = 1),
		MESSAGE("x", 1, .nr_fds = IPCCHAN_FDS_MAX + 1),
	};

	EXPECT_EQ(-EINVAL, mailbox_multicast(self->session, self->targets, NR,
					     &bad[0]));
	EXPECT_EQ(-EOPNOTSUPP, mailbox_multicast(self->session, self->targets,
						 NR, &bad[1]));
	EXPECT_EQ(-EINVAL, mailbox_multicast(self->session, self->targets, NR,
					     &bad[2]));
	EXPECT_TRUE(are_empty(self->mailboxes, -1));
}

TEST_F(multicast, says_that_none_refused_where_the_call_is_wrong)
{
	struct ipcchan_message message = MESSAGE("x", 1);
	struct ipcchan_mailbox_multicast multicast = {
		.mailboxes = (uintptr_t)self->targets,
		.count = NR,
		.target_size = sizeof(self->targets[0]),
		.message = (uintptr_t)&message,
		.message_size = 1,
	};

	EXPECT_EQ(-EINVAL, call(self->session, IPCCHAN_IOC_MAILBOX_MULTICAST,
				&multicast));
	EXPECT_EQ(NR, multicast.refused);
}

TEST_F(multicast, gives_efault_where_it_cannot_say_who_refused)
{
	struct ipcchan_message message = MESSAGE("x", 1);
	struct ipcchan_mailbox_multicast *page =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, page);
	page->mailboxes = (uintptr_t)self->targets;
	page->count = NR;
	page->target_size = sizeof(self->targets[0]);
	page->message = (uintptr_t)&message;
	page->message_size = sizeof(message);
	ASSERT_EQ(0, mprotect(page, 4096, PROT_READ));
	ASSERT_TRUE(fill(self->mailboxes[1]));
	EXPECT_EQ(-EFAULT, call(self->session, IPCCHAN_IOC_MAILBOX_MULTICAST,
				page));
	EXPECT_TRUE(are_empty(self->mailboxes, 1));
	munmap(page, 4096);
}

TEST_F(multicast, does_not_sleep_where_the_device_does_not)
{
	struct ipcchan_message message = MESSAGE("x", 1);

	ASSERT_TRUE(fill(self->mailboxes[1]));
	ASSERT_EQ(0, set_nonblocking(self->session, true));
	EXPECT_EQ(-EAGAIN, mailbox_multicast(self->session, self->targets, NR,
					     &message));
}

/* Policies */

/* A mailbox that is full and has this policy. */
static int full_mailbox(int session, unsigned int policy)
{
	int mailbox = mailbox_open(session, .capacity_messages = ROOM,
				   .policy = policy);

	return mailbox < 0 || !fill(mailbox) ? -1 : mailbox;
}

TEST_F(multicast, fails_where_the_policy_is_to_fail)
{
	struct ipcchan_message message = MESSAGE("x", 1);
	int full = full_mailbox(self->session, IPCCHAN_POLICY_FAIL);

	ASSERT_LE(0, full);
	self->targets[1].fd = full;
	EXPECT_EQ(-EAGAIN, mailbox_multicast(self->session, self->targets, NR,
					     &message));
	EXPECT_EQ(0, mailbox_info(self->mailboxes[0]).sent);
	close(full);
}

TEST_F(multicast, makes_room_where_the_policy_is_to_make_room)
{
	int full = full_mailbox(self->session, IPCCHAN_POLICY_DROP_OLDEST);
	unsigned int refused;

	ASSERT_LE(0, full);
	self->targets[1].fd = full;
	EXPECT_EQ(NR, TRY_CAST(7, &refused));
	EXPECT_EQ(0, self->targets[1].flags);
	EXPECT_EQ(101, take_number(full));
	EXPECT_EQ(7, take_number(full));
	EXPECT_EQ(7, take_number(self->mailboxes[0]));
	close(full);
}

TEST_F(multicast, drops_what_was_there_where_only_the_latest_counts)
{
	int full = full_mailbox(self->session, IPCCHAN_POLICY_LATEST);
	unsigned int refused;

	ASSERT_LE(0, full);
	self->targets[1].fd = full;
	EXPECT_EQ(NR, TRY_CAST(7, &refused));
	EXPECT_EQ(7, take_number(full));
	EXPECT_EQ(-EAGAIN, take_number(full));
	close(full);
}

TEST_F(multicast, tells_where_the_policy_dropped_it)
{
	int full = full_mailbox(self->session, IPCCHAN_POLICY_DROP_NEW);
	unsigned int refused;

	ASSERT_LE(0, full);
	self->targets[1].fd = full;
	EXPECT_EQ(NR, TRY_CAST(7, &refused));
	EXPECT_EQ(0, self->targets[0].flags);
	EXPECT_EQ(IPCCHAN_MESSAGE_DROPPED, self->targets[1].flags);
	EXPECT_EQ(1, mailbox_info(full).dropped);
	EXPECT_EQ(100, take_number(full));
	EXPECT_EQ(7, take_number(self->mailboxes[0]));
	close(full);
}

TEST_F(multicast, drops_nothing_if_another_refuses)
{
	int full = full_mailbox(self->session, IPCCHAN_POLICY_LATEST);
	unsigned int refused;

	ASSERT_LE(0, full);
	ASSERT_TRUE(fill(self->mailboxes[2]));
	self->targets[0].fd = full;
	EXPECT_EQ(-EAGAIN, TRY_CAST(7, &refused));
	EXPECT_EQ(2, refused);
	EXPECT_EQ(0, mailbox_info(full).dropped);
	EXPECT_EQ(ROOM, mailbox_info(full).messages);
	close(full);
}

TEST_F(multicast, needs_a_writable_array_where_it_may_drop)
{
	struct ipcchan_message message = MESSAGE("x", 1);
	int full = full_mailbox(self->session, IPCCHAN_POLICY_DROP_NEW);
	struct ipcchan_target *page =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, page);
	ASSERT_LE(0, full);
	self->targets[1].fd = full;
	memcpy(page, self->targets, sizeof(self->targets));
	ASSERT_EQ(0, mprotect(page, 4096, PROT_READ));
	EXPECT_EQ(-EFAULT, mailbox_multicast(self->session, page, NR,
					     &message));
	EXPECT_EQ(0, mailbox_info(self->mailboxes[0]).sent);
	munmap(page, 4096);
	close(full);
}

/* Waiting */

TEST_F(multicast, waits_for_room_and_then_reaches_all)
{
	struct sleeper sleeper;
	struct cast c;

	ASSERT_TRUE(fill(self->mailboxes[1]));
	start_cast(&sleeper, &c, self->session, self->targets, 7);
	ASSERT_TRUE(await_waiters(self->mailboxes[1], 1, 0));
	EXPECT_TRUE(are_empty(self->mailboxes, 1));
	EXPECT_EQ(100, take_number(self->mailboxes[1]));
	EXPECT_EQ(NR, sleeper_join(&sleeper));
	EXPECT_EQ(7, take_number(self->mailboxes[0]));
	EXPECT_EQ(101, take_number(self->mailboxes[1]));
	EXPECT_EQ(7, take_number(self->mailboxes[1]));
	EXPECT_EQ(7, take_number(self->mailboxes[2]));
}

TEST_F(multicast, waits_for_one_mailbox_after_the_other)
{
	struct sleeper sleeper;
	struct cast c;

	ASSERT_TRUE(fill(self->mailboxes[0]));
	ASSERT_TRUE(fill(self->mailboxes[2]));
	start_cast(&sleeper, &c, self->session, self->targets, 7);
	ASSERT_TRUE(await_waiters(self->mailboxes[0], 1, 0));
	EXPECT_EQ(100, take_number(self->mailboxes[0]));
	ASSERT_TRUE(await_waiters(self->mailboxes[2], 1, 0));
	EXPECT_EQ(100, take_number(self->mailboxes[2]));
	EXPECT_EQ(NR, sleeper_join(&sleeper));
}

TEST_F(multicast, keeps_no_room_elsewhere_while_it_waits)
{
	struct sleeper sleeper;
	struct cast c;

	ASSERT_TRUE(fill(self->mailboxes[2]));
	start_cast(&sleeper, &c, self->session, self->targets, 7);
	ASSERT_TRUE(await_waiters(self->mailboxes[2], 1, 0));
	EXPECT_TRUE(has_all_room(self->mailboxes[0]));
	EXPECT_EQ(100, take_number(self->mailboxes[2]));
	/* Now it waits for the first, and the last has its room again. */
	ASSERT_TRUE(await_waiters(self->mailboxes[0], 1, 0));
	EXPECT_EQ(1, put_number(self->mailboxes[2], 5));
	EXPECT_EQ(100, take_number(self->mailboxes[0]));
	ASSERT_TRUE(await_waiters(self->mailboxes[2], 1, 0));
	EXPECT_EQ(101, take_number(self->mailboxes[2]));
	EXPECT_EQ(NR, sleeper_join(&sleeper));
}

TEST_F(multicast, gives_up_at_its_deadline)
{
	struct cast c = {
		.session = self->session,
		.targets = self->targets,
		.nr = NR,
		.number = 7,
		.deadline = deadline_after(NSEC_PER_MSEC),
	};

	ASSERT_TRUE(fill(self->mailboxes[1]));
	EXPECT_EQ(-ETIMEDOUT, cast(&c));
	EXPECT_EQ(1, c.refused);
	EXPECT_EQ(0, mailbox_info(self->mailboxes[1]).waiting_senders);
	EXPECT_TRUE(has_all_room(self->mailboxes[0]));
	EXPECT_TRUE(has_all_room(self->mailboxes[2]));
}

TEST_F(multicast, sends_at_once_though_its_deadline_has_passed)
{
	struct cast c = {
		.session = self->session,
		.targets = self->targets,
		.nr = NR,
		.number = 7,
		.deadline = 1,
	};

	EXPECT_EQ(NR, cast(&c));
}

static void do_nothing(int signal)
{
}

TEST_F(multicast, gives_up_at_a_signal)
{
	struct sigaction action = { .sa_handler = do_nothing };
	struct sleeper sleeper;
	struct cast c;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_TRUE(fill(self->mailboxes[1]));
	start_cast(&sleeper, &c, self->session, self->targets, 7);
	ASSERT_TRUE(await_waiters(self->mailboxes[1], 1, 0));
	ASSERT_TRUE(await_asleep(&sleeper));
	pthread_kill(sleeper.thread, SIGUSR1);
	EXPECT_EQ(-EINTR, sleeper_join(&sleeper));
	EXPECT_EQ(0, mailbox_info(self->mailboxes[1]).waiting_senders);
	EXPECT_TRUE(has_all_room(self->mailboxes[0]));
	EXPECT_TRUE(has_all_room(self->mailboxes[2]));
}

TEST_F(multicast, ends_when_the_mailbox_it_waits_for_is_killed)
{
	struct sleeper sleeper;
	struct cast c;

	ASSERT_TRUE(fill(self->mailboxes[1]));
	start_cast(&sleeper, &c, self->session, self->targets, 7);
	ASSERT_TRUE(await_waiters(self->mailboxes[1], 1, 0));
	ASSERT_EQ(0, object_kill(self->mailboxes[1]));
	EXPECT_EQ(-EIDRM, sleeper_join(&sleeper));
	EXPECT_EQ(1, c.refused);
	EXPECT_TRUE(has_all_room(self->mailboxes[0]));
}

TEST_F(multicast, ends_when_another_was_killed_while_it_waited)
{
	struct sleeper sleeper;
	struct cast c;

	ASSERT_TRUE(fill(self->mailboxes[2]));
	start_cast(&sleeper, &c, self->session, self->targets, 7);
	ASSERT_TRUE(await_waiters(self->mailboxes[2], 1, 0));
	ASSERT_EQ(0, object_kill(self->mailboxes[0]));
	EXPECT_EQ(100, take_number(self->mailboxes[2]));
	EXPECT_EQ(-EIDRM, sleeper_join(&sleeper));
	EXPECT_EQ(0, c.refused);
	EXPECT_EQ(1, mailbox_info(self->mailboxes[2]).messages);
	EXPECT_EQ(1, put_number(self->mailboxes[2], 8));
}

TEST_F(multicast, that_dies_while_it_waits_leaves_nothing)
{
	struct cast c = {
		.session = self->session,
		.targets = self->targets,
		.nr = NR,
		.number = 7,
	};
	__u64 before = device_info(self->session).user_bytes;
	struct child child;

	ASSERT_TRUE(fill(self->mailboxes[1]));
	before = device_info(self->session).user_bytes;
	child_start(&child, cast, &c);
	ASSERT_TRUE(await_waiters(self->mailboxes[1], 1, 0));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_EQ(0, mailbox_info(self->mailboxes[1]).waiting_senders);
	EXPECT_EQ(before, device_info(self->session).user_bytes);
	EXPECT_TRUE(are_empty(self->mailboxes, 1));
	EXPECT_TRUE(has_all_room(self->mailboxes[0]));
}

TEST_F(multicast, stands_in_line_behind_a_waiting_sender)
{
	struct sleeper sender;
	struct sleeper sleeper;
	unsigned int refused;
	struct cast c;

	ASSERT_TRUE(fill(self->mailboxes[1]));
	start_put(&sender, self->mailboxes[1], 5);
	ASSERT_TRUE(await_waiters(self->mailboxes[1], 1, 0));
	EXPECT_EQ(-EAGAIN, TRY_CAST(6, &refused));
	start_cast(&sleeper, &c, self->session, self->targets, 7);
	ASSERT_TRUE(await_waiters(self->mailboxes[1], 2, 0));
	EXPECT_EQ(100, take_number(self->mailboxes[1]));
	EXPECT_EQ(1, sleeper_join(&sender));
	EXPECT_EQ(0, mailbox_info(self->mailboxes[0]).sent);
	EXPECT_EQ(101, take_number(self->mailboxes[1]));
	EXPECT_EQ(NR, sleeper_join(&sleeper));
	EXPECT_EQ(5, take_number(self->mailboxes[1]));
	EXPECT_EQ(7, take_number(self->mailboxes[1]));
}

TEST_F(multicast, goes_before_a_sender_that_came_later)
{
	struct sleeper sender;
	struct sleeper sleeper;
	struct cast c;

	ASSERT_TRUE(fill(self->mailboxes[1]));
	start_cast(&sleeper, &c, self->session, self->targets, 7);
	ASSERT_TRUE(await_waiters(self->mailboxes[1], 1, 0));
	start_put(&sender, self->mailboxes[1], 5);
	ASSERT_TRUE(await_waiters(self->mailboxes[1], 2, 0));
	EXPECT_EQ(100, take_number(self->mailboxes[1]));
	EXPECT_EQ(NR, sleeper_join(&sleeper));
	EXPECT_EQ(101, take_number(self->mailboxes[1]));
	EXPECT_EQ(1, sleeper_join(&sender));
	EXPECT_EQ(7, take_number(self->mailboxes[1]));
	EXPECT_EQ(5, take_number(self->mailboxes[1]));
}

/*
 * From now on the other thread runs only when this one sleeps. Its turn may come
 * meanwhile, but it does not know.
 */
static bool keep_from_running(const struct sleeper *sleeper)
{
	struct sched_param first = { .sched_priority = 1 };
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	return !sched_setaffinity(sleeper->tid, sizeof(one), &one) &&
	       !sched_setaffinity(0, sizeof(one), &one) &&
	       !sched_setscheduler(0, SCHED_FIFO, &first);
}

/* One is held, and one dropped for: with the multicast there are three. */
TEST_F(multicast, has_its_place_though_another_makes_room_beside_it)
{
	unsigned int number;
	struct ipcchan_message message;
	struct sleeper sleeper;
	struct cast c;

	ASSERT_TRUE(fill(self->mailboxes[1]));
	message = MESSAGE(&number, sizeof(number));
	ASSERT_EQ(1, mailbox_receive(self->mailboxes[1], &message, 1,
				     .flags = IPCCHAN_HOLD));
	start_cast(&sleeper, &c, self->session, self->targets, 7);
	ASSERT_TRUE(await_waiters(self->mailboxes[1], 1, 0));
	if (!keep_from_running(&sleeper))
		SKIP(return, "SCHED_FIFO is not to be had");
	EXPECT_EQ(101, take_number(self->mailboxes[1]));
	numbers_fill(&message, &number, 1, 5);
	EXPECT_EQ(1, mailbox_send(self->mailboxes[1], &message, 1,
				  .policy = IPCCHAN_POLICY_DROP_OLDEST));
	EXPECT_EQ(0, message.flags);
	EXPECT_EQ(NR, sleeper_join(&sleeper));
	EXPECT_EQ(5, take_number(self->mailboxes[1]));
	EXPECT_EQ(7, take_number(self->mailboxes[1]));
	EXPECT_EQ(7, take_number(self->mailboxes[0]));
}

/* Many at a time */

#define CASTERS		3
#define CASTS		300

static int cast_often(void *argument)
{
	struct cast *c = argument;

	for (int i = 0; i < CASTS; i++, c->number++) {
		int ret = cast(c);

		if (ret != (int)c->nr)
			return ret;
	}
	return 0;
}

/**
 * struct taker - takes what all casters send
 * @mailbox: From where.
 * @numbers: What it took.
 */
struct taker {
	int mailbox;
	unsigned int numbers[CASTERS * CASTS];
};

static int take_all(void *argument)
{
	struct taker *taker = argument;

	for (int i = 0; i < CASTERS * CASTS; i++) {
		struct ipcchan_message message;
		int ret;

		numbers_buffer(&message, &taker->numbers[i], 1);
		ret = mailbox_receive(taker->mailbox, &message, 1);
		if (ret != 1)
			return ret;
	}
	return 0;
}

static bool is_each_once(const unsigned int *numbers)
{
	static bool seen[CASTERS * CASTS];

	memset(seen, 0, sizeof(seen));
	for (int i = 0; i < CASTERS * CASTS; i++) {
		if (numbers[i] >= CASTERS * CASTS || seen[numbers[i]])
			return false;
		seen[numbers[i]] = true;
	}
	return true;
}

/* Each goes through the mailboxes in an order of its own. */
static void rotate(struct ipcchan_target *to, const int *mailboxes, int by)
{
	for (int i = 0; i < NR; i++)
		to[i] = (struct ipcchan_target){
			.fd = mailboxes[(i + by) % NR],
		};
}

TEST_F(multicast, comes_to_all_once_and_in_one_order)
{
	static struct taker takers[NR];
	struct ipcchan_target targets[CASTERS][NR];
	struct cast casts[CASTERS];
	struct sleeper casters[CASTERS];
	struct sleeper receivers[NR];

	for (int i = 0; i < NR; i++) {
		takers[i].mailbox = self->mailboxes[i];
		sleeper_start(&receivers[i], take_all, &takers[i]);
	}
	for (int i = 0; i < CASTERS; i++) {
		rotate(targets[i], self->mailboxes, i);
		casts[i] = (struct cast){
			.session = self->session,
			.targets = targets[i],
			.nr = NR,
			.number = i * CASTS,
		};
		sleeper_start(&casters[i], cast_often, &casts[i]);
	}
	for (int i = 0; i < CASTERS; i++)
		EXPECT_EQ(0, sleeper_join(&casters[i]));
	for (int i = 0; i < NR; i++) {
		EXPECT_EQ(0, sleeper_join(&receivers[i]));
		EXPECT_TRUE(is_each_once(takers[i].numbers));
		EXPECT_EQ(0, memcmp(takers[0].numbers, takers[i].numbers,
				    sizeof(takers[0].numbers)));
	}
}

#include "ipcchan_selftest_main.h"
