// SPDX-License-Identifier: GPL-2.0
/*
 * Mailboxes: bounded queues of messages.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "mailbox/call.h"
#include "mailbox/delivery.h"
#include "mailbox/events.h"
#include "mailbox/hold.h"
#include "mailbox/mailbox.h"
#include "mailbox/notify.h"
#include "mailbox/policy.h"
#include "mailbox/port.h"
#include "mailbox/token.h"
#include "object/handle.h"
#include "object/ioctl.h"
#include "object/namespace.h"
#include "object/session.h"
#include "observe/trace.h"

static struct ipcchan_mailbox *mailbox_of(struct ipcchan_object *obj)
{
	return container_of(obj, struct ipcchan_mailbox, object);
}

static int mailbox_opened(struct ipcchan_handle *handle)
{
	struct ipcchan_port *port =
		ipcchan_port_new(&mailbox_of(handle->obj)->flow, handle);

	if (IS_ERR(port))
		return PTR_ERR(port);
	handle->endpoint = port;
	return 0;
}

static void mailbox_closed(struct ipcchan_handle *handle)
{
	ipcchan_port_free(handle->endpoint);
}

static void mailbox_linked(struct ipcchan_object *obj)
{
	ipcchan_flow_set_linked(&mailbox_of(obj)->flow, true);
}

static void mailbox_unlinked(struct ipcchan_object *obj)
{
	ipcchan_flow_set_linked(&mailbox_of(obj)->flow, false);
}

static void mailbox_kill(struct ipcchan_object *obj)
{
	ipcchan_flow_kill(&mailbox_of(obj)->flow);
}

static void mailbox_usage(struct ipcchan_object *obj,
			  struct ipcchan_usage *usage)
{
	struct ipcchan_mailbox_info info;

	ipcchan_flow_info(&mailbox_of(obj)->flow, &info);
	usage->items = info.messages;
	usage->bytes = info.bytes;
}

static void mailbox_show(const struct ipcchan_handle *handle, struct seq_file *m)
{
	struct ipcchan_mailbox_info info;

	ipcchan_flow_info(&mailbox_of(handle->obj)->flow, &info);
	seq_printf(m, "ipcchan-messages:\t%u/%u\n", info.messages,
		   info.capacity_messages);
	seq_printf(m, "ipcchan-held:\t%u\n", info.held);
	seq_printf(m, "ipcchan-bytes:\t%llu/%llu\n", info.bytes,
		   info.capacity_bytes);
	seq_printf(m, "ipcchan-waiting:\t%u senders, %u receivers\n",
		   info.waiting_senders, info.waiting_receivers);
}

/* There are many, and their size is none of those that kmalloc() has. */
static struct kmem_cache *mailbox_cache;

static void mailbox_free(struct ipcchan_object *obj)
{
	struct ipcchan_mailbox *mb = mailbox_of(obj);

	ipcchan_flow_deinit(&mb->flow);
	ipcchan_object_deinit(obj);
	kmem_cache_free(mailbox_cache, mb);
}

static void mailbox_setup_file(struct ipcchan_object *obj, struct file *file)
{
	stream_open(file_inode(file), file);
	file->f_mode |= FMODE_NOWAIT;
}

static __poll_t mailbox_poll(struct file *file, poll_table *wait)
{
	struct ipcchan_port *port = ipcchan_port_of(file);

	poll_wait(file, &port->flow->poll, wait);
	return ipcchan_port_poll(port);
}

/*
 * Does this task close its files because its process ends? Not if it is only a
 * thread that ends with a table of files of its own.
 */
static bool is_process_ending(void)
{
	const struct signal_struct *process = current->signal;

	return (current->flags & PF_EXITING) &&
	       ((process->flags & SIGNAL_GROUP_EXIT) ||
		!atomic_read(&process->live));
}

static int mailbox_flush(struct file *file, fl_owner_t id)
{
	struct ipcchan_port *port = ipcchan_port_of(file);
	bool is_ending = is_process_ending();

	WRITE_ONCE(port->has_died, is_ending);
	ipcchan_port_unuse(port);
	if (is_ending) {
		ipcchan_hold_end_of(port, task_tgid(current));
		ipcchan_calls_forget_of(port, task_tgid(current));
	}
	return 0;
}

static const struct file_operations mailbox_fops = {
	.owner = THIS_MODULE,
	.flush = mailbox_flush,
	.fasync = ipcchan_mailbox_fasync,
	.release = ipcchan_handle_release,
	.unlocked_ioctl = ipcchan_handle_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.show_fdinfo = ipcchan_handle_show_fdinfo,
	.read_iter = ipcchan_mailbox_read_iter,
	.write_iter = ipcchan_mailbox_write_iter,
	.poll = mailbox_poll,
};

