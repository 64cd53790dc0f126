/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sizes and maxima, each with the reason for its value.
 */
#ifndef IPCCHAN_LIMITS_H
#define IPCCHAN_LIMITS_H

#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/types.h>

/*
 * A longer message is a region's work: the copy costs more than the system
 * calls that it saves, and the allocation is no longer likely to succeed.
 */
#define IPCCHAN_MESSAGE_SIZE_CEILING	SZ_16M

/*
 * PEEK counts its way to an index under a spinlock: 65536 steps are some
 * hundred microseconds, the most that we want to hold one. RECEIVE with AFTER
 * steps back as far at worst. SUBSCRIBE has less, IPCCHAN_HISTORY_MAX steps: a
 * subscriber that cannot keep up may do it again and again.
 */
#define IPCCHAN_MESSAGES_CEILING	65536U

/* Defaults of a mailbox: a pipe's 64 KiB a message, 64 as most queues have. */
#define IPCCHAN_DEFAULT_MESSAGES	64U
#define IPCCHAN_DEFAULT_MESSAGE_SIZE	SZ_64K
#define IPCCHAN_DEFAULT_CAPACITY_BYTES	SZ_1M

/*
 * Whose turn it is in a FAIR mailbox, and which of those who wait goes next, is
 * found by a few steps for each sender under a spinlock: 1024 senders are some
 * ten microseconds. Each is 1.4 KiB.
 */
#define IPCCHAN_SENDERS_MAX		1024

/*
 * SEND copies a batch in before it takes the lock, in portions of at most this
 * many bytes (or one message), so that 64 messages of the largest size do not
 * stand in kernel memory twice.
 */
#define IPCCHAN_SEND_PORTION		SZ_256K

/*
 * Tasks woken per lock section: they stand pinned on the waker's stack. When
 * there are more, the waker drops the lock, wakes them, and goes on.
 */
#define IPCCHAN_WAKE_MAX		16

/* Likewise of those who are told by a signal or an eventfd; most often none is. */
#define IPCCHAN_RINGS_MAX		8

/* The largest ioctl argument: none is near it, and it bounds E2BIG's search. */
#define IPCCHAN_ARGUMENT_MAX		256

/**
 * struct ipcchan_limits - what the module's parameters set
 * @max_user_objects: objects one user may have; may change at any time
 * @max_user_bytes: bytes one user may hold; may change at any time
 * @max_user_fds: descriptors of one user in messages; may change at any time
 * @max_capacity_bytes: largest capacity_bytes of a mailbox
 * @max_region_size: largest region, bytes
 * @max_message_size: largest max_message_size of a mailbox, bytes
 * @max_messages: largest capacity_messages of a mailbox
 *
 * The last four are immutable once the module is loaded.
 */
struct ipcchan_limits {
	unsigned long max_user_objects;
	unsigned long max_user_bytes;
	unsigned long max_user_fds;
	unsigned long max_capacity_bytes;
	unsigned long max_region_size;
	unsigned int max_message_size;
	unsigned int max_messages;
};

extern struct ipcchan_limits ipcchan_limits;

/* The defaults of a mailbox, where the parameters allow them. */
static inline u32 ipcchan_limits_messages(void)
{
	return min(IPCCHAN_DEFAULT_MESSAGES, ipcchan_limits.max_messages);
}

static inline u32 ipcchan_limits_message_size(void)
{
	return min_t(u32, IPCCHAN_DEFAULT_MESSAGE_SIZE,
		     ipcchan_limits.max_message_size);
}

static inline u64 ipcchan_limits_capacity_bytes(void)
{
	return min_t(u64, IPCCHAN_DEFAULT_CAPACITY_BYTES,
		     ipcchan_limits.max_capacity_bytes);
}

/* May who has @used already have @amount more? A limit may come down later. */
static inline bool ipcchan_limits_allow(unsigned long used,
					unsigned long amount, unsigned long max)
{
	return amount <= max && used <= max - amount;
}

#endif /* IPCCHAN_LIMITS_H */
