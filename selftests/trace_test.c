// SPDX-License-Identifier: GPL-2.0
/*
 * What the trace events ipcchan:* tell: of each ioctl its result, and of a
 * mailbox where its messages go. They are traced into a buffer apart.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <ctype.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "call_numbers.h"
#include "ipcchan_selftest.h"
#include "sync.h"
#include "uapi_calls.h"

#define TRACEFS		"/sys/kernel/tracing"
#define EVENTS		"/events/ipcchan"
#define BUFFER		TRACEFS "/instances/ipcchan-trace-test"

/* Bytes of a line that a test looks at, and of the words that it looks for. */
#define LINE		512

static bool has_tracefs(void)
{
	return !access(TRACEFS "/instances", F_OK) ||
	       (!mount("tracefs", TRACEFS, "tracefs", 0, NULL) &&
		!access(TRACEFS "/instances", F_OK));
}

static bool write_file(const char *path, int flags, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags);
	bool done = fd >= 0 && write(fd, text, strlen(text)) >= 0;

	close(fd);
	return done;
}

static bool switch_events(const char *value)
{
	return write_file(BUFFER EVENTS "/enable", 0, value);
}

/*
 * To make it takes the kernel half a second, a file for each event that it has;
 * so all tests use it, one after the other. It is for life as the option is now:
 * the names of tasks are not recorded. For that the kernel would change code of
 * its scheduler while that runs, which QEMU 7.2 does not always emulate (Oops:
 * int3).
 */
static bool make_buffer(void)
{
	bool done;

	if (!access(BUFFER, F_OK))
		return true;
	write_file(TRACEFS "/options/record-cmd", 0, "0");
	done = !mkdir(BUFFER, 0700);
	write_file(TRACEFS "/options/record-cmd", 0, "1");
	return done;
}

static bool start_tracing(void)
{
	return make_buffer() && write_file(BUFFER "/trace", O_TRUNC, "") &&
	       switch_events("1");
}

/* Tests end by _exit(2): this is for the program. */
static __attribute__((destructor)) void stop_tracing(void)
{
	switch_events("0");
	rmdir(BUFFER);
}

/* Is this word of the form name=value in the line? */
static bool has_word(const char *line, const char *word)
{
	size_t length = strlen(word);
	const char *at = line;

	while ((at = strstr(at, word))) {
		if (at > line && at[-1] == ' ' && isspace(at[length]))
			return true;
		at += length;
	}
	return false;
}

static bool has_words(const char *line, const char *words)
{
	char copy[LINE];
	char *rest = copy;
	char *word;

	snprintf(copy, sizeof(copy), "%s", words);
	while ((word = strsep(&rest, " ")))
		if (*word && !has_word(line, word))
			return false;
	return true;
}

/* Is it a line of this event; NULL: of any of ours? */
static bool is_event(const char *line, const char *event)
{
	char mark[LINE];

	if (!event)
		return line[0] != '#' && strchr(line, '=');
	snprintf(mark, sizeof(mark), ": %s: ", event);
	return strstr(line, mark);
}

/**
 * struct found - lines that were looked for
 * @nr: How many.
 * @last: Number of the last of them.
 */
struct found {
	int nr;
	int last;
};

static struct found look(const char *event, const char *words)
{
	struct found found = {};
	char line[LINE];
	FILE *file = fopen(BUFFER "/trace", "re");

	if (!file)
		return found;
	for (int number = 1; fgets(line, sizeof(line), file); number++) {
		if (!is_event(line, event) || !has_words(line, words))
			continue;
		found.nr++;
		found.last = number;
	}
	fclose(file);
	return found;
}

