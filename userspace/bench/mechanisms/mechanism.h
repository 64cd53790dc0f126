/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ways of sending to another process.
 */
#ifndef BENCH_MECHANISM_H
#define BENCH_MECHANISM_H

#include "../work.h"

/**
 * DOC: Mechanisms
 *
 * One file each, with its row in all_mechanisms[]. A mechanism has channels, numbered
 * from 0, which all processes can send to and receive from; what it needs it keeps in
 * its file, made before the servers are forked. So a scenario does the same by each.
 */

/* The channels of a scenario with one server. */
#define REQUESTS	0
#define ANSWERS		1

/**
 * enum order - in which order messages are received
 * @BY_ARRIVAL: The oldest first.
 * @BY_PRIORITY: Those with the highest @priority first.
 * @BY_TAG: Only those with the @type that is asked for.
 */
enum order { BY_ARRIVAL, BY_PRIORITY, BY_TAG };

/**
 * struct shape - what a scenario wants
 * @channels: How many.
 * @size: Bytes of the largest payload.
 * @depth: Messages of that size that a channel has to take while nobody receives;
 *	0: any.
 * @batch: So many are sent together, and received together; 0: one by one.
 * @order: How they are received.
 * @streams: A sender goes on until there is no room, and then has to sleep; else it
 *	never has more than @depth, or one, on the way.
 * @audience: Of so many channels, the first ones, each gets what is sent to all.
 */
struct shape {
	unsigned int channels;
	size_t size;
	unsigned int depth;
	unsigned int batch;
	enum order order;
	bool streams;
	unsigned int audience;
};

/**
 * struct mechanism - one way of sending
 * @name: For people.
 * @is_rival: It is not ours.
 * @can: It can do @shape; NULL: all that has no order but that of arrival.
 * @open: Make the channels.
 * @send: Put a payload into one.
 * @receive: Take the next one out, which has to have @size bytes; sleep until it is
 *	there. BY_TAG: the next one with the @type of @payload.
 * @send_all: Several of the same size at once; NULL: it cannot.
 * @receive_all: As many at once.
 * @send_to_all: One to all of the audience, @count; NULL: one by one.
 * @receive_from_all: One from each of @count channels, from @first on, when all have one;
 *	NULL: epoll(7) has to tell which has.
 * @fd: A descriptor on which epoll(7) waits for what is to be received from a
 *	channel; NULL: there is none.
 * @call: A request, and its answer into the same payload, by what has calls; NULL: it
 *	sends to REQUESTS, and receives from ANSWERS.
 * @serve: Receive @rounds requests, and answer() each, likewise.
 * @close: Undo @open.
 */
struct mechanism {
	const char *name;
	bool is_rival;
	bool (*can)(const struct shape *shape);
	void (*open)(const struct shape *shape);
	void (*send)(unsigned int channel, struct payload *payload, size_t size);
	void (*receive)(unsigned int channel, struct payload *payload,
			size_t size);
	void (*send_all)(unsigned int channel, struct payload **payloads,
			 unsigned int count, size_t size);
	void (*receive_all)(unsigned int channel, struct payload **payloads,
			    unsigned int count, size_t size);
	void (*send_to_all)(unsigned int count, struct payload *payload,
			    size_t size);
	void (*receive_from_all)(unsigned int first, unsigned int count,
				 struct payload *payload, size_t size);
	int (*fd)(unsigned int channel);
	void (*call)(struct payload *payload, size_t size);
	void (*serve)(struct payload *payload, size_t size,
		      unsigned int rounds);
	void (*close)(void);
};

extern const struct mechanism pipe_mechanism;
extern const struct mechanism unix_stream_mechanism;
extern const struct mechanism seqpacket_mechanism;
extern const struct mechanism mq_mechanism;
extern const struct mechanism msg_mechanism;
extern const struct mechanism eventfd_mechanism;
extern const struct mechanism futex_mechanism;
extern const struct mechanism vm_mechanism;
extern const struct mechanism mailbox_mechanism;
extern const struct mechanism pack_mechanism;
extern const struct mechanism broadcast_mechanism;
extern const struct mechanism call_mechanism;
extern const struct mechanism call_yield_mechanism;
extern const struct mechanism semaphore_mechanism;
extern const struct mechanism ring_mechanism;
extern const struct mechanism ring_turn_mechanism;
extern const struct mechanism ring_yield_mechanism;

/* All of them; the last is NULL. */
extern const struct mechanism *const all_mechanisms[];

/** mechanism_can - can it do @shape? */
bool mechanism_can(const struct mechanism *mechanism,
		   const struct shape *shape);

/** mechanism_call - ask @mechanism for an answer */
static inline void mechanism_call(const struct mechanism *mechanism,
				  struct payload *payload, size_t size)
{
	if (mechanism->call) {
		mechanism->call(payload, size);
	} else {
		mechanism->send(REQUESTS, payload, size);
		mechanism->receive(ANSWERS, payload, size);
	}
}

/** mechanism_serve - answer @rounds requests */
void mechanism_serve(const struct mechanism *mechanism,
		     struct payload *payload, size_t size, unsigned int rounds);

#endif /* BENCH_MECHANISM_H */
