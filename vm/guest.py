# SPDX-License-Identifier: GPL-2.0
"""Boot a guest in QEMU and follow it until it ends or breaks a limit."""

import base64
import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from progress import Progress
from ready import ReadyKernel

POLL = 0.05
"""Seconds between two looks at the guest's output."""

GRACE = 10.0
"""Seconds a guest gets to power off, or to print the rest of its panic."""

USUAL_BOOT = 10.0
"""Each further such span of seconds that booting takes lengthens the limits."""

PROBE_SECONDS = 10.0
"""How long KVM may take to show that it works (ACCEL=auto)."""

VANISHED = "the guest went away without its end marker"

PROCESSORS = ("-cpu", "max", "-smp", "2,sockets=2,cores=1,threads=1")

ACCELERATORS = {
    "tcg": (*PROCESSORS, "-accel", "tcg,thread=multi"),
    "kvm": (*PROCESSORS, "-accel", "kvm"),
}

COUNTING = (
    # A nanosecond of the guest's clock is an instruction. That takes one processor.
    *("-accel", "tcg", "-icount", "shift=0,sleep=off", "-smp", "1"),
    # A string instruction would count once for each byte; nothing by chance.
    *("-cpu", "max,-erms,-fsrm,-rdrand,-rdseed", "-seed", "1"),
    *("-rtc", "base=2024-01-01,clock=vm"),
)
"""The hardware of a machine that counts."""

BOOT_WORDS = (
    # No reboot after a panic: QEMU exits, and we know at once.
    "console=ttyS0 rdinit=/init panic=-1 oops=panic panic_on_warn=1",
    # The whole log on the console, each line saying who wrote it.
    "loglevel=7 console_msg_format=syslog printk.devkmsg=on",
)

CHECKING_WORDS = ("slub_debug=FZPU",)
"""Find what touches freed or foreign memory."""

COUNTING_WORDS = (
    "mitigations=off nokaslr norandmaps clocksource=tsc tsc=reliable",
)
"""Nothing that differs from boot to boot, and a clock that is cheap to read."""


@dataclass(frozen=True)
class Limits:
    """Seconds a guest may take; idle and total grow with a slow boot."""

    boot: float
    """From power-on to init."""
    idle: float
    """Between two lines of output."""
    total: float
    """From power-on to power-off."""

    def after_boot(self, seconds: float) -> "Limits":
        """These limits for a machine that took SECONDS to boot."""
        scale = 1 + seconds // USUAL_BOOT
        return replace(self, idle=self.idle * scale, total=self.total * scale)


@dataclass(frozen=True)
class Machine:
    """What to boot."""

    kernel: ReadyKernel
    initrd: Path
    folder: Path
    """Where the logs go."""
    mode: str
    """What init shall do."""
    memory: int
    """In MiB."""
    words: tuple[str, ...] = ()
    """Further words of the kernel command line."""
    accelerator: str = "tcg"
    counts: bool = False
    """Make its clock count instructions, whatever the accelerator."""
    terminal: bool = False
    """Connect the user's terminal to the guest's third serial port."""
    extra: tuple[str, ...] = ()
    """Further arguments of QEMU."""


@dataclass
class Outcome:
    """What became of a guest."""

    nonce: str
    console: Path
    """The kernel's console."""
    output: Path
    """What the tests or the demo printed, with lines of init among it."""
    errors: Path
    """What QEMU itself had to say."""
    boot_seconds: float | None = None
    seconds: float = 0.0
    status: int | None = None
    """What the guest's main program returned."""
    ended: bool = False
    """Was the end marker seen?"""
    problems: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """What the guest sent us, by name."""


def run_guest(
    machine: Machine,
    limits: Limits,
    progress: Progress,
    on_line: Callable[[str], None] = lambda line: None,
) -> Outcome:
    """Boot MACHINE and pass each line it prints to ON_LINE; never raises on failure."""
    outcome = Outcome(
        nonce=secrets.token_hex(8),
        console=machine.folder / "console.log",
        output=machine.folder / "output.log",
        errors=machine.folder / "qemu.log",
    )
    for log in (outcome.console, outcome.output):
        log.write_bytes(b"")
    with outcome.errors.open("w") as errors:
        qemu = subprocess.Popen(
            _command(machine, outcome),
            stdin=None if machine.terminal else subprocess.DEVNULL,
            stdout=None if machine.terminal else subprocess.DEVNULL,
            stderr=errors,
            start_new_session=not machine.terminal,
        )
        try:
            _Follower(qemu, outcome, limits, progress, on_line).follow()
        finally:
            qemu.kill()
            qemu.wait()
    return outcome


def choose_accelerator(machine: Machine, wish: str, progress: Progress) -> str:
    """WISH, or for "auto" what a short boot of MACHINE shows to work."""
    if wish != "auto":
        return wish
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    progress.phase("trying KVM")
    probe = replace(machine, mode="probe", accelerator="kvm", terminal=False)
    limits = Limits(PROBE_SECONDS, PROBE_SECONDS, PROBE_SECONDS)
    return "kvm" if run_guest(probe, limits, progress).ended else "tcg"


