# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
#
# What the tests of the ipcchan tool share. The Makefile puts it into each of
# them, so that each is one file. They need root, the device, and the users
# alice and bob; they run in busybox. Each function test_... is a test: it passes
# if all its commands do.

self=$(realpath "$0")
dir=$(mktemp -d "/tmp/${self##*/}.XXXXXX")
chmod 755 "$dir"
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
umask 022

# How long to wait for what must happen.
PATIENCE=60

# Run a command that has to end with STATUS, keeping what it prints.
fails() {
	expected=$1
	shift
	status=0
	"$@" >out 2>err </dev/null || status=$?
	[ "$status" -eq "$expected" ] && return
	echo "exit status $status instead of $expected: $*"
	cat out err
	return 1
}

# The first line that was printed to standard error.
says() {
	[ "$(head -n 1 err)" = "$1" ] && return
	echo "expected: $1"
	echo "was:      $(head -n 1 err)"
	return 1
}

hints() { grep -q "^  hint: .*$1" err; }

# Wait until a command succeeds.
await() {
	end=$(($(date +%s) + PATIENCE))
	until "$@"; do
		if [ "$(date +%s)" -ge $end ]; then
			echo "never came true: $*"
			return 1
		fi
		sleep 0.1
	done
}

# The value of a field that "ipcchan show" prints.
field() { ipcchan show "$1" | sed -n "s/^$2  *//p"; }

field_is() { [ "$(field "$1" "$2")" = "$3" ]; }

shows() { same "$(field "$1" "$2")" "$3"; }

as() {
	user=$1
	shift
	su "$user" -c "$*"
}

same() {
	[ "$1" = "$2" ] && return
	echo "expected: $2"
	echo "was:      $1"
	return 1
}

# Names of this test's objects.
names() { ipcchan list | sed -n '2,$s/ .*//p'; }

clean_up() {
	rm -f -- *
	# shellcheck disable=SC2046 # one name a word
	set -- $(names)
	[ $# -eq 0 ] || ipcchan rm --kill "$@"
}

# Run test_$1 and print its line.
run_test() {
	(set -e; "test_$1") >log 2>&1
	# In "if (...)" set -e would have no effect.
	# shellcheck disable=SC2181
	if [ $? -eq 0 ]; then
		echo "ok $number cli.$1"
	else
		echo "not ok $number cli.$1"
		failed=$((failed + 1))
		sed 's/^/# /' log
	fi
}

run_tests() {
	# shellcheck disable=SC2046 # one name a word
	set -- $(sed -n 's/^test_\([a-z0-9_]*\)() {$/\1/p' "$self")
	echo TAP version 13
	echo "1..$#"
	number=0
	failed=0
	for test in "$@"; do
		number=$((number + 1))
		run_test "$test"
		clean_up
	done
	[ $failed -eq 0 ]
}
