#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: receiving and peeking.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_unknown_name_is_status_3() {
	fails 3 ipcchan send q hello
	says 'ipcchan: send "q": no such name [ENOENT]'
	hints 'ipcchan list'
	fails 3 ipcchan receive q
	fails 3 ipcchan peek q
	fails 3 ipcchan show q
	fails 3 ipcchan rm q
	fails 3 ipcchan rm --kill q
	fails 3 ipcchan region read q
}

test_receive_that_times_out_is_status_5() {
	ipcchan create q
	fails 5 ipcchan receive --timeout 50ms q
	says 'ipcchan: receive "q": no message within 50ms [ETIMEDOUT]'
}

test_receive_nonblock_tells_that_the_mailbox_is_empty() {
	ipcchan create q
	fails 1 ipcchan receive --nonblock q
	says 'ipcchan: receive "q": mailbox empty [EAGAIN]'
}

test_receive_waits_for_a_message() {
	ipcchan create q
	ipcchan receive q >out &
	await field_is q waiting_receivers 1
	ipcchan send q hello
	wait $!
	same "$(cat out)" hello
}

test_receive_leaves_what_is_longer_than_max_size() {
	ipcchan create q
	ipcchan send q hello
	fails 1 ipcchan receive --max-size 4 q
	says 'ipcchan: receive "q": the next message has 5 bytes, more than --max-size [EMSGSIZE]'
	same "$(ipcchan receive --max-size 5 q)" hello
}

test_receive_as_json_has_data_and_sender() {
	ipcchan create q
	printf 'a"b\\c\n\303\244' | ipcchan send --type 7 --priority 2 q
	ipcchan receive --output json q >out
	grep -q '"type":7,"priority":2,"length":8,"data":"a\\"b\\\\c\\nä"}$' out
	grep -q '^{"sequence":1,"time_ns":[0-9]*,"client":[0-9]*,"pid":[0-9]*,"tid":[0-9]*,"uid":0,"gid":0,' out
}

test_receive_tells_of_peers_on_standard_error() {
	ipcchan create --notices q
	ipcchan send q hello
	ipcchan receive --count 3 q >out 2>err
	same "$(cat out)" hello
	grep -q 'q": peer 1 opened: client [0-9]*, pid [0-9]*, uid 0$' err
	grep -q 'q": peer 1 closed: client' err
}

test_receive_as_json_tells_of_peers() {
	ipcchan create --notices q
	ipcchan send q hello
	ipcchan receive --count 3 --output json q >out
	grep -q '"notice":"opened","type":1,' out
	same "$(wc -l <out)" 3
}

test_receive_as_json_encodes_what_is_no_text() {
	ipcchan create q
	printf '\377\376\0' | ipcchan send q
	ipcchan receive --output json q >out
	grep -q '"length":3,"base64":"//4A"}$' out
}

test_receive_verbose_tells_the_sender() {
	ipcchan create --mode 622 q
	as alice ipcchan send --type 7 q hello
	ipcchan receive --verbose q >out
	grep -q '^#1 pid [0-9]* uid 1000 type 7 priority 0: hello$' out
}

test_receive_on_a_killed_mailbox_fails() {
	ipcchan create q
	ipcchan receive q 2>err &
	await field_is q waiting_receivers 1
	ipcchan rm --kill q
	status=0
	wait $! || status=$?
	same "$status" 1
	says 'ipcchan: receive "q": it was killed [EIDRM]'
}

test_receive_tells_what_it_could_not_write() {
	ipcchan create q
	ipcchan send q hello
	status=0
	ipcchan receive q >/dev/full 2>err || status=$?
	same "$status" 1
	says 'ipcchan: receive "q": standard output: No space left on device [ENOSPC]'
	hints '1 message was received but not written'
}

