# SPDX-License-Identifier: GPL-2.0
"""Just enough reading of C in kernel layout for the checks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|.|\n""", re.DOTALL
)

TEST = re.compile(r"(?:TEST|TEST_F|TEST_SIGNAL|TEST_F_TIMEOUT|TEST_F_FORK)\(([^)]*)\)")
KUNIT_TEST = re.compile(r"static void (\w+)\(struct kunit \*test\)$")


def code_of(text: str) -> str:
    """TEXT with comments and the insides of strings blanked; lines stay."""

    def blank(match: re.Match[str]) -> str:
        token = match.group()
        if token.startswith(("/*", "//")):
            return re.sub(r"[^\n]", " ", token)
        if len(token) > 1:
            return token[0] + " " * (len(token) - 2) + token[-1]
        return token

    return TOKEN.sub(blank, text)


@dataclass(frozen=True)
class Function:
    """A function's definition, or a test."""

    name: str
    head: str
    """From its type to the closing parenthesis, on one line."""
    line: int
    """Of its opening brace."""
    body: list[str]

    @property
    def is_static(self) -> bool:
        """Is it only visible in its file?"""
        return bool(re.search(r"\bstatic\b", self.head))

    @property
    def test(self) -> str:
        """What stands in the parentheses of TEST_F(), or names a KUnit test; or empty."""
        match = TEST.match(self.head) or KUNIT_TEST.match(self.head)
        return match.group(1) if match else ""


def functions(code: str) -> Iterator[Function]:
    """The functions of CODE: an opening brace alone in column 0."""
    lines = code.split("\n")
    for start, line in enumerate(lines):
        if line.rstrip() != "{" or not start:
            continue
        end = next(
            (n for n in range(start, len(lines)) if lines[n].startswith("}")), start
        )
        first = start - 1
        while first > 0 and (not lines[first].strip() or lines[first][0] in " \t"):
            first -= 1
        # The type may stand on a line of its own.
        if first and re.fullmatch(r"[\w \t]+\*?", lines[first - 1] or "-"):
            first -= 1
        head = " ".join(part.strip() for part in lines[first:start])
        if match := re.search(r"(\w+)\s*\(", head):
            yield Function(match.group(1), head, start + 1, lines[start + 1 : end])


def prototypes(code: str) -> Iterator[tuple[str, int, str]]:
    """Name, line and parameters of each function that a header declares."""
    declared = re.compile(r"^[A-Za-z][\w \t*]*?[\n *](\w+)\s*\(([^;{}]*)\)[\w\s(),&>.-]*;", re.M)
    for match in declared.finditer(code):
        if not match.group().startswith(("typedef", "return", "static inline")):
            yield match.group(1), line_of(code, match.start(1)), match.group(2)


def line_of(text: str, offset: int) -> int:
    """The number of the line of OFFSET."""
    return text.count("\n", 0, offset) + 1
