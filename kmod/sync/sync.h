/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Synchronisation: what all its objects have in common.
 */
#ifndef IPCCHAN_SYNC_H
#define IPCCHAN_SYNC_H

#include <linux/build_bug.h>
#include <linux/list.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "object/object.h"
#include "wait/blocked.h"
#include "wait/deadline.h"
#include "wait/thread.h"
#include "wait/wait.h"

struct ipcchan_sync;
struct ipcchan_want;

/**
 * DOC: Synchronisation
 *
 * A mutex, a semaphore, an event and so on are state machines: each says, in a file of
 * its own, whether somebody can have it, and what that changes. They do not sleep,
 * lock or know user memory. All that is here, once:
 *
 * ================== ========================================================
 * who comes          has it at once if that is possible and nobody waits who
 *                    could be overtaken; else it stands in line
 * what is let go of  is handed to the first in line, and so on, as far as it
 *                    reaches (ipcchan_sync_end_change()); nobody comes
 *                    between
 * who ends           gives up what it holds (ipcchan_sync_end_dead()), and the
 *                    next one is told
 * who would wait     is refused, if that would never end, with the cycle
 * for ever
 * ================== ========================================================
 *
 * Who wants all of several objects takes them in one moment or not at all, and holds
 * none meanwhile: so it is in nobody's way, and others may have one of them before it.
 *
 * All of it is under the one lock of the waits, the state of the objects too: a wait for
 * several of them, a death and a deadlock are of many objects, and each is one moment
 * (docs/decisions/019).
 */

/* What a check answers besides 0 and -errno: not now. */
#define IPCCHAN_SYNC_NOT_YET		IPCCHAN_WAITING

/**
 * struct ipcchan_holding - an object that a thread holds, or a part of it
 * @hold: who
 * @sync: what; the holder has no reference to it
 * @of_sync: in its list
 * @units: as the kind of object counts them
 */
struct ipcchan_holding {
	struct ipcchan_hold hold;
	struct ipcchan_sync *sync;
	struct list_head of_sync;
	u64 units;
};

/**
 * struct ipcchan_sync_kind - a kind of object for synchronisation
 * @prepare: fill in @want from units and flags of user space, before any lock: 0 or
 *	-errno; what it allocates is @holding of that, for kfree(); optional: it
 *	cannot be waited for together with others
 * @check: can @want be satisfied now: 0, IPCCHAN_SYNC_NOT_YET, or -errno: never
 * @take: satisfy @want, which can be; returns what the call is to
 * @reenters: the thread of @want has it already, or a part, and goes before all who
 *	stand in line; optional
 * @begin: a wait for @want alone begins: 0, or -errno; optional
 * @leave: it has come to nothing; optional
 * @abandon: the thread of @holding has ended, which lets go of it; optional
 * @is_ready: poll(2): would somebody who comes now have it, if nobody stood in line
 *
 * All but the first under the lock of the waits.
 */
struct ipcchan_sync_kind {
	int (*prepare)(struct ipcchan_want *want, u32 units, u32 flags);
	int (*check)(const struct ipcchan_sync *sync,
		     const struct ipcchan_want *want);
	int (*take)(struct ipcchan_sync *sync, struct ipcchan_want *want);
	bool (*reenters)(const struct ipcchan_sync *sync,
			 const struct ipcchan_want *want);
	int (*begin)(struct ipcchan_sync *sync, struct ipcchan_want *want);
	void (*leave)(struct ipcchan_sync *sync, struct ipcchan_want *want);
	void (*abandon)(struct ipcchan_sync *sync,
			struct ipcchan_holding *holding);
	bool (*is_ready)(const struct ipcchan_sync *sync);
};

/**
 * struct ipcchan_sync - an object for synchronisation
 * @object: the common part of all objects
 * @kind: of what kind it is; immutable
 * @rank: who holds an object of this rank or above may not have it; 0: no matter;
 *	immutable
 * @rank_warns: it may, and only a tracer is told; immutable
 * @by_priority: those in line are ordered by their priority; immutable
 * @resource: in the graph; its holders are its holdings
 * @wants: in line
 * @nr_wants: how many
 * @holdings: who has it
 * @marked: while the wants of one wait are looked at: the last of them that is for it;
 *	else without meaning
 * @dead: it was killed
 * @poll: who polls it
 */
struct ipcchan_sync {
	struct ipcchan_object object;
	const struct ipcchan_sync_kind *kind;
	u32 rank;
	bool rank_warns;
	bool by_priority;
	struct ipcchan_waitgraph_resource resource;
	struct list_head wants;
	u32 nr_wants;
	struct list_head holdings;
	const struct ipcchan_want *marked;
	bool dead;
	wait_queue_head_t poll;
};

