/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tally: what all the processes of the demo note.
 */
#ifndef DEMO_TALLY_H
#define DEMO_TALLY_H

#include <stdatomic.h>
#include <stdbool.h>

#define FRAMES	32
#define BLOCKS	4

/**
 * struct tally - in memory that all of them share
 * @is_shown: Frames that were displayed, by number.
 * @wrong: Frames that were not what they had to be, in any stage.
 * @in_block: Frame that the camera put last into a block of its region.
 * @dropped: Frames that came back to the camera, and were not shown.
 * @last_dropped: The last of these.
 * @copied: Bytes that system calls copied.
 * @stalled: The frame half of which the filter has changed, when it stopped.
 */
struct tally {
	atomic_bool is_shown[FRAMES + 1];
	atomic_uint wrong;
	atomic_uint in_block[BLOCKS];
	atomic_uint dropped;
	atomic_uint last_dropped;
	atomic_ullong copied;
	atomic_uint stalled;
};

extern struct tally *tally;

#endif /* DEMO_TALLY_H */