/**
 * ipcchan_mailbox_port() - the port behind any descriptor
 * @file: of whatever
 *
 * Return: the port, there as long as the file is; or NULL if it is no mailbox.
 */
struct ipcchan_port *ipcchan_mailbox_port(struct file *file)
{
	return file->f_op == &mailbox_fops ? ipcchan_port_of(file) : NULL;
}

static struct ipcchan_object *object_of(struct ipcchan_flow *flow)
{
	return &container_of(flow, struct ipcchan_mailbox, flow)->object;
}

/**
 * ipcchan_mailbox_get() - pin a mailbox
 * @flow: of a mailbox that there is a description of, or that is pinned
 */
void ipcchan_mailbox_get(struct ipcchan_flow *flow)
{
	ipcchan_object_get(object_of(flow));
}

/**
 * ipcchan_mailbox_put() - pin it no more; no lock held
 * @flow: of the mailbox, which may be gone afterwards
 */
void ipcchan_mailbox_put(struct ipcchan_flow *flow)
{
	ipcchan_object_put(object_of(flow));
}

/**
 * ipcchan_mailbox_object() - the common part of a mailbox
 * @flow: of the mailbox
 *
 * Return: that.
 */
const struct ipcchan_object *ipcchan_mailbox_object(const struct ipcchan_flow *flow)
{
	return &container_of(flow, struct ipcchan_mailbox, flow)->object;
}

static const struct ipcchan_type mailbox_type = {
	.kind = IPCCHAN_KIND_MAILBOX,
	.name = "mailbox",
	.file_name = "[ipcchan-mailbox]",
	.fops = &mailbox_fops,
	.rights = {
		.all = IPCCHAN_RIGHTS_MAILBOX,
		.read = IPCCHAN_RIGHT_RECEIVE | IPCCHAN_RIGHT_PEEK,
		.write = IPCCHAN_RIGHT_SEND,
	},
	.create_flags = IPCCHAN_OPEN_FDS | IPCCHAN_OPEN_NOTICES,
	.file_rights_read = IPCCHAN_RIGHT_RECEIVE,
	.file_rights_write = IPCCHAN_RIGHT_SEND,
	.setup_file = mailbox_setup_file,
	.opened = mailbox_opened,
	.closed = mailbox_closed,
	.linked = mailbox_linked,
	.unlinked = mailbox_unlinked,
	.kill = mailbox_kill,
	.usage = mailbox_usage,
	.show = mailbox_show,
	.free = mailbox_free,
};

static int check_limits(const struct ipcchan_flow *flow)
{
	if (!flow->capacity_messages != flow->delivery->keeps_nothing ||
	    flow->capacity_messages > ipcchan_limits.max_messages ||
	    !flow->max_message_size ||
	    flow->max_message_size > ipcchan_limits.max_message_size ||
	    flow->capacity_bytes < flow->max_message_size ||
	    flow->capacity_bytes > ipcchan_limits.max_capacity_bytes)
		return -EINVAL;
	return 0;
}

static int parse_strategy(const struct ipcchan_mailbox_open *a,
			  struct ipcchan_flow *flow)
{
	u32 policy = a->policy ?: IPCCHAN_POLICY_BLOCK;
	u32 delivery = a->delivery;

	if (!delivery && !a->capacity_messages)
		delivery = IPCCHAN_DELIVERY_RENDEZVOUS;
	flow->delivery = ipcchan_delivery_find(delivery);
	flow->aging_ns = a->aging_ns;
	if (!flow->delivery)
		return -EINVAL;
	flow->policy = ipcchan_policy_find(flow->delivery, policy);
	if (!flow->policy)
		return -EINVAL;
	return a->aging_ns && !flow->delivery->ages ? -EINVAL : 0;
}

static int parse_history(const struct ipcchan_mailbox_open *a,
			 struct ipcchan_flow *flow)
{
	flow->history = flow->delivery->capacity ?: a->history;
	if (!a->history)
		return 0;
	if (!flow->delivery->subscribe || a->history > IPCCHAN_HISTORY_MAX ||
	    a->history > flow->capacity_messages)
		return -EINVAL;
	return 0;
}

static u32 default_capacity(const struct ipcchan_delivery *delivery)
{
	if (delivery->keeps_nothing)
		return 0;
	return delivery->capacity ?: ipcchan_limits_messages();
}

static int parse_capacity(const struct ipcchan_mailbox_open *a,
			  struct ipcchan_flow *flow)
{
	u32 fixed = flow->delivery->capacity;

	flow->capacity_messages = a->capacity_messages;
	if (a->capacity_messages == IPCCHAN_DEFAULT)
		flow->capacity_messages = default_capacity(flow->delivery);
	return fixed && flow->capacity_messages != fixed ? -EINVAL : 0;
}

