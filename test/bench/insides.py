"""Parts of the program by themselves: the splitter, the end of a batch, unpacking."""

import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Sequence

from .columns import count_in_memory
from .corpora import Corpus
from .errors import FAILED, BenchError
from .places import WORDSTREAM, program
from .results import Results
from .runs import run

# What packs a text, and what unpacks it for a pipe.
_PACKERS = {"gzip": (["gzip", "-6"], "zcat"), "zstd": (["zstd", "-3"], "zstdcat")}


def splitter(corpus: Corpus, results: Results) -> str:
    """How fast lines are split that are in the cache."""
    counted = count_in_memory([program("bench_memory"), "split"], corpus)
    speed = corpus.byte_count / counted.seconds / 1e9
    results.facts["splitter speed"] = speed
    return f"splitter    {speed:.1f} GB/s, {corpus.name} in the cache\n"


def heads(corpora: Sequence[Corpus], results: Results) -> str:
    """How long the first rows of a full table take."""
    lines = []
    for corpus in corpora:
        counted = count_in_memory([program("bench_memory"), "head"], corpus)
        millis = 1000 * counted.seconds
        results.facts[f"head {corpus.name}"] = millis
        results.facts[f"head {corpus.name} words"] = counted.size
        lines.append(f"top ten     {millis:.2f} ms of {counted.size} words, {corpus.name}\n")
    return "".join(lines)


def archives(corpus: Corpus, round_count: int, results: Results) -> str:
    """Compressed files beside the same through a pipe from the program that unpacks them."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (pack, unpack) in _PACKERS.items():
            packed = Path(folder, name)
            with packed.open("wb") as out:
                run([*pack, "--stdout"], stdin=corpus.path, stdout=out)
            for _ in range(round_count):
                results.add(f"{name} file", corpus.name, _speed(corpus, _read_file(packed)))
                results.add(f"{name} pipe", corpus.name, _speed(corpus, _read_pipe(packed, unpack)))
            speeds = [median(results.rounds(f"{name} {way}", corpus.name))
                      for way in ("file", "pipe")]
            lines.append(f"{name:<11} {speeds[0]:.2f} GB/s of text from the file, {speeds[1]:.2f} "
                         f"through {unpack}\n")
    return "".join(lines)


def _speed(corpus: Corpus, seconds: float) -> float:
    return corpus.byte_count / seconds / 1e9


def _read_file(packed: Path) -> float:
    return run([WORDSTREAM, str(packed), "--quiet", "--batch", "24h"])


def _read_pipe(packed: Path, unpack: str) -> float:
    start = time.perf_counter()
    with subprocess.Popen([unpack, str(packed)], stdout=subprocess.PIPE) as source:
        done = subprocess.run([WORDSTREAM, "-", "--quiet", "--batch", "24h"], stdin=source.stdout,
                              stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise BenchError(FAILED, f"wordstream ended with {done.returncode} behind {unpack}")
    return time.perf_counter() - start
