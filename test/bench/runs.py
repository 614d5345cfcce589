"""Runs programs and times them: a file on stdin, or a sender on a port of this machine."""

import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import IO, Iterator, Sequence

from .errors import FAILED, BenchError
from .machine import free_port, wait_for_listener

_ENVIRONMENT = {**os.environ, "LC_ALL": "C"}
# Stands for the port in a command.
PORT = "PORT"

# A child's peak begins with that of the process that it was forked from, so this one stays small.
_TELL_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def run(command: Sequence[str], stdin: Path | None = None, stdout: IO[bytes] | None = None,
        core: int | None = None) -> float:
    """Runs a program to its end, on one core if told to; its output goes to `stdout` or nowhere.
    Returns the seconds that it took; BenchError with its own last words if it fails."""
    if core is not None:
        command = ["taskset", "--cpu-list", str(core), *command]
    with tempfile.TemporaryFile() as errors, (stdin or Path(os.devnull)).open("rb") as source:
        start = time.perf_counter()
        done = subprocess.run(command, stdin=source, stdout=stdout or subprocess.DEVNULL,
                              stderr=errors, env=_ENVIRONMENT, check=False)
        seconds = time.perf_counter() - start
        if done.returncode != 0:
            errors.seek(0)
            words = errors.read().decode(errors="replace").strip()
            raise BenchError(FAILED, f"{command[0]} ended with {done.returncode}: {words}")
    return seconds


def output_of(command: Sequence[str]) -> str:
    """What a program prints."""
    with tempfile.TemporaryFile() as out:
        run(command, stdout=out)
        out.seek(0)
        return out.read().decode()


def peak_rss(command: Sequence[str]) -> int:
    """How many bytes a program has had in memory at most, as the kernel counts them."""
    return int(output_of(["python3", "-c", _TELL_PEAK, *command]))


@contextmanager
def sending(path: Path, fast_sender: Path | None = None, times: int = 1) -> Iterator[int]:
    """A sender of a file on the port that this yields: nc, or the program named."""
    port = free_port()
    command = [str(fast_sender), str(port), str(path), str(times)] if fast_sender else \
        ["nc", "-N", "-l", str(port)]
    with path.open("rb") as source, \
            Popen(command, stdin=source, stdout=subprocess.DEVNULL) as sender:
        try:
            wait_for_listener(port, sender)
            yield port
            sender.wait(timeout=60)
        finally:
            sender.kill()


def receive(command: Sequence[str], path: Path, stdout: IO[bytes] | None = None,
            fast_sender: Path | None = None) -> float:
    """Runs a receiver against a sender of its own. Returns as run()."""
    with sending(path, fast_sender) as port:
        return run([word.replace(PORT, str(port)) for word in command], stdout=stdout)
