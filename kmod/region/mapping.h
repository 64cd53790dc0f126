/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mappings: a region in the memory of processes.
 */
#ifndef IPCCHAN_MAPPING_H
#define IPCCHAN_MAPPING_H

struct file;
struct vm_area_struct;

/**
 * DOC: Mappings
 *
 * A mapping shows the kernel the shmem file (vm_file), for the kernel goes from
 * there to a shmem inode as soon as the pages are shmem's. It also refers to the
 * file it was made through (vm_private_data), so it keeps the region, its name
 * and its charge like an open descriptor does.
 *
 * Each fault asks whether the page is of the loan that the file stands for, under
 * the lock of the loans, and leaves with the page locked: see withdraw.h.
 *
 * A loan by MOVE is mapped by one address space at a time, so that there is one
 * writer, and so that its death is seen: a mapping that closes when nobody uses the
 * address space any more does so in the end of a process, or in its exec(2), and ends
 * the loan. Whoever else has the descriptor then has nothing.
 */

int ipcchan_region_mmap(struct file *file, struct vm_area_struct *vma);

#endif /* IPCCHAN_MAPPING_H */
