/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls whose requests and replies are numbers: four bytes, and the number as type
 * as well, as those of ipcchan_selftest.h. None of these sleeps unless it says so.
 */
#ifndef IPCCHAN_CALL_NUMBERS_H
#define IPCCHAN_CALL_NUMBERS_H

#include "ipcchan_selftest.h"

/** start_number - begin a call; its token is written to @token */
int start_number(int mailbox, unsigned int number, __u64 *token);
int start_number_at(int mailbox, unsigned int number, unsigned int priority,
		    __u64 *token);

/** start_number_until - the same, with a deadline of CLOCK_MONOTONIC */
int start_number_until(int mailbox, unsigned int number, __u64 deadline_ns,
		       __u64 *token);

/** take_request - the number, or -errno; @token is 0 if it is no request */
int take_request(int mailbox, __u64 *token);

/** take_cancelled - token of the request that a notice says is cancelled, or 0 */
__u64 take_cancelled(int mailbox);

/** answer_number - 0, or -errno */
int answer_number(int mailbox, __u64 token, unsigned int number);

/** fetch_number - the reply to a call, or -errno: of the wait, or the outcome */
int fetch_number(int mailbox, __u64 token);

/** fetch_any - the same, of any call, whose token is written to @token */
int fetch_any(int mailbox, __u64 *token);

/** await_number - the same, of one call, and sleep until it is there */
int await_number(int mailbox, __u64 token);

/**
 * struct caller - a thread that calls, or waits for the outcome of a call
 * @sleeper: The thread.
 * @mailbox: Descriptor.
 * @number: Of the request.
 * @token: Of the call that is waited for, or 0; written when there is an outcome.
 * @deadline_ns: Of CLOCK_MONOTONIC.
 */
struct caller {
	struct sleeper sleeper;
	int mailbox;
	unsigned int number;
	__u64 token;
	__u64 deadline_ns;
};

/** caller_start - CALL; caller_join() gives the number of the reply, or -errno */
void caller_start(struct caller *caller, int mailbox, unsigned int number);
void caller_start_until(struct caller *caller, int mailbox, unsigned int number,
			__u64 deadline_ns);

/** waiter_start - CALL_WAIT; caller_join() gives the same, also of the outcome */
void waiter_start(struct caller *caller, int mailbox, __u64 token);

int caller_join(struct caller *caller);

/** await_queued - until so many requests are there that nobody has received */
bool await_queued(int mailbox, unsigned int calls);

#endif /* IPCCHAN_CALL_NUMBERS_H */
