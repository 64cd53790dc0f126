#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run the transcript of README.md and compare what it prints. The Makefile
# appends the transcript to this file: lines that begin with "$ " are commands,
# all others are what is printed before the next one.

# Seconds that a line of output may take.
PATIENCE=30

folder=$(mktemp -d)
printed=$folder/printed
expected=$folder/expected
steps=0
failed=0

# shellcheck disable=SC2317 # called by the trap
cleanup() {
	# shellcheck disable=SC2046 # one word per job
	kill $(jobs -p) 2>/dev/null
	rm -rf "$folder"
}

transcript() { sed '1,/^exit .* follows$/d' "$0"; }

# The numbers of processes differ from run to run.
normal() { sed 's/pid [0-9][0-9]*/pid N/g' "$1"; }

lines() { wc -l <"$1"; }

# Commands in the background print when they come to it.
await_output() {
	tries=$((PATIENCE * 10))
	while [ "$(lines "$printed")" -lt "$(lines "$expected")" ]; do
		[ "$tries" -gt 0 ] || return 1
		tries=$((tries - 1))
		sleep 0.1
	done
}

# Has the command before this one printed what it should?
finish_step() {
	[ -n "$command" ] || return
	steps=$((steps + 1))
	await_output
	if [ "$(normal "$printed")" = "$(normal "$expected")" ]; then
		echo "ok $steps $name"
		return
	fi
	echo "not ok $steps $name"
	failed=1
	echo "# expected so far:"
	sed 's/^/#   /' "$expected"
	echo "# printed:"
	sed 's/^/#   /' "$printed"
}

run() {
	command=${1#??}
	# A "#" in the name of a test would begin a directive.
	name=$(echo "$command" | sed 's/ *#.*//')
	eval "$command" >>"$printed" 2>&1 </dev/null
}

if [ ! -e /dev/ipcchan ]; then
	echo "1..0 # SKIP the module is not loaded"
	exit 4
fi
trap cleanup EXIT
: >"$printed"
: >"$expected"
transcript >"$folder/transcript"
echo "TAP version 13"
echo "1..$(grep -c '^\$ ' "$folder/transcript")"
command=
while IFS= read -r line <&3; do
	case $line in
	'$ '*)
		finish_step
		run "$line"
		;;
	*)
		echo "$line" >>"$expected"
		;;
	esac
done 3<"$folder/transcript"
finish_step
wait
[ "$(lines "$printed")" -eq "$(lines "$expected")" ] || failed=1
exit $failed # the transcript follows
