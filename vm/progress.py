# SPDX-License-Identifier: GPL-2.0
"""Tell the user what is going on: one rewritten line, or a line now and then."""

import shutil
import sys
import time

HEARTBEAT = 10.0
"""Seconds between two signs of life when nobody sees a rewritten line."""

REWRITE = 0.2
"""Seconds between two versions of the rewritten line."""


class Progress:
    """The current phase and its elapsed time, on standard error.

    On a terminal that is one line, rewritten in place; otherwise a line per
    phase and a heartbeat. Whoever waits for something calls tick() meanwhile.
    """

    def __init__(self, silent: bool = False) -> None:
        self._silent = silent
        self._terminal = sys.stderr.isatty()
        self._start = time.monotonic()
        self._phase = "starting"
        self._detail = ""
        self._last = 0.0
        self._shown = False

    @property
    def elapsed(self) -> float:
        """Seconds since the start of the run."""
        return time.monotonic() - self._start

    def phase(self, text: str) -> None:
        """Enter the next phase."""
        self._phase = text
        self._detail = ""
        self._draw()

    def detail(self, text: str) -> None:
        """Say how far the phase has come; shown with the next tick()."""
        self._detail = text

    def tick(self) -> None:
        """Show that we live."""
        interval = REWRITE if self._terminal else HEARTBEAT
        if time.monotonic() - self._last >= interval:
            self._draw()

    def note(self, text: str) -> None:
        """Say something that stays."""
        self.clear()
        print(text, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Remove the rewritten line, before anything else is printed."""
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._shown = False

    def _draw(self) -> None:
        self._last = time.monotonic()
        if self._silent:
            return
        detail = f": {self._detail}" if self._detail else ""
        line = f"{self.elapsed:5.0f} s  {self._phase}{detail}"
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{line[:width]}\033[K", end="", file=sys.stderr, flush=True)
            self._shown = True
        else:
            print(line, file=sys.stderr, flush=True)
