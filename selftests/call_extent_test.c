// SPDX-License-Identifier: GPL-2.0
/*
 * Extents in requests and replies: whatever becomes of a call, each page has one owner
 * at most, none while it is in a message, and comes back in the end.
 */

#include "kselftest_harness.h"

#include <signal.h>
#include <sys/mman.h>

#include "call_numbers.h"
#include "extents.h"

#define READ_WRITE	(PROT_READ | PROT_WRITE)

/* Who may access the page: the caller before, the server, the caller by the reply. */
enum view {
	REGION,
	SERVED,
	REPLIED,
	VIEWS,
};

#define OF(view)	(1 << (view))
#define NOBODY		0

FIXTURE(page)
{
	int session;
	int client;
	int server;
	int other_client;
	int other_server;
	size_t page;
	int fds[VIEWS];
	char *memory[VIEWS];
	struct ipcchan_extent extent;
	__u64 token;
	int *counter;
	struct child child;
	struct sleeper thread;
};

static void open_ends(int session, int *client, int *server)
{
	int mailbox = mailbox_open(session, .capacity_messages = 1,
				   .flags = IPCCHAN_OPEN_CREATE |
					    IPCCHAN_OPEN_FDS);

	*client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	*server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE |
				  IPCCHAN_RIGHT_ADMIN, 0);
	close(mailbox);
}

static void show(FIXTURE_DATA(page) * self, enum view view, int fd)
{
	self->fds[view] = fd;
	self->memory[view] = map_pages(fd, self->page, READ_WRITE) ?:
			     map_pages(fd, self->page, PROT_READ);
}

static void hide(FIXTURE_DATA(page) * self, enum view view)
{
	munmap(self->memory[view], self->page);
	close(self->fds[view]);
	self->memory[view] = NULL;
	self->fds[view] = -1;
}

FIXTURE_SETUP(page)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->session = session_open();
	open_ends(self->session, &self->client, &self->server);
	open_ends(self->session, &self->other_client, &self->other_server);
	self->fds[SERVED] = -1;
	self->fds[REPLIED] = -1;
	show(self, REGION, region_open(self->session, self->page));
	ASSERT_NE(NULL, self->memory[REGION]);
	self->memory[REGION][0] = 'a';
	self->counter = shared_alloc(sizeof(*self->counter));
}

FIXTURE_TEARDOWN(page)
{
	for (int i = 0; i < VIEWS; i++)
		close(self->fds[i]);
	close(self->client);
	close(self->server);
	close(self->other_client);
	close(self->other_server);
	close(self->session);
}

/* Who may write. */
static int owners(FIXTURE_DATA(page) * self)
{
	int found = NOBODY;

	for (int i = 0; i < VIEWS; i++)
		if (self->memory[i] && !poke(self->memory[i] + 1, i))
			found |= OF(i);
	return found;
}

static bool is_back(FIXTURE_DATA(page) * self)
{
	return owners(self) == OF(REGION) &&
	       !region_info(self->fds[REGION]).extents;
}

/* A message with the page of this view. */
static struct ipcchan_message lending(FIXTURE_DATA(page) * self, enum view view,
				      unsigned int mode)
{
	self->extent = (struct ipcchan_extent){
		.fd = self->fds[view],
		.mode = mode,
		.length = self->page,
	};
	return MESSAGE("page", 4, .fds = (uintptr_t)&self->extent, .nr_fds = 1,
		       .flags = IPCCHAN_MESSAGE_EXTENTS);
}

static int ask_until(FIXTURE_DATA(page) * self, unsigned int mode,
		     __u64 deadline_ns)
{
	struct ipcchan_message request = lending(self, REGION, mode);
	int err = mailbox_call_start(self->client, &request,
				     .deadline_ns = deadline_ns);

	self->token = request.token;
	return err;
}

static int ask(FIXTURE_DATA(page) * self, unsigned int mode)
{
	return ask_until(self, mode, IPCCHAN_DEADLINE_NEVER);
}

