// SPDX-License-Identifier: GPL-2.0
/*
 * The fuzzer: what it makes up is the same for the same seed, what it judges by
 * notices what is wrong, and a short run, the same every time and on any
 * kernel, finds nothing.
 */
#include "kselftest_harness.h"

#include <dirent.h>

#include "fuzz/corpus.h"
#include "fuzz/execute.h"
#include "fuzz/generate.h"
#include "ipcchan_selftest.h"

/* Programs of the short run, and of what is only made up and not run. */
#define RUN_PROGRAMS		50
#define MADE_UP_PROGRAMS	2000

#define SEED			1

TEST(program_is_the_same_for_the_same_seed)
{
	struct fuzz_random first = { SEED };
	struct fuzz_random second = { SEED };
	struct fuzz_program one = {};
	struct fuzz_program two = {};
	struct fuzz_program lent = {};
	char text[FUZZ_TEXT];
	char other[FUZZ_TEXT];

	for (int i = 0; i < MADE_UP_PROGRAMS; i++) {
		fuzz_generate(&first, &one);
		fuzz_generate(&second, &two);
		fuzz_generate(&first, &lent);
		fuzz_generate(&second, &lent);
		fuzz_mutate(&first, &one, &lent);
		fuzz_mutate(&second, &two, &lent);
		fuzz_program_print(&one, text);
		fuzz_program_print(&two, other);
		ASSERT_STREQ(text, other);
	}
}

TEST(program_survives_being_written_and_read)
{
	struct fuzz_random random = { SEED };
	struct fuzz_program program;
	struct fuzz_program copy;
	char text[FUZZ_TEXT];
	char again[FUZZ_TEXT];
	const char *where;

	for (int i = 0; i < MADE_UP_PROGRAMS; i++) {
		fuzz_generate(&random, &program);
		fuzz_mutate(&random, &program, &program);
		fuzz_program_print(&program, text);
		ASSERT_TRUE(fuzz_program_parse(&copy, text, &where));
		fuzz_program_print(&copy, again);
		ASSERT_STREQ(text, again);
	}
}

TEST(program_with_an_unknown_call_is_refused)
{
	struct fuzz_program program;
	const char *where;

	EXPECT_FALSE(fuzz_program_parse(&program, "0 open;1 nothing 2",
					&where));
	EXPECT_STREQ("1 nothing 2", where);
	EXPECT_FALSE(fuzz_program_parse(&program, "7 open", &where));
	EXPECT_FALSE(fuzz_program_parse(&program, "0 open 0 0 0", &where));
	EXPECT_FALSE(fuzz_program_parse(&program, "0 open zero", &where));
	EXPECT_TRUE(fuzz_program_parse(&program, "0 open # remark", &where));
}

TEST(programs_contain_every_call)
{
	struct fuzz_random random = { SEED };
	struct fuzz_program program;
	const struct fuzz_op *op;
	bool seen[192] = {};
	size_t nr = 0;

	while (fuzz_op_at(nr))
		nr++;
	ASSERT_GT(ARRAY_SIZE(seen), nr);
	for (int i = 0; i < MADE_UP_PROGRAMS; i++) {
		fuzz_generate(&random, &program);
		for (unsigned int c = 0; c < program.nr; c++)
			seen[program.calls[c].op - fuzz_op_at(0)] = true;
	}
	for (size_t i = 0; (op = fuzz_op_at(i)); i++)
		EXPECT_TRUE(seen[i]) TH_LOG("never: %s", op->name);
}

TEST(every_ioctl_of_the_header_is_a_call)
{
	for (size_t i = 0; i < ARRAY_SIZE(uapi_ioctls); i++)
		EXPECT_NE(NULL, fuzz_op_of(uapi_ioctls[i]->cmd));
}

/* What programs run on; without KCOV, so that it is the same everywhere. */
FIXTURE(fuzz)
{
	struct fuzz_machine *machine;
};

FIXTURE_SETUP(fuzz)
{
	self->machine = shared_alloc(sizeof(*self->machine));
	ASSERT_TRUE(fuzz_machine_open(self->machine));
	self->machine->coverage.is_on = false;
}

FIXTURE_TEARDOWN(fuzz)
{
	fuzz_machine_close(self->machine);
}

