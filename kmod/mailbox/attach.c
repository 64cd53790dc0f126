// SPDX-License-Identifier: GPL-2.0
/*
 * Attachments: the files of a message.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/net.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <net/sock.h>

#include "mailbox/attach.h"
#include "object/handle.h"
#include "object/object.h"
#include "object/quota.h"
#include "object/session.h"

static size_t memory_of(u32 nr)
{
	return struct_size_t(struct ipcchan_attachments, files, nr);
}

/* AF_UNIX: messages with files; its collector does not see into a mailbox. */
static bool is_unix_socket(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	return S_ISSOCK(inode->i_mode) &&
	       READ_ONCE(SOCKET_I((struct inode *)inode)->ops)->family == AF_UNIX;
}

/*
 * io_uring: registered files. The kernel keeps its own test for itself, but the
 * name is given by the kernel alone, as all names of this file system.
 */
static bool is_io_uring(const struct file *file)
{
	const struct dentry *dentry = file->f_path.dentry;

	return dentry->d_sb->s_magic == ANON_INODE_FS_MAGIC &&
	       !strcmp(dentry->d_name.name, "[io_uring]");
}

/* binder: files in transactions that nobody has fetched. */
static bool is_binder(const struct file *file)
{
	return file_inode(file)->i_sb->s_magic == BINDERFS_SUPER_MAGIC;
}

/* A session, and all objects but those that cannot keep a file. */
static bool is_ours(const struct file *file)
{
	const struct ipcchan_handle *handle = file->private_data;

	if (file->f_op->release == ipcchan_session_release)
		return true;
	return file->f_op->release == ipcchan_handle_release &&
	       !handle->obj->type->keeps_no_file;
}

static bool may_send(const struct file *file)
{
	return !is_unix_socket(file) && !is_io_uring(file) &&
	       !is_binder(file) && !is_ours(file);
}

/* A file of an object, or NULL. */
static struct ipcchan_handle *handle_of(const struct file *file)
{
	return file->f_op->release == ipcchan_handle_release ?
	       file->private_data : NULL;
}

static int attach(struct ipcchan_attachments *a, u32 i, int fd)
{
	a->files[i] = fget(fd);
	if (!a->files[i])
		return -EBADF;
	return may_send(a->files[i]) ? 0 : -ELOOP;
}

/* What is made of the file behind the descriptor is attached in its place. */
static int attach_extent(struct ipcchan_attachments *a, u32 i,
			 const struct ipcchan_extent *extent)
{
	struct file *file = fget(extent->fd);
	struct file *lent = ERR_PTR(-EBADF);
	struct ipcchan_handle *handle;

	if (!file)
		return -EBADF;
	handle = handle_of(file);
	if (handle && handle->obj->type->lend)
		lent = handle->obj->type->lend(handle, extent);
	fput(file);
	if (IS_ERR(lent))
		return PTR_ERR(lent);
	a->files[i] = lent;
	return 0;
}

static int attach_fds(struct ipcchan_attachments *a, u64 user_fds)
{
	s32 fds[IPCCHAN_FDS_MAX];
	int err = 0;

	if (copy_from_user(fds, u64_to_user_ptr(user_fds),
			   a->nr * sizeof(fds[0])))
		return -EFAULT;
	for (u32 i = 0; !err && i < a->nr; i++)
		err = attach(a, i, fds[i]);
	return err;
}

static int attach_entry(struct ipcchan_attachments *a, u32 i,
			const struct ipcchan_extent *extent)
{
	if (extent->mode)
		return attach_extent(a, i, extent);
	if (extent->offset || extent->length)
		return -EINVAL;
	return attach(a, i, extent->fd);
}

static int attach_extents(struct ipcchan_attachments *a, u64 user_extents)
{
	struct ipcchan_extent extents[IPCCHAN_FDS_MAX];
	int err = 0;

	if (copy_from_user(extents, u64_to_user_ptr(user_extents),
			   a->nr * sizeof(extents[0])))
		return -EFAULT;
	for (u32 i = 0; !err && i < a->nr; i++)
		err = attach_entry(a, i, &extents[i]);
	return err;
}

static int charge(struct ipcchan_user *user, u32 nr)
{
	int err = ipcchan_user_charge_fds(user, nr);

	if (err)
		return err;
	err = ipcchan_user_charge_bytes(user, memory_of(nr));
	if (err)
		ipcchan_user_uncharge_fds(user, nr);
	return err;
}

static void uncharge(struct ipcchan_user *user, u32 nr)
{
	ipcchan_user_uncharge_bytes(user, memory_of(nr));
	ipcchan_user_uncharge_fds(user, nr);
}

/* Room for so many files, charged. */
static struct ipcchan_attachments *alloc(struct ipcchan_user *user, u32 nr)
{
	struct ipcchan_attachments *a;
	int err = charge(user, nr);

