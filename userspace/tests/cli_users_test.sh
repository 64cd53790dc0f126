#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: what users may do to each other.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_mode_lets_another_user_send_but_not_receive() {
	ipcchan create --mode 622 q
	as alice ipcchan send q from-alice
	as bob ipcchan send q from-bob
	fails 6 as alice ipcchan receive --nonblock q
	says 'ipcchan: receive "q": permission denied by mode and owner [EACCES]'
	hints 'ipcchan show q'
	same "$(ipcchan receive --count 2 q)" "$(printf 'from-alice\nfrom-bob')"
}

test_other_user_owns_what_they_create() {
	as alice ipcchan create --mode 600 q
	shows q uid 1000
	fails 6 as bob ipcchan send q hello
	as alice ipcchan rm q
}

run_tests
