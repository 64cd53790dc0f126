// SPDX-License-Identifier: GPL-2.0
/* WAIT_LIST: who waits for whom. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include "sync.h"

FIXTURE(list)
{
	int session;
	int mutex;
	struct ipcchan_wait_info waits[4];
};

FIXTURE_SETUP(list)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mutex = mutex_open(self->session);
	ASSERT_LE(0, self->mutex);
}

FIXTURE_TEARDOWN(list)
{
	close(self->mutex);
	close(self->session);
}

TEST_F(list, is_empty_where_nobody_waits)
{
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(0, wait_list(self->session, self->waits));
}

TEST_F(list, tells_who_waits_for_what_that_who_has)
{
	__u64 before = now_ns(CLOCK_MONOTONIC);
	struct sleeper sleeper;

	ASSERT_EQ(0, mutex_lock(self->mutex));
	start_lock(&sleeper, &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	EXPECT_EQ(1, wait_list(self->session, self->waits));
	EXPECT_EQ(device_info(self->session).client, self->waits[0].client);
	EXPECT_EQ(object_info(self->mutex).id, self->waits[0].object);
	EXPECT_EQ(IPCCHAN_KIND_MUTEX, self->waits[0].kind);
	EXPECT_EQ(IPCCHAN_WAIT_FOR_ANY, self->waits[0].mode);
	EXPECT_EQ(getpid(), self->waits[0].tgid);
	EXPECT_EQ(sleeper.tid, self->waits[0].tid);
	EXPECT_EQ(getpid(), self->waits[0].holder_tgid);
	EXPECT_EQ(gettid(), self->waits[0].holder_tid);
	EXPECT_LE(before, self->waits[0].since_ns);
	EXPECT_GE(now_ns(CLOCK_MONOTONIC), self->waits[0].since_ns);
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(0, sleeper_join(&sleeper));
	EXPECT_EQ(0, wait_list(self->session, self->waits));
}

TEST_F(list, goes_on_behind_those_that_were_told)
{
	struct sleeper sleepers[3];

	ASSERT_EQ(0, mutex_lock(self->mutex));
	for (int i = 0; i < 3; i++)
		start_lock(&sleepers[i], &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 3));
	EXPECT_EQ(2, wait_list(self->session, self->waits, .count = 2));
	EXPECT_EQ(1, wait_list(self->session, self->waits, .first = 2));
	EXPECT_EQ(0, wait_list(self->session, self->waits, .first = 3));
	ASSERT_EQ(0, object_kill(self->mutex));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(-EIDRM, sleeper_join(&sleepers[i]));
}

static int list_as_another(void *argument)
{
	struct ipcchan_wait_info waits[4];

	return wait_list(session_open(), waits);
}

TEST_F(list, tells_others_nothing_of_what_is_not_theirs)
{
	struct sleeper sleeper;

	ASSERT_EQ(0, mutex_lock(self->mutex));
	start_lock(&sleeper, &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	EXPECT_EQ(0, run_as(ALICE, ALICE, list_as_another, NULL));
	EXPECT_EQ(1, run_in_child(list_as_another, NULL));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

/* A call is held by the process of who received it, whichever thread answers. */
static int ask(void *mailbox)
{
	char bytes[8];
	struct ipcchan_message request = MESSAGE("ask", 3);
	struct ipcchan_message reply = MESSAGE(bytes, sizeof(bytes));

	return call(*(int *)mailbox, IPCCHAN_IOC_MAILBOX_CALL,
		    &(struct ipcchan_mailbox_call){
			.request = (uintptr_t)&request,
			.reply = (uintptr_t)&reply,
			.message_size = sizeof(request),
			.deadline_ns = deadline_must_happen(),
		    });
}

TEST_F(list, tells_of_calls_too)
{
	char bytes[8];
	struct ipcchan_message request = MESSAGE(bytes, sizeof(bytes));
	int mailbox = mailbox_open(self->session);
	struct sleeper sleeper;

	sleeper_start(&sleeper, ask, &mailbox);
	ASSERT_EQ(1, mailbox_receive(mailbox, &request, 1));
	EXPECT_EQ(1, wait_list(self->session, self->waits));
	EXPECT_EQ(IPCCHAN_KIND_MAILBOX, self->waits[0].kind);
	EXPECT_EQ(IPCCHAN_CALL_HELD, self->waits[0].state);
	EXPECT_EQ(sleeper.tid, self->waits[0].tid);
	EXPECT_EQ(getpid(), self->waits[0].holder_tgid);
	EXPECT_EQ(0, self->waits[0].holder_tid);
	ASSERT_EQ(0, mailbox_reply(mailbox, &MESSAGE("fact", 4,
						     .token = request.token)));
	EXPECT_EQ(0, sleeper_join(&sleeper));
	close(mailbox);
}

TEST_F(list, is_refused_what_it_does_not_know)
{
	EXPECT_EQ(-EOPNOTSUPP, wait_list(self->session, self->waits, .flags = 1));
	EXPECT_EQ(-EINVAL, wait_list(self->session, self->waits, .count = 0));
	EXPECT_EQ(-EINVAL, wait_list(self->session, self->waits,
				     .count = IPCCHAN_LIST_MAX + 1));
	EXPECT_EQ(-EINVAL, wait_list(self->session, self->waits, .entry_size = 8));
	EXPECT_EQ(-E2BIG, wait_list(self->session, self->waits,
				    .entry_size = 1 << 20));
}

#include "ipcchan_selftest_main.h"
