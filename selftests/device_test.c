// SPDX-License-Identifier: GPL-2.0
/* /dev/ipcchan itself: DEVICE_INFO, client ids, kinds of descriptor. */

#include "kselftest_harness.h"

#include <sys/ioctl.h>
#include <sys/resource.h>

#include "ipcchan_selftest.h"

FIXTURE(device)
{
	int session;
};

FIXTURE_SETUP(device)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
}

FIXTURE_TEARDOWN(device)
{
	close(self->session);
}

TEST_F(device, info_tells_the_abi_of_the_header)
{
	struct ipcchan_device_info info = device_info(self->session);

	EXPECT_EQ(IPCCHAN_ABI, info.abi);
	EXPECT_EQ(IPCCHAN_BATCH_MAX, info.max_batch);
	EXPECT_TRUE(info.features & IPCCHAN_FEATURE_MAILBOX);
	EXPECT_TRUE(info.features & IPCCHAN_FEATURE_REGION);
	EXPECT_TRUE(info.features & IPCCHAN_FEATURE_FAIR);
	EXPECT_TRUE(info.features & IPCCHAN_FEATURE_AGING);
	EXPECT_TRUE(info.features & IPCCHAN_FEATURE_FDS);
}

TEST_F(device, info_tells_the_limits_of_the_module_parameters)
{
	struct ipcchan_device_info info = device_info(self->session);

	EXPECT_EQ(module_parameter("max_message_size"), info.max_message_size);
	EXPECT_EQ(module_parameter("max_messages"), info.max_messages);
	EXPECT_EQ(module_parameter("max_capacity_bytes"),
		  info.max_capacity_bytes);
	EXPECT_EQ(module_parameter("max_region_size"), info.max_region_size);
	EXPECT_EQ(module_parameter("max_user_objects"), info.user_objects_max);
	EXPECT_EQ(module_parameter("max_user_bytes"), info.user_bytes_max);
	EXPECT_EQ(module_parameter("max_user_fds"), info.user_fds_max);
}

TEST_F(device, info_tells_defaults_within_the_limits)
{
	struct ipcchan_device_info info = device_info(self->session);

	EXPECT_LT(0, info.default_message_size);
	EXPECT_LE(info.default_message_size, info.max_message_size);
	EXPECT_LT(0, info.default_messages);
	EXPECT_LE(info.default_messages, info.max_messages);
	EXPECT_LE(info.default_message_size, info.default_capacity_bytes);
	EXPECT_LE(info.default_capacity_bytes, info.max_capacity_bytes);
}

TEST_F(device, allows_messages_of_a_mebibyte)
{
	EXPECT_LE(1 << 20, device_info(self->session).max_message_size);
}

TEST_F(device, sessions_have_different_client_ids)
{
	int other = session_open();

	ASSERT_LE(0, other);
	EXPECT_NE(0, device_info(self->session).client);
	EXPECT_NE(device_info(self->session).client, device_info(other).client);
	close(other);
}

TEST_F(device, client_id_is_not_used_again)
{
	__u64 client = device_info(self->session).client;
	int later;

	close(self->session);
	later = session_open();
	ASSERT_LE(0, later);
	EXPECT_NE(client, device_info(later).client);
	close(later);
}

static int low_bits_of_client(void *session)
{
	return device_info(*(int *)session).client & 0x7fffffff;
}

TEST_F(device, forked_process_shares_the_client_id)
{
	int client = low_bits_of_client(&self->session);

	EXPECT_EQ(client, run_in_child(low_bits_of_client, &self->session));
}

FIXTURE(kinds)
{
	int session;
	int mailbox;
	int region;
};

FIXTURE_SETUP(kinds)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	self->region = region_open(self->session, 1);
	ASSERT_LE(0, self->region);
}

FIXTURE_TEARDOWN(kinds)
{
	close(self->region);
	close(self->mailbox);
	close(self->session);
}

TEST_F(kinds, device_info_needs_a_session)
{
	struct ipcchan_device_info info = {};

	EXPECT_EQ(-EBADF, call(self->mailbox, IPCCHAN_IOC_DEVICE_INFO, &info));
	EXPECT_EQ(-EBADF, call(self->region, IPCCHAN_IOC_DEVICE_INFO, &info));
}

TEST_F(kinds, object_list_needs_a_session)
{
	struct ipcchan_object_info entry;

	EXPECT_EQ(-EBADF, object_list(self->mailbox, "", &entry, 1));
	EXPECT_EQ(-EBADF, object_list(self->region, "", &entry, 1));
}

TEST_F(kinds, object_unlink_needs_a_session)
{
	EXPECT_EQ(-EBADF, object_unlink(self->mailbox, "name"));
	EXPECT_EQ(-EBADF, object_unlink(self->region, "name"));
}

