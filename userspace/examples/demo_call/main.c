// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan-demo-call: a service that several processes offer and others call, and
 * what becomes of calls when a server is killed, when time is over, and when
 * servers call each other in a circle. What is said is checked.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "process.h"
#include "service.h"

#define SERVERS	3
#define CLIENTS	4
#define CALLS	50

static void nap(void)
{
	const struct timespec time = { .tv_nsec = 1000000 };

	nanosleep(&time, NULL);
}

static struct ipcchan_mailbox_info info_of(const struct ipcchan_mailbox *mailbox)
{
	struct ipcchan_mailbox_info info;

	require(ipcchan_mailbox_info(mailbox, &info, sizeof(info)), "info");
	return info;
}

static void await_receivers(const struct ipcchan_mailbox *mailbox,
			    unsigned int receivers)
{
	while (info_of(mailbox).waiting_receivers < receivers)
		nap();
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	process_join(pid);
}

/* 1. Words, from all over the text */

static bool ask_for_words(const struct text *text, const char *name,
			  unsigned int client)
{
	struct ipcchan_mailbox *mailbox = mailbox_named(name,
							IPCCHAN_RIGHT_SEND);
	size_t part = text->size / (CLIENTS * CALLS + 1);
	char word[WORD_SIZE];
	bool good = true;

	for (unsigned int i = 0; i < CALLS; i++) {
		size_t offset = (i * CLIENTS + client) * part;
		long count;

		if (!text_word(text, offset, word))
			continue;
		count = service_ask(mailbox, word, IPCCHAN_DEADLINE_NEVER);
		good = check(count == (long)text_count(text, word),
			     "\"%s\": %ld", word, count) && good;
	}
	return good;
}

static bool look_up(const struct ipcchan *session, const struct text *text)
{
	struct ipcchan_mailbox *watch = mailbox_make(session, "demo-words");
	pid_t servers[SERVERS];
	pid_t clients[CLIENTS];
	bool good = true;

	printf("%d servers look words up in a text of %zu bytes, for %d clients\n",
	       SERVERS, text->size, CLIENTS);
	for (int i = 0; i < SERVERS; i++)
		servers[i] = service_start(text, "demo-words");
	await_receivers(watch, SERVERS);
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = process_start();
		if (!clients[i])
			_exit(!ask_for_words(text, "demo-words", i));
	}
	for (int i = 0; i < CLIENTS; i++)
		good = process_join(clients[i]) && good;
	printf("   %d calls, %llu requests: %s\n", CLIENTS * CALLS,
	       (unsigned long long)info_of(watch).received,
	       good ? "each count is right" : "some counts are wrong");
	for (int i = 0; i < SERVERS; i++)
		end(servers[i]);
	ipcchan_mailbox_close(watch);
	return good;
}

/* A server that receives one request, and then sleeps on it. */
static pid_t start_sleeper(const char *name)
{
	pid_t pid = process_start();
	struct ipcchan_mailbox *mailbox;
	char buffer[WORD_SIZE];
	struct ipcchan_message request;

	if (pid)
		return pid;
	mailbox = mailbox_named(name, IPCCHAN_RIGHT_RECEIVE);
	ipcchan_message_set(&request, buffer, sizeof(buffer));
	ipcchan_mailbox_receive_batch(mailbox, &request, 1, sizeof(request),
				      NULL);
	for (;;)
		pause();
}

/* 2. A server dies */

static bool survive_server(const struct ipcchan *session,
			   const struct text *text)
{
	struct ipcchan_mailbox *watch = mailbox_make(session, "demo-death");
	pid_t first = start_sleeper("demo-death");
	pid_t caller;
	pid_t second;
	bool good;

	puts("A server is killed while it holds a request");
	await_receivers(watch, 1);
	caller = process_start();
	if (!caller) {
		struct ipcchan_mailbox *mailbox =
			mailbox_named("demo-death", IPCCHAN_RIGHT_SEND);
		long got = service_ask(mailbox, "kernel",
				       IPCCHAN_DEADLINE_NEVER);

		printf("   the caller is told: %s\n", ipcchan_error_name(got));
		if (!check(got == -EOWNERDEAD, "not EOWNERDEAD"))
			_exit(1);
		got = service_ask(mailbox, "kernel", IPCCHAN_DEADLINE_NEVER);
		printf("   it asks again, and another server counts: %ld times \"kernel\"\n",
		       got);
		_exit(got != (long)text_count(text, "kernel"));
	}
	while (!info_of(watch).calls_held)
		nap();
	second = service_start(text, "demo-death");
	await_receivers(watch, 1);
	end(first);
	good = process_join(caller);
	end(second);
	ipcchan_mailbox_close(watch);
	return good;
}

/* 3. Time is over */

