/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * libipcchan: the C interface to /dev/ipcchan.
 */
#ifndef IPCCHAN_H
#define IPCCHAN_H

#include <linux/ipcchan.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/**
 * DOC: Rules of this library
 *
 * - A *session* (struct ipcchan) is one open of the device; it opens
 *   *mailboxes* (struct ipcchan_mailbox) and *regions* (struct ipcchan_region).
 *   Each handle owns one file descriptor and nothing else changes in it after
 *   it was made, so every handle may be used by any number of threads at once,
 *   and by a forked child. Closing it while another thread uses it is the one
 *   thing that is not allowed.
 * - Of *pools* (struct ipcchan_pool) see there.
 * - Of *rings* (struct ipcchan_ring), and what is made of them, one thread at a
 *   time uses a handle, and a forked child only after it mapped the ring anew.
 * - *Mutexes* and other objects to synchronise by are plain descriptors, see there.
 * - Objects outlive the session they were opened with.
 * - Functions return 0, a count, a length or a file descriptor; or -errno. The
 *   errnos are those of <linux/ipcchan.h>, each with one cause; a function
 *   lists those it can give. errno itself is never touched, nothing is printed,
 *   no signal handler is installed.
 * - Any function may give -EMFILE, -ENFILE (only for file descriptors) and
 *   -ENOMEM when it makes a handle; these are not listed again.
 * - No call is repeated behind the caller's back: -EINTR is given to the
 *   caller, and means that nothing was done; but ipcchan_mailbox_call() has sent
 *   a request by then. Deadlines are absolute, so repeating the call with the
 *   same arguments neither does a thing twice nor waits longer.
 * - Structures of <linux/ipcchan.h> are passed together with their sizeof, and
 *   options start with their own, so program, library and kernel may be of
 *   different age. Fields that this kernel does not know come back as 0;
 *   fields set to what it does not know are refused with -E2BIG.
 * - A pointer to options may be NULL for the values of its initialiser.
 */

/** IPCCHAN_DEVICE - the device that ipcchan_session_open() opens. */
#define IPCCHAN_DEVICE	"/dev/ipcchan"

struct ipcchan;
struct ipcchan_mailbox;
struct ipcchan_region;
struct ipcchan_pool;
struct ipcchan_block;
struct ipcchan_view;
struct ipcchan_ring;
struct ipcchan_ring_group;
struct ipcchan_pipe;

/**
 * DOC: Session
 */

/**
 * ipcchan_session_open() - open the device
 * @session: Output. The session; close it with ipcchan_session_close().
 *
 * Return: 0, or:
 * -ENOENT, -ENXIO, -ENODEV (the module is not loaded), -EACCES (the mode of
 * the device node), -ENOMEM.
 */
int ipcchan_session_open(struct ipcchan **session);

/**
 * ipcchan_session_from_fd() - make a session of a descriptor
 * @fd: A descriptor of the device, opened by the caller (another path, or
 *	received from another process). The session owns it on success.
 * @session: Output. The session.
 *
 * Return: 0, or:
 * -EBADF (not open, or an object's descriptor), -ENOTTY (not of ipcchan),
 * -ENOMEM.
 */
int ipcchan_session_from_fd(int fd, struct ipcchan **session);

/**
 * ipcchan_session_close() - close a session
 * @session: The session, or NULL. Mailboxes and regions opened with it stay.
 */
void ipcchan_session_close(struct ipcchan *session);

/**
 * ipcchan_session_fd() - the descriptor of a session
 * @session: The session, which keeps owning the descriptor.
 *
 * Return: the descriptor.
 */
int ipcchan_session_fd(const struct ipcchan *session);

/**
 * ipcchan_device_info() - limits, features and the quota of this user
 * @session: The session.
 * @info: Output. See struct ipcchan_device_info.
 * @size: sizeof(\*info).
 *
 * Return: 0, or:
 * -EINVAL (@size is below the first version).
 */
int ipcchan_device_info(const struct ipcchan *session,
			struct ipcchan_device_info *info, size_t size);

/**
 * DOC: Objects
 *
 * What mailboxes and regions have in common works on their descriptor, as given
 * by ipcchan_mailbox_fd() or ipcchan_region_fd(), or as it was received from
 * another process.
 */

/**
 * ipcchan_object_info() - what an object tells of itself
 * @fd: Descriptor of the object; needs no right.
 * @info: Output. See struct ipcchan_object_info.
 * @size: sizeof(\*info).
 *
 * Return: 0, or:
 * -EBADF (not open, or a session), -ENOTTY (not of ipcchan), -EINVAL (@size is
 * below the first version).
 */
int ipcchan_object_info(int fd, struct ipcchan_object_info *info, size_t size);

/**
 * ipcchan_object_list() - one page of the names of this IPC namespace
 * @session: The session; objects it may not open are left out.
 * @after: Begin behind this name (byte order); NULL: from the first.
 * @entries: Output. Array, filled from its start.
 * @count: Elements of @entries, 1 to IPCCHAN_LIST_MAX.
 * @entry_size: sizeof(\*entries).
 *
 * Return: how many elements were filled, fewer than @count at the end; or:
 * -EINVAL (@after is no name, @count, @entry_size), -ENAMETOOLONG (@after).
 */
int ipcchan_object_list(const struct ipcchan *session, const char *after,
			struct ipcchan_object_info *entries, size_t count,
			size_t entry_size);

/**
 * typedef ipcchan_object_visit - what ipcchan_object_each() calls
 * @info: One object; valid until the function returns.
 * @context: As passed to ipcchan_object_each().
 *
 * Return: 0 to go on; any other value ends the walk.
 */
typedef int (*ipcchan_object_visit)(const struct ipcchan_object_info *info,
				    void *context);

/**
 * ipcchan_object_each() - visit all names of this IPC namespace in byte order
 * @session: The session; objects it may not open are left out.
 * @entry_size: sizeof(struct ipcchan_object_info).
 * @visit: Called once for each name that stays during the walk.
 * @context: Passed on to @visit.
 *
 * Return: 0 at the end, what @visit returned if not 0, or:
 * -EINVAL (@entry_size), -ENOMEM.
 */
int ipcchan_object_each(const struct ipcchan *session, size_t entry_size,
			ipcchan_object_visit visit, void *context);

/**
 * ipcchan_object_unlink() - take a name away
 * @session: The session.
 * @name: The name. It is free at once; the object ends with the last
 *	descriptor, at once if there is none.
 *
 * Return: 0, or:
 * -ENOENT (no such name), -EACCES (neither owner nor CAP_IPC_OWNER), -EINVAL
 * (not a name), -ENAMETOOLONG.
 */
int ipcchan_object_unlink(const struct ipcchan *session, const char *name);

/**
 * ipcchan_object_restrict() - a weaker descriptor for the same object
 * @fd: Descriptor of the object.
 * @rights: IPCCHAN_RIGHT_* bits, at least one, all held by @fd.
 * @flags: 0 or IPCCHAN_OPEN_NONBLOCK.
 *
 * Return: a new descriptor (O_CLOEXEC) that the caller owns and may pass on or
 * hand to ipcchan_mailbox_from_fd() or ipcchan_region_from_fd(); or:
 * -EPERM (a right that @fd lacks), -EINVAL (no right, MAP_WRITE without
 * MAP_READ), -EOPNOTSUPP (@flags), -EBADF, -ENOTTY, -EIDRM (killed), -EDQUOT (of
 * a mailbox that tells of its peers, with the SEND right: the user holds too many
 * bytes).
 */
int ipcchan_object_restrict(int fd, uint32_t rights, uint32_t flags);

/**
 * ipcchan_object_set_access() - change who may open the name
 * @fd: Descriptor of the object with the ADMIN right.
 * @access: See struct ipcchan_object_set_access.
 * @size: sizeof(\*access).
 *
 * Descriptors already open keep their rights.
 *
 * Return: 0, or:
 * -EPERM (no ADMIN right, or msgctl(2) IPC_SET would refuse it), -EINVAL (a
 * value, @size), -EOPNOTSUPP (unknown bit of valid), -EBADF, -ENOTTY, -EIDRM
 * (killed).
 */
int ipcchan_object_set_access(int fd,
			      const struct ipcchan_object_set_access *access,
			      size_t size);

/**
 * ipcchan_object_kill() - end an object under everybody
 * @fd: Descriptor of the object with the ADMIN right.
 *
 * Its name is free, its messages are dropped, and every sleeping and every later
 * call on it fails with EIDRM. Mappings of a region stay.
 *
 * Return: 0, or:
 * -EPERM (no ADMIN right), -EBADF, -ENOTTY, -EIDRM (was dead already).
 */
int ipcchan_object_kill(int fd);

/**
 * DOC: Mailbox
 */

/**
 * struct ipcchan_mailbox_options - how to open, or what to create
 * @size: sizeof(struct ipcchan_mailbox_options).
 * @flags: IPCCHAN_OPEN_* bits. 0: the mailbox has to be there.
 * @mode: Permission bits of a new name, less the umask.
 * @capacity_messages: Messages a new mailbox holds, or IPCCHAN_DEFAULT; 0 makes
 *	it a rendezvous.
 * @max_message_size: Bytes of its longest message, or IPCCHAN_DEFAULT.
 * @delivery: IPCCHAN_DELIVERY number of a new mailbox.
 * @capacity_bytes: Bytes it holds, or (uint64_t)-1 for the default.
 * @policy: IPCCHAN_POLICY number: what sends do that name none while it is
 *	full; IPCCHAN_POLICY_DEFAULT: wait.
 * @history: Messages that a new mailbox of IPCCHAN_DELIVERY_BROADCAST keeps for
 *	who subscribes later; 0 for any other.
 * @aging_ns: Age at which a message goes before all priorities; 0: none does.
 */
struct ipcchan_mailbox_options {
	uint32_t size;
	uint32_t flags;
	uint32_t mode;
	uint32_t capacity_messages;
	uint32_t max_message_size;
	uint32_t delivery;
	uint64_t capacity_bytes;
	uint32_t policy;
	uint32_t history;
	uint64_t aging_ns;
};

/** IPCCHAN_MAILBOX_OPTIONS - initialiser: open what exists; mode 0600. */
#define IPCCHAN_MAILBOX_OPTIONS						\
	{ sizeof(struct ipcchan_mailbox_options), 0, 0600,		\
	  IPCCHAN_DEFAULT, IPCCHAN_DEFAULT, IPCCHAN_DELIVERY_QUEUE,	\
	  (uint64_t)-1, IPCCHAN_POLICY_DEFAULT, 0, 0 }

/**
 * ipcchan_mailbox_open() - create or open a mailbox
 * @session: The session.
 * @name: Up to 63 of [A-Za-z0-9._-]; NULL: a new anonymous mailbox.
 * @rights: IPCCHAN_RIGHT_SEND, RECEIVE, PEEK, ADMIN: those wanted, at least one.
 * @options: How, or NULL for IPCCHAN_MAILBOX_OPTIONS.
 * @mailbox: Output. The mailbox; close it with ipcchan_mailbox_close().
 *
 * Return: 0, or:
 * -ENOENT (no such name, and no IPCCHAN_OPEN_CREATE), -EEXIST (taken, and
 * IPCCHAN_OPEN_EXCLUSIVE), -EPROTOTYPE (the name is a region), -EACCES (mode
 * and owner of the name do not allow @rights), -EINVAL (not a name, a value out
 * of range, flags that do not go together), -ENAMETOOLONG, -ENOSPC (the user
 * owns too many objects, or it is fair and has too many senders), -EDQUOT (it
 * tells of its peers, and the user holds too many bytes), -EOPNOTSUPP (unknown
 * flag or right, reserved not 0), -E2BIG. IPCCHAN_OPEN_FDS does not go together
 * with IPCCHAN_OPEN_PERSIST outside the initial IPC namespace, nor
 * IPCCHAN_OPEN_NOTICES with a delivery of each message to all.
 */
int ipcchan_mailbox_open(const struct ipcchan *session, const char *name,
			 uint32_t rights,
			 const struct ipcchan_mailbox_options *options,
			 struct ipcchan_mailbox **mailbox);

/**
 * ipcchan_mailbox_from_fd() - make a handle of a received descriptor
 * @fd: Descriptor of a mailbox. The handle owns it on success.
 * @mailbox: Output. The mailbox.
 *
 * Return: 0, or:
 * -EPROTOTYPE (a region), -EBADF (not open, or a session), -ENOTTY (not of
 * ipcchan), -ENOMEM.
 */
int ipcchan_mailbox_from_fd(int fd, struct ipcchan_mailbox **mailbox);

/**
 * ipcchan_mailbox_close() - close a mailbox
 * @mailbox: The mailbox, or NULL. Messages stay as long as a name or another
 *	descriptor leads to them.
 */
void ipcchan_mailbox_close(struct ipcchan_mailbox *mailbox);

/**
 * ipcchan_mailbox_fd() - the descriptor of a mailbox
 * @mailbox: The mailbox, which keeps owning the descriptor.
 *
 * For poll(2), passing to others, read(2) and write(2) (one message a call).
 *
 * Return: the descriptor.
 */
int ipcchan_mailbox_fd(const struct ipcchan_mailbox *mailbox);

/**
 * ipcchan_mailbox_info() - limits and state of a mailbox, all of one moment
 * @mailbox: The mailbox; needs no right.
 * @info: Output. See struct ipcchan_mailbox_info.
 * @size: sizeof(\*info).
 *
 * Return: 0, or:
 * -EIDRM (killed), -EINVAL (@size is below the first version).
 */
int ipcchan_mailbox_info(const struct ipcchan_mailbox *mailbox,
			 struct ipcchan_mailbox_info *info, size_t size);

/**
 * ipcchan_mailbox_senders() - one page of the senders of a fair mailbox
 * @mailbox: The mailbox; needs no right.
 * @after: Begin behind this client id; 0: from the first.
 * @entries: Output. Array, filled from its start.
 * @count: Elements of @entries, 1 to IPCCHAN_LIST_MAX.
 * @entry_size: sizeof(\*entries).
 *
 * Return: how many elements were filled, fewer than @count at the end; or:
 * -EOPNOTSUPP (not a fair mailbox), -EINVAL (@count, @entry_size), -EIDRM
 * (killed).
 */
int ipcchan_mailbox_senders(const struct ipcchan_mailbox *mailbox,
			    uint64_t after,
			    struct ipcchan_mailbox_sender *entries,
			    size_t count, size_t entry_size);

/**
 * struct ipcchan_send_options - how to send
 * @size: sizeof(struct ipcchan_send_options).
 * @flags: 0, IPCCHAN_NONBLOCK, IPCCHAN_REALTIME.
 * @deadline_ns: Until when to wait for room: absolute CLOCK_MONOTONIC
 *	nanoseconds, see ipcchan_deadline_in(), or IPCCHAN_DEADLINE_NEVER.
 * @type: The sender's tag. Of ipcchan_mailbox_send() only.
 * @priority: 0 to IPCCHAN_PRIORITIES - 1. Of ipcchan_mailbox_send() only.
 * @policy: IPCCHAN_POLICY number: what to do while the mailbox is full;
 *	IPCCHAN_POLICY_DEFAULT: as it was created.
 * @nr_fds: Descriptors of the message, 0 to IPCCHAN_FDS_MAX. Of
 *	ipcchan_mailbox_send() only.
 * @fds: Which; they stay the caller's. Of ipcchan_mailbox_send() only.
 */
struct ipcchan_send_options {
	uint32_t size;
	uint32_t flags;
	uint64_t deadline_ns;
	uint32_t type;
	uint32_t priority;
	uint32_t policy;
	uint32_t nr_fds;
	const int *fds;
};

/** IPCCHAN_SEND_OPTIONS - initialiser: wait for ever; all else 0. */
#define IPCCHAN_SEND_OPTIONS						\
	{ sizeof(struct ipcchan_send_options), 0,			\
	  IPCCHAN_DEADLINE_NEVER, 0, 0, IPCCHAN_POLICY_DEFAULT, 0, NULL }

