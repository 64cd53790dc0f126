# SPDX-License-Identifier: GPL-2.0
"""Fetch Debian's kernel packages into the cache, without installing them.

Names and versions come from apt. A fetched kernel is unpacked beside the
cache's place for it and then renamed, so what has its final name is complete.
Downloads that were cut short are continued.
"""

import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from apt import Apt
from commands import Failure, run
from files import CACHE, locked
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


@dataclass(frozen=True)
class FetchedKernel:
    """A kernel in the cache, unpacked below ROOT."""

    root: Path

    @cached_property
    def headers(self) -> Path:
        """The build folder: KDIR of `make modules`."""
        return next(self.root.glob("usr/src/linux-headers-*/.config")).parent

    @property
    def release(self) -> str:
        """What `uname -r` says on it."""
        return self.headers.name.removeprefix("linux-headers-")

    @property
    def vmlinuz(self) -> Path:
        """The bootable image; from 7.0 on it is with the modules."""
        old = self.root / "boot" / f"vmlinuz-{self.release}"
        return old if old.exists() else self._modules / "vmlinuz"

    @property
    def changelog(self) -> Path:
        """A long English text that comes with every kernel, gzipped."""
        return next(self.root.glob("usr/share/doc/linux-*/changelog*.gz"))

    @property
    def _modules(self) -> Path:
        return self.root / "usr/lib/modules" / self.release


def fetch(kernel: Kernel, progress: Progress) -> FetchedKernel:
    """The newest version of KERNEL that apt offers, or else the cached one."""
    home = CACHE / "kernels" / kernel.key
    current = home / "current"
    apt = Apt(kernel.suites, kernel.versions)
    with locked(CACHE / "lock", progress):
        if not _is_newest(current, apt):
            try:
                _update(kernel, apt, home, progress)
            except Failure:
                if not current.exists():
                    raise
                cached = current.readlink()
                progress.note(f"cannot fetch what apt offers, using {cached}")
        return FetchedKernel(current.resolve())


def _is_newest(current: Path, apt: Apt) -> bool:
    """Has apt learned nothing since CURRENT was chosen?"""
    try:
        return not apt.is_stale and current.lstat().st_mtime > apt.updated
    except FileNotFoundError:
        return False


def _update(kernel: Kernel, apt: Apt, home: Path, progress: Progress) -> None:
    """Point home/current at the version apt offers, fetching it if need be."""
    progress.phase(f"kernel {kernel.key}: asking apt")
    root = _newest(kernel, apt, home, progress)
    link = home / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(root.name)
    link.rename(home / "current")


def _newest(kernel: Kernel, apt: Apt, home: Path, progress: Progress) -> Path:
    """The folder of the newest version; lists that fail us are out of date."""
    if not apt.is_stale:
        with suppress(Failure):
            return _obtain(kernel, apt, home, progress)
    apt.update(progress)
    return _obtain(kernel, apt, home, progress)


def _obtain(kernel: Kernel, apt: Apt, home: Path, progress: Progress) -> Path:
    """The folder of the version apt offers, complete."""
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
