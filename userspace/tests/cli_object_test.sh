#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: names: list, show, limits, rm.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_list_is_a_table_with_a_head() {
	ipcchan create q
	ipcchan send q hello
	ipcchan region create r 1
	ipcchan list >out
	grep -q '^NAME  *KIND  *MODE  *OWNER  *GROUP  *ITEMS  *BYTES  *OPEN  *AGE$' out
	grep -q '^q  *mailbox  *0600  *root  *root  *1  *5  *0  *[0-9]*s$' out
	grep -q '^r  *region  *0600  *root  *root  *0  *4096  *0  *[0-9]*s$' out
}

test_list_as_json_is_an_array_of_objects() {
	ipcchan create a
	ipcchan create b
	ipcchan list --json | tr -d ' \n\t' >out
	grep -q '^{"objects":\[{"name":"a","kind":"mailbox","mode":"0600","uid":0,"gid":0,"items":0,"bytes":0,"handles":0,"created_ns":[0-9]*},{"name":"b",.*}\]}$' out
}

test_list_as_json_of_nothing_is_an_empty_array() {
	same "$(ipcchan list --json | tr -d ' \n\t')" '{"objects":[]}'
}

test_list_leaves_out_what_is_not_permitted() {
	ipcchan create --mode 600 mine
	ipcchan create --mode 622 everybodys
	as alice ipcchan list >out
	grep -q everybodys out
	! grep -q mine out
}

test_show_as_json_is_one_object() {
	ipcchan create q
	ipcchan show --json q | tr -d ' \n\t' >out
	grep -q '^{"object":\[{"name":"q","kind":"mailbox","id":[0-9]*,"mode":"0600",.*"receivers":[0-9]*}\]}$' out
}

test_show_tells_the_rights_of_the_user() {
	ipcchan create --mode 622 q
	shows q rights 'send receive peek admin'
	as alice ipcchan show q >out
	grep -q '^rights  *send$' out
}

test_show_of_a_region_tells_its_size() {
	ipcchan region create r 5000
	shows r kind region
	shows r size 8192
}

test_show_of_what_is_not_permitted_is_status_6() {
	ipcchan create q
	fails 6 as alice ipcchan show q
	says 'ipcchan: show "q": permission denied by mode and owner [EACCES]'
}

test_limits_tells_what_is_used() {
	ipcchan create q
	ipcchan send q hello
	ipcchan limits >out
	grep -q '^user_objects  *1$' out
	grep -q '^max_message_size  *[0-9]*$' out
	ipcchan limits --json | tr -d ' \n\t' >out
	grep -q '^{"limits":\[{"abi":1,.*"client_calls_max":[0-9]*}\]}$' out
}

test_rm_frees_the_name() {
	ipcchan create q
	ipcchan rm q
	same "$(names)" ''
}

test_rm_takes_several_names_and_tells_which_failed() {
	ipcchan create a
	ipcchan create c
	fails 3 ipcchan rm a b c
	says 'ipcchan: rm "b": no such name [ENOENT]'
	same "$(names)" ''
}

# The writer has it open until its input ends.
test_rm_leaves_the_object_to_who_has_it_open() {
	ipcchan region create r 4096
	mkfifo pipe
	ipcchan region write r <pipe &
	exec 3>pipe
	await field_is r mappings 1
	ipcchan rm r
	same "$(names)" ''
	echo hello >&3
	exec 3>&-
	wait $!
}

test_rm_kill_ends_a_region_too() {
	ipcchan region create r 1
	ipcchan rm --kill r
	same "$(names)" ''
}

test_rm_of_anothers_name_is_status_6() {
	ipcchan create --mode 666 q
	fails 6 as alice ipcchan rm q
	says 'ipcchan: rm "q": permission denied by mode and owner [EACCES]'
	fails 6 as alice ipcchan rm --kill q
}

run_tests
