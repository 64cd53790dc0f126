# SPDX-License-Identifier: GPL-2.0
"""Judge a run: the tests' TAP, the kernel's log, and how the guest ended."""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from guest import Outcome

RESULT = re.compile(r"(?P<not>not )?ok\b(?: +\d+)?(?: +-)?(?P<text>.*)")
PLAN = re.compile(r"1\.\.(\d+)")
SKIP = re.compile(r"# *SKIP", re.IGNORECASE)

BAD_LOG = re.compile(
    r"\bBUG\b|WARNING|Oops|Call Trace|RCU stall|rcu:.*stall|hung task"
    r"|blocked for more than|(?i:(?<!kmem)leak)|KFENCE|UBSAN|general protection"
    # This it can do without, when its own allocation is the one told to fail.
    r"|kmemleak: (?!Cannot allocate a scan area)"
    r"|Kernel panic"
)
"""What a healthy kernel does not say while our module is loaded."""

RACE = "BUG: KCSAN: "
REPORT_END = "=============="
OURS = "[ipcchan]"
"""In a stack: a function of the module."""

INJECTED = "FAULT_INJECTION: forcing a failure"
FAILED_ALLOCATION = re.compile(r"vmalloc error: .* failed|page allocation failure")
FAILED_FAULT = "VM_FAULT_OOM leaked out to the #PF handler. Retrying PF"
"""Said when a program touches memory of its own; it is let try again."""

STACK_END = "</TASK>"
NEAR = 5
"""Lines of the log between a failure that was asked for and what is said of it."""

FROM_PROGRAM = re.compile(r"<(?:[89]|[1-9]\d+)>")
"""Syslog prefix of a line that a program, not the kernel, wrote to the log."""


@dataclass
class Counts:
    """How many tests passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def take(self, is_ok: bool, is_skip: bool) -> None:
        """Count one result."""
        if not is_ok:
            self.failed += 1
        elif is_skip:
            self.skipped += 1
        else:
            self.passed += 1

    @property
    def total(self) -> int:
        """All results."""
        return self.passed + self.failed + self.skipped


@dataclass
class Program:
    """One test program as kselftest's runner shows it: its own TAP, prefixed."""

    name: str
    counts: Counts = field(default_factory=Counts)
    plan: int | None = None
    lines: list[str] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    """From its first line to the runner's verdict."""

    def take(self, line: str) -> None:
        """Read one line of the program's own output."""
        self.lines.append(line)
        if result := RESULT.match(line):
            self.counts.take(not result["not"], bool(SKIP.search(line)))
        elif plan := PLAN.match(line):
            self.plan = int(plan[1])

    def finish(self, is_ok: bool, is_skip: bool, line: str) -> None:
        """Read the runner's verdict on the program, and check the program's plan."""
        self.seconds = time.monotonic() - self.begun
        own = self.counts.total
        if own == 0:
            self.counts.take(is_ok, is_skip)
        elif not is_ok and not self.counts.failed:
            self.counts.failed += 1
        elif is_ok and own != self.plan:
            self.counts.failed += 1
            line = f"{own} results, but the plan says {self.plan}"
        if self.counts.failed:
            self.lines.append(line)


class Tap:
    """Reads the output of kselftest's runner as it comes."""

    def __init__(self) -> None:
        self.programs: list[Program] = []
        self.current: Program | None = None
        self._planned = 0

    def take(self, line: str) -> None:
        """Read one line."""
        result = RESULT.match(line)
        if line.startswith("# selftests: "):
            self.current = Program(line.removeprefix("# selftests: "))
            self.programs.append(self.current)
        elif plan := PLAN.match(line):
            self._planned += int(plan[1])
        elif self.current and result and "selftests: " in result["text"]:
            self.current.finish(not result["not"], bool(SKIP.search(line)), line)
            self.current = None
        elif self.current:
            self.current.take(line.removeprefix("# "))

    @property
    def counts(self) -> Counts:
        """The results so far."""
        return sum((program.counts for program in self.programs), Counts())

    @property
    def problems(self) -> list[str]:
        """What is wrong with the output as a whole."""
        finished = len(self.programs) - bool(self.current)
        if not self._planned:
            return ["no tests: the TAP plan is missing or empty"]
        if finished != self._planned:
            return [f"only {finished} of {self._planned} test programs finished"]
        return []

    def longest(self, number: int) -> list[Program]:
        """The NUMBER programs that took longest, the longest first."""
        return sorted(self.programs, key=lambda p: p.seconds, reverse=True)[:number]

    @property
    def failing(self) -> list[Program]:
        """The programs that failed, and the one that never finished."""
        return [p for p in self.programs if p.counts.failed or p is self.current]


def kernel_findings(outcome: Outcome) -> list[str]:
    """What the kernel logged, since our module came, that must not be there.

    That is the log from its first bad line on, or nothing.
    """
    log = outcome.console.read_text(errors="replace")
    _, begun, log = log.partition(f"#vm {outcome.nonce} begin")
    if not begun:
        return [] if outcome.boot_seconds is None else ["init's line is missing"]
    lines = [*_without_wanted_failures(_without_foreign_races(log.splitlines()))]
    for number, line in enumerate(lines):
        if BAD_LOG.search(line) and not FROM_PROGRAM.match(line):
            return lines[number:]
    return []


def _without_wanted_failures(lines: Iterable[str]) -> Iterator[str]:
    """LINES but for what is said of allocations that a test has told to fail."""
    rest = iter(lines)
    since = NEAR + 1
    for line in rest:
        since = 0 if INJECTED in line else since + 1
        if since <= NEAR and FAILED_FAULT in line:
            since = NEAR + 1
            continue
        yield line
        if since <= NEAR and FAILED_ALLOCATION.search(line):
            since = NEAR + 1
            for said in rest:
                if STACK_END in said:
                    break


def _without_foreign_races(lines: Iterable[str]) -> Iterator[str]:
    """LINES but for reports of races in which the module has no part."""
    rest = iter(lines)
    for line in rest:
        report = [line]
        if RACE in line:
            report += takewhile(lambda said: REPORT_END not in said, rest)
        if RACE not in line or any(OURS in said for said in report):
            yield from report
