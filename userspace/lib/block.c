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

static int make_room(struct ipcchan_block *block, size_t size)
{
	free(block->arrival);
	block->arrival = ipcchan_sys_new(sizeof(*block->arrival) + size);
	block->size = size;
	return block->arrival ? 0 : -ENOMEM;
}

static int receive_once(const struct ipcchan_mailbox *mailbox,
			struct ipcchan_block *block,
			const struct ipcchan_receive_options *options)
{
	struct ipcchan_message *message = &block->message;

	ipcchan_message_set(message, block->arrival->bytes, block->size);
	ipcchan_message_set_fds(message, block->arrival->fds, IPCCHAN_FDS_MAX);
	/* No token is asked for, so a request stays where it is. */
	return ipcchan_mailbox_receive_batch(mailbox, message, 1,
					     offsetof(struct ipcchan_message,
						      token), options);
}

/* Another may be the next when the room is there, so this is done again. */
static int receive_message(const struct ipcchan_mailbox *mailbox,
			   struct ipcchan_block *block,
			   const struct ipcchan_receive_options *options)
{
	int error = make_room(block, FIRST_ROOM);
	int result;

	while (!error) {
		result = receive_once(mailbox, block, options);
		if (result >= 0)
			return 0;
		error = result == -EMSGSIZE ?
			make_room(block, block->message.length) : result;
	}
	/* It has none of the descriptors that there was room for. */
	block->message.nr_fds = 0;
	return error;
}

static bool is_block(const struct ipcchan_message *message,
		     const struct block_header *header)
{
	if (message->flags & IPCCHAN_MESSAGE_NOTICE ||
	    message->length < sizeof(*header) ||
	    header->magic != BLOCK_MAGIC || message->nr_fds != !!header->mode)
		return false;
	return header->mode ||
	       message->length - sizeof(*header) == header->used;
}

/*
 * What the kernel says of the extent counts, not what the sender said. 1: there is
 * none for so many bytes.
 */
static int ask_extent(int fd, uint64_t used, struct ipcchan_object_info *object,
		      struct ipcchan_region_info *info)
{
	int error = ipcchan_object_info(fd, object, sizeof(*object));

	if (error == -EBADF || error == -ENOTTY ||
	    (!error && object->kind != IPCCHAN_KIND_REGION))
		return 1;
	if (!error)
		error = ipcchan_ask(fd, IPCCHAN_IOC_REGION_INFO, info,
				    sizeof(*info));
	if (error)
		return error;
	return !info->extent || used > info->length;
}

static int map_extent(struct ipcchan_block *block, uint32_t mode)
{
	int protection = mode == IPCCHAN_EXTENT_MOVE ? PROT_READ | PROT_WRITE :
						       PROT_READ;
	int saved = errno;
	int error = 0;

	block->data = mmap(NULL, block->length, protection, MAP_SHARED,
			   block->fd, 0);
	if (block->data == MAP_FAILED)
		error = -errno;
	else
		block->mapping = block->data;
	errno = saved;
	return error;
}

/* The descriptor becomes the block's, and of the message nothing is left. */
static void keep_extent(struct ipcchan_block *block, uint64_t used,
			uint64_t length)
{
	block->fd = block->arrival->fds[0];
	block->size = used;
	block->length = length;
	block->message.data = 0;
	ipcchan_message_set_fds(&block->message, NULL, 0);
	free(block->arrival);
	block->arrival = NULL;
}

static int take_extent(struct ipcchan_block *block, uint64_t used,
		       const struct ipcchan_view *view)
{
	struct ipcchan_object_info object;
	struct ipcchan_region_info info;
	int result = ask_extent(block->arrival->fds[0], used, &object, &info);

	if (result)
		return result;
	keep_extent(block, used, info.length);
	if (info.mode == IPCCHAN_EXTENT_MOVE || !view || view->id != object.id)
		return map_extent(block, info.mode);
	block->data = view->memory + info.offset;
	return 0;
}

/* Make sense of what the sender said. 1: it is no block. */
static int take_block(struct ipcchan_block *block,
		      const struct ipcchan_view *view)
{
	struct block_header header;

	/* There is room for more than the header, whatever was received. */
	memcpy(&header, block->arrival->bytes, sizeof(header));
	if (!is_block(&block->message, &header))
		return 1;
	if (header.mode)
		return take_extent(block, header.used, view);
	block->data = block->arrival->bytes + sizeof(header);
	block->size = header.used;
	return 0;
}

static int receive(const struct ipcchan_mailbox *mailbox,
		   const struct ipcchan_view *view,
		   struct ipcchan_block *block,
		   const struct ipcchan_receive_options *options)
{
	int result = receive_message(mailbox, block, options);

	if (result)
		return result;
	result = take_block(block, view);
	if (result == 1) {
		block->data = block->arrival->bytes;
		block->size = block->message.length;
	}
	return result;
}

int ipcchan_block_receive(const struct ipcchan_mailbox *mailbox,
			  const struct ipcchan_view *view,
			  const struct ipcchan_receive_options *options,
			  struct ipcchan_block **block)
{
	struct ipcchan_block *new;
	int result;

	/* What is truncated is no block; what is held could not be committed. */
	if (options && options->flags & (IPCCHAN_HOLD | IPCCHAN_TRUNCATE))
		return -EINVAL;
	new = ipcchan_sys_new(sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->fd = -1;
	result = receive(mailbox, view, new, options);
	if (result < 0)
		ipcchan_block_release(new);
	else
		*block = new;
	return result;
}

/* An extent's descriptor is the block's. */
static void close_fds(const struct ipcchan_block *block)
{
	uint32_t i;

	if (block->fd >= 0)
		ipcchan_sys_close(block->fd);
	for (i = 0; i < block->message.nr_fds; i++)
		ipcchan_sys_close(block->arrival->fds[i]);
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
	close_fds(block);
	free(block->arrival);
	free(block);
}
