// SPDX-License-Identifier: GPL-2.0
/*
 * Each way into the module, by a process that is killed at the first point of
 * it, then at the second, until it is through. What is left is what a call left
 * that was made in whole, in part, or not at all; nothing stays held or
 * charged, no message is lost or there twice, and all goes on for the living.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <linux/ipcchan_ring.h>

#include "death_points.h"
#include "ipcchan_selftest.h"
#include "sync.h"
#include "uapi_calls.h"

/* Messages of a batch, pages of a region, and bytes of a number. */
#define BATCH			6

/* The most messages that a mailbox has. */
#define DEPTH			(2 * BATCH)
#define PAGES			8
#define NUMBER			4

/* Most points that a way may have. */
#define MOST_POINTS		500

struct trial;

/**
 * struct way - a way into the module
 * @name: Of it.
 * @prepare: What has to be there; false if it is not. NULL: nothing.
 * @begin: What the process does before it, undisturbed; then one that does no
 *	more is what a call leaves that was not made. NULL: nothing.
 * @run: The system call; returns what it returned, or -errno.
 * @parted: What only the victim shall have, the test gives up here; or NULL.
 * @expected: What the call returns; for an array, all of it.
 * @nr: Elements that it does one by one, or 1.
 * @receives: Whole messages, with their array.
 * @reads: One number, without.
 * @sleeps: It does not return.
 * @system_call: In which it sleeps.
 */
struct way {
	const char *name;
	bool (*prepare)(struct trial *t);
	void (*begin)(void *trial);
	int (*run)(struct trial *t);
	void (*parted)(void *trial);
	int expected;
	unsigned int nr;
	bool receives;
	bool reads;
	bool sleeps;
	long system_call;
};

/**
 * struct trial - one call, once
 * @way: Which.
 * @world: What it works on.
 * @call: The ioctl, or NULL.
 * @nr: Elements of its array that the call does; 0: it is not made.
 * @argument: Of the ioctl.
 * @victim: Who makes it.
 * @fd: What the way prepared for itself.
 * @mapping: Likewise.
 */
struct trial {
	const struct way *way;
	struct uapi_world world;
	const struct uapi_call *call;
	unsigned int nr;
	void *argument;
	struct victim victim;
	int fd;
	char *mapping;
};

static int negated(int result)
{
	return result < 0 ? -errno : result;
}

/* What is there after a death */

/**
 * struct picture - all that survivors see, less what differs each time
 * @device: DEVICE_INFO.
 * @mailbox: MAILBOX_INFO.
 * @region: REGION_INFO.
 * @semaphore: SEMAPHORE_INFO.
 * @event: EVENT_INFO.
 * @objects: OBJECT_INFO of a descriptor of each kind; that of the device is empty.
 * @errors: What MAILBOX_INFO and REGION_INFO returned.
 * @names: What OBJECT_LIST gives.
 * @nr_names: How many.
 * @messages: What PEEK gives.
 * @bytes: Of these.
 * @nr_messages: How many.
 */
struct picture {
	struct ipcchan_device_info device;
	struct ipcchan_mailbox_info mailbox;
	struct ipcchan_region_info region;
	struct ipcchan_semaphore_info semaphore;
	struct ipcchan_event_info event;
	struct ipcchan_object_info objects[UAPI_KINDS];
	int errors[2];
	struct ipcchan_object_info names[8];
	int nr_names;
	struct ipcchan_message messages[DEPTH];
	char bytes[DEPTH][UAPI_BUFFER];
	int nr_messages;
};

static void forget_object(struct ipcchan_object_info *info)
{
	info->id = 0;
	info->created_ns = 0;
	memset(info->name, 0, sizeof(info->name));
}

static void forget_sender(struct ipcchan_message *message)
{
	message->data = 0;
	message->time_ns = 0;
	message->deadline_ns = 0;
	message->client = 0;
	message->tgid = 0;
	message->tid = 0;
}

