// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan show: one object.
 */
#include <argp.h>
#include <stdbool.h>
#include <string.h>

#include "find.h"
#include "options.h"
#include "report.h"
#include "show_sync.h"
#include "table.h"
#include "verbs.h"
#include "words.h"

static const struct argp show_argp = {
	.parser = parse_look,
	.children = look_children,
	.args_doc = "NAME",
	.doc = "Show owner, limits and state of an object.",
};

static void show_rights(struct fields *fields, uint32_t rights)
{
	static const char *const names[] = {
		"send", "receive", "peek", "admin", "map-read", "map-write",
		"wait", "signal",
	};
	char text[64] = "";
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(rights & 1U << i))
			continue;
		if (*text)
			strcat(text, " ");
		strcat(text, names[i]);
	}
	fields_text(fields, "rights", "%s", text);
}

static void show_object(struct fields *fields,
			const struct ipcchan_object_info *info)
{
	fields_text(fields, "name", "%s", info->name);
	fields_text(fields, "kind", "%s", kind_name(info->kind));
	fields_number(fields, "id", info->id);
	fields_text(fields, "mode", "%04o", info->mode);
	fields_number(fields, "uid", info->uid);
	fields_number(fields, "gid", info->gid);
	show_rights(fields, info->rights);
	fields_text(fields, "persistent", "%s",
		    info->state & IPCCHAN_STATE_PERSIST ? "yes" : "no");
	fields_number(fields, "handles", info->handles);
	fields_number(fields, "created_ns", info->created_ns);
}

static void show_mailbox(struct fields *fields, const struct ipcchan *session,
			 const struct ipcchan_object_info *object)
{
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_mailbox_info info;
	int error = ipcchan_mailbox_open(session, object->name,
					 weakest_right(object->rights), NULL,
					 &mailbox);

	if (!error)
		error = ipcchan_mailbox_info(mailbox, &info, sizeof(info));
	if (error)
		fail(object->name, error);
	fields_number(fields, "capacity_messages", info.capacity_messages);
	fields_number(fields, "capacity_bytes", info.capacity_bytes);
	fields_number(fields, "max_message_size", info.max_message_size);
	fields_number(fields, "aging_ns", info.aging_ns);
	fields_text(fields, "delivery", "%s",
		    word_of(deliveries, info.delivery));
	fields_text(fields, "policy", "%s", word_of(policies, info.policy));
	fields_text(fields, "fds", "%s",
		    info.features & IPCCHAN_FEATURE_FDS ? "yes" : "no");
	fields_text(fields, "tells_peers", "%s",
		    info.features & IPCCHAN_FEATURE_NOTICES ? "yes" : "no");
	fields_number(fields, "messages", info.messages);
	fields_number(fields, "held", info.held);
	fields_number(fields, "notices", info.notices);
	fields_number(fields, "calls", info.calls);
	fields_number(fields, "calls_held", info.calls_held);
	fields_number(fields, "bytes", info.bytes);
	fields_number(fields, "sent", info.sent);
	fields_number(fields, "received", info.received);
	fields_number(fields, "dropped", info.dropped);
	fields_number(fields, "lost", info.lost);
	fields_number(fields, "handoffs", info.handoffs);
	fields_number(fields, "high_water", info.high_water);
	fields_number(fields, "high_water_bytes", info.high_water_bytes);
	fields_number(fields, "oldest_message_ns", info.oldest_message_ns);
	fields_number(fields, "oldest_sender_ns", info.oldest_sender_ns);
	fields_number(fields, "oldest_receiver_ns", info.oldest_receiver_ns);
	fields_number(fields, "history", info.history);
	fields_number(fields, "subscribers", info.subscribers);
	fields_number(fields, "waiting_senders", info.waiting_senders);
	fields_number(fields, "waiting_receivers", info.waiting_receivers);
	fields_number(fields, "senders", info.senders);
	fields_number(fields, "receivers", info.receivers);
	ipcchan_mailbox_close(mailbox);
}

static const char *end_name(uint32_t state)
{
	static const char *const names[] = {
		[IPCCHAN_RING_END_NEW] = "new",
		[IPCCHAN_RING_END_OPEN] = "open",
		[IPCCHAN_RING_END_MAPPED] = "mapped",
		[IPCCHAN_RING_END_ENDED] = "ended",
	};

	return state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}

/* Only without taking one of its ends, which needs ADMIN. */
static void show_ring(struct fields *fields, const struct ipcchan *session,
		      const struct ipcchan_object_info *object)
{
	struct ipcchan_ring *ring;
	struct ipcchan_ring_info info;
	int error;

	if (!(object->rights & IPCCHAN_RIGHT_ADMIN))
		return;
	error = ipcchan_ring_open(session, object->name, IPCCHAN_RIGHT_ADMIN,
				  NULL, &ring);
	if (!error)
		error = ipcchan_ring_info(ring, &info, sizeof(info));
	if (error)
		fail(object->name, error);
	fields_text(fields, "producer", "%s", end_name(info.producer));
	fields_number(fields, "producer_pid", info.producer_pid);
	fields_number(fields, "produced", info.produced);
	fields_number(fields, "producer_waits", info.producer_waits);
	fields_number(fields, "producer_wakes", info.producer_wakes);
	fields_text(fields, "consumer", "%s", end_name(info.consumer));
	fields_number(fields, "consumer_pid", info.consumer_pid);
	fields_number(fields, "consumed", info.consumed);
	fields_number(fields, "consumer_waits", info.consumer_waits);
	fields_number(fields, "consumer_wakes", info.consumer_wakes);
	ipcchan_ring_close(ring);
}

int run_show(int argc, char **argv)
{
	struct look_options arguments = {};
	struct ipcchan_object_info info;
	struct ipcchan *session;
	struct fields *fields;

	argp_parse(&show_argp, argc, argv, 0, NULL, &arguments);
	session = open_session();
	find_object(session, arguments.name, &info);
	fields = fields_new("object", arguments.json);
	show_object(fields, &info);
	if (info.kind == IPCCHAN_KIND_MAILBOX) {
		show_mailbox(fields, session, &info);
	} else if (!show_sync(fields, session, &info)) {
		fields_number(fields, "size", info.bytes);
		fields_number(fields, "mappings", info.items);
		if (info.kind == IPCCHAN_KIND_RING)
			show_ring(fields, session, &info);
	}
	fields_print(fields);
	return EXIT_DONE;
}
