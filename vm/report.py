# SPDX-License-Identifier: GPL-2.0
"""Tell the user how a run ended, with what is needed to see why."""

from collections.abc import Iterable, Iterator

from guest import Outcome
from verdict import Program, RESULT

CONSOLE_LINES = 30
FINDING_LINES = 15
"""At most so many lines of the kernel's log from its first bad line on."""
DIAGNOSTIC_LINES = 25
"""At most so many lines of diagnostics per failed test."""
NEXT_TEST = "#  RUN "
"""How kselftest_harness.h begins a test."""
PROGRAMS = 8
"""At most so many failing programs in full."""


def print_verdict(is_good: bool, kernel: str, text: str) -> None:
    """The one line a run ends in."""
    print(f"{'PASS' if is_good else 'FAIL'}  kernel {kernel}: {text}", flush=True)


def print_longest(programs: Iterable[Program]) -> None:
    """Where the time of a run went."""
    parts = [f"{program.name} {program.seconds:.0f} s" for program in programs]
    print(f"longest: {', '.join(parts)}", flush=True)


def print_failure(
    outcome: Outcome, failing: list[Program], findings: list[str], problems: list[str]
) -> None:
    """Everything known about a run that failed."""
    for program in failing[:PROGRAMS]:
        _print_part(program.name, _diagnostics(program))
    if len(failing) > PROGRAMS:
        print(f"--- and {len(failing) - PROGRAMS} more failing programs")
    if findings:
        _print_part(
            "the kernel's log from the first bad line", findings[:FINDING_LINES]
        )
    if errors := outcome.errors.read_text(errors="replace").splitlines():
        _print_part("QEMU's own messages", errors[-CONSOLE_LINES:])
    console = outcome.console.read_text(errors="replace").splitlines()
    title = f"last {CONSOLE_LINES} lines of the kernel's console"
    _print_part(title, console[-CONSOLE_LINES:])
    _print_part("what failed", [program.name for program in failing] + problems)
    print(f"--- full logs: {outcome.output} and {outcome.console}")


def _print_part(title: str, lines: Iterable[str]) -> None:
    print(f"--- {title}")
    for line in lines:
        print(f"  {line}")


def _diagnostics(program: Program) -> Iterator[str]:
    """The failed results of a program, each with what was said around it."""
    failed = False
    said: list[str] = []
    for line in program.lines:
        result = RESULT.match(line)
        if failed and (result or line.startswith(NEXT_TEST)):
            yield from said[:DIAGNOSTIC_LINES]
            said.clear()
            failed = False
        said.append(line)
        if result:
            failed = bool(result["not"])
            if failed:
                yield from said[-DIAGNOSTIC_LINES:]
            said.clear()
    yield from said[-DIAGNOSTIC_LINES:]
