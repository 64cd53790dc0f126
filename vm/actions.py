# SPDX-License-Identifier: GPL-2.0
"""The commands of vm/run: demo, test, shell."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from build import build_module, build_programs
from commands import Failure
from fetch import FetchedKernel, fetch
from files import BUILD, locked, own_folder
from guest import VANISHED, Limits, Machine, Outcome, choose_accelerator, run_guest
from image import Image
from kernels import Kernel, select
from matrix import Row, print_table, save
from progress import Progress
from report import print_failure, print_verdict
from verdict import Counts, Tap, kernel_findings

MEBIBYTE = 1 << 20
BASE_MEMORY = 1024
"""What a guest gets in MiB, besides room for its files."""

FOREVER = float("inf")

Fill = Callable[[Image, FetchedKernel], None]
"""Adds to an image what a command needs beyond what all guests have."""


@dataclass
class Session:
    """One invocation of vm/run; its commands return whether all was well."""

    options: Namespace
    progress: Progress
    _start: float = field(default=0.0, init=False)
    """When the present kernel's turn began."""
    _row: Row = field(init=False)
    """How far the present kernel has come."""

    def test(self) -> bool:
        """Run the tests on each kernel asked for."""
        rows = [self._tested(kernel) for kernel in select(self.options.kernel)]
        if len(rows) > 1:
            print_table(rows)
        if self.options.status:
            save(rows, self.options.status)
        total = sum((row.counts for row in rows), Counts())
        print(total, flush=True)
        return not total.failed

    def demo(self) -> bool:
        """Show the main job on a real text."""
        text = self.options.file
        if text and not text.is_file():
            raise Failure(f"no such file: {text}")

        def fill(image: Image, fetched: FetchedKernel) -> None:
            source = text or fetched.changelog
            image.text(f"demo/{source.name.removesuffix('.gz')}", source)

        def show(line: str) -> None:
            self.progress.clear()
            print(line, flush=True)

        (kernel,) = select(self.options.kernel)
        with self._machine(kernel, "demo", "userspace", fill) as machine:
            self.progress.phase("demo")
            outcome = run_guest(machine, self.options.limits, self.progress, show)
            return not self._judge(machine, outcome, "demo").failed

    def shell(self) -> bool:
        """Give the user a shell in the guest."""
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise Failure("a shell needs a terminal")
        (kernel,) = select(self.options.kernel)
        with self._machine(kernel, "shell", "userspace") as machine:
            self.progress.note("Booting. Leave with exit; Ctrl-A x kills the machine.")
            limits = Limits(self.options.limits.boot, FOREVER, FOREVER)
            machine = replace(machine, terminal=True)
            outcome = run_guest(machine, limits, Progress(silent=True))
            # By Ctrl-A x or poweroff: what users of a shell may do.
            outcome.problems = [p for p in outcome.problems if p != VANISHED]
            return not self._judge(machine, outcome, "shell").failed

    def _tested(self, kernel: Kernel) -> Row:
        """Run the tests on one kernel; what stops them counts as a failure."""
        try:
            self._test_on(kernel)
        except Failure as failure:
            self.progress.note(str(failure))
            print_verdict(False, kernel.key, self._row.stop())
        self._row.seconds = round(self.progress.elapsed - self._start)
        return self._row

    def _test_on(self, kernel: Kernel) -> None:
        """Run the tests on one kernel."""
        tap = Tap()

        def fill(image: Image, _: FetchedKernel) -> None:
            if not image.tests(self.options.only):
                raise Failure(f"no test program is called {self.options.only}")

        def read(line: str) -> None:
            tap.take(line)
            name = f"; {tap.current.name}" if tap.current else ""
            self.progress.detail(f"{tap.counts}{name}")

        with self._machine(kernel, "test", "selftests", fill) as machine:
            self.progress.phase(f"testing on {machine.kernel.release}")
            outcome = run_guest(machine, self.options.limits, self.progress, read)
            self._judge(machine, outcome, "", tap)

    @contextmanager
    def _machine(
        self,
        kernel: Kernel,
        mode: str,
        programs: str,
        fill: Fill = lambda image, fetched: None,
    ) -> Iterator[Machine]:
        """Fetch, build and pack what is needed to boot KERNEL in MODE.

        The machine's folder is ours, and its logs stay, until the block ends.
        """
        self._start = self.progress.elapsed
        self._row = row = Row.begin(kernel)
        fetched = fetch(kernel, self.progress)
        row.version, row.release = fetched.root.name, fetched.release
        with own_folder(BUILD / "vm" / fetched.release / mode) as folder:
            initrd = folder / "initrd.gz"
            with locked(BUILD / ".lock", self.progress):
                build_programs(programs, self.progress)
                module = build_module(kernel, fetched, self.progress)
                row.build = "ok"
                self.progress.phase("packing the guest's files")
                image = Image.begin(initrd, module)
                fill(image, fetched)
                size = image.finish()
            memory = BASE_MEMORY + 2 * size // MEBIBYTE
            machine = Machine(fetched, initrd, folder, mode, kernel.boot_args, memory)
            wish = self.options.accelerator
            accelerator = choose_accelerator(machine, wish, self.progress)
            yield replace(machine, accelerator=accelerator)

    def _judge(
        self, machine: Machine, outcome: Outcome, what: str, tap: Tap | None = None
    ) -> Counts:
        """Print how a run ended; what is wrong besides tests counts as failed too."""
        findings = kernel_findings(outcome)
        problems = [*outcome.problems]
        if findings:
            problems.append(f"kernel log: {findings[0]}")
        if outcome.status:
            problems.append(f"the guest's program exited with {outcome.status}")
        if tap:
            problems += tap.problems
        counts = (tap.counts if tap else Counts()) + Counts(failed=len(problems))
        self._row.take(outcome, counts, findings)
        self.progress.clear()
        if counts.failed:
            print_failure(outcome, tap.failing if tap else [], findings, problems)
        seconds = self.progress.elapsed - self._start
        text = f"{counts if tap else what} in {seconds:.0f} s"
        print_verdict(not counts.failed, machine.kernel.release, text)
        return counts
