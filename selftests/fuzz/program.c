// SPDX-License-Identifier: GPL-2.0
/* Programs, and their text. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

struct fuzz_call *fuzz_program_add(struct fuzz_program *program)
{
	struct fuzz_call *call = &program->calls[program->nr];

	if (program->nr == FUZZ_CALLS)
		return NULL;
	program->nr++;
	memset(call, 0, sizeof(*call));
	return call;
}

void fuzz_program_remove(struct fuzz_program *program, unsigned int index)
{
	struct fuzz_call *call = &program->calls[index];

	program->nr--;
	memmove(call, call + 1, (program->nr - index) * sizeof(*call));
}

static char *print_call(const struct fuzz_call *call, char *text)
{
	unsigned int nr = call->op->nr_args;

	while (nr && !call->args[nr - 1])
		nr--;
	text += sprintf(text, "%u %s", call->worker, call->op->name);
	for (unsigned int i = 0; i < nr; i++)
		text += sprintf(text, " %llx", call->args[i]);
	return text;
}

void fuzz_program_print(const struct fuzz_program *program, char *text)
{
	/* A worker, a name, and all arguments with 16 digits. */
	_Static_assert(FUZZ_CALLS * (2 + 32 + FUZZ_ARGS * 17 + 1) < FUZZ_TEXT,
		       "the text of a program has room");

	*text = '\0';
	for (unsigned int i = 0; i < program->nr; i++) {
		if (i)
			*text++ = ';';
		text = print_call(&program->calls[i], text);
	}
}

static bool parse_args(struct fuzz_call *call, const char *text)
{
	char *end;

	for (unsigned int i = 0; *text; i++) {
		if (i == call->op->nr_args)
			return false;
		call->args[i] = strtoull(text, &end, 16);
		if (end == text)
			return false;
		text = end + strspn(end, " \t");
	}
	return true;
}

/* @line is without separator and remark. */
static bool parse_call(struct fuzz_call *call, const char *line)
{
	char name[32];
	int used = 0;

	if (sscanf(line, " %u %31s %n", &call->worker, name, &used) != 2)
		return false;
	call->op = fuzz_op_find(name);
	if (!call->op || call->worker >= FUZZ_WORKERS)
		return false;
	return parse_args(call, line + used);
}

bool fuzz_program_parse(struct fuzz_program *program, const char *text,
			const char **where)
{
	char line[512];

	program->nr = 0;
	for (;;) {
		size_t length = strcspn(text, ";\n#");
		struct fuzz_call *call;

		*where = text;
		if (length >= sizeof(line))
			return false;
		memcpy(line, text, length);
		line[length] = '\0';
		if (line[strspn(line, " \t\r")]) {
			call = fuzz_program_add(program);
			if (!call || !parse_call(call, line))
				return false;
		}
		text += length;
		if (*text == '#')
			text += strcspn(text, "\n");
		if (!*text)
			return true;
		text++;
	}
}
