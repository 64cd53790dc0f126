/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of how the ends of a ring sleep and wake each other.
 */

/*
 * DOC: What is modelled
 *
 * spin(1) tries every interleaving of a producer, a consumer, a second sleeper at
 * one of their sides, and of what store buffers do. Each of the three has a FIFO of
 * stores that nobody else sees yet, which Memory writes back one by one, when it
 * likes: total store order, as x86 has it. A full barrier waits until one's own
 * buffer is empty, and so does taking a lock. A lock is given up by a store, like
 * any other.
 *
 * ====================== =========================================================
 * here                   there
 * ====================== =========================================================
 * INDEX, NOTICE          struct ipcchan_ring_end, of linux/ipcchan_ring.h
 * GONE, LOCK, sleeps[],  what the kernel itself knows of an end: that it has ended;
 * goals[]                the list of who sleeps there, and for what, with its lock
 * Producer, Consumer     the library, and in it steps 1, 2 and 5 of the protocol
 * tell()                 steps 3 and 4
 * sleep_until()          RING_WAIT; or poll(2), which differs only in where it sleeps
 * leave()                RING_WAIT or poll(2) that returns for another reason: there
 *                        was no need to sleep; a signal, a deadline, another file
 * wake()                 RING_WAKE
 * write_notice()         the least goal of those in the list, for the page of the end
 * end_side()             the end of a process, which is the end of its side
 * Second                 another thread of that process, in RING_WAIT or in poll(2);
 *                        it wants as much as the first, or more
 * ====================== =========================================================
 *
 * The model gives the lock up before it looks at the index, the kernel may do so
 * later: that takes interleavings away. All records are one unit long. Indices
 * count modulo MODULO, of which SIZE is as large a part as the largest ring is of
 * 2^32, and wrap around on the way.
 *
 * Not modelled are the bytes of records, whose order the index carries, processors
 * with weaker order, and programs that break the protocol.
 */

/*
 * DOC: What is shown
 *
 * Monitor waits until nothing can go on, and then asserts that
 *
 * * nobody sleeps whose goal is reached: no wake-up is lost;
 * * nobody sleeps who waits for a side that has ended;
 * * the consumer has received all that was published, unless it has ended;
 * * nobody is stuck anywhere else, and no lock is held.
 *
 * The producer may stop for ever after each record. So a wake-up is lost also if the
 * next record would have made good for it. The consumer asserts that nothing was
 * left behind when it is told that the producer has ended. And the model has no
 * cycle, which is checked apart: it always gets to where nothing can go on, if each
 * of its parts goes on now and then. So what the consumer waits for, it gets.
 *
 * wake() does not look at the index again when it has written the notice. It need
 * not: a notice is only ever replaced by an earlier goal if somebody enters the list,
 * and he looks himself; and who still reads the notice before that, which is of an
 * earlier goal or the same, calls RING_WAKE once more than needed at worst.
 *
 * That the model is not blind is shown by the faults below, each of which spin has to
 * find. scripts/checks/models runs all this.
 */

#define PRODUCER	0
#define CONSUMER	1

/* What is wrong in the model; each fault but NOTHING has to be found. */
#define NOTHING			0
#define NO_PRODUCER_BARRIER	1
#define NO_CONSUMER_BARRIER	2
#define NO_SLEEPER_BARRIER	3
#define SLEEPER_WITHDRAWS	4
#define WAKER_WITHDRAWS		5
#define NOTICE_OF_THE_LATEST	6
#define LOOK_BEFORE_LIST	7
#define WAKE_TAKES_NO_LOCK	8
#define UNSIGNED_REACHED	9
#define END_WAKES_NOBODY	10
#define END_WAKES_FIRST		11
#define INDEX_BEFORE_END	12
#ifndef FAULT
#define FAULT			NOTHING
#endif

/* The side of the second sleeper. */
#ifndef SECOND
#define SECOND		CONSUMER
#endif

/* The side that may end, which is the other or none. */
#define NONE		2
#ifndef MORTAL
#define MORTAL		(1 - SECOND)
#endif

/* Records that the producer has. */
#ifndef RECORDS
#define RECORDS		3
#endif

/* How often the second sleeper goes to sleep. */
#ifndef NAPS
#define NAPS		2
#endif

/* Stores in a buffer. */
#ifndef BUFFERED
#define BUFFERED	2
#endif

#define SIZE		2
#define MODULO		8
/* MODULO - 2, as a number: spin wants that of an initial value. */
#define FIRST		6

/* Of a notice, whose other bits are the goal. */
#define GOAL		(MODULO - 1)
#define AWAITS		MODULO
#define ENDED		(2 * MODULO)

/* Places in memory: one of each for each side. */
#define INDEX		0
#define NOTICE		2
#define GONE		4
#define LOCK		6
#define PLACES		8

#define other(side)	(1 - (side))

