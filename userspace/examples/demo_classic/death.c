// SPDX-License-Identifier: GPL-2.0
/*
 * Death of an owner: a process moves money from one account to another, and is killed
 * when it is in neither. A lock without an owner stays locked; a mutex goes to the next
 * one, who is told, and puts the accounts in order.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "check.h"
#include "kit.h"
#include "parts.h"
#include "process.h"

#define MONEY	100
#define AMOUNT	10

/**
 * struct bank - what is shared
 * @accounts: their sum is always the same, for who has the lock
 * @moving: what was taken from the first, and is to be added to the second
 */
struct bank {
	int accounts[2];
	int moving;
};

static struct bank *bank_new(void)
{
	struct bank *bank = shared_new(sizeof(*bank));

	bank->accounts[0] = MONEY;
	return bank;
}

static int sum(const struct bank *bank)
{
	return bank->accounts[0] + bank->accounts[1];
}

static void die_in_transfer(struct bank *bank)
{
	bank->moving = AMOUNT;
	bank->accounts[0] -= AMOUNT;
	raise(SIGKILL);
}

static void repair(struct bank *bank)
{
	bank->accounts[1] += bank->moving;
	bank->moving = 0;
}

static bool run_semaphore(struct ipcchan *session)
{
	struct ipcchan_wait_options options = IPCCHAN_WAIT_OPTIONS;
	int semaphore = semaphore_new(session, 1);
	struct bank *bank = bank_new();
	pid_t pid = process_start();
	int result;

	if (!pid) {
		semaphore_acquire(semaphore);
		die_in_transfer(bank);
	}
	process_join(pid);
	options.deadline_ns = ipcchan_deadline_in(DOUBT);
	result = ipcchan_semaphore_acquire(semaphore, 1, &options);
	printf("   naive, a semaphore for a lock: nobody gets it again [%s]\n",
	       ipcchan_error_name(result));
	return check(result == -ETIMEDOUT, "somebody got it.");
}

static void start_and_die(int mutex, struct bank *bank)
{
	pid_t pid = process_start();

	if (!pid) {
		mutex_lock(mutex);
		die_in_transfer(bank);
	}
	process_join(pid);
}

static bool run_mutex(struct ipcchan *session)
{
	int mutex = mutex_new(session, 0, 0);
	struct bank *bank = bank_new();
	bool is_told;
	int found;
	int next;

	start_and_die(mutex, bank);
	is_told = mutex_lock(mutex) == IPCCHAN_OWNER_DEAD;
	found = sum(bank);
	repair(bank);
	require(ipcchan_mutex_consistent(mutex), "mark a mutex consistent");
	mutex_unlock(mutex);
	next = mutex_lock(mutex);
	printf("   a mutex: the next one %s, finds %d of %d, and repairs it: %d\n",
	       is_told ? "is told OWNER_DEAD" : "is not told", found, MONEY,
	       sum(bank));
	mutex_unlock(mutex);
	return check(is_told && found == MONEY - AMOUNT && sum(bank) == MONEY &&
		     !next, "the accounts are not in order.");
}

static bool run_careless(struct ipcchan *session)
{
	int mutex = mutex_new(session, 0, 0);
	int result;

	start_and_die(mutex, bank_new());
	mutex_lock(mutex);
	mutex_unlock(mutex);
	result = ipcchan_mutex_lock(mutex, NULL);
	printf("   likewise, and the next one does not repair it: then nobody has it [%s]\n",
	       ipcchan_error_name(result));
	return check(result == -ENOTRECOVERABLE, "somebody got it.");
}

bool death_run(struct ipcchan *session)
{
	bool good;

	puts("A process is killed while it moves money.");
	good = run_semaphore(session);
	good = run_mutex(session) && good;
	return run_careless(session) && good;
}
