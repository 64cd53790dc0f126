# SPDX-License-Identifier: GPL-2.0
"""vm/run bench: what ways to other processes cost, ours and the kernel's, in instructions."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

from commands import Failure
from guest import Outcome, run_guest
from image import Image
from kernels import select
from ready import ReadyKernel
from session import Session

FIGURES = "bench.json"
"""What the guest calls its figures."""

PROGRESS = "# "
"""How a line begins that says what is measured now."""


def bench(session: Session) -> bool:
    """Measure in a machine whose clock counts instructions."""
    options = session.options
    if options.accelerator == "kvm":
        raise Failure("ACCEL=kvm counts no instructions")
    options.accelerator = "tcg"
    (kernel,) = select(options.kernel)
    files = session.begin(kernel)

    def show(line: str) -> None:
        if line.startswith(PROGRESS):
            session.progress.detail(line.removeprefix(PROGRESS))
        else:
            session.progress.clear()
            print(line, flush=True)

    build = session.programs("userspace")
    with session.machine(kernel, files, "bench", build, _fill) as machine:
        # Without the kernel's own words, which make it look for bugs meanwhile.
        words = (f"vm_size={options.size}",)
        machine = replace(machine, counts=True, words=words)
        where = {"kernel": files.release, "emulator": _emulator()}
        session.progress.note(f"kernel {files.release} on {where['emulator']}")
        session.progress.phase("measuring")
        outcome = run_guest(machine, options.limits, session.progress, show)
        if session.judge(machine, outcome, "bench").failed:
            return False
        if options.json:
            _save(outcome, where, options.json)
        return True


def _fill(image: Image, files: ReadyKernel) -> None:
    image.rivals(files.modules)


def _emulator() -> str:
    """What makes the figures, in words."""
    said = subprocess.run(
        ["qemu-system-x86_64", "--version"], capture_output=True, text=True, check=True
    ).stdout
    version = said.split()[3]
    return f"QEMU {version}: tcg, 1 processor, 1 ns = 1 instruction (-icount shift=0)"


def _save(outcome: Outcome, where: dict[str, str], path: Path) -> None:
    """Write the figures to PATH, with where they come from."""
    figures = json.loads(outcome.files[FIGURES])
    path.write_text(json.dumps({**where, **figures}, indent=1) + "\n")
