// SPDX-License-Identifier: GPL-2.0
/*
 * A wait-for graph: would a wait that is about to begin ever end?
 */
#include <linux/bug.h>
#include <linux/errno.h>

#include "wait/waitgraph.h"

/* What an earlier search has left in the lists may be gone. */
static void start_search(struct ipcchan_waitgraph *graph)
{
	graph->epoch++;
	INIT_LIST_HEAD(&graph->met);
	INIT_LIST_HEAD(&graph->freed);
	graph->asked = NULL;
}

/**
 * ipcchan_waitgraph_init() - make a graph without vertices
 * @graph: the graph
 */
void ipcchan_waitgraph_init(struct ipcchan_waitgraph *graph)
{
	graph->epoch = 0;
	start_search(graph);
}

static void init_vertex(struct ipcchan_waitgraph_vertex *v,
			enum ipcchan_waitgraph_mode mode)
{
	*v = (struct ipcchan_waitgraph_vertex){ .mode = mode };
	INIT_LIST_HEAD(&v->edges);
}

static void deinit_vertex(const struct ipcchan_waitgraph_vertex *v)
{
	WARN_ON_ONCE(v->nr || v->nr_in);
}

/**
 * ipcchan_waitgraph_party_init() - make a party that holds and waits for nothing
 * @party: the party; of one graph from now on
 */
void ipcchan_waitgraph_party_init(struct ipcchan_waitgraph_party *party)
{
	init_vertex(&party->vertex, IPCCHAN_WAITGRAPH_ANY);
}

/**
 * ipcchan_waitgraph_party_deinit() - end a party
 * @party: it holds nothing and does not wait
 */
void
ipcchan_waitgraph_party_deinit(const struct ipcchan_waitgraph_party *party)
{
	deinit_vertex(&party->vertex);
}

/**
 * ipcchan_waitgraph_resource_init() - make a resource without holders
 * @resource: the resource; of one graph from now on
 * @kind: of what kind it is
 * @mode: how many of its holders must let go
 */
void
ipcchan_waitgraph_resource_init(struct ipcchan_waitgraph_resource *resource,
				const struct ipcchan_waitgraph_kind *kind,
				enum ipcchan_waitgraph_mode mode)
{
	init_vertex(&resource->vertex, mode);
	resource->vertex.is_resource = true;
	resource->kind = kind;
}

/**
 * ipcchan_waitgraph_resource_deinit() - end a resource
 * @r: the resource; nobody holds it or waits for it
 */
void
ipcchan_waitgraph_resource_deinit(const struct ipcchan_waitgraph_resource *r)
{
	deinit_vertex(&r->vertex);
}

static struct ipcchan_waitgraph_vertex *pop(struct list_head *list)
{
	struct ipcchan_waitgraph_mark *mark;

	if (list_empty(list))
		return NULL;
	mark = list_first_entry(list, struct ipcchan_waitgraph_mark, link);
	list_del(&mark->link);
	return container_of(mark, struct ipcchan_waitgraph_vertex, mark);
}

static const struct ipcchan_waitgraph_resource *
resource_of(const struct ipcchan_waitgraph_vertex *v)
{
	return container_of(v, struct ipcchan_waitgraph_resource, vertex);
}

static bool is_open(const struct ipcchan_waitgraph_vertex *v)
{
	const struct ipcchan_waitgraph_resource *resource = resource_of(v);

	return v->is_resource &&
	       (v->is_open || (resource->kind->is_open &&
			       resource->kind->is_open(resource)));
}

/* Returns whether it is known to be free, which it may be at once. */
static bool meet(struct ipcchan_waitgraph *graph,
		 struct ipcchan_waitgraph_vertex *v)
{
	if (v->mark.epoch != graph->epoch) {
		v->mark = (struct ipcchan_waitgraph_mark){
			.epoch = graph->epoch,
			.is_free = !v->nr || is_open(v),
		};
		if (!v->mark.is_free)
			list_add_tail(&v->mark.link, &graph->met);
	}
	return v->mark.is_free;
}

/* One of the edges that it needs leads to what is free. */
static void satisfy(struct ipcchan_waitgraph *graph,
		    struct ipcchan_waitgraph_vertex *v)
{
	if (v->mark.is_free || --v->mark.missing)
		return;
	v->mark.is_free = true;
	list_add_tail(&v->mark.link, &graph->freed);
}

/* Perhaps it can be had though what it leads to is never freed. */
static void note_to_ask(struct ipcchan_waitgraph *graph,
			struct ipcchan_waitgraph_edge *edge)
{
	if (edge->from->is_resource || !resource_of(edge->to)->kind->may_have)
		return;
	edge->asked = graph->asked;
	graph->asked = edge;
}

