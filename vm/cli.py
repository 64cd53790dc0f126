# SPDX-License-Identifier: GPL-2.0
"""Run ipcchan in a virtual machine: its demos, tests, a benchmark, a fuzzer, a shell."""

import argparse
import os
import re
import signal
import sys
from pathlib import Path

from baseline import BASELINE
from command_bench import bench
from command_coverage import coverage
from command_demo import SUBJECTS, demo
from command_fuzz import fuzz
from command_profile import profile
from command_selfcheck import selfcheck
from command_shell import shell
from command_test import test
from commands import Failure
from guest import ACCELERATORS, Limits
from kernels import COMPILED, DEFAULT, KERNELS, STOCK
from progress import Progress
from session import Session

KEYS = [kernel.key for kernel in KERNELS]
STOCK_KEYS = [kernel.key for kernel in STOCK]
COMPILED_KEYS = [kernel.key for kernel in COMPILED]

COMMANDS = {
    "bench": bench,
    "coverage": coverage,
    "demo": demo,
    "fuzz": fuzz,
    "profile": profile,
    "selfcheck": selfcheck,
    "shell": shell,
    "test": test,
}

EPILOG = """\
environment:
  IPCCHAN_CACHE  where kernels are kept (default ~/.cache/ipcchan)
  ACCEL          tcg (default), kvm, or auto: kvm if a short boot shows it works

Everything built goes to build/, logs to build/vm/. Exit status: 0 if all is
well, 1 if something failed, 2 for wrong usage.
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(
        prog="vm/run",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True)

    text = "count the words of a real text by IPC, or show what else there is"
    command = _command(commands, "demo", text, STOCK_KEYS)
    command.add_argument("what", metavar=" | ".join([*SUBJECTS, "FILE"]), nargs="?",
                         help="mailboxes, calls, pages, the classical problems, or the text (default:"
                         f" the kernel's changelog); ./{SUBJECTS[0]} is a text too")  # fmt: skip

    command = _command(commands, "test", "run every test", [*KEYS, "all"])
    _add_choice(command)
    command.add_argument("--status", metavar="FILE", type=Path,
                         help="write the table of kernels there, as JSON")  # fmt: skip
    command.add_argument("--icount", action="store_true", dest="counts",
                         help="on one processor, by a clock of instructions")  # fmt: skip

    text = "a shell with the module loaded and the tests in /kselftest"
    _command(commands, "shell", text, KEYS)

    text = "call the module at random, guided by the code that is reached"
    command = _command(commands, "fuzz", text, KEYS, "debug")
    command.add_argument("--minutes", metavar="N", type=float, default=10,
                         help="how long (default: %(default)s)")  # fmt: skip
    command.add_argument("--seed", metavar="N", type=lambda text: int(text, 0),
                         help="where all that is random comes from")  # fmt: skip
    command.add_argument("--replay", metavar="FILE|SEED",
                         help="only run a file's programs, or the seed's one")  # fmt: skip
    command.add_argument("--repeat", metavar="N", type=int, default=1,
                         help="how often to replay (default: %(default)s)")  # fmt: skip

    text = "see whether the kernels compiled here report seeded bugs"
    _command(commands, "selfcheck", text, [*COMPILED_KEYS, "all"], "all")

    text = "count the instructions that ipcchan and its rivals need"
    command = _command(commands, "bench", text, STOCK_KEYS)
    command.add_argument("--scenario", metavar="NAME",
                         help="only that one (default: all)")  # fmt: skip
    command.add_argument("--json", metavar="FILE", type=Path,
                         help="write the results there, as JSON")  # fmt: skip
    command.add_argument("--csv", metavar="FILE", type=Path,
                         help="write them there, as CSV")  # fmt: skip
    kept = command.add_mutually_exclusive_group()
    kept.add_argument("--check", action="store_true",
                      help=f"fail if something of ours costs more than {BASELINE.name} says")  # fmt: skip
    kept.add_argument("--update", action="store_true",
                      help="write that file anew")  # fmt: skip

    text = "say where the instructions of a benchmark's round go, by function"
    command = _command(commands, "profile", text, STOCK_KEYS)
    command.add_argument("mechanism", metavar="MECHANISM", nargs="?", default="ipcchan call",
                         help="as the benchmark calls it (default: %(default)s)")  # fmt: skip
    command.add_argument("--scenario", metavar="NAME", default="round_trip",
                         help="of the benchmark (default: %(default)s)")  # fmt: skip
    command.add_argument("--case", metavar="NAME", default="64 B",
                         help="of the scenario (default: %(default)s)")  # fmt: skip
    command.add_argument("--pause", metavar="US", type=int, default=0,
                         help="a server sleeps so long before it answers (%(default)s)")  # fmt: skip

    text = "say which code of the module the tests run"
    command = _command(commands, "coverage", text, ["debug"], "debug")
    _add_choice(command)
    command.set_defaults(counts=False)
    return top


def _add_choice(command: argparse.ArgumentParser) -> None:
    command.add_argument("--only", metavar="GLOB", default="*",
                         help="only test programs so named, such as 'mailbox*'")  # fmt: skip
    command.add_argument("--except", metavar="GLOB", default=[], dest="but",
                         action="append", help="no test programs so named; may be repeated")  # fmt: skip
    command.add_argument("--set", metavar="NAME=VALUE", default=[], dest="settings",
                         action="append", type=_setting,
                         help="for the test programs, such as IPCCHAN_STEPS=1000000; may be repeated")  # fmt: skip
    command.add_argument("--program-limit", metavar="SECONDS", type=int, default=300,
                         help="of one test program, longer where booting is slow (%(default)s)")  # fmt: skip


def _setting(text: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z_]*=[\w-]+", text):
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return text


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    text: str,
    keys: list[str],
    default: str = DEFAULT.key,
) -> argparse.ArgumentParser:
    """A command with the options that all share."""
    command = commands.add_parser(name, help=text, description=text)
    command.add_argument("--kernel", choices=keys, default=default,
                         help="which kernel (default: %(default)s)")  # fmt: skip
    for limit, seconds, text in (
        ("boot", 300, "from power-on to init"),
        ("idle", 400, "between two lines of output"),
        ("total", 3600, "from power-on to power-off"),
    ):
        command.add_argument(f"--{limit}-limit", metavar="SECONDS", type=float,
                             default=seconds, help=f"{text} (%(default)s)")  # fmt: skip
    return command


def main() -> int:
    """Run the command that the command line names."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    options = parser().parse_args()
    options.limits = Limits(options.boot_limit, options.idle_limit, options.total_limit)
    options.accelerator = os.environ.get("ACCEL", "tcg")
    if options.accelerator not in (*ACCELERATORS, "auto"):
        parser().error(f"ACCEL={options.accelerator} is not tcg, kvm or auto")
    progress = Progress()
    try:
        return 0 if COMMANDS[options.command](Session(options, progress)) else 1
    except Failure as failure:
        progress.note(str(failure))
    except KeyboardInterrupt:
        progress.note("interrupted")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
