// SPDX-License-Identifier: GPL-2.0
/* What the ipcchan selftests share. */

#define _GNU_SOURCE
#include <grp.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "ipcchan_selftest.h"

static int negated(int result)
{
	return result < 0 ? -errno : result;
}

static void abort_unless(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "# %s: %s\n", what, strerror(errno));
	abort();
}

__u64 now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

__u64 deadline_after(__u64 ns)
{
	return now_ns(CLOCK_MONOTONIC) + ns;
}

__u64 deadline_must_happen(void)
{
	return deadline_after(MUST_HAPPEN_SECONDS * NSEC_PER_SEC);
}

__u64 setting(const char *name, __u64 usual)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : usual;
}

unsigned int time_scale(void)
{
	return setting("IPCCHAN_TIME_SCALE", 1) ?: 1;
}

void nap(void)
{
	struct timespec millisecond = { .tv_nsec = NSEC_PER_MSEC };

	nanosleep(&millisecond, NULL);
}

int call(int fd, unsigned long request, void *argument)
{
	return negated(ioctl(fd, request, argument));
}

int session_open(void)
{
	return negated(open(IPCCHAN_DEVICE, O_RDWR | O_CLOEXEC));
}

int session_open_as(uid_t uid, gid_t gid)
{
	uid_t own_uid = geteuid();
	gid_t own_gid = getegid();
	int session;

	abort_unless(!setgroups(0, NULL), "setgroups");
	abort_unless(!setegid(gid) && !seteuid(uid), "seteuid");
	session = session_open();
	abort_unless(!seteuid(own_uid) && !setegid(own_gid), "seteuid back");
	return session;
}

void set_name(char *field, const char *name)
{
	size_t length = strlen(name) + 1;

	if (length > IPCCHAN_NAME_SIZE)
		length = IPCCHAN_NAME_SIZE;
	memcpy(field, name, length);
}

unsigned int all_rights(unsigned int kind)
{
	switch (kind) {
	case IPCCHAN_KIND_MAILBOX:
		return IPCCHAN_RIGHTS_MAILBOX;
	case IPCCHAN_KIND_REGION:
		return IPCCHAN_RIGHTS_REGION;
	case IPCCHAN_KIND_MUTEX:
	case IPCCHAN_KIND_BARRIER:
	case IPCCHAN_KIND_RWLOCK:
		return IPCCHAN_RIGHTS_LOCK;
	case IPCCHAN_KIND_SEMAPHORE:
	case IPCCHAN_KIND_EVENT:
	case IPCCHAN_KIND_CONDVAR:
		return IPCCHAN_RIGHTS_SIGNAL;
	default:
		return IPCCHAN_RIGHT_RECEIVE | IPCCHAN_RIGHT_ADMIN;
	}
}

int object_open(int session, unsigned int kind, const char *name,
		unsigned int flags)
{
	return object_open_for(session, kind, name, flags, all_rights(kind),
			       0600);
}

/* The structures of all kinds begin alike. */
#define OPEN(noun, request, ...) ({					\
	struct ipcchan_##noun##_open open = {				\
		.flags = flags,						\
		.mode = mode,						\
		.rights = rights,					\
		__VA_ARGS__						\
	};								\
									\
	set_name(open.name, name);					\
	call(session, request, &open);					\
})

int object_open_for(int session, unsigned int kind, const char *name,
		    unsigned int flags, unsigned int rights, unsigned int mode)
{
	switch (kind) {
	case IPCCHAN_KIND_MAILBOX:
		return OPEN(mailbox, IPCCHAN_IOC_MAILBOX_OPEN,
			    .capacity_messages = IPCCHAN_DEFAULT,
			    .max_message_size = IPCCHAN_DEFAULT,
			    .capacity_bytes = (__u64)-1);
	case IPCCHAN_KIND_REGION:
		return OPEN(region, IPCCHAN_IOC_REGION_OPEN, .size = 1);
	case IPCCHAN_KIND_MUTEX:
		return OPEN(mutex, IPCCHAN_IOC_MUTEX_OPEN);
	case IPCCHAN_KIND_SEMAPHORE:
		return OPEN(semaphore, IPCCHAN_IOC_SEMAPHORE_OPEN, .max = 1);
	case IPCCHAN_KIND_EVENT:
		return OPEN(event, IPCCHAN_IOC_EVENT_OPEN);
	case IPCCHAN_KIND_CONDVAR:
		return OPEN(condvar, IPCCHAN_IOC_CONDVAR_OPEN);
	case IPCCHAN_KIND_BARRIER:
		return OPEN(barrier, IPCCHAN_IOC_BARRIER_OPEN, .parties = 2);
	case IPCCHAN_KIND_RWLOCK:
		return OPEN(rwlock, IPCCHAN_IOC_RWLOCK_OPEN);
	default:
		return OPEN(ring, IPCCHAN_IOC_RING_OPEN, .size = 4096);
	}
}

