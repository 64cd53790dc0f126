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
from kernels import Kernel
from progress import Progress

NEEDED = re.compile(r"linux-(?!(base|compiler-.*|libc-dev)$)")
"""Dependencies that do not only matter to an installed kernel."""

LIBRARIES = "usr/lib/x86_64-linux-gnu"
"""Where in another suite's packages the libraries are, and the loader."""

WRAPPER = """\
#!/bin/sh
exec {libraries}/ld-linux-x86-64.so.2 --library-path {libraries} \\
	--argv0 "$0" {program} "$@"
"""


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
    if (partial / LIBRARIES / "libc.so.6").exists():
        _wrap_tools(partial, root)
    partial.rename(root)


def _wrap_tools(partial: Path, root: Path) -> None:
    """Run the kernel's build tools with the libraries that came with them.

    Those of another suite want a newer C library than the machine has.
    """
    libraries = root / LIBRARIES
    for tool in sorted(partial.glob("usr/lib/linux-kbuild-*/**/*")):
        if not tool.is_file() or tool.is_symlink() or not _is_elf(tool):
            continue
        program = tool.rename(tool.with_name(f"{tool.name}.elf"))
        program = root / program.relative_to(partial)
        tool.write_text(WRAPPER.format(libraries=libraries, program=program))
        tool.chmod(0o755)


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"
