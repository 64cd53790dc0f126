/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * ipcchan: message passing, shared memory and synchronisation between the
 * processes of one machine, through /dev/ipcchan.
 */
#ifndef _UAPI_LINUX_IPCCHAN_H
#define _UAPI_LINUX_IPCCHAN_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * DOC: Model
 *
 * open("/dev/ipcchan") gives a *session*: a client identity in the IPC
 * namespace and with the credentials of the process that opened it. The OPEN
 * ioctls of a session give one file descriptor per *object* (O_CLOEXEC), which
 * carries a fixed mask of rights. Passing such a descriptor to another process
 * (fork, SCM_RIGHTS, pidfd_getfd) passes the rights. Closing the last one ends
 * the object, unless it is named and IPCCHAN_OPEN_PERSIST.
 */

/**
 * DOC: Errno contract
 *
 * One cause has one errno, whatever the call:
 *
 * =============== =========================================================
 * ENOTTY          the number is no ipcchan ioctl
 * EBADF           the ioctl exists, but not for this kind of descriptor; or
 *                 read(2), write(2) without the RECEIVE, the SEND right; or a
 *                 descriptor that the structure names is not open, or no
 *                 mailbox (MULTICAST), or no region (an extent to be sent)
 * EPERM           this descriptor lacks the right; of a lock, this thread has not
 *                 locked it
 * EACCES          mode and owner of the name do not allow it to this session;
 *                 or a security module does not let the receiver have a
 *                 descriptor (it may choose another errno)
 * EINVAL          a value is out of its range, or a structure is shorter
 *                 than its first published version
 * E2BIG           a structure has a non-zero part this kernel does not know,
 *                 or is longer than a page
 * EOPNOTSUPP      an unknown flag, a reserved field that is not zero, a
 *                 value kept for a feature that DEVICE_INFO does not list, or
 *                 what a mailbox of this delivery, a region that was created
 *                 without that flag, or an extent (OBJECT_RESTRICT) cannot do
 * ESRCH           no call has this token: of REPLY, FORWARD, CALL_READ: this
 *                 process holds no such request, or has answered it; of CALL,
 *                 CALL_WAIT, CALL_CANCEL: this description began no such call,
 *                 or its outcome was received
 * ECANCELED       REPLY, FORWARD, CALL_READ: nobody waits for the answer any
 *                 more; told by REPLY once, then ESRCH; of CALL, CALL_WAIT:
 *                 CALL_CANCEL ended the call. BARRIER_WAIT: it was reset
 * EALREADY        CALL_CANCEL: the call has its outcome
 * EBUSY           CALL, CALL_WAIT: another thread waits for this call. RING_OPEN,
 *                 RESTRICT: somebody has this end of the ring. Pages to be lent,
 *                 given back or frozen are in use: a part of them is lent, or
 *                 something may access them that is no mapping; mmap(2): another
 *                 process maps this end, or this extent
 * ESTALE          the extent is over: it was given back, or its holder died
 * ECHILD          CALL_WAIT of any: there is none to wait for
 * EOWNERDEAD      CALL: a server received the request, and then it ended, closed
 *                 its description, or the mailbox was killed: what it has done
 *                 is not known. BARRIER_WAIT: a party ended. CONDVAR_WAIT,
 *                 RWLOCK_DOWNGRADE: what an owner left is to be marked consistent
 * ENOTRECOVERABLE a lock was unlocked by one who was told that its owner had ended,
 *                 and did not mark it consistent
 * EDEADLK         CALL, CALL_WAIT, CALL_FORWARD: the wait for the answer would
 *                 never end, since who is to give it waits, in turn, for an answer
 *                 of the caller; so of locks, or a rank forbids it
 * ENOPROTOOPT     the message has descriptors, and the mailbox was created
 *                 without IPCCHAN_OPEN_FDS
 * ELOOP           a descriptor to be sent is of a kind that may lead back to
 *                 the mailbox: AF_UNIX, io_uring, binder, an ipcchan mailbox
 *                 or session
 * ETOOMANYREFS    the user has as many descriptors in messages as one user may
 * EFAULT          an address is not readable, or not writable
 * ENAMETOOLONG    a name has no terminating NUL in its 64 bytes
 * ENOENT          no object has this name in the IPC namespace; COMMIT,
 *                 RELEASE: this description does not hold the message
 * EEXIST          IPCCHAN_OPEN_EXCLUSIVE, and the name is taken
 * EPROTOTYPE      the name belongs to an object of another kind
 * ENOSPC          the user owns as many objects as one user may, a FAIR
 *                 mailbox has as many senders as one may, or a client has as
 *                 many calls as one may
 * EDQUOT          the user holds as many bytes as one user may; opening a
 *                 mailbox that tells of its peers takes some
 * ENOMEM          no memory (machine or memory cgroup)
 * EMFILE, ENFILE  file descriptors, and nothing else
 * EMSGSIZE        SEND, RESTORE: more than the mailbox takes. RECEIVE, PEEK,
 *                 SNAPSHOT: the buffer is too short, or there is no room for
 *                 all descriptors; what is needed is told, the message stays
 * ENOTEMPTY       RESTORE: the mailbox has or had messages
 * ENOMSG          PEEK: no message at that index
 * EBADMSG         read(2): the next message is empty and would look like the
 *                 end of the stream, has descriptors, or is a request; RECEIVE
 *                 takes it, but a request only by who knows @token
 * EAGAIN          would block, and may not
 * ETIMEDOUT       the deadline passed
 * EINTR           a signal handler ran before anything was done
 * EPIPE           the other side is gone for good: nobody can receive (SEND),
 *                 or no message matches and nobody can send (RECEIVE; read(2)
 *                 returns 0). CALL: no server ever received the request, and
 *                 none is there who could, so it may be made again. Rings: the
 *                 other end has ended, or the one that is asked for
 * EPROTO          RING_WAIT: the other end's index is none that it can have
 * EIDRM           the object was killed
 * ENOTCONN        RECEIVE, read(2): a BROADCAST mailbox, and this description
 *                 has not subscribed
 * EOVERFLOW       RECEIVE, read(2): this subscriber was too slow and is evicted;
 *                 told once, then EPIPE. SEMAPHORE_RELEASE: above its maximum;
 *                 MUTEX_LOCK, RWLOCK_LOCK: locked too often already
 * ENXIO           mmap(2), an extent to be sent: the range does not lie inside
 *                 what the descriptor shows of the region, or inside one area of
 *                 the ring
 * =============== =========================================================
 *
 * An error changes nothing: no message is lost, sent twice or taken from its
 * place. A call on several messages that did some of them returns how many;
 * the cause that stopped it is met again by the next call.
 */

/**
 * DOC: Growth
 *
 * Every structure may grow at its end. The kernel learns the caller's size from
 * _IOC_SIZE() of the ioctl number (or from the field named for it), takes what
 * the caller does not know as zero, and refuses with E2BIG what it does not
 * know itself. That holds for the elements of arrays too; but the entries of
 * OBJECT_LIST and MAILBOX_SENDERS, output only, are not read: what the kernel
 * does not know of them it clears. The _SIZE_VER0 constants are the first published sizes. Features
 * are probed through IPCCHAN_IOC_DEVICE_INFO, never by version.
 */

#define IPCCHAN_IOC_MAGIC		0xBC

/** IPCCHAN_ABI - what struct ipcchan_device_info.abi says of this header. */
#define IPCCHAN_ABI			1

/** IPCCHAN_NAME_SIZE - bytes of a name with its NUL: 63 of [A-Za-z0-9._-]. */
#define IPCCHAN_NAME_SIZE		64

/** IPCCHAN_PRIORITIES - priorities are 0 (default, lowest) to 31 (highest). */
#define IPCCHAN_PRIORITIES		32

/** IPCCHAN_BATCH_MAX - messages that one call on several takes. */
#define IPCCHAN_BATCH_MAX		64

/** IPCCHAN_HISTORY_MAX - messages that a BROADCAST mailbox keeps for latecomers. */
#define IPCCHAN_HISTORY_MAX		4096

/** IPCCHAN_SEGMENTS_MAX - pieces of memory that one message may be spread over. */
#define IPCCHAN_SEGMENTS_MAX		16

/** IPCCHAN_CALLS_MAX - calls that one client may have outstanding. */
#define IPCCHAN_CALLS_MAX		1024

/** IPCCHAN_CYCLE_MAX - steps of a deadlock that a call tells. */
#define IPCCHAN_CYCLE_MAX		64

/** IPCCHAN_FDS_MAX - descriptors that one message may have. */
#define IPCCHAN_FDS_MAX			16

/** IPCCHAN_MULTICAST_MAX - mailboxes that one MULTICAST sends to. */
#define IPCCHAN_MULTICAST_MAX		64

/** IPCCHAN_LIST_MAX - entries that an OBJECT_LIST or MAILBOX_SENDERS gives. */
#define IPCCHAN_LIST_MAX		256

/** IPCCHAN_WAIT_MAX - things that one WAIT_ANY or WAIT_ALL is for. */
#define IPCCHAN_WAIT_MAX		64

/** IPCCHAN_RECURSION_MAX - how often the owner of a recursive mutex may lock it. */
#define IPCCHAN_RECURSION_MAX		4096

/** IPCCHAN_READERS_MAX - how often a rwlock may be locked for reading at a time. */
#define IPCCHAN_READERS_MAX		65536

/** IPCCHAN_BARRIER_MAX - parties that a barrier may have. */
#define IPCCHAN_BARRIER_MAX		65536

/** IPCCHAN_OWNER_DEAD - what a lock returns when its last owner ended with it. */
#define IPCCHAN_OWNER_DEAD		1

/** IPCCHAN_NO_FD - no descriptor, in a structure that names one. */
#define IPCCHAN_NO_FD			(~0U)

/** IPCCHAN_DEADLINE_NEVER - a deadline that does not come. */
#define IPCCHAN_DEADLINE_NEVER		(~0ULL)

/** IPCCHAN_DEFAULT - at creation: the value DEVICE_INFO shows as default. */
#define IPCCHAN_DEFAULT			(~0U)

/* Kinds of object. */
#define IPCCHAN_KIND_MAILBOX		1
#define IPCCHAN_KIND_REGION		2
#define IPCCHAN_KIND_RING		3
#define IPCCHAN_KIND_MUTEX		4
#define IPCCHAN_KIND_SEMAPHORE		5
#define IPCCHAN_KIND_EVENT		6
#define IPCCHAN_KIND_CONDVAR		7
#define IPCCHAN_KIND_BARRIER		8
#define IPCCHAN_KIND_RWLOCK		9

/* Rights of a descriptor. MAP_WRITE is granted only together with MAP_READ. */
#define IPCCHAN_RIGHT_SEND		(1U << 0)
#define IPCCHAN_RIGHT_RECEIVE		(1U << 1)
#define IPCCHAN_RIGHT_PEEK		(1U << 2)
#define IPCCHAN_RIGHT_ADMIN		(1U << 3)
#define IPCCHAN_RIGHT_MAP_READ		(1U << 4)
#define IPCCHAN_RIGHT_MAP_WRITE		(1U << 5)
#define IPCCHAN_RIGHT_WAIT		(1U << 6)
#define IPCCHAN_RIGHT_SIGNAL		(1U << 7)
#define IPCCHAN_RIGHTS_MAILBOX		(IPCCHAN_RIGHT_SEND | \
					 IPCCHAN_RIGHT_RECEIVE | \
					 IPCCHAN_RIGHT_PEEK | \
					 IPCCHAN_RIGHT_ADMIN)
#define IPCCHAN_RIGHTS_REGION		(IPCCHAN_RIGHT_MAP_READ | \
					 IPCCHAN_RIGHT_MAP_WRITE | \
					 IPCCHAN_RIGHT_ADMIN)
#define IPCCHAN_RIGHTS_RING		(IPCCHAN_RIGHT_SEND | \
					 IPCCHAN_RIGHT_RECEIVE | \
					 IPCCHAN_RIGHT_ADMIN)
/* What is had and let go of by the same: mutex, rwlock, barrier. */
#define IPCCHAN_RIGHTS_LOCK		(IPCCHAN_RIGHT_WAIT | \
					 IPCCHAN_RIGHT_ADMIN)
/* What one waits for and another gives: semaphore, event, condvar. */
#define IPCCHAN_RIGHTS_SIGNAL		(IPCCHAN_RIGHT_WAIT | \
					 IPCCHAN_RIGHT_SIGNAL | \
					 IPCCHAN_RIGHT_ADMIN)

/* Flags of the OPEN ioctls. */
#define IPCCHAN_OPEN_CREATE		(1U << 0)
#define IPCCHAN_OPEN_EXCLUSIVE		(1U << 1)
#define IPCCHAN_OPEN_PERSIST		(1U << 2)
#define IPCCHAN_OPEN_NONBLOCK		(1U << 3)
#define IPCCHAN_OPEN_FDS		(1U << 4)
#define IPCCHAN_OPEN_NOTICES		(1U << 5)
#define IPCCHAN_OPEN_HUGE		(1U << 8)
#define IPCCHAN_OPEN_FREEZE		(1U << 9)
#define IPCCHAN_OPEN_RECURSIVE		(1U << 10)
#define IPCCHAN_OPEN_PRIORITY		(1U << 11)
#define IPCCHAN_OPEN_RANK_WARNS		(1U << 12)
#define IPCCHAN_OPEN_MANUAL_RESET	(1U << 13)
#define IPCCHAN_OPEN_SET		(1U << 14)

/* Bits of struct ipcchan_device_info.features. */
#define IPCCHAN_FEATURE_MAILBOX		(1ULL << 0)
#define IPCCHAN_FEATURE_REGION		(1ULL << 1)
#define IPCCHAN_FEATURE_POLICY		(1ULL << 2)
#define IPCCHAN_FEATURE_RENDEZVOUS	(1ULL << 3)
#define IPCCHAN_FEATURE_FAIR		(1ULL << 4)
#define IPCCHAN_FEATURE_LATEST		(1ULL << 5)
#define IPCCHAN_FEATURE_BROADCAST	(1ULL << 6)
#define IPCCHAN_FEATURE_AGING		(1ULL << 7)
#define IPCCHAN_FEATURE_FILTER		(1ULL << 8)
#define IPCCHAN_FEATURE_LINGER		(1ULL << 9)
#define IPCCHAN_FEATURE_FDS		(1ULL << 10)
#define IPCCHAN_FEATURE_HOLD		(1ULL << 11)
#define IPCCHAN_FEATURE_NOTIFY		(1ULL << 12)
#define IPCCHAN_FEATURE_NOTICES		(1ULL << 13)
#define IPCCHAN_FEATURE_MULTICAST	(1ULL << 14)
#define IPCCHAN_FEATURE_SNAPSHOT	(1ULL << 15)
#define IPCCHAN_FEATURE_CALL		(1ULL << 16)
#define IPCCHAN_FEATURE_SEGMENTS	(1ULL << 17)
#define IPCCHAN_FEATURE_RING		(1ULL << 18)
#define IPCCHAN_FEATURE_EXTENTS		(1ULL << 19)
#define IPCCHAN_FEATURE_HUGE		(1ULL << 20)
#define IPCCHAN_FEATURE_SYNC		(1ULL << 21)

/**
 * struct ipcchan_device_info - what this kernel offers this session
 * @abi: Output. IPCCHAN_ABI of the module.
 * @max_batch: Output. IPCCHAN_BATCH_MAX of the module, messages.
 * @features: Output. IPCCHAN_FEATURE_* bits.
 * @client: Output. Client id of this session, never used again by another.
 * @max_message_size: Output. Largest max_message_size a mailbox may have, bytes.
 * @max_messages: Output. Largest capacity_messages a mailbox may have.
 * @max_capacity_bytes: Output. Largest capacity_bytes a mailbox may have.
 * @max_region_size: Output. Largest size of a region, bytes.
 * @default_message_size: Output. max_message_size for IPCCHAN_DEFAULT, bytes.
 * @default_messages: Output. capacity_messages for IPCCHAN_DEFAULT.
 * @default_capacity_bytes: Output. capacity_bytes for IPCCHAN_DEFAULT.
 * @user_objects: Output. Objects charged to the user of this session now.
 * @user_objects_max: Output. Objects one user may have.
 * @user_bytes: Output. Bytes charged to this user now: of regions it created,
 *	and of messages that were sent through its sessions, until they are
 *	received or dropped. A message counts its bytes and what the kernel keeps
 *	of it besides.
 * @user_bytes_max: Output. Bytes one user may hold.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 * @user_fds: Output. Descriptors in messages charged to this user now, as those
 *	messages are.
 * @user_fds_max: Output. Descriptors in messages one user may have.
 * @client_calls: Output. Calls of this client that are outstanding now: they are
 *	not answered, or their outcome was not received.
 * @client_calls_max: Output. Calls one client may have outstanding.
 *
 * On /dev/ipcchan. Returns 0, or:
 * EFAULT, E2BIG, EINVAL (structure size), EBADF (on an object's descriptor),
 * EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_device_info {
	__u32 abi;
	__u32 max_batch;
	__aligned_u64 features;
	__aligned_u64 client;
	__u32 max_message_size;
	__u32 max_messages;
	__aligned_u64 max_capacity_bytes;
	__aligned_u64 max_region_size;
	__u32 default_message_size;
	__u32 default_messages;
	__aligned_u64 default_capacity_bytes;
	__aligned_u64 user_objects;
	__aligned_u64 user_objects_max;
	__aligned_u64 user_bytes;
	__aligned_u64 user_bytes_max;
	__u32 flags;
	__u32 reserved;
	__aligned_u64 user_fds;
	__aligned_u64 user_fds_max;
	__u32 client_calls;
	__u32 client_calls_max;
};

#define IPCCHAN_DEVICE_INFO_SIZE_VER0	104
#define IPCCHAN_IOC_DEVICE_INFO \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x00, struct ipcchan_device_info)

/* Bits of struct ipcchan_object_info.state. */
#define IPCCHAN_STATE_DEAD		(1U << 0)
#define IPCCHAN_STATE_LINKED		(1U << 1)
#define IPCCHAN_STATE_PERSIST		(1U << 2)

/**
 * struct ipcchan_object_info - what every kind of object tells of itself
 * @id: Output. Number of the object, never used again by another.
 * @kind: Output. IPCCHAN_KIND_*.
 * @state: Output. IPCCHAN_STATE_DEAD after a kill, LINKED while the name leads
 *	to it, PERSIST while that name keeps it without any descriptor.
 * @rights: Output. OBJECT_INFO: of this descriptor. OBJECT_LIST: what this
 *	session would get from OPEN.
 * @mode: Output. Permission bits of the name, 0 to 0777.
 * @uid: Output. Owner, in the caller's user namespace.
 * @gid: Output. Group, in the caller's user namespace.
 * @handles: Output. Open file descriptions, whoever has them.
 * @flags: Input. Must be 0.
 * @created_ns: Output. CLOCK_MONOTONIC time of creation.
 * @items: Output. Mailbox: messages queued. Region, ring: mappings. Else how
 *	many stand in line.
 * @bytes: Output. Mailbox: bytes queued. Region, ring: its size. Else 0.
 * @name: Output. NUL-padded; empty when anonymous.
 *
 * On any object descriptor, whatever its rights, also when the object is dead.
 * Returns 0, or: EFAULT, E2BIG, EINVAL (structure size), EBADF (on
 * /dev/ipcchan), EOPNOTSUPP (@flags).
 */
