/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A wait-for graph: would a wait that is about to begin ever end?
 */
#ifndef IPCCHAN_WAITGRAPH_H
#define IPCCHAN_WAITGRAPH_H

#include <linux/list.h>
#include <linux/types.h>

/**
 * DOC: Wait-for graph
 *
 * A party is somebody who can wait: a task. A resource is what is waited for: a
 * call, a lock. Its holders are the parties that can end the wait. A party has
 * one wait at a time, for one resource or several (up to 64 by the calls that
 * there are; the graph itself has no limit). It needs ANY of them or ALL, and
 * each resource needs ANY of its holders to let go or ALL: a request that one
 * of several servers answers, a lock that each of several readers has. So the
 * graph has vertices of two kinds, and edges from a party to what it requests
 * and from a resource to who holds it. A resource may also be held by a resource,
 * a crew: what a process has taken on is held by its crew, which is held by its
 * threads, and any of them can see to it.
 *
 * **Deadlock.** Who can proceed and what can be freed is the least that these
 * rules give; the rest is stuck:
 *
 * ========== ======== ======================================================
 * vertex     mode     can proceed, or be freed, if
 * ========== ======== ======================================================
 * party      none     always: it does not wait
 * party      ANY      one of the resources that it requests can be freed
 * party      ALL      each of them can be freed
 * resource   open     always: somebody who is not known may free it; so it is
 *                     said, or so its owner answers when a search comes there
 * resource   none     always: it has no holder, so nobody is in the way
 * resource   ANY      one of its holders can proceed
 * resource   ALL      each of them can proceed
 * ========== ======== ======================================================
 *
 * Of a resource that is stuck, a party may have what it needs all the same: a lock for
 * reading that others have for reading, once those are through who stand in front and
 * want to write, or a lock that it has already. Whoever knows that is asked, by
 * @may_have of its kind, and can have those looked at whom it depends on.
 *
 * A wait is refused if and only if its party would be stuck. As long as one
 * alternative is left it is not. Each stuck vertex has an edge to a stuck one,
 * so there is a cycle whenever there is a deadlock.
 *
 * **When to ask.** A wait that is not refused makes nobody stuck: its party can
 * proceed, so to the others all is as before. A wait that ends, a resource that
 * is opened, and the last holder that goes make nobody stuck either. These may,
 * though nobody begins to wait; then ipcchan_waitgraph_check() tells:
 *
 * =========================== ============================================
 * change                      who may be stuck: nobody is unless one of
 * =========================== ============================================
 * ipcchan_waitgraph_hold()    the new holder, if it waits
 * ipcchan_waitgraph_release() those who wait for the resource, if it needs
 *                             ANY of its holders and another is left
 * ipcchan_waitgraph_close()   those who wait for the resource
 * =========================== ============================================
 *
 * **Once each.** One lock guards the graph. Edges of a wait are added before
 * the task sleeps and taken out before it does anything else. Of all the waits
 * that make a deadlock, one is the last to take the lock: it sees the edges of
 * all others, and it closes the cycle. No other did, so exactly one is refused,
 * and as its edges go, the others only wait::
 *
 *   A, holds r                         B, holds s
 *   ----------                         ----------
 *   lock
 *   request s, begin: B does not
 *   wait, so A may
 *   unlock                             lock
 *   sleeps                             request r, begin: A waits for s, which
 *                                      B holds: refused, B's edge is gone
 *                                      unlock
 *                                      -EDEADLK: B lets go of s
 *                                      lock
 *                                      release s, end A's wait, let A hold s
 *                                      unlock
 *   has r and s <--------------------- wakes A
 *
 * Were a task to sleep first and add its edges then, each of the two could look
 * before the other's are there. A grant is one section of the lock: if A held s
 * while its wait goes on, it would seem to wait for itself. A place in a queue
 * that nobody may pass is held, too: whoever stands in front is in the way.
 *
 * **Cost.** A pure data structure: no locking, no allocation, no recursion; the
 * caller's lock guards it. What a search finds of a vertex is in the vertex, and
 * void when the next search begins, so nothing is cleared:
 *
 * ============================= ============================================
 * operation                     steps
 * ============================= ============================================
 * request, hold, release, open, one
 * close
 * end                           one for each request of the wait
 * begin, check                  at most one out and one back for each vertex
 *                               and edge that the party leads to; few if it
 *                               is soon found to be able to proceed
 * the same, refused             up to twice as many more, to name the cycle
 * the same, with @may_have      that, for each such request, as often as what it
 *                               depends on is found to be able to proceed
 * ============================= ============================================
 *
 * Who waits for what the party itself does not lead to costs nothing.
 */

/**
 * enum ipcchan_waitgraph_mode - how many of its edges a vertex needs
 * @IPCCHAN_WAITGRAPH_ANY: one is enough
 * @IPCCHAN_WAITGRAPH_ALL: each of them
 */
enum ipcchan_waitgraph_mode {
	IPCCHAN_WAITGRAPH_ANY,
	IPCCHAN_WAITGRAPH_ALL,
};

