/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * Rings: a stream of records through shared pages, without system calls.
 *
 * This is the layout of the pages and the protocol on them. Programs use it
 * through libipcchan; who implements it anew needs this page and the RING ioctls
 * of linux/ipcchan.h.
 */
#ifndef _UAPI_LINUX_IPCCHAN_RING_H
#define _UAPI_LINUX_IPCCHAN_RING_H

#include <linux/types.h>

/**
 * DOC: Areas
 *
 * A ring has two *ends*, a producer and a consumer, and three areas, each with one
 * writer. mmap(2) of an end's descriptor, MAP_SHARED, at these offsets:
 *
 * ========================= ============ =========== ===========
 * offset                    bytes        producer    consumer
 * ========================= ============ =========== ===========
 * IPCCHAN_RING_PRODUCER     one page     read, write read
 * IPCCHAN_RING_CONSUMER     one page     read        read, write
 * IPCCHAN_RING_DATA         size         read, write read
 * ========================= ============ =========== ===========
 *
 * Mapped a second time right behind the first, the data has no edge at which a
 * record would have to be cut in two. Each of the two pages is a struct
 * ipcchan_ring_end.
 *
 * A mapping belongs to the process that made it: fork(2) does not copy it, and
 * mmap(2) fails with EBUSY while another process has mappings of the same end. The
 * end ends with that process, or with exec(2) in it, whoever else has the
 * descriptor; or when nobody has a descriptor or a mapping of it any more.
 */
#define IPCCHAN_RING_PRODUCER		0x00000000
#define IPCCHAN_RING_CONSUMER		0x01000000
#define IPCCHAN_RING_DATA		0x02000000

/** IPCCHAN_RING_SIZE_MAX - the largest ring, bytes; sizes are powers of two. */
#define IPCCHAN_RING_SIZE_MAX		(1U << 30)

/** IPCCHAN_RING_ALIGN - records begin at multiples of it, so indices are such. */
#define IPCCHAN_RING_ALIGN		8U

/* Bits of struct ipcchan_ring_end.notice; the others are an index. */
#define IPCCHAN_RING_AWAITS		(1U << 0)
#define IPCCHAN_RING_ENDED		(1U << 1)
#define IPCCHAN_RING_NOTICE_INDEX	(~(IPCCHAN_RING_ALIGN - 1))

/**
 * struct ipcchan_ring_end - the first bytes of the page that an end writes
 * @index: written by the end. Producer: bytes of records published. Consumer:
 *	bytes of records released. Both count from 0 modulo 2^32 and are multiples
 *	of IPCCHAN_RING_ALIGN; the byte at an index is data[index % size].
 * @reserved0: 0; keeps @notice off the line of @index, and off the line that is
 *	fetched along with it.
 * @notice: written by the kernel alone. IPCCHAN_RING_AWAITS: somebody of this end
 *	sleeps, or polls, until the other end's index has reached the index in the
 *	bits of IPCCHAN_RING_NOTICE_INDEX. IPCCHAN_RING_ENDED: this end is gone, and
 *	its index is final. Only the kernel has to; an end that writes it itself wakes
 *	itself too early or too late, or looks ended, and the kernel never reads it.
 * @reserved1: 0.
 */
struct ipcchan_ring_end {
	__u32 index;
	__u32 reserved0[31];
	__u32 notice;
	__u32 reserved1[31];
};

/**
 * struct ipcchan_ring_record - what is before the bytes of each record
 * @size: bytes of the record, without this and without what pads it to a multiple
 *	of IPCCHAN_RING_ALIGN.
 * @type: for the programs.
 *
 * With this and its padding a record takes at most half of the ring. So an end that
 * waits for half of the ring to be free (as poll(2) does) can write any record.
 */
struct ipcchan_ring_record {
	__u32 size;
	__u32 type;
};

/**
 * DOC: Protocol
 *
 * ``reached(i, goal)`` is ``(__s32)(i - goal) >= 0``.
 *
 * ======= ==================================== =====================================
 * step    producer                             consumer
 * ======= ==================================== =====================================
 * 1 look  tail = load-acquire(consumer.index); head = load-acquire(producer.index);
 *         kept until it does not suffice       kept until it is used up
 * 2 work  writes records behind its own head,  reads records from its own tail on,
 *         up to tail + size                    up to head
 * 3 tell  store-release(producer.index)        store-release(consumer.index)
 * 4 wake  full barrier; load consumer.notice:  full barrier; load producer.notice:
 *         if it AWAITS an index that is        likewise
 *         reached: RING_WAKE
 * 5 sleep RING_WAIT for the consumer's index   RING_WAIT for the producer's index
 *         that makes room                      that is one record further
 * ======= ==================================== =====================================
 *
 * Neither believes the other: a head is valid if it is a multiple of
 * IPCCHAN_RING_ALIGN and at most size before one's own tail, a tail if it is such
 * and at most size behind one's own head; a record, if it ends at or before the
 * head. Whoever finds anything else stops: the ring is broken (EPROTO). The data may
 * change while it is read, when the producer breaks the rules: each field is read
 * once, and who must be sure of more copies the record first.
 */

/**
 * DOC: Memory order
 *
 * *A record is read as it was written.* The index carries it::
 *
 *   producer                               consumer
 *   --------                               --------
 *   write record
 *   store-release producer.index --------> load-acquire producer.index
 *                                          read record
 *
 * *No record is written over before it was read.* The same, the other way round::
 *
 *   consumer                               producer
 *   --------                               --------
 *   read record
 *   store-release consumer.index --------> load-acquire consumer.index
 *                                          write the next one there
 *
 * *No wake-up is lost.* The sleeper tells that it sleeps and then looks at the
 * index; the other writes the index and then looks for a sleeper. Each has a full
 * barrier in between, so they cannot both miss what the other wrote (store buffering,
 * "SB+mbs" of the kernel's memory model)::
 *
 *   sleeper, in RING_WAIT                  the other end
 *   ---------------------                  -------------
 *   store own.notice = goal | AWAITS       store-release own.index
 *   smp_mb()                               full barrier
 *   load other.index                       load other.notice
 *     reached: return                        AWAITS a goal that is reached:
 *     else: sleep                            RING_WAKE
 *
 *   forbidden: the left load gives the old index and the right one the old notice
 *
 * The sleeper stands in the list of sleepers before it writes the notice, and
 * RING_WAKE takes the lock of that list: so whom it is called for, it finds. The
 * notice is the kernel's: it is withdrawn under that lock, together with those who
 * are woken, so one sleep costs one RING_WAKE, and a notice that is withdrawn never
 * was one of somebody who goes on sleeping.
 *
 * *Nothing is lost at the end, and nobody sleeps through it.* The kernel marks an end
 * as ended, and then wakes the other one, which looks for that mark before it looks
 * at the index::
 *
 *   end of the other side                  sleeper, in RING_WAIT or woken
 *   ---------------------                  ------------------------------
 *   (its program) store other.index
 *   store-release ended -----------------> load-acquire ended
 *   wake all                               load other.index
 *                                            reached: return; else, if ended: EPIPE
 *
 * A program that has no record left and finds IPCCHAN_RING_ENDED in the notice
 * likewise loads the index once more before it believes that nothing comes.
 */

#endif /* _UAPI_LINUX_IPCCHAN_RING_H */
