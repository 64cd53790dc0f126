/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For each ioctl: what linux/ipcchan.h says of it, and one call that works.
 *
 * The tables of struct uapi_ioctl are in uapi_table.h, which uapi_table.py
 * writes from the header.
 */
#ifndef UAPI_CALLS_H
#define UAPI_CALLS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include <linux/ipcchan.h>

#include "ipcchan_selftest.h"

/* Kinds of descriptor. */
enum uapi_kind {
	UAPI_device,
	UAPI_mailbox,
	UAPI_region,
	UAPI_ring,
	UAPI_mutex,
	UAPI_semaphore,
	UAPI_event,
	UAPI_condvar,
	UAPI_barrier,
	UAPI_rwlock,
	UAPI_KINDS,
};

#define UAPI_ON(kind)		(1U << UAPI_##kind)

/* What becomes of a field: read, written, or every unknown bit refused. */
enum uapi_role {
	UAPI_INPUT,
	UAPI_OUTPUT,
	UAPI_FLAGS,
};

/* What kind of value a field holds. */
enum uapi_meaning {
	UAPI_NUMBER,
	UAPI_BYTES,
	UAPI_ADDRESS,
	UAPI_DESCRIPTOR,
	UAPI_DEADLINE,
	UAPI_USER,
	UAPI_NAME,
};

/**
 * struct uapi_field - a field of a structure
 * @offset: In bytes.
 * @size: In bytes.
 * @role: What the kernel does with it.
 * @known: For UAPI_FLAGS: bits that have a meaning.
 * @errno_unknown: For UAPI_FLAGS: what another bit gives.
 * @name: Its name.
 * @meaning: What kind of value it holds.
 * @most: The largest good value, or 0.
 */
struct uapi_field {
	size_t offset;
	size_t size;
	enum uapi_role role;
	__u64 known;
	int errno_unknown;
	const char *name;
	enum uapi_meaning meaning;
	__u64 most;
};

/**
 * struct uapi_array - the array that an ioctl's structure points to
 * @address: Field with its address.
 * @count: Field with the number of elements.
 * @element_size: Field with the caller's size of an element.
 * @count_max: Most elements.
 * @element: Size of an element.
 * @element_ver0: Size of an element as first published.
 * @fields: Of an element.
 * @nr_fields: How many.
 */
struct uapi_array {
	struct uapi_field address;
	struct uapi_field count;
	struct uapi_field element_size;
	__u32 count_max;
	size_t element;
	size_t element_ver0;
	const struct uapi_field *fields;
	size_t nr_fields;
};

/**
 * struct uapi_ioctl - an ioctl
 * @cmd: Its number.
 * @name: Its name, less IPCCHAN_IOC_.
 * @size: Of its structure.
 * @size_ver0: Of its structure as first published.
 * @kinds: UAPI_ON() of the descriptors that it works on.
 * @right: Right that the descriptor must have, or 0.
 * @fields: Of its structure.
 * @nr_fields: How many.
 * @errnos: Those it may give, and 0.
 * @gives_fd: Does it return a new descriptor?
 * @array: The array it takes, or NULL.
 */
struct uapi_ioctl {
	unsigned long cmd;
	const char *name;
	size_t size;
	size_t size_ver0;
	unsigned int kinds;
	unsigned int right;
	const struct uapi_field *fields;
	size_t nr_fields;
	const int *errnos;
	bool gives_fd;
	const struct uapi_array *array;
};

/* Elements of the array of a call that works, and messages in the mailbox. */
#define UAPI_ELEMENTS		2

/* Bytes of a buffer, and of the message in it. */
#define UAPI_BUFFER		64
#define UAPI_MESSAGE		24

/* Bytes of a snapshot of the mailbox, and more. */
#define UAPI_SNAPSHOT		1024

/* Bytes that a structure may have and be looked at. */
#define UAPI_PAGE		4096

/**
 * struct uapi_world - what the calls work on
 * @fds: A descriptor of each kind, with all rights; of the ring, its consumer's end.
 * @name: Of the mailbox.
 * @others: Mailboxes for a call that needs several.
 * @producer: The other end of the ring.
 * @ends: Of the ring that the last call made.
 * @message: For a call on one message.
 * @reply: For a call that is given two.
 * @argument_end: Where the memory for an ioctl's structure ends.
 * @elements_end: Where the memory for an array ends.
 * @elements: The array of the last call made up.
 * @stride: Bytes of one of its elements.
 * @more: Bytes to add to each element.
 * @buffers_end: Where the memory for the bytes of messages ends.
 * @buffers: For these bytes, in that memory.
 * @waiter: Waits for the event, if a call needs somebody who waits.
 */
