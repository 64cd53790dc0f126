#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: sending to many.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_message_comes_out_of_all() {
	ipcchan create a
	ipcchan create b
	ipcchan multicast --data hello a b
	same "$(ipcchan receive a)" hello
	same "$(ipcchan receive b)" hello
}

test_standard_input_is_the_message() {
	head -c 50000 /dev/urandom >in
	ipcchan create a
	ipcchan create b
	ipcchan mailbox multicast a b <in
	ipcchan receive --output raw b >out
	cmp in out
}

test_nothing_is_sent_if_one_is_full() {
	ipcchan create a
	ipcchan create --messages 1 b
	ipcchan send b x
	fails 1 ipcchan multicast --nonblock --data hello a b
	grep -qF 'ipcchan: multicast "b": mailbox full; nothing was sent [EAGAIN]' err
	shows a messages 0
}

test_timeout_is_told() {
	ipcchan create a
	ipcchan create --messages 1 b
	ipcchan send b x
	fails 5 ipcchan multicast --timeout 1ms --data hello a b
	grep -qF 'ipcchan: multicast "b": mailbox still full after 1ms' err
}

test_dropped_message_is_told() {
	ipcchan create a
	ipcchan create --messages 1 --policy drop-new b
	ipcchan send b x
	ipcchan multicast --data hello a b 2>err
	grep -q 'multicast "b": the message was dropped' err
	same "$(ipcchan receive a)" hello
}

test_mailbox_that_is_there_twice_is_refused() {
	ipcchan create a
	fails 1 ipcchan multicast --data hello a a
	grep -qF 'ipcchan: multicast "a": the same mailbox twice' err
}

test_rendezvous_is_refused() {
	ipcchan create a
	ipcchan create --messages 0 b
	fails 1 ipcchan multicast --data hello a b
	grep -qF 'ipcchan: multicast "b": only mailboxes of delivery queue can be sent to' err
	shows a messages 0
}

test_mailboxes_must_exist() {
	ipcchan create a
	fails 3 ipcchan multicast --data hello a b
	grep -qF 'ipcchan: multicast "b"' err
	shows a messages 0
}

run_tests
