"""The machine: which one it is, and what it must have in hand before anything is timed."""

import os
import random
import re
import time
from pathlib import Path
from subprocess import Popen

from .errors import UNAVAILABLE, BenchError
from .results import Kind, Machine

_PREWARM_BYTES_MAX = 2_000_000_000
# Those of AMD by their families. Zen 3 is of Zen 4's, and has no AVX-512.
_ZEN = {"25": Kind.ZEN4, "26": Kind.ZEN5}


def this_machine() -> Machine:
    """As /proc/cpuinfo has it."""
    return machine_of(Path("/proc/cpuinfo").read_text(), os.cpu_count() or 1)


def machine_of(cpuinfo: str, core_count: int) -> Machine:
    """The machine that this text describes."""

    def first(name: str) -> str:
        found = re.search(rf"^{name}\s*:\s*(.*)$", cpuinfo, re.MULTILINE)
        return found.group(1).strip() if found else ""

    kind = Kind.OTHER
    if "avx512bw" in first("flags").split():
        is_intel = first("vendor_id") == "GenuineIntel"
        kind = Kind.INTEL_AVX512 if is_intel else _ZEN.get(first("cpu family"), Kind.OTHER)
    return Machine(first("model name") or "an unknown processor", core_count, kind)


def busy_share(before: str, after: str) -> float:
    """How much of the machine was in use between two readings of /proc/stat."""

    def times(stat: str) -> tuple[int, int]:
        ticks = [int(field) for field in stat.splitlines()[0].split()[1:9]]
        return sum(ticks) - ticks[3] - ticks[4], sum(ticks)  # without idle and iowait

    (busy_before, all_before), (busy_after, all_after) = times(before), times(after)
    return (busy_after - busy_before) / max(1, all_after - all_before)


def cpu_seconds_in(stat: str) -> float:
    """Of a process and its children that have ended, as /proc/PID/stat has them."""
    fields = stat.rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def used_by_others(seconds: float = 0.5) -> float:
    """The share of the machine that others use while this process waits."""
    stat = Path("/proc/stat")
    before = stat.read_text()
    time.sleep(seconds)
    return busy_share(before, stat.read_text())


def prewarm() -> None:
    """Touches memory once: what the host of a virtual machine took back comes slowly the first
    time."""
    pages = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    len(b"\1" * min(_PREWARM_BYTES_MAX, pages // 2))


def read_into_cache(path: Path) -> None:
    """Reads a file once, so that the page cache has it."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 24):
            pass


def cores() -> list[int]:
    """Those that this process may use."""
    return sorted(os.sched_getaffinity(0))


def is_listening(port: int) -> bool:
    """Whether anybody does, in this network namespace."""
    pattern = re.compile(rf":{port:04X} [0-9A-F]*:0000 0A")
    tables = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
    return any(pattern.search(table.read_text()) for table in tables if table.exists())


def free_port() -> int:
    """One that nobody listens on. The kernel hands out none of these to clients."""
    while True:
        port = random.randrange(20_000, 30_000)
        if not is_listening(port):
            return port


def wait_for_listener(port: int, process: "Popen[bytes]", patience: float = 10) -> None:
    """Returns once the port is listened on; BenchError when the process ends before, or never
    does."""
    deadline = time.monotonic() + patience
    while not is_listening(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise BenchError(UNAVAILABLE, f"no sender came up on port {port}")
        time.sleep(0.005)