int object_restrict(int object, unsigned int rights, unsigned int flags)
{
	struct ipcchan_object_restrict restriction = {
		.rights = rights,
		.flags = flags,
	};

	return call(object, IPCCHAN_IOC_OBJECT_RESTRICT, &restriction);
}

int object_kill(int object)
{
	struct ipcchan_object_kill nothing = {};

	return call(object, IPCCHAN_IOC_OBJECT_KILL, &nothing);
}

int object_unlink(int session, const char *name)
{
	struct ipcchan_object_unlink unlink = {};

	set_name(unlink.name, name);
	return call(session, IPCCHAN_IOC_OBJECT_UNLINK, &unlink);
}

int object_list(int session, const char *after,
		struct ipcchan_object_info *entries, unsigned int count)
{
	struct ipcchan_object_list list = {
		.entries = (uintptr_t)entries,
		.count = count,
		.entry_size = sizeof(*entries),
	};

	set_name(list.after, after);
	return call(session, IPCCHAN_IOC_OBJECT_LIST, &list);
}

struct ipcchan_device_info device_info(int session)
{
	struct ipcchan_device_info info = {};

	abort_unless(!ioctl(session, IPCCHAN_IOC_DEVICE_INFO, &info),
		     "DEVICE_INFO");
	return info;
}

struct ipcchan_object_info object_info(int object)
{
	struct ipcchan_object_info info = {};

	abort_unless(!ioctl(object, IPCCHAN_IOC_OBJECT_INFO, &info),
		     "OBJECT_INFO");
	return info;
}

struct ipcchan_mailbox_info mailbox_info(int mailbox)
{
	struct ipcchan_mailbox_info info = {};

	abort_unless(!ioctl(mailbox, IPCCHAN_IOC_MAILBOX_INFO, &info),
		     "MAILBOX_INFO");
	return info;
}

struct ipcchan_region_info region_info(int region)
{
	struct ipcchan_region_info info = {};

	abort_unless(!ioctl(region, IPCCHAN_IOC_REGION_INFO, &info),
		     "REGION_INFO");
	return info;
}

struct ipcchan_ring_info ring_info(int end)
{
	struct ipcchan_ring_info info = {};

	abort_unless(!ioctl(end, IPCCHAN_IOC_RING_INFO, &info),
		     "RING_INFO");
	return info;
}

bool name_exists(int session, const char *name)
{
	struct ipcchan_object_info entries[16];
	const char *after = "";
	int nr;

	do {
		nr = object_list(session, after, entries, 16);
		abort_unless(nr >= 0, "OBJECT_LIST");
		for (int i = 0; i < nr; i++)
			if (!strcmp(entries[i].name, name))
				return true;
		if (nr > 0)
			after = entries[nr - 1].name;
	} while (nr == 16);
	return false;
}

const char *fresh_name(void)
{
	static char names[16][IPCCHAN_NAME_SIZE];
	static unsigned int used;
	char *name = names[used % 16];

	snprintf(name, IPCCHAN_NAME_SIZE, "selftest-%d-%u", getpid(), used++);
	return name;
}

long long module_parameter(const char *name)
{
	char path[128];
	long long value;
	FILE *file;
	int fields;

	snprintf(path, sizeof(path), IPCCHAN_PARAMETERS "%s", name);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	fields = fscanf(file, "%lld", &value);
	fclose(file);
	return fields == 1 ? value : -EBADMSG;
}

