/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What nobody reads.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_SEQ_FILE_H
#define IPCCHAN_SCHEDULES_LINUX_SEQ_FILE_H

struct seq_file;

#define seq_printf(m, format, values...) ((void)(m))

#endif /* IPCCHAN_SCHEDULES_LINUX_SEQ_FILE_H */
