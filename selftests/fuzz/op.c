// SPDX-License-Identifier: GPL-2.0
/* The table of ops. */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "op.h"
#include "random.h"

#define OPS		192

/* Of an ioctl, against what the tables of call_*.c say. */
#define IOCTL_WEIGHT	10

static struct fuzz_op ops[OPS];
static char names[OPS][32];
static size_t nr_ops;

static struct fuzz_op *add(const char *name)
{
	struct fuzz_op *op = &ops[nr_ops];
	char *lower = names[nr_ops];

	if (nr_ops == OPS || strlen(name) >= sizeof(names[0])) {
		fprintf(stderr, "fuzz: no room for the op %s\n", name);
		abort();
	}
	for (size_t i = 0; name[i]; i++)
		lower[i] = tolower(name[i]);
	op->name = lower;
	nr_ops++;
	return op;
}

static enum fuzz_type type_of(const struct uapi_field *field)
{
	if (field->role == UAPI_FLAGS)
		return FUZZ_FLAGS;
	switch (field->meaning) {
	case UAPI_BYTES:
		return FUZZ_BYTES;
	case UAPI_ADDRESS:
		return FUZZ_ADDRESS;
	case UAPI_DESCRIPTOR:
		return FUZZ_FD;
	case UAPI_DEADLINE:
		return FUZZ_DEADLINE;
	case UAPI_USER:
		return FUZZ_USER;
	case UAPI_NAME:
		return FUZZ_NAME;
	case UAPI_NUMBER:
		break;
	}
	return FUZZ_NUMBER;
}

struct fuzz_arg fuzz_arg_of(const struct uapi_field *field)
{
	if (field->meaning == UAPI_DESCRIPTOR)
		return (struct fuzz_arg){ FUZZ_FD, UAPI_ON(mailbox) };
	return (struct fuzz_arg){
		.type = type_of(field),
		.param = field->role == UAPI_FLAGS ? field->known : field->most,
	};
}

static struct fuzz_arg arg_of(const struct uapi_ioctl *ioctl,
			      const struct uapi_field *field)
{
	struct fuzz_arg arg = fuzz_arg_of(field);
	const struct uapi_array *array = ioctl->array;

	if (!strcmp(field->name, "token"))
		arg = (struct fuzz_arg){
			FUZZ_TOKEN, ioctl->right == IPCCHAN_RIGHT_SEND ?
				    FUZZ_CALL : FUZZ_REQUEST };
	if (ioctl->cmd == IPCCHAN_IOC_MAILBOX_NOTIFY &&
	    field->meaning == UAPI_DESCRIPTOR)
		arg = (struct fuzz_arg){ FUZZ_FD, FUZZ_ON_OTHER };
	if (!strcmp(field->name, "wake_fd"))
		arg = (struct fuzz_arg){ FUZZ_FD, UAPI_ON(ring) };
	if (!strcmp(field->name, "mutex"))
		arg = (struct fuzz_arg){ FUZZ_FD, UAPI_ON(mutex) };
	if (!strcmp(field->name, "message_size"))
		arg = (struct fuzz_arg){
			FUZZ_SIZE, sizeof(struct ipcchan_message) };
	if (!strcmp(field->name, "step_size"))
		arg = (struct fuzz_arg){
			FUZZ_SIZE, sizeof(struct ipcchan_step) };
	if (array && field->offset == array->count.offset)
		arg = (struct fuzz_arg){ FUZZ_COUNT, array->count_max };
	if (array && field->offset == array->element_size.offset)
		arg = (struct fuzz_arg){ FUZZ_SIZE, array->element };
	return arg;
}

static void add_ioctl(const struct uapi_ioctl *ioctl)
{
	struct fuzz_op *op = add(ioctl->name);

	op->run = fuzz_call_ioctl;
	op->weight = IOCTL_WEIGHT;
	op->ioctl = ioctl;
	op->args[FUZZ_IOCTL_FD] = (struct fuzz_arg){ FUZZ_FD, ioctl->kinds };
	op->args[FUZZ_IOCTL_ADDRESS].type = FUZZ_ADDRESS;
	op->args[FUZZ_IOCTL_SIZE] = (struct fuzz_arg){ FUZZ_SIZE, ioctl->size };
	op->args[FUZZ_IOCTL_SLOT].type = FUZZ_SLOT;
	op->nr_args = FUZZ_IOCTL_ARGS;
	for (size_t i = 0; i < ioctl->nr_fields; i++) {
		if (ioctl->fields[i].role == UAPI_OUTPUT)
			continue;
		if (op->nr_args == FUZZ_ARGS) {
			fprintf(stderr, "fuzz: %s: too many fields\n", op->name);
			abort();
		}
		op->args[op->nr_args++] = arg_of(ioctl, &ioctl->fields[i]);
	}
}

static void add_table(const struct fuzz_op_table *table)
{
	for (size_t i = 0; i < table->nr; i++) {
		struct fuzz_op *op = add(table->ops[i].name);
		const char *name = op->name;

		*op = table->ops[i];
		op->name = name;
	}
}

static void __attribute__((constructor)) make_table(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(uapi_ioctls); i++)
		add_ioctl(uapi_ioctls[i]);
	add_table(&fuzz_extent_ops);
	add_table(&fuzz_file_ops);
	add_table(&fuzz_memory_ops);
	add_table(&fuzz_process_ops);
	add_table(&fuzz_wait_ops);
}

const struct fuzz_op *fuzz_op_find(const char *name)
{
	for (size_t i = 0; i < nr_ops; i++)
		if (!strcmp(ops[i].name, name))
			return &ops[i];
	return NULL;
}

const struct fuzz_op *fuzz_op_at(size_t index)
{
	return index < nr_ops ? &ops[index] : NULL;
}

const struct fuzz_op *fuzz_op_of(unsigned long cmd)
{
	for (size_t i = 0; i < nr_ops; i++)
		if (ops[i].ioctl && ops[i].ioctl->cmd == cmd)
			return &ops[i];
	return NULL;
}
