/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stress test's ledger: what each process did, in memory that outlives it.
 *
 * A message is known by its sender's slot and a number; a slot's numbers go on
 * when its process was killed and another one took its place. Before a SEND the
 * sender writes down what it is going to send, and after it how far it came. A
 * receiver receives into the ledger, so that what a killed one had taken is
 * still to be seen there. In the end each message that was sent must have been
 * received, or be queued, or lie in a killed receiver's buffers: once.
 *
 * Where all readers get each message, LATEST and BROADCAST, that is true of each
 * reader by itself: see struct reading.
 */
#ifndef STRESS_H
#define STRESS_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/ipcchan.h>

#define MAILBOXES	3
#define SENDERS		6
#define RECEIVERS	6

/* Messages that one slot sends in a round at most. */
#define NUMBERS		16384

/* Messages are empty or at least so long that they can carry struct stamp. */
#define LONGEST		65536

/* Kills of one sender, of all receivers, and faults of one receiver, a round. */
#define GAPS		128
#define HELD		4096
#define FAULTS		4096

/**
 * struct plan - what a mailbox is like in this round
 * @capacity_messages: As for MAILBOX_OPEN.
 * @capacity_bytes: As for MAILBOX_OPEN.
 * @longest: max_message_size.
 * @delivery: As for MAILBOX_OPEN.
 * @policy: Likewise.
 * @is_calm: Receivers make no mistakes, so that nothing is put back.
 * @is_lossy: Sends choose a policy each, and receivers do without read(2), which
 *	does not tell of losses.
 * @has_multicasts: Some messages go to several mailboxes at once.
 * @history: As for MAILBOX_OPEN.
 * @is_witnessed: One reads who never receives, so that whatever makes room for
 *	others is dropped: all that was sent is stored, or counted as dropped.
 */
struct plan {
	__u32 capacity_messages;
	__u32 capacity_bytes;
	__u32 longest;
	__u32 delivery;
	__u32 policy;
	bool is_calm;
	bool is_lossy;
	bool has_multicasts;
	__u32 history;
	bool is_witnessed;
};

/* Does each reader get each message? */
static inline bool is_log(const struct plan *plan)
{
	return plan->delivery == IPCCHAN_DELIVERY_LATEST ||
	       plan->delivery == IPCCHAN_DELIVERY_BROADCAST;
}

/* May what was sent be found nowhere? Then only the losses tell of it. */
static inline bool may_lose(const struct plan *plan)
{
	return plan->is_lossy || is_log(plan);
}

/**
 * enum fate - where a message was found
 * @UNSEEN: Nowhere yet.
 * @RECEIVED: A receiver got it.
 * @QUEUED: It was in the mailbox when all had gone.
 * @HELD_BY_KILLED: In the buffers of a killed receiver, and nowhere else.
 * @DROPPED: Its sender was told so.
 * @FATES: How many there are.
 */
enum fate {
	UNSEEN,
	RECEIVED,
	QUEUED,
	HELD_BY_KILLED,
	DROPPED,
	FATES,
};

/**
 * struct record - a message, or a copy of it, one for each mailbox it was sent to
 * @sequence: As received; 0 if by read(2), which does not tell.
 * @sent_by: Time when its SEND had returned; 0 if the sender was killed.
 * @taken_from: Time before the call that received it.
 * @taken_until: Time after that call.
 * @lost: Messages of whose loss it tells.
 * @length: In bytes.
 * @stamp: A number that only this attempt to send it has.
 * @tgid: Its sender.
 * @seen: How often it was found.
 * @mailbox: Which.
 * @priority: Its priority.
 * @copies: Of the first copy of a multicast: how many there are, in the records
 *	from this one on. Its number is that of all. Else 0.
 * @fate: enum fate.
 *
 * Up to @copies written by the sender before the SEND (but for @sent_by, the
 * times and @lost), the rest by who finds it: @seen first, @fate last, so that of
 * one that is killed in between there is one without the other.
 */
