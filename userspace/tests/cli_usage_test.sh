#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: command lines.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_wrong_usage_is_status_2() {
	ipcchan create q
	fails 2 ipcchan
	fails 2 ipcchan frobnicate
	fails 2 ipcchan mailbox
	fails 2 ipcchan region frobnicate
	fails 2 ipcchan --frobnicate
	fails 2 ipcchan send
	fails 2 ipcchan send --frobnicate q x
	fails 2 ipcchan send q one two
	fails 2 ipcchan send --lines q data
	fails 2 ipcchan send --priority 32 q x
	fails 2 ipcchan send --priority -1 q x
	fails 2 ipcchan send --timeout soon q x
	fails 2 ipcchan receive
	fails 2 ipcchan receive q r
	fails 2 ipcchan receive --output xml q
	fails 2 ipcchan receive --output raw --verbose q
	fails 2 ipcchan call
	fails 2 ipcchan call q one two
	fails 2 ipcchan call --priority 32 q x
	fails 2 ipcchan serve
	fails 2 ipcchan serve q
	fails 2 ipcchan serve --count x q cat
	fails 2 ipcchan calls
	fails 2 ipcchan create --mode 888 q
	fails 2 ipcchan create --bytes many q
	fails 2 ipcchan region create r
	fails 2 ipcchan rm
	fails 2 ipcchan list q
}

test_every_verb_has_help() {
	for verb in create send receive peek call serve calls list show rm lock 'region create' \
		'region read' 'region write' limits doctor; do
		# shellcheck disable=SC2086 # noun and verb
		fails 0 ipcchan $verb --help
		head -n 1 out | grep -q "^Usage: ipcchan $verb "
	done
}

test_help_names_every_verb_and_status() {
	fails 0 ipcchan --help
	for verb in create send receive peek call serve calls list show rm lock 'region create' \
		'region read' 'region write' limits doctor; do
		grep -q "^  $verb  *[a-z]" out
	done
	grep -q 'Exit status: 0 done, 1 failed, 2 usage, 3 not found' out
}

test_version_is_told() {
	ipcchan --version | grep -q '^ipcchan [0-9]*\.[0-9]*\.[0-9]* (ABI 1)$'
}

test_output_that_cannot_be_written_is_status_1() {
	ipcchan create q
	status=0
	ipcchan list >/dev/full 2>err || status=$?
	same "$status" 1
	says 'ipcchan: standard output: No space left on device'
}

run_tests
