/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Readers, when there is one processor and nobody is interrupted.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_RCUPDATE_H
#define IPCCHAN_SCHEDULES_LINUX_RCUPDATE_H

struct rcu_head {
	char nothing;
};

#define rcu_read_lock() ((void)0)
#define rcu_read_unlock() ((void)0)
#define hash_add_rcu hash_add
#define hash_del_rcu hash_del
#define hash_for_each_rcu hash_for_each
#define hash_for_each_possible_rcu hash_for_each_possible

#endif /* IPCCHAN_SCHEDULES_LINUX_RCUPDATE_H */
