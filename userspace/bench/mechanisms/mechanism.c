// SPDX-License-Identifier: GPL-2.0
/*
 * All mechanisms.
 */
#include "mechanism.h"

const struct mechanism *const all_mechanisms[] = {
	&pipe_mechanism,
	&unix_stream_mechanism,
	&seqpacket_mechanism,
	&mq_mechanism,
	&msg_mechanism,
	&eventfd_mechanism,
	&futex_mechanism,
	&vm_mechanism,
	&mailbox_mechanism,
	&pack_mechanism,
	&broadcast_mechanism,
	&call_mechanism,
	&call_yield_mechanism,
	&semaphore_mechanism,
	&ring_mechanism,
	&ring_turn_mechanism,
	&ring_yield_mechanism,
	NULL,
};

bool mechanism_can(const struct mechanism *mechanism, const struct shape *shape)
{
	if (mechanism->can)
		return mechanism->can(shape);
	return shape->order == BY_ARRIVAL;
}

void mechanism_serve(const struct mechanism *mechanism,
		     struct payload *payload, size_t size, unsigned int rounds)
{
	if (mechanism->serve) {
		mechanism->serve(payload, size, rounds);
		return;
	}
	while (rounds--) {
		mechanism->receive(REQUESTS, payload, size);
		answer_request(payload);
		mechanism->send(ANSWERS, payload, size);
	}
}
