// SPDX-License-Identifier: GPL-2.0
/*
 * Players: threads, as the scheduler of the kernel and its signals are to the module.
 */
#include <stdlib.h>
#include <ucontext.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/tracepoint.h>

#include "sync/sync.h"

#include "model.h"
#include "player.h"

#define STACK_SIZE	(256 << 10)

/* Threads of a process. */
#define CREW		4

/**
 * struct player - a thread
 * @task: as the module knows it
 * @context: where it is
 * @stack: its own
 * @run: the call that it is to make, or makes
 * @arg: for that
 * @result: what it has come to
 * @is_asleep: it has not returned
 * @is_woken: and may go on
 * @gives_up: why it does; 0: it does not
 * @is_killed: it is
 */
struct player {
	struct task_struct task;
	ucontext_t context;
	char *stack;
	long (*run)(void *arg);
	void *arg;
	long result;
	bool is_asleep;
	bool is_woken;
	int gives_up;
	bool is_killed;
};

struct task_struct *ipcchan_current;

static struct player players[TASKS];
static struct pid processes[TASKS / CREW];
static ucontext_t scheduler;

/* Of the kernel: told when a thread ends. */
static void (*note_exit)(void *data, IPCCHAN_SCHED_PROCESS_EXIT_ARGS);

static struct player *current_player(void)
{
	return container_of(current, struct player, task);
}

static void leave_to_scheduler(void)
{
	if (ipcchan_waits.lock.is_held)
		broken("a lock is held where a thread sleeps");
	current_player()->is_woken = false;
	swapcontext(&current_player()->context, &scheduler);
}

static void play(void)
{
	for (;;) {
		struct player *player = current_player();

		player->result = player->run(player->arg);
		player->is_asleep = false;
		leave_to_scheduler();
	}
}

static long go(struct player *player)
{
	current = &player->task;
	player->is_asleep = true;
	swapcontext(&scheduler, &player->context);
	return player->is_asleep ? STILL_SLEEPS : player->result;
}

static void start(struct player *player, int nr)
{
	if (!player->stack)
		player->stack = malloc(STACK_SIZE);
	getcontext(&player->context);
	player->context.uc_stack.ss_sp = player->stack;
	player->context.uc_stack.ss_size = STACK_SIZE;
	makecontext(&player->context, play, 0);
	player->task.pid.number = nr + 1;
	player->task.process = &processes[nr / CREW];
	processes[nr / CREW].number = TASKS + nr / CREW + 1;
}

static void end_dead(struct work_struct *work)
{
	ipcchan_sync_end_dead();
}

/* A thread that is not known yet would have the line looked at once more, before. */
static void enter(struct player *player)
{
	current = &player->task;
	if (ipcchan_thread_enter())
		broken("no memory");
}

void players_start(void)
{
	ipcchan_waits_init(end_dead);
	if (ipcchan_threads_init())
		broken("no tracepoint");
	for (int i = 0; i < TASKS; i++) {
		start(&players[i], i);
		enter(&players[i]);
	}
}

void player_set_priority(int player, int priority)
{
	players[player].task.prio = priority;
}

long player_call(int player, long (*run)(void *arg), void *arg)
{
	players[player].run = run;
	players[player].arg = arg;
	return go(&players[player]);
}

long player_go_on(int player)
{
	return go(&players[player]);
}

long player_give_up(int player, int err)
{
	long result;

	players[player].gives_up = err;
	result = go(&players[player]);
	players[player].gives_up = 0;
	return result;
}

long player_kill(int player)
{
	long result;

	players[player].is_killed = true;
	result = go(&players[player]);
	players[player].is_killed = false;
	return result;
}

void player_end(int player)
{
	current = &players[player].task;
	note_exit(NULL, &players[player].task, false);
	if (!ipcchan_waits.ended.is_due)
		broken("nobody was told of the end of a thread");
	ipcchan_waits.ended.is_due = false;
	ipcchan_waits.ended.function(&ipcchan_waits.ended);
	enter(&players[player]);
}

void player_wake(int player)
{
	wake_up_process(&players[player].task);
}

bool player_is_woken(int player)
{
	return players[player].is_woken;
}

int player_of(const struct task_struct *task)
{
	return container_of(task, struct player, task) - players;
}

bool player_has_left_something(int player)
{
	const struct ipcchan_thread *thread;
	bool has;

	spin_lock(&ipcchan_waits.lock);
	thread = ipcchan_thread_find(task_pid(&players[player].task));
	has = thread && (!list_empty(&thread->held) ||
			 thread->party.party.vertex.nr ||
			 thread->party.party.vertex.nr_in);
	spin_unlock(&ipcchan_waits.lock);
	return has;
}

/* What the module asks of the kernel. */

void wake_up_process(struct task_struct *task)
{
	container_of(task, struct player, task)->is_woken = true;
}

bool fatal_signal_pending(const struct task_struct *task)
{
	return container_of(task, struct player, task)->is_killed;
}

int get_nr_threads(const struct task_struct *task)
{
	return CREW;
}

int ipcchan_waiter_sleep_unless(struct ipcchan_waiter *w,
				const struct ipcchan_deadline *deadline,
				const int *is_so)
{
	struct player *player = current_player();

	for (;;) {
		int err = player->is_killed ? -ERESTARTSYS : player->gives_up;

		player->gives_up = 0;
		if (w->result <= 0)
			return 0;
		if (is_so && *is_so)
			return -EAGAIN;
		if (err)
			return err;
		leave_to_scheduler();
	}
}

int ipcchan_waiter_sleep_on(struct ipcchan_waiter *w)
{
	while (w->result > 0) {
		if (current_player()->is_killed)
			return -EINTR;
		leave_to_scheduler();
	}
	return 0;
}

struct tracepoint ipcchan_tracepoints[2] = {
	{ "sched_process_exit" }, { "sched_process_exec" },
};

int tracepoint_probe_register(struct tracepoint *point, void *probe, void *data)
{
	if (!strcmp(point->name, "sched_process_exit"))
		note_exit = probe;
	return 0;
}
