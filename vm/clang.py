# SPDX-License-Identifier: GPL-2.0
"""Fetch a compiler that is newer than the machine's, for what only it can check.

Once fetched it is kept: what is said of the code changes with the code only.
"""

import re
import shutil
from pathlib import Path

from apt import Apt
from commands import run
from files import CACHE, locked
from foreign import wrap
from kernels import select
from progress import Progress

HOME = CACHE / "clang"

CLANG = "clang-23"
"""The oldest one that reads all of the kernel's annotations."""

NEEDED = re.compile("lib(?!.*-dev$)")
"""Dependencies that it runs with."""


def fetch_clang(progress: Progress) -> Path:
    """The program, complete with its libraries."""
    root = HOME / CLANG
    if not root.is_dir():
        with locked(HOME / "lock", progress):
            if not root.is_dir():
                _fetch(root, progress)
    return root / "usr/bin" / CLANG


def _fetch(root: Path, progress: Progress) -> None:
    """Make ROOT, from the suites of the newest kernel."""
    newest = select("7.x")[0]
    apt = Apt(newest.suites, newest.versions)
    if apt.is_stale:
        apt.update(progress)
    packages = apt.resolve([CLANG], NEEDED.match)
    downloads = HOME / "downloads"
    partial = HOME / f"{CLANG}.partial"
    downloads.mkdir(exist_ok=True)
    progress.phase(f"downloading {CLANG} {packages[CLANG]}")
    debs = apt.download(packages, downloads, progress)
    progress.phase(f"unpacking {CLANG}")
    shutil.rmtree(partial, ignore_errors=True)
    for deb in debs:
        run(["dpkg", "-x", deb, partial], CACHE / "unpack.log", progress)
    wrap((partial / "usr/bin" / CLANG).resolve(), partial.resolve(), root)
    partial.rename(root)
    shutil.rmtree(downloads)
