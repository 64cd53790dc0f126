// SPDX-License-Identifier: GPL-2.0
/*
 * Handing a block of memory to another process: all ways, all sizes.
 */
#include "hand_over.h"

#include <err.h>
#include <ipcchan.h>
#include <string.h>

#include "figures.h"
#include "table.h"

#define PAGE		4096UL
#define HUGE		(2UL << 20)

/*
 * Bytes of a repeat, as far as its rounds are not too many: so much that what an
 * interrupt costs is little against it, by ways that need little for a byte, too.
 */
#define REPEAT_BYTES	(16UL << 20)
#define CHEAP_BYTES	(512UL << 20)
#define MOST_ROUNDS	1000UL

/* The word of a page that is written; the first of a block is the round. */
#define WORD		(PAGE / sizeof(uint64_t))
#define FIRST_WORD	8

enum way { MEMCPY, COPY, STREAM, MOVE, MOVE_HUGE, SHARE, NR_WAYS };

static const struct mechanism *const ways[NR_WAYS] = {
	[MEMCPY] = &memcpy_mechanism,
	[COPY] = &copy_mechanism,
	[STREAM] = &stream_mechanism,
	[MOVE] = &move_mechanism,
	[MOVE_HUGE] = &move_huge_mechanism,
	[SHARE] = &share_mechanism,
};

static const size_t sizes[HAND_OVER_SIZES] = {
	HAND_OVER_SMALLEST, 64UL << 10, 1UL << 20, 2UL << 20, 16UL << 20,
	HAND_OVER_LARGEST,
};

/* Of a way and a size; 0: it cannot. */
static double costs[NR_WAYS][HAND_OVER_SIZES];
static double widest_spread[NR_WAYS];

void pages_write(void *block, size_t size, uint64_t value)
{
	uint64_t *words = block;

	for (size_t i = FIRST_WORD; i < size / sizeof(*words); i += WORD)
		__atomic_store_n(&words[i], value, __ATOMIC_RELAXED);
}

void pages_check(const void *block, size_t size, uint64_t value)
{
	const uint64_t *words = block;

	for (size_t i = FIRST_WORD; i < size / sizeof(*words); i += WORD)
		if (__atomic_load_n(&words[i], __ATOMIC_RELAXED) != value)
			errx(1, "the page at %zu is not what was handed over",
			     i * sizeof(*words));
}

static bool has_huge(void)
{
	struct ipcchan_device_info info;
	struct ipcchan *session;

	if (ipcchan_session_open(&session) ||
	    ipcchan_device_info(session, &info, sizeof(info)))
		errx(1, "no " IPCCHAN_DEVICE);
	ipcchan_session_close(session);
	return info.features & IPCCHAN_FEATURE_HUGE;
}

static unsigned int rounds_of(enum way way, size_t size)
{
	bool cheap = way == MEMCPY || way == MOVE_HUGE;
	size_t rounds = (cheap ? CHEAP_BYTES : REPEAT_BYTES) / size;
	size_t most = way == MEMCPY ? 10 * MOST_ROUNDS : MOST_ROUNDS;

	return way == SHARE || rounds >= most ? most : rounds + 1;
}

static void measure(enum way way, size_t at)
{
	const struct pair pair = {
		.mechanism = ways[way],
		.size = sizes[at],
		.rounds = rounds_of(way, sizes[at]),
	};
	struct costs spent;
	struct figures figures;

	fprintf(stderr, "# %s, %zu KiB\n", ways[way]->name, sizes[at] >> 10);
	spent = pair_run(&pair);
	figures = figures_of(&pair, &spent);
	costs[way][at] = figures.ns;
	if (figures.spread > widest_spread[way])
		widest_spread[way] = figures.spread;
}

bool hand_over_run(double widest)
{
	bool huge = has_huge();
	bool alike = true;

	for (enum way way = 0; way < NR_WAYS; way++) {
		for (size_t at = 0; at < HAND_OVER_SIZES; at++)
			if (way != MOVE_HUGE || (huge && sizes[at] >= HUGE))
				measure(way, at);
		if (widest_spread[way] <= widest)
			continue;
		alike = false;
		warnx("%s: repeats differ by %.2f %%", ways[way]->name,
		      100 * widest_spread[way]);
	}
	return alike;
}

