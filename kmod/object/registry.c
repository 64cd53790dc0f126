// SPDX-License-Identifier: GPL-2.0
/*
 * A registry of names, in byte order.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "object/registry.h"

static bool is_name_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/**
 * ipcchan_name_check() - is this a name, or the empty name
 * @text: as user space gave it
 *
 * Return: 0, -ENAMETOOLONG if it has no end, -EINVAL if it has a character
 * that names do not have.
 */
int ipcchan_name_check(const char text[IPCCHAN_NAME_SIZE])
{
	size_t length = strnlen(text, IPCCHAN_NAME_SIZE);
	size_t i;

	if (length == IPCCHAN_NAME_SIZE)
		return -ENAMETOOLONG;
	for (i = 0; i < length; i++)
		if (!is_name_char(text[i]))
			return -EINVAL;
	return 0;
}

/**
 * ipcchan_registry_init() - make an empty registry
 * @reg: the registry
 */
void ipcchan_registry_init(struct ipcchan_registry *reg)
{
	reg->root = RB_ROOT;
}

/**
 * ipcchan_registry_is_empty() - is no name registered
 * @reg: the registry
 *
 * Return: true if so.
 */
bool ipcchan_registry_is_empty(const struct ipcchan_registry *reg)
{
	return RB_EMPTY_ROOT(&reg->root);
}

/**
 * ipcchan_registry_add() - register a name
 * @reg: the registry
 * @name: not registered
 *
 * Return: false if the text is taken; then nothing happened.
 */
bool ipcchan_registry_add(struct ipcchan_registry *reg,
			  struct ipcchan_name *name)
{
	struct rb_node **link = &reg->root.rb_node;
	struct rb_node *parent = NULL;

	while (*link) {
		int order;

		parent = *link;
		order = strcmp(name->text,
			       rb_entry(parent, struct ipcchan_name, node)->text);
		if (!order)
			return false;
		link = order < 0 ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&name->node, parent, link);
	rb_insert_color(&name->node, &reg->root);
	return true;
}

/**
 * ipcchan_registry_remove() - take a name out
 * @reg: the registry
 * @name: registered in it
 */
void ipcchan_registry_remove(struct ipcchan_registry *reg,
			     struct ipcchan_name *name)
{
	rb_erase(&name->node, &reg->root);
}

/**
 * ipcchan_registry_find() - look a text up
 * @reg: the registry
 * @text: NUL-terminated
 *
 * Return: the name, borrowed, or NULL.
 */
struct ipcchan_name *ipcchan_registry_find(const struct ipcchan_registry *reg,
					   const char *text)
{
	struct rb_node *node = reg->root.rb_node;

	while (node) {
		struct ipcchan_name *name =
			rb_entry(node, struct ipcchan_name, node);
		int order = strcmp(text, name->text);

		if (!order)
			return name;
		node = order < 0 ? node->rb_left : node->rb_right;
	}
	return NULL;
}

/**
 * ipcchan_registry_after() - the first name behind a text
 * @reg: the registry
 * @text: NUL-terminated, registered or not; empty: gives the first of all
 *
 * Return: the name, borrowed, or NULL if there is none behind.
 */
struct ipcchan_name *ipcchan_registry_after(const struct ipcchan_registry *reg,
					    const char *text)
{
	struct rb_node *node = reg->root.rb_node;
	struct ipcchan_name *best = NULL;

	while (node) {
		struct ipcchan_name *name =
			rb_entry(node, struct ipcchan_name, node);

		if (strcmp(name->text, text) > 0) {
			best = name;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return best;
}
