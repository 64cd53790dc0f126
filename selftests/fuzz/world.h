/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The world of a program while it runs: descriptors, mappings and memory, and
 * what the numbers of arguments mean there.
 *
 * Descriptors and mappings belong to a process: its workers take them from each
 * other, close and unmap them, which is meant. Memory belongs to a worker, so
 * that it can tell whether what it received is what was sent.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include <stdbool.h>
#include <sys/types.h>

#include "program.h"
#include "value.h"

/**
 * enum fuzz_area - a worker's memory
 * @FUZZ_ARGUMENT: For the structures of ioctls.
 * @FUZZ_ELEMENTS: For the arrays of ioctls.
 * @FUZZ_DATA: For the bytes of messages.
 * @FUZZ_ASYNC: For what the kernel reads and writes when it likes.
 * @FUZZ_AREAS: Their number.
 */
enum fuzz_area {
	FUZZ_ARGUMENT,
	FUZZ_ELEMENTS,
	FUZZ_DATA,
	FUZZ_ASYNC,
	FUZZ_AREAS,
};

/* Bytes of FUZZ_DATA that each element of an array has for itself. */
#define FUZZ_CHUNK		4096

/**
 * struct fuzz_shared - what all processes of a program share with the fuzzer
 * @calls: Calls made.
 * @worked: Of these, those that gave no error.
 * @ops: What each worker calls; NULL: it has no more to do.
 * @due: When that, or its start, is to end at the latest; 0: it may sleep.
 * @tids: The workers' threads; 0: not started yet.
 * @pids: The two processes.
 * @may_fault: Pages may be missing: some are lent, or frozen, or were copied by a
 *	fork(2) that should not.
 * @found: Is there a finding?
 * @finding: What it is.
 */
struct fuzz_shared {
	__u64 calls;
	__u64 worked;
	const char *ops[FUZZ_WORKERS];
	__u64 due[FUZZ_WORKERS];
	pid_t tids[FUZZ_WORKERS];
	pid_t pids[2];
	int may_fault;
	int found;
	char finding[256];
};

/**
 * struct fuzz_mapping - a mapping of a region, perhaps there no more
 * @address: Where; NULL: none yet.
 * @size: Bytes.
 */
struct fuzz_mapping {
	unsigned char *address;
	size_t size;
};

/**
 * struct fuzz_map - a mapping to be made
 * @fd: Of what.
 * @size: Bytes.
 * @protection: PROT_*.
 * @flags: MAP_*.
 * @offset: Bytes.
 */
struct fuzz_map {
	int fd;
	size_t size;
	int protection;
	int flags;
	off_t offset;
};

/**
 * struct fuzz_process - what the workers of a process share
 * @fds: Descriptors by kind; -1: none.
 * @mappings: Mappings.
 * @sockets: A pair, which all processes of the program share.
 * @tokens: Of calls and requests, by FUZZ_TOKEN.
 */
struct fuzz_process {
	int fds[FUZZ_KINDS][FUZZ_SLOTS];
	struct fuzz_mapping mappings[FUZZ_SLOTS];
	int sockets[2];
	__u64 tokens[FUZZ_TOKENS];
};

/**
 * struct fuzz_worker - who makes the calls
 * @process: Shared with the other worker of the process.
 * @shared: Shared with all.
 * @number: Which worker; its slot in @shared.
 * @calls_left: Calls until it exits: a child that the worker forked.
 * @is_child: Is it such a child?
 */
struct fuzz_worker {
	struct fuzz_process *process;
	struct fuzz_shared *shared;
	unsigned int number;
	unsigned int calls_left;
	bool is_child;
};

/** fuzz_world_init - memory for all workers, once; false if there is none */
bool fuzz_world_init(void);

/** fuzz_process_init - nothing but what a process has from the start */
void fuzz_process_init(struct fuzz_process *process);

/** fuzz_catch_faults - let fuzz_copy() and fuzz_touch() survive bad addresses */
void fuzz_catch_faults(struct fuzz_shared *shared);

/** fuzz_finding - note what must not be; the first one counts */
void __attribute__((format(printf, 2, 3)))
fuzz_finding(struct fuzz_shared *shared, const char *format, ...);

/** fuzz_fd - the descriptor that a FUZZ_FD means, or -1 */
int fuzz_fd(struct fuzz_worker *worker, __u64 value);

/** fuzz_kind - the kind of a descriptor: of its object, or FUZZ_OTHER */
unsigned int fuzz_kind(int fd);

/** fuzz_keep - a descriptor's place; what is there is closed; gives @fd */
long fuzz_keep(struct fuzz_worker *worker, unsigned int kind, __u64 slot,
	       int fd);

/** fuzz_keep_files - from @slot on keep what a message brought, if it is of ours */
void fuzz_keep_files(struct fuzz_worker *worker, __u64 slot,
		     const struct ipcchan_message *message);

/** fuzz_mapping - the mapping of a slot */
struct fuzz_mapping *fuzz_mapping(struct fuzz_worker *worker, __u64 slot);

/** fuzz_map - map, and unmap what the slot had; 0 or -errno */
long fuzz_map(struct fuzz_worker *worker, __u64 slot,
	      const struct fuzz_map *map);

/** fuzz_token - the token that a FUZZ_TOKEN means; else itself */
__u64 fuzz_token(struct fuzz_worker *worker, __u64 value);

/** fuzz_keep_token - @first is FUZZ_CALL or FUZZ_REQUEST; 0 is not kept */
void fuzz_keep_token(struct fuzz_worker *worker, unsigned int first, __u64 slot,
		     __u64 token);

/** fuzz_memory - where @bytes of an area are for a FUZZ_ADDRESS */
void *fuzz_memory(struct fuzz_worker *worker, enum fuzz_area area, __u64 value,
		  size_t bytes);

/** fuzz_copy - memcpy(3) that gives false on a bad address */
bool fuzz_copy(void *to, const void *from, size_t bytes);

/** fuzz_touch - read or write a byte, false on a bad address */
bool fuzz_touch(unsigned char *address, bool write);

/** fuzz_name - fill IPCCHAN_NAME_SIZE bytes */
void fuzz_name(char *name, __u64 value);

/** fuzz_extent - pages of the region that @fd, a FUZZ_FD, means */
struct ipcchan_extent fuzz_extent(struct fuzz_worker *worker, __u64 fd,
				  __u64 value);

/** fuzz_deadline - the time that a FUZZ_DEADLINE means */
__u64 fuzz_deadline(__u64 value);

/** fuzz_negated - @result, or -errno */
long fuzz_negated(long result);

/** FUZZ_TAKES - the arguments of an op */
#define FUZZ_TAKES(...)							\
	.args = { __VA_ARGS__ },					\
	.nr_args = sizeof((struct fuzz_arg[]){ __VA_ARGS__ }) /		\
		   sizeof(struct fuzz_arg)

#endif /* FUZZ_WORLD_H */
