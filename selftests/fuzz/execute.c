// SPDX-License-Identifier: GPL-2.0
/* Running a program. */

#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "execute.h"
#include "ipcchan_selftest.h"

/* Between two looks at whether a program gets any further. */
#define LOOK_MSEC		4

/* So often it is interrupted; one in four programs is killed instead. */
#define INTERRUPTIONS		16
#define IS_KILLED_AT_ONCE(program)	((program)->nr % 4 == 0)

/* Few enough that programs meet EMFILE. */
#define DESCRIPTORS		64

static __u64 must_end(void)
{
	return deadline_after(time_scale() * MUST_HAPPEN_SECONDS *
			      NSEC_PER_SEC);
}

/* The processes of a program */

/**
 * struct run - what the threads of a program's process know
 * @machine: The fuzzer's.
 * @program: What to run.
 * @process: Of both workers.
 */
struct run {
	struct fuzz_machine *machine;
	const struct fuzz_program *program;
	struct fuzz_process process;
};

/**
 * struct start - what a worker's thread gets
 * @run: Of its process.
 * @number: Which worker it is.
 */
struct start {
	struct run *run;
	unsigned int number;
};

static void make_call(struct fuzz_worker *worker, const struct fuzz_call *call)
{
	struct fuzz_shared *shared = worker->shared;
	const struct fuzz_op *op = call->op;

	if (worker->is_child) {
		if (!worker->calls_left--)
			_exit(0);
		op->run(worker, op, call->args);
		return;
	}
	shared->ops[worker->number] = op->name;
	shared->due[worker->number] = op->may_sleep ? 0 : must_end();
	if (op->run(worker, op, call->args) >= 0)
		__atomic_fetch_add(&shared->worked, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&shared->calls, 1, __ATOMIC_RELAXED);
}

static void run_worker(struct run *run, unsigned int number)
{
	struct fuzz_shared *shared = run->machine->shared;
	struct fuzz_worker worker = {
		.process = &run->process,
		.shared = shared,
		.number = number,
	};

	shared->tids[number] = syscall(SYS_gettid);
	for (unsigned int i = 0; i < run->program->nr; i++)
		if (run->program->calls[i].worker == number)
			make_call(&worker, &run->program->calls[i]);
	if (worker.is_child)
		_exit(0);
	shared->ops[number] = NULL;
	shared->due[number] = 0;
}

static void *worker_thread(void *argument)
{
	struct start *start = argument;

	fuzz_coverage_trace(&start->run->machine->coverage, start->number - 1);
	run_worker(start->run, start->number);
	return NULL;
}

/* Runs the worker @number in this thread, and the next one in another. */
static void run_two(struct run *run, unsigned int number)
{
	struct start other = { run, number + 1 };
	pthread_t thread;

	bool has_thread = !pthread_create(&thread, NULL, worker_thread, &other);

	if (!has_thread)
		run->machine->shared->due[number + 1] = 0;
	run_worker(run, number);
	if (has_thread)
		pthread_join(thread, NULL);
}

static void on_signal(int number)
{
}

