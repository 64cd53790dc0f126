/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Nobody traces. The kernel's own tracepoints are told of by the test.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_TRACEPOINT_H
#define IPCCHAN_SCHEDULES_LINUX_TRACEPOINT_H

struct linux_binprm;
struct task_struct;

struct tracepoint {
	const char *name;
};

#define IPCCHAN_SCHED_PROCESS_EXIT_ARGS struct task_struct *p, bool group_dead

extern struct tracepoint ipcchan_tracepoints[2];

#define for_each_kernel_tracepoint(look, data) \
	for (int i = 0; i < 2; i++) \
		look(&ipcchan_tracepoints[i], data)

int tracepoint_probe_register(struct tracepoint *point, void *probe, void *data);

#define tracepoint_probe_unregister(point, probe, data) ((void)0)
#define tracepoint_synchronize_unregister() ((void)0)

#define TP_PROTO(args...) args
#define TP_ARGS(args...) args
#define DECLARE_EVENT_CLASS(name, proto, rest...)
#define DEFINE_EVENT(class, name, proto, args) \
	static inline void trace_##name(proto) { }
#define DEFINE_EVENT_FN(class, name, proto, rest...) \
	static inline void trace_##name(proto) { }
#define TRACE_EVENT(name, proto, rest...) \
	static inline void trace_##name(proto) { }
#define TRACE_EVENT_CONDITION(name, proto, rest...) \
	static inline void trace_##name(proto) { }

#endif /* IPCCHAN_SCHEDULES_LINUX_TRACEPOINT_H */
