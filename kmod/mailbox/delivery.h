/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Deliveries: where the messages of a mailbox stand, and who gets which.
 */
#ifndef IPCCHAN_DELIVERY_H
#define IPCCHAN_DELIVERY_H

#include <linux/types.h>

struct ipcchan_flow;
struct ipcchan_mailbox_sender;
struct ipcchan_msg;
struct ipcchan_port;
struct ipcchan_receiving;
struct ipcchan_sending;

/**
 * struct ipcchan_delivery - a strategy of delivery; one file each
 * @number: IPCCHAN_DELIVERY_*
 * @name: in words
 * @keeps_nothing: its capacity is 0
 * @ages: messages may be taken before those of higher priority by their age
 * @setup: make what the flow needs besides; 0 or -ENOMEM; optional
 * @teardown: free that; optional
 * @prepare: allocate what @join may use, as the port's spare; 0 or -ENOMEM;
 *	optional
 * @join: a port comes; 0, or -errno to refuse it; optional
 * @leave: a port goes; what it leaves as its spare is freed; optional
 * @capacity: messages it holds and keeps, whatever its creator says; 0: as he
 *	says
 * @per_port: each port has a position of its own: all of them read a message,
 *	and RECEIVE may say from where on
 * @can_hold: each message goes to one receiver, who may HOLD it; @done and @back
 *	then come long after @take, and from any task
 * @can_reserve: @admits leaves out what is reserved: so a message has its place
 *	once one was kept for it
 * @hands_over: a message for which a receiver waits need not be stored first
 * @can_snapshot: all that is in the mailbox is in the queue or held, and @put
 *	knows nothing of a message but what a snapshot has
 * @fits: is there room for a message of this size, whoever waits; of a delivery
 *	whose senders stand in one line (mailbox/fifo.h)
 * @admits: may this message of this sender be accepted now? Those who wait
 *	before it have a right to go first
 * @put: accept it; its sequence is set
 * @wait: this sender begins to wait, behind all others; optional
 * @unwait: it does not wait any more; optional
 * @reserve: keep a place for this message of this sender, which is admitted;
 *	optional, where that is more than to count it
 * @unreserve: do without it; optional, likewise
 * @next_sender: the waiting sender whose next message is admitted, or NULL
 * @withdraw: take the offer of a sender back, which gives up; of a delivery
 *	that lets senders offer
 * @refusal: why this receiver can take nothing, or 0; optional
 * @next: what this receiver would take now, of what matches its filter; or NULL
 * @take: let this receiver hold it, in its next place
 * @done: a held message was received; the room is free
 * @back: a held message goes to its place again. Returns false if it does not,
 *	and the caller has its reference
 * @finished: all that a receiver held was done, or went back; optional
 * @may_exceed: may a message of this sender make room for itself in what is
 *	free but for messages that receivers hold? If not, by its victims alone
 * @victim: take out the message to drop for room for this one, or NULL if
 *	there is none that may
 * @outdated: likewise, what a policy drops that leaves nothing old, where the
 *	room is enough
 * @restore: put a victim back
 * @discard: a message that was taken out of the queue, as a victim or because
 *	the flow ends, is dropped for good; optional
 * @at: the message at this index, for PEEK; or NULL
 * @after: the message behind that one, for PEEK; or NULL
 * @is_ready: is there a message that matches this port's filter?
 * @is_out: will there never be one for this port again? Optional
 * @is_open: would a send of the longest message through this port be admitted
 *	now? NULL: through any. Where ports differ, the flow's @vacated says that
 *	one may be open now that was not
 * @subscribe: give a port a position, @from messages before the end, and say
 *	what becomes of it when it is too slow; or -EINVAL. Optional; where there
 *	is one, a sender's policy may not drop what is stored
 * @senders: describe those behind this client id; optional
 *
 * All are called with the flow's lock held but @setup, @teardown and @prepare.
 * @victim to @discard are for deliveries whose senders may make room.
 */