/* 0 <= index - goal < MODULO / 2; both are less than MODULO. */
#define reached(index, goal) \
	((FAULT == UNSIGNED_REACHED && (index) >= (goal)) || \
	 (FAULT != UNSIGNED_REACHED && \
	  ((index) + MODULO - (goal)) % MODULO < MODULO / 2))

#define next(index)	(((index) + 1) % MODULO)
#define goal_of_room(index, records) \
	(((index) + MODULO + (records) - SIZE) % MODULO)
#define is_full(head, tail) \
	(((head) + MODULO - (tail)) % MODULO == SIZE)

byte memory[PLACES] = { FIRST, FIRST, 0, 0, 0, 0, 0, 0 };

/* Of each thread; the producer, the consumer and the second sleeper are 0, 1, 2. */
chan buffer[3] = [BUFFERED] of { byte, byte };
bool sleeps[3];
byte goals[3];
bool done[3];

/* Nobody reads what is still in his own buffer, so nothing is forwarded from it. */
inline load(into, place) {
	d_step {
		assert(!(buffer[_pid] ?? [eval(place), _]));
		into = memory[place]
	}
}

inline store(place, value) {
	buffer[_pid] ! place, value
}

inline full_barrier() {
	empty(buffer[_pid])
}

/*
 * From here to unlock() is one step: who else cares is kept out. When the stores
 * that are made in it reach the memory is as open as ever.
 */
inline lock(side) {
	empty(buffer[_pid]) && !memory[LOCK + side];
	memory[LOCK + side] = 1
}

inline unlock(side) {
	store(LOCK + side, 0)
}

#define is_listed(thread, side) \
	(sleeps[thread] && (thread == side || side == SECOND))
#define is_sooner(thread, than) \
	(!sleeps[than] || reached(goals[than], goals[thread]))

/* Under the lock: let the notice suit those who sleep at @side. */
inline write_notice(side) {
	d_step {
		notice = (memory[GONE + side] -> ENDED : 0);
		if
		:: is_listed(2, side) &&
		   (is_sooner(2, side) || FAULT == NOTICE_OF_THE_LATEST) ->
			notice = notice | AWAITS | goals[2]
		:: else ->
			if
			:: is_listed(side, side) ->
				notice = notice | AWAITS | goals[side]
			:: else
			fi
		fi
	};
	store(NOTICE + side, notice);
	notice = 0
}

/* Under the lock: wake those at @side whose goal is reached at @index. */
inline finish(side, index) {
	d_step {
		if
		:: is_listed(side, side) && reached(index, goals[side]) ->
			sleeps[side] = false;
			goals[side] = 0
		:: else
		fi;
		if
		:: is_listed(2, side) && reached(index, goals[2]) ->
			sleeps[2] = false;
			goals[2] = 0
		:: else
		fi
	}
}

/* Under the lock: wake all at @side. */
inline finish_all(side) {
	d_step {
		sleeps[side] = false;
		goals[side] = 0;
		if
		:: side == SECOND ->
			sleeps[2] = false;
			goals[2] = 0
		:: else
		fi
	}
}

/* RING_WAKE of the end at @side, whose index nobody else changes. */
inline wake(side) {
	atomic {
		if
		:: FAULT != WAKE_TAKES_NO_LOCK -> lock(other(side))
		:: else -> full_barrier()
		fi;
		load(seen, INDEX + side);
		finish(other(side), seen);
		seen = 0;
		if
		:: FAULT != WAKER_WITHDRAWS -> write_notice(other(side))
		:: else -> store(NOTICE + other(side), 0)
		fi;
		if
		:: FAULT != WAKE_TAKES_NO_LOCK -> unlock(other(side))
		:: else
		fi
	}
}

/* Steps 3 and 4 of the protocol. */
inline tell(side, index) {
	atomic {
		index = next(index);
		store(INDEX + side, index)
	};
	atomic {
		(FAULT == NO_PRODUCER_BARRIER && side == PRODUCER) ||
		(FAULT == NO_CONSUMER_BARRIER && side == CONSUMER) ||
			empty(buffer[_pid]);
		load(seen, NOTICE + other(side));
		if
		:: seen & AWAITS && reached(index, seen & GOAL) ->
			seen = 0;
			wake(side)
		:: else ->
			seen = 0
		fi
	}
}

/*
 * Behind a barrier: has the other side ended, and before that: did its index reach
 * the goal? The barrier is only needed the first time.
 */
inline look(side, goal) {
	atomic {
		FAULT == NO_SLEEPER_BARRIER || empty(buffer[_pid]);
		if
		:: FAULT != INDEX_BEFORE_END -> load(gone, GONE + other(side))
		:: else -> load(seen, INDEX + other(side))
		fi
	};
	atomic {
		if
		:: FAULT != INDEX_BEFORE_END -> load(seen, INDEX + other(side))
		:: else -> load(gone, GONE + other(side))
		fi;
		is_reached = reached(seen, goal);
		seen = 0
	}
}

inline enter(side, goal) {
	lock(side);
	sleeps[_pid] = true;
	goals[_pid] = goal;
	write_notice(side);
	unlock(side)
}

