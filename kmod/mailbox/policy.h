/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policies: what becomes of a message for which there is no room.
 */
#ifndef IPCCHAN_POLICY_H
#define IPCCHAN_POLICY_H

#include <linux/types.h>

#include "mailbox/flow.h"

/**
 * DOC: Policies
 *
 * =========== ======= ========================= ===========================
 * policy      sleeps  drops to make room        if that does not do
 * =========== ======= ========================= ===========================
 * BLOCK       yes     nothing                   waits
 * FAIL        no      nothing                   EAGAIN
 * DROP_OLDEST no      as few as make room       drops the new message
 * DROP_NEW    no      nothing                   drops the new message
 * LATEST      no      all that may be dropped   drops the new message
 * =========== ======= ========================= ===========================
 *
 * A message makes no room at the cost of one of a higher priority, nor of one
 * that a receiver holds. Which one goes first is the delivery's to say. Who
 * makes room takes it itself: waiting senders neither gain nor lose by it.
 *
 * Where receivers subscribe, each of them says what is dropped for it; there no
 * sender has a policy that makes room.
 *
 * A drop is never silent. The dropped message has used up a sequence number,
 * and the message behind it carries how many are missing: the next one of its
 * priority, or else the next to be accepted.
 */

/**
 * struct ipcchan_policy - one policy
 * @number: IPCCHAN_POLICY_*
 * @name: in words
 * @waits: the sender may sleep for room
 * @makes_room: messages are dropped to make room
 * @drops_all: all that may be, once any has to
 * @drops_new: what finds no room is dropped
 */
struct ipcchan_policy {
	u32 number;
	const char *name;
	bool waits;
	bool makes_room;
	bool drops_all;
	bool drops_new;
};

const struct ipcchan_policy *
ipcchan_policy_find(const struct ipcchan_delivery *delivery, u32 number);
bool ipcchan_policy_make_room(struct ipcchan_flow *flow,
			      struct ipcchan_sending *s,
			      struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
int ipcchan_policy_no_room(struct ipcchan_flow *flow,
			   struct ipcchan_sending *s, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_policy_drop(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);

#endif /* IPCCHAN_POLICY_H */