static void forget_times(struct ipcchan_mailbox_info *info)
{
	info->oldest_message_ns = 0;
	info->oldest_sender_ns = 0;
	info->oldest_receiver_ns = 0;
}

static void look_at_messages(int mailbox, struct picture *p)
{
	for (int i = 0; i < DEPTH; i++)
		p->messages[i] = MESSAGE(p->bytes[i], UAPI_BUFFER);
	p->nr_messages = mailbox_peek(mailbox, 0, p->messages, DEPTH);
	for (int i = 0; i < DEPTH; i++)
		forget_sender(&p->messages[i]);
}

static void look(const struct uapi_world *world, struct picture *p)
{
	int device = world->fds[UAPI_device];
	int mailbox = world->fds[UAPI_mailbox];
	int region = world->fds[UAPI_region];

	memset(p, 0, sizeof(*p));
	p->device = device_info(device);
	p->device.client = 0;
	call(world->fds[UAPI_semaphore], IPCCHAN_IOC_SEMAPHORE_INFO,
	     &p->semaphore);
	call(world->fds[UAPI_event], IPCCHAN_IOC_EVENT_INFO, &p->event);
	p->errors[0] = call(mailbox, IPCCHAN_IOC_MAILBOX_INFO, &p->mailbox);
	forget_times(&p->mailbox);
	p->errors[1] = call(region, IPCCHAN_IOC_REGION_INFO, &p->region);
	p->nr_names = object_list(device, "", p->names, 8);
	for (int kind = UAPI_device + 1; kind < UAPI_KINDS; kind++) {
		p->objects[kind] = object_info(world->fds[kind]);
		forget_object(&p->objects[kind]);
	}
	for (int i = 0; i < 8; i++)
		forget_object(&p->names[i]);
	look_at_messages(mailbox, p);
}

/**
 * struct outcome - what a call leaves that was made, in whole or in part
 * @picture: What all see.
 * @messages: Its array, for one that receives.
 * @bytes: What it received.
 */
struct outcome {
	struct picture picture;
	struct ipcchan_message messages[BATCH];
	char bytes[BATCH][UAPI_BUFFER];
};

static void look_at_received(const struct trial *t, struct outcome *outcome)
{
	const struct way *way = t->way;
	const struct ipcchan_message *messages = (void *)t->world.elements;

	memset(outcome->messages, 0, sizeof(outcome->messages));
	memset(outcome->bytes, 0, sizeof(outcome->bytes));
	if (way->reads)
		memcpy(outcome->bytes[0], t->world.buffers[0], NUMBER);
	for (unsigned int i = 0; way->receives && i < way->nr; i++) {
		outcome->messages[i] = messages[i];
		forget_sender(&outcome->messages[i]);
		memcpy(outcome->bytes[i], (void *)(uintptr_t)messages[i].data,
		       NUMBER);
	}
}

/* What is gone from the mailbox must be with the receiver, as it would be. */
static bool has_received(const struct outcome *outcome,
			 const struct outcome *expected, unsigned int nr)
{
	return !memcmp(outcome->messages, expected->messages,
		       nr * sizeof(outcome->messages[0])) &&
	       !memcmp(outcome->bytes, expected->bytes,
		       nr * sizeof(outcome->bytes[0]));
}

/* One call */

/* All that is read or written lies on both sides of the end of a page. */
#define SHIFT			(UAPI_PAGE - 8)

static void lay_across_pages(struct uapi_world *world)
{
	world->argument_end -= SHIFT;
	world->elements_end -= SHIFT;
	world->buffers = (void *)(world->buffers_end - SHIFT - 16);
	memset(world->buffers, 0xee, UAPI_ELEMENTS * UAPI_BUFFER);
}

static void lay_back(struct uapi_world *world)
{
	world->argument_end += SHIFT;
	world->elements_end += SHIFT;
}

