"""What stands in the columns of the table: ways to count a text, each measured alike.

A column is checked for each corpus before it is timed, or while it is: a figure of a wrong count is
none.
"""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Sequence

from .corpora import Corpus
from .errors import BAD_DATA, BenchError
from .runs import output_of, receive, run

# The field of a line of output that is the count, and the sum of them all.
TSV_COUNT = 4
PEER_COUNT = 1


def total_of(output: Path, count_field: int) -> int:
    """The sum of a column of a program's output."""
    separator = "\t" if count_field == TSV_COUNT else " "
    script = f'{{ n += ${count_field} }} END {{ printf "%.0f\\n", n }}'
    with tempfile.TemporaryFile() as sums:
        run(["awk", "-F", separator, script], stdin=output, stdout=sums)
        sums.seek(0)
        return int(sums.read())


def demand(column: str, corpus: Corpus, counted: int, wanted: int) -> None:
    """BenchError unless the words were counted right."""
    if counted != wanted:
        raise BenchError(BAD_DATA, f"{column} counted {counted} words of {wanted} "
                                   f"in {corpus.name}: no figure")


@dataclass(frozen=True)
class Column:
    """`measure` gives GB/s of one run; `check` raises where the count of one is wrong."""

    name: str
    measure: Callable[[Corpus], float]
    check: Callable[[Corpus], None] = field(default=lambda corpus: None)


def speed_of(corpus: Corpus, seconds: float) -> float:
    return corpus.byte_count / seconds / 1e9


def stream_column(name: str, command: Sequence[str], checked: Sequence[str] | None = None,
                  fast_sender: Path | None = None) -> Column:
    """A receiver, from its start to its end. `checked`: the same, with all counts as TSV."""

    def measure(corpus: Corpus) -> float:
        return speed_of(corpus, receive(command, corpus.path, fast_sender=fast_sender))

    def check(corpus: Corpus) -> None:
        if checked is None:
            return
        with tempfile.NamedTemporaryFile() as rows:
            receive(checked, corpus.path, stdout=rows.file, fast_sender=fast_sender)
            demand(name, corpus, total_of(Path(rows.name), TSV_COUNT), corpus.space_words)

    return Column(name, measure, check)


def file_column(name: str, command: Sequence[str], core: int,
                count_field: int = PEER_COUNT) -> Column:
    """A whole program on one core, from a file on stdin to all counts on stdout. It has to part
    words at white space, as all of them can."""

    def measure(corpus: Corpus) -> float:
        return speed_of(corpus, run(command, stdin=corpus.path, core=core))

    def check(corpus: Corpus) -> None:
        with tempfile.NamedTemporaryFile() as rows:
            run(command, stdin=corpus.path, stdout=rows.file)
            demand(name, corpus, total_of(Path(rows.name), count_field), corpus.blank_words)

    return Column(name, measure, check)


@dataclass(frozen=True)
class Counted:
    """What bench_memory printed."""

    seconds: float
    word_count: int
    size: int
    table_bytes: int
    checksum: int

    @staticmethod
    def parse(line: str) -> "Counted":
        """Of its one line."""
        fields = line.split("\t")
        return Counted(float(fields[0]), *(int(number) for number in fields[1:5]))


def count_in_memory(command: Sequence[str], corpus: Corpus) -> Counted:
    """Runs bench_memory on a text."""
    return Counted.parse(output_of([command[0], str(corpus.path), *command[1:]]))


class MemoryColumns:
    """Tables fed from memory. Each run says what it has counted, so each is checked; all must have
    counted the same, word by word."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._checksums: dict[str, int] = {}

    def column(self, name: str, table: str, *target: str) -> Column:
        """One table, behind the splitter for one kind of processor (the best one by default)."""

        def measure(corpus: Corpus) -> float:
            counted = count_in_memory([self._program, table, *target], corpus)
            self.demand(name, corpus, counted)
            return speed_of(corpus, counted.seconds)

        return Column(name, measure)

    def demand(self, name: str, corpus: Corpus, counted: Counted) -> None:
        """BenchError unless it is right, and the same as in the columns before."""
        demand(name, corpus, counted.word_count, corpus.space_words)
        if self._checksums.setdefault(corpus.name, counted.checksum) != counted.checksum:
            raise BenchError(BAD_DATA, f"{name} counted other words in {corpus.name} than the "
                                       "column before it: no figure")
