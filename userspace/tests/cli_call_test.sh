#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: calls, and a server that answers them by a command.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

# Serve the new mailbox q, in the background, until it is stopped or killed.
serve() {
	ipcchan create q
	ipcchan serve q -- "$@" 2>server.err &
	server=$!
	await field_is q receivers 1
}

# The same by a command that says "begun", and ends when there is a file "go".
serve_slowly() {
	serve sh -c 'touch begun; until [ -e go ]; do usleep 10000; done; echo done'
}

is_gone() { ! kill -0 "$1" 2>/dev/null; }

ends_with() {
	status=0
	wait "$2" || status=$?
	same "$status" "$1"
}

test_call_prints_the_reply() {
	serve tr a-z A-Z
	same "$(ipcchan call q hello)" HELLO
}

test_call_reads_standard_input_and_prints_bytes() {
	head -c 60000 /dev/urandom >in
	serve cat
	ipcchan call q <in >out
	cmp in out
}

test_call_may_have_nothing_to_say() {
	serve wc -c
	same "$(ipcchan call q '')" 0
	same "$(ipcchan call q </dev/null)" 0
}

test_call_prints_a_reply_that_is_longer_than_a_request_may_be() {
	serve head -c 1000000 /dev/zero
	same "$(ipcchan call q x | wc -c)" 1000000
}

test_call_as_json_is_an_object() {
	serve sh -c 'printf "a\"b"; exit 7'
	fails 1 ipcchan call --json q x
	grep -q '"type":7,"priority":0,"length":3,"data":"a\\"b"}$' out
}

test_serve_tells_the_command_who_asks() {
	ipcchan create --mode 666 q
	# shellcheck disable=SC2016 # its variables are those of the command
	ipcchan serve q -- sh -c 'echo "$IPCCHAN_NAME $IPCCHAN_UID $IPCCHAN_GID $IPCCHAN_TYPE $IPCCHAN_PRIORITY $IPCCHAN_REPLY ${IPCCHAN_TIMEOUT-never}"' &
	await field_is q receivers 1
	same "$(as alice ipcchan call --type 7 --priority 3 q x)" \
		'q 1000 1000 7 3 yes never'
}

test_serve_tells_the_command_which_process_asks() {
	# shellcheck disable=SC2016 # its variables are those of the command
	serve sh -c 'echo $IPCCHAN_PID $IPCCHAN_CLIENT'
	ipcchan call q x >out &
	caller=$!
	ends_with 0 $caller
	grep -q "^$caller [0-9]*$" out
}

test_serve_tells_the_command_how_much_time_is_left() {
	# shellcheck disable=SC2016 # its variables are those of the command
	serve sh -c 'echo $IPCCHAN_TIMEOUT'
	ipcchan call --timeout 100s q x >out
	grep -q '^[0-9]*\.[0-9]\{9\}$' out
	# All 100 are left on a clock that has not ticked since.
	awk '{ exit !($1 > 0 && $1 <= 100) }' out
}

test_call_fails_if_the_command_does() {
	serve sh -c 'echo half; exit 3'
	fails 1 ipcchan call q x
	says 'ipcchan: call "q": the reply has type 3, not 0'
	same "$(cat out)" half
}

test_call_any_type_takes_any_reply() {
	serve sh -c 'echo half; exit 3'
	same "$(ipcchan call --any-type q x)" half
}

test_call_fails_if_the_command_is_killed() {
	# shellcheck disable=SC2016 # its variables are those of the command
	serve sh -c 'kill -9 $$'
	fails 1 ipcchan call q x
	says 'ipcchan: call "q": the reply has type 137, not 0'
}

test_call_fails_if_there_is_no_such_command() {
	serve frobnicate
	fails 1 ipcchan call q x
	says 'ipcchan: call "q": the reply has type 127, not 0'
	same "$(cat server.err)" 'ipcchan: serve "q": frobnicate: No such file or directory'
}

test_call_fails_if_the_command_cannot_be_run() {
	touch plain
	serve ./plain
	fails 1 ipcchan call q x
	says 'ipcchan: call "q": the reply has type 126, not 0'
}

test_call_fails_if_the_output_is_too_long() {
	serve cat /dev/zero
	fails 1 ipcchan call q x
	says 'ipcchan: call "q": the reply has type 125, not 0'
	same "$(wc -c <out)" 0
	same "$(cat server.err)" \
		'ipcchan: serve "q": the output of cat is longer than 1048576 bytes'
}

test_call_without_a_server_fails() {
	ipcchan create q
	fails 1 ipcchan call q x
	says 'ipcchan: call "q": no server has received the request [EPIPE]'
	hints 'may be made again'
}

test_call_of_a_server_that_is_killed_fails() {
	serve_slowly
	ipcchan call q x 2>err &
	caller=$!
	await test -e begun
	kill -9 $server
	ends_with 1 $caller
	says 'ipcchan: call "q": the server ended while it had the request [EOWNERDEAD]'
	touch go
}

test_call_that_times_out_is_status_5_and_ends_the_command() {
	# shellcheck disable=SC2016 # its variables are those of the command
	serve sh -c 'read -r line; [ "$line" = slow ] || exit 0; echo $$ >pid; sleep 1000; :'
	fails 5 ipcchan call --timeout 1s q slow
	says 'ipcchan: call "q": no reply within 1s [ETIMEDOUT]'
	await test -s pid
	await is_gone "$(cat pid)"
	ipcchan call q fast
}