/**
 * ipcchan_mailbox_send() - send one message
 * @mailbox: The mailbox, with the SEND right.
 * @data: The bytes; may be NULL if @size is 0.
 * @size: How many, 0 allowed.
 * @options: How, or NULL for IPCCHAN_SEND_OPTIONS.
 *
 * Return: 0 when the message is in the mailbox, 1 when it was dropped, as the
 * policy says; or, when it was not sent:
 * -EMSGSIZE (longer than the mailbox takes), -EAGAIN (full, and nonblocking),
 * -ETIMEDOUT (full until the deadline), -EINTR (a signal handler ran), -EPIPE
 * (nobody can receive any more), -EIDRM (killed), -EPERM (no SEND right),
 * -EDQUOT (the user holds too many bytes), -ENOMEM, -EINVAL (priority, policy,
 * nr_fds), -EOPNOTSUPP (flags), -E2BIG, -EFAULT; for descriptors -EBADF (one is
 * not open), -ENOPROTOOPT (the mailbox was created without IPCCHAN_OPEN_FDS),
 * -ELOOP (of AF_UNIX, io_uring, a mailbox or a session), -ETOOMANYREFS (the user
 * has too many in messages).
 */
int ipcchan_mailbox_send(const struct ipcchan_mailbox *mailbox,
			 const void *data, size_t size,
			 const struct ipcchan_send_options *options);

/**
 * ipcchan_mailbox_send_batch() - send up to 64 messages in one call
 * @mailbox: The mailbox, with the SEND right.
 * @messages: Array; see struct ipcchan_message and ipcchan_message_set(). It is
 *	written to by a policy that may drop: flags of a message that was dropped
 *	has IPCCHAN_MESSAGE_DROPPED then. Any other send only reads it.
 * @count: Its elements, 1 to IPCCHAN_BATCH_MAX.
 * @message_size: sizeof(\*messages).
 * @options: How, or NULL for IPCCHAN_SEND_OPTIONS; type, priority and
 *	descriptors are those of each message.
 *
 * Waits for room for all of them.
 *
 * Return: how many were sent, at least 1, from the first on; fewer than @count
 * when something stopped it on the way, which the next call meets again; or,
 * when not even the first was, as ipcchan_mailbox_send(), and -EINVAL (@count,
 * @message_size).
 */
int ipcchan_mailbox_send_batch(const struct ipcchan_mailbox *mailbox,
			       const struct ipcchan_message *messages,
			       size_t count, size_t message_size,
			       const struct ipcchan_send_options *options);

/**
 * struct ipcchan_multicast_options - how to send to many
 * @size: sizeof(struct ipcchan_multicast_options).
 * @flags: 0, IPCCHAN_NONBLOCK, IPCCHAN_REALTIME.
 * @deadline_ns: Until when to wait for room in all, as in
 *	struct ipcchan_send_options.
 * @message_size: sizeof(struct ipcchan_message).
 * @target_size: sizeof(struct ipcchan_target).
 * @refused: Output, where it is not NULL: on an error, the index of the mailbox
 *	that was the cause, or their number if none was.
 */
struct ipcchan_multicast_options {
	uint32_t size;
	uint32_t flags;
	uint64_t deadline_ns;
	uint32_t message_size;
	uint32_t target_size;
	uint32_t *refused;
};

/** IPCCHAN_MULTICAST_OPTIONS - initialiser: wait for ever; tell nobody. */
#define IPCCHAN_MULTICAST_OPTIONS					\
	{ sizeof(struct ipcchan_multicast_options), 0,			\
	  IPCCHAN_DEADLINE_NEVER, sizeof(struct ipcchan_message),	\
	  sizeof(struct ipcchan_target), NULL }

/**
 * ipcchan_mailbox_multicast() - send one message to many mailboxes, or to none
 * @session: The session.
 * @targets: Array: in fd the descriptor of a mailbox with the SEND right, see
 *	ipcchan_mailbox_fd(); flags must be 0. Only where the policy of a mailbox
 *	may drop is it written to: flags has IPCCHAN_MESSAGE_DROPPED then, if the
 *	message was.
 * @count: Its elements, 1 to IPCCHAN_MULTICAST_MAX. No mailbox twice.
 * @message: The message; see ipcchan_message_set().
 * @options: How, or NULL for IPCCHAN_MULTICAST_OPTIONS with structures as they
 *	were in the first version.
 *
 * Does as the policy of each mailbox says, and waits until all have room. Which
 * mailbox was the cause of an error is in *options->refused.
 *
 * Return: @count when the message is in all of them, or dropped, or in some that
 * have ended meanwhile; or, when nothing was sent, as ipcchan_mailbox_send(), and
 * -EBADF (no mailbox), -EINVAL (also: @count, the sizes, or a mailbox that is
 * there twice), -EOPNOTSUPP (also: a mailbox is a rendezvous).
 */
int ipcchan_mailbox_multicast(const struct ipcchan *session,
			      struct ipcchan_target *targets, size_t count,
			      const struct ipcchan_message *message,
			      const struct ipcchan_multicast_options *options);

/**
 * struct ipcchan_receive_options - how to receive
 * @size: sizeof(struct ipcchan_receive_options).
 * @flags: 0, IPCCHAN_NONBLOCK, IPCCHAN_REALTIME, IPCCHAN_TRUNCATE,
 *	IPCCHAN_FILTER (take only what matches the four fields below),
 *	IPCCHAN_EXCEPT (with it: types outside the range), IPCCHAN_AFTER,
 *	IPCCHAN_YIELD (let others run some times before sleeping); of
 *	ipcchan_mailbox_receive_batch() also IPCCHAN_HOLD: what was received
 *	comes back unless ipcchan_mailbox_commit() is called for it.
 * @deadline_ns: Until when to wait for a message, as in
 *	struct ipcchan_send_options.
 * @min_count: Messages to wait for while @linger_ns lasts; 0 is 1.
 * @min_priority: IPCCHAN_FILTER: of this priority or a higher one.
 * @linger_ns: How long to wait for @min_count messages once there is one,
 *	nanoseconds; 0: not at all; IPCCHAN_DEADLINE_NEVER: until @deadline_ns.
 * @client: IPCCHAN_FILTER: sent by this client id; 0: by any.
 * @type_min: IPCCHAN_FILTER: the lowest type.
 * @type_max: IPCCHAN_FILTER: the highest type.
 * @after: With IPCCHAN_AFTER: receive what is stored with a higher sequence, in
 *	a mailbox of IPCCHAN_DELIVERY_LATEST or BROADCAST. Else 0.
 */
struct ipcchan_receive_options {
	uint32_t size;
	uint32_t flags;
	uint64_t deadline_ns;
	uint32_t min_count;
	uint32_t min_priority;
	uint64_t linger_ns;
	uint64_t client;
	uint32_t type_min;
	uint32_t type_max;
	uint64_t after;
};

/** IPCCHAN_RECEIVE_OPTIONS - initialiser: wait for ever; never truncate. */
#define IPCCHAN_RECEIVE_OPTIONS						\
	{ sizeof(struct ipcchan_receive_options), 0,			\
	  IPCCHAN_DEADLINE_NEVER, 0, 0, 0, 0, 0, 0, 0 }

/**
 * ipcchan_mailbox_receive() - receive one message, only its bytes
 * @mailbox: The mailbox, with the RECEIVE right.
 * @buffer: Output. The bytes.
 * @size: Bytes of @buffer. The mailbox's max_message_size is always enough.
 * @options: How, or NULL for IPCCHAN_RECEIVE_OPTIONS.
 *
 * For type, priority, sender and descriptors use
 * ipcchan_mailbox_receive_batch(); here a message with descriptors does not fit,
 * and IPCCHAN_TRUNCATE closes them. A request is not received, as nobody would
 * know how to answer it.
 *
 * Return: the length of the message, more than @size if it was cut for
 * IPCCHAN_TRUNCATE; or, when it stays where it was:
 * -EMSGSIZE (longer than @size, or descriptors), -EAGAIN (nothing matches, and
 * nonblocking), -ETIMEDOUT (nothing until the deadline), -EINTR (a signal handler
 * ran), -EPIPE (nothing matches, and nobody can send any more; or evicted, and
 * told so before), -EOVERFLOW (evicted), -ENOTCONN (a broadcast mailbox, and not
 * subscribed), -EBADMSG (a request), -EIDRM (killed), -EPERM (no RECEIVE right),
 * -ENOMEM, -EINVAL (min_count, a value of the filter, or one without IPCCHAN_FILTER, after without
 * IPCCHAN_AFTER, IPCCHAN_HOLD, or not of this delivery), -EOPNOTSUPP (flags),
 * -E2BIG, -EFAULT.
 */
ssize_t ipcchan_mailbox_receive(const struct ipcchan_mailbox *mailbox,
				void *buffer, size_t size,
				const struct ipcchan_receive_options *options);

/**
 * ipcchan_mailbox_receive_batch() - receive up to 64 messages in one call
 * @mailbox: The mailbox, with the RECEIVE right.
 * @messages: Array; the buffers are given with ipcchan_message_set(), room for
 *	descriptors with ipcchan_message_set_fds(), all else is output. See
 *	struct ipcchan_message.
 * @count: Its elements, 1 to IPCCHAN_BATCH_MAX.
 * @message_size: sizeof(\*messages).
 * @options: How, or NULL for IPCCHAN_RECEIVE_OPTIONS.
 *
 * Waits for the first message, then takes what is there; or waits for more, as
 * min_count and linger_ns say. What ends that early (the time, a signal, a full
 * mailbox, the end of the last sender) is no error: it returns what there is.
 *
 * A message whose token is not 0 is a request, to be answered by
 * ipcchan_mailbox_reply(). Who wants none passes a @message_size that ends before
 * it, offsetof(struct ipcchan_message, token): then a request gives -EBADMSG, and
 * stays.
 *
 * Return: how many were received, at least 1; or, when not even the first was,
 * as ipcchan_mailbox_receive(), and -EINVAL (@count, @message_size, IPCCHAN_HOLD
 * where a message goes to several), -EMFILE
 * (no room for its descriptors in this process; none of them is open). At
 * -EMSGSIZE length and nr_fds that are needed are in the first element.
 */
int ipcchan_mailbox_receive_batch(const struct ipcchan_mailbox *mailbox,
				  struct ipcchan_message *messages,
				  size_t count, size_t message_size,
				  const struct ipcchan_receive_options *options);

/** IPCCHAN_MAILBOX_FILTER - initialiser: any message. */
#define IPCCHAN_MAILBOX_FILTER	{ 0, 0, ~0U, 0, 0 }

/**
 * ipcchan_mailbox_filter() - say which messages a handle is for
 * @mailbox: The mailbox, with the RECEIVE right.
 * @filter: See struct ipcchan_mailbox_filter; NULL: any message.
 * @size: sizeof(\*filter).
 *
 * From then on receiving without IPCCHAN_FILTER, read(2) and poll(2) know only
 * messages that match, through any descriptor of the same open file description.
 * Calls that wait already go on as they began.
 *
 * Return: 0, or:
 * -EINVAL (type_min above type_max, min_priority, @size), -EOPNOTSUPP (flags),
 * -EPERM (no RECEIVE right), -EIDRM (killed), -E2BIG.
 */
int ipcchan_mailbox_filter(const struct ipcchan_mailbox *mailbox,
			   const struct ipcchan_mailbox_filter *filter,
			   size_t size);

/**
 * ipcchan_mailbox_commit() - messages that were held are done
 * @mailbox: The mailbox, with the RECEIVE right; its descriptor, or a duplicate
 *	of it, has received them with IPCCHAN_HOLD.
 * @held: Array of their sequence numbers.
 * @count: Its elements, 1 to IPCCHAN_BATCH_MAX.
 * @held_size: sizeof(\*held).
 *
 * Return: how many were committed, from the first on; fewer than @count if one
 * is not held; or, when not even the first is:
 * -ENOENT (not held by this descriptor), -EIDRM (killed), -EPERM (no RECEIVE
 * right), -EINVAL (@count, @held_size), -E2BIG, -EFAULT.
 */
int ipcchan_mailbox_commit(const struct ipcchan_mailbox *mailbox,
			   const struct ipcchan_held *held, size_t count,
			   size_t held_size);

/**
 * ipcchan_mailbox_release() - messages that were held go back to their places
 * @mailbox: As for ipcchan_mailbox_commit().
 * @held: Likewise.
 * @count: Likewise.
 * @held_size: Likewise.
 *
 * They are received again, by whoever comes first, and marked
 * IPCCHAN_MESSAGE_REDELIVERED.
 *
 * Return: as ipcchan_mailbox_commit().
 */
int ipcchan_mailbox_release(const struct ipcchan_mailbox *mailbox,
			    const struct ipcchan_held *held, size_t count,
			    size_t held_size);

/**
 * struct ipcchan_peek_options - what to look at
 * @size: sizeof(struct ipcchan_peek_options).
 * @flags: 0 or IPCCHAN_TRUNCATE.
 * @index: The first message to read; 0 is the one to be received next.
 * @reserved: Must be 0.
 */
struct ipcchan_peek_options {
	uint32_t size;
	uint32_t flags;
	uint32_t index;
	uint32_t reserved;
};

/** IPCCHAN_PEEK_OPTIONS - initialiser: the next message; never truncate. */
#define IPCCHAN_PEEK_OPTIONS \
	{ sizeof(struct ipcchan_peek_options), 0, 0, 0 }

/**
 * ipcchan_mailbox_peek() - read one message and leave it there
 * @mailbox: The mailbox, with the PEEK right.
 * @buffer: Output. The bytes.
 * @size: Bytes of @buffer.
 * @options: Which, or NULL for IPCCHAN_PEEK_OPTIONS.
 *
 * Return: the length of the message, more than @size if it was cut for
 * IPCCHAN_TRUNCATE; or:
 * -ENOMSG (no message at that index), -EMSGSIZE (longer than @size), -EPERM (no
 * PEEK right), -EIDRM (killed), -ENOMEM, -EOPNOTSUPP (flags, reserved), -E2BIG,
 * -EFAULT.
 */
ssize_t ipcchan_mailbox_peek(const struct ipcchan_mailbox *mailbox,
			     void *buffer, size_t size,
			     const struct ipcchan_peek_options *options);

/**
 * ipcchan_mailbox_peek_batch() - read up to 64 messages and leave them there
 * @mailbox: The mailbox, with the PEEK right.
 * @messages: Array, as for ipcchan_mailbox_receive_batch().
 * @count: Its elements, 1 to IPCCHAN_BATCH_MAX.
 * @message_size: sizeof(\*messages).
 * @options: Which, or NULL for IPCCHAN_PEEK_OPTIONS.
 *
 * Return: how many were read, at least 1, all of one moment; or, when not even
 * the first was, as ipcchan_mailbox_peek(), and -EINVAL (@count,
 * @message_size). At -EMSGSIZE the length that is needed is in the first
 * element.
 */
int ipcchan_mailbox_peek_batch(const struct ipcchan_mailbox *mailbox,
			       struct ipcchan_message *messages,
			       size_t count, size_t message_size,
			       const struct ipcchan_peek_options *options);

/**
 * struct ipcchan_subscribe_options - how to subscribe
 * @size: sizeof(struct ipcchan_subscribe_options).
 * @flags: Must be 0.
 * @policy: What becomes of messages that the mailbox has no room for and this
 *	subscriber has not received: IPCCHAN_POLICY_BLOCK (senders have no
 *	room), IPCCHAN_POLICY_DROP_OLDEST (the default; it is told how many it
 *	lost) or IPCCHAN_POLICY_EVICT (it is out).
 * @history: So many of the messages that are stored are received first.
 */
struct ipcchan_subscribe_options {
	uint32_t size;
	uint32_t flags;
	uint32_t policy;
	uint32_t history;
};

