// SPDX-License-Identifier: GPL-2.0
/*
 * The registry of names, alone and against a naive model.
 */
#include <kunit/test.h>

#include "object/registry.h"
#include "tests/random.h"

#define POOL 96

static struct ipcchan_name pool[POOL];

static struct ipcchan_name *name(unsigned int number, const char *text)
{
	memset(&pool[number], 0, sizeof(pool[number]));
	memcpy(pool[number].text, text, strlen(text));
	return &pool[number];
}

/* A registry with names 0 to @nr - 1 of these texts. */
static struct ipcchan_registry *registry_of(struct kunit *test,
					    const char *const *texts,
					    unsigned int nr)
{
	static struct ipcchan_registry reg;

	ipcchan_registry_init(&reg);
	for (unsigned int i = 0; i < nr; i++)
		KUNIT_EXPECT_TRUE(test, ipcchan_registry_add(&reg,
							     name(i, texts[i])));
	return &reg;
}

#define REGISTRY(test, ...)						\
	registry_of(test, (const char *const []){ __VA_ARGS__ },	\
		    sizeof((const char *const []){ __VA_ARGS__ }) /	\
		    sizeof(char *))

static void new_is_empty(struct kunit *test)
{
	struct ipcchan_registry reg;

	ipcchan_registry_init(&reg);
	KUNIT_EXPECT_TRUE(test, ipcchan_registry_is_empty(&reg));
	KUNIT_EXPECT_NULL(test, ipcchan_registry_find(&reg, "a"));
	KUNIT_EXPECT_NULL(test, ipcchan_registry_after(&reg, ""));
}

static void finds_what_was_added(struct kunit *test)
{
	struct ipcchan_registry *reg = REGISTRY(test, "b", "a", "c");

	KUNIT_EXPECT_FALSE(test, ipcchan_registry_is_empty(reg));
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_registry_find(reg, "a"), &pool[1]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_registry_find(reg, "b"), &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_registry_find(reg, "c"), &pool[2]);
}

static void tells_names_by_every_byte(struct kunit *test)
{
	struct ipcchan_registry *reg = REGISTRY(test, "ab");

	KUNIT_EXPECT_NULL(test, ipcchan_registry_find(reg, ""));
	KUNIT_EXPECT_NULL(test, ipcchan_registry_find(reg, "a"));
	KUNIT_EXPECT_NULL(test, ipcchan_registry_find(reg, "abc"));
	KUNIT_EXPECT_NULL(test, ipcchan_registry_find(reg, "aB"));
}

static void refuses_a_taken_name(struct kunit *test)
{
	struct ipcchan_registry *reg = REGISTRY(test, "a", "b");

	KUNIT_EXPECT_FALSE(test, ipcchan_registry_add(reg, name(2, "a")));
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_registry_find(reg, "a"), &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_registry_after(reg, "a"), &pool[1]);
}

static void frees_a_removed_name(struct kunit *test)
{
	struct ipcchan_registry *reg = REGISTRY(test, "a");

	ipcchan_registry_remove(reg, &pool[0]);
	KUNIT_EXPECT_TRUE(test, ipcchan_registry_is_empty(reg));
	KUNIT_EXPECT_NULL(test, ipcchan_registry_find(reg, "a"));
	KUNIT_EXPECT_TRUE(test, ipcchan_registry_add(reg, name(1, "a")));
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_registry_find(reg, "a"), &pool[1]);
}

static void walks_in_byte_order(struct kunit *test)
{
	const char *const sorted[] = {
		"-", ".", "0", "9", "A", "Z", "_", "a", "a-", "a0", "aa", "z",
	};
	struct ipcchan_registry *reg =
		REGISTRY(test, "z", "a0", "_", "a", "9", "Z", ".", "aa", "A", "0",
			 "-", "a-");
	const char *text = "";

	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++) {
		struct ipcchan_name *next = ipcchan_registry_after(reg, text);

		KUNIT_ASSERT_NOT_NULL(test, next);
		KUNIT_EXPECT_STREQ(test, next->text, sorted[i]);
		text = next->text;
	}
	KUNIT_EXPECT_NULL(test, ipcchan_registry_after(reg, text));
}

