// SPDX-License-Identifier: GPL-2.0
/*
 * A malicious peer: a process that does all that its descriptors let it do to
 * whoever shares a region and a mailbox with it.
 *
 * The victim is the test: its calls keep their contract meanwhile, it gets no
 * SIGBUS, does not hang, and what it does not share stays as it was. The peers
 * are two processes of ALICE, the victim is root. What they share is a variant
 * of the fixture, so that each kind of shared pages meets all of this.
 */
#include "kselftest_harness.h"

#include <grp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "ipcchan_selftest.h"

#define PAGE			4096
#define PAGES			4
#define SIZE			(PAGES * PAGE)
#define PEERS			2

/* What the victim does, and its peers do, at least in each test. */
#define ROUNDS			50
#define ACTS			50

/* Messages that fit into each mailbox, and their bytes. */
#define CAPACITY		8
#define BYTES			64

/* What a user may hold while peers try to hold more. */
#define SHARE			(256 * 1024)

/**
 * struct progress - what victim and peers tell each other
 * @acts: What the peers have done.
 * @stop: They are to end.
 * @unexpected: What a peer got that it should not have; 0: nothing.
 */
struct progress {
	int acts;
	int stop;
	int unexpected;
};

/* What is shared: a descriptor with all rights, to be mapped. */
FIXTURE_VARIANT(malicious_peer)
{
	int (*share)(int session);
};

static int share_region(int session)
{
	return region_open(session, SIZE);
}

FIXTURE(malicious_peer)
{
	int session;
	int shared;
	int writer;
	int reader;
	int mailbox;
	int peer_mailbox;
	int own_mailbox;
	char *memory;
	char own[BYTES];
	struct progress *progress;
	struct child peers[PEERS];
	void (*act)(void *fixture, unsigned int round);
	bool is_scribbled;
};

FIXTURE_VARIANT_ADD(malicious_peer, region) {
	.share = share_region,
};

static int open_mailbox(int session)
{
	return mailbox_open(session, .capacity_messages = CAPACITY,
			    .max_message_size = BYTES,
			    .capacity_bytes = CAPACITY * BYTES);
}

FIXTURE_SETUP(malicious_peer)
{
	self->progress = shared_alloc(sizeof(*self->progress));
	self->session = session_open();
	self->shared = variant->share(self->session);
	self->writer = object_restrict(self->shared, IPCCHAN_RIGHT_MAP_READ |
				       IPCCHAN_RIGHT_MAP_WRITE, 0);
	self->reader = object_restrict(self->shared, IPCCHAN_RIGHT_MAP_READ, 0);
	self->mailbox = open_mailbox(self->session);
	self->peer_mailbox = object_restrict(self->mailbox,
					     IPCCHAN_RIGHT_SEND |
					     IPCCHAN_RIGHT_RECEIVE |
					     IPCCHAN_RIGHT_PEEK, 0);
	self->own_mailbox = open_mailbox(self->session);
	ASSERT_LE(0, self->reader);
	ASSERT_LE(0, self->peer_mailbox);
	ASSERT_LE(0, self->own_mailbox);
	self->memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			    self->shared, 0);
	ASSERT_NE(MAP_FAILED, self->memory);
	memset(self->memory, 'v', SIZE);
	memset(self->own, 'o', sizeof(self->own));
}

FIXTURE_TEARDOWN(malicious_peer)
{
	munmap(self->memory, SIZE);
	close(self->own_mailbox);
	close(self->peer_mailbox);
	close(self->mailbox);
	close(self->reader);
	close(self->writer);
	close(self->shared);
	close(self->session);
}

/* Peers */

static void become_alice(void)
{
	if (setgroups(0, NULL) || setresgid(ALICE, ALICE, ALICE) ||
	    setresuid(ALICE, ALICE, ALICE))
		abort();
	/* Undone by the change of ids. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* What does not hold for a peer fails the test. */
static void insist(struct progress *progress, bool holds)
{
	if (!holds)
		__atomic_store_n(&progress->unexpected, 1, __ATOMIC_RELAXED);
}

static int run_peer(void *fixture)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	struct progress *progress = self->progress;

	become_alice();
	/* What the victim has for itself is not the peer's to use. */
	close(self->session);
	close(self->shared);
	close(self->mailbox);
	close(self->own_mailbox);
	munmap(self->memory, SIZE);
	for (unsigned int round = 0;
	     !__atomic_load_n(&progress->stop, __ATOMIC_ACQUIRE); round++) {
		self->act(self, round);
		__atomic_fetch_add(&progress->acts, 1, __ATOMIC_RELEASE);
	}
	return 0;
}