struct uapi_world {
	int fds[UAPI_KINDS];
	char name[IPCCHAN_NAME_SIZE];
	int others[UAPI_ELEMENTS];
	int producer;
	int ends[2];
	struct ipcchan_message message;
	struct ipcchan_message reply;
	unsigned char *argument_end;
	unsigned char *elements_end;
	unsigned char *elements;
	size_t stride;
	size_t more;
	unsigned char *buffers_end;
	unsigned char (*buffers)[UAPI_BUFFER];
	struct child waiter;
};

/* Bytes of each of these memories, which processes share; whole pages. */
#define UAPI_MEMORY		(5 * UAPI_PAGE)

/* What a call returns that makes a descriptor. */
#define UAPI_NEW_FD		(-100010)

/**
 * struct uapi_call - a call that works
 * @ioctl: What is called.
 * @kind: On which descriptor.
 * @fill: Write the structure into zeroed memory, return what the call returns.
 */
struct uapi_call {
	const struct uapi_ioctl *ioctl;
	enum uapi_kind kind;
	int (*fill)(struct uapi_world *world, enum uapi_kind kind,
		    void *argument);
};

/** uapi_world_open - false if something failed */
bool uapi_world_open(struct uapi_world *world);
void uapi_world_close(struct uapi_world *world);

/** uapi_argument - @size bytes for the call, the last where memory ends */
void *uapi_argument(struct uapi_world *world, const struct uapi_call *call,
		    size_t size);

/** uapi_expected - what the call returns */
int uapi_expected(struct uapi_world *world, const struct uapi_call *call);

/** uapi_sized - the number of the ioctl for a structure of @size */
unsigned long uapi_sized(const struct uapi_ioctl *ioctl, size_t size);

/**
 * struct uapi_state - all that can be seen of the world
 * @device: DEVICE_INFO of the session.
 * @mailbox: MAILBOX_INFO.
 * @others: Of the other mailboxes.
 * @region: REGION_INFO.
 * @ring: RING_INFO.
 * @mutex: MUTEX_INFO.
 * @semaphore: SEMAPHORE_INFO.
 * @event: EVENT_INFO.
 * @condvar: CONDVAR_INFO.
 * @barrier: BARRIER_INFO.
 * @rwlock: RWLOCK_INFO.
 * @objects: OBJECT_INFO of a descriptor of each kind; that of the device is empty.
 * @names: What OBJECT_LIST gives.
 * @messages: What PEEK gives.
 * @nr_names: How many.
 * @nr_messages: How many.
 * @next_fd: The number of the next descriptor of this process.
 */
struct uapi_state {
	struct ipcchan_device_info device;
	struct ipcchan_mailbox_info mailbox;
	struct ipcchan_mailbox_info others[UAPI_ELEMENTS];
	struct ipcchan_region_info region;
	struct ipcchan_ring_info ring;
	struct ipcchan_mutex_info mutex;
	struct ipcchan_semaphore_info semaphore;
	struct ipcchan_event_info event;
	struct ipcchan_condvar_info condvar;
	struct ipcchan_barrier_info barrier;
	struct ipcchan_rwlock_info rwlock;
	struct ipcchan_object_info objects[UAPI_KINDS];
	struct ipcchan_object_info names[8];
	struct ipcchan_message messages[8];
	int nr_names;
	int nr_messages;
	int next_fd;
};

/** uapi_look - see the state, comparable by memcmp(3) */
void uapi_look(const struct uapi_world *world, struct uapi_state *state);

/** uapi_makes_descriptor - does the call return a new descriptor? */
bool uapi_makes_descriptor(unsigned long cmd);

/* What a call gives that failed and changed something all the same. */
#define UAPI_CHANGED		(-100011)

/** uapi_try - what the call gives; a new descriptor is closed: UAPI_NEW_FD */
int uapi_try(struct uapi_world *world, int fd, unsigned long cmd,
	     void *argument);

/** uapi_get, uapi_set - a field of @size 4 or 8 */
__u64 uapi_get(const void *structure, const struct uapi_field *field);
void uapi_set(void *structure, const struct uapi_field *field, __u64 value);

/* A new ioctl does not link before uapi_calls.c has its fill_...(). */
#include "uapi_table.h"

#endif /* UAPI_CALLS_H */
