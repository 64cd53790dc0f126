/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls: requests that are answered, and what becomes of each.
 */
#ifndef IPCCHAN_CALL_H
#define IPCCHAN_CALL_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "mailbox/flow.h"
#include "mailbox/port.h"
#include "wait/blocked.h"
#include "wait/wait.h"

struct ipcchan_mailbox_call_list;
struct ipcchan_msg;
struct ipcchan_session;
struct pid;

/**
 * DOC: Calls
 *
 * A request is a message that a flow moves as any other; the call is what is known
 * of it besides, from before it is sent until its outcome is received. So what can
 * happen to the request on its way is what can happen to a message, and each of
 * these places says here what it means for the call.
 *
 * ======== ============================= ====================================
 * state    entered by                    left by
 * ======== ============================= ====================================
 * new      ipcchan_call_new()            ipcchan_call_begin(); ipcchan_call_queue()
 *                                        or _hand_over(), which begins it, if it is
 *                                        accepted at once
 * sending  ipcchan_call_begin(); taken   ipcchan_call_queue(): the flow accepts
 *          from who held it, to be       it; or given up
 *          forwarded
 * queued   ipcchan_call_queue(); given   ipcchan_call_received();
 *          back                          ipcchan_call_lost(): dropped, killed,
 *                                        or no receiver is left; or given up
 * held     ipcchan_call_received(), or   ipcchan_call_answer(); server death,
 *          ipcchan_call_hand_over() to   close or kill:
 *          who waits; by a process,      ipcchan_calls_end_held(); to be
 *          through a port                forwarded; given up; or
 *                                        ipcchan_call_give_back(): it could not
 *                                        be copied out
 * done     by the first of all these     ipcchan_call_forget(): the caller has
 *          that ends it: there is the    the outcome, or will never want it
 *          outcome
 * ======== ============================= ====================================
 *
 * Given up, by ipcchan_call_give_up(): the deadline came, or a signal, CALL_CANCEL,
 * the end of the caller. A request that is queued is taken out; of one that is held
 * the holder is told by a notice, and the call stays in the tree of the port that
 * holds it, done and cancelled, until it is answered: so the late answer can be
 * told from one to a wrong token.
 *
 * All of this is under the lock of the waits, as is who waits for whom: so an
 * outcome is there, and its caller waits no more, in one moment, and there can only
 * be one. The states sending to held are entered, and queued is left, under the
 * lock of the flow as well; so who has that one can take a queued request out.
 *
 * An answer needs the lock of the waits only. What a flow's lock is held for when a
 * call ends, namely waking and telling the caller, is done after it is dropped, from
 * the flow's list of ended calls.
 *
 * A call with its two messages and its notice is memory that its port keeps for the
 * next one, so a round trip of messages below a page, of about the same size each time,
 * allocates nothing.
 */

/* The part of struct ipcchan_message that who calls and answers must know. */
#define IPCCHAN_CALL_MESSAGE_SIZE \
	offsetofend(struct ipcchan_message, error)

/* Requests and replies get room by so many bytes, so that others of their size fit. */
#define IPCCHAN_CALL_ROOM	256

/* Longer ones are allocated for each call; with these a message is a page at most. */
#define IPCCHAN_CALL_ROOM_MAX	(14 * IPCCHAN_CALL_ROOM)

/**
 * enum ipcchan_call_state - see the DOC block
 * @IPCCHAN_CALL_IS_NEW: only who makes it knows it
 * @IPCCHAN_CALL_IS_SENDING: it is in no flow
 * @IPCCHAN_CALL_IS_QUEUED: in a flow, for a receiver
 * @IPCCHAN_CALL_IS_HELD: somebody is to answer it
 * @IPCCHAN_CALL_IS_DONE: it has its outcome
 */
enum ipcchan_call_state {
	IPCCHAN_CALL_IS_NEW,
	IPCCHAN_CALL_IS_SENDING,
	IPCCHAN_CALL_IS_QUEUED,
	IPCCHAN_CALL_IS_HELD,
	IPCCHAN_CALL_IS_DONE,
};

