/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Namespaces: one registry of names per IPC namespace.
 */
#ifndef IPCCHAN_NAMESPACE_H
#define IPCCHAN_NAMESPACE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>

#include "object/registry.h"

struct ipc_namespace;

/**
 * DOC: Namespaces
 *
 * The kernel's IPC namespace is pinned by open sessions (and so by open
 * descriptors), never by a name:
 *
 * ======== ================================ ================================
 * state    entered by                       left by
 * ======== ================================ ================================
 * listed   ipcchan_ns_enter(), the first    ipcchan_ns_leave(), the last
 *          session                          session; the initial namespace
 *                                           only when no name is left in it
 * unlisted ipcchan_ns_leave()               ipcchan_ns_put(), the last object
 * ======== ================================ ================================
 *
 * Leaving the last session of a namespace other than the initial one takes its
 * persistent names away: nobody could, from outside.
 */

/**
 * struct ipcchan_ns - the names of one IPC namespace
 * @node: in the list of namespaces while listed; under the list's lock
 * @ipc: the kernel's namespace; valid while listed
 * @sessions: open sessions; under the list's lock
 * @usage: references: one while listed, one per object
 * @names: the names and their lock
 * @names.lock: guards @names, and the fields of the namespace's objects that
 *	are marked so
 * @names.registry: linked names
 */
struct ipcchan_ns {
	struct list_head node;
	struct ipc_namespace *ipc;
	unsigned int sessions;
	refcount_t usage;
	struct {
		struct mutex lock;
		struct ipcchan_registry registry __guarded_by(&lock);
	} names;
};

struct ipcchan_ns *ipcchan_ns_enter(void);
void ipcchan_ns_leave(struct ipcchan_ns *ns);
bool ipcchan_ns_is_initial(const struct ipcchan_ns *ns);
bool ipcchan_ns_has_override(const struct ipcchan_ns *ns);

struct ipcchan_ns *ipcchan_ns_get(struct ipcchan_ns *ns);
void ipcchan_ns_put(struct ipcchan_ns *ns);

#endif /* IPCCHAN_NAMESPACE_H */
