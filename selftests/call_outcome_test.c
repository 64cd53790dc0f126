// SPDX-License-Identifier: GPL-2.0
/*
 * Whatever happens to whom at whatever time: each call has one outcome, the right
 * one, and the server knows it as well.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#include "ipcchan_selftest.h"

#define PAGE		4096
#define HOUR		3600

/* How far the call has come when something happens. */
enum place {
	QUEUED,
	COPYING_REQUEST,
	HELD,
	REPLIED,
	COPYING_REPLY,
};

/* What happens. */
enum event {
	SERVER_EXITS,
	SERVER_IS_KILLED,
	SERVER_CLOSES,
	CALLER_TIMES_OUT,
	CALLER_IS_SIGNALLED,
	CALLER_IS_KILLED,
	MAILBOX_IS_KILLED,
};

/*
 * What the server finds afterwards: it is not there to look; no message, and the
 * token, if any, is unknown; a notice, then ECANCELED, then ESRCH; EIDRM.
 */
enum finding {
	GONE,
	NOTHING,
	CANCELLED,
	DEAD,
};

/* What a killed caller tells. */
#define NONE	(-100020)

/**
 * struct stage - what all of them share
 * @place: That the call is to come to.
 * @server_at: 1: the server is open; 2: it has come to its place.
 * @caller_at: 1: the caller has begun; 2: it is to fetch the reply.
 * @order: What the server is to do: 1 exit, 2 close, 3 look.
 * @server_done: It has done that.
 * @finding: What it found.
 * @outcome: What the caller got; the length of the reply if that was it.
 * @name: Of the mailbox.
 */
struct stage {
	enum place place;
	int server_at;
	int caller_at;
	int order;
	int server_done;
	int finding;
	int outcome;
	char name[IPCCHAN_NAME_SIZE];
};

/* The server */

struct server {
	struct stage *stage;
	int mailbox;
	int faults;
	char *page;
	__u64 token;
	struct ipcchan_message received;
	struct sleeper receiver;
};

static int receive_into_page(void *argument)
{
	struct server *server = argument;

	server->received = MESSAGE(server->page, PAGE);
	return mailbox_receive(server->mailbox, &server->received, 1,
			       .flags = IPCCHAN_NONBLOCK);
}

static void receive_and_hold(struct server *server)
{
	char bytes[16];

	server->received = MESSAGE(bytes, sizeof(bytes));
	mailbox_receive(server->mailbox, &server->received, 1);
	server->token = server->received.token;
}

static void reply(struct server *server)
{
	mailbox_reply(server->mailbox,
		      &MESSAGE("fact", 4, .token = server->token));
}

static void come_to_place(struct server *server)
{
	enum place place = server->stage->place;

	await_messages(server->mailbox, 1);
	if (place == COPYING_REQUEST) {
		sleeper_start(&server->receiver, receive_into_page, server);
		await_fault(server->faults);
	}
	if (place >= HELD)
		receive_and_hold(server);
	if (place >= REPLIED)
		reply(server);
	__atomic_store_n(&server->stage->server_at, 2, __ATOMIC_SEQ_CST);
}

static int receive_now(struct server *server)
{
	char bytes[16];

	server->received = MESSAGE(bytes, sizeof(bytes));
	return mailbox_receive(server->mailbox, &server->received, 1,
			       .flags = IPCCHAN_NONBLOCK);
}

static bool is_cancelled(struct server *server)
{
	return (server->received.flags & IPCCHAN_MESSAGE_NOTICE) &&
	       server->received.type == IPCCHAN_NOTICE_CANCELLED &&
	       server->received.token == server->token;
}

static int look(struct server *server)
{
	struct ipcchan_message late = MESSAGE("late", 4,
					      .token = server->token);
	int received = receive_now(server);
	int first = mailbox_reply(server->mailbox, &late);
	int second = mailbox_reply(server->mailbox, &late);

	if (received == -EIDRM)
		return DEAD;
	if (received == 1 && is_cancelled(server) && first == -ECANCELED &&
	    second == -ESRCH)
		return CANCELLED;
	if (received == -EAGAIN && first == (server->token ? -ESRCH : -EINVAL))
		return NOTHING;
	return received;
}

