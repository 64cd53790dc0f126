/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ways on which a frame gets from one process to the next.
 */
#ifndef DEMO_WAY_H
#define DEMO_WAY_H

#include <ipcchan.h>
#include <stdint.h>

#include "frame.h"

/* In which all that is awaited happens, also on a busy machine. */
#define PATIENCE	IPCCHAN_SECONDS(60)

/* Type of the message behind the last frame. */
#define WAY_END		1

/**
 * struct way - one of them
 * @set_up: In the supervisor: make what the way needs.
 * @open: In the camera, before all others.
 * @blank: In the camera: room for a frame; waits for it.
 * @send: Send a frame that is blank() or receive()d; it is gone then.
 * @receive: The next frame, or NULL: there is none any more.
 * @release: Be done with a frame that was received.
 * @settle: In the camera: wait until all that was sent is dealt with.
 * @tear_down: In the supervisor: undo @set_up.
 *
 * A process has one frame at a time.
 */
struct way {
	void (*set_up)(const struct ipcchan *session);
	void (*open)(void);
	struct frame *(*blank)(void);
	void (*send)(const struct ipcchan_mailbox *to, struct frame *frame);
	struct frame *(*receive)(const struct ipcchan_mailbox *from);
	void (*release)(struct frame *frame);
	void (*settle)(void);
	void (*tear_down)(void);
};

extern const struct way copy_way;
extern const struct way pages_way;

/** pages_await_all_lent - wait until all blocks are with the filter, or wait for it */
void pages_await_all_lent(void);

/** pages_tell - print which frame is where */
void pages_tell(void);

/** pages_readable - how many blocks can be read through the region */
unsigned int pages_readable(void);

/** way_end - tell the next that no frame comes any more */
void way_end(const struct ipcchan_mailbox *to);

#endif /* DEMO_WAY_H */
