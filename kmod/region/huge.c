// SPDX-License-Identifier: GPL-2.0
/*
 * Huge pages: where they come from.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/shmem_fs.h>

#include "region/huge.h"

/* Written at module load; NULL: this kernel has no huge pages for tmpfs. */
static struct vfsmount *mount __ro_after_init;

/**
 * ipcchan_huge_init() - mount it, if there are huge pages
 */
void __init ipcchan_huge_init(void)
{
	char options[] = "huge=always";
	struct file_system_type *tmpfs = get_fs_type("tmpfs");
	struct vfsmount *made;

	/* A tmpfs that does not know the option would complain to the log. */
	if (!tmpfs || !IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE))
		return;
	made = vfs_kern_mount(tmpfs, SB_KERNMOUNT, tmpfs->name, options);
	if (!IS_ERR(made))
		mount = made;
}

/**
 * ipcchan_huge_exit() - unmount it; all its files are closed
 */
void ipcchan_huge_exit(void)
{
	if (mount)
		kern_unmount(mount);
}

/**
 * ipcchan_huge_is_there() - can there be regions of huge pages
 *
 * Return: true if so.
 */
bool ipcchan_huge_is_there(void)
{
	return mount;
}

/**
 * ipcchan_huge_file() - make a shmem file of huge pages
 * @name: for people
 * @size: bytes
 *
 * Return: the file, or ERR_PTR().
 */
struct file *ipcchan_huge_file(const char *name, loff_t size)
{
	return shmem_file_setup_with_mnt(mount, name, size, EMPTY_VMA_FLAGS);
}
