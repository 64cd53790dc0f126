// SPDX-License-Identifier: GPL-2.0
/* Ops made of the ioctls of linux/ipcchan.h. */

#define _GNU_SOURCE
#include <string.h>
#include <sys/ioctl.h>

#include "ipcchan_selftest.h"
#include "judge.h"

#define LARGEST			0x3fff

/**
 * struct ioctl_call - an ioctl about to be made
 * @worker: By whom.
 * @op: Which.
 * @args: With what.
 * @structure: The structure, still in memory of ours.
 * @elements: The array, or NULL.
 * @count: Its elements that are filled.
 * @stride: Bytes from one to the next.
 */
struct ioctl_call {
	struct fuzz_worker *worker;
	const struct fuzz_op *op;
	const __u64 *args;
	unsigned char structure[LARGEST];
	unsigned char *elements;
	size_t count;
	size_t stride;
};

/* The number of the argument for a field of the structure. */
static __u64 arg_for(const struct ioctl_call *c, const struct uapi_field *field)
{
	const struct uapi_ioctl *ioctl = c->op->ioctl;
	unsigned int arg = FUZZ_IOCTL_ARGS;

	for (size_t i = 0; i < ioctl->nr_fields; i++) {
		if (ioctl->fields[i].role == UAPI_OUTPUT)
			continue;
		if (ioctl->fields[i].offset == field->offset)
			return c->args[arg];
		arg++;
	}
	return 0;
}

static void put_field(void *structure, const struct uapi_field *field,
		      __u64 value)
{
	if (field->meaning == UAPI_NAME)
		fuzz_name((char *)structure + field->offset, value);
	else
		uapi_set(structure, field, value);
}

/* Where the bytes of element @i are: short ones apart from all others. */
static unsigned char *chunk(const struct ioctl_call *c, size_t i, __u64 value,
			    size_t bytes)
{
	unsigned char *memory = fuzz_memory(c->worker, FUZZ_DATA, value, bytes);

	if (FUZZ_PLACE(value) == FUZZ_OWN && bytes <= FUZZ_CHUNK)
		return memory + i % IPCCHAN_BATCH_MAX * FUZZ_CHUNK;
	if (FUZZ_PLACE(value) == FUZZ_OWN || FUZZ_PLACE(value) == FUZZ_UNALIGNED)
		return memory + IPCCHAN_BATCH_MAX * FUZZ_CHUNK;
	return memory;
}

static struct ipcchan_message *message_at(const struct ioctl_call *c, size_t i)
{
	return (void *)(c->elements + i * c->stride);
}

/* Where descriptors or extents of element @i are: behind all elements, apart. */
static void *files_at(const struct ioctl_call *c, size_t i, __u64 value)
{
	unsigned char *own = fuzz_memory(c->worker, FUZZ_ELEMENTS, FUZZ_OWN, 0);

	if (FUZZ_PLACE(value) == FUZZ_OWN)
		return own + (IPCCHAN_BATCH_MAX + i) * FUZZ_CHUNK;
	return fuzz_memory(c->worker, FUZZ_ASYNC, value,
			   IPCCHAN_FDS_MAX * sizeof(struct ipcchan_extent));
}

/* Its addresses are what its fields were filled with. */
static void place_message(const struct ioctl_call *c, size_t i)
{
	struct ipcchan_message *message = message_at(c, i);

	message->data = (uintptr_t)chunk(c, i, message->data, message->size);
	message->fds = (uintptr_t)files_at(c, i, message->fds);
}

static void attach_extents(const struct ioctl_call *c,
			   struct ipcchan_message *message,
			   struct ipcchan_extent *extents,
			   struct fuzz_random *random)
{
	static const struct fuzz_arg region = { FUZZ_FD, UAPI_ON(region) };
	static const struct fuzz_arg pages = { FUZZ_EXTENT };

	message->flags = IPCCHAN_MESSAGE_EXTENTS;
	message->nr_fds = 1 + fuzz_below(random, 2);
	for (__u32 i = 0; i < message->nr_fds; i++) {
		__u64 fd = fuzz_value(random, &region);

		extents[i] = fuzz_extent(c->worker, fd,
					 fuzz_value(random, &pages));
	}
}

/* Else hardly any message would be one that may be sent. */
static void attach(const struct ioctl_call *c, struct ipcchan_message *message,
		   void *files, struct fuzz_random *random)
{
	if (fuzz_chance(random, 16))
		return;
	message->flags = 0;
	message->nr_fds = fuzz_chance(random, 8);
	*(__s32 *)files = fuzz_fd(c->worker, FUZZ_AT(FUZZ_OTHER, 1));
	if (fuzz_chance(random, 6))
		attach_extents(c, message, files, random);
}

