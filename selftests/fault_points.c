// SPDX-License-Identifier: GPL-2.0
/* Points of failure: allocations and copies that fail when they are told to. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault_points.h"

#define DEBUGFS "/sys/kernel/debug/"

/**
 * struct knob - a setting of the kernel's fault injection
 * @path: Its file.
 * @wanted: By these tests.
 * @before: What it was before them.
 */
struct knob {
	const char *path;
	const char *wanted;
	char before[16];
};

/*
 * By default only atomic allocations fail, and of pages only those of several.
 * Each failure gives a line in the log, not a stack, which looks like a bug.
 */
static struct knob knobs[] = {
	{ DEBUGFS "failslab/ignore-gfp-wait", "N" },
	{ DEBUGFS "failslab/verbose", "1" },
	{ DEBUGFS "failslab/verbose_ratelimit_interval_ms", "0" },
	{ DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N" },
	{ DEBUGFS "fail_page_alloc/ignore-gfp-highmem", "N" },
	{ DEBUGFS "fail_page_alloc/min-order", "0" },
	{ DEBUGFS "fail_page_alloc/verbose", "1" },
	{ DEBUGFS "fail_page_alloc/verbose_ratelimit_interval_ms", "0" },
	{ DEBUGFS "fail_usercopy/verbose", "1" },
	{ DEBUGFS "fail_usercopy/verbose_ratelimit_interval_ms", "0" },
};

#define NR_KNOBS (sizeof(knobs) / sizeof(knobs[0]))

static const char *const nth_path = "/proc/thread-self/fail-nth";
static int nth_file = -1;
static int log_file = -1;
static bool has_splat;
static bool is_armed;

static bool knob_read(struct knob *knob)
{
	int fd = open(knob->path, O_RDONLY | O_CLOEXEC);
	ssize_t length = read(fd, knob->before, sizeof(knob->before) - 1);

	close(fd);
	if (length <= 0)
		return false;
	knob->before[length] = '\0';
	return true;
}

static bool knob_write(const struct knob *knob, const char *value)
{
	int fd = open(knob->path, O_WRONLY | O_CLOEXEC);
	ssize_t length = write(fd, value, strlen(value));

	close(fd);
	return length > 0;
}

const char *faults_missing(void)
{
	if (access(nth_path, W_OK))
		return nth_path;
	for (size_t i = 0; i < NR_KNOBS; i++)
		if (access(knobs[i].path, W_OK))
			return knobs[i].path;
	return NULL;
}

/*
 * The kernel writes a CPU's number there when it returns to a thread that it
 * has moved, and kills the thread if it cannot, as for a copy of the page.
 */
static void stop_rseq(void)
{
	char *area = (char *)__builtin_thread_pointer() + __rseq_offset;

	if (__rseq_size)
		syscall(SYS_rseq, area, sizeof(struct rseq),
			RSEQ_FLAG_UNREGISTER, RSEQ_SIG);
}

bool faults_begin(void)
{
	stop_rseq();
	for (size_t i = 0; i < NR_KNOBS; i++)
		if (!knob_read(&knobs[i]) ||
		    !knob_write(&knobs[i], knobs[i].wanted))
			return false;
	nth_file = open(nth_path, O_RDWR | O_CLOEXEC);
	log_file = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return nth_file >= 0 && log_file >= 0 &&
	       lseek(log_file, 0, SEEK_END) >= 0;
}

void faults_end(void)
{
	for (size_t i = 0; i < NR_KNOBS; i++)
		knob_write(&knobs[i], knobs[i].before);
	close(nth_file);
	close(log_file);
}

/* Writing the number is itself a copy that can fail, if one is armed. */
static void set_nth(unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	while (pwrite(nth_file, text, length, 0) != length)
		if (errno != EFAULT)
			abort();
}

/* The copy of what is left fails if the next point was to. */
static bool has_failed(void)
{
	char text[16] = "";
	ssize_t length = pread(nth_file, text, sizeof(text) - 1, 0);

	return length > 0 && !atoi(text);
}

static bool is_splat(const char *line)
{
	static const char *const words[] = {
		"BUG:", "WARNING:", "INFO: ", "Oops", "UBSAN:", "KASAN:",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(line, words[i]))
			return true;
	return false;
}

/* Reads the log to its end, and returns whether a failed copy is in it. */
static bool log_tells_of_copy(void)
{
	bool found = false;
	char line[8192];
	ssize_t length;

	while ((length = read(log_file, line, sizeof(line) - 1)) > 0 ||
	       (length < 0 && errno == EPIPE)) {
		line[length > 0 ? length : 0] = '\0';
		found |= !!strstr(line, "name fail_usercopy");
		has_splat |= is_splat(line);
	}
	return found;
}

void fault_arm(unsigned int nth)
{
	is_armed = nth;
	set_nth(nth);
}

/* The log is read in any case: has_failed() may have left a line in it. */
enum fault_kind fault_disarm(void)
{
	bool failed = is_armed && has_failed();
	bool is_copy;

	set_nth(0);
	is_copy = log_tells_of_copy();
	if (!failed)
		return FAULT_NONE;
	return is_copy ? FAULT_COPY : FAULT_MEMORY;
}

/* It refuses all settings when it is off; this one it has anyway. */
bool faults_meet_kmemleak(void)
{
	static const struct knob knob = { DEBUGFS "kmemleak" };

	return knob_write(&knob, "stack=on");
}

bool faults_splat(void)
{
	bool splat;

	log_tells_of_copy();
	splat = has_splat;
	has_splat = false;
	return splat;
}
