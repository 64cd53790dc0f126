# SPDX-License-Identifier: GPL-2.0
"""vm/run demo: show the main job on a real text, or what there is besides."""

from pathlib import Path

from commands import Failure
from guest import run_guest
from image import Image
from kernels import select
from ready import ReadyKernel
from session import Session


SUBJECTS = ("mailbox", "call", "pages", "classic")
"""What is not a text's name: the demo of one of these is wanted."""


def demo(session: Session) -> bool:
    """Count the words of a text by several processes, or show what else there is."""
    what = session.options.what
    subject = what if what in SUBJECTS else None
    text = Path(what) if what and not subject else None
    if text and not text.is_file():
        raise Failure(f"no such file: {text}")

    def fill(image: Image, files: ReadyKernel) -> None:
        source = text or files.changelog
        if subject in (None, "call"):
            image.text(f"demo/{source.name.removesuffix('.gz')}", source)

    def show(line: str) -> None:
        session.progress.clear()
        print(line, flush=True)

    (kernel,) = select(session.options.kernel)
    files = session.begin(kernel)
    build = session.programs("userspace")
    mode = f"demo_{subject}" if subject else "demo"
    with session.machine(kernel, files, mode, build, fill) as machine:
        session.progress.phase("demo")
        outcome = run_guest(machine, session.options.limits, session.progress, show)
        return not session.judge(machine, outcome, "demo").failed
