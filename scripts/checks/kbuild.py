# SPDX-License-Identifier: GPL-2.0
"""Build the module for a kernel of Debian's, and hear what is said of it."""

import re
import shutil
import subprocess
from pathlib import Path

from tree import BUILD, ROOT

DIAGNOSTIC = re.compile(r"^(?!make).*\b(?:warning|error):|^(?:WARNING|ERROR): ")


def diagnostics(
    name: str, *arguments: str, kernel: str = "6.1", heard: re.Pattern[str] = DIAGNOSTIC
) -> list[str]:
    """What is HEARD in a build from scratch with further ARGUMENTS of make."""
    output = BUILD / "check" / name
    shutil.rmtree(output, ignore_errors=True)
    headers = subprocess.run(
        ["scripts/kernel-headers", kernel], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    command = ["make", "modules", f"KDIR={headers}", f"MODULE={output}", "CC=gcc-12"]
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    lines = [_in_tree(line, output) for line in done.stdout.splitlines()]
    found = [line for line in lines if heard.search(line)]
    if done.returncode and not found:
        return [*lines[-20:], f"failed: {' '.join(command)}"]
    return found


def _in_tree(line: str, output: Path) -> str:
    """LINE with paths as they are in the source tree."""
    return line.replace(f"{output}/", "")
