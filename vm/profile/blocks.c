// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU: how often each block of instructions ran between two marks of the
 * guest (userspace/bench/mark.h).
 *
 *	-plugin blocks.so,out=FILE
 *
 * At each end mark FILE is written anew, a line for each block: its address, how many
 * instructions it has, and how often it ran.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/bench/mark.h"
#include "plugin.h"

int qemu_plugin_version = 1;

/**
 * struct block - instructions that run one after the other
 * @address: of the first
 * @length: how many
 * @runs: how often
 * @next: another block, which may be a later translation of the same
 */
struct block {
	uint64_t address;
	size_t length;
	uint64_t runs;
	struct block *next;
};

static struct block *blocks;
static const char *path;
static bool is_measured;

static void run_block(unsigned int cpu, void *data)
{
	struct block *block = data;

	(void)cpu;
	block->runs += is_measured;
}

static void begin(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	is_measured = true;
}

static void end(unsigned int cpu, void *data)
{
	FILE *out = fopen(path, "w");

	(void)cpu;
	(void)data;
	is_measured = false;
	if (!out)
		return;
	for (const struct block *block = blocks; block; block = block->next)
		if (block->runs)
			fprintf(out, "%" PRIx64 " %zu %" PRIu64 "\n", block->address,
				block->length, block->runs);
	fclose(out);
}

static void look_for_mark(struct qemu_plugin_insn *insn)
{
	const void *bytes = qemu_plugin_insn_data(insn);

	if (qemu_plugin_insn_size(insn) != sizeof(MARK_BEGIN) - 1)
		return;
	if (!memcmp(bytes, MARK_BEGIN, sizeof(MARK_BEGIN) - 1))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, begin, 0, NULL);
	else if (!memcmp(bytes, MARK_END, sizeof(MARK_END) - 1))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, end, 0, NULL);
}

static void note_block(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	struct block *block = calloc(1, sizeof(*block));

	(void)id;
	if (!block)
		abort();
	block->address = qemu_plugin_tb_vaddr(tb);
	block->length = qemu_plugin_tb_n_insns(tb);
	block->next = blocks;
	blocks = block;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, run_block, 0, block);
	for (size_t i = 0; i < block->length; i++)
		look_for_mark(qemu_plugin_tb_get_insn(tb, i));
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int count,
			char **arguments)
{
	static const char name[] = "out=";

	(void)info;
	if (count != 1 || strncmp(arguments[0], name, sizeof(name) - 1))
		return -1;
	path = strdup(arguments[0] + sizeof(name) - 1);
	qemu_plugin_register_vcpu_tb_trans_cb(id, note_block);
	return 0;
}
