// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Block: sent, received, released.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "block.h"

/* What is received at once without asking how long it is. */
#define FIRST_ROOM	4096

/**
 * struct ipcchan_view - a mapping of a region, through which shares are read
 * @id: Of the region.
 * @memory: All of it.
 * @size: Bytes.
 */
struct ipcchan_view {
	uint64_t id;
	char *memory;
	size_t size;
};

int ipcchan_view_create(const struct ipcchan_region *region,
			struct ipcchan_view **view)
{
	struct ipcchan_view *new = ipcchan_sys_new(sizeof(*new));
	struct ipcchan_object_info object;
	struct ipcchan_region_info info;
	int error;

	if (!new)
		return -ENOMEM;
	error = ipcchan_object_info(region->fd, &object, sizeof(object));
	if (!error)
		error = ipcchan_region_info(region, &info, sizeof(info));
	/* An extent shows not all, and is over some day. */
	if (!error && info.extent)
		error = -EINVAL;
	if (!error)
		error = ipcchan_region_map(region, PROT_READ,
					   (void **)&new->memory);
	if (error) {
		free(new);
		return error;
	}
	new->id = object.id;
	new->size = region->size;
	*view = new;
	return 0;
}

void ipcchan_view_close(struct ipcchan_view *view)
{
	int saved = errno;

	if (!view)
		return;
	munmap(view->memory, view->size);
	errno = saved;
	free(view);
}

void *ipcchan_block_data(const struct ipcchan_block *block)
{
	return block->data;
}

size_t ipcchan_block_size(const struct ipcchan_block *block)
{
	return block->size;
}

const struct ipcchan_message *
ipcchan_block_message(const struct ipcchan_block *block)
{
	return &block->message;
}

/* Sending */

static int send_one(const struct ipcchan_mailbox *mailbox,
		    struct ipcchan_message *message,
		    const struct ipcchan_send_options *options)
{
	int result;

	message->type = options->type;
	message->priority = options->priority;
	result = ipcchan_mailbox_send_batch(mailbox, message, 1,
					    sizeof(*message), options);
	if (result < 0)
		return result;
	return message->flags & IPCCHAN_MESSAGE_DROPPED ? 1 : 0;
}

static int send_copy(const struct ipcchan_block *block,
		     const struct ipcchan_mailbox *mailbox, size_t used,
		     const struct ipcchan_send_options *options)
{
	const struct block_header header = {
		.magic = BLOCK_MAGIC,
		.used = used,
	};
	const struct ipcchan_segment segments[] = {
		{ .base = (uintptr_t)&header, .size = sizeof(header) },
		{ .base = (uintptr_t)block->data, .size = used },
	};
	struct ipcchan_message message;

	ipcchan_message_set(&message, NULL, 0);
	ipcchan_message_set_segments(&message, segments, 2);
	return send_one(mailbox, &message, options);
}

static int send_extent(struct ipcchan_block *block,
		       const struct ipcchan_mailbox *mailbox, size_t used,
		       uint32_t mode,
		       const struct ipcchan_send_options *options)
{
	const struct block_header header = {
		.magic = BLOCK_MAGIC,
		.mode = mode,
		.used = used,
	};
	const struct ipcchan_extent extent = {
		.fd = block->fd,
		.mode = mode,
		.offset = block->offset,
		.length = block->length,
	};
	struct ipcchan_message message;

	ipcchan_message_set(&message, &header, sizeof(header));
	ipcchan_message_set_extents(&message, &extent, 1);
	block->is_lent = true;
	return send_one(mailbox, &message, options);
}

/*
 * Where lending costs less than a copy, by instructions (docs/testing.md, "Benchmark"):
 * to share costs as much as to copy 11 KiB, to move a huge page as much as to copy
 * 105 KiB. To move small pages costs more than a copy, however many they are.
 */
#define SHARE_PAYS	(11U << 10)
#define MOVE_PAYS	(105U << 10)

static bool is_better_copied(const struct ipcchan_block *block, size_t used,
			     uint32_t mode)
{
	if (block->copy_below != IPCCHAN_DEFAULT)
		return used < block->copy_below;
	if (mode == IPCCHAN_EXTENT_SHARE)
		return used < SHARE_PAYS;
	return !block->is_huge || used < MOVE_PAYS;
}

int ipcchan_block_send(struct ipcchan_block *block,
		       const struct ipcchan_mailbox *mailbox, size_t used,
		       uint32_t mode,
		       const struct ipcchan_send_options *options)
{
	struct ipcchan_send_options known = IPCCHAN_SEND_OPTIONS;
	int result = ipcchan_copy_options(&known, sizeof(known),
					  SEND_OPTIONS_SIZE_VER0, options);

	if (result)
		return result;
	if (used > block->size || known.nr_fds ||
	    (mode != IPCCHAN_EXTENT_SHARE && mode != IPCCHAN_EXTENT_MOVE))
		return -EINVAL;
	if (block->fd < 0 || is_better_copied(block, used, mode)) {
		result = send_copy(block, mailbox, used, &known);
		/* A mailbox that takes no such message may take an extent. */
		if (result != -EMSGSIZE || block->fd < 0)
			return result;
	}
	return send_extent(block, mailbox, used, mode, &known);
}

/* Receiving */

/**
 * struct arrival - a message that is being received
 * @header: How it begins.
 * @fds: Its descriptors; more than one are wrong, and closed.
 */
