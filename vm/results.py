# SPDX-License-Identifier: GPL-2.0
"""What the benchmark writes: a kernel, an emulator, and results."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
"""As it comes: the kernel, the emulator, and the results of all scenarios."""


@dataclass(frozen=True)
class Key:
    """What a result is of."""

    scenario: str
    case: str
    mechanism: str

    def __str__(self) -> str:
        return f"{self.mechanism}, {self.case}"


@dataclass(frozen=True)
class Result:
    """One line of the results; None: it was not counted."""

    key: Key
    is_rival: bool
    cost: float
    spread: float
    syscalls: float | None
    switches: float | None
    wakeups: float | None


class Results:
    """All of a run, in its order."""

    def __init__(self, figures: Figures) -> None:
        self.kernel: str = figures["kernel"]
        self.emulator: str = figures["emulator"]
        self.all = list(_parse(figures))
        self._by_key = {result.key: result for result in self.all}

    def of(self, scenario: str) -> list[Result]:
        """Those of one scenario."""
        return [result for result in self.all if result.key.scenario == scenario]

    def get(self, key: Key) -> Result | None:
        """That of KEY, if there is one."""
        return self._by_key.get(key)


def load(path: Path) -> Results:
    """Those that are kept in PATH."""
    return Results(json.loads(path.read_text()))


def _parse(figures: Figures) -> Iterator[Result]:
    for line in figures["results"]:
        key = Key(line["scenario"], line["case"], line["mechanism"])
        rest = {name: line[name] for name in Result.__annotations__ if name != "key"}
        yield Result(key, **rest)
