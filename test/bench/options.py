"""The command line, and how much each mode measures."""

import argparse
from dataclasses import dataclass, field, replace
from typing import NoReturn, Sequence

from .errors import USAGE, BenchError
from .parts import JournalSize, Load

CORPORA = ("kjv", "zipf", "eng", "uni")
SHAPES = ("word a line", "1 MB lines", "71-byte words")


@dataclass(frozen=True)
class Scale:
    """How much of what: sizes in MB."""

    name: str
    rounds: int
    size: int
    peer_size: int  # for the programs that are slow
    window_max: int
    row_count: int
    journal: JournalSize
    journal_rounds: int
    corpora: Sequence[str] = CORPORA
    shapes: Sequence[str] = SHAPES
    loads: dict[str, Load] = field(default_factory=dict)


FULL = Scale("full", rounds=5, size=500, peer_size=100, window_max=3600, row_count=1_000_000,
             journal=JournalSize(copies=6, words=433_000, commits=200), journal_rounds=5,
             loads={"kjv": Load(100, 300), "zipf": Load(1000, 101)})
QUICK = Scale("quick", rounds=3, size=150, peer_size=5, window_max=60, row_count=200_000,
              journal=JournalSize(copies=4, words=433_000, commits=60), journal_rounds=2,
              loads={"kjv": Load(100, 100), "zipf": Load(1000, 12)})
SMOKE = Scale("smoke", rounds=1, size=20, peer_size=2, window_max=60, row_count=50_000,
              journal=JournalSize(copies=2, words=5000, commits=5), journal_rounds=1,
              corpora=("kjv",), shapes=())


@dataclass(frozen=True)
class Options:
    """What was asked for."""

    scale: Scale
    soak_seconds: int | None
    json: str | None
    plot: str | None
    spark: bool
    cluster: bool
    engines: bool
    postgres: bool
    kafka: bool
    relp: bool
    keys: bool
    micro: bool
    micro_flags: Sequence[str]


class Parser(argparse.ArgumentParser):
    """Ends with BenchError."""

    def error(self, message: str) -> NoReturn:
        raise BenchError(USAGE, f"{message}: see {self.prog} --help")


def positive(text: str) -> int:
    """A number that makes sense as one of rounds, MB, seconds."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 1 on")
    return int(text)


def parse(arguments: Sequence[str]) -> Options:
    """BenchError where they make no sense."""
    parser = Parser(prog="scripts/bench", description="Measures wordstream beside its peers, "
                     "and says which goals are held. Texts are kept in ~/.cache/wordstream-bench.")
    scales = parser.add_mutually_exclusive_group()
    scales.add_argument("--quick", action="store_true", help="in three minutes, and roughly")
    scales.add_argument("--smoke", action="store_true", help="does it work? One text, no verdicts")
    parser.add_argument("--rounds", type=positive, metavar="N", help="how often each is run")
    parser.add_argument("--size", type=positive, metavar="MB", help="how long the texts are")
    parser.add_argument("--soak", type=positive, metavar="SECONDS",
                        help="full load into windows of a minute instead: no cut may be late")
    parser.add_argument("--json", metavar="FILE", help="all figures for machines; - is stdout, "
                        "and the table then goes to stderr")
    parser.add_argument("--plot", metavar="FILE.svg", help="the table as a picture")
    parser.add_argument("--spark", action="store_true", help="PySpark as one more peer: downloads "
                        "it and a JRE")
    parser.add_argument("--cluster", action="store_true", help="what counting on a Spark cluster costs "
                        "instead (--on), beside Spark's DataFrame: downloads Spark and a broker")
    parser.add_argument("--batch-engines", action="store_true", help="DuckDB, Polars and chDB as "
                        "more peers, on all cores: downloads them")
    parser.add_argument("--postgres", action="store_true", help="what a PostgreSQL server costs "
                        "instead: rows, totals, throughput, catching up")
    parser.add_argument("--kafka", action="store_true", help="how fast a topic is read instead, "
                        "beside librdkafka alone, and written to: downloads a broker")
    parser.add_argument("--relp", action="store_true", help="senders that wait for answers instead: "
                        "what many cost, how long a line waits, rsyslog")
    parser.add_argument("--keys", action="store_true", help="fields, expressions, JSON instead, "
                        "beside grep, ripgrep, jq and others with sort and uniq")
    parser.add_argument("--micro", action="store_true", help="the parts of the hot loop alone, "
                        "with google-benchmark; what follows -- goes to it")
    parser.add_argument("micro_flags", nargs="*", help=argparse.SUPPRESS)
    typed = parser.parse_args(arguments)
    if typed.micro_flags and not typed.micro:
        raise BenchError(USAGE, f"unknown {typed.micro_flags[0]}: see scripts/bench --help")
    scale = SMOKE if typed.smoke else QUICK if typed.quick else FULL
    scale = replace(scale, rounds=typed.rounds or scale.rounds, size=typed.size or scale.size)
    return Options(scale, typed.soak, typed.json, typed.plot, typed.spark, typed.cluster,
                   typed.batch_engines, typed.postgres, typed.kafka, typed.relp, typed.keys, typed.micro,
                   typed.micro_flags)
