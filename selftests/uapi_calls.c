// SPDX-License-Identifier: GPL-2.0
/* For each ioctl: one call that works, and how to see that nothing happened. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipcchan_selftest.h"
#include "sync.h"
#include "uapi_calls.h"

/* The world */

/* The end of UAPI_MEMORY bytes; behind it is an unreadable page. */
static unsigned char *memory_to_an_edge(void)
{
	unsigned char *memory = mmap(NULL, UAPI_MEMORY + UAPI_PAGE, PROT_NONE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED ||
	    mprotect(memory, UAPI_MEMORY, PROT_READ | PROT_WRITE))
		return NULL;
	return memory + UAPI_MEMORY;
}

static void memory_free(unsigned char *end)
{
	munmap(end - UAPI_MEMORY, UAPI_MEMORY + UAPI_PAGE);
}

static void fill_buffers(struct uapi_world *world)
{
	memset(world->buffers, 0xee, UAPI_ELEMENTS * UAPI_BUFFER);
}

static int open_mailbox(const struct uapi_world *world)
{
	struct ipcchan_mailbox_open open = {};

	fill_mailbox_open((struct uapi_world *)world, UAPI_device, &open);
	/* Only that knows its senders; of its room one client has a half. */
	open.delivery = IPCCHAN_DELIVERY_FAIR;
	open.capacity_messages *= 2;
	open.capacity_bytes *= 2;
	memcpy(open.name, world->name, sizeof(open.name));
	return call(world->fds[UAPI_device], IPCCHAN_IOC_MAILBOX_OPEN, &open);
}

/* One of each kind; the mutex can be locked again, and the barrier is of one. */
static bool open_sync(struct uapi_world *world)
{
	int device = world->fds[UAPI_device];
	int *fds = world->fds;

	fds[UAPI_mutex] = mutex_open(device, .flags = IPCCHAN_OPEN_CREATE |
						      IPCCHAN_OPEN_RECURSIVE);
	fds[UAPI_semaphore] = semaphore_open(device, 64, .max = 128);
	fds[UAPI_event] = event_open(device,
				     .flags = IPCCHAN_OPEN_CREATE |
					      IPCCHAN_OPEN_MANUAL_RESET);
	fds[UAPI_condvar] = condvar_open(device);
	fds[UAPI_barrier] = barrier_open(device, 1);
	fds[UAPI_rwlock] = rwlock_open(device);
	for (int kind = UAPI_mutex; kind <= UAPI_rwlock; kind++)
		if (fds[kind] < 0)
			return false;
	return true;
}

bool uapi_world_open(struct uapi_world *world)
{
	int *fds = world->fds;

	snprintf(world->name, sizeof(world->name), "%s", fresh_name());
	world->argument_end = memory_to_an_edge();
	world->elements_end = memory_to_an_edge();
	world->buffers_end = memory_to_an_edge();
	world->buffers = (void *)(world->buffers_end -
				  UAPI_ELEMENTS * UAPI_BUFFER);
	fill_buffers(world);
	fds[UAPI_device] = session_open();
	fds[UAPI_mailbox] = open_mailbox(world);
	fds[UAPI_region] = region_open(fds[UAPI_device], UAPI_PAGE,
				       .flags = IPCCHAN_OPEN_CREATE |
						IPCCHAN_OPEN_FREEZE);
	if (ring_create(fds[UAPI_device], world->ends, UAPI_PAGE))
		return false;
	world->producer = world->ends[0];
	fds[UAPI_ring] = world->ends[1];
	if (!open_sync(world))
		return false;
	for (int i = 0; i < UAPI_ELEMENTS; i++)
		world->others[i] = mailbox_open(fds[UAPI_device],
						.capacity_messages = 8);
	if (fds[UAPI_mailbox] < 0 || fds[UAPI_region] < 0 ||
	    world->others[UAPI_ELEMENTS - 1] < 0)
		return false;
	return put_number_at(fds[UAPI_mailbox], 1, 0) == 1 &&
	       put_number_at(fds[UAPI_mailbox], 2, 9) == 1;
}

void uapi_world_close(struct uapi_world *world)
{
	child_end(&world->waiter);
	memory_free(world->argument_end);
	memory_free(world->elements_end);
	memory_free(world->buffers_end);
	for (int kind = 0; kind < UAPI_KINDS; kind++)
		close(world->fds[kind]);
	close(world->producer);
	for (int i = 0; i < UAPI_ELEMENTS; i++)
		close(world->others[i]);
}

/* A call that works, for each ioctl */

int fill_device_info(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	return 0;
}

int fill_object_info(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	return 0;
}

