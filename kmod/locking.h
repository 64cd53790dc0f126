/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locking: the one order of all locks, and what each of them guards.
 */
#ifndef IPCCHAN_LOCKING_H
#define IPCCHAN_LOCKING_H

/**
 * DOC: Lock order
 *
 * Outermost first. A task that holds a lock takes only locks below it.
 *
 * == =================== ======== ===========================================
 *  # lock                kind     why it stands here
 * == =================== ======== ===========================================
 *  1 namespaces_lock     mutex    try_unlist() asks under it whether names are
 *                                 left (2), so that no session enters between
 *                                 the question and the end of the namespace
 *  2 ns->names.lock      mutex    link, unlink and describe reach into the
 *                                 object that they found (4)
 *  3 multicast_lock      mutex    multicasts reach into one mailbox after the
 *                                 other (4), in one order for all
 *  4 flow->lock          spinlock everybody's fast path
 *  4 side->lock          spinlock of an end of a ring; never that of both ends, nor
 *                                 with a flow's, so they stand beside each other
 *  5 ipcchan_waits.lock  spinlock innermost: a call goes from one mailbox to the
 *                                 other, and who waits for whom is across all, so
 *                                 it is one for all; a request is queued and lost
 *                                 under the lock of its flow (4). So it is for
 *                                 synchronisation: a wait for several objects, a
 *                                 death and a deadlock are of many (docs/decisions/019)
 *  6 users_lock          mutex    under no other lock but 3 (flow_unlock() frees
 *                                 what was dropped), and none under it;
 *                                 refcount_dec_and_mutex_lock() takes it only
 *                                 for the last reference
 *  7 loans.lock          rwsem    under no other lock of ours, and none under it:
 *                                 who sends lends before there is a message
 * == =================== ======== ===========================================
 *
 * Kernel locks above ours: mmap_lock, in mmap(2) (2, through
 * ipcchan_object_is_dead(); 4, of a ring; 7), at the end of mappings (4, of a ring; 7)
 * and in page faults (7). Hence:
 *
 * - never access user memory while holding 1 to 5, or 7: a fault takes mmap_lock;
 * - under 2, allocate nothing that reclaim could wait for, and free nothing.
 *
 * Kernel locks below ours: under 7 those of pages and of mappings (i_mmap_rwsem), and
 * those of reclaim. A fault leaves with the page locked and without 7, so nobody waits for
 * 7 with a page locked. Under 4 only the scheduler's, through
 * get_task_struct() and waitqueue_active(), which take none; under 5 that of a run
 * queue, through set_user_nice(), and that of the wait queue of a pid. Who wakes that
 * one holds it, and tasklist_lock, so note_end() takes none of ours, and leaves what
 * there is to do to a work; so do those who are told by a tracepoint, where nothing may
 * sleep. wait/signals.c takes the sighand's alone.
 */

/**
 * DOC: What each lock guards
 *
 * ===================================== ======================================
 * lock                                  fields
 * ===================================== ======================================
 * namespaces_lock                       namespaces, ipcchan_ns.node,
 *                                       ipcchan_ns.sessions
 * ns->names.lock                        ipcchan_ns.names.registry, and of each
 *                                       object in it: ipcchan_object.name.node,
 *                                       ipcchan_object.names.*; the last put of
 *                                       ipcchan_object.usage
 * flow->lock                            all of ipcchan_flow below @lock; of
 *                                       calls in its lists
 *                                       ipcchan_sending.messages, .offered,
 *                                       .turn, .arrival, .nr, .dropped,
 *                                       .has_place,
 *                                       ipcchan_receiving.taken, .nr, .needs,
 *                                       .lingers, .reader, ipcchan_waiter.node
 *                                       and writes of .result and .expires; from
 *                                       acceptance on ipcchan_msg.entry to
 *                                       .peer; ipcchan_port.spare and all from
 *                                       .node on; all of its *.peer; all of
 *                                       *ipcchan_flow.fair and its accounts
 * ipcchan_waits.lock                    ipcchan_waits.graph, all processes, all
 *                                       threads (the table is read under RCU by who
 *                                       tells of an end), holds, who is
 *                                       blocked, boosts; of each object of sync/ all
 *                                       that is not immutable, its wants, holdings,
 *                                       and of who waits there .missing and the writes of
 *                                       ipcchan_waiter.result; of ipcchan_call all from
 *                                       @state on; of ipcchan_flow all from @calls
 *                                       on; of ipcchan_port all from @process on
 *                                       (@user is read without it, to compare)
 * side->lock                            ipcchan_ring_side.life, .waits and writes of
 *                                       .ended; the notice in its page; sleepers'
 *                                       ipcchan_waiter.node and writes of .result
 * loans.lock of a region                ipcchan_loans.all, all of ipcchan_loan from
 *                                       @node on, ipcchan_view.seen
 * multicast_lock                        no field: the order of multicasts
 * users_lock                            users; the last put of
 *                                       ipcchan_user.usage
 * none: self-locking (fasync_lock)      ipcchan_port.fasync; under flow->lock it
 *                                       is only looked at for whether it is
 *                                       NULL, by who has just changed it
 * none: exchanged                       ipcchan_port.spare_call, .spare_reply
 * none: atomic                          ipcchan_user.objects, .bytes, .fds,
 *                                       ipcchan_session.calls,
 *                                       ipcchan_region.mappings, all @usage
 * none: immutable once published        all other fields
 * ===================================== ======================================
 *
 * Whether an object is dead is kept twice: ipcchan_object.names.dead for calls
 * on the object, ipcchan_flow.dead for calls on its messages. A kill sets the
 * first, then the second. In between a send may still succeed; it is then one
 * that came before the kill.
 */