static void set_up_process(struct run *run)
{
	struct rlimit few = { DESCRIPTORS, DESCRIPTORS };
	struct rlimit none = {};
	struct sigaction action = { .sa_handler = on_signal };

	setpgid(0, 0);
	setrlimit(RLIMIT_NOFILE, &few);
	setrlimit(RLIMIT_CORE, &none);
	sigaction(SIGUSR1, &action, NULL);
	action.sa_flags = SA_RESTART;
	sigaction(SIGUSR2, &action, NULL);
	signal(SIGIO, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	fuzz_catch_faults(run->machine->shared);
	fuzz_process_init(&run->process);
}

static void run_second_process(struct run *run)
{
	run->machine->shared->pids[1] = getpid();
	fuzz_coverage_trace(&run->machine->coverage, 2);
	run_two(run, 3);
	_exit(0);
}

static void run_first_process(struct fuzz_machine *machine,
			      const struct fuzz_program *program)
{
	struct run run = { .machine = machine, .program = program };
	pid_t second;

	set_up_process(&run);
	machine->shared->pids[0] = getpid();
	fuzz_coverage_trace(&machine->coverage, 0);
	run_worker(&run, 0);
	for (int i = 1; i < FUZZ_WORKERS; i++)
		machine->shared->due[i] = must_end();
	second = fork();
	if (!second)
		run_second_process(&run);
	run_two(&run, 1);
	while (waitpid(second, NULL, 0) < 0 && errno == EINTR)
		;
	_exit(0);
}

/* Watching them */

/* How the thread is, as in /proc/PID/stat; Z if it is gone. */
static char state_of(pid_t tid)
{
	char path[64];
	char text[128] = "";
	char *state;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 'Z';
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	state = strrchr(text, ')');
	return length > 0 && state && state[1] ? state[2] : 'Z';
}

/* Whether the worker will get further; that a call takes too long is a finding. */
static bool is_busy(struct fuzz_shared *shared, int worker)
{
	__u64 due = __atomic_load_n(&shared->due[worker], __ATOMIC_RELAXED);
	pid_t tid = __atomic_load_n(&shared->tids[worker], __ATOMIC_RELAXED);
	char state = tid ? state_of(tid) : 'S';

	if (state == 'Z' || state == 'X')
		return false;
	if (!due)
		return state != 'S';
	if (now_ns(CLOCK_MONOTONIC) < due)
		return true;
	fuzz_finding(shared, "%s of worker %d does not end",
		     shared->ops[worker] ?: "the start", worker);
	return false;
}

static bool is_stuck(struct fuzz_shared *shared)
{
	for (int i = 0; i < FUZZ_WORKERS; i++)
		if (is_busy(shared, i))
			return false;
	return true;
}

static void interrupt(const struct fuzz_shared *shared)
{
	for (int i = 0; i < FUZZ_WORKERS; i++)
		if (shared->ops[i])
			syscall(SYS_tgkill, shared->pids[i > 2],
				shared->tids[i], SIGUSR1);
}

/* Returns when the process is gone or has to be killed. */
static void watch(struct fuzz_shared *shared, pid_t pid,
		  unsigned int interruptions)
{
	struct pollfd process = {
		.fd = syscall(SYS_pidfd_open, pid, 0),
		.events = POLLIN,
	};
	__u64 seen = 0;

	while (poll(&process, 1, LOOK_MSEC) == 0) {
		__u64 calls = __atomic_load_n(&shared->calls, __ATOMIC_RELAXED);

		if (calls == seen && is_stuck(shared)) {
			if (!interruptions-- || shared->found)
				break;
			interrupt(shared);
		}
		seen = calls;
	}
	close(process.fd);
}

/* Until no process of the program is left: they are all our children then. */
static bool reap(pid_t group)
{
	__u64 end = must_end();
	pid_t pid;

	do {
		kill(-group, SIGKILL);
		pid = waitpid(-1, NULL, WNOHANG);
		if (!pid)
			nap();
	} while (pid >= 0 && now_ns(CLOCK_MONOTONIC) < end);
	return pid < 0;
}

bool fuzz_execute(struct fuzz_machine *machine,
		  const struct fuzz_program *program)
{
	struct fuzz_shared *shared = machine->shared;
	pid_t pid;

	memset(shared, 0, sizeof(*shared));
	shared->due[0] = must_end();
	fuzz_coverage_begin(&machine->coverage);
	pid = fork();
	if (!pid)
		run_first_process(machine, program);
	/* Here too, as the group must be there when it is killed. */
	setpgid(pid, pid);
	watch(shared, pid, IS_KILLED_AT_ONCE(program) ? 0 : INTERRUPTIONS);
	machine->is_stuck = !reap(pid);
	if (machine->is_stuck)
		fuzz_finding(shared, "a process does not end when killed");
	else
		fuzz_judge_charges(shared, &machine->charges);
	fuzz_coverage_end(&machine->coverage);
	machine->calls += shared->calls;
	machine->programs++;
	return !shared->found;
}

bool fuzz_machine_open(struct fuzz_machine *machine)
{
	memset(machine, 0, sizeof(*machine));
	machine->shared = shared_alloc(sizeof(*machine->shared));
	fuzz_coverage_open(&machine->coverage);
	return fuzz_world_init() && fuzz_charges_open(&machine->charges) &&
	       !prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void fuzz_machine_close(struct fuzz_machine *machine)
{
	fuzz_charges_close(&machine->charges);
	munmap(machine->shared, sizeof(*machine->shared));
}
