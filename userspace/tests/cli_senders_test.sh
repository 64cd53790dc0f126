#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: who sends to a fair mailbox.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_create_makes_a_fair_mailbox() {
	ipcchan create --delivery fair q
	shows q delivery fair
}

test_create_sets_the_aging() {
	ipcchan create --aging 1.5s q
	shows q aging_ns 1500000000
}

test_senders_lists_each_client_with_messages() {
	ipcchan create --delivery fair q
	ipcchan send q one
	ipcchan send q two
	same "$(ipcchan senders q | wc -l)" 3
	same "$(ipcchan senders q | awk 'NR == 2 { print $2, $3, $4, $5 }')" '1 3 0 1'
	ipcchan receive q
	same "$(ipcchan senders q | wc -l)" 2
}

test_senders_in_json_are_numbers() {
	ipcchan create --delivery fair q
	ipcchan send q one
	ipcchan senders --json q | tr -d ' \n' >out
	grep -q '"senders":\[{"client":[0-9]*,"queued":1,"bytes":3,"waiting":0,' out
	grep -q '"longest_wait_ns":0,"longest_wait_messages":0,"bypasses":0}' out
}

test_senders_of_an_empty_mailbox_are_none() {
	ipcchan create --delivery fair q
	ipcchan senders q
}

test_senders_of_a_queue_are_not_kept() {
	ipcchan create q
	fails 1 ipcchan senders q
	says 'ipcchan: senders "q": only a fair mailbox knows its senders [EOPNOTSUPP]'
}

test_senders_of_no_mailbox_is_not_found() {
	fails 3 ipcchan senders q
}

run_tests
