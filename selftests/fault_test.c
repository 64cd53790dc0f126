// SPDX-License-Identifier: GPL-2.0
/*
 * Each way into the module, with the first of its allocations and copies
 * failing, then the second, until there are no more: the call tells of it,
 * nothing has changed, nothing is lost, and the next call works.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <linux/ipcchan_ring.h>

#include "fault_points.h"
#include "ipcchan_selftest.h"
#include "uapi_calls.h"

/* Messages of a batch, pages of a region or a ring, and descriptors polled at once. */
#define BATCH			16
#define PAGES			4
#define POLLED			64

/* Bytes of a message for which the kernel may take single pages. */
#define LARGE			60000

/* Times that the points of a way are gone through, and most that it may have. */
#define ROUNDS			3
#define MOST_POINTS		2000

/* A kernel that looks for bugs, on a machine that does other things besides. */
#define SWEEP_SECONDS		600

/**
 * struct trial - one call, once
 * @world: What it works on.
 * @call: The ioctl, or NULL.
 * @argument: Of it.
 * @fd: What the way prepared for itself.
 * @mapping: Likewise.
 * @batch: Messages.
 * @numbers: Their bytes.
 * @entries: For OBJECT_LIST.
 * @polled: For poll(2).
 * @bytes: For anything.
 */
struct trial {
	struct uapi_world world;
	const struct uapi_call *call;
	void *argument;
	int fd;
	char *mapping;
	struct ipcchan_message batch[BATCH];
	unsigned int numbers[BATCH];
	struct ipcchan_object_info entries[IPCCHAN_LIST_MAX];
	struct pollfd polled[POLLED];
	char bytes[LARGE];
};

/**
 * struct way - a way into the module
 * @name: Of it.
 * @prepare: What has to be there; no point of it fails. False if it is not.
 * @run: The system call; returns what it returned, or -errno.
 * @finish: What the call made is taken away again; returns what @run did, or
 *	what became of it.
 * @expected: What @finish returns of a call that works.
 * @is_batch: It may do a part, and then says how much.
 * @is_retried: What it could not do as part of a batch it tries once more.
 * @falls_back: The kernel has another way where an allocation fails.
 * @splits: The kind of object whose mapping it may split, also if it fails; or 0.
 */
struct way {
	const char *name;
	bool (*prepare)(struct trial *t);
	int (*run)(struct trial *t);
	int (*finish)(struct trial *t, int result);
	int expected;
	bool is_batch;
	bool is_retried;
	bool falls_back;
	int splits;
};

/**
 * struct tally - what the points of a way were
 * @memory: Allocations that failed.
 * @copies: Copies that failed.
 * @fallbacks: Failed allocations after which the call worked all the same.
 * @passed: Points at which all was as it should be.
 * @wrong: Calls of which something was not, at a point or without one.
 */
struct tally {
	unsigned int memory;
	unsigned int copies;
	unsigned int fallbacks;
	unsigned int passed;
	unsigned int wrong;
};

static int negated(int result)
{
	return result < 0 ? -errno : result;
}

/* The ioctls */

static bool prepare_ioctl(struct trial *t)
{
	t->argument = uapi_argument(&t->world, t->call, t->call->ioctl->size);
	return true;
}

static int run_ioctl(struct trial *t)
{
	return call(t->world.fds[t->call->kind], t->call->ioctl->cmd,
		    t->argument);
}

static int finish_ioctl(struct trial *t, int result)
{
	if (!result && t->call->ioctl->cmd == IPCCHAN_IOC_RING_CREATE)
		return close(t->world.ends[0]) || close(t->world.ends[1]) ?
		       -EBADF : 0;
	if (result < 0 || !uapi_makes_descriptor(t->call->ioctl->cmd))
		return result;
	return close(result) ? -EBADF : UAPI_NEW_FD;
}

/* Points of one call */

static bool trial_open(struct trial *t, const struct way *way)
{
	t->mapping = MAP_FAILED;
	t->fd = -1;
	return uapi_world_open(&t->world) && (!way->prepare || way->prepare(t));
}

static void trial_close(struct trial *t)
{
	if (t->mapping != MAP_FAILED)
		munmap(t->mapping, PAGES * UAPI_PAGE);
	if (t->fd >= 0)
		close(t->fd);
	uapi_world_close(&t->world);
}

static int run(struct trial *t, const struct way *way)
{
	int result = way->run(t);

	return way->finish ? way->finish(t, result) : result;
}

