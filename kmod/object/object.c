// SPDX-License-Identifier: GPL-2.0
/*
 * Objects: what mailboxes and regions have in common. From made to freed.
 */
#include <linux/cred.h>
#include <linux/fs_struct.h>
#include <linux/ktime.h>
#include <linux/module.h>

#include "object/access.h"
#include "object/object.h"
#include "object/quota.h"
#include "object/session.h"

static atomic64_t last_id;

static void init_access(struct ipcchan_object *obj, umode_t mode,
			const struct cred *cred)
	__context_unsafe(not published yet)
{
	obj->names.access.mode = mode;
	obj->names.access.uid = cred->fsuid;
	obj->names.access.gid = cred->fsgid;
}

/**
 * ipcchan_object_init() - make the common part of a new object
 * @obj: zeroed
 * @open: what was asked for
 * @session: who asked; pays for it and owns its name
 *
 * Return: 0 and one reference, or -ENOSPC.
 */
int ipcchan_object_init(struct ipcchan_object *obj,
			const struct ipcchan_open *open,
			struct ipcchan_session *session)
{
	int err = ipcchan_user_charge_object(session->user);

	if (err)
		return err;
	obj->type = open->type;
	obj->id = atomic64_inc_return(&last_id);
	obj->created_ns = ktime_get_ns();
	obj->user = ipcchan_user_get(session->user);
	obj->ns = ipcchan_ns_get(session->ns);
	refcount_set(&obj->usage, 1);
	strscpy(obj->name.text, open->name, sizeof(obj->name.text));
	init_access(obj, open->mode & ~current_umask(), session->cred);
	return 0;
}

/**
 * ipcchan_object_deinit() - end the common part; the type frees the memory
 * @obj: not linked; nobody refers to it
 */
void ipcchan_object_deinit(struct ipcchan_object *obj)
{
	ipcchan_user_uncharge_object(obj->user);
	ipcchan_user_put(obj->user);
	ipcchan_ns_put(obj->ns);
}

/**
 * ipcchan_object_get() - one more reference
 * @obj: the object
 *
 * Return: @obj.
 */
struct ipcchan_object *ipcchan_object_get(struct ipcchan_object *obj)
{
	refcount_inc(&obj->usage);
	return obj;
}

/* Returns whether the name had references, which are now the caller's. */
static bool remove_name(struct ipcchan_object *obj)
	__must_hold(&obj->ns->names.lock)
{
	lockdep_assert_held(&obj->ns->names.lock);
	ipcchan_registry_remove(&obj->ns->names.registry, &obj->name);
	obj->names.linked = false;
	return obj->names.persist;
}

/* Likewise, and nobody can come by the name any more. */
static bool unlink_locked(struct ipcchan_object *obj)
	__must_hold(&obj->ns->names.lock)
{
	lockdep_assert_held(&obj->ns->names.lock);
	if (obj->type->unlinked)
		obj->type->unlinked(obj);
	return remove_name(obj);
}

/*
 * The module reference of a persistent name. It is never the last: whoever
 * takes a name away does so through an open file of this module.
 */
static void put_name_references(struct ipcchan_object *obj)
{
	ipcchan_object_put(obj);
	module_put(THIS_MODULE);
}

/**
 * ipcchan_object_put() - give a reference back; may sleep
 * @obj: the object; the last reference ends and frees it
 */
void ipcchan_object_put(struct ipcchan_object *obj)
{
	struct mutex *names_lock = &obj->ns->names.lock;

	if (!refcount_dec_and_mutex_lock(&obj->usage, names_lock))
		return;
	/* A persistent name has a reference, so it is not there any more. */
	if (obj->names.linked)
		WARN_ON_ONCE(remove_name(obj));
	mutex_unlock(names_lock);
	obj->type->free(obj);
}

/**
 * ipcchan_object_link() - let the object's name lead to it
 * @obj: named, new
 * @persist: the name keeps the object
 *
 * Return: 0, or -EEXIST if the name is taken.
 */