/* Zeroed elements of @size and what the world adds, to where memory ends. */
static void lay_out_elements(struct uapi_world *world, size_t size)
{
	world->stride = size + world->more;
	world->elements = world->elements_end - UAPI_ELEMENTS * world->stride;
	memset(world->elements, 0, UAPI_ELEMENTS * world->stride);
}

int fill_object_list(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	struct ipcchan_object_list *list = argument;

	lay_out_elements(world, sizeof(struct ipcchan_object_info));
	list->entries = (uintptr_t)world->elements;
	list->count = UAPI_ELEMENTS;
	list->entry_size = world->stride;
	return 1;
}

int fill_object_unlink(struct uapi_world *world, enum uapi_kind kind,
		       void *argument)
{
	struct ipcchan_object_unlink *unlink = argument;

	memcpy(unlink->name, world->name, sizeof(unlink->name));
	return 0;
}

int fill_object_restrict(struct uapi_world *world, enum uapi_kind kind,
			 void *argument)
{
	struct ipcchan_object_restrict *restriction = argument;

	switch (kind) {
	case UAPI_mailbox:
		restriction->rights = IPCCHAN_RIGHT_SEND;
		break;
	case UAPI_region:
		restriction->rights = IPCCHAN_RIGHT_MAP_READ;
		break;
	default:
		restriction->rights = IPCCHAN_RIGHT_ADMIN;
	}
	return UAPI_NEW_FD;
}

int fill_object_set_access(struct uapi_world *world, enum uapi_kind kind,
			   void *argument)
{
	struct ipcchan_object_set_access *access = argument;

	access->valid = IPCCHAN_ACCESS_MODE;
	access->mode = 0640;
	return 0;
}

int fill_object_kill(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	return 0;
}

int fill_mailbox_open(struct uapi_world *world, enum uapi_kind kind,
		      void *argument)
{
	struct ipcchan_mailbox_open *open = argument;

	strcpy(open->name, "uapi-new");
	open->flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE |
		      IPCCHAN_OPEN_FDS;
	open->mode = 0600;
	open->rights = IPCCHAN_RIGHTS_MAILBOX;
	open->capacity_messages = 8;
	open->max_message_size = UAPI_BUFFER;
	open->capacity_bytes = 8 * UAPI_BUFFER;
	return UAPI_NEW_FD;
}

static struct ipcchan_message *message_at(struct uapi_world *world, int i)
{
	return (void *)(world->elements + i * world->stride);
}

/* Elements for messages of @bytes, or buffers of so many. */
static void lay_out_messages(struct uapi_world *world, size_t bytes)
{
	lay_out_elements(world, sizeof(struct ipcchan_message));
	fill_buffers(world);
	for (int i = 0; i < UAPI_ELEMENTS; i++)
		*message_at(world, i) = MESSAGE(world->buffers[i], bytes);
}

int fill_mailbox_send(struct uapi_world *world, enum uapi_kind kind,
		      void *argument)
{
	struct ipcchan_mailbox_send *send = argument;

	lay_out_messages(world, UAPI_MESSAGE);
	for (int i = 0; i < UAPI_ELEMENTS; i++) {
		message_at(world, i)->fds = (uintptr_t)&world->fds[UAPI_region];
		message_at(world, i)->nr_fds = 1;
	}
	send->messages = (uintptr_t)world->elements;
	send->count = UAPI_ELEMENTS;
	send->message_size = world->stride;
	send->deadline_ns = deadline_must_happen();
	return UAPI_ELEMENTS;
}

int fill_mailbox_receive(struct uapi_world *world, enum uapi_kind kind,
			 void *argument)
{
	struct ipcchan_mailbox_receive *receive = argument;

	lay_out_messages(world, UAPI_BUFFER);
	receive->messages = (uintptr_t)world->elements;
	receive->count = UAPI_ELEMENTS;
	receive->message_size = world->stride;
	receive->deadline_ns = deadline_must_happen();
	return UAPI_ELEMENTS;
}

int fill_mailbox_peek(struct uapi_world *world, enum uapi_kind kind,
		      void *argument)
{
	struct ipcchan_mailbox_peek *peek = argument;

	lay_out_messages(world, UAPI_BUFFER);
	peek->messages = (uintptr_t)world->elements;
	peek->count = UAPI_ELEMENTS;
	peek->message_size = world->stride;
	return UAPI_ELEMENTS;
}

int fill_mailbox_info(struct uapi_world *world, enum uapi_kind kind,
		      void *argument)
{
	return 0;
}

int fill_mailbox_filter(struct uapi_world *world, enum uapi_kind kind,
			void *argument)
{
	struct ipcchan_mailbox_filter *filter = argument;

	filter->type_max = ~0U;
	return 0;
}