/* How often the event was told with all of these words. */
static __attribute__((format(printf, 2, 3))) int
told(const char *event, const char *format, ...)
{
	char words[LINE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	return look(event, words).nr;
}

/* Ioctls */

FIXTURE(trace_ioctl)
{
	struct uapi_world world;
	void *argument;
	int fd;
	char event[IPCCHAN_NAME_SIZE];
	__u64 object;
	__u64 client;
	bool fails;
};

FIXTURE_VARIANT(trace_ioctl)
{
	struct uapi_call call;
};

#include "uapi_traces.h"

static const char *const kinds[UAPI_KINDS] = {
	"device", "mailbox", "region", "ring", "mutex", "semaphore", "event",
	"condvar", "barrier", "rwlock",
};

/* The event of an ioctl has its name, in lower case. */
static void set_event(char *event, const char *name)
{
	while (*name) {
		*event = *name++;
		if (*event >= 'A' && *event <= 'Z')
			*event += 'a' - 'A';
		event++;
	}
	*event = '\0';
}

FIXTURE_SETUP(trace_ioctl)
{
	const struct uapi_ioctl *ioctl = variant->call.ioctl;

	if (!has_tracefs())
		SKIP(return, "no tracefs");
	ASSERT_TRUE(uapi_world_open(&self->world));
	/* One call can come to nothing but its deadline. */
	self->fails = uapi_expected(&self->world, &variant->call) == -ETIMEDOUT;
	self->argument = uapi_argument(&self->world, &variant->call,
				       ioctl->size);
	self->fd = self->world.fds[variant->call.kind];
	set_event(self->event, ioctl->name);
	if (variant->call.kind != UAPI_device)
		self->object = object_info(self->fd).id;
	self->client = device_info(self->world.fds[UAPI_device]).client;
	ASSERT_TRUE(start_tracing());
}

FIXTURE_TEARDOWN(trace_ioctl)
{
	uapi_world_close(&self->world);
}

/* How often the ioctl was told with this result. */
#define TOLD(result)							\
	told(self->event,						\
	     "object=%llu kind=%s client=%llu argument_size=%zu result=%d", \
	     self->object, kinds[variant->call.kind], self->client,	\
	     variant->call.ioctl->size, (result))

TEST_F(trace_ioctl, tells_its_result)
{
	int result = call(self->fd, variant->call.ioctl->cmd, self->argument);

	EXPECT_EQ(self->fails, result < 0);
	EXPECT_EQ(1, TOLD(result));
}

TEST_F(trace_ioctl, tells_why_it_is_refused)
{
	unsigned long cmd = variant->call.ioctl->cmd;

	EXPECT_EQ(-EFAULT, call(self->fd, cmd, NULL));
	EXPECT_EQ(1, TOLD(-EFAULT));
}

TEST_F(trace_ioctl, tells_of_a_descriptor_that_it_is_not_for)
{
	const struct uapi_ioctl *ioctl = variant->call.ioctl;
	int expected = 0;

	for (int kind = 0; kind < UAPI_KINDS; kind++) {
		if (ioctl->kinds >> kind & 1)
			continue;
		EXPECT_EQ(-EBADF, call(self->world.fds[kind], ioctl->cmd,
				       self->argument));
		EXPECT_EQ(1, told(self->event, "kind=%s result=%d", kinds[kind],
				  -EBADF));
		expected++;
	}
	EXPECT_EQ(expected, told(self->event, "%s", ""));
}

/* Mailboxes */

FIXTURE(trace)
{
	int session;
	int mailbox;
	__u64 client;
	__u64 id;
	struct sleeper sleeping;
};

FIXTURE_SETUP(trace)
{
	if (!has_tracefs())
		SKIP(return, "no tracefs");
	ASSERT_TRUE(start_tracing());
	self->session = session_open();
	self->mailbox = mailbox_open(self->session, .capacity_messages = 2);
	ASSERT_LE(0, self->mailbox);
	self->client = device_info(self->session).client;
	self->id = object_info(self->mailbox).id;
}

FIXTURE_TEARDOWN(trace)
{
	close(self->mailbox);
	close(self->session);
}

/* Another mailbox instead of the usual one. */
#define REPLACE_MAILBOX(...)						\
	do {								\
		close(self->mailbox);					\
		self->mailbox = mailbox_open(self->session, __VA_ARGS__); \
		self->id = object_info(self->mailbox).id;		\
	} while (0)

/* How often the event was told of the mailbox, with these words too. */
#define TOLD_OF(event, format, ...)					\
	told(event, "mailbox=%llu " format, self->id, ##__VA_ARGS__)

static int put_by(int mailbox, unsigned int policy, unsigned int number)
{
	struct ipcchan_message message;

	numbers_fill(&message, &number, 1, number);
	return mailbox_send(mailbox, &message, 1, .policy = policy,
			    .flags = IPCCHAN_NONBLOCK);
}

static int take_held(int mailbox)
{
	struct ipcchan_message message;
	unsigned int number;

	numbers_buffer(&message, &number, 1);
	return mailbox_receive(mailbox, &message, 1,
			       .flags = IPCCHAN_NONBLOCK | IPCCHAN_HOLD);
}

TEST_F(trace, tells_what_is_accepted)
{
	ASSERT_EQ(1, put_number_at(self->mailbox, 7, 3));
	EXPECT_EQ(1, TOLD_OF("mailbox_accept",
			     "client=%llu sender=%llu sequence=1 type=7 priority=3 size=4 nr_fds=0 depth=1 held=0",
			     self->client, self->client));
}

TEST_F(trace, tells_who_takes_it)
{
	const char *name = fresh_name();
	int session = session_open();
	__u64 client = device_info(session).client;
	int receiver;

	close(self->mailbox);
	self->mailbox = object_open(self->session, IPCCHAN_KIND_MAILBOX, name,
				    IPCCHAN_OPEN_CREATE);
	self->id = object_info(self->mailbox).id;
	receiver = object_open(session, IPCCHAN_KIND_MAILBOX, name, 0);
	ASSERT_EQ(1, put_number(self->mailbox, 7));
	ASSERT_EQ(7, take_number(receiver));
	EXPECT_EQ(1, TOLD_OF("mailbox_take",
			     "client=%llu sender=%llu type=7 depth=0 held=1",
			     client, self->client));
	EXPECT_EQ(1, TOLD_OF("mailbox_done",
			     "client=%llu sender=%llu type=7 depth=0 held=0",
			     client, self->client));
	close(receiver);
	close(session);
}

TEST_F(trace, keeps_the_order_of_what_happened)
{
	const char *const events[] = {
		"mailbox_accept", "mailbox_send", "mailbox_take",
		"mailbox_done", "mailbox_receive",
	};
	int last = 0;

	ASSERT_EQ(1, put_number(self->mailbox, 7));
	ASSERT_EQ(7, take_number(self->mailbox));
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		struct found found = look(events[i], "");

		EXPECT_EQ(1, found.nr);
		EXPECT_LT(last, found.last);
		last = found.last;
	}
}

TEST_F(trace, tells_of_messages_without_an_ioctl)
{
	char byte = 'x';

	ASSERT_EQ(1, write(self->mailbox, &byte, 1));
	ASSERT_EQ(1, read(self->mailbox, &byte, 1));
	EXPECT_EQ(1, TOLD_OF("mailbox_accept", "size=1"));
	EXPECT_EQ(1, TOLD_OF("mailbox_done", "size=1"));
}

TEST_F(trace, tells_what_goes_back_after_a_fault)
{
	struct ipcchan_message message = MESSAGE(NULL, 4);

	ASSERT_EQ(1, put_number(self->mailbox, 7));
	ASSERT_EQ(-EFAULT, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(1, TOLD_OF("mailbox_take", "sequence=1"));
	EXPECT_EQ(1, TOLD_OF("mailbox_back", "sequence=1 depth=1 held=0"));
	EXPECT_EQ(0, TOLD_OF("mailbox_done", ""));
}

TEST_F(trace, tells_what_is_held_and_committed)
{
	struct ipcchan_held held = { .sequence = 1 };

	ASSERT_EQ(1, put_number(self->mailbox, 7));
	ASSERT_EQ(1, take_held(self->mailbox));
	EXPECT_EQ(1, TOLD_OF("mailbox_hold", "sequence=1 held=1"));
	EXPECT_EQ(0, TOLD_OF("mailbox_done", ""));
	ASSERT_EQ(1, mailbox_commit(self->mailbox, &held, 1));
	EXPECT_EQ(1, TOLD_OF("mailbox_done", "sequence=1 held=0"));
}

TEST_F(trace, tells_what_is_released)
{
	struct ipcchan_held held = { .sequence = 1 };

	ASSERT_EQ(1, put_number(self->mailbox, 7));
	ASSERT_EQ(1, take_held(self->mailbox));
	ASSERT_EQ(1, mailbox_release(self->mailbox, &held, 1));
	EXPECT_EQ(1, TOLD_OF("mailbox_back", "sequence=1 depth=1 held=0"));
}

TEST_F(trace, tells_what_is_dropped_to_make_room)
{
	for (int i = 1; i <= 3; i++)
		ASSERT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_OLDEST,
				    i));
	EXPECT_EQ(1, TOLD_OF("mailbox_drop",
			     "client=%llu sequence=1 policy=drop-oldest stored=1",
			     self->client));
	EXPECT_EQ(1, TOLD_OF("mailbox_drop", ""));
}

