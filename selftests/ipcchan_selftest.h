/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the ipcchan selftests share.
 *
 * A function that makes a system call returns what the call returned, or
 * -errno: EXPECT_EQ(-EAGAIN, take_number(mailbox)). The ..._info() functions
 * return a structure and abort() the test if there is none.
 *
 * A program includes kselftest_harness.h, this, and as its last line
 * ipcchan_selftest_main.h.
 *
 * Nothing here sleeps to get an order: the await_...() functions wait for a
 * state, and say false if it has not come after MUST_HAPPEN_SECONDS.
 */
#ifndef IPCCHAN_SELFTEST_H
#define IPCCHAN_SELFTEST_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <linux/ipcchan.h>

#define IPCCHAN_DEVICE		"/dev/ipcchan"
#define IPCCHAN_PARAMETERS	"/sys/module/ipcchan/parameters/"

/* Ordinary users; they need no entry in /etc/passwd. */
#define ALICE			1000
#define BOB			1001

/* How long to wait for what must happen, on a slow and busy machine too. */
#define MUST_HAPPEN_SECONDS	30

/* The harness kills a test after 30 s unless told otherwise. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	150

#define NSEC_PER_MSEC		1000000ULL
#define NSEC_PER_SEC		1000000000ULL

/* Results that no system call has. */
#define HANGS			(-100001)
#define DIED			(-100002)

/* Time */

__u64 now_ns(clockid_t clock);

/** deadline_after - CLOCK_MONOTONIC time @ns from now */
__u64 deadline_after(__u64 ns);

/** deadline_must_happen - for a call that has to be done long before it */
__u64 deadline_must_happen(void);

/** setting - the number that the environment has as @name; else @usual */
__u64 setting(const char *name, __u64 usual);

/** time_scale - how many times slower than usual this machine is, 1 or more */
unsigned int time_scale(void);

/** nap - let others run for a millisecond; only between two looks at a state */
void nap(void);

/* Calls */

/** call - ioctl(2) that returns -errno */
int call(int fd, unsigned long request, void *argument);

/** session_open - open /dev/ipcchan */
int session_open(void);

/** session_open_as - open /dev/ipcchan with the effective ids @uid and @gid */
int session_open_as(uid_t uid, gid_t gid);

/**
 * mailbox_open - by default: a new anonymous mailbox with all rights
 * @session: descriptor of the device
 *
 * Further arguments are initialisers of struct ipcchan_mailbox_open.
 */
#define mailbox_open(session, ...)					\
	call(session, IPCCHAN_IOC_MAILBOX_OPEN,				\
	     &(struct ipcchan_mailbox_open){				\
		.flags = IPCCHAN_OPEN_CREATE,				\
		.mode = 0600,						\
		.rights = IPCCHAN_RIGHTS_MAILBOX,			\
		.capacity_messages = IPCCHAN_DEFAULT,			\
		.max_message_size = IPCCHAN_DEFAULT,			\
		.capacity_bytes = (__u64)-1,				\
		__VA_ARGS__						\
	     })

/** region_open - by default: a new anonymous region with all rights */
#define region_open(session, bytes, ...)				\
	call(session, IPCCHAN_IOC_REGION_OPEN,				\
	     &(struct ipcchan_region_open){				\
		.flags = IPCCHAN_OPEN_CREATE,				\
		.mode = 0600,						\
		.rights = IPCCHAN_RIGHTS_REGION,			\
		.size = (bytes),					\
		__VA_ARGS__						\
	     })

/**
 * ring_create - a new ring without a name
 * @session: descriptor of the device
 * @fds: filled with the descriptors of the producer's and of the consumer's end
 * @bytes: of data
 *
 * Further arguments are initialisers of struct ipcchan_ring_create.
 */
#define ring_create(session, fds, bytes, ...)				\
	call(session, IPCCHAN_IOC_RING_CREATE,				\
	     &(struct ipcchan_ring_create){				\
		.ends = (uintptr_t)(fds),				\
		.size = (bytes),					\
		__VA_ARGS__						\
	     })

/**
 * ring_open - by default: an end of a ring, which is created if it is not there
 * @session: descriptor of the device
 * @called: its name
 * @wanted: rights
 * @bytes: of data
 */
#define ring_open(session, called, wanted, bytes, ...)			\
	({								\
		struct ipcchan_ring_open open_ = {			\
			.flags = IPCCHAN_OPEN_CREATE,			\
			.mode = 0600,					\
			.rights = (wanted),				\
			.size = (bytes),				\
			__VA_ARGS__					\
		};							\
		set_name(open_.name, called);				\
		call(session, IPCCHAN_IOC_RING_OPEN, &open_);		\
	})