/* Between two sizes the costs are taken to lie on a line; 0: it is nowhere so. */
static size_t crossover(enum way way, size_t granule)
{
	double above = 0;
	size_t from = 0;

	for (size_t at = 0; at < HAND_OVER_SIZES; at++) {
		double below = costs[COPY][at] - costs[way][at];

		if (!costs[way][at])
			continue;
		if (below > 0 && !above)
			return sizes[at];
		if (below > 0) {
			size_t size = from + (sizes[at] - from) * above /
					     (above + below);

			return (size / granule + 1) * granule;
		}
		above = -below;
		from = sizes[at];
	}
	return 0;
}

static size_t index_of(size_t size)
{
	size_t at = 0;

	while (sizes[at] != size)
		at++;
	return at;
}

static double huge_of_memcpy(void)
{
	size_t at = index_of(16UL << 20);

	return costs[MOVE_HUGE][at] / costs[MEMCPY][at];
}

static double share_of_smallest(void)
{
	return costs[SHARE][index_of(HAND_OVER_LARGEST)] /
	       costs[SHARE][index_of(HAND_OVER_SMALLEST)];
}

static void add_columns(struct libscols_table *table, bool json)
{
	char name[32];

	table_column(table, "mechanism", false);
	for (size_t at = 0; at < HAND_OVER_SIZES; at++) {
		if (json)
			snprintf(name, sizeof(name), "%zu", sizes[at]);
		else if (sizes[at] < 1 << 20)
			snprintf(name, sizeof(name), "%zu KiB", sizes[at] >> 10);
		else
			snprintf(name, sizeof(name), "%zu MiB", sizes[at] >> 20);
		table_column(table, name, true);
	}
	table_column(table, json ? "spread" : "spread %", true);
}

static struct libscols_table *fill_table(bool json)
{
	struct libscols_table *table = table_new("hand_over", json);

	add_columns(table, json);
	for (enum way way = 0; way < NR_WAYS; way++) {
		struct libscols_line *line = table_line(table);
		size_t next = 0;

		table_cell(line, &next, "%s", ways[way]->name);
		for (size_t at = 0; at < HAND_OVER_SIZES; at++)
			if (costs[way][at])
				table_cell(line, &next, "%.0f", costs[way][at]);
			else
				table_nothing(line, &next, json, 1);
		table_cell(line, &next, json ? "%.6f" : "%.2f",
			   widest_spread[way] * (json ? 1 : 100));
	}
	return table;
}

static void print_crossover(FILE *out, enum way way, size_t granule)
{
	size_t size = crossover(way, granule);

	if (size)
		fprintf(out, "%s costs less than sending a copy from %zu KiB on\n",
			ways[way]->name, size >> 10);
	else
		fprintf(out, "%s costs less than sending a copy at no size\n",
			ways[way]->name);
}

void hand_over_print(FILE *out, const char *unit)
{
	struct libscols_table *table = fill_table(false);

	fprintf(out, "A block handed over, used, and back, in %s:\n", unit);
	table_print(out, table);
	print_crossover(out, MOVE, PAGE);
	print_crossover(out, MOVE_HUGE, HUGE);
	if (costs[MOVE_HUGE][index_of(16UL << 20)])
		fprintf(out, "%s of 16 MiB: %.3f of memcpy\n",
			move_huge_mechanism.name, huge_of_memcpy());
	fprintf(out, "%s of 64 MiB: %.3f of that of 4 KiB\n",
		share_mechanism.name, share_of_smallest());
}

void hand_over_print_json(FILE *out)
{
	table_print_field(out, fill_table(true));
	fprintf(out, ",\"crossover\":{\"%lu\":%zu,\"%lu\":%zu}", PAGE,
		crossover(MOVE, PAGE), HUGE, crossover(MOVE_HUGE, HUGE));
	fprintf(out, ",\"huge_of_memcpy\":%.4f,\"share_of_smallest\":%.4f",
		huge_of_memcpy(), share_of_smallest());
}
