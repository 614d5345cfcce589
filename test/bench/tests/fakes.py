"""Results that nobody measured."""

from pathlib import Path
from typing import Mapping, Sequence

from bench.columns import Column
from bench.corpora import Corpus
from bench.results import DISCARD, WORDSTREAM, Kind, Machine, Results

INTEL = Machine("Intel of a test", 2, Kind.INTEL_AVX512)
OTHER = Machine("one of nobody's", 2)
ZEN4 = Machine("AMD of a test", 2, Kind.ZEN4)


def corpus(name: str = "kjv", path: Path = Path("no file"), words: int = 10) -> Corpus:
    """A text of so many words."""
    return Corpus(name, path, 1_000_000_000, words, words, words)


def results(speeds: Mapping[str, Mapping[str, Sequence[float]]], machine: Machine = INTEL,
            facts: Mapping[str, float] | None = None) -> Results:
    """Results with these rounds of GB/s, by column and corpus."""
    made = Results(machine, facts=dict(facts or {}))
    for column, by_corpus in speeds.items():
        for name, rounds in by_corpus.items():
            for speed in rounds:
                made.add(column, name, speed)
    return made


def streamed(speed: float, discarded: float = 2.0, name: str = "kjv") -> Results:
    """Three rounds that are all alike."""
    return results({WORDSTREAM: {name: [speed] * 3}, DISCARD: {name: [discarded] * 3}})


def column(name: str, speed: float) -> Column:
    """One that always comes out alike."""
    return Column(name, lambda text: speed)
