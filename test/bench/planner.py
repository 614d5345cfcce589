"""Which columns each text has, and the order in which they are measured."""

import subprocess
from typing import Callable, Iterator

from .columns import TSV_COUNT, Column, MemoryColumns, file_column, stream_column
from .corpora import Corpus, Library
from .engines import engine_columns
from .goals import BEST_TARGET, OTHER_TARGETS
from .machine import cores, read_into_cache
from .options import Options
from .peers import peers
from .places import PROGRAMS, SOURCES, WORDSTREAM as BINARY, program, receiver
from .report import FILE
from .results import DISCARD, WORDSTREAM, Results
from .rounds import Plan
from .runs import PORT
from .spark import spark_column

# These are asked every question.
_MAIN = ("kjv", "zipf", "eng")
_CUT = ("kjv", "zipf")
_SPARK_SIZE = 50  # several batches of it, each of a second


class Planner:
    """Makes the columns, and the texts that they are measured on."""

    def __init__(self, options: Options, library: Library, results: Results,
                 tell: Callable[[str], None]) -> None:
        self._scale = options.scale
        self._library = library
        self._results = results
        self._tell = tell
        self._core = cores()[-1]
        self._memory = MemoryColumns(program("bench_memory"))
        self._spark = spark_column(SOURCES, PROGRAMS / "bench_sender", tell) if options.spark \
            else None
        self._engines = list(engine_columns(SOURCES, BINARY, tell)) if options.engines else []

    def plan(self) -> Plan:
        """All of it: first what comes over a socket, then the rest text by text."""
        names = (*self._scale.corpora, *self._scale.shapes)
        corpora = [self._corpus(name, self._scale.size) for name in names]
        streams = [(column, corpus) for corpus in corpora for column in self._streams(corpus.name)]
        return streams + [step for corpus in corpora for step in self._others(corpus)]

    def _corpus(self, name: str, size: int) -> Corpus:
        self._tell(f"text {name}, {size} MB")
        corpus = self._library.corpus(name, size)
        read_into_cache(corpus.path)
        return corpus

    def _streams(self, name: str) -> Iterator[Column]:
        yield stream_column(DISCARD, [program("bench_discard"), PORT])
        command = receiver("--batch", "1s")
        yield stream_column(WORDSTREAM, command, [*command, "--format", "tsv"])
        if name in _MAIN:
            yield self._memory.column("memory", "own")
        if name in _CUT:
            for batch in ("24h", "100ms"):
                yield stream_column(f"batch {batch}", receiver("--batch", batch))

    def _others(self, corpus: Corpus) -> Iterator[tuple[Column, Corpus]]:
        if corpus.name in _MAIN:
            for column in (*self._threads(), *self._tables(), *self._engines):
                yield column, corpus
        if corpus.name in self._scale.corpora:
            yield from self._whole_programs(corpus)

    def _threads(self) -> Iterator[Column]:
        for name, count in (("1 thread", "1"), ("2 threads", "2")):
            command = receiver("--batch", "1s", "--threads", count)
            yield stream_column(name, command, [*command, "--format", "tsv"],
                                PROGRAMS / "bench_sender")

    def _tables(self) -> Iterator[Column]:
        yield self._memory.column("table", "own")
        yield self._memory.column("table again", "again")
        targets = subprocess.run([program("bench_memory")], stdout=subprocess.PIPE, text=True,
                                 check=True).stdout.splitlines()
        if targets[0].startswith(BEST_TARGET):
            for target in OTHER_TARGETS:
                yield self._memory.column(f"table {target}", "own", target)
        else:
            self._results.missing[BEST_TARGET] = f"this processor has no {BEST_TARGET}"
        if (PROGRAMS / "peer_flat_map").exists():
            yield self._memory.column("table flat_map", "flat_map")

    def _whole_programs(self, corpus: Corpus) -> Iterator[tuple[Column, Corpus]]:
        """The two that are compared in a goal have the whole text; others would take too long."""
        smaller = self._corpus(corpus.name, self._scale.peer_size)
        large = corpus if corpus.name in _MAIN else smaller
        own = [BINARY, "-", "--batch", "24h", "--threads", "1", "--split", "whitespace",
               "--format", "tsv"]
        yield file_column(FILE, own, self._core, TSV_COUNT), large
        for peer, command in peers(PROGRAMS, SOURCES).items():
            text = large if peer == "countwords" else smaller
            yield file_column(peer, command, self._core), text
        if self._spark:
            yield self._spark, self._corpus(corpus.name, _SPARK_SIZE)