/* It may lend pages, of which others then have mappings. */
static void note_extents(const struct ioctl_call *c,
			 const struct ipcchan_message *message)
{
	if (message->flags & IPCCHAN_MESSAGE_EXTENTS)
		c->worker->shared->may_fault = true;
}

static bool is_ioctl(const struct ioctl_call *c, unsigned long cmd)
{
	return c->op->ioctl->cmd == cmd;
}

static void fill_element(struct ioctl_call *c, size_t i,
			 struct fuzz_random *random)
{
	const struct uapi_array *array = c->op->ioctl->array;
	unsigned char *element = c->elements + i * c->stride;

	for (size_t f = 0; f < array->nr_fields; f++) {
		const struct uapi_field *field = &array->fields[f];
		struct fuzz_arg arg = fuzz_arg_of(field);
		__u64 value = fuzz_value(random, &arg);

		if (field->role == UAPI_OUTPUT || field->meaning == UAPI_NAME)
			continue;
		if (field->meaning == UAPI_DESCRIPTOR)
			value = fuzz_fd(c->worker, value);
		/* Else hardly any message would be in one piece, and good. */
		if (!strcmp(field->name, "nr_segments") &&
		    !fuzz_chance(random, 8))
			value = 0;
		uapi_set(element, field, value);
	}
	if (!strcmp(array->fields[0].name, "data"))
		place_message(c, i);
	if (is_ioctl(c, IPCCHAN_IOC_MAILBOX_SEND)) {
		attach(c, message_at(c, i), files_at(c, i, FUZZ_OWN), random);
		note_extents(c, message_at(c, i));
	}
}

/* Bytes of messages that are sure to be what the sender wrote. */
static void *certain_data(const struct ioctl_call *c,
			  const struct ipcchan_message *message, size_t i)
{
	unsigned char *data = chunk(c, i, FUZZ_OWN, message->size);

	return (uintptr_t)data == message->data &&
	       message->size <= FUZZ_CHUNK ? data : NULL;
}

static void stamp_messages(const struct ioctl_call *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct ipcchan_message *message = message_at(c, i);

		fuzz_stamp(message, certain_data(c, message, i));
	}
}

/* The array of an ioctl, in its own memory and then where it shall be. */
static void lay_out_array(struct ioctl_call *c)
{
	const struct uapi_array *array = c->op->ioctl->array;
	__u64 where = arg_for(c, &array->address);
	__u32 stride = arg_for(c, &array->element_size) ?: array->element;
	struct fuzz_random random = { FUZZ_SEED(where) };
	size_t bytes;
	void *to;

	c->stride = stride;
	c->count = arg_for(c, &array->count);
	if (stride < array->element || stride > FUZZ_CHUNK)
		c->stride = array->element;
	if (c->count > array->count_max)
		c->count = array->count_max;
	bytes = c->count * c->stride;
	c->elements = fuzz_memory(c->worker, FUZZ_ELEMENTS, FUZZ_OWN, bytes);
	memset(c->elements, 0, bytes);
	for (size_t i = 0; i < c->count; i++)
		fill_element(c, i, &random);
	if (is_ioctl(c, IPCCHAN_IOC_MAILBOX_SEND))
		stamp_messages(c);
	to = fuzz_memory(c->worker, FUZZ_ELEMENTS, where, bytes);
	if (to != c->elements)
		fuzz_copy(to, c->elements, bytes);
	if (to != c->elements || stride != c->stride)
		c->elements = NULL;
	uapi_set(c->structure, &array->address, (uintptr_t)to);
	uapi_set(c->structure, &array->element_size, stride);
}

/* Chunks that a message of its own takes, from a number that is its place's. */
enum part {
	PART_STRUCTURE,
	PART_DATA,
	PART_SEGMENTS,
	PART_FILES,
	PARTS,
};

/* Is it the address of a message that is no element of an array? */
static bool is_message(const struct uapi_field *field)
{
	return field->meaning == UAPI_ADDRESS && field->role != UAPI_OUTPUT &&
	       (!strcmp(field->name, "message") ||
		!strcmp(field->name, "request") ||
		!strcmp(field->name, "reply"));
}

/* Does the kernel read the bytes, or write them? */
static bool is_sent(const struct ioctl_call *c, const struct uapi_field *field)
{
	if (is_ioctl(c, IPCCHAN_IOC_MAILBOX_REPLY_RECEIVE))
		return !strcmp(field->name, "reply");
	return strcmp(field->name, "reply");
}

