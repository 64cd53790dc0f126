/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads that are played: one of them runs.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_SCHED_H
#define IPCCHAN_SCHEDULES_LINUX_SCHED_H

#include <linux/pid.h>
#include <linux/types.h>

/**
 * struct task_struct - a thread
 * @pid: it
 * @process: its process
 * @prio: none is before another
 * @exit_state: it runs
 */
struct task_struct {
	struct pid pid;
	struct pid *process;
	int prio;
	int exit_state;
};

extern struct task_struct *ipcchan_current;

#define current ipcchan_current

static inline struct pid *task_pid(struct task_struct *task)
{
	return &task->pid;
}

static inline struct pid *task_tgid(const struct task_struct *task)
{
	return task->process;
}

static inline int task_nice(const struct task_struct *task)
{
	return 0;
}

static inline bool thread_group_empty(const struct task_struct *task)
{
	return true;
}

#define cond_resched() ((void)0)

void wake_up_process(struct task_struct *task);
bool fatal_signal_pending(const struct task_struct *task);
int get_nr_threads(const struct task_struct *task);

#endif /* IPCCHAN_SCHEDULES_LINUX_SCHED_H */
