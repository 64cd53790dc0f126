// SPDX-License-Identifier: GPL-2.0
/* IPC namespaces have names of their own; user and PID namespaces map ids. */

#include "kselftest_harness.h"

#include <sched.h>
#include <sys/socket.h>

#include "ipcchan_selftest.h"

#define CREATE		IPCCHAN_OPEN_CREATE
#define PERSIST		(CREATE | IPCCHAN_OPEN_PERSIST)
#define OVERFLOW_ID	65534

/* A name in the first namespace; then the test's process is in another one. */
FIXTURE(namespace)
{
	int outer;
	int inner;
	int mailbox;
	const char *name;
};

FIXTURE_SETUP(namespace)
{
	self->outer = session_open();
	ASSERT_LE(0, self->outer);
	self->name = fresh_name();
	self->mailbox = object_open(self->outer, IPCCHAN_KIND_MAILBOX,
				    self->name, CREATE);
	ASSERT_LE(0, self->mailbox);
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	self->inner = session_open();
	ASSERT_LE(0, self->inner);
}

FIXTURE_TEARDOWN(namespace)
{
	close(self->inner);
	close(self->mailbox);
	close(self->outer);
}

static int open_mailbox(int session, const char *name, unsigned int flags)
{
	return object_open(session, IPCCHAN_KIND_MAILBOX, name, flags);
}

TEST_F(namespace, starts_without_names)
{
	struct ipcchan_object_info entry;

	EXPECT_EQ(0, object_list(self->inner, "", &entry, 1));
	EXPECT_EQ(-ENOENT, open_mailbox(self->inner, self->name, 0));
	EXPECT_EQ(-ENOENT, object_unlink(self->inner, self->name));
}

TEST_F(namespace, gives_the_same_name_to_another_object)
{
	int mailbox = open_mailbox(self->inner, self->name,
				   CREATE | IPCCHAN_OPEN_EXCLUSIVE);

	ASSERT_LE(0, mailbox);
	EXPECT_NE(object_info(self->mailbox).id, object_info(mailbox).id);
	ASSERT_EQ(1, put_number(mailbox, 1));
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
	close(mailbox);
	EXPECT_TRUE(name_exists(self->outer, self->name));
}

TEST_F(namespace, of_a_session_is_where_it_was_opened)
{
	int mailbox = open_mailbox(self->outer, self->name, 0);

	ASSERT_LE(0, mailbox);
	EXPECT_EQ(object_info(self->mailbox).id, object_info(mailbox).id);
	close(mailbox);
}

TEST_F(namespace, does_not_bind_descriptors)
{
	ASSERT_EQ(1, put_number(self->mailbox, 5));
	EXPECT_EQ(5, take_number(self->mailbox));
}

TEST_F(namespace, keeps_persistent_objects_while_it_has_a_session)
{
	int second = session_open();
	int mailbox = open_mailbox(self->inner, "persistent", PERSIST);

	ASSERT_LE(0, mailbox);
	close(mailbox);
	close(self->inner);
	EXPECT_EQ(0, close(open_mailbox(second, "persistent", 0)));
	close(second);
}

TEST_F(namespace, takes_persistent_objects_along_with_its_last_session)
{
	__u64 objects = device_info(self->outer).user_objects;
	int session;

	close(open_mailbox(self->inner, "persistent", PERSIST));
	ASSERT_EQ(objects + 1, device_info(self->outer).user_objects);
	close(self->inner);
	EXPECT_TRUE(await_usage(self->outer, objects, 0));
	session = session_open();
	EXPECT_EQ(-ENOENT, open_mailbox(session, "persistent", 0));
	close(session);
}

TEST_F(namespace, gives_back_the_bytes_of_its_persistent_objects)
{
	__u64 objects = device_info(self->outer).user_objects;
	int mailbox = open_mailbox(self->inner, "persistent", PERSIST);
	int region = object_open(self->inner, IPCCHAN_KIND_REGION, "pages",
				 PERSIST);

	ASSERT_EQ(1, put_number(mailbox, 1));
	ASSERT_LE(0, region);
	close(region);
	close(mailbox);
	ASSERT_LT(0, device_info(self->outer).user_bytes);
	close(self->inner);
	EXPECT_TRUE(await_usage(self->outer, objects, 0));
}