struct ipcchan_object_info {
	__aligned_u64 id;
	__u32 kind;
	__u32 state;
	__u32 rights;
	__u32 mode;
	__u32 uid;
	__u32 gid;
	__u32 handles;
	__u32 flags;
	__aligned_u64 created_ns;
	__aligned_u64 items;
	__aligned_u64 bytes;
	char name[IPCCHAN_NAME_SIZE];
};

#define IPCCHAN_OBJECT_INFO_SIZE_VER0	128
#define IPCCHAN_IOC_OBJECT_INFO \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x10, struct ipcchan_object_info)

/**
 * struct ipcchan_object_list - the names of this IPC namespace, in byte order
 * @after: Input. Names behind this one are given; empty: from the first.
 * @entries: Input. Address of an array of struct ipcchan_object_info; Output:
 *	filled from its start.
 * @count: Input. Elements of the array, 1 to IPCCHAN_LIST_MAX.
 * @entry_size: Input. sizeof(struct ipcchan_object_info) as the caller knows it.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On /dev/ipcchan. Only objects that the session could open with some right
 * are given. Returns how many entries were filled; fewer than @count means the
 * end was reached. To go on, pass the last name as @after: a name that stays
 * during the walk is given exactly once. Or:
 * EFAULT, E2BIG, EINVAL (@count, @entry_size, a bad @after, structure size),
 * EBADF (on an object's descriptor), ENAMETOOLONG, EOPNOTSUPP (@flags,
 * @reserved), ENOMEM.
 */
