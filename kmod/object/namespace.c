// SPDX-License-Identifier: GPL-2.0
/*
 * Namespaces: one registry of names per IPC namespace.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/ipc_namespace.h>
#include <linux/nsproxy.h>
#include <linux/proc_ns.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "object/namespace.h"
#include "object/object.h"

static DEFINE_MUTEX(namespaces_lock);
static struct list_head namespaces __guarded_by(&namespaces_lock) =
	LIST_HEAD_INIT(namespaces);

static struct ipcchan_ns *find_ns(const struct ipc_namespace *ipc)
	__must_hold(&namespaces_lock)
{
	struct ipcchan_ns *ns;

	lockdep_assert_held(&namespaces_lock);
	list_for_each_entry(ns, &namespaces, node)
		if (ns->ipc == ipc)
			return ns;
	return NULL;
}

static void init_names(struct ipcchan_ns *ns)
	__context_unsafe(not published yet)
{
	mutex_init(&ns->names.lock);
	ipcchan_registry_init(&ns->names.registry);
}

static struct ipcchan_ns *new_ns(struct ipc_namespace *ipc)
	__must_hold(&namespaces_lock)
{
	struct ipcchan_ns *ns = kzalloc(sizeof(*ns), GFP_KERNEL_ACCOUNT);

	lockdep_assert_held(&namespaces_lock);
	if (!ns)
		return NULL;
	ns->ipc = get_ipc_ns(ipc);
	refcount_set(&ns->usage, 1);
	init_names(ns);
	list_add(&ns->node, &namespaces);
	return ns;
}

/**
 * ipcchan_ns_enter() - open a session in the current IPC namespace
 *
 * Return: the namespace, to be left by ipcchan_ns_leave(), or ERR_PTR(-ENOMEM).
 */
struct ipcchan_ns *ipcchan_ns_enter(void)
{
	struct ipc_namespace *ipc = current->nsproxy->ipc_ns;
	struct ipcchan_ns *ns;

	guard(mutex)(&namespaces_lock);
	ns = find_ns(ipc) ?: new_ns(ipc);
	if (!ns)
		return ERR_PTR(-ENOMEM);
	ns->sessions++;
	return ns;
}

/**
 * ipcchan_ns_is_initial() - is this the IPC namespace of the machine
 * @ns: a namespace in which a session is open
 *
 * Return: true if so.
 */
bool ipcchan_ns_is_initial(const struct ipcchan_ns *ns)
{
	return ns->ipc->ns.inum == PROC_IPC_INIT_INO;
}

static bool has_names(struct ipcchan_ns *ns)
{
	guard(mutex)(&ns->names.lock);
	return !ipcchan_registry_is_empty(&ns->names.registry);
}

static bool try_unlist(struct ipcchan_ns *ns)
{
	guard(mutex)(&namespaces_lock);
	if (--ns->sessions || (ipcchan_ns_is_initial(ns) && has_names(ns)))
		return false;
	list_del(&ns->node);
	return true;
}

/**
 * ipcchan_ns_leave() - close a session
 * @ns: from ipcchan_ns_enter()
 *
 * With the last session all other descriptors are closed too, so the names
 * that are left are persistent. A process that enters the same IPC namespace
 * meanwhile finds an empty, new registry.
 */
void ipcchan_ns_leave(struct ipcchan_ns *ns)
{
	if (!try_unlist(ns))
		return;
	ipcchan_object_unlink_all(ns);
	put_ipc_ns(ns->ipc);
	ns->ipc = NULL;
	ipcchan_ns_put(ns);
}

/**
 * ipcchan_ns_has_override() - may the current task ignore mode and owner here
 * @ns: a namespace in which a session is open
 *
 * Return: true with CAP_IPC_OWNER in the user namespace that owns it.
 */
bool ipcchan_ns_has_override(const struct ipcchan_ns *ns)
{
	return ns_capable(ns->ipc->user_ns, CAP_IPC_OWNER);
}

/**
 * ipcchan_ns_get() - one more reference
 * @ns: the namespace
 *
 * Return: @ns.
 */
struct ipcchan_ns *ipcchan_ns_get(struct ipcchan_ns *ns)
{
	refcount_inc(&ns->usage);
	return ns;
}

/**
 * ipcchan_ns_put() - give a reference back
 * @ns: the namespace
 */
void ipcchan_ns_put(struct ipcchan_ns *ns)
{
	if (!refcount_dec_and_test(&ns->usage))
		return;
	WARN_ON_ONCE(has_names(ns));
	mutex_destroy(&ns->names.lock);
	kfree(ns);
}