int set_module_parameter(const char *name, long long value)
{
	char path[128];
	char text[32];
	ssize_t done;
	int length;
	int error;
	int fd;

	snprintf(path, sizeof(path), IPCCHAN_PARAMETERS "%s", name);
	length = snprintf(text, sizeof(text), "%lld", value);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	done = write(fd, text, length);
	error = errno;
	close(fd);
	return done < 0 ? -error : 0;
}

int put_number(int mailbox, unsigned int number)
{
	return put_number_at(mailbox, number, 0);
}

int put_number_at(int mailbox, unsigned int number, unsigned int priority)
{
	struct ipcchan_message message =
		MESSAGE(&number, sizeof(number), .type = number,
			.priority = priority);

	return mailbox_send(mailbox, &message, 1, .flags = IPCCHAN_NONBLOCK);
}

static int checked_number(const struct ipcchan_message *message,
			  unsigned int number)
{
	if (message->length != sizeof(number) || message->type != number)
		return -EILSEQ;
	return number;
}

int take_number(int mailbox)
{
	unsigned int number = 0;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));
	int nr = mailbox_receive(mailbox, &message, 1,
				 .flags = IPCCHAN_NONBLOCK);

	return nr < 0 ? nr : checked_number(&message, number);
}

int peek_number(int mailbox, unsigned int index)
{
	unsigned int number = 0;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));
	int nr = mailbox_peek(mailbox, index, &message, 1);

	return nr < 0 ? nr : checked_number(&message, number);
}

void numbers_fill(struct ipcchan_message *batch, unsigned int *numbers,
		  unsigned int count, unsigned int first)
{
	for (unsigned int i = 0; i < count; i++) {
		numbers[i] = first + i;
		batch[i] = MESSAGE(&numbers[i], sizeof(numbers[i]),
				   .type = first + i);
	}
}

void numbers_buffer(struct ipcchan_message *batch, unsigned int *numbers,
		    unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		numbers[i] = 0;
		batch[i] = MESSAGE(&numbers[i], sizeof(numbers[i]));
	}
}

/* Look until @condition holds; false if it does not come. */
#define await(condition) ({						\
	__u64 end = deadline_must_happen();				\
	bool reached;							\
									\
	while (!(reached = (condition)) && now_ns(CLOCK_MONOTONIC) < end) \
		nap();							\
	reached;							\
})

bool await_waiters(int mailbox, unsigned int senders, unsigned int receivers)
{
	struct ipcchan_mailbox_info info;

	return await((info = mailbox_info(mailbox),
		      info.waiting_senders == senders &&
		      info.waiting_receivers == receivers));
}

bool await_messages(int mailbox, unsigned int messages)
{
	return await(mailbox_info(mailbox).messages == messages);
}

bool await_held(int mailbox, unsigned int messages)
{
	return await(mailbox_info(mailbox).held == messages);
}

bool await_notices(int mailbox, unsigned int notices)
{
	return await(mailbox_info(mailbox).notices == notices);
}

bool await_subscribers(int mailbox, unsigned int subscribers)
{
	return await(mailbox_info(mailbox).subscribers == subscribers);
}

bool await_handles(int object, unsigned int handles)
{
	return await(object_info(object).handles == handles);
}

bool await_mappings(int region, unsigned int mappings)
{
	return await(region_info(region).mappings == mappings);
}

bool await_usage(int session, __u64 objects, __u64 bytes)
{
	struct ipcchan_device_info info;

	return await((info = device_info(session),
		      info.user_objects == objects &&
		      info.user_bytes == bytes));
}

bool await_counter(const int *counter, int value)
{
	return await(__atomic_load_n(counter, __ATOMIC_ACQUIRE) == value);
}

static void *sleeper_thread(void *argument)
{
	struct sleeper *sleeper = argument;

	__atomic_store_n(&sleeper->tid, syscall(SYS_gettid), __ATOMIC_RELEASE);
	sleeper->result = sleeper->function(sleeper->argument);
	return NULL;
}

