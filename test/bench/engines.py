"""DuckDB, Polars and chDB as peers, all of them on all cores: fetched with pip into the cache, and
only when asked for."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable, Iterator, Sequence

from .columns import TSV_COUNT, Column, demand, total_of
from .corpora import Corpus, cache_folder
from .peers import ALL_CORES, ENGINES
from .runs import run

_ROW_COUNT = 2  # the field of the count in what peers/engines.py writes


def _python_with_engines(tell: Callable[[str], None]) -> Path | None:
    """A Python that has all of them; none when pip cannot get them."""
    folder = cache_folder().parent / "engines"
    python = folder / "bin" / "python3"
    has_them = [str(python), "-c", f"import {', '.join(ENGINES)}"]
    if python.exists() and subprocess.run(has_them, check=False).returncode == 0:
        return python
    tell("fetching DuckDB, Polars and chDB")
    folder.parent.mkdir(parents=True, exist_ok=True)
    for command in (["/usr/bin/python3", "-m", "venv", str(folder)],
                    [str(python), "-m", "pip", "--quiet", "install", *ENGINES.values()]):
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
            return None
    return python


def _column(name: str, command: Sequence[str], count_field: int, binary: str) -> Column:
    """`command` writes the counts of TEXT to ROWS. All have to count as many words as wordstream
    does that are not empty, which is checked by itself in other columns."""

    def counted(corpus: Corpus, rows: str, parts: Sequence[str]) -> float:
        return run([{"TEXT": str(corpus.path), "ROWS": rows}.get(part, part) for part in parts])

    def measure(corpus: Corpus) -> float:
        with tempfile.TemporaryDirectory() as folder:
            return corpus.byte_count / counted(corpus, f"{folder}/rows", command) / 1e9

    def check(corpus: Corpus) -> None:
        with tempfile.TemporaryDirectory() as folder:
            own, rows = Path(folder, "own"), Path(folder, "rows")
            counted(corpus, str(own), _own(binary))
            wanted = total_of(own, TSV_COUNT) - _empty_words(own)
            counted(corpus, str(rows), command)
            empty = _empty_words(rows) if count_field == TSV_COUNT else 0
            demand(name, corpus, total_of(rows, count_field) - empty, wanted)

    return Column(name, measure, check)


def _own(binary: str) -> Sequence[str]:
    return [binary, "TEXT", "--batch", "24h", "--format", "tsv", "--sink", "ROWS"]


def _empty_words(rows: Path) -> int:
    """How often the empty word comes, which the engines leave out."""
    with rows.open("rb") as lines:
        return sum(int(fields[3]) for fields in (line.split(b"\t") for line in lines)
                   if fields[2] == b"")


def engine_columns(sources: Path, binary: str, tell: Callable[[str], None]) -> Iterator[Column]:
    """wordstream on all cores, and each engine; none, and a line that says so, when there are none
    to be had."""
    python = _python_with_engines(tell)
    if python is None:
        tell("no engines: pip could not get them (its own words are above)")
        return
    yield _column(ALL_CORES, _own(binary), TSV_COUNT, binary)
    for name in ENGINES:
        command = [str(python), str(sources / "peers" / "engines.py"), name, "TEXT", "ROWS"]
        yield _column(name, command, _ROW_COUNT, binary)
