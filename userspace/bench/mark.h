/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Marks: instructions that do nothing, and tell an emulator that looks for them what is
 * measured (vm/profile/blocks.c).
 */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H

/* Both are nopl with four bytes that nobody would write: "ipc" and which it is. */
#define MARK_BEGIN	"\x0f\x1f\x80ipc\x01"
#define MARK_END	"\x0f\x1f\x80ipc\x02"

/** mark_begin - it is measured from here on */
static inline void mark_begin(void)
{
#ifdef __x86_64__
	asm volatile(".byte 0x0f, 0x1f, 0x80, 'i', 'p', 'c', 1" : : : "memory");
#endif
}

/** mark_end - up to here */
static inline void mark_end(void)
{
#ifdef __x86_64__
	asm volatile(".byte 0x0f, 0x1f, 0x80, 'i', 'p', 'c', 2" : : : "memory");
#endif
}

#endif /* BENCH_MARK_H */