static int take_from(FIXTURE_DATA(page) * self, int server)
{
	char bytes[4];
	int fd = -1;
	struct ipcchan_message request =
		MESSAGE(bytes, sizeof(bytes), .fds = (uintptr_t)&fd,
			.nr_fds = 1);
	int nr = mailbox_receive(server, &request, 1,
				 .flags = IPCCHAN_NONBLOCK);

	if (nr == 1)
		show(self, SERVED, fd);
	return nr;
}

static int take(FIXTURE_DATA(page) * self)
{
	return take_from(self, self->server);
}

/* The page is the server's. */
static bool is_held(FIXTURE_DATA(page) * self)
{
	return !ask(self, MOVE) && take(self) == 1 &&
	       owners(self) == OF(SERVED);
}

static int answer(FIXTURE_DATA(page) * self, unsigned int mode)
{
	struct ipcchan_message reply = lending(self, SERVED, mode);

	reply.token = self->token;
	return mailbox_reply(self->server, &reply);
}

static int try_fetch(FIXTURE_DATA(page) * self)
{
	char bytes[4];
	int fd = -1;
	struct ipcchan_message reply =
		MESSAGE(bytes, sizeof(bytes), .fds = (uintptr_t)&fd,
			.nr_fds = 1);
	int err = mailbox_call_wait(self->client, self->token, &reply,
				    .flags = IPCCHAN_NONBLOCK);

	if (!err && !reply.error)
		show(self, REPLIED, fd);
	return err ?: -(int)reply.error;
}

/* The outcome. Who sleeps for it and holds the request would wait for ever. */
static int fetch(FIXTURE_DATA(page) * self)
{
	__u64 deadline = deadline_must_happen();
	int err;

	while ((err = try_fetch(self)) == -EAGAIN) {
		if (now_ns(CLOCK_MONOTONIC) > deadline)
			return HANGS;
		nap();
	}
	return err;
}

/* There and back */

TEST_F(page, is_nobodys_while_the_request_is_queued)
{
	ASSERT_EQ(0, ask(self, MOVE));
	EXPECT_EQ(NOBODY, owners(self));
}

TEST_F(page, is_the_servers_while_it_holds_the_request)
{
	ASSERT_EQ(0, ask(self, MOVE));
	ASSERT_EQ(1, take(self));
	EXPECT_EQ('a', peek(self->memory[SERVED]));
	EXPECT_EQ(OF(SERVED), owners(self));
}

TEST_F(page, is_the_callers_again_when_the_server_gives_it_back)
{
	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(0, poke(self->memory[SERVED], 'b'));
	ASSERT_EQ(0, region_release(self->fds[SERVED]));
	EXPECT_TRUE(is_back(self));
	EXPECT_EQ('b', peek(self->memory[REGION]));
}

/* Which may be passed on. */
TEST_F(page, stays_with_the_request_that_the_server_holds)
{
	ASSERT_TRUE(is_held(self));
	hide(self, SERVED);
	EXPECT_EQ(NOBODY, owners(self));
	ASSERT_EQ(0, answer_number(self->server, self->token, 5));
	ASSERT_EQ(5, fetch_number(self->client, self->token));
	EXPECT_TRUE(is_back(self));
}

TEST_F(page, is_the_callers_again_by_the_reply)
{
	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(0, poke(self->memory[SERVED], 'b'));
	ASSERT_EQ(0, answer(self, MOVE));
	EXPECT_EQ(NOBODY, owners(self));
	ASSERT_EQ(0, fetch(self));
	EXPECT_EQ(OF(REPLIED), owners(self));
	EXPECT_EQ('b', peek(self->memory[REPLIED]));
}

TEST_F(page, is_of_the_region_again_when_all_is_closed)
{
	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(0, answer(self, MOVE));
	hide(self, SERVED);
	ASSERT_EQ(0, fetch(self));
	ASSERT_EQ(OF(REPLIED), owners(self));
	hide(self, REPLIED);
	EXPECT_TRUE(is_back(self));
}

