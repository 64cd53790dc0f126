# SPDX-License-Identifier: GPL-2.0
"""What the module shall cost at most, beside its rivals, and whether it does."""

from collections.abc import Iterator
from dataclasses import dataclass

from results import Key, Result, Results

CALL = Key("round_trip", "64 B", "ipcchan call")
YIELD = Key("round_trip", "64 B", "ipcchan call, YIELD")
SEMAPHORES = Key("requests", "of 500", "ipcchan semaphore, shm")
RING_TURNS = Key("round_trip", "64 B", "ipcchan ring, in turn")
RING_YIELDS = Key("round_trip", "64 B", "ipcchan ring, yields")
RING_BATCH = Key("batch", "64 at once", "ipcchan ring")
PACK = Key("batch", "64 at once", "ipcchan pack")
STREAM = Key("stream", "64 B", "ipcchan ring")
MAILBOX = "ipcchan send, receive"


@dataclass(frozen=True)
class Goal:
    """One comparison. OVER None: with 1. WHAT: the cost, or a count."""

    number: int
    ours: Key
    over: Key | None
    most: float
    what: str = "cost"

    @property
    def text(self) -> str:
        """What is compared."""
        names = {"cost": "", "syscalls": "system calls of ", "wakeups": "wake-ups of "}
        over = f" / {self.over}" if self.over else ""
        return f"{self.ours.scenario}: {names[self.what]}{self.ours}{over}"

    def reached(self, results: Results) -> float | None:
        """What it is; None: that was not measured."""
        ours = _figure(results.get(self.ours), self.what)
        over = _figure(results.get(self.over), self.what) if self.over else 1.0
        return None if ours is None or over is None else ours / over


def _figure(result: Result | None, what: str) -> float | None:
    return None if result is None else getattr(result, what)


def _beside(number: int, ours: Key, limits: dict[str, float]) -> Iterator[Goal]:
    """OURS beside the same of rivals."""
    for rival, most in limits.items():
        yield Goal(number, ours, Key(ours.scenario, ours.case, rival), most)


def _mailbox(scenario: str, case: str) -> Key:
    return Key(scenario, case, MAILBOX)


GOALS = (
    *_beside(
        1,
        CALL,
        {"pipe": 0.68, "POSIX mq": 0.79, "AF_UNIX seqpacket": 0.52, "futex, shm": 0.70},
    ),
    *_beside(2, YIELD, {"pipe": 0.42}),
    *_beside(
        3,
        _mailbox("self", "64 B"),
        {"POSIX mq": 0.72, "pipe": 0.80, "AF_UNIX seqpacket": 0.49},
    ),
    *_beside(3, _mailbox("self", "1 KiB"), {"POSIX mq": 0.80}),
    Goal(4, _mailbox("batch", "64 at once"), _mailbox("batch", "1 at once"), 1 / 10),
    Goal(4, PACK, _mailbox("batch", "1 at once"), 1 / 20),
    Goal(4, RING_BATCH, _mailbox("batch", "1 at once"), 1 / 20),
    *_beside(
        5,
        STREAM,
        {"POSIX mq": 1 / 35, "AF_UNIX seqpacket": 1 / 60, "AF_UNIX stream": 1 / 60, "pipe": 1 / 28},
    ),
    Goal(6, STREAM, None, 0.0, "syscalls"),
    *_beside(7, RING_TURNS, {"futex, shm": 0.68}),
    *_beside(7, RING_YIELDS, {"futex, shm": 0.68}),
    *_beside(8, _mailbox("self", "64 KiB"), {"POSIX mq": 0.92}),
    *_beside(8, _mailbox("self", "4 KiB"), {"POSIX mq": 0.85}),
    Goal(
        9,
        Key("hand_over", "1 MiB", "ipcchan SHARE"),
        Key("hand_over", "4 KiB", "ipcchan SHARE"),
        1.02,
    ),
    Goal(10, _mailbox("depth", "first, 10000"), _mailbox("depth", "first, 1"), 1.02),
    Goal(10, _mailbox("depth", "by priority, 10000"), _mailbox("depth", "by priority, 1"), 1.05),
    Goal(10, _mailbox("depth", "by tag, 10000"), _mailbox("depth", "by tag, 1"), 1.25),
    Goal(11, _mailbox("many", "of 1000"), _mailbox("many", "of 1"), 1.07),
    *_beside(11, _mailbox("requests", "of 500"), {"eventfd, shm": 0.85}),
    *_beside(11, SEMAPHORES, {"eventfd, shm": 0.85}),
    Goal(12, Key("memory", "slab bytes", "ipcchan mailbox"), None, 640),
    Goal(12, Key("memory", "whole pages", "ipcchan mailbox"), None, 0),
)
"""Numbers are those of docs/performance.md."""
