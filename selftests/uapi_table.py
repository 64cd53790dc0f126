#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Write tables for tests and the fuzzer from linux/ipcchan.h and its kernel-doc.

usage: uapi_table.py table HEADER      what each ioctl takes, gives and refuses
       uapi_table.py variants HEADER   each ioctl on each kind of descriptor
       uapi_table.py faults HEADER     the same, for fault_test.c
       uapi_table.py deaths HEADER     the same, for death_test.c
       uapi_table.py traces HEADER     the same, for trace_test.c
       uapi_table.py layout HEADER     number of each constant, place of each field

The header is the contract, so whatever in it cannot be understood is an error:
a structure with a hole, a field that kernel-doc does not describe, a reserved
field that no EOPNOTSUPP is promised for, an ioctl that says not where it works.
"""

import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

SIZES = {"__u8": 1, "char": 1, "__u16": 2, "__u32": 4, "__aligned_u64": 8}

OBJECTS = ["mailbox", "region", "ring", "mutex", "semaphore", "event", "condvar", "barrier",
           "rwlock"]

PLACES = {
    "/dev/ipcchan": ["device"],
    "any object descriptor": OBJECTS,
    "an object descriptor": OBJECTS,
    **{f"{'an' if kind == 'event' else 'a'} {kind} descriptor": [kind] for kind in OBJECTS},
}


WRITTEN = "/* Written by uapi_table.py from linux/ipcchan.h. */"


ERRNO = re.compile(r"\bE[A-Z0-9]{3,}\b")
"""What may be an errno; it is one if the header's contract has it."""


class Unclear(Exception):
    """The header says something that this script does not understand."""


@dataclass
class Field:
    """A field of a structure and the kernel-doc about it, and about what it is like."""

    name: str
    size: int
    offset: int
    text: str
    like: str = ""


@dataclass
class Struct:
    """A structure and the kernel-doc below its fields."""

    name: str
    fields: list[Field]
    text: str

    @property
    def size(self) -> int:
        """Bytes; there is no padding."""
        return sum(field.size for field in self.fields)

    @property
    def noun(self) -> str:
        """The name without the prefix: of the ioctl, for an ioctl's structure."""
        return self.name.removeprefix("ipcchan_")


