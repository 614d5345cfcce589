"""What each engine is put through, and what came of it. All of it is seen from outside: by what is sent, what is
printed, and by what the kernel says of the processes."""

import itertools
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Sequence

from ..corpora import Corpus
from ..errors import BAD_DATA, BenchError
from .catalog import Engine
from .feed import Feed
from .running import Counts, Running

_START = 240  # seconds until the first counts, at most
_DRAIN = 300
_PATIENCE = 60  # for the last word
_QUIET = 12  # so long nothing must come for what is missing to be lost


@dataclass(frozen=True)
class Pace:
    """One round of the load."""

    start_seconds: float  # from the start of the process to the first row
    start_cpu_seconds: float
    rate: float  # bytes a second, from the first byte sent to the last row
    cpu_seconds_a_gb: float
    peak_bytes: int
    calls: int  # of the system, while 1,000 words came within a second, and until they were counted
    words: int = 1000


@dataclass(frozen=True)
class Loss:
    """One kill."""

    sent: int
    lost: int
    repeated: int  # words that were counted more than once
    note: str = ""


@dataclass
class Facts:
    """All that was seen of an engine."""

    name: str
    version: str
    sent_bytes: int = 0
    paces: list[Pace] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    windows: str = ""
    end: str = ""
    order: str = ""
    failures: list[str] = field(default_factory=list)


