// SPDX-License-Identifier: GPL-2.0
/*
 * Seeded bugs, one for each detector: a kernel that does not report its own is
 * no proof of anything.
 *
 * insmod selfcheck.ko bug=NAME commits one and is then refused, so that there is
 * nothing to unload.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/uaccess.h>

#define SIZE 64

/* Longer than the guest's settings for the detectors allow. */
#define STUCK_MS 12000
#define BUSY_MS 8000
#define RACE_MS 4000

/* What the compiler must not see to be wrong, or unused. */
static void *hidden(void *pointer)
{
	OPTIMIZER_HIDE_VAR(pointer);
	return pointer;
}

static int use_after_free(void)
{
	char *bytes = hidden(kmalloc(SIZE, GFP_KERNEL));

	kfree(bytes);
	return READ_ONCE(*(char *)hidden(bytes)) & 0;
}

static int out_of_bounds(void)
{
	char *bytes = hidden(kmalloc(SIZE, GFP_KERNEL));

	if (bytes)
		WRITE_ONCE(bytes[SIZE], 1);
	kfree(bytes);
	return 0;
}

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

static int lock_inversion(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
	return 0;
}

static int sleep_in_atomic(void)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	kfree(hidden(kmalloc(SIZE, GFP_KERNEL)));
	spin_unlock(&lock);
	return 0;
}

static int leak(void)
{
	return hidden(kmalloc(SIZE, GFP_KERNEL)) ? 0 : -ENOMEM;
}

static int undefined_shift(void)
{
	unsigned int bits = (unsigned long)hidden((void *)SIZE);

	return (1 << bits) & 0;
}

static void never(struct timer_list *timer)
{
}

/* The kernel's own repair of it stops the timer. */
static int freed_timer(void)
{
	struct timer_list *timer = kzalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return -ENOMEM;
	timer_setup(timer, never, 0);
	mod_timer(timer, jiffies + HZ);
	kfree(timer);
	return 0;
}

static int hung_task(void)
{
	schedule_timeout_uninterruptible(msecs_to_jiffies(STUCK_MS));
	return 0;
}

/* mdelay() would be as wrong as its measurement at boot, on a host with other work. */
static int soft_lockup(void)
{
	unsigned long end = jiffies + msecs_to_jiffies(BUSY_MS);

	preempt_disable();
	while (time_before(jiffies, end))
		cpu_relax();
	preempt_enable();
	return 0;
}

static unsigned long contended;

static int race(void *unused)
{
	unsigned long end = jiffies + msecs_to_jiffies(RACE_MS);

	while (time_before(jiffies, end)) {
		contended++;
		/* Or it would be counted in a register. */
		barrier();
	}
	return 0;
}

static int plain_race(void)
{
	struct task_struct *other = kthread_create(race, NULL, "selfcheck");

	if (IS_ERR(other))
		return PTR_ERR(other);
	get_task_struct(other);
	wake_up_process(other);
	race(NULL);
	/* It runs the code of this module, which goes when we return. */
	kthread_stop(other);
	put_task_struct(other);
	return 0;
}

struct padded {
	char byte;
	long word;
};

/* What lies between its two members is whatever was there. */
static noinline bool copy_padding(void __user *to)
{
	struct padded padded;

	padded.byte = 1;
	padded.word = 2;
	return !copy_to_user(to, &padded, sizeof(padded));
}

static int uninitialised_copy(void)
{
	unsigned long page = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, 0);

	if (IS_ERR_VALUE(page))
		return page;
	return copy_padding((void __user *)page) ? 0 : -EFAULT;
}

/**
 * struct seed - a bug
 * @name: what bug= calls it
 * @commit: returns 0 if that could be done
 */
struct seed {
	const char *name;
	int (*commit)(void);
};

#define SEED(function) { #function, function }

static const struct seed seeds[] = {
	SEED(use_after_free),
	SEED(out_of_bounds),
	SEED(lock_inversion),
	SEED(sleep_in_atomic),
	SEED(leak),
	SEED(undefined_shift),
	SEED(freed_timer),
	SEED(hung_task),
	SEED(soft_lockup),
	SEED(plain_race),
	SEED(uninitialised_copy),
};

static char *bug = "";
module_param(bug, charp, 0);
MODULE_PARM_DESC(bug, "the bug to commit");

static int __init selfcheck_init(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(seeds); i++)
		if (!strcmp(seeds[i].name, bug))
			return seeds[i].commit() ?: -ECANCELED;
	return -ENOENT;
}
module_init(selfcheck_init);

MODULE_DESCRIPTION("Seeded bugs that a debug kernel must report");
MODULE_LICENSE("GPL");
