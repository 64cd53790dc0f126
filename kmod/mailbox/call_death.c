// SPDX-License-Identifier: GPL-2.0
/*
 * Calls: what becomes of requests whose server has ended without a descriptor.
 *
 * The end of a process that has a descriptor is told by that (see the flush of a
 * mailbox). One that has closed it, or lost it by execve(2), may still hold requests
 * through the description, if somebody else has that.
 */
#include <linux/pid.h>

#include "mailbox/call.h"
#include "mailbox/mailbox.h"
#include "mailbox/port.h"
#include "wait/process.h"

/**
 * struct dead_hold - a port through which a process that has ended holds requests
 * @port: the port, with a reference, as has its mailbox
 * @tgid: the process, with a reference
 */
struct dead_hold {
	struct ipcchan_port *port;
	struct pid *tgid;
};

static bool find_next(struct dead_hold *hold)
{
	const struct ipcchan_process *process;
	const struct ipcchan_call *call;

	spin_lock(&ipcchan_waits.lock);
	process = ipcchan_process_next_ended();
	if (process) {
		call = hlist_entry(process->held.first, struct ipcchan_call,
				   of_server);
		hold->port = ipcchan_port_get(call->holder);
		ipcchan_mailbox_get(hold->port->flow);
		hold->tgid = get_pid(process->tgid);
	}
	spin_unlock(&ipcchan_waits.lock);
	return process;
}

static void end_hold(const struct dead_hold *hold)
{
	struct ipcchan_flow *flow = hold->port->flow;

	ipcchan_flow_lock(flow);
	ipcchan_calls_end_held(flow, hold->port, hold->tgid);
	ipcchan_flow_unlock(flow);
	ipcchan_mailbox_put(flow);
	ipcchan_port_put(hold->port);
	put_pid(hold->tgid);
}

/**
 * ipcchan_calls_end_dead() - end all requests that processes hold which have ended
 */
void ipcchan_calls_end_dead(void)
{
	struct dead_hold hold;

	while (find_next(&hold))
		end_hold(&hold);
}
