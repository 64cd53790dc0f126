/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Huge pages: where they come from.
 */
#ifndef IPCCHAN_HUGE_H
#define IPCCHAN_HUGE_H

#include <linux/init.h>
#include <linux/types.h>

struct file;

/**
 * DOC: Huge pages
 *
 * The pages of a region that asks for huge ones are those of a tmpfs of our own,
 * mounted with huge=always and nowhere to be seen, as i915 has one. Whether the
 * kernel's own shared memory is made of huge pages is the administrator's choice,
 * and most often it is not.
 *
 * They are made if there are free ones; what there is not is made of small pages,
 * and works alike.
 */

void __init ipcchan_huge_init(void);
void ipcchan_huge_exit(void);
bool ipcchan_huge_is_there(void);
struct file *ipcchan_huge_file(const char *name, loff_t size);

#endif /* IPCCHAN_HUGE_H */