TEST_F(namespace, leaves_its_descriptors_working)
{
	int mailbox = open_mailbox(self->inner, "persistent", PERSIST);

	close(self->inner);
	ASSERT_EQ(1, put_number(mailbox, 5));
	EXPECT_EQ(5, take_number(mailbox));
	close(mailbox);
}

/* Allows one more IPC namespace in the user namespace of this process. */
static int allow_namespaces(const char *number)
{
	int fd = open("/proc/sys/user/max_ipc_namespaces",
		      O_WRONLY | O_CLOEXEC);
	int result = write(fd, number, strlen(number)) < 0 ? -errno : 0;

	close(fd);
	return result;
}

static int name_in_namespace(void *unused)
{
	__u64 end = deadline_must_happen();
	int session;

	while (unshare(CLONE_NEWIPC)) {
		if (errno != ENOSPC || now_ns(CLOCK_MONOTONIC) > end)
			return -errno;
		nap();
	}
	session = session_open();
	return open_mailbox(session, "persistent", PERSIST) < 0 ? -1 : 0;
}

static int make_namespaces_in_turn(void *unused)
{
	int result;

	if (unshare(CLONE_NEWUSER))
		return -errno;
	result = allow_namespaces("1");
	for (int i = 0; i < 3 && !result; i++)
		result = run_in_child(name_in_namespace, NULL);
	return result;
}

TEST_F(namespace, is_not_pinned_by_a_name)
{
	/* There may be one at a time: a pinned one leaves no room. */
	EXPECT_EQ(0, run_in_child(make_namespaces_in_turn, NULL));
}

/*
 * A process whose user 0 is ALICE here, first of a PID namespace, with what it
 * shall do. It answers through memory.
 */
struct report {
	struct ipcchan_message message;
	struct ipcchan_object_info info;
	pid_t pid;
};

FIXTURE(mapped)
{
	int session;
	int mailbox;
	struct report *report;
};

FIXTURE_SETUP(mapped)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	self->report = shared_alloc(sizeof(*self->report));
}

FIXTURE_TEARDOWN(mapped)
{
	close(self->mailbox);
	close(self->session);
}

static bool write_file(pid_t pid, const char *name, const char *text)
{
	char path[64];
	bool done;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	done = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return done;
}

/* In the new namespaces, once mapped: becomes root, and @function process 1. */
static int enter(int go, int (*function)(void *argument), void *argument)
{
	char byte;

	if (read(go, &byte, 1) != 1 || setresgid(0, 0, 0) || setresuid(0, 0, 0))
		return -errno;
	return run_in_child(function, argument);
}

static int unshare_and_enter(int ready, int go,
			     int (*function)(void *argument), void *argument)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWIPC | CLONE_NEWPID) ||
	    write(ready, "", 1) != 1)
		return -errno;
	return enter(go, function, argument);
}

static bool map_ids(pid_t pid, int ready, int go)
{
	char byte;

	return read(ready, &byte, 1) == 1 &&
	       write_file(pid, "uid_map", "0 1000 1") &&
	       write_file(pid, "gid_map", "0 1000 1") &&
	       write(go, "", 1) == 1;
}

/* Returns 0 if all went well, and @function returned 0. */
static int run_mapped(int (*function)(void *argument), void *argument)
{
	int ready[2];
	int go[2];
	int status;
	bool mapped;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) || pipe2(go, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid)
		_exit(unshare_and_enter(ready[1], go[0], function,
					argument) != 0);
	close(ready[1]);
	mapped = map_ids(pid, ready[0], go[1]);
	close(go[1]);
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	return mapped ? status : -EIO;
}

static int receive_inside(void *argument)
{
	FIXTURE_DATA(mapped) * self = argument;
	unsigned int number;

	self->report->pid = getpid();
	self->report->message = MESSAGE(&number, sizeof(number));
	return mailbox_receive(self->mailbox, &self->report->message, 1) - 1;
}

static int send_inside(void *argument)
{
	FIXTURE_DATA(mapped) * self = argument;

	return put_number(self->mailbox, 1) - 1;
}

static int create_inside(void *argument)
{
	FIXTURE_DATA(mapped) * self = argument;
	int session = session_open();

	self->report->info = object_info(mailbox_open(session));
	return session < 0;
}