TEST_F(kinds, opening_needs_a_session)
{
	EXPECT_EQ(-EBADF, mailbox_open(self->mailbox));
	EXPECT_EQ(-EBADF, mailbox_open(self->region));
	EXPECT_EQ(-EBADF, region_open(self->mailbox, 1));
	EXPECT_EQ(-EBADF, region_open(self->region, 1));
}

TEST_F(kinds, object_calls_need_an_object)
{
	struct ipcchan_object_info info = {};

	EXPECT_EQ(-EBADF, call(self->session, IPCCHAN_IOC_OBJECT_INFO, &info));
	EXPECT_EQ(-EBADF,
		  object_restrict(self->session, IPCCHAN_RIGHT_ADMIN, 0));
	EXPECT_EQ(-EBADF, object_set_access(self->session,
					    .valid = IPCCHAN_ACCESS_MODE));
	EXPECT_EQ(-EBADF, object_kill(self->session));
}

TEST_F(kinds, mailbox_calls_are_not_for_sessions)
{
	struct ipcchan_mailbox_info info = {};
	struct ipcchan_message message = {};

	EXPECT_EQ(-EBADF, mailbox_send(self->session, &message, 1));
	EXPECT_EQ(-EBADF, mailbox_receive(self->session, &message, 1));
	EXPECT_EQ(-EBADF, mailbox_peek(self->session, 0, &message, 1));
	EXPECT_EQ(-EBADF, call(self->session, IPCCHAN_IOC_MAILBOX_INFO, &info));
}

TEST_F(kinds, mailbox_calls_are_not_for_regions)
{
	struct ipcchan_mailbox_info info = {};
	struct ipcchan_message message = {};

	EXPECT_EQ(-EBADF, mailbox_send(self->region, &message, 1));
	EXPECT_EQ(-EBADF, mailbox_receive(self->region, &message, 1));
	EXPECT_EQ(-EBADF, mailbox_peek(self->region, 0, &message, 1));
	EXPECT_EQ(-EBADF, call(self->region, IPCCHAN_IOC_MAILBOX_INFO, &info));
}

TEST_F(kinds, region_info_needs_a_region)
{
	struct ipcchan_region_info info = {};

	EXPECT_EQ(-EBADF, call(self->session, IPCCHAN_IOC_REGION_INFO, &info));
	EXPECT_EQ(-EBADF, call(self->mailbox, IPCCHAN_IOC_REGION_INFO, &info));
}