TEST_F(page, that_is_shared_by_a_request_stays_the_callers)
{
	ASSERT_EQ(0, ask(self, SHARE));
	ASSERT_EQ(1, take(self));
	EXPECT_EQ(0, poke(self->memory[REGION], 'b'));
	EXPECT_EQ('b', peek(self->memory[SERVED]));
	EXPECT_EQ(-EPERM, answer(self, MOVE));
	EXPECT_EQ(-EBUSY, put_extent(self->other_client, self->fds[REGION],
				     MOVE, 0, self->page));
	hide(self, SERVED);
	ASSERT_EQ(0, answer_number(self->server, self->token, 5));
	ASSERT_EQ(5, fetch_number(self->client, self->token));
	EXPECT_TRUE(is_back(self));
}

TEST_F(page, that_is_shared_by_a_reply_stays_the_servers)
{
	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(0, answer(self, SHARE));
	ASSERT_EQ(0, fetch(self));
	EXPECT_EQ(0, poke(self->memory[SERVED], 'b'));
	EXPECT_EQ('b', peek(self->memory[REPLIED]));
	EXPECT_EQ(BUS, peek(self->memory[REGION]));
	hide(self, SERVED);
	EXPECT_EQ('b', peek(self->memory[REPLIED]));
	hide(self, REPLIED);
	EXPECT_TRUE(is_back(self));
}

static int call_with_page(void *fixture)
{
	FIXTURE_DATA(page) * self = fixture;
	char bytes[4];
	int fd = -1;
	struct ipcchan_message request = lending(self, REGION, MOVE);
	struct ipcchan_message reply =
		MESSAGE(bytes, sizeof(bytes), .fds = (uintptr_t)&fd,
			.nr_fds = 1);
	int err = mailbox_call(self->client, &request, &reply);

	self->token = request.token;
	return err ?: fd;
}

/* What call_with_page() has sent. */
static int take_called(FIXTURE_DATA(page) * self)
{
	char bytes[4];
	int fd = -1;
	struct ipcchan_message request =
		MESSAGE(bytes, sizeof(bytes), .fds = (uintptr_t)&fd,
			.nr_fds = 1);
	int nr = mailbox_receive(self->server, &request, 1);

	show(self, SERVED, fd);
	self->token = request.token;
	return nr;
}

TEST_F(page, goes_there_and_back_while_its_caller_waits)
{
	int fd;

	sleeper_start(&self->thread, call_with_page, self);
	ASSERT_EQ(1, take_called(self));
	EXPECT_EQ(OF(SERVED), owners(self));
	ASSERT_EQ(0, answer(self, MOVE));
	fd = sleeper_join(&self->thread);
	ASSERT_LE(0, fd);
	show(self, REPLIED, fd);
	EXPECT_EQ(OF(REPLIED), owners(self));
}

static int answer_and_take(FIXTURE_DATA(page) * self,
			   struct ipcchan_message *next)
{
	struct ipcchan_message reply = lending(self, SERVED, MOVE);
	int err;

	reply.token = self->token;
	err = mailbox_reply_receive(self->server, &reply, next,
				    .flags = IPCCHAN_NONBLOCK);
	/* The caller tells by it whether it was answered. */
	return err < 0 && reply.token ? -ECANCELED : err;
}

TEST_F(page, goes_back_while_the_next_comes)
{
	int region = region_open(self->session, self->page);
	const struct ipcchan_extent other = { region, MOVE, 0, self->page };
	struct ipcchan_message next;
	char bytes[4];
	int fd = -1;

	next = MESSAGE(bytes, sizeof(bytes), .fds = (uintptr_t)&fd, .nr_fds = 1);
	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(1, put_extents(self->client, &other, 1));
	ASSERT_EQ(1, answer_and_take(self, &next));
	EXPECT_EQ(1, region_info(region).extents);
	hide(self, SERVED);
	show(self, SERVED, fd);
	EXPECT_EQ(OF(SERVED), owners(self));
	ASSERT_EQ(0, fetch(self));
	EXPECT_EQ(OF(SERVED) | OF(REPLIED), owners(self));
	close(region);
}

