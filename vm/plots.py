# SPDX-License-Identifier: GPL-2.0
"""Results as pictures, by gnuplot."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from commands import Failure
from results import Result, Results

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


def draw(results: Results, folder: Path) -> None:
    """Write all pictures into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    for plot in PLOTS:
        script = _bars(plot, results) if plot.case else _lines(plot, results)
        for suffix, terminal in FORMATS.items():
            path = folder / f"{plot.name}.{suffix}"
            _gnuplot(f"set terminal {terminal}\nset output '{path}'\n{script}")


def _gnuplot(script: str) -> None:
    try:
        subprocess.run(["gnuplot"], input=script, text=True, check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        raise Failure(f"gnuplot: {error.stderr}") from error


def _caption(results: Results) -> str:
    return f"kernel {results.kernel}; {results.emulator}"


def _heading(plot: Plot, results: Results) -> str:
    return (
        f"set title \"{plot.title}\\n{{/*0.7 {_escaped(_caption(results))}}}\"\n"
        "set border 3\nset tics nomirror out\nset grid x lc rgb '#dddddd'\n"
    )


def _escaped(text: str) -> str:
    return text.replace("_", "\\\\_")


def _bars(plot: Plot, results: Results) -> str:
    """The least at the top; ours in a colour of their own."""
    lines = [line for line in results.of(plot.scenario) if line.key.case == plot.case]
    lines.sort(key=lambda line: -line.cost)
    data = "\n".join(_bar(number, line) for number, line in enumerate(lines))
    return (
        f"$data << EOD\n{data}\nEOD\n{_heading(plot, results)}"
        "set xlabel 'instructions'\nset xrange [0:*]\nset offsets 0,0,0.5,0.5\nunset key\n"
        "set style fill solid\n"
        "plot $data using ($2*0.5):1:($2*0.5):(0.35):3:ytic(4) with boxxyerror lc rgb variable, \\\n"
        "  $data using 2:1:(sprintf(' %d', $2)) with labels left\n"
    )


def _bar(number: int, line: Result) -> str:
    colour = THEIRS if line.is_rival else OURS
    return f"{number} {line.cost:.0f} {int(colour[1:], 16)} \"{_escaped(line.key.mechanism)}\""


def _lines(plot: Plot, results: Results) -> str:
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
        blocks.append(f"\"{_escaped(name)}\"\n" + "\n".join(points))
    data = "\n\n\n".join(blocks)
    return (
        f"$data << EOD\n{data}\nEOD\n{_heading(plot, results)}"
        "set logscale xy\nset xlabel 'bytes'\nset ylabel 'instructions'\nset key outside right\n"
        f"plot for [i=0:{len(names) - 1}] $data index i using 1:2 with linespoints lw 2 "
        "title columnheader(1)\n"
    )


def _bytes(case: str) -> int:
    number, unit = case.split()
    return int(number) * {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20}[unit]