static bool is_part(const struct way *way, int result)
{
	return way->is_batch && result > 0 && result < way->expected;
}

/* Messages that came or went. */
static int moved(const struct uapi_state *before,
		 const struct uapi_state *after)
{
	return after->mailbox.sent - before->mailbox.sent +
	       after->mailbox.received - before->mailbox.received;
}

/* How often a region or a ring is mapped, as the kernel tells. */
static unsigned int mappings_of_process(int kind)
{
	const char *name = kind == UAPI_ring ? "ipcchan-ring" : "ipcchan-region";
	FILE *file = fopen("/proc/self/maps", "re");
	unsigned int nr = 0;
	char line[512];

	while (file && fgets(line, sizeof(line), file))
		nr += !!strstr(line, name);
	if (file)
		fclose(file);
	return nr;
}

/* A call that failed: nothing has changed, but that mappings may be split. */
static bool is_same(const struct way *way, const struct uapi_state *before,
		    struct uapi_state *after)
{
	struct ipcchan_object_info *split = &after->objects[way->splits];

	if (way->splits && split->items == mappings_of_process(way->splits)) {
		split->items = before->objects[way->splits].items;
		if (way->splits == UAPI_region)
			after->region.mappings = before->region.mappings;
	}
	return !memcmp(before, after, sizeof(*before));
}

static const char hidden_allocation[] = "it hides that an allocation failed";

/* What is wrong with a call that worked; NULL if nothing is. */
static const char *judge_success(const struct way *way, enum fault_kind kind)
{
	if (kind == FAULT_COPY && !way->is_retried)
		return "it hides that a copy failed";
	if (kind == FAULT_MEMORY && !way->falls_back && !way->is_retried &&
	    !faults_meet_kmemleak())
		return hidden_allocation;
	return NULL;
}

/* What is wrong with a call that did not. */
static const char *judge_failure(const struct way *way, int result,
				 enum fault_kind kind,
				 const struct uapi_state *before,
				 struct uapi_state *after)
{
	if (is_part(way, result))
		return is_same(way, before, after) ||
				       moved(before, after) == result ?
			NULL : "it did another number than it says";
	if (kind == FAULT_NONE)
		return "it failed though nothing did";
	if (result != (kind == FAULT_COPY ? -EFAULT : -ENOMEM))
		return "the result is wrong";
	return is_same(way, before, after) ? NULL :
					     "it failed and changed something";
}

static const char *try_point(struct trial *t, const struct way *way,
			     unsigned int nth, enum fault_kind *kind,
			     int *result)
{
	struct uapi_state before;
	struct uapi_state after;
	const char *wrong;

	uapi_look(&t->world, &before);
	fault_arm(nth);
	*result = way->run(t);
	*kind = fault_disarm();
	if (way->finish)
		*result = way->finish(t, *result);
	if (*result == way->expected)
		return judge_success(way, *kind);
	uapi_look(&t->world, &after);
	wrong = judge_failure(way, *result, *kind, &before, &after);
	if (wrong)
		return wrong;
	if (is_part(way, *result))
		return run(t, way) > 0 ? NULL : "the rest is not done";
	return run(t, way) == way->expected ? NULL : "it does not work again";
}

static void count(struct tally *tally, enum fault_kind kind, bool has_worked)
{
	if (kind == FAULT_MEMORY) {
		tally->memory++;
		tally->fallbacks += has_worked;
	} else if (kind == FAULT_COPY) {
		tally->copies++;
	}
}

static bool is_charged(int session, const struct ipcchan_device_info *before)
{
	return await_usage(session, before->user_objects, before->user_bytes);
}

/* One call with a point that fails; NULL if all is as it should be. */
static const char *sweep_call(struct trial *t, const struct way *way,
			      unsigned int nth, enum fault_kind *kind,
			      int *result)
{
	const char *wrong = "it cannot be prepared";
	int session = session_open();
	struct ipcchan_device_info before = device_info(session);

	*kind = FAULT_NONE;
	if (trial_open(t, way))
		wrong = try_point(t, way, nth, kind, result);
	trial_close(t);
	if (!wrong && !is_charged(session, &before))
		wrong = "something stays charged";
	if (!wrong && faults_splat())
		wrong = "the kernel complained";
	close(session);
	return wrong;
}

static const char *const kinds[] = {
	[FAULT_NONE] = "no failure",
	[FAULT_MEMORY] = "an allocation",
	[FAULT_COPY] = "a copy",
};

