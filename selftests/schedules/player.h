/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Players: threads that make calls of the module, one at a time, on this machine.
 */
#ifndef PLAYER_H
#define PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * DOC: Players
 *
 * Each thread is a stack of its own. It runs till its call returns, or sleeps where the
 * module has it sleep; so there is one order of all that happens, and it can be made to
 * happen again. Nothing is simulated but the kernel: the ioctls, the lines and the
 * graph are those of kmod/.
 */

struct model;
struct task_struct;

/* What a call has come to so far, besides what an ioctl returns. */
#define STILL_SLEEPS	1001

void players_start(void);
void player_set_priority(int player, int priority);

/* A player makes a call, or goes on with it after it was woken. */
long player_call(int player, long (*run)(void *arg), void *arg);
long player_go_on(int player);

/* It sleeps, and gives up: -ETIMEDOUT, -ERESTARTSYS; or it is killed. */
long player_give_up(int player, int err);
long player_kill(int player);

/* Its thread ends, and the player is another one from now on. */
void player_end(int player);

void player_wake(int player);
bool player_is_woken(int player);
int player_of(const struct task_struct *task);

/* Descriptors: of objects that were opened, and behind them, files to be polled. */
#define FIRST_POLLED	16

void objects_end(void);
void *object_of(int nr);

/* An ioctl on an object; on -1, on the device. */
long call(int nr, unsigned int cmd, void *arg);
void file_set(int nr, bool is_there);

/* Does a thread hold or wait for something, when none should? */
bool player_has_left_something(int player);

/* What must not be was seen; ends the program. */
void broken(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif /* PLAYER_H */
