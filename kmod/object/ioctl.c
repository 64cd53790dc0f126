// SPDX-License-Identifier: GPL-2.0
/*
 * The one ioctl dispatcher.
 */
#include <linux/cache.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/ktime.h>
#include <linux/uaccess.h>

#include "object/handle.h"
#include "object/ioctl.h"
#include "object/object.h"
#include "object/session.h"
#include "observe/told.h"
#include "words.h"

/* By _IOC_NR(); written at module load. */
static const struct ipcchan_ioctl *ioctls[1 << _IOC_NRBITS] __ro_after_init;

/**
 * ipcchan_ioctl_register() - add a table of ioctls; at module load only
 * @table: the ioctls, static
 * @nr: how many
 */
void __init ipcchan_ioctl_register(const struct ipcchan_ioctl *table, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		ioctls[_IOC_NR(table[i].cmd)] = &table[i];
}

static const struct ipcchan_ioctl *find_ioctl(unsigned int cmd)
{
	const struct ipcchan_ioctl *ioctl = ioctls[_IOC_NR(cmd)];

	if (_IOC_TYPE(cmd) != IPCCHAN_IOC_MAGIC ||
	    _IOC_DIR(cmd) != (_IOC_READ | _IOC_WRITE))
		return NULL;
	return ioctl;
}

static int copy_in(const struct ipcchan_ioctl *ioctl, void *data,
		   const void __user *arg, size_t size)
{
	if (likely(size == _IOC_SIZE(ioctl->cmd)))
		return ipcchan_words_load(data, arg, size);
	if (size < ioctl->min_size)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	return copy_struct_from_user(data, _IOC_SIZE(ioctl->cmd), arg, size);
}

/**
 * ipcchan_ioctl_store() - copy an array out
 * @user: its address
 * @stride: size of an entry as user space knows it; what is behind @size of it
 *	is cleared
 * @entries: the entries
 * @size: of an entry
 * @nr: how many
 *
 * Return: 0 or -EFAULT.
 */
int ipcchan_ioctl_store(u64 user, u32 stride, const void *entries, size_t size,
			u32 nr)
{
	for (u32 i = 0; i < nr; i++) {
		char __user *to = u64_to_user_ptr(user + (u64)i * stride);
		size_t known = min_t(size_t, stride, size);

		if (copy_to_user(to, entries + i * size, known) ||
		    clear_user(to + known, stride - known))
			return -EFAULT;
	}
	return 0;
}

/* Room for any argument; what is copied in fills it as far as it is looked at. */
struct argument {
	u64 words[IPCCHAN_ARGUMENT_MAX / sizeof(u64)];
};

static long dispatch(struct file *file, u32 kind, u32 rights, unsigned int cmd,
		     unsigned long arg)
{
	const struct ipcchan_ioctl *ioctl = find_ioctl(cmd);
	void __user *user = (void __user *)arg;
	struct argument data __uninitialized;
	size_t size = _IOC_SIZE(cmd);
	long ret;

	if (!ioctl)
		return -ENOTTY;
	if (!(ioctl->on & BIT(kind)))
		return -EBADF;
	if (ioctl->rights & ~rights)
		return -EPERM;
	ret = copy_in(ioctl, &data, user, size);
	if (ret)
		return ret;
	ret = ioctl->run(file, &data);
	if (!(ret < 0 ? ioctl->tells_errors : ioctl->has_output))
		return ret;
	if (copy_to_user(user, &data, min_t(size_t, size, _IOC_SIZE(ioctl->cmd))))
		return -EFAULT;
	return ret;
}

/* On which object, and for whom. */
static void fill_told(struct ipcchan_told_call *told, const struct file *file)
{
	const struct ipcchan_session *session = file->private_data;
	const struct ipcchan_handle *handle = file->private_data;

	if (told->kind != IPCCHAN_KIND_DEVICE) {
		told->object = handle->obj->id;
		session = handle->session;
	}
	told->client = session->client;
}

static noinline long dispatch_traced(struct file *file, u32 kind, u32 rights,
				     unsigned int cmd, unsigned long arg)
{
	const struct ipcchan_ioctl *ioctl = find_ioctl(cmd);
	struct ipcchan_told_call told = {
		.begun_ns = ktime_get_ns(),
		.kind = kind,
		.size = _IOC_SIZE(cmd),
	};

	fill_told(&told, file);
	told.result = dispatch(file, kind, rights, cmd, arg);
	if (ioctl)
		ioctl->trace(&told);
	return told.result;
}

/**
 * ipcchan_ioctl() - dispatch an ioctl
 * @file: of the descriptor
 * @kind: IPCCHAN_KIND_* of what it is
 * @rights: that it has
 * @cmd: as user space gave it
 * @arg: likewise
 *
 * Return: what the ioctl gives, or -errno.
 */
long ipcchan_ioctl(struct file *file, u32 kind, u32 rights, unsigned int cmd,
		   unsigned long arg)
{
	if (static_branch_unlikely(&ipcchan_calls_traced))
		return dispatch_traced(file, kind, rights, cmd, arg);
	return dispatch(file, kind, rights, cmd, arg);
}