	if (err)
		return ERR_PTR(err);
	a = kzalloc(memory_of(nr), GFP_KERNEL_ACCOUNT);
	if (!a) {
		uncharge(user, nr);
		return ERR_PTR(-ENOMEM);
	}
	a->user = user;
	a->nr = nr;
	return a;
}

/**
 * ipcchan_attachments_new() - take the files behind descriptors of the caller
 * @user: who is charged; stays as long as what is returned
 * @slot: of the message, which says where they are; checked
 *
 * Return: the files, or ERR_PTR(): -EFAULT, -EBADF, -ELOOP, -ETOOMANYREFS,
 * -EDQUOT, -ENOMEM; or why an extent cannot be lent. Then those before it are back
 * when the system call returns.
 */
struct ipcchan_attachments *
ipcchan_attachments_new(struct ipcchan_user *user,
			const struct ipcchan_message *slot)
{
	struct ipcchan_attachments *a = alloc(user, slot->nr_fds);
	int err;

	if (IS_ERR(a))
		return a;
	err = slot->flags & IPCCHAN_MESSAGE_EXTENTS ?
	      attach_extents(a, slot->fds) : attach_fds(a, slot->fds);
	if (!err)
		return a;
	ipcchan_attachments_free(a);
	return ERR_PTR(err);
}

/**
 * ipcchan_attachments_copy() - take the same files once more
 * @user: who is charged; stays as long as what is returned
 * @from: the files
 *
 * Return: the files, or ERR_PTR(): -ETOOMANYREFS, -EDQUOT, -ENOMEM.
 */
struct ipcchan_attachments *
ipcchan_attachments_copy(struct ipcchan_user *user,
			 const struct ipcchan_attachments *from)
{
	struct ipcchan_attachments *a = alloc(user, from->nr);

	if (IS_ERR(a))
		return a;
	for (u32 i = 0; i < a->nr; i++)
		a->files[i] = get_file(from->files[i]);
	return a;
}

/**
 * ipcchan_attachments_free() - give the references to the files back
 * @a: the files, or NULL
 */
void ipcchan_attachments_free(struct ipcchan_attachments *a)
{
	if (!a)
		return;
	/* Taken one after the other, until one failed. */
	for (u32 i = 0; i < a->nr && a->files[i]; i++)
		fput(a->files[i]);
	uncharge(a->user, a->nr);
	kfree(a);
}

/* Until one fails: then that error, and @opened has those before it. */
static int open_all(const struct ipcchan_attachments *a, int __user *to,
		    struct ipcchan_opened *opened)
{
	for (u32 i = 0; i < a->nr; i++) {
		int fd = receive_fd(a->files[i], &to[i], O_CLOEXEC);

		if (fd < 0)
			return fd;
		opened->fds[opened->nr++] = fd;
	}
	return 0;
}

static void tell_received(const struct ipcchan_attachments *a)
{
	for (u32 i = 0; i < a->nr; i++) {
		struct ipcchan_handle *handle = handle_of(a->files[i]);

		if (handle && handle->obj->type->receive)
			handle->obj->type->receive(handle);
	}
}

/**
 * ipcchan_attachments_open() - open the files in the current process
 * @a: the files; they keep their references
 * @fds: address in user memory of room for the numbers
 *
 * Only receive_fd() asks the security modules, and it opens one at a time. So
 * when one fails, those before it are closed again.
 *
 * Return: what is open, all of it close-on-exec, for ipcchan_opened_keep() or, to
 * take it back, ipcchan_opened_close(); or none and ERR_PTR(): -EMFILE,
 * -EFAULT, -ENOMEM, or what a security module says.
 */
struct ipcchan_opened *
ipcchan_attachments_open(const struct ipcchan_attachments *a, u64 fds)
{
	struct ipcchan_opened *opened;
	int err;

	opened = kmalloc(struct_size(opened, fds, a->nr), GFP_KERNEL_ACCOUNT);
	if (!opened)
		return ERR_PTR(-ENOMEM);
	opened->nr = 0;
	err = open_all(a, u64_to_user_ptr(fds), opened);
	if (!err) {
		tell_received(a);
		return opened;
	}
	ipcchan_opened_close(opened);
	return ERR_PTR(err);
}

/**
 * ipcchan_opened_keep() - the descriptors are the process's now
 * @opened: of a receive that succeeded; freed
 */
void ipcchan_opened_keep(struct ipcchan_opened *opened)
{
	kfree(opened);
}

/**
 * ipcchan_opened_close() - close what a receive opened that did not succeed
 * @opened: of the current process; freed
 */
void ipcchan_opened_close(struct ipcchan_opened *opened)
{
	while (opened->nr)
		close_fd(opened->fds[--opened->nr]);
	kfree(opened);
}