static int serve(void *argument)
{
	struct stage *stage = argument;
	int session = session_open();
	struct server server = { .stage = stage };

	server.mailbox = object_open_for(session, IPCCHAN_KIND_MAILBOX,
					 stage->name, 0,
					 IPCCHAN_RIGHT_RECEIVE, 0);
	server.page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	server.faults = faults_open(server.page, PAGE);
	__atomic_store_n(&stage->server_at, 1, __ATOMIC_SEQ_CST);
	come_to_place(&server);
	while (!__atomic_load_n(&stage->order, __ATOMIC_SEQ_CST))
		nap();
	if (stage->order == 1)
		_exit(0);
	if (stage->order == 2)
		close(server.mailbox);
	if (stage->place == COPYING_REQUEST) {
		faults_pass(server.faults, server.page, PAGE);
		sleeper_join(&server.receiver);
	}
	if (stage->order == 3)
		stage->finding = look(&server);
	__atomic_store_n(&stage->server_done, 1, __ATOMIC_SEQ_CST);
	pause();
	return 0;
}

/* The caller */

static void ignore_signal(int sig)
{
}

/* An hour from now: until somebody sets the clock. */
static __u64 in_an_hour(void)
{
	return now_ns(CLOCK_REALTIME) + HOUR * NSEC_PER_SEC;
}

static int fetch_later(int mailbox, struct stage *stage,
		       struct ipcchan_message *request,
		       struct ipcchan_message *answer)
{
	int err = mailbox_call_start(mailbox, request,
				     .deadline_ns = IPCCHAN_DEADLINE_NEVER);

	__atomic_store_n(&stage->caller_at, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&stage->caller_at, __ATOMIC_SEQ_CST) != 2)
		nap();
	return err ? err : mailbox_call_wait(mailbox, request->token, answer,
					     .deadline_ns = 0);
}

static int make_call(void *argument)
{
	struct stage *stage = argument;
	int session = session_open();
	int mailbox = object_open_for(session, IPCCHAN_KIND_MAILBOX,
				      stage->name, 0, IPCCHAN_RIGHT_SEND, 0);
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct ipcchan_message request = MESSAGE("ask", 3);
	struct ipcchan_message answer = MESSAGE(page, PAGE);
	struct sigaction action = { .sa_handler = ignore_signal };
	int err;

	sigaction(SIGUSR1, &action, NULL);
	if (stage->place == REPLIED)
		err = fetch_later(mailbox, stage, &request, &answer);
	else
		err = mailbox_call(mailbox, &request, &answer,
				   .flags = IPCCHAN_REALTIME,
				   .deadline_ns = in_an_hour());
	stage->outcome = err ? err : (int)answer.length;
	return 0;
}

/* A caller that is stopped at the page where its reply is copied to. */
struct copying {
	struct stage *stage;
	int mailbox;
	char *page;
};

static int call_into_page(void *argument)
{
	struct copying *copying = argument;
	struct ipcchan_message request = MESSAGE("ask", 3);
	struct ipcchan_message answer = MESSAGE(copying->page, PAGE);
	int err = mailbox_call(copying->mailbox, &request, &answer,
			       .flags = IPCCHAN_REALTIME,
			       .deadline_ns = in_an_hour());

	return err ? err : (int)answer.length;
}

static int make_call_that_copies(void *argument)
{
	struct stage *stage = argument;
	struct sigaction action = { .sa_handler = ignore_signal };
	struct copying copying = { .stage = stage };
	struct sleeper caller;
	int session = session_open();
	int faults;

	sigaction(SIGUSR1, &action, NULL);
	copying.mailbox = object_open_for(session, IPCCHAN_KIND_MAILBOX,
					  stage->name, 0, IPCCHAN_RIGHT_SEND,
					  0);
	copying.page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	faults = faults_open(copying.page, PAGE);
	sleeper_start(&caller, call_into_page, &copying);
	await_fault(faults);
	__atomic_store_n(&stage->caller_at, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&stage->caller_at, __ATOMIC_SEQ_CST) != 2)
		nap();
	faults_pass(faults, copying.page, PAGE);
	stage->outcome = sleeper_join(&caller);
	return 0;
}

/* The test */

FIXTURE(outcome)
{
	int session;
	int mailbox;
	struct stage *stage;
	struct child server;
	struct child caller;
};

FIXTURE_VARIANT(outcome)
{
	enum place place;
	enum event event;
	int outcome;
	enum finding finding;
};

#define VARIANT(variant, at, what, gets, finds)				\
	FIXTURE_VARIANT_ADD(outcome, variant)				\
	{								\
		.place = at,						\
		.event = what,						\
		.outcome = gets,					\
		.finding = finds,					\
	}