void sleeper_start(struct sleeper *sleeper, int (*function)(void *argument),
		   void *argument)
{
	sleeper->function = function;
	sleeper->argument = argument;
	sleeper->tid = 0;
	errno = pthread_create(&sleeper->thread, NULL, sleeper_thread, sleeper);
	abort_unless(!errno, "pthread_create");
	abort_unless(await(__atomic_load_n(&sleeper->tid, __ATOMIC_ACQUIRE)),
		     "thread start");
}

int sleeper_join(struct sleeper *sleeper)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += MUST_HAPPEN_SECONDS + 10;
	if (pthread_clockjoin_np(sleeper->thread, NULL, CLOCK_MONOTONIC, &end))
		return HANGS;
	return sleeper->result;
}

int sleeper_end(struct sleeper *sleeper)
{
	errno = pthread_join(sleeper->thread, NULL);
	abort_unless(!errno, "pthread_join");
	return sleeper->result;
}

/* /proc tells the system call of a thread only if the thread sleeps in it. */
static bool is_asleep(pid_t tid)
{
	char path[64];
	char text[8] = "running";
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	abort_unless(fd >= 0, path);
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	return length > 0 && text[0] != 'r';
}

bool await_asleep(const struct sleeper *sleeper)
{
	return await(is_asleep(sleeper->tid));
}

static int sleepy_put(void *argument)
{
	struct sleeper *sleeper = argument;
	struct ipcchan_message message =
		MESSAGE(&sleeper->number, sizeof(sleeper->number),
			.type = sleeper->number, .priority = sleeper->priority);

	return mailbox_send(sleeper->mailbox, &message, 1);
}

static int sleepy_take(void *argument)
{
	struct sleeper *sleeper = argument;
	unsigned int number = 0;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));
	int nr = mailbox_receive(sleeper->mailbox, &message, 1);

	return nr < 0 ? nr : checked_number(&message, number);
}

void start_put(struct sleeper *sleeper, int mailbox, unsigned int number)
{
	start_put_at(sleeper, mailbox, number, 0);
}

void start_put_at(struct sleeper *sleeper, int mailbox, unsigned int number,
		  unsigned int priority)
{
	sleeper->mailbox = mailbox;
	sleeper->number = number;
	sleeper->priority = priority;
	sleeper_start(sleeper, sleepy_put, sleeper);
}

void start_take(struct sleeper *sleeper, int mailbox)
{
	sleeper->mailbox = mailbox;
	sleeper_start(sleeper, sleepy_take, sleeper);
}

int faults_open(void *memory, size_t size)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = {
		.range = { .start = (uintptr_t)memory, .len = size },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int faults = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	int error;

	if (faults < 0)
		return -errno;
	error = call(faults, UFFDIO_API, &api) ?:
		call(faults, UFFDIO_REGISTER, &area);
	return error ?: faults;
}

bool await_fault(int faults)
{
	struct pollfd fault = { .fd = faults, .events = POLLIN };
	struct uffd_msg message;

	return poll(&fault, 1, MUST_HAPPEN_SECONDS * 1000) == 1 &&
	       read(faults, &message, sizeof(message)) == sizeof(message);
}

int faults_pass(int faults, void *memory, size_t size)
{
	struct uffdio_zeropage area = {
		.range = { .start = (uintptr_t)memory, .len = size },
	};

	return call(faults, UFFDIO_ZEROPAGE, &area);
}

int faults_fail(int faults, void *memory, size_t size)
{
	struct uffdio_range range = {
		.start = (uintptr_t)memory,
		.len = size,
	};

	if (mprotect(memory, size, PROT_NONE))
		return -errno;
	return call(faults, UFFDIO_UNREGISTER, &range);
}

void *shared_alloc(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	abort_unless(memory != MAP_FAILED, "mmap");
	return memory;
}

/* A change of ids undoes this. */
static void die_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void child_start(struct child *child, int (*function)(void *argument),
		 void *argument)
{
	pid_t pid;

	child->result = shared_alloc(sizeof(*child->result));
	pid = fork();
	abort_unless(pid >= 0, "fork");
	/* Only the parent writes: they may share *child. */
	if (pid) {
		child->pid = pid;
		return;
	}
	die_with_parent();
	*child->result = function(argument);
	_exit(0);
}

