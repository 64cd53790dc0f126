// SPDX-License-Identifier: GPL-2.0
/* The world of a program while it runs. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipcchan_selftest.h"
#include "world.h"

#define PAGE			4096UL
#define HUGE_PAGE		(512 * PAGE)

static const size_t area_sizes[FUZZ_AREAS] = {
	[FUZZ_ARGUMENT] = 8 * PAGE,
	[FUZZ_ELEMENTS] = IPCCHAN_LIST_MAX * PAGE,
	/* A chunk for each of a batch, and behind them 1 MiB and a page. */
	[FUZZ_DATA] = IPCCHAN_BATCH_MAX * FUZZ_CHUNK + 257 * PAGE,
	[FUZZ_ASYNC] = 32 * PAGE,
};

/* Each is followed by a page without access. */
static unsigned char *areas[FUZZ_WORKERS][FUZZ_AREAS];
static unsigned char *read_only;

static unsigned char *memory_to_an_edge(size_t bytes)
{
	unsigned char *memory = mmap(NULL, bytes + PAGE, PROT_NONE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED ||
	    mprotect(memory, bytes, PROT_READ | PROT_WRITE))
		return NULL;
	return memory;
}

bool fuzz_world_init(void)
{
	bool done = true;

	for (int worker = 0; worker < FUZZ_WORKERS; worker++) {
		for (int area = 0; area < FUZZ_AREAS; area++) {
			areas[worker][area] =
				memory_to_an_edge(area_sizes[area]);
			done = done && areas[worker][area];
		}
	}
	read_only = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	return done && read_only != MAP_FAILED;
}

void fuzz_process_init(struct fuzz_process *process)
{
	int *other = process->fds[FUZZ_OTHER];

	memset(process, 0, sizeof(*process));
	memset(process->fds, -1, sizeof(process->fds));
	other[0] = epoll_create1(EPOLL_CLOEXEC);
	other[1] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (pipe2(&other[2], O_CLOEXEC | O_NONBLOCK) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0, process->sockets))
		memset(process->sockets, -1, sizeof(process->sockets));
}

void fuzz_finding(struct fuzz_shared *shared, const char *format, ...)
{
	va_list args;

	if (__atomic_exchange_n(&shared->found, 1, __ATOMIC_ACQ_REL))
		return;
	va_start(args, format);
	vsnprintf(shared->finding, sizeof(shared->finding), format, args);
	va_end(args);
}

/* Faults */

/**
 * struct guard - where to go on after a fault
 * @where: There.
 */
struct guard {
	sigjmp_buf where;
};

static __thread struct guard *guarded;
static struct fuzz_shared *told_of_faults;

static void fault_handler(int number)
{
	/* A region has all its pages for as long as it is mapped, but for these. */
	if (number == SIGBUS && !told_of_faults->may_fault)
		fuzz_finding(told_of_faults, "SIGBUS");
	if (guarded)
		siglongjmp(guarded->where, 1);
	/* A worker has unmapped what another one needed, or scribbled on it. */
	_exit(1);
}

