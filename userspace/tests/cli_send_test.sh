#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: sending.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_message_comes_out_as_a_line() {
	ipcchan create q
	ipcchan send q 'hello world'
	same "$(ipcchan receive q)" 'hello world'
}

test_message_may_begin_with_a_dash() {
	ipcchan create q
	ipcchan send q -- --follow
	same "$(ipcchan receive q)" --follow
}

test_noun_may_stand_before_the_verb() {
	ipcchan mailbox create q
	ipcchan mailbox send q hello
	same "$(ipcchan mailbox peek q)" hello
	same "$(ipcchan mailbox receive q)" hello
	ipcchan object rm q
}

test_binary_data_survives() {
	head -c 60000 /dev/urandom >in
	ipcchan create q
	ipcchan send q <in
	ipcchan receive --output raw q >out
	cmp in out
}

test_large_file_survives() {
	head -c 1048576 /dev/urandom >in
	ipcchan create --message-size 1M --bytes 2M q
	ipcchan send q <in
	ipcchan peek --output raw q >out
	cmp in out
	ipcchan receive --output raw q >out
	cmp in out
}

test_empty_input_is_an_empty_message() {
	ipcchan create q
	ipcchan send q </dev/null
	shows q messages 1
	same "$(ipcchan receive q | od -An -c | tr -d ' ')" '\n'
}

test_descriptors_arrive_and_are_closed() {
	ipcchan create --fds q
	shows q fds yes
	mkfifo pipe
	cat pipe >out &
	exec 7>pipe
	ipcchan send --fd 7 --fd 7 q hello
	exec 7>&-
	ipcchan peek --verbose q | grep -q ' priority 0 fds 2: hello$'
	ipcchan peek --output json q | grep -q ',"fds":2,"type":0,'
	same "$(ipcchan receive q)" hello
	wait $!
}

test_descriptors_need_a_mailbox_that_takes_them() {
	ipcchan create q
	shows q fds no
	fails 1 ipcchan send --fd 0 q hello
	says 'ipcchan: send "q": this mailbox takes no descriptors [ENOPROTOOPT]'
	hints 'create --fds'
}

test_descriptors_have_to_be_open() {
	ipcchan create --fds q
	fails 1 ipcchan send --fd 77 q hello
	says 'ipcchan: send "q": a descriptor given with --fd is not open [EBADF]'
}

test_lines_become_messages() {
	seq 1 200 >in
	ipcchan create --messages 500 q
	ipcchan send --lines q <in
	shows q messages 200
	ipcchan receive --count 200 q >out
	cmp in out
}

test_more_lines_than_there_is_room_arrive_in_order() {
	seq 1 3000 >in
	ipcchan create --messages 10 q
	ipcchan receive --count 3000 q >out &
	ipcchan send --lines q <in
	wait $!
	cmp in out
}

test_long_and_empty_lines_arrive() {
	{ head -c 150000 /dev/zero | tr '\0' x; echo; echo; echo z; } >in
	ipcchan create --message-size 150000 q
	ipcchan send --lines q <in
	ipcchan receive --count 3 q >out
	cmp in out
}

test_last_line_needs_no_newline() {
	ipcchan create q
	printf 'a\nb' | ipcchan send --lines q
	same "$(ipcchan receive --count 2 q)" "$(printf 'a\nb')"
}

# The sender has one line, and its input stays open until the receiver has it.
test_line_is_sent_as_soon_as_it_is_there() {
	ipcchan create q
	mkfifo pipe
	ipcchan send --lines q <pipe &
	exec 3>pipe
	echo first >&3
	same "$(ipcchan receive --timeout "$PATIENCE" q)" first
	exec 3>&-
	wait $!
}

test_line_that_is_too_long_ends_the_sending_of_lines() {
	ipcchan create --message-size 4 q
	printf 'a\nb\n12345\nc\n' >in
	status=0
	ipcchan send --lines q <in 2>err || status=$?
	same "$status" 1
	says 'ipcchan: send "q": a message of 5 bytes; this mailbox takes 4 [EMSGSIZE]'
	hints '2 messages were sent before'
	same "$(ipcchan receive --count 2 q)" "$(printf 'a\nb')"
}

test_higher_priority_comes_first() {
	ipcchan create q
	ipcchan send q low
	ipcchan send --priority 31 q high
	same "$(ipcchan receive --count 2 q)" "$(printf 'high\nlow')"
}

test_send_create_makes_a_persistent_mailbox() {
	ipcchan send --create q hello
	shows q persistent yes
	same "$(ipcchan receive q)" hello
}

test_send_tells_how_full_the_mailbox_is() {
	ipcchan create --messages 2 q
	ipcchan send q 1
	ipcchan send q 2
	fails 1 ipcchan send --nonblock q 3
	says 'ipcchan: send "q": mailbox full (2/2 messages) [EAGAIN]'
	hints 'without --nonblock it waits'
}

test_send_tells_when_the_bytes_are_used_up() {
	ipcchan create --message-size 8 --bytes 8 q
	ipcchan send q 12345
	fails 1 ipcchan send --nonblock q 6789
	says 'ipcchan: send "q": mailbox full (5/8 bytes) [EAGAIN]'
}

test_send_says_how_many_messages_were_dropped() {
	ipcchan create --messages 1 --policy drop-new q
	printf '1\n2\n3\n' | ipcchan send --lines q 2>err
	says 'ipcchan: send "q": 2 of 3 messages were dropped'
	same "$(ipcchan receive q)" 1
}

test_send_overrides_the_policy_of_the_mailbox() {
	ipcchan create --messages 1 q
	ipcchan send q 1
	ipcchan send --policy drop-oldest q 2
	same "$(ipcchan receive --verbose q | sed 's/ pid .*: / ... /')" '#2 lost 1 ... 2'
	shows q dropped 1
}

test_send_to_a_rendezvous_needs_a_receiver() {
	ipcchan create --messages 0 q
	fails 1 ipcchan send --nonblock q 1
	says 'ipcchan: send "q": mailbox full (no receiver waits) [EAGAIN]'
	ipcchan receive q >out &
	await field_is q waiting_receivers 1
	ipcchan send q 2
	wait $!
	same "$(cat out)" 2
}

test_send_that_times_out_is_status_5() {
	ipcchan create --messages 1 q
	ipcchan send q 1
	fails 5 ipcchan send --timeout 50ms q 2
	says 'ipcchan: send "q": mailbox still full after 50ms (1/1 messages) [ETIMEDOUT]'
}

test_send_waits_for_room() {
	ipcchan create --messages 1 q
	ipcchan send q 1
	ipcchan send q 2 &
	await field_is q waiting_senders 1
	same "$(ipcchan receive --count 2 q)" "$(printf '1\n2')"
	wait $!
}

test_send_refuses_what_is_too_long() {
	ipcchan create --message-size 4 q
	fails 1 ipcchan send q hello
	says 'ipcchan: send "q": a message of 5 bytes; this mailbox takes 4 [EMSGSIZE]'
	hints 'create --message-size'
}

run_tests
