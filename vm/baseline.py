# SPDX-License-Identifier: GPL-2.0
"""The figures that bench/baseline.json keeps, and whether what is ours costs more now."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from commands import Failure
from files import CLONE
from results import Figures, Key, Results

BASELINE = CLONE / "bench" / "baseline.json"

MOST_GROWTH = 0.01
"""More than that is a failure: repeats differ by less."""

ROUNDING = 0.01
"""What a figure may differ by that is told with two digits."""

OURS = "ipcchan"
"""How the name of a mechanism begins that is not a rival."""

COSTS = ("cost", "syscalls", "switches", "wakeups")
"""What of a result must not grow."""

@dataclass(frozen=True)
class Place:
    """Where a cost stands."""

    key: Key
    cost: str

    @property
    def is_ours(self) -> bool:
        """Is it of something that the module does?"""
        return self.key.mechanism.startswith(OURS)

    def __str__(self) -> str:
        return f"{self.key.scenario}: {self.key}, {self.cost}"


def update(figures: Figures) -> None:
    """Make FIGURES what later runs are compared with."""
    BASELINE.parent.mkdir(exist_ok=True)
    BASELINE.write_text(json.dumps(figures, indent=1) + "\n")


def load() -> Figures:
    """What was kept."""
    try:
        figures: Figures = json.loads(BASELINE.read_text())
    except FileNotFoundError as error:
        raise Failure(f"there is no {BASELINE}: --update writes it") from error
    return figures


def compare(before: Figures, now: Figures) -> Iterator[str]:
    """Say what is ours and costs more than BEFORE, or cannot be compared."""
    old, new = dict(_costs(before)), dict(_costs(now))
    factor = _factor(before, now)
    for place in sorted((old.keys() | new.keys()), key=str):
        if not place.is_ours:
            continue
        if place not in new:
            yield f"{place}: is not measured any more"
        elif place not in old:
            yield f"{place}: was not measured before"
        elif new[place] > old[place] * factor * (1 + MOST_GROWTH) + ROUNDING:
            growth = new[place] / (old[place] * factor) - 1 if old[place] else 1
            yield f"{place}: {new[place]:g} instead of {old[place] * factor:g}, {growth:+.1%}"


def kernels(before: Figures, now: Figures) -> str:
    """On which kernels, in words."""
    if before["kernel"] == now["kernel"]:
        return "on the same kernel"
    factor = _factor(before, now)
    return (
        f"on {before['kernel']}, of which the rivals' costs are {factor:.4f} here"
    )


def _costs(figures: Figures) -> Iterator[tuple[Place, float]]:
    for result in Results(figures).all:
        for cost in COSTS:
            if (figure := getattr(result, cost)) is not None:
                yield Place(result.key, cost), figure


def _factor(before: Figures, now: Figures) -> float:
    """How much dearer all is by the kernel: the rivals say it."""
    if before["kernel"] == now["kernel"]:
        return 1.0
    old, new = dict(_costs(before)), dict(_costs(now))
    rivals = [place for place in old.keys() & new.keys() if not place.is_ours]
    return median(new[place] / old[place] for place in rivals if old[place])
