# SPDX-License-Identifier: GPL-2.0
"""Fetch Debian's kernel packages into the cache, without installing them.

Names and versions come from apt. Downloads that were cut short are continued.
"""

import re
import shutil
from pathlib import Path

from apt import Apt
from commands import run
from files import CACHE
from foreign import has_libraries, wrap
from kernels import Kernel
from progress import Progress

NEEDED = re.compile(r"linux-(?!(base|compiler-.*|libc-dev)$)")
"""Dependencies that do not only matter to an installed kernel."""


def fetch(kernel: Kernel, apt: Apt, home: Path, progress: Progress) -> Path:
    """The folder of the version apt offers, complete, below HOME."""
    needed = re.compile(f"{NEEDED.pattern}|lib") if kernel.suites else NEEDED
    packages = apt.resolve((kernel.image, kernel.headers), needed.match)
    root = home / packages[kernel.image]
    if root.is_dir():
        return root
    downloads = home / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    progress.phase(f"kernel {kernel.key}: downloading {packages[kernel.image]}")
    debs = apt.download(packages, downloads, progress)
    progress.phase(f"kernel {kernel.key}: unpacking")
    _unpack(debs, root, progress)
    shutil.rmtree(downloads)
    return root


def _unpack(debs: list[Path], root: Path, progress: Progress) -> None:
    """Unpack DEBS so that ROOT appears complete or not at all."""
    partial = root.with_name(f"{root.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for deb in debs:
        run(["dpkg", "-x", deb, partial], CACHE / "unpack.log", progress)
    for makefile in partial.glob("usr/src/linux-headers-*/Makefile"):
        text = makefile.read_text()
        makefile.write_text(re.sub(r"(?<=[ =])(?=/usr/src/)", str(root), text))
    if has_libraries(partial):
        _wrap_tools(partial, root)
    partial.rename(root)


def _wrap_tools(partial: Path, root: Path) -> None:
    """Let the kernel's build tools run on this machine."""
    for tool in sorted(partial.glob("usr/lib/linux-kbuild-*/**/*")):
        if tool.is_file() and not tool.is_symlink() and _is_elf(tool):
            wrap(tool, partial, root)


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"
