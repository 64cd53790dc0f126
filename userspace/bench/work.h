/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Work: what a client does, and the servers it does it with, again and again.
 */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

/**
 * struct payload - what goes there and back, in place
 * @priority: For mechanisms that have priorities: higher is sooner.
 * @type: Room for the type that SysV wants before the bytes, so that no
 *	mechanism has to copy them; a tag, for others that have one.
 * @round: The first of the bytes: a number that who answers adds 1 to.
 * @rest: The others.
 */
struct payload {
	unsigned int priority;
	long type;
	uint64_t round;
	unsigned char rest[];
};

/** payload_new - one of @size bytes, with room for @round in any case; zeroed */
struct payload *payload_new(size_t size);

/** answer - turn a request into its answer: all that a server has to do */
static inline void answer(struct payload *payload)
{
	payload->round++;
}

/* Microseconds that a server sleeps before it answers a request. */
extern unsigned int answer_pause;

/** answer_request - the same, of a server in a round trip, which may be a slow one */
static inline void answer_request(struct payload *payload)
{
	if (__builtin_expect(answer_pause, 0))
		usleep(answer_pause);
	answer(payload);
}

/**
 * struct work - what is measured
 * @servers: Processes besides the client.
 * @answers_once: A repeat is answered once, however many rounds it has; else each.
 * @set_up: In the client, for payloads of @size bytes, before the servers are forked.
 * @be: In a server, before all it does: be the one of this number, from 0; NULL:
 *	there is one at most.
 * @ask: In the client: all @rounds of a repeat. At its end the last answer is there.
 * @serve: In a server: the same from its side; NULL: there is none.
 * @tear_down: In the client: undo @set_up; the servers are gone.
 *
 * What fails ends the process, as in all of the benchmark.
 */
struct work {
	unsigned int servers;
	bool answers_once;
	void (*set_up)(size_t size);
	void (*be)(unsigned int who);
	void (*ask)(struct payload *payload, size_t size, unsigned int rounds);
	void (*serve)(struct payload *payload, size_t size,
		      unsigned int rounds);
	void (*tear_down)(void);
};

/* What the two below end the process by. */
_Noreturn void die_of(long result, long wanted, const char *what);
_Noreturn void die_of_ours(long result, const char *what);

/** must - end the process unless @result, of doing @what, is @wanted */
static inline void must(long result, long wanted, const char *what)
{
	if (__builtin_expect(result != wanted, 0))
		die_of(result, wanted, what);
}

/** must_not_fail - end it if @result, of our library, is an error; returns it */
static inline long must_not_fail(long result, const char *what)
{
	if (__builtin_expect(result < 0, 0))
		die_of_ours(result, what);
	return result;
}

/** shared_new - memory of @size bytes that all processes have; zeroed */
void *shared_new(size_t size);

void shared_free(void *shared, size_t size);

#endif /* BENCH_WORK_H */
