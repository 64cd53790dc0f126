/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A list that takes one more at a time.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_LLIST_H
#define IPCCHAN_SCHEDULES_LINUX_LLIST_H

#include <linux/kernel.h>

struct llist_node {
	struct llist_node *next;
};

struct llist_head {
	struct llist_node *first;
};

#define LLIST_HEAD(name) struct llist_head name
#define llist_entry(node, type, member) container_of(node, type, member)

static inline void llist_add(struct llist_node *node, struct llist_head *head)
{
	node->next = head->first;
	head->first = node;
}

static inline struct llist_node *llist_del_all(struct llist_head *head)
{
	struct llist_node *first = head->first;

	head->first = NULL;
	return first;
}

#endif /* IPCCHAN_SCHEDULES_LINUX_LLIST_H */
