// SPDX-License-Identifier: GPL-2.0
/*
 * Values of options and arguments.
 */
#include "parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/**
 * struct unit - what may follow a number
 * @name: The letters.
 * @factor: What they multiply it with.
 */
struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit sizes[] = {
	{ "", 1 },
	{ "K", 1ULL << 10 }, { "KiB", 1ULL << 10 },
	{ "M", 1ULL << 20 }, { "MiB", 1ULL << 20 },
	{ "G", 1ULL << 30 }, { "GiB", 1ULL << 30 },
	{ NULL, 0 },
};

static const struct unit durations[] = {
	{ "", 1000000000 },
	{ "ns", 1 }, { "us", 1000 }, { "ms", 1000000 },
	{ "s", 1000000000 },
	{ "m", 60 * 1000000000ULL }, { "h", 3600 * 1000000000ULL },
	{ NULL, 0 },
};

static uint64_t find_factor(const struct unit *units, const char *name)
{
	while (units->name && strcmp(units->name, name))
		units++;
	return units->factor;
}

error_t parse_name(int key, char *text, struct argp_state *state,
		   const char **name)
{
	switch (key) {
	case ARGP_KEY_ARG:
		if (state->arg_num)
			argp_error(state, "too many arguments, from \"%s\" on",
				   text);
		*name = text;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which name?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Digits only: strtoull() would also take spaces and a minus sign. */
static bool read_number(const char *text, int base, char **end, uint64_t *value)
{
	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*value = strtoull(text, end, base);
	return errno == 0;
}

uint64_t parse_number(struct argp_state *state, const char *what,
		      const char *text, uint64_t max)
{
	uint64_t value = 0;
	char *end;

	if (!read_number(text, 10, &end, &value) || *end || value > max)
		argp_error(state, "%s is a number from 0 to %ju, not \"%s\"",
			   what, (uintmax_t)max, text);
	return value;
}

/* One end of a range; what is behind it is left. */
static bool read_type(const char *text, char **end, uint32_t *value)
{
	uint64_t number;

	if (!read_number(text, 10, end, &number) || number > UINT32_MAX)
		return false;
	*value = number;
	return true;
}

void parse_range(struct argp_state *state, const char *what, const char *text,
		 uint32_t *min, uint32_t *max)
{
	char *end = NULL;
	bool good = read_type(text, &end, min);

	*max = *min;
	if (good && *end == '-')
		good = read_type(end + 1, &end, max);
	if (!good || *end || *min > *max)
		argp_error(state, "%s is a type such as 7, or a range such as 7-9, not \"%s\"",
			   what, text);
}

uint64_t parse_size(struct argp_state *state, const char *what,
		    const char *text)
{
	uint64_t factor = 0;
	uint64_t value = 0;
	char *end;

	if (read_number(text, 10, &end, &value))
		factor = find_factor(sizes, end);
	if (!factor || __builtin_mul_overflow(value, factor, &value))
		argp_error(state, "%s is a size such as 4096, 64K or 1M, not \"%s\"",
			   what, text);
	return value;
}

/* The digits behind a point, as part of @factor. */
static uint64_t read_fraction(const char *text, char **end, uint64_t factor)
{
	uint64_t value = 0;

	for (; isdigit((unsigned char)*text); text++) {
		factor /= 10;
		value += factor * (uint64_t)(*text - '0');
	}
	*end = (char *)text;
	return value;
}

uint64_t parse_duration(struct argp_state *state, const char *text)
{
	const char *unit = text + strspn(text, "0123456789.");
	uint64_t factor = find_factor(durations, unit);
	uint64_t fraction = 0;
	uint64_t value = 0;
	char *end;

	if (!read_number(text, 10, &end, &value))
		factor = 0;
	else if (*end == '.')
		fraction = read_fraction(end + 1, &end, factor);
	if (!factor || end != unit ||
	    __builtin_mul_overflow(value, factor, &value) ||
	    __builtin_add_overflow(value, fraction, &value))
		argp_error(state, "a duration is written 2s, 1.5s, 500ms or 5m, not \"%s\"",
			   text);
	return value;
}

uint32_t parse_mode(struct argp_state *state, const char *text)
{
	uint64_t value = 0;
	char *end;

	if (!read_number(text, 8, &end, &value) || *end || value > 0777)
		argp_error(state, "a mode is octal, 0 to 777, not \"%s\"", text);
	return value;
}

error_t parse_name_and_size(int key, char *text, struct argp_state *state,
			    const char **name, uint64_t *size)
{
	switch (key) {
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			*name = text;
		else if (state->arg_num == 1)
			*size = parse_size(state, "SIZE", text);
		else
			argp_error(state, "one name and one size only");
		return 0;
	case ARGP_KEY_END:
		if (state->arg_num < 2)
			argp_error(state, "which name, and how large?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}
