# SPDX-License-Identifier: GPL-2.0
"""The kernel's own source in the cache: parts of it, or all, from Debian's package."""

import shutil
import zlib
from collections.abc import Sequence
from pathlib import Path

from apt import Apt, NotOffered
from commands import run
from files import CACHE, locked
from progress import Progress

HOME = CACHE / "linux-source"

UNPACK = """\
set -o pipefail
dpkg --fsys-tarfile "$1" | tar -xO "./usr/src/$2.tar.xz" | xz -dc -T0 |
	tar -x -C "$3" --strip-components=1 --wildcards \\
		--no-wildcards-match-slash "${@:4}"
"""


def parts_of_source(package: str, wanted: Sequence[str], progress: Progress) -> Path:
    """A folder with the files WANTED of PACKAGE, of whatever version it was fetched."""
    # The name changes with the list, so an older folder is not taken for this one.
    key = f"{zlib.crc32(chr(10).join(wanted).encode()):08x}"
    tree = HOME / f"{package}-{key}"
    if not tree.is_dir():
        with locked(HOME / "lock", progress):
            if not tree.is_dir():
                _unpack(package, _offered(package, progress), tree, wanted, progress)
    return tree


def whole_source(package: str, version: str, progress: Progress) -> Path:
    """The folder of all files of VERSION of PACKAGE."""
    tree = HOME / f"{package}-{version}"
    with locked(HOME / "lock", progress):
        if not tree.is_dir():
            _unpack(package, version, tree, (), progress)
    return tree


def _offered(package: str, progress: Progress) -> str:
    """The version apt offers; lists that have none are out of date."""
    apt = Apt()
    try:
        return apt.resolve((package,), lambda _: False)[package]
    except NotOffered:
        apt.update(progress)
        return apt.resolve((package,), lambda _: False)[package]


def _unpack(
    package: str, version: str, tree: Path, wanted: Sequence[str], progress: Progress
) -> None:
    """Unpack the files WANTED, or all, so that TREE appears complete or not at all."""
    deb = _download(package, version, progress)
    progress.phase(f"unpacking {package}")
    partial = tree.with_name(f"{tree.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    members = [f"{package}/{name}" for name in wanted]
    arguments = [str(deb), package, str(partial), *members]
    run(["bash", "-c", UNPACK, "bash", *arguments], CACHE / "unpack.log", progress)
    partial.rename(tree)


def _download(package: str, version: str, progress: Progress) -> Path:
    """The package itself, kept: its parts and the whole are read at different times."""
    folder = HOME / "download" / version
    done = folder / "complete"
    if not done.exists():
        progress.phase(f"downloading {package} (140 MB)")
        shutil.rmtree(HOME / "download", ignore_errors=True)
        folder.mkdir(parents=True)
        Apt().download({package: version}, folder, progress)
        done.touch()
    return next(folder.glob("*.deb"))