/** IPCCHAN_SUBSCRIBE_OPTIONS - initialiser: only what comes; lose the oldest. */
#define IPCCHAN_SUBSCRIBE_OPTIONS					\
	{ sizeof(struct ipcchan_subscribe_options), 0,			\
	  IPCCHAN_POLICY_DEFAULT, 0 }

/**
 * ipcchan_mailbox_subscribe() - receive what is broadcast from now on
 * @mailbox: The mailbox, with the RECEIVE right. Whoever shares its descriptor
 *	shares the subscription; it ends with the last of them.
 * @options: How, or NULL for IPCCHAN_SUBSCRIBE_OPTIONS.
 *
 * A second call begins anew, also after an eviction.
 *
 * Return: 0, or:
 * -EINVAL (not a broadcast mailbox, policy), -EPERM (no RECEIVE right), -EIDRM
 * (killed), -EOPNOTSUPP (flags), -E2BIG.
 */
int ipcchan_mailbox_subscribe(const struct ipcchan_mailbox *mailbox,
			      const struct ipcchan_subscribe_options *options);

/**
 * struct ipcchan_notify_options - of what to be told
 * @size: sizeof(struct ipcchan_notify_options).
 * @flags: Must be 0.
 * @eventfd: Descriptor of an eventfd(2) to count up, or -1. The caller keeps
 *	owning it, and may close it.
 * @events: IPCCHAN_EVENT_READ, WRITE, PRIORITY, END, REPLY: when. 0 without
 *	@eventfd.
 * @watermark: Lowest priority that is told by POLLPRI and by
 *	IPCCHAN_EVENT_PRIORITY, or IPCCHAN_PRIORITIES for none.
 * @reserved: Must be 0.
 */
struct ipcchan_notify_options {
	uint32_t size;
	uint32_t flags;
	int32_t eventfd;
	uint32_t events;
	uint32_t watermark;
	uint32_t reserved;
};

/** IPCCHAN_NOTIFY_OPTIONS - initialiser: of nothing. */
#define IPCCHAN_NOTIFY_OPTIONS						\
	{ sizeof(struct ipcchan_notify_options), 0, -1, 0,		\
	  IPCCHAN_PRIORITIES, 0 }

/**
 * ipcchan_mailbox_notify() - ask to be told of events
 * @mailbox: The mailbox.
 * @options: Of what, or NULL for IPCCHAN_NOTIFY_OPTIONS; in place of what was
 *	asked for before.
 *
 * What is there already is told at once. Events that come together are counted
 * once, so who is told looks until there is nothing left.
 *
 * Return: 0, or:
 * -EBADF (eventfd is not open), -EINVAL (not an eventfd, events without one, an
 * eventfd without events, watermark, PRIORITY without one), -EPERM (READ,
 * PRIORITY or a watermark without the RECEIVE right, WRITE or REPLY without SEND,
 * END without either), -EIDRM (killed), -ENOMEM, -EOPNOTSUPP (flags, events,
 * reserved), -E2BIG.
 */
int ipcchan_mailbox_notify(const struct ipcchan_mailbox *mailbox,
			   const struct ipcchan_notify_options *options);

/**
 * DOC: Pack
 *
 * Several records in one message, for who has many small ones to send at a time. To
 * the mailbox a pack is a message like any other: its records have one sender, one time
 * and one place, take one message of the capacity, and are received, dropped or lost
 * together. Only their borders and their types are kept, so that who receives a pack has
 * to know that it is one. For messages that are to be messages of their own see
 * ipcchan_mailbox_send_batch().
 *
 * A record stands in a message as it does in a ring: see struct ipcchan_ring_record of
 * <linux/ipcchan_ring.h>.
 */

/** IPCCHAN_PACK_RECORD_MAX - bytes of the longest record of a pack. */
#define IPCCHAN_PACK_RECORD_MAX	(1U << 30)

/**
 * struct ipcchan_pack - a pack that is being made; send @data and @size of it
 * @data: The message, in memory of the caller.
 * @size: Its bytes so far. 0 begins anew, in the same memory.
 * @room: Bytes of that memory.
 */
struct ipcchan_pack {
	char *data;
	size_t size;
	size_t room;
};

/**
 * struct ipcchan_unpack - a pack that is being read
 * @data: Where the next record is.
 * @left: Bytes from there on.
 */
struct ipcchan_unpack {
	const char *data;
	size_t left;
};

/**
 * struct ipcchan_record - a record of a ring, or of a pack
 * @data: Its bytes.
 * @size: How many.
 * @type: Its tag, of who wrote it.
 */
struct ipcchan_record {
	const void *data;
	uint32_t size;
	uint32_t type;
};

/**
 * ipcchan_pack_begin() - make an empty pack
 * @pack: Output.
 * @buffer: Memory for its message, which stays the caller's; of any alignment.
 * @room: How many bytes; not more than a message of the mailbox may have.
 */
void ipcchan_pack_begin(struct ipcchan_pack *pack, void *buffer, size_t room);

/**
 * ipcchan_pack_add() - put a record behind those of a pack
 * @pack: The pack.
 * @data: Its bytes, which are copied. Of 0 bytes, may be NULL.
 * @size: How many. The record takes 8 more, and what is to the next multiple of 8.
 * @type: For who receives it.
 *
 * Return: 0, or, and nothing was added:
 * -EAGAIN (it does not fit behind the others: send these, and begin anew), -EMSGSIZE (it
 * does not fit into an empty pack of this room either, or has more than
 * IPCCHAN_PACK_RECORD_MAX bytes).
 */
int ipcchan_pack_add(struct ipcchan_pack *pack, const void *data, size_t size,
		     uint32_t type);

/**
 * ipcchan_pack_open() - begin to read a pack
 * @unpack: Output.
 * @message: The message, which stays the caller's; of any alignment.
 * @length: Its bytes.
 */
void ipcchan_pack_open(struct ipcchan_unpack *unpack, const void *message,
		       size_t length);

/**
 * ipcchan_pack_next() - the next record of a pack
 * @unpack: The pack.
 * @record: Output. Its bytes are in the message, at a multiple of 8 from its start.
 *
 * Return: 0, or, and nothing changes:
 * -ENOMSG (that was the last one), -EPROTO (what follows is no record: the sender did
 * not send a pack, or the message was truncated).
 */
int ipcchan_pack_next(struct ipcchan_unpack *unpack, struct ipcchan_record *record);

/**
 * DOC: Calls
 *
 * A request is a message for whose reply its sender waits. Each call has exactly
 * one outcome, which the kernel decides; <linux/ipcchan.h> lists them at struct
 * ipcchan_mailbox_call. Both messages are elements as those of the batch calls,
 * made by ipcchan_message_set(), with @type, @priority and descriptors set in
 * them; @message_size is always sizeof(struct ipcchan_message), and one that ends
 * before its tokens is -EINVAL.
 */

/**
 * struct ipcchan_call_options - how long to wait
 * @size: sizeof(struct ipcchan_call_options).
 * @flags: 0, IPCCHAN_NONBLOCK, IPCCHAN_REALTIME, IPCCHAN_TRUNCATE, IPCCHAN_YIELD; each
 *	function says which it takes.
 * @deadline_ns: Until when, as in struct ipcchan_send_options.
 * @cycle_count: Elements of @cycle, 0 to IPCCHAN_CYCLE_MAX. Of
 *	ipcchan_mailbox_call() only, as all below.
 * @step_size: sizeof(struct ipcchan_step).
 * @cycle: Output, with -EDEADLK: who waits for whom, from the caller on.
 * @cycle_length: Output, where it is not NULL, with -EDEADLK: how many steps there
 *	are, also where that is more than @cycle_count; 0 if there was no memory to
 *	find out.
 */
struct ipcchan_call_options {
	uint32_t size;
	uint32_t flags;
	uint64_t deadline_ns;
	uint32_t cycle_count;
	uint32_t step_size;
	struct ipcchan_step *cycle;
	uint32_t *cycle_length;
};

/** IPCCHAN_CALL_OPTIONS - initialiser: wait for ever; name no deadlock. */
#define IPCCHAN_CALL_OPTIONS						\
	{ sizeof(struct ipcchan_call_options), 0,			\
	  IPCCHAN_DEADLINE_NEVER, 0, sizeof(struct ipcchan_step),	\
	  NULL, NULL }

/**
 * ipcchan_mailbox_call() - send a request and wait for its reply
 * @mailbox: The mailbox, with the SEND right.
 * @request: The request. When the call fails but is not over, its token is written
 *	here: the same call again sends nothing, and goes on waiting. Else it is 0.
 * @reply: Output. The reply, into its buffer; nr_fds is input too.
 * @message_size: sizeof(\*request).
 * @options: IPCCHAN_NONBLOCK (do not wait for room in the mailbox), REALTIME,
 *	TRUNCATE (cut a reply that does not fit), YIELD (let others run some times
 *	before sleeping: cheaper, if the server shares the CPU and answers at once); or
 *	NULL for IPCCHAN_CALL_OPTIONS.
 *
 * A signal whose handler has SA_RESTART neither ends the call nor sends it again.
 *
 * Return: 0 with the reply; or:
 * -EPIPE (no server received it; it can be made again), -EIDRM (killed, and none
 * had), -EOWNERDEAD (a server received it, and ended or closed: what it did is not
 * known), -ETIMEDOUT, -EINTR (the time, or a signal, was first: if a server has
 * it, that is told, and may have done it), -EDEADLK (it would wait for itself),
 * -ECANCELED (another thread cancelled it), -EMSGSIZE (the request is longer than
 * the mailbox takes; or, with a token, reply tells the length and nr_fds that are
 * needed), -EAGAIN (no room, and nonblocking), -ENOSPC (the client has as many calls
 * as one may), -EOPNOTSUPP (a mailbox of LATEST or BROADCAST, flags), -ESRCH (no
 * call has this token), -EBUSY (another thread waits for it), -EPERM (no SEND
 * right), -EDQUOT, -ENOMEM, -EMFILE, -EINVAL, -E2BIG, -EFAULT; for descriptors as
 * ipcchan_mailbox_send().
 */
int ipcchan_mailbox_call(const struct ipcchan_mailbox *mailbox,
			 struct ipcchan_message *request,
			 struct ipcchan_message *reply, size_t message_size,
			 const struct ipcchan_call_options *options);

/**
 * ipcchan_mailbox_call_start() - send a request, and receive its reply later
 * @mailbox: As for ipcchan_mailbox_call().
 * @request: The request, with token 0; its token is written here.
 * @message_size: sizeof(\*request).
 * @options: IPCCHAN_NONBLOCK, REALTIME; or NULL for IPCCHAN_CALL_OPTIONS. The
 *	deadline is that of the whole call.
 *
 * The outcome is received by ipcchan_mailbox_call_wait(). Until then POLLRDBAND of
 * the descriptor tells that there is one, and IPCCHAN_EVENT_REPLY counts them, see
 * ipcchan_mailbox_notify(). The call is cancelled when the mailbox is closed.
 *
 * Return: 0; or, when nothing was sent, as ipcchan_mailbox_call(), with -ETIMEDOUT
 * and -EINTR for the wait for room.
 */
int ipcchan_mailbox_call_start(const struct ipcchan_mailbox *mailbox,
			       struct ipcchan_message *request,
			       size_t message_size,
			       const struct ipcchan_call_options *options);

/**
 * ipcchan_mailbox_call_wait() - receive the outcome of a call
 * @mailbox: The mailbox through which it was begun.
 * @token: Of the call; 0: that of which the outcome came first.
 * @reply: Output. The reply, into its buffer; nr_fds is input too. Its token is
 *	that of the call. If its error is not 0 there is no reply, and it is the
 *	errno, not negative, that ipcchan_mailbox_call() would have given.
 * @message_size: sizeof(\*reply).
 * @options: IPCCHAN_NONBLOCK, REALTIME, TRUNCATE, YIELD; or NULL for
 *	IPCCHAN_CALL_OPTIONS. The deadline is that of the wait: the call goes on.
 *
 * Return: 0 with an outcome, which may be an error; or, when none was received:
 * -EAGAIN (none yet, and nonblocking), -ETIMEDOUT, -EINTR, -ESRCH (no call has this
 * token), -ECHILD (@token is 0, and there is no call but those that other threads
 * wait for), -EBUSY (another thread waits for it), -ECANCELED (another thread
 * cancelled it), -EDEADLK (it would wait for itself; the call goes on), -EMSGSIZE
 * (reply tells what is needed), -EPERM (no SEND right), -ENOMEM, -EMFILE, -EINVAL,
 * -EOPNOTSUPP (flags), -E2BIG, -EFAULT.
 */
int ipcchan_mailbox_call_wait(const struct ipcchan_mailbox *mailbox,
			      uint64_t token, struct ipcchan_message *reply,
			      size_t message_size,
			      const struct ipcchan_call_options *options);

/**
 * ipcchan_mailbox_call_cancel() - end a call that has no outcome yet
 * @mailbox: The mailbox through which it was begun.
 * @token: Of the call.
 *
 * There is no outcome to be received then; a thread that waits for one gets
 * -ECANCELED.
 *
 * Return: 0, or:
 * -EALREADY (its outcome is to be received), -ESRCH (no call has this token),
 * -EPERM (no SEND right).
 */
int ipcchan_mailbox_call_cancel(const struct ipcchan_mailbox *mailbox,
				uint64_t token);

/**
 * ipcchan_mailbox_reply() - answer a request
 * @mailbox: The mailbox through which this process received it.
 * @reply: The reply, with the token of the request.
 * @message_size: sizeof(\*reply).
 *
 * It may be longer than the mailbox's max_message_size, but not than that of
 * ipcchan_device_info(). Never sleeps.
 *
 * Return: 0: the caller has it; or, when it has not:
 * -ECANCELED (the caller waits no more; told once, then -ESRCH), -ESRCH (this
 * process holds no request of this token), -EMSGSIZE, -EDQUOT, -ENOMEM, -EPERM (no
 * RECEIVE right), -EINVAL (also: token 0), -EOPNOTSUPP (its flags), -E2BIG, -EFAULT;
 * for descriptors as ipcchan_mailbox_send().
 */
int ipcchan_mailbox_reply(const struct ipcchan_mailbox *mailbox,
			  const struct ipcchan_message *reply,
			  size_t message_size);

/**
 * ipcchan_mailbox_reply_receive() - answer a request and receive the next
 * @mailbox: The mailbox, with the RECEIVE right.
 * @reply: As for ipcchan_mailbox_reply(); with token 0 nothing is answered. When
 *	the call fails after it was, the token is set to 0, so the same call again
 *	only receives.
 * @message: Output. The next request or message, as one element of
 *	ipcchan_mailbox_receive_batch().
 * @message_size: sizeof(\*message).
 * @options: IPCCHAN_NONBLOCK, REALTIME, TRUNCATE, YIELD; or NULL for
 *	IPCCHAN_CALL_OPTIONS.
 *
 * Return: 1, or as ipcchan_mailbox_reply() if the token is still there, as
 * ipcchan_mailbox_receive_batch() if not, and -EOPNOTSUPP (a mailbox of LATEST or
 * BROADCAST).
 */
int ipcchan_mailbox_reply_receive(const struct ipcchan_mailbox *mailbox,
				  struct ipcchan_message *reply,
				  struct ipcchan_message *message,
				  size_t message_size,
				  const struct ipcchan_call_options *options);

/**
 * ipcchan_mailbox_call_read() - read a part of a request that is held
 * @mailbox: The mailbox through which this process received it.
 * @token: Of the request.
 * @buffer: Output. The bytes.
 * @size: How many at most; 0 only asks whether its caller still waits.
 * @offset: From which byte of the request on.
 *
 * Return: how many bytes, 0 behind its end; or:
 * -ECANCELED (the caller waits no more), -ESRCH (this process holds no request of
 * this token), -EPERM (no RECEIVE right), -EFAULT.
 */
ssize_t ipcchan_mailbox_call_read(const struct ipcchan_mailbox *mailbox,
				  uint64_t token, void *buffer, size_t size,
				  uint32_t offset);

