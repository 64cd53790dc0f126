/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mailboxes: bounded queues of messages.
 */
#ifndef IPCCHAN_MAILBOX_H
#define IPCCHAN_MAILBOX_H

#include <linux/init.h>

#include "mailbox/flow.h"
#include "object/object.h"

struct file;
struct iov_iter;
struct ipcchan_message;
struct ipcchan_msg;
struct ipcchan_port;
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

void ipcchan_mailbox_deadline(struct file *file, u32 flags, u64 deadline_ns,
			      struct ipcchan_deadline *deadline);

struct ipcchan_port *ipcchan_mailbox_port(struct file *file);

int ipcchan_mailbox_check_slot(const struct ipcchan_flow *flow,
			       const struct ipcchan_message *slot);
struct ipcchan_msg *
ipcchan_mailbox_load_slot(struct ipcchan_port *port,
			  const struct ipcchan_message *slot);

long ipcchan_mailbox_send(struct file *file, void *arg);
long ipcchan_mailbox_receive(struct file *file, void *arg);
long ipcchan_mailbox_peek(struct file *file, void *arg);
long ipcchan_mailbox_multicast(struct file *file, void *arg);
long ipcchan_mailbox_senders(struct file *file, void *arg);
long ipcchan_mailbox_snapshot(struct file *file, void *arg);
long ipcchan_mailbox_restore(struct file *file, void *arg);
ssize_t ipcchan_mailbox_write_iter(struct kiocb *iocb, struct iov_iter *from);
ssize_t ipcchan_mailbox_read_iter(struct kiocb *iocb, struct iov_iter *to);

void __init ipcchan_mailbox_init(void);

#endif /* IPCCHAN_MAILBOX_H */
