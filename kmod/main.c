// SPDX-License-Identifier: GPL-2.0
/*
 * The module: parameters, loading and unloading.
 */
#include <linux/kernel.h>
#include <linux/module.h>

#include "device.h"
#include "limits.h"
#include "mailbox/call.h"
#include "mailbox/mailbox.h"
#include "object/control.h"
#include "object/quota.h"
#include "region/region.h"
#include "region/ring.h"
#include "sync/kinds.h"
#include "sync/sync.h"
#include "wait/process.h"
#include "wait/thread.h"

/*
 * A user's share is meant for one machine's worth of daemons and tools; the
 * memory cgroup is the finer bound. A file in a message counts for no process's
 * RLIMIT_NOFILE, so a user may have as many there as one process usually may
 * have open. All three can be changed while loaded.
 */
struct ipcchan_limits ipcchan_limits = {
	.max_user_objects = 1024,
	.max_user_bytes = 256UL << 20,
	.max_user_fds = 1024,
	.max_capacity_bytes = 64UL << 20,
	.max_region_size = 256UL << 20,
	.max_message_size = 1U << 20,
	.max_messages = IPCCHAN_MESSAGES_CEILING,
};

module_param_named(max_user_objects, ipcchan_limits.max_user_objects, ulong,
		   0644);
MODULE_PARM_DESC(max_user_objects, "objects that one user may have");
module_param_named(max_user_bytes, ipcchan_limits.max_user_bytes, ulong, 0644);
MODULE_PARM_DESC(max_user_bytes, "bytes of messages and regions of one user");
module_param_named(max_user_fds, ipcchan_limits.max_user_fds, ulong, 0644);
MODULE_PARM_DESC(max_user_fds, "descriptors of one user in messages");
module_param_named(max_capacity_bytes, ipcchan_limits.max_capacity_bytes, ulong,
		   0444);
MODULE_PARM_DESC(max_capacity_bytes, "largest capacity of a mailbox in bytes");
module_param_named(max_region_size, ipcchan_limits.max_region_size, ulong,
		   0444);
MODULE_PARM_DESC(max_region_size, "largest region in bytes");
module_param_named(max_message_size, ipcchan_limits.max_message_size, uint,
		   0444);
MODULE_PARM_DESC(max_message_size, "largest message in bytes");
module_param_named(max_messages, ipcchan_limits.max_messages, uint, 0444);
MODULE_PARM_DESC(max_messages, "largest capacity of a mailbox in messages");

/* As /dev/ntsync and /dev/fuse: each object has permissions of its own. */
static ushort mode = 0666;
module_param(mode, ushort, 0444);
MODULE_PARM_DESC(mode, "permissions of /dev/ipcchan, as 0660");

static int __init check_range(const char *name, unsigned long value,
			      unsigned long min, unsigned long max)
{
	if (value >= min && value <= max)
		return 0;
	pr_err("ipcchan: %s=%lu is not in %lu..%lu\n", name, value, min, max);
	return -EINVAL;
}

static int __init check_parameters(void)
{
	return check_range("max_message_size", ipcchan_limits.max_message_size,
			   1, IPCCHAN_MESSAGE_SIZE_CEILING) ?:
	       check_range("max_messages", ipcchan_limits.max_messages,
			   1, IPCCHAN_MESSAGES_CEILING) ?:
	       check_range("max_capacity_bytes",
			   ipcchan_limits.max_capacity_bytes,
			   ipcchan_limits.max_message_size, LONG_MAX) ?:
	       check_range("max_region_size", ipcchan_limits.max_region_size,
			   PAGE_SIZE, LONG_MAX) ?:
	       check_range("mode", mode, 0, 0777);
}

/* Somebody has ended who may hold something. */
static void end_dead(struct work_struct *work)
{
	ipcchan_sync_end_dead();
	ipcchan_calls_end_dead();
}

static int __init ipcchan_init(void)
{
	int err = check_parameters();

	if (err)
		return err;
	ipcchan_waits_init(end_dead);
	err = ipcchan_threads_init();
	if (err)
		return err;
	err = ipcchan_mailbox_init();
	if (err)
		goto err_exit_threads;
	ipcchan_control_init();
	ipcchan_region_init();
	ipcchan_ring_init();
	ipcchan_mutex_init();
	ipcchan_semaphore_init();
	ipcchan_event_init();
	ipcchan_condvar_init();
	ipcchan_barrier_init();
	ipcchan_rwlock_init();
	ipcchan_wait_many_init();
	ipcchan_wait_list_init();
	err = ipcchan_device_init(mode);
	if (!err)
		return 0;
	ipcchan_region_exit();
	ipcchan_mailbox_exit();
err_exit_threads:
	ipcchan_threads_exit();
	return err;
}

static void __exit ipcchan_exit(void)
{
	ipcchan_device_exit();
	ipcchan_region_exit();
	ipcchan_threads_exit();
	ipcchan_waits_exit();
	ipcchan_mailbox_exit();
	ipcchan_quota_exit();
}

module_init(ipcchan_init);
module_exit(ipcchan_exit);

MODULE_DESCRIPTION("Message passing, shared memory and synchronisation between processes");
MODULE_LICENSE("GPL");