struct record {
	__u64 sequence;
	__u64 sent_by;
	__u64 taken_from;
	__u64 taken_until;
	__u64 lost;
	__u32 length;
	__u32 stamp;
	__u32 tgid;
	__u32 seen;
	__u8 mailbox;
	__u8 priority;
	__u8 copies;
	__u8 fate;
};

/* What a system call came to. */
enum outcome {
	DONE,
	BLOCKED,
	TIMED_OUT,
	INTERRUPTED,
	FAULTED,
	TOO_LONG,
	EMPTY_MESSAGE,
	ENDED,
	EVICTED,
	OUTCOMES,
};

/**
 * struct worker - a process, or the next one in its place
 * @pid: Of the process; 0 if there is none.
 * @incarnation: How many there were before.
 * @operations: System calls on mailboxes, of all incarnations.
 * @outcomes: What they came to.
 * @has_finished: It ended because there was no more to do.
 */
struct worker {
	pid_t pid;
	__u32 incarnation;
	__u64 operations;
	__u64 outcomes[OUTCOMES];
	bool has_finished;
};

/**
 * struct gap - the messages of a call in which the sender was killed
 * @first: Number of the first.
 * @nr: How many. Some of them, from the first on, may have been sent.
 */
struct gap {
	__u32 first;
	__u32 nr;
};

/**
 * struct sender - a sender's slot
 * @worker: The process.
 * @progress: Numbers sent for certain << 32 | numbers being sent now.
 * @nr_gaps: Kills that left a gap.
 * @gaps: The gaps.
 */
struct sender {
	struct worker worker;
	__u64 progress;
	__u32 nr_gaps;
	struct gap gaps[GAPS];
};

/**
 * struct window - a time in which messages may have been put back
 * @from: Its begin.
 * @until: Its end.
 */
struct window {
	__u64 from;
	__u64 until;
};

/**
 * struct reading - a receiver's way through a log
 * @policy: What becomes of it when it is too slow: IPCCHAN_POLICY_BLOCK,
 *	DROP_OLDEST or EVICT.
 * @least: It begins behind this sequence number, or a later one.
 * @most: It begins behind this one at the latest.
 * @state: What it has come to, see stress_log.c; of one store, so that it is
 *	right also when the receiver is killed.
 *
 * It begins with a subscription; the next one begins another. From the first
 * message that it gets on, each gets it one behind the last, or tells how many
 * it has lost.
 */
struct reading {
	__u32 policy;
	__u64 least;
	__u64 most;
	__u64 state;
};

/**
 * struct number - a sequence number of a log
 * @id: The message that has it, the same for all readers; 0: none received it.
 * @is_told: A reading was told that it lost it.
 * @is_denied: One that loses only what was never stored.
 */
struct number {
	__u32 id;
	bool is_told;
	bool is_denied;
};

/* As many as a log can have: one for each message, also if it is dropped. */
#define LOG_NUMBERS	(SENDERS * NUMBERS)

/**
 * struct receiver - a receiver's slot
 * @worker: The process.
 * @mailbox: Which it receives from.
 * @calling: Elements of the call in progress, or 0.
 * @by_read: That call is read(2).
 * @call_from: Time before the call in progress, or 0.
 * @is_after: That call is a RECEIVE with AFTER.
 * @after: What it says.
 * @reading: Of a log.
 * @nr_faults: Calls that may have put a message back.
 * @faults: When they were.
 * @messages: The array of the call in progress.
 * @buffers: Its buffers.
 */
struct receiver {
	struct worker worker;
	__u32 mailbox;
	__u32 calling;
	bool by_read;
	__u64 call_from;
	bool is_after;
	__u64 after;
	struct reading reading;
	__u32 nr_faults;
	struct window faults[FAULTS];
	struct ipcchan_message messages[IPCCHAN_BATCH_MAX];
	unsigned char buffers[IPCCHAN_BATCH_MAX][LONGEST];
};