int fill_mailbox_senders(struct uapi_world *world, enum uapi_kind kind,
			 void *argument)
{
	struct ipcchan_mailbox_senders *senders = argument;

	lay_out_elements(world, sizeof(struct ipcchan_mailbox_sender));
	senders->entries = (uintptr_t)world->elements;
	senders->count = UAPI_ELEMENTS;
	senders->entry_size = world->stride;
	return 1;
}

/* A queue has no subscribers: its descriptor becomes one of what has them. */
static void become_broadcast(struct uapi_world *world)
{
	int mailbox = world->fds[UAPI_mailbox];
	struct ipcchan_mailbox_info info = {};
	int other;

	if (call(mailbox, IPCCHAN_IOC_MAILBOX_INFO, &info) ||
	    info.delivery == IPCCHAN_DELIVERY_BROADCAST)
		return;
	other = mailbox_open(world->fds[UAPI_device],
			     .delivery = IPCCHAN_DELIVERY_BROADCAST);
	dup3(other, mailbox, O_CLOEXEC);
	close(other);
}

int fill_mailbox_subscribe(struct uapi_world *world, enum uapi_kind kind,
			   void *argument)
{
	struct ipcchan_mailbox_subscribe *subscribe = argument;

	become_broadcast(world);
	subscribe->history = 1;
	return 0;
}

/* The descriptor holds all that is there, also where this is called again. */
static void hold_all(const struct uapi_world *world)
{
	char buffers[UAPI_ELEMENTS][UAPI_BUFFER];
	struct ipcchan_message messages[UAPI_ELEMENTS];

	for (int i = 0; i < UAPI_ELEMENTS; i++)
		messages[i] = MESSAGE(buffers[i], UAPI_BUFFER);
	mailbox_receive(world->fds[UAPI_mailbox], messages, UAPI_ELEMENTS,
			.flags = IPCCHAN_HOLD | IPCCHAN_NONBLOCK);
}

/* The messages of the world, by their sequence. */
static __u64 lay_out_held(struct uapi_world *world)
{
	hold_all(world);
	lay_out_elements(world, sizeof(struct ipcchan_held));
	for (int i = 0; i < UAPI_ELEMENTS; i++) {
		struct ipcchan_held held = { .sequence = i + 1 };

		memcpy(world->elements + i * world->stride, &held,
		       sizeof(held));
	}
	return (uintptr_t)world->elements;
}

int fill_mailbox_commit(struct uapi_world *world, enum uapi_kind kind,
			void *argument)
{
	struct ipcchan_mailbox_commit *commit = argument;

	commit->held = lay_out_held(world);
	commit->count = UAPI_ELEMENTS;
	commit->held_size = world->stride;
	return UAPI_ELEMENTS;
}

int fill_mailbox_release(struct uapi_world *world, enum uapi_kind kind,
			 void *argument)
{
	struct ipcchan_mailbox_release *release = argument;

	release->held = lay_out_held(world);
	release->count = UAPI_ELEMENTS;
	release->held_size = world->stride;
	return UAPI_ELEMENTS;
}

int fill_mailbox_notify(struct uapi_world *world, enum uapi_kind kind,
			void *argument)
{
	struct ipcchan_mailbox_notify *notify = argument;

	notify->fd = IPCCHAN_NO_FD;
	notify->watermark = IPCCHAN_PRIORITIES - 1;
	return 0;
}

int fill_mailbox_multicast(struct uapi_world *world, enum uapi_kind kind,
			   void *argument)
{
	struct ipcchan_mailbox_multicast *multicast = argument;
	struct ipcchan_target *target;

	lay_out_elements(world, sizeof(*target));
	fill_buffers(world);
	for (int i = 0; i < UAPI_ELEMENTS; i++) {
		target = (void *)(world->elements + i * world->stride);
		target->fd = world->others[i];
	}
	world->message = MESSAGE(world->buffers[0], UAPI_MESSAGE);
	multicast->mailboxes = (uintptr_t)world->elements;
	multicast->count = UAPI_ELEMENTS;
	multicast->target_size = world->stride;
	multicast->message = (uintptr_t)&world->message;
	multicast->message_size = sizeof(world->message);
	multicast->deadline_ns = deadline_must_happen();
	return UAPI_ELEMENTS;
}

/* A mailbox of the delivery that has snapshots, under the same number. */
static void renew_mailbox(struct uapi_world *world)
{
	int number = world->fds[UAPI_mailbox];
	struct ipcchan_mailbox_open open = {};
	int fd;

	close(number);
	fill_mailbox_open(world, UAPI_device, &open);
	memcpy(open.name, world->name, sizeof(open.name));
	fd = call(world->fds[UAPI_device], IPCCHAN_IOC_MAILBOX_OPEN, &open);
	if (fd < 0 || fd == number)
		return;
	dup2(fd, number);
	close(fd);
}

