/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ways of getting messages to another process and back, on this machine.
 */
#ifndef NATIVE_MECHANISM_H
#define NATIVE_MECHANISM_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * DOC: Mechanisms
 *
 * One file each, with its row in the table of main.c. Each moves messages both ways
 * between a client and a server, which are processes forked for one measurement, and
 * each is used as its own manual advises where speed matters: in place, if it can.
 * What fails ends the process, as in all of the benchmark.
 *
 * ========== ======================= ===============================================
 * call       in                      when
 * ========== ======================= ===============================================
 * prepare    the benchmark           once, before anything is measured
 * set_up     the benchmark           before client and server are forked
 * open       client and server       first; afterwards they are bound to their CPUs
 * reserve,   client and server       a message is filled in between; the next one is
 * send                               reserved after it was sent
 * receive,   client and server       a message is read in between
 * release
 * flush      client and server       after the last message that is sent
 * close      client and server       last; all that was sent has been received
 * tear_down  the benchmark           when both are gone
 * conclude   the benchmark           once, at the end, also after an error
 * ========== ======================= ===============================================
 */

/* Bytes that may be on their way, where the mechanism lets one choose. */
#define CAPACITY	(1UL << 20)

/* The same where there is to be room for sixteen messages of @size bytes at least. */
static inline size_t capacity_for(size_t size)
{
	return 16 * size > CAPACITY ? 16 * size : CAPACITY;
}

/**
 * enum side - which of the two processes
 * @CLIENT: Sends streams, and asks.
 * @SERVER: Receives streams, and answers.
 */
enum side { CLIENT, SERVER };

/**
 * struct mechanism - one way
 * @name: For people.
 * @is_lockstep: Each message is answered before the next: there are no streams.
 * @longest: Bytes of a message at most; 0: any.
 * @spins: Who waits keeps the CPU to itself, as long as it takes.
 * @prepare: May be NULL, as every other call but reserve, send and receive.
 * @conclude: Undoes @prepare.
 * @set_up: For messages of @size bytes.
 * @tear_down: Undoes @set_up.
 * @open: Be @side.
 * @close: Undoes @open.
 * @reserve: Returns where the next message, of @size bytes, is to be written.
 * @send: That message, to the other side.
 * @receive: Returns a message, which has to have @size bytes.
 * @release: That message has been read.
 * @flush: What was sent and kept is on its way. Receiving does that, too.
 */
struct mechanism {
	const char *name;
	bool is_lockstep;
	size_t longest;
	bool spins;
	void (*prepare)(void);
	void (*conclude)(void);
	void (*set_up)(size_t size);
	void (*tear_down)(void);
	void (*open)(enum side side, size_t size);
	void (*close)(void);
	void *(*reserve)(size_t size);
	void (*send)(size_t size);
	const void *(*receive)(size_t size);
	void (*release)(void);
	void (*flush)(void);
};

extern const struct mechanism ring_mechanism;
extern const struct mechanism ring_sleeping_mechanism;
extern const struct mechanism ring_batch_mechanism;
extern const struct mechanism pipe_mechanism;
extern const struct mechanism unix_stream_mechanism;
extern const struct mechanism seqpacket_mechanism;
extern const struct mechanism mq_mechanism;
extern const struct mechanism boost_mechanism;
extern const struct mechanism zeromq_stream_mechanism;
extern const struct mechanism zeromq_call_mechanism;
extern const struct mechanism nng_mechanism;
extern const struct mechanism qb_mechanism;
extern const struct mechanism iceoryx_mechanism;
extern const struct mechanism iceoryx_spinning_mechanism;

/** must - end the process unless @result, of doing @what, is @wanted */
void must(long result, long wanted, const char *what);

/** must_have - end the process if @what gave no @pointer; returns it */
void *must_have(void *pointer, const char *what);

/** buffer_of - room for a message, of a mechanism that does not have it itself */
void *buffer_of(size_t size);

/** path_of - name of a file that is gone with the benchmark, in static memory */
const char *path_of(const char *scheme, const char *name);

#ifdef __cplusplus
}
#endif

#endif /* NATIVE_MECHANISM_H */