static bool is_known(int nr)
{
	static const unsigned long known[] = {
		IPCCHAN_IOC_DEVICE_INFO, IPCCHAN_IOC_OBJECT_LIST,
		IPCCHAN_IOC_OBJECT_UNLINK, IPCCHAN_IOC_OBJECT_INFO,
		IPCCHAN_IOC_OBJECT_RESTRICT, IPCCHAN_IOC_OBJECT_SET_ACCESS,
		IPCCHAN_IOC_OBJECT_KILL, IPCCHAN_IOC_MAILBOX_OPEN,
		IPCCHAN_IOC_MAILBOX_SEND, IPCCHAN_IOC_MAILBOX_RECEIVE,
		IPCCHAN_IOC_MAILBOX_PEEK, IPCCHAN_IOC_MAILBOX_INFO,
		IPCCHAN_IOC_REGION_OPEN, IPCCHAN_IOC_REGION_INFO,
		IPCCHAN_IOC_MAILBOX_MULTICAST, IPCCHAN_IOC_MAILBOX_COMMIT,
		IPCCHAN_IOC_MAILBOX_RELEASE, IPCCHAN_IOC_MAILBOX_FILTER,
		IPCCHAN_IOC_MAILBOX_SUBSCRIBE, IPCCHAN_IOC_MAILBOX_NOTIFY,
		IPCCHAN_IOC_MAILBOX_SENDERS, IPCCHAN_IOC_MAILBOX_SNAPSHOT,
		IPCCHAN_IOC_MAILBOX_RESTORE, IPCCHAN_IOC_MAILBOX_CALL,
		IPCCHAN_IOC_MAILBOX_CALL_START, IPCCHAN_IOC_MAILBOX_CALL_WAIT,
		IPCCHAN_IOC_MAILBOX_CALL_CANCEL, IPCCHAN_IOC_MAILBOX_CALL_READ,
		IPCCHAN_IOC_MAILBOX_CALL_FORWARD,
		IPCCHAN_IOC_MAILBOX_CALL_LIST, IPCCHAN_IOC_MAILBOX_REPLY,
		IPCCHAN_IOC_MAILBOX_REPLY_RECEIVE,
		IPCCHAN_IOC_REGION_RELEASE, IPCCHAN_IOC_REGION_EXTENTS,
		IPCCHAN_IOC_REGION_FREEZE, IPCCHAN_IOC_REGION_THAW,
		IPCCHAN_IOC_RING_CREATE, IPCCHAN_IOC_RING_OPEN,
		IPCCHAN_IOC_RING_WAIT, IPCCHAN_IOC_RING_WAKE,
		IPCCHAN_IOC_RING_INFO,
		IPCCHAN_IOC_MUTEX_OPEN, IPCCHAN_IOC_MUTEX_LOCK,
		IPCCHAN_IOC_MUTEX_UNLOCK, IPCCHAN_IOC_MUTEX_CONSISTENT,
		IPCCHAN_IOC_MUTEX_INFO, IPCCHAN_IOC_SEMAPHORE_OPEN,
		IPCCHAN_IOC_SEMAPHORE_ACQUIRE, IPCCHAN_IOC_SEMAPHORE_RELEASE,
		IPCCHAN_IOC_SEMAPHORE_INFO, IPCCHAN_IOC_EVENT_OPEN,
		IPCCHAN_IOC_EVENT_WAIT, IPCCHAN_IOC_EVENT_SET,
		IPCCHAN_IOC_EVENT_RESET, IPCCHAN_IOC_EVENT_PULSE,
		IPCCHAN_IOC_EVENT_INFO, IPCCHAN_IOC_CONDVAR_OPEN,
		IPCCHAN_IOC_CONDVAR_WAIT, IPCCHAN_IOC_CONDVAR_SIGNAL,
		IPCCHAN_IOC_CONDVAR_INFO, IPCCHAN_IOC_BARRIER_OPEN,
		IPCCHAN_IOC_BARRIER_WAIT, IPCCHAN_IOC_BARRIER_RESET,
		IPCCHAN_IOC_BARRIER_INFO, IPCCHAN_IOC_RWLOCK_OPEN,
		IPCCHAN_IOC_RWLOCK_LOCK, IPCCHAN_IOC_RWLOCK_UNLOCK,
		IPCCHAN_IOC_RWLOCK_UPGRADE, IPCCHAN_IOC_RWLOCK_DOWNGRADE,
		IPCCHAN_IOC_RWLOCK_CONSISTENT, IPCCHAN_IOC_RWLOCK_INFO,
		IPCCHAN_IOC_WAIT_ANY, IPCCHAN_IOC_WAIT_ALL,
		IPCCHAN_IOC_WAIT_LIST,
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (_IOC_NR(known[i]) == nr)
			return true;
	return false;
}

TEST_F(kinds, unknown_number_is_enotty)
{
	int fds[] = { self->session, self->mailbox, self->region };
	char argument[128] = {};

	for (int i = 0; i < 3 * 256; i++) {
		if (is_known(i / 3))
			continue;
		EXPECT_EQ(-ENOTTY, call(fds[i % 3],
					_IOWR(IPCCHAN_IOC_MAGIC, i / 3,
					      argument), argument)) {
			TH_LOG("number %d on descriptor %d", i / 3, i % 3);
		}
	}
}

TEST_F(kinds, number_of_another_driver_is_enotty)
{
	unsigned long foreign = _IOWR(IPCCHAN_IOC_MAGIC + 1, 0x00,
				      struct ipcchan_device_info);
	struct ipcchan_device_info info = {};

	EXPECT_EQ(-ENOTTY, call(self->session, foreign, &info));
	EXPECT_EQ(-ENOTTY, call(self->mailbox, foreign, &info));
	EXPECT_EQ(-ENOTTY, call(self->region, foreign, &info));
}

TEST_F(kinds, every_descriptor_closes_on_exec)
{
	int weaker = object_restrict(self->mailbox, IPCCHAN_RIGHT_SEND, 0);

	ASSERT_LE(0, weaker);
	EXPECT_EQ(FD_CLOEXEC, fd_flags(self->mailbox));
	EXPECT_EQ(FD_CLOEXEC, fd_flags(self->region));
	EXPECT_EQ(FD_CLOEXEC, fd_flags(weaker));
	close(weaker);
}

TEST_F(kinds, failed_calls_leave_no_descriptor)
{
	int free = next_fd();

	EXPECT_EQ(-ENOENT, mailbox_open(self->session, .flags = 0,
					.name = "no-such-mailbox"));
	EXPECT_EQ(-EINVAL, mailbox_open(self->session, .max_message_size = 0));
	EXPECT_EQ(-EINVAL, region_open(self->session, 0));
	EXPECT_EQ(-EINVAL, object_restrict(self->mailbox, 0, 0));
	EXPECT_EQ(-EPERM, object_restrict(self->mailbox,
					  IPCCHAN_RIGHT_MAP_READ, 0));
	EXPECT_EQ(free, next_fd());
}

TEST_F(kinds, closing_gives_back_every_object)
{
	__u64 objects = device_info(self->session).user_objects;

	close(self->mailbox);
	close(self->region);
	EXPECT_EQ(objects - 2, device_info(self->session).user_objects);
}

FIXTURE(no_descriptor_left)
{
	int session;
	int mailbox;
	__u64 objects;
};

FIXTURE_SETUP(no_descriptor_left)
{
	struct rlimit none;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	self->objects = device_info(self->session).user_objects;
	ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &none));
	none.rlim_cur = self->mailbox + 1;
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &none));
}

