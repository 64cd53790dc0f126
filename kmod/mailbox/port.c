// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: what a mailbox keeps for each open file description.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/slab.h>

#include "mailbox/call.h"
#include "mailbox/delivery.h"
#include "mailbox/flow.h"
#include "mailbox/message.h"
#include "mailbox/notify.h"
#include "mailbox/peer.h"
#include "mailbox/port.h"
#include "object/handle.h"

/* Likewise as those of mailboxes. */
static struct kmem_cache *port_cache;

/**
 * ipcchan_ports_init() - get ready
 *
 * Return: 0 or -ENOMEM.
 */
int __init ipcchan_ports_init(void)
{
	port_cache = KMEM_CACHE(ipcchan_port, SLAB_ACCOUNT);
	return port_cache ? 0 : -ENOMEM;
}

/**
 * ipcchan_ports_exit() - undo it; there is no port any more
 */
void ipcchan_ports_exit(void)
{
	kmem_cache_destroy(port_cache);
}

static int prepare_peer(struct ipcchan_port *port)
{
	struct ipcchan_peer *peer;

	if (!port->flow->tells_peers || !(port->rights & IPCCHAN_RIGHT_SEND))
		return 0;
	peer = ipcchan_peer_new(port->session);
	if (IS_ERR(peer))
		return PTR_ERR(peer);
	port->peer = peer;
	return 0;
}

static int join(struct ipcchan_flow *flow, struct ipcchan_port *port)
{
	int err = prepare_peer(port);

	if (!err && flow->delivery->prepare)
		err = flow->delivery->prepare(port);
	if (!err)
		err = ipcchan_flow_add_port(flow, port);
	kfree(port->spare);
	port->spare = NULL;
	if (err)
		ipcchan_peer_free(port->peer);
	return err;
}

/**
 * ipcchan_port_new() - a description is there
 * @flow: of its mailbox
 * @handle: of the description
 *
 * Return: the port, known to the flow; or ERR_PTR(-ENOMEM, -EDQUOT or
 * -ENOSPC).
 */
struct ipcchan_port *ipcchan_port_new(struct ipcchan_flow *flow,
				      const struct ipcchan_handle *handle)
	__context_unsafe(not known to anybody yet)
{
	struct ipcchan_port *port = kmem_cache_zalloc(port_cache, GFP_KERNEL);
	int err;

	if (!port)
		return ERR_PTR(-ENOMEM);
	refcount_set(&port->usage, 1);
	port->flow = flow;
	port->session = handle->session;
	port->rights = handle->rights;
	port->file = handle->file;
	ipcchan_filter_init(&port->filter);
	port->holding = RB_ROOT;
	INIT_LIST_HEAD(&port->listening);
	port->watermark = IPCCHAN_PRIORITIES;
	INIT_LIST_HEAD(&port->serving);
	INIT_HLIST_HEAD(&port->calls);
	INIT_LIST_HEAD(&port->done);
	INIT_LIST_HEAD(&port->awaiting);
	port->requests = RB_ROOT;
	err = join(flow, port);
	if (!err)
		return port;
	kmem_cache_free(port_cache, port);
	return ERR_PTR(err);
}

/**
 * ipcchan_port_free() - a description is gone
 * @port: of it; no call uses it
 */
void ipcchan_port_free(struct ipcchan_port *port)
{
	ipcchan_calls_forget_of(port, NULL);
	ipcchan_flow_remove_port(port->flow, port);
	ipcchan_port_put(port);
}

/**
 * ipcchan_port_get() - pin a port, beyond its description
 * @port: the port; only its own fields are of use then
 *
 * Return: @port.
 */
struct ipcchan_port *ipcchan_port_get(struct ipcchan_port *port)
{
	refcount_inc(&port->usage);
	return port;
}

/**
 * ipcchan_port_put() - give a reference back; no lock held
 * @port: the port
 */
void ipcchan_port_put(struct ipcchan_port *port)
{
	if (!refcount_dec_and_test(&port->usage))
		return;
	ipcchan_bell_put(port->bell);
	ipcchan_call_free(port->spare_call);
	if (port->spare_reply)
		ipcchan_msg_put(port->spare_reply);
	kfree(port->spare);
	kmem_cache_free(port_cache, port);
}

