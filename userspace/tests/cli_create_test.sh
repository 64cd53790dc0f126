#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: creating mailboxes.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_create_makes_a_name_that_stays() {
	ipcchan create q
	same "$(names)" q
	shows q persistent yes
}

test_create_of_an_existing_name_leaves_it_as_it_is() {
	ipcchan create --messages 3 q
	ipcchan create --messages 9 q
	shows q capacity_messages 3
}

test_create_exclusive_refuses_a_taken_name() {
	ipcchan create q
	fails 1 ipcchan create --exclusive q
	says 'ipcchan: create "q": the name is taken [EEXIST]'
	hints 'ipcchan rm q'
}

test_create_sets_the_limits() {
	ipcchan create --messages 7 --message-size 2K --bytes 1M q
	shows q capacity_messages 7
	shows q max_message_size 2048
	shows q capacity_bytes 1048576
}

test_create_sets_the_delivery_and_the_policy() {
	ipcchan create --policy drop-new q
	shows q delivery queue
	shows q policy drop-new
	ipcchan create --delivery rendezvous r
	shows r delivery rendezvous
	shows r capacity_messages 0
	ipcchan create --delivery latest l
	shows l delivery latest
	shows l capacity_messages 1
	ipcchan create --delivery broadcast --history 9 b
	shows b delivery broadcast
	shows b history 9
}

test_create_names_the_policies_there_are() {
	fails 2 ipcchan create --policy never q
	says 'ipcchan create: --policy is one of block, fail, drop-oldest, drop-new, latest, not "never"'
}

test_create_sets_the_mode_less_the_umask_by_default() {
	umask 0177
	ipcchan create q
	shows q mode 0600
}

test_create_sets_exactly_the_mode_it_is_told() {
	umask 077
	ipcchan create --mode 622 q
	shows q mode 0622
}

test_create_refuses_what_is_no_name() {
	fails 1 ipcchan create a/b
	says 'ipcchan: create "a/b": bad name, or a value out of range [EINVAL]'
	hints 'A-Z a-z 0-9'
}

test_error_shows_no_control_characters_of_a_name() {
	fails 1 ipcchan create "$(printf 'a\033[2Jb')"
	says 'ipcchan: create "a?[2Jb": bad name, or a value out of range [EINVAL]'
}

test_create_refuses_a_long_name() {
	fails 1 ipcchan create "$(printf '%064d' 0)"
	hints 'at most 63 characters'
}

run_tests
