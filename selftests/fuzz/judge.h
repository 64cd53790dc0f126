/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Judging: what no program may make happen, whatever it calls.
 *
 * - An ioctl gives an errno that linux/ipcchan.h does not list for it.
 * - A message arrives other than it was sent.
 * - A mailbox's numbers contradict each other.
 * - When all processes are gone and all names unlinked, somebody is charged.
 *
 * That a call does not end, or a process cannot be killed, is execute.c's.
 */
#ifndef FUZZ_JUDGE_H
#define FUZZ_JUDGE_H

#include "world.h"

/** fuzz_judge_result - of an ioctl on a descriptor that was one of ipcchan */
void fuzz_judge_result(struct fuzz_shared *shared,
		       const struct uapi_ioctl *ioctl, long result);

/** fuzz_stamp - make a message one that fuzz_judge_message() knows again */
void fuzz_stamp(struct ipcchan_message *message, void *data);

/** fuzz_judge_message - is it as it was stamped, so far as it is in @data? */
void fuzz_judge_message(struct fuzz_shared *shared,
			const struct ipcchan_message *message,
			const void *data);

/** fuzz_judge_mailbox - what MAILBOX_INFO gave */
void fuzz_judge_mailbox(struct fuzz_shared *shared,
			const struct ipcchan_mailbox_info *info);

/**
 * struct fuzz_charges - what users are charged
 * @sessions: One of each user.
 * @at_start: What DEVICE_INFO gave.
 * @patience_ns: The last requests of a ring, and its files, are late: how late.
 */
struct fuzz_charges {
	int sessions[3];
	struct ipcchan_device_info at_start[3];
	__u64 patience_ns;
};

/** fuzz_charges_open - false if the device cannot be opened */
bool fuzz_charges_open(struct fuzz_charges *charges);
void fuzz_charges_close(struct fuzz_charges *charges);

/** fuzz_judge_charges - unlink all names; then all must be as at the start */
void fuzz_judge_charges(struct fuzz_shared *shared,
			const struct fuzz_charges *charges);

#endif /* FUZZ_JUDGE_H */
