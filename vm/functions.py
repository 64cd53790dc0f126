# SPDX-License-Identifier: GPL-2.0
"""Where instructions were spent, by function."""

import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

KERNEL_SPACE = 1 << 63
"""Addresses from here on are the kernel's."""

PROGRAMS = "[programs]"
"""What stands for all functions of programs."""

KERNEL = "kernel"
"""What stands for what is in no module."""

CODE = "tTwW"
"""What nm(1) calls a function."""


@dataclass
class Function:
    """A function, and what it has cost so far."""

    name: str
    where: str
    """The module, the kernel or the programs."""
    instructions: int = 0
    calls: int = 0
    """How often its first instruction began a block."""


class Symbols:
    """The functions of a kernel and its modules, by their addresses."""

    def __init__(self, kallsyms: str) -> None:
        known = sorted(_functions(kallsyms), key=lambda entry: entry[0])
        self._addresses = [address for address, _ in known]
        self._functions = [function for _, function in known]
        self._programs = Function(PROGRAMS, PROGRAMS)

    def spend(self, blocks: Iterable[str]) -> list[Function]:
        """All functions that BLOCKS are of, the dearest first."""
        spent: dict[int, Function] = {}
        for line in blocks:
            address, length, runs = line.split()
            function, is_first = self._find(int(address, 16))
            function.instructions += int(length) * int(runs)
            function.calls += int(runs) if is_first else 0
            spent[id(function)] = function
        return sorted(spent.values(), key=lambda function: -function.instructions)

    def _find(self, address: int) -> tuple[Function, bool]:
        if address < KERNEL_SPACE:
            return self._programs, False
        place = bisect.bisect_right(self._addresses, address) - 1
        return self._functions[place], self._addresses[place] == address


def _functions(kallsyms: str) -> Iterator[tuple[int, Function]]:
    for line in kallsyms.splitlines():
        address, kind, name, *module = line.split()
        if kind in CODE:
            yield int(address, 16), Function(name, module[0] if module else KERNEL)


def totals(functions: Iterable[Function]) -> dict[str, int]:
    """The instructions of each module, of the kernel and of the programs."""
    sums: dict[str, int] = {}
    for function in functions:
        sums[function.where] = sums.get(function.where, 0) + function.instructions
    return sums
