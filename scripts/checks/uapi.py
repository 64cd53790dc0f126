# SPDX-License-Identifier: GPL-2.0
"""What the ABI header says, read from its text."""

import re
from dataclasses import dataclass
from functools import cache

from tree import read

HEADER = "uapi/linux/ipcchan.h"

ERRNO = re.compile(r"\bE(?!RRNO|XCLUSIVE|XIT)[A-Z0-9]{3,}\b")


@dataclass(frozen=True)
class Ioctl:
    """An ioctl and the structure it takes."""

    name: str
    """As in IPCCHAN_IOC_name."""
    number: int
    struct: str
    fields: list[str]
    doc: str
    """The kernel-doc text of the structure."""

    @property
    def verb(self) -> str:
        """Its name in lower case."""
        return self.name.lower()

    @property
    def errnos(self) -> set[str]:
        """The errnos that its documentation names."""
        return set(ERRNO.findall(self.doc.split("mmap(2) fails")[0]))


@cache
def ioctls() -> list[Ioctl]:
    """Every ioctl of the header, in its order."""
    return [
        Ioctl(name, int(number, 0), struct, fields(struct), doc(struct))
        for name, number, struct in re.findall(
            r"#define\s+IPCCHAN_IOC_(?!MAGIC)(\w+)\s*\\?\s*"
            r"_IOWR\(IPCCHAN_IOC_MAGIC,\s*(\w+),\s*struct (\w+)\)",
            read(HEADER),
        )
    ]


def structs() -> list[str]:
    """Every structure of the header."""
    return re.findall(r"^struct (\w+) \{", read(HEADER), re.MULTILINE)


def fields(struct: str) -> list[str]:
    """The fields of a structure."""
    body = re.search(rf"^struct {struct} \{{\n(.*?)^\}};", read(HEADER), re.M | re.S)
    return re.findall(r"\b(\w+)(?:\[\w+\])?;", body.group(1)) if body else []


def doc(struct: str) -> str:
    """The kernel-doc comment of a structure; empty if there is none."""
    comment = re.search(rf"/\*\*\n \* struct {struct} - .*?\*/", read(HEADER), re.S)
    return comment.group() if comment else ""


def errno_contract() -> dict[str, str]:
    """Errno and cause, from the table of the errno contract."""
    table = re.search(r"DOC: Errno contract.*?(?<=\n) \* =+ =+\n(.*?) \* =+ =+\n",
                      read(HEADER), re.S)  # fmt: skip
    causes: dict[str, str] = {}
    current: list[str] = []
    for line in table.group(1).splitlines() if table else []:
        names, cause = line[3:18].strip(), line[19:].strip()
        if names:
            current = [name.strip() for name in names.split(",")]
        for name in current:
            causes[name] = f"{causes.get(name, '')} {cause}".strip()
    return causes