/**
 * struct held - a message in the buffers of a killed receiver
 * @id: Which.
 * @stamp: Of the attempt to send it; 0 if the message is empty.
 * @taken_from: Time before the call that took it.
 * @lost: Messages of whose loss it tells.
 * @mailbox: Which.
 */
struct held {
	__u32 id;
	__u32 stamp;
	__u64 taken_from;
	__u64 lost;
	__u32 mailbox;
};

/**
 * struct ledger - all of a round
 * @problem: What went wrong first.
 * @has_problem: Something did.
 * @seed: Of all random numbers.
 * @is_closing: From now on nobody can send: EPIPE may come.
 * @senders_stop: Senders are to end.
 * @receivers_stop: Receivers are to end.
 * @plans: The mailboxes.
 * @senders: The senders.
 * @receivers: The receivers.
 * @nr_held: How many.
 * @held: What killed receivers had; some of it may have been put back.
 * @nr_kills: Killed receivers.
 * @kills: When each of them made its last call.
 * @kill_mailbox: On which mailbox.
 * @stored: By mailbox: messages of a log that were there in the end.
 * @numbers: By mailbox: those of a log, from 0, which none has.
 * @records: The messages.
 */
struct ledger {
	char problem[256];
	bool has_problem;
	__u64 seed;
	bool is_closing;
	bool senders_stop;
	bool receivers_stop;
	struct plan plans[MAILBOXES];
	struct sender senders[SENDERS];
	struct receiver receivers[RECEIVERS];
	__u32 nr_held;
	struct held held[HELD];
	__u32 nr_kills;
	struct window kills[HELD];
	__u8 kill_mailbox[HELD];
	__u32 stored[MAILBOXES];
	struct number numbers[MAILBOXES][LOG_NUMBERS + 1];
	struct record records[SENDERS][NUMBERS];
};

/**
 * struct taken - a message as somebody found it
 * @mailbox: Where.
 * @fate: How.
 * @message: As RECEIVE gave it; NULL if by read(2).
 * @bytes: The bytes.
 * @length: How many bytes the message has.
 * @there: How many of them are in @bytes.
 * @from: Time before the call.
 * @until: Time after the call.
 */
struct taken {
	__u32 mailbox;
	enum fate fate;
	const struct ipcchan_message *message;
	const unsigned char *bytes;
	__u32 length;
	__u32 there;
	__u64 from;
	__u64 until;
};

/**
 * struct totals - what became of the messages
 * @operations: System calls on mailboxes.
 * @outcomes: What they came to.
 * @sent: Messages sent.
 * @received: Of these, received.
 * @queued: Of these, still queued in the end.
 * @held: Of these, held by the killed.
 * @dropped: Of these, dropped by a policy.
 * @told: Of the dropped, told to receivers.
 * @lost: Sent, and none of the above.
 * @duplicated: Found twice.
 * @ordered: Messages whose order could be checked.
 * @kills: Processes killed.
 */
struct totals {
	__u64 operations;
	__u64 outcomes[OUTCOMES];
	__u64 sent;
	__u64 received;
	__u64 queued;
	__u64 held;
	__u64 dropped;
	__u64 told;
	__u64 lost;
	__u64 duplicated;
	__u64 ordered;
	__u64 kills;
};

/* stress_ledger.c */

struct ledger *ledger_new(__u64 seed);
void ledger_free(struct ledger *ledger);

