// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading. IPCCHAN_KO in the environment is the path of the
 * module; every test leaves it loaded as it was.
 */

#include "kselftest_harness.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "ipcchan_selftest.h"

static const char *const parameters[] = {
	"max_message_size", "max_messages", "max_capacity_bytes",
	"max_region_size", "max_user_objects", "max_user_bytes",
	"max_user_fds", "mode",
};

static int load(const char *options)
{
	int fd = open(getenv("IPCCHAN_KO"), O_RDONLY | O_CLOEXEC);
	int result = syscall(SYS_finit_module, fd, options, 0);

	result = result < 0 ? -errno : 0;
	close(fd);
	return result;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "ipcchan", O_NONBLOCK) ? -errno : 0;
}

static bool is_loaded(void)
{
	return !access(IPCCHAN_PARAMETERS, F_OK);
}

/* Writes the parameters that the module has now into @options. */
static void save_parameters(char *options)
{
	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++)
		options += sprintf(options, "%s=%lld ", parameters[i],
				   module_parameter(parameters[i]));
}

/* @as_it_was are the parameters it was loaded with. */
FIXTURE(module)
{
	char as_it_was[512];
	int session;
	const char *name;
};

FIXTURE_SETUP(module)
{
	save_parameters(self->as_it_was);
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->name = fresh_name();
}

FIXTURE_TEARDOWN(module)
{
	close(self->session);
	if (!is_loaded())
		load(self->as_it_was);
}

#define MISSING "IPCCHAN_KO does not name the module"

TEST_F(module, stays_while_a_session_is_open)
{
	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	EXPECT_EQ(-EWOULDBLOCK, unload());
	close(self->session);
	EXPECT_EQ(0, unload());
}

TEST_F(module, stays_while_a_mailbox_is_open)
{
	int mailbox = mailbox_open(self->session);

	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	close(self->session);
	EXPECT_EQ(-EWOULDBLOCK, unload());
	EXPECT_EQ(1, put_number(mailbox, 1));
	close(mailbox);
	EXPECT_EQ(0, unload());
}

TEST_F(module, stays_while_a_region_is_mapped)
{
	size_t page = sysconf(_SC_PAGESIZE);
	int region = region_open(self->session, page);
	char *memory = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED,
			    region, 0);

	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	close(region);
	close(self->session);
	EXPECT_EQ(-EWOULDBLOCK, unload());
	memory[0] = 'x';
	munmap(memory, page);
	EXPECT_EQ(0, unload());
}

TEST_F(module, stays_while_a_name_persists)
{
	int session;

	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	close(object_open(self->session, IPCCHAN_KIND_MAILBOX, self->name,
			  IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_PERSIST));
	close(self->session);
	EXPECT_EQ(-EWOULDBLOCK, unload());
	session = session_open();
	EXPECT_EQ(0, object_unlink(session, self->name));
	close(session);
	EXPECT_EQ(0, unload());
}

TEST_F(module, stays_while_a_descriptor_is_in_a_socket)
{
	int sockets[2];

	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
				sockets));
	ASSERT_EQ(1, fd_send(sockets[0], self->session));
	close(self->session);
	EXPECT_EQ(-EWOULDBLOCK, unload());
	close(sockets[0]);
	close(sockets[1]);
	EXPECT_EQ(0, unload());
}

TEST_F(module, takes_its_device_along)
{
	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	close(self->session);
	ASSERT_EQ(0, unload());
	EXPECT_FALSE(is_loaded());
	EXPECT_EQ(-ENOENT, session_open());
}

TEST_F(module, works_when_loaded_again)
{
	int session;
	int mailbox;

	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	close(self->session);
	ASSERT_EQ(0, unload());
	ASSERT_EQ(0, load(self->as_it_was));
	session = session_open();
	ASSERT_LE(0, session);
	mailbox = mailbox_open(session);
	EXPECT_EQ(1, put_number(mailbox, 5));
	EXPECT_EQ(5, take_number(mailbox));
	close(mailbox);
	close(session);
}

#define TRACEFS	"/sys/kernel/tracing/"

