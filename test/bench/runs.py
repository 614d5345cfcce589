"""Runs programs and times them: a file on stdin, or a sender on a port of this machine."""

import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import IO, Iterator, Sequence

from .errors import FAILED, BenchError
from .machine import free_port, wait_for_listener

_ENVIRONMENT = {**os.environ, "LC_ALL": "C"}
# Stands for the port in a command.
PORT = "PORT"


@dataclass(frozen=True)
class Run:
    """How a program did, from its start to its end."""

    seconds: float
    rss_bytes: int  # at the peak, of the program itself


def run(command: Sequence[str], stdin: Path | None = None, stdout: IO[bytes] | None = None,
        core: int | None = None) -> Run:
    """Runs a program to its end, on one core if told to; its output goes to `stdout` or nowhere.
    BenchError with its own last words if it fails."""
    if core is not None:
        command = ["taskset", "--cpu-list", str(core), *command]
    source = stdin.open("rb") if stdin else subprocess.DEVNULL
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = Popen(command, stdin=source, stdout=stdout or subprocess.DEVNULL, stderr=errors,
                        env=_ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if not isinstance(source, int):
            source.close()
        if process.returncode != 0:
            errors.seek(0)
            words = errors.read().decode(errors="replace").strip()
            raise BenchError(FAILED, f"{command[0]} ended with {process.returncode}: {words}")
    return Run(seconds, usage.ru_maxrss * 1024)


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
            fast_sender: Path | None = None) -> Run:
    """Runs a receiver against a sender of its own."""
    with sending(path, fast_sender) as port:
        return run([word.replace(PORT, str(port)) for word in command], stdout=stdout)