test_receive_with_closed_output_takes_no_message() {
	ipcchan create q
	ipcchan send q hello
	status=0
	ipcchan receive q >&- 2>err || status=$?
	same "$status" 1
	says 'ipcchan: receive "q": standard output: Bad file descriptor [EBADF]'
	same "$(ipcchan receive --nonblock q)" hello
}

test_receive_max_size_0_takes_only_empty_messages() {
	ipcchan create q
	ipcchan send q ''
	ipcchan send q x
	same "$(ipcchan receive --max-size 0 q)" ''
	fails 1 ipcchan receive --max-size 0 q
}

# Three messages: of type 1, of type 2, and of type 3 and priority 5.
send_three_types() {
	ipcchan send --type 1 q one
	ipcchan send --type 2 q two
	ipcchan send --type 3 --priority 5 q three
}

test_receive_by_type_leaves_others() {
	ipcchan create q
	send_three_types
	same "$(ipcchan receive --type 2 q)" two
	same "$(ipcchan receive --type 1-2 q)" one
	fails 1 ipcchan receive --nonblock --type 1-2 q
	says 'ipcchan: receive "q": no message matches [EAGAIN]'
	same "$(ipcchan receive q)" three
}

test_receive_except_a_type_leaves_that() {
	ipcchan create q
	send_three_types
	same "$(ipcchan receive --type 2-3 --except q)" one
	fails 1 ipcchan receive --nonblock --type 2-3 --except q
}

test_receive_by_priority_leaves_lower_ones() {
	ipcchan create q
	send_three_types
	same "$(ipcchan receive --min-priority 5 q)" three
	fails 1 ipcchan receive --nonblock --min-priority 5 q
}

test_receive_from_a_client_leaves_what_others_sent() {
	ipcchan create q
	send_three_types
	ipcchan peek --index 2 --output json q >out
	client=$(sed 's/.*"client":\([0-9]*\),.*/\1/' out)
	same "$(ipcchan receive --from "$client" q)" two
	fails 1 ipcchan receive --nonblock --from "$client" q
}

test_receive_min_count_waits_for_so_many() {
	ipcchan create q
	ipcchan send q one
	ipcchan receive --min-count 2 q >out &
	await field_is q held 1
	ipcchan send q two
	wait $!
	same "$(cat out)" "$(printf 'one\ntwo')"
}

test_receive_linger_takes_what_is_there() {
	ipcchan create q
	send_three_types
	same "$(ipcchan receive --min-count 4 --linger 10ms q)" \
		"$(printf 'three\none\ntwo')"
}

test_receive_min_count_goes_on_to_the_count() {
	ipcchan create q
	send_three_types
	same "$(ipcchan receive --count 3 --min-count 2 q)" \
		"$(printf 'three\none\ntwo')"
}

test_receive_tells_how_many_it_could_not_write() {
	ipcchan create q
	send_three_types
	status=0
	ipcchan receive --min-count 3 q >/dev/full 2>err || status=$?
	same "$status" 1
	hints '3 messages were received but not written'
}

test_receive_refuses_options_that_do_not_go_together() {
	fails 2 ipcchan receive --except q
	fails 2 ipcchan receive --linger 1s q
	fails 2 ipcchan receive --min-count 0 q
	fails 2 ipcchan receive --min-count 65 q
	fails 2 ipcchan receive --type 3-2 q
	fails 2 ipcchan receive --type 3- q
	fails 2 ipcchan receive --min-priority 32 q
}

test_peek_leaves_the_messages() {
	ipcchan create q
	printf '1\n2\n3\n' | ipcchan send --lines q
	same "$(ipcchan peek q)" 1
	same "$(ipcchan peek --index 1 q)" 2
	same "$(ipcchan peek --index 1 --count 9 q)" "$(printf '2\n3')"
	shows q messages 3
}

test_peek_beyond_the_last_message_is_status_3() {
	ipcchan create q
	fails 3 ipcchan peek q
	says 'ipcchan: peek "q": no message at that index [ENOMSG]'
	hints 'ipcchan show q'
}

run_tests
