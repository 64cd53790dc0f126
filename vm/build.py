# SPDX-License-Identifier: GPL-2.0
"""Build everything the guest needs, by the same Makefile people use."""

import os
from pathlib import Path

from commands import run
from fetch import FetchedKernel
from files import BUILD, CLONE
from kernels import Kernel
from progress import Progress

PROGRAMS = BUILD / "userspace"
KSELFTEST = BUILD / "kselftest"


def build_programs(target: str, progress: Progress) -> None:
    """Build "userspace", or "selftests", which is that and the tests."""
    progress.phase(f"building {target}")
    _make([target], target, progress)


def build_module(kernel: Kernel, fetched: FetchedKernel, progress: Progress) -> Path:
    """Build ipcchan.ko for a fetched kernel; any warning is an error."""
    progress.phase(f"building the module for {fetched.release}")
    arguments = [
        f"KDIR={fetched.headers}",
        f"CC={kernel.compiler}",
        "W=1",
        "KCFLAGS=-Werror",
        "KDOC_WERROR=1",
        *kernel.make_args,
    ]
    _make(["modules", *arguments], f"module-{fetched.release}", progress)
    return BUILD / f"module-{fetched.release}" / "kmod" / "ipcchan.ko"


def _make(arguments: list[str], name: str, progress: Progress) -> None:
    jobs = f"-j{os.cpu_count()}"
    log = BUILD / f"{name}.log"
    run(["make", "-C", CLONE, "--no-print-directory", jobs, *arguments], log, progress)
