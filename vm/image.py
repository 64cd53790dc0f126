# SPDX-License-Identifier: GPL-2.0
"""Make the guest's file system: busybox, the module, our programs, their libraries."""

import fnmatch
import gzip
import lzma
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from archive import Archive
from build import KSELFTEST, PROGRAMS
from commands import Failure
from files import CLONE

BUSYBOX = Path("/bin/busybox")

HOST_PROGRAMS = (Path("/usr/bin/timeout"),)
"""Where busybox does not do: kselftest's runner needs timeout --foreground."""

MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
"""Folders that are links into /usr, as on every Debian."""

PASSWD = b"""\
root:x:0:0:root:/root:/bin/sh
alice:x:1000:1000:first ordinary user:/tmp:/bin/sh
bob:x:1001:1001:second ordinary user:/tmp:/bin/sh
nobody:x:65534:65534:nobody:/tmp:/bin/sh
"""

GROUP = b"""\
root:x:0:
alice:x:1000:
bob:x:1001:
nogroup:x:65534:
"""


@dataclass
class Image:
    """An initramfs in the making."""

    archive: Archive
    elves: list[Path]
    """Every ELF file packed so far: their libraries come last."""

    @classmethod
    def begin(cls, path: Path, module: Path) -> "Image":
        """The part that every guest has."""
        image = cls(Archive(path), [])
        for name in MERGED:
            image.archive.link(name, f"usr/{name}")
        image._base()
        image._programs()
        image.archive.file(f"usr/lib/{module.name}", module)
        return image

    def needed_modules(self, folder: Path) -> None:
        """Add what ours needs of the kernel's own modules in FOLDER, if it is there."""
        for path in folder.glob("kunit.ko"):
            self.archive.file(f"usr/lib/{path.name}", path)

    def rivals(self, folder: Path) -> None:
        """Add what the benchmark compares with of the kernel's own modules in FOLDER."""
        for path in folder.glob("kernel/drivers/misc/ntsync.ko.xz"):
            self.archive.data(f"usr/lib/{path.stem}", lzma.decompress(path.read_bytes()))

    def tests(self, only: str = "*", but: Iterable[str] = ()) -> int:
        """Add the tests whose program's name matches ONLY and none of BUT; return how many."""
        listed = [
            (collection, path)
            for collection, path in _all_tests()
            if fnmatch.fnmatch(path.name, only)
            and not any(fnmatch.fnmatch(path.name, glob) for glob in but)
        ]
        for collection, path in listed:
            self._program(f"kselftest/{collection}/{path.name}", path)
        for path in sorted(KSELFTEST.rglob("*")):
            name = f"kselftest/{path.relative_to(KSELFTEST)}"
            if path.is_file() and path.name != "kselftest-list.txt":
                self._program(name, path)
        entries = [f"{collection}:{path.name}\n" for collection, path in listed]
        self.archive.data("kselftest/kselftest-list.txt", "".join(entries).encode())
        return len(entries)

    def fuzzer(self, arguments: Iterable[str], programs: Iterable[Path]) -> None:
        """Add the fuzzer, its ARGUMENTS, and the files of PROGRAMS, which follow them."""
        words = [*arguments]
        for number, path in enumerate(programs):
            self.archive.file(f"fuzz/{number}", path)
            words.append(f"/fuzz/{number}")
        self.archive.data("fuzz/arguments", " ".join(words).encode())
        self._program("usr/bin/ipcchan_fuzz", KSELFTEST / "ipcchan" / "ipcchan_fuzz")

    def text(self, name: str, source: Path) -> None:
        """Add the host's text file SOURCE, unpacked if it is gzipped."""
        data = source.read_bytes()
        is_packed = source.suffix == ".gz"
        self.archive.data(name, gzip.decompress(data) if is_packed else data)

    def finish(self) -> int:
        """Add the libraries of all programs and close; return the bytes unpacked."""
        for library in _libraries(self.elves):
            self.archive.file(_merged(library), library)
        return self.archive.close()

    def _base(self) -> None:
        self.archive.file("init", CLONE / "vm" / "init")
        self.archive.file("usr/bin/busybox", BUSYBOX)
        for path in HOST_PROGRAMS:
            self._program(f"usr/bin/{path.name}", path)
        applets = subprocess.run(
            [BUSYBOX, "--list"], capture_output=True, text=True, check=True
        ).stdout
        for applet in applets.split():
            self.archive.link(f"usr/bin/{applet}", "busybox")
        for name in ("proc", "sys", "dev", "root", "usr/sbin", "usr/lib64"):
            self.archive.folder(name)
        self.archive.folder("tmp", 0o1777)
        self.archive.data("etc/passwd", PASSWD)
        self.archive.data("etc/group", GROUP)

    def _programs(self) -> None:
        examples = _executables(PROGRAMS / "examples")
        for path in _executables(PROGRAMS) + examples:
            folder = "lib" if ".so" in path.name else "bin"
            self._program(f"usr/{folder}/{path.name}", path)

    def _program(self, name: str, source: Path) -> None:
        self.archive.file(name, source)
        with source.open("rb") as file:
            if file.read(4) == b"\x7fELF":
                self.elves.append(source)


def _all_tests() -> Iterable[tuple[str, Path]]:
    for line in (KSELFTEST / "kselftest-list.txt").read_text().split():
        collection, _, name = line.partition(":")
        yield collection, KSELFTEST / collection / name
    for path in _executables(PROGRAMS / "tests"):
        yield "userspace", path


def _executables(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.glob("*")
        if path.is_file() and os.access(path, os.X_OK)
    )


def _libraries(elves: Iterable[Path]) -> list[Path]:
    """The shared libraries, loader included, that ELVES need."""
    listing = subprocess.run(
        ["ldd", *sorted(set(elves))],
        env={"LD_LIBRARY_PATH": str(PROGRAMS), "PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    if missing := re.findall(r"^\s+(\S+) => not found", listing, re.MULTILINE):
        raise Failure(f"libraries not found: {', '.join(sorted(set(missing)))}")
    found = re.findall(r"^\s+(?:\S+ => )?(/\S+) \(", listing, re.MULTILINE)
    return [Path(path) for path in sorted(set(found))]


def _merged(library: Path) -> str:
    """Where the guest looks for the host's LIBRARY: below /usr."""
    if library.is_relative_to(PROGRAMS):
        return f"usr/lib/{library.name}"
    name = str(library)
    return name if name.startswith("/usr/") else f"/usr{name}"
