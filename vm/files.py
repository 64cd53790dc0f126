# SPDX-License-Identifier: GPL-2.0
"""Where things are kept, and how two runs at once stay out of each other's way."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from progress import Progress

CLONE = Path(__file__).resolve().parent.parent
"""The source tree this program belongs to."""

BUILD = CLONE / "build"
"""Everything built; `rm -r` is always safe."""

CACHE = Path(os.environ.get("IPCCHAN_CACHE") or "~/.cache/ipcchan").expanduser()
"""Kernels and their sources; shared by all clones, `rm -r` costs a download."""


@contextmanager
def locked(path: Path, progress: Progress) -> Iterator[None]:
    """Hold the lock file PATH, waiting for another run if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        while not _try_lock(lock.fileno()):
            progress.detail("waiting for another run")
            progress.tick()
            time.sleep(0.2)
        yield


@contextmanager
def own_folder(path: Path) -> Iterator[Path]:
    """An empty folder of our own: PATH, or PATH-2 while another run has PATH."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for number in range(1, 100):
        folder = path if number == 1 else path.with_name(f"{path.name}-{number}")
        with folder.with_name(f".{folder.name}.lock").open("w") as lock:
            if _try_lock(lock.fileno()):
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                yield folder
                return
    raise RuntimeError(f"a hundred runs use {path}")


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