TEST_F(page, goes_back_though_there_is_no_next)
{
	struct ipcchan_message next = {};

	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(-EAGAIN, answer_and_take(self, &next));
	EXPECT_EQ(NOBODY, owners(self));
	ASSERT_EQ(0, fetch(self));
	EXPECT_EQ(OF(REPLIED), owners(self));
}

/* To another server */

static int pass_on(FIXTURE_DATA(page) * self)
{
	return mailbox_call_forward(self->server, self->token,
				    self->other_client);
}

TEST_F(page, goes_on_with_its_request)
{
	ASSERT_TRUE(is_held(self));
	hide(self, SERVED);
	ASSERT_EQ(0, pass_on(self));
	EXPECT_EQ(NOBODY, owners(self));
	ASSERT_EQ(1, take_from(self, self->other_server));
	EXPECT_EQ(OF(SERVED), owners(self));
}

TEST_F(page, comes_back_from_a_mailbox_that_it_was_passed_on_to)
{
	ASSERT_TRUE(is_held(self));
	hide(self, SERVED);
	ASSERT_EQ(0, pass_on(self));
	ASSERT_EQ(0, object_kill(self->other_server));
	EXPECT_EQ(-EOWNERDEAD, fetch(self));
	EXPECT_TRUE(is_back(self));
}

TEST_F(page, stays_with_a_server_that_cannot_pass_its_request_on)
{
	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(1, put_number(self->other_client, 1));
	EXPECT_EQ(-EAGAIN, pass_on(self));
	EXPECT_EQ(OF(SERVED), owners(self));
	ASSERT_EQ(0, answer(self, MOVE));
	ASSERT_EQ(0, fetch(self));
	EXPECT_EQ(OF(REPLIED), owners(self));
}

static int take_there(void *fixture)
{
	FIXTURE_DATA(page) * self = fixture;

	if (take_from(self, self->other_server) != 1)
		return -1;
	return self->memory[SERVED] ? 0 : -EBUSY;
}

TEST_F(page, is_mapped_by_one_server_though_its_request_is_passed_on)
{
	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(0, pass_on(self));
	EXPECT_EQ(-EBUSY, run_in_child(take_there, self));
	EXPECT_EQ(OF(SERVED), owners(self));
}

/* What is refused */

TEST_F(page, stays_the_callers_if_the_request_is_too_long)
{
	struct ipcchan_message request = lending(self, REGION, MOVE);

	request.size = mailbox_info(self->client).max_message_size + 1;
	EXPECT_EQ(-EMSGSIZE, mailbox_call_start(self->client, &request));
	EXPECT_TRUE(is_back(self));
}

TEST_F(page, is_the_callers_again_if_there_is_no_room_for_the_request)
{
	struct ipcchan_message request = lending(self, REGION, MOVE);

	ASSERT_EQ(1, put_number(self->client, 1));
	EXPECT_EQ(-EAGAIN, mailbox_call_start(self->client, &request,
					      .flags = IPCCHAN_NONBLOCK));
	EXPECT_TRUE(is_back(self));
}

TEST_F(page, stays_in_the_request_if_the_server_has_no_room_for_it)
{
	struct ipcchan_message received = {};

	ASSERT_EQ(0, ask(self, MOVE));
	EXPECT_EQ(-EMSGSIZE, mailbox_receive(self->server, &received, 1));
	EXPECT_EQ(1, received.nr_fds);
	EXPECT_EQ(NOBODY, owners(self));
	ASSERT_EQ(1, take(self));
	EXPECT_EQ(OF(SERVED), owners(self));
}

TEST_F(page, stays_the_servers_if_the_reply_is_too_long)
{
	struct ipcchan_message reply;

	ASSERT_TRUE(is_held(self));
	reply = lending(self, SERVED, MOVE);
	reply.token = self->token;
	reply.size = device_info(self->session).max_message_size + 1;
	EXPECT_EQ(-EMSGSIZE, mailbox_reply(self->server, &reply));
	EXPECT_EQ(OF(SERVED), owners(self));
	ASSERT_EQ(0, answer(self, MOVE));
	ASSERT_EQ(0, fetch(self));
	EXPECT_EQ(OF(REPLIED), owners(self));
}

