// SPDX-License-Identifier: GPL-2.0
/*
 * The ipcchan tool: what it shows of objects that it does not create.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"
#include "lib_test.h"

#include <ctype.h>

FIXTURE(tool)
{
	struct ipcchan *session;
	const char *name;
	int fd;
	char text[1024];
};

FIXTURE_SETUP(tool)
{
	self->session = open_session();
	self->name = own_name("shown");
}

FIXTURE_TEARDOWN(tool)
{
	close(self->fd);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

/* What "ipcchan VERB --json NAME" prints, without blanks. */
static void run(const char *verb, const char *name, char *text, size_t size)
{
	size_t length = 0;
	char line[128];
	FILE *output;
	int byte;

	snprintf(line, sizeof(line), "ipcchan %s --json %s", verb, name);
	output = popen(line, "r");
	if (!output)
		abort();
	while ((byte = getc(output)) != EOF)
		if (!isspace(byte) && length + 1 < size)
			text[length++] = byte;
	text[length] = '\0';
	if (pclose(output))
		abort();
}

/* Of the end of what is shown, "created_ns" being the last field of all objects. */
static const char *shown(const char *name, char *text, size_t size)
{
	const char *last;

	run("show", name, text, size);
	last = strstr(text, "\"created_ns\":");
	return last ? strchr(last, ',') : NULL;
}

TEST_F(tool, shows_a_semaphore)
{
	struct ipcchan_semaphore_options options = IPCCHAN_SEMAPHORE_OPTIONS;

	options.flags = IPCCHAN_OPEN_CREATE;
	options.value = 2;
	options.max = 5;
	self->fd = ipcchan_semaphore_open(self->session, self->name,
					  IPCCHAN_RIGHTS_SIGNAL, &options);
	ASSERT_LE(0, self->fd);
	EXPECT_STREQ(",\"value\":2,\"max\":5,\"held\":0,\"waiters\":0}]}",
		     shown(self->name, self->text, sizeof(self->text)));
}

TEST_F(tool, shows_an_event)
{
	struct ipcchan_event_options options = IPCCHAN_EVENT_OPTIONS;

	options.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_SET;
	self->fd = ipcchan_event_open(self->session, self->name,
				      IPCCHAN_RIGHTS_SIGNAL, &options);
	ASSERT_LE(0, self->fd);
	EXPECT_STREQ(",\"set\":\"yes\",\"reset\":\"automatic\",\"waiters\":0}]}",
		     shown(self->name, self->text, sizeof(self->text)));
}

TEST_F(tool, shows_a_condition_variable)
{
	struct ipcchan_condvar_options options = IPCCHAN_CONDVAR_OPTIONS;

	options.flags = IPCCHAN_OPEN_CREATE;
	self->fd = ipcchan_condvar_open(self->session, self->name,
					IPCCHAN_RIGHTS_SIGNAL, &options);
	ASSERT_LE(0, self->fd);
	EXPECT_STREQ(",\"waiters\":0}]}",
		     shown(self->name, self->text, sizeof(self->text)));
}

TEST_F(tool, shows_a_barrier)
{
	struct ipcchan_barrier_options options = IPCCHAN_BARRIER_OPTIONS;

	options.flags = IPCCHAN_OPEN_CREATE;
	options.parties = 3;
	self->fd = ipcchan_barrier_open(self->session, self->name,
					IPCCHAN_RIGHTS_LOCK, &options);
	ASSERT_LE(0, self->fd);
	EXPECT_STREQ(",\"parties\":3,\"generation\":0,\"broken\":\"no\",\"waiters\":0}]}",
		     shown(self->name, self->text, sizeof(self->text)));
}

TEST_F(tool, shows_a_reader_writer_lock)
{
	struct ipcchan_rwlock_options options = IPCCHAN_RWLOCK_OPTIONS;
	char expected[160];

	options.flags = IPCCHAN_OPEN_CREATE;
	options.rank = 4;
	self->fd = ipcchan_rwlock_open(self->session, self->name,
				       IPCCHAN_RIGHTS_LOCK, &options);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ipcchan_rwlock_lock(self->fd, NULL));
	snprintf(expected, sizeof(expected),
		 ",\"rank\":4,\"state\":\"consistent\",\"readers\":0,\"writer_pid\":%d,\"writer_tid\":%d,\"waiters\":0}]}",
		 getpid(), gettid());
	EXPECT_STREQ(expected, shown(self->name, self->text, sizeof(self->text)));
}

TEST_F(tool, lists_an_event_by_its_kind)
{
	struct ipcchan_event_options options = IPCCHAN_EVENT_OPTIONS;

	options.flags = IPCCHAN_OPEN_CREATE;
	self->fd = ipcchan_event_open(self->session, self->name,
				      IPCCHAN_RIGHTS_SIGNAL, &options);
	ASSERT_LE(0, self->fd);
	run("list", "", self->text, sizeof(self->text));
	EXPECT_NE(NULL, strstr(self->text, "\"kind\":\"event\""));
}

TEST_HARNESS_MAIN