static char *map_shared(int fd, int protection)
{
	return mmap(NULL, SIZE, protection, MAP_SHARED, fd, 0);
}

/* The victim */

/* What the peers cannot reach works as if they were not there. */
static bool own_things_work(void *fixture, unsigned int round)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;

	for (int i = 0; i < BYTES; i++)
		if (self->own[i] != 'o')
			return false;
	return put_number(self->own_mailbox, round) == 1 &&
	       take_number(self->own_mailbox) == (int)round &&
	       take_number(self->own_mailbox) == -EAGAIN;
}

/* Each page is there, and nobody wrote to it unless that is what peers do. */
static bool pages_are_there(void *fixture)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	bool are_same = true;

	for (int i = 0; i < SIZE; i += PAGE / 2)
		if (__atomic_load_n(&self->memory[i], __ATOMIC_RELAXED) != 'v')
			are_same = false;
	return are_same || self->is_scribbled;
}

/* SEND from, and RECEIVE into, memory that the peers write to. */
static bool shared_things_work(void *fixture)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	struct ipcchan_message message = MESSAGE(self->memory, BYTES);
	int sent = mailbox_send(self->mailbox, &message, 1,
				.flags = IPCCHAN_NONBLOCK);
	int received;

	message = MESSAGE(self->memory + PAGE, BYTES);
	received = mailbox_receive(self->mailbox, &message, 1,
				   .flags = IPCCHAN_NONBLOCK);
	if (received == 1 && !self->is_scribbled)
		memset(self->memory + PAGE, 'v', BYTES);
	return (sent == 1 || sent == -EAGAIN) &&
	       (received == 1 || received == -EAGAIN);
}

/* Takes all messages there are; gives how many. */
static unsigned int empty(int mailbox)
{
	char bytes[BYTES];
	struct ipcchan_message message = MESSAGE(bytes, BYTES);
	unsigned int nr = 0;

	while (mailbox_receive(mailbox, &message, 1,
			       .flags = IPCCHAN_NONBLOCK) == 1)
		nr++;
	return nr;
}

/* Works while the peers act; the round that went wrong, or -1. */
static int work_beside_peers(void *fixture,
			     void (*act)(void *fixture, unsigned int round))
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	__u64 end = deadline_must_happen();
	int wrong = -1;

	self->act = act;
	for (int i = 0; i < PEERS; i++)
		child_start(&self->peers[i], run_peer, self);
	for (unsigned int round = 0; wrong < 0; round++) {
		int acts = __atomic_load_n(&self->progress->acts,
					   __ATOMIC_ACQUIRE);

		if (round >= ROUNDS && acts >= ACTS)
			break;
		if (!own_things_work(self, round) || !pages_are_there(self) ||
		    !shared_things_work(self) ||
		    now_ns(CLOCK_MONOTONIC) > end)
			wrong = round;
	}
	__atomic_store_n(&self->progress->stop, 1, __ATOMIC_RELEASE);
	for (int i = 0; i < PEERS; i++)
		if (child_join(&self->peers[i]))
			wrong = -2;
	if (self->progress->unexpected)
		wrong = -3;
	return wrong;
}

static void scribble(void *fixture, unsigned int round)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	char *memory = map_shared(self->writer, PROT_READ | PROT_WRITE);

	for (int i = 0; i < 100; i++)
		memset(memory, round + i, SIZE);
	munmap(memory, SIZE);
}

TEST_F(malicious_peer, that_scribbles_changes_only_what_is_shared)
{
	self->is_scribbled = true;
	EXPECT_EQ(-1, work_beside_peers(self, scribble));
}

