// SPDX-License-Identifier: GPL-2.0
/*
 * The device /dev/ipcchan: sessions, and the ioctls on them.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "device.h"
#include "limits.h"
#include "object/access.h"
#include "object/control.h"
#include "object/ioctl.h"
#include "object/object.h"
#include "object/quota.h"
#include "object/session.h"
#include "observe/trace.h"
#include "region/region.h"

static int device_open(struct inode *inode, struct file *file)
{
	struct ipcchan_session *session = ipcchan_session_new(file->f_cred);

	if (IS_ERR(session))
		return PTR_ERR(session);
	file->private_data = session;
	return nonseekable_open(inode, file);
}

static long device_ioctl(struct file *file, unsigned int cmd,
			 unsigned long arg)
{
	return ipcchan_ioctl(file, IPCCHAN_KIND_DEVICE, 0, cmd, arg);
}

static void device_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct ipcchan_session *session = file->private_data;

	seq_printf(m, "ipcchan-client:\t%llu\n", session->client);
}

static long device_info(struct file *file, void *arg)
{
	struct ipcchan_session *session = file->private_data;
	struct ipcchan_user *user = session->user;
	struct ipcchan_device_info *info = arg;

	if (info->flags || info->reserved)
		return -EOPNOTSUPP;
	*info = (struct ipcchan_device_info) {
		.abi = IPCCHAN_ABI,
		.max_batch = IPCCHAN_BATCH_MAX,
		.features = ipcchan_region_features() |
			    IPCCHAN_FEATURE_MAILBOX | IPCCHAN_FEATURE_REGION |
			    IPCCHAN_FEATURE_POLICY | IPCCHAN_FEATURE_RENDEZVOUS |
			    IPCCHAN_FEATURE_LATEST | IPCCHAN_FEATURE_BROADCAST |
			    IPCCHAN_FEATURE_FILTER | IPCCHAN_FEATURE_LINGER |
			    IPCCHAN_FEATURE_FAIR | IPCCHAN_FEATURE_AGING |
			    IPCCHAN_FEATURE_FDS | IPCCHAN_FEATURE_HOLD |
			    IPCCHAN_FEATURE_NOTIFY | IPCCHAN_FEATURE_NOTICES |
			    IPCCHAN_FEATURE_MULTICAST |
			    IPCCHAN_FEATURE_SNAPSHOT | IPCCHAN_FEATURE_CALL |
			    IPCCHAN_FEATURE_SEGMENTS | IPCCHAN_FEATURE_RING |
			    IPCCHAN_FEATURE_SYNC,
		.client = session->client,
		.max_message_size = ipcchan_limits.max_message_size,
		.max_messages = ipcchan_limits.max_messages,
		.max_capacity_bytes = ipcchan_limits.max_capacity_bytes,
		.max_region_size = ipcchan_limits.max_region_size,
		.default_message_size = ipcchan_limits_message_size(),
		.default_messages = ipcchan_limits_messages(),
		.default_capacity_bytes = ipcchan_limits_capacity_bytes(),
		.user_objects = atomic_long_read(&user->objects),
		.user_objects_max = READ_ONCE(ipcchan_limits.max_user_objects),
		.user_bytes = atomic_long_read(&user->bytes),
		.user_bytes_max = READ_ONCE(ipcchan_limits.max_user_bytes),
		.user_fds = atomic_long_read(&user->fds),
		.user_fds_max = READ_ONCE(ipcchan_limits.max_user_fds),
		.client_calls = atomic_read(&session->calls),
		.client_calls_max = IPCCHAN_CALLS_MAX,
	};
	return 0;
}

/* Fills up to @max entries with the visible names behind @after. */
static u32 collect_names(struct ipcchan_session *session, const char *after,
			 struct ipcchan_object_info *entries, u32 max)
{
	struct ipcchan_ns *ns = session->ns;
	struct ipcchan_name *name;
	u32 nr = 0;

	guard(mutex)(&ns->names.lock);
	for (name = ipcchan_registry_after(&ns->names.registry, after);
	     name && nr < max;
	     name = ipcchan_registry_after(&ns->names.registry, name->text)) {
		struct ipcchan_object *obj =
			container_of(name, struct ipcchan_object, name);
		u32 rights;

		/* A name is registered in the namespace of its object. */
		lockdep_assert_held(&obj->ns->names.lock);
		rights = ipcchan_access_rights(obj, session);
		if (rights)
			ipcchan_object_describe(obj, rights, &entries[nr++]);
	}
	return nr;
}

static int check_list(const struct ipcchan_object_list *a)
{
	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	if (!a->count || a->count > IPCCHAN_LIST_MAX ||
	    a->entry_size < IPCCHAN_OBJECT_INFO_SIZE_VER0)
		return -EINVAL;
	if (a->entry_size > PAGE_SIZE)
		return -E2BIG;
	return ipcchan_name_check(a->after);
}

static long object_list(struct file *file, void *arg)
{
	struct ipcchan_object_info *entries __free(kvfree) = NULL;
	const struct ipcchan_object_list *a = arg;
	int err = check_list(a);
	u32 nr;

	if (err)
		return err;
	entries = kvmalloc_array(a->count, sizeof(*entries),
				 GFP_KERNEL_ACCOUNT);
	if (!entries)
		return -ENOMEM;
	nr = collect_names(file->private_data, a->after, entries, a->count);
	return ipcchan_ioctl_store(a->entries, a->entry_size, entries,
				   sizeof(*entries), nr) ?: nr;
}

static long object_unlink(struct file *file, void *arg)
{
	const struct ipcchan_object_unlink *a = arg;
	int err;

	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	err = ipcchan_name_check(a->name);
	if (err)
		return err;
	if (!a->name[0])
		return -EINVAL;
	return ipcchan_object_unlink(file->private_data, a->name);
}

static const struct ipcchan_ioctl device_ioctls[] = {
	{
		IPCCHAN_IOCTL(DEVICE_INFO, device_info),
		.on = IPCCHAN_ON_DEVICE,
		.has_output = true,
		.run = device_info,
	}, {
		IPCCHAN_IOCTL(OBJECT_LIST, object_list),
		.on = IPCCHAN_ON_DEVICE,
		.run = object_list,
	}, {
		IPCCHAN_IOCTL(OBJECT_UNLINK, object_unlink),
		.on = IPCCHAN_ON_DEVICE,
		.run = object_unlink,
	},
};

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = ipcchan_session_release,
	.unlocked_ioctl = device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.show_fdinfo = device_show_fdinfo,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ipcchan",
	.fops = &device_fops,
};

/**
 * ipcchan_device_init() - make /dev/ipcchan appear; the last step of loading
 * @mode: permission bits of the device node
 *
 * Return: 0 or -errno.
 */
int __init ipcchan_device_init(umode_t mode)
{
	ipcchan_ioctl_register(device_ioctls, ARRAY_SIZE(device_ioctls));
	device.mode = mode;
	return misc_register(&device);
}

/**
 * ipcchan_device_exit() - take /dev/ipcchan away; the first step of unloading
 */
void ipcchan_device_exit(void)
{
	misc_deregister(&device);
}
