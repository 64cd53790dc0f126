# SPDX-License-Identifier: GPL-2.0
"""One invocation of vm/run: what all its commands do alike."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from build import build_module, build_programs
from files import BUILD, locked, own_folder
from guest import Machine, Outcome, choose_accelerator
from image import Image
from kernels import Kernel
from matrix import Row
from progress import Progress
from ready import ReadyKernel, ready
from report import print_failure, print_longest, print_verdict
from verdict import Counts, Tap, kernel_findings

MEBIBYTE = 1 << 20

LONGEST = 120
"""So many of the test programs are named with the time they took."""

Build = Callable[[Kernel, ReadyKernel], Path]
"""Builds what a command needs; returns the module to load."""

Fill = Callable[[Image, ReadyKernel], None]
"""Adds to an image what a command needs beyond what all guests have."""


@dataclass
class Session:
    """The options, and how far the present kernel has come."""

    options: Namespace
    progress: Progress
    row: Row = field(init=False)
    _start: float = field(default=0.0, init=False)
    """When the present kernel's turn began."""

    def begin(self, kernel: Kernel) -> ReadyKernel:
        """It is KERNEL's turn: get it."""
        self._start = self.progress.elapsed
        self.row = Row.begin(kernel)
        files = ready(kernel, self.progress)
        self.row.version, self.row.release = files.root.name, files.release
        return files

    @property
    def seconds(self) -> int:
        """How long the present kernel's turn has taken."""
        return round(self.progress.elapsed - self._start)

    def programs(self, target: str) -> Build:
        """Builds the module, and TARGET of the Makefile."""

        def build(kernel: Kernel, files: ReadyKernel) -> Path:
            build_programs(target, self.progress)
            return build_module(kernel, files, self.progress)

        return build

    @contextmanager
    def machine(
        self,
        kernel: Kernel,
        files: ReadyKernel,
        mode: str,
        build: Build,
        fill: Fill = lambda image, files: None,
    ) -> Iterator[Machine]:
        """Build and pack what is needed to boot KERNEL in MODE.

        The machine's folder is ours, and its logs stay, until the block ends.
        """
        with own_folder(BUILD / "vm" / files.release / mode) as folder:
            initrd = folder / "initrd.gz"
            with locked(BUILD / ".lock", self.progress):
                module = build(kernel, files)
                self.row.build = "ok"
                self.progress.phase("packing the guest's files")
                image = Image.begin(initrd, module)
                image.needed_modules(files.modules)
                fill(image, files)
                size = image.finish()
            memory = kernel.memory + 2 * size // MEBIBYTE
            machine = Machine(files, initrd, folder, mode, memory, kernel.boot_args)
            wish = self.options.accelerator
            accelerator = choose_accelerator(machine, wish, self.progress)
            yield replace(machine, accelerator=accelerator)

    def judge(
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
        self.row.take(outcome, counts, findings)
        self.progress.clear()
        if counts.failed:
            print_failure(outcome, tap.failing if tap else [], findings, problems)
        if tap and len(tap.programs) > 1:
            print_longest(tap.longest(LONGEST))
        text = f"{counts if tap else what} in {self.seconds} s"
        print_verdict(not counts.failed, machine.kernel.release, text)
        return counts
