"""PySpark as a peer: fetched with pip into the cache, and only when asked for."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Callable

from .columns import Column, demand
from .corpora import Corpus, cache_folder
from .errors import FAILED, BenchError
from .places import TOP
from .runs import sending

# It has DStreams, and runs with the Java and the Python of Debian 12 and 13.
_PACKAGE = "pyspark==4.0.*"


def parse_outcome(output: str) -> tuple[float, int]:
    """Seconds and words, as peers/spark.py prints them last."""
    found = re.search(r"^seconds ([\d.]+) words (\d+)$", output, re.MULTILINE)
    if not found:
        raise BenchError(FAILED, "PySpark ended without a count")
    return float(found.group(1)), int(found.group(2))


def _python_with_spark(tell: Callable[[str], None]) -> Path | None:
    """A Python that has PySpark; none when pip cannot get it."""
    fetched = TOP / "build" / "spark"  # by scripts/bootstrap --spark
    folder = fetched if fetched.exists() else cache_folder().parent / "spark"
    python = folder / "bin" / "python3"
    has_it = [str(python), "-c", "import pyspark.streaming"]
    if python.exists() and subprocess.run(has_it, check=False).returncode == 0:
        return python
    tell("fetching PySpark")
    folder.parent.mkdir(parents=True, exist_ok=True)
    for command in (["/usr/bin/python3", "-m", "venv", str(folder)],
                    [str(python), "-m", "pip", "--quiet", "install", _PACKAGE]):
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
            return None
    return python


def spark_home(tell: Callable[[str], None]) -> Path | None:
    """Where PySpark keeps its Spark."""
    python = _python_with_spark(tell)
    if python is None:
        return None
    where = "import os, pyspark; print(os.path.dirname(pyspark.__file__))"
    said = subprocess.run([str(python), "-c", where], stdout=subprocess.PIPE, text=True, check=True)
    return Path(said.stdout.strip())


def spark_column(sources: Path, sender: Path, tell: Callable[[str], None]) -> Column | None:
    """The column; none, and a line that says so, when there is no PySpark to be had."""
    python = _python_with_spark(tell)
    if python is None:
        tell("no PySpark: pip could not get it (its own words are above); its column is left out")
        return None

    def measure(corpus: Corpus) -> float:
        with sending(corpus.path, sender) as port:
            command = [str(python), str(sources / "peers" / "spark.py"), str(port),
                       str(corpus.python_words)]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                  text=True, check=False,
                                  env={**os.environ, "PYSPARK_PYTHON": str(python)})
        seconds, counted = parse_outcome(done.stdout)
        demand("spark", corpus, counted, corpus.python_words)
        return corpus.byte_count / seconds / 1e9

    return Column("spark", measure)
