"""What counts cost on their way into a PostgreSQL server of the benchmark's own, on this machine."""

import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Iterator, Sequence

from .corpora import Corpus
from .errors import BAD_DATA, UNAVAILABLE, BenchError
from .options import Scale
from .places import WORDSTREAM
from .runs import output_of, run
from .stats import paired_ratio

_VERSIONS = Path("/usr/lib/postgresql")
_WAITING_BATCHES = 1000
_SHARE_BYTES = 4_000_000_000  # some batches of a second


@dataclass(frozen=True)
class Figures:
    """Seconds, each the median of some rounds, unless it is said otherwise."""

    rows: int
    rows_seconds: float
    changed: int
    changed_seconds: float
    share: float  # of the throughput without a server
    transaction_seconds: float  # a batch with its progress
    two_phase_seconds: float  # the same, prepared and then committed
    waiting_rows: int
    waiting_own_seconds: float
    waiting_seconds: float


class Server:
    """The server, and what it is asked."""

    def __init__(self, place: Path, programs: Path) -> None:
        self.place = place
        self._programs = programs
        self.uri = "postgresql://test@/postgres?host=" + str(place).replace("/", "%2F")

    def ask(self, sql: str) -> str:
        """What psql prints."""
        return output_of([str(self._programs / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d",
                          self.uri, "-c", sql]).strip()

    def play(self, sql: str) -> float:
        """The seconds that statements take, one after the other."""
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write(sql)
            script.flush()
            return run([str(self._programs / "psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-d",
                        self.uri, "-f", script.name])

    def sink(self, table: str) -> str:
        """A sink's name."""
        return f"{self.uri}&table={table}"


def _as_nobody() -> list[str]:
    """It refuses to be root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env",
            "HOME=/nonexistent"]


@contextmanager
def server() -> Iterator[Server]:
    """A server that is gone afterwards; BenchError where none is installed."""
    found = sorted(_VERSIONS.glob("*/bin/initdb"))
    if not found:
        raise BenchError(UNAVAILABLE, "PostgreSQL is not installed: run scripts/bootstrap --test")
    programs = found[-1].parent
    with tempfile.TemporaryDirectory() as place:
        if os.geteuid() == 0:
            os.chown(place, 65534, 65534)
        data = f"{place}/data"
        run([*_as_nobody(), str(programs / "initdb"), "-D", data, "-U", "test", "-A", "trust", "-E",
             "UTF8", "--locale=C", "--no-instructions"])
        control = [*_as_nobody(), str(programs / "pg_ctl"), "-D", data, "-w", "-l", f"{place}/log"]
        run([*control, "-o", f"-c listen_addresses= -c unix_socket_directories={place} "
             "-c shared_buffers=64MB -c max_wal_size=1GB -c max_prepared_transactions=4", "start"])
        try:
            yield Server(Path(place), programs)
        finally:
            run([*control, "-m", "immediate", "stop"])


def _words(path: Path, count: int) -> None:
    path.write_text("".join(f"word{number}\n" for number in range(count)))


def _append_rows(at: Server, place: Path, count: int, rounds: int) -> float:
    """New rows, from start to end of the whole program."""
    words = place / "words"
    _words(words, count)
    seconds = []
    for number in range(rounds):
        seconds.append(run([WORDSTREAM, str(words), "--sink", at.sink(f"rows{number}")]))
    return median(seconds)


def _change_totals(at: Server, place: Path, count: int, rounds: int) -> float:
    """All totals anew, from start to end of the whole program."""
    words = place / "totals"
    table = f"totals{count}"
    _words(words, count)
    # Through a pipe: a file would be gone on with where it has ended.
    job = (f"cat {words} | {WORDSTREAM} - -q --total -m exactly-once "
           f"--checkpoint {place / table}.state --sink '{at.sink(table)}'")
    seconds = [run(["sh", "-c", job]) for _ in range(rounds + 1)]
    total = at.ask("SELECT min(count) || ' ' || max(count) || ' ' || count(*) FROM " + table)
    if total != f"{rounds + 1} {rounds + 1} {count}":
        raise BenchError(BAD_DATA, f"the totals are wrong: {total}")
    return median(seconds[1:])


def _share(at: Server, corpus: Corpus, place: Path, rounds: int) -> float:
    """The throughput of a job that writes to the server, as a share of one that prints."""
    bare, kept = [], []
    times = -(-_SHARE_BYTES // corpus.byte_count)
    files = " ".join([str(corpus.path)] * times)
    for number in range(rounds):
        pipe = f"cat {files} | {WORDSTREAM} - -q --batch 1s --top 1000"
        state = place / f"share{number}"
        bare.append(run(["sh", "-c", f"{pipe} --format tsv"]))
        kept.append(run(["sh", "-c", f"{pipe} -m exactly-once --checkpoint {state} "
                         f"--sink '{at.sink(f'share{number}')}'"]))
    return paired_ratio(bare, kept)


def _two_ways(at: Server, batches: int, rounds: int) -> tuple[float, float]:
    """A batch of 1,000 rows with its progress in one transaction; and prepared, then committed."""
    at.ask("CREATE TABLE ways (batch bigint, word text, count bigint, PRIMARY KEY (batch, word)); "
           "CREATE TABLE way (batch bigint)")
    rows = "INSERT INTO ways SELECT {0}, 'word' || n, n FROM generate_series(1, 1000) AS n;\n"
    one = "BEGIN;\n" + rows + "UPDATE way SET batch = {0};\nCOMMIT;\n"
    two = "BEGIN;\n" + rows + "PREPARE TRANSACTION 'batch';\nCOMMIT PREPARED 'batch';\n"
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for way, text in enumerate((one, two)):
            first = (2 * number + way) * batches
            took = at.play("".join(text.format(first + batch) for batch in range(batches)))
            seconds[way].append(took / batches)
    return median(seconds[0]), median(seconds[1])


def _feed(job: Sequence[str], lines: int) -> None:
    """A line in each batch of 10 ms."""
    line = " ".join(f"word{number}" for number in range(100)).encode() + b"\n"
    with subprocess.Popen([WORDSTREAM, "-", *job], stdin=subprocess.PIPE) as program:
        assert program.stdin
        try:
            for _ in range(lines):
                program.stdin.write(line)
                program.stdin.flush()
                time.sleep(0.009)
        except BrokenPipeError:
            pass  # it has had its batches
        program.stdin.close()
        program.wait()


def _catch_up(at: Server, place: Path) -> tuple[int, float, float]:
    """A table put back by many batches, which a window still has: how many rows that is, what they
    take in one statement of the server's own, and how long a start takes that gives them again."""
    job = ["-q", "--batch", "10ms", "--window", "60s", "--slide", "10ms", "--checkpoint",
           str(place / "windows"), "-m", "exactly-once", "--sink", at.sink("windows")]
    _feed([*job, "--max-batches", "100"], 100)
    at.ask("CREATE TABLE before AS SELECT * FROM windows; CREATE TABLE progress_before AS "
           "SELECT * FROM wordstream_progress WHERE table_name = 'windows'")
    _feed([*job, "--max-batches", str(_WAITING_BATCHES)], _WAITING_BATCHES)
    new = "FROM windows WHERE end_ms > (SELECT max(end_ms) FROM before)"
    count = int(at.ask(f"SELECT count(*) {new}"))
    at.ask("CREATE TABLE own (LIKE windows INCLUDING ALL)")
    own = at.play(f"INSERT INTO own SELECT * {new} ORDER BY end_ms, start_ms, word;\n")
    at.ask("TRUNCATE windows; INSERT INTO windows SELECT * FROM before; UPDATE wordstream_progress "
           "AS p SET batch = b.batch FROM progress_before AS b WHERE p.table_name = 'windows'")
    took = run([WORDSTREAM, "-", *job, "--max-batches", "1"])
    return count, own, took


def measure(corpus: Corpus, scale: Scale) -> Figures:
    """All of it."""
    rows, changed = scale.row_count, 10_000
    with server() as at, tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        one, two = _two_ways(at, 100, scale.rounds)
        return Figures(rows, _append_rows(at, place, rows, scale.rounds),
                       changed, _change_totals(at, place, changed, scale.rounds) -
                       _change_totals(at, place, 1, scale.rounds),
                       _share(at, corpus, place, scale.rounds), one, two, *_catch_up(at, place))


def lines(figures: Figures) -> str:
    """As people read it."""
    return (
        f"rows        {figures.rows} new ones in {figures.rows_seconds:.2f} s: "
        f"{figures.rows / figures.rows_seconds / 1e6:.2f} M rows/s (asked: 0.15)\n"
        f"totals      {figures.changed} changed in {figures.changed_seconds * 1e3:.0f} ms more than "
        "one (asked: 100)\n"
        f"throughput  {figures.share:.2f} of what it is without a server, exactly-once, batches of "
        "1s, top 1000 (asked: 0.90)\n"
        f"one place   {figures.transaction_seconds * 1e3:.1f} ms a batch of 1000 rows with its "
        f"progress; {figures.two_phase_seconds * 1e3:.1f} ms prepared and then committed: "
        f"{figures.two_phase_seconds / figures.transaction_seconds:.2f} times\n"
        f"catching up {_WAITING_BATCHES} windows, {figures.waiting_rows} rows, in "
        f"{figures.waiting_seconds:.2f} s; as rows of a file they take "
        f"{figures.waiting_rows * figures.rows_seconds / figures.rows:.2f} s, copied by the server "
        f"itself {figures.waiting_own_seconds:.2f} s (asked: 3 times the former)\n")
