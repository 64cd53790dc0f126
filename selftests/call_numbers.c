// SPDX-License-Identifier: GPL-2.0
/* Calls whose requests and replies are numbers. */

#include "call_numbers.h"

static int start(int mailbox, struct ipcchan_message *request,
		 __u64 deadline_ns, __u64 *token)
{
	int err = mailbox_call_start(mailbox, request,
				     .flags = IPCCHAN_NONBLOCK,
				     .deadline_ns = deadline_ns);

	*token = request->token;
	return err;
}

int start_number(int mailbox, unsigned int number, __u64 *token)
{
	return start_number_at(mailbox, number, 0, token);
}

int start_number_at(int mailbox, unsigned int number, unsigned int priority,
		    __u64 *token)
{
	struct ipcchan_message request;

	numbers_fill(&request, &number, 1, number);
	request.priority = priority;
	return start(mailbox, &request, IPCCHAN_DEADLINE_NEVER, token);
}

int start_number_until(int mailbox, unsigned int number, __u64 deadline_ns,
		       __u64 *token)
{
	struct ipcchan_message request;

	numbers_fill(&request, &number, 1, number);
	return start(mailbox, &request, deadline_ns, token);
}

static int checked(const struct ipcchan_message *message, unsigned int number)
{
	if (message->length != sizeof(number) || message->type != number)
		return -EILSEQ;
	return number;
}

int take_request(int mailbox, __u64 *token)
{
	struct ipcchan_message request;
	unsigned int number;
	int nr;

	numbers_buffer(&request, &number, 1);
	nr = mailbox_receive(mailbox, &request, 1, .flags = IPCCHAN_NONBLOCK);
	*token = request.token;
	return nr < 0 ? nr : checked(&request, number);
}

__u64 take_cancelled(int mailbox)
{
	struct ipcchan_message notice = {};
	int nr = mailbox_receive(mailbox, &notice, 1,
				 .flags = IPCCHAN_NONBLOCK);

	if (nr != 1 || notice.flags != IPCCHAN_MESSAGE_NOTICE ||
	    notice.type != IPCCHAN_NOTICE_CANCELLED)
		return 0;
	return notice.token;
}

int answer_number(int mailbox, __u64 token, unsigned int number)
{
	struct ipcchan_message reply;

	numbers_fill(&reply, &number, 1, number);
	reply.token = token;
	return mailbox_reply(mailbox, &reply);
}

static int wait_for(int mailbox, __u64 *token, unsigned int flags)
{
	struct ipcchan_message reply;
	unsigned int number;
	int err;

	numbers_buffer(&reply, &number, 1);
	err = mailbox_call_wait(mailbox, *token, &reply, .flags = flags);
	if (err)
		return err;
	*token = reply.token;
	return reply.error ? -(int)reply.error : checked(&reply, number);
}

int fetch_number(int mailbox, __u64 token)
{
	return wait_for(mailbox, &token, IPCCHAN_NONBLOCK);
}

int fetch_any(int mailbox, __u64 *token)
{
	*token = 0;
	return wait_for(mailbox, token, IPCCHAN_NONBLOCK);
}

int await_number(int mailbox, __u64 token)
{
	return wait_for(mailbox, &token, 0);
}

static int call_with_number(void *argument)
{
	struct caller *caller = argument;
	struct ipcchan_message request;
	struct ipcchan_message reply;
	unsigned int number;
	int err;

	numbers_fill(&request, &caller->number, 1, caller->number);
	numbers_buffer(&reply, &number, 1);
	err = mailbox_call(caller->mailbox, &request, &reply,
			   .deadline_ns = caller->deadline_ns);
	caller->token = request.token;
	return err ?: checked(&reply, number);
}

void caller_start(struct caller *caller, int mailbox, unsigned int number)
{
	caller_start_until(caller, mailbox, number, deadline_must_happen());
}

void caller_start_until(struct caller *caller, int mailbox, unsigned int number,
			__u64 deadline_ns)
{
	caller->mailbox = mailbox;
	caller->number = number;
	caller->deadline_ns = deadline_ns;
	sleeper_start(&caller->sleeper, call_with_number, caller);
}

static int make_wait(void *argument)
{
	struct caller *caller = argument;

	return wait_for(caller->mailbox, &caller->token, 0);
}

void waiter_start(struct caller *caller, int mailbox, __u64 token)
{
	caller->mailbox = mailbox;
	caller->token = token;
	sleeper_start(&caller->sleeper, make_wait, caller);
}

int caller_join(struct caller *caller)
{
	return sleeper_join(&caller->sleeper);
}

static bool are_queued(int mailbox, unsigned int calls)
{
	struct ipcchan_mailbox_info info = mailbox_info(mailbox);

	return info.calls - info.calls_held == calls;
}

bool await_queued(int mailbox, unsigned int calls)
{
	__u64 deadline = deadline_must_happen();

	while (now_ns(CLOCK_MONOTONIC) < deadline) {
		if (are_queued(mailbox, calls))
			return true;
		nap();
	}
	return false;
}
