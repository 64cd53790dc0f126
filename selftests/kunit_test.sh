#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The module's own unit tests: what KUnit said of each when the module was
# loaded, as TAP. IPCCHAN_KO in the environment is the path of the module;
# without it, modinfo knows.

kunit=/sys/kernel/debug/kunit

# The file says which suites it has, so none can be missing unnoticed.
list_suites() {
	if [ -n "$IPCCHAN_KO" ]; then
		tr '\0' '\n' <"$IPCCHAN_KO" | sed -n 's/^kunit_suite=//p'
	else
		modinfo -F kunit_suite ipcchan
	fi
}

# What is known of each suite, below a line with its name.
show_results() {
	for suite in $suites; do
		echo "suite $suite"
		cat "$kunit/$suite/results"
	done
	for path in "$kunit"/ipcchan_*; do
		case " $suites " in
		*" ${path##*/} "*) ;;
		*) echo "unlisted ${path##*/}" ;;
		esac
	done
}

# KUnit keeps 511 bytes of what a test says: the result may be cut off, and then
# the next test's begins in the middle of a line.
# shellcheck disable=SC2016 # awk's own variables
to_tap='
function result(is_ok, text)
{
	printf "%sok %d %s\n", is_ok ? "" : "not ", ++nr, text
	failed += !is_ok
}

# Results before case number next_one that did not come.
function report_missing(next_one)
{
	while (++seen < next_one)
		result(0, suite "." seen ": its result is missing, see above")
}

function end_suite()
{
	if (!suite)
		return
	report_missing(planned + 1)
	if (!planned)
		result(0, suite ": there are no results")
	else if (!verdict || (verdict == "not" && failed == failed_before))
		result(0, suite ": it failed as a whole")
}

/^suite / {
	end_suite()
	suite = $2
	planned = seen = 0
	verdict = ""
	failed_before = failed
	next
}

/^unlisted / {
	end_suite()
	suite = ""
	result(0, $2 ": the module does not say that it has this suite")
	next
}

/KTAP version|^ *# (Subtest|.*: pass:)|^1\.\./ { next }

/^    1\.\./ {
	planned = substr($1, 4) + 0
	next
}

/^(not )?ok / {
	verdict = $1
	next
}

match($0, /    (not )?ok [0-9]+ /) {
	if (RSTART > 1)
		print "#" substr($0, 1, RSTART - 1)
	split(substr($0, RSTART, RLENGTH), word)
	is_ok = word[1] == "ok"
	report_missing(word[3 - is_ok])
	result(is_ok, suite "." substr($0, RSTART + RLENGTH))
	next
}

{ print "#" $0 }

END {
	end_suite()
	print "1.." nr
	exit failed > 0
}
'

if [ ! -d /sys/module/kunit ]; then
	echo "1..0 # SKIP this kernel has no KUnit, or it is not loaded"
	exit 4
fi
suites=$(list_suites | tr '\n' ' ')
echo "TAP version 13"
if [ -z "$suites" ]; then
	echo "not ok 1 the module was built without CONFIG_IPCCHAN_KUNIT_TEST=y"
	echo "1..1"
	exit 1
fi
show_results | awk "$to_tap"
