/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory, and room for one message that grows when a longer one comes.
 */
#ifndef IPCCHAN_BUFFER_H
#define IPCCHAN_BUFFER_H

#include <ipcchan.h>
#include <stdbool.h>

/* realloc() that ends the process instead of failing. */
void *resize(void *memory, size_t size);

/**
 * struct buffer - one message and room for its bytes
 * @message: The message; its data is the room.
 * @limit: Never make more room than this.
 * @fds: Room for its descriptors.
 */
struct buffer {
	struct ipcchan_message message;
	uint32_t limit;
	int fds[IPCCHAN_FDS_MAX];
};

void buffer_init(struct buffer *buffer, uint32_t limit);

/* Before each call that receives: room for as many descriptors as can be. */
void buffer_take_fds(struct buffer *buffer);

/* After it: nobody uses them here. */
void buffer_close_fds(struct buffer *buffer);

/* After -EMSGSIZE: make the room that was missing; false: beyond the limit. */
bool buffer_grow(struct buffer *buffer);

#endif /* IPCCHAN_BUFFER_H */
