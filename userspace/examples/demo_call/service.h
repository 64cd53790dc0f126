/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The service of the demo: how often a word stands in a text.
 */
#ifndef DEMO_SERVICE_H
#define DEMO_SERVICE_H

#include <ipcchan.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The longest word that is asked for. */
#define WORD_SIZE	32

/**
 * struct text - a file in memory
 * @bytes: Its bytes.
 * @size: How many.
 */
struct text {
	char *bytes;
	size_t size;
};

void text_load(struct text *text, const char *path);

/** text_word - the first word from @offset on; 0: there is none */
size_t text_word(const struct text *text, size_t offset, char *word);

unsigned long text_count(const struct text *text, const char *word);

/** mailbox_named - open a mailbox by its name, in a session of this process */
struct ipcchan_mailbox *mailbox_named(const char *name, uint32_t rights);

/** mailbox_make - a new one under that name, that the caller only watches */
struct ipcchan_mailbox *mailbox_make(const struct ipcchan *session,
				     const char *name);

/** service_start - a process that answers questions from @name for ever */
pid_t service_start(const struct text *text, const char *name);

/** service_ask - a count from the service, or -errno */
long service_ask(const struct ipcchan_mailbox *mailbox, const char *word,
		 uint64_t deadline_ns);

#endif /* DEMO_SERVICE_H */