/*
 * Returns whether there was such a point. Once in a while the allocator has an
 * allocation of its own, for more of a kind of object, which it can do without:
 * what only looks like a call that hides a failure is not there the next time.
 */
static bool sweep_point(struct trial *t, const struct way *way,
			unsigned int nth, struct tally *tally)
{
	enum fault_kind kind;
	const char *wrong;
	int result = 0;
	int tries = 5;

	do
		wrong = sweep_call(t, way, nth, &kind, &result);
	while (wrong == hidden_allocation && --tries);
	count(tally, kind, result == way->expected);
	if (wrong)
		printf("# %s, point %u, %s: %s: it gave %d\n", way->name, nth,
		       kinds[kind], wrong, result);
	tally->wrong += !!wrong;
	tally->passed += !wrong && kind != FAULT_NONE;
	return kind != FAULT_NONE;
}

static struct tally sweep_once(struct trial *t, const struct way *way)
{
	struct tally tally = {};
	unsigned int nth = 1;

	while (sweep_point(t, way, nth, &tally) && nth < MOST_POINTS)
		nth++;
	return tally;
}

static unsigned int points(const struct tally *tally)
{
	return tally->memory + tally->copies;
}

/*
 * All points of a way. What comes first without a failure brings into memory
 * what the call needs, so that page faults of the test are no points. Each
 * round may meet an allocation of the allocator's own, and miss the point in
 * whose place it was; the one with the fewest is told. False if one failed.
 */
static bool sweep(const struct way *way, const struct uapi_call *call)
{
	static struct trial trial;
	unsigned int rounds = setting("IPCCHAN_FAULT_ROUNDS", ROUNDS) ?: 1;
	struct tally fewest = {};
	bool passed = true;

	trial.call = call;
	mlockall(MCL_CURRENT);
	for (unsigned int i = 0; i < ROUNDS; i++)
		sweep_point(&trial, way, 0, &fewest);
	for (unsigned int i = 0; i < rounds; i++) {
		struct tally tally = sweep_once(&trial, way);

		passed &= !tally.wrong;
		if (!i || points(&tally) < points(&fewest))
			fewest = tally;
	}
	printf("# %s: %u of %u points: %u allocations, %u with a fallback; %u copies\n",
	       way->name, fewest.passed, points(&fewest), fewest.memory,
	       fewest.fallbacks, fewest.copies);
	fflush(stdout);
	return passed;
}

FIXTURE(fault_ioctl)
{
	struct way way;
};

FIXTURE_VARIANT(fault_ioctl)
{
	struct uapi_call call;
};

#include "uapi_faults.h"

FIXTURE_SETUP(fault_ioctl)
{
	unsigned long cmd = variant->call.ioctl->cmd;
	struct uapi_world world = {};

	ASSERT_TRUE(uapi_world_open(&world));
	self->way = (struct way){
		.name = variant->call.ioctl->name,
		.prepare = prepare_ioctl,
		.run = run_ioctl,
		.finish = finish_ioctl,
		.expected = uapi_expected(&world, &variant->call),
		.is_batch = variant->call.ioctl->array,
		.is_retried = cmd == IPCCHAN_IOC_MAILBOX_SEND,
		/* The tree of its pages; pages that are asked for together. */
		.falls_back = cmd == IPCCHAN_IOC_REGION_OPEN ||
			      cmd == IPCCHAN_IOC_RING_CREATE ||
			      cmd == IPCCHAN_IOC_RING_OPEN ||
			      cmd == IPCCHAN_IOC_WAIT_ANY ||
			      cmd == IPCCHAN_IOC_WAIT_ALL,
	};
	uapi_world_close(&world);
	if (!faults_missing())
		ASSERT_TRUE(faults_begin());
}

FIXTURE_TEARDOWN(fault_ioctl)
{
	if (!faults_missing())
		faults_end();
}

TEST_F_TIMEOUT(fault_ioctl, survives_a_failure_at_every_point, SWEEP_SECONDS)
{
	if (faults_missing())
		SKIP(return, "this kernel has no %s", faults_missing());
	EXPECT_TRUE(sweep(&self->way, &variant->call));
}

/* Descriptors */

static int finish_descriptor(struct trial *t, int result)
{
	return result < 0 ? result : close(result) ? -EBADF : 0;
}

static int run_open(struct trial *t)
{
	return session_open();
}

/* The first session of a user: the kernel takes its fsuid. */
static int run_open_as(struct trial *t)
{
	setfsuid(ALICE);
	return session_open();
}