FIXTURE_TEARDOWN(no_descriptor_left)
{
	close(self->mailbox);
	close(self->session);
}

TEST_F(no_descriptor_left, opening_any_kind_fails_with_emfile)
{
	for (int kind = IPCCHAN_KIND_MAILBOX; kind <= IPCCHAN_KIND_RWLOCK; kind++)
		EXPECT_EQ(-EMFILE, object_open(self->session, kind, fresh_name(),
					       IPCCHAN_OPEN_CREATE));
}

TEST_F(no_descriptor_left, restrict_fails_with_emfile)
{
	EXPECT_EQ(-EMFILE,
		  object_restrict(self->mailbox, IPCCHAN_RIGHT_SEND, 0));
	EXPECT_EQ(1, object_info(self->mailbox).handles);
}

TEST_F(no_descriptor_left, nothing_is_created)
{
	const char *name = fresh_name();

	EXPECT_EQ(-EMFILE, object_open(self->session, IPCCHAN_KIND_MAILBOX,
				       name, IPCCHAN_OPEN_CREATE |
				       IPCCHAN_OPEN_PERSIST));
	EXPECT_FALSE(name_exists(self->session, name));
	EXPECT_EQ(self->objects, device_info(self->session).user_objects);
}

/* The machine's limit of open files; root is above it, ALICE is not. */
#define FILE_MAX "/proc/sys/fs/file-max"

FIXTURE(no_file_left)
{
	int session;
	int mailbox;
	char limit[32];
};

static bool set_file_max(const char *value)
{
	int fd = open(FILE_MAX, O_WRONLY | O_CLOEXEC);
	bool done = write(fd, value, strlen(value)) > 0;

	close(fd);
	return done;
}

FIXTURE_SETUP(no_file_left)
{
	int fd;

	self->session = session_open_as(ALICE, ALICE);
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	fd = open(FILE_MAX, O_RDONLY | O_CLOEXEC);
	ASSERT_LT(0, read(fd, self->limit, sizeof(self->limit) - 1));
	close(fd);
}

FIXTURE_TEARDOWN(no_file_left)
{
	set_file_max(self->limit);
	close(self->mailbox);
	close(self->session);
}

static int open_mailbox(void *session)
{
	return mailbox_open(*(int *)session);
}

static int open_region(void *session)
{
	return region_open(*(int *)session, 1);
}

static int open_rings(void *session)
{
	int fd = *(int *)session;
	int ends[2];
	int by_name = ring_open(fd, fresh_name(), IPCCHAN_RIGHT_SEND, 4096);

	return by_name == ring_create(fd, ends, 4096) ? by_name : 0;
}

/* What each of them gives; 0 if they do not give the same. */
static int open_sync(void *session)
{
	int fd = *(int *)session;
	int first = object_open(fd, IPCCHAN_KIND_MUTEX, "", IPCCHAN_OPEN_CREATE);

	for (int kind = IPCCHAN_KIND_MUTEX; kind <= IPCCHAN_KIND_RWLOCK; kind++)
		if (object_open(fd, kind, "", IPCCHAN_OPEN_CREATE) != first)
			return 0;
	return first;
}

static int restrict_to_send(void *mailbox)
{
	return object_restrict(*(int *)mailbox, IPCCHAN_RIGHT_SEND, 0);
}

TEST_F(no_file_left, opening_fails_with_enfile)
{
	ASSERT_TRUE(set_file_max("0"));
	EXPECT_EQ(-ENFILE, run_as(ALICE, ALICE, open_mailbox, &self->session));
	EXPECT_EQ(-ENFILE, run_as(ALICE, ALICE, open_region, &self->session));
	EXPECT_EQ(-ENFILE, run_as(ALICE, ALICE, open_rings, &self->session));
	EXPECT_EQ(-ENFILE, run_as(ALICE, ALICE, open_sync, &self->session));
}

TEST_F(no_file_left, restrict_fails_with_enfile)
{
	ASSERT_TRUE(set_file_max("0"));
	EXPECT_EQ(-ENFILE,
		  run_as(ALICE, ALICE, restrict_to_send, &self->mailbox));
	EXPECT_EQ(1, object_info(self->mailbox).handles);
}

#include "ipcchan_selftest_main.h"