/**
 * ipcchan_mailbox_call_forward() - let another mailbox answer a request
 * @mailbox: The mailbox through which this process received it.
 * @token: Of the request.
 * @other: Where it goes, with the SEND right; under the same token, and as a
 *	request of the same caller.
 *
 * Never sleeps.
 *
 * Return: 0, or the request is still held:
 * -EAGAIN (@other is full), -EPIPE (nobody receives from it), -EIDRM (it was
 * killed), -EMSGSIZE (it takes no request of this length), -ENOPROTOOPT (it takes
 * no descriptors), -EOPNOTSUPP (it is of LATEST or BROADCAST), -EDEADLK (the caller
 * would wait for itself), -EPERM (no RECEIVE, or no SEND right there), -ECANCELED
 * (the caller waits no more), -ESRCH (this process holds no request of this token),
 * -ENOMEM (no memory for its priority there).
 */
int ipcchan_mailbox_call_forward(const struct ipcchan_mailbox *mailbox,
				 uint64_t token,
				 const struct ipcchan_mailbox *other);

/**
 * ipcchan_mailbox_call_list() - one page of who waits for whom, and since when
 * @mailbox: The mailbox; needs no right.
 * @after: Begin behind the request of this sequence; 0: from the first.
 * @entries: Output. Array, filled from its start, the oldest request first.
 * @count: Elements of @entries, 1 to IPCCHAN_LIST_MAX.
 * @entry_size: sizeof(\*entries).
 *
 * Return: how many elements were filled, all of one moment, fewer than @count at
 * the end; or:
 * -EINVAL (@count, @entry_size), -EIDRM (killed), -ENOMEM.
 */
int ipcchan_mailbox_call_list(const struct ipcchan_mailbox *mailbox,
			      uint64_t after,
			      struct ipcchan_call_info *entries, size_t count,
			      size_t entry_size);

/**
 * DOC: Servers
 */

/** IPCCHAN_REPLY_LATER - a handler's "ipcchan_serve() is to give no reply". */
#define IPCCHAN_REPLY_LATER	1

/**
 * typedef ipcchan_serve_handler - what ipcchan_serve() calls for each request
 * @mailbox: From which it came.
 * @request: The request; or, with token 0, a message to which there is no reply.
 *	Its bytes, all of them unless IPCCHAN_MESSAGE_TRUNCATED is in its flags, are
 *	at ipcchan_message_data(). Its descriptors are closed when this returns,
 *	unless nr_fds was set to 0.
 * @reply: Made by ipcchan_message_set(), empty; to be made anew by that, or
 *	changed. Its token is not for the handler. What it refers to must stay until
 *	the same thread calls the handler again, ipcchan_serve() returns, or
 *	ipcchan_serve_replied is called.
 * @context: As passed to ipcchan_serve().
 *
 * Return: 0: the reply is given; IPCCHAN_REPLY_LATER: none is, as the request was
 * forwarded, or somebody calls ipcchan_mailbox_reply() with its token; negative:
 * the reply is given, and ipcchan_serve() returns this.
 */
typedef int (*ipcchan_serve_handler)(const struct ipcchan_mailbox *mailbox,
				     struct ipcchan_message *request,
				     struct ipcchan_message *reply,
				     void *context);

/**
 * typedef ipcchan_serve_notice - what ipcchan_serve() calls for each notice
 * @notice: Of type IPCCHAN_NOTICE_CANCELLED: nobody waits any more for the answer to
 *	the request that its token names, which another thread has in work, or is
 *	answered later. Or of a peer.
 * @context: As passed to ipcchan_serve().
 */
typedef void (*ipcchan_serve_notice)(const struct ipcchan_message *notice,
				     void *context);

/**
 * typedef ipcchan_serve_replied - what ipcchan_serve() calls for each reply
 * @reply: As the handler made it; it is not needed any more.
 * @error: What ipcchan_mailbox_reply() returned: 0 if the caller has it.
 * @context: As passed to ipcchan_serve().
 */
typedef void (*ipcchan_serve_replied)(const struct ipcchan_message *reply,
				      int error, void *context);

/**
 * struct ipcchan_stop - tells servers to stop, see ipcchan_serve_stop()
 * @is_set: They are to stop. Of the library.
 * @reserved: Must be 0.
 */
struct ipcchan_stop {
	uint32_t is_set;
	uint32_t reserved[3];
};

/** IPCCHAN_STOP - initialiser: they are not to. */
#define IPCCHAN_STOP	{ 0, { 0, 0, 0 } }

/**
 * struct ipcchan_serve_options - how to serve
 * @size: sizeof(struct ipcchan_serve_options).
 * @flags: Must be 0.
 * @stop_within_ns: How long a thread may take to see @stop while nothing comes,
 *	nanoseconds; 0: 100 milliseconds. So often it wakes up to look.
 * @max_size: How many bytes of a request are received before the handler is called;
 *	0: all. It reads the rest by ipcchan_mailbox_call_read(). Of a message that
 *	is no request the rest is lost.
 * @reserved: Must be 0.
 * @stop: Ends it; or NULL.
 * @notice: What to call for notices; or NULL.
 * @replied: What to call for replies; or NULL. It costs a system call for each.
 */
struct ipcchan_serve_options {
	uint32_t size;
	uint32_t flags;
	uint64_t stop_within_ns;
	uint32_t max_size;
	uint32_t reserved;
	struct ipcchan_stop *stop;
	ipcchan_serve_notice notice;
	ipcchan_serve_replied replied;
};

/** IPCCHAN_SERVE_OPTIONS - initialiser: whole requests; tell nothing. */
#define IPCCHAN_SERVE_OPTIONS						\
	{ sizeof(struct ipcchan_serve_options), 0, 0, 0, 0, NULL, NULL, NULL }

/**
 * ipcchan_serve() - answer requests
 * @mailbox: The mailbox, with the RECEIVE right. Any number of threads may serve
 *	one, with the same @context and stop.
 * @handler: Called for each request and message.
 * @context: Passed on to it.
 * @options: How, or NULL for IPCCHAN_SERVE_OPTIONS.
 *
 * For each request one system call gives the reply to the one before it, and
 * receives it. A caller that waits no more is nothing to stop for. In place of a
 * reply that cannot be given, as one that is too long, the caller gets an empty one
 * whose type is the errno.
 *
 * Whenever this returns, all that the handler has replied to is answered, and no
 * request was received that it was not called for.
 *
 * Return: 0 when it was stopped, what the handler returned if negative, or:
 * -EINTR (a signal handler ran; call it again to go on), -EAGAIN (O_NONBLOCK, and
 * there is nothing to serve now), -EPIPE (nobody can send any more), -EIDRM
 * (killed), -EPERM (no RECEIVE right), -EOPNOTSUPP (a mailbox of LATEST or BROADCAST,
 * flags, reserved), -EMFILE (no room for descriptors of a request, which stays),
 * -EDQUOT, -ENOMEM (for a request, which stays; or not even for the empty reply),
 * -EINVAL, -E2BIG.
 */
int ipcchan_serve(const struct ipcchan_mailbox *mailbox,
		  ipcchan_serve_handler handler, void *context,
		  const struct ipcchan_serve_options *options);

/**
 * ipcchan_serve_stop() - let servers stop
 * @stop: That of their options. They stay stopped.
 *
 * May be called from any thread, from the handler, and from a signal handler. Each
 * finishes the request that it has, and its ipcchan_serve() returns 0. Requests that
 * nobody has received stay in the mailbox.
 */
void ipcchan_serve_stop(struct ipcchan_stop *stop);

/**
 * ipcchan_mailbox_snapshot() - write all that is in a mailbox down
 * @mailbox: The mailbox, with the ADMIN right.
 * @buffer: Output. The snapshot; see struct ipcchan_snapshot, which says how long
 *	it is.
 * @size: Bytes of @buffer; after -EMSGSIZE, the bytes that are needed.
 *
 * The mailbox stays as it is. There is no version that makes the buffer: what is
 * needed may be more by the next try.
 *
 * Return: how many messages, or:
 * -EMSGSIZE (the buffer is too short), -EOPNOTSUPP (delivery is not QUEUE), -EPERM
 * (no ADMIN right), -EIDRM (killed), -EFAULT, -ENOMEM.
 */
int ipcchan_mailbox_snapshot(const struct ipcchan_mailbox *mailbox,
			     void *buffer, uint64_t *size);

/**
 * ipcchan_mailbox_restore() - put a snapshot into a new mailbox
 * @mailbox: The mailbox, with the ADMIN right. It takes all messages, and never
 *	had any.
 * @buffer: The snapshot.
 * @size: Bytes of @buffer, not below the length of the snapshot.
 *
 * Return: how many messages, or, when none was restored:
 * -EINVAL (no snapshot, or a part of one), -EMSGSIZE (more than the mailbox
 * takes), -ENOTEMPTY (it has or had messages), -EOPNOTSUPP (delivery is not
 * QUEUE), -E2BIG (newer than the kernel, and uses it), -EPERM (no ADMIN right), -EIDRM
 * (killed), -EDQUOT (the user would hold too many bytes), -EFAULT, -ENOMEM.
 */
int ipcchan_mailbox_restore(const struct ipcchan_mailbox *mailbox,
			    const void *buffer, uint64_t size);

/**
 * ipcchan_message_set() - make an element for one of the batch calls
 * @message: Output. All zero but for the two below.
 * @data: The bytes to send, or the buffer to fill; not copied.
 * @size: How many.
 */
static inline void ipcchan_message_set(struct ipcchan_message *message,
				       const void *data, uint32_t size)
{
	memset(message, 0, sizeof(*message));
	message->data = (uintptr_t)data;
	message->size = size;
}

/**
 * ipcchan_message_set_segments() - spread an element over pieces of memory
 * @message: From ipcchan_message_set(), whose data and size count for nothing then.
 * @segments: Where the bytes are, or go, in order; not copied, so they have to stay
 *	until the call returns.
 * @nr_segments: How many, 1 to IPCCHAN_SEGMENTS_MAX.
 *
 * The size becomes the sum of theirs; if that is 4 GiB or more, no call takes it.
 */
static inline void
ipcchan_message_set_segments(struct ipcchan_message *message,
			     const struct ipcchan_segment *segments,
			     uint32_t nr_segments)
{
	uint64_t size = 0;
	uint32_t i;

	for (i = 0; i < nr_segments; i++)
		size += segments[i].size > UINT32_MAX ? 1ULL << 32 :
							segments[i].size;
	message->data = (uintptr_t)segments;
	message->nr_segments = nr_segments;
	message->size = size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
}

/**
 * ipcchan_message_set_fds() - give an element descriptors
 * @message: From ipcchan_message_set().
 * @fds: Those to send, which stay the caller's; or room for those to receive,
 *	which are new, close-on-exec, and the caller's.
 * @nr_fds: How many.
 *
 * Receiving writes over nr_fds: set it anew before each call.
 */
static inline void ipcchan_message_set_fds(struct ipcchan_message *message,
					   const int *fds, uint32_t nr_fds)
{
	message->fds = (uintptr_t)fds;
	message->nr_fds = nr_fds;
}

/**
 * ipcchan_message_set_extents() - give an element extents of regions to send
 * @message: From ipcchan_message_set().
 * @extents: See struct ipcchan_extent; each @fd is that of ipcchan_region_fd(), or with
 *	mode 0 a descriptor that is sent as ipcchan_message_set_fds() does.
 * @nr_extents: How many.
 *
 * The receiver gets a descriptor of each, for ipcchan_region_from_fd().
 */
static inline void
ipcchan_message_set_extents(struct ipcchan_message *message,
			    const struct ipcchan_extent *extents,
			    uint32_t nr_extents)
{
	message->fds = (uintptr_t)extents;
	message->nr_fds = nr_extents;
	message->flags = IPCCHAN_MESSAGE_EXTENTS;
}

/**
 * ipcchan_message_data() - the address given to ipcchan_message_set()
 * @message: The message.
 *
 * Return: where its bytes are; with segments, where these are.
 */
static inline void *ipcchan_message_data(const struct ipcchan_message *message)
{
	return (void *)(uintptr_t)message->data;
}

/**
 * DOC: Region
 */

/**
 * struct ipcchan_region_options - how to open, or what to create
 * @size: sizeof(struct ipcchan_region_options).
 * @flags: IPCCHAN_OPEN_* bits. 0: the region has to be there.
 * @region_size: Bytes of a new region; rounded up to whole pages.
 * @mode: Permission bits of a new name, less the umask.
 * @reserved: Must be 0.
 */
struct ipcchan_region_options {
	uint32_t size;
	uint32_t flags;
	uint64_t region_size;
	uint32_t mode;
	uint32_t reserved;
};

/** IPCCHAN_REGION_OPTIONS - initialiser: open what exists; mode 0600. */
#define IPCCHAN_REGION_OPTIONS \
	{ sizeof(struct ipcchan_region_options), 0, 0, 0600, 0 }

/**
 * ipcchan_region_open() - create or open a region of shared memory
 * @session: The session.
 * @name: Up to 63 of [A-Za-z0-9._-]; NULL: a new anonymous region.
 * @rights: IPCCHAN_RIGHT_MAP_READ, MAP_WRITE (only with MAP_READ), ADMIN: those
 *	wanted, at least one.
 * @options: How, or NULL for IPCCHAN_REGION_OPTIONS; a new region needs
 *	region_size.
 * @region: Output. The region; close it with ipcchan_region_close().
 *
 * The pages of a new region are there, and zero, when this returns.
 *
 * Return: 0, or:
 * -ENOENT (no such name, and no IPCCHAN_OPEN_CREATE), -EEXIST (taken, and
 * IPCCHAN_OPEN_EXCLUSIVE), -EPROTOTYPE (the name is a mailbox), -EACCES (mode
 * and owner of the name do not allow @rights), -EINVAL (not a name, a size out
 * of range, flags or rights that do not go together), -ENAMETOOLONG, -ENOSPC
 * (the user owns too many objects), -EDQUOT (the user holds too many bytes),
 * -ENOMEM, -EOPNOTSUPP (unknown flag or right, reserved not 0), -E2BIG.
 */
int ipcchan_region_open(const struct ipcchan *session, const char *name,
			uint32_t rights,
			const struct ipcchan_region_options *options,
			struct ipcchan_region **region);

/**
 * ipcchan_region_from_fd() - make a handle of a received descriptor
 * @fd: Descriptor of a region. The handle owns it on success.
 * @region: Output. The region.
 *
 * Return: 0, or:
 * -EPROTOTYPE (a mailbox), -EBADF (not open, or a session), -ENOTTY (not of
 * ipcchan), -EIDRM (killed), -ENOMEM.
 */
int ipcchan_region_from_fd(int fd, struct ipcchan_region **region);

/**
 * ipcchan_region_close() - close a region
 * @region: The region, or NULL. Its mappings stay until they are unmapped.
 */
void ipcchan_region_close(struct ipcchan_region *region);

/**
 * ipcchan_region_fd() - the descriptor of a region
 * @region: The region, which keeps owning the descriptor.
 *
 * For passing to others, and for mmap(2) of a part.
 *
 * Return: the descriptor.
 */
int ipcchan_region_fd(const struct ipcchan_region *region);

/**
 * ipcchan_region_size() - how many bytes ipcchan_region_map() maps
 * @region: The region.
 *
 * Return: the size of the region, or of the extent, whole pages; it never changes.
 */
size_t ipcchan_region_size(const struct ipcchan_region *region);

/**
 * ipcchan_region_info() - size and use of a region
 * @region: The region; needs no right.
 * @info: Output. See struct ipcchan_region_info.
 * @size: sizeof(\*info).
 *
 * Return: 0, or:
 * -EIDRM (killed), -EINVAL (@size is below the first version).
 */
int ipcchan_region_info(const struct ipcchan_region *region,
			struct ipcchan_region_info *info, size_t size);