static int finish_open_as(struct trial *t, int result)
{
	setfsuid(0);
	return finish_descriptor(t, result);
}

/* The first session of an IPC namespace; the world stays in the one before. */
static bool prepare_namespace(struct trial *t)
{
	return !unshare(CLONE_NEWIPC);
}

static int run_open_existing(struct trial *t)
{
	return object_open(t->world.fds[UAPI_device], IPCCHAN_KIND_MAILBOX,
			   t->world.name, 0);
}

static int run_region_of_pages(struct trial *t)
{
	return region_open(t->world.fds[UAPI_device], BATCH * UAPI_PAGE);
}

static bool prepare_session(struct trial *t)
{
	t->fd = session_open();
	return t->fd >= 0;
}

static bool prepare_mailbox(struct trial *t)
{
	t->fd = mailbox_open(t->world.fds[UAPI_device]);
	return t->fd >= 0 && put_number(t->fd, 1) == 1;
}

static bool prepare_region(struct trial *t)
{
	t->fd = region_open(t->world.fds[UAPI_device], PAGES * UAPI_PAGE);
	return t->fd >= 0;
}

static bool prepare_telling(struct trial *t)
{
	t->fd = mailbox_open(t->world.fds[UAPI_device],
			     .flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_NOTICES);
	return t->fd >= 0;
}

static int run_restrict(struct trial *t)
{
	return object_restrict(t->fd, IPCCHAN_RIGHT_SEND, 0);
}

/* Of the peer that is to receive it itself. */
static bool prepare_notice(struct trial *t)
{
	int mailbox;

	if (!prepare_telling(t))
		return false;
	mailbox = t->fd;
	t->fd = object_restrict(mailbox, IPCCHAN_RIGHT_SEND |
				IPCCHAN_RIGHT_RECEIVE, 0);
	close(mailbox);
	return t->fd >= 0;
}

static int run_receive_notice(struct trial *t)
{
	struct ipcchan_message message = {};
	int nr = mailbox_receive(t->fd, &message, 1,
				 .flags = IPCCHAN_NONBLOCK,
				 .deadline_ns = IPCCHAN_DEADLINE_NEVER);

	return nr < 0 ? nr : (int)message.flags;
}

/* close(2) of what is there once, so that it works only once. */
static int run_close(struct trial *t)
{
	int fd = t->fd;

	t->fd = -1;
	return negated(close(fd));
}

static bool prepare_fdinfo(struct trial *t)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d",
		 t->world.fds[UAPI_mailbox]);
	t->fd = open(path, O_RDONLY | O_CLOEXEC);
	return t->fd >= 0;
}

static int run_fdinfo(struct trial *t)
{
	int result = negated(pread(t->fd, t->bytes, UAPI_PAGE, 0));

	return result > 0 ? 0 : result;
}

/* Messages */

static int run_read(struct trial *t)
{
	return negated(read(t->world.fds[UAPI_mailbox], t->bytes, UAPI_BUFFER));
}

static int run_readv(struct trial *t)
{
	struct iovec parts[] = {
		{ t->bytes, 1 },
		{ t->bytes + 1, 1 },
		{ t->bytes + 2, UAPI_BUFFER },
	};

	return negated(readv(t->world.fds[UAPI_mailbox], parts, 3));
}

static int run_write(struct trial *t)
{
	return negated(write(t->world.fds[UAPI_mailbox], t->bytes, 4));
}

static int run_writev(struct trial *t)
{
	struct iovec parts[] = {
		{ t->bytes, 1 },
		{ t->bytes + 1, 1 },
		{ t->bytes + 2, 2 },
	};

	return negated(writev(t->world.fds[UAPI_mailbox], parts, 3));
}

/* A mailbox with the usual limits instead of the small one. */
static bool prepare_default(struct trial *t)
{
	int mailbox = mailbox_open(t->world.fds[UAPI_device]);

	close(t->world.fds[UAPI_mailbox]);
	t->world.fds[UAPI_mailbox] = mailbox;
	numbers_fill(t->batch, t->numbers, BATCH, 1);
	return mailbox >= 0;
}

static bool prepare_batch(struct trial *t)
{
	return prepare_default(t) &&
	       mailbox_send(t->world.fds[UAPI_mailbox], t->batch, BATCH) ==
	       BATCH;
}

static int run_write_large(struct trial *t)
{
	return negated(write(t->world.fds[UAPI_mailbox], t->bytes, LARGE));
}

