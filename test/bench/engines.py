"""DuckDB, Polars and chDB as peers, all of them on all cores: fetched with pip into the cache, and
only when asked for."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable, Iterator, Sequence

from .columns import Column, demand
from .corpora import Corpus, cache_folder
from .peers import ALL_CORES, ENGINES
from .runs import run


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


def _column(name: str, command: Sequence[str], binary: str) -> Column:
    """`command` writes the counts of TEXT to ROWS. All have to count as many words as wordstream
    does that are not empty, which is checked by itself in other columns."""

    def counted(corpus: Corpus, rows: str, parts: Sequence[str]) -> float:
        text = str(_as_utf8(corpus.path))
        return run([{"TEXT": text, "ROWS": rows}.get(part, part) for part in parts])

    def measure(corpus: Corpus) -> float:
        with tempfile.TemporaryDirectory() as folder:
            return corpus.byte_count / counted(corpus, f"{folder}/rows", command) / 1e9

    def check(corpus: Corpus) -> None:
        with tempfile.TemporaryDirectory() as folder:
            own, rows = Path(folder, "own"), Path(folder, "rows")
            counted(corpus, str(own), _own(binary))
            counted(corpus, str(rows), command)
            empty = _empty_word_count(own)
            demand(name, corpus, _word_count(rows) - (empty if name == ALL_CORES else 0),
                   _word_count(own) - empty)

    return Column(name, measure, check)


def _as_utf8(text: Path) -> Path:
    """The same text without the few bytes that some engines refuse; made once."""
    path = text.with_suffix(".utf8.txt")
    if not path.exists():
        part = path.with_suffix(".part")
        with text.open(encoding="utf-8", errors="replace", newline="\n") as lines, \
                part.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(lines)
        part.rename(path)
    return path


def _own(binary: str) -> Sequence[str]:
    return [binary, "TEXT", "--batch", "24h", "--format", "tsv", "--sink", "ROWS"]


def _word_count(rows: Path) -> int:
    """The sum of the last column."""
    with rows.open("rb") as lines:
        return sum(int(line.rsplit(b"\t", 1)[1]) for line in lines)


def _empty_word_count(rows: Path) -> int:
    """How often the empty word comes, in wordstream's four columns: it has no tab in them."""
    with rows.open("rb") as lines:
        parts = (line.split(b"\t") for line in lines)
        return sum(int(part[3]) for part in parts if part[2] == b"")


def engine_columns(sources: Path, binary: str, tell: Callable[[str], None]) -> Iterator[Column]:
    """wordstream on all cores, and each engine; none, and a line that says so, when there are none
    to be had."""
    python = _python_with_engines(tell)
    if python is None:
        tell("no engines: pip could not get them (its own words are above)")
        return
    yield _column(ALL_CORES, _own(binary), binary)
    for name in ENGINES:
        command = [str(python), str(sources / "peers" / "engines.py"), name, "TEXT", "ROWS"]
        yield _column(name, command, binary)