class Trials:
    """Those of one engine, each with a process of its own."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._log = folder / f"{engine.name.replace(' ', '-')}.log"

    def _run(self, port: int, window: int, checkpoint: Path | None = None, counts: Counts | None = None,
             extra: Sequence[str] = ()) -> Running:
        return Running(self._engine.command(port, window, checkpoint, extra), self._log,
                       self._engine.environment, counts)

    def pace(self, text: Corpus, expected: dict[bytes, int], times: int) -> Pace:
        """BenchError (65) unless each word was counted as often as it was sent."""
        with Feed() as feed:
            feed.listen()
            with self._run(feed.port, 1) as running:
                counts = running.counts
                feed.accept(_START)
                with feed.ticking():
                    running.wait_until(lambda: counts.first_at is not None, _START, "the first counts")
                assert counts.first_at
                start, start_cpu = counts.first_at - running.began, running.cpu_seconds()
                content = text.path.read_bytes()
                cpu, began = running.cpu_seconds(), time.monotonic()
                for _ in range(times):
                    feed.send(content)
                total = times * sum(expected.values())
                with feed.ticking():
                    quiet_from = began + 180
                    running.wait_until(
                        lambda: counts.words >= total or time.monotonic() > max(quiet_from, counts.last_at + _QUIET),
                        _DRAIN)
                seconds, cpu = counts.last_at - began, running.cpu_seconds() - cpu
                wanted = {word: times * count for word, count in expected.items()}
                if counts.total() != wanted:
                    raise BenchError(BAD_DATA, f"{self._engine.name} counted {counts.words} words where {total} are, or others, in "
                                               f"{text.name}: no figure")
                size = times * len(content)
                peak = running.peak_bytes()
                return Pace(start, start_cpu, size / seconds, cpu / size * 1e9, peak, self._calls(feed, running))

    def _calls(self, feed: Feed, running: Running) -> int:
        """Those of 1,000 words, ten a line, in a second; with ten ticks a second meanwhile and until all are counted,
        2 seconds at least."""
        wanted = running.counts.words + 1000
        with feed.ticking(), running.counting_calls() as calls:
            began = time.monotonic()
            for number in range(100):
                feed.send(b" ".join(b"c%d" % word for word in range(10)) + b"\n")
                time.sleep(max(0.0, began + (number + 1) / 100 - time.monotonic()))
            running.wait_until(lambda: running.counts.words >= wanted, _START, "the last 1,000 words")
            time.sleep(max(0.0, began + 2 - time.monotonic()))
        return sum(calls.values())

    def killed(self, chance: random.Random, seconds: float = 5) -> Loss:
        """kill -9 in the middle of 1,000 different words a second; then the same command again."""
        counts, numbers = Counts(), itertools.count()
        with Feed() as feed, tempfile.TemporaryDirectory() as folder:
            feed.listen()
            kept = Path(folder, "kept") if self._engine.keeps else None
            sent: list[bytes] = []
            with self._run(feed.port, 1, kept, counts) as running:
                feed.accept(_START)
                with feed.ticking():
                    running.wait_until(lambda: counts.first_at is not None, _START, "the first counts")
                over = time.monotonic() + seconds + chance.random()
                sent += feed.send_numbers(numbers, lambda: time.monotonic() > over)
            after = time.monotonic() + 0.2  # words that come while nobody is there, as a producer's do
            sent += feed.send_numbers(numbers, lambda: time.monotonic() > after)
            rows, note = counts.rows, ""
            with self._run(feed.port, 1, kept, counts) as running:
                if not self._called(feed, running):
                    note = f"does not go on: {self._state(running)}"
                else:
                    over = time.monotonic() + _START
                    sent += feed.send_numbers(
                        numbers, lambda: counts.rows > rows + 2 * 1000 or running.exit_code() is not None or
                        time.monotonic() > over)
                    note = self._drained(feed, running, sent)
        total = counts.total()
        return Loss(len(sent), sum(word not in total for word in sent),
                    sum(count > 1 for count in total.values()), note)

    def _called(self, feed: Feed, running: Running) -> bool:
        """Whether it connects before it ends."""
        deadline = time.monotonic() + _START
        while time.monotonic() < deadline and running.exit_code() is None:
            if feed.is_called(0.1):
                return True
        return False

    def _drained(self, feed: Feed, running: Running, sent: list[bytes]) -> str:
        """Waits until the last word is counted, then for what may still come."""
        with feed.ticking():
            is_counted = running.wait_until(lambda: sent[-1] in running.counts.total(), _PATIENCE)
            running.wait_until(lambda: False, 3)
        code = running.exit_code()
        if code is not None:
            return f"ends with {code}"
        return "" if is_counted else f"the last word is not counted within {_PATIENCE} s"

    def _state(self, running: Running) -> str:
        code = running.exit_code()
        return f"runs on without connecting ({running.last_words()})" if code is None \
            else f"ends with {code} ({running.last_words()})"

    def windows(self, extra: Sequence[str] = ()) -> tuple[str, str]:
        """Windows of 5 s: in which a word is that came once; and what becomes of the last one when the server hangs up
        right behind it."""
        with Feed() as feed:
            feed.listen()
            with self._run(feed.port, 5, extra=extra) as running:
                seen = running.counts.windows_of
                feed.accept(_START)
                with feed.ticking():
                    running.wait_until(lambda: running.counts.first_at is not None, _START, "the first counts")
                    feed.send(b"once\n")
                    running.wait_until(lambda: len(seen(b"once")) >= 9, _START, "nine windows")
                once = seen(b"once")[:9]
                feed.send(b"last\n")
                feed.hang_up()
                then = self._after_the_end(feed, running)
            return told_of(once), f"in {sum(count > 0 for count in seen(b'last'))} of 5 windows; {then}"

    def _after_the_end(self, feed: Feed, running: Running) -> str:
        """What the process does, looked at for a while."""
        began, again = time.monotonic(), None
        while time.monotonic() < began + _QUIET and running.exit_code() is None:
            if again is None and feed.is_called(0.1):
                again = time.monotonic() - began
            time.sleep(0.05)
        if running.exit_code() is not None:
            return f"ends with {running.exit_code()}"
        return "waits on, without a connection" if again is None else f"connects again after {again:.1f} s"

    def order(self) -> str:
        """It is started first, and the server comes 5 s after it."""
        with Feed() as feed, self._run(feed.port, 1) as running:
            running.wait_until(lambda: False, 15)
            if running.exit_code() is not None:
                return f"ends with {running.exit_code()}"
            feed.listen()
            return "connects when the server comes" if feed.is_called(30) else "does not connect any more"


def told_of(counts: Sequence[int]) -> str:
    """What windows that follow each other had of a word."""
    shown = sum(count > 0 for count in counts)
    if counts[-1] > 0:
        return f"in {shown} windows, and not gone"
    return f"in {shown} windows, then {'with 0' if 0 in counts else 'gone'}"


def words_of(text: Corpus) -> dict[bytes, int]:
    """By the plainest way there is: what spaces part, without empty words at the end of a line, as Java has it."""
    return Counter(word for line in text.path.read_bytes().splitlines() for word in line.rstrip(b" ").split(b" "))