static int put_then_take_inside(void *argument)
{
	return send_inside(argument) ?: receive_inside(argument);
}

TEST_F(mapped, receiver_does_not_see_who_is_not_in_its_namespaces)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(0, run_mapped(receive_inside, self));
	EXPECT_EQ(0, self->report->message.tgid);
	EXPECT_EQ(0, self->report->message.tid);
	EXPECT_EQ(OVERFLOW_ID, self->report->message.uid);
	EXPECT_EQ(OVERFLOW_ID, self->report->message.gid);
}

TEST_F(mapped, receiver_sees_its_own_numbers_for_its_own_processes)
{
	ASSERT_EQ(0, run_mapped(put_then_take_inside, self));
	EXPECT_EQ(1, self->report->pid);
	EXPECT_EQ(1, self->report->message.tgid);
	EXPECT_EQ(1, self->report->message.tid);
	EXPECT_EQ(0, self->report->message.uid);
	EXPECT_EQ(0, self->report->message.gid);
}

TEST_F(mapped, receiver_outside_sees_outer_numbers)
{
	unsigned int number;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));

	ASSERT_EQ(0, run_mapped(send_inside, self));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(ALICE, message.uid);
	EXPECT_EQ(ALICE, message.gid);
}

static int send_and_stay(void *argument)
{
	FIXTURE_DATA(mapped) * self = argument;

	char link[16] = "";

	/* This /proc shows the first PID namespace. */
	if (readlink("/proc/self", link, sizeof(link) - 1) < 0)
		return 1;
	self->report->pid = atoi(link);
	if (put_number(self->mailbox, 1) != 1)
		return 1;
	/* Until the test has taken it, this process must not be gone. */
	return !await_messages(self->mailbox, 0);
}

static int take_outside(void *argument)
{
	FIXTURE_DATA(mapped) * self = argument;
	unsigned int number;

	self->report->message = MESSAGE(&number, sizeof(number));
	return mailbox_receive(self->mailbox, &self->report->message, 1);
}

TEST_F(mapped, receiver_outside_sees_a_process_number_of_its_own)
{
	struct sleeper receiver;

	sleeper_start(&receiver, take_outside, self);
	ASSERT_EQ(0, run_mapped(send_and_stay, self));
	ASSERT_EQ(1, sleeper_join(&receiver));
	EXPECT_LT(1, self->report->pid);
	EXPECT_EQ(self->report->pid, self->report->message.tgid);
	EXPECT_EQ(self->report->pid, self->report->message.tid);
}

TEST_F(mapped, owner_is_told_in_the_callers_numbers)
{
	ASSERT_EQ(0, run_mapped(create_inside, self));
	EXPECT_EQ(0, self->report->info.uid);
	EXPECT_EQ(0, self->report->info.gid);
}

static int info_inside(void *argument)
{
	FIXTURE_DATA(mapped) * self = argument;

	self->report->info = object_info(self->mailbox);
	return 0;
}

TEST_F(mapped, owner_from_outside_has_no_number_inside)
{
	ASSERT_EQ(0, run_mapped(info_inside, self));
	EXPECT_EQ(OVERFLOW_ID, self->report->info.uid);
	EXPECT_EQ(OVERFLOW_ID, self->report->info.gid);
}

static int give_away_inside(void *argument)
{
	FIXTURE_DATA(mapped) * self = argument;

	return object_set_access(self->mailbox, .valid = IPCCHAN_ACCESS_UID,
				 .uid = BOB) != -EINVAL;
}

TEST_F(mapped, owner_cannot_be_who_has_no_number_inside)
{
	EXPECT_EQ(0, run_mapped(give_away_inside, self));
	EXPECT_EQ(0, object_info(self->mailbox).uid);
}

static int open_as_inner_root(void *name)
{
	int session = session_open();

	return open_mailbox(session, name, 0) != -ENOENT;
}

TEST_F(mapped, root_of_a_namespace_is_not_root_of_all)
{
	char *name = strdup(fresh_name());
	int mailbox = open_mailbox(self->session, name, CREATE);

	ASSERT_LE(0, mailbox);
	EXPECT_EQ(0, run_mapped(open_as_inner_root, name));
	close(mailbox);
	free(name);
}

#include "ipcchan_selftest_main.h"
