// SPDX-License-Identifier: GPL-2.0
/*
 * Objects: what the object layer and descriptors are to kmod/sync, and files that can
 * only be polled.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/sched.h>

#include "object/deadlock.h"
#include "object/handle.h"
#include "object/ioctl.h"
#include "object/session.h"
#include "sync/kinds.h"
#include "sync/sync.h"

#include "model.h"
#include "player.h"

#define IOCTLS	64

/**
 * struct polled - a file that can be polled
 * @file: it
 * @is_there: what is polled for
 * @tables: of each player: who polls; NULL: it does not
 */
struct polled {
	struct file file;
	bool is_there;
	struct poll_wqueues *tables[TASKS];
};

static const struct ipcchan_ioctl *ioctls[IOCTLS];
static int nr_ioctls;

static struct ipcchan_session session = { .client = 1 };
static struct file device = { .private_data = &session };
static struct ipcchan_handle handles[OBJECTS];
static struct file files[OBJECTS];
static int nr_files;
static struct polled polled[FILES];

void ipcchan_ioctl_register(const struct ipcchan_ioctl *table, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		ioctls[nr_ioctls++] = &table[i];
}

int ipcchan_ioctl_store(u64 user, u32 stride, const void *entries, size_t size,
			u32 nr)
{
	memcpy((void *)(unsigned long)user, entries, size * nr);
	return 0;
}

int ipcchan_object_init(struct ipcchan_object *obj,
			const struct ipcchan_open *open,
			struct ipcchan_session *by)
{
	obj->type = open->type;
	obj->id = nr_files;
	obj->usage.refs = 1;
	return 0;
}

void ipcchan_object_deinit(struct ipcchan_object *obj)
{
	if (obj->usage.refs != 1)
		broken("an object goes that has %d references", obj->usage.refs);
}

struct ipcchan_object *ipcchan_object_get(struct ipcchan_object *obj)
{
	obj->usage.refs++;
	return obj;
}

void ipcchan_object_put(struct ipcchan_object *obj)
{
	obj->usage.refs--;
}

bool ipcchan_object_is_dead(struct ipcchan_object *obj)
{
	return false;
}

int ipcchan_object_open(struct ipcchan_session *by,
			const struct ipcchan_open *open)
{
	struct ipcchan_object *obj = open->create(open, by);

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	handles[nr_files] = (struct ipcchan_handle){
		.obj = obj,
		.session = by,
		.rights = ~0U,
		.file = &files[nr_files],
	};
	files[nr_files] = (struct file){
		.f_op = open->type->fops,
		.private_data = &handles[nr_files],
	};
	return nr_files++;
}

int ipcchan_handle_release(struct inode *inode, struct file *file)
{
	return 0;
}

long ipcchan_handle_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return -ENOTTY;
}

void ipcchan_handle_show_fdinfo(struct seq_file *m, struct file *file)
{
}

void objects_end(void)
{
	while (nr_files) {
		struct ipcchan_object *obj = handles[--nr_files].obj;

		obj->type->free(obj);
	}
}

void *object_of(int nr)
{
	return ipcchan_sync_of_file(&files[nr]);
}

long call(int nr, unsigned int cmd, void *arg)
{
	for (int i = 0; i < nr_ioctls; i++)
		if (ioctls[i]->cmd == cmd)
			return ioctls[i]->run(nr < 0 ? &device : &files[nr], arg);
	broken("there is no ioctl %#x", cmd);
}

struct file *fget(unsigned int fd)
{
	if (fd >= FIRST_POLLED)
		return &polled[fd - FIRST_POLLED].file;
	return &files[fd];
}

void file_set(int nr, bool is_there)
{
	polled[nr].is_there = is_there;
	for (int i = 0; is_there && i < TASKS; i++) {
		struct poll_wqueues *table = polled[nr].tables[i];

		if (!table)
			continue;
		table->triggered = 1;
		player_wake(i);
	}
}

void poll_initwait(struct poll_wqueues *table)
{
	table->triggered = 0;
	table->error = 0;
}

void poll_freewait(struct poll_wqueues *table)
{
	for (int i = 0; i < FILES; i++)
		polled[i].tables[player_of(current)] = NULL;
}

__poll_t vfs_poll(struct file *file, poll_table *table)
{
	struct polled *p = container_of(file, struct polled, file);

	if (table)
		p->tables[player_of(current)] =
			container_of(table, struct poll_wqueues, pt);
	return p->is_there ? EPOLLIN : 0;
}
