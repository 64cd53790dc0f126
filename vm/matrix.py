# SPDX-License-Identifier: GPL-2.0
"""What became of each kernel that was tested, as a table and as data."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from guest import Outcome
from kernels import Kernel
from verdict import Counts

UNKNOWN = "-"
"""Shown where a kernel did not come so far."""

UNREADY = "could not be had"


@dataclass
class Row:
    """One kernel. It is filled in from the top: what is unknown was not reached."""

    key: str
    package: str
    version: str = UNKNOWN
    """Of the package, when the kernel was had."""
    release: str = UNKNOWN
    build: str = UNKNOWN
    boot: str = UNKNOWN
    counts: Counts = field(default_factory=Counts)
    log: str = UNKNOWN
    """Had the kernel anything to say that it must not?"""
    seconds: int = 0

    @classmethod
    def begin(cls, kernel: Kernel) -> "Row":
        """Of a kernel that nothing is known of yet."""
        return cls(kernel.key, kernel.image)

    def take(self, outcome: Outcome, counts: Counts, findings: list[str]) -> None:
        """Note how the guest fared."""
        self.counts = counts
        if outcome.boot_seconds is None:
            self.boot = "failed"
        else:
            self.boot = f"{outcome.boot_seconds:.0f} s"
            self.log = "bad" if findings else "silent"

    def stop(self) -> str:
        """Note that the kernel came no further, and say what was in the way."""
        self.counts = Counts(failed=1)
        if self.release == UNKNOWN:
            return UNREADY
        if self.build == UNKNOWN:
            self.build = "failed"
            return "could not be built for"
        return "could not be tested"

    def cells(self) -> dict[str, str]:
        """What the table shows, by column."""
        is_ready = self.release != UNKNOWN
        return {
            "kernel": self.release if is_ready else f"{self.key} {UNREADY}",
            "build": self.build,
            "boot": self.boot,
            **{name: str(count) for name, count in asdict(self.counts).items()},
            "log": self.log,
            "seconds": str(self.seconds),
        }


def print_table(rows: Sequence[Row]) -> None:
    """ROWS in columns as wide as they need."""
    lines = [list(rows[0].cells()), *(list(row.cells().values()) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths))
        print("  ".join(padded).rstrip(), flush=True)


def save(rows: Sequence[Row], path: Path) -> None:
    """Write ROWS to PATH, for load()."""
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")


def load(path: Path) -> list[Row]:
    """What save() wrote."""
    rows = json.loads(path.read_text())
    return [Row(counts=Counts(**row.pop("counts")), **row) for row in rows]
