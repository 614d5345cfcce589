"""What counting costs on Spark: by the program's kernel (--on), and by Spark's own DataFrame."""

import os
import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Sequence

from .corpora import Library
from .errors import FAILED, BenchError
from .options import Scale
from .places import SOURCES, TREE, WORDSTREAM

_MASTER = "local[2]"
_SMALL_MB = 20


@dataclass(frozen=True)
class Cost:
    """Of one way to count."""

    name: str
    start_seconds: float  # of CPU, for a short text
    gigabyte_seconds: float  # of CPU, for each more of text


def cpu_seconds(command: Sequence[str], spark_home: Path) -> float:
    """What a program takes, and all that it starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
                          env={**os.environ, "SPARK_HOME": str(spark_home), "SPARK_LOCAL_IP": "127.0.0.1"})
    if done.returncode != 0:
        raise BenchError(FAILED, f"{command[0]} ended with {done.returncode}: {done.stderr[-400:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cost_of(small: tuple[int, float], large: tuple[int, float], name: str) -> Cost:
    """From the bytes and the seconds of two runs."""
    return Cost(name, small[1], (large[1] - small[1]) / (large[0] - small[0]) * 1e9)


def measure(library: Library, scale: Scale, spark_home: Path, tell: Callable[[str], None]) -> list[Cost]:
    """Each way on a short text and on a long one: what Spark takes to start is in both."""
    texts = [library.corpus("kjv", size) for size in (_SMALL_MB, scale.size)]
    submit = str(spark_home / "bin" / "spark-submit")
    plain = ["-f", "tsv", "-b", "24h", "-q"]
    ways: dict[str, Callable[[str], list[str]]] = {
        "wordstream": lambda path: [WORDSTREAM, path, *plain],
        f"wordstream --on {_MASTER}": lambda path: [WORDSTREAM, path, *plain, "--on", _MASTER],
        f"DataFrame, {_MASTER}": lambda path: [submit, "--master", _MASTER,
                                               str(SOURCES / "peers" / "dataframe.py"), path],
    }
    costs = []
    for name, command in ways.items():
        tell(f"on a cluster: {name}")
        runs = [(text.byte_count, min(cpu_seconds(command(str(text.path)), spark_home)
                                      for _ in range(min(scale.rounds, 3)))) for text in texts]
        costs.append(cost_of(runs[0], runs[1], name))
    return costs


def lines(costs: Sequence[Cost]) -> str:
    """For people."""
    text = "on a cluster, kjv from a file, seconds of CPU: to start, and a GB\n"
    for cost in costs:
        text += f"  {cost.name:28} {cost.start_seconds:6.1f} {cost.gigabyte_seconds:7.1f}\n"
    return text


def is_built() -> bool:
    """What runs on Spark is there."""
    return (TREE / "wordstream-spark.jar").exists()
