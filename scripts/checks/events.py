# SPDX-License-Identifier: GPL-2.0
"""What the header of the trace events says, read from its text."""

import re
from functools import cache

from ccode import code_of
from tree import read

TRACE = "kmod/observe/trace.h"

EVENT = re.compile(r"^(?:TRACE_EVENT(?:_CONDITION)?|(DEFINE_[A-Z]+_EVENT))\((\w+)", re.MULTILINE)
"""The events of a class have a macro for it, DEFINE_CALL_EVENT() and the like."""

BLOCK = re.compile(r"^(?:DECLARE_EVENT_CLASS|TRACE_EVENT(?:_CONDITION)?)\((\w+),(.*?)^\);", re.M | re.S)
CLASS = re.compile(r"^#define (DEFINE_[A-Z]+_EVENT)\(name\)\s*\\\s*DEFINE_EVENT(?:_FN)?\((\w+)", re.M)


@cache
def events() -> dict[str, list[str]]:
    """Each event and its fields."""
    code = code_of(read(TRACE))
    fields = {
        name: re.findall(r"\b__field\(\w+, (\w+)\)", body) for name, body in BLOCK.findall(code)
    }
    classes = dict(CLASS.findall(code))
    return {name: fields[classes.get(macro, name)] for macro, name in EVENT.findall(code)}
