// SPDX-License-Identifier: GPL-2.0
/* Judging what a program made happen. */

#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>

#include "ipcchan_selftest.h"
#include "judge.h"

/*
 * Another worker may close the descriptor meanwhile and its number become that
 * of something else, which knows no ioctl of ours.
 */
static bool may_give(const struct uapi_ioctl *ioctl, int error)
{
	if (error == ENOTTY)
		return true;
	for (const int *known = ioctl->errnos; *known; known++)
		if (*known == error)
			return true;
	return false;
}

void fuzz_judge_result(struct fuzz_shared *shared,
		       const struct uapi_ioctl *ioctl, long result)
{
	if (result < 0 && !may_give(ioctl, -result))
		fuzz_finding(shared, "%s gave %s", ioctl->name,
			     strerrorname_np(-result) ?: "an unknown errno");
}

/* A stamped message says in its type how long it is and of what it consists. */
#define STAMPED			0x80000000U
#define STAMPED_MAX		FUZZ_CHUNK

static __u32 stamp_of(__u32 length, __u8 byte)
{
	return STAMPED | length << 8 | byte;
}

void fuzz_stamp(struct ipcchan_message *message, void *data)
{
	__u8 byte = message->type;

	message->type &= ~STAMPED;
	if (!data || message->size > STAMPED_MAX)
		return;
	memset(data, byte, message->size);
	message->type = stamp_of(message->size, byte);
}

void fuzz_judge_message(struct fuzz_shared *shared,
			const struct ipcchan_message *message,
			const void *data)
{
	const __u8 *bytes = data;
	__u8 byte = message->type;
	__u32 there = message->size < message->length ? message->size :
							message->length;

	if (!(message->type & STAMPED))
		return;
	if (message->type != stamp_of(message->length, byte))
		fuzz_finding(shared, "a message of type %#x has length %u",
			     message->type, message->length);
	for (__u32 i = 0; data && i < there; i++)
		if (bytes[i] != byte)
			fuzz_finding(shared,
				     "a message of type %#x has byte %u %#x",
				     message->type, i, bytes[i]);
}

void fuzz_judge_mailbox(struct fuzz_shared *shared,
			const struct ipcchan_mailbox_info *info)
{
	__u64 inside = (__u64)info->messages + info->held;
	/* A policy that drops goes beyond the capacity by what is held. */
	__u64 most = 2ULL * info->capacity_messages;

	/* Where a message goes to many, it is received many times. */
	if (info->delivery != IPCCHAN_DELIVERY_LATEST &&
	    info->delivery != IPCCHAN_DELIVERY_BROADCAST &&
	    info->sent - info->received - info->dropped != inside)
		fuzz_finding(shared,
			     "sent %llu, received %llu, dropped %llu, but %llu "
			     "are inside",
			     info->sent, info->received, info->dropped, inside);
	/* At a rendezvous there are as many as offer one. */
	if (info->delivery == IPCCHAN_DELIVERY_RENDEZVOUS)
		return;
	if (inside > most || info->bytes > 2 * info->capacity_bytes ||
	    inside > info->high_water || info->high_water > most)
		fuzz_finding(shared,
			     "%llu messages with %llu bytes are inside; at most %u",
			     inside, info->bytes, info->high_water);
}

static const uid_t users[] = { 0, ALICE, BOB };

bool fuzz_charges_open(struct fuzz_charges *charges)
{
	charges->patience_ns = MUST_HAPPEN_SECONDS * NSEC_PER_SEC;
	for (int i = 0; i < 3; i++) {
		charges->sessions[i] = session_open_as(users[i], users[i]);
		if (charges->sessions[i] < 0)
			return false;
		charges->at_start[i] = device_info(charges->sessions[i]);
	}
	return true;
}

void fuzz_charges_close(struct fuzz_charges *charges)
{
	for (int i = 0; i < 3; i++)
		close(charges->sessions[i]);
}

static void unlink_all(int session)
{
	struct ipcchan_object_info names[16];
	int nr;

	while ((nr = object_list(session, "", names, 16)) > 0)
		for (int i = 0; i < nr; i++)
			object_unlink(session, names[i].name);
}

static bool is_as_at_start(const struct fuzz_charges *charges, int user,
			   struct ipcchan_device_info *info)
{
	const struct ipcchan_device_info *start = &charges->at_start[user];

	*info = device_info(charges->sessions[user]);
	return info->user_objects == start->user_objects &&
	       info->user_bytes == start->user_bytes;
}

void fuzz_judge_charges(struct fuzz_shared *shared,
			const struct fuzz_charges *charges)
{
	__u64 end = deadline_after(charges->patience_ns);
	struct ipcchan_device_info info;

	unlink_all(charges->sessions[0]);
	for (int i = 0; i < 3; i++) {
		while (!is_as_at_start(charges, i, &info) &&
		       now_ns(CLOCK_MONOTONIC) < end)
			nap();
		if (!is_as_at_start(charges, i, &info))
			fuzz_finding(shared,
				     "user %u is left charged %llu objects, %llu bytes",
				     users[i], info.user_objects,
				     info.user_bytes);
	}
}
