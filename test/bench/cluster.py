"""What counting costs on Spark: by the program's kernel (--on), and by Spark's own DataFrame."""

from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Callable, Sequence

from .columns import demand
from .corpora import Corpus, Library
from .errors import BAD_DATA, BenchError
from .kafka import Topics, broker
from .options import Scale
from .places import SOURCES, TREE, WORDSTREAM
from .standalone import Standalone, standalone

_SMALL_MB = 20
_PARTITIONS = 2
# A window has a second in this many places.
_SLIDES = 10
_TSV = ["-f", "tsv", "-q"]
# That counts a text.
Command = Callable[[Corpus], list[str]]
# BenchError unless what was printed is a right count.
Check = Callable[[Corpus, str], None]


@dataclass(frozen=True)
class Way:
    """One to count."""

    name: str
    command: Command
    check: Check


@dataclass(frozen=True)
class Cost:
    """Of one way to count."""

    name: str
    start_seconds: float  # of CPU, for a short text
    gigabyte_seconds: float  # of CPU, for each more of text


@dataclass(frozen=True)
class Figures:
    """Of one cluster."""

    costs: dict[str, list[Cost]]  # by what was counted, the program's before Spark's
    first_seconds: dict[str, float]  # until a program prints something, by its name


def cost_of(small: tuple[int, float], large: tuple[int, float], name: str) -> Cost:
    """From the bytes and the seconds of two runs."""
    return Cost(name, small[1], (large[1] - small[1]) / (large[0] - small[0]) * 1e9)


def rows_total(rows: str) -> int:
    """The words of rows of tsv."""
    return sum(int(row.split("\t")[3]) for row in rows.splitlines())


def check_rows(corpus: Corpus, output: str) -> None:
    """Of the program."""
    demand("wordstream", corpus, rows_total(output), corpus.space_words)


def check_frame(times: int = 1) -> Check:
    """Of a DataFrame, which counts what is behind a last space of a line, too, and has each word so many times."""
    def check(corpus: Corpus, output: str) -> None:
        demand("DataFrame", corpus, int(output), times * corpus.python_words)

    return check


def check_some(corpus: Corpus, output: str) -> None:
    """Of a window that goes on: its words, as often as it was looked at."""
    total = rows_total(output)
    if total == 0 or total % corpus.space_words:
        raise BenchError(BAD_DATA, f"windows over {corpus.name} come to {total} words, and it has "
                                   f"{corpus.space_words}: no figure")


def ways(cluster: Standalone, address: str) -> dict[str, list[Way]]:
    """By what is counted."""
    on = ["--on", cluster.master]
    ours = f"wordstream --on {cluster.master.partition(':')[0]}"
    plain = [WORDSTREAM, *_TSV, "-b", "1s"]

    def peer(name: str, *words: str) -> list[str]:
        return [*cluster.submit, str(SOURCES / "peers" / name), *words]

    def topic(corpus: Corpus) -> list[str]:
        return [f"kafka://{address}/{corpus.name}", "--until-eof"]

    return {
        "a file": [
            Way("wordstream", lambda corpus: [*plain, str(corpus.path)], check_rows),
            Way(ours, lambda corpus: [*plain, str(corpus.path), *on], check_rows),
            Way("DataFrame", lambda corpus: peer("dataframe.py", str(corpus.path)), check_frame())],
        "a topic": [
            Way("wordstream", lambda corpus: [*plain, *topic(corpus)], check_rows),
            Way(ours, lambda corpus: [*plain, *topic(corpus), *on], check_rows),
            Way("DataFrame", lambda corpus: peer("dataframe_topic.py", address, corpus.name),
                check_frame())],
        "windows of 10 s, every second, over a topic": [
            Way(ours, lambda corpus: [*plain, *topic(corpus), *on, "-w", "10s", "--slide", "1s"], check_some),
            Way("DataFrame", lambda corpus: peer("dataframe_topic.py", address, corpus.name, "sliding"),
                check_frame(_SLIDES))],
    }


def measure(library: Library, scale: Scale, spark_home: Path, tell: Callable[[str], None]) -> Figures:
    """Each way on a short text and on a long one: what Spark takes to start is in both."""
    rounds = min(scale.rounds, 3)
    texts = [replace(library.corpus("kjv", size), name=f"kjv-{size}") for size in (_SMALL_MB, scale.size)]
    with broker() as address, standalone(spark_home) as cluster:
        topics = Topics(address)
        for text in texts:
            topics.fill(text, text.name, 1, _PARTITIONS)
        costs = {}
        for what, all_ways in ways(cluster, address).items():
            seconds: dict[tuple[str, str], float] = {}
            for _ in range(rounds):
                for text in texts:
                    for way in all_ways:
                        tell(f"on a cluster: {text.name}, {what}, {way.name}")
                        used, printed = cluster.cpu_seconds(way.command(text))
                        way.check(text, printed)
                        key = (way.name, text.name)
                        seconds[key] = min(used, seconds.get(key, used))
            small, large = texts
            costs[what] = [cost_of((small.byte_count, seconds[way.name, small.name]),
                                   (large.byte_count, seconds[way.name, large.name]), way.name) for way in all_ways]
        return Figures(costs, measure_starts(library.bible(), cluster, rounds, tell))


def measure_starts(text: Path, cluster: Standalone, rounds: int, tell: Callable[[str], None]) -> dict[str, float]:
    """How long one waits for the first counts, and for a job of Spark's that counts nothing."""
    commands = {
        "an empty job": [*cluster.submit, str(SOURCES / "peers" / "empty.py")],
        "first counts": [WORDSTREAM, str(text), *_TSV, "--on", cluster.master],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            tell(f"on a cluster: {name}")
            seconds[name].append(cluster.seconds_to_first_line(command))
    return {name: median(all_of_it) for name, all_of_it in seconds.items()}


def lines(figures: Figures) -> str:
    """For people."""
    text = "on a cluster, kjv, seconds of CPU: to start, and a GB\n"
    for what, costs in figures.costs.items():
        text += f"  {what}\n"
        for cost in costs:
            text += f"    {cost.name:24} {cost.start_seconds:6.1f} {cost.gigabyte_seconds:7.1f}\n"
        text += f"    a GB of the DataFrame's is {costs[-1].gigabyte_seconds / costs[-2].gigabyte_seconds:.1f} times\n"
    for name, seconds in figures.first_seconds.items():
        text += f"  {name} after {seconds:.1f} s\n"
    return text


def is_built() -> bool:
    """What runs on Spark is there."""
    return (TREE / "wordstream-spark.jar").exists()