TEST_F(trace, tells_what_is_dropped_for_want_of_room)
{
	for (int i = 1; i <= 3; i++)
		ASSERT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_NEW, i));
	EXPECT_EQ(1, TOLD_OF("mailbox_drop",
			     "sequence=3 type=3 policy=drop-new stored=0"));
	EXPECT_EQ(2, TOLD_OF("mailbox_accept", ""));
}

TEST_F(trace, tells_to_whom_a_loss_is_told)
{
	for (int i = 1; i <= 4; i++)
		ASSERT_EQ(1, put_by(self->mailbox, IPCCHAN_POLICY_DROP_OLDEST,
				    i));
	ASSERT_EQ(3, take_number(self->mailbox));
	ASSERT_EQ(4, take_number(self->mailbox));
	EXPECT_EQ(1, TOLD_OF("mailbox_lost", "client=%llu sequence=3 lost=2",
			     self->client));
	EXPECT_EQ(1, TOLD_OF("mailbox_lost", ""));
}

TEST_F(trace, tells_of_a_reader_that_is_too_slow)
{
	REPLACE_MAILBOX(.delivery = IPCCHAN_DELIVERY_BROADCAST,
			.capacity_messages = 1);
	ASSERT_EQ(0, mailbox_subscribe(self->mailbox,
				       .policy = IPCCHAN_POLICY_EVICT));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(0, TOLD_OF("mailbox_evict", ""));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(1, TOLD_OF("mailbox_evict", "sequence=1 subscribers=1"));
}

