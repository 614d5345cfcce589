"""An engine at work: its process, what it prints, what it costs."""

import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Callable, Iterator, Mapping, Sequence

from ..errors import FAILED, BenchError
from ..machine import cpu_seconds_in
from .feed import TICK



class Counts:
    """What rows say: the end of a window, a word and its count, parted by tabs, last in a line."""

    def __init__(self) -> None:
        self.by_window: dict[bytes, dict[bytes, int]] = defaultdict(lambda: defaultdict(int))
        self.rows = 0
        self.words = 0  # without ticks
        self.first_at: float | None = None
        self.last_at = 0.0  # when a word came that is no tick

    def take(self, row: bytes, now: float) -> None:
        fields = row.rstrip(b"\n").rsplit(b"\t", 3)
        if len(fields) < 3 or not fields[-1].isdigit():
            return
        end, word, count = fields[-3].rpartition(b" ")[2], *fields[-2:]  # Flink says first which task it is of
        self.rows += 1
        self.first_at = self.first_at or now
        self.by_window[end][word] += int(count)
        if word != TICK:
            self.words += int(count)
            self.last_at = now

    def total(self) -> dict[bytes, int]:
        """By word, all windows together, without ticks."""
        sums: dict[bytes, int] = defaultdict(int)
        for window in list(self.by_window.values()):
            for word, count in list(window.items()):
                sums[word] += count
        sums.pop(TICK, None)
        return dict(sums)

    def windows_of(self, word: bytes) -> list[int]:
        """The counts of a word, window by window, without those before it came first; 0 stands where a row says so,
        -1 where there is none."""
        ends = sorted(self.by_window, key=lambda end: (len(end), end))
        having = [self.by_window[end].get(word, -1) for end in ends]
        while having and having[0] == -1:
            having.pop(0)
        return having


class Running:
    """A process and its children; leave it, and all are killed."""

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str],
                 counts: Counts | None = None) -> None:
        self.counts = counts or Counts()
        self.log = log
        self._errors = log.open("ab")
        self.began = time.monotonic()
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._errors,
            env={**os.environ, **environment}, cwd=log.parent, start_new_session=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.kill()

    def _read(self) -> None:
        assert self._process.stdout
        for row in self._process.stdout:
            self.counts.take(row, time.monotonic())

    def kill(self) -> None:
        """As kill -9 does, all that the engine has started; returns when what it has printed was read."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        self._reader.join()
        assert self._process.stdout
        self._process.stdout.close()
        self._errors.close()

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def wait_until(self, holds: Callable[[], bool], seconds: float, what: str = "") -> bool:
        """Whether it comes to hold while the process lives; BenchError, if it is said what, where it does not."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline or self.exit_code() is not None:
                if holds():
                    return True
                if what:
                    raise BenchError(FAILED, f"waited in vain for {what} (exit code "
                                             f"{self.exit_code()}; {self.last_words()})")
                return False
            time.sleep(0.01)
        return True

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1][:200] if lines else "it has said nothing"

    def _members(self) -> Iterator[str]:
        """The processes of its group."""
        for entry in os.listdir("/proc"):
            try:
                if entry.isdigit() and os.getpgid(int(entry)) == self._process.pid:
                    yield entry
            except ProcessLookupError:
                pass

    def cpu_seconds(self) -> float:
        """That all of them have used."""
        return sum(_cpu_seconds(member) for member in self._members())

    def peak_bytes(self) -> int:
        """The most memory of each, added up."""
        return sum(_peak_bytes(member) for member in self._members())

    @contextmanager
    def counting_calls(self) -> Iterator[dict[str, int]]:
        """The system calls of the block, by name, once it has ended; strace counts them."""
        calls: dict[str, int] = {}
        with tempfile.NamedTemporaryFile("r") as table:
            command = ["strace", "-f", "-c", "-U", "calls,name", "-o", table.name]
            for member in self._members():
                command += ["-p", member]
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
                assert tracer.stderr
                said = tracer.stderr.readline()
                if "attached" not in said:
                    raise BenchError(FAILED, f"strace cannot count: {said.strip()}")
                yield calls
                tracer.send_signal(signal.SIGINT)
                tracer.communicate()
            calls.update(parse_calls(table.read()))


def parse_calls(table: str) -> dict[str, int]:
    """What strace -c prints with the columns `calls,name`."""
    found = re.findall(r"^ *(\d+) +([a-z]\w*)$", table, re.MULTILINE)
    return {name: int(count) for count, name in found if name != "total"}


def _cpu_seconds(process: str) -> float:
    try:
        return cpu_seconds_in(Path(f"/proc/{process}/stat").read_text())
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def _peak_bytes(process: str) -> int:
    try:
        found = re.search(r"^VmHWM:\s+(\d+) kB$", Path(f"/proc/{process}/status").read_text(),
                          re.MULTILINE)
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found.group(1)) * 1024 if found else 0