class Header:
    """What linux/ipcchan.h defines."""

    def __init__(self, source: str) -> None:
        self._source = re.sub(r"\\\n", " ", source)
        self.constants = self._constants()
        self.structs = {struct.name: struct for struct in self._structs()}
        for struct in self.structs.values():
            for field in struct.fields:
                field.like = self._like(field)
        self.ioctls = self._ioctls()

    def value(self, expression: str) -> int:
        """The value of a constant expression."""
        text = expression
        while "IPCCHAN_" in text:
            text = re.sub(r"\bIPCCHAN_\w+", lambda m: f"({self.constants[m[0]]})", text)
        text = re.sub(r"\b(\d+)U(LL)?\b", r"\1", text)
        if not re.fullmatch(r"[\s\d()|~<xA-Fa-f-]+", text):
            raise Unclear(f"no constant: {expression}")
        return int(eval(text))  # pylint: disable=eval-used

    def is_flag(self, name: str) -> bool:
        """Is this constant a bit, or bits, of a flag word?"""
        return bool(re.search(r"1U << |\|", self.constants.get(name, "")))

    def flags(self, text: str) -> int:
        """All flags that a text names, also by IPCCHAN_FAMILY_*."""
        bits = 0
        for family in re.findall(r"\b(IPCCHAN_\w+_)\*", text):
            for name in self.constants:
                if name.startswith(family) and self.is_flag(name):
                    bits |= self.value(name)
        for name in re.findall(r"\bIPCCHAN_\w+\b(?!\*)", text):
            if self.is_flag(name):
                bits |= self.value(name)
        return bits

    def errnos(self, struct: Struct) -> list[str]:
        """The errnos that an ioctl may give."""
        table = re.search(r"DOC: Errno contract.*?\*/", self._source, re.DOTALL)
        contract = set(ERRNO.findall(table[0])) if table else set()
        text = struct.text.partition("mmap(2) fails")[0]
        if "what lending an extent gives" in text:
            text += self.structs["ipcchan_extent"].text.partition("Errors of lending")[2]
        found = [name for name in dict.fromkeys(ERRNO.findall(text)) if name in contract]
        if not found:
            raise Unclear(f"{struct.name}: which errnos?")
        return found

    def ver0(self, struct: Struct) -> str:
        """The constant with the first published size of a structure."""
        name = f"{struct.name.upper()}_SIZE_VER0"
        if name not in self.constants:
            raise Unclear(f"{name} is missing")
        return name

    def _like(self, field: Field) -> str:
        """What is said of the field of another ioctl, as which this one is."""
        match = re.match(r"Input\. As for ([A-Z_]+)", field.text)
        other = self.structs.get(f"ipcchan_{match[1].lower()}") if match else None
        for same in other.fields if other else []:
            if same.name == field.name:
                return self._like(same) or same.text
        return ""

    def _constants(self) -> dict[str, str]:
        found = re.findall(
            r"^#define (IPCCHAN_\w+)[ \t]+(\S.*?)\s*$", self._source, re.MULTILINE
        )
        return {name: text for name, text in found if "_IOWR" not in text}

    def _structs(self) -> list[Struct]:
        pattern = r"/\*\*((?:(?!\*/).)*?)\*/\nstruct (\w+) \{\n(.*?)\n\};"
        found = re.findall(pattern, self._source, re.DOTALL)
        all_names = re.findall(r"^struct (\w+) \{", self._source, re.MULTILINE)
        if [name for _, name, _ in found] != all_names:
            raise Unclear(f"no kernel-doc above one of {all_names}")
        return [self._struct(name, doc, body) for doc, name, body in found]

    def _struct(self, name: str, doc: str, body: str) -> Struct:
        texts, rest = parse_doc(doc)
        fields: list[Field] = []
        offset = 0
        for line in body.splitlines():
            match = re.fullmatch(r"\t(\w+) (\w+)(?:\[(\w+)\])?;", line)
            if not match or match[1] not in SIZES:
                raise Unclear(f"{name}: {line.strip()}")
            unit = SIZES[match[1]]
            if offset % unit:
                raise Unclear(f"{name}: a hole before {match[2]}")
            if match[2] not in texts:
                raise Unclear(f"{name}: nothing is said about {match[2]}")
            size = unit * (self.value(match[3]) if match[3] else 1)
            fields.append(Field(match[2], size, offset, texts[match[2]]))
            offset += size
        if offset % max(SIZES[t] for t in re.findall(r"^\t(\w+)", body, re.M)):
            raise Unclear(f"{name}: a hole at its end")
        return Struct(name, fields, rest)

    def _ioctls(self) -> dict[str, tuple[int, Struct]]:
        pattern = (
            r"^#define (IPCCHAN_IOC_\w+)\s+"
            r"_IOWR\(IPCCHAN_IOC_MAGIC, (0x\w+), struct (\w+)\)$"
        )
        found = re.findall(pattern, self._source, re.MULTILINE)
        if len(found) != len(re.findall(r"\b_IO[RW]*\(", self._source)):
            raise Unclear("an ioctl is not defined as all others are")
        if len({number for _, number, _ in found}) != len(found):
            raise Unclear("two ioctls have one number")
        for name, _, struct in found:
            if f"IPCCHAN_IOC_{self.structs[struct].noun.upper()}" != name:
                raise Unclear(f"{name} takes struct {struct}")
        return {name: (int(nr, 0), self.structs[s]) for name, nr, s in found}


