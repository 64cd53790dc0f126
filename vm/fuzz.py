# SPDX-License-Identifier: GPL-2.0
"""What the fuzzer says: keep its programs and findings, and sum up.

Lines of the fuzzer (selftests/fuzz/main.c) begin with "#fuzz":
        #fuzz status|summary KEY=NUMBER...
        #fuzz keep PLACES | PROGRAM
        #fuzz finding REASON | PROGRAM
Each program it runs is first written to the kernel's log, so that after a panic
the last one there is the culprit.
"""

import re
import subprocess
from pathlib import Path

from files import BUILD, CLONE
from guest import Outcome
from progress import Progress
from verdict import kernel_findings

CORPUS = BUILD / "fuzz" / "corpus"
"""Programs that reached something new, by the seed of the run."""

FINDINGS = BUILD / "fuzz" / "findings"

LOGGED = re.compile(r"^<\d+>(?:\[[ .T\d]+\])+ fuzz: (\\?)(.*)")
"""A program, or with the backslash the next piece of it, in the kernel's log."""

TRACE_CALL = re.compile(r"<?__sanitizer_cov_trace_pc\b")


class Fuzzing:
    """One run of the fuzzer."""

    def __init__(self, progress: Progress, seed: int, kernel: str) -> None:
        self._progress = progress
        self._seed = seed
        self._kernel = kernel
        self._numbers: dict[str, int] = {}
        self._findings: list[Path] = []

    def read(self, line: str) -> None:
        """Take a line that the guest has printed."""
        word, _, rest = line.removeprefix("#fuzz ").partition(" ")
        about, _, program = rest.partition(" | ")
        if not line.startswith("#fuzz "):
            self._progress.note(line)
        elif word in ("status", "summary"):
            self._numbers = {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", rest)}
            self._progress.detail(rest)
        elif word == "keep":
            CORPUS.mkdir(parents=True, exist_ok=True)
            with (CORPUS / f"{self._seed:#x}.txt").open("a") as file:
                file.write(f"{program}\n")
        elif word == "finding":
            self._save(about, program)

    def end(self, outcome: Outcome) -> None:
        """The guest is gone; if by the kernel's fault, save the last program."""
        findings = kernel_findings(outcome)
        if findings:
            self._save(findings[0], _last_program(outcome))
        if not outcome.ended and not findings:
            self._save("the guest did not end", _last_program(outcome))

    def summary(self, places: int) -> str:
        """What was done, in one line."""
        number = self._numbers.get
        seconds, calls = number("seconds", 0), number("calls", 0)
        reached = number("places", 0)
        return (
            f"{seconds} s, {calls} calls ({calls // max(seconds, 1)} a second) in "
            f"{number('programs', 0)} programs, "
            + (f"{reached} of {places} places reached, " if reached else "")
            + f"corpus {number('corpus', 0)}, "
            f"findings {len(self._findings)}, seed {self._seed:#x};"
        )

    def _save(self, reason: str, program: str) -> None:
        FINDINGS.mkdir(parents=True, exist_ok=True)
        path = FINDINGS / f"{self._seed:#x}-{len(self._findings) + 1}.txt"
        path.write_text(f"# {reason}\n{program}\n")
        self._findings.append(path)
        command = f"./vm/run fuzz --kernel {self._kernel} --replay {path.relative_to(CLONE)}"
        self._progress.note(f"finding: {reason}\n  {command}")


def instrumented_places(module: Path) -> int:
    """How many places of MODULE tell KCOV that they were reached."""
    listing = subprocess.run(
        ["objdump", "--disassemble", "--reloc", module],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return len(TRACE_CALL.findall(listing))


def _last_program(outcome: Outcome) -> str:
    """The program that the kernel's log has last."""
    program = ""
    for line in outcome.console.read_text(errors="replace").splitlines():
        if match := LOGGED.match(line):
            goes_on, piece = match.groups()
            program = program + piece if goes_on else piece
    return program
