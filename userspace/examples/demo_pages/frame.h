/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames: what the camera sees, and what the filter makes of it.
 */
#ifndef DEMO_FRAME_H
#define DEMO_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_SIZE	(1U << 20)
#define FRAME_PIXELS	(FRAME_SIZE / sizeof(uint64_t) - 2)

/**
 * struct frame - one picture
 * @number: Which, from 1.
 * @sum: Checksum of all the rest.
 * @pixels: No two frames have one alike in the same place.
 */
struct frame {
	uint64_t number;
	uint64_t sum;
	uint64_t pixels[FRAME_PIXELS];
};

/** frame_shoot - fill a frame, and seal it */
void frame_shoot(struct frame *frame, uint64_t number);

/** frame_invert - change pixels in place; the seal is broken then */
void frame_invert(struct frame *frame, size_t first, size_t count);

/** frame_seal - set the checksum */
void frame_seal(struct frame *frame);

/** frame_is_whole - is the checksum right? */
bool frame_is_whole(const struct frame *frame);

/** frame_is_inverted - is each pixel what the filter has to make of it? */
bool frame_is_inverted(const struct frame *frame);

#endif /* DEMO_FRAME_H */
