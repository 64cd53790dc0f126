/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mailboxes: bounded queues of messages.
 */
#ifndef IPCCHAN_MAILBOX_H
#define IPCCHAN_MAILBOX_H

#include <linux/fs.h>
#include <linux/init.h>

#include "mailbox/flow.h"
#include "mailbox/message.h"
#include "mailbox/segments.h"
#include "object/object.h"

struct file;
struct iov_iter;
struct ipcchan_message;
struct ipcchan_port;
struct ipcchan_vector;
struct kiocb;

/**
 * struct ipcchan_mailbox - a flow of messages that is an object
 * @object: the common part
 * @flow: the messages and who waits for them
 */
struct ipcchan_mailbox {
	struct ipcchan_object object;
	struct ipcchan_flow flow;
};

/**
 * ipcchan_mailbox_deadline() - until when a call may sleep
 * @file: whose O_NONBLOCK counts
 * @flags: IPCCHAN_NONBLOCK, IPCCHAN_REALTIME, IPCCHAN_YIELD
 * @deadline_ns: as user space gave it
 * @deadline: to fill
 */
static inline void
ipcchan_mailbox_deadline(struct file *file, u32 flags, u64 deadline_ns,
			 struct ipcchan_deadline *deadline)
{
	bool nonblock = (flags & IPCCHAN_NONBLOCK) ||
			(file->f_flags & O_NONBLOCK);

	ipcchan_deadline_init(deadline, deadline_ns,
			      flags & IPCCHAN_REALTIME ? CLOCK_REALTIME :
							 CLOCK_MONOTONIC,
			      nonblock);
	deadline->yields = flags & IPCCHAN_YIELD;
}

struct ipcchan_port *ipcchan_mailbox_port(struct file *file);
void ipcchan_mailbox_get(struct ipcchan_flow *flow);
void ipcchan_mailbox_put(struct ipcchan_flow *flow);
const struct ipcchan_object *ipcchan_mailbox_object(const struct ipcchan_flow *flow);

/**
 * ipcchan_mailbox_check_slot() - may this message be sent there
 * @flow: where; made able to have messages of its priority
 * @slot: as user space gave it
 *
 * Return: 0, -EOPNOTSUPP, -EINVAL, -ENOPROTOOPT, -EMSGSIZE or -ENOMEM.
 */
static inline int
ipcchan_mailbox_check_slot(struct ipcchan_flow *flow,
			   const struct ipcchan_message *slot)
{
	if (slot->flags & ~IPCCHAN_MESSAGE_EXTENTS)
		return -EOPNOTSUPP;
	if (slot->priority >= IPCCHAN_PRIORITIES ||
	    slot->nr_fds > IPCCHAN_FDS_MAX)
		return -EINVAL;
	if (slot->nr_fds && !flow->takes_fds)
		return -ENOPROTOOPT;
	if (slot->size > flow->max_message_size)
		return -EMSGSIZE;
	return ipcchan_flow_take_priority(flow, slot->priority);
}

int ipcchan_mailbox_attach(struct ipcchan_msg *msg,
			   const struct ipcchan_message *slot);

/**
 * ipcchan_mailbox_fill() - copy what is in a message in
 * @msg: new, of the size of the slot
 * @slot: as user space gave it; checked
 *
 * Return: 0 or -errno.
 */
static inline int ipcchan_mailbox_fill(struct ipcchan_msg *msg,
				       const struct ipcchan_message *slot)
{
	int err;

	msg->entry.type = slot->type;
	msg->entry.priority = slot->priority;
	err = ipcchan_segments_load(slot, msg->data);
	if (unlikely(!err && slot->nr_fds))
		err = ipcchan_mailbox_attach(msg, slot);
	return err;
}

struct ipcchan_msg *
ipcchan_mailbox_load_slot(struct ipcchan_port *port,
			  const struct ipcchan_message *slot);

int ipcchan_mailbox_receive_into(const struct ipcchan_vector *vec,
				 struct ipcchan_receiving *r,
				 const struct ipcchan_deadline *deadline);
long ipcchan_mailbox_send(struct file *file, void *arg);
long ipcchan_mailbox_receive(struct file *file, void *arg);
long ipcchan_mailbox_peek(struct file *file, void *arg);
long ipcchan_mailbox_multicast(struct file *file, void *arg);
long ipcchan_mailbox_call(struct file *file, void *arg);
long ipcchan_mailbox_call_start(struct file *file, void *arg);
long ipcchan_mailbox_call_wait(struct file *file, void *arg);
long ipcchan_mailbox_call_cancel(struct file *file, void *arg);
long ipcchan_mailbox_call_read(struct file *file, void *arg);
long ipcchan_mailbox_call_forward(struct file *file, void *arg);
long ipcchan_mailbox_call_list(struct file *file, void *arg);
long ipcchan_mailbox_reply(struct file *file, void *arg);
long ipcchan_mailbox_reply_receive(struct file *file, void *arg);
long ipcchan_mailbox_senders(struct file *file, void *arg);
long ipcchan_mailbox_snapshot(struct file *file, void *arg);
long ipcchan_mailbox_restore(struct file *file, void *arg);
ssize_t ipcchan_mailbox_write_iter(struct kiocb *iocb, struct iov_iter *from);
ssize_t ipcchan_mailbox_read_iter(struct kiocb *iocb, struct iov_iter *to);

int __init ipcchan_mailbox_init(void);
void ipcchan_mailbox_exit(void);

#endif /* IPCCHAN_MAILBOX_H */
