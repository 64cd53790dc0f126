# SPDX-License-Identifier: GPL-2.0
"""Fetch Debian's kernel packages into the cache, without installing them.

Names and versions come from the machine's own apt. A fetched kernel is
unpacked beside the cache's place for it and then renamed, so what has its
final name is complete. Downloads that were cut short are continued.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from commands import Failure, as_root, run
from files import CACHE, locked
from kernels import Kernel
from progress import Progress

APT_LISTS = Path("/var/lib/apt/lists")

NOT_NEEDED = re.compile(r"linux-(base|compiler-.*|libc-dev)$")
"""Dependencies that only matter to an installed kernel."""

Packages = dict[str, str]
"""Name and version of each package a kernel is made of."""


@dataclass(frozen=True)
class FetchedKernel:
    """A kernel in the cache, unpacked below ROOT."""

    root: Path

    @cached_property
    def release(self) -> str:
        """What `uname -r` says on it."""
        return self.vmlinuz.name.removeprefix("vmlinuz-")

    @cached_property
    def vmlinuz(self) -> Path:
        """The bootable image."""
        return next(self.root.glob("boot/vmlinuz-*"))

    @property
    def headers(self) -> Path:
        """The build folder: KDIR of `make modules`."""
        return self.root / "usr/src" / f"linux-headers-{self.release}"

    @property
    def changelog(self) -> Path:
        """A long English text that comes with every kernel, gzipped."""
        return next(self.root.glob("usr/share/doc/linux-image-*/changelog*.gz"))


def fetch(kernel: Kernel, progress: Progress) -> FetchedKernel:
    """The newest version of KERNEL that apt offers, or else the cached one."""
    home = CACHE / "kernels" / kernel.key
    current = home / "current"
    with locked(CACHE / "lock", progress):
        if not _is_newest(current):
            try:
                _update(kernel, home, progress)
            except Failure:
                if not current.exists():
                    raise
                cached = current.readlink()
                progress.note(f"cannot fetch what apt offers, using {cached}")
        return FetchedKernel(current.resolve())


def _is_newest(current: Path) -> bool:
    """Has apt learned nothing since CURRENT was chosen?"""
    try:
        return current.lstat().st_mtime > APT_LISTS.stat().st_mtime
    except FileNotFoundError:
        return False


def _update(kernel: Kernel, home: Path, progress: Progress) -> None:
    """Point home/current at the version apt offers, fetching it if need be."""
    progress.phase(f"kernel {kernel.key}: asking apt")
    try:
        root = _obtain(kernel, home, progress)
    except Failure:
        progress.phase("apt-get update")
        run(as_root(["apt-get", "update"]), CACHE / "apt-update.log", progress)
        root = _obtain(kernel, home, progress)
    link = home / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(root.name)
    link.rename(home / "current")


def _obtain(kernel: Kernel, home: Path, progress: Progress) -> Path:
    """The folder of the version apt offers, complete."""
    packages = _resolve(kernel)
    root = home / packages[kernel.image]
    if root.is_dir():
        return root
    downloads = home / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    progress.phase(f"kernel {kernel.key}: downloading {packages[kernel.image]}")
    debs = _download(packages, downloads, progress)
    progress.phase(f"kernel {kernel.key}: unpacking")
    _unpack(debs, root, progress)
    shutil.rmtree(downloads)
    return root


def _resolve(kernel: Kernel) -> Packages:
    """Every package of KERNEL, found by following its metapackages."""
    found: Packages = {}
    wanted = {kernel.image, kernel.headers}
    while wanted:
        shown = subprocess.run(
            ["apt-cache", "show", "--no-all-versions", *sorted(wanted)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
        answers = [_fields(text) for text in shown.split("\n\n") if text.strip()]
        found |= {answer["Package"]: answer["Version"] for answer in answers}
        if missing := wanted - found.keys():
            raise Failure(f"apt does not offer {', '.join(sorted(missing))}")
        wanted = {name for answer in answers for name in _depends(answer)}
        wanted -= found.keys()
    return found


def _fields(paragraph: str) -> dict[str, str]:
    return dict(re.findall(r"^(\S+): (.*)$", paragraph, re.MULTILINE))


def _depends(answer: dict[str, str]) -> list[str]:
    """The parts of the kernel that a package needs; the first alternative."""
    names = re.findall(r"(?:^|,) *([^ ,(:|]+)", answer.get("Depends", ""))
    return [n for n in names if n.startswith("linux-") and not NOT_NEEDED.match(n)]


def _download(packages: Packages, folder: Path, progress: Progress) -> list[Path]:
    """Download PACKAGES into FOLDER, whose partial files are continued."""
    script = 'cd "$0" && exec apt-get -q -o APT::Sandbox::User=root download "$@"'
    names = [f"{name}={version}" for name, version in packages.items()]
    run(["sh", "-c", script, folder, *names], CACHE / "download.log", progress)
    return [
        deb
        for name, version in packages.items()
        for deb in folder.glob(f"{name}_{version.replace(':', '%3a')}_*.deb")
    ]


def _unpack(debs: list[Path], root: Path, progress: Progress) -> None:
    """Unpack DEBS so that ROOT appears complete or not at all."""
    partial = root.with_name(f"{root.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for deb in debs:
        run(["dpkg", "-x", deb, partial], CACHE / "unpack.log", progress)
    for makefile in partial.glob("usr/src/linux-headers-*/Makefile"):
        text = makefile.read_text()
        makefile.write_text(text.replace(" /usr/src/", f" {root}/usr/src/"))
    partial.rename(root)