def _command(machine: Machine, outcome: Outcome) -> list[str]:
    """QEMU's command line; setpriv makes it die with us, whatever kills us."""
    hardware = COUNTING if machine.counts else ACCELERATORS[machine.accelerator]
    special = COUNTING_WORDS if machine.counts else CHECKING_WORDS
    words = [*BOOT_WORDS, *special, *machine.words]
    words += [f"vm_mode={machine.mode}", f"vm_nonce={outcome.nonce}"]
    terminal: tuple[str, ...] = ()
    if machine.terminal:
        size = shutil.get_terminal_size()
        words += [f"vm_rows={size.lines}", f"vm_columns={size.columns}"]
        terminal = ("-serial", "mon:stdio")
    return [
        *("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64"),
        *("-M", "q35", *hardware, "-m", str(machine.memory)),
        *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
        *("-serial", f"file:{outcome.console}", "-serial", f"file:{outcome.output}"),
        *terminal,
        *machine.extra,
        *("-kernel", str(machine.kernel.vmlinuz), "-initrd", str(machine.initrd)),
        *("-append", " ".join(words)),
    ]


class _Tail:
    """The lines that appear in a growing file."""

    def __init__(self, path: Path) -> None:
        self._file = path.open(errors="replace", newline="\n")
        self._rest = ""

    def lines(self, last: bool = False) -> Iterator[str]:
        """Lines completed since the last call; with LAST also a partial one."""
        *lines, self._rest = (self._rest + self._file.read()).split("\n")
        yield from (line.rstrip("\r") for line in lines)
        if last and self._rest:
            yield self._rest


class _Follower:
    """Watches one running guest, filling in its Outcome."""

    def __init__(
        self,
        qemu: subprocess.Popen[bytes],
        outcome: Outcome,
        limits: Limits,
        progress: Progress,
        on_line: Callable[[str], None],
    ) -> None:
        self._qemu = qemu
        self._outcome = outcome
        self._limits = limits
        self._progress = progress
        self._on_line = on_line
        self._output = _Tail(outcome.output)
        self._console = _Tail(outcome.console)
        self._start = time.monotonic()
        self._heard = self._start
        self._stop = float("inf")

    def follow(self) -> None:
        """Return when the guest is gone or has to be stopped."""
        while self._qemu.poll() is None and time.monotonic() < self._stop:
            self._read()
            self._check_limits()
            self._progress.tick()
            time.sleep(POLL)
        self._read(last=True)
        self._outcome.seconds = time.monotonic() - self._start
        if self._outcome.ended and self._qemu.poll() is None:
            self._problem(f"did not power off within {GRACE:.0f} s")
        if not (self._outcome.ended or self._is_stopping()):
            self._problem(VANISHED)

    def _check_limits(self) -> None:
        now = time.monotonic()
        limits = self._limits
        if self._is_stopping():
            return
        if self._outcome.boot_seconds is None:
            if now - self._start > limits.boot:
                self._give_up(f"did not boot within {limits.boot:.0f} s")
        elif now - self._heard > limits.idle:
            self._give_up(f"no output for {limits.idle:.0f} s")
        elif now - self._start > limits.total:
            self._give_up(f"did not end within {limits.total:.0f} s")

    def _read(self, last: bool = False) -> None:
        for line in self._console.lines(last):
            self._heard = time.monotonic()
            if found := re.search(r"Kernel panic - .*", line):
                self._give_up(found[0], grace=GRACE)
        mark = f"#vm {self._outcome.nonce} "
        for line in self._output.lines(last):
            self._heard = time.monotonic()
            text, marked, event = line.partition(mark)
            if text or not marked:
                self._on_line(text)
            if marked:
                self._take(*event.partition(" ")[::2])

    def _take(self, event: str, text: str) -> None:
        """Act on a line that init sent us."""
        if event == "ready":
            self._outcome.boot_seconds = time.monotonic() - self._start
            self._limits = self._limits.after_boot(self._outcome.boot_seconds)
        elif event == "status":
            self._outcome.status = int(text)
        elif event == "problem":
            self._problem(text)
        elif event == "file":
            name, _, data = text.partition(" ")
            self._outcome.files[name] = base64.b64decode(data)
        elif event == "end":
            self._outcome.ended = True
            self._stop = time.monotonic() + GRACE

    def _problem(self, text: str) -> None:
        self._outcome.problems.append(text)

    def _give_up(self, text: str, grace: float = 0.0) -> None:
        """A problem that the guest does not survive."""
        self._problem(text)
        self._stop = min(self._stop, time.monotonic() + grace)

    def _is_stopping(self) -> bool:
        return self._stop < float("inf")
