# SPDX-License-Identifier: GPL-2.0
"""vm/run bench: what ipcchan and its rivals cost, in instructions."""

import csv
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import baseline
import plots
from commands import Failure, install_packages
from files import CLONE
from guest import run_guest
from image import Image
from kernels import DEFAULT, select
from ready import ReadyKernel
from report import print_verdict
from results import Figures, Results
from session import Session

FIGURES = "bench.json"
"""What the guest calls its figures."""

PLOTS = CLONE / "docs" / "plots"

PROGRESS = "# "
"""How a line begins that says what is measured now."""


def bench(session: Session) -> bool:
    """Measure in a machine whose clock counts instructions."""
    options = session.options
    if options.accelerator == "kvm":
        raise Failure("ACCEL=kvm counts no instructions")
    is_kept = options.check or options.update
    if is_kept and (options.kernel != DEFAULT.key or options.scenario):
        raise Failure(f"{baseline.BASELINE.name} is of all on {DEFAULT.key}")
    options.accelerator = "tcg"
    if options.update:
        install_packages("plots", session.progress)
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
        words = (f"vm_scenario={options.scenario}",) if options.scenario else ()
        machine = replace(machine, counts=True, words=words)
        where = {"kernel": files.release, "emulator": _emulator()}
        session.progress.note(f"kernel {files.release} on {where['emulator']}")
        session.progress.phase("measuring")
        outcome = run_guest(machine, options.limits, session.progress, show)
        if session.judge(machine, outcome, "bench").failed:
            return False
        figures: Figures = {**where, **json.loads(outcome.files[FIGURES])}
        if options.json:
            options.json.write_text(json.dumps(figures, indent=1) + "\n")
        if options.csv:
            _write_csv(figures["results"], options.csv)
        if options.update:
            baseline.update(figures)
            plots.draw(Results(figures), PLOTS)
        return not options.check or _is_as_before(figures)


def _write_csv(results: list[dict[str, object]], path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, results[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(results)


def _fill(image: Image, files: ReadyKernel) -> None:
    image.rivals(files.modules)


def _emulator() -> str:
    """What makes the figures, in words."""
    said = subprocess.run(
        ["qemu-system-x86_64", "--version"], capture_output=True, text=True, check=True
    ).stdout
    version = said.split()[3]
    return f"QEMU {version}: tcg, 1 processor, 1 ns = 1 instruction (-icount shift=0)"


def _is_as_before(figures: Figures) -> bool:
    """Does nothing of ours cost more than it did?"""
    before = baseline.load()
    grown = list(baseline.compare(before, figures))
    for line in grown:
        print(line, flush=True)
    text = f"{len(grown)} costs of ours are higher than in {baseline.BASELINE.name}"
    print_verdict(
        not grown, figures["kernel"], f"{text}, {baseline.kernels(before, figures)}"
    )
    return not grown
