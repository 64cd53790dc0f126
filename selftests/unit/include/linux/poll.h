/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a poll may tell.
 */
#ifndef IPCCHAN_LINUX_POLL_H
#define IPCCHAN_LINUX_POLL_H

#define EPOLLIN 0x001
#define EPOLLRDNORM 0x040

#endif /* IPCCHAN_LINUX_POLL_H */
