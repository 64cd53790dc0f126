// SPDX-License-Identifier: GPL-2.0
/* Numbers for arguments. */

#include "value.h"

/* Where things break: around powers of two, signs and the widths of fields. */
static const __u64 edges[] = {
	0, 1, 63, 64, 65, 255, 256, 4095, 4096, 4097, 0x7fff, 0xffff, 0x10000,
	0x100000, 0x100001, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
	0x7fffffffffffffff, 0x8000000000000000, 0xfffffffffffff000, -1,
};

static __u64 edge(struct fuzz_random *random)
{
	return fuzz_chance(random, 8) ? fuzz_next(random) :
					FUZZ_ONE_OF(random, edges);
}

static __u64 number(struct fuzz_random *random, __u64 most)
{
	static const __u64 usual[] = {
		0, 0, 1, 1, 2, 3, 4, 8, 16, 64, 0xffffffff,
	};

	if (most)
		return fuzz_chance(random, 4) ? most :
						fuzz_below(random, most + 1);
	return FUZZ_ONE_OF(random, usual);
}

static __u64 bytes(struct fuzz_random *random)
{
	static const __u64 usual[] = {
		1, 4, 8, 8, 16, 16, 64, 64, 100, 1000, 4096, 4096, 4097, 8192,
		65536, 0xffffffff, -1,
	};

	return FUZZ_ONE_OF(random, usual);
}

static __u64 flags(struct fuzz_random *random, __u64 known)
{
	if (fuzz_chance(random, 32))
		return 1ULL << fuzz_below(random, 32);
	if (fuzz_chance(random, 4))
		return known;
	return fuzz_chance(random, 3) ? 0 : fuzz_next(random) & known;
}

static __u64 descriptor(struct fuzz_random *random, __u64 kinds)
{
	unsigned int kind = fuzz_below(random, FUZZ_KINDS);
	unsigned int slot = fuzz_below(random, FUZZ_SLOTS);

	if (fuzz_chance(random, 16))
		kinds = ~0U;
	while (!(kinds & 1U << kind))
		kind = (kind + 1) % FUZZ_KINDS;
	return FUZZ_AT(kind, slot);
}

static __u64 name(struct fuzz_random *random)
{
	if (fuzz_chance(random, 8))
		return fuzz_below(random, FUZZ_NAME_KINDS);
	return fuzz_below(random, FUZZ_NAMES + 1);
}

static __u64 address(struct fuzz_random *random)
{
	__u64 place = fuzz_chance(random, 12) ?
		      fuzz_below(random, FUZZ_PLACES) : FUZZ_OWN;

	return fuzz_below(random, 0x10000) << 4 | place;
}

static __u64 count(struct fuzz_random *random, __u64 max)
{
	const __u64 usual[] = { 1, 1, 1, 2, 2, 3, 5, max };
	const __u64 odd[] = { 0, max + 1, 0xffffffff };

	return fuzz_chance(random, 16) ? FUZZ_ONE_OF(random, odd) :
					 FUZZ_ONE_OF(random, usual);
}

static __u64 size(struct fuzz_random *random, __u64 known)
{
	const __u64 odd[] = {
		1, known - 1, known - 8, known + 1, known + 8, 2 * known,
		4096, 4097, 0x3fff,
	};

	return fuzz_chance(random, 12) ? FUZZ_ONE_OF(random, odd) : 0;
}

static __u64 token(struct fuzz_random *random, __u64 first)
{
	return fuzz_chance(random, 8) ? fuzz_below(random, FUZZ_TOKENS + 1) :
					first + fuzz_below(random, FUZZ_SLOTS);
}

/* Mostly of a region of four pages, sometimes a huge page or only the descriptor. */
static __u64 extent(struct fuzz_random *random)
{
	__u64 mode = fuzz_chance(random, 3) ? IPCCHAN_EXTENT_SHARE :
					      IPCCHAN_EXTENT_MOVE;

	switch (fuzz_below(random, 16)) {
	case 0:
	case 1:
		return fuzz_below(random, FUZZ_PAGES(0, 0, 16));
	case 2:
		return FUZZ_PAGES(mode, 0, 3);
	case 3:
		return FUZZ_PAGES(0, 0, 4);
	default:
		return FUZZ_PAGES(mode, fuzz_below(random, 4),
				  fuzz_below(random, 2));
	}
}

/* Mostly soon over: who sleeps makes no further calls. */
static __u64 deadline(struct fuzz_random *random)
{
	return fuzz_below(random, fuzz_chance(random, 4) ? FUZZ_TIMES :
							   FUZZ_NEVER);
}

static __u64 user(struct fuzz_random *random)
{
	static const __u64 users[] = { 0, 0, 1000, 1001, 65534, 0xffffffff };

	return FUZZ_ONE_OF(random, users);
}

static __u64 usual(struct fuzz_random *random, const struct fuzz_arg *arg)
{
	switch (arg->type) {
	case FUZZ_NUMBER:
		return number(random, arg->param);
	case FUZZ_BYTES:
		return bytes(random);
	case FUZZ_FLAGS:
		return flags(random, arg->param);
	case FUZZ_FD:
		return descriptor(random, arg->param);
	case FUZZ_SLOT:
		return fuzz_below(random, FUZZ_SLOTS);
	case FUZZ_NAME:
		return name(random);
	case FUZZ_ADDRESS:
		return address(random);
	case FUZZ_DEADLINE:
		return deadline(random);
	case FUZZ_USER:
		return user(random);
	case FUZZ_COUNT:
		return count(random, arg->param);
	case FUZZ_SIZE:
		return size(random, arg->param);
	case FUZZ_TOKEN:
		return token(random, arg->param);
	case FUZZ_EXTENT:
		return extent(random);
	case FUZZ_CHOICE:
		return fuzz_below(random, arg->param);
	}
	return 0;
}

/* Edges are for what is taken as it is; the rest has its own odd values. */
static bool has_edges(const struct fuzz_arg *arg)
{
	return arg->type == FUZZ_NUMBER || arg->type == FUZZ_BYTES ||
	       arg->type == FUZZ_FLAGS || arg->type == FUZZ_DEADLINE;
}

__u64 fuzz_value(struct fuzz_random *random, const struct fuzz_arg *arg)
{
	if (has_edges(arg) && fuzz_chance(random, 48))
		return edge(random);
	return usual(random, arg);
}

__u64 fuzz_value_near(struct fuzz_random *random, const struct fuzz_arg *arg,
		      __u64 value)
{
	if (!has_edges(arg) || fuzz_chance(random, 2))
		return fuzz_value(random, arg);
	switch (fuzz_below(random, 4)) {
	case 0:
		return value + 1;
	case 1:
		return value - 1;
	case 2:
		return value ^ 1ULL << fuzz_below(random, 64);
	default:
		return edge(random);
	}
}