static bool time_out(const struct ipcchan *session)
{
	struct ipcchan_mailbox *watch = mailbox_make(session, "demo-time");
	struct ipcchan_mailbox *server = mailbox_named("demo-time",
						       IPCCHAN_RIGHT_RECEIVE);
	struct ipcchan_message request;
	struct ipcchan_message late;
	char buffer[WORD_SIZE];
	pid_t caller = process_start();
	bool good;

	if (!caller) {
		struct ipcchan_mailbox *mailbox =
			mailbox_named("demo-time", IPCCHAN_RIGHT_SEND);
		long got = service_ask(mailbox, "slow",
				       ipcchan_deadline_in(500000000));

		printf("   the caller is told: %s\n", ipcchan_error_name(got));
		_exit(got != -ETIMEDOUT);
	}
	puts("A server takes too long");
	ipcchan_message_set(&request, buffer, sizeof(buffer));
	require(ipcchan_mailbox_receive_batch(server, &request, 1,
					      sizeof(request), NULL),
		"receive");
	good = process_join(caller);
	ipcchan_message_set(&late, "late", 4);
	late.token = request.token;
	require(ipcchan_mailbox_receive_batch(server, &request, 1,
					      sizeof(request), NULL),
		"receive");
	good = check((request.flags & IPCCHAN_MESSAGE_NOTICE) &&
		     request.token == late.token,
		     "no notice of the cancelled request") && good;
	puts("   the server is told that nobody waits any more");
	good = check(ipcchan_mailbox_reply(server, &late, sizeof(late)) ==
		     -ECANCELED, "a late reply is not ECANCELED") && good;
	puts("   and its late answer is refused");
	ipcchan_mailbox_close(server);
	ipcchan_mailbox_close(watch);
	return good;
}

/* 4. A circle */

static void tell_cycle(const struct ipcchan_step *steps, uint32_t length)
{
	printf("   the last call is refused: EDEADLK, a circle of %u\n", length);
	for (uint32_t i = 0; i < length; i++)
		printf("      process %u waits for process %u, in \"%s\"\n",
		       steps[i].tgid, steps[i].holder_tgid, steps[i].name);
}

/* Needs an answer from @next before it can give one; what it got is its answer. */
static int ask_next(const struct ipcchan_mailbox *mailbox,
		    struct ipcchan_message *request,
		    struct ipcchan_message *reply, void *context)
{
	struct ipcchan_call_options options = IPCCHAN_CALL_OPTIONS;
	struct ipcchan_mailbox *next = mailbox_named(context,
						     IPCCHAN_RIGHT_SEND);
	struct ipcchan_step steps[IPCCHAN_CYCLE_MAX];
	struct ipcchan_message question;
	struct ipcchan_message answer;
	static int got;
	uint32_t length = 0;

	(void)mailbox;
	(void)request;
	options.cycle = steps;
	options.cycle_count = IPCCHAN_CYCLE_MAX;
	options.cycle_length = &length;
	ipcchan_message_set(&question, "you?", 4);
	ipcchan_message_set(&answer, &got, sizeof(got));
	got = 0;
	if (ipcchan_mailbox_call(next, &question, &answer, sizeof(question),
				 &options) == -EDEADLK) {
		tell_cycle(steps, length);
		got = length;
	}
	ipcchan_message_set(reply, &got, sizeof(got));
	return 0;
}

static pid_t start_link(const char *name, const char *next)
{
	pid_t pid = process_start();

	if (pid)
		return pid;
	ipcchan_serve(mailbox_named(name, IPCCHAN_RIGHT_RECEIVE), ask_next,
		      (void *)next, NULL);
	_exit(0);
}

static bool name_circle(const struct ipcchan *session)
{
	static const char *const names[] = {
		"demo-parser", "demo-cache", "demo-store",
	};
	struct ipcchan_mailbox *watch[3];
	struct ipcchan_mailbox *client;
	struct ipcchan_message request;
	struct ipcchan_message reply;
	pid_t servers[3];
	int length = 0;
	int error;

	puts("Three servers call each other in a circle");
	for (int i = 0; i < 3; i++)
		watch[i] = mailbox_make(session, names[i]);
	for (int i = 0; i < 3; i++)
		servers[i] = start_link(names[i], names[(i + 1) % 3]);
	for (int i = 0; i < 3; i++)
		await_receivers(watch[i], 1);
	client = mailbox_named(names[0], IPCCHAN_RIGHT_SEND);
	ipcchan_message_set(&request, "who?", 4);
	ipcchan_message_set(&reply, &length, sizeof(length));
	error = ipcchan_mailbox_call(client, &request, &reply, sizeof(request),
				     NULL);
	printf("   and all three answer: %s\n", error ? "no" : "yes");
	for (int i = 0; i < 3; i++) {
		end(servers[i]);
		ipcchan_mailbox_close(watch[i]);
	}
	ipcchan_mailbox_close(client);
	return check(!error && length == 3, "error %d, circle of %d", error,
		     length);
}

int main(int argc, char **argv)
{
	struct ipcchan *session;
	struct text text;
	bool good;

	if (argc != 2)
		errx(2, "usage: %s TEXT", argv[0]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	text_load(&text, argv[1]);
	require(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	printf("1. ");
	good = look_up(session, &text);
	printf("\n2. ");
	good = survive_server(session, &text) && good;
	printf("\n3. ");
	good = time_out(session) && good;
	printf("\n4. ");
	good = name_circle(session) && good;
	ipcchan_session_close(session);
	puts(good ? "\nPASS" : "\nFAIL");
	return good ? 0 : 1;
}