/**
 * struct ipcchan_awaiting - a thread that waits for an outcome, on its stack
 * @wait: in the port's list while it waits for any; its result is that of the wait
 * @blocked: in the graph, if it waits for one
 * @call: which it waits for, or has got; NULL: any
 */
struct ipcchan_awaiting {
	struct ipcchan_waiter wait;
	struct ipcchan_blocked blocked;
	struct ipcchan_call *call;
};

/**
 * struct ipcchan_call - a request and what becomes of it
 * @usage: references: one of the caller until it forgets it; one while it is in a
 *	flow, held, or cancelled and not forgotten by its holder; one of its
 *	timeout; one while it is to be told
 * @token: its name; immutable
 * @since_ns: CLOCK_MONOTONIC time when it began; immutable
 * @nice: of the thread that began it; immutable
 * @user: who is charged for it, with a reference; immutable
 * @request: the message, with a reference; immutable
 * @spare: the short reply of an earlier call, to give in exchange for this one's;
 *	or NULL
 * @notice: memory for the notice that it was cancelled; NULL: it was
 * @timeout: gives it up when nobody waits for it; self-locking
 * @has_timeout: it may be running; the caller's
 * @was_kept: its memory had a call before; the caller's
 * @state: under the lock of the waits, as all below
 * @outcome: done: 0 for the reply, or -errno
 * @was_received: a server had it
 * @is_cancelled: it was given up while somebody held it
 * @reply: done with outcome 0: the reply; else NULL
 * @caller: port through which it is begun; NULL: it is forgotten
 * @of_caller: in the port's list
 * @done: in the port's list of those that are done and that nobody waits for
 * @awaiting: who waits for it, or fetches its outcome; or NULL
 * @is_restarting: nobody does, but who did comes back, after a signal
 * @is_given: it is done and in none of the port's lists: @awaiting alone has it
 * @ended: in the flow's list of those that are done and not told
 * @flow: where it is queued or held; else NULL
 * @in_flow: in the flow's list
 * @holder: port through which it was received, as long as that has it in its tree
 * @holding: there, by @token
 * @server: process that holds it, with a reference; or NULL
 * @of_server: in its list
 * @server_tgid: the same as pid of the thread that received it last, with a
 *	reference; or NULL
 * @server_tid: that thread, with a reference; or NULL
 * @answer: what is waited for while it is held
 * @hold: @server holds that; linked to itself: not any more
 * @boost: what the server's thread has of the caller
 */
struct ipcchan_call {
	refcount_t usage;
	u64 token;
	u64 since_ns;
	int nice;
	struct ipcchan_user *user;
	struct ipcchan_msg *request;
	struct ipcchan_msg *spare;
	struct ipcchan_msg *notice;
	struct delayed_work timeout;
	bool has_timeout;
	bool was_kept;
	enum ipcchan_call_state state;
	int outcome;
	bool was_received;
	bool is_cancelled;
	struct ipcchan_msg *reply;
	struct ipcchan_port *caller;
	struct hlist_node of_caller;
	struct list_head done;
	struct ipcchan_awaiting *awaiting;
	bool is_restarting;
	bool is_given;
	struct list_head ended;
	struct ipcchan_flow *flow;
	struct list_head in_flow;
	struct ipcchan_port *holder;
	struct rb_node holding;
	struct ipcchan_process *server;
	struct hlist_node of_server;
	struct pid *server_tgid;
	struct pid *server_tid;
	struct ipcchan_waitgraph_resource answer;
	struct ipcchan_waitgraph_edge hold;
	struct ipcchan_boost boost;
};

/* Life: call.c */
struct ipcchan_call *ipcchan_call_new(struct ipcchan_port *port, u32 size);
struct ipcchan_msg *ipcchan_call_message(struct ipcchan_msg *kept,
					 struct ipcchan_session *session,
					 u32 size);
