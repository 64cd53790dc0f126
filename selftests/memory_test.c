// SPDX-License-Identifier: GPL-2.0
/* Memory of messages, regions and rings belongs to the memory cgroup that made it. */

#include "kselftest_harness.h"

#include <sys/stat.h>

#include "ipcchan_selftest.h"

#define CGROUPS		"/sys/fs/cgroup"
#define GROUP		CGROUPS "/ipcchan-memory-test"
#define MEBIBYTE	1048576
#define BYTES		(8 * MEBIBYTE)

/* The counters are exact to some pages for each processor. */
#define SLACK		(2 * MEBIBYTE)

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int result = write(fd, text, strlen(text)) < 0 ? -errno : 0;

	close(fd);
	return result;
}

/* Bytes charged to the cgroup now. */
static long long charged(void)
{
	FILE *file = fopen(GROUP "/memory.current", "re");
	long long bytes = -1;

	if (file && fscanf(file, "%lld", &bytes) != 1)
		bytes = -1;
	if (file)
		fclose(file);
	return bytes;
}

/* A cgroup for the child that each test starts, so that it can be removed. */
FIXTURE(memory)
{
	const char *unavailable;
	int session;
	int mailbox;
	const char *name;
};

FIXTURE_SETUP(memory)
{
	write_text(CGROUPS "/cgroup.subtree_control", "+memory");
	if (mkdir(GROUP, 0755) || charged() < 0)
		self->unavailable = "no memory controller of cgroup 2";
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session,
				     .max_message_size = MEBIBYTE,
				     .capacity_bytes = BYTES);
	ASSERT_LE(0, self->mailbox);
	self->name = fresh_name();
}

FIXTURE_TEARDOWN(memory)
{
	object_unlink(self->session, self->name);
	close(self->mailbox);
	close(self->session);
	rmdir(GROUP);
}

static int enter_group(void)
{
	return write_text(GROUP "/cgroup.procs", "0");
}

static int send_much(void *fixture)
{
	FIXTURE_DATA(memory) * self = fixture;
	char *payload = calloc(1, MEBIBYTE);
	struct ipcchan_message message = MESSAGE(payload, MEBIBYTE);
	int result = enter_group();

	for (int i = 0; i < BYTES / MEBIBYTE && !result; i++)
		result = mailbox_send(self->mailbox, &message, 1) - 1;
	return result;
}

static int create_large(void *fixture)
{
	FIXTURE_DATA(memory) * self = fixture;
	struct ipcchan_region_open open = {
		.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_PERSIST,
		.rights = IPCCHAN_RIGHTS_REGION,
		.size = BYTES,
	};
	int result = enter_group();

	set_name(open.name, self->name);
	if (result)
		return result;
	return call(self->session, IPCCHAN_IOC_REGION_OPEN, &open) < 0;
}

static int create_large_ring(void *fixture)
{
	FIXTURE_DATA(memory) * self = fixture;
	int result = enter_group();

	if (result)
		return result;
	return ring_open(self->session, self->name, IPCCHAN_RIGHT_ADMIN, BYTES,
			 .flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_PERSIST) < 0;
}

TEST_F(memory, of_messages_is_charged_to_the_sender)
{
	if (self->unavailable)
		SKIP(return, "%s", self->unavailable);
	ASSERT_EQ(0, run_in_child(send_much, self));
	EXPECT_LE(BYTES - SLACK, charged());
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_GE(SLACK, charged());
}

TEST_F(memory, of_a_region_is_charged_to_the_creator)
{
	if (self->unavailable)
		SKIP(return, "%s", self->unavailable);
	ASSERT_EQ(0, run_in_child(create_large, self));
	EXPECT_LE(BYTES - SLACK, charged());
	ASSERT_EQ(0, object_unlink(self->session, self->name));
	EXPECT_GE(SLACK, charged());
}

TEST_F(memory, of_a_ring_is_charged_to_the_creator)
{
	if (self->unavailable)
		SKIP(return, "%s", self->unavailable);
	ASSERT_EQ(0, run_in_child(create_large_ring, self));
	EXPECT_LE(BYTES - SLACK, charged());
	ASSERT_EQ(0, object_unlink(self->session, self->name));
	EXPECT_GE(SLACK, charged());
}

#include "ipcchan_selftest_main.h"