TEST_F(trace, tells_what_a_slow_reader_does_not_get)
{
	REPLACE_MAILBOX(.delivery = IPCCHAN_DELIVERY_LATEST,
			.capacity_messages = 1);
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(1, TOLD_OF("mailbox_drop",
			     "client=0 sequence=1 policy=reader stored=1"));
}

TEST_F(trace, tells_what_its_sender_takes_back)
{
	struct ipcchan_message message = MESSAGE("x", 1, .type = 9);

	REPLACE_MAILBOX(.capacity_messages = 0);
	ASSERT_EQ(-ETIMEDOUT,
		  mailbox_send(self->mailbox, &message, 1,
			       .deadline_ns = deadline_after(NSEC_PER_MSEC)));
	EXPECT_EQ(1, TOLD_OF("mailbox_accept", "type=9 depth=1"));
	EXPECT_EQ(1, TOLD_OF("mailbox_withdraw", "type=9 depth=0"));
	EXPECT_EQ(1, TOLD_OF("mailbox_send_wake", "nr=0 result=%d",
			     -ETIMEDOUT));
}

TEST_F(trace, tells_of_a_sender_that_waits_for_room)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	start_put(&self->sleeping, self->mailbox, 3);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	EXPECT_EQ(1, TOLD_OF("mailbox_send_wait",
			     "client=%llu depth=2 waiting_senders=1 waiting_receivers=0",
			     self->client));
	ASSERT_EQ(1, take_number(self->mailbox));
	ASSERT_EQ(1, sleeper_join(&self->sleeping));
	EXPECT_EQ(1, TOLD_OF("mailbox_send_wake", "nr=1 result=0"));
}

