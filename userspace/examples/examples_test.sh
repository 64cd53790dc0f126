#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run every example; each checks itself and exits with 0.

folder=$(dirname "$0")/..
[ -e "$folder/example-two_processes" ] || folder=/usr/bin
number=0
failed=0

if [ ! -e /dev/ipcchan ]; then
	echo "1..0 # SKIP the module is not loaded"
	exit 4
fi
echo "TAP version 13"
for example in "$folder"/example-*; do
	number=$((number + 1))
	name=${example##*/}
	if output=$("$example" 2>&1); then
		echo "ok $number $name"
	else
		echo "not ok $number $name"
		failed=1
	fi
	echo "# $output"
done
echo "1..$number"
exit $failed
