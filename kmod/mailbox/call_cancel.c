// SPDX-License-Identifier: GPL-2.0
/*
 * Calls: what becomes of one that its caller cancels.
 */
#include <linux/err.h>
#include <linux/fs.h>

#include "mailbox/call.h"
#include "mailbox/mailbox.h"
#include "mailbox/port.h"

/* A call that has no outcome yet, with a reference. */
static struct ipcchan_call *get_call(struct ipcchan_port *port, u64 token)
{
	struct ipcchan_call *call;
	int err;

	spin_lock(&ipcchan_waits.lock);
	call = ipcchan_call_find(port, token);
	err = !call ? -ESRCH :
	      call->state == IPCCHAN_CALL_IS_DONE ? -EALREADY : 0;
	if (!err)
		refcount_inc(&call->usage);
	spin_unlock(&ipcchan_waits.lock);
	return err ? ERR_PTR(err) : call;
}

/*
 * Who waits for it has this outcome, and forgets it; else nobody is to have it, and
 * who cancelled it does. One who begins to wait only now is in time::
 *
 *   who cancels                           who waits for the call
 *   -----------                           ----------------------
 *   gives it up: it is done
 *                                         finds it: is its awaiting
 *   leaves it to that
 *                                         has ECANCELED, forgets it
 */
static int end_cancelled(struct ipcchan_port *port, struct ipcchan_call *call)
{
	bool is_mine;
	int err;

	spin_lock(&ipcchan_waits.lock);
	err = call->outcome == -ECANCELED ? 0 : -EALREADY;
	is_mine = !err && call->caller && !call->awaiting;
	if (is_mine)
		ipcchan_call_detach(call);
	spin_unlock(&ipcchan_waits.lock);
	if (is_mine)
		ipcchan_call_forget(call, port);
	return err;
}

/**
 * ipcchan_mailbox_call_cancel() - IPCCHAN_IOC_MAILBOX_CALL_CANCEL
 * @file: of a mailbox, with the SEND right
 * @arg: struct ipcchan_mailbox_call_cancel
 *
 * Return: 0 or -errno.
 */
long ipcchan_mailbox_call_cancel(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_call_cancel *a = arg;
	struct ipcchan_port *port = ipcchan_port_of(file);
	struct ipcchan_call *call;
	int err;

	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	call = get_call(port, a->token);
	if (IS_ERR(call))
		return PTR_ERR(call);
	ipcchan_call_give_up(call, -ECANCELED);
	err = end_cancelled(port, call);
	ipcchan_call_put(call);
	return err;
}
