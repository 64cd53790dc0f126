// SPDX-License-Identifier: GPL-2.0
/*
 * Frames: what the camera sees, and what the filter makes of it.
 */
#include "frame.h"

static uint64_t pixel(uint64_t number, size_t at)
{
	return number * UINT64_C(0x9e3779b97f4a7c15) + at;
}

static uint64_t sum_of(const struct frame *frame)
{
	uint64_t sum = frame->number;

	for (size_t i = 0; i < FRAME_PIXELS; i++)
		sum = (sum ^ frame->pixels[i]) * UINT64_C(0x100000001b3);
	return sum;
}

void frame_shoot(struct frame *frame, uint64_t number)
{
	frame->number = number;
	for (size_t i = 0; i < FRAME_PIXELS; i++)
		frame->pixels[i] = pixel(number, i);
	frame_seal(frame);
}

void frame_invert(struct frame *frame, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++)
		frame->pixels[i] = ~frame->pixels[i];
}

void frame_seal(struct frame *frame)
{
	frame->sum = sum_of(frame);
}

bool frame_is_whole(const struct frame *frame)
{
	return frame->sum == sum_of(frame);
}

bool frame_is_inverted(const struct frame *frame)
{
	for (size_t i = 0; i < FRAME_PIXELS; i++)
		if (frame->pixels[i] != ~pixel(frame->number, i))
			return false;
	return true;
}