TEST_F(trace, tells_of_a_message_from_hand_to_hand)
{
	start_take(&self->sleeping, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	EXPECT_EQ(1, TOLD_OF("mailbox_receive_wait",
			     "depth=0 waiting_senders=0 waiting_receivers=1"));
	ASSERT_EQ(1, put_number(self->mailbox, 5));
	ASSERT_EQ(5, sleeper_join(&self->sleeping));
	EXPECT_EQ(1, TOLD_OF("mailbox_handoff", "client=%llu nr=1",
			     self->client));
	EXPECT_EQ(1, TOLD_OF("mailbox_receive_wake", "nr=1 result=0"));
}

TEST_F(trace, tells_of_no_hand_where_nobody_waits)
{
	ASSERT_EQ(1, put_number(self->mailbox, 5));
	ASSERT_EQ(5, take_number(self->mailbox));
	EXPECT_EQ(0, TOLD_OF("mailbox_handoff", ""));
	EXPECT_EQ(0, TOLD_OF("mailbox_receive_wait", ""));
}

TEST_F(trace, tells_of_a_kill_and_whom_it_wakes)
{
	start_take(&self->sleeping, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(0, object_kill(self->mailbox));
	ASSERT_EQ(-EIDRM, sleeper_join(&self->sleeping));
	EXPECT_EQ(1, TOLD_OF("mailbox_kill", "depth=0 waiting_receivers=1"));
	EXPECT_EQ(1, TOLD_OF("mailbox_receive_wake", "nr=0 result=%d",
			     -EIDRM));
}

/* A request that is held through a descriptor of its own, which is returned. */
static int hold_request(FIXTURE_DATA(trace) * self, __u64 *token)
{
	int server = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);

	if (start_number(self->mailbox, 7, token) ||
	    take_request(server, token) != 7) {
		close(server);
		return -1;
	}
	return server;
}

TEST_F(trace, tells_of_a_call_from_its_beginning_to_its_end)
{
	static const char *const events[] = {
		"mailbox_request_begin", "mailbox_request_receive",
		"mailbox_request_reply", "mailbox_request_end",
	};
	__u64 token;

	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, start_number(self->mailbox, 7, &token));
		ASSERT_EQ(7, take_request(self->mailbox, &token));
		ASSERT_EQ(0, answer_number(self->mailbox, token, 9));
		ASSERT_EQ(9, fetch_number(self->mailbox, token));
	}
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		for (int sequence = 1; sequence <= 2; sequence++)
			EXPECT_EQ(1, TOLD_OF(events[i],
					     "client=%llu sequence=%d outcome=0",
					     self->client, sequence));
}

TEST_F(trace, tells_of_a_call_that_is_cancelled)
{
	__u64 token;
	int server = hold_request(self, &token);

	ASSERT_LE(0, server);
	ASSERT_EQ(0, mailbox_call_cancel(self->mailbox, token));
	EXPECT_EQ(1, TOLD_OF("mailbox_request_cancel", "sequence=1"));
	EXPECT_EQ(1, TOLD_OF("mailbox_request_end", "sequence=1 outcome=%d",
			     -ECANCELED));
	close(server);
	EXPECT_EQ(0, TOLD_OF("mailbox_request_die", ""));
}

TEST_F(trace, tells_of_a_call_whose_server_goes)
{
	__u64 token;
	int server = hold_request(self, &token);

	ASSERT_LE(0, server);
	close(server);
	EXPECT_EQ(1, TOLD_OF("mailbox_request_die", "sequence=1"));
	EXPECT_EQ(1, TOLD_OF("mailbox_request_end", "sequence=1 outcome=%d",
			     -EOWNERDEAD));
	EXPECT_EQ(-EOWNERDEAD, fetch_number(self->mailbox, token));
}