/**
 * ipcchan_region_map() - map all of a region, shared
 * @region: The region, with the MAP_READ right, for writing with MAP_WRITE.
 * @protection: PROT_READ, or PROT_READ | PROT_WRITE, of <sys/mman.h>.
 * @address: Output. Where it is; unmap it with ipcchan_region_unmap(). A forked
 *	child has it too.
 *
 * Futexes and process-shared pthread objects work there.
 *
 * Return: 0, or:
 * -EACCES (a right is missing), -EIDRM (killed), -ENOMEM (address space).
 */
int ipcchan_region_map(const struct ipcchan_region *region, int protection,
		       void **address);

/**
 * ipcchan_region_unmap() - undo one ipcchan_region_map()
 * @region: The region that was mapped.
 * @address: What the map gave, or NULL.
 *
 * Return: 0, or:
 * -EINVAL (not an address that a map gave).
 */
int ipcchan_region_unmap(const struct ipcchan_region *region, void *address);

/**
 * ipcchan_region_release() - give an extent back
 * @region: The extent; its handle is to be closed all the same.
 *
 * Access to its mappings is SIGBUS afterwards. Closing all descriptors and mappings
 * gives it back too.
 *
 * Return: 0, or:
 * -EBADF (it is the region itself), -ESTALE (it is over), -EBUSY (something but a
 * mapping may access the pages).
 */
int ipcchan_region_release(const struct ipcchan_region *region);

/**
 * ipcchan_region_extents() - one page of who has which part of a region
 * @region: The region, or an extent of it; needs no right.
 * @after: Begin behind the extent of this number; 0: from the first.
 * @entries: Output. Array, filled from its start, the oldest extent first.
 * @count: Elements of @entries, 1 to IPCCHAN_LIST_MAX.
 * @entry_size: sizeof(\*entries).
 *
 * Return: how many elements were filled, all of one moment, fewer than @count at
 * the end; or:
 * -EINVAL (@count, @entry_size), -EIDRM (killed), -ENOMEM.
 */
int ipcchan_region_extents(const struct ipcchan_region *region, uint64_t after,
			   struct ipcchan_extent_info *entries, size_t count,
			   size_t entry_size);

/**
 * ipcchan_region_freeze() - let nobody write to a region
 * @region: The region, created with IPCCHAN_OPEN_FREEZE, with the ADMIN right.
 *
 * Until ipcchan_region_thaw(), writing is SIGBUS; all can be read.
 *
 * Return: 0, or:
 * -EBUSY (something but a mapping may access a page), -EOPNOTSUPP (it was created
 * without that flag), -EPERM (no ADMIN right), -EIDRM (killed).
 */
int ipcchan_region_freeze(const struct ipcchan_region *region);

/**
 * ipcchan_region_thaw() - let those write to a region again who could
 * @region: As for ipcchan_region_freeze().
 *
 * Return: 0, or:
 * -EOPNOTSUPP (it was created without IPCCHAN_OPEN_FREEZE), -EPERM (no ADMIN right),
 * -EIDRM (killed).
 */
int ipcchan_region_thaw(const struct ipcchan_region *region);

/**
 * DOC: Pool
 *
 * A pool is a region in *blocks* of one size. Who has a pool takes a block on loan,
 * fills it and sends it; the receiver reads it where it is, or changes it, and releases
 * it. What is short is copied instead, which is cheaper; neither end need know. A block
 * is free again when its loan and all that was sent of it is over, however that came:
 * by a release, a message that was dropped, or a process that died.
 *
 * One thread at a time uses a pool, and the blocks on loan from it; a block that was
 * received is on its own. A forked child does not use what its parent has.
 */

/**
 * struct ipcchan_pool_options - what to create
 * @size: sizeof(struct ipcchan_pool_options).
 * @flags: 0, or IPCCHAN_OPEN_HUGE.
 * @block_size: Bytes of a block; rounded up to whole pages, or to whole huge pages.
 * @nr_blocks: How many there are.
 * @copy_below: What is shorter is copied into the message; 0: nothing is;
 *	IPCCHAN_DEFAULT: what costs less by copying, for SHARE, and for MOVE with huge
 *	pages and without.
 */
struct ipcchan_pool_options {
	uint32_t size;
	uint32_t flags;
	uint64_t block_size;
	uint32_t nr_blocks;
	uint32_t copy_below;
};

/** IPCCHAN_POOL_OPTIONS - initialiser, without sizes; copy what is short. */
#define IPCCHAN_POOL_OPTIONS \
	{ sizeof(struct ipcchan_pool_options), 0, 0, 0, IPCCHAN_DEFAULT }

/**
 * ipcchan_pool_create() - make a pool
 * @session: The session.
 * @options: What; block_size and nr_blocks are needed.
 * @pool: Output. The pool; close it with ipcchan_pool_close().
 *
 * Return: 0, or:
 * -EINVAL (no size, no blocks, or more than there can be), -EOPNOTSUPP (unknown flag,
 * or the kernel has no extents, or no huge pages), -ENOSPC (the user owns too many
 * objects), -EDQUOT (the user holds too many bytes), -ENOMEM, -E2BIG.
 */
int ipcchan_pool_create(const struct ipcchan *session,
			const struct ipcchan_pool_options *options,
			struct ipcchan_pool **pool);

/**
 * ipcchan_pool_close() - close a pool, and with it all blocks on loan from it
 * @pool: The pool, or NULL. What was sent stays with who has it.
 */
void ipcchan_pool_close(struct ipcchan_pool *pool);

/**
 * ipcchan_pool_region() - the region that the blocks are of
 * @pool: The pool, which keeps owning it.
 *
 * For ipcchan_region_extents(), and to give readers a descriptor of it for a view, by
 * ipcchan_object_restrict() with IPCCHAN_RIGHT_MAP_READ.
 *
 * Return: the region.
 */
const struct ipcchan_region *
ipcchan_pool_region(const struct ipcchan_pool *pool);

/**
 * ipcchan_pool_loan() - take a block
 * @pool: The pool.
 * @deadline_ns: Until when to wait for one; see ipcchan_deadline_in(). A time that has
 *	passed: not at all.
 * @block: Output. The block, with what it was left with; give it back by
 *	ipcchan_block_release(), also after it was sent.
 *
 * Return: 0, or:
 * -ETIMEDOUT (all are on loan, or sent and not over), -EINTR, -ENOMEM.
 */
int ipcchan_pool_loan(struct ipcchan_pool *pool, uint64_t deadline_ns,
		      struct ipcchan_block **block);

/**
 * ipcchan_block_data() - where the bytes of a block are
 * @block: The block.
 *
 * After it was sent with IPCCHAN_EXTENT_MOVE, access is SIGBUS until it comes back. Of
 * one that was received with IPCCHAN_EXTENT_SHARE, only reading is allowed.
 *
 * Return: the address, of a whole page if the bytes were not copied.
 */
void *ipcchan_block_data(const struct ipcchan_block *block);

/**
 * ipcchan_block_size() - how many bytes a block has
 * @block: The block.
 *
 * Return: on loan: how many there is room for; received: how many were used.
 */
size_t ipcchan_block_size(const struct ipcchan_block *block);

/**
 * ipcchan_block_message() - with what a block was received
 * @block: The block, of ipcchan_block_receive().
 *
 * Return: type, priority, sender, times and flags of the message, not its data; and of
 * one that is no block its descriptors, which are closed with the release.
 */
const struct ipcchan_message *
ipcchan_block_message(const struct ipcchan_block *block);

/**
 * ipcchan_block_send() - send a block
 * @block: The block, on loan, or received and to be sent on.
 * @mailbox: The mailbox, with the SEND right, which takes descriptors.
 * @used: How many of its bytes, from the first.
 * @mode: IPCCHAN_EXTENT_MOVE: the receiver may write, and nobody else may access it.
 *	IPCCHAN_EXTENT_SHARE: he may read; it may be sent to others as well, and by a
 *	mailbox of BROADCAST to all its readers.
 * @options: How, or NULL for IPCCHAN_SEND_OPTIONS; nr_fds is 0.
 *
 * If that is shorter than copy_below, and the mailbox takes such a message, it is
 * copied, and stays as it is.
 *
 * Return: 0 when it is in the mailbox, 1 when it was dropped, as the policy says;
 * or, when it was not sent, what ipcchan_mailbox_send() gives, or:
 * -EINVAL (@used, @mode, nr_fds), -EBUSY (a part is moved or shared already, or
 * something but a mapping may access it), -EPERM (no SEND right, or a MOVE of what
 * was received by SHARE), -ESTALE (what was received is over), -EIDRM (the mailbox or
 * the region was killed), -ENOPROTOOPT (the mailbox takes no descriptors).
 */
int ipcchan_block_send(struct ipcchan_block *block,
		       const struct ipcchan_mailbox *mailbox, size_t used,
		       uint32_t mode,
		       const struct ipcchan_send_options *options);

/**
 * ipcchan_view_create() - map a region to read its blocks
 * @region: The region of a pool, with the MAP_READ right; it may be closed then.
 * @view: Output. The view; close it with ipcchan_view_close().
 *
 * Return: 0, or:
 * -EINVAL (an extent), -ESTALE (one that is over), -EACCES (no MAP_READ right), -EIDRM
 * (killed), -ENOMEM.
 */
int ipcchan_view_create(const struct ipcchan_region *region,
			struct ipcchan_view **view);

/**
 * ipcchan_view_close() - close a view
 * @view: The view, or NULL. Blocks that were received with it must be released first.
 */
void ipcchan_view_close(struct ipcchan_view *view);

/**
 * ipcchan_block_receive() - receive a block, or another message
 * @mailbox: The mailbox, with the RECEIVE right.
 * @view: A view; or NULL. What is shared out of its region is read there, and need not
 *	be mapped.
 * @options: How, or NULL for IPCCHAN_RECEIVE_OPTIONS; no IPCCHAN_HOLD and no
 *	IPCCHAN_TRUNCATE.
 * @block: Output. The block; give it back by ipcchan_block_release().
 *
 * A message that ipcchan_block_send() has not sent, or a notice, is a block of the
 * bytes that it has; ipcchan_block_message() gives its descriptors.
 *
 * Return: 0; 1: it is another message; or, when it stays where it was, what
 * ipcchan_mailbox_receive() gives, but for -EMSGSIZE, and -EINVAL (@options). Or the
 * message is gone, and what it moved is back with who sent it, unless somebody else
 * received it too:
 * -ESTALE (what was sent is over), -EBUSY (a MOVE that another process has mapped),
 * -EIDRM (the region was killed), -ENOMEM (there is no room to map it; without room
 * for bytes that were copied the message stays).
 */
int ipcchan_block_receive(const struct ipcchan_mailbox *mailbox,
			  const struct ipcchan_view *view,
			  const struct ipcchan_receive_options *options,
			  struct ipcchan_block **block);

/**
 * ipcchan_block_release() - give a block back
 * @block: The block, or NULL: on loan or received, sent or not.
 *
 * What was sent of it stays with who has it.
 */
void ipcchan_block_release(struct ipcchan_block *block);

/**
 * DOC: Ring
 *
 * A ring is a stream of records from one process to one other through shared pages.
 * The kernel is entered only to sleep and to wake who sleeps. Each process has one
 * *end* of it, the producer's or the consumer's. What the ends do on the pages is in
 * <linux/ipcchan_ring.h>.
 *
 * A handle of an end changes with every record, so one thread at a time uses it. It
 * has to be mapped, and the mapping belongs to the process that made it: a forked
 * child has the descriptor, but must not touch records before it mapped the ring
 * anew, which it can when its parent has the end no more.
 *
 * All that reads, writes or waits may return:
 * -ENXIO (not mapped), -EPERM (it is the other end that does that), -EPROTO (the other
 * end broke the rules: nothing comes any more), -EPIPE (the other end has ended: its
 * process, or it closed).
 */

/** IPCCHAN_SPIN_DEFAULT - pauses before sleeping: what the library thinks good. */
#define IPCCHAN_SPIN_DEFAULT	IPCCHAN_DEFAULT

/**
 * struct ipcchan_ring_options - how to open, or what to create
 * @size: sizeof(struct ipcchan_ring_options).
 * @flags: IPCCHAN_OPEN_* bits. 0: the ring has to be there.
 * @mode: Permission bits of a new name, less the umask. Read is for the consumer,
 *	write for the producer.
 * @spin: As for ipcchan_ring_set_spin().
 * @ring_size: Bytes of data of a new ring: a power of two, a page or more.
 */
struct ipcchan_ring_options {
	uint32_t size;
	uint32_t flags;
	uint32_t mode;
	uint32_t spin;
	uint64_t ring_size;
};

/** IPCCHAN_RING_OPTIONS - initialiser: open what exists; mode 0600. */
#define IPCCHAN_RING_OPTIONS						\
	{ sizeof(struct ipcchan_ring_options), 0, 0600,			\
	  IPCCHAN_SPIN_DEFAULT, 0 }

/**
 * ipcchan_ring_create() - create a ring without a name
 * @session: The session.
 * @size: Bytes of data: a power of two, a page or more. No record takes more than
 *	half of it.
 * @producer: Output. One end; close it with ipcchan_ring_close().
 * @consumer: Output. The other end, likewise.
 *
 * Return: 0, or:
 * -EINVAL (@size), -ENOSPC (the user owns too many objects), -EDQUOT (the user holds
 * too many bytes), -EINTR (killed), -ENOMEM.
 */
int ipcchan_ring_create(const struct ipcchan *session, size_t size,
			struct ipcchan_ring **producer,
			struct ipcchan_ring **consumer);

/**
 * ipcchan_ring_open() - create a named ring, or open one, and take one end of it
 * @session: The session.
 * @name: Up to 63 of [A-Za-z0-9._-].
 * @rights: IPCCHAN_RIGHT_SEND for the producer's end, or IPCCHAN_RIGHT_RECEIVE for the
 *	consumer's, not both; and IPCCHAN_RIGHT_ADMIN.
 * @options: How, or NULL for IPCCHAN_RING_OPTIONS; a new ring needs ring_size.
 * @ring: Output. The end; close it with ipcchan_ring_close().
 *
 * Each end can be opened once, and not again when it has ended.
 *
 * Return: 0, or:
 * -EBUSY (somebody has this end), -EPIPE (it has ended), -ENOENT (no such name, and no
 * IPCCHAN_OPEN_CREATE), -EEXIST (taken, and IPCCHAN_OPEN_EXCLUSIVE), -EPROTOTYPE (the
 * name is no ring), -EACCES (mode and owner of the name do not allow @rights), -EINVAL
 * (not a name, a size out of range, both ends, flags that do not go together),
 * -ENAMETOOLONG, -ENOSPC (the user owns too many objects), -EDQUOT (the user holds too
 * many bytes), -EIDRM (killed), -EINTR (killed while memory was made), -ENOMEM,
 * -EOPNOTSUPP (unknown flag or right), -E2BIG.
 */
int ipcchan_ring_open(const struct ipcchan *session, const char *name,
		      uint32_t rights,
		      const struct ipcchan_ring_options *options,
		      struct ipcchan_ring **ring);

/**
 * ipcchan_ring_from_fd() - make a handle of a received descriptor
 * @fd: Descriptor of an end of a ring. The handle owns it on success.
 * @ring: Output. The end.
 *
 * Return: 0, or:
 * -EPROTOTYPE (no ring), -EBADF (not open, or a session), -ENOTTY (not of ipcchan),
 * -EIDRM (killed), -ENOMEM.
 */
int ipcchan_ring_from_fd(int fd, struct ipcchan_ring **ring);

/**
 * ipcchan_ring_close() - unmap and close an end
 * @ring: The end, or NULL. It ends if nobody else has its descriptor. Records that
 *	were committed and not published are lost; others can still be read.
 */
void ipcchan_ring_close(struct ipcchan_ring *ring);

/**
 * ipcchan_ring_fd() - the descriptor of an end
 * @ring: The end, which keeps owning the descriptor.
 *
 * For passing to others, and for poll(2): POLLIN tells of a record, POLLOUT that half
 * of the ring is free, POLLHUP that the other end has ended. Before polling, release
 * or publish, and try.
 *
 * Return: the descriptor.
 */