int fill_mailbox_snapshot(struct uapi_world *world, enum uapi_kind kind,
			  void *argument)
{
	struct ipcchan_mailbox_snapshot *snapshot = argument;
	int mailbox = world->fds[UAPI_mailbox];

	if (mailbox_info(mailbox).delivery != IPCCHAN_DELIVERY_QUEUE) {
		renew_mailbox(world);
		put_number_at(mailbox, 1, 0);
		put_number_at(mailbox, 2, 9);
	}
	snapshot->buffer = (uintptr_t)(world->elements_end - UAPI_SNAPSHOT);
	snapshot->size = UAPI_SNAPSHOT;
	return UAPI_ELEMENTS;
}

/* What a mailbox had that is renewed then. */
int fill_mailbox_restore(struct uapi_world *world, enum uapi_kind kind,
			 void *argument)
{
	struct ipcchan_mailbox_snapshot snapshot;
	struct ipcchan_mailbox_restore *restore = argument;

	if (mailbox_info(world->fds[UAPI_mailbox]).sent) {
		fill_mailbox_snapshot(world, kind, &snapshot);
		mailbox_snapshot(world->fds[UAPI_mailbox],
				 (uintptr_t)snapshot.buffer, snapshot.size);
		renew_mailbox(world);
	}
	restore->buffer = (uintptr_t)(world->elements_end - UAPI_SNAPSHOT);
	restore->size = UAPI_SNAPSHOT;
	return UAPI_ELEMENTS;
}

/* A request that comes before all that is there; its token. */
static __u64 begin_call(struct uapi_world *world)
{
	fill_buffers(world);
	world->message = MESSAGE(world->buffers[0], UAPI_MESSAGE,
				 .priority = IPCCHAN_PRIORITIES - 1);
	mailbox_call_start(world->fds[UAPI_mailbox], &world->message,
			   .flags = IPCCHAN_NONBLOCK);
	return world->message.token;
}

/* One that this process holds. */
static __u64 hold_request(struct uapi_world *world)
{
	struct ipcchan_message received = MESSAGE(world->buffers[1],
						  UAPI_BUFFER);

	begin_call(world);
	mailbox_receive(world->fds[UAPI_mailbox], &received, 1,
			.flags = IPCCHAN_NONBLOCK);
	return received.token;
}

/* One that is answered; the outcome is not received yet. */
static __u64 finish_call(struct uapi_world *world)
{
	__u64 token = hold_request(world);

	mailbox_reply(world->fds[UAPI_mailbox],
		      &MESSAGE(world->buffers[1], UAPI_MESSAGE,
			       .token = token));
	return token;
}

static void lay_out_reply(struct uapi_world *world, size_t bytes)
{
	world->reply = MESSAGE(world->buffers[1], bytes);
}

/* Nobody else is there to answer, so it is a call that was begun before. */
int fill_mailbox_call(struct uapi_world *world, enum uapi_kind kind,
		      void *argument)
{
	struct ipcchan_mailbox_call *call = argument;

	world->message.token = finish_call(world);
	lay_out_reply(world, UAPI_BUFFER);
	call->request = (uintptr_t)&world->message;
	call->reply = (uintptr_t)&world->reply;
	call->message_size = sizeof(world->message);
	call->deadline_ns = deadline_must_happen();
	return 0;
}

int fill_mailbox_call_start(struct uapi_world *world, enum uapi_kind kind,
			    void *argument)
{
	struct ipcchan_mailbox_call_start *start = argument;

	fill_buffers(world);
	world->message = MESSAGE(world->buffers[0], UAPI_MESSAGE);
	start->request = (uintptr_t)&world->message;
	start->message_size = sizeof(world->message);
	start->deadline_ns = deadline_must_happen();
	return 0;
}

int fill_mailbox_call_wait(struct uapi_world *world, enum uapi_kind kind,
			   void *argument)
{
	struct ipcchan_mailbox_call_wait *wait = argument;

	wait->token = finish_call(world);
	lay_out_reply(world, UAPI_BUFFER);
	wait->reply = (uintptr_t)&world->reply;
	wait->message_size = sizeof(world->reply);
	wait->deadline_ns = deadline_must_happen();
	return 0;
}

int fill_mailbox_call_cancel(struct uapi_world *world, enum uapi_kind kind,
			     void *argument)
{
	struct ipcchan_mailbox_call_cancel *cancel = argument;

	cancel->token = begin_call(world);
	return 0;
}

int fill_mailbox_call_read(struct uapi_world *world, enum uapi_kind kind,
			   void *argument)
{
	struct ipcchan_mailbox_call_read *read = argument;

	read->token = hold_request(world);
	read->buffer = (uintptr_t)world->buffers[1];
	read->size = UAPI_BUFFER;
	read->offset = 1;
	return UAPI_MESSAGE - 1;
}