def parse_doc(doc: str) -> tuple[dict[str, str], str]:
    """The text about each field, and the text behind them."""
    lines = [re.sub(r"^ \* ?", "", line) for line in doc.splitlines()]
    texts: dict[str, str] = {}
    current = ""
    for number, line in enumerate(lines):
        if match := re.match(r"@(\w+):\s*(.*)", line):
            current = match[1]
            texts[current] = match[2]
        elif current and not line.strip():
            return texts, " ".join(part.strip() for part in lines[number:])
        elif current:
            texts[current] += " " + line.strip()
    raise Unclear("kernel-doc that says nothing behind the fields")


def refused_by(struct: Struct, field: Field) -> str:
    """The errno for an unknown bit in this field."""
    errnos = re.search(r"EOPNOTSUPP\s*\((.*?)\)", struct.text)
    named = errnos[1] if errnos else ""
    if re.search(rf"@{field.name}\b|\b{field.name} fields", named):
        return "EOPNOTSUPP"
    if field.name == "rights" and "EPERM (a right" in struct.text:
        return "EPERM"
    raise Unclear(f"{struct.name}: no errno for unknown bits in @{field.name}")


def place(struct: str, field: str) -> str:
    """Where a field is, in C."""
    return f"offsetof(struct {struct}, {field}), sizeof(((struct {struct} *)0)->{field})"


MESSAGES = ("message", "reply", "request")
"""Addresses of which the header may only say that they are as for another call."""


def meaning(field: Field) -> str:
    """What kind of value an input is: the fuzzer makes up such."""
    if field.size not in (4, 8):
        return "UAPI_NAME"
    said = field.like or field.text
    if said.startswith("Input. Address of") or field.name in MESSAGES:
        return "UAPI_ADDRESS"
    if field.name == "fd" or field.text.startswith("Input. Descriptor of"):
        return "UAPI_DESCRIPTOR"
    if field.name.startswith("deadline"):
        return "UAPI_DEADLINE"
    if field.name in ("uid", "gid"):
        return "UAPI_USER"
    if re.search(r"\b[Bb]ytes\b", said):
        return "UAPI_BYTES"
    return "UAPI_NUMBER"


def most(field: Field) -> str:
    """The largest good value, in C; 0 if the header names none."""
    found = re.search(r"\b[01] to (0\d+\b|IPCCHAN_\w+(?: - 1)?)", field.text)
    return found[1] if found else "0"


def row(struct: Struct, field: Field, role: str, more: str = "") -> str:
    """A table's entry for a field."""
    return (
        f"\t{{ {place(struct.name, field.name)}, {role}{more},\n"
        f"\t  .name = \"{field.name}\", .meaning = {meaning(field)},\n"
        f"\t  .most = {most(field)} }},\n"
    )


def argument_row(header: Header, struct: Struct, field: Field) -> str:
    """What the kernel does with a field of an ioctl's own structure."""
    text = field.text
    if text.startswith("Output."):
        return row(struct, field, "UAPI_OUTPUT")
    if re.match(r"(Input\. )?Must be 0", text):
        errno = refused_by(struct, field)
        return row(struct, field, "UAPI_FLAGS", f", 0, {errno}")
    if not text.startswith("Input."):
        raise Unclear(f"{struct.name}: neither Input nor Output: @{field.name}")
    # What matters at creation only, the other one has for itself.
    if flags := header.flags(text + field.like.partition("; at creation")[0]):
        errno = refused_by(struct, field)
        return row(struct, field, "UAPI_FLAGS", f", {flags:#x}, {errno}")
    return row(struct, field, "UAPI_INPUT")


def element_row(verb: str, struct: Struct, field: Field) -> str:
    """What an ioctl does with a field of its array's elements."""
    text = field.text
    for verbs, direction, rest in re.findall(
        r"\b([A-Z]+(?:(?:,| and) [A-Z]+)*) (input|output)(: must be 0)?", text
    ):
        if verb not in verbs:
            continue
        if rest:
            return row(struct, field, "UAPI_FLAGS", ", 0, EOPNOTSUPP")
        return row(struct, field, f"UAPI_{direction.upper()}")
    if verb == "LIST" or (verb != "SEND" and text.startswith("Output.")):
        return row(struct, field, "UAPI_OUTPUT")
    return row(struct, field, "UAPI_INPUT")