static int parse_limits(const struct ipcchan_mailbox_open *a,
			struct ipcchan_flow *flow)
{
	flow->max_message_size = a->max_message_size;
	if (a->max_message_size == IPCCHAN_DEFAULT)
		flow->max_message_size = ipcchan_limits_message_size();
	flow->capacity_bytes = a->capacity_bytes;
	if (a->capacity_bytes == U64_MAX)
		flow->capacity_bytes = max_t(u64, flow->max_message_size,
					     ipcchan_limits_capacity_bytes());
	return check_limits(flow);
}

/*
 * Outside the initial namespace a persistent name stays as long as there is a
 * session. What is in such a mailbox might keep a session, which would keep the
 * mailbox, and no process could ever end that: docs/decisions/005.
 */
static int parse_fds(const struct ipcchan_open *open,
		     const struct ipcchan_session *session,
		     struct ipcchan_flow *flow)
{
	flow->takes_fds = open->flags & IPCCHAN_OPEN_FDS;
	if (flow->takes_fds && (open->flags & IPCCHAN_OPEN_PERSIST) &&
	    !ipcchan_ns_is_initial(session->ns))
		return -EINVAL;
	return 0;
}

static int parse_notices(const struct ipcchan_open *open,
			 struct ipcchan_flow *flow)
{
	flow->tells_peers = open->flags & IPCCHAN_OPEN_NOTICES;
	return flow->tells_peers && flow->delivery->per_port ? -EINVAL : 0;
}

static int init_mailbox(struct ipcchan_mailbox *mb,
			const struct ipcchan_open *open,
			struct ipcchan_session *session)
{
	int err;

	err = parse_strategy(open->args, &mb->flow) ?:
	      parse_capacity(open->args, &mb->flow) ?:
	      parse_limits(open->args, &mb->flow) ?:
	      parse_history(open->args, &mb->flow) ?:
	      parse_fds(open, session, &mb->flow) ?:
	      parse_notices(open, &mb->flow) ?:
	      ipcchan_object_init(&mb->object, open, session);
	if (err)
		return err;
	mb->flow.id = mb->object.id;
	err = ipcchan_flow_init(&mb->flow);
	if (err)
		ipcchan_object_deinit(&mb->object);
	return err;
}

static struct ipcchan_object *mailbox_create(const struct ipcchan_open *open,
					     struct ipcchan_session *session)
{
	struct ipcchan_mailbox *mb;
	int err;

	mb = kmem_cache_zalloc(mailbox_cache, GFP_KERNEL);
	if (!mb)
		return ERR_PTR(-ENOMEM);
	err = init_mailbox(mb, open, session);
	if (!err)
		return &mb->object;
	kmem_cache_free(mailbox_cache, mb);
	return ERR_PTR(err);
}

static long mailbox_open(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_open *a = arg;
	const struct ipcchan_open open = {
		.type = &mailbox_type,
		.name = a->name,
		.flags = a->flags,
		.mode = a->mode,
		.rights = a->rights,
		.create = mailbox_create,
		.args = a,
	};

	return ipcchan_object_open(file->private_data, &open);
}

static long mailbox_info(struct file *file, void *arg)
{
	struct ipcchan_mailbox_info *info = arg;

	if (info->flags)
		return -EOPNOTSUPP;
	return ipcchan_flow_info(ipcchan_port_of(file)->flow, info);
}

static long mailbox_filter(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_filter *a = arg;
	struct ipcchan_port *port = ipcchan_port_of(file);
	const struct ipcchan_filter filter = {
		.client = a->client,
		.type_min = a->type_min,
		.type_max = a->type_max,
		.min_priority = a->min_priority,
		.except = a->flags & IPCCHAN_EXCEPT,
	};

	if (a->flags & ~IPCCHAN_EXCEPT)
		return -EOPNOTSUPP;
	if (!ipcchan_filter_is_valid(&filter) || port->flow->delivery->per_port)
		return -EINVAL;
	return ipcchan_flow_set_filter(port->flow, port, &filter);
}

static long mailbox_subscribe(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_subscribe *a = arg;
	struct ipcchan_port *port = ipcchan_port_of(file);

	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	return ipcchan_flow_subscribe(port->flow, port, a->policy,
				      min_t(u32, a->history,
					    IPCCHAN_HISTORY_MAX));
}