/**
 * DOC: Barrier pairs
 *
 * =========================== ============================ ===================
 * release                     acquire                      carries
 * =========================== ============================ ===================
 * ipcchan_waiter_end():       ipcchan_waiter_sleep():      all that the waker
 * smp_store_release(result)   smp_load_acquire(result)     wrote to the waiter
 * ipcchan_waiter_hasten():    ipcchan_waiter_sleep():      the new deadline,
 * smp_store_release(result)   smp_load_acquire(result)     written only once
 * wake_up_process() (full     ipcchan_waiter_sleep():      result before the
 * barrier before it looks     set_current_state() (full    sleep: no lost
 * at the task's state)        barrier) before the load     wake-up, finished
 *                                                          or hastened
 * flow->lock of the poller    flow->lock of the sender     see events.c
 * end_locked():               verdict():                   the last index that
 * smp_store_release(ended)    smp_load_acquire(ended)      the other end wrote
 * notice_before_look():        the barrier of a program     the notice before the
 * smp_mb()                    in step 4 of the protocol    look at the index: see
 *                             of linux/ipcchan_ring.h      there
 * note_end(): schedule_work() the work, that begins        may_have_ended and the
 *                             after it                     end of the process;
 *                                                          has_ended of a thread
 * pollwake(): smp_wmb()       sleep() of wait_many.c:      that what is polled has
 * before triggered            smp_store_mb(triggered, 0)   changed, before it is
 *                             before the next look         looked at again
 * =========================== ============================ ===================
 *
 * Reads without the lock, each of a value that is right whether old or new:
 * ipcchan_limits.max_user_objects, .max_user_bytes and .max_user_fds (module
 * parameters), ipcchan_user.objects, .bytes and .fds, ipcchan_region.mappings
 * (shown to people), ipcchan_ring_side.ended in poll(2) (only ever set, and then
 * all pollers are woken), the index in a page of a ring (whoever writes it tells of
 * that after), ipcchan_port.has_died (of who closed a descriptor last, of
 * those who did so at the same time), ipcchan_process.may_have_ended (only ever
 * set, and then the pid is asked), ipcchan_thread.has_ended (only ever set),
 * ipcchan_queue.bands, by who only asks whether the queue is wide (it stays so); a task's
 * prio, to order who waits by it; of ipcchan_call .outcome, .reply and .is_given, by
 * who waited for it, once its wait has ended or it has seen under the lock that the
 * call is done: nobody writes them then.
 */

/**
 * DOC: References
 *
 * Who keeps whom alive::
 *
 *   process --fd--> device file ---------> session --> namespace, user
 *                                             ^
 *   process --fd--> object's file --> handle -+
 *   mapping ------------^                |
 *                                        v
 *   persistent name -----------------> object ----> namespace, user
 *                                        |
 *                                   queued message -> user, pid, files
 *
 * Nothing points back up, so there is no cycle; files of messages that might are
 * refused (docs/decisions/005). Each file, and each persistent
 * name, has a reference to the module: it unloads only when all are gone, and
 * ipcchan_quota_exit() warns if a user account is left then.
 */

#endif /* IPCCHAN_LOCKING_H */