/* The two pages at the end of which, but for one page, memory ends. */
static void add_pages(struct victim *victim, unsigned char *memory_end)
{
	victim->pages[victim->nr_pages++] = memory_end - 2 * UAPI_PAGE;
	victim->pages[victim->nr_pages++] = memory_end - UAPI_PAGE;
}

static int run_way(void *argument)
{
	struct trial *t = argument;

	return t->nr ? t->way->run(t) : 0;
}

static bool trial_open(struct trial *t)
{
	struct uapi_world *world = &t->world;

	t->mapping = MAP_FAILED;
	t->fd = -1;
	t->victim = (struct victim){
		.begin = t->way->begin,
		.run = run_way,
		.argument = t,
		.parted = t->way->parted,
		.sleeps = t->way->sleeps,
		.system_call = t->way->system_call,
	};
	if (!uapi_world_open(world))
		return false;
	add_pages(&t->victim, world->argument_end);
	add_pages(&t->victim, world->elements_end);
	add_pages(&t->victim, world->buffers_end);
	lay_across_pages(world);
	return !t->way->prepare || t->way->prepare(t);
}

static void trial_close(struct trial *t)
{
	if (t->mapping != MAP_FAILED)
		munmap(t->mapping, PAGES * UAPI_PAGE);
	if (t->fd >= 0)
		close(t->fd);
	lay_back(&t->world);
	uapi_world_close(&t->world);
}

static int take_any(int mailbox)
{
	char buffer[UAPI_BUFFER];
	struct ipcchan_message message = MESSAGE(buffer, sizeof(buffer));

	return mailbox_receive(mailbox, &message, 1,
			       .flags = IPCCHAN_NONBLOCK | IPCCHAN_TRUNCATE);
}

/* Whoever died before it had subscribed leaves that to the living. */
static bool subscribes(int mailbox)
{
	struct ipcchan_mailbox_subscribe subscribe = {};

	return call(mailbox, IPCCHAN_IOC_MAILBOX_SUBSCRIBE, &subscribe) == 0;
}

/* Whether all calls still work, once what is there has been looked at. */
static bool mailbox_works(int mailbox, unsigned int messages)
{
	if (mailbox_info(mailbox).delivery == IPCCHAN_DELIVERY_BROADCAST)
		return subscribes(mailbox) && put_number(mailbox, 7) == 1 &&
		       take_number(mailbox) == 7;
	while (messages--)
		if (take_any(mailbox) != 1)
			return false;
	return take_any(mailbox) == -EAGAIN && put_number(mailbox, 7) == 1 &&
	       take_number(mailbox) == 7;
}

/* What is frozen, or lent to be read, is only read. */
static bool region_works(int region, const struct ipcchan_region_info *info)
{
	bool is_written = info->mode != IPCCHAN_EXTENT_SHARE &&
			  !(info->state & IPCCHAN_REGION_FROZEN);
	int *memory = mmap(NULL, UAPI_PAGE,
			   PROT_READ | (is_written ? PROT_WRITE : 0),
			   MAP_SHARED, region, 0);

	if (memory == MAP_FAILED)
		return false;
	if (is_written)
		__atomic_store_n(memory, 1, __ATOMIC_RELAXED);
	else
		__atomic_load_n(memory, __ATOMIC_RELAXED);
	return !munmap(memory, UAPI_PAGE);
}

/* Also if who had it has died, or one who was told so. */
static bool is_had(int result)
{
	return result == 0 || result == IPCCHAN_OWNER_DEAD || result == -EIDRM;
}

static bool locks_work(const struct uapi_world *world)
{
	return is_had(mutex_lock(world->fds[UAPI_mutex])) &&
	       is_had(rwlock_write(world->fds[UAPI_rwlock])) &&
	       is_had(semaphore_acquire(world->fds[UAPI_semaphore], 1));
}

/* What was killed does not have to. */
static bool all_works(const struct uapi_world *world, const struct picture *p)
{
	int mailbox = world->fds[UAPI_mailbox];
	bool works = locks_work(world);

	if (!p->errors[0])
		works = works && mailbox_works(mailbox, p->mailbox.messages);
	if (!p->errors[1])
		works = works && region_works(world->fds[UAPI_region],
					      &p->region);
	return works;
}

