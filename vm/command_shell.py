# SPDX-License-Identifier: GPL-2.0
"""vm/run shell: give the user a shell in the guest."""

import sys
from dataclasses import replace

from commands import Failure
from guest import VANISHED, Limits, run_guest
from image import Image
from kernels import select
from progress import Progress
from ready import ReadyKernel
from session import Session

FOREVER = float("inf")


def _add_tests(image: Image, _: ReadyKernel) -> None:
    image.tests()


def shell(session: Session) -> bool:
    """A shell with the module loaded, and the tests in /kselftest."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Failure("a shell needs a terminal")
    (kernel,) = select(session.options.kernel)
    files = session.begin(kernel)
    build = session.programs("selftests")
    with session.machine(kernel, files, "shell", build, _add_tests) as machine:
        session.progress.note("Booting. Leave with exit; Ctrl-A x kills the machine.")
        limits = Limits(session.options.limits.boot, FOREVER, FOREVER)
        machine = replace(machine, terminal=True)
        outcome = run_guest(machine, limits, Progress(silent=True))
        # By Ctrl-A x or poweroff: what users of a shell may do.
        outcome.problems = [p for p in outcome.problems if p != VANISHED]
        return not session.judge(machine, outcome, "shell").failed
