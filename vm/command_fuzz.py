# SPDX-License-Identifier: GPL-2.0
"""vm/run fuzz: call the module at random, guided by the code that is reached."""

import secrets
from dataclasses import replace
from pathlib import Path

from build import module_path
from command_selfcheck import ensure_selfchecked
from commands import Failure
from files import CLONE
from fuzz import CORPUS, Fuzzing, instrumented_places
from guest import run_guest
from image import Image
from kernels import select
from ready import ReadyKernel
from session import Session

COMMITTED = CLONE / "selftests" / "fuzz" / "corpus"

MARGIN = 600.0
"""Seconds that a guest gets besides those it fuzzes: to boot, and to end."""


def fuzz(session: Session) -> bool:
    """Fuzz for some minutes, or replay."""
    options = session.options
    seed = secrets.randbits(64) if options.seed is None else options.seed
    arguments, programs = _replay(session) if options.replay else _guided(session, seed)

    def fill(image: Image, _: ReadyKernel) -> None:
        image.fuzzer(arguments, programs)

    (kernel,) = select(options.kernel)
    files = session.begin(kernel)
    ensure_selfchecked(session, kernel, files)
    fuzzing = Fuzzing(session.progress, seed, kernel.key)
    build = session.programs("selftests")
    with session.machine(kernel, files, "fuzz", build, fill) as machine:
        session.progress.phase(f"fuzzing {files.release}")
        # It slows down all else, and what is left charged is found without it.
        machine = replace(machine, words=(*machine.words, "kmemleak=off"))
        limits = replace(options.limits, total=MARGIN + 60 * options.minutes)
        outcome = run_guest(machine, limits, session.progress, fuzzing.read)
        fuzzing.end(outcome)
        places = instrumented_places(module_path(files.release))
        text = f"fuzz: {fuzzing.summary(places)}"
        return not session.judge(machine, outcome, text).failed


def _guided(session: Session, seed: int) -> tuple[list[str], list[Path]]:
    """From the committed corpus, and what earlier runs have added to it."""
    seconds = round(60 * session.options.minutes)
    programs = [*COMMITTED.glob("*.txt"), *CORPUS.glob("*.txt")]
    return [f"--seed={seed:#x}", f"--seconds={seconds}"], sorted(programs)


def _replay(session: Session) -> tuple[list[str], list[Path]]:
    what, repeat = session.options.replay, f"--repeat={session.options.repeat}"
    if Path(what).is_file():
        return [repeat, "--replay"], [Path(what)]
    try:
        return [repeat, f"--replay={int(what, 0):#x}"], []
    except ValueError:
        raise Failure(f"neither a file nor a number: {what}") from None
