/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects: what mailboxes and regions have in common.
 */
#ifndef IPCCHAN_OBJECT_H
#define IPCCHAN_OBJECT_H

#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/ipcchan.h>

#include "object/namespace.h"
#include "object/registry.h"
#include "object/rights.h"

struct ipcchan_extent;
struct ipcchan_handle;
struct ipcchan_object;
struct ipcchan_session;
struct ipcchan_user;
struct seq_file;

/**
 * DOC: Objects
 *
 * An object is embedded in what it is (struct ipcchan_mailbox, ...), made by
 * that type, and then published: by a descriptor, and by a name if it has one.
 *
 * ========== ============================= =================================
 * state      entered by                    left by
 * ========== ============================= =================================
 * new        the type's function that      ipcchan_object_open(): it has a
 *            makes one                     descriptor, and a name if asked
 * live       ipcchan_object_open()         ipcchan_object_kill()
 * dead       ipcchan_object_kill()         ipcchan_object_put(), the last
 * ========== ============================= =================================
 *
 * Two things are counted apart. @usage says when memory may go: one for each
 * open file description, one for a persistent name. @names.dead says whether
 * operations may start. A name does not keep its object unless it is
 * persistent; the last put takes the name away under the lock of the registry,
 * so whoever finds an object there finds it alive.
 */

/**
 * struct ipcchan_usage - how full an object is, for OBJECT_INFO
 * @items: see struct ipcchan_object_info
 * @bytes: see struct ipcchan_object_info
 */
struct ipcchan_usage {
	u64 items;
	u64 bytes;
};

/**
 * struct ipcchan_type - what the object layer must know of a type
 * @kind: IPCCHAN_KIND_*
 * @name: the noun
 * @file_name: how its descriptors show in /proc/PID/fd
 * @fops: operations of its descriptors
 * @rights: rights it knows
 * @create_flags: IPCCHAN_OPEN_* that only this type knows, all for creation
 * @keeps_no_file: so a message may have a descriptor of it
 * @file_rights_read: rights that make FMODE_READ
 * @file_rights_write: rights that make FMODE_WRITE
 * @setup_file: complete a new open file description; optional
 * @opened: a description is about to be there: may set its endpoint, or refuse
 *	it with -errno; optional
 * @closed: a description is gone; not called for one that was refused; optional
 * @may_restrict: may a weaker description be made of one; optional: of any
 * @lend: make a file for a message, of a part of what one of its descriptions
 *	shows, which the sender has no more, or with others; or ERR_PTR(); optional
 * @receive: the current process has received a description; optional
 * @linked: a name leads to the object now; names locked; optional
 * @unlinked: no name leads to the object any more; names locked; optional
 * @kill: wake all sleepers with EIDRM and refuse new ones; optional
 * @usage: how full it is; must not sleep
 * @show: append to the fdinfo of a description
 * @free: free the object and its memory; nobody refers to it
 */
struct ipcchan_type {
	u32 kind;
	const char *name;
	const char *file_name;
	const struct file_operations *fops;
	struct ipcchan_rights rights;
	u32 create_flags;
	bool keeps_no_file;
	u32 file_rights_read;
	u32 file_rights_write;
	void (*setup_file)(struct ipcchan_object *obj, struct file *file);
	int (*opened)(struct ipcchan_handle *handle);
	void (*closed)(struct ipcchan_handle *handle);
	bool (*may_restrict)(const struct ipcchan_handle *handle);
	struct file *(*lend)(struct ipcchan_handle *handle,
			     const struct ipcchan_extent *extent);
	void (*receive)(struct ipcchan_handle *handle);
	void (*linked)(struct ipcchan_object *obj);
	void (*unlinked)(struct ipcchan_object *obj);
	void (*kill)(struct ipcchan_object *obj);
	void (*usage)(struct ipcchan_object *obj, struct ipcchan_usage *usage);
	void (*show)(const struct ipcchan_handle *handle, struct seq_file *m);
	void (*free)(struct ipcchan_object *obj);
};

/**
 * struct ipcchan_access - owner and mode of an object
 * @mode: permission bits, 0 to 0777
 * @uid: owner
 * @gid: group
 */
struct ipcchan_access {
	umode_t mode;
	kuid_t uid;
	kgid_t gid;
};

/**
 * struct ipcchan_object - the common part of every object
 * @type: what it is; immutable
 * @id: its number; immutable
 * @created_ns: CLOCK_MONOTONIC; immutable
 * @user: whom it is charged to, with a reference; immutable
 * @ns: where its name is, with a reference; immutable
 * @usage: references; self-locking
 * @nr_handles: those of open files; atomic
 * @name: text immutable; node under @ns->names.lock
 * @names: guarded by the lock of the namespace that it is named for
 * @names.access: owner and mode
 * @names.linked: @name is registered
 * @names.persist: the name has a reference to the object and to the module
 * @names.dead: killed
 */
struct ipcchan_object {
	const struct ipcchan_type *type;
	u64 id;
	u64 created_ns;
	struct ipcchan_user *user;
	struct ipcchan_ns *ns;
	refcount_t usage;
	atomic_t nr_handles;
	struct ipcchan_name name;
	struct {
		struct ipcchan_access access;
		bool linked;
		bool persist;
		bool dead;
	} names __guarded_by(&ns->names.lock);
};

/**
 * struct ipcchan_open - what an OPEN ioctl asks for
 * @type: type of the object
 * @name: IPCCHAN_NAME_SIZE bytes, as user space gave them
 * @flags: IPCCHAN_OPEN_*
 * @mode: at creation, before the umask
 * @rights: wanted
 * @create: make a new object of the type: ipcchan_object_init() and what the
 *	type needs, or an ERR_PTR
 * @args: for @create
 */
struct ipcchan_open {
	const struct ipcchan_type *type;
	const char *name;
	u32 flags;
	u32 mode;
	u32 rights;
	struct ipcchan_object *(*create)(const struct ipcchan_open *open,
					 struct ipcchan_session *session);
	const void *args;
};

int ipcchan_object_init(struct ipcchan_object *obj,
			const struct ipcchan_open *open,
			struct ipcchan_session *session);
void ipcchan_object_deinit(struct ipcchan_object *obj);

struct ipcchan_object *ipcchan_object_get(struct ipcchan_object *obj);
void ipcchan_object_put(struct ipcchan_object *obj);

int ipcchan_object_link(struct ipcchan_object *obj, bool persist);
int ipcchan_object_unlink(struct ipcchan_session *session, const char *name);
void ipcchan_object_unlink_all(struct ipcchan_ns *ns);
int ipcchan_object_kill(struct ipcchan_object *obj);
bool ipcchan_object_is_dead(struct ipcchan_object *obj);

int ipcchan_object_open(struct ipcchan_session *session,
			const struct ipcchan_open *open);

#endif /* IPCCHAN_OBJECT_H */
