"""Senders that wait for answers: what many of them cost, how long a line waits, and whether rsyslog is
held up."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO, Iterator

from .corpora import Corpus
from .errors import FAILED, BenchError
from .options import SMOKE, Scale
from .places import WORDSTREAM, program
from .runs import PORT, output_of, receive, run
from .stats import paired_ratio

_WINDOW = 5000  # frames of a connection that are not answered; rsyslog's own default is 128
_FEW, _MANY = (10, 10), (10_000, 1000)  # producers, connections
_EVERY_US = 100
_PATIENCE = 300
_SETTINGS = """\
global(workDirectory="{0}/state" maxMessageSize="64k")
module(load="imfile" mode="inotify") module(load="omrelp")
template(name="keyed" type="string" string="%$!metadata!filename%@%$!metadata!fileoffset% %msg%")
main_queue(queue.type="Direct")
ruleset(name="ship") {{ action(type="omrelp" target="127.0.0.1" port="{1}" template="keyed"
  windowSize="5000" timeout="60" queue.type="Direct") }}
input(type="imfile" file="{0}/in.log" tag="in" addMetadata="on" ruleset="ship" freshStartTail="off"
  persistStateInterval="1000000")
"""


@dataclass(frozen=True)
class Figures:
    """Each the median of some rounds."""

    few_ns: float  # of CPU, a line
    many_ns: float
    many_share: float  # of the former
    wait_ms: float  # at the 99th percentile
    short_wait_ms: float  # with a commit every 10 ms
    rsyslog_share: float | None  # of its speed to a receiver that answers at once; none: not there
    send_speed: float  # of `wordstream send` into a database, exactly once, in bytes a second
    send_share: float  # of plain TCP into the default mode


@contextmanager
def _receiver(*flags: str, sink: str = "file:{}/rows.tsv?top=10") -> Iterator[tuple[int, int]]:
    """wordstream with a journal: its process and its port."""
    with tempfile.TemporaryDirectory() as folder:
        command = [WORDSTREAM, "--relp", "0", "--batch", "1s", "--mode", "exactly-once",
                   "--checkpoint", f"{folder}/state", "--sink", sink.format(folder), *flags]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as receiver:
            assert receiver.stderr
            try:
                yield receiver.pid, _port_in(receiver.stderr)
            finally:
                receiver.terminate()


def _port_in(stream: IO[str]) -> int:
    said = stream.readline().strip()
    found = re.search(r"([0-9]+)$", said)
    if not found:
        raise BenchError(FAILED, f"a receiver does not listen: {said}")
    return int(found.group(1))


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cost(who: tuple[int, int], line_count: int) -> float:
    """Nanoseconds of CPU that a line takes of the receiver."""
    with _receiver() as (pid, port):
        before = _cpu_seconds(pid)
        _send(port, who, line_count)
        return (_cpu_seconds(pid) - before) / line_count * 1e9


def _send(port: int, who: tuple[int, int], line_count: int, *pace: str) -> float:
    """Returns how long a line has waited, in milliseconds, at the 99th percentile."""
    said = output_of([program("bench_relp"), str(port), str(who[0]), str(who[1]), str(_WINDOW),
                      str(line_count), *pace])
    return float(said.split()[2])


def _wait(line_count: int, *flags: str) -> float:
    with _receiver(*flags) as (_, port):
        return _send(port, _FEW, line_count, str(_EVERY_US))


def _ship(port: int, text: str) -> float:
    """The seconds in which rsyslog hands on all lines of a file."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "state").mkdir()
        (place / "in.log").write_text(text)
        settings = place / "settings"
        settings.write_text(_SETTINGS.format(folder, port))
        start = time.perf_counter()
        with subprocess.Popen(["rsyslogd", "-n", "-C", "-f", str(settings), "-i",
                               f"{folder}/pid"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as rsyslog:
            _wait_until_read(rsyslog.pid, place / "in.log", len(text))
            seconds = time.perf_counter() - start
            rsyslog.terminate()
        return seconds


def _wait_until_read(pid: int, path: Path, size: int) -> None:
    """Until the process has read all of the file: it reads no further than it can hand on."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            try:
                if entry.resolve() != path:
                    continue
                info = Path(f"/proc/{pid}/fdinfo/{entry.name}").read_text()
            except FileNotFoundError:
                continue
            if int(info.split()[1]) >= size:
                return
        time.sleep(0.005)
    raise BenchError(FAILED, "rsyslog does not read its file")


def _rsyslog_share(line_count: int, rounds: int) -> float | None:
    if shutil.which("rsyslogd") is None:
        return None
    text = "".join(f"{number} the quick brown fox jumps over the lazy dog\n"
                   for number in range(line_count))
    at_once, ours = [], []
    for _ in range(rounds):
        with subprocess.Popen([program("bench_relp"), "answer"], stdout=subprocess.PIPE,
                              text=True) as receiver:
            assert receiver.stdout
            at_once.append(_ship(_port_in(receiver.stdout), text))
            receiver.kill()
        with _receiver() as (_, port):
            ours.append(_ship(port, text))
    return paired_ratio(at_once, ours)


def _sent(path: Path) -> float:
    """The seconds in which a file is sent and answered."""
    with _receiver(sink="sqlite:{}/counts.db") as (_, port), \
            tempfile.TemporaryDirectory() as folder:
        return run([WORDSTREAM, "send", "-q", "--checkpoint", folder, "--to",
                    f"relp://127.0.0.1:{port}", str(path)])


def _send_seconds(path: Path, rounds: int) -> tuple[list[float], list[float]]:
    """Of plain TCP into the default mode, and of `send`, in turn."""
    plain, sent = [], []
    for _ in range(rounds):
        plain.append(receive([WORDSTREAM, "--port", PORT, "--batch", "1s", "--until-eof"], path))
        sent.append(_sent(path))
    return plain, sent


def measure(kjv: Corpus, scale: Scale) -> Figures:
    """All of it."""
    is_smoke = scale.name == SMOKE.name
    line_count, paced_count = (50_000, 2000) if is_smoke else (2_000_000, 30_000)
    few, many = [], []
    for _ in range(scale.rounds):
        few.append(_cost(_FEW, line_count))
        many.append(_cost(_MANY, line_count))
    waits = [_wait(paced_count) for _ in range(scale.rounds)]
    short = [_wait(paced_count, "--commit-interval", "10ms") for _ in range(scale.rounds)]
    plain, sent = _send_seconds(kjv.path, scale.rounds)
    return Figures(median(few), median(many), paired_ratio(many, few), median(waits), median(short),
                   _rsyslog_share(line_count // 10, scale.rounds), kjv.byte_count / median(sent),
                   paired_ratio(plain, sent))


def lines(figures: Figures) -> str:
    """As people read it."""
    share = "rsyslog is not installed: SKIPPED" if figures.rsyslog_share is None else \
        f"{figures.rsyslog_share:.2f} of its speed to a receiver that answers at once (asked: 0.90)"
    return (
        f"a line      {figures.few_ns:.0f} ns of CPU from {_FEW[0]} producers and connections, "
        f"{figures.many_ns:.0f} from {_MANY[0]} on {_MANY[1]}: {figures.many_share:.2f} times "
        "(asked: 1.25)\n"
        f"an answer   after {figures.wait_ms:.0f} ms at the 99th percentile (asked: 150); with "
        f"--commit-interval 10ms {figures.short_wait_ms:.0f} (asked: 30)\n"
        f"rsyslog     {share}\n"
        f"send        {figures.send_speed / 1e9:.2f} GB/s of kjv into a database, exactly once: "
        f"{figures.send_share:.2f} of plain TCP into the default mode (asked: 0.60)\n")
