// SPDX-License-Identifier: GPL-2.0
/*
 * A counter in shared memory: four processes add to it, under a mutex that lives
 * beside it.
 */
#include <ipcchan.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES	4
#define ROUNDS		10000

/**
 * struct counter - what the processes share
 * @lock: guards @value
 * @value: the sum
 */
struct counter {
	pthread_mutex_t lock;
	unsigned long value;
};

static int fail(const char *what, long result)
{
	fprintf(stderr, "%s: %s [%s]\n", what, ipcchan_error_text(result),
		ipcchan_error_name(result));
	return 1;
}

/* The pages of a new region are there, and zero. */
static int open_counter(struct ipcchan *session, struct ipcchan_region **region,
			struct counter **counter)
{
	struct ipcchan_region_options options = IPCCHAN_REGION_OPTIONS;
	pthread_mutexattr_t shared;
	void *address;
	int result;

	options.flags = IPCCHAN_OPEN_CREATE;
	options.region_size = sizeof(**counter);
	result = ipcchan_region_open(session, NULL, IPCCHAN_RIGHT_MAP_READ |
				     IPCCHAN_RIGHT_MAP_WRITE, &options, region);
	if (result)
		return result;
	result = ipcchan_region_map(*region, PROT_READ | PROT_WRITE, &address);
	if (result)
		return result;
	*counter = address;
	pthread_mutexattr_init(&shared);
	pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	return -pthread_mutex_init(&(*counter)->lock, &shared);
}

static int child(struct counter *counter)
{
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&counter->lock);
		counter->value++;
		pthread_mutex_unlock(&counter->lock);
	}
	return 0;
}

int main(void)
{
	struct ipcchan_region *region;
	struct counter *counter;
	struct ipcchan *session;
	int result = ipcchan_session_open(&session);

	if (result)
		return fail("open " IPCCHAN_DEVICE, result);
	result = open_counter(session, &region, &counter);
	if (result)
		return fail("create a region", result);
	/* A forked child has the mapping too. */
	for (int i = 0; i < PROCESSES; i++)
		if (!fork())
			return child(counter);
	while (wait(NULL) > 0)
		;
	printf("%d processes counted to %lu\n", PROCESSES, counter->value);
	result = counter->value != PROCESSES * ROUNDS;
	ipcchan_region_unmap(region, counter);
	ipcchan_region_close(region);
	ipcchan_session_close(session);
	return result;
}