/**
 * struct ipcchan_want - one object of a wait
 * @node: in line there
 * @sync: the object
 * @waiting: of which wait
 * @request: in the graph
 * @units: as the kind of object counts them
 * @flags: as the kind of object has them
 * @passed: as the kind of object has it
 * @goes_first: it reenters
 * @overtaken: priorities have changed in line: would it be there for ever
 * @holding: for that, if it is to be held; NULL once it is used
 * @result: what @take returned
 */
struct ipcchan_want {
	struct list_head node;
	struct ipcchan_sync *sync;
	struct ipcchan_waiting *waiting;
	struct ipcchan_request request;
	u64 units;
	u32 flags;
	bool passed;
	bool goes_first;
	bool overtaken;
	struct ipcchan_holding *holding;
	int result;
};

/**
 * struct ipcchan_waiting - a thread's wait for one object or several
 * @wait: to sleep
 * @blocked: in the graph
 * @thread: who
 * @wants: what
 * @nr: how many
 * @all: of these; else any
 * @gives_way: of these and of what is polled, several: it is in nobody's way
 * @is_held_back: not now: something else that it waits for is not there
 * @missing: of all of these, one that was not to be had when it was looked for last; or
 *	NULL
 * @besides: what it waits for besides, in the graph; or NULL
 * @index: which it got, if any
 */
struct ipcchan_waiting {
	struct ipcchan_waiter wait;
	struct ipcchan_blocked blocked;
	struct ipcchan_thread *thread;
	struct ipcchan_want *wants;
	u32 nr;
	bool all;
	bool gives_way;
	bool is_held_back;
	const struct ipcchan_want *missing;
	struct ipcchan_request *besides;
	u32 index;
};

/* Of an object whose first field is the common part, @sync. */
#define IPCCHAN_SYNC_SIZE(type)						\
	(sizeof(type) + BUILD_BUG_ON_ZERO(offsetof(type, sync)))

struct ipcchan_sync *ipcchan_sync_new(size_t size,
				      const struct ipcchan_sync_kind *kind,
				      const struct ipcchan_open *open,
				      struct ipcchan_session *session);
void ipcchan_sync_deinit(struct ipcchan_sync *sync);
void ipcchan_sync_free(struct ipcchan_object *obj);
void ipcchan_sync_describe(const struct ipcchan_sync *sync,
			   struct ipcchan_step *step);
const char *ipcchan_lock_state_name(u32 state);
void ipcchan_sync_kill(struct ipcchan_object *obj);
void ipcchan_sync_usage(struct ipcchan_object *obj,
			struct ipcchan_usage *usage);
__poll_t ipcchan_sync_poll(struct file *file, struct poll_table_struct *wait);
extern const struct file_operations ipcchan_sync_fops;
struct ipcchan_sync *ipcchan_sync_of_file(const struct file *file);
long ipcchan_sync_change(struct file *file, u32 flags, u32 reserved,
			 int (*change)(struct ipcchan_sync *sync));

void ipcchan_want_init(struct ipcchan_want *want, struct ipcchan_sync *sync);
bool ipcchan_want_needs_only(const struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_waiting_init(struct ipcchan_waiting *waiting,
			  struct ipcchan_want *wants, u32 nr, u64 client);
void ipcchan_want_move(struct ipcchan_want *want, struct ipcchan_sync *sync,
		       struct ipcchan_wake *wake)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_sync_stand(struct ipcchan_waiting *waiting)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_sync_leave(struct ipcchan_waiting *waiting)
	__must_hold(&ipcchan_waits.lock);
int ipcchan_sync_begin(struct ipcchan_waiting *waiting, bool may_sleep,
		       struct ipcchan_cycle *cycle);
int ipcchan_sync_end(struct ipcchan_waiting *waiting, int err);
int ipcchan_sync_wait(struct ipcchan_waiting *waiting,
		      const struct ipcchan_deadline *deadline,
		      struct ipcchan_cycle *cycle);

void ipcchan_sync_end_change(struct ipcchan_sync *sync)
	__releases(&ipcchan_waits.lock);
struct ipcchan_thread *ipcchan_sync_thread(void)
	__must_hold(&ipcchan_waits.lock);

void ipcchan_holding_begin(struct ipcchan_holding *holding,
			   struct ipcchan_sync *sync,
			   struct ipcchan_thread *thread)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_holding_end(struct ipcchan_holding *holding)
	__must_hold(&ipcchan_waits.lock);
struct ipcchan_holding *ipcchan_holding_of(const struct ipcchan_sync *sync,
					   const struct ipcchan_thread *thread)
	__must_hold(&ipcchan_waits.lock);

void ipcchan_sync_end_dead(void);

#endif /* IPCCHAN_SYNC_H */
