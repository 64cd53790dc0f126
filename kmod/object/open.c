// SPDX-License-Identifier: GPL-2.0
/*
 * Opening: a descriptor for a name that is there, or for a new object.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>

#include "object/access.h"
#include "object/handle.h"
#include "object/object.h"
#include "object/session.h"

#define OPEN_FLAGS (IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE | \
		    IPCCHAN_OPEN_PERSIST | IPCCHAN_OPEN_NONBLOCK)
#define CREATE_FLAGS (IPCCHAN_OPEN_EXCLUSIVE | IPCCHAN_OPEN_PERSIST)

static int check_flags(const struct ipcchan_open *open)
{
	u32 own_flags = open->type->create_flags;
	bool creates = open->flags & IPCCHAN_OPEN_CREATE;

	if (open->flags & ~(OPEN_FLAGS | own_flags))
		return -EOPNOTSUPP;
	if ((open->flags & (CREATE_FLAGS | own_flags)) && !creates)
		return -EINVAL;
	if (open->name[0])
		return 0;
	if (!creates || (open->flags & IPCCHAN_OPEN_PERSIST))
		return -EINVAL;
	return 0;
}

static int check_open(const struct ipcchan_open *open)
{
	int err = ipcchan_name_check(open->name);

	if (!err)
		err = check_flags(open);
	if (!err)
		err = ipcchan_rights_check(&open->type->rights, open->rights);
	if (!err && (open->mode & ~0777))
		err = -EINVAL;
	return err;
}

static struct ipcchan_object *lookup_locked(struct ipcchan_session *session,
					    const struct ipcchan_open *open)
	__must_hold(&session->ns->names.lock)
{
	struct ipcchan_name *name;
	struct ipcchan_object *obj;

	lockdep_assert_held(&session->ns->names.lock);
	name = ipcchan_registry_find(&session->ns->names.registry, open->name);
	if (!name)
		return ERR_PTR(-ENOENT);
	if (open->flags & IPCCHAN_OPEN_EXCLUSIVE)
		return ERR_PTR(-EEXIST);
	obj = container_of(name, struct ipcchan_object, name);
	/* A name is registered in the namespace of its object. */
	lockdep_assert_held(&obj->ns->names.lock);
	if (obj->type != open->type)
		return ERR_PTR(-EPROTOTYPE);
	if (open->rights & ~ipcchan_access_rights(obj, session))
		return ERR_PTR(-EACCES);
	return ipcchan_object_get(obj);
}

static struct file *open_existing(struct ipcchan_session *session,
				  const struct ipcchan_open *open)
{
	struct ipcchan_object *obj;

	scoped_guard(mutex, &session->ns->names.lock)
		obj = lookup_locked(session, open);
	if (IS_ERR(obj))
		return ERR_CAST(obj);
	return ipcchan_handle_open(obj, session, open->rights, open->flags);
}

/* The name last: once others can find the object, nothing fails any more. */
static struct file *open_new(struct ipcchan_session *session,
			     const struct ipcchan_open *open)
{
	struct ipcchan_object *obj = open->create(open, session);
	struct file *file;
	int err;

	if (IS_ERR(obj))
		return ERR_CAST(obj);
	file = ipcchan_handle_open(obj, session, open->rights, open->flags);
	if (IS_ERR(file) || !open->name[0])
		return file;
	err = ipcchan_object_link(obj, open->flags & IPCCHAN_OPEN_PERSIST);
	if (!err)
		return file;
	fput(file);
	return ERR_PTR(err);
}

/*
 * The name may come and go between the two steps. Each further round means
 * that somebody else created or unlinked it.
 */
static struct file *open_or_create(struct ipcchan_session *session,
				   const struct ipcchan_open *open)
{
	struct file *file;

	do {
		file = ERR_PTR(-ENOENT);
		if (open->name[0])
			file = open_existing(session, open);
		if (file != ERR_PTR(-ENOENT) ||
		    !(open->flags & IPCCHAN_OPEN_CREATE))
			return file;
		file = open_new(session, open);
	} while (file == ERR_PTR(-EEXIST) &&
		 !(open->flags & IPCCHAN_OPEN_EXCLUSIVE));
	return file;
}

/**
 * ipcchan_object_open() - the work of every OPEN ioctl
 * @session: who opens
 * @open: what
 *
 * Return: a new descriptor, or -errno as the OPEN ioctls document.
 */
int ipcchan_object_open(struct ipcchan_session *session,
			const struct ipcchan_open *open)
{
	struct file *file;
	int fd = check_open(open);

	if (fd)
		return fd;
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	file = open_or_create(session, open);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}