/**
 * struct ipcchan_waitgraph - the search in a graph
 * @epoch: number of the last search
 * @met: marks of vertices whose edges are to be looked at; void between searches
 * @freed: marks of those found to be free that others need; void likewise
 * @asked: requests that may be had though their resource is stuck; void likewise
 */
struct ipcchan_waitgraph {
	u64 epoch;
	struct list_head met;
	struct list_head freed;
	struct ipcchan_waitgraph_edge *asked;
};

/**
 * struct ipcchan_waitgraph_edge - a request, or a hold
 * @node: among the edges of @from
 * @from: who needs @to: a party its resource, a resource its holder
 * @to: what is needed
 * @back: next edge to @to that the search has come along; void like the marks
 * @asked: next of those that may be had; likewise
 * @is_had: it was, though @to is stuck; likewise
 *
 * The caller's memory, as long as the wait or the hold lasts.
 */
struct ipcchan_waitgraph_edge {
	struct list_head node;
	struct ipcchan_waitgraph_vertex *from;
	struct ipcchan_waitgraph_vertex *to;
	struct ipcchan_waitgraph_edge *back;
	struct ipcchan_waitgraph_edge *asked;
	bool is_had;
};

/**
 * struct ipcchan_waitgraph_mark - what a search finds of a vertex
 * @link: in a list of the search
 * @epoch: number of the search; another than the last: all this is void
 * @back: the edges that the search has come along, if it is not freed by then
 * @next: the edge that is next on the way to a cycle
 * @missing: edges that it needs and that do not lead to what can proceed
 * @place: of a party in the cycle that is named, from 1 on; 0: none
 * @is_free: it can proceed, or be freed
 * @is_walked: the search for a cycle has been here
 */
struct ipcchan_waitgraph_mark {
	struct list_head link;
	u64 epoch;
	struct ipcchan_waitgraph_edge *back;
	struct ipcchan_waitgraph_edge *next;
	u32 missing;
	u32 place;
	bool is_free;
	bool is_walked;
};

/**
 * struct ipcchan_waitgraph_vertex - a party or a resource
 * @edges: to what it needs
 * @nr: how many
 * @nr_in: how many edges lead to it; they keep it where it is
 * @mode: how many of @edges it needs
 * @is_resource: it is one, not a party
 * @is_open: a resource that somebody may free who is not known
 * @mark: of the last search that came here
 */
struct ipcchan_waitgraph_vertex {
	struct list_head edges;
	u32 nr;
	u32 nr_in;
	enum ipcchan_waitgraph_mode mode;
	bool is_resource;
	bool is_open;
	struct ipcchan_waitgraph_mark mark;
};

/**
 * struct ipcchan_waitgraph_party - somebody who can wait
 * @vertex: its edges lead to what it requests; none: it does not wait
 */
struct ipcchan_waitgraph_party {
	struct ipcchan_waitgraph_vertex vertex;
};

struct ipcchan_object;
struct ipcchan_step;
struct ipcchan_waitgraph_resource;

/**
 * struct ipcchan_waitgraph_kind - what there is to know of resources of a kind
 * @is_open: asked by a search, of a resource that is not open else: may somebody
 *	free it who is not known? Optional, for what changes without a word
 * @may_have: asked by a search, of a request for a resource that is stuck as far as is
 *	known: can it be satisfied all the same? Those on whom that depends are shown
 *	to ipcchan_waitgraph_look_at(), and it is asked again. Once it can, it can for
 *	good, as far as this search goes. Optional
 * @describe: fill in what is particular to the resource of a step, for user space;
 *	not for a crew, or what is in no object
 * @object: which object it is of, to whose users it may be told of; likewise
 */
struct ipcchan_waitgraph_kind {
	bool (*is_open)(const struct ipcchan_waitgraph_resource *resource);
	bool (*may_have)(const struct ipcchan_waitgraph_edge *request);
	void (*describe)(const struct ipcchan_waitgraph_resource *resource,
			 struct ipcchan_step *step);
	const struct ipcchan_object *
		(*object)(const struct ipcchan_waitgraph_resource *resource);
};

/**
 * struct ipcchan_waitgraph_resource - something that is waited for
 * @vertex: its edges lead to its holders
 * @kind: of what kind it is
 */
struct ipcchan_waitgraph_resource {
	struct ipcchan_waitgraph_vertex vertex;
	const struct ipcchan_waitgraph_kind *kind;
};

/**
 * struct ipcchan_waitgraph_step - a step on a cycle
 * @party: who waits
 * @resource: what for; never a crew that holds it
 * @holder: who is in the way; the party of the step that follows
 */
struct ipcchan_waitgraph_step {
	struct ipcchan_waitgraph_party *party;
	struct ipcchan_waitgraph_resource *resource;
	struct ipcchan_waitgraph_party *holder;
};

/**
 * struct ipcchan_waitgraph_cycle - why a wait would not end
 * @steps: room for them; the caller's
 * @capacity: for how many; the caller's
 * @nr: how many are there; less than @length: the others are cut off
 * @length: how many there would be; 0: no deadlock
 * @entry: the holder of the last of all is the party of this one; 0: it is the
 *	new wait that closes the cycle
 *
 * The first step is that of the party that was to wait. If the cycle leads back
 * to it, it is one of the shortest that do, a crew on the way making it longer.
 * Else others were stuck before, or somebody is in the way by where he stands, which
 * is no step; and the steps before @entry lead to a cycle of theirs. Pointers are
 * good as long as the lock of the graph is held.
 */
