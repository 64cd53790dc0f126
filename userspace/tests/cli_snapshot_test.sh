#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: snapshots.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_snapshot_is_restored() {
	seq 1 50 >in
	ipcchan create a
	ipcchan create b
	ipcchan send --lines a <in
	ipcchan snapshot a >saved
	shows a messages 50
	ipcchan mailbox restore b <saved
	ipcchan receive --count 50 b >out
	cmp in out
}

test_mailbox_must_be_new() {
	ipcchan create a
	ipcchan send a x
	ipcchan snapshot a >saved
	fails 1 sh -c 'ipcchan restore a <saved'
	says 'ipcchan: restore "a": this mailbox has or had messages [ENOTEMPTY]'
}

test_mailbox_must_take_all() {
	ipcchan create a
	ipcchan create --message-size 4 b
	ipcchan send a 'five '
	ipcchan snapshot a >saved
	fails 1 sh -c 'ipcchan restore b <saved'
	says 'ipcchan: restore "b": the snapshot is more than this mailbox takes [EMSGSIZE]'
	shows b messages 0
}

test_input_must_be_a_snapshot() {
	ipcchan create a
	fails 1 ipcchan restore a
	says 'ipcchan: restore "a": standard input is no snapshot, or a part of one [EINVAL]'
}

test_mailbox_must_exist() {
	fails 3 ipcchan snapshot a
	fails 3 ipcchan restore a
}

run_tests
