# SPDX-License-Identifier: GPL-2.0
"""Build everything the guest needs, by the same Makefile people use."""

import os
import shutil
from pathlib import Path

from commands import run
from files import BUILD, CLONE
from kernels import Kernel
from progress import Progress
from ready import ReadyKernel

PROGRAMS = BUILD / "userspace"
KSELFTEST = BUILD / "kselftest"


def build_programs(target: str, progress: Progress) -> None:
    """Build "userspace", or "selftests", which is that and the tests."""
    progress.phase(f"building {target}")
    _make([target], target, progress)


def build_module(kernel: Kernel, files: ReadyKernel, progress: Progress) -> Path:
    """Build ipcchan.ko for a kernel; any warning is an error."""
    progress.phase(f"building the module for {files.release}")
    arguments = [
        f"KDIR={files.headers}",
        kernel.compiler,
        "W=1",
        "KCFLAGS=-Werror",
        "KDOC_WERROR=1",
        *kernel.make_args,
    ]
    _make(["modules", *arguments], f"module-{files.release}", progress)
    return module_path(files.release)


def module_path(release: str) -> Path:
    """Where the module for the kernel RELEASE is built."""
    return BUILD / f"module-{release}" / "kmod" / "ipcchan.ko"


def build_selfcheck(kernel: Kernel, files: ReadyKernel, progress: Progress) -> Path:
    """Build selfcheck.ko for a kernel compiled here."""
    folder = BUILD / f"selfcheck-{files.release}"
    shutil.copytree(CLONE / "vm" / "selfcheck", folder, dirs_exist_ok=True)
    log = BUILD / f"{folder.name}.log"
    make = ["make", "-C", str(files.headers), f"M={folder}", kernel.compiler]
    run([*make, "modules"], log, progress)
    return folder / "selfcheck.ko"


def _make(arguments: list[str], name: str, progress: Progress) -> None:
    jobs = f"-j{os.cpu_count()}"
    log = BUILD / f"{name}.log"
    run(["make", "-C", CLONE, "--no-print-directory", jobs, *arguments], log, progress)
