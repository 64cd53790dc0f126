// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan-demo-pages: frames go from a camera to a filter to a display, once as
 * copies and once as pages that change hands, and the filter is killed on the way.
 * Each stage checks what it gets.
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "process.h"
#include "stages.h"
#include "tally.h"

/* The frame that the filter holds when it is killed. */
#define UNLUCKY	8

static struct ipcchan_mailbox *mailbox_make(const struct ipcchan *session,
					    const char *name)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	options.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_FDS;
	options.capacity_messages = BLOCKS;
	options.capacity_bytes = (uint64_t)BLOCKS * FRAME_SIZE;
	options.max_message_size = FRAME_SIZE;
	require(ipcchan_mailbox_open(session, name, IPCCHAN_RIGHTS_MAILBOX,
				     &options, &mailbox), name);
	return mailbox;
}

static void await(const atomic_uint *number, const char *what)
{
	uint64_t deadline = ipcchan_deadline_in(PATIENCE);

	while (!*number) {
		if (ipcchan_deadline_in(0) > deadline)
			errx(1, "%s: not seen", what);
		usleep(1000);
	}
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	process_join(pid);
}

static bool replace_by_copy(pid_t filter)
{
	end(filter);
	printf("   the filter is killed half way through frame %u\n",
	       tally->stalled);
	return true;
}

/* The other frames wait in the mailbox, and none is anybody's but the filter's. */
static bool replace_by_pages(pid_t filter)
{
	unsigned int readable;

	pages_await_all_lent();
	printf("   the filter is half way through frame %u; all blocks are lent:\n",
	       tally->stalled);
	pages_tell();
	readable = pages_readable();
	printf("   through the camera's region, %u of %u blocks can be read\n",
	       readable, BLOCKS);
	end(filter);
	await(&tally->dropped, "the frame that was lost");
	printf("   the filter is killed: frame %u is back at the camera\n",
	       tally->last_dropped);
	return check(!readable, "blocks that are lent can be read") &&
	       check(tally->dropped == 1 && tally->last_dropped == UNLUCKY,
		     "%u frames came back, not that of the filter",
		     tally->dropped);
}

static bool count_frames(void)
{
	unsigned int shown = 0;

	for (unsigned int i = 1; i <= FRAMES; i++)
		shown += tally->is_shown[i];
	printf("   a new filter goes on: %u of %u frames shown, %u dropped, %u wrong\n",
	       shown, FRAMES, FRAMES - shown, tally->wrong);
	printf("   system calls copied %.1f MiB between processes\n",
	       tally->copied / 1048576.0);
	return check(!tally->wrong, "frames were wrong") &&
	       check(shown == FRAMES - 1 && !tally->is_shown[UNLUCKY],
		     "not just frame %u was dropped", UNLUCKY);
}

static bool run_pipeline(const struct way *way, bool (*replace)(pid_t filter))
{
	pid_t filter = filter_start(way, UNLUCKY);
	pid_t display = display_start(way);
	pid_t camera = camera_start(way);
	bool good;

	await(&tally->stalled, "the filter");
	good = replace(filter);
	filter = filter_start(way, 0);
	good = check(process_join(camera), "the camera failed") && good;
	good = check(process_join(filter), "the filter failed") && good;
	good = check(process_join(display), "the display failed") && good;
	return count_frames() && good;
}

static bool run_copy(const struct ipcchan *session)
{
	printf("1. Frames of 1 MiB go from a camera to a filter to a display, as copies\n");
	copy_way.set_up(session);
	return run_pipeline(&copy_way, replace_by_copy);
}

static bool run_pages(const struct ipcchan *session)
{
	unsigned int readable;
	bool good;

	printf("\n2. The same, but the pages are moved, and come back\n");
	pages_way.set_up(session);
	good = run_pipeline(&pages_way, replace_by_pages);
	readable = pages_readable();
	pages_way.tear_down();
	return check(tally->dropped == 1, "%u frames came back unseen",
		     tally->dropped) &&
	       check(readable == BLOCKS, "%u blocks did not come back",
		     BLOCKS - readable) && good;
}

static bool run(const struct ipcchan *session,
		bool (*part)(const struct ipcchan *session))
{
	struct ipcchan_mailbox *filtered = mailbox_make(session, FILTERED);
	struct ipcchan_mailbox *raw = mailbox_make(session, RAW);
	bool good;

	memset(tally, 0, sizeof(*tally));
	good = part(session);
	ipcchan_mailbox_close(raw);
	ipcchan_mailbox_close(filtered);
	return good;
}

int main(int argc, char **argv)
{
	struct ipcchan *session;
	bool good;

	if (argc != 1)
		errx(2, "usage: %s", argv[0]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED)
		err(1, "mmap");
	require(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	good = run(session, run_copy);
	good = run(session, run_pages) && good;
	ipcchan_session_close(session);
	puts(good ? "\nPASS" : "\nFAIL");
	return good ? 0 : 1;
}