#define REPLY	4

VARIANT(queued_and_server_exits, QUEUED, SERVER_EXITS, -EPIPE, GONE);
VARIANT(queued_and_server_is_killed, QUEUED, SERVER_IS_KILLED, -EPIPE, GONE);
VARIANT(queued_and_server_closes, QUEUED, SERVER_CLOSES, -EPIPE, GONE);
VARIANT(queued_and_caller_times_out, QUEUED, CALLER_TIMES_OUT, -ETIMEDOUT,
	NOTHING);
VARIANT(queued_and_caller_is_signalled, QUEUED, CALLER_IS_SIGNALLED, -EINTR,
	NOTHING);
VARIANT(queued_and_caller_is_killed, QUEUED, CALLER_IS_KILLED, NONE, NOTHING);
VARIANT(queued_and_mailbox_is_killed, QUEUED, MAILBOX_IS_KILLED, -EIDRM, DEAD);

VARIANT(being_copied_and_server_exits, COPYING_REQUEST, SERVER_EXITS, -EPIPE,
	GONE);
VARIANT(being_copied_and_server_is_killed, COPYING_REQUEST, SERVER_IS_KILLED,
	-EPIPE, GONE);
/* The receive goes on and gets it, and then there is no descriptor. */
VARIANT(being_copied_and_server_closes, COPYING_REQUEST, SERVER_CLOSES,
	-EOWNERDEAD, GONE);
VARIANT(being_copied_and_caller_times_out, COPYING_REQUEST, CALLER_TIMES_OUT,
	-ETIMEDOUT, NOTHING);
VARIANT(being_copied_and_caller_is_signalled, COPYING_REQUEST,
	CALLER_IS_SIGNALLED, -EINTR, NOTHING);
VARIANT(being_copied_and_caller_is_killed, COPYING_REQUEST, CALLER_IS_KILLED,
	NONE, NOTHING);
VARIANT(being_copied_and_mailbox_is_killed, COPYING_REQUEST, MAILBOX_IS_KILLED,
	-EIDRM, DEAD);

VARIANT(held_and_server_exits, HELD, SERVER_EXITS, -EOWNERDEAD, GONE);
VARIANT(held_and_server_is_killed, HELD, SERVER_IS_KILLED, -EOWNERDEAD, GONE);
VARIANT(held_and_server_closes, HELD, SERVER_CLOSES, -EOWNERDEAD, GONE);
VARIANT(held_and_caller_times_out, HELD, CALLER_TIMES_OUT, -ETIMEDOUT,
	CANCELLED);
VARIANT(held_and_caller_is_signalled, HELD, CALLER_IS_SIGNALLED, -EINTR,
	CANCELLED);
VARIANT(held_and_caller_is_killed, HELD, CALLER_IS_KILLED, NONE, CANCELLED);
VARIANT(held_and_mailbox_is_killed, HELD, MAILBOX_IS_KILLED, -EOWNERDEAD, DEAD);

VARIANT(replied_and_server_exits, REPLIED, SERVER_EXITS, REPLY, GONE);
VARIANT(replied_and_server_is_killed, REPLIED, SERVER_IS_KILLED, REPLY, GONE);
VARIANT(replied_and_server_closes, REPLIED, SERVER_CLOSES, REPLY, GONE);
VARIANT(replied_and_caller_times_out, REPLIED, CALLER_TIMES_OUT, REPLY, NOTHING);
VARIANT(replied_and_caller_is_signalled, REPLIED, CALLER_IS_SIGNALLED, REPLY,
	NOTHING);
VARIANT(replied_and_caller_is_killed, REPLIED, CALLER_IS_KILLED, NONE, NOTHING);
VARIANT(replied_and_mailbox_is_killed, REPLIED, MAILBOX_IS_KILLED, REPLY, DEAD);

VARIANT(reply_being_copied_and_server_exits, COPYING_REPLY, SERVER_EXITS, REPLY,
	GONE);
VARIANT(reply_being_copied_and_server_is_killed, COPYING_REPLY,
	SERVER_IS_KILLED, REPLY, GONE);
VARIANT(reply_being_copied_and_server_closes, COPYING_REPLY, SERVER_CLOSES,
	REPLY, GONE);
