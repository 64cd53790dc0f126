# SPDX-License-Identifier: GPL-2.0
"""The kernels ipcchan is tested on: one row each, a new kernel is a new row.

Debian's kernels are the ones people use. Those compiled here look for what these
cannot see; each is made of a base and a fragment of vm/config/.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kernel:
    """One kernel: as Debian ships it, or compiled from Debian's source."""

    key: str
    """What --kernel takes."""
    image: str
    """Metapackage that depends on the newest image, or the source package."""
    headers: str = ""
    """Metapackage that depends on the matching headers."""
    compiler: str = "CC=gcc-12"
    """As an argument of make: what the kernel was built with, or what will do."""
    fragments: tuple[str, ...] = ()
    """Of vm/config/: what to compile the source package with."""
    packages: tuple[str, ...] = ()
    """Groups of scripts/install-packages that compiling needs."""
    suites: tuple[str, ...] = ()
    """Where the packages are, if not where the machine's own come from."""
    versions: str = "*"
    """Of the versions there, the newest that is like this."""
    make_args: tuple[str, ...] = ()
    """Further arguments of the module's build."""
    boot_args: tuple[str, ...] = ()
    """Further words of the kernel command line."""
    memory: int = 1024
    """What a guest gets in MiB, besides room for its files."""
    seeds: tuple[str, ...] = ()
    """Bugs of vm/selfcheck/ that it has to report."""


SHORT = ("IPCCHAN_STRESS_OPS=60000", "IPCCHAN_DEATH_STRIDE=4")
"""Words of the command line of those that do a part of what stress_test and death_test do on 6.1."""

STOCK = (
    Kernel(
        key="6.1",
        image="linux-image-cloud-amd64",
        headers="linux-headers-cloud-amd64",
    ),
    Kernel(
        key="6.12",
        image="linux-image-6.12-cloud-amd64",
        headers="linux-headers-6.12-cloud-amd64",
        # Type information would need pahole, and nothing here reads it.
        make_args=("CONFIG_DEBUG_INFO_BTF_MODULES=",),
        boot_args=("kfence.sample_interval=10", *SHORT),
    ),
    Kernel(
        key="6.12-rt",
        image="linux-image-6.12-rt-amd64",
        headers="linux-headers-6.12-rt-amd64",
        make_args=("CONFIG_DEBUG_INFO_BTF_MODULES=",),
        boot_args=("kfence.sample_interval=10", *SHORT),
    ),
    Kernel(
        key="7.x",
        image="linux-image-cloud-amd64",
        headers="linux-headers-cloud-amd64",
        # Backports takes its libraries from trixie; they count if sid is away.
        suites=("sid", "trixie-backports", "trixie"),
        versions="7.*",
        make_args=(
            "CONFIG_DEBUG_INFO_BTF_MODULES=",
            # An option that the kernel's own compiler has, and gcc-12 not.
            "CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=",
        ),
        boot_args=("kfence.sample_interval=10", *SHORT),
    ),
)

SLOW = (
    # Their own tools find what slub_debug would, and more.
    "slub_debug=-",
    # KASAN asks the CPU's features whether page tables have five levels, and an
    # interrupt may come while the kernel collects these: then all memory is wild.
    "no5lvl",
    # A tenth of what stress_test does on a kernel that is ten times faster.
    "IPCCHAN_STRESS_OPS=20000",
    # A processor that the host lets wait is not stuck; one that is, is so for ever.
    "watchdog_thresh=60",
    "workqueue.watchdog_thresh=120",
    "rcupdate.rcu_cpu_stall_timeout=180",
    "sysctl.kernel.hung_task_timeout_secs=180",
    # death_test kills at each step of a call on the kernels that are quick.
    "IPCCHAN_DEATH_STRIDE=4",
)
"""Words of the command line of all that are compiled here."""

COMPILED = (
    Kernel(
        key="debug",
        image="linux-source-6.1",
        fragments=("base", "debug"),
        packages=("kernel",),
        make_args=("CONFIG_IPCCHAN_KUNIT_TEST=y",),
        boot_args=(*SLOW, "kmemleak=on"),
        memory=2048,
        # The one for lockdep, which stops at the first report of anything, first.
        seeds=(
            "lock_inversion",
            "sleep_in_atomic",
            "undefined_shift",
            "use_after_free",
            "out_of_bounds",
            "freed_timer",
            "hung_task",
            "soft_lockup",
            "leak",
        ),
    ),
    Kernel(
        key="kcsan",
        image="linux-source-6.1",
        fragments=("base", "kcsan"),
        packages=("kernel",),
        make_args=("CONFIG_IPCCHAN_KUNIT_TEST=y",),
        # The kernel has races of its own, of which it warns as well.
        boot_args=(*SLOW, "panic_on_warn=0"),
        seeds=("lock_inversion", "sleep_in_atomic", "plain_race"),
    ),
    Kernel(
        key="kmsan",
        image="linux-source-6.1",
        compiler="LLVM=-14",
        fragments=("base", "kmsan"),
        packages=("kernel", "clang"),
        make_args=("CONFIG_IPCCHAN_KUNIT_TEST=y",),
        # It looks for the frames of the stack in whatever lies there.
        boot_args=(*SLOW, "hardened_usercopy=off"),
        memory=3072,
        seeds=("uninitialised_copy",),
    ),
)

KERNELS = (*STOCK, *COMPILED)

DEFAULT = STOCK[0]


def select(key: str) -> list[Kernel]:
    """The kernels that KEY names: one, or "all" that Debian ships."""
    return [kernel for kernel in KERNELS if key in _names(kernel)]


def _names(kernel: Kernel) -> tuple[str, ...]:
    return (kernel.key, "all") if kernel in STOCK else (kernel.key,)
