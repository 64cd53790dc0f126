# SPDX-License-Identifier: GPL-2.0
"""Run programs of another suite with the libraries that came with them.

They want a newer C library than the machine has. They and their libraries are
unpacked beside the cache's place for them, which has its name only at the end.
"""

from pathlib import Path

LIBRARIES = "usr/lib/x86_64-linux-gnu"
"""Where in the packages the libraries are, and the loader."""

WRAPPER = """\
#!/bin/sh
exec {libraries}/ld-linux-x86-64.so.2 --library-path {libraries} \\
	--argv0 "$0" {program} "$@"
"""


def has_libraries(partial: Path) -> bool:
    """Did libraries come with what is unpacked in PARTIAL?"""
    return (partial / LIBRARIES / "libc.so.6").exists()


def wrap(tool: Path, partial: Path, root: Path) -> None:
    """Put a script in the place of TOOL, in PARTIAL, which will be ROOT."""
    program = tool.rename(tool.with_name(f"{tool.name}.elf"))
    program = root / program.relative_to(partial)
    tool.write_text(WRAPPER.format(libraries=root / LIBRARIES, program=program))
    tool.chmod(0o755)