static bool is_charged(int session, const struct ipcchan_device_info *before)
{
	return await_usage(session, before->user_objects, before->user_bytes);
}

/*
 * A call at whose @nth point its process is killed, or that is not disturbed;
 * NULL if all is as it should be.
 */
static const char *in_trial(struct trial *t,
			    const char *(*judge)(struct trial *t, int result),
			    enum death_kind kind, unsigned int nth, int *result)
{
	int session = session_open();
	struct ipcchan_device_info before = device_info(session);
	const char *wrong = "it cannot be prepared";

	*result = 0;
	if (trial_open(t)) {
		if (t->nr || t->way->begin)
			*result = death_at(&t->victim, kind, nth);
		wrong = judge(t, *result);
	}
	trial_close(t);
	if (!wrong && !is_charged(session, &before))
		wrong = "something stays charged";
	close(session);
	return wrong;
}

/* All points of a call */

/* What calls leave that do 0, 1 and more elements. */
static struct outcome outcomes[BATCH + 1];

static const char *learn_outcome(struct trial *t, int result)
{
	const struct way *way = t->way;
	struct outcome *outcome = &outcomes[t->nr];

	look(&t->world, &outcome->picture);
	look_at_received(t, outcome);
	if (!t->nr)
		return NULL;
	if (way->nr > 1)
		return result == (int)t->nr ? NULL : "it does not do a part";
	return result == way->expected ? NULL : "it does not work";
}

static bool is_outcome(const struct outcome *found, unsigned int nr)
{
	return !memcmp(&found->picture, &outcomes[nr].picture,
		       sizeof(found->picture)) &&
	       has_received(found, &outcomes[nr], nr);
}

/* A child of the dead may live on a little: what is not yet may come. */
static bool await_outcome(struct trial *t, struct outcome *found)
{
	unsigned int most = t->way->sleeps ? 0 : t->way->nr;
	__u64 end = deadline_must_happen();

	do {
		look(&t->world, &found->picture);
		look_at_received(t, found);
		for (unsigned int nr = 0; nr <= most; nr++)
			if (is_outcome(found, nr))
				return true;
		nap();
	} while (now_ns(CLOCK_MONOTONIC) < end);
	return false;
}

static const char *judge_death(struct trial *t, int result)
{
	static struct outcome found;

	if (result == HANGS)
		return "it does not die";
	if (!await_outcome(t, &found))
		return "what is left is neither before nor after";
	return all_works(&t->world, &found.picture) ? NULL :
						      "the living cannot go on";
}

static void tell(const struct way *way, const char *kind, unsigned int nth,
		 const char *wrong, int result)
{
	printf("# %s, %s %u: %s: it gave %d\n", way->name, kind, nth, wrong,
	       result);
	fflush(stdout);
}

static bool learn(struct trial *t)
{
	const struct way *way = t->way;
	unsigned int most = way->sleeps ? 0 : way->nr;
	const char *wrong = NULL;
	int result;

	for (t->nr = 0; !wrong && t->nr <= most; t->nr++)
		wrong = in_trial(t, learn_outcome, DEATH_SYSCALL, 0, &result);
	if (wrong)
		tell(way, "undisturbed", 0, wrong, result);
	return !wrong;
}

static const char *const kinds[] = {
	[DEATH_SYSCALL] = "system call",
	[DEATH_ACCESS] = "access",
	[DEATH_STEP] = "step",
};

/* Where there are many points and each takes long, each run takes others of them. */
static unsigned int stride(enum death_kind kind)
{
	return kind == DEATH_SYSCALL ? 1 :
				       setting("IPCCHAN_DEATH_STRIDE", 1) ?: 1;
}

