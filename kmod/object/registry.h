/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A registry of names, in byte order.
 */
#ifndef IPCCHAN_REGISTRY_H
#define IPCCHAN_REGISTRY_H

#include <linux/rbtree.h>
#include <linux/types.h>
#include <linux/ipcchan.h>

/**
 * DOC: Registry
 *
 * A red-black tree of names. It is ordered so that a walk can be given up and
 * taken up again behind the last name seen, and a tree rather than a hash so
 * that no choice of names makes it slow. A pure data structure: the caller's
 * lock guards it and the names belong to the caller.
 */

/**
 * struct ipcchan_name - a name that can be registered
 * @node: in the registry
 * @text: NUL-terminated; empty: this object has no name
 */
struct ipcchan_name {
	struct rb_node node;
	char text[IPCCHAN_NAME_SIZE];
};

/**
 * struct ipcchan_registry - registered names
 * @root: by text
 */
struct ipcchan_registry {
	struct rb_root root;
};

int ipcchan_name_check(const char text[IPCCHAN_NAME_SIZE]);

void ipcchan_registry_init(struct ipcchan_registry *reg);
bool ipcchan_registry_is_empty(const struct ipcchan_registry *reg);
bool ipcchan_registry_add(struct ipcchan_registry *reg,
			  struct ipcchan_name *name);
void ipcchan_registry_remove(struct ipcchan_registry *reg,
			     struct ipcchan_name *name);
struct ipcchan_name *ipcchan_registry_find(const struct ipcchan_registry *reg,
					   const char *text);
struct ipcchan_name *ipcchan_registry_after(const struct ipcchan_registry *reg,
					    const char *text);

#endif /* IPCCHAN_REGISTRY_H */
