#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: receiving without end.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_follow_prints_messages_as_they_come_until_it_is_told_to_end() {
	ipcchan create q
	ipcchan receive --follow q >out &
	ipcchan send q one
	await grep -q one out
	ipcchan send q two
	await grep -q two out
	kill -TERM $!
	status=0
	wait $! || status=$?
	same "$status" 143
	same "$(cat out)" "$(printf 'one\ntwo')"
}

test_follow_that_is_told_to_end_takes_no_further_message() {
	ipcchan create q
	ipcchan receive --follow q >out &
	await field_is q waiting_receivers 1
	kill -TERM $!
	wait $! || true
	ipcchan send q hello
	same "$(ipcchan receive q)" hello
	same "$(cat out)" ''
}

test_follow_goes_on_at_a_signal_that_it_was_started_to_ignore() {
	ipcchan create q
	(trap '' HUP; exec ipcchan receive --follow q >out) &
	await field_is q waiting_receivers 1
	kill -HUP $!
	ipcchan send q hello
	await grep -q hello out
	kill -TERM $!
	wait $! || true
}

test_follow_ends_with_its_reader_and_loses_nothing() {
	ipcchan create q
	printf '1\n2\n' | ipcchan send --lines q
	same "$(ipcchan receive --follow q | head -n 2)" "$(printf '1\n2')"
	ipcchan send q 3
	same "$(ipcchan receive --nonblock q)" 3
}

test_follow_timeout_is_for_each_message() {
	ipcchan create q
	ipcchan send q hello
	fails 5 ipcchan receive --follow --timeout 100ms q
	same "$(cat out)" hello
}

run_tests