static bool write_tracefs(const char *name, const char *value)
{
	char path[128];
	bool done;
	int fd;

	snprintf(path, sizeof(path), TRACEFS "%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	done = write(fd, value, 1) == 1;
	close(fd);
	return done;
}

/* Without the names of tasks, as in trace_test.c. */
TEST_F(module, goes_while_its_events_are_traced)
{
	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	if (access(TRACEFS "events/ipcchan", F_OK))
		SKIP(return, "no tracefs");
	ASSERT_TRUE(write_tracefs("options/record-cmd", "0"));
	ASSERT_TRUE(write_tracefs("events/ipcchan/enable", "1"));
	EXPECT_LT(0, device_info(self->session).client);
	close(self->session);
	ASSERT_EQ(0, unload());
	ASSERT_EQ(0, load(self->as_it_was));
	ASSERT_TRUE(write_tracefs("options/record-cmd", "1"));
	self->session = session_open();
	EXPECT_LT(0, device_info(self->session).client);
}

TEST_F(module, can_be_loaded_once)
{
	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	EXPECT_EQ(-EEXIST, load(""));
}

static int exchange_while_it_is_there(void *stop)
{
	int exchanged = 0;

	while (!__atomic_load_n((int *)stop, __ATOMIC_ACQUIRE)) {
		int session = session_open();
		int mailbox = mailbox_open(session);

		if (put_number(mailbox, 1) == 1)
			exchanged |= take_number(mailbox) == 1;
		close(mailbox);
		close(session);
	}
	return exchanged;
}

/* Each load on a kernel with KUnit takes seconds, beside others many of them. */
#define LOADS		10
#define LOADS_SECONDS	600

TEST_F_TIMEOUT(module, comes_and_goes_while_others_use_it, LOADS_SECONDS)
{
	struct sleeper users[2];
	unsigned int loads = LOADS / time_scale() + 1;
	unsigned int unloaded = 0;
	int stop = 0;

	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	close(self->session);
	for (int i = 0; i < 2; i++)
		sleeper_start(&users[i], exchange_while_it_is_there, &stop);
	while (unloaded < loads) {
		if (unload())
			continue;
		unloaded++;
		ASSERT_EQ(0, load(self->as_it_was));
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	EXPECT_EQ(1, sleeper_join(&users[0]));
	EXPECT_EQ(1, sleeper_join(&users[1]));
}

static int load_and_tell(const char *options, struct ipcchan_device_info *info)
{
	int result = unload() ?: load(options);
	int session;

	if (result)
		return result;
	session = session_open();
	*info = device_info(session);
	close(session);
	return unload();
}

TEST_F(module, takes_limits_of_mailboxes)
{
	const char *options = "max_message_size=99 max_messages=3 max_capacity_bytes=200";
	struct ipcchan_device_info info;

	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	close(self->session);
	ASSERT_EQ(0, load_and_tell(options, &info));
	EXPECT_EQ(99, info.max_message_size);
	EXPECT_EQ(99, info.default_message_size);
	EXPECT_EQ(3, info.max_messages);
	EXPECT_EQ(3, info.default_messages);
	EXPECT_EQ(200, info.max_capacity_bytes);
	EXPECT_EQ(200, info.default_capacity_bytes);
}

TEST_F(module, takes_limits_of_users_and_regions)
{
	const char *options = "max_region_size=8192 max_user_objects=5 max_user_bytes=77";
	struct ipcchan_device_info info;

	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	close(self->session);
	ASSERT_EQ(0, load_and_tell(options, &info));
	EXPECT_EQ(8192, info.max_region_size);
	EXPECT_EQ(5, info.user_objects_max);
	EXPECT_EQ(77, info.user_bytes_max);
}

TEST_F(module, works_with_the_smallest_limits)
{
	int session;
	int mailbox;

	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	close(self->session);
	ASSERT_EQ(0, unload());
	ASSERT_EQ(0, load("max_message_size=1 max_messages=1 max_capacity_bytes=1"));
	session = session_open();
	mailbox = mailbox_open(session);
	ASSERT_LE(0, mailbox);
	EXPECT_EQ(1, write(mailbox, "x", 1));
	EXPECT_EQ(-EMSGSIZE, put_number(mailbox, 1));
	close(mailbox);
	close(session);
	ASSERT_EQ(0, unload());
}

static int open_session(void *unused)
{
	int session = session_open();

	return session < 0 ? session : 0;
}

TEST_F(module, gives_the_device_the_mode_asked_for)
{
	struct stat device;

	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	close(self->session);
	ASSERT_EQ(0, unload());
	ASSERT_EQ(0, load("mode=0600"));
	ASSERT_EQ(0, stat(IPCCHAN_DEVICE, &device));
	EXPECT_EQ(0600, device.st_mode & 07777);
	EXPECT_EQ(-EACCES, run_as(ALICE, ALICE, open_session, NULL));
	ASSERT_EQ(0, unload());
}

/* One parameter that is out of its range. */
FIXTURE(bad_parameter)
{
	char as_it_was[512];
};

FIXTURE_VARIANT(bad_parameter)
{
	const char *option;
};

FIXTURE_VARIANT_ADD(bad_parameter, max_message_size_of_zero)
{
	.option = "max_message_size=0",
};

FIXTURE_VARIANT_ADD(bad_parameter, max_message_size_too_large)
{
	.option = "max_message_size=4294967295",
};

FIXTURE_VARIANT_ADD(bad_parameter, max_messages_of_zero)
{
	.option = "max_messages=0",
};

FIXTURE_VARIANT_ADD(bad_parameter, max_messages_too_large)
{
	.option = "max_messages=4294967295",
};

FIXTURE_VARIANT_ADD(bad_parameter, max_capacity_bytes_below_a_message)
{
	.option = "max_capacity_bytes=1000",
};

FIXTURE_VARIANT_ADD(bad_parameter, max_capacity_bytes_too_large)
{
	.option = "max_capacity_bytes=18446744073709551615",
};

FIXTURE_VARIANT_ADD(bad_parameter, max_region_size_of_zero)
{
	.option = "max_region_size=0",
};

FIXTURE_VARIANT_ADD(bad_parameter, mode_with_more_than_permissions)
{
	.option = "mode=01666",
};

FIXTURE_SETUP(bad_parameter)
{
	save_parameters(self->as_it_was);
}

FIXTURE_TEARDOWN(bad_parameter)
{
	if (!is_loaded())
		load(self->as_it_was);
}

TEST_F(bad_parameter, is_refused)
{
	if (!getenv("IPCCHAN_KO"))
		SKIP(return, MISSING);
	ASSERT_EQ(0, unload());
	EXPECT_EQ(-EINVAL, load(variant->option));
	EXPECT_FALSE(is_loaded());
}

#include "ipcchan_selftest_main.h"
