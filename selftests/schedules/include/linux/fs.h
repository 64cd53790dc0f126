/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open files: of objects, and of what can only be polled.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_FS_H
#define IPCCHAN_SCHEDULES_LINUX_FS_H

#include <linux/types.h>

struct file;
struct file_operations;
struct inode;
struct module;
struct poll_table_struct;
struct seq_file;

struct file {
	const struct file_operations *f_op;
	void *private_data;
};

struct file_operations {
	struct module *owner;
	int (*release)(struct inode *inode, struct file *file);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd,
			       unsigned long arg);
	long (*compat_ioctl)(struct file *file, unsigned int cmd,
			     unsigned long arg);
	void (*show_fdinfo)(struct seq_file *m, struct file *file);
	__poll_t (*poll)(struct file *file, struct poll_table_struct *table);
};

#define compat_ptr_ioctl NULL

struct file *fget(unsigned int fd);

static inline void fput(struct file *file)
{
}

static inline bool file_can_poll(const struct file *file)
{
	return true;
}

#endif /* IPCCHAN_SCHEDULES_LINUX_FS_H */