int ipcchan_ring_fd(const struct ipcchan_ring *ring);

/**
 * ipcchan_ring_size() - how many bytes of data a ring has
 * @ring: The ring.
 *
 * Return: its size, a power of two; it never changes.
 */
size_t ipcchan_ring_size(const struct ipcchan_ring *ring);

/**
 * ipcchan_ring_info() - size and use of a ring
 * @ring: The ring; needs no right.
 * @info: Output. See struct ipcchan_ring_info.
 * @size: sizeof(\*info).
 *
 * Return: 0, or:
 * -EIDRM (killed), -EINVAL (@size is below the first version).
 */
int ipcchan_ring_info(const struct ipcchan_ring *ring,
		      struct ipcchan_ring_info *info, size_t size);

/**
 * ipcchan_ring_set_spin() - how long to spin before sleeping
 * @ring: The ring.
 * @pauses: At most so many pauses of the processor; 0: sleep at once;
 *	IPCCHAN_SPIN_DEFAULT.
 *
 * Within that it adapts itself: it becomes longer when the other end was in time, and
 * shorter when it was not. On a machine with one CPU it never spins. Holds from the
 * next ipcchan_ring_map() on.
 */
void ipcchan_ring_set_spin(struct ipcchan_ring *ring, uint32_t pauses);

/**
 * ipcchan_ring_set_yields() - how often to let others run before sleeping
 * @ring: The ring.
 * @yields: At most so many calls of sched_yield(2), after spinning; 0, as at first: none.
 *
 * For two ends that share a processor: who yields lets the other end come as far as is
 * waited for, and neither is put to sleep and woken. Three are enough for that. Where the
 * other end is slow, or runs elsewhere, they are for nothing; beside programs that
 * compute, each may cost a turn of theirs. Holds from the next wait on.
 */
void ipcchan_ring_set_yields(struct ipcchan_ring *ring, uint32_t yields);

/**
 * ipcchan_ring_map() - map the pages of an end, to read or write records
 * @ring: The end. If this process has mapped it, nothing changes.
 *
 * Return: 0, or:
 * -EBUSY (another process has mapped this end), -EPIPE (this end has ended), -EIDRM
 * (killed), -EPERM (the descriptor has the right of no end), -EPROTO (who had this end
 * before left no valid index; or -EPROTO was returned before), -ENOMEM (address space).
 */
int ipcchan_ring_map(struct ipcchan_ring *ring);

/**
 * ipcchan_ring_unmap() - undo ipcchan_ring_map()
 * @ring: The end; if it is not mapped, nothing happens. What was not published or not
 *	released is as if it had not been committed or consumed.
 */
void ipcchan_ring_unmap(struct ipcchan_ring *ring);

/**
 * ipcchan_ring_reserve() - get a place for the next record
 * @ring: The producer's end.
 * @size: Bytes wanted; ipcchan_ring_commit() may use fewer.
 * @data: Output. Where they go. It replaces a place that was not committed.
 *
 * Return: 0, or:
 * -EAGAIN (no room now), -EMSGSIZE (more than half of the ring, with 8 bytes before
 * the record and its padding to a multiple of 8), -EPIPE, -EPROTO, -EPERM, -ENXIO.
 */
int ipcchan_ring_reserve(struct ipcchan_ring *ring, size_t size, void **data);

/**
 * ipcchan_ring_commit() - the record is complete
 * @ring: The producer's end.
 * @used: Its bytes, at most as many as were reserved.
 * @type: Its tag.
 *
 * The consumer sees it when it is published.
 *
 * Return: 0, or:
 * -EINVAL (@used is too much, or nothing was reserved), -EPIPE, -EPROTO, -EPERM,
 * -ENXIO.
 */
int ipcchan_ring_commit(struct ipcchan_ring *ring, size_t used, uint32_t type);

/**
 * ipcchan_ring_publish() - let the consumer see all that is committed
 * @ring: The producer's end.
 *
 * A record that was published is also read when this end has ended. To publish many
 * at a time costs less.
 *
 * Return: 0, or:
 * -EPIPE (nobody will read it), -EIDRM (killed), -EPROTO, -EPERM, -ENXIO.
 */
int ipcchan_ring_publish(struct ipcchan_ring *ring);

/**
 * ipcchan_ring_write() - write one record and publish it
 * @ring: The producer's end.
 * @data: The bytes; may be NULL if @size is 0.
 * @size: How many, 0 allowed.
 * @type: Its tag.
 * @deadline_ns: Until when to wait for room: see ipcchan_deadline_in(), or
 *	IPCCHAN_DEADLINE_NEVER.
 *
 * Return: 0, or, when it was not written:
 * -EMSGSIZE, -ETIMEDOUT, -EINTR (a signal handler ran), -EPIPE, -EIDRM (killed),
 * -EPROTO, -EPERM, -ENXIO.
 */
int ipcchan_ring_write(struct ipcchan_ring *ring, const void *data, size_t size,
		       uint32_t type, uint64_t deadline_ns);

/**
 * ipcchan_ring_peek() - look at the next record where it is
 * @ring: The consumer's end.
 * @record: Output. It stays until it is consumed. A producer that breaks the rules
 *	can change its bytes, but not its size: who must be sure copies them first.
 *
 * Return: 0, or:
 * -EAGAIN (no record now; all that was consumed is released), -EPIPE (the producer has
 * ended, and all is read), -EPROTO, -EPERM, -ENXIO.
 */
int ipcchan_ring_peek(struct ipcchan_ring *ring, struct ipcchan_record *record);

/**
 * ipcchan_ring_consume() - done with the record that was peeked
 * @ring: The consumer's end.
 *
 * Its place is released together with others, by a quarter of the ring at a time.
 *
 * Return: 0, or:
 * -EINVAL (none was peeked), -EPIPE, -EPROTO, -EPERM, -ENXIO.
 */
int ipcchan_ring_consume(struct ipcchan_ring *ring);

/**
 * ipcchan_ring_release() - let the producer have all that is consumed
 * @ring: The consumer's end.
 *
 * Only who consumes few records and then does something else needs this: looking for
 * a record when there is none releases too.
 *
 * Return: 0, or:
 * -EPERM, -ENXIO.
 */
int ipcchan_ring_release(struct ipcchan_ring *ring);

/**
 * ipcchan_ring_read() - copy the next record, and consume it
 * @ring: The consumer's end.
 * @buffer: Room for the bytes.
 * @size: How many.
 * @record: Output. Its data is @buffer. On -EMSGSIZE its size is what is needed, and
 *	the record stays.
 * @deadline_ns: Until when to wait for a record, as for ipcchan_ring_write().
 *
 * Return: 0, or, when nothing was read:
 * -EMSGSIZE, -ETIMEDOUT, -EINTR (a signal handler ran), -EPIPE, -EIDRM (killed),
 * -EPROTO, -EPERM, -ENXIO.
 */
int ipcchan_ring_read(struct ipcchan_ring *ring, void *buffer, size_t size,
		      struct ipcchan_record *record, uint64_t deadline_ns);

/**
 * ipcchan_ring_wait() - wait until there is something to do
 * @ring: The producer's end: until a record fits; the consumer's: until there is one.
 * @bytes: Of the record that is to fit. Counts for nothing at the consumer's end.
 * @deadline_ns: Until when, as for ipcchan_ring_write().
 *
 * Publishes, or releases, before it sleeps.
 *
 * Return: 0, or:
 * -EMSGSIZE (@bytes), -ETIMEDOUT, -EINTR (a signal handler ran), -EPIPE, -EIDRM
 * (killed), -EPROTO, -EPERM, -ENXIO.
 */
int ipcchan_ring_wait(struct ipcchan_ring *ring, size_t bytes,
		      uint64_t deadline_ns);

/**
 * DOC: Group of rings
 *
 * One consumer of many producers, each with a ring of its own.
 */

/**
 * ipcchan_ring_group_create() - make a group without rings
 * @group: Output. The group; close it with ipcchan_ring_group_close().
 *
 * Return: 0, or:
 * -ENOMEM.
 */
int ipcchan_ring_group_create(struct ipcchan_ring_group **group);

/**
 * ipcchan_ring_group_close() - close a group
 * @group: The group, or NULL. Its rings stay, and stay the caller's.
 */
void ipcchan_ring_group_close(struct ipcchan_ring_group *group);

/**
 * ipcchan_ring_group_add() - take a ring into a group
 * @group: The group.
 * @ring: The consumer's end, mapped. It stays the caller's, who removes it from the
 *	group before closing it.
 *
 * Return: 0, or:
 * -EEXIST (it is in the group), -EPERM (the producer's end), -ENXIO (not mapped),
 * -ENOSPC (epoll_ctl(2): too many watches of this user), -ENOMEM.
 */
int ipcchan_ring_group_add(struct ipcchan_ring_group *group,
			   struct ipcchan_ring *ring);

/**
 * ipcchan_ring_group_remove() - take a ring out of a group
 * @group: The group.
 * @ring: The ring.
 *
 * Return: 0, or:
 * -ENOENT (it is not in the group).
 */
int ipcchan_ring_group_remove(struct ipcchan_ring_group *group,
			      const struct ipcchan_ring *ring);

/**
 * ipcchan_ring_group_next() - look at the next record of whichever ring has one
 * @group: The group.
 * @ring: Output. The ring that it is in, or that ended; NULL with any other error.
 * @record: Output. As of ipcchan_ring_peek(); consume it by ipcchan_ring_consume().
 * @deadline_ns: Until when to wait, as for ipcchan_ring_write().
 *
 * The rings have turns, of one record each. A ring that ended is told of once, with
 * @ring set, and is not in the group any more.
 *
 * Return: 0, or:
 * -EPIPE (@ring has ended, and all of it is read), -EPROTO (its producer broke the
 * rules), -ENXIO (it is not mapped any more), -ENOENT (no ring is in the group),
 * -ETIMEDOUT, -EINTR (a signal handler ran).
 */
int ipcchan_ring_group_next(struct ipcchan_ring_group *group,
			    struct ipcchan_ring **ring,
			    struct ipcchan_record *record,
			    uint64_t deadline_ns);

/**
 * DOC: Pipe
 *
 * Two rings, one for each direction.
 */

/**
 * ipcchan_pipe_pair() - make a pipe
 * @session: The session.
 * @size: Bytes of each of its rings, as for ipcchan_ring_create().
 * @first: Output. One end; close it with ipcchan_pipe_close().
 * @second: Output. The other end, likewise.
 *
 * Each end is to be mapped by the process that uses it.
 *
 * Return: 0, or what ipcchan_ring_create() returns.
 */
int ipcchan_pipe_pair(const struct ipcchan *session, size_t size,
		      struct ipcchan_pipe **first,
		      struct ipcchan_pipe **second);

/**
 * ipcchan_pipe_from_fds() - make an end of a pipe of received descriptors
 * @producer_fd: Descriptor of the ring's end on which to write.
 * @consumer_fd: Descriptor of the other ring's end, on which to read.
 * @pipe: Output. The end, which owns both descriptors on success.
 *
 * Return: 0, or what ipcchan_ring_from_fd() returns, or:
 * -EPERM (one is not of the end that it has to be).
 */
int ipcchan_pipe_from_fds(int producer_fd, int consumer_fd,
			  struct ipcchan_pipe **pipe);

/**
 * ipcchan_pipe_close() - close an end of a pipe
 * @pipe: The end, or NULL. Both of its rings are closed.
 */
void ipcchan_pipe_close(struct ipcchan_pipe *pipe);

/**
 * ipcchan_pipe_producer() - the ring on which an end of a pipe writes
 * @pipe: The end, which keeps owning the ring.
 *
 * For records in place, for poll(2), and for its descriptor.
 *
 * Return: the producer's end of that ring.
 */
struct ipcchan_ring *ipcchan_pipe_producer(const struct ipcchan_pipe *pipe);

/**
 * ipcchan_pipe_consumer() - the ring on which an end of a pipe reads
 * @pipe: The end, which keeps owning the ring.
 *
 * Return: the consumer's end of that ring.
 */
struct ipcchan_ring *ipcchan_pipe_consumer(const struct ipcchan_pipe *pipe);

/**
 * ipcchan_pipe_map() - map both rings of an end of a pipe
 * @pipe: The end.
 *
 * Return: 0, or what ipcchan_ring_map() returns.
 */
int ipcchan_pipe_map(struct ipcchan_pipe *pipe);

/**
 * ipcchan_pipe_write() - write one record to the other end
 * @pipe: The end, mapped.
 * @data: As for ipcchan_ring_write().
 * @size: Likewise.
 * @type: Likewise.
 * @deadline_ns: Likewise.
 *
 * Return: 0, or what ipcchan_ring_write() returns.
 */
int ipcchan_pipe_write(const struct ipcchan_pipe *pipe, const void *data,
		       size_t size, uint32_t type, uint64_t deadline_ns);

/**
 * ipcchan_pipe_read() - read one record of the other end
 * @pipe: The end, mapped.
 * @buffer: As for ipcchan_ring_read().
 * @size: Likewise.
 * @record: Likewise.
 * @deadline_ns: Likewise.
 *
 * Return: 0, or what ipcchan_ring_read() returns.
 */
int ipcchan_pipe_read(const struct ipcchan_pipe *pipe, void *buffer, size_t size,
		      struct ipcchan_record *record, uint64_t deadline_ns);

/**
 * ipcchan_pipe_wait() - publish what is committed, and wait for a record
 * @pipe: The end, mapped.
 * @deadline_ns: Until when to wait, as for ipcchan_ring_write().
 *
 * For who asks and then waits for the answer, or answers and then waits for the next
 * question: commit the record on ipcchan_pipe_producer(), call this, and read. If the
 * other end sleeps meanwhile, and this one is going to, one system call wakes the one
 * and lets the other sleep. Where there is a record already, and nobody sleeps, it
 * makes none.
 *
 * Whatever is returned, but for an error of the ring on which this end writes: all that
 * was committed is published, and calling it again publishes nothing twice.
 *
 * Return: 0, there is a record; or what ipcchan_ring_publish() or ipcchan_ring_wait()
 * returns.
 */
int ipcchan_pipe_wait(const struct ipcchan_pipe *pipe, uint64_t deadline_ns);

/**
 * DOC: Synchronisation
 *
 * Mutexes, semaphores, events, condition variables, barriers and reader/writer locks
 * are descriptors: what opens one returns it, close(2) closes it, poll(2) tells by
 * POLLIN that who comes now would have it, and it is passed to others as any other.
 * The functions ipcchan_object_*() work on it. Any number of threads may use it at once.
 *
 * Who has a lock is a thread, not a descriptor: closing this lets go of nothing, and a
 * forked child has nothing. When that thread ends, by whatever cause, or its process
 * executes another program, what it has is let go of, and the next one is told by
 * IPCCHAN_OWNER_DEAD. See <linux/ipcchan.h> for the order in which waiters are served,
 * and for ranks.
 *
 * Any function on such a descriptor may give -EBADF (not open, or no object of that
 * kind) and -ENOTTY (not of ipcchan); these are not listed again.
 */

/**
 * struct ipcchan_wait_options - how long to wait
 * @size: sizeof(struct ipcchan_wait_options).
 * @flags: 0, IPCCHAN_NONBLOCK, IPCCHAN_REALTIME, IPCCHAN_SEMAPHORE_UNDO,
 *	IPCCHAN_BARRIER_LEAVE; each function says which it takes.
 * @deadline_ns: Until when: absolute CLOCK_MONOTONIC nanoseconds, see
 *	ipcchan_deadline_in(), or IPCCHAN_DEADLINE_NEVER.
 */
struct ipcchan_wait_options {
	uint32_t size;
	uint32_t flags;
	uint64_t deadline_ns;
};

/** IPCCHAN_WAIT_OPTIONS - initialiser: wait for ever. */
#define IPCCHAN_WAIT_OPTIONS						\
	{ sizeof(struct ipcchan_wait_options), 0,			\
	  IPCCHAN_DEADLINE_NEVER }