/* The bytes as they are, but in pieces. */
static void cut(const struct ioctl_call *c, size_t first,
		struct ipcchan_message *message, struct fuzz_random *random)
{
	struct ipcchan_segment *segments =
		(void *)chunk(c, first + PART_SEGMENTS, FUZZ_OWN, 0);
	unsigned int nr = 1 + fuzz_below(random, 4);
	__u64 data = message->data;
	__u32 left = message->size;

	for (unsigned int i = 0; i < nr; i++) {
		__u32 size = i + 1 == nr ? left : fuzz_below(random, left + 1);

		segments[i] = (struct ipcchan_segment){ .base = data,
							.size = size };
		data += size;
		left -= size;
	}
	message->data = (uintptr_t)segments;
	message->nr_segments = nr;
}

/* Which request a message answers, or which call it means to go on with. */
static __u64 token_for(const struct ioctl_call *c, struct fuzz_random *random)
{
	__u64 slot = fuzz_below(random, FUZZ_SLOTS);

	if (is_ioctl(c, IPCCHAN_IOC_MAILBOX_REPLY) ||
	    is_ioctl(c, IPCCHAN_IOC_MAILBOX_REPLY_RECEIVE))
		return fuzz_token(c->worker, FUZZ_REQUEST + slot);
	if (fuzz_chance(random, 16))
		return fuzz_token(c->worker, FUZZ_CALL + slot);
	return 0;
}

/* A good one, but for one word of some. What may be changed is not stamped. */
static struct ipcchan_message make_message(const struct ioctl_call *c,
					   size_t first, bool sent,
					   bool is_certain,
					   struct fuzz_random *random)
{
	/* Most fit into most. */
	unsigned int bytes = fuzz_below(random, sent ? 300 : FUZZ_CHUNK);
	void *files = chunk(c, first + PART_FILES, FUZZ_OWN, 0);
	struct ipcchan_message message =
		MESSAGE(chunk(c, first + PART_DATA, FUZZ_OWN, bytes), bytes,
			.type = fuzz_next(random),
			.priority = fuzz_below(random, IPCCHAN_PRIORITIES),
			.fds = (uintptr_t)files,
			.token = token_for(c, random));
	bool is_good = !fuzz_chance(random, 16);

	if (sent)
		attach(c, &message, files, random);
	else
		message.nr_fds = fuzz_below(random, 4);
	fuzz_stamp(&message, is_certain && is_good ?
			     (void *)(uintptr_t)message.data : NULL);
	if (fuzz_chance(random, 4))
		cut(c, first, &message, random);
	if (!is_good) {
		((__u32 *)&message)[fuzz_below(random, sizeof(message) / 4)] =
			fuzz_next(random);
		fuzz_stamp(&message, NULL);
	}
	note_extents(c, &message);
	return message;
}

/* The number of the first chunk of the message that is field @i. */
static size_t first_chunk(size_t i)
{
	return i * PARTS;
}

/* A message that is no element of an array; a seed says all of it. */
static void lay_out_message(struct ioctl_call *c, size_t i)
{
	const struct uapi_field *field = &c->op->ioctl->fields[i];
	__u64 where = arg_for(c, field);
	bool sent = is_sent(c, field);
	struct fuzz_random random = { FUZZ_SEED(where) };
	struct ipcchan_message message =
		make_message(c, first_chunk(i), sent,
			     sent && FUZZ_PLACE(where) == FUZZ_OWN, &random);
	void *to = chunk(c, first_chunk(i) + PART_STRUCTURE, where,
			 sizeof(message));

	/* What is behind it, for who says that there is more of it. */
	if (FUZZ_PLACE(where) == FUZZ_OWN)
		memset(to, 0, FUZZ_CHUNK);
	fuzz_copy(to, &message, sizeof(message));
	uapi_set(c->structure, field, (uintptr_t)to);
}

static void lay_out_messages(struct ioctl_call *c)
{
	const struct uapi_ioctl *ioctl = c->op->ioctl;

	for (size_t i = 0; i < ioctl->nr_fields; i++)
		if (is_message(&ioctl->fields[i]))
			lay_out_message(c, i);
}

/* Is there room for steps of a deadlock? */
static bool has_cycle(const struct ioctl_call *c)
{
	const struct uapi_ioctl *ioctl = c->op->ioctl;

	for (size_t i = 0; i < ioctl->nr_fields; i++)
		if (!strcmp(ioctl->fields[i].name, "cycle_count"))
			return arg_for(c, &ioctl->fields[i]);
	return false;
}

