// SPDX-License-Identifier: GPL-2.0
/* Making up programs. */

#include <string.h>

#include "generate.h"
#include "value.h"

static const struct fuzz_op *pick_op(struct fuzz_random *random)
{
	const struct fuzz_op *op;
	__u64 total = 0;
	__u64 ticket;

	for (size_t i = 0; (op = fuzz_op_at(i)); i++)
		total += op->weight;
	ticket = fuzz_below(random, total);
	for (size_t i = 0; (op = fuzz_op_at(i)); i++) {
		if (ticket < op->weight)
			break;
		ticket -= op->weight;
	}
	return op;
}

static void fill_call(struct fuzz_random *random, struct fuzz_call *call,
		      const struct fuzz_op *op)
{
	call->op = op;
	for (unsigned int i = 0; i < op->nr_args; i++)
		call->args[i] = fuzz_value(random, &op->args[i]);
}

static void add_random_call(struct fuzz_random *random,
			    struct fuzz_program *program, unsigned int worker)
{
	const struct fuzz_op *op = pick_op(random);
	struct fuzz_call *call = fuzz_program_add(program);

	if (!call)
		return;
	call->worker = worker;
	fill_call(random, call, op);
}

/*
 * Calls that are all but sure to work, since without an object most of the rest
 * is EBADF. What is random in them is what cannot fail.
 */
static const char *const openings[] = {
	"0 open;"
	"0 mailbox_open 0 0 0 0 4 1 1ff f 2 1000 0 4000",
	"0 open;"
	"0 mailbox_open 0 0 0 0 0 7 1b6 f 8 1000 0 ffffffffffffffff;"
	"0 object_restrict 10 0 0 1 1;"
	"0 object_restrict 10 0 0 2 2",
	"0 open;"
	"0 region_open 0 0 0 0 4 1 1ff 38 0 4000;"
	"0 mmap 20 0 4000 1 0 0",
	"0 open;"
	"0 ring_create 0 0 0 0 0 1000;"
	"0 mmap 30 0 1000 1 0 0;"
	"0 mmap 30 1 1000 1 0 5;"
	"0 mmap 31 2 1000 1 0 4;"
	"0 ring_wait 31 0 0 0 0 0 100 30",
	"0 open;"
	"0 open 1;"
	"0 mailbox_open 0 0 0 0 4 1 1ff f 4 100 0 400;"
	"0 mailbox_open 1 0 0 1 1 5 1ff f 1 1 0 1;"
	"0 region_open 0 0 0 0 2 5 1ff 38 0 1;"
	"0 mmap 20 0 1000 1 0 0",
	"0 open;"
	"0 mailbox_open 0 0 0 0 4 11 1ff f 8 1000 0 4000;"
	"0 region_open 0 0 0 0 4 201 1ff 38 0 4000;"
	"0 mmap 20 0 4000 1 0 0;"
	"0 lend 10 20 12;"
	"0 borrow 10 1",
	"0 open;"
	"0 mailbox_open 0 0 0 0 4 11 1ff f 8 1000 0 4000;"
	"0 region_open 0 0 0 0 4 1 1ff 38 0 4000;"
	"0 mmap 20 0 4000 1 0 0;"
	"0 lend 10 20 2 20 21 1",
	"0 open;"
	"0 mailbox_open 0 0 0 0 4 1 1ff f 8 1000 0 4000;"
	"0 mailbox_open 0 0 0 1 4 1 1ff f 8 1000 0 4000;"
	"0 mailbox_call_start 10 0 0 0 30 0 1 4;"
	"0 mailbox_call_start 10 0 0 0 40 0 1 4;"
	"0 mailbox_reply_receive 10 0 0 0 30 40 0 1",
	"0 open;"
	"0 mutex_open 0 0 0 0 4 1 1ff 48;"
	"0 semaphore_open 0 0 0 0 4 1 1ff c8 0 1 2;"
	"0 event_open 0 0 0 0 4 1 1ff c8;"
	"0 condvar_open 0 0 0 0 4 1 1ff c8;"
	"0 barrier_open 0 0 0 0 4 1 1ff 48 2;"
	"0 rwlock_open 0 0 0 0 4 1 1ff 48",
};

const char *fuzz_opening(size_t index)
{
	return index < ARRAY_SIZE(openings) ? openings[index] : NULL;
}

static void add_openings(struct fuzz_random *random,
			 struct fuzz_program *program)
{
	const char *where;

	fuzz_program_parse(program, FUZZ_ONE_OF(random, openings), &where);
}

void fuzz_generate(struct fuzz_random *random, struct fuzz_program *program)
{
	unsigned int prepared = fuzz_below(random, 3);
	unsigned int calls = 8 + fuzz_below(random, 56);

	program->nr = 0;
	if (!fuzz_chance(random, 16))
		add_openings(random, program);
	for (unsigned int i = 0; i < prepared; i++)
		add_random_call(random, program, 0);
	for (unsigned int i = 0; i < calls; i++)
		add_random_call(random, program,
				1 + fuzz_below(random, FUZZ_WORKERS - 1));
}

static void change_arg(struct fuzz_random *random, struct fuzz_call *call)
{
	unsigned int i;

	if (!call->op->nr_args)
		return;
	i = fuzz_below(random, call->op->nr_args);
	call->args[i] = fuzz_value_near(random, &call->op->args[i],
					call->args[i]);
}

static void insert_call(struct fuzz_program *program, unsigned int index,
			const struct fuzz_call *call)
{
	struct fuzz_call *at = &program->calls[index];

	if (program->nr == FUZZ_CALLS)
		fuzz_program_remove(program, FUZZ_CALLS - 1);
	memmove(at + 1, at, (program->nr - index) * sizeof(*at));
	*at = *call;
	program->nr++;
}

/* Some neighbouring calls of @other, and perhaps for another worker. */
static void take_over(struct fuzz_random *random, struct fuzz_program *program,
		      const struct fuzz_program *other)
{
	unsigned int from = fuzz_below(random, other->nr);
	unsigned int nr = 1 + fuzz_below(random, 4);
	unsigned int at = fuzz_below(random, program->nr);

	for (unsigned int i = 0; i < nr && from + i < other->nr; i++) {
		struct fuzz_call call = other->calls[from + i];

		if (call.worker && fuzz_chance(random, 2))
			call.worker = 1 + fuzz_below(random, FUZZ_WORKERS - 1);
		insert_call(program, at, &call);
	}
}

static void mutate_once(struct fuzz_random *random,
			struct fuzz_program *program,
			const struct fuzz_program *other)
{
	unsigned int at = fuzz_below(random, program->nr);
	struct fuzz_call call = program->calls[at];

	switch (fuzz_below(random, 8)) {
	case 0:
		if (program->nr > 1)
			fuzz_program_remove(program, at);
		break;
	case 1:
		insert_call(program, at, &call);
		break;
	case 2:
		take_over(random, program, other);
		break;
	case 3:
		call.worker = fuzz_below(random, FUZZ_WORKERS);
		program->calls[at] = call;
		break;
	case 4:
		memset(call.args, 0, sizeof(call.args));
		fill_call(random, &call, pick_op(random));
		insert_call(program, at, &call);
		break;
	default:
		change_arg(random, &program->calls[at]);
	}
}

void fuzz_mutate(struct fuzz_random *random, struct fuzz_program *program,
		 const struct fuzz_program *other)
{
	do
		mutate_once(random, program, other);
	while (!fuzz_chance(random, 3));
}