/* With a deadline that needs no look at a clock, which may be a system call. */
static int run_send_batch(struct trial *t)
{
	return mailbox_send(t->world.fds[UAPI_mailbox], t->batch, BATCH,
			    .flags = IPCCHAN_NONBLOCK,
			    .deadline_ns = IPCCHAN_DEADLINE_NEVER);
}

/* All of them, in order. */
static int finish_send_batch(struct trial *t, int result)
{
	if (result != BATCH)
		return result;
	for (int i = 1; i <= BATCH; i++)
		if (take_number(t->world.fds[UAPI_mailbox]) != i)
			return -EILSEQ;
	return result;
}

static int run_receive_batch(struct trial *t)
{
	numbers_buffer(t->batch, t->numbers, BATCH);
	return mailbox_receive(t->world.fds[UAPI_mailbox], t->batch, BATCH,
			       .flags = IPCCHAN_NONBLOCK,
			       .deadline_ns = IPCCHAN_DEADLINE_NEVER);
}

static int run_peek_batch(struct trial *t)
{
	numbers_buffer(t->batch, t->numbers, BATCH);
	return mailbox_peek(t->world.fds[UAPI_mailbox], 0, t->batch, BATCH);
}

static int run_list_many(struct trial *t)
{
	return object_list(t->world.fds[UAPI_device], "", t->entries,
			   IPCCHAN_LIST_MAX);
}

/* Polling */

static bool prepare_poll(struct trial *t)
{
	for (int i = 0; i < POLLED; i++)
		t->polled[i] = (struct pollfd){
			.fd = t->world.fds[UAPI_mailbox],
			.events = POLLIN,
		};
	return true;
}

static int run_poll(struct trial *t)
{
	return negated(poll(t->polled, POLLED, -1));
}

static bool prepare_epoll(struct trial *t)
{
	t->fd = epoll_create1(EPOLL_CLOEXEC);
	return t->fd >= 0;
}

static int run_epoll_add(struct trial *t)
{
	struct epoll_event event = { .events = EPOLLIN };

	return negated(epoll_ctl(t->fd, EPOLL_CTL_ADD,
				 t->world.fds[UAPI_mailbox], &event));
}

/* Mappings of the region, which gets some pages for it. */

static bool prepare_pages(struct trial *t)
{
	int region = region_open(t->world.fds[UAPI_device], PAGES * UAPI_PAGE);

	close(t->world.fds[UAPI_region]);
	t->world.fds[UAPI_region] = region;
	return region >= 0;
}

static int run_mmap(struct trial *t)
{
	t->mapping = mmap(NULL, PAGES * UAPI_PAGE, PROT_READ | PROT_WRITE,
			  MAP_SHARED, t->world.fds[UAPI_region], 0);
	return t->mapping == MAP_FAILED ? -errno : 0;
}

static bool prepare_mapping(struct trial *t)
{
	return prepare_pages(t) && !run_mmap(t);
}

static int run_touch(struct trial *t)
{
	__atomic_store_n(t->mapping + UAPI_PAGE, 1, __ATOMIC_RELAXED);
	return 0;
}

/* One mapping becomes two. */
static int run_munmap_middle(struct trial *t)
{
	return negated(munmap(t->mapping + UAPI_PAGE, UAPI_PAGE));
}

static int run_mprotect_middle(struct trial *t)
{
	return negated(mprotect(t->mapping + UAPI_PAGE, UAPI_PAGE, PROT_READ));
}

static int run_munmap(struct trial *t)
{
	return negated(munmap(t->mapping, PAGES * UAPI_PAGE));
}

/* The consumer's end of a ring, likewise. */

static bool prepare_ring(struct trial *t)
{
	int ends[2];

	if (ring_create(t->world.fds[UAPI_device], ends, PAGES * UAPI_PAGE))
		return false;
	close(ends[0]);
	close(t->world.fds[UAPI_ring]);
	t->world.fds[UAPI_ring] = ends[1];
	return true;
}

static int run_ring_mmap(struct trial *t)
{
	t->mapping = mmap(NULL, PAGES * UAPI_PAGE, PROT_READ, MAP_SHARED,
			  t->world.fds[UAPI_ring], IPCCHAN_RING_DATA);
	return t->mapping == MAP_FAILED ? -errno : 0;
}

static bool prepare_ring_mapping(struct trial *t)
{
	return prepare_ring(t) && !run_ring_mmap(t);
}

static int run_ring_touch(struct trial *t)
{
	return __atomic_load_n(t->mapping + UAPI_PAGE, __ATOMIC_RELAXED);
}

