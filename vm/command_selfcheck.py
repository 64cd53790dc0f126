# SPDX-License-Identifier: GPL-2.0
"""vm/run selfcheck: commit seeded bugs, each of which its kernel must report."""

from dataclasses import replace
from pathlib import Path

from build import build_selfcheck
from commands import Failure
from guest import Outcome, run_guest
from kernels import COMPILED, Kernel
from ready import ReadyKernel
from report import print_verdict
from selfcheck import findings, stamp
from session import Session

BOOT_ARGS = ("panic_on_warn=0", "kasan_multi_shot")
"""A report is what is wanted here, and more than one of them."""


def selfcheck(session: Session) -> bool:
    """Check the kernels asked for, and say what each has reported."""
    key = session.options.kernel
    kernels = [kernel for kernel in COMPILED if key in ("all", kernel.key)]
    return all([_checked(session, kernel) for kernel in kernels])


def _checked(session: Session, kernel: Kernel) -> bool:
    """Check KERNEL; what is in the way of that is a failure too."""
    try:
        return _check(session, kernel, session.begin(kernel))
    except Failure as failure:
        session.progress.note(str(failure))
        print_verdict(False, kernel.key, session.row.stop())
        return False


def ensure_selfchecked(session: Session, kernel: Kernel, files: ReadyKernel) -> None:
    """Fail if FILES does not report what is seeded; once it did, it is believed."""
    is_known = not kernel.seeds or stamp(kernel, files).exists()
    if not is_known and not _check(session, kernel, files):
        raise Failure(f"kernel {kernel.key} is broken, or its check did not end")


def _check(session: Session, kernel: Kernel, files: ReadyKernel) -> bool:
    """Seed all bugs that KERNEL is to report, print the verdict and remember it."""

    def build(kernel: Kernel, files: ReadyKernel) -> Path:
        return build_selfcheck(kernel, files, session.progress)

    with session.machine(kernel, files, "selfcheck", build) as machine:
        session.progress.phase(f"seeding bugs on {files.release}")
        words = (*machine.words, *BOOT_ARGS, f"vm_seeds={','.join(kernel.seeds)}")
        machine = replace(machine, words=words)
        outcome = run_guest(machine, session.options.limits, session.progress)
    session.progress.clear()
    is_good = _print(session, kernel, files, outcome)
    if is_good:
        stamp(kernel, files).touch()
    return is_good


def _print(
    session: Session, kernel: Kernel, files: ReadyKernel, outcome: Outcome
) -> bool:
    """Print what became of each bug; return whether all were reported."""
    found = findings(kernel, outcome)
    reported = sum(bool(finding.report) for finding in found)
    for line in (*found, *outcome.problems):
        print(f"  {line}")
    is_good = reported == len(found) and not outcome.problems
    if not is_good:
        print(f"--- full log: {outcome.console}")
    text = f"{reported} of {len(found)} seeded bugs reported in {session.seconds} s"
    print_verdict(is_good, files.release, text)
    return is_good