int child_reaped(struct child *child, int status)
{
	int result = WIFEXITED(status) ? *child->result : DIED;

	munmap(child->result, sizeof(*child->result));
	child->result = NULL;
	return result;
}

int child_join(struct child *child)
{
	bool is_late;
	int status;
	int result;

	if (!child->result)
		return HANGS;
	is_late = !await(waitpid(child->pid, &status, WNOHANG) == child->pid);
	if (is_late) {
		kill(child->pid, SIGKILL);
		abort_unless(waitpid(child->pid, &status, 0) == child->pid,
			     "waitpid");
	}
	result = child_reaped(child, status);
	return is_late ? HANGS : result;
}

void child_end(struct child *child)
{
	if (!child->result)
		return;
	kill(child->pid, SIGKILL);
	child_join(child);
}

int run_in_child(int (*function)(void *argument), void *argument)
{
	struct child child;

	child_start(&child, function, argument);
	return child_join(&child);
}

struct as {
	uid_t uid;
	gid_t gid;
	int (*function)(void *argument);
	void *argument;
};

static int become(void *argument)
{
	struct as *as = argument;

	abort_unless(!setgroups(0, NULL), "setgroups");
	abort_unless(!setresgid(as->gid, as->gid, as->gid), "setresgid");
	abort_unless(!setresuid(as->uid, as->uid, as->uid), "setresuid");
	die_with_parent();
	return as->function(as->argument);
}

int run_as(uid_t uid, gid_t gid, int (*function)(void *argument),
	   void *argument)
{
	struct as as = {
		.uid = uid,
		.gid = gid,
		.function = function,
		.argument = argument,
	};

	return run_in_child(become, &as);
}

/* The one control message that carries one descriptor. */
union fd_control {
	struct cmsghdr header;
	char space[CMSG_SPACE(sizeof(int))];
};

int fd_send(int socket, int fd)
{
	union fd_control control = {};
	struct iovec byte = { .iov_base = "", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(int));
	return negated(sendmsg(socket, &message, 0));
}

int fd_receive(int socket)
{
	union fd_control control = {};
	char space;
	struct iovec byte = { .iov_base = &space, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int fd;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) < 0)
		return -errno;
	if (message.msg_controllen < CMSG_LEN(sizeof(int)))
		return -ENOMSG;
	memcpy(&fd, CMSG_DATA(&control.header), sizeof(int));
	return fd;
}

bool fd_is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

int fd_flags(int fd)
{
	return negated(fcntl(fd, F_GETFD));
}

int file_flags(int fd)
{
	return negated(fcntl(fd, F_GETFL));
}

int set_nonblocking(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	return negated(fcntl(fd, F_SETFL, flags));
}

int next_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	close(fd);
	return fd;
}

int fdinfo_value(int fd, const char *key, char *value, size_t size)
{
	char path[64];
	char line[256];
	size_t length = strlen(key);
	int result = -ENOENT;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, key, length) || line[length] != ':')
			continue;
		line[strcspn(line, "\n")] = '\0';
		length++;
		length += strspn(line + length, " \t");
		snprintf(value, size, "%s", line + length);
		result = 0;
		break;
	}
	fclose(file);
	return result;
}

static const uid_t users[] = { 0, ALICE, BOB };
static struct ipcchan_device_info at_start[3];

static struct ipcchan_device_info info_of_user(uid_t uid)
{
	int session = session_open_as(uid, uid);
	struct ipcchan_device_info info = device_info(session);

	close(session);
	return info;
}

/* Before main(), and so before the harness forks the first test. */
static void __attribute__((constructor)) remember_start(void)
{
	if (geteuid() || access(IPCCHAN_DEVICE, F_OK))
		return;
	for (int i = 0; i < 3; i++)
		at_start[i] = info_of_user(users[i]);
}

static bool user_is_clean(int i)
{
	struct ipcchan_device_info info = info_of_user(users[i]);

	return info.user_objects == at_start[i].user_objects &&
	       info.user_bytes == at_start[i].user_bytes &&
	       info.user_fds == at_start[i].user_fds;
}

bool is_clean(void)
{
	return await(user_is_clean(0) && user_is_clean(1) && user_is_clean(2));
}
