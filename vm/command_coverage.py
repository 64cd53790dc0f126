# SPDX-License-Identifier: GPL-2.0
"""vm/run coverage: which code of the module the tests run."""

from build import module_path
from command_test import test_on
from commands import Failure, install_packages
from coverage import HTML, Coverage, measure, total
from kernels import select
from report import print_verdict
from session import Session

LINES = 95.0
BRANCHES = 85.0
"""Percent that the tests are to run, of lines and of branches."""

ROW = "{:28} {:>12} {:>7} {:>12} {:>7}  {}"


def coverage(session: Session) -> bool:
    """Run all tests, and print what of each file they have run."""
    install_packages("coverage", session.progress)
    (kernel,) = select(session.options.kernel)
    counts, outcome = test_on(session, kernel, "vm_coverage=1")
    if "gcov.tar" not in outcome.files:
        raise Failure("the guest has sent no coverage")
    files = measure(module_path(session.row.release), outcome.files["gcov.tar"], session.progress)
    session.progress.clear()
    print(ROW.format("file", "lines", "%", "branches", "%", "lines that did not run"))
    for row in (*sorted(files, key=lambda file: file.name), total(files)):
        _print(row)
    print(f"HTML: {HTML}")
    return not counts.failed and _judge(session, total(files))


def _print(row: Coverage) -> None:
    print(
        ROW.format(
            row.name,
            f"{row.lines_run}/{row.lines}",
            f"{row.line_percent:.1f}",
            f"{row.branches_run}/{row.branches}",
            f"{row.branch_percent:.1f}",
            _ranges(row.missed),
        ).rstrip()
    )


def _ranges(numbers: tuple[int, ...]) -> str:
    """NUMBERS with runs of them as first-last."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ",".join("-".join(map(str, run)) for run in runs)


def _judge(session: Session, all_files: Coverage) -> bool:
    is_enough = (
        all_files.line_percent >= LINES and all_files.branch_percent >= BRANCHES
    )
    text = (
        f"{all_files.line_percent:.1f} % of lines (goal {LINES:.0f}), "
        f"{all_files.branch_percent:.1f} % of branches (goal {BRANCHES:.0f})"
    )
    print_verdict(is_enough, session.row.release, text)
    return is_enough