static void unmap_and_remap(void *fixture, unsigned int round)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	char *memory = map_shared(self->writer, PROT_READ | PROT_WRITE);
	char *place = mmap(NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);

	munmap(memory + PAGE, PAGE);
	mprotect(memory, PAGE, PROT_NONE);
	mprotect(memory + 2 * PAGE, PAGE, PROT_READ);
	insist(self->progress,
	       mremap(memory + 2 * PAGE, PAGE, SIZE, MREMAP_MAYMOVE) ==
	       MAP_FAILED);
	mremap(memory + 2 * PAGE, 2 * PAGE, 2 * PAGE,
	       MREMAP_MAYMOVE | MREMAP_FIXED, place);
	munmap(place, SIZE);
	munmap(memory, PAGE);
}

TEST_F(malicious_peer, that_unmaps_and_remaps_takes_no_page_away)
{
	EXPECT_EQ(-1, work_beside_peers(self, unmap_and_remap));
}

static void advise(void *fixture, unsigned int round)
{
	static const int advice[] = {
		MADV_DONTNEED, MADV_REMOVE, MADV_FREE, MADV_PAGEOUT, MADV_COLD,
		MADV_DONTFORK,
	};
	FIXTURE_DATA(malicious_peer) * self = fixture;
	char *memory = map_shared(self->writer, PROT_READ | PROT_WRITE);

	madvise(memory, SIZE, advice[round % ARRAY_SIZE(advice)]);
	munmap(memory, SIZE);
}

TEST_F(malicious_peer, that_advises_the_kernel_takes_no_page_away)
{
	EXPECT_EQ(-1, work_beside_peers(self, advise));
}

static void resize_and_seal(void *fixture, unsigned int round)
{
	static const int seals[] = {
		F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE, F_SEAL_FUTURE_WRITE,
	};
	FIXTURE_DATA(malicious_peer) * self = fixture;
	struct progress *progress = self->progress;
	int fd = self->writer;

	insist(progress, ftruncate(fd, 0) < 0);
	insist(progress, ftruncate(fd, 2 * SIZE) < 0);
	insist(progress, fallocate(fd, 0, 0, 2 * SIZE) < 0);
	insist(progress, fallocate(fd, FALLOC_FL_PUNCH_HOLE |
				       FALLOC_FL_KEEP_SIZE, 0, SIZE) < 0);
	insist(progress, fcntl(fd, F_ADD_SEALS,
			       seals[round % ARRAY_SIZE(seals)]) < 0);
	insist(progress, pwrite(fd, "x", 1, 0) < 0);
}

TEST_F(malicious_peer, cannot_resize_or_seal_what_is_shared)
{
	EXPECT_EQ(-1, work_beside_peers(self, resize_and_seal));
}

/* By the file behind the mapping, or the descriptor, opened once more. */
static void reopen(void *fixture, unsigned int round)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	char *memory = map_shared(self->reader, PROT_READ);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/map_files/%lx-%lx",
		 (unsigned long)memory, (unsigned long)memory + SIZE);
	insist(self->progress, open(path, O_RDWR | O_CLOEXEC) < 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->reader);
	insist(self->progress, open(path, O_RDWR | O_CLOEXEC) < 0);
	munmap(memory, SIZE);
}

TEST_F(malicious_peer, cannot_open_the_file_behind_what_is_shared)
{
	EXPECT_EQ(-1, work_beside_peers(self, reopen));
}

static void write_read_only(void *fixture, unsigned int round)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	struct progress *progress = self->progress;
	char *memory = map_shared(self->reader, PROT_READ);
	int own = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	struct ipcchan_message message = MESSAGE(memory, BYTES);
	int received = mailbox_receive(self->peer_mailbox, &message, 1,
				       .flags = IPCCHAN_NONBLOCK);

	insist(progress, received == -EFAULT || received == -EAGAIN);
	insist(progress, mprotect(memory, SIZE, PROT_WRITE) < 0);
	insist(progress, map_shared(self->reader, PROT_WRITE) == MAP_FAILED);
	insist(progress, pwrite(own, "x", 1, (uintptr_t)memory) < 0);
	insist(progress, madvise(memory, SIZE, MADV_POPULATE_WRITE) < 0);
	close(own);
	munmap(memory, SIZE);
}

