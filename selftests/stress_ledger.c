// SPDX-License-Identifier: GPL-2.0
/* The stress test's ledger: messages, their bytes, and finding them again. */

#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>

#include "ipcchan_selftest.h"
#include "stress.h"

/**
 * struct stamp - the first bytes of every message that has any
 * @id: Sender and number.
 * @length: Bytes of the message.
 * @stamp: As in its record.
 * @check: The others, mixed.
 */
struct stamp {
	__u32 id;
	__u32 length;
	__u32 stamp;
	__u32 check;
};

struct ledger *ledger_new(__u64 seed)
{
	struct ledger *ledger = shared_alloc(sizeof(*ledger));

	ledger->seed = seed;
	return ledger;
}

void ledger_free(struct ledger *ledger)
{
	munmap(ledger, sizeof(*ledger));
}

void ledger_problem(struct ledger *ledger, const char *format, ...)
{
	va_list arguments;

	if (__atomic_exchange_n(&ledger->has_problem, true, __ATOMIC_ACQ_REL))
		return;
	va_start(arguments, format);
	vsnprintf(ledger->problem, sizeof(ledger->problem), format, arguments);
	va_end(arguments);
}

/* splitmix64. */
__u32 ledger_random(__u64 *state, __u32 below)
{
	__u64 z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (z ^ (z >> 31)) % below;
}

__u32 message_id(__u32 sender, __u32 number)
{
	return (sender + 1) << 24 | number;
}

/* If it is not for that mailbox at all, the first copy will tell. */
struct record *ledger_find(struct ledger *ledger, __u32 id, __u32 mailbox)
{
	__u32 sender = (id >> 24) - 1;
	__u32 number = id & 0xffffff;
	struct record *record;

	if (sender >= SENDERS || number >= NUMBERS)
		return NULL;
	record = &ledger->records[sender][number];
	for (__u32 i = 0; i < record->copies; i++)
		if (record[i].mailbox == mailbox)
			return &record[i];
	return record;
}

/* The @at-th word of a message's bytes behind its stamp. */
static __u64 word_at(__u32 id, __u32 stamp, __u32 at)
{
	return (((__u64)id << 32 | stamp) + at) * 0x9e3779b97f4a7c15;
}

static struct stamp stamp_of(__u32 id, const struct record *record)
{
	return (struct stamp){
		.id = id,
		.length = record->length,
		.stamp = record->stamp,
		.check = ~(id ^ record->length ^ record->stamp),
	};
}

static __u32 smaller(__u32 a, __u32 b)
{
	return a < b ? a : b;
}

void message_write(unsigned char *bytes, __u32 id, const struct record *record)
{
	struct stamp stamp = stamp_of(id, record);

	if (!record->length)
		return;
	memcpy(bytes, &stamp, sizeof(stamp));
	for (__u32 at = sizeof(stamp); at < record->length; at += 8) {
		__u64 word = word_at(id, record->stamp, at);

		memcpy(bytes + at, &word, smaller(8, record->length - at));
	}
}

/* Are these the first @there bytes of the message? */
static bool is_written(const unsigned char *bytes, __u32 there, __u32 id,
		       const struct record *record)
{
	struct stamp stamp = stamp_of(id, record);

	if (memcmp(bytes, &stamp, smaller(there, sizeof(stamp))))
		return false;
	for (__u32 at = sizeof(stamp); at < there; at += 8) {
		__u64 word = word_at(id, record->stamp, at);

		if (memcmp(bytes + at, &word, smaller(8, there - at)))
			return false;
	}
	return true;
}

__u32 message_stamped_id(const unsigned char *bytes)
{
	struct stamp stamp;

	memcpy(&stamp, bytes, sizeof(stamp));
	return stamp.id;
}

__u32 message_attempt(const unsigned char *bytes)
{
	struct stamp stamp;

	memcpy(&stamp, bytes, sizeof(stamp));
	return stamp.stamp;
}

/* RECEIVE and PEEK tell more than the bytes: it must be what was sent. */
static bool is_described(const struct ipcchan_message *message, __u32 id,
			 const struct record *record)
{
	bool is_cut = message->length > message->size;

	return (message->type == id || (!message->type && message->length)) &&
	       message->priority == record->priority &&
	       message->flags == (is_cut ? IPCCHAN_MESSAGE_TRUNCATED : 0) &&
	       message->tgid == record->tgid && message->sequence;
}

struct record *ledger_check(struct ledger *ledger, const struct taken *taken)
{
	__u32 id = taken->message ? taken->message->type : 0;
	struct record *record;

	/* write(2) gives no type, but has bytes. */
	if (!id && taken->there >= sizeof(struct stamp))
		id = message_stamped_id(taken->bytes);
	record = ledger_find(ledger, id, taken->mailbox);
	if (!record) {
		ledger_problem(ledger,
			       "a message that nobody sent: id %#x, %u "
			       "bytes, in mailbox %u",
			       id, taken->length, taken->mailbox);
		return NULL;
	}
	if (record->mailbox != taken->mailbox ||
	    record->length != taken->length ||
	    !is_written(taken->bytes, taken->there, id, record) ||
	    (taken->message && !is_described(taken->message, id, record))) {
		ledger_problem(ledger, "not as it was sent: id %#x, %u bytes, in mailbox %u",
			       id, taken->length, taken->mailbox);
		return NULL;
	}
	return record;
}

void ledger_take(struct ledger *ledger, const struct taken *taken)
{
	struct record *record = ledger_check(ledger, taken);

	if (!record)
		return;
	if (__atomic_fetch_add(&record->seen, 1, __ATOMIC_ACQ_REL)) {
		ledger_problem(ledger, "found twice: stamp %#x, %u bytes, in mailbox %u",
			       record->stamp, record->length, taken->mailbox);
		return;
	}
	record->sequence = taken->message ? taken->message->sequence : 0;
	record->taken_from = taken->from;
	record->taken_until = taken->until;
	record->lost = taken->message ? taken->message->lost : 0;
	__atomic_store_n(&record->fate, taken->fate, __ATOMIC_RELEASE);
}
