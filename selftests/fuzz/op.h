/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ops: the system calls that programs of the fuzzer are made of.
 *
 * An op is a name, a description of its arguments and a function. There is one
 * for each ioctl of linux/ipcchan.h, made from the tables of uapi_table.py, so
 * that a new ioctl cannot be left out; the others are in call_*.c.
 *
 * Arguments are numbers that mean the same whenever and wherever a program is
 * run: not a descriptor but the place where one is kept, not a time but how far
 * off it is. world.h turns them into what a system call takes.
 */
#ifndef FUZZ_OP_H
#define FUZZ_OP_H

#include <linux/types.h>

#include "uapi_calls.h"

/* An ioctl takes FUZZ_IOCTL_ARGS and one for each field that it reads. */
#define FUZZ_ARGS		20

struct fuzz_worker;

/**
 * enum fuzz_type - what the number of an argument means
 * @FUZZ_NUMBER: Itself; param is the most that is good, or 0.
 * @FUZZ_BYTES: Itself; a length or size.
 * @FUZZ_FLAGS: Itself; param is the bits that are known.
 * @FUZZ_FD: A descriptor: FUZZ_AT(); param is the kinds that make sense.
 * @FUZZ_SLOT: Where a new descriptor, or mapping, is kept.
 * @FUZZ_NAME: Which name, see fuzz_name().
 * @FUZZ_ADDRESS: Which place in memory, and the seed of what is there.
 * @FUZZ_DEADLINE: Which time, see fuzz_deadline(); else itself.
 * @FUZZ_USER: Itself; a user or group.
 * @FUZZ_COUNT: Itself; param is the most that are allowed.
 * @FUZZ_SIZE: Bytes of a structure, 0 for as many as it has: param.
 * @FUZZ_TOKEN: Which call or request, see fuzz_token(); param is the first that
 *	makes sense.
 * @FUZZ_EXTENT: Which pages are lent, and how, see fuzz_extent().
 * @FUZZ_CHOICE: One of param alternatives.
 */
enum fuzz_type {
	FUZZ_NUMBER,
	FUZZ_BYTES,
	FUZZ_FLAGS,
	FUZZ_FD,
	FUZZ_SLOT,
	FUZZ_NAME,
	FUZZ_ADDRESS,
	FUZZ_DEADLINE,
	FUZZ_USER,
	FUZZ_COUNT,
	FUZZ_SIZE,
	FUZZ_TOKEN,
	FUZZ_EXTENT,
	FUZZ_CHOICE,
};

/* Kinds of descriptor are UAPI_device and so on, and those of other things. */
#define FUZZ_KINDS		16
#define FUZZ_OTHER		(FUZZ_KINDS - 1)
#define FUZZ_ON_OTHER		(1U << FUZZ_OTHER)
#define FUZZ_SLOTS		4
#define FUZZ_AT(kind, slot)	((kind) << 4 | (slot))

/* Values of FUZZ_TOKEN: no token, calls that were begun, requests received. */
#define FUZZ_NO_TOKEN		0
#define FUZZ_CALL		1
#define FUZZ_REQUEST		(FUZZ_CALL + FUZZ_SLOTS)
#define FUZZ_TOKENS		(FUZZ_REQUEST + FUZZ_SLOTS)

/**
 * struct fuzz_arg - an argument of an op
 * @type: What its number means.
 * @param: See enum fuzz_type.
 */
struct fuzz_arg {
	enum fuzz_type type;
	__u64 param;
};

/* The first arguments of an ioctl. */
enum fuzz_ioctl_arg {
	FUZZ_IOCTL_FD,
	FUZZ_IOCTL_ADDRESS,
	FUZZ_IOCTL_SIZE,
	FUZZ_IOCTL_SLOT,
	FUZZ_IOCTL_ARGS,
};

/**
 * struct fuzz_op - a system call
 * @name: As in a program's text.
 * @run: Make the call; gives its result, or -errno.
 * @args: Its arguments.
 * @nr_args: How many.
 * @weight: How often it is picked.
 * @may_sleep: It may sleep for ever.
 * @ioctl: What the header says, if it is an ioctl of ipcchan.
 */
struct fuzz_op {
	const char *name;
	long (*run)(struct fuzz_worker *worker, const struct fuzz_op *op,
		    const __u64 *args);
	struct fuzz_arg args[FUZZ_ARGS];
	unsigned int nr_args;
	unsigned int weight;
	bool may_sleep;
	const struct uapi_ioctl *ioctl;
};

/**
 * struct fuzz_op_table - the ops of a call_*.c
 * @ops: The ops.
 * @nr: How many.
 */
struct fuzz_op_table {
	const struct fuzz_op *ops;
	size_t nr;
};

extern const struct fuzz_op_table fuzz_extent_ops;
extern const struct fuzz_op_table fuzz_file_ops;
extern const struct fuzz_op_table fuzz_memory_ops;
extern const struct fuzz_op_table fuzz_process_ops;
extern const struct fuzz_op_table fuzz_wait_ops;

/** fuzz_op_find - the op of this name, or NULL */
const struct fuzz_op *fuzz_op_find(const char *name);

/** fuzz_op_at - op number @index, or NULL behind the last */
const struct fuzz_op *fuzz_op_at(size_t index);

/** fuzz_op_of - the op of an ioctl */
const struct fuzz_op *fuzz_op_of(unsigned long cmd);

/** fuzz_arg_of - what an argument for this field means */
struct fuzz_arg fuzz_arg_of(const struct uapi_field *field);

/** fuzz_call_ioctl - run an op made of an ioctl */
long fuzz_call_ioctl(struct fuzz_worker *worker, const struct fuzz_op *op,
		     const __u64 *args);

#endif /* FUZZ_OP_H */
