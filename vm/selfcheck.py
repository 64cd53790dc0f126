# SPDX-License-Identifier: GPL-2.0
"""Is a debug kernel's word worth anything? Seeded bugs, each of which it must report."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from files import CLONE
from guest import Outcome
from kernels import Kernel
from ready import ReadyKernel

SOURCES = CLONE / "vm" / "selfcheck"

REPORTS = {
    "lock_inversion": r"WARNING: possible circular locking dependency detected",
    "sleep_in_atomic": r"BUG: sleeping function called from invalid context",
    "use_after_free": r"BUG: KASAN: (?:slab-)?use-after-free in use_after_free",
    "out_of_bounds": r"BUG: KASAN: slab-out-of-bounds in out_of_bounds",
    "undefined_shift": r"UBSAN: shift-out-of-bounds in .*selfcheck",
    "freed_timer": r"ODEBUG: free active .*object type: timer_list",
    "hung_task": r"INFO: task insmod:\d+ blocked for more than",
    "soft_lockup": r"BUG: soft lockup - CPU#\d+ stuck for",
    "leak": r"kmemleak: [1-9]\d* new suspected memory leaks",
    "plain_race": r"BUG: KCSAN: data-race in race",
    "uninitialised_copy": r"BUG: KMSAN: kernel-infoleak in ",
}
"""How the kernel reports each seeded bug."""


@dataclass(frozen=True)
class Finding:
    """What became of a seeded bug."""

    seed: str
    report: str
    """The kernel's line, or nothing."""

    def __str__(self) -> str:
        verdict = "reported" if self.report else "NOT REPORTED"
        return f"{self.seed:20} {verdict:12} {self.report}".rstrip()


def findings(kernel: Kernel, outcome: Outcome) -> list[Finding]:
    """What the log of a guest says of the bugs seeded into KERNEL.

    A report counts only for the bug that was committed last before it.
    """
    log = outcome.console.read_text(errors="replace")
    parts = log.split(f"#vm {outcome.nonce} seed ")
    said = dict(part.partition("\n")[::2] for part in parts[1:])
    said = {seed.strip(): text for seed, text in said.items()}
    return [Finding(seed, _report(seed, said.get(seed, ""))) for seed in kernel.seeds]


def _report(seed: str, text: str) -> str:
    found = re.search(REPORTS[seed], text)
    return found[0] if found else ""


def stamp(kernel: Kernel, files: ReadyKernel) -> Path:
    """The file that is there if FILES passed the check as it is now."""
    key = hashlib.sha256(" ".join(kernel.seeds).encode())
    for source in (*sorted(SOURCES.iterdir()), CLONE / "vm" / "selfcheck.py"):
        key.update(source.read_bytes())
    return files.root / f"selfchecked-{key.hexdigest()[:12]}"