inline leave(side) {
	lock(side);
	sleeps[_pid] = false;
	goals[_pid] = 0;
	write_notice(side);
	unlock(side)
}

/* RING_WAIT, and poll(2); @may_leave: perhaps by a signal, and at any time. */
inline sleep_until(side, goal, may_leave) {
	if
	:: FAULT == LOOK_BEFORE_LIST ->
		look(side, goal);
		atomic { enter(side, goal) }
	:: else ->
		atomic { enter(side, goal) };
		look(side, goal)
	fi;
	if
	:: gone || is_reached ->
		atomic { leave(side) }
	:: may_leave ->
		atomic { leave(side) }
	:: !gone && !is_reached ->
		!sleeps[_pid];
		look(side, goal)
	fi;
	if
	:: FAULT == SLEEPER_WITHDRAWS -> store(NOTICE + side, 0)
	:: else
	fi
}

inline wake_all(side) {
	atomic {
		lock(side);
		finish_all(side);
		write_notice(side);
		unlock(side)
	}
}

/* The process of @side is gone, whatever it was doing. */
inline end_side(side) {
	if
	:: FAULT == END_WAKES_FIRST -> wake_all(other(side))
	:: else
	fi;
	atomic {
		lock(side);
		store(GONE + side, 1);
		store(NOTICE + side, ENDED);
		unlock(side)
	};
	if
	:: FAULT != END_WAKES_FIRST && FAULT != END_WAKES_NOBODY ->
		wake_all(other(side))
	:: else
	fi
}

/* What the inlines above use of the process that they are in. */
#define SCRATCH \
	byte notice; \
	byte seen; \
	bool gone; \
	bool is_reached

active proctype Producer() {
	byte sent;
	byte index = FIRST;
	byte tail = FIRST;
	SCRATCH;

	do
	:: sent < RECORDS && !is_full(index, tail) ->
		sent++;
		tell(PRODUCER, index)
	:: sent < RECORDS && is_full(index, tail) ->
		load(tail, INDEX + CONSUMER);
		if
		:: is_full(index, tail) ->
			sleep_until(PRODUCER, goal_of_room(index, 1),
				    PRODUCER == MORTAL);
			if
			:: !is_reached -> break
			:: else
			fi
		:: else
		fi
	:: true -> break
	od;
	if
	:: PRODUCER == MORTAL -> end_side(PRODUCER)
	:: true
	fi;
	done[_pid] = true
}

active proctype Consumer() {
	byte index = FIRST;
	byte head = FIRST;
	SCRATCH;

	do
	:: index != head ->
		tell(CONSUMER, index)
	:: index == head ->
		load(head, INDEX + PRODUCER);
		if
		:: index == head ->
			sleep_until(CONSUMER, next(index), CONSUMER == MORTAL);
			if
			:: !is_reached && gone ->
				assert(memory[INDEX + PRODUCER] == index);
				break
			:: !is_reached && !gone -> break
			:: else
			fi
		:: else
		fi
	:: CONSUMER == MORTAL -> break
	od;
	if
	:: CONSUMER == MORTAL -> end_side(CONSUMER)
	:: else
	fi;
	done[_pid] = true
}

active proctype Second() {
	byte naps;
	byte goal;
	SCRATCH;

	do
	:: naps < NAPS ->
		naps++;
		atomic {
			load(goal, INDEX + SECOND);
			if
			:: SECOND == CONSUMER -> goal = next(goal)
			:: SECOND == CONSUMER -> goal = next(next(goal))
			:: SECOND == PRODUCER -> goal = goal_of_room(goal, 1)
			:: SECOND == PRODUCER -> goal = goal_of_room(goal, 2)
			fi
		};
		sleep_until(SECOND, goal, true)
	:: else -> break
	od;
	done[_pid] = true
}

active proctype Memory() {
	byte place;
	byte value;

end:	do
	:: d_step { buffer[PRODUCER] ? place, value ->
			memory[place] = value; place = 0; value = 0 }
	:: d_step { buffer[CONSUMER] ? place, value ->
			memory[place] = value; place = 0; value = 0 }
	:: d_step { buffer[2] ? place, value ->
			memory[place] = value; place = 0; value = 0 }
	od
}

#define may_sleep(thread, side) \
	(sleeps[thread] && !memory[GONE + other(side)] && \
	 !reached(memory[INDEX + other(side)], goals[thread]))

active proctype Monitor() {
	timeout ->
	assert(!memory[LOCK + PRODUCER] && !memory[LOCK + CONSUMER]);
	assert(done[PRODUCER] || may_sleep(PRODUCER, PRODUCER));
	assert(done[CONSUMER] || may_sleep(CONSUMER, CONSUMER));
	assert(done[2] || may_sleep(2, SECOND));
	assert(memory[GONE + CONSUMER] ||
	       memory[INDEX + CONSUMER] == memory[INDEX + PRODUCER])
}
