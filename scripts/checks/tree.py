# SPDX-License-Identifier: GPL-2.0
"""What every check needs: the files of this project, and a way to report."""

import fnmatch
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
"""Top of the source tree. Paths in reports are relative to it."""

BUILD = ROOT / "build"

NOT_SOURCE = {".git", "build"}


def files(*patterns: str) -> list[str]:
    """Files of the project that match one of PATTERNS; * also matches "/"."""
    return [
        path
        for path in _all_files()
        if any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)
    ]


@cache
def _all_files() -> list[str]:
    """What git has or would take; without git, all but what is built."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        paths = listed.stdout.split("\0")
    else:
        paths = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")]
    return sorted(
        {path for path in paths if (ROOT / path).is_file() and not _is_built(path)}
    )


def _is_built(path: str) -> bool:
    return path.split("/")[0] in NOT_SOURCE


@cache
def read(path: str) -> str:
    """The text of a file of the project."""
    return (ROOT / path).read_text(errors="replace")


def finish(problems: Iterable[str]) -> NoReturn:
    """Print PROBLEMS and exit: 0 if there is none."""
    problems = list(problems)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
