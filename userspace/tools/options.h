/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Groups of options that several verbs have, as argp children.
 */
#ifndef IPCCHAN_OPTIONS_H
#define IPCCHAN_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * struct wait_options - --timeout and --nonblock, by wait_argp
 * @timeout: As it was written; NULL: for ever.
 * @timeout_ns: The same in nanoseconds.
 * @flags: IPCCHAN_NONBLOCK or 0.
 */
struct wait_options {
	const char *timeout;
	uint64_t timeout_ns;
	uint32_t flags;
};

extern const struct argp wait_argp;

/* The deadline of a call that begins now. */
uint64_t wait_deadline(const struct wait_options *options);

/**
 * struct new_options - --mode and --exclusive, by new_argp
 * @mode: Permission bits.
 * @flags: IPCCHAN_OPEN_* bits to create a persistent name with.
 */
struct new_options {
	uint32_t mode;
	uint32_t flags;
};

extern const struct argp new_argp;
extern const struct new_options new_defaults;

enum print_format {
	PRINT_LINES,
	PRINT_RAW,
	PRINT_JSON,
};

/**
 * struct print_options - --output and --verbose, by print_argp
 * @format: What a message looks like on standard output.
 * @verbose: Say who sent it, before each line.
 */
struct print_options {
	enum print_format format;
	bool verbose;
};

extern const struct argp print_argp;

/* --json alone, by json_argp, into a bool. */
extern const struct argp json_argp;

/**
 * struct look_options - one NAME and --json, by parse_look() and look_children
 * @name: Which object.
 * @json: --json.
 */
struct look_options {
	const char *name;
	bool json;
};

extern const struct argp_child look_children[];
error_t parse_look(int key, char *text, struct argp_state *state);

#endif /* IPCCHAN_OPTIONS_H */