TEST_F(trace, tells_who_is_told_of_a_peer)
{
	struct ipcchan_message message = MESSAGE(NULL, 0);
	int peer;

	REPLACE_MAILBOX(.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_NOTICES);
	peer = object_restrict(self->mailbox, IPCCHAN_RIGHT_SEND, 0);
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &message, 1,
				     .flags = IPCCHAN_NONBLOCK));
	ASSERT_EQ(IPCCHAN_MESSAGE_NOTICE, message.flags);
	EXPECT_EQ(1, TOLD_OF("mailbox_notice",
			     "client=%llu sender=%llu type=%u size=0",
			     self->client, self->client,
			     IPCCHAN_NOTICE_OPENED));
	EXPECT_EQ(0, TOLD_OF("mailbox_done", ""));
	close(peer);
}

TEST_F(trace, tells_what_is_gone_with_its_mailbox)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	close(self->mailbox);
	self->mailbox = -1;
	EXPECT_EQ(1, TOLD_OF("mailbox_free", "client=0 depth=2 held=0"));
}

TEST_F(trace, tells_of_descriptions_that_come_and_go)
{
	int sender = object_restrict(self->mailbox, IPCCHAN_RIGHT_SEND, 0);

	ASSERT_LE(0, sender);
	EXPECT_EQ(1, TOLD_OF("mailbox_port_open",
			     "client=%llu rights=0x%x senders=2 receivers=1",
			     self->client, IPCCHAN_RIGHT_SEND));
	EXPECT_EQ(0, TOLD_OF("mailbox_port_close", ""));
	close(sender);
	EXPECT_EQ(1, TOLD_OF("mailbox_port_close",
			     "client=%llu rights=0x%x senders=1 receivers=1",
			     self->client, IPCCHAN_RIGHT_SEND));
}

/* How often it was told that a lock was wanted against its rank. */
#define TOLD_OF_RANK(mutex)						\
	told("wait_rank", "object=%llu client=%llu rank=3",		\
	     object_info(mutex).id, self->client)

TEST_F(trace, tells_once_of_a_lock_against_its_rank)
{
	int first = mutex_open(self->session, .rank = 4);
	int refused = mutex_open(self->session, .rank = 3);
	int warned = mutex_open(self->session, .rank = 3,
				.flags = IPCCHAN_OPEN_CREATE |
					 IPCCHAN_OPEN_RANK_WARNS);

	ASSERT_EQ(0, mutex_lock(first));
	EXPECT_EQ(-EDEADLK, mutex_lock(refused));
	EXPECT_EQ(1, TOLD_OF_RANK(refused));
	EXPECT_EQ(0, mutex_lock(warned));
	EXPECT_EQ(1, TOLD_OF_RANK(warned));
	close(warned);
	close(refused);
	close(first);
}

TEST_F(trace, tells_nothing_of_an_unknown_ioctl)
{
	int before = told(NULL, "%s", "");

	ASSERT_LT(0, before);
	EXPECT_EQ(-ENOTTY, call(self->mailbox, _IOWR(IPCCHAN_IOC_MAGIC, 0xff,
						     __u64), NULL));
	EXPECT_EQ(before, told(NULL, "%s", ""));
}

TEST_F(trace, tells_nothing_once_it_is_off)
{
	int before = told(NULL, "%s", "");

	ASSERT_LT(0, before);
	ASSERT_TRUE(switch_events("0"));
	ASSERT_EQ(1, put_number(self->mailbox, 5));
	EXPECT_EQ(before, told(NULL, "%s", ""));
}

/* Has the description of an event something that would be an address? */
static bool has_address(const char *path)
{
	char line[4096];
	bool found = false;
	FILE *file = fopen(path, "re");

	if (!file)
		return true;
	while (fgets(line, sizeof(line), file))
		found = found || strchr(line, '*') || strstr(line, "%p") ||
			strstr(line, "[]");
	fclose(file);
	return found;
}

TEST_F(trace, prints_neither_bytes_nor_addresses)
{
	glob_t formats;

	ASSERT_EQ(0, glob(TRACEFS EVENTS "/*/format", 0, NULL, &formats));
	EXPECT_LT(0, formats.gl_pathc);
	for (size_t i = 0; i < formats.gl_pathc; i++) {
		EXPECT_FALSE(has_address(formats.gl_pathv[i])) {
			TH_LOG("in %s", formats.gl_pathv[i]);
		}
	}
	globfree(&formats);
}

#include "ipcchan_selftest_main.h"
