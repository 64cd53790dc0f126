# SPDX-License-Identifier: GPL-2.0
"""Get a kernel ready in the cache: the newest that apt offers, or else the last one.

Each version has a folder below the kernel's home, which is made beside its place
and then renamed, so what has its final name is complete; the link "current" leads
to the one in use.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from apt import Apt, NotOffered
from commands import Failure
from compile import compile_kernel, home_of_compiled
from fetch import fetch
from files import CACHE, locked
from kernels import Kernel
from progress import Progress


@dataclass(frozen=True)
class ReadyKernel:
    """A kernel in the cache, below ROOT as Debian's packages would unpack it."""

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
        return old if old.exists() else self.modules / "vmlinuz"

    @property
    def changelog(self) -> Path:
        """A long English text that comes with every fetched kernel, gzipped."""
        return next(self.root.glob("usr/share/doc/linux-*/changelog*.gz"))

    @property
    def modules(self) -> Path:
        """Where the kernel's own modules are."""
        return self.root / "usr/lib/modules" / self.release


def ready(kernel: Kernel, progress: Progress) -> ReadyKernel:
    """The newest version of KERNEL that apt offers, or else the cached one."""
    home = CACHE / "kernels" / kernel.key
    if kernel.fragments:
        home = home_of_compiled(kernel, progress)
    current = home / "current"
    apt = Apt(kernel.suites, kernel.versions)
    with locked(home.with_name(f".{home.name}.lock"), progress):
        if not _is_newest(current, apt):
            try:
                _update(kernel, apt, home, progress)
            except Failure as failure:
                if not current.exists():
                    raise
                progress.note(f"{failure}\nusing {current.readlink()} instead")
        return ReadyKernel(current.resolve())


def _is_newest(current: Path, apt: Apt) -> bool:
    """Has apt learned nothing since CURRENT was chosen?"""
    try:
        return not apt.is_stale and current.lstat().st_mtime > apt.updated
    except FileNotFoundError:
        return False


def _update(kernel: Kernel, apt: Apt, home: Path, progress: Progress) -> None:
    """Point home/current at the version apt offers, making it if need be."""
    progress.phase(f"kernel {kernel.key}: asking apt")
    root = _newest(kernel, apt, home, progress)
    link = home / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(root.name)
    link.rename(home / "current")


def _newest(kernel: Kernel, apt: Apt, home: Path, progress: Progress) -> Path:
    """The folder of the newest version; lists that fail us are out of date."""
    obtain = compile_kernel if kernel.fragments else fetch
    if not apt.is_stale:
        with suppress(NotOffered):
            return obtain(kernel, apt, home, progress)
    apt.update(progress)
    return obtain(kernel, apt, home, progress)
