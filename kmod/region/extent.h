/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Extents: loans that travel in messages.
 */
#ifndef IPCCHAN_EXTENT_H
#define IPCCHAN_EXTENT_H

struct file;
struct ipcchan_extent;
struct ipcchan_handle;
struct seq_file;

/**
 * DOC: Extents
 *
 * A loan is an open file of its region, with its run of pages for a window. SEND makes
 * it and puts it into the message right away, so that the lender never has a
 * descriptor of it. All ends of a message and of a descriptor are then ends of the
 * loan: dropped, refused, withdrawn, the mailbox killed, closed, the last process
 * that has it dead. It is only one more that REGION_RELEASE ends it while others
 * have the file, and that the end of the process that maps a MOVE does.
 *
 * The loan, but not its pages, is charged to the user of the session through which
 * the descriptor that lends was opened, as the message is.
 */

struct file *ipcchan_extent_lend(struct ipcchan_handle *handle,
				 const struct ipcchan_extent *extent);
void ipcchan_extent_receive(struct ipcchan_handle *handle);
void ipcchan_extent_close(struct ipcchan_handle *handle);
void ipcchan_extents_show(const struct ipcchan_handle *handle,
			  struct seq_file *m);
long ipcchan_region_release(struct file *file, void *arg);
long ipcchan_region_extents(struct file *file, void *arg);

#endif /* IPCCHAN_EXTENT_H */
