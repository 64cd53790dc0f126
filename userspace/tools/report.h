/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Errors: one line `ipcchan: VERB "NAME": TEXT [ERRNO]`, where useful a second
 * one with a hint, and an exit status that scripts can rely on.
 */
#ifndef IPCCHAN_REPORT_H
#define IPCCHAN_REPORT_H

/* 4 is not used: too many tools of tests take it for "skipped". */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_FOUND = 3,
	EXIT_TIMED_OUT = 5,
	EXIT_NOT_PERMITTED = 6,
};

/* The verb that runs, as the user would write it. */
extern const char *report_verb;

/* Say it and return the exit status. @error is negative; @name may be NULL. */
enum exit_status report(const char *name, int error);

/* The same, and exit. */
_Noreturn void fail(const char *name, int error);

/* Exit with a text of one's own; @hint may be NULL. */
_Noreturn __attribute__((format(printf, 4, 5)))
void fail_because(const char *name, int error, const char *hint,
		  const char *format, ...);

/* Say something that is no failure, and go on. */
__attribute__((format(printf, 2, 3)))
void note(const char *name, const char *format, ...);

/* /dev/ipcchan cannot be opened. */
_Noreturn void fail_to_open_device(int error);

#endif /* IPCCHAN_REPORT_H */