struct arrival {
	struct block_header header;
	int fds[IPCCHAN_FDS_MAX];
};

static int make_room(struct ipcchan_block *block, size_t size)
{
	free(block->copy);
	block->copy = ipcchan_sys_new(size);
	block->size = size;
	return block->copy ? 0 : -ENOMEM;
}

static int receive_once(const struct ipcchan_mailbox *mailbox,
			struct ipcchan_block *block, struct arrival *arrival,
			const struct ipcchan_receive_options *options)
{
	ipcchan_message_set(&block->message, block->copy, block->size);
	ipcchan_message_set_fds(&block->message, arrival->fds, IPCCHAN_FDS_MAX);
	/* No token is asked for, so a request stays where it is. */
	return ipcchan_mailbox_receive_batch(mailbox, &block->message, 1,
					     offsetof(struct ipcchan_message,
						      token), options);
}

/* Another may be the next when the room is there, so this is done again. */
static int receive_message(const struct ipcchan_mailbox *mailbox,
			   struct ipcchan_block *block, struct arrival *arrival,
			   const struct ipcchan_receive_options *options)
{
	int error = make_room(block, FIRST_ROOM);
	int result;

	while (!error) {
		result = receive_once(mailbox, block, arrival, options);
		if (result >= 0)
			memcpy(&arrival->header, block->copy,
			       sizeof(arrival->header));
		if (result != -EMSGSIZE)
			return result < 0 ? result : 0;
		error = make_room(block, block->message.length);
	}
	return error;
}

/* What the kernel says of the extent counts, not what the sender said. */
static int map_extent(struct ipcchan_block *block,
		      const struct ipcchan_view *view, uint64_t id)
{
	struct ipcchan_region_info info;
	int protection = PROT_READ;
	int saved = errno;
	int error = ipcchan_ask(block->fd, IPCCHAN_IOC_REGION_INFO, &info,
				sizeof(info));

	if (error)
		return error;
	if (!info.extent || block->size > info.length)
		return -EPROTO;
	block->length = info.length;
	if (info.mode == IPCCHAN_EXTENT_MOVE) {
		protection |= PROT_WRITE;
	} else if (view && view->id == id) {
		block->data = view->memory + info.offset;
		return 0;
	}
	block->data = mmap(NULL, block->length, protection, MAP_SHARED,
			   block->fd, 0);
	if (block->data == MAP_FAILED)
		error = -errno;
	else
		block->mapping = block->data;
	errno = saved;
	return error;
}

static int take_extent(struct ipcchan_block *block,
		       const struct ipcchan_view *view)
{
	struct ipcchan_object_info object;
	int error = ipcchan_object_info(block->fd, &object, sizeof(object));

	if (error == -EBADF || error == -ENOTTY ||
	    (!error && object.kind != IPCCHAN_KIND_REGION))
		return -EPROTO;
	return error ? error : map_extent(block, view, object.id);
}

/* Make sense of what the sender said. */
static int unpack(struct ipcchan_block *block, const struct arrival *arrival,
		  const struct ipcchan_view *view)
{
	const struct block_header *header = &arrival->header;
	size_t length = block->message.length;

	if (length < sizeof(*header) || header->magic != BLOCK_MAGIC ||
	    block->message.nr_fds != !!header->mode ||
	    block->message.flags & IPCCHAN_MESSAGE_NOTICE)
		return -EPROTO;
	block->size = header->used;
	if (header->mode)
		return take_extent(block, view);
	block->data = (char *)block->copy + sizeof(*header);
	return length - sizeof(*header) == header->used ? 0 : -EPROTO;
}

/* The first descriptor is the block's. */
static void keep_fds(struct ipcchan_block *block, const struct arrival *arrival)
{
	uint32_t i;

	if (block->message.nr_fds)
		block->fd = arrival->fds[0];
	for (i = 1; i < block->message.nr_fds; i++)
		ipcchan_sys_close(arrival->fds[i]);
}

static int receive(const struct ipcchan_mailbox *mailbox,
		   const struct ipcchan_view *view,
		   struct ipcchan_block *block,
		   const struct ipcchan_receive_options *options)
{
	struct arrival arrival = {};
	int error = receive_message(mailbox, block, &arrival, options);

	if (error)
		return error;
	keep_fds(block, &arrival);
	error = unpack(block, &arrival, view);
	if (block->fd >= 0) {
		free(block->copy);
		block->copy = NULL;
	}
	return error;
}

int ipcchan_block_receive(const struct ipcchan_mailbox *mailbox,
			  const struct ipcchan_view *view,
			  const struct ipcchan_receive_options *options,
			  struct ipcchan_block **block)
{
	struct ipcchan_block *new;
	int error;

	/* What is truncated is no block; what is held could not be committed. */
	if (options && options->flags & (IPCCHAN_HOLD | IPCCHAN_TRUNCATE))
		return -EINVAL;
	new = ipcchan_sys_new(sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->fd = -1;
	error = receive(mailbox, view, new, options);
	if (error)
		ipcchan_block_release(new);
	else
		*block = new;
	return error;
}

void ipcchan_block_release(struct ipcchan_block *block)
{
	int saved = errno;

	if (!block)
		return;
	if (block->pool) {
		block->is_taken = false;
		return;
	}
	if (block->mapping)
		munmap(block->mapping, block->length);
	errno = saved;
	if (block->fd >= 0)
		ipcchan_sys_close(block->fd);
	free(block->copy);
	free(block);
}