struct ipcchan_waitgraph_cycle {
	struct ipcchan_waitgraph_step *steps;
	u32 capacity;
	u32 nr;
	u32 length;
	u32 entry;
};

/**
 * ipcchan_waitgraph_add_edge() - a vertex needs another
 * @edge: for that
 * @from: who needs
 * @to: what it needs
 */
static inline void
ipcchan_waitgraph_add_edge(struct ipcchan_waitgraph_edge *edge,
			   struct ipcchan_waitgraph_vertex *from,
			   struct ipcchan_waitgraph_vertex *to)
{
	edge->from = from;
	edge->to = to;
	list_add_tail(&edge->node, &from->edges);
	from->nr++;
	to->nr_in++;
}

/**
 * ipcchan_waitgraph_remove_edge() - it needs it no more
 * @edge: of the two
 */
static inline void
ipcchan_waitgraph_remove_edge(struct ipcchan_waitgraph_edge *edge)
{
	list_del_init(&edge->node);
	edge->from->nr--;
	edge->to->nr_in--;
}

/**
 * ipcchan_waitgraph_hold() - a party comes to hold a resource
 * @resource: the resource
 * @edge: for this hold
 * @holder: the party; it may hold the resource more than once
 *
 * May make a deadlock: see the DOC block for whom to check.
 */
static inline void
ipcchan_waitgraph_hold(struct ipcchan_waitgraph_resource *resource,
		       struct ipcchan_waitgraph_edge *edge,
		       struct ipcchan_waitgraph_party *holder)
{
	ipcchan_waitgraph_add_edge(edge, &resource->vertex, &holder->vertex);
}

/**
 * ipcchan_waitgraph_hold_by_crew() - a crew comes to hold a resource
 * @resource: the resource, itself no crew
 * @edge: for this hold
 * @crew: a resource that only parties hold
 *
 * May make a deadlock, like ipcchan_waitgraph_hold(): for a holder of the crew.
 */
static inline void
ipcchan_waitgraph_hold_by_crew(struct ipcchan_waitgraph_resource *resource,
			       struct ipcchan_waitgraph_edge *edge,
			       struct ipcchan_waitgraph_resource *crew)
{
	ipcchan_waitgraph_add_edge(edge, &resource->vertex, &crew->vertex);
}

/**
 * ipcchan_waitgraph_release() - a party or a crew holds a resource no more
 * @edge: of the hold; it may go
 *
 * May make a deadlock: see the DOC block for whom to check.
 */
static inline void ipcchan_waitgraph_release(struct ipcchan_waitgraph_edge *edge)
{
	ipcchan_waitgraph_remove_edge(edge);
}

/**
 * ipcchan_waitgraph_open() - somebody who is not known may free a resource
 * @resource: the resource, which is never stuck from now on
 */
static inline void ipcchan_waitgraph_open(struct ipcchan_waitgraph_resource *resource)
{
	resource->vertex.is_open = true;
}

/**
 * ipcchan_waitgraph_close() - only its holders can free a resource
 * @resource: the resource, open or not
 *
 * May make a deadlock: see the DOC block for whom to check.
 */
static inline void ipcchan_waitgraph_close(struct ipcchan_waitgraph_resource *resource)
{
	resource->vertex.is_open = false;
}

void ipcchan_waitgraph_init(struct ipcchan_waitgraph *graph);
void ipcchan_waitgraph_party_init(struct ipcchan_waitgraph_party *party);
void
ipcchan_waitgraph_party_deinit(const struct ipcchan_waitgraph_party *party);
void
ipcchan_waitgraph_resource_init(struct ipcchan_waitgraph_resource *resource,
				const struct ipcchan_waitgraph_kind *kind,
				enum ipcchan_waitgraph_mode mode);
void
ipcchan_waitgraph_resource_deinit(const struct ipcchan_waitgraph_resource *r);

void ipcchan_waitgraph_request(struct ipcchan_waitgraph_party *party,
			       struct ipcchan_waitgraph_edge *edge,
			       struct ipcchan_waitgraph_resource *resource);
bool ipcchan_waitgraph_look_at(struct ipcchan_waitgraph *graph,
			       struct ipcchan_waitgraph_party *party);
int ipcchan_waitgraph_begin(struct ipcchan_waitgraph *graph,
			    struct ipcchan_waitgraph_party *party,
			    enum ipcchan_waitgraph_mode mode,
			    struct ipcchan_waitgraph_cycle *cycle);
int ipcchan_waitgraph_check(struct ipcchan_waitgraph *graph,
			    struct ipcchan_waitgraph_party *party,
			    struct ipcchan_waitgraph_cycle *cycle);
void ipcchan_waitgraph_end(struct ipcchan_waitgraph_party *party);

#endif /* IPCCHAN_WAITGRAPH_H */