int fill_mailbox_call_forward(struct uapi_world *world, enum uapi_kind kind,
			      void *argument)
{
	struct ipcchan_mailbox_call_forward *forward = argument;

	forward->token = hold_request(world);
	forward->fd = world->others[0];
	return 0;
}

int fill_mailbox_call_list(struct uapi_world *world, enum uapi_kind kind,
			   void *argument)
{
	struct ipcchan_mailbox_call_list *list = argument;

	begin_call(world);
	hold_request(world);
	lay_out_elements(world, sizeof(struct ipcchan_call_info));
	list->entries = (uintptr_t)world->elements;
	list->count = UAPI_ELEMENTS;
	list->entry_size = world->stride;
	return UAPI_ELEMENTS;
}

int fill_mailbox_reply(struct uapi_world *world, enum uapi_kind kind,
		       void *argument)
{
	struct ipcchan_mailbox_reply *reply = argument;
	__u64 token = hold_request(world);

	lay_out_reply(world, UAPI_MESSAGE);
	world->reply.token = token;
	reply->message = (uintptr_t)&world->reply;
	reply->message_size = sizeof(world->reply);
	return 0;
}

int fill_mailbox_reply_receive(struct uapi_world *world, enum uapi_kind kind,
			       void *argument)
{
	struct ipcchan_mailbox_reply_receive *both = argument;
	__u64 token = hold_request(world);

	lay_out_reply(world, UAPI_MESSAGE);
	world->reply.token = token;
	world->message = MESSAGE(world->buffers[0], UAPI_BUFFER);
	both->reply = (uintptr_t)&world->reply;
	both->message = (uintptr_t)&world->message;
	both->message_size = sizeof(world->message);
	both->deadline_ns = deadline_must_happen();
	return 1;
}

int fill_region_open(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	struct ipcchan_region_open *open = argument;

	strcpy(open->name, "uapi-new");
	open->flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE;
	open->mode = 0600;
	open->rights = IPCCHAN_RIGHTS_REGION;
	open->size = 1;
	return UAPI_NEW_FD;
}

int fill_region_info(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	return 0;
}

int fill_ring_create(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	struct ipcchan_ring_create *create = argument;

	create->ends = (uintptr_t)world->ends;
	create->size = UAPI_PAGE;
	return 0;
}

int fill_ring_open(struct uapi_world *world, enum uapi_kind kind,
		   void *argument)
{
	struct ipcchan_ring_open *open = argument;

	strcpy(open->name, "uapi-new");
	open->flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE;
	open->mode = 0600;
	open->rights = IPCCHAN_RIGHT_SEND;
	open->size = UAPI_PAGE;
	return UAPI_NEW_FD;
}

int fill_ring_wait(struct uapi_world *world, enum uapi_kind kind,
		   void *argument)
{
	struct ipcchan_ring_wait *wait = argument;

	wait->deadline_ns = deadline_must_happen();
	return 0;
}

int fill_ring_wake(struct uapi_world *world, enum uapi_kind kind,
		   void *argument)
{
	return 0;
}

int fill_ring_info(struct uapi_world *world, enum uapi_kind kind,
		   void *argument)
{
	return 0;
}

int fill_mutex_open(struct uapi_world *world, enum uapi_kind kind,
		    void *argument)
{
	struct ipcchan_mutex_open *open = argument;

	strcpy(open->name, "uapi-new");
	open->flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE;
	open->mode = 0600;
	open->rights = IPCCHAN_RIGHTS_LOCK;
	return UAPI_NEW_FD;
}

int fill_mutex_lock(struct uapi_world *world, enum uapi_kind kind,
		    void *argument)
{
	struct ipcchan_mutex_lock *lock = argument;

	lock->deadline_ns = deadline_must_happen();
	return 0;
}

/* The mutex is recursive: so this thread has it, or has it once more. */
int fill_mutex_unlock(struct uapi_world *world, enum uapi_kind kind,
		      void *argument)
{
	mutex_lock(world->fds[UAPI_mutex]);
	return 0;
}

static int lock_and_end(void *mutex)
{
	return mutex_lock(*(int *)mutex);
}

int fill_mutex_consistent(struct uapi_world *world, enum uapi_kind kind,
			  void *argument)
{
	struct sleeper sleeper;
	int *mutex = &world->fds[UAPI_mutex];

	mutex_consistent(*mutex);
	while (!mutex_unlock(*mutex))
		;
	sleeper_start(&sleeper, lock_and_end, mutex);
	sleeper_join(&sleeper);
	mutex_lock(*mutex);
	return 0;
}

int fill_mutex_info(struct uapi_world *world, enum uapi_kind kind,
		    void *argument)
{
	return 0;
}

