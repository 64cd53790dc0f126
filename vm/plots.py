# SPDX-License-Identifier: GPL-2.0
"""Results as pictures, by gnuplot."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from commands import Failure
from results import Results

FORMATS = {
    "svg": "svg size 900,480 enhanced background rgb 'white' font 'sans,12'",
    "png": "pngcairo size 1350,720 background rgb 'white' font 'sans,16'",
}

OURS, THEIRS = "#b03060", "#7090b0"


@dataclass(frozen=True)
class Plot:
    """One picture: a bar for each mechanism of a case, or a line over all cases."""

    name: str
    scenario: str
    title: str
    case: str | None = None
    leave_out: tuple[str, ...] = ()


PLOTS = (
    Plot("round_trip", "round_trip", "A request of 64 bytes and its answer", "64 B"),
    Plot("stream", "stream", "A message of 64 bytes of a stream", "64 B"),
    Plot("self", "self", "Sent and received by one thread, 64 bytes", "64 B"),
    Plot("lock_hand_off", "lock_hand_off", "A lock given to who sleeps for it", "a hand-off"),
    Plot("hand_over", "hand_over", "A block handed over, used by both, and back"),
    Plot("depth", "depth", "Sent to and received from a queue of 10000, by tag", "by tag, 10000"),
)


@dataclass(frozen=True)
class Bar:
    """One of a picture of bars."""

    name: str
    length: float
    is_ours: bool


def draw(results: Results, folder: Path) -> None:
    """Write all pictures into FOLDER."""
    for plot in PLOTS:
        draw_one = _bars if plot.case else _lines
        title = heading(plot.title, f"kernel {results.kernel}; {results.emulator}")
        picture(folder, plot.name, draw_one(plot, results, title))


def picture(folder: Path, name: str, script: str) -> None:
    """Write what SCRIPT draws into FOLDER, in all formats."""
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, terminal in FORMATS.items():
        path = folder / f"{name}.{suffix}"
        _gnuplot(f"set terminal {terminal}\nset output '{path}'\n{script}")


def _gnuplot(script: str) -> None:
    try:
        subprocess.run(["gnuplot"], input=script, text=True, check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        raise Failure(f"gnuplot: {error.stderr}") from error


def heading(title: str, caption: str) -> str:
    """How each script begins, after its data."""
    return (
        f"set title \"{title}\\n{{/*0.7 {_escaped(caption)}}}\"\n"
        "set border 3\nset tics nomirror out\nset grid x lc rgb '#dddddd'\n"
    )


def quoted(name: str) -> str:
    """NAME as a string of gnuplot."""
    return f'"{_escaped(name)}"'


def _escaped(text: str) -> str:
    return text.replace("_", "\\\\_")


def bars(entries: Sequence[Bar], title: str, unit: str) -> str:
    """The shortest at the top; ours in a colour of their own."""
    longest_first = sorted(entries, key=lambda bar: -bar.length)
    data = "\n".join(_bar(number, bar) for number, bar in enumerate(longest_first))
    return (
        f"$data << EOD\n{data}\nEOD\n{title}"
        f"set xlabel '{unit}'\nset xrange [0:*]\nset offsets 0,0,0.5,0.5\nunset key\n"
        "set style fill solid\n"
        "plot $data using ($2*0.5):1:($2*0.5):(0.35):3:ytic(4) with boxxyerror lc rgb variable, \\\n"
        "  $data using 2:1:(sprintf(' %d', $2)) with labels left\n"
    )


def _bar(number: int, bar: Bar) -> str:
    colour = OURS if bar.is_ours else THEIRS
    return f"{number} {bar.length:.0f} {int(colour[1:], 16)} {quoted(bar.name)}"


def _bars(plot: Plot, results: Results, title: str) -> str:
    lines = [line for line in results.of(plot.scenario) if line.key.case == plot.case]
    entries = [Bar(line.key.mechanism, line.cost, not line.is_rival) for line in lines]
    return bars(entries, title, "instructions")


def _lines(plot: Plot, results: Results, title: str) -> str:
    """Over the sizes that the cases are named by."""
    lines = results.of(plot.scenario)
    names = list(dict.fromkeys(line.key.mechanism for line in lines))
    blocks = []
    for name in names:
        points = [
            f"{_bytes(line.key.case)} {line.cost:.0f}"
            for line in lines
            if line.key.mechanism == name
        ]
        blocks.append(f"{quoted(name)}\n" + "\n".join(points))
    data = "\n\n\n".join(blocks)
    return (
        f"$data << EOD\n{data}\nEOD\n{title}"
        "set logscale xy\nset xlabel 'bytes'\nset ylabel 'instructions'\nset key outside right\n"
        f"plot for [i=0:{len(names) - 1}] $data index i using 1:2 with linespoints lw 2 "
        "title columnheader(1)\n"
    )


def _bytes(case: str) -> int:
    number, unit = case.split()
    return int(number) * {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20}[unit]
