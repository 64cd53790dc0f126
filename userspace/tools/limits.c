// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan limits: what the device allows, and what this user has used of it.
 */
#include <argp.h>

#include "find.h"
#include "options.h"
#include "report.h"
#include "table.h"
#include "verbs.h"

static error_t parse(int key, char *text, struct argp_state *state)
{
	(void)text;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

static const struct argp_child children[] = {
	{ &json_argp, 0, NULL, 0 },
	{},
};

static const struct argp limits_argp = {
	.parser = parse,
	.children = children,
	.doc = "Show the limits of the device, and how much you use.",
};

static void show_limits(const struct ipcchan_device_info *info, bool json)
{
	struct fields *fields = fields_new("limits", json);

	fields_number(fields, "abi", info->abi);
	fields_text(fields, "features", "%s%s%s%s%s%s",
		    info->features & IPCCHAN_FEATURE_MAILBOX ? "mailbox" : "",
		    info->features & IPCCHAN_FEATURE_REGION ? " region" : "",
		    info->features & IPCCHAN_FEATURE_RING ? " ring" : "",
		    info->features & IPCCHAN_FEATURE_FDS ? " fds" : "",
		    info->features & IPCCHAN_FEATURE_CALL ? " call" : "",
		    info->features & IPCCHAN_FEATURE_SYNC ? " sync" : "");
	fields_number(fields, "max_batch", info->max_batch);
	fields_number(fields, "max_message_size", info->max_message_size);
	fields_number(fields, "max_messages", info->max_messages);
	fields_number(fields, "max_capacity_bytes", info->max_capacity_bytes);
	fields_number(fields, "max_region_size", info->max_region_size);
	fields_number(fields, "default_message_size",
		      info->default_message_size);
	fields_number(fields, "default_messages", info->default_messages);
	fields_number(fields, "default_capacity_bytes",
		      info->default_capacity_bytes);
	fields_number(fields, "user_objects", info->user_objects);
	fields_number(fields, "user_objects_max", info->user_objects_max);
	fields_number(fields, "user_bytes", info->user_bytes);
	fields_number(fields, "user_bytes_max", info->user_bytes_max);
	fields_number(fields, "user_fds", info->user_fds);
	fields_number(fields, "user_fds_max", info->user_fds_max);
	fields_number(fields, "client_calls_max", info->client_calls_max);
	fields_print(fields);
}

int run_limits(int argc, char **argv)
{
	struct ipcchan_device_info info;
	bool json = false;
	int error;

	argp_parse(&limits_argp, argc, argv, 0, NULL, &json);
	error = ipcchan_device_info(open_session(), &info, sizeof(info));
	if (error)
		fail(NULL, error);
	show_limits(&info, json);
	return EXIT_DONE;
}
