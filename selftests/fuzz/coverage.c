// SPDX-License-Identifier: GPL-2.0
/* Coverage by KCOV. */

#include <fcntl.h>
#include <linux/kcov.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "coverage.h"

/* Words of a trace; what does not fit is lost. */
#define ENTRIES			32768UL

static bool trace_open(struct fuzz_trace *trace)
{
	trace->fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	if (trace->fd < 0 || ioctl(trace->fd, KCOV_INIT_TRACE, ENTRIES))
		return false;
	trace->area = mmap(NULL, ENTRIES * sizeof(__u64),
			   PROT_READ | PROT_WRITE, MAP_SHARED, trace->fd, 0);
	return trace->area != MAP_FAILED;
}

void fuzz_coverage_open(struct fuzz_coverage *coverage)
{
	coverage->is_on = true;
	for (int i = 0; i < FUZZ_TRACES && coverage->is_on; i++)
		coverage->is_on = trace_open(&coverage->traces[i]);
}

void fuzz_coverage_begin(struct fuzz_coverage *coverage)
{
	coverage->nr_fresh = 0;
	for (int i = 0; i < FUZZ_TRACES && coverage->is_on; i++)
		__atomic_store_n(coverage->traces[i].area, 0, __ATOMIC_RELAXED);
}

void fuzz_coverage_trace(const struct fuzz_coverage *coverage, int number)
{
	if (coverage->is_on)
		ioctl(coverage->traces[number].fd, KCOV_ENABLE, KCOV_TRACE_PC);
}

/* Where @address is, or belongs, in the hash; NULL if that is full. */
static __u64 *find(struct fuzz_coverage *coverage, __u64 address)
{
	size_t hash = address * 0x9e3779b97f4a7c15ULL >> 48;

	for (size_t i = 0; i < FUZZ_PLACES_KNOWN; i++) {
		__u64 *known = &coverage->known[(hash + i) % FUZZ_PLACES_KNOWN];

		if (!*known || *known == address)
			return known;
	}
	return NULL;
}

static void learn(struct fuzz_coverage *coverage, __u64 address)
{
	__u64 *known = find(coverage, address);

	if (!known || *known)
		return;
	*known = address;
	coverage->nr_known++;
	if (coverage->nr_fresh < FUZZ_FRESH)
		coverage->fresh[coverage->nr_fresh++] = address;
}

void fuzz_coverage_end(struct fuzz_coverage *coverage)
{
	for (int i = 0; i < FUZZ_TRACES && coverage->is_on; i++) {
		const __u64 *area = coverage->traces[i].area;
		__u64 nr = __atomic_load_n(area, __ATOMIC_RELAXED);

		for (__u64 at = 1; at <= nr && at < ENTRIES; at++)
			learn(coverage, area[at]);
	}
}

static bool is_traced(const struct fuzz_coverage *coverage, __u64 address)
{
	for (int i = 0; i < FUZZ_TRACES; i++) {
		const __u64 *area = coverage->traces[i].area;
		__u64 nr = __atomic_load_n(area, __ATOMIC_RELAXED);

		for (__u64 at = 1; at <= nr && at < ENTRIES; at++)
			if (area[at] == address)
				return true;
	}
	return false;
}

bool fuzz_coverage_has(const struct fuzz_coverage *coverage,
		       const __u64 *addresses, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!is_traced(coverage, addresses[i]))
			return false;
	return true;
}
