/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of libipcchan share. Included after kselftest_harness.h.
 */
#ifndef LIB_TEST_H
#define LIB_TEST_H

#include <errno.h>
#include <fcntl.h>
#include <ipcchan.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* How long to wait for what must happen, on a slow and busy machine too. */
#define MUST_HAPPEN_SECONDS	30

/* The harness kills a test after 30 s unless told otherwise. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	120

#define ALL_RIGHTS	IPCCHAN_RIGHTS_MAILBOX

/* Let others run for a millisecond; only between two looks at a state. */
static inline void nap(void)
{
	const struct timespec time = { .tv_nsec = 1000000 };

	nanosleep(&time, NULL);
}

static inline struct ipcchan *open_session(void)
{
	struct ipcchan *session;

	if (ipcchan_session_open(&session))
		abort();
	return session;
}

/* A new anonymous mailbox. */
static inline struct ipcchan_mailbox *
new_mailbox(const struct ipcchan *session,
	    const struct ipcchan_mailbox_options *options)
{
	struct ipcchan_mailbox *mailbox;

	if (ipcchan_mailbox_open(session, NULL, ALL_RIGHTS, options, &mailbox))
		abort();
	return mailbox;
}

/* A name that only this test has. */
static inline const char *own_name(const char *part)
{
	static char name[IPCCHAN_NAME_SIZE];

	snprintf(name, sizeof(name), "lib.%d.%s", getpid(), part);
	return name;
}

/* Objects end in their own time; does the user come to have none? */
static inline bool has_no_objects(const struct ipcchan *session)
{
	uint64_t deadline =
		ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
	struct ipcchan_device_info info;

	do {
		if (ipcchan_device_info(session, &info, sizeof(info)))
			abort();
		if (!info.user_objects && !info.user_bytes)
			return true;
		nap();
	} while (ipcchan_deadline_in(0) < deadline);
	return false;
}

/* Does a call come to sleep in RECEIVE? */
static inline bool await_receiver(const struct ipcchan_mailbox *mailbox)
{
	uint64_t deadline =
		ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
	struct ipcchan_mailbox_info info;

	do {
		if (ipcchan_mailbox_info(mailbox, &info, sizeof(info)))
			abort();
		if (info.waiting_receivers)
			return true;
		nap();
	} while (ipcchan_deadline_in(0) < deadline);
	return false;
}

/* Do so many calls come to be queued or held, and of these so many held? */
static inline bool await_calls(const struct ipcchan_mailbox *mailbox,
			       uint32_t calls, uint32_t held)
{
	uint64_t deadline =
		ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
	struct ipcchan_mailbox_info info;

	do {
		if (ipcchan_mailbox_info(mailbox, &info, sizeof(info)))
			abort();
		if (info.calls == calls && info.calls_held == held)
			return true;
		nap();
	} while (ipcchan_deadline_in(0) < deadline);
	return false;
}

/* The same mailbox with fewer rights, as another process would have it. */
static inline struct ipcchan_mailbox *
restricted(const struct ipcchan_mailbox *mailbox, uint32_t rights,
	   uint32_t flags)
{
	struct ipcchan_mailbox *weaker;
	int fd = ipcchan_object_restrict(ipcchan_mailbox_fd(mailbox), rights,
					 flags);

	if (fd < 0 || ipcchan_mailbox_from_fd(fd, &weaker))
		abort();
	return weaker;
}

/* As by SCM_RIGHTS: another number for the same open file. */
static inline int received_fd(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

/* The next of a sequence of numbers by chance; @state is not 0. */
static inline uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#endif /* LIB_TEST_H */
