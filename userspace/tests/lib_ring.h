/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of rings share. Included after kselftest_harness.h.
 */
#ifndef LIB_RING_H
#define LIB_RING_H

#include "lib_test.h"

#include <sys/wait.h>

#define RING_SIZE	65536U

/* Of a record that takes half of such a ring, with what stands before it. */
#define LONGEST		(RING_SIZE / 2 - 8U)

static inline uint64_t soon(void)
{
	return ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
}

/* Does the end with the right @end come to have slept @times times in RING_WAIT? */
static inline bool await_sleeps(const struct ipcchan_ring *ring, uint32_t end,
				uint64_t times)
{
	uint64_t deadline = soon();
	struct ipcchan_ring_info info;

	do {
		if (ipcchan_ring_info(ring, &info, sizeof(info)))
			abort();
		if ((end == IPCCHAN_RIGHT_SEND ? info.producer_waits :
						 info.consumer_waits) >= times)
			return true;
		nap();
	} while (ipcchan_deadline_in(0) < deadline);
	return false;
}

static inline int put(struct ipcchan_ring *ring, const char *text, uint32_t type)
{
	return ipcchan_ring_write(ring, text, strlen(text), type, soon());
}

/* Is the next record this text? It is consumed. */
static inline bool take(struct ipcchan_ring *ring, const char *text)
{
	struct ipcchan_record record;
	bool is_text;

	if (ipcchan_ring_wait(ring, 0, soon()) ||
	    ipcchan_ring_peek(ring, &record))
		return false;
	is_text = record.size == strlen(text) &&
		  !memcmp(record.data, text, record.size);
	return !ipcchan_ring_consume(ring) && is_text;
}

/* The exit status of a child that was forked. */
static inline int status_of(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

#endif /* LIB_RING_H */