/* What it leads to is to tell it when it is freed, unless it is by now. */
static void look_ahead(struct ipcchan_waitgraph *graph,
		       struct ipcchan_waitgraph_vertex *v)
{
	struct ipcchan_waitgraph_edge *edge;

	v->mark.missing = v->mode == IPCCHAN_WAITGRAPH_ALL ? v->nr : 1;
	list_for_each_entry(edge, &v->edges, node) {
		edge->is_had = false;
		if (meet(graph, edge->to)) {
			satisfy(graph, v);
		} else {
			edge->back = edge->to->mark.back;
			edge->to->mark.back = edge;
			note_to_ask(graph, edge);
		}
		if (v->mark.is_free)
			break;
	}
}

static void tell_back(struct ipcchan_waitgraph *graph,
		      const struct ipcchan_waitgraph_vertex *v)
{
	struct ipcchan_waitgraph_edge *edge;

	for (edge = v->mark.back; edge; edge = edge->back)
		if (!edge->is_had)
			satisfy(graph, edge->from);
}

/* All that is met was looked at. Returns whether there is something to go on with. */
static bool ask(struct ipcchan_waitgraph *graph)
{
	struct ipcchan_waitgraph_edge *edge;

	for (edge = graph->asked; edge; edge = edge->asked) {
		if (edge->is_had || edge->from->mark.is_free ||
		    edge->to->mark.is_free ||
		    !resource_of(edge->to)->kind->may_have(edge))
			continue;
		edge->is_had = true;
		satisfy(graph, edge->from);
	}
	return !list_empty(&graph->met) || !list_empty(&graph->freed);
}

/*
 * Goes out from @waiter and back from what is free until it is known to be
 * free, or all that it leads to has been seen, and none of that can be had although
 * what it needs is stuck:
 *
 * ======== ================================ ===============================
 * vertex   entered by                       left by
 * ======== ================================ ===============================
 * void     the search before                meet()
 * met      meet(): it needs something       look_ahead(), once
 * seen     that: what it leads to is met,   satisfy(), as often as it needs;
 *          and knows the way back           also by ask()
 * freed    that, or look_ahead(), or        the end of the search; first
 *          meet(): it needs nothing         tell_back(), once, if it is
 *                                           known to others
 * ======== ================================ ===============================
 *
 * At the end, all that is seen and not free is stuck, and so is something that
 * each of it leads to.
 */
static bool can_proceed(struct ipcchan_waitgraph *graph,
			struct ipcchan_waitgraph_vertex *waiter)
{
	struct ipcchan_waitgraph_vertex *v;

	meet(graph, waiter);
	while (!waiter->mark.is_free) {
		v = pop(&graph->freed);
		if (v) {
			tell_back(graph, v);
			continue;
		}
		v = pop(&graph->met);
		if (v)
			look_ahead(graph, v);
		else if (!ask(graph))
			return false;
	}
	return true;
}

/**
 * ipcchan_waitgraph_look_at() - a search depends on a party besides
 * @graph: the graph, in whose search this is called by a @may_have
 * @party: the party
 *
 * Return: true if it can proceed, as far as is known by now.
 */
bool ipcchan_waitgraph_look_at(struct ipcchan_waitgraph *graph,
			       struct ipcchan_waitgraph_party *party)
{
	return meet(graph, &party->vertex);
}

/* Of a stuck vertex: something stuck that it leads to, which there is. */
static struct ipcchan_waitgraph_vertex *
stuck_behind(const struct ipcchan_waitgraph_vertex *v)
{
	struct ipcchan_waitgraph_edge *edge;

	edge = list_first_entry(&v->edges, struct ipcchan_waitgraph_edge, node);
	while (edge->is_had || edge->to->mark.is_free)
		edge = list_next_entry(edge, node);
	return edge->to;
}

/* Of a stuck party: one that it waits for, through a crew or not. */
static struct ipcchan_waitgraph_vertex *
stuck_holder(const struct ipcchan_waitgraph_vertex *party)
{
	struct ipcchan_waitgraph_vertex *v = stuck_behind(party);

	while (v->is_resource)
		v = stuck_behind(v);
	return v;
}

/* Goes on until it comes round: to a party that is on a cycle. */
static struct ipcchan_waitgraph_vertex *
find_cycle(struct ipcchan_waitgraph_vertex *party)
{
	while (!party->mark.is_walked) {
		party->mark.is_walked = true;
		party = stuck_holder(party);
	}
	return party;
}

/*
 * Lets all that is stuck and leads to @target know the edge that is next on a
 * shortest way there; @target itself, that of the shortest way back to it.
 */
static void point_to(struct ipcchan_waitgraph *graph,
		     struct ipcchan_waitgraph_vertex *target)
{
	struct ipcchan_waitgraph_vertex *v;
	struct ipcchan_waitgraph_edge *edge;