/** ledger_problem - note what went wrong, unless something did before */
void ledger_problem(struct ledger *ledger, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** ledger_random - 0 to @below - 1, from a state of the caller's own */
__u32 ledger_random(__u64 *state, __u32 below);

/** message_id - what a message's type and stamp say; never 0 */
__u32 message_id(__u32 sender, __u32 number);

/** message_write - the bytes of a message; @record has length and stamp */
void message_write(unsigned char *bytes, __u32 id, const struct record *record);

/** ledger_find - the record of a message in a mailbox; NULL if there is none */
struct record *ledger_find(struct ledger *ledger, __u32 id, __u32 mailbox);

/** message_stamped_id - the id in the bytes, which are some, or 0 */
__u32 message_stamped_id(const unsigned char *bytes);

/** message_attempt - likewise the stamp of its record */
__u32 message_attempt(const unsigned char *bytes);

/** ledger_check - is it a message as it was sent? NULL and a problem if not */
struct record *ledger_check(struct ledger *ledger, const struct taken *taken);

/** ledger_take - ledger_check(), and write down that it was found */
void ledger_take(struct ledger *ledger, const struct taken *taken);

/* stress_account.c */

/** ledger_account - find a place for each message, and check their order */
void ledger_account(struct ledger *ledger,
		    const struct ipcchan_mailbox_info *infos,
		    struct totals *totals);

/**
 * struct sums - what became of the messages of one mailbox
 * @sent: Sent for certain.
 * @missing: Of these, found nowhere.
 * @untold: Of these, of a killed sender's last multicast: it may have been dropped at
 *	once, which only the sender was told.
 * @unsure: Not found either, but of a killed sender's last call.
 * @doubtful: May be only the trace of an offer that was withdrawn.
 * @found: Of @sent, found with this fate.
 * @told: Messages of whose loss these tell.
 */
struct sums {
	__u64 sent;
	__u64 missing;
	__u64 untold;
	__u64 unsure;
	__u64 doubtful;
	__u64 found[FATES];
	__u64 told;
};

/* stress_log.c */

/** reading_begin - subscribe, if need be, and begin behind that */
void reading_begin(struct ledger *ledger, struct receiver *receiver, int fd,
		   __u64 *random);

/** reading_call - a call is about to be made; with AFTER if @is_after */
void reading_call(struct receiver *receiver, bool is_after, __u64 after);

/** reading_take - the call gave so many messages; also if that is known in part */
void reading_take(struct ledger *ledger, struct receiver *receiver, __u32 nr);

/** reading_last - the last sequence number that it has come to, or 0 */
__u64 reading_last(const struct receiver *receiver);

/** reading_received - messages that the receiver got in all of its readings */
__u64 reading_received(const struct receiver *receiver);

/** reading_end - nothing comes any more: has it got all? */
void reading_end(struct ledger *ledger, const struct receiver *receiver,
		 int fd);

/** log_take_stored - take what is there in the end, from who may receive */
void log_take_stored(struct ledger *ledger, __u32 mailbox, int fd);

/* stress_log_account.c */

/** log_settle - what the readers of a log found is written to its records */
void log_settle(struct ledger *ledger, __u32 mailbox);

/** log_account - the kernel's numbers, and what readers were told, must agree */
void log_account(struct ledger *ledger, __u32 mailbox, const struct sums *sums,
		 const struct ipcchan_mailbox_info *info,
		 struct totals *totals);

/* stress_multicast.c */

/** ledger_check_multicasts - came all in one order to the mailboxes they share? */
void ledger_check_multicasts(struct ledger *ledger);

/* stress_sender.c, stress_receiver.c */

/**
 * struct mailbox_fds - descriptors of a mailbox
 * @blocking: Without O_NONBLOCK.
 * @nonblocking: With it.
 */
struct mailbox_fds {
	int blocking;
	int nonblocking;
};

/**
 * struct worker_fds - what only one worker has, so that its death is seen
 * @session: Of the device.
 * @mailboxes: Of the mailboxes.
 */
struct worker_fds {
	int session;
	struct mailbox_fds mailboxes[MAILBOXES];
};

void run_sender(struct ledger *ledger, int slot, const struct worker_fds *fds);
void run_receiver(struct ledger *ledger, int slot,
		  const struct worker_fds *fds);

#endif /* STRESS_H */
