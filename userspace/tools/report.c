// SPDX-License-Identifier: GPL-2.0
/*
 * Errors.
 */
#include "report.h"

#include <ctype.h>
#include <errno.h>
#include <ipcchan.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *report_verb;

/**
 * struct advice - what to say about an errno
 * @error: The errno.
 * @text: What it means here; NULL: what the library says.
 * @hint: What to do about it; %s stands for the name.
 */
struct advice {
	int error;
	const char *text;
	const char *hint;
};

static const struct advice advices[] = {
	{ ENOENT, "no such name", "\"ipcchan list\" shows the names" },
	{ EEXIST, NULL, "use it without --exclusive, or \"ipcchan rm %s\" first" },
	{ EPROTOTYPE, NULL, "\"ipcchan show %s\" tells what it is" },
	{ EACCES, NULL, "its owner or root decides; \"ipcchan show %s\" tells them more" },
	{ EINVAL, "bad name, or a value out of range",
	  "names are 1 to 63 of A-Z a-z 0-9 . _ -; \"ipcchan limits\" shows the ranges" },
	{ ENAMETOOLONG, NULL, "names have at most 63 characters" },
	{ ENOSPC, NULL, "\"ipcchan limits\" shows how many; \"ipcchan rm\" removes some" },
	{ EDQUOT, NULL, "\"ipcchan limits\" shows how many; receive, or remove regions" },
	{ ENOMSG, NULL, "\"ipcchan show %s\" tells how many messages there are" },
	{ EDEADLK, "it would wait for itself for ever", NULL },
	{ EIDRM, "it was killed", "somebody ended it, as \"ipcchan rm --kill\" does" },
};

static const struct advice *find_advice(int error)
{
	static const struct advice none;
	size_t i;

	for (i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (advices[i].error == -error)
			return &advices[i];
	return &none;
}

static enum exit_status status_of(int error)
{
	switch (-error) {
	case ENOENT:
	case ENOMSG:
		return EXIT_NOT_FOUND;
	case ETIMEDOUT:
		return EXIT_TIMED_OUT;
	case EACCES:
	case EPERM:
		return EXIT_NOT_PERMITTED;
	default:
		return EXIT_FAILED;
	}
}

/* Names come from the command line and go to a terminal. */
static void print_name(const char *name)
{
	for (; *name; name++)
		putc(isprint((unsigned char)*name) ? *name : '?', stderr);
}

static void print_head(const char *name)
{
	fflush(stdout);
	fprintf(stderr, "ipcchan: %s", report_verb);
	if (name) {
		fputs(" \"", stderr);
		print_name(name);
		putc('"', stderr);
	}
	fputs(": ", stderr);
}

static void print_tail(const char *name, int error, const char *hint)
{
	const char *place = hint ? strstr(hint, "%s") : NULL;

	fprintf(stderr, " [%s]\n", strerrorname_np(-error) ?: "E?");
	if (!hint)
		return;
	fprintf(stderr, "  hint: %.*s", place ? (int)(place - hint) : -1, hint);
	if (place) {
		print_name(name);
		fputs(place + 2, stderr);
	}
	putc('\n', stderr);
}

enum exit_status report(const char *name, int error)
{
	const struct advice *advice = find_advice(error);
	const char *text = advice->text ?: ipcchan_error_text(error);

	print_head(name);
	fputs(text, stderr);
	print_tail(name, error, name ? advice->hint : NULL);
	return status_of(error);
}

void fail(const char *name, int error)
{
	exit(report(name, error));
}

void fail_because(const char *name, int error, const char *hint,
		  const char *format, ...)
{
	va_list arguments;

	print_head(name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	print_tail(name, error, hint);
	exit(status_of(error));
}

void note(const char *name, const char *format, ...)
{
	va_list arguments;

	print_head(name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	putc('\n', stderr);
}

void fail_to_open_device(int error)
{
	fprintf(stderr, "ipcchan: %s: cannot open " IPCCHAN_DEVICE ": %s [%s]\n"
		"  hint: \"ipcchan doctor\" tells what to do\n", report_verb,
		error == -EACCES ? "permission denied" : "no such device",
		ipcchan_error_name(error));
	exit(error == -EACCES ? EXIT_NOT_PERMITTED : EXIT_FAILED);
}
