// SPDX-License-Identifier: GPL-2.0
/*
 * Two processes: a child sends, its parent receives.
 */
#include <ipcchan.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail(const char *what, long result)
{
	fprintf(stderr, "%s: %s [%s]\n", what, ipcchan_error_text(result),
		ipcchan_error_name(result));
	return 1;
}

static int child(struct ipcchan_mailbox *mailbox)
{
	const char *text = "hello from the child";
	int result = ipcchan_mailbox_send(mailbox, text, strlen(text), NULL);

	return result ? fail("send", result) : 0;
}

static int parent(struct ipcchan_mailbox *mailbox)
{
	struct ipcchan_receive_options options = IPCCHAN_RECEIVE_OPTIONS;
	char text[100];
	struct ipcchan_message message;
	int result;

	options.deadline_ns = ipcchan_deadline_in(IPCCHAN_SECONDS(10));
	ipcchan_message_set(&message, text, sizeof(text));
	result = ipcchan_mailbox_receive_batch(mailbox, &message, 1,
					       sizeof(message), &options);
	if (result < 0)
		return fail("receive", result);
	printf("\"%.*s\", says the kernel, comes from process %u\n",
	       (int)message.length, text, message.tgid);
	return 0;
}

int main(void)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;
	struct ipcchan *session;
	int status;
	int result = ipcchan_session_open(&session);

	if (result)
		return fail("open " IPCCHAN_DEVICE, result);
	options.flags = IPCCHAN_OPEN_CREATE;
	result = ipcchan_mailbox_open(session, NULL, IPCCHAN_RIGHT_SEND |
				      IPCCHAN_RIGHT_RECEIVE, &options,
				      &mailbox);
	if (result)
		return fail("create a mailbox", result);
	if (!fork())
		return child(mailbox);
	result = parent(mailbox);
	wait(&status);
	ipcchan_mailbox_close(mailbox);
	ipcchan_session_close(session);
	return result || status;
}
