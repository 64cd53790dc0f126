#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: who waits for whom.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

# Have the mutex busy, and one who waits for it, both in the background.
begin_wait() {
	ipcchan lock busy -- sh -c 'touch begun; while [ ! -e go ]; do usleep 10000; done' &
	await test -e begun
	ipcchan lock busy -- true &
	await waits_are 1
}

end_wait() {
	touch go
	wait
}

waits_are() { same "$(ipcchan doctor --waits --json | grep -c '"pid"')" "$1" >seen; }

test_nobody_waits_for_nothing() {
	ipcchan doctor --waits >out
	same "$(grep -c ' waits  ' out)" 0
	same "$(ipcchan doctor --waits --json | tr -d ' \n\t')" '{"waits":[]}'
}

test_who_waits_is_below_who_is_in_the_way() {
	begin_wait
	ipcchan doctor --waits >out
	end_wait
	grep -q '^PID/THREAD  *SINCE  *FOR  *KIND  *OBJECT' out
	grep -q '^[0-9]*/[0-9]*' out
	grep -q 'waits  *[0-9.]*s  *any  *mutex  *busy' out
}

test_waits_that_are_old_are_marked() {
	begin_wait
	ipcchan doctor --waits --stuck 1us >old
	ipcchan doctor --waits --stuck 1h >young
	end_wait
	grep -q 'busy *stuck' old
	! grep -q stuck young
}

test_waits_can_be_read_by_programs() {
	begin_wait
	ipcchan doctor --waits --json >out
	end_wait
	grep -q '"kind": *"mutex"' out
	grep -q '"name": *"busy"' out
	grep -q '"holder_pid": *[1-9]' out
	grep -q '"stuck": *0' out
}

test_waits_can_be_drawn() {
	begin_wait
	ipcchan doctor --waits --dot >out
	end_wait
	same "$(head -n 1 out)" 'digraph waits {'
	same "$(tail -n 1 out)" '}'
	grep -q '"[0-9]*/[0-9]*" -> "[0-9]*/[0-9]*" \[label="mutex busy [0-9.]*s"\];' out
}

test_another_user_sees_no_waits_but_its_own() {
	begin_wait
	same "$(as alice ipcchan doctor --waits --json | grep -c '"pid"')" 0
	end_wait
}

test_options_of_waits_need_it() {
	fails 2 ipcchan doctor --json
	says 'ipcchan doctor: --json, --dot and --stuck are of --waits'
}

run_tests