/**
 * struct ipcchan_lock_options - how to lock
 * @size: sizeof(struct ipcchan_lock_options).
 * @flags: 0, IPCCHAN_NONBLOCK (now or not at all), IPCCHAN_REALTIME (@deadline_ns is
 *	of CLOCK_REALTIME), IPCCHAN_RWLOCK_SHARED (of ipcchan_rwlock_lock() only: for
 *	reading).
 * @deadline_ns: Until when, as in struct ipcchan_wait_options.
 * @cycle_count: Elements of @cycle, 0 to IPCCHAN_CYCLE_MAX.
 * @step_size: sizeof(struct ipcchan_step).
 * @cycle: Output, with -EDEADLK: who waits for whom, from the caller on.
 * @cycle_length: Output, where it is not NULL, with -EDEADLK: how many steps there
 *	are, also where that is more than @cycle_count; 0 if a rank forbids it.
 */
struct ipcchan_lock_options {
	uint32_t size;
	uint32_t flags;
	uint64_t deadline_ns;
	uint32_t cycle_count;
	uint32_t step_size;
	struct ipcchan_step *cycle;
	uint32_t *cycle_length;
};

/** IPCCHAN_LOCK_OPTIONS - initialiser: wait for ever; name no deadlock. */
#define IPCCHAN_LOCK_OPTIONS						\
	{ sizeof(struct ipcchan_lock_options), 0,			\
	  IPCCHAN_DEADLINE_NEVER, 0, sizeof(struct ipcchan_step),	\
	  NULL, NULL }

/**
 * DOC: Mutex
 */

/**
 * struct ipcchan_mutex_options - how to open, or what to create
 * @size: sizeof(struct ipcchan_mutex_options).
 * @flags: IPCCHAN_OPEN_* bits. 0: the mutex has to be there.
 *	IPCCHAN_OPEN_RECURSIVE: the owner of a new one can lock it again.
 *	IPCCHAN_OPEN_PRIORITY: it goes to the waiter of the best priority.
 *	IPCCHAN_OPEN_RANK_WARNS: that its rank forbids it is only traced.
 * @mode: Permission bits of a new name, less the umask; w is for locking.
 * @rank: Of a new mutex; 0: none. A thread that has locked an object of some rank
 *	is refused those of the same rank and of lower ones.
 */
struct ipcchan_mutex_options {
	uint32_t size;
	uint32_t flags;
	uint32_t mode;
	uint32_t rank;
};

/** IPCCHAN_MUTEX_OPTIONS - initialiser: open what exists; mode 0600, no rank. */
#define IPCCHAN_MUTEX_OPTIONS \
	{ sizeof(struct ipcchan_mutex_options), 0, 0600, 0 }

/**
 * ipcchan_mutex_open() - create or open a mutex
 * @session: The session.
 * @name: Up to 63 of [A-Za-z0-9._-]; NULL: a new anonymous mutex.
 * @rights: IPCCHAN_RIGHT_WAIT, ADMIN: those wanted, at least one.
 * @options: How, or NULL for IPCCHAN_MUTEX_OPTIONS.
 *
 * Return: a descriptor (O_CLOEXEC) that the caller owns, or:
 * -ENOENT (no such name, and no IPCCHAN_OPEN_CREATE), -EEXIST (taken, and
 * IPCCHAN_OPEN_EXCLUSIVE), -EPROTOTYPE (the name is of another kind), -EACCES (mode
 * and owner of the name do not allow @rights), -EINVAL (not a name, no right, a mode
 * out of range, flags that do not go together), -ENAMETOOLONG, -ENOSPC (the user owns
 * too many objects), -EMFILE, -ENFILE, -ENOMEM, -EOPNOTSUPP (unknown flag or right),
 * -E2BIG (options of a newer library), -EBADF, -ENOTTY (@session is an object, or a
 * kernel without mutexes).
 */
int ipcchan_mutex_open(const struct ipcchan *session, const char *name,
		       uint32_t rights,
		       const struct ipcchan_mutex_options *options);

/**
 * ipcchan_mutex_lock() - lock a mutex
 * @mutex: The mutex, with the WAIT right.
 * @options: IPCCHAN_NONBLOCK, REALTIME; or NULL for IPCCHAN_LOCK_OPTIONS.
 *
 * Return: 0, or IPCCHAN_OWNER_DEAD: it is locked, and whoever had it before has ended
 * with it, so what it protects may be half changed: call ipcchan_mutex_consistent()
 * when it is in order. Or it is not locked:
 * -EDEADLK (the owner waits, in turn, for the caller, which may be the owner itself; or
 * the caller has something of this rank or a higher one), -ENOTRECOVERABLE (nobody can
 * lock it any more: it was unlocked while not consistent), -EAGAIN (somebody has it, and
 * nonblocking), -ETIMEDOUT, -EINTR (a signal handler ran), -EIDRM (killed), -EPERM (no
 * WAIT right), -EOVERFLOW (a recursive one is locked too often), -EINVAL (cycle_count,
 * step_size, size of the options), -ENOMEM, -EOPNOTSUPP (flags), -E2BIG, -EFAULT (cycle).
 */
int ipcchan_mutex_lock(int mutex, const struct ipcchan_lock_options *options);

/**
 * ipcchan_mutex_unlock() - unlock a mutex
 * @mutex: The mutex, with the WAIT right; a recursive one as often as it was locked.
 *
 * Who stands first in line has it when this returns. If the lock was told
 * IPCCHAN_OWNER_DEAD and is not marked consistent, nobody can lock it any more.
 *
 * Return: 0, or:
 * -EPERM (this thread is not its owner, or no WAIT right), -EIDRM (killed).
 */
int ipcchan_mutex_unlock(int mutex);

/**
 * ipcchan_mutex_consistent() - what an owner that has ended left is in order again
 * @mutex: The mutex, locked by this thread, with the WAIT right.
 *
 * Return: 0, or:
 * -EINVAL (it is consistent), -EPERM (this thread is not its owner, or no WAIT right),
 * -EIDRM (killed).
 */
int ipcchan_mutex_consistent(int mutex);

/**
 * ipcchan_mutex_info() - who has a mutex, and how many wait for it
 * @mutex: The mutex; needs no right.
 * @info: Output. See struct ipcchan_mutex_info.
 * @size: sizeof(\*info).
 *
 * Return: 0, or:
 * -EIDRM (killed), -EINVAL (@size is below the first version).
 */
int ipcchan_mutex_info(int mutex, struct ipcchan_mutex_info *info, size_t size);

/**
 * struct ipcchan_mutex_scope - what IPCCHAN_MUTEX_SCOPE() declares
 * @mutex: The mutex.
 * @result: What ipcchan_mutex_lock() returned.
 */
struct ipcchan_mutex_scope {
	int mutex;
	int result;
};

/**
 * ipcchan_mutex_enter() - lock a mutex for IPCCHAN_MUTEX_SCOPE()
 * @mutex: As for ipcchan_mutex_lock().
 * @options: Likewise.
 *
 * Return: the scope, with the result.
 */
static inline struct ipcchan_mutex_scope
ipcchan_mutex_enter(int mutex, const struct ipcchan_lock_options *options)
{
	struct ipcchan_mutex_scope scope = {
		mutex, ipcchan_mutex_lock(mutex, options)
	};

	return scope;
}

/**
 * ipcchan_mutex_leave() - unlock what ipcchan_mutex_enter() has locked
 * @scope: The scope. If locking had failed, nothing happens.
 */
static inline void ipcchan_mutex_leave(const struct ipcchan_mutex_scope *scope)
{
	if (scope->result >= 0)
		ipcchan_mutex_unlock(scope->mutex);
}

/**
 * IPCCHAN_MUTEX_SCOPE() - have a mutex from here to the end of the scope
 * @name: Of the variable that this declares. What follows has to look at @name.result,
 *	which is that of ipcchan_mutex_lock(): below 0 it is not locked, and nothing is
 *	unlocked.
 * @mutex: As for ipcchan_mutex_lock().
 * @options: Likewise.
 *
 * However the scope is left, by return, break or goto, the mutex is unlocked; not by
 * longjmp(3). If the result is IPCCHAN_OWNER_DEAD, the scope has to put in order what the
 * mutex protects and call ipcchan_mutex_consistent() before it ends: else the unlocking
 * at its end makes the mutex one that nobody can lock any more.
 */
#define IPCCHAN_MUTEX_SCOPE(name, mutex, options)			\
	__attribute__((cleanup(ipcchan_mutex_leave)))			\
	const struct ipcchan_mutex_scope name =				\
		ipcchan_mutex_enter(mutex, options)

/**
 * DOC: Semaphore
 */

/**
 * struct ipcchan_semaphore_options - how to open, or what to create
 * @size: sizeof(struct ipcchan_semaphore_options).
 * @flags: IPCCHAN_OPEN_* bits. 0: the semaphore has to be there.
 *	IPCCHAN_OPEN_PRIORITY: the waiter of the best priority is first.
 * @mode: Permission bits of a new name, less the umask; r is for acquiring, w for
 *	releasing.
 * @value: Units of a new semaphore, not above @max.
 * @max: Units that it may have, 1 or more.
 */
struct ipcchan_semaphore_options {
	uint32_t size;
	uint32_t flags;
	uint32_t mode;
	uint32_t value;
	uint32_t max;
};

/** IPCCHAN_SEMAPHORE_OPTIONS - initialiser: open what exists; mode 0600; 0 units. */
#define IPCCHAN_SEMAPHORE_OPTIONS					\
	{ sizeof(struct ipcchan_semaphore_options), 0, 0600, 0,		\
	  UINT32_MAX }

/**
 * ipcchan_semaphore_open() - create or open a semaphore
 * @session: The session.
 * @name: Up to 63 of [A-Za-z0-9._-]; NULL: a new anonymous semaphore.
 * @rights: IPCCHAN_RIGHT_WAIT, SIGNAL, ADMIN: those wanted, at least one.
 * @options: How, or NULL for IPCCHAN_SEMAPHORE_OPTIONS.
 *
 * Return: a descriptor, or an error, as ipcchan_mutex_open(), and -EINVAL (value, max).
 */
int ipcchan_semaphore_open(const struct ipcchan *session, const char *name,
			   uint32_t rights,
			   const struct ipcchan_semaphore_options *options);

/**
 * ipcchan_semaphore_acquire() - take units of a semaphore
 * @semaphore: The semaphore, with the WAIT right.
 * @units: How many, 1 to its maximum: all of them or none. Who wants many is not
 *	passed by who wants few.
 * @options: IPCCHAN_NONBLOCK, REALTIME, SEMAPHORE_UNDO (this thread holds them, and
 *	they are given back when it ends); or NULL for IPCCHAN_WAIT_OPTIONS.
 *
 * Return: 0, or:
 * -EAGAIN (not so many, or others wait, and nonblocking), -ETIMEDOUT, -EINTR (a signal
 * handler ran), -EIDRM (killed), -EPERM (no WAIT right), -EINVAL (@units, size of the
 * options), -ENOMEM, -EOPNOTSUPP (flags), -E2BIG.
 */
int ipcchan_semaphore_acquire(int semaphore, uint32_t units,
			      const struct ipcchan_wait_options *options);

/**
 * ipcchan_semaphore_release() - give units to a semaphore
 * @semaphore: The semaphore, with the SIGNAL right.
 * @units: How many, 1 or more.
 * @flags: 0, or IPCCHAN_SEMAPHORE_UNDO: of those that this thread holds.
 *
 * Who stands first in line has them when this returns.
 *
 * Return: 0, or:
 * -EOVERFLOW (it would have more than its maximum), -EPERM (this thread does not hold so
 * many, or no SIGNAL right), -EINVAL (@units), -EIDRM (killed), -EOPNOTSUPP (@flags).
 */
int ipcchan_semaphore_release(int semaphore, uint32_t units, uint32_t flags);

/**
 * ipcchan_semaphore_info() - how many units a semaphore has
 * @semaphore: The semaphore; needs no right.
 * @info: Output. See struct ipcchan_semaphore_info.
 * @size: sizeof(\*info).
 *
 * Return: 0, or:
 * -EIDRM (killed), -EINVAL (@size is below the first version).
 */
int ipcchan_semaphore_info(int semaphore, struct ipcchan_semaphore_info *info,
			   size_t size);

/**
 * DOC: Event
 */

/**
 * struct ipcchan_event_options - how to open, or what to create
 * @size: sizeof(struct ipcchan_event_options).
 * @flags: IPCCHAN_OPEN_* bits. 0: the event has to be there.
 *	IPCCHAN_OPEN_MANUAL_RESET: a new one stays set until it is reset; else until
 *	one has waited for it. IPCCHAN_OPEN_SET: it is set from the first on.
 * @mode: Permission bits of a new name, less the umask; r is for waiting, w for
 *	setting.
 */
struct ipcchan_event_options {
	uint32_t size;
	uint32_t flags;
	uint32_t mode;
};

/** IPCCHAN_EVENT_OPTIONS - initialiser: open what exists; mode 0600. */
#define IPCCHAN_EVENT_OPTIONS \
	{ sizeof(struct ipcchan_event_options), 0, 0600 }

/**
 * ipcchan_event_open() - create or open an event
 * @session: The session.
 * @name: Up to 63 of [A-Za-z0-9._-]; NULL: a new anonymous event.
 * @rights: IPCCHAN_RIGHT_WAIT, SIGNAL, ADMIN: those wanted, at least one.
 * @options: How, or NULL for IPCCHAN_EVENT_OPTIONS.
 *
 * Return: a descriptor, or an error, as ipcchan_mutex_open().
 */
int ipcchan_event_open(const struct ipcchan *session, const char *name,
		       uint32_t rights,
		       const struct ipcchan_event_options *options);

/**
 * ipcchan_event_wait() - wait until an event is set
 * @event: The event, with the WAIT right.
 * @options: IPCCHAN_NONBLOCK, REALTIME; or NULL for IPCCHAN_WAIT_OPTIONS.
 *
 * Return: 0, or:
 * -EAGAIN (not set, and nonblocking), -ETIMEDOUT, -EINTR (a signal handler ran), -EIDRM
 * (killed), -EPERM (no WAIT right), -EINVAL (size of the options), -ENOMEM, -EOPNOTSUPP
 * (flags), -E2BIG.
 */
int ipcchan_event_wait(int event, const struct ipcchan_wait_options *options);

/**
 * ipcchan_event_set() - set an event
 * @event: The event, with the SIGNAL right.
 *
 * With IPCCHAN_OPEN_MANUAL_RESET all who wait go on, and it stays set; else the first
 * goes on, or the next who comes.
 *
 * Return: 0, or:
 * -EPERM (no SIGNAL right), -EIDRM (killed).
 */
int ipcchan_event_set(int event);

/**
 * ipcchan_event_reset() - an event is not set any more
 * @event: The event, with the SIGNAL right.
 *
 * Return: 0, or:
 * -EPERM (no SIGNAL right), -EIDRM (killed).
 */
int ipcchan_event_reset(int event);

/**
 * ipcchan_event_pulse() - let go on who waits for an event now, and nobody later
 * @event: The event, with the SIGNAL right. With IPCCHAN_OPEN_MANUAL_RESET all who
 *	wait go on, else the first.
 *
 * Return: 0, or:
 * -EPERM (no SIGNAL right), -EIDRM (killed).
 */
int ipcchan_event_pulse(int event);

/**
 * ipcchan_event_info() - is an event set, and how many wait for it
 * @event: The event; needs no right.
 * @info: Output. See struct ipcchan_event_info.
 * @size: sizeof(\*info).
 *
 * Return: 0, or:
 * -EIDRM (killed), -EINVAL (@size is below the first version).
 */
int ipcchan_event_info(int event, struct ipcchan_event_info *info, size_t size);

/**
 * DOC: Condition variable
 */