TEST_F(malicious_peer, with_the_right_to_read_writes_nothing)
{
	EXPECT_EQ(-1, work_beside_peers(self, write_read_only));
}

static void fork_and_die(void *fixture, unsigned int round)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	char *memory = map_shared(self->writer, PROT_READ | PROT_WRITE);
	pid_t pid = fork();

	if (!pid) {
		struct ipcchan_message message = MESSAGE(memory, BYTES);

		mailbox_receive(self->peer_mailbox, &message, 1);
		_exit(0);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	munmap(memory, SIZE);
}

TEST_F(malicious_peer, that_forks_and_dies_takes_no_page_away)
{
	EXPECT_EQ(-1, work_beside_peers(self, fork_and_die));
}

static void flood(void *fixture, unsigned int round)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	struct ipcchan_message batch[IPCCHAN_BATCH_MAX];
	char bytes[BYTES] = {};

	for (int i = 0; i < IPCCHAN_BATCH_MAX; i++)
		batch[i] = MESSAGE(bytes, BYTES, .priority = 31);
	mailbox_send(self->peer_mailbox, batch, IPCCHAN_BATCH_MAX,
		     .flags = IPCCHAN_NONBLOCK);
}

TEST_F(malicious_peer, that_floods_a_mailbox_fills_no_other)
{
	self->is_scribbled = true;
	EXPECT_EQ(-1, work_beside_peers(self, flood));
	EXPECT_GE(CAPACITY, mailbox_info(self->mailbox).messages);
}

static void drain(void *fixture, unsigned int round)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	char bytes[BYTES];
	struct ipcchan_message message = MESSAGE(bytes, BYTES);

	mailbox_receive(self->peer_mailbox, &message, 1,
			.flags = IPCCHAN_NONBLOCK);
}

TEST_F(malicious_peer, that_drains_a_mailbox_empties_no_other)
{
	EXPECT_EQ(-1, work_beside_peers(self, drain));
}

/* A thread's buffer goes away while another thread's call fills it. */
static void *unmap_for_ever(void *fixture)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;

	while (!__atomic_load_n(&self->progress->stop, __ATOMIC_ACQUIRE)) {
		mmap(self->memory, PAGE, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_FIXED, self->writer, 0);
		mmap(self->memory, PAGE, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	}
	return NULL;
}

static void receive_while_unmapped(void *fixture, unsigned int round)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	struct ipcchan_message message = MESSAGE(self->memory, BYTES);
	pthread_t thread;
	int nr;

	if (!round)
		pthread_create(&thread, NULL, unmap_for_ever, self);
	nr = mailbox_send(self->peer_mailbox, &message, 1,
			  .flags = IPCCHAN_NONBLOCK);
	insist(self->progress, nr == 1 || nr == -EAGAIN || nr == -EFAULT);
	nr = mailbox_receive(self->peer_mailbox, &message, 1,
			     .flags = IPCCHAN_NONBLOCK);
	insist(self->progress, nr == 1 || nr == -EAGAIN || nr == -EFAULT);
}

TEST_F(malicious_peer, that_unmaps_its_buffer_loses_no_message)
{
	struct ipcchan_mailbox_info info;

	self->is_scribbled = true;
	EXPECT_EQ(-1, work_beside_peers(self, receive_while_unmapped));
	info = mailbox_info(self->mailbox);
	EXPECT_EQ(0, info.held);
	EXPECT_EQ(info.sent, info.received + info.messages);
	EXPECT_EQ(info.messages, empty(self->mailbox));
}

static void overreach(void *fixture, unsigned int round)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	int fds[] = { self->peer_mailbox, self->writer, self->reader };

	for (int i = 0; i < 3; i++) {
		int killed = object_kill(fds[i]);
		int opened = object_set_access(fds[i],
					       .valid = IPCCHAN_ACCESS_MODE,
					       .mode = 0777);
		int admin = object_restrict(fds[i], IPCCHAN_RIGHT_ADMIN, 0);

		insist(self->progress, killed == -EPERM);
		insist(self->progress, opened == -EPERM);
		insist(self->progress, admin == -EPERM);
	}
}

