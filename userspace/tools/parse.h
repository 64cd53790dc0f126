/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values of options and arguments; a bad one is a usage error.
 */
#ifndef IPCCHAN_PARSE_H
#define IPCCHAN_PARSE_H

#include <argp.h>
#include <stdint.h>

/*
 * For the end of a parser whose verb takes one NAME: store that, refuse more,
 * demand one; ARGP_ERR_UNKNOWN for other keys.
 */
error_t parse_name(int key, char *text, struct argp_state *state,
		   const char **name);

/* The same for a verb that takes one NAME and one SIZE. */
error_t parse_name_and_size(int key, char *text, struct argp_state *state,
			    const char **name, uint64_t *size);

/* A decimal number, not above @max. @what names it in the message. */
uint64_t parse_number(struct argp_state *state, const char *what,
		      const char *text, uint64_t max);

/* One type, or two with a hyphen between. */
void parse_range(struct argp_state *state, const char *what, const char *text,
		 uint32_t *min, uint32_t *max);

/* Bytes, with an optional K, M or G (1024, KiB also allowed). */
uint64_t parse_size(struct argp_state *state, const char *what,
		    const char *text);

/* Nanoseconds of 2s, 1.5s, 500ms, 10us, 5m, 1h; no unit: seconds. */
uint64_t parse_duration(struct argp_state *state, const char *text);

/* Octal permission bits, 0 to 777. */
uint32_t parse_mode(struct argp_state *state, const char *text);

#endif /* IPCCHAN_PARSE_H */
