#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: regions.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_region_keeps_what_is_written() {
	ipcchan region create r 4096
	ipcchan region write r 'hello world'
	same "$(ipcchan region read --length 11 r)" 'hello world'
	ipcchan region write --offset 6 r there
	same "$(ipcchan region read --length 11 r)" 'hello there'
	same "$(ipcchan region read --offset 6 --length 5 r)" there
}

test_region_takes_a_whole_file() {
	head -c 1048576 /dev/urandom >in
	ipcchan region create r 1M
	ipcchan region write r <in
	ipcchan region read r >out
	cmp in out
}

test_region_refuses_what_does_not_fit() {
	ipcchan region create r 4096
	fails 1 ipcchan region write --offset 4090 r 1234567
	says 'ipcchan: region write "r": beyond the end of the region (4096 bytes) [ENXIO]'
	ipcchan region write --offset 4090 r 123456
	fails 1 ipcchan region read --offset 4097 r
	fails 1 ipcchan region read --offset 4000 --length 97 r
	status=0
	head -c 5000 /dev/zero | ipcchan region write r 2>err || status=$?
	same "$status" 1
	says 'ipcchan: region write "r": beyond the end of the region (4096 bytes) [ENXIO]'
}

test_region_of_another_user_may_be_read_only() {
	ipcchan region create --mode 644 r 4096
	ipcchan region write r shared
	same "$(as alice ipcchan region read --length 6 r)" shared
	fails 6 as alice ipcchan region write r mine
}

test_region_that_is_frozen_can_only_be_read() {
	ipcchan region create --freezable r 4096
	ipcchan region write r before
	ipcchan region freeze r
	same "$(ipcchan region read --length 6 r)" before
	fails 6 ipcchan region write r after
	says 'ipcchan: region write "r": the region is frozen [EPERM]'
	ipcchan region thaw r
	ipcchan region write r after
}

test_region_is_frozen_only_if_it_was_created_for_it() {
	ipcchan region create r 4096
	fails 1 ipcchan region freeze r
	says 'ipcchan: region freeze "r": this region cannot be frozen [EOPNOTSUPP]'
	hints '--freezable'
}

test_region_lists_what_is_lent() {
	ipcchan region create r 4096
	same "$(ipcchan region extents --json r | tr -d ' \n')" '{"extents":[]}'
}

test_region_and_mailbox_are_told_apart() {
	ipcchan region create r 4096
	fails 1 ipcchan send r hello
	says 'ipcchan: send "r": the name belongs to another kind of object [EPROTOTYPE]'
	hints 'ipcchan show r'
}

run_tests