void fuzz_catch_faults(struct fuzz_shared *shared)
{
	struct sigaction action = {
		.sa_handler = fault_handler,
		.sa_flags = SA_NODEFER,
	};

	told_of_faults = shared;
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

/* The compiler does not see that memcpy(3) may end in the handler. */
static void set_guard(struct guard *guard)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	guarded = guard;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

bool fuzz_copy(void *to, const void *from, size_t bytes)
{
	struct guard guard;

	if (sigsetjmp(guard.where, 0)) {
		set_guard(NULL);
		return false;
	}
	set_guard(&guard);
	memcpy(to, from, bytes);
	set_guard(NULL);
	return true;
}

bool fuzz_touch(unsigned char *address, bool write)
{
	unsigned char byte = 'f';

	return write ? fuzz_copy(address, &byte, 1) :
		       fuzz_copy(&byte, address, 1);
}

/* Descriptors and mappings */

int fuzz_fd(struct fuzz_worker *worker, __u64 value)
{
	int *fds = worker->process->fds[value / FUZZ_AT(1, 0) % FUZZ_KINDS];
	int fd = __atomic_load_n(&fds[value % FUZZ_SLOTS], __ATOMIC_RELAXED);

	for (int i = 0; fd < 0 && i < FUZZ_SLOTS; i++)
		fd = __atomic_load_n(&fds[i], __ATOMIC_RELAXED);
	return fd;
}

unsigned int fuzz_kind(int fd)
{
	struct ipcchan_object_info info = {};
	struct ipcchan_device_info device = {};

	if (!ioctl(fd, IPCCHAN_IOC_OBJECT_INFO, &info) &&
	    info.kind < FUZZ_OTHER)
		return info.kind;
	if (!ioctl(fd, IPCCHAN_IOC_DEVICE_INFO, &device))
		return UAPI_device;
	return FUZZ_OTHER;
}

long fuzz_keep(struct fuzz_worker *worker, unsigned int kind, __u64 slot,
	       int fd)
{
	int *fds = worker->process->fds[kind % FUZZ_KINDS];
	int old;

	if (fd < 0)
		return -errno;
	old = __atomic_exchange_n(&fds[slot % FUZZ_SLOTS], fd,
				  __ATOMIC_RELAXED);
	if (old >= 0)
		close(old);
	return fd;
}

/* Others may have scribbled there since, so only what is one of ours is kept. */
void fuzz_keep_files(struct fuzz_worker *worker, __u64 slot,
		     const struct ipcchan_message *message)
{
	__s32 fds[IPCCHAN_FDS_MAX];
	__u32 nr = message->nr_fds;

	if (nr > IPCCHAN_FDS_MAX ||
	    !fuzz_copy(fds, (void *)(uintptr_t)message->fds,
		       nr * sizeof(fds[0])))
		return;
	for (__u32 i = 0; i < nr; i++) {
		unsigned int kind = fuzz_kind(fds[i]);

		if (kind != FUZZ_OTHER)
			fuzz_keep(worker, kind, slot + i, fds[i]);
	}
}

struct fuzz_mapping *fuzz_mapping(struct fuzz_worker *worker, __u64 slot)
{
	return &worker->process->mappings[slot % FUZZ_SLOTS];
}

long fuzz_map(struct fuzz_worker *worker, __u64 slot,
	      const struct fuzz_map *map)
{
	struct fuzz_mapping *mapping = fuzz_mapping(worker, slot);
	unsigned char *address;

	address = mmap(NULL, map->size, map->protection, map->flags, map->fd,
		       map->offset);
	if (address == MAP_FAILED)
		return -errno;
	if (mapping->address)
		munmap(mapping->address, mapping->size);
	*mapping = (struct fuzz_mapping){ address, map->size };
	return 0;
}

__u64 fuzz_token(struct fuzz_worker *worker, __u64 value)
{
	if (value >= FUZZ_TOKENS)
		return value;
	return __atomic_load_n(&worker->process->tokens[value],
			       __ATOMIC_RELAXED);
}

void fuzz_keep_token(struct fuzz_worker *worker, unsigned int first, __u64 slot,
		     __u64 token)
{
	__u64 *tokens = worker->process->tokens;

	if (token)
		__atomic_store_n(&tokens[first + slot % FUZZ_SLOTS], token,
				 __ATOMIC_RELAXED);
}

/* Values */

void *fuzz_memory(struct fuzz_worker *worker, enum fuzz_area area, __u64 value,
		  size_t bytes)
{
	unsigned char *base = areas[worker->number][area];
	size_t size = area_sizes[area];

	if (bytes > size)
		bytes = size;
	switch (FUZZ_PLACE(value)) {
	case FUZZ_NULL:
		return NULL;
	case FUZZ_UNMAPPED:
		return base + size;
	case FUZZ_KERNEL:
		return (void *)0xffff888000000000UL;
	case FUZZ_TO_EDGE:
		return base + size - bytes;
	case FUZZ_OVER_EDGE:
		return base + size - bytes / 2;
	case FUZZ_READ_ONLY:
		return read_only;
	case FUZZ_MAPPED:
		return fuzz_mapping(worker, FUZZ_SEED(value))->address;
	case FUZZ_UNALIGNED:
		return base + 1;
	case FUZZ_WILD:
		return (void *)0x8000000000000000UL;
	default:
		return base;
	}
}

void fuzz_name(char *name, __u64 value)
{
	memset(name, 0, IPCCHAN_NAME_SIZE);
	switch (value % FUZZ_NAME_KINDS) {
	case FUZZ_NAME_NONE:
		break;
	case FUZZ_NAME_NONE + 1:
		strcpy(name, "fuzz/0");
		break;
	case FUZZ_NAME_NONE + 2:
		memset(name, 'x', IPCCHAN_NAME_SIZE);
		break;
	case FUZZ_NAME_NONE + 3:
		memset(name, 'x', IPCCHAN_NAME_SIZE - 1);
		break;
	case FUZZ_NAME_NONE + 4:
		memset(name, '.', 2);
		name[IPCCHAN_NAME_SIZE - 1] = 'x';
		break;
	default:
		sprintf(name, "fuzz-%llu", value % FUZZ_NAME_KINDS);
	}
}

struct ipcchan_extent fuzz_extent(struct fuzz_worker *worker, __u64 fd,
				  __u64 value)
{
	static const __u32 modes[16] = {
		0, IPCCHAN_EXTENT_SHARE, IPCCHAN_EXTENT_MOVE,
		IPCCHAN_EXTENT_SHARE | IPCCHAN_EXTENT_MOVE, 1U << 31,
	};
	static const __u64 offsets[16] = {
		0, PAGE, 2 * PAGE, 3 * PAGE, 4 * PAGE, HUGE_PAGE, 1, PAGE - 1,
		-PAGE, 1ULL << 63,
	};
	static const __u64 lengths[16] = {
		PAGE, 2 * PAGE, 4 * PAGE, HUGE_PAGE, 0, 1, PAGE + 1, -PAGE,
		1ULL << 63, -1,
	};

	return (struct ipcchan_extent){
		.fd = fuzz_fd(worker, fd),
		.mode = modes[FUZZ_MODE(value)],
		.offset = offsets[FUZZ_OFFSET(value)],
		.length = lengths[FUZZ_LENGTH(value)],
	};
}

__u64 fuzz_deadline(__u64 value)
{
	switch (value) {
	case FUZZ_PAST:
		return now_ns(CLOCK_MONOTONIC) - NSEC_PER_SEC;
	case FUZZ_SOON:
		return deadline_after(NSEC_PER_MSEC);
	case FUZZ_LATER:
		return deadline_after(5 * NSEC_PER_MSEC);
	case FUZZ_NEVER:
		return IPCCHAN_DEADLINE_NEVER;
	case FUZZ_ALMOST_NEVER:
		return IPCCHAN_DEADLINE_NEVER - 1;
	case FUZZ_SOON_REALTIME:
		return now_ns(CLOCK_REALTIME) + NSEC_PER_MSEC;
	default:
		return value;
	}
}

long fuzz_negated(long result)
{
	return result < 0 ? -errno : result;
}
