# SPDX-License-Identifier: GPL-2.0
"""vm/run test: run the tests on each kernel asked for."""

from dataclasses import replace

from command_selfcheck import ensure_selfchecked
from commands import Failure
from guest import Outcome, run_guest
from image import Image
from kernels import Kernel, select
from matrix import Row, print_table, save
from ready import ReadyKernel
from report import print_verdict
from session import Session
from verdict import Counts, Tap


def test(session: Session) -> bool:
    """Run the tests, and end in a table if there are several kernels."""
    rows = [_tested(session, kernel) for kernel in select(session.options.kernel)]
    if len(rows) > 1:
        print_table(rows)
    if session.options.status:
        save(rows, session.options.status)
    total = sum((row.counts for row in rows), Counts())
    print(total, flush=True)
    return not total.failed


def _tested(session: Session, kernel: Kernel) -> Row:
    """Run the tests on one kernel; what stops them counts as a failure."""
    try:
        test_on(session, kernel)
    except Failure as failure:
        session.progress.note(str(failure))
        print_verdict(False, kernel.key, session.row.stop())
    session.row.seconds = session.seconds
    return session.row


def test_on(
    session: Session, kernel: Kernel, *words: str
) -> tuple[Counts, Outcome]:
    """Run the test programs that were asked for on KERNEL, WORDS for init."""
    options = session.options
    tap = Tap()
    files = session.begin(kernel)
    ensure_selfchecked(session, kernel, files)

    def fill(image: Image, _: ReadyKernel) -> None:
        if not image.tests(options.only, options.but):
            raise Failure(f"no test program is called {options.only}")

    def read(line: str) -> None:
        tap.take(line)
        name = f"; {tap.current.name}" if tap.current else ""
        session.progress.detail(f"{tap.counts}{name}")

    build = session.programs("selftests")
    with session.machine(kernel, files, "test", build, fill) as machine:
        session.progress.phase(f"testing on {files.release}")
        # What it does not know itself, the kernel puts into init's environment.
        limit = f"vm_program_limit={options.program_limit}"
        words = (*machine.words, limit, *options.settings, *words)
        machine = replace(machine, words=words, counts=options.counts)
        outcome = run_guest(machine, options.limits, session.progress, read)
        return session.judge(machine, outcome, "", tap), outcome
