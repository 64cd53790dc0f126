# SPDX-License-Identifier: GPL-2.0
"""Write an initramfs: a gzipped cpio archive in the kernel's "newc" format.

See the kernel's Documentation/driver-api/early-userspace/buffer-format.rst.
Written here rather than by cpio(1) so that no root, no staging folder and no
further package is needed; everything in the archive belongs to root.
"""

import gzip
import stat
from pathlib import Path, PurePosixPath

FASTEST = 1


class Archive:
    """A file tree being packed. Parents are made as needed; the first wins."""

    def __init__(self, path: Path) -> None:
        self._file = gzip.open(path, "wb", compresslevel=FASTEST)
        self._names: set[str] = set()

    def folder(self, name: str, mode: int = 0o755) -> None:
        """Add an empty folder."""
        self._add(name, stat.S_IFDIR | mode, b"")

    def link(self, name: str, target: str) -> None:
        """Add a symbolic link."""
        self._add(name, stat.S_IFLNK | 0o777, target.encode())

    def data(self, name: str, data: bytes) -> None:
        """Add a file with the content DATA."""
        self._add(name, stat.S_IFREG | 0o644, data)

    def file(self, name: str, source: Path) -> None:
        """Add a copy of the host's file SOURCE."""
        mode = 0o755 if source.stat().st_mode & stat.S_IXUSR else 0o644
        self._add(name, stat.S_IFREG | mode, source.read_bytes())

    def close(self) -> int:
        """Finish the archive; return its size in bytes, not compressed."""
        self._entry("TRAILER!!!", 0, b"")
        size = self._file.tell()
        self._file.close()
        return size

    def _add(self, name: str, mode: int, data: bytes) -> None:
        name = name.lstrip("/")
        if name in self._names:
            return
        parent = str(PurePosixPath(name).parent)
        if parent != "." and parent not in self._names:
            self.folder(parent)
        self._names.add(name)
        self._entry(name, mode, data)

    def _entry(self, name: str, mode: int, data: bytes) -> None:
        """Header, name and data, each padded to a multiple of four."""
        raw = name.encode() + b"\0"
        inode, links = len(self._names), 1
        fields = (inode, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(raw), 0)
        header = b"070701" + b"".join(b"%08X" % field for field in fields)
        self._file.write(_padded(header + raw))
        self._file.write(_padded(data))


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
