/* SPDX-License-Identifier: GPL-2.0 */
/* What compat_test (64 bit) and compat_peer (32 bit) say to each other. */
#ifndef COMPAT_PEER_H
#define COMPAT_PEER_H

#include <linux/ipcchan.h>

/* Bytes of a request. */
#define REQUEST_SIZE	40

/**
 * struct reply - the peer's answer to a message
 * @received: The message as the peer received it.
 * @bytes: Its bytes, inverted.
 *
 * It has the type of the message, plus 1, and its priority.
 */
struct reply {
	struct ipcchan_message received;
	unsigned char bytes[REQUEST_SIZE];
};

#endif /* COMPAT_PEER_H */