TEST_F(page, stays_the_servers_if_the_reply_is_to_nobody)
{
	ASSERT_TRUE(is_held(self));
	self->token ^= 1;
	EXPECT_EQ(-ESRCH, answer(self, MOVE));
	EXPECT_EQ(OF(SERVED), owners(self));
}

TEST_F(page, stays_in_the_reply_if_the_caller_has_no_room_for_it)
{
	struct ipcchan_message reply = {};

	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(0, answer(self, MOVE));
	EXPECT_EQ(-EMSGSIZE, mailbox_call_wait(self->client, self->token,
					       &reply));
	EXPECT_EQ(1, reply.nr_fds);
	EXPECT_EQ(NOBODY, owners(self));
	ASSERT_EQ(0, fetch(self));
	EXPECT_EQ(OF(REPLIED), owners(self));
}

TEST_F(page, is_the_servers_again_if_the_caller_has_the_reply_cut)
{
	struct ipcchan_message reply = {};

	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(0, answer(self, MOVE));
	ASSERT_EQ(0, mailbox_call_wait(self->client, self->token, &reply,
				       .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(IPCCHAN_MESSAGE_FDS_CLOSED,
		  reply.flags & IPCCHAN_MESSAGE_FDS_CLOSED);
	EXPECT_EQ(OF(SERVED), owners(self));
	hide(self, SERVED);
	EXPECT_TRUE(is_back(self));
}

/* The end of the caller */

TEST_F(page, is_back_when_a_call_that_nobody_received_times_out)
{
	struct ipcchan_message request = lending(self, REGION, MOVE);
	struct ipcchan_message reply = {};

	EXPECT_EQ(-ETIMEDOUT,
		  mailbox_call(self->client, &request, &reply,
			       .deadline_ns = deadline_after(NSEC_PER_MSEC)));
	EXPECT_TRUE(is_back(self));
}

TEST_F(page, stays_the_servers_when_its_call_times_out)
{
	__u64 soon = deadline_after(NSEC_PER_SEC * time_scale() / 2);

	ASSERT_EQ(0, ask_until(self, MOVE, soon));
	ASSERT_EQ(1, take(self));
	EXPECT_EQ(-ETIMEDOUT, fetch(self));
	EXPECT_EQ(OF(SERVED), owners(self));
	EXPECT_EQ(-ECANCELED, answer(self, MOVE));
	EXPECT_EQ(OF(SERVED), owners(self));
	hide(self, SERVED);
	EXPECT_TRUE(is_back(self));
}

TEST_F(page, is_back_when_a_call_that_nobody_received_is_cancelled)
{
	ASSERT_EQ(0, ask(self, MOVE));
	ASSERT_EQ(0, mailbox_call_cancel(self->client, self->token));
	EXPECT_TRUE(is_back(self));
}

TEST_F(page, is_the_servers_again_when_nobody_fetches_the_reply)
{
	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(0, answer(self, MOVE));
	EXPECT_EQ(NOBODY, owners(self));
	close(self->client);
	EXPECT_EQ(OF(SERVED), owners(self));
	hide(self, SERVED);
	EXPECT_TRUE(is_back(self));
}

TEST_F(page, stays_the_servers_when_its_caller_is_killed)
{
	child_start(&self->child, call_with_page, self);
	ASSERT_EQ(1, take_called(self));
	kill(self->child.pid, SIGKILL);
	ASSERT_EQ(DIED, child_join(&self->child));
	EXPECT_EQ(OF(SERVED), owners(self));
	EXPECT_EQ(-ECANCELED, answer(self, MOVE));
	EXPECT_EQ(OF(SERVED), owners(self));
	hide(self, SERVED);
	EXPECT_TRUE(is_back(self));
}

/* The end of the server */

TEST_F(page, is_back_when_a_server_closes_that_received_nothing)
{
	ASSERT_EQ(0, ask(self, MOVE));
	close(self->server);
	EXPECT_EQ(-EPIPE, fetch(self));
	EXPECT_TRUE(is_back(self));
}

static int hold(void *fixture)
{
	FIXTURE_DATA(page) * self = fixture;

	if (take(self) != 1 || poke(self->memory[SERVED], 'b'))
		return -1;
	__atomic_store_n(self->counter, 1, __ATOMIC_RELEASE);
	return await_counter(self->counter, 2);
}

static int hold_unmapped(void *fixture)
{
	FIXTURE_DATA(page) * self = fixture;

	if (take(self) != 1 || munmap(self->memory[SERVED], self->page))
		return -1;
	__atomic_store_n(self->counter, 1, __ATOMIC_RELEASE);
	return await_counter(self->counter, 2);
}

static bool kill_server(FIXTURE_DATA(page) * self, int (*server)(void *fixture))
{
	child_start(&self->child, server, self);
	if (!await_counter(self->counter, 1) || owners(self) != NOBODY)
		return false;
	kill(self->child.pid, SIGKILL);
	return child_join(&self->child) == DIED;
}

TEST_F(page, is_back_as_its_server_left_it_when_that_is_killed)
{
	ASSERT_EQ(0, ask(self, MOVE));
	ASSERT_TRUE(kill_server(self, hold));
	EXPECT_EQ(-EOWNERDEAD, fetch(self));
	EXPECT_TRUE(await_extents(self->fds[REGION], 0));
	EXPECT_TRUE(is_back(self));
	EXPECT_EQ('b', peek(self->memory[REGION]));
}

TEST_F(page, is_back_when_a_server_is_killed_that_has_not_mapped_it)
{
	ASSERT_EQ(0, ask(self, MOVE));
	ASSERT_TRUE(kill_server(self, hold_unmapped));
	EXPECT_EQ(-EOWNERDEAD, fetch(self));
	EXPECT_TRUE(await_extents(self->fds[REGION], 0));
	EXPECT_TRUE(is_back(self));
}

static int hold_and_answer(void *fixture)
{
	FIXTURE_DATA(page) * self = fixture;

	if (take(self) != 1 || poke(self->memory[SERVED], 'b') ||
	    answer(self, MOVE))
		return -1;
	__atomic_store_n(self->counter, 1, __ATOMIC_RELEASE);
	return await_counter(self->counter, 2);
}

TEST_F(page, is_in_the_reply_though_its_server_is_killed)
{
	ASSERT_EQ(0, ask(self, MOVE));
	ASSERT_TRUE(kill_server(self, hold_and_answer));
	EXPECT_EQ(NOBODY, owners(self));
	ASSERT_EQ(0, fetch(self));
	EXPECT_EQ('b', peek(self->memory[REPLIED]));
	EXPECT_EQ(OF(REPLIED), owners(self));
	hide(self, REPLIED);
	EXPECT_TRUE(is_back(self));
}

/* The end of the mailbox */

TEST_F(page, is_back_when_the_mailbox_is_killed_with_the_request)
{
	ASSERT_EQ(0, ask(self, MOVE));
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_EQ(-EIDRM, fetch(self));
	EXPECT_TRUE(is_back(self));
}

TEST_F(page, stays_the_servers_when_the_mailbox_is_killed)
{
	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_EQ(OF(SERVED), owners(self));
	EXPECT_EQ(-EOWNERDEAD, fetch(self));
	EXPECT_EQ(-ESRCH, answer(self, MOVE));
	EXPECT_EQ(OF(SERVED), owners(self));
	hide(self, SERVED);
	EXPECT_TRUE(is_back(self));
}

TEST_F(page, stays_in_the_reply_when_the_mailbox_is_killed)
{
	ASSERT_TRUE(is_held(self));
	ASSERT_EQ(0, answer(self, MOVE));
	ASSERT_EQ(0, object_kill(self->server));
	EXPECT_EQ(NOBODY, owners(self));
	ASSERT_EQ(0, fetch(self));
	EXPECT_EQ(OF(REPLIED), owners(self));
}

#include "ipcchan_selftest_main.h"