TEST_F(malicious_peer, gets_no_right_that_it_was_not_given)
{
	EXPECT_EQ(-1, work_beside_peers(self, overreach));
}

/* Both peers are one user: not even two of these are within its share. */
static void use_up_quota(void *fixture, unsigned int round)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;
	int session = session_open();
	int region = region_open(session, SHARE);
	int more = region_open(session, SHARE);

	insist(self->progress, region >= 0 || region == -EDQUOT);
	insist(self->progress, more == -EDQUOT || region < 0);
	close(more);
	close(region);
	close(session);
}

TEST_F(malicious_peer, that_uses_up_its_quota_leaves_others_theirs)
{
	long long bytes = module_parameter("max_user_bytes");

	ASSERT_EQ(0, set_module_parameter("max_user_bytes", SHARE));
	EXPECT_EQ(-1, work_beside_peers(self, use_up_quota));
	EXPECT_EQ(0, set_module_parameter("max_user_bytes", bytes));
}

static void kill_everything(void *fixture, unsigned int round)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;

	object_kill(self->peer_mailbox);
	object_kill(self->writer);
}

static int run_killer(void *fixture)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;

	become_alice();
	if (!await_waiters(self->mailbox, 0, 1))
		return HANGS;
	kill_everything(self, 0);
	return 0;
}

TEST_F(malicious_peer, that_may_kill_ends_calls_but_no_mapping)
{
	struct sleeper sleeper;

	/* This time peers get all the rights there are. */
	close(self->peer_mailbox);
	close(self->writer);
	self->peer_mailbox = dup(self->mailbox);
	self->writer = dup(self->shared);
	start_take(&sleeper, self->mailbox);
	EXPECT_EQ(0, run_in_child(run_killer, self));
	EXPECT_EQ(-EIDRM, sleeper_join(&sleeper));
	EXPECT_TRUE(pages_are_there(self));
	EXPECT_TRUE(own_things_work(self, 1));
	EXPECT_EQ(-EIDRM, put_number(self->mailbox, 1));
}

static bool has_acted(void *fixture)
{
	FIXTURE_DATA(malicious_peer) * self = fixture;

	return __atomic_load_n(&self->progress->acts, __ATOMIC_ACQUIRE) > 0;
}

/* What is queued is a copy: who sent it from shared pages may not change it. */
TEST_F(malicious_peer, cannot_change_a_message_that_was_sent)
{
	struct ipcchan_message message = MESSAGE(self->memory, BYTES);
	char seen[BYTES];

	ASSERT_EQ(1, mailbox_send(self->own_mailbox, &message, 1));
	self->is_scribbled = true;
	self->act = scribble;
	child_start(&self->peers[0], run_peer, self);
	for (int i = 0; i < ROUNDS || !has_acted(self); i++) {
		message = MESSAGE(seen, BYTES);
		ASSERT_EQ(1, mailbox_peek(self->own_mailbox, 0, &message, 1));
		for (int b = 0; b < BYTES; b++)
			ASSERT_EQ('v', seen[b]);
	}
	self->progress->stop = 1;
	EXPECT_EQ(0, child_join(&self->peers[0]));
}

/* An array that others rewrite under the call: an errno of SEND, and an end. */
TEST_F(malicious_peer, that_rewrites_an_array_of_messages_hangs_no_call)
{
	struct ipcchan_message *batch = (void *)self->memory;
	int nr;

	self->act = scribble;
	child_start(&self->peers[0], run_peer, self);
	for (int i = 0; i < ROUNDS || !has_acted(self); i++) {
		for (int m = 0; m < CAPACITY; m++)
			batch[m] = MESSAGE(self->own, BYTES);
		nr = mailbox_send(self->own_mailbox, batch, CAPACITY,
				  .flags = IPCCHAN_NONBLOCK);
		EXPECT_TRUE(nr > 0 || nr == -EAGAIN || nr == -EINVAL ||
			    nr == -EOPNOTSUPP || nr == -EFAULT ||
			    nr == -EMSGSIZE);
		empty(self->own_mailbox);
	}
	self->progress->stop = 1;
	EXPECT_EQ(0, child_join(&self->peers[0]));
}

#include "ipcchan_selftest_main.h"
