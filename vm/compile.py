# SPDX-License-Identifier: GPL-2.0
"""Compile a kernel from Debian's source package and the fragments of vm/config/.

The result has the shape of Debian's own packages unpacked: an image in boot/, the
build folder for modules in usr/src/, the modules in usr/lib/modules/.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from apt import Apt
from commands import Failure, install_packages, run
from files import CACHE, CLONE
from kernels import Kernel
from progress import Progress
from source import whole_source

CONFIG = CLONE / "vm" / "config"

NEEDLESS = ("*.o", "*.a", "*.cmd", ".tmp_*", "vmlinux*", "*.ko", "*.mod*")
"""What a build leaves that building modules needs not, outside of the tools."""

TOOLS = ("scripts", "tools")


def home_of_compiled(kernel: Kernel, progress: Progress) -> Path:
    """Where KERNEL is kept: another place for other fragments or another compiler."""
    for group in kernel.packages:
        install_packages(group, progress)
    key = hashlib.sha256(_compiler_version(kernel).encode())
    for fragment in _fragments(kernel):
        key.update(fragment.read_bytes())
    return CACHE / "kernels" / f"{kernel.key}-{key.hexdigest()[:12]}"


def compile_kernel(kernel: Kernel, apt: Apt, home: Path, progress: Progress) -> Path:
    """The folder of the version of the source that apt offers, compiled, in HOME."""
    version = apt.resolve((kernel.image,), lambda _: False)[kernel.image]
    root = home / version
    if root.is_dir():
        return root
    start = progress.elapsed
    source = whole_source(kernel.image, version, progress)
    partial = root.with_name(f"{version}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    build = partial / "build"
    build.mkdir(parents=True)
    _configure(kernel, source, build, progress)
    _compile(kernel, source, build, progress)
    _arrange(build, partial)
    partial.rename(root)
    seconds = progress.elapsed - start
    progress.note(f"kernel {kernel.key}: compiled in {seconds:.0f} s")
    return root


def _fragments(kernel: Kernel) -> list[Path]:
    return [CONFIG / f"{name}.config" for name in kernel.fragments]


def _compiler_version(kernel: Kernel) -> str:
    """What compiles KERNEL."""
    name = re.sub(r"^LLVM=", "clang", kernel.compiler).removeprefix("CC=")
    package = subprocess.run(
        ["dpkg-query", "-W", "-f=${Version}", name],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    return f"{name} {package}"


def _configure(kernel: Kernel, source: Path, build: Path, progress: Progress) -> None:
    """Make build/.config of the fragments, and see that it has all of them."""
    progress.phase(f"kernel {kernel.key}: configuring")
    log = build.parent / "config.log"
    fragments = _fragments(kernel)
    merge = source / "scripts/kconfig/merge_config.sh"
    make = _make(kernel, source, build)
    run([*make, "tinyconfig"], log, progress)
    run([merge, "-m", "-O", build, build / ".config", *fragments], log, progress)
    run([*make, "olddefconfig"], log, progress)
    lines = (build / ".config").read_text().splitlines()
    if lost := list(_lost(fragments, set(lines))):
        raise Failure("\n".join([*lost, f"kernel {kernel.key}: cannot have these"]))


def _lost(fragments: list[Path], config: set[str]) -> Iterator[str]:
    """The lines of FRAGMENTS that CONFIG contradicts; the last of each name counts."""
    wanted: dict[str, str] = {}
    for fragment in fragments:
        for name, line in _options(fragment):
            wanted[name] = line
    have = {line.partition("=")[0] for line in config}
    for name, line in wanted.items():
        is_there = name in have if line.startswith("# ") else line not in config
        if is_there:
            yield line


def _options(fragment: Path) -> Iterator[tuple[str, str]]:
    """Each option of FRAGMENT, and its line."""
    for line in fragment.read_text().splitlines():
        if found := re.match(r"(?:# )?(CONFIG_\w+)(?:=| is not set)", line):
            yield found[1], line


def _compile(kernel: Kernel, source: Path, build: Path, progress: Progress) -> None:
    progress.phase(f"kernel {kernel.key}: compiling, some minutes")
    log = build.parent / "build.log"
    make = _make(kernel, source, build)
    command = [*make, f"-j{os.cpu_count()}", "bzImage", "modules"]
    run(command, log, progress, _counter(log, "  CC "))


def _counter(log: Path, word: str) -> Callable[[], str]:
    """Says how many lines of LOG begin with WORD."""
    return lambda: f"{log.read_text(errors='replace').count(word)} files"


def _make(kernel: Kernel, source: Path, build: Path) -> list[str]:
    return ["make", "-C", str(source), f"O={build}", kernel.compiler]


def _arrange(build: Path, root: Path) -> None:
    """Put what the build made where Debian's packages have it; drop the rest."""
    release = (build / "include/config/kernel.release").read_text().strip()
    modules = root / "usr/lib/modules" / release
    boot = root / "boot"
    for folder in (modules, boot, root / "usr/src"):
        folder.mkdir(parents=True)
    shutil.copy(build / "arch/x86/boot/bzImage", boot / f"vmlinuz-{release}")
    shutil.copy(build / "System.map", boot / f"System.map-{release}")
    for module in build.rglob("*.ko"):
        shutil.copy(module, modules)
    for pattern in NEEDLESS:
        for path in build.rglob(pattern):
            if path.relative_to(build).parts[0] not in TOOLS and path.is_file():
                path.unlink()
    build.rename(root / "usr/src" / f"linux-headers-{release}")