int fill_semaphore_open(struct uapi_world *world, enum uapi_kind kind,
			void *argument)
{
	struct ipcchan_semaphore_open *open = argument;

	strcpy(open->name, "uapi-new");
	open->flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE;
	open->mode = 0600;
	open->rights = IPCCHAN_RIGHTS_SIGNAL;
	open->value = 1;
	open->max = 2;
	return UAPI_NEW_FD;
}

int fill_semaphore_acquire(struct uapi_world *world, enum uapi_kind kind,
			   void *argument)
{
	struct ipcchan_semaphore_acquire *acquire = argument;

	acquire->deadline_ns = deadline_must_happen();
	acquire->units = 1;
	acquire->flags = IPCCHAN_SEMAPHORE_UNDO;
	return 0;
}

int fill_semaphore_release(struct uapi_world *world, enum uapi_kind kind,
			   void *argument)
{
	struct ipcchan_semaphore_release *release = argument;

	release->units = 1;
	return 0;
}

int fill_semaphore_info(struct uapi_world *world, enum uapi_kind kind,
			void *argument)
{
	return 0;
}

int fill_event_open(struct uapi_world *world, enum uapi_kind kind,
		    void *argument)
{
	struct ipcchan_event_open *open = argument;

	strcpy(open->name, "uapi-new");
	open->flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE |
		      IPCCHAN_OPEN_SET;
	open->mode = 0600;
	open->rights = IPCCHAN_RIGHTS_SIGNAL;
	return UAPI_NEW_FD;
}

/* It stays set. */
int fill_event_wait(struct uapi_world *world, enum uapi_kind kind,
		    void *argument)
{
	struct ipcchan_event_wait *wait = argument;

	event_set(world->fds[UAPI_event]);
	wait->deadline_ns = deadline_must_happen();
	return 0;
}

int fill_event_set(struct uapi_world *world, enum uapi_kind kind,
		   void *argument)
{
	return 0;
}

int fill_event_reset(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	return 0;
}

int fill_event_pulse(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	return 0;
}

int fill_event_info(struct uapi_world *world, enum uapi_kind kind,
		    void *argument)
{
	return 0;
}

int fill_condvar_open(struct uapi_world *world, enum uapi_kind kind,
		      void *argument)
{
	struct ipcchan_condvar_open *open = argument;

	strcpy(open->name, "uapi-new");
	open->flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE;
	open->mode = 0600;
	open->rights = IPCCHAN_RIGHTS_SIGNAL;
	return UAPI_NEW_FD;
}

/* Nobody else is there to signal, so it is the deadline that comes. */
int fill_condvar_wait(struct uapi_world *world, enum uapi_kind kind,
		      void *argument)
{
	struct ipcchan_condvar_wait *wait = argument;
	int mutex = world->fds[UAPI_mutex];

	while (!mutex_unlock(mutex))
		;
	mutex_lock(mutex);
	wait->deadline_ns = deadline_after(NSEC_PER_MSEC);
	wait->mutex = mutex;
	return -ETIMEDOUT;
}

int fill_condvar_signal(struct uapi_world *world, enum uapi_kind kind,
			void *argument)
{
	struct ipcchan_condvar_signal *signal = argument;

	signal->count = 1;
	return 0;
}

int fill_condvar_info(struct uapi_world *world, enum uapi_kind kind,
		      void *argument)
{
	return 0;
}

int fill_barrier_open(struct uapi_world *world, enum uapi_kind kind,
		      void *argument)
{
	struct ipcchan_barrier_open *open = argument;

	strcpy(open->name, "uapi-new");
	open->flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE;
	open->mode = 0600;
	open->rights = IPCCHAN_RIGHTS_LOCK;
	open->parties = 2;
	return UAPI_NEW_FD;
}

int fill_barrier_wait(struct uapi_world *world, enum uapi_kind kind,
		      void *argument)
{
	struct ipcchan_barrier_wait *wait = argument;

	wait->deadline_ns = deadline_must_happen();
	return IPCCHAN_BARRIER_SERIAL;
}

int fill_barrier_reset(struct uapi_world *world, enum uapi_kind kind,
		       void *argument)
{
	return 0;
}

int fill_barrier_info(struct uapi_world *world, enum uapi_kind kind,
		      void *argument)
{
	return 0;
}

int fill_rwlock_open(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	struct ipcchan_rwlock_open *open = argument;

	strcpy(open->name, "uapi-new");
	open->flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE;
	open->mode = 0600;
	open->rights = IPCCHAN_RIGHTS_LOCK;
	return UAPI_NEW_FD;
}

/* For reading: this thread may have it so more than once. */
int fill_rwlock_lock(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	struct ipcchan_rwlock_lock *lock = argument;

	lock->deadline_ns = deadline_must_happen();
	lock->flags = IPCCHAN_RWLOCK_SHARED;
	return 0;
}

