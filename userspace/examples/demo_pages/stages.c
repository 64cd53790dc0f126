// SPDX-License-Identifier: GPL-2.0
/*
 * The processes of the pipeline: camera, filter, display.
 */
#include <unistd.h>

#include "check.h"
#include "process.h"
#include "stages.h"
#include "tally.h"

/* Seconds after which a stage dies of SIGALRM, as another must have failed. */
#define LIFE	120

struct tally *tally;

static struct ipcchan_mailbox *mailbox_named(const char *name, uint32_t rights)
{
	struct ipcchan_mailbox *mailbox;
	struct ipcchan *session;

	require(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	require(ipcchan_mailbox_open(session, name, rights, NULL, &mailbox),
		name);
	return mailbox;
}

void way_end(const struct ipcchan_mailbox *to)
{
	struct ipcchan_message message;

	ipcchan_message_set(&message, NULL, 0);
	message.type = WAY_END;
	require(ipcchan_mailbox_send_batch(to, &message, 1, sizeof(message),
					   NULL), "send");
}

static pid_t stage_start(void)
{
	pid_t pid = process_start();

	if (!pid)
		alarm(LIFE);
	return pid;
}

static void judge(bool good)
{
	if (!good)
		tally->wrong++;
}

pid_t camera_start(const struct way *way)
{
	pid_t pid = stage_start();
	struct ipcchan_mailbox *raw;

	if (pid)
		return pid;
	raw = mailbox_named(RAW, IPCCHAN_RIGHT_SEND);
	way->open();
	for (uint64_t number = 1; number <= FRAMES; number++) {
		struct frame *frame = way->blank();

		frame_shoot(frame, number);
		way->send(raw, frame);
	}
	way_end(raw);
	way->settle();
	_exit(0);
}

static void stall_at(uint64_t number)
{
	tally->stalled = number;
	for (;;)
		pause();
}

pid_t filter_start(const struct way *way, uint64_t stall)
{
	pid_t pid = stage_start();
	struct ipcchan_mailbox *filtered;
	struct ipcchan_mailbox *raw;
	struct frame *frame;

	if (pid)
		return pid;
	raw = mailbox_named(RAW, IPCCHAN_RIGHT_RECEIVE);
	filtered = mailbox_named(FILTERED, IPCCHAN_RIGHT_SEND);
	while ((frame = way->receive(raw))) {
		judge(frame_is_whole(frame));
		frame_invert(frame, 0, FRAME_PIXELS / 2);
		if (frame->number == stall)
			stall_at(stall);
		frame_invert(frame, FRAME_PIXELS / 2,
			     FRAME_PIXELS - FRAME_PIXELS / 2);
		frame_seal(frame);
		way->send(filtered, frame);
	}
	way_end(filtered);
	_exit(0);
}

pid_t display_start(const struct way *way)
{
	pid_t pid = stage_start();
	struct ipcchan_mailbox *filtered;
	struct frame *frame;

	if (pid)
		return pid;
	filtered = mailbox_named(FILTERED, IPCCHAN_RIGHT_RECEIVE);
	while ((frame = way->receive(filtered))) {
		bool good = frame->number && frame->number <= FRAMES &&
			    frame_is_whole(frame) && frame_is_inverted(frame);

		judge(good);
		if (good)
			tally->is_shown[frame->number] = true;
		way->release(frame);
	}
	_exit(0);
}