/**
 * struct ipcchan_condvar_options - how to open, or what to create
 * @size: sizeof(struct ipcchan_condvar_options).
 * @flags: IPCCHAN_OPEN_* bits. 0: the condition variable has to be there.
 * @mode: Permission bits of a new name, less the umask; r is for waiting, w for
 *	signalling.
 */
struct ipcchan_condvar_options {
	uint32_t size;
	uint32_t flags;
	uint32_t mode;
};

/** IPCCHAN_CONDVAR_OPTIONS - initialiser: open what exists; mode 0600. */
#define IPCCHAN_CONDVAR_OPTIONS \
	{ sizeof(struct ipcchan_condvar_options), 0, 0600 }

/** IPCCHAN_CONDVAR_ALL - for ipcchan_condvar_signal(): all who wait. */
#define IPCCHAN_CONDVAR_ALL	UINT32_MAX

/**
 * ipcchan_condvar_open() - create or open a condition variable
 * @session: The session.
 * @name: Up to 63 of [A-Za-z0-9._-]; NULL: a new anonymous one.
 * @rights: IPCCHAN_RIGHT_WAIT, SIGNAL, ADMIN: those wanted, at least one.
 * @options: How, or NULL for IPCCHAN_CONDVAR_OPTIONS.
 *
 * Return: a descriptor, or an error, as ipcchan_mutex_open().
 */
int ipcchan_condvar_open(const struct ipcchan *session, const char *name,
			 uint32_t rights,
			 const struct ipcchan_condvar_options *options);

/**
 * ipcchan_condvar_wait() - unlock a mutex, wait to be signalled, lock it again
 * @condvar: The condition variable, with the WAIT right.
 * @mutex: The mutex, with the WAIT right, which this thread has locked once.
 * @options: IPCCHAN_REALTIME; or NULL for IPCCHAN_WAIT_OPTIONS. The deadline is that of
 *	the signal.
 *
 * No signal of who has the mutex after is missed, and it goes on for no other reason.
 *
 * Return: with the mutex locked, 0 (signalled), IPCCHAN_OWNER_DEAD (signalled, and the
 * mutex as ipcchan_mutex_lock() tells), -ETIMEDOUT, or -EINTR (a signal handler ran; the
 * condition may hold by now). With the mutex not locked, -EIDRM (one of them was killed),
 * -ENOTRECOVERABLE (nobody can lock it any more), or -EDEADLK (waiting for the mutex
 * would never end). Or nothing has changed:
 * -EPERM (no WAIT right for one of them, or this thread has not locked it), -EINVAL (it
 * is locked more than once; size of the options), -EOWNERDEAD (it is to be marked
 * consistent before), -EBADF (also: @mutex is no mutex), -ENOMEM, -EOPNOTSUPP (flags),
 * -E2BIG.
 */
int ipcchan_condvar_wait(int condvar, int mutex,
			 const struct ipcchan_wait_options *options);

/**
 * ipcchan_condvar_signal() - let who waits for a condition variable go on
 * @condvar: The condition variable, with the SIGNAL right.
 * @count: How many at most, from the first in line on; or IPCCHAN_CONDVAR_ALL.
 *
 * Return: how many were signalled, or:
 * -EINVAL (@count is 0), -EPERM (no SIGNAL right), -EIDRM (killed).
 */
int ipcchan_condvar_signal(int condvar, uint32_t count);

/**
 * ipcchan_condvar_info() - how many wait for a condition variable
 * @condvar: The condition variable; needs no right.
 * @info: Output. See struct ipcchan_condvar_info.
 * @size: sizeof(\*info).
 *
 * Return: 0, or:
 * -EIDRM (killed), -EINVAL (@size is below the first version).
 */
int ipcchan_condvar_info(int condvar, struct ipcchan_condvar_info *info,
			 size_t size);

/**
 * DOC: Barrier
 */

/**
 * struct ipcchan_barrier_options - how to open, or what to create
 * @size: sizeof(struct ipcchan_barrier_options).
 * @flags: IPCCHAN_OPEN_* bits. 0: the barrier has to be there.
 * @mode: Permission bits of a new name, less the umask; w is for waiting.
 * @parties: How many meet at a new barrier, 1 to IPCCHAN_BARRIER_MAX.
 */
struct ipcchan_barrier_options {
	uint32_t size;
	uint32_t flags;
	uint32_t mode;
	uint32_t parties;
};

/** IPCCHAN_BARRIER_OPTIONS - initialiser: open what exists; mode 0600. */
#define IPCCHAN_BARRIER_OPTIONS \
	{ sizeof(struct ipcchan_barrier_options), 0, 0600, 0 }

/**
 * ipcchan_barrier_open() - create or open a barrier
 * @session: The session.
 * @name: Up to 63 of [A-Za-z0-9._-]; NULL: a new anonymous barrier.
 * @rights: IPCCHAN_RIGHT_WAIT, ADMIN: those wanted, at least one.
 * @options: How, or NULL for IPCCHAN_BARRIER_OPTIONS; a new barrier needs parties.
 *
 * Return: a descriptor, or an error, as ipcchan_mutex_open(), and -EINVAL (parties).
 */
int ipcchan_barrier_open(const struct ipcchan *session, const char *name,
			 uint32_t rights,
			 const struct ipcchan_barrier_options *options);

/**
 * ipcchan_barrier_wait() - meet the other parties
 * @barrier: The barrier, with the WAIT right.
 * @options: IPCCHAN_REALTIME, BARRIER_LEAVE (this thread will not come again); or NULL
 *	for IPCCHAN_WAIT_OPTIONS.
 *
 * Who has waited once has to come again, or to leave: if it ends instead, the barrier is
 * broken, until it is reset.
 *
 * Return: 0, to the last who came IPCCHAN_BARRIER_SERIAL, or, as if it had not come:
 * -EOWNERDEAD (broken: a party has ended), -ECANCELED (reset meanwhile), -ETIMEDOUT,
 * -EINTR (a signal handler ran), -EIDRM (killed), -EPERM (no WAIT right), -EINVAL (size
 * of the options), -ENOMEM, -EOPNOTSUPP (flags), -E2BIG.
 */
int ipcchan_barrier_wait(int barrier, const struct ipcchan_wait_options *options);

/**
 * ipcchan_barrier_reset() - begin a new generation, without parties
 * @barrier: The barrier, with the WAIT right. Who waits gets -ECANCELED.
 *
 * Return: 0, or:
 * -EPERM (no WAIT right), -EIDRM (killed).
 */
int ipcchan_barrier_reset(int barrier);

/**
 * ipcchan_barrier_info() - how many have come to a barrier
 * @barrier: The barrier; needs no right.
 * @info: Output. See struct ipcchan_barrier_info.
 * @size: sizeof(\*info).
 *
 * Return: 0, or:
 * -EIDRM (killed), -EINVAL (@size is below the first version).
 */
int ipcchan_barrier_info(int barrier, struct ipcchan_barrier_info *info,
			 size_t size);

/**
 * DOC: Reader/writer lock
 */

/**
 * struct ipcchan_rwlock_options - how to open, or what to create
 * @size: sizeof(struct ipcchan_rwlock_options).
 * @flags: IPCCHAN_OPEN_* bits, as of struct ipcchan_mutex_options but for
 *	IPCCHAN_OPEN_RECURSIVE. 0: the lock has to be there.
 * @mode: Permission bits of a new name, less the umask; w is for locking, also for
 *	reading.
 * @rank: As of a mutex.
 */
struct ipcchan_rwlock_options {
	uint32_t size;
	uint32_t flags;
	uint32_t mode;
	uint32_t rank;
};

/** IPCCHAN_RWLOCK_OPTIONS - initialiser: open what exists; mode 0600, no rank. */
#define IPCCHAN_RWLOCK_OPTIONS \
	{ sizeof(struct ipcchan_rwlock_options), 0, 0600, 0 }

/**
 * ipcchan_rwlock_open() - create or open a reader/writer lock
 * @session: The session.
 * @name: Up to 63 of [A-Za-z0-9._-]; NULL: a new anonymous lock.
 * @rights: IPCCHAN_RIGHT_WAIT, ADMIN: those wanted, at least one.
 * @options: How, or NULL for IPCCHAN_RWLOCK_OPTIONS.
 *
 * Return: a descriptor, or an error, as ipcchan_mutex_open().
 */
int ipcchan_rwlock_open(const struct ipcchan *session, const char *name,
			uint32_t rights,
			const struct ipcchan_rwlock_options *options);

/**
 * ipcchan_rwlock_lock() - lock for writing, or for reading
 * @rwlock: The lock, with the WAIT right.
 * @options: IPCCHAN_NONBLOCK, REALTIME, RWLOCK_SHARED (for reading, together with
 *	others); or NULL for IPCCHAN_LOCK_OPTIONS, which lock for writing.
 *
 * No reader passes a writer who came before, so to lock for reading again while a
 * writer waits is a deadlock.
 *
 * Return: 0 or IPCCHAN_OWNER_DEAD (a writer has ended with it), or an error, as
 * ipcchan_mutex_lock(); -EOVERFLOW: it is locked for reading too often.
 */
int ipcchan_rwlock_lock(int rwlock, const struct ipcchan_lock_options *options);

/**
 * ipcchan_rwlock_unlock() - unlock what this thread has locked
 * @rwlock: The lock, with the WAIT right.
 *
 * Return: 0, or:
 * -EPERM (this thread has not locked it, or no WAIT right), -EIDRM (killed).
 */
int ipcchan_rwlock_unlock(int rwlock);

/**
 * ipcchan_rwlock_upgrade() - write, after having read
 * @rwlock: The lock, with the WAIT right, which this thread has locked for reading
 *	once.
 * @options: IPCCHAN_NONBLOCK, REALTIME; or NULL for IPCCHAN_LOCK_OPTIONS.
 *
 * Waits for the other readers, before all who stand in line: what was read holds.
 *
 * Return: 0, or, and this thread has it for reading as before:
 * -EDEADLK (another reader wants that too, or a reader waits, in turn, for the caller),
 * -EAGAIN (there are other readers, and nonblocking), -ETIMEDOUT, -EINTR (a signal
 * handler ran), -EPERM (not locked for reading, or no WAIT right), -EINVAL (locked for
 * reading more than once; cycle_count, step_size, size of the options), -EIDRM (killed),
 * -ENOMEM, -EOPNOTSUPP (flags), -E2BIG, -EFAULT (cycle).
 */
int ipcchan_rwlock_upgrade(int rwlock,
			   const struct ipcchan_lock_options *options);

/**
 * ipcchan_rwlock_downgrade() - read on, after having written
 * @rwlock: The lock, with the WAIT right, which this thread has locked for writing.
 *
 * Return: 0, or:
 * -EPERM (not locked for writing, or no WAIT right), -EOWNERDEAD (it is to be marked
 * consistent before), -EIDRM (killed).
 */
int ipcchan_rwlock_downgrade(int rwlock);

/**
 * ipcchan_rwlock_consistent() - what a writer that has ended left is in order again
 * @rwlock: The lock, with the WAIT right, which this thread has locked for writing.
 *
 * Return: 0, or:
 * -EINVAL (it is consistent), -EPERM (not locked for writing, or no WAIT right), -EIDRM
 * (killed).
 */
int ipcchan_rwlock_consistent(int rwlock);

/**
 * ipcchan_rwlock_info() - who has a reader/writer lock, and how many wait for it
 * @rwlock: The lock; needs no right.
 * @info: Output. See struct ipcchan_rwlock_info.
 * @size: sizeof(\*info).
 *
 * Return: 0, or:
 * -EIDRM (killed), -EINVAL (@size is below the first version).
 */
int ipcchan_rwlock_info(int rwlock, struct ipcchan_rwlock_info *info, size_t size);

/**
 * DOC: Waits for several things
 *
 * A mutex, a semaphore, an event or a rwlock is had, as by its own function; anything
 * that poll(2) takes is looked at: a mailbox with a message, a ring with a record, a
 * call with an outcome (POLLRDBAND of its mailbox), the end of a process (a pidfd).
 */

/**
 * ipcchan_wait_any() - wait for one of several things
 * @session: A session; any.
 * @entries: Each thing: see struct ipcchan_wait_entry, which also tells what became of
 *	it.
 * @count: How many, 1 to IPCCHAN_WAIT_MAX.
 * @options: Deadline, and where a deadlock is told; NULL: wait for ever.
 *
 * Return: the place in @entries of what was had, or nothing was: -EAGAIN, -ETIMEDOUT,
 * -EINTR, -EDEADLK (none would ever be had, or a rank forbids one), -ENOTRECOVERABLE (a
 * lock is lost), -EIDRM (one was killed), -EPERM (one lacks IPCCHAN_RIGHT_WAIT), -EBADF
 * (one is no descriptor), -EINVAL (@count; an entry; an object that is there twice),
 * -EOPNOTSUPP (a condition variable or barrier; what cannot be polled; unknown flags),
 * -E2BIG, -EFAULT, -EOVERFLOW (a recursive mutex is locked too often), -ENOMEM.
 */
int ipcchan_wait_any(const struct ipcchan *session,
		     struct ipcchan_wait_entry *entries, unsigned int count,
		     const struct ipcchan_lock_options *options);

/**
 * ipcchan_wait_all() - wait until several things can be had together
 * @session: As for ipcchan_wait_any().
 * @entries: As for ipcchan_wait_any().
 * @count: As for ipcchan_wait_any().
 * @options: As for ipcchan_wait_any().
 *
 * All are had in one moment; till then none is, so others are not held up.
 *
 * Return: 0, or as ipcchan_wait_any().
 */
int ipcchan_wait_all(const struct ipcchan *session,
		     struct ipcchan_wait_entry *entries, unsigned int count,
		     const struct ipcchan_lock_options *options);

/**
 * ipcchan_wait_list() - list who waits for whom just now
 * @session: Whose user's objects are looked at; with CAP_IPC_OWNER all of its IPC
 *	namespace.
 * @first: How many to pass over; 0 to begin with.
 * @entries: Output. An entry for a thread that waits, what it waits for, and one who
 *	has that.
 * @max: How many there is room for, 1 to IPCCHAN_LIST_MAX.
 * @size: sizeof(*@entries).
 *
 * Return: how many are filled; fewer than @max: there are no more. Or -EINVAL (@max),
 * -EFAULT, -ENOMEM.
 */
int ipcchan_wait_list(const struct ipcchan *session, unsigned int first,
		      struct ipcchan_wait_info *entries, unsigned int max,
		      size_t size);

/**
 * DOC: Time, errors, version
 */

/** IPCCHAN_MILLISECONDS - nanoseconds of @n milliseconds. */
#define IPCCHAN_MILLISECONDS(n)	((uint64_t)(n) * 1000000U)

/** IPCCHAN_SECONDS - nanoseconds of @n seconds. */
#define IPCCHAN_SECONDS(n)	((uint64_t)(n) * 1000000000U)

/**
 * ipcchan_deadline_in() - a relative timeout as a deadline
 * @ns: Nanoseconds from now, see IPCCHAN_MILLISECONDS() and IPCCHAN_SECONDS().
 *
 * Return: that time on CLOCK_MONOTONIC; IPCCHAN_DEADLINE_NEVER if it is beyond
 * what fits.
 */
uint64_t ipcchan_deadline_in(uint64_t ns);

/**
 * ipcchan_error_name() - the name of an errno
 * @error: An errno, or its negative as the functions here return it.
 *
 * Return: a constant string such as "EAGAIN"; "E?" if it is none that ipcchan
 * gives.
 */
const char *ipcchan_error_name(int error);

/**
 * ipcchan_error_text() - what an errno means when it comes from ipcchan
 * @error: An errno, or its negative as the functions here return it.
 *
 * Return: a constant phrase such as "the deadline passed".
 */
const char *ipcchan_error_text(int error);

/**
 * ipcchan_version() - the version of this library
 *
 * Return: a constant string such as "0.1.0".
 */
const char *ipcchan_version(void);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* IPCCHAN_H */