/* Nothing of it is left to this thread, and what is, is in order. */
static void let_go_of_rwlock(int rwlock)
{
	rwlock_consistent(rwlock);
	while (!rwlock_unlock(rwlock))
		;
}

int fill_rwlock_unlock(struct uapi_world *world, enum uapi_kind kind,
		       void *argument)
{
	rwlock_read(world->fds[UAPI_rwlock]);
	return 0;
}

int fill_rwlock_upgrade(struct uapi_world *world, enum uapi_kind kind,
			void *argument)
{
	struct ipcchan_rwlock_upgrade *upgrade = argument;

	let_go_of_rwlock(world->fds[UAPI_rwlock]);
	rwlock_read(world->fds[UAPI_rwlock]);
	upgrade->deadline_ns = deadline_must_happen();
	return 0;
}

int fill_rwlock_downgrade(struct uapi_world *world, enum uapi_kind kind,
			  void *argument)
{
	let_go_of_rwlock(world->fds[UAPI_rwlock]);
	rwlock_write(world->fds[UAPI_rwlock]);
	return 0;
}

static int write_and_end(void *rwlock)
{
	return rwlock_write(*(int *)rwlock);
}

int fill_rwlock_consistent(struct uapi_world *world, enum uapi_kind kind,
			   void *argument)
{
	struct sleeper sleeper;
	int *rwlock = &world->fds[UAPI_rwlock];

	let_go_of_rwlock(*rwlock);
	sleeper_start(&sleeper, write_and_end, rwlock);
	sleeper_join(&sleeper);
	rwlock_write(*rwlock);
	return 0;
}

int fill_rwlock_info(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	return 0;
}

/* The event, which stays set, and a unit of the semaphore. */
static __u64 lay_out_entries(struct uapi_world *world)
{
	struct ipcchan_wait_entry entries[UAPI_ELEMENTS] = {
		{ .fd = world->fds[UAPI_event] },
		{ .fd = world->fds[UAPI_semaphore], .units = 1 },
	};

	event_set(world->fds[UAPI_event]);
	lay_out_elements(world, sizeof(entries[0]));
	for (int i = 0; i < UAPI_ELEMENTS; i++)
		memcpy(world->elements + i * world->stride, &entries[i],
		       sizeof(entries[i]));
	return (uintptr_t)world->elements;
}

int fill_wait_any(struct uapi_world *world, enum uapi_kind kind,
		  void *argument)
{
	struct ipcchan_wait_any *any = argument;

	any->entries = lay_out_entries(world);
	any->count = UAPI_ELEMENTS;
	any->entry_size = world->stride;
	any->deadline_ns = deadline_must_happen();
	return 0;
}

int fill_wait_all(struct uapi_world *world, enum uapi_kind kind,
		  void *argument)
{
	struct ipcchan_wait_all *all = argument;

	all->entries = lay_out_entries(world);
	all->count = UAPI_ELEMENTS;
	all->entry_size = world->stride;
	all->deadline_ns = deadline_must_happen();
	return 0;
}

static int wait_for_event(void *event)
{
	return event_wait(*(int *)event);
}

int fill_wait_list(struct uapi_world *world, enum uapi_kind kind,
		   void *argument)
{
	struct ipcchan_wait_list *list = argument;

	if (!world->waiter.result)
		child_start(&world->waiter, wait_for_event,
			    &world->fds[UAPI_event]);
	await_in_line(world->fds[UAPI_event], 1);
	lay_out_elements(world, sizeof(struct ipcchan_wait_info));
	list->entries = (uintptr_t)world->elements;
	list->count = UAPI_ELEMENTS;
	list->entry_size = world->stride;
	return 1;
}

/* Lends all of the region to the world itself, whose descriptor is of that then. */
static void become_extent(struct uapi_world *world)
{
	int region = world->fds[UAPI_region];
	int mailbox = mailbox_open(world->fds[UAPI_device],
				   .flags = IPCCHAN_OPEN_CREATE |
					    IPCCHAN_OPEN_FDS);
	struct ipcchan_extent extent = {
		.fd = region,
		.mode = IPCCHAN_EXTENT_SHARE,
		.length = UAPI_PAGE,
	};
	int fd = -1;
	struct ipcchan_message message =
		MESSAGE(NULL, 0, .fds = (uintptr_t)&extent, .nr_fds = 1,
			.flags = IPCCHAN_MESSAGE_EXTENTS);

	mailbox_send(mailbox, &message, 1);
	message = MESSAGE(NULL, 0, .fds = (uintptr_t)&fd, .nr_fds = 1);
	mailbox_receive(mailbox, &message, 1);
	dup3(fd, region, O_CLOEXEC);
	close(fd);
	close(mailbox);
}