int ipcchan_object_link(struct ipcchan_object *obj, bool persist)
{
	guard(mutex)(&obj->ns->names.lock);
	if (!ipcchan_registry_add(&obj->ns->names.registry, &obj->name))
		return -EEXIST;
	obj->names.linked = true;
	obj->names.persist = persist;
	if (obj->type->linked)
		obj->type->linked(obj);
	if (persist) {
		ipcchan_object_get(obj);
		__module_get(THIS_MODULE);
	}
	return 0;
}

/* Returns the object if the name had references, NULL if not, or an error. */
static struct ipcchan_object *find_and_unlink(struct ipcchan_session *session,
					      const char *name)
	__must_hold(&session->ns->names.lock)
{
	struct ipcchan_name *found;
	struct ipcchan_object *obj;

	lockdep_assert_held(&session->ns->names.lock);
	found = ipcchan_registry_find(&session->ns->names.registry, name);
	if (!found)
		return ERR_PTR(-ENOENT);
	obj = container_of(found, struct ipcchan_object, name);
	/* A name is registered in the namespace of its object. */
	lockdep_assert_held(&obj->ns->names.lock);
	if (!(ipcchan_access_rights(obj, session) & IPCCHAN_RIGHT_ADMIN))
		return ERR_PTR(-EACCES);
	return unlink_locked(obj) ? obj : NULL;
}

/**
 * ipcchan_object_unlink() - take a name away
 * @session: who asks
 * @name: checked
 *
 * Return: 0, -ENOENT or -EACCES.
 */
int ipcchan_object_unlink(struct ipcchan_session *session, const char *name)
{
	struct ipcchan_object *obj;

	scoped_guard(mutex, &session->ns->names.lock)
		obj = find_and_unlink(session, name);
	if (IS_ERR_OR_NULL(obj))
		return PTR_ERR_OR_ZERO(obj);
	put_name_references(obj);
	return 0;
}

static struct ipcchan_object *unlink_first(struct ipcchan_ns *ns)
{
	struct ipcchan_name *name;
	struct ipcchan_object *obj;

	guard(mutex)(&ns->names.lock);
	name = ipcchan_registry_after(&ns->names.registry, "");
	if (!name)
		return NULL;
	obj = container_of(name, struct ipcchan_object, name);
	/* A name is registered in the namespace of its object. */
	lockdep_assert_held(&obj->ns->names.lock);
	WARN_ON_ONCE(!unlink_locked(obj));
	return obj;
}

/**
 * ipcchan_object_unlink_all() - take all names of a namespace away
 * @ns: without sessions, so each name left is persistent
 */
void ipcchan_object_unlink_all(struct ipcchan_ns *ns)
{
	struct ipcchan_object *obj;

	while ((obj = unlink_first(ns)))
		put_name_references(obj);
}

/**
 * ipcchan_object_kill() - end an object under everybody
 * @obj: the caller has a reference
 *
 * Return: 0, or -EIDRM if it is dead already.
 */
int ipcchan_object_kill(struct ipcchan_object *obj)
{
	bool was_persistent;

	scoped_guard(mutex, &obj->ns->names.lock) {
		if (obj->names.dead)
			return -EIDRM;
		obj->names.dead = true;
		/*
		 * The type is not told of the unlinking but of the kill, or its
		 * sleepers would take the one for the end of the other side.
		 */
		was_persistent = obj->names.linked && remove_name(obj);
	}
	if (obj->type->kill)
		obj->type->kill(obj);
	if (was_persistent)
		put_name_references(obj);
	return 0;
}

/**
 * ipcchan_object_is_dead() - was the object killed
 * @obj: the caller has a reference
 *
 * Return: true if so; false may be outdated at once.
 */
bool ipcchan_object_is_dead(struct ipcchan_object *obj)
{
	guard(mutex)(&obj->ns->names.lock);
	return obj->names.dead;
}
