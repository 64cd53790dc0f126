// SPDX-License-Identifier: GPL-2.0
/*
 * Control: the ioctls that every kind of object has.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>

#include "object/control.h"
#include "object/handle.h"
#include "object/ioctl.h"
#include "object/namespace.h"
#include "object/object.h"
#include "observe/trace.h"

static u32 state_bits(const struct ipcchan_object *obj)
	__must_hold(&obj->ns->names.lock)
{
	lockdep_assert_held(&obj->ns->names.lock);
	return (obj->names.dead ? IPCCHAN_STATE_DEAD : 0) |
	       (obj->names.linked ? IPCCHAN_STATE_LINKED : 0) |
	       (obj->names.linked && obj->names.persist ?
			IPCCHAN_STATE_PERSIST : 0);
}

/**
 * ipcchan_object_describe() - fill an OBJECT_INFO
 * @obj: the object; its namespace's names are locked
 * @rights: to tell
 * @info: to fill, all of it
 */
void ipcchan_object_describe(struct ipcchan_object *obj, u32 rights,
			     struct ipcchan_object_info *info)
{
	const struct ipcchan_access *access = &obj->names.access;
	struct ipcchan_usage usage;
	u32 state = state_bits(obj);

	lockdep_assert_held(&obj->ns->names.lock);
	obj->type->usage(obj, &usage);
	*info = (struct ipcchan_object_info) {
		.id = obj->id,
		.kind = obj->type->kind,
		.state = state,
		.rights = rights,
		.mode = access->mode,
		.uid = from_kuid_munged(current_user_ns(), access->uid),
		.gid = from_kgid_munged(current_user_ns(), access->gid),
		.handles = atomic_read(&obj->nr_handles),
		.created_ns = obj->created_ns,
		.items = usage.items,
		.bytes = usage.bytes,
	};
	memcpy(info->name, obj->name.text, sizeof(info->name));
}

static long object_info(struct file *file, void *arg)
{
	struct ipcchan_handle *handle = file->private_data;
	struct ipcchan_object_info *info = arg;

	if (info->flags)
		return -EOPNOTSUPP;
	guard(mutex)(&handle->obj->ns->names.lock);
	ipcchan_object_describe(handle->obj, handle->rights, info);
	return 0;
}

static long object_restrict(struct file *file, void *arg)
{
	struct ipcchan_handle *handle = file->private_data;
	struct ipcchan_object *obj = handle->obj;
	const struct ipcchan_object_restrict *a = arg;
	struct file *weaker;
	int fd;

	if (a->flags & ~IPCCHAN_OPEN_NONBLOCK)
		return -EOPNOTSUPP;
	if (obj->type->may_restrict && !obj->type->may_restrict(handle))
		return -EOPNOTSUPP;
	if (a->rights & ~handle->rights)
		return -EPERM;
	fd = ipcchan_rights_check(&obj->type->rights, a->rights);
	if (fd)
		return fd;
	if (ipcchan_object_is_dead(obj))
		return -EIDRM;
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	weaker = ipcchan_handle_open(ipcchan_object_get(obj), handle->session,
				     a->rights, a->flags);
	if (IS_ERR(weaker)) {
		put_unused_fd(fd);
		return PTR_ERR(weaker);
	}
	fd_install(fd, weaker);
	return fd;
}

static int parse_access(const struct ipcchan_object_set_access *a,
			struct ipcchan_access *access)
{
	access->mode = a->mode & 0777;
	access->uid = make_kuid(current_user_ns(), a->uid);
	access->gid = make_kgid(current_user_ns(), a->gid);
	if ((a->valid & IPCCHAN_ACCESS_MODE) && access->mode != a->mode)
		return -EINVAL;
	if ((a->valid & IPCCHAN_ACCESS_UID) && !uid_valid(access->uid))
		return -EINVAL;
	if ((a->valid & IPCCHAN_ACCESS_GID) && !gid_valid(access->gid))
		return -EINVAL;
	return 0;
}

static long object_set_access(struct file *file, void *arg)
{
	struct ipcchan_handle *handle = file->private_data;
	struct ipcchan_object *obj = handle->obj;
	const struct ipcchan_object_set_access *a = arg;
	struct ipcchan_access access;
	int err;

	if (a->valid & ~(IPCCHAN_ACCESS_MODE | IPCCHAN_ACCESS_UID |
			 IPCCHAN_ACCESS_GID))
		return -EOPNOTSUPP;
	err = parse_access(a, &access);
	if (err)
		return err;
	guard(mutex)(&obj->ns->names.lock);
	if (obj->names.dead)
		return -EIDRM;
	if (a->valid & IPCCHAN_ACCESS_MODE)
		obj->names.access.mode = access.mode;
	if (a->valid & IPCCHAN_ACCESS_UID)
		obj->names.access.uid = access.uid;
	if (a->valid & IPCCHAN_ACCESS_GID)
		obj->names.access.gid = access.gid;
	return 0;
}

static long object_kill(struct file *file, void *arg)
{
	struct ipcchan_handle *handle = file->private_data;
	const struct ipcchan_object_kill *a = arg;

	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	return ipcchan_object_kill(handle->obj);
}

static const struct ipcchan_ioctl control_ioctls[] = {
	{
		IPCCHAN_IOCTL(OBJECT_INFO, object_info),
		.on = IPCCHAN_ON_OBJECT,
		.has_output = true,
		.run = object_info,
	}, {
		IPCCHAN_IOCTL(OBJECT_RESTRICT, object_restrict),
		.on = IPCCHAN_ON_OBJECT,
		.run = object_restrict,
	}, {
		IPCCHAN_IOCTL(OBJECT_SET_ACCESS, object_set_access),
		.on = IPCCHAN_ON_OBJECT,
		.rights = IPCCHAN_RIGHT_ADMIN,
		.run = object_set_access,
	}, {
		IPCCHAN_IOCTL(OBJECT_KILL, object_kill),
		.on = IPCCHAN_ON_OBJECT,
		.rights = IPCCHAN_RIGHT_ADMIN,
		.run = object_kill,
	},
};

/**
 * ipcchan_control_init() - register these ioctls
 */
void __init ipcchan_control_init(void)
{
	ipcchan_ioctl_register(control_ioctls, ARRAY_SIZE(control_ioctls));
}