static bool run_text(struct fuzz_machine *machine, const char *text)
{
	struct fuzz_program program;
	const char *where;

	return fuzz_program_parse(&program, text, &where) &&
	       fuzz_execute(machine, &program);
}

TEST_F(fuzz, makes_the_calls_of_a_program)
{
	EXPECT_TRUE(run_text(self->machine,
			     "0 open;0 mailbox_info 10;1 yield;2 yield;"
			     "3 yield;4 yield"));
	EXPECT_EQ(6, self->machine->calls);
}

TEST_F(fuzz, begins_with_calls_that_work)
{
	const char *text;

	for (size_t i = 0; (text = fuzz_opening(i)); i++) {
		ASSERT_TRUE(run_text(self->machine, text));
		EXPECT_EQ(self->machine->shared->calls,
			  self->machine->shared->worked) TH_LOG("%s", text);
	}
}

TEST_F(fuzz, sends_messages_of_arrays)
{
	EXPECT_TRUE(run_text(self->machine,
			     "0 open;"
			     "0 mailbox_open 0 0 0 0 4 1 1ff f 20 1000 0 40000;"
			     "0 mailbox_send 10 0 0 0 10 1;"
			     "0 mailbox_send 10 0 0 0 20 1;"
			     "0 mailbox_send 10 0 0 0 30 1;"
			     "0 mailbox_send 10 0 0 0 40 1;"
			     "0 mailbox_send 10 0 0 0 50 1;"
			     "0 mailbox_send 10 0 0 0 60 1;"
			     "0 mailbox_send 10 0 0 0 70 1;"
			     "0 mailbox_send 10 0 0 0 80 1"));
	EXPECT_LT(2 + 2, self->machine->shared->worked);
}

/* The last touch is of a page that is away, which is no finding. */
TEST_F(fuzz, lends_pages_and_does_without_them)
{
	EXPECT_TRUE(run_text(self->machine,
			     "0 open;"
			     "0 mailbox_open 0 0 0 0 4 11 1ff f 8 1000 0 4000;"
			     "0 region_open 0 0 0 0 4 1 1ff 38 0 4000;"
			     "0 mmap 20 0 4000 1 0 0;"
			     "0 lend 10 20 12;0 touch 0 0 1;0 touch 0 1 1"));
	EXPECT_EQ(7, self->machine->calls);
	EXPECT_EQ(6, self->machine->shared->worked);
}

TEST_F(fuzz, borrows_pages_and_writes_to_them)
{
	EXPECT_TRUE(run_text(self->machine,
			     "0 open;"
			     "0 mailbox_open 0 0 0 0 4 11 1ff f 8 1000 0 4000;"
			     "0 region_open 0 0 0 0 4 1 1ff 38 0 4000;"
			     "0 lend 10 20 12;0 borrow 10 1;0 touch 1 0 1;"
			     "0 region_release 21"));
	EXPECT_EQ(7, self->machine->shared->worked);
}

TEST_F(fuzz, interrupts_a_program_that_sleeps_for_ever)
{
	EXPECT_TRUE(run_text(self->machine,
			     "0 open;"
			     "0 mailbox_open 0 0 0 0 4 1 1ff f 2 40 0 1000;"
			     "1 read 10 0 8;2 read 10 0 8;"
			     "3 mailbox_receive 10 0 0 0 20 1 0 0 0 4"));
	EXPECT_EQ(5, self->machine->calls);
}

/* Of as many calls as those have that are killed. */
TEST_F(fuzz, kills_a_program_that_sleeps_for_ever)
{
	EXPECT_TRUE(run_text(self->machine,
			     "0 open;"
			     "0 mailbox_open 0 0 0 0 4 1 1ff f 2 40 0 1000;"
			     "1 read 10 0 8;"
			     "3 mailbox_receive 10 0 0 0 20 1 0 0 0 4"));
	EXPECT_EQ(2, self->machine->calls);
}

TEST_F(fuzz, notices_what_stays_charged)
{
	int session = session_open();
	int mailbox = mailbox_open(session);

	ASSERT_LE(0, mailbox);
	/* As if it had been made by a program, and nobody had it any more. */
	self->machine->charges.patience_ns = 0;
	EXPECT_FALSE(run_text(self->machine, "0 yield"));
	EXPECT_NE(NULL, strstr(self->machine->shared->finding, "left charged"));
	close(mailbox);
	close(session);
}

