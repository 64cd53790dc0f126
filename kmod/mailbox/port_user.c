// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: which process uses one, so that it is known who could answer.
 */
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "mailbox/call.h"
#include "mailbox/port.h"

static void forget_user(struct ipcchan_port *port)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (!port->process)
		return;
	if (port->rights & IPCCHAN_RIGHT_RECEIVE)
		ipcchan_waitgraph_release(&port->serves);
	ipcchan_process_put(port->process);
	port->process = NULL;
	WRITE_ONCE(port->user, NULL);
}

static void note_user(struct ipcchan_port *port, struct ipcchan_process *process)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (port->process)
		port->is_shared = true;
	forget_user(port);
	port->process = ipcchan_process_get(process);
	WRITE_ONCE(port->user, process->tgid);
	if (port->rights & IPCCHAN_RIGHT_RECEIVE)
		ipcchan_waitgraph_hold_by_crew(&port->flow->serving, &port->serves,
					       &process->crew);
}

/* Returns false if the process is not known. */
static bool try_use(struct ipcchan_port *port)
{
	struct ipcchan_process *process;

	spin_lock(&ipcchan_waits.lock);
	process = ipcchan_port_process(port, current);
	if (process && process != port->process)
		note_user(port, process);
	spin_unlock(&ipcchan_waits.lock);
	return process;
}

/**
 * ipcchan_port_use_first() - ipcchan_port_use() where another did so last
 * @port: as there
 *
 * Return: 0 or -ENOMEM.
 */
int ipcchan_port_use_first(struct ipcchan_port *port)
{
	int err = 0;

	while (!err && !try_use(port))
		err = ipcchan_process_enter();
	return err;
}

/**
 * ipcchan_port_unuse() - the current process closes a descriptor of a port
 * @port: the port; if another descriptor is left and used, that is noted again
 *
 * What it passed on may be used by somebody who is not known yet.
 */
void ipcchan_port_unuse(struct ipcchan_port *port)
{
	spin_lock(&ipcchan_waits.lock);
	if (port->process && port->process->tgid == task_tgid(current))
		forget_user(port);
	spin_unlock(&ipcchan_waits.lock);
}

/**
 * ipcchan_port_join_servers() - a port comes through which may be received
 * @port: new; nothing happens if it is no such
 */
void ipcchan_port_join_servers(struct ipcchan_port *port)
{
	if (!(port->rights & IPCCHAN_RIGHT_RECEIVE))
		return;
	spin_lock(&ipcchan_waits.lock);
	list_add_tail(&port->serving, &port->flow->servers);
	spin_unlock(&ipcchan_waits.lock);
}

/**
 * ipcchan_port_leave_servers() - a port goes
 * @port: the port; its flow is locked
 */
void ipcchan_port_leave_servers(struct ipcchan_port *port)
{
	lockdep_assert_held(&port->flow->lock);
	spin_lock(&ipcchan_waits.lock);
	forget_user(port);
	list_del_init(&port->serving);
	spin_unlock(&ipcchan_waits.lock);
	if (port->rights & IPCCHAN_RIGHT_RECEIVE)
		ipcchan_calls_recheck(port->flow);
}

/**
 * ipcchan_port_has_outcome() - is there an outcome that nobody waits for
 * @port: of the calls
 *
 * Return: true if there is.
 */
bool ipcchan_port_has_outcome(struct ipcchan_port *port)
{
	bool has_outcome;

	spin_lock(&ipcchan_waits.lock);
	has_outcome = !list_empty(&port->done);
	spin_unlock(&ipcchan_waits.lock);
	return has_outcome;
}
