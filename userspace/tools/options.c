// SPDX-License-Identifier: GPL-2.0
/*
 * Groups of options that several verbs have.
 */
#include "options.h"

#include <ipcchan.h>
#include <string.h>
#include <sys/stat.h>

#include "parse.h"

static error_t parse_wait(int key, char *text, struct argp_state *state)
{
	struct wait_options *options = state->input;

	switch (key) {
	case 'w':
		options->timeout = text;
		options->timeout_ns = parse_duration(state, text);
		return 0;
	case 'n':
		options->flags = IPCCHAN_NONBLOCK;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option wait_options[] = {
	{ "timeout", 'w', "DURATION", 0,
	  "Wait at most so long (2s, 500ms, 1.5m); then exit with status 5", 0 },
	{ "nonblock", 'n', NULL, 0, "Do not wait at all", 0 },
	{},
};

const struct argp wait_argp = {
	.options = wait_options,
	.parser = parse_wait,
};

uint64_t wait_deadline(const struct wait_options *options)
{
	return options->timeout ? ipcchan_deadline_in(options->timeout_ns) :
				  IPCCHAN_DEADLINE_NEVER;
}

const struct new_options new_defaults = {
	.mode = 0600,
	.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_PERSIST,
};

/* A mode that was asked for is meant exactly, as with mkfifo(1). */
static void set_mode(struct new_options *options, uint32_t mode)
{
	options->mode = mode;
	umask(0);
}

static error_t parse_new(int key, char *text, struct argp_state *state)
{
	struct new_options *options = state->input;

	switch (key) {
	case 'm':
		set_mode(options, parse_mode(state, text));
		return 0;
	case 'x':
		options->flags |= IPCCHAN_OPEN_EXCLUSIVE;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option new_options[] = {
	{ "mode", 'm', "OCTAL", 0,
	  "Who may open it, exactly (default 600, less the umask)", 0 },
	{ "exclusive", 'x', NULL, 0, "Fail if the name exists", 0 },
	{},
};

const struct argp new_argp = {
	.options = new_options,
	.parser = parse_new,
};

static enum print_format parse_format(struct argp_state *state,
				      const char *text)
{
	static const char *const names[] = {
		[PRINT_LINES] = "lines",
		[PRINT_RAW] = "raw",
		[PRINT_JSON] = "json",
	};
	enum print_format format;

	for (format = PRINT_LINES; format <= PRINT_JSON; format++)
		if (!strcmp(text, names[format]))
			return format;
	argp_error(state, "the output is lines, raw or json, not \"%s\"", text);
	return PRINT_LINES;
}

static error_t parse_print(int key, char *text, struct argp_state *state)
{
	struct print_options *options = state->input;

	switch (key) {
	case 'o':
		options->format = parse_format(state, text);
		return 0;
	case 'v':
		options->verbose = true;
		return 0;
	case ARGP_KEY_END:
		if (options->verbose && options->format != PRINT_LINES)
			argp_error(state, "--verbose is for --output=lines");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option print_options[] = {
	{ "output", 'o', "FORMAT", 0,
	  "lines: a newline after each message (default); raw: their bytes and "
	  "nothing else; json: an object in a line for each", 0 },
	{ "verbose", 'v', NULL, 0,
	  "Before each line: sequence number, sender, type and priority", 0 },
	{},
};

const struct argp print_argp = {
	.options = print_options,
	.parser = parse_print,
};

static error_t parse_json(int key, char *text, struct argp_state *state)
{
	bool *json = state->input;

	(void)text;
	if (key != 'J')
		return ARGP_ERR_UNKNOWN;
	*json = true;
	return 0;
}

static const struct argp_option json_options[] = {
	{ "json", 'J', NULL, 0, "Print JSON", 0 },
	{},
};

const struct argp json_argp = {
	.options = json_options,
	.parser = parse_json,
};

const struct argp_child look_children[] = {
	{ &json_argp, 0, NULL, 0 },
	{},
};

error_t parse_look(int key, char *text, struct argp_state *state)
{
	struct look_options *options = state->input;

	if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = &options->json;
		return 0;
	}
	return parse_name(key, text, state, &options->name);
}