struct ipcchan_delivery {
	u32 number;
	const char *name;
	bool keeps_nothing;
	bool can_reserve;
	bool hands_over;
	bool can_snapshot;
	bool ages;
	int (*setup)(struct ipcchan_flow *flow);
	void (*teardown)(struct ipcchan_flow *flow);
	int (*prepare)(struct ipcchan_port *port);
	int (*join)(struct ipcchan_flow *flow, struct ipcchan_port *port);
	void (*leave)(struct ipcchan_flow *flow, struct ipcchan_port *port);
	u32 capacity;
	bool per_port;
	bool can_hold;
	bool (*fits)(const struct ipcchan_flow *flow, u32 size);
	bool (*admits)(struct ipcchan_flow *flow, struct ipcchan_sending *s,
		       struct ipcchan_msg *msg);
	void (*put)(struct ipcchan_flow *flow, struct ipcchan_sending *s,
		    struct ipcchan_msg *msg);
	void (*reserve)(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			const struct ipcchan_msg *msg);
	void (*unreserve)(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			  const struct ipcchan_msg *msg);
	void (*wait)(struct ipcchan_flow *flow, struct ipcchan_sending *s);
	void (*unwait)(struct ipcchan_flow *flow, struct ipcchan_sending *s);
	struct ipcchan_sending *(*next_sender)(struct ipcchan_flow *flow);
	void (*withdraw)(struct ipcchan_flow *flow, struct ipcchan_sending *s);
	int (*refusal)(struct ipcchan_flow *flow, struct ipcchan_receiving *r);
	struct ipcchan_msg *(*next)(struct ipcchan_flow *flow,
				    struct ipcchan_receiving *r);
	void (*take)(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		     struct ipcchan_msg *msg);
	void (*done)(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		     struct ipcchan_msg *msg);
	bool (*back)(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		     struct ipcchan_msg *msg);
	bool (*may_exceed)(struct ipcchan_flow *flow,
			   struct ipcchan_sending *s);
	void (*finished)(struct ipcchan_flow *flow,
			 struct ipcchan_receiving *r);
	struct ipcchan_msg *(*victim)(struct ipcchan_flow *flow,
				      struct ipcchan_sending *s,
				      struct ipcchan_msg *msg);
	struct ipcchan_msg *(*outdated)(struct ipcchan_flow *flow,
					struct ipcchan_sending *s,
					struct ipcchan_msg *msg);
	void (*restore)(struct ipcchan_flow *flow, struct ipcchan_msg *msg);
	void (*discard)(struct ipcchan_flow *flow, struct ipcchan_msg *msg);
	struct ipcchan_msg *(*at)(struct ipcchan_flow *flow,
				  struct ipcchan_port *port, u32 index);
	struct ipcchan_msg *(*after)(struct ipcchan_flow *flow,
				     struct ipcchan_msg *msg);
	bool (*is_ready)(struct ipcchan_flow *flow, struct ipcchan_port *port);
	bool (*is_out)(struct ipcchan_flow *flow, struct ipcchan_port *port);
	bool (*is_open)(struct ipcchan_flow *flow, struct ipcchan_port *port);
	u32 (*senders)(struct ipcchan_flow *flow, u64 after,
		       struct ipcchan_mailbox_sender *entries, u32 max);
	int (*subscribe)(struct ipcchan_flow *flow, struct ipcchan_port *port,
			 u32 policy, u32 from);
};

extern const struct ipcchan_delivery ipcchan_delivery_queue;
extern const struct ipcchan_delivery ipcchan_delivery_rendezvous;
extern const struct ipcchan_delivery ipcchan_delivery_fair;
extern const struct ipcchan_delivery ipcchan_delivery_latest;
extern const struct ipcchan_delivery ipcchan_delivery_broadcast;

const struct ipcchan_delivery *ipcchan_delivery_find(u32 number);

#endif /* IPCCHAN_DELIVERY_H */
