# SPDX-License-Identifier: GPL-2.0
"""Results as tables of Markdown."""

from collections.abc import Iterable, Sequence

from goals import GOALS, Goal
from results import Key, Result, Results

NOTHING = "-"

COUNTS = ("system calls", "switches", "wake-ups")


def scenario(results: Results, name: str) -> str:
    """A line for each mechanism, a column for each case; counts are of the first case."""
    lines = results.of(name)
    cases = _once(line.key.case for line in lines)
    mechanisms = _once(line.key.mechanism for line in lines)
    counted = any(line.syscalls is not None for line in lines)
    rows = [["mechanism", *cases, *(COUNTS if counted else ())]]
    for mechanism in mechanisms:
        found = [results.get(Key(name, case, mechanism)) for case in cases]
        first = next(result for result in found if result)
        rows.append([mechanism, *map(_cost, found), *(_counts(first) if counted else ())])
    return markdown(rows)


def goals(results: Results) -> str:
    """A line for each comparison of a goal."""
    rows = [["goal", "comparison", "at most", "reached", ""]]
    rows += [_goal(goal, results) for goal in GOALS]
    return markdown(rows)


MATTERS = (
    (
        "a request and its answer",
        "round_trip",
        "64 B",
        (
            "ipcchan call",
            "ipcchan call, YIELD",
            "ipcchan ring, in turn",
            "ipcchan ring, yields",
        ),
    ),
    ("a message, sent and received", "self", "64 B", ("ipcchan send, receive",)),
    ("a message of a stream", "stream", "64 B", ("ipcchan ring", "ipcchan send, receive")),
    ("a message of 64 together", "batch", "64 at once", ("ipcchan pack", "ipcchan ring")),
    ("a message for 8 receivers", "fan_out", "8 receivers", ("ipcchan broadcast",)),
    ("a message by tag, of 10000", "depth", "by tag, 10000", ("ipcchan send, receive",)),
    ("16 MiB handed over", "hand_over", "16 MiB", ("ipcchan MOVE, huge pages",)),
    ("a lock nobody else wants", "lock_pair", "a pair", ("ipcchan mutex",)),
    ("a lock given to who sleeps", "lock_hand_off", "a hand-off", ("ipcchan mutex",)),
)
"""What the README tells: title, scenario, case, and of ours which."""


def summary(results: Results) -> str:
    """What matters: ours, and the best rival and how much more or less ours costs."""
    rows = [["", "ipcchan", "instructions", "best of the others", "instructions", "ratio"]]
    for title, name, case, mechanisms in MATTERS:
        rivals = [line for line in results.of(name) if line.is_rival and line.key.case == case]
        best = min(rivals, key=lambda line: line.cost)
        for mechanism in mechanisms:
            ours = results.get(Key(name, case, mechanism))
            if ours is None:
                raise KeyError(f"{name}, {case}, {mechanism}")
            rows.append(
                [
                    title,
                    mechanism.removeprefix("ipcchan "),
                    _cost(ours),
                    best.key.mechanism,
                    _cost(best),
                    f"{ours.cost / best.cost:.2f}",
                ]
            )
    return markdown(rows)


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """ROWS as a table; the first are its headings."""
    head, *rest = rows
    lines = [head, ["---"] * len(head), *rest]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _goal(goal: Goal, results: Results) -> list[str]:
    reached = goal.reached(results)
    if reached is None:
        verdict, figure = "not measured", NOTHING
    else:
        verdict = "met" if reached <= goal.most else "not met"
        figure = _ratio(reached)
    return [str(goal.number), goal.text, _ratio(goal.most), figure, verdict]


def _ratio(number: float) -> str:
    return f"{number:.0f}" if number >= 10 or number == 0 else f"{number:.3f}"


def _cost(result: Result | None) -> str:
    return NOTHING if result is None else f"{result.cost:.0f}"


def _counts(result: Result) -> list[str]:
    counts = (result.syscalls, result.switches, result.wakeups)
    return [NOTHING if count is None else f"{count:.2f}" for count in counts]


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