struct ipcchan_object_list {
	char after[IPCCHAN_NAME_SIZE];
	__aligned_u64 entries;
	__u32 count;
	__u32 entry_size;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_OBJECT_LIST_SIZE_VER0	88
#define IPCCHAN_IOC_OBJECT_LIST \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x01, struct ipcchan_object_list)

/**
 * struct ipcchan_object_unlink - take a name away
 * @name: Input. The name.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On /dev/ipcchan. The name is free at once. Open descriptors stay valid; the
 * object ends with the last of them, at once if there is none. For the owner of
 * the name and for CAP_IPC_OWNER. Returns 0, or:
 * EFAULT, E2BIG, EINVAL (bad name, structure size), EBADF (on an object's
 * descriptor), ENAMETOOLONG, ENOENT, EACCES, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_object_unlink {
	char name[IPCCHAN_NAME_SIZE];
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_OBJECT_UNLINK_SIZE_VER0	72
#define IPCCHAN_IOC_OBJECT_UNLINK \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x02, struct ipcchan_object_unlink)

/**
 * struct ipcchan_object_restrict - a weaker descriptor for the same object
 * @rights: Input. IPCCHAN_RIGHT_*, at least one, each held by this descriptor.
 * @flags: Input. 0 or IPCCHAN_OPEN_NONBLOCK.
 *
 * On any object descriptor. Returns a new one (O_CLOEXEC) with an open file
 * description, and so an O_NONBLOCK, of its own. Or:
 * EFAULT, E2BIG, EINVAL (@rights is 0, MAP_WRITE without MAP_READ, structure
 * size), EPERM (a right that this descriptor lacks), EBADF, EIDRM, EMFILE,
 * ENFILE, ENOMEM, EDQUOT (as MAILBOX_OPEN), EOPNOTSUPP (@flags, an extent), EBUSY (the end of a
 * ring, which has one description), EPIPE (likewise, and it has ended).
 */
struct ipcchan_object_restrict {
	__u32 rights;
	__u32 flags;
};

#define IPCCHAN_OBJECT_RESTRICT_SIZE_VER0	8
#define IPCCHAN_IOC_OBJECT_RESTRICT \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x11, struct ipcchan_object_restrict)

/* Bits of struct ipcchan_object_set_access.valid. */
#define IPCCHAN_ACCESS_MODE		(1U << 0)
#define IPCCHAN_ACCESS_UID		(1U << 1)
#define IPCCHAN_ACCESS_GID		(1U << 2)

/**
 * struct ipcchan_object_set_access - change who may open the name
 * @valid: Input. IPCCHAN_ACCESS_* bits: which of the fields below to set.
 * @mode: Input. 0 to 0777, no umask.
 * @uid: Input. Owner, in the caller's user namespace.
 * @gid: Input. Group, in the caller's user namespace.
 *
 * On an object descriptor with the ADMIN right, as msgctl(2) IPC_SET does.
 * Descriptors already open keep their rights; quota stays with the creator.
 * Returns 0, or: EFAULT, E2BIG, EINVAL (a value, structure size), EPERM,
 * EBADF, EIDRM, EOPNOTSUPP (@valid has an unknown bit).
 */
struct ipcchan_object_set_access {
	__u32 valid;
	__u32 mode;
	__u32 uid;
	__u32 gid;
};

#define IPCCHAN_OBJECT_SET_ACCESS_SIZE_VER0	16
#define IPCCHAN_IOC_OBJECT_SET_ACCESS \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x12, struct ipcchan_object_set_access)

/**
 * struct ipcchan_object_kill - end an object under everybody
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On an object descriptor with the ADMIN right. Its name is free at once, every
 * sleeper and every later call gets EIDRM, queued messages are dropped.
 * Mappings of a region stay valid until they are unmapped. Returns 0, or:
 * EFAULT, E2BIG, EINVAL (structure size), EPERM, EBADF, EIDRM (already dead),
 * EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_object_kill {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_OBJECT_KILL_SIZE_VER0	8
#define IPCCHAN_IOC_OBJECT_KILL \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x13, struct ipcchan_object_kill)

/*
 * Deliveries: where the messages of a mailbox stand, and who gets which.
 * QUEUE: each to one receiver, by priority, the oldest first. RENDEZVOUS: the
 * same, but none is kept: a sender that may wait does so until a receiver has
 * its message, and takes it back if that does not come about; one that may not
 * wait sends to a receiver that waits, or not at all. FAIR: as QUEUE, but within
 * a priority the senders, each the client id of a session, take turns, one
 * message a turn, or their fill of bytes: an eighth of the longest message; and
 * of the room each may use no more than half of what all others leave, but one
 * message at any time. Whoever has more waits, and holds up nobody else. To make
 * room, a sender drops only its own messages, if it has any there.
 * LATEST: one value. A SEND replaces it, at once and whatever its policy is. It
 * stays when it is received: each description with RECEIVE gets it once, and the
 * newest only; what it missed is in @lost of struct ipcchan_message.
 * BROADCAST: each to all subscribers (MAILBOX_SUBSCRIBE), in the order in which
 * they were sent, whatever their priority. One copy is stored, until the last
 * subscriber has it. Each subscriber says what becomes of a message that it has
 * not received when there is no room; so a SEND's policy is BLOCK, FAIL or
 * DROP_NEW, and matters only while a subscriber blocks.
 * In the last two a description has one position, whoever shares it: each
 * message goes to one of the calls on it, and while one copies, the others wait.
 */
#define IPCCHAN_DELIVERY_QUEUE		0
#define IPCCHAN_DELIVERY_RENDEZVOUS	1
#define IPCCHAN_DELIVERY_FAIR		2
#define IPCCHAN_DELIVERY_LATEST		3
#define IPCCHAN_DELIVERY_BROADCAST	4

/*
 * Policies: what becomes of a message for which there is no room. DEFAULT: at
 * creation BLOCK, in a SEND what the mailbox was created with. BLOCK: the
 * sender waits. FAIL: EAGAIN, though the call might sleep. DROP_OLDEST: as few
 * messages as make room are dropped, those of the lowest priority first, the
 * oldest first. DROP_NEW: the new message is dropped, and the call succeeds.
 * LATEST: all are dropped. No message of a higher priority is dropped for one
 * of a lower, and none that a receiver holds: what then finds no room is dropped
 * itself, as by DROP_NEW. Whoever drops never sleeps and never gets EAGAIN.
 * Of a subscriber there is also EVICT: it is out when a message is dropped that
 * it has not received. Its next RECEIVE gives EOVERFLOW, those behind it EPIPE,
 * and poll(2) POLLHUP.
 */
#define IPCCHAN_POLICY_DEFAULT		0
#define IPCCHAN_POLICY_BLOCK		1
#define IPCCHAN_POLICY_FAIL		2
#define IPCCHAN_POLICY_DROP_OLDEST	3
#define IPCCHAN_POLICY_DROP_NEW		4
#define IPCCHAN_POLICY_LATEST		5
#define IPCCHAN_POLICY_EVICT		6

/**
 * struct ipcchan_mailbox_open - create or open a mailbox
 * @name: Input. Empty: a new anonymous mailbox (needs CREATE).
 * @flags: Input. IPCCHAN_OPEN_*. CREATE: make it if the name is free.
 *	EXCLUSIVE (with CREATE): fail if it is not. PERSIST (with CREATE and a
 *	name): the name keeps it without descriptors, until OBJECT_UNLINK; in an
 *	IPC namespace other than the initial one also until its last session
 *	closes. NONBLOCK: O_NONBLOCK of the new descriptor. FDS (with CREATE;
 *	and with PERSIST in the initial IPC namespace only): its messages may
 *	have descriptors. NOTICES (with CREATE; not with LATEST and BROADCAST):
 *	its receivers are told who opens and closes it, see IPCCHAN_NOTICE_*.
 * @mode: Input. Permission bits 0 to 0777 at creation, less the umask. Read
 *	grants RECEIVE and PEEK, write grants SEND, ownership grants ADMIN.
 * @rights: Input. IPCCHAN_RIGHTS_MAILBOX bits wanted, at least one.
 * @capacity_messages: Input. Messages it holds, 1 to max_messages, or
 *	IPCCHAN_DEFAULT. 0 makes it a rendezvous. Of LATEST it is 1.
 * @max_message_size: Input. Bytes of its longest message, 1 to
 *	max_message_size, or IPCCHAN_DEFAULT.
 * @capacity_bytes: Input. Bytes it holds, max_message_size to
 *	max_capacity_bytes, or (__u64)-1 for the default (at least
 *	max_message_size).
 * @delivery: Input. IPCCHAN_DELIVERY number, 0 to IPCCHAN_DELIVERY_BROADCAST.
 *	RENDEZVOUS goes with a @capacity_messages of 0 or IPCCHAN_DEFAULT only.
 * @policy: Input. IPCCHAN_POLICY number, 0 to IPCCHAN_POLICY_LATEST: of sends
 *	that name none. Of BROADCAST neither DROP_OLDEST nor LATEST.
 * @history: Input. BROADCAST: messages that are kept for who subscribes later,
 *	0 to IPCCHAN_HISTORY_MAX, and not more than @capacity_messages. Else 0.
 * @aging_ns: Input. Nanoseconds: a message that was sent longer ago than this
 *	is taken before all priorities, the oldest first. 0: none is. For QUEUE,
 *	RENDEZVOUS and FAIR.
 *
 * On /dev/ipcchan. What is said of the mailbox behind @rights matters only when
 * it is created. Room is charged when used, to the user of the session through
 * which the sending descriptor was opened, whoever has that descriptor now:
 * passing it on passes the right to use up that share. Returns a descriptor
 * (O_CLOEXEC), or:
 * EFAULT, E2BIG, EINVAL (a value, no rights, EXCLUSIVE, PERSIST, FDS or NOTICES
 * without CREATE, PERSIST or no CREATE without a name, PERSIST with FDS outside
 * the initial IPC namespace, NOTICES with a delivery that has none, structure
 * size), EBADF (on an object's descriptor), ENAMETOOLONG, ENOENT, EEXIST,
 * EPROTOTYPE, EACCES, ENOSPC (also: it is FAIR, has as many senders as it may,
 * and SEND is wanted), EDQUOT (it has NOTICES, and SEND is wanted), ENOMEM,
 * EMFILE, ENFILE, EOPNOTSUPP (@flags, @rights).
 */
struct ipcchan_mailbox_open {
	char name[IPCCHAN_NAME_SIZE];
	__u32 flags;
	__u32 mode;
	__u32 rights;
	__u32 capacity_messages;
	__u32 max_message_size;
	__u32 delivery;
	__aligned_u64 capacity_bytes;
	__u32 policy;
	__u32 history;
	__aligned_u64 aging_ns;
};

#define IPCCHAN_MAILBOX_OPEN_SIZE_VER0	96
#define IPCCHAN_IOC_MAILBOX_OPEN \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x20, struct ipcchan_mailbox_open)

/* Bits of struct ipcchan_message.flags. */
#define IPCCHAN_MESSAGE_TRUNCATED	(1U << 0)
#define IPCCHAN_MESSAGE_DROPPED		(1U << 1)
#define IPCCHAN_MESSAGE_REDELIVERED	(1U << 2)
#define IPCCHAN_MESSAGE_RESTORED	(1U << 3)
#define IPCCHAN_MESSAGE_NOTICE		(1U << 4)
#define IPCCHAN_MESSAGE_FDS_CLOSED	(1U << 5)
#define IPCCHAN_MESSAGE_EXTENTS		(1U << 6)

/*
 * Notices: what a mailbox with IPCCHAN_OPEN_NOTICES tells of its peers, in
 * @type of a struct ipcchan_message that has IPCCHAN_MESSAGE_NOTICE in @flags. A
 * peer is an open file description with the SEND right, but for the one that
 * made the mailbox. OPENED: it is there; received before its first message.
 * CLOSED: its last descriptor was closed. DIED: the same, by the end of a
 * process that had not closed it. Either is received when nothing of that peer is
 * left, so after its last message, also if that was received with HOLD and came
 * back. Each goes to one receiver, as a message does, and at most two come
 * between two messages, unless the second would come before its sender. It has
 * no bytes and no priority; @sequence is the number of the peer, from 1 in the
 * order of opening, and the same in both; @time_ns is when it happened, and the
 * identity is that of the process that opened.
 * A call without a filter, or that filters by client alone, receives notices;
 * one that filters by type or priority does not. Notices take no room and are in
 * no count of INFO but @notices (and @handoffs); they are not held by HOLD, and
 * PEEK and SNAPSHOT do not give them. They are made when the peer opens, and are
 * charged to its user until they are received, so none is ever lost but by a
 * kill. Of a peer that closes before OPENED was received, and has sent nothing
 * but what was withdrawn or dropped, neither is told.
 */
#define IPCCHAN_NOTICE_OPENED		1
#define IPCCHAN_NOTICE_CLOSED		2
#define IPCCHAN_NOTICE_DIED		3

/*
 * IPCCHAN_NOTICE_CANCELLED, of any mailbox: nobody waits any more for the answer
 * to the request that @token names. Only the process that holds the request gets
 * it, through the description that received it, whatever it filters; and not
 * before the request. The request stays to be answered: REPLY says ECANCELED and
 * forgets it. Who replies first gets no notice. @time_ns is when it happened;
 * @type, @sequence and the identity are otherwise as for those above.
 */
#define IPCCHAN_NOTICE_CANCELLED	4

/**
 * struct ipcchan_segment - a piece of memory for a part of a message
 * @base: SEND and RECEIVE input. Its address.
 * @size: SEND and RECEIVE input. Its bytes, 0 allowed.
 */
struct ipcchan_segment {
	__aligned_u64 base;
	__aligned_u64 size;
};

#define IPCCHAN_SEGMENT_SIZE_VER0	16

/* Values of struct ipcchan_extent.mode; 0: a descriptor, as without extents. */
#define IPCCHAN_EXTENT_SHARE		1
#define IPCCHAN_EXTENT_MOVE		2

/**
 * struct ipcchan_extent - pages of a region that travel in a message
 * @fd: Input. Descriptor of a region, or of an extent; or any, with @mode 0.
 * @mode: Input. IPCCHAN_EXTENT_SHARE: the receiver may read, who lends as before.
 *	IPCCHAN_EXTENT_MOVE: the receiver may read and write, and nobody else. 0: the
 *	descriptor itself is sent.
 * @offset: Input. First byte, from the first that @fd shows; with @mode 0 it is 0.
 * @length: Input. Bytes; with @mode 0 it is 0. Both are multiples of @granule of
 *	REGION_INFO.
 *
 * The receiver gets a descriptor of the pages, an *extent*, for mmap(2), whose offset
 * 0 is the first byte of them; nothing is copied. It is a region descriptor, with the
 * rights MAP_READ, and of a MOVE also MAP_WRITE. It may be passed on, or lend in turn,
 * but OBJECT_RESTRICT does not take it (EOPNOTSUPP). A MOVE needs the right MAP_WRITE
 * of @fd, a SHARE MAP_READ.
 *
 * When a SEND (MULTICAST, CALL, REPLY) with a MOVE returns, the pages are in no mapping
 * but the receiver's: any other access is SIGBUS, or EFAULT of a system call. While it
 * waits that is so as well; if it fails, they are back when it returns. Pages that
 * something but a CPU may access (pinned for I/O, put into a pipe by vmsplice(2), being
 * written out) cannot be moved: EBUSY, and all is as it was. An extent of which a
 * part is lent can be neither moved nor, by MOVE, lent again.
 *
 * It is over when the last descriptor and mapping of it is closed, also by a message
 * with it that is dropped; by REGION_RELEASE; and, of a MOVE, when the process that
 * maps it ends or executes another program, whoever else has the descriptor. Then the
 * pages are those of who lent them; if that is over too, of who lent them to that one;
 * at last of the region. One address space at a time may map a MOVE (EBUSY), and
 * fork(2) does not copy the mapping. A request has it until who received that has
 * answered, since it may be forwarded, and the caller has received the outcome.
 *
 * Errors of lending are those of the SEND: EBADF, EPERM, EINVAL (@mode, @offset,
 * @length), ENXIO, EBUSY, ESTALE, EIDRM, EDQUOT, ENOMEM, ENFILE. This structure does
 * not grow.
 */
struct ipcchan_extent {
	__u32 fd;
	__u32 mode;
	__aligned_u64 offset;
	__aligned_u64 length;
};

#define IPCCHAN_EXTENT_SIZE_VER0	24

/**
 * struct ipcchan_message - one message in the array of SEND, RECEIVE or PEEK
 * @data: Input. Address of its bytes, or of the buffer for them; with
 *	@nr_segments, of an array of struct ipcchan_segment, filled or read in
 *	order.
 * @size: Input. SEND: bytes of the message, 0 allowed. RECEIVE, PEEK: bytes of
 *	the buffer. With @nr_segments, the sum of their sizes.
 * @length: RECEIVE, PEEK output: bytes of the whole message; also set when the
 *	call fails with EMSGSIZE. SEND: ignored.
 * @type: SEND input, RECEIVE and PEEK output. The sender's tag, any value.
 * @priority: SEND input, RECEIVE and PEEK output. 0 to IPCCHAN_PRIORITIES - 1.
 * @flags: SEND input: 0 or IPCCHAN_MESSAGE_EXTENTS; a send that may drop, by its
 *	policy, adds IPCCHAN_MESSAGE_DROPPED if it dropped this message itself. RECEIVE,
 *	PEEK output: IPCCHAN_MESSAGE_TRUNCATED; IPCCHAN_MESSAGE_REDELIVERED if
 *	somebody received it with IPCCHAN_HOLD before and has not committed it;
 *	IPCCHAN_MESSAGE_RESTORED if RESTORE put it there: then @time_ns to @gid
 *	are what its caller said. RECEIVE output: IPCCHAN_MESSAGE_FDS_CLOSED;
 *	IPCCHAN_MESSAGE_NOTICE if it is none, but a notice of a peer.
 * @nr_fds: SEND input: how many descriptors it has, 0 to IPCCHAN_FDS_MAX.
 *	RECEIVE input: how many have room at @fds. RECEIVE, PEEK output: how many
 *	the message has; also set when the call fails with EMSGSIZE.
 * @sequence: RECEIVE, PEEK output, as all below; SEND: ignored. Number in the
 *	order in which the mailbox took it or dropped it, from 1. The numbers of
 *	sends that were withdrawn from a rendezvous are missing. Of a notice it
 *	is that of the peer.
 * @time_ns: Output. CLOCK_MONOTONIC time of the SEND.
 * @client: Output. Client id of the sending session.
 * @tgid: Output. Sending process, in the receiver's PID namespace; 0 if it
 *	cannot be seen there.
 * @tid: Output. Sending thread, likewise.
 * @uid: Output. Sender's effective user, in the receiver's user namespace (the
 *	overflow id if it has none there).
 * @gid: Output. Sender's effective group, likewise.
 * @lost: Output. Messages that were dropped, by a policy, right before this one
 *	in its priority (or right before it was sent). Of one priority and with
 *	one receiver, it is the gap in @sequence, but in a FAIR mailbox, which
 *	gives them out in another order. Each dropped message is told once, to
 *	one receiver. LATEST, BROADCAST: it is the gap to what the
 *	description received before, or to @after of an AFTER.
 * @fds: Input. Address of __s32 descriptors. SEND: those to send; with
 *	IPCCHAN_MESSAGE_EXTENTS, address of an array of struct ipcchan_extent instead.
 *	RECEIVE: filled with new ones, O_CLOEXEC, for the same open files, and for
 *	the extents. PEEK: ignored.
 * @token: RECEIVE output: of a request, what REPLY names it by; else 0. CALL,
 *	REPLY, REPLY_RECEIVE: see there. SEND: ignored; PEEK output: 0.
 * @deadline_ns: RECEIVE, PEEK output: of a request, until when its caller waits, on
 *	CLOCK_MONOTONIC; IPCCHAN_DEADLINE_NEVER if for ever, and of all else. So a
 *	server passes on the time that is left by giving it to calls of its own.
 * @nr_segments: Input. 0 to IPCCHAN_SEGMENTS_MAX; 0: @data is the address of the
 *	bytes themselves.
 * @error: CALL_WAIT output: see there. RECEIVE, PEEK output: 0. SEND: ignored.
 *
 * The identity is stamped by the kernel from the task that made the SEND, unless
 * @flags say that the message was restored. The descriptors are looked up by that
 * task; the message keeps their files open, also when the sender closes them or
 * dies, until it is received or dropped.
 */
struct ipcchan_message {
	__aligned_u64 data;
	__u32 size;
	__u32 length;
	__u32 type;
	__u32 priority;
	__u32 flags;
	__u32 nr_fds;
	__aligned_u64 sequence;
	__aligned_u64 time_ns;
	__aligned_u64 client;
	__u32 tgid;
	__u32 tid;
	__u32 uid;
	__u32 gid;
	__aligned_u64 lost;
	__aligned_u64 fds;
	__aligned_u64 token;
	__aligned_u64 deadline_ns;
	__u32 nr_segments;
	__u32 error;
};

#define IPCCHAN_MESSAGE_SIZE_VER0	72

/* Flags of SEND, RECEIVE and PEEK. */
#define IPCCHAN_NONBLOCK		(1U << 0)
#define IPCCHAN_REALTIME		(1U << 1)
#define IPCCHAN_TRUNCATE		(1U << 2)
#define IPCCHAN_HOLD			(1U << 3)
#define IPCCHAN_AFTER			(1U << 4)
#define IPCCHAN_FILTER			(1U << 5)
#define IPCCHAN_EXCEPT			(1U << 6)

/*
 * IPCCHAN_YIELD, of RECEIVE, CALL, CALL_WAIT and REPLY_RECEIVE: who would sleep first
 * lets others run, as by sched_yield(2), a few times. If the other side shares the CPU and
 * says so too, neither has to be put to sleep and woken. If it is slow, or runs
 * elsewhere, that was for nothing, and who waits sleeps as ever; beside programs that
 * compute, each yield may cost a turn of theirs. Nothing else changes, neither who is
 * next nor when it ends.
 */
#define IPCCHAN_YIELD			(1U << 7)

/* IPCCHAN_WAKE, of RING_WAIT: see there. */
#define IPCCHAN_WAKE			(1U << 8)

/**
 * struct ipcchan_mailbox_send - put messages into a mailbox
 * @messages: Input. Address of an array of struct ipcchan_message.
 * @count: Input. Its elements, 1 to IPCCHAN_BATCH_MAX.
 * @message_size: Input. sizeof(struct ipcchan_message) as the caller knows it.
 * @flags: Input. IPCCHAN_NONBLOCK: never sleep. IPCCHAN_REALTIME: @deadline_ns
 *	is of CLOCK_REALTIME.
 * @policy: Input. IPCCHAN_POLICY number, 0 to IPCCHAN_POLICY_LATEST: what to do
 *	while the mailbox is full.
 * @deadline_ns: Input. Absolute CLOCK_MONOTONIC time, or
 *	IPCCHAN_DEADLINE_NEVER. What is possible at once is done even when the
 *	time has passed. It covers the whole exchange at a rendezvous.
 *
 * On a mailbox descriptor with the SEND right. By BLOCK it sleeps while the
 * mailbox is full, in the order of arrival: nobody overtakes a waiting sender;
 * for whoever may not sleep, a mailbox for which others wait is full. Who makes
 * room by dropping takes that room and no other. The messages of one sender
 * keep their order within a priority. Returns how many were sent or dropped, in
 * the order of the array: all, or fewer (at least 1) if something stopped it on
 * the way; or, when not even the first was:
 * EFAULT (also: the policy may drop, and the array cannot be written), E2BIG,
 * EINVAL (@count, @message_size, @policy, also one that the delivery does not
 * have, a priority, a number of descriptors, structure size), EOPNOTSUPP
 * (@flags, flags of a message), EPERM, EBADF (also: a descriptor to be sent),
 * EMSGSIZE, EAGAIN (full, and NONBLOCK, O_NONBLOCK or FAIL), ETIMEDOUT, EINTR,
 * EPIPE (no descriptor with RECEIVE is left and no name leads to it), EIDRM,
 * EDQUOT, ENOMEM, ENOPROTOOPT, ELOOP, ETOOMANYREFS; and with extents EBUSY,
 * ESTALE, ENXIO, ENFILE: see struct ipcchan_extent.
 */
struct ipcchan_mailbox_send {
	__aligned_u64 messages;
	__u32 count;
	__u32 message_size;
	__u32 flags;
	__u32 policy;
	__aligned_u64 deadline_ns;
};

#define IPCCHAN_MAILBOX_SEND_SIZE_VER0	32
#define IPCCHAN_IOC_MAILBOX_SEND \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x21, struct ipcchan_mailbox_send)

/**
 * struct ipcchan_mailbox_receive - take messages out of a mailbox
 * @messages: Input. Address of an array of struct ipcchan_message.
 * @count: Input. Its elements, 1 to IPCCHAN_BATCH_MAX.
 * @message_size: Input. sizeof(struct ipcchan_message) as the caller knows it.
 * @flags: Input. IPCCHAN_NONBLOCK, IPCCHAN_REALTIME as for SEND.
 *	IPCCHAN_TRUNCATE: a message longer than its buffer is taken, cut, and
 *	marked IPCCHAN_MESSAGE_TRUNCATED, instead of EMSGSIZE; one with more
 *	descriptors than there is room for is taken without any of them, and
 *	marked IPCCHAN_MESSAGE_FDS_CLOSED. IPCCHAN_FILTER: take only messages
 *	that match @client, @type_min, @type_max and @min_priority, whatever the
 *	filter of the descriptor (MAILBOX_FILTER).
 *	IPCCHAN_EXCEPT, with it: of a type outside the range rather than in it.
 *	IPCCHAN_HOLD: the messages are copied out, but not taken out: they stay
 *	held, see below.
 *	IPCCHAN_AFTER, of LATEST and BROADCAST: the position of the description
 *	neither counts nor moves, see @after. IPCCHAN_YIELD: let others run some
 *	times before sleeping.
 * @min_count: Input. Messages to wait for while @linger_ns lasts, 0 to
 *	IPCCHAN_BATCH_MAX, not above @count; 0 is 1.
 * @deadline_ns: Input. As for SEND.
 * @linger_ns: Input. How long to wait for @min_count messages once there is
 *	one, nanoseconds on the clock of @deadline_ns; 0: not at all;
 *	IPCCHAN_DEADLINE_NEVER: until @deadline_ns.
 * @after: Input. With AFTER: what is stored with a higher sequence is received,
 *	or waited for. Else 0.
 * @client: Input. FILTER: of this client id; 0: of any.
 * @type_min: Input. FILTER: the lowest type of the range.
 * @type_max: Input. FILTER: the highest type of the range, not below @type_min.
 * @min_priority: Input. FILTER: of this priority or a higher one, 0 to
 *	IPCCHAN_PRIORITIES - 1.
 * @reserved: Must be 0.
 *
 * On a mailbox descriptor with the RECEIVE right. Sleeps while there is no
 * message, in the order of arrival, then takes what is there: the highest
 * priority first, the oldest first within it. Of a filter this says the same,
 * as if other messages were not there; each goes to the first waiting receiver
 * that it matches. A message is gone from the mailbox only when its bytes and
 * its struct ipcchan_message are written and all its descriptors are open; until
 * then its room stays taken and an error puts it back to its place, with all of
 * them, and none is left open.
 *
 * While it lingers it holds what it has taken. Besides @min_count messages,
 * @linger_ns and @deadline_ns, what ends that with what there is, is a signal,
 * a message for a buffer that is too short, that nobody can send any more, or
 * that POLLOUT would not be given: the mailbox is full. A kill ends it with
 * EIDRM. A process that is killed leaves to others what it held.
 *
 * Of LATEST and BROADCAST it neither filters nor lingers; and only there is
 * AFTER.
 *
 * A message that was received with HOLD is held by this open file description:
 * nobody else gets it, no policy drops it, and it keeps its room and its charge,
 * so that a mailbox may be full of what is held. MAILBOX_COMMIT ends that, and
 * the message is gone. It comes back to its place, marked
 * IPCCHAN_MESSAGE_REDELIVERED, by MAILBOX_RELEASE, when the description is
 * closed, or when the process that received it ends with a descriptor of it,
 * though others may still have one. At a rendezvous the sender waits for the
 * commit; if it gives up before that, the message is not held any more. While
 * anything is held, the end (EPIPE) is not reached.
 *
 * Returns how many were received, at least 1; or, when not even the first was:
 * EFAULT, E2BIG, EINVAL (@count, @message_size, @min_count, a value of the
 * filter, anything of it without IPCCHAN_FILTER, @after without IPCCHAN_AFTER,
 * what this delivery does not have, as HOLD of one that gives a message to
 * several, structure size), EOPNOTSUPP (@flags,
 * @reserved), EPERM, EBADF, EMSGSIZE (what it needs is in the first element),
 * EAGAIN (NONBLOCK or O_NONBLOCK, and nothing matches), ETIMEDOUT, EINTR, EPIPE
 * (nothing matches, no descriptor with SEND is left and no name leads to it; or
 * evicted, and told so before), EIDRM, ENOMEM, EMFILE (for its descriptors),
 * ENOTCONN (not subscribed), EOVERFLOW (evicted; told once), or what a security
 * module says of the descriptors.
 */
struct ipcchan_mailbox_receive {
	__aligned_u64 messages;
	__u32 count;
	__u32 message_size;
	__u32 flags;
	__u32 min_count;
	__aligned_u64 deadline_ns;
	__aligned_u64 linger_ns;
	__aligned_u64 after;
	__aligned_u64 client;
	__u32 type_min;
	__u32 type_max;
	__u32 min_priority;
	__u32 reserved;
};

#define IPCCHAN_MAILBOX_RECEIVE_SIZE_VER0	32
#define IPCCHAN_IOC_MAILBOX_RECEIVE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x22, struct ipcchan_mailbox_receive)

/**
 * struct ipcchan_mailbox_filter - which messages a descriptor is for
 * @client: Input. Of this client id; 0: of any.
 * @type_min: Input. The lowest type of the range.
 * @type_max: Input. The highest type of the range, not below @type_min.
 * @min_priority: Input. Of this priority or a higher one, 0 to
 *	IPCCHAN_PRIORITIES - 1.
 * @flags: Input. 0, or IPCCHAN_EXCEPT: of a type outside the range.
 *
 * On a mailbox descriptor with the RECEIVE right. From now on RECEIVE without a
 * filter of its own, read(2) and POLLIN know only messages for which all of
 * this holds. It belongs to the open file description; a new one has none, that
 * is types 0 to ~0U, any client and priority. A call that waits already goes on
 * with the filter it began with; pollers are told. PEEK sees all messages.
 *
 * Time does not grow with the number of messages that do not match, but with
 * the logarithm of all; except with @client: then those that come before the
 * match are looked at one by one, of a single type only those of that type; and
 * while a call waits with such a filter, so they are by each SEND.
 * Returns 0, or: EFAULT, E2BIG, EINVAL (@type_min is above @type_max, LATEST or
 * BROADCAST, @min_priority, structure size), EPERM, EBADF, EIDRM, EOPNOTSUPP
 * (@flags).
 */
struct ipcchan_mailbox_filter {
	__aligned_u64 client;
	__u32 type_min;
	__u32 type_max;
	__u32 min_priority;
	__u32 flags;
};

#define IPCCHAN_MAILBOX_FILTER_SIZE_VER0	24
#define IPCCHAN_IOC_MAILBOX_FILTER \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x28, struct ipcchan_mailbox_filter)

/**
 * struct ipcchan_mailbox_peek - read messages and leave them there
 * @messages: Input. Address of an array of struct ipcchan_message.
 * @count: Input. Its elements, 1 to IPCCHAN_BATCH_MAX.
 * @message_size: Input. sizeof(struct ipcchan_message) as the caller knows it.
 * @flags: Input. 0 or IPCCHAN_TRUNCATE.
 * @index: Input. The first message to read, 0 being what RECEIVE would take
 *	now if it had no filter. LATEST, BROADCAST: 0 being the oldest that is
 *	stored.
 *
 * On a mailbox descriptor with the PEEK right; never sleeps. Returns how many
 * messages were read, at least 1, all as of one moment; or, when not even the
 * first was: EFAULT, E2BIG, EINVAL (@count, @message_size, structure size),
 * EOPNOTSUPP (@flags), EPERM, EBADF, EMSGSIZE (the length is in the first
 * element), ENOMSG (@index is not below the number queued), EIDRM, ENOMEM.
 */
struct ipcchan_mailbox_peek {
	__aligned_u64 messages;
	__u32 count;
	__u32 message_size;
	__u32 flags;
	__u32 index;
};

#define IPCCHAN_MAILBOX_PEEK_SIZE_VER0	24
#define IPCCHAN_IOC_MAILBOX_PEEK \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x23, struct ipcchan_mailbox_peek)

/**
 * struct ipcchan_mailbox_info - limits and state of a mailbox
 * @capacity_messages: Output. Messages it holds.
 * @max_message_size: Output. Bytes of its longest message.
 * @capacity_bytes: Output. Bytes it holds.
 * @messages: Output. Messages queued now. Of LATEST and BROADCAST it counts each
 *	once, however many have yet to receive it; so do the bytes. They are more
 *	than @capacity_messages, or @capacity_bytes, if servers that waited could
 *	not copy requests out, which are queued again.
 * @held: Output. Messages being copied to a receiver now, and those that were
 *	received with HOLD; their room is taken.
 *	LATEST, BROADCAST: only those that are no longer stored.
 * @bytes: Output. Bytes of both.
 * @sent: Output. Messages taken in or dropped so far, and not withdrawn from a
 *	rendezvous. Where each goes to one receiver, it is @received + @dropped
 *	+ @messages + @held.
 * @received: Output. Messages handed out so far, to each receiver; and not
 *	queued again, see @messages.
 * @high_water: Output. The most messages it ever held.
 * @waiting_senders: Output. Calls sleeping for room now.
 * @waiting_receivers: Output. Calls sleeping for a message now.
 * @senders: Output. Open file descriptions with the SEND right.
 * @receivers: Output. Open file descriptions with the RECEIVE right.
 * @flags: Input. Must be 0.
 * @delivery: Output. IPCCHAN_DELIVERY number.
 * @policy: Output. IPCCHAN_POLICY number of sends that name none.
 * @dropped: Output. Messages that policies dropped so far. LATEST, BROADCAST:
 *	what was stored counts only if some reader had not received it.
 * @lost: Output. Of these, not yet told to a receiver. LATEST, BROADCAST: not
 *	yet followed by a message, whose sequence tells.
 * @handoffs: Output. Messages given to a receiver that waited for one.
 * @high_water_bytes: Output. The most bytes it ever held.
 * @oldest_message_ns: Output. CLOCK_MONOTONIC time at which the oldest message
 *	was sent, among the first of each priority; 0 if there is none.
 * @oldest_sender_ns: Output. CLOCK_MONOTONIC time since when the first of the
 *	waiting senders waits; 0 if none does.
 * @oldest_receiver_ns: Output. Likewise of the waiting receivers.
 * @aging_ns: Output. As it was created with.
 * @subscribers: Output. BROADCAST: descriptions that have subscribed and are not
 *	evicted. LATEST: those with RECEIVE. Else 0.
 * @history: Output. Messages that are kept though all have received them.
 * @features: Output. IPCCHAN_FEATURE_FDS if its messages may have descriptors;
 *	IPCCHAN_FEATURE_NOTICES if it tells of its peers.
 * @holding: Output. Of @held, those that were received with HOLD.
 * @notices: Output. Notices that are not received yet, but those that a peer's
 *	messages still hold up.
 * @calls: Output. Requests that have no outcome yet and are queued here, or were
 *	received here.
 * @calls_held: Output. Of these, those that were received.
 *
 * On a mailbox descriptor, whatever its rights. All values are of one moment.
 * Returns 0, or: EFAULT, E2BIG, EINVAL (structure size), EBADF, EIDRM,
 * EOPNOTSUPP (@flags).
 */
struct ipcchan_mailbox_info {
	__u32 capacity_messages;
	__u32 max_message_size;
	__aligned_u64 capacity_bytes;
	__u32 messages;
	__u32 held;
	__aligned_u64 bytes;
	__aligned_u64 sent;
	__aligned_u64 received;
	__u32 high_water;
	__u32 waiting_senders;
	__u32 waiting_receivers;
	__u32 senders;
	__u32 receivers;
	__u32 flags;
	__u32 delivery;
	__u32 policy;
	__aligned_u64 dropped;
	__aligned_u64 lost;
	__aligned_u64 handoffs;
	__aligned_u64 high_water_bytes;
	__aligned_u64 oldest_message_ns;
	__aligned_u64 oldest_sender_ns;
	__aligned_u64 oldest_receiver_ns;
	__aligned_u64 aging_ns;
	__u32 subscribers;
	__u32 history;
	__aligned_u64 features;
	__u32 holding;
	__u32 notices;
	__u32 calls;
	__u32 calls_held;
};

#define IPCCHAN_MAILBOX_INFO_SIZE_VER0	72
#define IPCCHAN_IOC_MAILBOX_INFO \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x24, struct ipcchan_mailbox_info)

/**
 * struct ipcchan_mailbox_sender - one sender in the array of MAILBOX_SENDERS
 * @client: Output. Client id of its session.
 * @queued: Output. Messages of it that are queued now.
 * @waiting: Output. Calls of it that sleep for room now.
 * @bytes: Output. Bytes of @queued.
 * @sent: Output. Messages of it that the mailbox took in so far.
 * @longest_wait_ns: Output. Of its messages that a receiver took so far, the
 *	longest time since the SEND, which includes the wait for room.
 * @longest_wait_messages: Output. Likewise, the most messages that receivers
 *	took while one of its messages was queued.
 * @bypasses: Output. How often a receiver took a message of another sender
 *	though one of it, of the same priority, was there before that.
 *
 * A message that was put back, since its receive failed, counts as taken.
 */
struct ipcchan_mailbox_sender {
	__aligned_u64 client;
	__u32 queued;
	__u32 waiting;
	__aligned_u64 bytes;
	__aligned_u64 sent;
	__aligned_u64 longest_wait_ns;
	__aligned_u64 longest_wait_messages;
	__aligned_u64 bypasses;
};

#define IPCCHAN_MAILBOX_SENDER_SIZE_VER0	56

/**
 * struct ipcchan_mailbox_senders - the senders of a FAIR mailbox, by client id
 * @after: Input. Those behind this client id are given; 0: from the first.
 * @entries: Input. Address of an array of struct ipcchan_mailbox_sender; Output:
 *	filled from its start.
 * @count: Input. Elements of the array, 1 to IPCCHAN_LIST_MAX.
 * @entry_size: Input. sizeof(struct ipcchan_mailbox_sender) as the caller knows
 *	it.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a mailbox descriptor, whatever its rights. A sender is there as long as a
 * descriptor with SEND that was opened through its session, or a message of it.
 * Returns how many entries were filled, all of one moment; fewer than @count
 * means the end was reached. To go on, pass the last client id as @after. Or:
 * EFAULT, E2BIG, EINVAL (@count, @entry_size, structure size), EBADF, EIDRM,
 * ENOMEM, EOPNOTSUPP (@flags, @reserved; or the mailbox is not FAIR).
 */
struct ipcchan_mailbox_senders {
	__aligned_u64 after;
	__aligned_u64 entries;
	__u32 count;
	__u32 entry_size;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_MAILBOX_SENDERS_SIZE_VER0	32
#define IPCCHAN_IOC_MAILBOX_SENDERS \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x2b, struct ipcchan_mailbox_senders)

/**
 * struct ipcchan_mailbox_subscribe - receive what is broadcast
 * @policy: Input. IPCCHAN_POLICY number, 0 to IPCCHAN_POLICY_EVICT: what becomes
 *	of messages that this description has not received, when there is no
 *	room. BLOCK: they stay, and senders have no room. DROP_OLDEST, and
 *	DEFAULT: the oldest are dropped, and counted in @lost of
 *	struct ipcchan_message. IPCCHAN_POLICY_EVICT: likewise, but with the
 *	first of them the description is out.
 * @history: Input. So many of the messages that are stored are received first,
 *	the latest of them; more than there are: all, but no more than
 *	IPCCHAN_HISTORY_MAX.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a mailbox descriptor with the RECEIVE right, of a BROADCAST mailbox. The
 * description has a position from now on, until it is closed; a further call
 * gives it another, also after it was evicted. A message that is being copied
 * at that time is received nevertheless. Returns 0, or:
 * EFAULT, E2BIG, EINVAL (@policy, another delivery, structure size), EPERM,
 * EBADF, EIDRM, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_mailbox_subscribe {
	__u32 policy;
	__u32 history;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_MAILBOX_SUBSCRIBE_SIZE_VER0	16
#define IPCCHAN_IOC_MAILBOX_SUBSCRIBE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x29, struct ipcchan_mailbox_subscribe)

/**
 * struct ipcchan_held - a held message in the array of COMMIT or RELEASE
 * @sequence: COMMIT and RELEASE input. What RECEIVE told of it.
 */
struct ipcchan_held {
	__aligned_u64 sequence;
};

#define IPCCHAN_HELD_SIZE_VER0		8

/**
 * struct ipcchan_mailbox_commit - take held messages out of a mailbox for good
 * @held: Input. Address of an array of struct ipcchan_held.
 * @count: Input. Its elements, 1 to IPCCHAN_BATCH_MAX.
 * @held_size: Input. sizeof(struct ipcchan_held) as the caller knows it.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a mailbox descriptor with the RECEIVE right, of the open file description
 * that holds the messages, whichever process took them. Never sleeps. They are
 * received now and their room is free. Returns how many, from the first on, all
 * at one moment: fewer than @count if one is not held; or, when not even the
 * first is: EFAULT, E2BIG, EINVAL (@count, @held_size, structure size),
 * EOPNOTSUPP (@flags, @reserved), EPERM, EBADF, ENOENT, EIDRM.
 */
struct ipcchan_mailbox_commit {
	__aligned_u64 held;
	__u32 count;
	__u32 held_size;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_MAILBOX_COMMIT_SIZE_VER0	24
#define IPCCHAN_IOC_MAILBOX_COMMIT \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x26, struct ipcchan_mailbox_commit)

/**
 * struct ipcchan_mailbox_release - put held messages back into a mailbox
 * @held: Input. Address of an array of struct ipcchan_held.
 * @count: Input. Its elements, 1 to IPCCHAN_BATCH_MAX.
 * @held_size: Input. sizeof(struct ipcchan_held) as the caller knows it.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a mailbox descriptor with the RECEIVE right, as MAILBOX_COMMIT. Each goes
 * back to its place by priority and sequence, whatever their order here, to be
 * received again. Returns as MAILBOX_COMMIT does, or: EFAULT, E2BIG, EINVAL
 * (@count, @held_size, structure size), EOPNOTSUPP (@flags, @reserved), EPERM,
 * EBADF, ENOENT, EIDRM.
 */
struct ipcchan_mailbox_release {
	__aligned_u64 held;
	__u32 count;
	__u32 held_size;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_MAILBOX_RELEASE_SIZE_VER0	24
#define IPCCHAN_IOC_MAILBOX_RELEASE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x27, struct ipcchan_mailbox_release)

/* Events of a mailbox. */
#define IPCCHAN_EVENT_READ		(1U << 0)
#define IPCCHAN_EVENT_WRITE		(1U << 1)
#define IPCCHAN_EVENT_PRIORITY		(1U << 2)
#define IPCCHAN_EVENT_END		(1U << 3)
#define IPCCHAN_EVENT_REPLY		(1U << 4)

/**
 * struct ipcchan_mailbox_notify - how this description wants to be told
 * @fd: Input. An eventfd(2) that is counted up at each of @events, again and
 *	again; or IPCCHAN_NO_FD, with no events.
 * @events: Input. IPCCHAN_EVENT_* bits. READ: a message came and nobody was
 *	waiting for it. PRIORITY: likewise one that is as high as @watermark.
 *	WRITE: there is room, and was none. END: nobody is left on the other
 *	side, or the mailbox was killed. REPLY: a call that CALL_START began has
 *	its outcome.
 * @watermark: Input. 0 to IPCCHAN_PRIORITIES - 1: POLLPRI of this description
 *	is set while a message of that priority, or a higher one, is there that
 *	its filter (MAILBOX_FILTER) lets through.
 *	IPCCHAN_PRIORITIES: it is not.
 * @flags: Input. Must be 0.
 *
 * On a mailbox descriptor. Sets all of it for the open file description, in
 * place of what was set before; closing that ends it. What is there already is
 * told at once. Events that come together are counted once, as by an edge: who
 * is told looks until there is nothing left. An eventfd needs no reader: its
 * count stops at its maximum, and nobody waits for it.
 *
 * The same events are told by SIGIO, or what F_SETSIG of fcntl(2) says, to who
 * has set O_ASYNC, with the band POLL_IN, POLL_OUT, POLL_PRI or POLL_HUP (of
 * REPLY it is POLL_MSG); these
 * need no call but @watermark for POLL_PRI.
 *
 * Returns 0, or: EFAULT, E2BIG, EINVAL (@fd is no eventfd, an eventfd without
 * events or events without one, @watermark, PRIORITY without a watermark,
 * structure size), EPERM (READ, PRIORITY or a watermark without the RECEIVE
 * right, WRITE or REPLY without SEND, END with neither), EBADF, EIDRM, ENOMEM,
 * EOPNOTSUPP (@events, @flags).
 */
struct ipcchan_mailbox_notify {
	__u32 fd;
	__u32 events;
	__u32 watermark;
	__u32 flags;
};

#define IPCCHAN_MAILBOX_NOTIFY_SIZE_VER0	16
#define IPCCHAN_IOC_MAILBOX_NOTIFY \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x2a, struct ipcchan_mailbox_notify)

/**
 * struct ipcchan_target - one mailbox in the array of MULTICAST
 * @fd: Input. Descriptor of the mailbox, with the SEND right.
 * @flags: MULTICAST input: must be 0; where the policy of the mailbox may drop,
 *	IPCCHAN_MESSAGE_DROPPED is written here if it dropped this message itself.
 *
 * No mailbox may be there twice.
 */
struct ipcchan_target {
	__u32 fd;
	__u32 flags;
};

#define IPCCHAN_TARGET_SIZE_VER0	8

/**
 * struct ipcchan_mailbox_multicast - send one message to mailboxes, all or none
 * @mailboxes: Input. Address of an array of struct ipcchan_target.
 * @count: Input. Its elements, 1 to IPCCHAN_MULTICAST_MAX.
 * @target_size: Input. sizeof(struct ipcchan_target) as the caller knows it.
 * @message: Input. Address of the struct ipcchan_message, filled as for SEND.
 * @message_size: Input. Size of that structure as the caller knows it.
 * @flags: Input. IPCCHAN_NONBLOCK, IPCCHAN_REALTIME as for SEND.
 * @deadline_ns: Input. As for SEND: until when all must have room.
 * @refused: Input. Any value. When the call fails, the index of the mailbox that
 *	is the cause is written here, or @count if none is.
 * @reserved: Must be 0.
 *
 * On /dev/ipcchan. Sends as one SEND to each would, by the policy of each
 * mailbox; the client that a receiver is told is the session through which the
 * descriptor in the array was opened; the descriptors that the message has are
 * looked up once, and charged for each mailbox. It sleeps while one that may
 * wait is full, in its turn among the senders there, and has taken no room
 * elsewhere meanwhile; so there is no order among multicasts that wait for
 * different mailboxes. Of two multicasts, all mailboxes that get both (at the
 * same priority) get them in the same order; but a FAIR one lets clients take
 * turns, so this is of one client there. A mailbox that is killed, or that loses
 * its last receiver, while the message is on its way to others counts as one
 * that had got it. A RENDEZVOUS has no place to keep for a message, so it is not
 * sent to in this way. Returns @count, or an error and nothing was sent: EFAULT,
 * E2BIG, EINVAL (@count, @target_size, @message_size, a priority, a number of
 * descriptors, a mailbox that is there twice, structure size), EOPNOTSUPP
 * (@flags, @reserved, flags fields; a RENDEZVOUS), EPERM (one lacks the SEND
 * right), EBADF (on an object's descriptor; one is no mailbox; a descriptor to be
 * sent), EMSGSIZE, EAGAIN (full, and NONBLOCK, O_NONBLOCK of this descriptor, or
 * FAIL), ETIMEDOUT, EINTR, EPIPE, EIDRM, EDQUOT, ENOMEM, ENOPROTOOPT (one takes
 * no descriptors), ELOOP, ETOOMANYREFS, or what lending an extent gives.
 */
struct ipcchan_mailbox_multicast {
	__aligned_u64 mailboxes;
	__u32 count;
	__u32 target_size;
	__aligned_u64 message;
	__u32 message_size;
	__u32 flags;
	__aligned_u64 deadline_ns;
	__u32 refused;
	__u32 reserved;
};

#define IPCCHAN_MAILBOX_MULTICAST_SIZE_VER0	48
#define IPCCHAN_IOC_MAILBOX_MULTICAST \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x25, struct ipcchan_mailbox_multicast)

/* Bits of struct ipcchan_call_info.state. */
#define IPCCHAN_CALL_QUEUED		0
#define IPCCHAN_CALL_HELD		1

/**
 * struct ipcchan_step - who waits for whom: a step of a deadlock
 * @client: Output. Client id of who waits.
 * @object: Output. Number of the object that it waits for; of a call, the mailbox that
 *	its request is in, or was received from.
 * @kind: Output. IPCCHAN_KIND_* of the object.
 * @state: Output. Of a mailbox: IPCCHAN_CALL_QUEUED: it waits for a receiver;
 *	IPCCHAN_CALL_HELD: for the answer of who received it. Else 0.
 * @tgid: Output. The process that waits, in the caller's PID namespace; 0 if it
 *	cannot be seen there.
 * @tid: Output. The thread that waits, likewise; of a process all of whose
 *	threads wait, one of them.
 * @holder_tgid: Output. The process that it waits for, likewise: that of the next
 *	step, and in the last that of the first.
 * @holder_tid: Output. The thread that is in the way there, likewise.
 * @name: Output. Name of the object, NUL-padded; empty when anonymous.
 */
struct ipcchan_step {
	__aligned_u64 client;
	__aligned_u64 object;
	__u32 kind;
	__u32 state;
	__u32 tgid;
	__u32 tid;
	__u32 holder_tgid;
	__u32 holder_tid;
	char name[IPCCHAN_NAME_SIZE];
};

#define IPCCHAN_STEP_SIZE_VER0	104

/**
 * struct ipcchan_mailbox_call - send a request and wait for its reply
 * @request: Input. Address of a struct ipcchan_message, filled as for SEND, with
 *	@token 0; or with that of a call of this description: then nothing is
 *	sent, and its outcome is waited for. The token is written there when the
 *	call fails and its outcome can still be received, else 0.
 * @reply: Input. Address of a struct ipcchan_message with a buffer for the reply;
 *	output as of RECEIVE.
 * @message_size: Input. Size of both structures as the caller knows it, not less
 *	than up to the end of @error.
 * @flags: Input. IPCCHAN_REALTIME as for SEND, IPCCHAN_TRUNCATE and IPCCHAN_YIELD as
 *	for RECEIVE. IPCCHAN_NONBLOCK: do not wait for room in the mailbox.
 * @deadline_ns: Input. As for SEND: until when the reply must be there.
 * @cycle: Input. Address of the first of @cycle_count struct ipcchan_step, or 0:
 *	filled when the call fails with EDEADLK, from the caller on.
 * @cycle_count: Input. How many there are, 0 to IPCCHAN_CYCLE_MAX.
 * @step_size: Input. Size of struct ipcchan_step as the caller knows it; 0 if
 *	@cycle_count is.
 * @cycle_length: Input. Any value. When the call fails with EDEADLK, how many
 *	steps the cycle has is written here; if that is more than @cycle_count, those
 *	behind are not told.
 * @reserved: Must be 0.
 *
 * On a mailbox descriptor with the SEND right, of a mailbox that gives each
 * message to one receiver. The request is queued, taken and received as a message
 * that was sent with the policy BLOCK; whoever receives it sees by its @token that
 * an answer is waited for, and must REPLY. The call has exactly one outcome, which
 * the kernel decides:
 *
 * ============ ==============================================================
 * 0            the reply
 * EPIPE        no server received it: there is no descriptor with RECEIVE, or
 *              none any more; or a policy dropped it to make room. It can be made
 *              again
 * EIDRM        the mailbox was killed before a server received it
 * EOWNERDEAD   a server received it, and can answer no more: its process ended,
 *              its description was closed, or the mailbox was killed. What it did
 *              is not known
 * ETIMEDOUT    the deadline came first. If a server holds the request it is told
 *              by IPCCHAN_NOTICE_CANCELLED, and its late REPLY gets ECANCELED;
 *              else none will ever see it
 * EINTR        a signal handler ran first; likewise
 * ECANCELED    CALL_CANCEL ended it, by another thread; likewise
 * EDEADLK      all who could answer wait for answers, in the end for one of the
 *              caller. It was not sent, or, when they came to do so only then, is
 *              taken back as by ETIMEDOUT
 * ============ ==============================================================
 *
 * A signal whose handler was installed with SA_RESTART, or that has none, does
 * not end the call: it is restarted by the kernel, waits on and is not sent again.
 * If @token of the request is not 0 though the call failed, the call is still
 * there: so it is when the reply does not fit (EMSGSIZE), or cannot be written or
 * given (EFAULT, EMFILE, ENOMEM, or what a security module says of descriptors), or
 * with EINTR if another signal came at that very moment. CALL with this token,
 * CALL_WAIT or CALL_CANCEL is to follow.
 *
 * The priority of the request says which comes first, and while a thread holds
 * requests it runs with the lowest nice value of their callers, if that is below
 * its own, see sched(7); so also along a chain of calls. A thread that waits for a
 * request has it from when that is sent, so before it runs.
 *
 * Returns 0 with the reply, or an outcome above, or: EFAULT, E2BIG, EINVAL
 * (@message_size, @cycle_count, @step_size, a priority, a number of descriptors or
 * segments, segments that are not @size together, structure size), EOPNOTSUPP
 * (@flags, @reserved, flags of the request, a LATEST or BROADCAST mailbox), EPERM,
 * EBADF (also: a descriptor to be sent), EMSGSIZE (the request: @token is 0; the
 * reply: what it needs is in @reply), EAGAIN (NONBLOCK or O_NONBLOCK, and there is
 * no room), ESRCH (@token), EBUSY, ENOSPC, EDQUOT, ENOMEM, EMFILE, ENOPROTOOPT,
 * ELOOP, ETOOMANYREFS, or what lending an extent gives.
 */
struct ipcchan_mailbox_call {
	__aligned_u64 request;
	__aligned_u64 reply;
	__u32 message_size;
	__u32 flags;
	__aligned_u64 deadline_ns;
	__aligned_u64 cycle;
	__u32 cycle_count;
	__u32 step_size;
	__u32 cycle_length;
	__u32 reserved;
};

#define IPCCHAN_MAILBOX_CALL_SIZE_VER0	56
#define IPCCHAN_IOC_MAILBOX_CALL \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x2e, struct ipcchan_mailbox_call)

/**
 * struct ipcchan_mailbox_call_start - send a request, and receive its reply later
 * @request: Input. As for CALL, with @token 0; Output: its token is written there.
 * @message_size: Input. As for CALL.
 * @flags: Input. IPCCHAN_NONBLOCK, IPCCHAN_REALTIME as for CALL.
 * @deadline_ns: Input. As for CALL: until when there must be room, and then until
 *	when the reply must be there. Of CLOCK_REALTIME it is what that clock
 *	says when the call begins.
 *
 * On a mailbox descriptor with the SEND right, as CALL. The outcome is received by
 * CALL_WAIT, or CALL with the token, by whoever has the open file description.
 * Until it is, POLLRDBAND of the description is set once there is an outcome;
 * IPCCHAN_EVENT_REPLY is counted by its eventfd (MAILBOX_NOTIFY) for each, and
 * signalled. The call ends, as by CALL_CANCEL, when the description is closed or
 * when the process that began it ends with a descriptor of it. Returns 0, or:
 * EFAULT, E2BIG, EINVAL (as CALL), EOPNOTSUPP (@flags, flags of the request, a
 * LATEST or BROADCAST mailbox), EPERM, EBADF, EMSGSIZE, EAGAIN, ETIMEDOUT, EINTR
 * (while it waited for room: nothing was sent), EPIPE, EIDRM, ENOSPC, EDQUOT,
 * ENOMEM, ENOPROTOOPT, ELOOP, ETOOMANYREFS, or what lending an extent gives.
 */
struct ipcchan_mailbox_call_start {
	__aligned_u64 request;
	__u32 message_size;
	__u32 flags;
	__aligned_u64 deadline_ns;
};

#define IPCCHAN_MAILBOX_CALL_START_SIZE_VER0	24
#define IPCCHAN_IOC_MAILBOX_CALL_START \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x2f, struct ipcchan_mailbox_call_start)

/**
 * struct ipcchan_mailbox_call_wait - receive the outcome of a call
 * @reply: Input. As for CALL. Output: @token is that of the call, @error is 0 if
 *	this is its reply; else it is the errno that CALL would have given, and
 *	there is no reply.
 * @message_size: Input. As for CALL.
 * @flags: Input. IPCCHAN_NONBLOCK: do not wait. IPCCHAN_YIELD, IPCCHAN_REALTIME,
 *	IPCCHAN_TRUNCATE as for CALL.
 * @deadline_ns: Input. As for SEND: until when to wait. The call goes on if it
 *	comes first.
 * @token: Input. The call; 0: that of which the outcome came first.
 *
 * On a mailbox descriptor with the SEND right, of the open file description through
 * which the call was begun; also of a mailbox that was killed. Returns 0, and the
 * outcome is received, or an error and it is not: EFAULT, E2BIG, EINVAL (as CALL),
 * EOPNOTSUPP (@flags), EPERM, EBADF, EMSGSIZE (what it needs is in @reply), EAGAIN
 * (NONBLOCK or O_NONBLOCK, and there is no outcome yet), ETIMEDOUT, EINTR, ESRCH
 * (@token), ECHILD (@token is 0, and no call is outstanding but those that another
 * thread waits for), EBUSY (another thread waits for it), EDEADLK (@token is not 0,
 * as CALL), ENOMEM, EMFILE, or what a security module says of descriptors.
 */
struct ipcchan_mailbox_call_wait {
	__aligned_u64 reply;
	__u32 message_size;
	__u32 flags;
	__aligned_u64 deadline_ns;
	__aligned_u64 token;
};

#define IPCCHAN_MAILBOX_CALL_WAIT_SIZE_VER0	32
#define IPCCHAN_IOC_MAILBOX_CALL_WAIT \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x30, struct ipcchan_mailbox_call_wait)

/**
 * struct ipcchan_mailbox_call_cancel - end a call that has no outcome yet
 * @token: Input. The call.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a mailbox descriptor with the SEND right, of the open file description through
 * which the call was begun. A request that no server has received is taken out; who
 * holds it is told by IPCCHAN_NOTICE_CANCELLED. Then the call is gone, and who waits
 * for it gets ECANCELED. Never sleeps for others. Returns 0, or: EFAULT, E2BIG,
 * EINVAL (structure size), EOPNOTSUPP (@flags, @reserved), EPERM, EBADF, ESRCH,
 * EALREADY (its outcome is to be received).
 */
struct ipcchan_mailbox_call_cancel {
	__aligned_u64 token;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_MAILBOX_CALL_CANCEL_SIZE_VER0	16
#define IPCCHAN_IOC_MAILBOX_CALL_CANCEL \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x31, struct ipcchan_mailbox_call_cancel)

/**
 * struct ipcchan_mailbox_call_read - read a part of a request that is held
 * @token: Input. The request.
 * @buffer: Input. Address for the bytes.
 * @size: Input. How many at most.
 * @offset: Input. From which byte of the request on.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a mailbox descriptor with the RECEIVE right, of the description that received
 * the request, with TRUNCATE if it did not fit; from any thread of the process that
 * did. Returns how many bytes were written, 0 if @offset is not inside the request;
 * or: EFAULT, E2BIG, EINVAL (structure size), EOPNOTSUPP (@flags, @reserved),
 * EPERM, EBADF, ESRCH, ECANCELED.
 */
struct ipcchan_mailbox_call_read {
	__aligned_u64 token;
	__aligned_u64 buffer;
	__u32 size;
	__u32 offset;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_MAILBOX_CALL_READ_SIZE_VER0	32
#define IPCCHAN_IOC_MAILBOX_CALL_READ \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x34, struct ipcchan_mailbox_call_read)

/**
 * struct ipcchan_mailbox_reply - answer a request
 * @message: Input. Address of a struct ipcchan_message, filled as for SEND, with the
 *	@token of the request; its priority counts for nothing.
 * @message_size: Input. As for CALL.
 * @flags: Input. Must be 0.
 *
 * On a mailbox descriptor with the RECEIVE right, of the description that received
 * the request, from any thread of the process that did. Never sleeps for others. The
 * reply may be longer than max_message_size of the mailbox, but not than
 * DEVICE_INFO's. It may have descriptors only where requests may. Returns 0: the
 * caller has its outcome, this reply; or it has not, and: EFAULT, E2BIG, EINVAL (as
 * CALL; @token is 0), EOPNOTSUPP (@flags, flags of the reply), EPERM, EBADF (also: a
 * descriptor to be sent), EMSGSIZE, ESRCH, ECANCELED (the request is forgotten now),
 * EDQUOT, ENOMEM, ENOPROTOOPT, ELOOP, ETOOMANYREFS, or what lending an extent gives.
 */
struct ipcchan_mailbox_reply {
	__aligned_u64 message;
	__u32 message_size;
	__u32 flags;
};

#define IPCCHAN_MAILBOX_REPLY_SIZE_VER0	16
#define IPCCHAN_IOC_MAILBOX_REPLY \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x32, struct ipcchan_mailbox_reply)

/**
 * struct ipcchan_mailbox_reply_receive - answer a request and receive the next
 * @reply: Input. As @message of REPLY; with @token 0 nothing is answered. When this
 *	call fails, @token is set to 0 if that was not because of the reply: it was
 *	answered, and the same call again only receives.
 * @message: Input. Address of a struct ipcchan_message for the next request, or
 *	message, as the one element of a RECEIVE.
 * @message_size: Input. Size of both structures, as for CALL.
 * @flags: Input. IPCCHAN_NONBLOCK, IPCCHAN_REALTIME, IPCCHAN_TRUNCATE, IPCCHAN_YIELD as
 *	for RECEIVE.
 * @deadline_ns: Input. As for RECEIVE.
 *
 * On a mailbox descriptor with the RECEIVE right. What REPLY and then RECEIVE of one
 * message do, so a server needs one system call for each request. Returns 1 with a
 * request or message received, or an error of either: EFAULT, E2BIG, EINVAL
 * (as REPLY and RECEIVE, structure size), EOPNOTSUPP (@flags, flags of the reply, a
 * LATEST or BROADCAST mailbox), EPERM, EBADF, EMSGSIZE, ESRCH, ECANCELED, EDQUOT,
 * ENOMEM, ENOPROTOOPT, ELOOP, ETOOMANYREFS, EAGAIN, ETIMEDOUT, EINTR, EPIPE, EIDRM,
 * EMFILE, or what lending an extent gives, or what a security module says of
 * descriptors.
 */
struct ipcchan_mailbox_reply_receive {
	__aligned_u64 reply;
	__aligned_u64 message;
	__u32 message_size;
	__u32 flags;
	__aligned_u64 deadline_ns;
};

#define IPCCHAN_MAILBOX_REPLY_RECEIVE_SIZE_VER0	32
#define IPCCHAN_IOC_MAILBOX_REPLY_RECEIVE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x33, struct ipcchan_mailbox_reply_receive)

/**
 * struct ipcchan_mailbox_call_forward - let another mailbox answer a request
 * @token: Input. The request.
 * @fd: Input. Descriptor of the other mailbox, with the SEND right; or of the same.
 * @flags: Input. Must be 0.
 *
 * On a mailbox descriptor with the RECEIVE right, of the description that received
 * the request, from any thread of the process that did. The request is put into the
 * other mailbox with its bytes, descriptors, priority and caller, as a new message
 * there; who receives it there holds it from now on, under the same token, and this
 * process holds it no more. It is as if it had not been received yet, but that the
 * caller gets EOWNERDEAD rather than EPIPE or EIDRM should nobody answer it. Never
 * sleeps. Returns 0, or the request is still held here: EFAULT, E2BIG, EINVAL
 * (structure size), EOPNOTSUPP (@flags, the other is LATEST or BROADCAST), EPERM
 * (also: the other lacks the SEND right), EBADF (also: @fd is no mailbox), EMSGSIZE
 * (it is longer than the other takes), EAGAIN (the other is full), EPIPE (nobody
 * receives from the other), EIDRM (the other was killed), EDEADLK (the caller would
 * wait for ever there), ENOMEM, ESRCH, ECANCELED, ENOPROTOOPT.
 */
struct ipcchan_mailbox_call_forward {
	__aligned_u64 token;
	__u32 fd;
	__u32 flags;
};

#define IPCCHAN_MAILBOX_CALL_FORWARD_SIZE_VER0	16
#define IPCCHAN_IOC_MAILBOX_CALL_FORWARD \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x35, struct ipcchan_mailbox_call_forward)

/**
 * struct ipcchan_call_info - one call in the array of MAILBOX_CALL_LIST
 * @sequence: Output. Of the request in this mailbox.
 * @client: Output. Client id of the caller.
 * @since_ns: Output. CLOCK_MONOTONIC time at which the call began.
 * @deadline_ns: Output. Until when the caller waits, as in struct ipcchan_message.
 * @server: Output. Client id of the session behind the description that received
 *	it; 0: none has.
 * @tgid: Output. The process that made the call, in the caller's PID namespace; 0
 *	if it cannot be seen there.
 * @tid: Output. The thread that made it, likewise.
 * @server_tgid: Output. The process that received it, likewise; 0 if none has.
 * @server_tid: Output. The thread that received it, likewise.
 * @state: Output. IPCCHAN_CALL_QUEUED or IPCCHAN_CALL_HELD.
 * @type: Output. Of the request.
 * @priority: Output. Of the request.
 * @length: Output. Of the request, bytes.
 */
struct ipcchan_call_info {
	__aligned_u64 sequence;
	__aligned_u64 client;
	__aligned_u64 since_ns;
	__aligned_u64 deadline_ns;
	__aligned_u64 server;
	__u32 tgid;
	__u32 tid;
	__u32 server_tgid;
	__u32 server_tid;
	__u32 state;
	__u32 type;
	__u32 priority;
	__u32 length;
};

#define IPCCHAN_CALL_INFO_SIZE_VER0	72

/**
 * struct ipcchan_mailbox_call_list - who waits for whom, and since when
 * @after: Input. Calls behind this sequence number are given; 0: from the first.
 * @entries: Input. Address of an array of struct ipcchan_call_info; Output: filled
 *	from its start.
 * @count: Input. Elements of the array, 1 to IPCCHAN_LIST_MAX.
 * @entry_size: Input. sizeof(struct ipcchan_call_info) as the caller knows it.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a mailbox descriptor, whatever its rights. The calls are those that are counted
 * as @calls by MAILBOX_INFO, the oldest first; their tokens are not told. Returns how
 * many entries were filled, all of one moment; fewer than @count means the end was
 * reached. To go on, pass the last sequence as @after. Or: EFAULT, E2BIG, EINVAL
 * (@count, @entry_size, structure size), EBADF, EIDRM, ENOMEM, EOPNOTSUPP (@flags,
 * @reserved).
 */
struct ipcchan_mailbox_call_list {
	__aligned_u64 after;
	__aligned_u64 entries;
	__u32 count;
	__u32 entry_size;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_MAILBOX_CALL_LIST_SIZE_VER0	32
#define IPCCHAN_IOC_MAILBOX_CALL_LIST \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x36, struct ipcchan_mailbox_call_list)

/** IPCCHAN_SNAPSHOT_MAGIC - what a snapshot begins with. */
#define IPCCHAN_SNAPSHOT_MAGIC		0xbc5a0001

/**
 * struct ipcchan_snapshot - what stands before the messages of a snapshot
 * @magic: IPCCHAN_SNAPSHOT_MAGIC.
 * @header_size: Bytes of this structure.
 * @message_size: Bytes of the struct ipcchan_message before each message.
 * @count: Messages.
 * @size: Bytes of the whole snapshot.
 * @sequence: The last sequence number that the mailbox gave.
 * @lost: Messages dropped since the last one that is there, and not yet told.
 *
 * Behind it stand the messages, the highest priority first, the oldest first
 * within it: for each a struct ipcchan_message as RECEIVE would fill it, with
 * @data 0 and @size the length, and then its bytes, filled up with zeros to a
 * multiple of 8.
 */
struct ipcchan_snapshot {
	__u32 magic;
	__u32 header_size;
	__u32 message_size;
	__u32 count;
	__aligned_u64 size;
	__aligned_u64 sequence;
	__aligned_u64 lost;
};

#define IPCCHAN_SNAPSHOT_SIZE_VER0	40

/**
 * struct ipcchan_mailbox_snapshot - write all that is in a mailbox down
 * @buffer: Input. Address of memory for the snapshot, see struct
 *	ipcchan_snapshot, which says how long it is.
 * @size: Input. Bytes of this memory. When the call fails with EMSGSIZE the
 *	bytes that are needed are written here.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a mailbox descriptor with the ADMIN right; never sleeps for others. The
 * snapshot is of one moment, and leaves the mailbox as it is. What receivers hold
 * is in it, in its place. Only mailboxes of the delivery QUEUE can be written
 * down. Returns how many messages, or: EFAULT, E2BIG, EINVAL (structure size),
 * EOPNOTSUPP (@flags, @reserved; a delivery that cannot; a message has
 * descriptors), EPERM, EBADF, EMSGSIZE, EIDRM, ENOMEM.
 */
struct ipcchan_mailbox_snapshot {
	__aligned_u64 buffer;
	__aligned_u64 size;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_MAILBOX_SNAPSHOT_SIZE_VER0	24
#define IPCCHAN_IOC_MAILBOX_SNAPSHOT \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x2c, struct ipcchan_mailbox_snapshot)

/**
 * struct ipcchan_mailbox_restore - put a snapshot into a new mailbox
 * @buffer: Input. Address of the snapshot.
 * @size: Input. Bytes of this memory, not below the length of the snapshot.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a mailbox descriptor with the ADMIN right; never sleeps for others. All of
 * it is restored, or nothing: order, sequence numbers, and what was lost; and
 * who sent the messages, which is only what the caller says, so they are marked
 * IPCCHAN_MESSAGE_RESTORED. Process ids are numbers then, in whatever namespace.
 * The user of the session through which this descriptor was opened is charged.
 * MAILBOX_INFO counts what is restored as sent, and what was lost as dropped.
 * Returns how many messages, or: EFAULT, E2BIG, EINVAL (not what SNAPSHOT
 * writes: a number in it is out of its range or in the wrong order, it is
 * too short, a user has no number here; structure size), EOPNOTSUPP (@flags,
 * @reserved; a delivery that cannot), EPERM, EBADF, EMSGSIZE (a message, their
 * number or their bytes are more than the mailbox takes), ENOTEMPTY (it has or
 * had messages), EIDRM, EDQUOT, ENOMEM.
 */
struct ipcchan_mailbox_restore {
	__aligned_u64 buffer;
	__aligned_u64 size;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_MAILBOX_RESTORE_SIZE_VER0	24
#define IPCCHAN_IOC_MAILBOX_RESTORE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x2d, struct ipcchan_mailbox_restore)

/**
 * struct ipcchan_region_open - create or open a region of shared pages
 * @name: Input. Empty: a new anonymous region (needs CREATE).
 * @flags: Input. IPCCHAN_OPEN_CREATE, IPCCHAN_OPEN_EXCLUSIVE and
 *	IPCCHAN_OPEN_PERSIST as for MAILBOX_OPEN; IPCCHAN_OPEN_NONBLOCK has no
 *	effect. With CREATE also IPCCHAN_OPEN_HUGE: of huge pages as far as there are
 *	any, if DEVICE_INFO lists the feature; IPCCHAN_OPEN_FREEZE: REGION_FREEZE may
 *	freeze it, which makes the first write to each page that was read a fault.
 * @mode: Input. Permission bits 0 to 0777 at creation, less the umask. Read
 *	grants MAP_READ, write grants MAP_WRITE, ownership grants ADMIN.
 * @rights: Input. IPCCHAN_RIGHTS_REGION bits wanted, at least one; MAP_WRITE
 *	only with MAP_READ.
 * @reserved: Must be 0.
 * @size: Input. Bytes, 1 to max_region_size, rounded up to whole pages, or to whole
 *	huge pages. Matters only when the region is created; it never changes.
 *
 * On /dev/ipcchan. All pages are there (zeroed, charged to the creator's quota
 * and memory cgroup) when this returns. A mapping keeps the region, its name
 * and its charge as a descriptor does. Returns a descriptor (O_CLOEXEC) for
 * mmap(2) with MAP_SHARED, or:
 * EFAULT, E2BIG, EINVAL (as for MAILBOX_OPEN, @size), EBADF (on an object's
 * descriptor), ENAMETOOLONG, ENOENT,
 * EEXIST, EPROTOTYPE, EACCES, ENOSPC, EDQUOT, ENOMEM, EINTR (killed while
 * pages were made), EMFILE, ENFILE, EOPNOTSUPP (@flags, @rights, @reserved).
 *
 * mmap(2) fails with EACCES (protection without the right; mprotect(2) too),
 * EINVAL (not MAP_SHARED), ENXIO (not inside the region), EIDRM (killed).
 */
struct ipcchan_region_open {
	char name[IPCCHAN_NAME_SIZE];
	__u32 flags;
	__u32 mode;
	__u32 rights;
	__u32 reserved;
	__aligned_u64 size;
};

#define IPCCHAN_REGION_OPEN_SIZE_VER0	88
#define IPCCHAN_IOC_REGION_OPEN \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x40, struct ipcchan_region_open)

/* Bits of struct ipcchan_region_info.flags. */
#define IPCCHAN_REGION_SEEN		(1U << 0)

/* Bits of struct ipcchan_region_info.state. */
#define IPCCHAN_REGION_FROZEN		(1U << 0)

/**
 * struct ipcchan_region_info - size and use of a region, and what a descriptor shows
 * @size: Output. Bytes of the region, whole pages.
 * @mappings: Output. Memory mappings of it in all processes.
 * @flags: Input. 0 or IPCCHAN_REGION_SEEN: poll(2) need not tell of those that are
 *	counted in @returned now.
 * @extent: Output. Number of the extent, not used again in this region; 0: the
 *	descriptor is one of the region itself.
 * @offset: Output. First byte in the region that the descriptor shows.
 * @length: Output. Bytes that it shows.
 * @returned: Output. Extents that were lent through it (0: through any descriptor of
 *	the region itself) and are over.
 * @granule: Output. Bytes; what is lent begins and ends at multiples of it.
 * @mode: Output. IPCCHAN_EXTENT_* of the extent, 0: the region itself.
 * @extents: Output. Extents of the whole region that are not over.
 * @state: Output. IPCCHAN_REGION_FROZEN if nobody may write.
 *
 * On a region descriptor, whatever its rights. poll(2) tells POLLIN when an extent has
 * returned to what the descriptor shows that was not seen through it, POLLHUP when
 * the extent that it shows is over, POLLERR and POLLHUP when the region was
 * killed. Returns 0, or: EFAULT, E2BIG, EINVAL (structure size), EBADF, EIDRM, ESTALE,
 * EOPNOTSUPP (@flags).
 */
struct ipcchan_region_info {
	__aligned_u64 size;
	__u32 mappings;
	__u32 flags;
	__aligned_u64 extent;
	__aligned_u64 offset;
	__aligned_u64 length;
	__aligned_u64 returned;
	__u32 granule;
	__u32 mode;
	__u32 extents;
	__u32 state;
};

#define IPCCHAN_REGION_INFO_SIZE_VER0	16
#define IPCCHAN_IOC_REGION_INFO \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x41, struct ipcchan_region_info)

/**
 * struct ipcchan_region_release - give an extent back
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a region descriptor, of an extent, whatever its rights and whoever else has it.
 * It is over: access through its mappings is SIGBUS, all else through its descriptors
 * ESTALE. Parts of it that are lent stay so. Returns 0, or nothing has changed: EFAULT,
 * E2BIG, EINVAL (structure size), EBADF (also: it is the region itself), ESTALE, EBUSY
 * (of a MOVE: something but a mapping may access the pages), EOPNOTSUPP (@flags,
 * @reserved).
 */
struct ipcchan_region_release {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_REGION_RELEASE_SIZE_VER0	8
#define IPCCHAN_IOC_REGION_RELEASE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x42, struct ipcchan_region_release)

/**
 * struct ipcchan_ring_create - create a ring without a name
 * @ends: Input. Address of two __u32: the descriptors of the producer's and of the
 *	consumer's end are written there.
 * @size: Input. Bytes of data, a power of two, from a page to the lesser of
 *	max_region_size and IPCCHAN_RING_SIZE_MAX.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On /dev/ipcchan. The layout of the pages and the protocol on them are in
 * linux/ipcchan_ring.h; their memory (@size and two pages) is there when this
 * returns, zeroed, and charged to the creator's quota and memory cgroup. The
 * descriptors (O_CLOEXEC) have the rights SEND and ADMIN, RECEIVE and ADMIN. A
 * message may have them. Returns 0, or:
 * EFAULT (also @ends; nothing is created), E2BIG, EINVAL (structure size, @size),
 * EBADF (on an object's descriptor), ENOSPC, EDQUOT, ENOMEM, EINTR (killed while
 * pages were made), EMFILE, ENFILE, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_ring_create {
	__aligned_u64 ends;
	__aligned_u64 size;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_RING_CREATE_SIZE_VER0	24
#define IPCCHAN_IOC_RING_CREATE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x50, struct ipcchan_ring_create)

/**
 * struct ipcchan_ring_open - open an end of a ring, and create the ring if asked to
 * @name: Input. Not empty.
 * @flags: Input. IPCCHAN_OPEN_CREATE, IPCCHAN_OPEN_EXCLUSIVE and
 *	IPCCHAN_OPEN_PERSIST as for MAILBOX_OPEN; IPCCHAN_OPEN_NONBLOCK has no
 *	effect.
 * @mode: Input. Permission bits 0 to 0777 at creation, less the umask. Read
 *	grants RECEIVE, write grants SEND, ownership grants ADMIN.
 * @rights: Input. IPCCHAN_RIGHTS_RING bits wanted, at least one: SEND for the
 *	producer's end, RECEIVE for the consumer's, not both.
 * @reserved: Must be 0.
 * @size: Input. As for RING_CREATE. Matters only when the ring is created.
 *
 * On /dev/ipcchan. Each end can be opened once, and not again when it has ended: a
 * ring is one connection. What was published remains readable for who opens the
 * consumer's end later. Returns a descriptor (O_CLOEXEC), or:
 * EFAULT, E2BIG, EINVAL (as for MAILBOX_OPEN, @size; no @name; SEND and RECEIVE
 * together), EBADF (on an object's descriptor), EBUSY (somebody has this end),
 * EPIPE (this end has ended), ENAMETOOLONG, ENOENT, EEXIST, EPROTOTYPE, EACCES,
 * ENOSPC, EDQUOT, ENOMEM, EINTR (killed while pages were made), EMFILE, ENFILE,
 * EOPNOTSUPP (@flags, @rights, @reserved).
 *
 * mmap(2) fails with EACCES (the descriptor is of neither end; writing in
 * an area that this end only reads: mprotect(2) too), EINVAL (not MAP_SHARED), ENXIO
 * (not inside one area), EBUSY (another process has mappings of this end), EPIPE
 * (this end has ended), EIDRM (killed).
 *
 * poll(2) of an end: POLLIN when a record is there, POLLOUT when half of the ring is
 * free, POLLHUP when the other end has ended, POLLERR when the other end's index is
 * none that it can have, POLLERR and POLLHUP when the ring was killed.
 */
struct ipcchan_ring_open {
	char name[IPCCHAN_NAME_SIZE];
	__u32 flags;
	__u32 mode;
	__u32 rights;
	__u32 reserved;
	__aligned_u64 size;
};

#define IPCCHAN_RING_OPEN_SIZE_VER0	88
#define IPCCHAN_IOC_RING_OPEN \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x51, struct ipcchan_ring_open)

/**
 * struct ipcchan_ring_wait - sleep until the other end's index is far enough
 * @deadline_ns: Input. Absolute CLOCK_MONOTONIC nanoseconds;
 *	IPCCHAN_DEADLINE_NEVER waits for ever.
 * @index: Input. Until the other end's index reaches this one (see
 *	linux/ipcchan_ring.h), which is at most the size of the ring ahead of this
 *	end's own.
 * @flags: Input. IPCCHAN_NONBLOCK, IPCCHAN_REALTIME (@deadline_ns is in
 *	CLOCK_REALTIME), IPCCHAN_WAKE (first do RING_WAKE for @wake_fd).
 * @wake_fd: Input. Descriptor of an end of a ring, mostly of another one, if @flags
 *	say so: who has answered through one ring and waits for what comes through
 *	another enters the kernel once. Else 0.
 * @reserved: Must be 0.
 *
 * On a ring descriptor of one of the ends. What the other end has published is
 * there also when that end has ended: EPIPE says that nothing more comes.
 * Returns 0, or:
 * EFAULT, E2BIG, EINVAL (structure size; @index is no multiple of
 * IPCCHAN_RING_ALIGN, or too far ahead; a @wake_fd without IPCCHAN_WAKE), EBADF
 * (also: @wake_fd is not open, or no ring), EPERM (a descriptor is of neither
 * end), EPIPE (the other end has ended before it got there, or this one has, or that
 * of @wake_fd), EPROTO (the indices of the ends are farther apart than the size of the
 * ring: it is broken), EAGAIN, ETIMEDOUT, EINTR, EIDRM (either ring), EOPNOTSUPP
 * (@flags, @reserved). Where it returns 0, EPROTO, EAGAIN, ETIMEDOUT or EINTR, who waits
 * at the other end of @wake_fd was woken.
 */
struct ipcchan_ring_wait {
	__aligned_u64 deadline_ns;
	__u32 index;
	__u32 flags;
	__u32 wake_fd;
	__u32 reserved;
};

#define IPCCHAN_RING_WAIT_SIZE_VER0	24
#define IPCCHAN_IOC_RING_WAIT \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x52, struct ipcchan_ring_wait)

/**
 * struct ipcchan_ring_wake - wake who waits for the index of this end
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a ring descriptor of one of the ends. Wakes those of the other end whose
 * index is reached, and nobody else, so one time too many does no harm. Returns 0,
 * or: EFAULT, E2BIG, EINVAL (structure size), EBADF, EPERM (the descriptor is of
 * neither end), EPIPE (this end has ended), EIDRM, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_ring_wake {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_RING_WAKE_SIZE_VER0	8
#define IPCCHAN_IOC_RING_WAKE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x53, struct ipcchan_ring_wake)

/* States of an end, in struct ipcchan_ring_info. */
#define IPCCHAN_RING_END_NEW		0
#define IPCCHAN_RING_END_OPEN		1
#define IPCCHAN_RING_END_MAPPED		2
#define IPCCHAN_RING_END_ENDED		3

/**
 * struct ipcchan_ring_info - size and use of a ring
 * @size: Output. Bytes of data.
 * @flags: Input. Must be 0.
 * @producer: Output. IPCCHAN_RING_END_NEW: nobody has opened it yet; ..._OPEN: it has
 *	a description and no mapping; ..._MAPPED: it has; or ..._ENDED.
 * @consumer: Output. Likewise.
 * @producer_pid: Output. Process that mapped the end, in the caller's PID namespace,
 *	or 0.
 * @consumer_pid: Output. Likewise.
 * @produced: Output. The producer's index, as the producer wrote it.
 * @consumed: Output. The consumer's index, likewise.
 * @producer_waits: Output. How often RING_WAIT of this end slept.
 * @consumer_waits: Output. Likewise.
 * @producer_wakes: Output. RING_WAKE calls of this end.
 * @consumer_wakes: Output. Likewise.
 *
 * On a ring descriptor, whatever its rights. Returns 0, or: EFAULT, E2BIG,
 * EINVAL (structure size), EBADF, EIDRM, EOPNOTSUPP (@flags).
 */
struct ipcchan_ring_info {
	__u32 size;
	__u32 flags;
	__u32 producer;
	__u32 consumer;
	__u32 producer_pid;
	__u32 consumer_pid;
	__u32 produced;
	__u32 consumed;
	__aligned_u64 producer_waits;
	__aligned_u64 consumer_waits;
	__aligned_u64 producer_wakes;
	__aligned_u64 consumer_wakes;
};

#define IPCCHAN_RING_INFO_SIZE_VER0	64
#define IPCCHAN_IOC_RING_INFO \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x54, struct ipcchan_ring_info)

/* Values of struct ipcchan_extent_info.state. */
#define IPCCHAN_EXTENT_QUEUED		1
#define IPCCHAN_EXTENT_HELD		2

/**
 * struct ipcchan_extent_info - one extent in the array of REGION_EXTENTS
 * @id: Output. Number of the extent, as @extent of REGION_INFO.
 * @lender: Output. Number of the extent to which it returns; 0: the region itself.
 * @offset: Output. First byte in the region.
 * @length: Output. Bytes.
 * @since_ns: Output. CLOCK_MONOTONIC time since when it is in that state, or since
 *	when that process has it.
 * @mode: Output. IPCCHAN_EXTENT_SHARE or IPCCHAN_EXTENT_MOVE.
 * @state: Output. IPCCHAN_EXTENT_QUEUED: nobody has received it yet, or
 *	IPCCHAN_EXTENT_HELD.
 * @tgid: Output. Process that received it, or mapped it as a MOVE, last, in the
 *	caller's PID namespace; 0 if there is none, or it cannot be seen there.
 * @mappings: Output. Of a MOVE: mappings of it, all in one process. Else 0.
 */
struct ipcchan_extent_info {
	__aligned_u64 id;
	__aligned_u64 lender;
	__aligned_u64 offset;
	__aligned_u64 length;
	__aligned_u64 since_ns;
	__u32 mode;
	__u32 state;
	__u32 tgid;
	__u32 mappings;
};

#define IPCCHAN_EXTENT_INFO_SIZE_VER0	56

/**
 * struct ipcchan_region_extents - who has which part of a region
 * @after: Input. Extents behind this number are given; 0: from the first.
 * @entries: Input. Address of an array of struct ipcchan_extent_info; Output: filled
 *	from its start.
 * @count: Input. Elements of the array, 1 to IPCCHAN_LIST_MAX.
 * @entry_size: Input. sizeof(struct ipcchan_extent_info) as the caller knows it.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a region descriptor, whatever its rights. The extents are those of the whole
 * region that are not over, the oldest first. Of several that have a page by MOVE, one
 * has it that is not the lender of another with that page. Returns how many entries
 * were filled, all of one moment; fewer than @count means the end was reached. To go
 * on, pass the last number as @after. Or: EFAULT, E2BIG, EINVAL (@count, @entry_size,
 * structure size), EBADF, EIDRM, ENOMEM, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_region_extents {
	__aligned_u64 after;
	__aligned_u64 entries;
	__u32 count;
	__u32 entry_size;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_REGION_EXTENTS_SIZE_VER0	32
#define IPCCHAN_IOC_REGION_EXTENTS \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x43, struct ipcchan_region_extents)

/**
 * struct ipcchan_region_freeze - let nobody write to a region
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a region descriptor with the ADMIN right, which no extent has. From the return of
 * this call all pages can be read as before, and writing to any is SIGBUS, or EFAULT of
 * a system call, for everybody, until REGION_THAW. Extents are lent and return as
 * ever. To freeze what is frozen changes nothing. Returns 0, or: EFAULT, E2BIG, EINVAL
 * (structure size), EBADF, EPERM, EIDRM, EBUSY (something but a mapping may access a
 * page), EOPNOTSUPP (@flags, @reserved; a region created without IPCCHAN_OPEN_FREEZE).
 */
struct ipcchan_region_freeze {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_REGION_FREEZE_SIZE_VER0	8
#define IPCCHAN_IOC_REGION_FREEZE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x44, struct ipcchan_region_freeze)

/**
 * struct ipcchan_region_thaw - let those write again who could
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a region descriptor with the ADMIN right. To thaw what is not frozen changes
 * nothing. Returns 0, or: EFAULT, E2BIG, EINVAL (structure size), EBADF, EPERM, EIDRM,
 * EOPNOTSUPP (@flags, @reserved; a region created without IPCCHAN_OPEN_FREEZE).
 */
struct ipcchan_region_thaw {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_REGION_THAW_SIZE_VER0	8
#define IPCCHAN_IOC_REGION_THAW \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x45, struct ipcchan_region_thaw)

/**
 * DOC: Synchronisation
 *
 * Mutexes, semaphores, events, condition variables, barriers and reader/writer locks.
 * All are objects as the others are: with a name or without, with rights, a quota, and
 * descriptors that can be passed on. Mode bit w gives the rights of a lock; of a
 * semaphore, an event and a condition variable, r gives WAIT and w gives SIGNAL.
 *
 * **Order.** Who waited first is served first, and by the one who lets go: nobody comes
 * between, not even by a call that may not wait. With IPCCHAN_OPEN_PRIORITY (mutex,
 * semaphore, rwlock) it is who has the best priority, see sched(7), at that moment. The
 * line of such an object is put in order whenever the object changes or somebody comes;
 * a priority that changes is not noticed by itself.
 *
 * **Owner.** A mutex or rwlock is held by the thread that locked it, through whatever
 * descriptor; so are units of a semaphore taken with IPCCHAN_SEMAPHORE_UNDO. All is let
 * go of when that thread ends, by whatever cause, or its process executes another
 * program, whoever else has the descriptor; not when a descriptor is closed, nor by
 * unshare(2). A child of fork(2) holds nothing, nor does who was sent the descriptor; an
 * object that goes with its last descriptor is held no more.
 *
 * **Deadlock.** A wait that would never end, because the owner waits, in turn, for
 * something of the caller (a mutex, a rwlock, the answer to a call), fails with EDEADLK,
 * and the cycle is told: see struct ipcchan_step. Exactly one of those who make up a
 * deadlock is refused. With IPCCHAN_OPEN_PRIORITY that may be one who waits already, if
 * priorities have changed and somebody stands before it by now.
 *
 * A *rank* prevents it: a thread that holds an object of some rank may not have one of
 * the same rank or a lower one; it gets EDEADLK, with @cycle_length 0, whether or not it
 * would have had to wait; or, with IPCCHAN_OPEN_RANK_WARNS, only the trace event
 * wait_rank tells. Rank 0 (none) is never compared.
 *
 * **Signals.** A wait is restarted after a handler with SA_RESTART, and ends with EINTR
 * else. In both cases the thread does not stand in line while the handler runs.
 *
 * poll(2): POLLIN while somebody who comes now would have it, a rwlock for writing, one
 * unit of a semaphore; of a barrier, while it is broken; never of a condition variable.
 * POLLERR and POLLHUP when it was killed.
 */

/**
 * struct ipcchan_mutex_open - open a mutex, and create it if asked to
 * @name: Input. As for MAILBOX_OPEN; may be empty.
 * @flags: Input. IPCCHAN_OPEN_CREATE, IPCCHAN_OPEN_EXCLUSIVE, IPCCHAN_OPEN_PERSIST and
 *	IPCCHAN_OPEN_NONBLOCK (no effect) as for MAILBOX_OPEN; at creation
 *	IPCCHAN_OPEN_RECURSIVE (its owner can lock it again), IPCCHAN_OPEN_PRIORITY,
 *	IPCCHAN_OPEN_RANK_WARNS.
 * @mode: Input. Permission bits 0 to 0777 at creation, less the umask.
 * @rights: Input. IPCCHAN_RIGHTS_LOCK bits wanted, at least one.
 * @rank: Input. 0: none. Matters only when the mutex is created.
 *
 * On /dev/ipcchan. Returns a descriptor (O_CLOEXEC), or: EFAULT, E2BIG, EINVAL (as
 * MAILBOX_OPEN), EBADF, ENAMETOOLONG, ENOENT, EEXIST, EPROTOTYPE, EACCES, ENOSPC,
 * ENOMEM, EMFILE, ENFILE, EOPNOTSUPP (@flags, @rights).
 */
struct ipcchan_mutex_open {
	char name[IPCCHAN_NAME_SIZE];
	__u32 flags;
	__u32 mode;
	__u32 rights;
	__u32 rank;
};

#define IPCCHAN_MUTEX_OPEN_SIZE_VER0	80
#define IPCCHAN_IOC_MUTEX_OPEN \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x60, struct ipcchan_mutex_open)

/**
 * struct ipcchan_mutex_lock - lock a mutex
 * @deadline_ns: Input. Absolute CLOCK_MONOTONIC nanoseconds; IPCCHAN_DEADLINE_NEVER
 *	waits for ever.
 * @cycle: Input. As for MAILBOX_CALL: address of the first of @cycle_count struct
 *	ipcchan_step, or 0.
 * @cycle_count: Input. How many there are, 0 to IPCCHAN_CYCLE_MAX.
 * @step_size: Input. Size of struct ipcchan_step as the caller knows it; 0 if
 *	@cycle_count is.
 * @cycle_length: Input. Any value. When this fails with EDEADLK, how many steps the
 *	cycle has; 0: it is a rank that forbids it.
 * @flags: Input. IPCCHAN_NONBLOCK, IPCCHAN_REALTIME.
 *
 * On a mutex descriptor with the WAIT right. Returns 0, or IPCCHAN_OWNER_DEAD: it is
 * locked, and whoever had it before has ended with it, so what it protects may be half
 * changed; MUTEX_CONSISTENT is to be called before it is unlocked. Or nothing has
 * changed: EFAULT, E2BIG, EINVAL (@cycle_count, @step_size, structure size), EBADF,
 * EPERM, EDEADLK, ENOTRECOVERABLE (it was unlocked by one who was told OWNER_DEAD, and
 * did not mark it consistent: nobody can lock it any more), EAGAIN, ETIMEDOUT, EINTR,
 * EIDRM, ENOMEM, EOVERFLOW (a recursive one is locked too often), EOPNOTSUPP (@flags).
 */
struct ipcchan_mutex_lock {
	__aligned_u64 deadline_ns;
	__aligned_u64 cycle;
	__u32 cycle_count;
	__u32 step_size;
	__u32 cycle_length;
	__u32 flags;
};

#define IPCCHAN_MUTEX_LOCK_SIZE_VER0	32
#define IPCCHAN_IOC_MUTEX_LOCK \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x61, struct ipcchan_mutex_lock)

/**
 * struct ipcchan_mutex_unlock - unlock a mutex
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a mutex descriptor with the WAIT right. The first in line has it when this
 * returns. A recursive one is to be unlocked as often as it was locked. Returns 0, or:
 * EFAULT, E2BIG, EINVAL (structure size), EBADF, EPERM (also: this thread is not its
 * owner), EIDRM, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_mutex_unlock {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_MUTEX_UNLOCK_SIZE_VER0	8
#define IPCCHAN_IOC_MUTEX_UNLOCK \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x62, struct ipcchan_mutex_unlock)

/**
 * struct ipcchan_mutex_consistent - what an owner that has ended left is in order again
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a mutex descriptor with the WAIT right, as pthread_mutex_consistent(3). Returns 0,
 * or: EFAULT, E2BIG, EINVAL (structure size; it is consistent), EBADF, EPERM (also:
 * this thread is not its owner), EIDRM, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_mutex_consistent {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_MUTEX_CONSISTENT_SIZE_VER0	8
#define IPCCHAN_IOC_MUTEX_CONSISTENT \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x63, struct ipcchan_mutex_consistent)

/* Bits of struct ipcchan_mutex_info.state. */
#define IPCCHAN_LOCK_OWNER_DEAD		(1U << 0)
#define IPCCHAN_LOCK_LOST		(1U << 1)

/**
 * struct ipcchan_mutex_info - who has a mutex
 * @flags: Input. Must be 0.
 * @rank: Output. Of the mutex; 0: none.
 * @state: Output. IPCCHAN_LOCK_OWNER_DEAD: an owner ended with it, and nobody has
 *	marked it consistent since; IPCCHAN_LOCK_LOST: nobody can lock it any more.
 * @depth: Output. How often its owner has locked it; 0: nobody has it.
 * @owner_tgid: Output. Process of its owner, in the caller's PID namespace, or 0.
 * @owner_tid: Output. Its owner, likewise.
 * @waiters: Output. How many stand in line.
 * @reserved: Must be 0.
 *
 * On a mutex descriptor, whatever its rights. Returns 0, or: EFAULT, E2BIG, EINVAL
 * (structure size), EBADF, EIDRM, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_mutex_info {
	__u32 flags;
	__u32 rank;
	__u32 state;
	__u32 depth;
	__u32 owner_tgid;
	__u32 owner_tid;
	__u32 waiters;
	__u32 reserved;
};

#define IPCCHAN_MUTEX_INFO_SIZE_VER0	32
#define IPCCHAN_IOC_MUTEX_INFO \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x64, struct ipcchan_mutex_info)

/* Flags of SEMAPHORE_ACQUIRE and SEMAPHORE_RELEASE, besides IPCCHAN_NONBLOCK and so on. */
#define IPCCHAN_SEMAPHORE_UNDO		(1U << 16)

/**
 * struct ipcchan_semaphore_open - open a semaphore, and create it if asked to
 * @name: Input. As for MAILBOX_OPEN; may be empty.
 * @flags: Input. As for MUTEX_OPEN; at creation IPCCHAN_OPEN_PRIORITY.
 * @mode: Input. Permission bits 0 to 0777 at creation, less the umask.
 * @rights: Input. IPCCHAN_RIGHTS_SIGNAL bits wanted, at least one: WAIT to acquire,
 *	SIGNAL to release.
 * @reserved: Must be 0.
 * @value: Input. Units at creation, not above @max.
 * @max: Input. Units it may have at most, 1 or more. Both matter only when the
 *	semaphore is created.
 *
 * On /dev/ipcchan. Returns a descriptor (O_CLOEXEC), or: EFAULT, E2BIG, EINVAL (as
 * MAILBOX_OPEN, @value, @max), EBADF, ENAMETOOLONG, ENOENT, EEXIST, EPROTOTYPE, EACCES,
 * ENOSPC, ENOMEM, EMFILE, ENFILE, EOPNOTSUPP (@flags, @rights, @reserved).
 */
struct ipcchan_semaphore_open {
	char name[IPCCHAN_NAME_SIZE];
	__u32 flags;
	__u32 mode;
	__u32 rights;
	__u32 reserved;
	__u32 value;
	__u32 max;
};

#define IPCCHAN_SEMAPHORE_OPEN_SIZE_VER0	88
#define IPCCHAN_IOC_SEMAPHORE_OPEN \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x68, struct ipcchan_semaphore_open)

/**
 * struct ipcchan_semaphore_acquire - take units of a semaphore
 * @deadline_ns: Input. As for MUTEX_LOCK.
 * @units: Input. How many, 1 to the maximum of the semaphore: all of them or none.
 * @flags: Input. IPCCHAN_NONBLOCK, IPCCHAN_REALTIME. IPCCHAN_SEMAPHORE_UNDO: this
 *	thread holds them; if it ends before it has released them with that flag, they
 *	are given back.
 *
 * On a semaphore descriptor with the WAIT right. Who wants many is not passed by who
 * wants few. Returns 0, or nothing has changed: EFAULT, E2BIG, EINVAL (@units,
 * structure size), EBADF, EPERM, EAGAIN, ETIMEDOUT, EINTR, EIDRM, ENOMEM, EOPNOTSUPP
 * (@flags).
 */
struct ipcchan_semaphore_acquire {
	__aligned_u64 deadline_ns;
	__u32 units;
	__u32 flags;
};

#define IPCCHAN_SEMAPHORE_ACQUIRE_SIZE_VER0	16
#define IPCCHAN_IOC_SEMAPHORE_ACQUIRE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x69, struct ipcchan_semaphore_acquire)

/**
 * struct ipcchan_semaphore_release - give units to a semaphore
 * @units: Input. How many, 1 or more.
 * @flags: Input. 0, or IPCCHAN_SEMAPHORE_UNDO: of those that this thread holds.
 *
 * On a semaphore descriptor with the SIGNAL right. The first in line have them when
 * this returns. Returns 0, or nothing has changed: EFAULT, E2BIG, EINVAL (@units,
 * structure size), EBADF, EPERM (also: this thread does not hold so many), EOVERFLOW
 * (the semaphore would have more than its maximum), EIDRM, EOPNOTSUPP (@flags).
 */
struct ipcchan_semaphore_release {
	__u32 units;
	__u32 flags;
};

#define IPCCHAN_SEMAPHORE_RELEASE_SIZE_VER0	8
#define IPCCHAN_IOC_SEMAPHORE_RELEASE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x6a, struct ipcchan_semaphore_release)

/**
 * struct ipcchan_semaphore_info - how many units a semaphore has
 * @value: Output. Units that are there.
 * @max: Output. Units that there may be.
 * @held: Output. Units that threads hold with IPCCHAN_SEMAPHORE_UNDO.
 * @waiters: Output. How many stand in line.
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a semaphore descriptor, whatever its rights. Returns 0, or: EFAULT, E2BIG, EINVAL
 * (structure size), EBADF, EIDRM, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_semaphore_info {
	__u32 value;
	__u32 max;
	__aligned_u64 held;
	__u32 waiters;
	__u32 flags;
	__aligned_u64 reserved;
};

#define IPCCHAN_SEMAPHORE_INFO_SIZE_VER0	32
#define IPCCHAN_IOC_SEMAPHORE_INFO \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x6b, struct ipcchan_semaphore_info)

/**
 * struct ipcchan_event_open - open an event, and create it if asked to
 * @name: Input. As for MAILBOX_OPEN; may be empty.
 * @flags: Input. As for MUTEX_OPEN; at creation IPCCHAN_OPEN_MANUAL_RESET (it stays set
 *	until it is reset; else until one has waited for it), IPCCHAN_OPEN_SET (it is
 *	set from the first on).
 * @mode: Input. Permission bits 0 to 0777 at creation, less the umask.
 * @rights: Input. IPCCHAN_RIGHTS_SIGNAL bits wanted, at least one: WAIT to wait, SIGNAL
 *	to set, reset and pulse.
 * @reserved: Must be 0.
 *
 * On /dev/ipcchan. Returns a descriptor (O_CLOEXEC), or: EFAULT, E2BIG, EINVAL (as
 * MAILBOX_OPEN), EBADF, ENAMETOOLONG, ENOENT, EEXIST, EPROTOTYPE, EACCES, ENOSPC,
 * ENOMEM, EMFILE, ENFILE, EOPNOTSUPP (@flags, @rights, @reserved).
 */
struct ipcchan_event_open {
	char name[IPCCHAN_NAME_SIZE];
	__u32 flags;
	__u32 mode;
	__u32 rights;
	__u32 reserved;
};

#define IPCCHAN_EVENT_OPEN_SIZE_VER0	80
#define IPCCHAN_IOC_EVENT_OPEN \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x70, struct ipcchan_event_open)

/**
 * struct ipcchan_event_wait - wait until an event is set
 * @deadline_ns: Input. As for MUTEX_LOCK.
 * @flags: Input. IPCCHAN_NONBLOCK, IPCCHAN_REALTIME.
 * @reserved: Must be 0.
 *
 * On an event descriptor with the WAIT right. Returns 0, or nothing has changed:
 * EFAULT, E2BIG, EINVAL (structure size), EBADF, EPERM, EAGAIN, ETIMEDOUT, EINTR,
 * EIDRM, ENOMEM, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_event_wait {
	__aligned_u64 deadline_ns;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_EVENT_WAIT_SIZE_VER0	16
#define IPCCHAN_IOC_EVENT_WAIT \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x71, struct ipcchan_event_wait)

/**
 * struct ipcchan_event_set - set an event
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On an event descriptor with the SIGNAL right. All who wait go on, and it stays set;
 * one that is not MANUAL_RESET lets the first go on, or the next who comes. Returns 0,
 * or: EFAULT, E2BIG, EINVAL (structure size), EBADF, EPERM, EIDRM, EOPNOTSUPP (@flags,
 * @reserved).
 */
struct ipcchan_event_set {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_EVENT_SET_SIZE_VER0	8
#define IPCCHAN_IOC_EVENT_SET \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x72, struct ipcchan_event_set)

/**
 * struct ipcchan_event_reset - reset an event
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On an event descriptor with the SIGNAL right. Returns 0, or: EFAULT, E2BIG, EINVAL
 * (structure size), EBADF, EPERM, EIDRM, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_event_reset {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_EVENT_RESET_SIZE_VER0	8
#define IPCCHAN_IOC_EVENT_RESET \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x73, struct ipcchan_event_reset)

/**
 * struct ipcchan_event_pulse - let go on who waits for an event now
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On an event descriptor with the SIGNAL right. All who wait for it at this moment go
 * on, or the first of them if it is not MANUAL_RESET, and the event is reset. Who wants
 * it together with others goes on only if all of these can be had as well. Returns 0,
 * or: EFAULT, E2BIG, EINVAL (structure size), EBADF, EPERM, EIDRM, EOPNOTSUPP (@flags,
 * @reserved).
 */
struct ipcchan_event_pulse {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_EVENT_PULSE_SIZE_VER0	8
#define IPCCHAN_IOC_EVENT_PULSE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x74, struct ipcchan_event_pulse)

/* Bits of struct ipcchan_event_info.state. */
#define IPCCHAN_EVENT_IS_SET		(1U << 0)
#define IPCCHAN_EVENT_IS_MANUAL		(1U << 1)

/**
 * struct ipcchan_event_info - the state of an event
 * @flags: Input. Must be 0.
 * @state: Output. IPCCHAN_EVENT_IS_SET, IPCCHAN_EVENT_IS_MANUAL.
 * @waiters: Output. How many stand in line.
 * @reserved: Must be 0.
 *
 * On an event descriptor, whatever its rights. Returns 0, or: EFAULT, E2BIG, EINVAL
 * (structure size), EBADF, EIDRM, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_event_info {
	__u32 flags;
	__u32 state;
	__u32 waiters;
	__u32 reserved;
};

#define IPCCHAN_EVENT_INFO_SIZE_VER0	16
#define IPCCHAN_IOC_EVENT_INFO \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x75, struct ipcchan_event_info)

/**
 * struct ipcchan_condvar_open - open a condition variable, and create it if asked to
 * @name: Input. As for MAILBOX_OPEN; may be empty.
 * @flags: Input. As for MUTEX_OPEN, less what matters only there.
 * @mode: Input. Permission bits 0 to 0777 at creation, less the umask.
 * @rights: Input. IPCCHAN_RIGHTS_SIGNAL bits wanted, at least one: WAIT to wait, SIGNAL
 *	to signal.
 * @reserved: Must be 0.
 *
 * On /dev/ipcchan. Returns a descriptor (O_CLOEXEC), or: EFAULT, E2BIG, EINVAL (as
 * MAILBOX_OPEN), EBADF, ENAMETOOLONG, ENOENT, EEXIST, EPROTOTYPE, EACCES, ENOSPC,
 * ENOMEM, EMFILE, ENFILE, EOPNOTSUPP (@flags, @rights, @reserved).
 */
struct ipcchan_condvar_open {
	char name[IPCCHAN_NAME_SIZE];
	__u32 flags;
	__u32 mode;
	__u32 rights;
	__u32 reserved;
};

#define IPCCHAN_CONDVAR_OPEN_SIZE_VER0	80
#define IPCCHAN_IOC_CONDVAR_OPEN \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x78, struct ipcchan_condvar_open)

/**
 * struct ipcchan_condvar_wait - unlock a mutex, wait to be signalled, lock it again
 * @deadline_ns: Input. As for MUTEX_LOCK: until when the signal must be there.
 * @mutex: Input. Descriptor of a mutex with the WAIT right, which this thread has
 *	locked once.
 * @flags: Input. IPCCHAN_REALTIME.
 *
 * On a condvar descriptor with the WAIT right. Unlocking and waiting are one moment: no
 * signal of who has the mutex after is missed. Who is signalled stands in line for the
 * mutex at once, and is not woken before having it. It goes on for no other reason.
 *
 * Returns, with the mutex locked again, IPCCHAN_OWNER_DEAD (whyever it goes on, as by
 * MUTEX_LOCK), 0 (signalled), ETIMEDOUT, or EINTR (a signal handler is to run: this
 * wait is not restarted, since the condition may hold by now). With the mutex not
 * locked: EIDRM (it or the condition variable was killed), ENOTRECOVERABLE, EDEADLK
 * (waiting for the mutex would never end). With nothing changed: EFAULT, E2BIG, EINVAL
 * (structure size; the mutex is locked more than once), EBADF (also: @mutex is no
 * mutex), EPERM (also: @mutex lacks the right, or this thread has not locked it),
 * EOWNERDEAD (it is to be marked consistent before), ENOMEM, EOPNOTSUPP (@flags).
 */
struct ipcchan_condvar_wait {
	__aligned_u64 deadline_ns;
	__u32 mutex;
	__u32 flags;
};

#define IPCCHAN_CONDVAR_WAIT_SIZE_VER0	16
#define IPCCHAN_IOC_CONDVAR_WAIT \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x79, struct ipcchan_condvar_wait)

/**
 * struct ipcchan_condvar_signal - let who waits for a condition variable go on
 * @count: Input. How many at most, from the first in line on; all: ~0.
 * @flags: Input. Must be 0.
 *
 * On a condvar descriptor with the SIGNAL right. If one of them is killed before it has
 * the mutex, the next one is signalled instead. Returns how many were, or: EFAULT,
 * E2BIG, EINVAL (@count is 0, structure size), EBADF, EPERM, EIDRM, EOPNOTSUPP
 * (@flags).
 */
struct ipcchan_condvar_signal {
	__u32 count;
	__u32 flags;
};

#define IPCCHAN_CONDVAR_SIGNAL_SIZE_VER0	8
#define IPCCHAN_IOC_CONDVAR_SIGNAL \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x7a, struct ipcchan_condvar_signal)

/**
 * struct ipcchan_condvar_info - who waits for a condition variable
 * @flags: Input. Must be 0.
 * @waiters: Output. How many stand in line, and were not signalled.
 *
 * On a condvar descriptor, whatever its rights. Returns 0, or: EFAULT, E2BIG, EINVAL
 * (structure size), EBADF, EIDRM, EOPNOTSUPP (@flags).
 */
struct ipcchan_condvar_info {
	__u32 flags;
	__u32 waiters;
};

#define IPCCHAN_CONDVAR_INFO_SIZE_VER0	8
#define IPCCHAN_IOC_CONDVAR_INFO \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x7b, struct ipcchan_condvar_info)

/* What BARRIER_WAIT returns to one of the parties of a generation. */
#define IPCCHAN_BARRIER_SERIAL		1

/* Flags of BARRIER_WAIT, besides IPCCHAN_REALTIME. */
#define IPCCHAN_BARRIER_LEAVE		(1U << 16)

/**
 * struct ipcchan_barrier_open - open a barrier, and create it if asked to
 * @name: Input. As for MAILBOX_OPEN; may be empty.
 * @flags: Input. As for MUTEX_OPEN, less what matters only there.
 * @mode: Input. Permission bits 0 to 0777 at creation, less the umask.
 * @rights: Input. IPCCHAN_RIGHTS_LOCK bits wanted, at least one.
 * @parties: Input. How many meet, 1 to IPCCHAN_BARRIER_MAX. Matters only when the
 *	barrier is created.
 *
 * On /dev/ipcchan. Returns a descriptor (O_CLOEXEC), or: EFAULT, E2BIG, EINVAL (as
 * MAILBOX_OPEN, @parties), EBADF, ENAMETOOLONG, ENOENT, EEXIST, EPROTOTYPE, EACCES,
 * ENOSPC, ENOMEM, EMFILE, ENFILE, EOPNOTSUPP (@flags, @rights).
 */
struct ipcchan_barrier_open {
	char name[IPCCHAN_NAME_SIZE];
	__u32 flags;
	__u32 mode;
	__u32 rights;
	__u32 parties;
};

#define IPCCHAN_BARRIER_OPEN_SIZE_VER0	80
#define IPCCHAN_IOC_BARRIER_OPEN \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x80, struct ipcchan_barrier_open)

/**
 * struct ipcchan_barrier_wait - meet the other parties
 * @deadline_ns: Input. As for MUTEX_LOCK.
 * @flags: Input. IPCCHAN_REALTIME. IPCCHAN_BARRIER_LEAVE: this thread will not come
 *	again.
 * @reserved: Must be 0.
 *
 * On a barrier descriptor with the WAIT right. When as many threads wait as there are
 * parties, all go on, and the next generation begins. A thread that has waited is a
 * party until a generation is complete without it, or with it and
 * IPCCHAN_BARRIER_LEAVE: if it ends while it is one, the barrier is broken: all who
 * wait and all who come are told so, until it is reset.
 *
 * Returns 0, to the last who came IPCCHAN_BARRIER_SERIAL, or, and it is as if it had
 * not come: EFAULT, E2BIG, EINVAL (structure size), EBADF, EPERM, EOWNERDEAD (the
 * barrier is broken), ECANCELED (it was reset), ETIMEDOUT, EINTR, EIDRM, ENOMEM,
 * EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_barrier_wait {
	__aligned_u64 deadline_ns;
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_BARRIER_WAIT_SIZE_VER0	16
#define IPCCHAN_IOC_BARRIER_WAIT \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x81, struct ipcchan_barrier_wait)

/**
 * struct ipcchan_barrier_reset - begin a new generation, without parties
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a barrier descriptor with the WAIT right. All who wait get ECANCELED. Returns 0,
 * or: EFAULT, E2BIG, EINVAL (structure size), EBADF, EPERM, EIDRM, EOPNOTSUPP (@flags,
 * @reserved).
 */
struct ipcchan_barrier_reset {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_BARRIER_RESET_SIZE_VER0	8
#define IPCCHAN_IOC_BARRIER_RESET \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x82, struct ipcchan_barrier_reset)

/* Bits of struct ipcchan_barrier_info.state. */
#define IPCCHAN_BARRIER_BROKEN		(1U << 0)

/**
 * struct ipcchan_barrier_info - who is at a barrier
 * @generation: Output. How many there were before, resets among them.
 * @flags: Input. Must be 0.
 * @state: Output. IPCCHAN_BARRIER_BROKEN.
 * @parties: Output. How many meet.
 * @waiters: Output. How many have come.
 *
 * On a barrier descriptor, whatever its rights. Returns 0, or: EFAULT, E2BIG, EINVAL
 * (structure size), EBADF, EIDRM, EOPNOTSUPP (@flags).
 */
struct ipcchan_barrier_info {
	__aligned_u64 generation;
	__u32 flags;
	__u32 state;
	__u32 parties;
	__u32 waiters;
};

#define IPCCHAN_BARRIER_INFO_SIZE_VER0	24
#define IPCCHAN_IOC_BARRIER_INFO \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x83, struct ipcchan_barrier_info)

/* Flags of RWLOCK_LOCK, besides IPCCHAN_NONBLOCK and IPCCHAN_REALTIME. */
#define IPCCHAN_RWLOCK_SHARED		(1U << 16)

/**
 * struct ipcchan_rwlock_open - open a reader/writer lock, and create it if asked to
 * @name: Input. As for MAILBOX_OPEN; may be empty.
 * @flags: Input. As for MUTEX_OPEN; at creation IPCCHAN_OPEN_PRIORITY,
 *	IPCCHAN_OPEN_RANK_WARNS.
 * @mode: Input. Permission bits 0 to 0777 at creation, less the umask.
 * @rights: Input. IPCCHAN_RIGHTS_LOCK bits wanted, at least one.
 * @rank: Input. 0: none. Matters only when the lock is created.
 *
 * On /dev/ipcchan. Returns a descriptor (O_CLOEXEC), or: EFAULT, E2BIG, EINVAL (as
 * MAILBOX_OPEN), EBADF, ENAMETOOLONG, ENOENT, EEXIST, EPROTOTYPE, EACCES, ENOSPC,
 * ENOMEM, EMFILE, ENFILE, EOPNOTSUPP (@flags, @rights).
 */
struct ipcchan_rwlock_open {
	char name[IPCCHAN_NAME_SIZE];
	__u32 flags;
	__u32 mode;
	__u32 rights;
	__u32 rank;
};

#define IPCCHAN_RWLOCK_OPEN_SIZE_VER0	80
#define IPCCHAN_IOC_RWLOCK_OPEN \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x88, struct ipcchan_rwlock_open)

/**
 * struct ipcchan_rwlock_lock - lock for writing, or for reading
 * @deadline_ns: Input. As for MUTEX_LOCK.
 * @cycle: Input. As for MUTEX_LOCK.
 * @cycle_count: Input. As for MUTEX_LOCK.
 * @step_size: Input. As for MUTEX_LOCK.
 * @cycle_length: Input. Any value. Output. As for MUTEX_LOCK.
 * @flags: Input. IPCCHAN_NONBLOCK, IPCCHAN_REALTIME. IPCCHAN_RWLOCK_SHARED: for
 *	reading, together with others; else for writing, alone.
 *
 * On a rwlock descriptor with the WAIT right. Readers that stand in line together are
 * let in together; none passes a writer who came before, so nobody starves. A thread
 * may lock for reading again, unless a writer waits: then that is a deadlock, and told.
 * Returns 0, or IPCCHAN_OWNER_DEAD, as MUTEX_LOCK, if a writer has ended with it. Or
 * nothing has changed: EFAULT, E2BIG, EINVAL (@cycle_count, @step_size, structure
 * size), EBADF, EPERM, EDEADLK, ENOTRECOVERABLE, EAGAIN, ETIMEDOUT, EINTR, EIDRM,
 * ENOMEM, EOVERFLOW (IPCCHAN_READERS_MAX), EOPNOTSUPP (@flags).
 */
struct ipcchan_rwlock_lock {
	__aligned_u64 deadline_ns;
	__aligned_u64 cycle;
	__u32 cycle_count;
	__u32 step_size;
	__u32 cycle_length;
	__u32 flags;
};

#define IPCCHAN_RWLOCK_LOCK_SIZE_VER0	32
#define IPCCHAN_IOC_RWLOCK_LOCK \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x89, struct ipcchan_rwlock_lock)

/**
 * struct ipcchan_rwlock_unlock - unlock what this thread has locked
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a rwlock descriptor with the WAIT right. Returns 0, or: EFAULT, E2BIG, EINVAL
 * (structure size), EBADF, EPERM (also: this thread has not locked it), EIDRM,
 * EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_rwlock_unlock {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_RWLOCK_UNLOCK_SIZE_VER0	8
#define IPCCHAN_IOC_RWLOCK_UNLOCK \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x8a, struct ipcchan_rwlock_unlock)

/**
 * struct ipcchan_rwlock_upgrade - write, after having read
 * @deadline_ns: Input. As for MUTEX_LOCK.
 * @cycle: Input. As for MUTEX_LOCK.
 * @cycle_count: Input. As for MUTEX_LOCK.
 * @step_size: Input. As for MUTEX_LOCK.
 * @cycle_length: Input. Any value. Output. As for MUTEX_LOCK.
 * @flags: Input. IPCCHAN_NONBLOCK, IPCCHAN_REALTIME.
 *
 * On a rwlock descriptor with the WAIT right, which this thread has locked for reading
 * once. It has it alone when the other readers have unlocked it, before all who stand
 * in line: what was read holds. Of two who want that, the second gets EDEADLK. Returns
 * 0, or IPCCHAN_OWNER_DEAD, as RWLOCK_LOCK, or it has it for reading as before: EFAULT,
 * E2BIG, EINVAL (@cycle_count, @step_size, structure size; it has locked it for reading
 * more than once), EBADF, EPERM (also: it has not locked it for reading), EDEADLK,
 * EAGAIN, ETIMEDOUT, EINTR, EIDRM, ENOMEM, EOPNOTSUPP (@flags).
 */
struct ipcchan_rwlock_upgrade {
	__aligned_u64 deadline_ns;
	__aligned_u64 cycle;
	__u32 cycle_count;
	__u32 step_size;
	__u32 cycle_length;
	__u32 flags;
};

#define IPCCHAN_RWLOCK_UPGRADE_SIZE_VER0	32
#define IPCCHAN_IOC_RWLOCK_UPGRADE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x8b, struct ipcchan_rwlock_upgrade)

/**
 * struct ipcchan_rwlock_downgrade - read on, after having written
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a rwlock descriptor with the WAIT right, which this thread has locked for writing.
 * The readers who stand first in line are let in. Returns 0, or: EFAULT, E2BIG, EINVAL
 * (structure size), EBADF, EPERM (also: this thread has not locked it for writing),
 * EOWNERDEAD (it is to be marked consistent before), EIDRM, EOPNOTSUPP (@flags,
 * @reserved).
 */
struct ipcchan_rwlock_downgrade {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_RWLOCK_DOWNGRADE_SIZE_VER0	8
#define IPCCHAN_IOC_RWLOCK_DOWNGRADE \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x8c, struct ipcchan_rwlock_downgrade)

/**
 * struct ipcchan_rwlock_consistent - as MUTEX_CONSISTENT
 * @flags: Input. Must be 0.
 * @reserved: Must be 0.
 *
 * On a rwlock descriptor with the WAIT right, which this thread has locked for writing.
 * One who was told OWNER_DEAD and has it for reading leaves it as it is. Returns 0, or:
 * EFAULT, E2BIG, EINVAL (structure size; it is consistent), EBADF, EPERM (also: this
 * thread has not locked it for writing), EIDRM, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_rwlock_consistent {
	__u32 flags;
	__u32 reserved;
};

#define IPCCHAN_RWLOCK_CONSISTENT_SIZE_VER0	8
#define IPCCHAN_IOC_RWLOCK_CONSISTENT \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x8d, struct ipcchan_rwlock_consistent)

/**
 * struct ipcchan_rwlock_info - who has a reader/writer lock
 * @flags: Input. Must be 0.
 * @rank: Output. Of the lock; 0: none.
 * @state: Output. IPCCHAN_LOCK_OWNER_DEAD, IPCCHAN_LOCK_LOST, as of a mutex.
 * @readers: Output. How many times it is locked for reading.
 * @writer_tgid: Output. Process that has it for writing, in the caller's PID namespace,
 *	or 0.
 * @writer_tid: Output. Its thread, likewise.
 * @waiters: Output. How many stand in line.
 * @reserved: Must be 0.
 *
 * On a rwlock descriptor, whatever its rights. Returns 0, or: EFAULT, E2BIG, EINVAL
 * (structure size), EBADF, EIDRM, EOPNOTSUPP (@flags, @reserved).
 */
struct ipcchan_rwlock_info {
	__u32 flags;
	__u32 rank;
	__u32 state;
	__u32 readers;
	__u32 writer_tgid;
	__u32 writer_tid;
	__u32 waiters;
	__u32 reserved;
};

#define IPCCHAN_RWLOCK_INFO_SIZE_VER0	32
#define IPCCHAN_IOC_RWLOCK_INFO \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x8e, struct ipcchan_rwlock_info)

/**
 * struct ipcchan_wait_entry - one of the things that WAIT_ANY and WAIT_ALL are for
 * @fd: Input. Descriptor of a mutex, semaphore, event or rwlock with the WAIT right, to
 *	be had as by MUTEX_LOCK, SEMAPHORE_ACQUIRE, EVENT_WAIT, RWLOCK_LOCK; or of
 *	anything else that poll(2) takes: a mailbox, a ring, a pidfd, a socket.
 * @flags: Input. IPCCHAN_SEMAPHORE_UNDO, IPCCHAN_RWLOCK_SHARED, or 0.
 * @units: Input. Of a semaphore; else 0.
 * @events: Input. What is polled for, as in struct pollfd, for instance POLLIN; 0 of
 *	what is to be had.
 * @result: Output. Of what is had: 0, or IPCCHAN_OWNER_DEAD. Of what is polled: the
 *	events that are there. Of what this call was not satisfied by: 0.
 * @reserved: Must be 0.
 */
struct ipcchan_wait_entry {
	__u32 fd;
	__u32 flags;
	__u32 units;
	__u32 events;
	__u32 result;
	__u32 reserved;
};

#define IPCCHAN_WAIT_ENTRY_SIZE_VER0	24

/**
 * struct ipcchan_wait_any - wait for one of several things
 * @entries: Input. Address of an array of struct ipcchan_wait_entry.
 * @count: Input. Elements of the array, 1 to IPCCHAN_WAIT_MAX.
 * @entry_size: Input. sizeof(struct ipcchan_wait_entry) as the caller knows it.
 * @deadline_ns: Input. As for MUTEX_LOCK.
 * @cycle: Input. As for MUTEX_LOCK.
 * @cycle_count: Input. As for MUTEX_LOCK.
 * @step_size: Input. As for MUTEX_LOCK.
 * @cycle_length: Input. Any value. Output. As for MUTEX_LOCK.
 * @flags: Input. IPCCHAN_NONBLOCK, IPCCHAN_REALTIME.
 *
 * On /dev/ipcchan. The thread stands in line for each, and has the first that can be
 * had; of several at once, the first in the array. What is polled is only looked at: a
 * message that is there may have been received by another when this returns. Returns
 * the place in the array, or nothing was taken: EFAULT, E2BIG, EINVAL (@count,
 * @entry_size, @cycle_count, @step_size, fields of an entry, an object that is there
 * twice, structure size), EBADF (also: an entry), EPERM (one lacks the right), EDEADLK
 * (none of them would ever be had, or the rank of one forbids it), ENOTRECOVERABLE,
 * EAGAIN, ETIMEDOUT, EINTR, EIDRM (one was killed), EOVERFLOW, ENOMEM, EOPNOTSUPP
 * (@flags, flags or a reserved field of an entry, a condvar or barrier, what cannot be
 * polled).
 */
struct ipcchan_wait_any {
	__aligned_u64 entries;
	__u32 count;
	__u32 entry_size;
	__aligned_u64 deadline_ns;
	__aligned_u64 cycle;
	__u32 cycle_count;
	__u32 step_size;
	__u32 cycle_length;
	__u32 flags;
};

#define IPCCHAN_WAIT_ANY_SIZE_VER0	48
#define IPCCHAN_IOC_WAIT_ANY \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x90, struct ipcchan_wait_any)

/**
 * struct ipcchan_wait_all - wait until several things can be had together
 * @entries: Input. Address of an array of struct ipcchan_wait_entry.
 * @count: Input. Elements of the array, 1 to IPCCHAN_WAIT_MAX.
 * @entry_size: Input. sizeof(struct ipcchan_wait_entry) as the caller knows it.
 * @deadline_ns: Input. As for MUTEX_LOCK.
 * @cycle: Input. As for MUTEX_LOCK.
 * @cycle_count: Input. As for MUTEX_LOCK.
 * @step_size: Input. As for MUTEX_LOCK.
 * @cycle_length: Input. Any value. Output. As for MUTEX_LOCK.
 * @flags: Input. IPCCHAN_NONBLOCK, IPCCHAN_REALTIME.
 *
 * On /dev/ipcchan. All that is to be had is taken in one moment, when all that is polled
 * was there just before; till then nothing is, so who wants one of them only is not held
 * up and may go first. Returns 0, or nothing was taken, as by WAIT_ANY: EFAULT, E2BIG,
 * EINVAL, EBADF, EPERM, EDEADLK (one of them would never be had, or the rank of one
 * forbids it), ENOTRECOVERABLE, EAGAIN, ETIMEDOUT, EINTR, EIDRM, EOVERFLOW, ENOMEM,
 * EOPNOTSUPP (@flags, flags or a reserved field of an entry, what cannot be waited for).
 */
struct ipcchan_wait_all {
	__aligned_u64 entries;
	__u32 count;
	__u32 entry_size;
	__aligned_u64 deadline_ns;
	__aligned_u64 cycle;
	__u32 cycle_count;
	__u32 step_size;
	__u32 cycle_length;
	__u32 flags;
};

#define IPCCHAN_WAIT_ALL_SIZE_VER0	48
#define IPCCHAN_IOC_WAIT_ALL \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x91, struct ipcchan_wait_all)

/* Values of struct ipcchan_wait_info.mode. */
#define IPCCHAN_WAIT_FOR_ANY		0
#define IPCCHAN_WAIT_FOR_ALL		1

/**
 * struct ipcchan_wait_info - who waits for whom, in the array of WAIT_LIST
 * @client: Output. Client id of who waits.
 * @object: Output. Number of the object that it waits for.
 * @since_ns: Output. CLOCK_MONOTONIC time since when.
 * @kind: Output. IPCCHAN_KIND_* of the object.
 * @state: Output. As of struct ipcchan_step.
 * @mode: Output. IPCCHAN_WAIT_FOR_ANY of those that it waits for, or _ALL.
 * @tgid: Output. The process that waits, in the caller's PID namespace; 0 if it cannot
 *	be seen there.
 * @tid: Output. The thread, likewise.
 * @holder_tgid: Output. The process that is in the way, likewise; 0: nobody in
 *	particular.
 * @holder_tid: Output. The thread, likewise; 0: any thread of that process.
 * @reserved: Output. 0.
 * @name: Output. Name of the object, NUL-padded; empty when anonymous.
 */
struct ipcchan_wait_info {
	__aligned_u64 client;
	__aligned_u64 object;
	__aligned_u64 since_ns;
	__u32 kind;
	__u32 state;
	__u32 mode;
	__u32 tgid;
	__u32 tid;
	__u32 holder_tgid;
	__u32 holder_tid;
	__u32 reserved;
	char name[IPCCHAN_NAME_SIZE];
};

#define IPCCHAN_WAIT_INFO_SIZE_VER0	120

/**
 * struct ipcchan_wait_list - list who waits for whom just now
 * @entries: Input. Address of an array of struct ipcchan_wait_info; Output: filled.
 * @count: Input. Elements of the array, 1 to IPCCHAN_LIST_MAX.
 * @entry_size: Input. sizeof(struct ipcchan_wait_info) as the caller knows it.
 * @first: Input. How many to pass over, 0 to begin with. Waits come and go between two
 *	calls, so that one may be told twice, or not.
 * @flags: Input. Must be 0.
 *
 * On /dev/ipcchan. An entry is for a thread that waits, an object that it waits for, and
 * one who has that: so there may be several of one wait. Told are waits in CALL, in
 * CALL_WAIT for one token, and for objects of synchronisation; of objects in the IPC
 * namespace of this session that its user created; of all there, if it has
 * CAP_IPC_OWNER. Returns how many are filled, fewer than @count: there are no more. Or:
 * EFAULT, E2BIG, EINVAL (@count, @entry_size, structure size), EBADF (on an object's
 * descriptor), ENOMEM, EOPNOTSUPP (@flags).
 */
struct ipcchan_wait_list {
	__aligned_u64 entries;
	__u32 count;
	__u32 entry_size;
	__u32 first;
	__u32 flags;
};

#define IPCCHAN_WAIT_LIST_SIZE_VER0	24
#define IPCCHAN_IOC_WAIT_LIST \
	_IOWR(IPCCHAN_IOC_MAGIC, 0x92, struct ipcchan_wait_list)

#endif /* _UAPI_LINUX_IPCCHAN_H */
