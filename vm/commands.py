# SPDX-License-Identifier: GPL-2.0
"""Run a command of the host, quietly unless it fails."""

import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from files import BUILD, CLONE
from progress import Progress

INSTALL_PACKAGES = CLONE / "scripts" / "install-packages"

SHOWN_LINES = 40
"""How much of a failed command's output is shown."""


class Failure(Exception):
    """Something went wrong; the text is for the user."""


def run(
    command: Sequence[str | Path],
    log: Path,
    progress: Progress,
    detail: Callable[[], str] | None = None,
) -> None:
    """Run COMMAND with its output in LOG; raise Failure with the end of it.

    DETAIL says meanwhile how far it has come.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while _still_runs(process):
                if detail:
                    progress.detail(detail())
                progress.tick()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if process.returncode:
        tail = log.read_text(errors="replace").splitlines()[-SHOWN_LINES:]
        words = " ".join(str(word) for word in command)
        raise Failure("\n".join([*tail, f"failed: {words}", f"full log: {log}"]))


def _still_runs(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return True
    return False


def as_root(command: Sequence[str]) -> list[str]:
    """COMMAND as it must be run to have root's rights."""
    return list(command) if os.geteuid() == 0 else ["sudo", *command]


def install_packages(group: str, progress: Progress) -> None:
    """Have the Debian packages of GROUP of scripts/install-packages."""
    progress.phase(f"packages: {group}")
    run([str(INSTALL_PACKAGES), group], BUILD / "packages.log", progress)