VARIANT(reply_being_copied_and_caller_times_out, COPYING_REPLY,
	CALLER_TIMES_OUT, REPLY, NOTHING);
VARIANT(reply_being_copied_and_caller_is_signalled, COPYING_REPLY,
	CALLER_IS_SIGNALLED, REPLY, NOTHING);
VARIANT(reply_being_copied_and_caller_is_killed, COPYING_REPLY,
	CALLER_IS_KILLED, NONE, NOTHING);
VARIANT(reply_being_copied_and_mailbox_is_killed, COPYING_REPLY,
	MAILBOX_IS_KILLED, REPLY, DEAD);

FIXTURE_SETUP(outcome)
{
	self->session = session_open();
	self->stage = shared_alloc(sizeof(*self->stage));
	self->stage->place = variant->place;
	self->stage->outcome = NONE;
	snprintf(self->stage->name, sizeof(self->stage->name), "%s",
		 fresh_name());
	self->mailbox = object_open_for(self->session, IPCCHAN_KIND_MAILBOX,
					self->stage->name, IPCCHAN_OPEN_CREATE,
					IPCCHAN_RIGHT_ADMIN, 0600);
	ASSERT_LE(0, self->mailbox);
}

FIXTURE_TEARDOWN(outcome)
{
	child_end(&self->server);
	child_end(&self->caller);
	close(self->mailbox);
	close(self->session);
	munmap(self->stage, sizeof(*self->stage));
}

static bool await_calls(int mailbox, unsigned int calls)
{
	__u64 deadline = deadline_must_happen();

	while (now_ns(CLOCK_MONOTONIC) < deadline) {
		if (mailbox_info(mailbox).calls == calls)
			return true;
		nap();
	}
	return false;
}

/* Both are there, and the call has come to its place. */
static bool come_together(FIXTURE_DATA(outcome) * self)
{
	bool copies = self->stage->place == COPYING_REPLY;

	child_start(&self->server, serve, self->stage);
	if (!await_counter(&self->stage->server_at, 1))
		return false;
	child_start(&self->caller, copies ? make_call_that_copies : make_call,
		    self->stage);
	if (!await_counter(&self->stage->server_at, 2))
		return false;
	if (self->stage->place >= REPLIED)
		return await_counter(&self->stage->caller_at, 1);
	return await_calls(self->mailbox, 1);
}

static void set_clock(long seconds)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	time.tv_sec += seconds;
	clock_settime(CLOCK_REALTIME, &time);
}

static bool give_order(struct stage *stage, int order)
{
	__atomic_store_n(&stage->order, order, __ATOMIC_SEQ_CST);
	return order == 1 || await_counter(&stage->server_done, 1);
}

static bool happens_to_server(FIXTURE_DATA(outcome) * self, enum event event)
{
	if (event == SERVER_EXITS)
		give_order(self->stage, 1);
	if (event == SERVER_CLOSES)
		return give_order(self->stage, 2);
	if (event == SERVER_IS_KILLED)
		kill(self->server.pid, SIGKILL);
	child_join(&self->server);
	return true;
}

static bool happens(FIXTURE_DATA(outcome) * self, enum event event)
{
	if (event <= SERVER_CLOSES)
		return happens_to_server(self, event);
	if (event == CALLER_TIMES_OUT)
		set_clock(2 * HOUR);
	if (event == CALLER_IS_SIGNALLED)
		kill(self->caller.pid, SIGUSR1);
	if (event == CALLER_IS_KILLED)
		kill(self->caller.pid, SIGKILL);
	if (event == MAILBOX_IS_KILLED)
		object_kill(self->mailbox);
	return true;
}

/* The caller is through, whatever it got. */
static void await_caller(FIXTURE_DATA(outcome) * self)
{
	__atomic_store_n(&self->stage->caller_at, 2, __ATOMIC_SEQ_CST);
	child_join(&self->caller);
}

TEST_F(outcome, is_the_right_one_on_both_sides)
{
	ASSERT_TRUE(come_together(self));
	ASSERT_TRUE(happens(self, variant->event));
	await_caller(self);
	if (variant->event == CALLER_TIMES_OUT)
		set_clock(-2 * HOUR);
	EXPECT_EQ(variant->outcome, self->stage->outcome);
	if (variant->finding == GONE)
		return;
	ASSERT_TRUE(give_order(self->stage, 3));
	EXPECT_EQ(variant->finding, self->stage->finding);
}

#include "ipcchan_selftest_main.h"
