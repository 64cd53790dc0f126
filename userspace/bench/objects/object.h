/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects that processes make to reach each other, unused.
 */
#ifndef BENCH_OBJECT_H
#define BENCH_OBJECT_H

#include "../work.h"

/**
 * struct made - an object that was made
 * @fds: Its descriptors, or what it is known by.
 * @handles: What the library knows it by.
 */
struct made {
	int fds[2];
	void *handles[2];
};

/**
 * struct object - a kind of object
 * @name: For people.
 * @is_rival: It is not ours.
 * @make: Make one, without a name if it can do without.
 * @drop: Undo it.
 */
struct object {
	const char *name;
	bool is_rival;
	void (*make)(struct made *made);
	void (*drop)(struct made *made);
};

extern const struct object pipe_object;
extern const struct object seqpacket_object;
extern const struct object eventfd_object;
extern const struct object mq_object;
extern const struct object msg_object;
extern const struct object sem_object;
extern const struct object mailbox_object;
extern const struct object mutex_object;
extern const struct object semaphore_object;
extern const struct object event_object;
extern const struct object ring_object;

/* All of them; the last is NULL. */
extern const struct object *const all_objects[];

#endif /* BENCH_OBJECT_H */
