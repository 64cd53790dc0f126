// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel needs for an object that nobody uses: of many that are made, and what
 * there is less of meanwhile.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../measure.h"
#include "../objects/object.h"
#include "scenario.h"

/* So many that what is left over of slabs is little against them. */
#define COUNT		1000

/* Microseconds for what is freed when nobody looks at it any more. */
#define SETTLING	200000

/**
 * struct memory - what is in use
 * @slab: Bytes of objects in slabs.
 * @pages: Pages besides.
 */
struct memory {
	double slab;
	double pages;
};

static FILE *must_open(const char *path)
{
	FILE *file = fopen(path, "re");

	if (!file)
		err(1, "%s", path);
	return file;
}

/* The lines of slabinfo(5) but for its two headings. */
static double bytes_in_slabs(void)
{
	FILE *file = must_open("/proc/slabinfo");
	unsigned long objects;
	unsigned long size;
	char line[512];
	double bytes = 0;

	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%*s %lu %*u %lu", &objects, &size) == 2)
			bytes += (double)objects * size;
	fclose(file);
	return bytes;
}

static double pages_besides(void)
{
	FILE *file = must_open("/proc/vmstat");
	char name[64];
	double number;
	double used = 0;

	while (fscanf(file, "%63s %lf", name, &number) == 2)
		if (!strcmp(name, "nr_free_pages") ||
		    !strcmp(name, "nr_slab_reclaimable") ||
		    !strcmp(name, "nr_slab_unreclaimable"))
			used -= number;
	fclose(file);
	return used;
}

static struct memory memory_now(void)
{
	must(usleep(SETTLING), 0, "usleep");
	return (struct memory){
		.slab = bytes_in_slabs(),
		.pages = pages_besides(),
	};
}

static struct memory memory_of(const struct object *object, struct made *made)
{
	struct memory before = memory_now();
	struct memory after;

	for (int i = 0; i < COUNT; i++)
		object->make(&made[i]);
	after = memory_now();
	for (int i = 0; i < COUNT; i++)
		object->drop(&made[i]);
	return (struct memory){
		.slab = (after.slab - before.slab) / COUNT,
		.pages = (after.pages - before.pages) / COUNT,
	};
}

static void keep(const struct scenario *scenario, const struct object *object,
		 const char *of, double cost)
{
	struct result result = {
		.scenario = scenario->name,
		.mechanism = object->name,
		.is_rival = object->is_rival,
		.cost = cost,
		.syscalls = UNCOUNTED,
		.switches = UNCOUNTED,
		.wakeups = UNCOUNTED,
	};

	snprintf(result.of, sizeof(result.of), "%s", of);
	results_add(&result);
}

/* The first time makes the slabs that the second finds. */
static void run(const struct scenario *scenario)
{
	struct made *made = calloc(COUNT, sizeof(*made));

	if (!made)
		err(1, "calloc");
	for (size_t i = 0; all_objects[i]; i++) {
		const struct object *object = all_objects[i];
		struct memory memory;

		if (settings.mechanism &&
		    strcmp(settings.mechanism, object->name))
			continue;
		fprintf(stderr, "# %s, %s\n", scenario->name, object->name);
		memory_of(object, made);
		memory = memory_of(object, made);
		keep(scenario, object, "slab bytes", memory.slab);
		keep(scenario, object, "whole pages", (int)(memory.pages + 0.5));
	}
	free(made);
}

const struct scenario memory_scenario = {
	.name = "memory",
	.title = "An object that nobody uses",
	.unit = "bytes and pages",
	.run = run,
};