	list_add_tail(&target->mark.link, &graph->met);
	while ((v = pop(&graph->met))) {
		for (edge = v->mark.back; edge; edge = edge->back) {
			struct ipcchan_waitgraph_mark *mark = &edge->from->mark;

			if (edge->is_had || mark->is_free || mark->next)
				continue;
			mark->next = edge;
			list_add_tail(&mark->link, &graph->met);
		}
	}
}

static struct ipcchan_waitgraph_party *
party_of(struct ipcchan_waitgraph_vertex *v)
{
	return container_of(v, struct ipcchan_waitgraph_party, vertex);
}

/* Adds the step from @party on, or only counts it. Returns who is next. */
static struct ipcchan_waitgraph_vertex *
add_step(struct ipcchan_waitgraph_cycle *cycle,
	 struct ipcchan_waitgraph_vertex *party)
{
	struct ipcchan_waitgraph_vertex *resource = party->mark.next->to;
	struct ipcchan_waitgraph_vertex *holder = resource->mark.next->to;

	while (holder->is_resource)
		holder = holder->mark.next->to;
	party->mark.place = ++cycle->length;
	if (cycle->nr < cycle->capacity)
		cycle->steps[cycle->nr++] = (struct ipcchan_waitgraph_step){
			.party = party_of(party),
			.resource = container_of(resource,
					struct ipcchan_waitgraph_resource,
					vertex),
			.holder = party_of(holder),
		};
	return holder;
}

/*
 * If @waiter is on no cycle, nothing stuck leads to it, so that point_to() has
 * changed nothing and can be called again.
 */
static void name_cycle(struct ipcchan_waitgraph *graph,
		       struct ipcchan_waitgraph_vertex *waiter,
		       struct ipcchan_waitgraph_cycle *cycle)
{
	struct ipcchan_waitgraph_vertex *party = waiter;

	point_to(graph, waiter);
	if (!waiter->mark.next)
		point_to(graph, find_cycle(waiter));
	while (!party->mark.place)
		party = add_step(cycle, party);
	cycle->entry = party->mark.place - 1;
}

/**
 * ipcchan_waitgraph_request() - add a resource to the wait that is to begin
 * @party: who is to wait; it does not yet
 * @edge: for this request, until the wait ends
 * @resource: the resource
 *
 * ipcchan_waitgraph_begin() is to follow before the lock is dropped.
 */
void ipcchan_waitgraph_request(struct ipcchan_waitgraph_party *party,
			       struct ipcchan_waitgraph_edge *edge,
			       struct ipcchan_waitgraph_resource *resource)
{
	ipcchan_waitgraph_add_edge(edge, &party->vertex, &resource->vertex);
}

/**
 * ipcchan_waitgraph_check() - would the wait of a party end?
 * @graph: the graph
 * @party: the party, whether it waits or not
 * @cycle: with room for some steps; filled in
 *
 * Return: 0 if it can proceed, -EDEADLK if it is stuck; it waits on then.
 */
int ipcchan_waitgraph_check(struct ipcchan_waitgraph *graph,
			    struct ipcchan_waitgraph_party *party,
			    struct ipcchan_waitgraph_cycle *cycle)
{
	start_search(graph);
	cycle->nr = 0;
	cycle->length = 0;
	cycle->entry = 0;
	if (can_proceed(graph, &party->vertex))
		return 0;
	name_cycle(graph, &party->vertex, cycle);
	return -EDEADLK;
}

/**
 * ipcchan_waitgraph_begin() - begin the wait for what was requested
 * @graph: the graph
 * @party: who is to wait
 * @mode: how many of its requests it needs
 * @cycle: with room for some steps; filled in
 *
 * Return: 0: it waits from now on, until ipcchan_waitgraph_end(); or -EDEADLK:
 * it would for ever; its requests are gone.
 */
int ipcchan_waitgraph_begin(struct ipcchan_waitgraph *graph,
			    struct ipcchan_waitgraph_party *party,
			    enum ipcchan_waitgraph_mode mode,
			    struct ipcchan_waitgraph_cycle *cycle)
{
	int result;

	party->vertex.mode = mode;
	result = ipcchan_waitgraph_check(graph, party, cycle);
	if (result)
		ipcchan_waitgraph_end(party);
	return result;
}

/**
 * ipcchan_waitgraph_end() - a party does not wait any more
 * @party: the party; nothing happens if it did not wait
 *
 * The edges of its requests may go.
 */
void ipcchan_waitgraph_end(struct ipcchan_waitgraph_party *party)
{
	struct ipcchan_waitgraph_edge *edge;
	struct ipcchan_waitgraph_edge *next;

	list_for_each_entry_safe(edge, next, &party->vertex.edges, node)
		ipcchan_waitgraph_remove_edge(edge);
}