TEST_F(fuzz, notices_an_errno_outside_the_contract)
{
	struct fuzz_shared *shared = self->machine->shared;

	for (size_t i = 0; i < ARRAY_SIZE(uapi_ioctls); i++) {
		fuzz_judge_result(shared, uapi_ioctls[i], -EFAULT);
		EXPECT_FALSE(shared->found);
		fuzz_judge_result(shared, uapi_ioctls[i], -EXDEV);
		EXPECT_TRUE(shared->found);
		shared->found = false;
	}
}

TEST_F(fuzz, notices_a_message_that_changed)
{
	struct fuzz_shared *shared = self->machine->shared;
	char bytes[100];
	struct ipcchan_message message = MESSAGE(bytes, sizeof(bytes),
						 .type = 'x',
						 .length = sizeof(bytes));

	fuzz_stamp(&message, bytes);
	fuzz_judge_message(shared, &message, bytes);
	EXPECT_FALSE(shared->found);
	bytes[99]++;
	fuzz_judge_message(shared, &message, bytes);
	EXPECT_TRUE(shared->found);
	bytes[99]--;
	shared->found = false;
	message.length--;
	fuzz_judge_message(shared, &message, bytes);
	EXPECT_TRUE(shared->found);
}

TEST_F(fuzz, notices_numbers_of_a_mailbox_that_contradict)
{
	struct fuzz_shared *shared = self->machine->shared;
	struct ipcchan_mailbox_info info = {
		.capacity_messages = 2, .capacity_bytes = 8, .sent = 7,
		.received = 5, .messages = 1, .held = 1, .high_water = 2,
	};

	fuzz_judge_mailbox(shared, &info);
	EXPECT_FALSE(shared->found);
	info.received = 6;
	fuzz_judge_mailbox(shared, &info);
	EXPECT_TRUE(shared->found);
	shared->found = false;
	info.dropped = 1;
	info.received = 4;
	fuzz_judge_mailbox(shared, &info);
	EXPECT_FALSE(shared->found);
	info.bytes = 17;
	fuzz_judge_mailbox(shared, &info);
	EXPECT_TRUE(shared->found);
}

TEST_F(fuzz, finds_nothing_with_programs_of_a_fixed_seed)
{
	struct fuzz_random seeds = { SEED };
	unsigned int programs = setting("IPCCHAN_FUZZ_PROGRAMS", RUN_PROGRAMS);
	struct fuzz_program program;

	for (unsigned int i = 0; i < programs; i++) {
		struct fuzz_random random = { fuzz_next(&seeds) };
		__u64 seed = random.state;

		fuzz_generate(&random, &program);
		ASSERT_TRUE(fuzz_execute(self->machine, &program))
			TH_LOG("%s; --replay %#llx",
			       self->machine->shared->finding, seed);
	}
	EXPECT_LT(programs, self->machine->calls);
	TH_LOG("%llu calls", self->machine->calls);
}

/* In the source beside the program; installed, too. */
static void load_corpus(struct fuzz_corpus *corpus)
{
	DIR *folder = opendir("corpus");
	const struct dirent *entry;
	char path[300];

	while (folder && (entry = readdir(folder))) {
		snprintf(path, sizeof(path), "corpus/%s", entry->d_name);
		if (entry->d_type == DT_REG && !fuzz_corpus_load(corpus, path))
			abort();
	}
	if (folder)
		closedir(folder);
}

TEST_F(fuzz, finds_nothing_with_the_corpus)
{
	struct fuzz_corpus *corpus = shared_alloc(sizeof(*corpus));

	load_corpus(corpus);
	ASSERT_LT(0, corpus->nr);
	for (unsigned int i = 0; i < corpus->nr; i++) {
		ASSERT_TRUE(fuzz_execute(self->machine, &corpus->programs[i]))
			TH_LOG("%s; program %u of the corpus",
			       self->machine->shared->finding, i);
	}
	TH_LOG("%u programs, %llu calls", corpus->nr, self->machine->calls);
}

#include "ipcchan_selftest_main.h"
