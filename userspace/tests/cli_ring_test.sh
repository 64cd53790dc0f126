#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: rings.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_ring_carries_lines_in_order() {
	seq 1000 >in
	ipcchan ring create r 4K
	ipcchan ring read r >out &
	ipcchan ring write r <in
	wait $!
	cmp in out
}

test_ring_keeps_what_was_written_for_who_reads_later() {
	ipcchan ring create r 64K
	ipcchan ring write r 'hello world'
	same "$(ipcchan ring read r)" 'hello world'
}

test_ring_carries_bytes_as_they_are() {
	printf 'a\001b' >in
	ipcchan ring create r 64K
	ipcchan ring write r "$(cat in)"
	ipcchan ring read --raw r >out
	cmp in out
}

test_ring_connects_one_writer_with_one_reader() {
	ipcchan ring create r 4K
	ipcchan ring write r once
	fails 1 ipcchan ring write r twice
	says 'ipcchan: ring write "r": somebody wrote into it before [EPIPE]'
}

test_ring_takes_what_fits() {
	ipcchan ring create r 4K
	fails 1 ipcchan ring write r "$(head -c 2041 /dev/zero | tr '\0' x)"
	says 'ipcchan: ring write "r": a record of 2041 bytes; with 8 more it may take half of the ring, 2048 [EMSGSIZE]'
	ipcchan ring create r2 4K
	ipcchan ring write r2 "$(head -c 2040 /dev/zero | tr '\0' x)"
}

test_ring_of_a_writer_that_may_not_wait() {
	status=0
	ipcchan ring create r 4K
	seq 100000 | ipcchan ring write --nonblock r 2>err || status=$?
	same "$status" 1
	says 'ipcchan: ring write "r": the ring is full, after 256 records [EAGAIN]'
}

test_ring_of_a_reader_that_may_not_wait() {
	ipcchan ring create r 4K
	fails 1 ipcchan ring read --nonblock r
	ipcchan ring create r2 4K
	fails 5 ipcchan ring read --timeout 10ms r2
}

test_ring_of_a_reader_that_wants_some() {
	ipcchan ring create r 4K
	seq 10 | ipcchan ring write r
	same "$(ipcchan ring read --count 2 r)" "$(seq 2)"
}

test_ring_has_a_size_that_is_a_power_of_two() {
	fails 1 ipcchan ring create r 5000
	says 'ipcchan: ring create "r": its size has to be a power of two [EINVAL]'
}

test_ring_is_shown() {
	ipcchan ring create r 8K
	ipcchan ring write r x
	ipcchan show r >out
	grep -q '^kind  *ring$' out
	grep -q '^size  *8192$' out
	grep -q '^producer  *ended$' out
	grep -q '^produced  *16$' out
}

test_ring_is_removed() {
	ipcchan ring create r 4K
	ipcchan rm --kill r
	fails 3 ipcchan ring read r
}

run_tests