/* Sizes of structures that are not given are those that the header has. */
static __u64 size_for(const struct ioctl_call *c,
		      const struct uapi_field *field, __u64 value)
{
	if (!strcmp(field->name, "message_size"))
		return value ?: sizeof(struct ipcchan_message);
	if (!strcmp(field->name, "step_size") && !value && has_cycle(c))
		return sizeof(struct ipcchan_step);
	return value;
}

/* A region that may be frozen will be. */
static void note_freezing(const struct ioctl_call *c)
{
	const struct ipcchan_region_open *open = (const void *)c->structure;

	if (is_ioctl(c, IPCCHAN_IOC_REGION_OPEN) &&
	    open->flags & IPCCHAN_OPEN_FREEZE)
		c->worker->shared->may_fault = true;
}

static void lay_out_structure(struct ioctl_call *c)
{
	const struct uapi_ioctl *ioctl = c->op->ioctl;

	memset(c->structure, 0, sizeof(c->structure));
	for (size_t i = 0; i < ioctl->nr_fields; i++) {
		const struct uapi_field *field = &ioctl->fields[i];
		__u64 value = arg_for(c, field);

		if (field->role == UAPI_OUTPUT)
			continue;
		if (field->meaning == UAPI_DEADLINE)
			value = fuzz_deadline(value);
		if (!strcmp(field->name, "token"))
			value = fuzz_token(c->worker, value);
		if (field->meaning == UAPI_DESCRIPTOR)
			value = fuzz_fd(c->worker, value);
		value = size_for(c, field, value);
		/* An array's is found when it is laid out. */
		if (field->meaning == UAPI_ADDRESS && !ioctl->array)
			value = (uintptr_t)chunk(c, IPCCHAN_BATCH_MAX - 1,
						 value, FUZZ_CHUNK);
		put_field(c->structure, field, value);
	}
	if (ioctl->array)
		lay_out_array(c);
	lay_out_messages(c);
	note_freezing(c);
}

/* Does the header allow that the call sleeps for ever? */
static bool may_sleep(const struct ioctl_call *c)
{
	const struct uapi_ioctl *ioctl = c->op->ioctl;
	bool has_deadline = false;
	__u64 flags = 0;
	__u64 time = 0;

	for (size_t i = 0; i < ioctl->nr_fields; i++) {
		const struct uapi_field *field = &ioctl->fields[i];

		if (!strcmp(field->name, "flags"))
			flags = arg_for(c, field);
		if (field->meaning == UAPI_DEADLINE) {
			has_deadline = true;
			time = arg_for(c, field);
		}
	}
	/* A call only sends without waiting. */
	if (is_ioctl(c, IPCCHAN_IOC_MAILBOX_CALL))
		flags = 0;
	return has_deadline && time > FUZZ_LATER && !(flags & IPCCHAN_NONBLOCK);
}

static void judge_messages(const struct ioctl_call *c, long result)
{
	for (long i = 0; c->elements && i < result; i++) {
		struct ipcchan_message *message = message_at(c, i);

		fuzz_keep_token(c->worker, FUZZ_REQUEST, i, message->token);
		if (is_ioctl(c, IPCCHAN_IOC_MAILBOX_RECEIVE))
			fuzz_keep_files(c->worker,
					c->args[FUZZ_IOCTL_SLOT] + i, message);

		/* Nobody knows what was restored. */
		if (!(message->flags & IPCCHAN_MESSAGE_RESTORED))
			fuzz_judge_message(c->worker->shared, message,
					   certain_data(c, message, i));
	}
}

/* A message that was laid out, if it is still there; gives its field, or -1. */
static int get_message(const struct ioctl_call *c, const char *name,
		       struct ipcchan_message *message)
{
	const struct uapi_ioctl *ioctl = c->op->ioctl;

	for (size_t i = 0; i < ioctl->nr_fields; i++) {
		const struct uapi_field *field = &ioctl->fields[i];
		void *from = (void *)(uintptr_t)uapi_get(c->structure, field);

		if (is_message(field) && !strcmp(field->name, name) &&
		    fuzz_copy(message, from, sizeof(*message)))
			return i;
	}
	return -1;
}

/* A call that was begun, and has not ended, goes on by its token. */
static void note_begun(const struct ioctl_call *c)
{
	struct ipcchan_message request;

	if (get_message(c, "request", &request) >= 0)
		fuzz_keep_token(c->worker, FUZZ_CALL, request.type,
				request.token);
}

