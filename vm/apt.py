# SPDX-License-Identifier: GPL-2.0
"""Ask apt for packages and download them, also from suites that are not the machine's.

The machine's own apt is asked as it is. For other suites apt gets sources,
preferences, lists and cache of its own, all below the cache, so that nothing on
the machine changes; their mirror is the one the machine itself uses.
"""

import platform
import re
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from commands import Failure, as_root, run
from files import CACHE, locked
from progress import Progress

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

FRESH = 24 * 3600.0
"""Seconds after which the lists of other suites are asked for anew."""

Packages = dict[str, str]
"""Name and version of each package."""


class NotOffered(Failure):
    """A package that cannot be had; it may be that the lists are out of date."""


@dataclass(frozen=True)
class Apt:
    """The machine's apt or, with SUITES, one that knows these and nothing else."""

    suites: tuple[str, ...] = ()
    versions: str = "*"
    """Of a package with several versions, the newest that is like this."""

    @property
    def updated(self) -> float:
        """When the lists were last brought up to date."""
        try:
            return self._lists.stat().st_mtime
        except FileNotFoundError:
            return 0.0

    @property
    def is_stale(self) -> bool:
        """Are the lists too old? The machine's own are its owner's affair."""
        return bool(self.suites) and time.time() - self.updated > FRESH

    def update(self, progress: Progress) -> None:
        """Bring the lists up to date."""
        progress.phase(" ".join(["apt-get update", *self.suites]))
        log = CACHE / "apt-update.log"
        with locked(CACHE / "apt.lock", progress):
            if not self.suites:
                run(as_root(["apt-get", "update"]), log, progress)
                return
            self._prepare()
            try:
                run(["apt-get", *self._options, "update"], log, progress)
            except Failure:
                # Of several suites one may be gone; the others serve.
                progress.note(f"not all reached: {', '.join(self.suites)}: see {log}")
            self._lists.touch()

    def resolve(
        self, wanted: Iterable[str], follow: Callable[[str], object]
    ) -> Packages:
        """The packages WANTED and, of what these depend on, those to FOLLOW."""
        found: Packages = {}
        names = set(wanted)
        while names:
            answers = self._show(names)
            found |= {answer["Package"]: answer["Version"] for answer in answers}
            if missing := names - found.keys():
                raise NotOffered(f"apt does not offer {', '.join(sorted(missing))}")
            names = {name for answer in answers for name in _depends(answer)}
            names = {name for name in names - found.keys() if follow(name)}
        return found

    def download(
        self, packages: Packages, folder: Path, progress: Progress
    ) -> list[Path]:
        """Download PACKAGES into FOLDER, whose partial files are continued."""
        script = 'cd "$0" && exec apt-get -q "$@"'
        names = [f"{name}={version}" for name, version in packages.items()]
        arguments = [str(folder), *self._options, "download", *names]
        log = CACHE / f"download-{folder.parent.name}.log"
        try:
            run(["sh", "-c", script, *arguments], log, progress)
        except Failure as failure:
            raise NotOffered(str(failure)) from failure
        return [
            deb
            for name, version in packages.items()
            for deb in folder.glob(f"{name}_{version.replace(':', '%3a')}_*.deb")
        ]

    def _show(self, names: set[str]) -> list[dict[str, str]]:
        """What apt says of each package in NAMES."""
        shown = subprocess.run(
            ["apt-cache", *self._options, "show", "--no-all-versions", *sorted(names)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
        return [_fields(text) for text in shown.split("\n\n") if text.strip()]

    @property
    def _home(self) -> Path:
        return CACHE / "apt" / "+".join(self.suites)

    @property
    def _lists(self) -> Path:
        return self._home / "lists" if self.suites else Path("/var/lib/apt/lists")

    @property
    def _options(self) -> list[str]:
        # As root, apt would download as a user who may not write to the cache.
        settings = {"APT::Sandbox::User": "root"}
        if self.suites:
            settings |= {
                "Dir::Etc::sourcelist": f"{self._home}/sources",
                "Dir::Etc::sourceparts": "/dev/null",
                "Dir::Etc::preferences": f"{self._home}/preferences",
                "Dir::Etc::preferencesparts": "/dev/null",
                "Dir::State::lists": f"{self._lists}",
                "Dir::Cache": f"{self._home}/cache",
            }
        return [f"-o{name}={value}" for name, value in settings.items()]

    def _prepare(self) -> None:
        """Make what _options names."""
        mirror = _mirror()
        for folder in ("lists/partial", "cache/archives/partial"):
            (self._home / folder).mkdir(parents=True, exist_ok=True)
        (self._home / "sources").write_text(
            "".join(
                f"deb [signed-by={KEYRING}] {mirror} {suite} main\n"
                for suite in self.suites
            )
        )
        # Of equals apt takes the newest; backports would else count for less.
        (self._home / "preferences").write_text(
            f"Package: linux-*\nPin: version {self.versions}\nPin-Priority: 500\n\n"
            "Package: linux-*\nPin: release *\nPin-Priority: -1\n\n"
            "Package: *\nPin: release *\nPin-Priority: 500\n"
        )


def _mirror() -> str:
    """Where the machine gets its own release of Debian from."""
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    answer = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", f"Codename: {codename}"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    ).stdout.split()  # fmt: skip
    if not answer:
        raise Failure(f"apt has no lists of {codename}, so no mirror: apt-get update")
    return answer[0]


def _fields(paragraph: str) -> dict[str, str]:
    return dict(re.findall(r"^(\S+): (.*)$", paragraph, re.MULTILINE))


def _depends(answer: dict[str, str]) -> list[str]:
    """What a package needs; of alternatives the first."""
    return re.findall(r"(?:^|,) *([^ ,(:|]+)", answer.get("Depends", ""))