/* Returns how many points were tried; stops at the first that is wrong. */
static unsigned int sweep_kind(struct trial *t, enum death_kind kind,
			       unsigned int *passed)
{
	unsigned int step = stride(kind);
	unsigned int nth = 1 + now_ns(CLOCK_MONOTONIC) % step;
	unsigned int tried = 0;
	const char *wrong = NULL;
	int result = DIED;

	for (; !wrong && result == DIED && nth <= MOST_POINTS; nth += step) {
		t->nr = t->way->nr;
		wrong = in_trial(t, judge_death, kind, nth, &result);
		if (wrong)
			tell(t->way, kinds[kind], nth, wrong, result);
		if (!wrong && result != DIED && result != DIED_ASLEEP)
			break;
		tried++;
		*passed += !wrong;
	}
	return tried;
}

/* False if a point is not as it should be, or if there is none at all. */
static bool sweep(const struct way *way, const struct uapi_call *call)
{
	static struct trial trial;
	unsigned int points[DEATH_KINDS] = {};
	unsigned int passed = 0;
	unsigned int all = 0;

	trial.way = way;
	trial.call = call;
	if (!learn(&trial))
		return false;
	for (enum death_kind kind = 0; kind < DEATH_KINDS; kind++) {
		if (!deaths_missing(kind))
			points[kind] = sweep_kind(&trial, kind, &passed);
		all += points[kind];
	}
	printf("# %s: %u of %u points: %u at the system call, %u accesses, %u steps\n",
	       way->name, passed, all, points[DEATH_SYSCALL],
	       points[DEATH_ACCESS], points[DEATH_STEP]);
	fflush(stdout);
	return all && passed == all;
}

/* The ioctls */

static bool prepare_ioctl(struct trial *t)
{
	const struct uapi_ioctl *ioctl = t->call->ioctl;

	t->argument = uapi_argument(&t->world, t->call, ioctl->size);
	if (ioctl->array && t->way->nr > 1)
		uapi_set(t->argument, &ioctl->array->count, t->nr);
	return true;
}

static void begin_ioctl(void *trial)
{
	prepare_ioctl(trial);
}

/* A request, or a lock, is held by who took it, and so that is the victim. */
static bool is_about_held(unsigned long cmd)
{
	return cmd == IPCCHAN_IOC_MUTEX_UNLOCK ||
	       cmd == IPCCHAN_IOC_MUTEX_CONSISTENT ||
	       cmd == IPCCHAN_IOC_CONDVAR_WAIT ||
	       cmd == IPCCHAN_IOC_RWLOCK_UNLOCK ||
	       cmd == IPCCHAN_IOC_RWLOCK_UPGRADE ||
	       cmd == IPCCHAN_IOC_RWLOCK_DOWNGRADE ||
	       cmd == IPCCHAN_IOC_RWLOCK_CONSISTENT ||
	       cmd == IPCCHAN_IOC_MAILBOX_REPLY ||
	       cmd == IPCCHAN_IOC_MAILBOX_REPLY_RECEIVE ||
	       cmd == IPCCHAN_IOC_MAILBOX_CALL_READ ||
	       cmd == IPCCHAN_IOC_MAILBOX_CALL_FORWARD;
}

static int run_ioctl(struct trial *t)
{
	int result = call(t->world.fds[t->call->kind], t->call->ioctl->cmd,
			  t->argument);

	if (result >= 0 && uapi_makes_descriptor(t->call->ioctl->cmd))
		return UAPI_NEW_FD;
	return result;
}

FIXTURE(death_ioctl)
{
	struct way way;
};

FIXTURE_VARIANT(death_ioctl)
{
	struct uapi_call call;
};

#include "uapi_deaths.h"