def places(struct: Struct) -> list[str]:
    """The kinds of descriptor an ioctl works on."""
    pattern = rf"\bOn ({'|'.join(PLACES)})\b"
    match = re.search(pattern, struct.text)
    if not match:
        raise Unclear(f"{struct.name}: on which descriptors does it work?")
    return PLACES[match[1]]


def gives_descriptor(struct: Struct) -> bool:
    """Does the ioctl return a new descriptor?"""
    return bool(re.search(r"Returns a (descriptor|new one) \(O_CLOEXEC\)", struct.text))


def array_of(struct: Struct) -> dict[str, str]:
    """The array an ioctl takes: its element and the fields about it."""
    found: dict[str, str] = {}
    for field in struct.fields:
        if match := re.search(r"Address of an array of struct (\w+)", field.text):
            found |= {"address": field.name, "element": match[1]}
        elif re.search(r"sizeof\(struct \w+\) as the caller knows", field.text):
            found["element_size"] = field.name
        elif match := re.search(r"\b[Ee]lements.*\b1 to (IPCCHAN_\w+)", field.text):
            found |= {"count": field.name, "count_max": match[1]}
    if found and len(found) != 5:
        raise Unclear(f"{struct.name}: an array of which only {found} is told")
    return found


def array_table(header: Header, struct: Struct) -> str:
    """The element's fields and the description of the array, if there is one."""
    array = array_of(struct)
    if not array:
        return ""
    element = header.structs[array["element"]]
    verb = struct.noun.rpartition("_")[2].upper()
    rows = "".join(element_row(verb, element, field) for field in element.fields)
    places_of = "".join(
        f"\t.{key} = {{ {place(struct.name, array[key])} }},\n"
        for key in ("address", "count", "element_size")
    )
    return (
        f"static const struct uapi_field elements_of_{struct.noun}[] = {{\n{rows}}};\n\n"
        f"static const struct uapi_array array_of_{struct.noun} = {{\n{places_of}"
        f"\t.count_max = {array['count_max']},\n"
        f"\t.element = sizeof(struct {element.name}),\n"
        f"\t.element_ver0 = {header.ver0(element)},\n"
        f"\t.fields = elements_of_{struct.noun},\n"
        f"\t.nr_fields = {len(element.fields)},\n}};\n\n"
    )


def ioctl_table(header: Header, ioctl: str, struct: Struct) -> str:
    """All that the tests know of one ioctl."""
    rows = "".join(argument_row(header, struct, field) for field in struct.fields)
    kinds = " | ".join(f"UAPI_ON({kind})" for kind in places(struct))
    array = array_table(header, struct)
    right = re.search(r"with the ([A-Z]+) right", struct.text)
    errnos = "".join(f"\t{name},\n" for name in header.errnos(struct))
    return (
        f"static const struct uapi_field fields_of_{struct.noun}[] = {{\n{rows}}};\n\n"
        f"static const int errnos_of_{struct.noun}[] = {{\n{errnos}\t0,\n}};\n\n"
        f"{array}static const struct uapi_ioctl uapi_{struct.noun} = {{\n"
        f"\t.cmd = {ioctl},\n"
        f"\t.name = \"{struct.noun.upper()}\",\n"
        f"\t.size = sizeof(struct {struct.name}),\n"
        f"\t.size_ver0 = {header.ver0(struct)},\n"
        f"\t.kinds = {kinds},\n"
        + (f"\t.right = IPCCHAN_RIGHT_{right[1]},\n" if right else "")
        + f"\t.fields = fields_of_{struct.noun},\n"
        f"\t.nr_fields = {len(struct.fields)},\n"
        + f"\t.errnos = errnos_of_{struct.noun},\n"
        + ("\t.gives_fd = true,\n" if gives_descriptor(struct) else "")
        + (f"\t.array = &array_of_{struct.noun},\n" if array else "")
        + "};\n\n"
    )