int fill_region_release(struct uapi_world *world, enum uapi_kind kind,
			void *argument)
{
	if (!region_info(world->fds[UAPI_region]).extent)
		become_extent(world);
	return 0;
}

int fill_region_extents(struct uapi_world *world, enum uapi_kind kind,
			void *argument)
{
	struct ipcchan_region_extents *list = argument;

	lay_out_elements(world, sizeof(struct ipcchan_extent_info));
	list->entries = (uintptr_t)world->elements;
	list->count = UAPI_ELEMENTS;
	list->entry_size = world->stride;
	if (!region_info(world->fds[UAPI_region]).extent)
		become_extent(world);
	return 1;
}

int fill_region_freeze(struct uapi_world *world, enum uapi_kind kind,
		       void *argument)
{
	return 0;
}

int fill_region_thaw(struct uapi_world *world, enum uapi_kind kind,
		     void *argument)
{
	return 0;
}

/* Making calls */

void *uapi_argument(struct uapi_world *world, const struct uapi_call *call,
		    size_t size)
{
	unsigned char whole[UAPI_PAGE] = {};
	unsigned char *argument = world->argument_end - size;
	size_t known = call->ioctl->size;

	call->fill(world, call->kind, whole);
	memset(argument, 0, size);
	memcpy(argument, whole, size < known ? size : known);
	return argument;
}

int uapi_expected(struct uapi_world *world, const struct uapi_call *call)
{
	unsigned char whole[UAPI_PAGE] = {};

	return call->fill(world, call->kind, whole);
}

unsigned long uapi_sized(const struct uapi_ioctl *ioctl, size_t size)
{
	return _IOC(_IOC_READ | _IOC_WRITE, IPCCHAN_IOC_MAGIC,
		    _IOC_NR(ioctl->cmd), size);
}

bool uapi_makes_descriptor(unsigned long cmd)
{
	for (size_t i = 0; i < sizeof(uapi_ioctls) / sizeof(uapi_ioctls[0]); i++)
		if (_IOC_NR(uapi_ioctls[i]->cmd) == _IOC_NR(cmd))
			return uapi_ioctls[i]->gives_fd;
	return false;
}

__u64 uapi_get(const void *structure, const struct uapi_field *field)
{
	__u64 value = 0;

	memcpy(&value, (const char *)structure + field->offset, field->size);
	return value;
}

void uapi_set(void *structure, const struct uapi_field *field, __u64 value)
{
	memcpy((char *)structure + field->offset, &value, field->size);
}

/* That nothing happened */

void uapi_look(const struct uapi_world *world, struct uapi_state *state)
{
	int device = world->fds[UAPI_device];
	int mailbox = world->fds[UAPI_mailbox];
	int region = world->fds[UAPI_region];
	int ring = world->fds[UAPI_ring];

	memset(state, 0, sizeof(*state));
	state->device = device_info(device);
	state->mailbox = mailbox_info(mailbox);
	for (int i = 0; i < UAPI_ELEMENTS; i++)
		state->others[i] = mailbox_info(world->others[i]);
	state->region = region_info(region);
	state->ring = ring_info(ring);
	state->mutex = mutex_info(world->fds[UAPI_mutex]);
	state->semaphore = semaphore_info(world->fds[UAPI_semaphore]);
	state->event = event_info(world->fds[UAPI_event]);
	state->condvar = condvar_info(world->fds[UAPI_condvar]);
	state->barrier = barrier_info(world->fds[UAPI_barrier]);
	state->rwlock = rwlock_info(world->fds[UAPI_rwlock]);
	for (int kind = UAPI_device + 1; kind < UAPI_KINDS; kind++)
		state->objects[kind] = object_info(world->fds[kind]);
	state->nr_names = object_list(device, "", state->names, 8);
	state->nr_messages = mailbox_peek(mailbox, 0, state->messages, 8,
					  .flags = IPCCHAN_TRUNCATE);
	state->next_fd = next_fd();
}

int uapi_try(struct uapi_world *world, int fd, unsigned long cmd,
	     void *argument)
{
	struct uapi_state before;
	struct uapi_state after;
	int result;

	uapi_look(world, &before);
	result = call(fd, cmd, argument);
	if (!result && _IOC_NR(cmd) == _IOC_NR(IPCCHAN_IOC_RING_CREATE))
		return close(world->ends[0]) || close(world->ends[1]) ? -EBADF : 0;
	if (result >= 0 && uapi_makes_descriptor(cmd))
		return close(result) ? -EBADF : UAPI_NEW_FD;
	if (result >= 0)
		return result;
	uapi_look(world, &after);
	return memcmp(&before, &after, sizeof(before)) ? UAPI_CHANGED : result;
}