FIXTURE_SETUP(death_ioctl)
{
	const struct uapi_ioctl *ioctl = variant->call.ioctl;
	struct uapi_world world = {};

	ASSERT_TRUE(uapi_world_open(&world));
	self->way = (struct way){
		.name = ioctl->name,
		.prepare = prepare_ioctl,
		.run = run_ioctl,
		.expected = uapi_expected(&world, &variant->call),
		.receives = ioctl->cmd == IPCCHAN_IOC_MAILBOX_RECEIVE,
	};
	if (is_about_held(ioctl->cmd)) {
		self->way.prepare = NULL;
		self->way.begin = begin_ioctl;
	}
	/* Of an array that is not done in parts it does not return how many. */
	self->way.nr = ioctl->array && self->way.expected > 1 ?
			       self->way.expected : 1;
	uapi_world_close(&world);
}

FIXTURE_TEARDOWN(death_ioctl)
{
}

TEST_F(death_ioctl, leaves_all_or_nothing_when_killed_at_any_point)
{
	EXPECT_TRUE(sweep(&self->way, &variant->call));
}

/* Descriptors */

static int run_open(struct trial *t)
{
	int fd = negated(open((char *)t->world.buffers[0],
			      O_RDWR | O_CLOEXEC));

	return fd < 0 ? fd : 0;
}

static bool prepare_path(struct trial *t)
{
	strcpy((char *)t->world.buffers[0], IPCCHAN_DEVICE);
	return true;
}