def calls_table(header: Header) -> str:
    """What uapi_calls.h includes."""
    structs = [struct for _, struct in header.ioctls.values()]
    tables = [
        ioctl_table(header, ioctl, struct)
        for ioctl, (_, struct) in header.ioctls.items()
    ]
    fills = [
        f"int fill_{struct.noun}(struct uapi_world *world,\n"
        "\t\tenum uapi_kind kind, void *argument);\n"
        for struct in structs
    ]
    listed = [f"\t&uapi_{struct.noun},\n" for struct in structs]
    return (
        f"{WRITTEN}\n\n{''.join(tables)}{''.join(fills)}\n"
        "static const struct uapi_ioctl *const uapi_ioctls[] = {\n"
        f"{''.join(listed)}}};\n"
    )


def variant(fixture: str, name: str, noun: str, kind: str) -> str:
    """A fixture's variant for one ioctl on one kind of descriptor."""
    return (
        f"FIXTURE_VARIANT_ADD({fixture}, {name}) {{\n"
        f"\t.call.ioctl = &uapi_{noun},\n"
        f"\t.call.kind = UAPI_{kind},\n"
        f"\t.call.fill = fill_{noun},\n}};\n"
    )


def variants_table(header: Header) -> str:
    """What uapi_test.c includes behind its fixtures."""
    text = f"{WRITTEN}\n\n"
    for _, struct in header.ioctls.values():
        noun = struct.noun
        for kind in places(struct):
            text += variant("uapi", f"{noun}_on_{kind}", noun, kind)
        if array_of(struct):
            text += variant("uapi_array", noun, noun, places(struct)[0])
    return text


def ioctls_table(fixture: str, header: Header) -> str:
    """What a test includes behind its fixture of the ioctls."""
    return f"{WRITTEN}\n\n" + "".join(
        variant(fixture, f"{struct.noun}_on_{kind}", struct.noun, kind)
        for _, struct in header.ioctls.values()
        for kind in places(struct)
    )


def layout_table(header: Header) -> str:
    """The ABI in numbers, by this script's own reckoning."""
    lines = [
        "/* SPDX-License-Identifier: GPL-2.0 */",
        "/*",
        " * The ABI as published: what is here does not change, it only grows.",
        " * Written by uapi_table.py; an addition is made by copying its output here.",
        " */",
    ]
    for name in header.constants:
        value = header.value(name) & 0xFFFFFFFFFFFFFFFF
        if "ULL" not in header.constants[name]:
            value &= 0xFFFFFFFF
        lines.append(f"UAPI_CONSTANT({name}, {value:#x});")
    for name, (number, struct) in header.ioctls.items():
        cmd = 3 << 30 | struct.size << 16 | header.value("IPCCHAN_IOC_MAGIC") << 8
        lines.append(f"UAPI_CONSTANT({name}, {cmd | number:#x});")
    for struct in header.structs.values():
        lines.append(f"UAPI_STRUCT({struct.name}, {struct.size});")
        for field in struct.fields:
            where = f"{field.offset}, {field.size}"
            lines.append(f"UAPI_FIELD({struct.name}, {field.name}, {where});")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the table that was asked for."""
    tables = {
        "table": calls_table,
        "variants": variants_table,
        "faults": partial(ioctls_table, "fault_ioctl"),
        "deaths": partial(ioctls_table, "death_ioctl"),
        "traces": partial(ioctls_table, "trace_ioctl"),
        "layout": layout_table,
    }
    if len(sys.argv) != 3 or sys.argv[1] not in tables:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        header = Header(Path(sys.argv[2]).read_text(encoding="utf-8"))
        sys.stdout.write(tables[sys.argv[1]](header))
    except Unclear as unclear:
        print(f"{sys.argv[2]}: {unclear}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