static void walks_on_from_a_name_that_is_gone(struct kunit *test)
{
	struct ipcchan_registry *reg = REGISTRY(test, "a", "b", "c");

	ipcchan_registry_remove(reg, &pool[1]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_registry_after(reg, "b"), &pool[2]);
}

static void takes_names_of_63_bytes(struct kunit *test)
{
	char text[IPCCHAN_NAME_SIZE] = { 0 };
	char longer[IPCCHAN_NAME_SIZE] = { 0 };
	struct ipcchan_registry *reg;

	memset(text, 'a', IPCCHAN_NAME_SIZE - 2);
	memset(longer, 'a', IPCCHAN_NAME_SIZE - 1);
	reg = REGISTRY(test, longer, text);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_registry_find(reg, longer), &pool[0]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_registry_find(reg, text), &pool[1]);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_registry_after(reg, text), &pool[0]);
}

/* The model: which names of the pool are in; all are looked at every time. */
struct model {
	struct ipcchan_registry reg;
	bool added[POOL];
};

/* Up to three letters out of three, so that names meet. */
static void random_text(char *text)
{
	unsigned int length = 1 + ipcchan_test_random(3);

	for (unsigned int i = 0; i < length; i++)
		text[i] = "-Az"[ipcchan_test_random(3)];
	text[length] = '\0';
}

static struct ipcchan_name *model_find(const struct model *m, const char *text)
{
	for (unsigned int i = 0; i < POOL; i++)
		if (m->added[i] && !strcmp(pool[i].text, text))
			return &pool[i];
	return NULL;
}

static struct ipcchan_name *model_after(const struct model *m, const char *text)
{
	struct ipcchan_name *best = NULL;

	for (unsigned int i = 0; i < POOL; i++) {
		if (!m->added[i] || strcmp(pool[i].text, text) <= 0)
			continue;
		if (!best || strcmp(pool[i].text, best->text) < 0)
			best = &pool[i];
	}
	return best;
}

static bool model_change(struct model *m, unsigned int number, const char *text)
{
	bool is_free = !model_find(m, text);

	if (m->added[number]) {
		ipcchan_registry_remove(&m->reg, &pool[number]);
		m->added[number] = false;
		return true;
	}
	m->added[number] = ipcchan_registry_add(&m->reg, name(number, text));
	return m->added[number] == is_free;
}

static bool model_step(struct model *m)
{
	char text[IPCCHAN_NAME_SIZE] = { 0 };

	random_text(text);
	return model_change(m, ipcchan_test_random(POOL), text) &&
	       ipcchan_registry_find(&m->reg, text) == model_find(m, text) &&
	       ipcchan_registry_after(&m->reg, text) == model_after(m, text) &&
	       ipcchan_registry_is_empty(&m->reg) == !model_after(m, "");
}

static void does_what_its_model_does(struct kunit *test)
{
	static struct model m;

	memset(&m, 0, sizeof(m));
	ipcchan_registry_init(&m.reg);
	ipcchan_test_random_start(test);
	for (unsigned int i = 0; i < ipcchan_test_steps; i++)
		KUNIT_ASSERT_TRUE_MSG(test, model_step(&m), "step %u", i);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(new_is_empty),
	KUNIT_CASE(finds_what_was_added),
	KUNIT_CASE(tells_names_by_every_byte),
	KUNIT_CASE(refuses_a_taken_name),
	KUNIT_CASE(frees_a_removed_name),
	KUNIT_CASE(walks_in_byte_order),
	KUNIT_CASE(walks_on_from_a_name_that_is_gone),
	KUNIT_CASE(takes_names_of_63_bytes),
	KUNIT_CASE(does_what_its_model_does),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_registry",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_registry");
