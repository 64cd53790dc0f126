#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ipcchan tool: the device, and what is wrong with it.

# shellcheck disable=SC1091 # the Makefile puts it here
. "$(dirname "$0")/cli.sh"

test_doctor_is_content() {
	ipcchan doctor >out
	same "$(grep -c ^ok out)" 8
	! grep -q FAIL out
}

test_doctor_names_the_udev_rule_when_the_device_is_closed() {
	chmod 600 /dev/ipcchan
	status=0
	as alice ipcchan doctor >out || status=$?
	chmod 666 /dev/ipcchan
	same "$status" 1
	grep -q '^FAIL  you may not open /dev/ipcchan (mode 0600, owner 0)$' out
	grep -q "run: echo 'KERNEL==\"ipcchan\", MODE=\"0666\"' | sudo tee /etc/udev" out
}

test_device_that_may_not_be_opened_is_status_6() {
	chmod 600 /dev/ipcchan
	status=0
	as alice ipcchan list 2>err || status=$?
	chmod 666 /dev/ipcchan
	same "$status" 6
	says 'ipcchan: list: cannot open /dev/ipcchan: permission denied [EACCES]'
}

test_doctor_names_the_command_to_make_the_device() {
	numbers=$(tr : ' ' </sys/class/misc/ipcchan/dev)
	mv /dev/ipcchan /dev/ipcchan.away
	status=0
	ipcchan doctor >out || status=$?
	mv /dev/ipcchan.away /dev/ipcchan
	same "$status" 1
	grep -q "run: sudo mknod -m 666 /dev/ipcchan c $numbers" out
}

test_doctor_names_the_command_to_load_the_module() {
	[ -e "$IPCCHAN_KO" ] || return 0
	rmmod ipcchan
	status=0
	ipcchan doctor >advice || status=$?
	ipcchan list 2>err && status=0
	insmod "$IPCCHAN_KO"
	same "$status" 1
	grep -q '^FAIL  the kernel module is not loaded$' advice
	grep -q "run: sudo apt install linux-headers-$(uname -r)" advice
	says 'ipcchan: list: cannot open /dev/ipcchan: no such device [ENOENT]'
	hints 'ipcchan doctor'
}

run_tests
