"""What is measured beside the table: windows, rows, the journal, memory, lateness. Each adds its
facts to the results and returns what there is to print."""

import os
import re
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from subprocess import Popen
from typing import Iterator, Sequence

from .columns import count_in_memory
from .corpora import Corpus
from .errors import FAILED, BenchError
from .places import PROGRAMS, WORDSTREAM, program
from .results import Results
from .runs import output_of, peak_rss, sending
from .stats import quantile


def parse_slides(text: str) -> dict[str, float]:
    """The facts of the row for a minute of batches of 30 MB, in bench_slides' table."""
    found = re.search(r"^60 x 30 MB +(.*)$", text, re.MULTILINE)
    if not found:
        return {}
    numbers = [float(number) for number in found.group(1).split()]
    return {"slides nanos": numbers[2], "slides times": numbers[4], "slides bytes": numbers[5]}


def slides(bible: Path, length_max: int, results: Results) -> str:
    """What a window costs."""
    text = output_of([program("bench_slides"), str(bible), str(length_max)])
    results.facts.update(parse_slides(text))
    return text


def rows(row_count: int) -> str:
    """How fast a database takes rows."""
    with tempfile.TemporaryDirectory() as folder:
        return output_of([program("bench_rows"), f"{folder}/rows.db",
                           str(row_count)])


JOURNAL_MODES = ("default", "at-least-once", "exactly-once")


def _pour(corpus: Corpus, copies: int, mode: str) -> float:
    """GB/s of a text, several times, through a pipe into a new job with commits of one second."""
    with tempfile.TemporaryDirectory() as folder:
        command = [WORDSTREAM, "-", "--quiet", "--batch", "1s"]
        if mode != "default":
            sink = f"sqlite:{folder}/rows.db" if mode == "exactly-once" else f"{folder}/rows.tsv"
            command += ["--mode", mode, "--checkpoint", f"{folder}/checkpoint",
                        "--sink", f"{sink}?top=1000"]
        start = time.perf_counter()
        with Popen(["cat", *[str(corpus.path)] * copies], stdout=subprocess.PIPE) as source:
            done = subprocess.run(command, stdin=source.stdout, stdout=subprocess.DEVNULL,
                                  check=False)
        if done.returncode != 0:
            raise BenchError(FAILED, f"wordstream --mode {mode} ended with {done.returncode}")
        return corpus.byte_count * copies / (time.perf_counter() - start) / 1e9


def parse_journal(text: str) -> dict[str, float]:
    """The facts in what bench_journal prints."""
    found = re.search(r"^durable +([\d.]+) ms", text, re.MULTILINE)
    return {"journal durable": float(found.group(1))} if found else {}


@dataclass(frozen=True)
class JournalSize:
    """How much work is given to the journal."""

    copies: int
    words: int
    commits: int


def journal(corpus: Corpus, size: JournalSize, round_count: int,
            results: Results) -> str:
    """What the modes that promise more cost, how soon a batch is durable, how long a restart
    takes."""
    for _ in range(round_count):
        for mode in JOURNAL_MODES:
            results.add(f"journal {mode}", "poured kjv",
                        _pour(corpus, size.copies, mode))
    lines = []
    for mode in JOURNAL_MODES:
        speeds = results.rounds(f"journal {mode}", "poured kjv")
        share = results.ratio(f"journal {mode}", "journal default", "poured kjv") or 1.0
        cost = 100 * (1 - share)
        line = f"{mode:<15} {median(speeds):.3f} GB/s from a pipe, commits of 1s"
        if mode != "default":
            results.facts[f"journal {mode}"] = cost
            line += f", top 1000 to a sink: costs {cost:.1f} %"
        lines.append(line)
    with tempfile.TemporaryDirectory() as folder:
        text = output_of([program("bench_journal"), f"{folder}/journal",
                           str(size.words), str(size.commits)])
    results.facts.update(parse_journal(text))
    return "\n".join(lines) + "\n" + text


def footprint(corpus: Corpus, results: Results) -> str:
    """Memory for each different word: of the table, and of the whole process at its peak."""
    counted = count_in_memory([program("bench_memory"), "own"], corpus)
    peak = peak_rss([WORDSTREAM, str(corpus.path), "--batch", "24h", "--top", "10"])
    table = counted.table_bytes / counted.size
    process = (peak - 30e6) / counted.size
    results.facts.update({"footprint table": table, "footprint process": process})
    return (f"memory      {counted.size} different words: {table:.1f} bytes each in the table, "
            f"{peak / 1e6:.0f} MB of RSS at the peak\n")


@dataclass(frozen=True)
class Load:
    """Full load for a while: batches of so many milliseconds, so many of them."""

    batch_ms: int
    batch_count: int


def read_delays(rows: Sequence[tuple[float, bytes]]) -> list[float]:
    """From (time in ms since the epoch, bytes that were read then): how long after its end each
    batch's last row was read."""
    delays: dict[int, float] = {}
    tail = b""
    for now, data in rows:
        lines = (tail + data).split(b"\n")
        tail = lines.pop()
        for line in lines:
            end = int(line.split(b"\t")[1])
            delays[end] = now - end
    return list(delays.values())


@contextmanager
def first_in_turn() -> Iterator[None]:
    """Has this process run as soon as there is something to read, where it may, so that what it
    waits for a processor is not taken for the program's delay."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except PermissionError:
        pass
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def lateness(corpus: Corpus, load: Load, results: Results) -> str:
    """How late batches are cut at full load, and how long after its end a batch's top ten have been
    read by whoever reads them."""
    chunks: list[tuple[float, bytes]] = []
    with tempfile.NamedTemporaryFile() as late, \
            sending(corpus.path, PROGRAMS / "bench_sender", times=0) as port:
        command = [program("bench_cuts"), str(port), str(load.batch_ms),
                   str(load.batch_count), late.name]
        with Popen(command, stdout=subprocess.PIPE, bufsize=0) as receiver:
            assert receiver.stdout is not None
            with first_in_turn():
                while data := receiver.stdout.read(1 << 16):
                    chunks.append((time.time_ns() / 1e6, data))
        if receiver.returncode != 0:
            raise BenchError(FAILED, f"bench_cuts ended with {receiver.returncode}")
        cuts = [float(line) for line in Path(late.name).read_text().split()]
    # The first batch begins when the program does.
    return note_lateness(corpus.name, load, cuts[1:], read_delays(chunks)[1:], results)


def note_lateness(corpus: str, load: Load, cuts: Sequence[float], delays: Sequence[float],
                  results: Results) -> str:
    """Adds the facts of one load: `cuts` in microseconds, `delays` in milliseconds."""
    figures = {"p50": quantile(cuts, 0.5), "p99": quantile(cuts, 0.99),
               "written": quantile(delays, 0.99), "count": float(len(delays))}
    results.facts.update({f"lateness {corpus} {name}": value for name, value in figures.items()})
    return (f"lateness    {corpus}, {len(cuts)} batches of {load.batch_ms} ms at full load: "
            f"cut {figures['p50']:.0f} us late (p99 {figures['p99']:.0f}); top 10 read "
            f"{quantile(delays, 0.5):.2f} ms after the deadline (p99 {figures['written']:.2f})\n")
