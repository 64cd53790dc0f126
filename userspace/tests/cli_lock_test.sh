#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: commands with a mutex locked.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

# Have the mutex until standard input of the command, the file "pipe", is closed.
hold() {
	mkfifo pipe
	ipcchan lock m -- cat pipe &
	holder=$!
	exec 3>pipe
	await field_is m depth 1
}

let_go() {
	exec 3>&-
	wait "$holder"
}

test_lock_runs_the_command_with_the_mutex() {
	same "$(ipcchan lock m -- ipcchan show m | sed -n 's/^depth  *//p')" 1
	shows m depth 0
}

test_lock_creates_a_name_that_stays() {
	ipcchan lock m -- true
	shows m kind mutex
	shows m persistent yes
	ipcchan lock m true
}

test_lock_exits_with_the_status_of_the_command() {
	fails 7 ipcchan lock m -- sh -c 'exit 7'
	fails 143 ipcchan lock m -- sh -c 'kill -TERM $$'
	fails 127 ipcchan lock m -- no-such-command
	says 'ipcchan: lock "m": no-such-command: No such file or directory'
	shows m depth 0
}

test_lock_passes_input_output_and_arguments_on() {
	same "$(echo hello | ipcchan lock m -- sed 's/l*o/y/')" hey
	same "$(ipcchan lock m printf '%s,' -a --b 'c d')" '-a,--b,c d,'
}

# Who waits must not have the pipe open, or it would never end.
test_lock_waits_for_who_has_it() {
	hold
	ipcchan lock m -- touch ran 3>&- &
	await field_is m waiters 1
	[ ! -e ran ]
	let_go
	wait $!
	[ -e ran ]
}

test_lock_that_may_not_wait_is_status_1() {
	hold
	fails 1 ipcchan lock --try m -- true
	says 'ipcchan: lock "m": somebody has it [EAGAIN]'
	let_go
	ipcchan lock --try m -- true
}

test_lock_that_is_not_had_in_time_is_status_5() {
	hold
	fails 5 ipcchan lock --timeout 10ms m -- true
	says 'ipcchan: lock "m": not had within 10ms [ETIMEDOUT]'
	let_go
	ipcchan lock --timeout 10 m -- true
}

# Its command may go on, but without the mutex.
test_lock_says_that_its_last_owner_died() {
	hold
	kill -KILL "$holder"
	wait "$holder" || :
	await field_is m depth 0
	fails 0 ipcchan lock m -- ipcchan show m
	says 'ipcchan: lock "m": whoever had it last ended with it; it is consistent from now on'
	grep -q '^state  *consistent$' out
	exec 3>&-
	fails 0 ipcchan lock m -- true
	says ''
}

test_lock_passes_the_signal_that_ends_it_on() {
	hold
	kill -TERM "$holder"
	status=0
	wait "$holder" || status=$?
	same "$status" 143
	fails 0 ipcchan lock --try m -- true
	says ''
	exec 3>&-
}

test_lock_of_what_is_no_mutex_is_refused() {
	ipcchan create q
	fails 1 ipcchan lock q -- true
	says 'ipcchan: lock "q": the name belongs to another kind of object [EPROTOTYPE]'
}

test_lock_of_another_user_is_status_6() {
	ipcchan lock m -- true
	fails 6 as alice ipcchan lock m -- true
	says 'ipcchan: lock "m": permission denied by mode and owner [EACCES]'
}

test_lock_needs_a_name_and_a_command() {
	fails 2 ipcchan lock
	fails 2 ipcchan lock m
	fails 2 ipcchan lock m --
	fails 2 ipcchan lock --timeout soon m -- true
}

test_lock_has_a_noun_too() {
	same "$(ipcchan mutex lock m -- echo hello)" hello
}

test_mutex_is_listed_and_killed() {
	hold
	ipcchan list >out
	grep -q '^m  *mutex  *0600  *root  *root  *0  *0  *1  *[0-9]*s$' out
	shows m rights 'admin wait'
	shows m owner_pid "$holder"
	ipcchan rm --kill m
	exec 3>&-
	status=0
	wait "$holder" || status=$?
	same "$status" 0
}

run_tests
