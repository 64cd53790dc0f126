# SPDX-License-Identifier: GPL-2.0
"""vm/run profile: where the instructions of a round go, by function."""

import gzip
import re
from dataclasses import replace
from pathlib import Path

from commands import Failure, run
from files import BUILD, CLONE
from functions import Function, Symbols, totals
from guest import run_guest
from kernels import select
from session import Session

REPEATS = 5
"""See userspace/bench/: all of these are counted, the first too."""

TIMES = re.compile(r"^# .*, (\d+) times$")
"""How the benchmark says how often a repeat does what it measures."""

SOURCE = CLONE / "vm" / "profile" / "blocks.c"

FEWEST = 0.0005
"""A function that has less than this part of all is not told."""


def profile(session: Session) -> bool:
    """Count in a machine whose clock counts instructions, by a plugin of the emulator."""
    options = session.options
    if options.accelerator == "kvm":
        raise Failure("ACCEL=kvm counts no instructions")
    options.accelerator = "tcg"
    (kernel,) = select(options.kernel)
    files = session.begin(kernel)
    plugin = _plugin(session)
    with session.machine(kernel, files, "profile", session.programs("userspace")) as machine:
        blocks = machine.folder / "blocks"
        blocks.unlink(missing_ok=True)
        words = (
            f"vm_scenario={options.scenario}",
            f"vm_case={options.case.replace(' ', '_')}",
            f"vm_pause={options.pause}",
            f"vm_mechanism={options.mechanism.replace(' ', '_')}",
        )
        extra = ("-plugin", f"{plugin},out={blocks}")
        machine = replace(machine, counts=True, words=words, extra=extra)
        session.progress.phase("counting")
        times = []

        def take(line: str) -> None:
            if said := TIMES.match(line):
                times.append(int(said[1]))

        outcome = run_guest(machine, options.limits, session.progress, take)
        if session.judge(machine, outcome, "profile").failed:
            return False
        symbols = Symbols(gzip.decompress(outcome.files["kallsyms.gz"]).decode())
        (often,) = times
        _print(symbols.spend(blocks.read_text().splitlines()), REPEATS * often)
        return True


def _plugin(session: Session) -> Path:
    made = BUILD / "profile" / "blocks.so"
    made.parent.mkdir(parents=True, exist_ok=True)
    flags = ("-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
    run(["cc", *flags, SOURCE, "-o", made], made.with_suffix(".log"), session.progress)
    return made


def _print(functions: list[Function], rounds: int) -> None:
    """What of each is spent in a round."""
    whole = sum(function.instructions for function in functions)
    print(f"{'instructions':>12}  {'calls':>6}  function")
    for function in functions:
        if function.instructions >= FEWEST * whole:
            print(
                f"{function.instructions / rounds:12.1f}  {function.calls / rounds:6.2f}"
                f"  {function.name} {function.where}"
            )
    for where, spent in sorted(totals(functions).items(), key=lambda entry: -entry[1]):
        print(f"{spent / rounds:12.1f}  {'':6}  all of {where}")
    print(f"{whole / rounds:12.1f}  {'':6}  all", flush=True)