test_call_that_is_interrupted_ends_a_command_that_does_not_want_to() {
	# shellcheck disable=SC2016 # its variables are those of the command
	serve sh -c 'trap "" TERM; echo $$ >pid; while :; do usleep 10000; done'
	ipcchan call q x &
	caller=$!
	await test -s pid
	kill -9 $caller
	await is_gone "$(cat pid)"
	await field_is q waiting_receivers 1
}

test_call_tells_that_the_request_is_too_long() {
	ipcchan create --message-size 10 q
	fails 1 ipcchan call q 'more than ten'
	says 'ipcchan: call "q": the request is longer than 10 bytes, the most that this mailbox takes [EMSGSIZE]'
}

test_call_of_a_broadcast_fails() {
	ipcchan create --delivery broadcast q
	fails 1 ipcchan call q x
	says 'ipcchan: call "q": only a mailbox that gives each message to one receiver has calls [EOPNOTSUPP]'
	fails 1 ipcchan serve q -- cat
	says 'ipcchan: serve "q": only a mailbox that gives each message to one receiver can be served [EOPNOTSUPP]'
}

test_serve_ends_after_so_many_requests() {
	ipcchan create q
	ipcchan serve --count 2 q cat &
	server=$!
	await field_is q receivers 1
	same "$(ipcchan call q one)" one
	same "$(ipcchan call q two)" two
	ends_with 0 $server
}

test_serve_runs_the_command_for_messages_too() {
	# shellcheck disable=SC2016 # its variables are those of the command
	serve sh -c 'echo "$(cat) $IPCCHAN_REPLY" >part; mv part got; echo ignored'
	ipcchan send q hint
	await test -e got
	same "$(cat got)" 'hint no'
}

test_serve_takes_the_options_of_the_command() {
	serve cut -c 2-3
	same "$(ipcchan call q abcd)" bc
}

test_serve_ends_at_a_signal() {
	serve cat
	await field_is q waiting_receivers 1
	kill -TERM $server
	ends_with 0 $server
}

test_serve_answers_what_it_has_before_it_ends() {
	serve_slowly
	ipcchan call q x >out &
	caller=$!
	await test -e begun
	kill -INT $server
	kill -TERM $server
	touch go
	ends_with 0 $caller
	same "$(cat out)" "done"
	ends_with 0 $server
}

test_serve_ends_when_nobody_can_call_any_more() {
	serve cat
	ipcchan rm q
	ends_with 0 $server
}

test_serve_fails_on_a_killed_mailbox() {
	serve cat
	ipcchan rm --kill q
	ends_with 1 $server
	same "$(head -n 1 server.err)" 'ipcchan: serve "q": it was killed [EIDRM]'
}

test_servers_share_the_requests() {
	serve cat
	ipcchan serve q -- cat &
	await field_is q receivers 2
	for i in 1 2 3 4 5 6; do
		same "$(ipcchan call q "$i")" "$i"
	done
	kill -9 $server
	await field_is q receivers 1
	same "$(ipcchan call q last)" last
}

# One call that is held, by a process, and one that is queued behind it.
begin_two_calls() {
	serve_slowly
	ipcchan call q first &
	first=$!
	await test -e begun
	ipcchan call --timeout 100s --type 7 --priority 3 q second &
	second=$!
	await field_is q calls 2
}

end_two_calls() {
	touch go
	ends_with 0 "$first"
	ends_with 0 "$second"
}

test_calls_lists_who_waits_for_whom() {
	begin_two_calls
	ipcchan calls q >list
	same "$(awk '{ print $5, $6 }' list)" "STATE SERVER
held $server
queued -"
	same "$(awk 'NR > 1 { print $1, $7, $8, $9 }' list)" "$first 0 0 5
$second 7 3 6"
	same "$(awk '{ print $4 }' list | tr -d '0-9\n')" LEFT-.s
	end_two_calls
	same "$(ipcchan calls q | wc -l)" 0
}

test_calls_in_json_are_numbers() {
	begin_two_calls
	ipcchan calls --json q | tr -d ' \n' >list
	grep -q "\"calls\":\[{\"pid\":$first,\"client\":[0-9]*,\"since_ns\":[0-9]*,\"deadline_ns\":18446744073709551615,\"state\":\"held\",\"server_pid\":$server,\"type\":0," list
	grep -q '"state":"queued","server_pid":0,"type":7,"priority":3,"length":6,"sequence":2}' list
	end_two_calls
}

test_calls_of_no_mailbox_is_not_found() {
	fails 3 ipcchan calls q
}

test_show_counts_calls() {
	begin_two_calls
	shows q calls 2
	shows q calls_held 1
	end_two_calls
}

test_receive_leaves_a_request_to_servers() {
	begin_two_calls
	fails 1 ipcchan receive q
	says 'ipcchan: receive "q": the next message is a request, whose caller waits for a reply [EBADMSG]'
	hints 'ipcchan serve q -- COMMAND'
	same "$(ipcchan peek q)" second
	end_two_calls
}

test_limits_tells_how_many_calls_a_client_may_have() {
	ipcchan limits | grep -q '^client_calls_max  *1024$'
	ipcchan limits | grep -q '^features .* call\( \|$\)'
}

run_tests
