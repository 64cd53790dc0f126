#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: subscribing to a broadcast, and reading a latest value.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_subscribe_prints_what_comes_in_each_of_its_processes() {
	ipcchan create --delivery broadcast b
	ipcchan subscribe --count 2 b >one &
	ipcchan subscribe --count 2 b >two &
	await field_is b waiting_receivers 2
	printf '1\n2\n' | ipcchan send --lines b
	wait
	same "$(cat one)" "$(printf '1\n2')"
	same "$(cat two)" "$(printf '1\n2')"
}

test_subscribe_ends_its_subscription() {
	ipcchan create --delivery broadcast b
	ipcchan subscribe b >out &
	await field_is b subscribers 1
	kill -TERM $!
	wait $! || true
	shows b subscribers 0
}

test_subscribe_begins_with_the_history() {
	ipcchan create --delivery broadcast --history 2 b
	printf '1\n2\n3\n' | ipcchan send --lines b
	same "$(ipcchan subscribe --history 9 --count 2 b)" "$(printf '2\n3')"
}

test_subscribe_that_blocks_makes_senders_wait() {
	ipcchan create --delivery broadcast --messages 1 b
	ipcchan subscribe --policy block b >out &
	await field_is b waiting_receivers 1
	kill -STOP $!
	ipcchan send b 1
	fails 1 ipcchan send --nonblock b 2
	kill -CONT $!
	await grep -q 1 out
	kill -TERM $!
	wait $! || true
}

test_subscribe_that_is_evicted_fails() {
	ipcchan create --delivery broadcast --messages 1 b
	ipcchan subscribe --policy evict b >out 2>err &
	await field_is b waiting_receivers 1
	kill -STOP $!
	printf '1\n2\n3\n' | ipcchan send --lines b
	kill -CONT $!
	status=0
	wait $! || status=$?
	same "$status" 1
	says 'ipcchan: subscribe "b": evicted, for it was too slow [EOVERFLOW]'
	hints 'drop-oldest'
}

test_subscribe_to_a_queue_fails() {
	ipcchan create q
	fails 1 ipcchan subscribe q
	says 'ipcchan: subscribe "q": it is no broadcast mailbox [EINVAL]'
	hints 'delivery broadcast'
}

test_receive_from_a_broadcast_points_to_subscribe() {
	ipcchan create --delivery broadcast b
	fails 1 ipcchan receive b
	says 'ipcchan: receive "b": it is for subscribers [ENOTCONN]'
	hints 'ipcchan subscribe'
}

test_receive_of_a_latest_value_leaves_it_there() {
	ipcchan create --delivery latest l
	ipcchan send l 1
	ipcchan send l 2
	same "$(ipcchan receive l)" 2
	same "$(ipcchan receive l)" 2
}

run_tests
