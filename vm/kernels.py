# SPDX-License-Identifier: GPL-2.0
"""The kernels ipcchan is tested on: one row each, a new kernel is a new row."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kernel:
    """One kernel as Debian ships it, named by its metapackages."""

    key: str
    """What --kernel takes."""
    image: str
    """Metapackage that depends on the newest image."""
    headers: str
    """Metapackage that depends on the matching headers."""
    compiler: str
    """The compiler the kernel itself was built with, or one that will do."""
    suites: tuple[str, ...] = ()
    """Where the packages are, if not where the machine's own come from."""
    versions: str = "*"
    """Of the versions there, the newest that is like this."""
    make_args: tuple[str, ...] = ()
    """Further arguments of the module's build."""
    boot_args: tuple[str, ...] = ()
    """Further words of the kernel command line."""


KERNELS = (
    Kernel(
        key="6.1",
        image="linux-image-cloud-amd64",
        headers="linux-headers-cloud-amd64",
        compiler="gcc-12",
    ),
    Kernel(
        key="6.12",
        image="linux-image-6.12-cloud-amd64",
        headers="linux-headers-6.12-cloud-amd64",
        compiler="gcc-12",
        # Type information would need pahole, and nothing here reads it.
        make_args=("CONFIG_DEBUG_INFO_BTF_MODULES=",),
        boot_args=("kfence.sample_interval=10",),
    ),
    Kernel(
        key="6.12-rt",
        image="linux-image-6.12-rt-amd64",
        headers="linux-headers-6.12-rt-amd64",
        compiler="gcc-12",
        make_args=("CONFIG_DEBUG_INFO_BTF_MODULES=",),
        boot_args=("kfence.sample_interval=10",),
    ),
    Kernel(
        key="7.x",
        image="linux-image-cloud-amd64",
        headers="linux-headers-cloud-amd64",
        compiler="gcc-12",
        # Backports takes its libraries from trixie; they count if sid is away.
        suites=("sid", "trixie-backports", "trixie"),
        versions="7.*",
        make_args=(
            "CONFIG_DEBUG_INFO_BTF_MODULES=",
            # An option that the kernel's own compiler has, and gcc-12 not.
            "CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=",
        ),
        boot_args=("kfence.sample_interval=10",),
    ),
)

DEFAULT = KERNELS[0]


def select(key: str) -> list[Kernel]:
    """The kernels that KEY names: one, or "all"."""
    return [kernel for kernel in KERNELS if key in ("all", kernel.key)]