/* What was received into a message that was laid out: a reply, or a request. */
static void judge_received(const struct ioctl_call *c, const char *name)
{
	struct ipcchan_message got;
	int field = get_message(c, name, &got);
	void *data;

	if (field < 0)
		return;
	if (!strcmp(name, "message"))
		fuzz_keep_token(c->worker, FUZZ_REQUEST, got.sequence,
				got.token);
	if (got.error || got.flags & IPCCHAN_MESSAGE_RESTORED)
		return;
	fuzz_keep_files(c->worker, c->args[FUZZ_IOCTL_SLOT], &got);
	data = chunk(c, first_chunk(field) + PART_DATA, FUZZ_OWN, 0);
	if (got.nr_segments || (uintptr_t)data != got.data ||
	    got.size > FUZZ_CHUNK)
		data = NULL;
	fuzz_judge_message(c->worker->shared, &got, data);
}

static void judge_call(const struct ioctl_call *c, long result)
{
	if (is_ioctl(c, IPCCHAN_IOC_MAILBOX_CALL_START) ||
	    is_ioctl(c, IPCCHAN_IOC_MAILBOX_CALL))
		note_begun(c);
	if (is_ioctl(c, IPCCHAN_IOC_MAILBOX_REPLY_RECEIVE) && result == 1)
		judge_received(c, "message");
	if ((is_ioctl(c, IPCCHAN_IOC_MAILBOX_CALL) ||
	     is_ioctl(c, IPCCHAN_IOC_MAILBOX_CALL_WAIT)) && !result)
		judge_received(c, "reply");
}

static void judge(const struct ioctl_call *c, long result, void *argument)
{
	struct ipcchan_mailbox_info info;

	fuzz_judge_result(c->worker->shared, c->op->ioctl, result);
	if (is_ioctl(c, IPCCHAN_IOC_MAILBOX_RECEIVE) ||
	    is_ioctl(c, IPCCHAN_IOC_MAILBOX_PEEK))
		judge_messages(c, result);
	judge_call(c, result);
	if (is_ioctl(c, IPCCHAN_IOC_MAILBOX_INFO) && !result &&
	    c->args[FUZZ_IOCTL_SIZE] == 0 &&
	    FUZZ_PLACE(c->args[FUZZ_IOCTL_ADDRESS]) == FUZZ_OWN &&
	    fuzz_copy(&info, argument, sizeof(info)))
		fuzz_judge_mailbox(c->worker->shared, &info);
}

/* Others may have scribbled there since, so only what is an end is kept. */
static void keep_ends(const struct ioctl_call *c)
{
	__u64 slot = c->args[FUZZ_IOCTL_SLOT];
	__s32 ends[2];

	if (!fuzz_copy(ends, (void *)(uintptr_t)uapi_get(c->structure,
							 &c->op->ioctl->fields[0]),
		       sizeof(ends)))
		return;
	for (int i = 0; i < 2; i++)
		if (fuzz_kind(ends[i]) == UAPI_ring)
			fuzz_keep(c->worker, UAPI_ring, slot + i, ends[i]);
}

long fuzz_call_ioctl(struct fuzz_worker *worker, const struct fuzz_op *op,
		     const __u64 *args)
{
	static __thread struct ioctl_call c;
	const struct uapi_ioctl *ioctl = op->ioctl;
	size_t size = args[FUZZ_IOCTL_SIZE] & LARGEST ?: ioctl->size;
	int fd = fuzz_fd(worker, args[FUZZ_IOCTL_FD]);
	void *argument = fuzz_memory(worker, FUZZ_ARGUMENT,
				     args[FUZZ_IOCTL_ADDRESS], size);
	long result;

	c = (struct ioctl_call){ .worker = worker, .op = op, .args = args };
	lay_out_structure(&c);
	fuzz_copy(argument, c.structure, size);
	if (may_sleep(&c))
		worker->shared->due[worker->number] = 0;
	result = call(fd, uapi_sized(ioctl, size), argument);
	if (args[FUZZ_IOCTL_FD] / FUZZ_AT(1, 0) % FUZZ_KINDS != FUZZ_OTHER)
		judge(&c, result, argument);
	if (ioctl->gives_fd && result >= 0)
		fuzz_keep(worker, fuzz_kind(result), args[FUZZ_IOCTL_SLOT],
			  result);
	if (is_ioctl(&c, IPCCHAN_IOC_RING_CREATE) && !result)
		keep_ends(&c);
	return result;
}
