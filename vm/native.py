# SPDX-License-Identifier: GPL-2.0
"""What `make bench-native` measured, as a table and as pictures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from files import CLONE
from plots import Bar, bars, heading, picture, quoted
from tables import NOTHING, markdown

NATIVE = CLONE / "bench" / "native.json"

OURS = "ipcchan "
"""How the names of our mechanisms begin."""

NS_PER_MS = 1e6
NS_PER_US = 1e3

STREAM = "stream_64"
ONE_CPU = "stream_64_one_cpu"
BLOCK = "block_1m"
STREAMS = {
    STREAM: "64 B",
    "stream_1024": "1 KiB",
    "stream_65536": "64 KiB",
    BLOCK: "1 MiB block",
    ONE_CPU: "64 B on one CPU",
}
QUANTILES = {"ns": "50 %", "p90_ns": "90 %", "p99_ns": "99 %", "p999_ns": "99.9 %"}


@dataclass(frozen=True)
class Goal:
    """Of a stream of 64 bytes, so many times as many messages as a rival's."""

    number: int
    ours: str
    rival: str
    least: float
    stream: str = STREAM


GOALS = (
    Goal(5, "ipcchan ring", "POSIX mq", 12),
    Goal(5, "ipcchan ring, no spin", "POSIX mq", 12),
    Goal(5, "ipcchan ring, by 16", "POSIX mq", 12),
    Goal(5, "ipcchan ring", "POSIX mq", 50, ONE_CPU),
    Goal(5, "ipcchan ring, no spin", "POSIX mq", 50, ONE_CPU),
    Goal(9, "ipcchan ring", "AF_UNIX stream", 300, BLOCK),
    Goal(9, "ipcchan ring", "iceoryx 2.0, spins", 8),
    Goal(9, "ipcchan ring, no spin", "iceoryx 2.0", 8),
    Goal(9, "ipcchan ring, no spin", "iceoryx 2.0", 8, ONE_CPU),
)
"""Numbers are those of docs/performance.md. Only "no spin" sleeps at once, as rivals do."""


@dataclass(frozen=True)
class Line:
    """One mechanism: its figures by their names; None: it was not measured for that."""

    mechanism: str
    figures: dict[str, float | None]


@dataclass(frozen=True)
class Native:
    """All of a run."""

    kernel: str
    processor: str
    lines: Sequence[Line]


def load(path: Path = NATIVE) -> Native:
    """Those that are kept in PATH."""
    lines: list[dict[str, Any]] = json.loads(path.read_text())["native"]
    kernel, processor = lines[0]["kernel"], lines[0]["processor"]
    return Native(kernel, processor, [_line(line) for line in lines])


def _line(line: dict[str, Any]) -> Line:
    texts = ("mechanism", "kernel", "processor")
    return Line(line["mechanism"], {name: line[name] for name in line if name not in texts})


def measured_on(native: Native) -> str:
    """Where the figures are from."""
    return f"{native.processor}, Linux {native.kernel}"


def table(native: Native) -> str:
    """Streams in thousands of messages a second, round trips in microseconds."""
    head = ["mechanism"]
    for size in STREAMS.values():
        head.append(f"{size}, k/s")
    head[2:2] = ["calls"]
    head += ["round trip, us", *(f"{name}, us" for name in list(QUANTILES.values())[1:]), "calls"]
    return markdown([head, *(_cells(line.mechanism, line.figures) for line in native.lines)])


def goals(native: Native) -> str:
    """A line for each comparison of a goal."""
    figures = {line.mechanism: line.figures for line in native.lines}
    rows = [["goal", "messages of a stream", "at least", "reached", ""]]
    for goal in GOALS:
        name = f"{goal.stream}_ns"
        reached = (figures[goal.rival][name] or 0) / (figures[goal.ours][name] or 1)
        verdict = "met" if reached >= goal.least else "not met"
        what = f"{goal.ours} / {goal.rival}, {STREAMS[goal.stream]}"
        rows.append([str(goal.number), what, f"{goal.least:.0f}", f"{reached:.1f}", verdict])
    return markdown(rows)


def _cells(mechanism: str, figures: dict[str, float | None]) -> list[str]:
    streams = [_per(figures[f"{name}_ns"], NS_PER_MS) for name in STREAMS]
    streams[1:1] = [_number(figures["stream_64_calls"])]
    trips = [figures[f"round_trip_64_{name}"] for name in QUANTILES]
    times = [_number(None if ns is None else ns / NS_PER_US) for ns in trips]
    return [mechanism, *streams, *times, _number(figures["round_trip_64_calls"])]


def _per(ns: float | None, span: float) -> str:
    return NOTHING if ns is None else f"{span / ns:.0f}"


def _number(number: float | None) -> str:
    return NOTHING if number is None else f"{number:.2f}"


def draw(native: Native, folder: Path) -> None:
    """Write the pictures into FOLDER."""
    where = measured_on(native)
    picture(folder, "native_stream", _stream(native, heading(
        "A message of 64 bytes of a stream, from one processor to another", where)))  # fmt: skip
    picture(folder, "native_round_trip", _round_trip(native, heading(
        "64 bytes and their answer: what so many round trips do not exceed", where)))  # fmt: skip


def _stream(native: Native, title: str) -> str:
    entries = [
        Bar(line.mechanism, ns, line.mechanism.startswith(OURS))
        for line in native.lines
        if (ns := line.figures["stream_64_ns"]) is not None
    ]
    return bars(entries, title, "nanoseconds")


def _round_trip(native: Native, title: str) -> str:
    """A line for each mechanism, over the quantiles."""
    blocks = []
    for line in native.lines:
        points = [
            f"{number} {(line.figures[f'round_trip_64_{name}'] or 0) / NS_PER_US:.3f}"
            for number, name in enumerate(QUANTILES)
        ]
        blocks.append(f"{quoted(line.mechanism)}\n" + "\n".join(points))
    data = "\n\n\n".join(blocks)
    # A label of an axis is a format, where % stands for a number.
    names = [name.replace("%", "%%") for name in QUANTILES.values()]
    tics = ", ".join(f"'{name}' {number}" for number, name in enumerate(names))
    last = len(blocks) - 1
    return (
        f"$data << EOD\n{data}\nEOD\n{title}"
        f"set logscale y\nset xtics ({tics})\nset xrange [-0.2:{len(QUANTILES) - 0.8}]\n"
        "set ylabel 'microseconds'\nset key outside right\n"
        f"plot for [i=0:{last}] $data index i using 1:2 with linespoints lw 2 "
        "title columnheader(1)\n"
    )