/** ring_wait - until the other end's index is @goal; it sleeps, not for ever */
#define ring_wait(end, goal, ...)					\
	call(end, IPCCHAN_IOC_RING_WAIT,				\
	     &(struct ipcchan_ring_wait){				\
		.index = (goal),					\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

#define ring_wake(end, ...)						\
	call(end, IPCCHAN_IOC_RING_WAKE,				\
	     &(struct ipcchan_ring_wake){ __VA_ARGS__ })

/**
 * mailbox_send - by default it sleeps, not for ever
 * @mailbox: descriptor
 * @array: of struct ipcchan_message
 * @nr: how many
 *
 * Further arguments are initialisers of struct ipcchan_mailbox_send.
 */
#define mailbox_send(mailbox, array, nr, ...)				\
	call(mailbox, IPCCHAN_IOC_MAILBOX_SEND,				\
	     &(struct ipcchan_mailbox_send){				\
		.messages = (uintptr_t)(array),				\
		.count = (nr),						\
		.message_size = sizeof(struct ipcchan_message),		\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

/** mailbox_receive - likewise, of struct ipcchan_mailbox_receive */
#define mailbox_receive(mailbox, array, nr, ...)			\
	call(mailbox, IPCCHAN_IOC_MAILBOX_RECEIVE,			\
	     &(struct ipcchan_mailbox_receive){				\
		.messages = (uintptr_t)(array),				\
		.count = (nr),						\
		.message_size = sizeof(struct ipcchan_message),		\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

/**
 * mailbox_commit - messages that the description holds are done
 * @mailbox: descriptor
 * @array: of struct ipcchan_held
 * @nr: how many
 */
#define mailbox_commit(mailbox, array, nr, ...)				\
	call(mailbox, IPCCHAN_IOC_MAILBOX_COMMIT,			\
	     &(struct ipcchan_mailbox_commit){				\
		.held = (uintptr_t)(array),				\
		.count = (nr),						\
		.held_size = sizeof(struct ipcchan_held),		\
		__VA_ARGS__						\
	     })

/** mailbox_release - they go back */
#define mailbox_release(mailbox, array, nr, ...)			\
	call(mailbox, IPCCHAN_IOC_MAILBOX_RELEASE,			\
	     &(struct ipcchan_mailbox_release){				\
		.held = (uintptr_t)(array),				\
		.count = (nr),						\
		.held_size = sizeof(struct ipcchan_held),		\
		__VA_ARGS__						\
	     })

/** mailbox_notify - by default nothing is asked for */
#define mailbox_notify(mailbox, ...)					\
	call(mailbox, IPCCHAN_IOC_MAILBOX_NOTIFY,			\
	     &(struct ipcchan_mailbox_notify){				\
		.fd = IPCCHAN_NO_FD,					\
		.watermark = IPCCHAN_PRIORITIES,			\
		__VA_ARGS__						\
	     })

#define mailbox_peek(mailbox, at, array, nr, ...)			\
	call(mailbox, IPCCHAN_IOC_MAILBOX_PEEK,				\
	     &(struct ipcchan_mailbox_peek){				\
		.index = (at),						\
		.messages = (uintptr_t)(array),				\
		.count = (nr),						\
		.message_size = sizeof(struct ipcchan_message),		\
		__VA_ARGS__						\
	     })

/** mailbox_filter - by default: that of a new descriptor, any message */
#define mailbox_filter(mailbox, ...)					\
	call(mailbox, IPCCHAN_IOC_MAILBOX_FILTER,			\
	     &(struct ipcchan_mailbox_filter){				\
		.type_max = ~0U,					\
		__VA_ARGS__						\
	     })

/** mailbox_senders - the first @nr senders, or those behind .after */
#define mailbox_senders(mailbox, array, nr, ...)			\
	call(mailbox, IPCCHAN_IOC_MAILBOX_SENDERS,			\
	     &(struct ipcchan_mailbox_senders){				\
		.entries = (uintptr_t)(array),				\
		.count = (nr),						\
		.entry_size = sizeof(struct ipcchan_mailbox_sender),	\
		__VA_ARGS__						\
	     })

/** mailbox_subscribe - with initialisers of struct ipcchan_mailbox_subscribe */
#define mailbox_subscribe(mailbox, ...)					\
	call(mailbox, IPCCHAN_IOC_MAILBOX_SUBSCRIBE,			\
	     &(struct ipcchan_mailbox_subscribe){ __VA_ARGS__ })

/**
 * mailbox_multicast - by default it sleeps, not for ever
 * @session: descriptor of the device
 * @array: of struct ipcchan_target
 * @nr: how many
 * @sent: address of the struct ipcchan_message
 *
 * Further arguments are initialisers of struct ipcchan_mailbox_multicast.
 */
#define mailbox_multicast(session, array, nr, sent, ...)		\
	call(session, IPCCHAN_IOC_MAILBOX_MULTICAST,			\
	     &(struct ipcchan_mailbox_multicast){			\
		.mailboxes = (uintptr_t)(array),			\
		.count = (nr),						\
		.target_size = sizeof(struct ipcchan_target),		\
		.message = (uintptr_t)(sent),				\
		.message_size = sizeof(struct ipcchan_message),		\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

/** mailbox_snapshot, mailbox_restore - into and out of @bytes bytes at @memory */
#define mailbox_snapshot(mailbox, memory, bytes, ...)			\
	call(mailbox, IPCCHAN_IOC_MAILBOX_SNAPSHOT,			\
	     &(struct ipcchan_mailbox_snapshot){			\
		.buffer = (uintptr_t)(memory),				\
		.size = (bytes),					\
		__VA_ARGS__						\
	     })

#define mailbox_restore(mailbox, memory, bytes, ...)			\
	call(mailbox, IPCCHAN_IOC_MAILBOX_RESTORE,			\
	     &(struct ipcchan_mailbox_restore){				\
		.buffer = (uintptr_t)(memory),				\
		.size = (bytes),					\
		__VA_ARGS__						\
	     })

/**
 * mailbox_call - send a request and wait for its reply, not for ever
 * @mailbox: descriptor
 * @sent: address of the struct ipcchan_message with the request
 * @answered: address of the one for the reply
 *
 * Further arguments are initialisers of struct ipcchan_mailbox_call.
 */
#define mailbox_call(mailbox, sent, answered, ...)			\
	call(mailbox, IPCCHAN_IOC_MAILBOX_CALL,				\
	     &(struct ipcchan_mailbox_call){				\
		.request = (uintptr_t)(sent),				\
		.reply = (uintptr_t)(answered),				\
		.message_size = sizeof(struct ipcchan_message),		\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

/** mailbox_call_start, mailbox_call_wait - the same in two steps */
#define mailbox_call_start(mailbox, sent, ...)				\
	call(mailbox, IPCCHAN_IOC_MAILBOX_CALL_START,			\
	     &(struct ipcchan_mailbox_call_start){			\
		.request = (uintptr_t)(sent),				\
		.message_size = sizeof(struct ipcchan_message),		\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

#define mailbox_call_wait(mailbox, which, answered, ...)		\
	call(mailbox, IPCCHAN_IOC_MAILBOX_CALL_WAIT,			\
	     &(struct ipcchan_mailbox_call_wait){			\
		.token = (which),					\
		.reply = (uintptr_t)(answered),				\
		.message_size = sizeof(struct ipcchan_message),		\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

#define mailbox_call_cancel(mailbox, which, ...)			\
	call(mailbox, IPCCHAN_IOC_MAILBOX_CALL_CANCEL,			\
	     &(struct ipcchan_mailbox_call_cancel){			\
		.token = (which),					\
		__VA_ARGS__						\
	     })

/** mailbox_reply - answer the request that @answer names by its token */
#define mailbox_reply(mailbox, answer, ...)				\
	call(mailbox, IPCCHAN_IOC_MAILBOX_REPLY,			\
	     &(struct ipcchan_mailbox_reply){				\
		.message = (uintptr_t)(answer),				\
		.message_size = sizeof(struct ipcchan_message),		\
		__VA_ARGS__						\
	     })

/** mailbox_reply_receive - and receive the next one into @next */
#define mailbox_reply_receive(mailbox, answer, next, ...)		\
	call(mailbox, IPCCHAN_IOC_MAILBOX_REPLY_RECEIVE,		\
	     &(struct ipcchan_mailbox_reply_receive){			\
		.reply = (uintptr_t)(answer),				\
		.message = (uintptr_t)(next),				\
		.message_size = sizeof(struct ipcchan_message),		\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

/** mailbox_call_read - a part of a request: up to @bytes bytes behind @from */
#define mailbox_call_read(mailbox, which, memory, bytes, from, ...)	\
	call(mailbox, IPCCHAN_IOC_MAILBOX_CALL_READ,			\
	     &(struct ipcchan_mailbox_call_read){			\
		.token = (which),					\
		.buffer = (uintptr_t)(memory),				\
		.size = (bytes),					\
		.offset = (from),					\
		__VA_ARGS__						\
	     })

/** mailbox_call_forward - let @other answer it */
#define mailbox_call_forward(mailbox, which, other, ...)		\
	call(mailbox, IPCCHAN_IOC_MAILBOX_CALL_FORWARD,			\
	     &(struct ipcchan_mailbox_call_forward){			\
		.token = (which),					\
		.fd = (other),						\
		__VA_ARGS__						\
	     })

/** mailbox_call_list - the first @nr calls, or those behind .after */
#define mailbox_call_list(mailbox, array, nr, ...)			\
	call(mailbox, IPCCHAN_IOC_MAILBOX_CALL_LIST,			\
	     &(struct ipcchan_mailbox_call_list){			\
		.entries = (uintptr_t)(array),				\
		.count = (nr),						\
		.entry_size = sizeof(struct ipcchan_call_info),		\
		__VA_ARGS__						\
	     })

/** region_release, region_freeze, region_thaw - without options */
#define region_release(extent)						\
	call(extent, IPCCHAN_IOC_REGION_RELEASE,			\
	     &(struct ipcchan_region_release){})

#define region_freeze(region)						\
	call(region, IPCCHAN_IOC_REGION_FREEZE,				\
	     &(struct ipcchan_region_freeze){})

#define region_thaw(region)						\
	call(region, IPCCHAN_IOC_REGION_THAW,				\
	     &(struct ipcchan_region_thaw){})

/** region_extents - the first @nr extents, or those behind .after */
#define region_extents(region, array, nr, ...)				\
	call(region, IPCCHAN_IOC_REGION_EXTENTS,			\
	     &(struct ipcchan_region_extents){				\
		.entries = (uintptr_t)(array),				\
		.count = (nr),						\
		.entry_size = sizeof(struct ipcchan_extent_info),	\
		__VA_ARGS__						\
	     })

/** MESSAGE - a struct ipcchan_message for @bytes bytes at @address */
#define MESSAGE(address, bytes, ...)					\
	((struct ipcchan_message){					\
		.data = (uintptr_t)(address),				\
		.size = (bytes),					\
		__VA_ARGS__						\
	})

/** all_rights - what an object of this kind can grant */
unsigned int all_rights(unsigned int kind);

/** object_open - open or create an object, with all rights; a ring's consumer end */
int object_open(int session, unsigned int kind, const char *name,
		unsigned int flags);

/** object_open_for - the same with these rights; a new one gets @mode */
int object_open_for(int session, unsigned int kind, const char *name,
		    unsigned int flags, unsigned int rights, unsigned int mode);

#define object_set_access(object, ...)					\
	call(object, IPCCHAN_IOC_OBJECT_SET_ACCESS,			\
	     &(struct ipcchan_object_set_access){ __VA_ARGS__ })

/** set_name - fill the name of a structure, without a NUL if it is too long */
void set_name(char *field, const char *name);

int object_restrict(int object, unsigned int rights, unsigned int flags);
int object_kill(int object);
int object_unlink(int session, const char *name);

/** object_list - the first @count names behind @after */
int object_list(int session, const char *after,
		struct ipcchan_object_info *entries, unsigned int count);

struct ipcchan_device_info device_info(int session);
struct ipcchan_object_info object_info(int object);
struct ipcchan_mailbox_info mailbox_info(int mailbox);
struct ipcchan_region_info region_info(int region);
struct ipcchan_ring_info ring_info(int end);

/** name_exists - does OBJECT_LIST give @name to this session? */
bool name_exists(int session, const char *name);

/** fresh_name - a name that no other test has; valid for the next 15 calls */
const char *fresh_name(void);

/** module_parameter - the value of a number, or -errno */
long long module_parameter(const char *name);
int set_module_parameter(const char *name, long long value);

/*
 * Messages that are a number: four bytes, and the number as type as well. These
 * never sleep. Taking one with other bytes than its type says gives -EILSEQ.
 */

/** put_number - 1, or -errno */
int put_number(int mailbox, unsigned int number);
int put_number_at(int mailbox, unsigned int number, unsigned int priority);

/** take_number, peek_number - the number, or -errno */
int take_number(int mailbox);
int peek_number(int mailbox, unsigned int index);

/** numbers_fill - @numbers from @first on, and messages with them */
void numbers_fill(struct ipcchan_message *batch, unsigned int *numbers,
		  unsigned int count, unsigned int first);

/** numbers_buffer - messages to receive into @numbers */
void numbers_buffer(struct ipcchan_message *batch, unsigned int *numbers,
		    unsigned int count);

/* States */

/** await_waiters - until exactly so many calls sleep on the mailbox */
bool await_waiters(int mailbox, unsigned int senders, unsigned int receivers);
bool await_messages(int mailbox, unsigned int messages);
bool await_held(int mailbox, unsigned int messages);
bool await_notices(int mailbox, unsigned int notices);
bool await_subscribers(int mailbox, unsigned int subscribers);
bool await_handles(int object, unsigned int handles);
bool await_mappings(int region, unsigned int mappings);

/** await_usage - until the session's user is charged exactly this */
bool await_usage(int session, __u64 objects, __u64 bytes);

/** await_counter - until *@counter, which others change, is @value */
bool await_counter(const int *counter, int value);

/**
 * struct sleeper - a call in a thread of its own, since it may sleep
 * @thread: The thread.
 * @function: What it calls.
 * @argument: With what.
 * @tid: The thread's number, for signals.
 * @result: What @function returned.
 * @mailbox: For start_put() and start_take().
 * @number: For start_put().
 * @priority: For start_put().
 */
struct sleeper {
	pthread_t thread;
	int (*function)(void *argument);
	void *argument;
	pid_t tid;
	int result;
	int mailbox;
	unsigned int number;
	unsigned int priority;
};

void sleeper_start(struct sleeper *sleeper, int (*function)(void *argument),
		   void *argument);

/** sleeper_join - what the function returned, or HANGS */
int sleeper_join(struct sleeper *sleeper);

/** sleeper_end - what it returned; for one with a deadline of its own at each wait */
int sleeper_end(struct sleeper *sleeper);

/** await_asleep - until the thread sleeps, in whatever call */
bool await_asleep(const struct sleeper *sleeper);

/** start_put, start_take - put or take a number, sleeping if need be */
void start_put(struct sleeper *sleeper, int mailbox, unsigned int number);
void start_put_at(struct sleeper *sleeper, int mailbox, unsigned int number,
		  unsigned int priority);
void start_take(struct sleeper *sleeper, int mailbox);

/* Memory that holds whoever touches it first */

/** faults_open - a userfaultfd(2) for @memory that is not there yet */
int faults_open(void *memory, size_t size);

/** await_fault - until one more is held there */
bool await_fault(int faults);

/** faults_pass - let them go on: into zeros, or to where they cannot write */
int faults_pass(int faults, void *memory, size_t size);
int faults_fail(int faults, void *memory, size_t size);

/* Processes */

/**
 * struct child - a function in a process of its own
 * @pid: The process, killed together with the test.
 * @result: What the function returned; shared with it. NULL: it was joined.
 */
struct child {
	pid_t pid;
	int *result;
};

void child_start(struct child *child, int (*function)(void *argument),
		 void *argument);

/** child_join - what the function returned, HANGS, or DIED by a signal; once */
int child_join(struct child *child);

/** child_reaped - as child_join(), by who has waited for it already and got @status */
int child_reaped(struct child *child, int status);

/** child_end - kill it and wait for its end, unless it was joined or never started */
void child_end(struct child *child);

/** run_in_child - child_start() and child_join() */
int run_in_child(int (*function)(void *argument), void *argument);

/** run_as - the same, with all ids @uid and @gid, no groups, no capability */
int run_as(uid_t uid, gid_t gid, int (*function)(void *argument),
	   void *argument);

/** shared_alloc - zeroed memory that children share with the test */
void *shared_alloc(size_t size);

/** fd_send, fd_receive - pass a descriptor over a socket of AF_UNIX */
int fd_send(int socket, int fd);
int fd_receive(int socket);

/** fd_is_open, fd_flags, file_flags - what fcntl(2) says */
bool fd_is_open(int fd);
int fd_flags(int fd);
int file_flags(int fd);
int set_nonblocking(int fd, bool on);

/** next_fd - the number that the next descriptor of this process will get */
int next_fd(void);

/** fdinfo_value - the value of "@key:" in the fdinfo of @fd, or -errno */
int fdinfo_value(int fd, const char *key, char *value, size_t size);

/**
 * is_clean - are root, ALICE and BOB charged as when the program was loaded
 *
 * Return: true if so.
 */
bool is_clean(void);

#endif /* IPCCHAN_SELFTEST_H */