static const struct ipcchan_ioctl mailbox_ioctls[] = {
	{
		IPCCHAN_IOCTL(MAILBOX_OPEN, mailbox_open),
		.on = IPCCHAN_ON_DEVICE,
		.run = mailbox_open,
	}, {
		IPCCHAN_IOCTL(MAILBOX_SEND, mailbox_send),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_SEND,
		.run = ipcchan_mailbox_send,
	}, {
		IPCCHAN_IOCTL(MAILBOX_RECEIVE, mailbox_receive),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_RECEIVE,
		.run = ipcchan_mailbox_receive,
	}, {
		IPCCHAN_IOCTL(MAILBOX_PEEK, mailbox_peek),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_PEEK,
		.run = ipcchan_mailbox_peek,
	}, {
		IPCCHAN_IOCTL(MAILBOX_INFO, mailbox_info),
		.on = IPCCHAN_ON_MAILBOX,
		.has_output = true,
		.run = mailbox_info,
	}, {
		IPCCHAN_IOCTL(MAILBOX_FILTER, mailbox_filter),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_RECEIVE,
		.run = mailbox_filter,
	}, {
		IPCCHAN_IOCTL(MAILBOX_SENDERS, mailbox_senders),
		.on = IPCCHAN_ON_MAILBOX,
		.run = ipcchan_mailbox_senders,
	}, {
		IPCCHAN_IOCTL(MAILBOX_SUBSCRIBE, mailbox_subscribe),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_RECEIVE,
		.run = mailbox_subscribe,
	}, {
		IPCCHAN_IOCTL(MAILBOX_COMMIT, mailbox_commit),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_RECEIVE,
		.run = ipcchan_mailbox_commit,
	}, {
		IPCCHAN_IOCTL(MAILBOX_RELEASE, mailbox_release),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_RECEIVE,
		.run = ipcchan_mailbox_release,
	}, {
		IPCCHAN_IOCTL(MAILBOX_NOTIFY, mailbox_notify),
		.on = IPCCHAN_ON_MAILBOX,
		.run = ipcchan_mailbox_notify,
	}, {
		IPCCHAN_IOCTL(MAILBOX_MULTICAST, mailbox_multicast),
		.on = IPCCHAN_ON_DEVICE,
		.tells_errors = true,
		.run = ipcchan_mailbox_multicast,
	}, {
		IPCCHAN_IOCTL(MAILBOX_CALL, mailbox_call),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_SEND,
		.tells_errors = true,
		.run = ipcchan_mailbox_call,
	}, {
		IPCCHAN_IOCTL(MAILBOX_CALL_START, mailbox_call_start),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_SEND,
		.run = ipcchan_mailbox_call_start,
	}, {
		IPCCHAN_IOCTL(MAILBOX_CALL_WAIT, mailbox_call_wait),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_SEND,
		.run = ipcchan_mailbox_call_wait,
	}, {
		IPCCHAN_IOCTL(MAILBOX_CALL_CANCEL, mailbox_call_cancel),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_SEND,
		.run = ipcchan_mailbox_call_cancel,
	}, {
		IPCCHAN_IOCTL(MAILBOX_REPLY, mailbox_reply),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_RECEIVE,
		.run = ipcchan_mailbox_reply,
	}, {
		IPCCHAN_IOCTL(MAILBOX_REPLY_RECEIVE, mailbox_reply_receive),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_RECEIVE,
		.run = ipcchan_mailbox_reply_receive,
	}, {
		IPCCHAN_IOCTL(MAILBOX_CALL_READ, mailbox_call_read),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_RECEIVE,
		.run = ipcchan_mailbox_call_read,
	}, {
		IPCCHAN_IOCTL(MAILBOX_CALL_FORWARD, mailbox_call_forward),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_RECEIVE,
		.run = ipcchan_mailbox_call_forward,
	}, {
		IPCCHAN_IOCTL(MAILBOX_CALL_LIST, mailbox_call_list),
		.on = IPCCHAN_ON_MAILBOX,
		.run = ipcchan_mailbox_call_list,
	}, {
		IPCCHAN_IOCTL(MAILBOX_SNAPSHOT, mailbox_snapshot),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_ADMIN,
		.tells_errors = true,
		.run = ipcchan_mailbox_snapshot,
	}, {
		IPCCHAN_IOCTL(MAILBOX_RESTORE, mailbox_restore),
		.on = IPCCHAN_ON_MAILBOX,
		.rights = IPCCHAN_RIGHT_ADMIN,
		.run = ipcchan_mailbox_restore,
	},
};

/**
 * ipcchan_mailbox_init() - get ready, and register these ioctls
 *
 * Return: 0 or -ENOMEM.
 */
int __init ipcchan_mailbox_init(void)
{
	int err = ipcchan_ports_init();

	if (err)
		return err;
	mailbox_cache = KMEM_CACHE(ipcchan_mailbox, SLAB_ACCOUNT);
	if (!mailbox_cache) {
		ipcchan_ports_exit();
		return -ENOMEM;
	}
	ipcchan_token_init();
	ipcchan_ioctl_register(mailbox_ioctls, ARRAY_SIZE(mailbox_ioctls));
	return 0;
}

/**
 * ipcchan_mailbox_exit() - undo it; nobody has a mailbox any more
 */
void ipcchan_mailbox_exit(void)
{
	kmem_cache_destroy(mailbox_cache);
	ipcchan_ports_exit();
}