void ipcchan_call_put(struct ipcchan_call *call);
void ipcchan_call_free(struct ipcchan_call *call);
void ipcchan_call_arm(struct ipcchan_call *call);
int ipcchan_call_count(struct ipcchan_port *port);
void ipcchan_call_forget(struct ipcchan_call *call, struct ipcchan_port *port);
struct ipcchan_call *ipcchan_call_find(struct ipcchan_port *port, u64 token)
	__must_hold(&ipcchan_waits.lock);
bool ipcchan_call_is_for_any(const struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock);
bool ipcchan_calls_are_left(const struct ipcchan_port *port)
	__must_hold(&ipcchan_waits.lock);

/* Outcomes: call_end.c */
void ipcchan_call_end(struct ipcchan_call *call, int outcome,
		      struct list_head *ended)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_call_note_ended(struct ipcchan_call *call, struct list_head *ended)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_call_detach(struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_call_drop(struct ipcchan_call *call, struct list_head *ended)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_call_look_again(struct ipcchan_call *call, struct list_head *ended)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_calls_tell(struct list_head *ended);
void ipcchan_call_give_up(struct ipcchan_call *call, int outcome);
void ipcchan_calls_forget_of(struct ipcchan_port *port, const struct pid *tgid);

/* On the way through a flow: call_flow.c */
void ipcchan_calls_init(struct ipcchan_flow *flow);
void ipcchan_calls_deinit(struct ipcchan_flow *flow);
int ipcchan_call_queue(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
int ipcchan_call_hand_over(struct ipcchan_flow *flow,
			   struct ipcchan_receiving *r, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_call_lost(struct ipcchan_flow *flow, struct ipcchan_msg *msg,
		       int outcome)
	__must_hold(&flow->lock);
void ipcchan_call_rejoin(struct ipcchan_call *call, struct ipcchan_port *port)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_call_unqueue(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_calls_take_ended(struct ipcchan_flow *flow,
			      struct list_head *ended)
	__must_hold(&flow->lock);
void ipcchan_calls_lose_all(struct ipcchan_flow *flow, int outcome)
	__must_hold(&flow->lock);
void ipcchan_calls_recheck(struct ipcchan_flow *flow)
	__must_hold(&flow->lock);
extern const struct ipcchan_waitgraph_kind ipcchan_call_answer_kind;

/**
 * ipcchan_call_begin() - a call is known to its port from now on
 * @call: new, complete, and counted
 */
static inline void ipcchan_call_begin(struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	call->state = IPCCHAN_CALL_IS_SENDING;
	hlist_add_head(&call->of_caller, &call->caller->calls);
}

/**
 * ipcchan_call_leave_flow() - a call is in a flow no more, and nobody's to answer
 * @call: queued or held; the flow's reference is the caller's now
 */
static inline void ipcchan_call_leave_flow(struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	list_del_init(&call->in_flow);
	call->flow->nr_calls--;
	if (call->state == IPCCHAN_CALL_IS_HELD)
		call->flow->nr_calls_held--;
	call->flow = NULL;
}

/* Who has ended while he held it: call_death.c */
void ipcchan_calls_end_dead(void);

/* Who holds it: call_hold.c */
struct ipcchan_call *ipcchan_call_held(struct ipcchan_port *port, u64 token)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_call_hold(struct ipcchan_call *call, struct ipcchan_port *port,
		       struct task_struct *task)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_call_received(struct ipcchan_flow *flow, struct ipcchan_port *port,
			   struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
bool ipcchan_call_give_back(struct ipcchan_flow *flow, struct ipcchan_port *port,
			    u64 token)
	__must_hold(&flow->lock);
void ipcchan_call_unhold(struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_call_unserve(struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_calls_end_held(struct ipcchan_flow *flow,
			    struct ipcchan_port *port, const struct pid *tgid)
	__must_hold(&flow->lock);
int ipcchan_call_answer(struct ipcchan_port *port, u64 token,
			struct ipcchan_msg **reply);

#endif /* IPCCHAN_CALL_H */
