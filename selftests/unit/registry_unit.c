// SPDX-License-Identifier: GPL-2.0
/* The registry of names, alone and against a naive model. */

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "object/registry.h"
#include "unit.h"

#define POOL	96
#define STEPS	50000

static struct ipcchan_name pool[POOL];

static struct ipcchan_name *name(unsigned int number, const char *text)
{
	memset(&pool[number], 0, sizeof(pool[number]));
	strcpy(pool[number].text, text);
	return &pool[number];
}

/* A registry with names 0 to @nr - 1 of these texts. */
static struct ipcchan_registry *registry_of(const char *const *texts,
					    unsigned int nr)
{
	static struct ipcchan_registry reg;

	ipcchan_registry_init(&reg);
	for (unsigned int i = 0; i < nr; i++)
		CHECK(ipcchan_registry_add(&reg, name(i, texts[i])));
	return &reg;
}

#define REGISTRY(...)							\
	registry_of((const char *const []){ __VA_ARGS__ },		\
		    sizeof((const char *const []){ __VA_ARGS__ }) /	\
		    sizeof(char *))

/* What ipcchan_name_check() says of these bytes, zeros behind them. */
static int check(const char *bytes, size_t length)
{
	char text[IPCCHAN_NAME_SIZE] = { 0 };

	memcpy(text, bytes, length);
	return ipcchan_name_check(text);
}

UNIT_TEST(name_has_letters_digits_dot_underscore_and_dash)
{
	for (int byte = 1; byte < 256; byte++) {
		char c = byte;
		bool is_good = (c & 0x80) == 0 &&
			       (isalnum(c) || strchr("._-", c));

		CHECK(check(&c, 1) == (is_good ? 0 : -EINVAL));
	}
}

UNIT_TEST(name_is_checked_to_its_end)
{
	char text[IPCCHAN_NAME_SIZE];

	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		memset(text, 'a', sizeof(text));
		text[i] = '/';
		CHECK(check(text, sizeof(text) - 1) == -EINVAL);
	}
}

UNIT_TEST(name_ends_at_its_nul)
{
	CHECK(check("a\0/", 3) == 0);
}

UNIT_TEST(name_may_be_empty)
{
	CHECK(check("", 0) == 0);
}

UNIT_TEST(name_has_up_to_63_bytes)
{
	char text[IPCCHAN_NAME_SIZE];

	memset(text, 'a', sizeof(text));
	CHECK(check(text, sizeof(text) - 1) == 0);
	CHECK(check(text, sizeof(text)) == -ENAMETOOLONG);
}

UNIT_TEST(registry_new_is_empty)
{
	struct ipcchan_registry reg;

	ipcchan_registry_init(&reg);
	CHECK(ipcchan_registry_is_empty(&reg));
	CHECK(!ipcchan_registry_find(&reg, "a"));
	CHECK(!ipcchan_registry_after(&reg, ""));
}

UNIT_TEST(registry_finds_what_was_added)
{
	struct ipcchan_registry *reg = REGISTRY("b", "a", "c");

	CHECK(!ipcchan_registry_is_empty(reg));
	CHECK(ipcchan_registry_find(reg, "a") == &pool[1]);
	CHECK(ipcchan_registry_find(reg, "b") == &pool[0]);
	CHECK(ipcchan_registry_find(reg, "c") == &pool[2]);
}

UNIT_TEST(registry_tells_names_by_every_byte)
{
	struct ipcchan_registry *reg = REGISTRY("ab");

	CHECK(!ipcchan_registry_find(reg, ""));
	CHECK(!ipcchan_registry_find(reg, "a"));
	CHECK(!ipcchan_registry_find(reg, "abc"));
	CHECK(!ipcchan_registry_find(reg, "aB"));
}

UNIT_TEST(registry_refuses_a_taken_name)
{
	struct ipcchan_registry *reg = REGISTRY("a", "b");

	CHECK(!ipcchan_registry_add(reg, name(2, "a")));
	CHECK(ipcchan_registry_find(reg, "a") == &pool[0]);
	CHECK(ipcchan_registry_after(reg, "a") == &pool[1]);
}

UNIT_TEST(registry_frees_a_removed_name)
{
	struct ipcchan_registry *reg = REGISTRY("a");

	ipcchan_registry_remove(reg, &pool[0]);
	CHECK(ipcchan_registry_is_empty(reg));
	CHECK(!ipcchan_registry_find(reg, "a"));
	CHECK(ipcchan_registry_add(reg, name(1, "a")));
	CHECK(ipcchan_registry_find(reg, "a") == &pool[1]);
}

UNIT_TEST(registry_walks_in_byte_order)
{
	const char *const sorted[] = {
		"-", ".", "0", "9", "A", "Z", "_", "a", "a-", "a0", "aa", "z",
	};
	struct ipcchan_registry *reg =
		REGISTRY("z", "a0", "_", "a", "9", "Z", ".", "aa", "A", "0",
			 "-", "a-");
	const char *text = "";

	for (size_t i = 0; i < sizeof(sorted) / sizeof(*sorted); i++) {
		struct ipcchan_name *next = ipcchan_registry_after(reg, text);

		if (!CHECK(next && !strcmp(next->text, sorted[i])))
			return;
		text = next->text;
	}
	CHECK(!ipcchan_registry_after(reg, text));
}

UNIT_TEST(registry_walks_on_from_a_name_that_is_gone)
{
	struct ipcchan_registry *reg = REGISTRY("a", "b", "c");

	ipcchan_registry_remove(reg, &pool[1]);
	CHECK(ipcchan_registry_after(reg, "b") == &pool[2]);
}

UNIT_TEST(registry_takes_names_of_63_bytes)
{
	char text[IPCCHAN_NAME_SIZE] = { 0 };
	char longer[IPCCHAN_NAME_SIZE] = { 0 };
	struct ipcchan_registry *reg;

	memset(text, 'a', IPCCHAN_NAME_SIZE - 2);
	memset(longer, 'a', IPCCHAN_NAME_SIZE - 1);
	reg = REGISTRY(longer, text);
	CHECK(ipcchan_registry_find(reg, longer) == &pool[0]);
	CHECK(ipcchan_registry_find(reg, text) == &pool[1]);
	CHECK(ipcchan_registry_after(reg, text) == &pool[0]);
}

/* The model: which names of the pool are in; all are looked at every time. */
struct model {
	struct ipcchan_registry reg;
	bool added[POOL];
};

/* Up to three letters out of three, so that names meet. */
static void random_text(char *text)
{
	unsigned int length = 1 + unit_random(3);

	for (unsigned int i = 0; i < length; i++)
		text[i] = "-Az"[unit_random(3)];
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
	return model_change(m, unit_random(POOL), text) &&
	       ipcchan_registry_find(&m->reg, text) == model_find(m, text) &&
	       ipcchan_registry_after(&m->reg, text) == model_after(m, text) &&
	       ipcchan_registry_is_empty(&m->reg) == !model_after(m, "");
}

UNIT_TEST(registry_does_what_its_model_does)
{
	static struct model m;

	ipcchan_registry_init(&m.reg);
	for (unsigned int i = 0; i < STEPS; i++)
		if (!CHECK(model_step(&m)))
			return;
}