/* Its pages are made one by one. */
static int run_region_of_pages(struct trial *t)
{
	int fd = region_open(t->world.fds[UAPI_device], PAGES * UAPI_PAGE);

	return fd < 0 ? fd : 0;
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

static bool prepare_sender(struct trial *t)
{
	t->fd = object_restrict(t->world.fds[UAPI_mailbox],
				IPCCHAN_RIGHT_SEND, 0);
	return t->fd >= 0;
}

/* The victim has the only descriptor. */
static void give_up_fd(void *trial)
{
	struct trial *t = trial;

	close(t->fd);
	t->fd = -1;
}

static int run_close(struct trial *t)
{
	return negated(close(t->fd));
}

/* Messages */

static int run_read(struct trial *t)
{
	return negated(read(t->world.fds[UAPI_mailbox], t->world.buffers[0],
			    UAPI_BUFFER));
}

static int run_write(struct trial *t)
{
	return negated(write(t->world.fds[UAPI_mailbox], t->world.buffers[0],
			     UAPI_MESSAGE));
}

/* Three parts, listed across the end of a page, the last on another page. */
static bool prepare_parts(struct trial *t)
{
	struct iovec *parts = (void *)(t->world.elements_end - 8);
	char *buffer = (char *)t->world.buffers[0];

	parts -= 2;
	parts[0] = (struct iovec){ buffer, 2 };
	parts[1] = (struct iovec){ buffer + 2, 6 };
	parts[2] = (struct iovec){ buffer + 8, UAPI_MESSAGE - 8 };
	t->argument = parts;
	return true;
}

static int run_readv(struct trial *t)
{
	return negated(readv(t->world.fds[UAPI_mailbox], t->argument, 3));
}

static int run_writev(struct trial *t)
{
	return negated(writev(t->world.fds[UAPI_mailbox], t->argument, 3));
}

/* A batch of numbers, each across the end of a page or apart from the others. */
static bool prepare_batch(struct trial *t)
{
	unsigned int *numbers = (void *)t->world.buffers[0];
	struct ipcchan_message *batch;

	t->world.elements = t->world.elements_end - BATCH * sizeof(*batch);
	batch = (void *)t->world.elements;
	numbers_fill(batch, numbers, BATCH, 1);
	return true;
}

static bool fill_mailbox(struct trial *t)
{
	for (int i = 3; i <= BATCH + 1; i++)
		if (put_number(t->world.fds[UAPI_mailbox], i) != 1)
			return false;
	return prepare_batch(t);
}

static int run_send_batch(struct trial *t)
{
	return mailbox_send(t->world.fds[UAPI_mailbox], t->world.elements,
			    t->nr, .deadline_ns = IPCCHAN_DEADLINE_NEVER);
}

static int run_receive_batch(struct trial *t)
{
	return mailbox_receive(t->world.fds[UAPI_mailbox], t->world.elements,
			       t->nr, .deadline_ns = IPCCHAN_DEADLINE_NEVER);
}

static int run_peek_batch(struct trial *t)
{
	return mailbox_peek(t->world.fds[UAPI_mailbox], 0, t->world.elements,
			    t->nr);
}

/* Sleeping */

static bool prepare_empty(struct trial *t)
{
	int mailbox = t->world.fds[UAPI_mailbox];

	return take_number(mailbox) == 2 && take_number(mailbox) == 1 &&
	       prepare_parts(t) && prepare_batch(t);
}

static bool prepare_full(struct trial *t)
{
	int mailbox = t->world.fds[UAPI_mailbox];

	while (put_number(mailbox, 3) == 1)
		;
	return put_number(mailbox, 3) == -EAGAIN && prepare_batch(t);
}

/* For one event that does not come. */
static bool prepare_poll(struct trial *t)
{
	struct pollfd *polled = (void *)(t->world.elements_end - 8);

	*polled = (struct pollfd){
		.fd = t->world.fds[UAPI_mailbox],
		.events = POLLIN,
	};
	t->argument = polled;
	return true;
}

static bool prepare_poll_empty(struct trial *t)
{
	return prepare_empty(t) && prepare_poll(t);
}

static int run_poll(struct trial *t)
{
	return negated(syscall(SYS_ppoll, t->argument, 1, NULL, NULL, 0));
}

static bool prepare_epoll(struct trial *t)
{
	struct epoll_event *event = (void *)(t->world.elements_end - 16);

	event->events = EPOLLIN;
	t->argument = event;
	t->fd = epoll_create1(EPOLL_CLOEXEC);
	return t->fd >= 0;
}

static int run_epoll_add(struct trial *t)
{
	return negated(epoll_ctl(t->fd, EPOLL_CTL_ADD,
				 t->world.fds[UAPI_mailbox], t->argument));
}

/* The kernel writes the two fields one by one: each on a page of its own. */
static bool prepare_epoll_added(struct trial *t)
{
	if (!prepare_epoll(t) || run_epoll_add(t))
		return false;
	t->argument = t->world.elements_end - 8 -
		      offsetof(struct epoll_event, data);
	return true;
}

static bool prepare_epoll_empty(struct trial *t)
{
	return prepare_empty(t) && prepare_epoll_added(t);
}

static int run_epoll_wait(struct trial *t)
{
	return negated(syscall(SYS_epoll_pwait, t->fd, t->argument, 1, -1,
			       NULL, 0));
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

static int run_munmap(struct trial *t)
{
	return negated(munmap(t->mapping, PAGES * UAPI_PAGE));
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

/* A child has no mapping of its parent, so it makes it, and touches it, itself. */
static int run_ring_mmap(struct trial *t)
{
	t->mapping = mmap(NULL, PAGES * UAPI_PAGE, PROT_READ,
			  MAP_SHARED | MAP_POPULATE, t->world.fds[UAPI_ring],
			  IPCCHAN_RING_DATA);
	return t->mapping == MAP_FAILED ? -errno : 0;
}

/* The child has a copy of the mapping, and nothing to do. */
static int run_fork(struct trial *t)
{
	int pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (!pid)
		_exit(0);
	return pid < 0 ? -errno : 0;
}

FIXTURE(death_way)
{
};

FIXTURE_VARIANT(death_way)
{
	struct way way;
};

#define ADD_WAY(word, function, ...)					\
	FIXTURE_VARIANT_ADD(death_way, word) {				\
		.way = { .name = #word, .run = run_##function, .nr = 1,	\
			 __VA_ARGS__ },					\
	}

#define A_BATCH .expected = BATCH, .nr = BATCH
#define ASLEEP_IN(call) .sleeps = true, .system_call = SYS_##call
#define THE_LAST .parted = give_up_fd

ADD_WAY(open, open, .prepare = prepare_path);
ADD_WAY(region_of_pages, region_of_pages);
ADD_WAY(close_of_a_session, close, .prepare = prepare_session);
ADD_WAY(close_of_the_last_session, close, .prepare = prepare_session, THE_LAST);
ADD_WAY(close_of_a_mailbox, close, .prepare = prepare_mailbox);
ADD_WAY(close_of_the_last_of_a_mailbox, close, .prepare = prepare_mailbox,
	THE_LAST);
ADD_WAY(close_of_a_sender, close, .prepare = prepare_sender, THE_LAST);
ADD_WAY(close_of_a_region, close, .prepare = prepare_region);
ADD_WAY(close_of_the_last_of_a_region, close, .prepare = prepare_region,
	THE_LAST);
ADD_WAY(read, read, .expected = NUMBER, .reads = true);
ADD_WAY(readv, readv, .prepare = prepare_parts, .expected = NUMBER,
	.reads = true);
ADD_WAY(write, write, .expected = UAPI_MESSAGE);
ADD_WAY(writev, writev, .prepare = prepare_parts, .expected = UAPI_MESSAGE);
ADD_WAY(send_batch, send_batch, .prepare = prepare_batch, A_BATCH);
ADD_WAY(receive_batch, receive_batch, .prepare = fill_mailbox, A_BATCH,
	.receives = true);
ADD_WAY(peek_batch, peek_batch, .prepare = fill_mailbox, A_BATCH);
ADD_WAY(read_asleep, read, .prepare = prepare_empty, ASLEEP_IN(read));
ADD_WAY(readv_asleep, readv, .prepare = prepare_empty, ASLEEP_IN(readv));
ADD_WAY(receive_asleep, receive_batch, .prepare = prepare_empty,
	ASLEEP_IN(ioctl), .nr = BATCH);
ADD_WAY(write_asleep, write, .prepare = prepare_full, ASLEEP_IN(write));
ADD_WAY(send_asleep, send_batch, .prepare = prepare_full, ASLEEP_IN(ioctl),
	.nr = BATCH);
ADD_WAY(poll, poll, .prepare = prepare_poll, .expected = 1);
ADD_WAY(poll_asleep, poll, .prepare = prepare_poll_empty, ASLEEP_IN(ppoll));
ADD_WAY(epoll_add, epoll_add, .prepare = prepare_epoll);
ADD_WAY(epoll_wait, epoll_wait, .prepare = prepare_epoll_added, .expected = 1);
ADD_WAY(epoll_wait_asleep, epoll_wait, .prepare = prepare_epoll_empty,
	ASLEEP_IN(epoll_pwait));
ADD_WAY(mmap, mmap, .prepare = prepare_pages);
ADD_WAY(touch, touch, .prepare = prepare_mapping);
ADD_WAY(munmap, munmap, .prepare = prepare_mapping);
ADD_WAY(munmap_middle, munmap_middle, .prepare = prepare_mapping);
ADD_WAY(ring_mmap, ring_mmap, .prepare = prepare_ring);
ADD_WAY(mprotect_middle, mprotect_middle, .prepare = prepare_mapping);
ADD_WAY(fork, fork, .prepare = prepare_mapping);

FIXTURE_SETUP(death_way)
{
}

FIXTURE_TEARDOWN(death_way)
{
}

TEST_F(death_way, leaves_all_or_nothing_when_killed_at_any_point)
{
	EXPECT_TRUE(sweep(&variant->way, NULL));
}

static int do_nothing(void *argument)
{
	(void)argument;
	return 7;
}

TEST(death_at_a_system_call_is_none_if_there_are_not_so_many)
{
	const struct victim idle = { .run = do_nothing };

	EXPECT_EQ(DIED, death_at(&idle, DEATH_SYSCALL, 1));
	EXPECT_EQ(7, death_at(&idle, DEATH_SYSCALL, 2));
}

#include "ipcchan_selftest_main.h"
