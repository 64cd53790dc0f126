# SPDX-License-Identifier: GPL-2.0
"""What of the module's code has run, of the data that the kernel's gcov collected."""

import io
import json
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from commands import run
from files import BUILD, CLONE
from progress import Progress

FOLDER = BUILD / "coverage"
HTML = FOLDER / "html" / "index.html"

ASSERTION = r".*\b(?:lockdep_assert_held|WARN_ON\w*)\(.*"
"""A line whose branches are taken only if the module is broken."""

UNIT_TESTS = "tests/"
"""Part of the module where there is KUnit, but not what is tested."""


@dataclass(frozen=True)
class Coverage:
    """Of one file, or of all."""

    name: str
    lines: int
    lines_run: int
    branches: int
    branches_run: int
    missed: tuple[int, ...] = ()
    """The numbers of the lines that did not run."""

    @property
    def line_percent(self) -> float:
        """Of the lines."""
        return _percent(self.lines_run, self.lines)

    @property
    def branch_percent(self) -> float:
        """Of the branches."""
        return _percent(self.branches_run, self.branches)


def measure(module: Path, data: bytes, progress: Progress) -> list[Coverage]:
    """The coverage of each source file of MODULE by DATA, a tar file; also as HTML."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    objects = FOLDER / "objects"
    _collect(module.parent, data, objects)
    HTML.parent.mkdir(parents=True)
    report = FOLDER / "coverage.json"
    command = [
        *("gcovr", "--root", str(CLONE), "--filter", str(CLONE / "kmod/")),
        *("--gcov-executable", "gcov-12", "--exclude-unreachable-branches"),
        *("--exclude-branches-by-pattern", ASSERTION, "--json", str(report)),
        *("--html-details", str(HTML), "--object-directory", str(objects)),
        str(objects),
    ]
    run(command, FOLDER / "gcovr.log", progress)
    files = json.loads(report.read_text())["files"]
    return [_of_file(file) for file in files]


def total(files: Iterable[Coverage]) -> Coverage:
    """Of all FILES together."""
    rows = list(files)
    return Coverage(
        "all",
        sum(row.lines for row in rows),
        sum(row.lines_run for row in rows),
        sum(row.branches for row in rows),
        sum(row.branches_run for row in rows),
    )


def _collect(build: Path, data: bytes, objects: Path) -> None:
    """Bring together what the compiler noted of the code, and what the kernel counted."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive.getmembers():
            counted = archive.extractfile(member)
            _, _, name = member.name.rpartition("/kmod/")
            if not counted or name.startswith(UNIT_TESTS):
                continue
            target = objects / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(counted.read())
            notes = (build / name).with_suffix(".gcno")
            shutil.copy(notes, target.with_suffix(".gcno"))


def _of_file(file: dict[str, object]) -> Coverage:
    """Of a file as gcovr's JSON has it."""
    lines = [*_lines(file)]
    branches = [branch for _, _, found in lines for branch in found]
    return Coverage(
        str(file["file"]).rpartition("kmod/")[2],
        len(lines),
        sum(bool(count) for _, count, _ in lines),
        len(branches),
        sum(bool(count) for count in branches),
        tuple(number for number, count, _ in lines if not count),
    )


def _lines(file: dict[str, object]) -> Iterator[tuple[int, int, list[int]]]:
    """Number and count of each line of code, and the counts of its branches."""
    lines = file["lines"]
    assert isinstance(lines, list)
    for line in lines:
        if not line.get("gcovr/noncode"):
            counts = [branch["count"] for branch in line["branches"]]
            yield line["line_number"], line["count"], counts


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 100.0
