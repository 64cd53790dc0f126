// SPDX-License-Identifier: GPL-2.0
/*
 * Handles: open file descriptions of objects.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "object/handle.h"
#include "object/ioctl.h"
#include "object/object.h"
#include "object/session.h"

static int file_flags(const struct ipcchan_type *type, u32 rights, u32 flags)
{
	int access = O_RDONLY;

	if (rights & type->file_rights_write)
		access = rights & type->file_rights_read ? O_RDWR : O_WRONLY;
	return access | (flags & IPCCHAN_OPEN_NONBLOCK ? O_NONBLOCK : 0);
}

static int tell_type(struct ipcchan_handle *handle)
{
	const struct ipcchan_type *type = handle->obj->type;
	int err = type->opened ? type->opened(handle) : 0;

	handle->is_open = !err;
	return err;
}

/**
 * ipcchan_handle_open() - open one more file of an object
 * @obj: the object; its reference goes to the file, or is given back on error
 * @session: opened through
 * @rights: of the new handle
 * @flags: IPCCHAN_OPEN_NONBLOCK or 0
 *
 * Return: the file, or ERR_PTR(-ENFILE or -ENOMEM).
 */
struct file *ipcchan_handle_open(struct ipcchan_object *obj,
				 struct ipcchan_session *session, u32 rights,
				 u32 flags)
{
	const struct ipcchan_type *type = obj->type;
	struct ipcchan_handle *handle;
	struct file *file = ERR_PTR(-ENOMEM);
	int err;

	handle = kzalloc(sizeof(*handle), GFP_KERNEL_ACCOUNT);
	if (!handle)
		goto err_put_object;
	handle->obj = obj;
	handle->rights = rights;
	file = anon_inode_getfile(type->file_name, type->fops, handle,
				  file_flags(type, rights, flags));
	if (IS_ERR(file))
		goto err_free_handle;
	atomic_inc(&obj->nr_handles);
	handle->file = file;
	handle->session = ipcchan_session_get(session);
	if (type->setup_file)
		type->setup_file(obj, file);
	err = tell_type(handle);
	if (!err)
		return file;
	fput(file);
	return ERR_PTR(err);

err_free_handle:
	kfree(handle);
err_put_object:
	ipcchan_object_put(obj);
	return file;
}

/**
 * ipcchan_handle_release() - file operation: the last reference is gone
 * @inode: unused
 * @file: of an object
 *
 * Return: 0.
 */
int ipcchan_handle_release(struct inode *inode, struct file *file)
{
	struct ipcchan_handle *handle = file->private_data;

	if (handle->is_open && handle->obj->type->closed)
		handle->obj->type->closed(handle);
	atomic_dec(&handle->obj->nr_handles);
	/* Before the session: the last session expects no object to be left. */
	ipcchan_object_put(handle->obj);
	ipcchan_session_put(handle->session);
	kfree(handle);
	return 0;
}

/**
 * ipcchan_handle_ioctl() - file operation: an ioctl on an object's descriptor
 * @file: of an object
 * @cmd: ioctl number
 * @arg: address of its structure
 *
 * Return: what the ioctl gives, or -errno.
 */
long ipcchan_handle_ioctl(struct file *file, unsigned int cmd,
			  unsigned long arg)
{
	struct ipcchan_handle *handle = file->private_data;

	return ipcchan_ioctl(file, handle->obj->type->kind, handle->rights, cmd,
			     arg);
}

/**
 * ipcchan_handle_show_fdinfo() - file operation: lines of /proc/PID/fdinfo/FD
 * @m: to write to
 * @file: of an object
 */
void ipcchan_handle_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct ipcchan_handle *handle = file->private_data;
	struct ipcchan_object *obj = handle->obj;

	seq_printf(m, "ipcchan-kind:\t%s\n", obj->type->name);
	seq_printf(m, "ipcchan-id:\t%llu\n", obj->id);
	seq_printf(m, "ipcchan-name:\t%s\n", obj->name.text);
	seq_printf(m, "ipcchan-rights:\t0x%x\n", handle->rights);
	seq_printf(m, "ipcchan-client:\t%llu\n", handle->session->client);
	obj->type->show(handle, m);
}
