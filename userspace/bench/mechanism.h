/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ways of sending to another process, and of asking it and getting its answer.
 */
#ifndef BENCH_MECHANISM_H
#define BENCH_MECHANISM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * DOC: Mechanisms
 *
 * One file each, with its row in the table of main.c. A mechanism keeps what it
 * needs in that file, made before the server is forked. What fails ends the
 * process, as in all of the benchmark.
 */

/**
 * struct payload - what goes there and back, in place
 * @type: Room for the type that SysV wants before the bytes, so that no
 *	mechanism has to copy them.
 * @round: The first of the bytes: a number that the server adds 1 to.
 * @rest: The others.
 */
struct payload {
	long type;
	uint64_t round;
	unsigned char rest[];
};

/**
 * struct mechanism - one way of asking and answering
 * @name: For people.
 * @is_rival: It is not ours.
 * @set_up: Make it, for payloads of @size bytes.
 * @ask: In the client: send a payload, and receive the answer into it.
 * @serve: In the server: receive @rounds payloads, and answer() each.
 * @put: In the client: send a payload, and no more; NULL if it cannot be sent
 *	without asking.
 * @take: In the server: receive what was put.
 * @tear_down: In the client: undo @set_up; the server is gone.
 */
struct mechanism {
	const char *name;
	bool is_rival;
	void (*set_up)(size_t size);
	void (*ask)(struct payload *payload, size_t size);
	void (*serve)(struct payload *payload, size_t size,
		      unsigned int rounds);
	void (*put)(struct payload *payload, size_t size);
	void (*take)(struct payload *payload, size_t size);
	void (*tear_down)(void);
};

extern const struct mechanism pipe_mechanism;
extern const struct mechanism seqpacket_mechanism;
extern const struct mechanism mq_mechanism;
extern const struct mechanism msg_mechanism;
extern const struct mechanism mailbox_mechanism;
extern const struct mechanism call_mechanism;
extern const struct mechanism ring_mechanism;

/** answer - turn a request into its answer: all that the server has to do */
static inline void answer(struct payload *payload)
{
	payload->round++;
}

/** must - end the process unless @result, of doing @what, is @wanted */
void must(long result, long wanted, const char *what);

/** shared_new - memory of @size bytes that both processes have; zeroed */
void *shared_new(size_t size);

void shared_free(void *shared, size_t size);

#endif /* BENCH_MECHANISM_H */
