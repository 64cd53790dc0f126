/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All numbers are in one namespace.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_PID_NAMESPACE_H
#define IPCCHAN_SCHEDULES_LINUX_PID_NAMESPACE_H

#include <linux/sched.h>

struct pid_namespace;

#define task_active_pid_ns(task) ((struct pid_namespace *)NULL)
#define pid_nr_ns(pid, ns) ((void)(ns), (pid)->number)
#define task_pid_nr_ns(task, ns) ((void)(ns), (task)->pid.number)

#endif /* IPCCHAN_SCHEDULES_LINUX_PID_NAMESPACE_H */