/* The child has a copy of the mapping, and nothing to do. */
static int run_fork(struct trial *t)
{
	int pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (!pid)
		_exit(0);
	return negated(pid);
}

static int finish_fork(struct trial *t, int result)
{
	if (result < 0)
		return result;
	return waitpid(result, NULL, 0) == result ? 0 : -ECHILD;
}

FIXTURE(fault_way)
{
};

FIXTURE_VARIANT(fault_way)
{
	struct way way;
};

#define ADD_WAY(word, function, ...)					\
	FIXTURE_VARIANT_ADD(fault_way, word) {				\
		.way = { .name = #word, .run = run_##function, __VA_ARGS__ }, \
	}

/* As setfsuid(2) says nothing of its failure. */
#define SOMETIMES_AS_ROOT .falls_back = true

/* The kernel allocates much for a memory mapping that it can do without. */
#define MAPPED .prepare = prepare_mapping, .falls_back = true

#define A_BATCH .expected = BATCH, .is_batch = true

ADD_WAY(open, open, .finish = finish_descriptor);
ADD_WAY(open_as, open_as, .finish = finish_open_as, SOMETIMES_AS_ROOT);
ADD_WAY(open_in_a_new_namespace, open, .prepare = prepare_namespace,
	.finish = finish_descriptor);
ADD_WAY(open_existing, open_existing, .finish = finish_descriptor);
ADD_WAY(peer_opens, restrict, .prepare = prepare_telling,
	.finish = finish_descriptor);
ADD_WAY(receive_of_a_notice, receive_notice, .prepare = prepare_notice,
	.expected = IPCCHAN_MESSAGE_NOTICE);
ADD_WAY(region_of_pages, region_of_pages, .finish = finish_descriptor,
	.falls_back = true);
ADD_WAY(close_of_a_session, close, .prepare = prepare_session);
ADD_WAY(close_of_a_mailbox, close, .prepare = prepare_mailbox);
ADD_WAY(close_of_a_region, close, .prepare = prepare_region);
ADD_WAY(fdinfo, fdinfo, .prepare = prepare_fdinfo, .falls_back = true);
ADD_WAY(read, read, .expected = 4);
ADD_WAY(readv, readv, .expected = 4);
ADD_WAY(write, write, .expected = 4);
ADD_WAY(writev, writev, .expected = 4);
ADD_WAY(write_large, write_large, .prepare = prepare_default, .expected = LARGE,
	.falls_back = true);
ADD_WAY(send_batch, send_batch, .prepare = prepare_default,
	.finish = finish_send_batch, A_BATCH, .is_retried = true);
ADD_WAY(receive_batch, receive_batch, .prepare = prepare_batch, A_BATCH);
ADD_WAY(peek_batch, peek_batch, .prepare = prepare_batch, A_BATCH);
ADD_WAY(list_many, list_many, .expected = 1, .falls_back = true);
ADD_WAY(poll, poll, .prepare = prepare_poll, .expected = POLLED);
ADD_WAY(epoll_add, epoll_add, .prepare = prepare_epoll);
ADD_WAY(mmap, mmap, .prepare = prepare_pages);
ADD_WAY(touch, touch, MAPPED);
ADD_WAY(munmap_middle, munmap_middle, MAPPED,
	.splits = UAPI_region);
ADD_WAY(mprotect_middle, mprotect_middle, MAPPED,
	.splits = UAPI_region);
ADD_WAY(munmap, munmap, MAPPED);
ADD_WAY(ring_mmap, ring_mmap, .prepare = prepare_ring);
ADD_WAY(ring_touch, ring_touch, .prepare = prepare_ring_mapping,
	.falls_back = true);
ADD_WAY(ring_munmap_middle, munmap_middle, .prepare = prepare_ring_mapping,
	.falls_back = true, .splits = UAPI_ring);
ADD_WAY(fork, fork, MAPPED, .finish = finish_fork);

FIXTURE_SETUP(fault_way)
{
	if (!faults_missing())
		ASSERT_TRUE(faults_begin());
}

FIXTURE_TEARDOWN(fault_way)
{
	if (!faults_missing())
		faults_end();
}

TEST_F_TIMEOUT(fault_way, survives_a_failure_at_every_point, SWEEP_SECONDS)
{
	if (faults_missing())
		SKIP(return, "this kernel has no %s", faults_missing());
	EXPECT_TRUE(sweep(&variant->way, NULL));
}

#include "ipcchan_selftest_main.h"
