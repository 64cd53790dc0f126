/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A command that answers a request: it reads the request from its standard input,
 * and what it writes to its standard output is the reply.
 */
#ifndef IPCCHAN_COMMAND_H
#define IPCCHAN_COMMAND_H

#include <ipcchan.h>
#include <stddef.h>

/* Exit statuses that are none of the command, as env(1) and timeout(1) have them. */
#define COMMAND_FAILED		125
#define COMMAND_NOT_RUN		126
#define COMMAND_NOT_FOUND	127

/**
 * struct command - a command, and what it has written
 * @argv: Its words.
 * @name: The mailbox's name, for messages.
 * @mailbox: The mailbox; its filter is changed while the command runs.
 * @limit: Bytes of the longest output.
 * @output: What it has written.
 * @size: How many bytes.
 * @room: Bytes of memory at @output.
 */
struct command {
	char **argv;
	const char *name;
	struct ipcchan_mailbox *mailbox;
	size_t limit;
	char *output;
	size_t size;
	size_t room;
};

/*
 * Run it for @request, and wait for its end: its exit status; 128 and the signal
 * that ended it; or one of the three above, then there is no output. When nobody
 * waits for the reply any more it is ended, with all that it has started.
 */
int command_run(struct command *command, const struct ipcchan_message *request);

#endif /* IPCCHAN_COMMAND_H */
