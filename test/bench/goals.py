"""The goals G1 to G18: each a ratio to something that was run beside it, or a bound. Pure.

A goal that could not be measured says why; none is ever made up of another figure.
"""

from dataclasses import dataclass, replace
from typing import Iterator

from .peers import ALL_CORES, ENGINES
from .results import (DISCARD, LIBRDKAFKA, TOPICS, WORDSTREAM, WRITTEN, WRITTEN_ONCE, Kind,
                      Results)

# The kinds of processor that the splitter was compiled for (lib/words/split_kernel.h).
BEST_TARGET = "AVX-512"
OTHER_TARGETS = ("AVX2", "SSE4")

# Measured by itself, with a broker.
KAFKA_GOALS = ("G17", "G18")

# What a receiver can have of a loopback socket hangs on the processor: how fast the kernel copies
# beside how fast words are found. Each bound was set on the kind that it stands under.
_USUAL_SHARES = {"kjv": 0.50, "zipf": 0.42, "eng": 0.34, "uni": 0.11}
SHARES = {Kind.INTEL_AVX512: _USUAL_SHARES, Kind.ZEN5: _USUAL_SHARES,
          Kind.ZEN4: {"kjv": 0.38, "zipf": 0.38, "eng": 0.34}}


@dataclass(frozen=True)
class Goal:
    """One line of the list. `value` is None where it was not measured, and `why` says why."""

    number: str
    case: str
    value: float | None
    limit: float
    is_least: bool  # the value has to reach the limit; else it has to stay below
    text: str  # what the value is of, its unit first
    why: str = ""
    digits: int = 2
    is_checked: bool = True  # the bound was set on a processor of this kind

    @property
    def verdict(self) -> str:
        """held, short, "not measured" or "not checked"."""
        if self.value is None:
            return "not measured"
        if not self.is_checked:
            return "not checked"
        return "held" if self.short_by <= 0 else "short"

    @property
    def short_by(self) -> float:
        """How far from the limit, in its own unit and as it is printed; 0 and less is held."""
        if self.value is None:
            return 0.0
        value = round(self.value, self.digits)
        return self.limit - value if self.is_least else value - self.limit

    def line(self) -> str:
        """As it is printed."""
        name = f"{self.number:<4} {self.case:<16} "
        if self.value is None:
            return f"{name}not measured: {self.why}"
        bound = "at least" if self.is_least else "at most"
        number = f"{{:.{self.digits}f}}".format
        if self.verdict == "not checked":
            return f"{name}{number(self.value)} {self.text}: not checked here, {self.why}"
        end = "held" if self.verdict == "held" else f"short by {number(self.short_by)}"
        return f"{name}{number(self.value)} {self.text}, {bound} {number(self.limit)}: {end}"


def unchecked(goal: Goal) -> Goal:
    """The same where nobody has set a bound for a processor of this kind."""
    if goal.value is None:
        return goal
    return replace(goal, is_checked=False, why="no bound was set on a processor of this kind")


class Judge:
    """Makes goals of results."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def _least(self, number: str, case: str, value: float | None, limit: float, text: str,
               needs: str) -> Goal:
        return self._goal(number, case, value, limit, True, text, needs, 2)

    def _most(self, number: str, case: str, value: float | None, limit: float, text: str,
              needs: str, digits: int = 2) -> Goal:
        return self._goal(number, case, value, limit, False, text, needs, digits)

    def _goal(self, number: str, case: str, value: float | None, limit: float, is_least: bool,
              text: str, needs: str, digits: int) -> Goal:
        why = "" if value is not None else self._results.missing.get(needs, f"{needs} was not run")
        return Goal(number, case, value, limit, is_least, text, why, digits)

    def all(self) -> list[Goal]:
        """In their order."""
        parts = (self._share(), self._memory(), self._countwords(), self._own_table(),
                 self._targets(), self._shapes(), self._batches(), self._lateness(),
                 self._footprint(), self._slides(), self._journal(), self._threads(),
                 self._splitter(), self._first_batch(), self._heads(), self._engines(),
                 self._archives(), self._kafka())
        return [goal for part in parts for goal in part]

    def _share(self) -> Iterator[Goal]:
        machine = self._results.machine
        shares = SHARES.get(machine.kind, {})
        for corpus in ("kjv", "zipf", "eng", "uni"):
            goal = self._least("G1", corpus, self._results.ratio(WORDSTREAM, DISCARD, corpus),
                               shares.get(corpus, 0.0), "of the discarding receiver", "the stream")
            yield goal if corpus in shares else unchecked(goal)

    def _memory(self) -> Iterator[Goal]:
        for corpus in ("kjv", "zipf", "eng"):
            yield self._least("G2", corpus, self._results.ratio(WORDSTREAM, "memory", corpus), 0.90,
                              "of the same counter fed from memory", "memory")

    def _countwords(self) -> Iterator[Goal]:
        for corpus, limit in (("kjv", 0.30), ("zipf", 0.20), ("eng", 0.27)):
            yield self._most("G3", corpus, self._results.ratio("countwords", "file", corpus), limit,
                             "of the time of the C program, one core", "countwords")

    def _own_table(self) -> Iterator[Goal]:
        for corpus, limit in (("kjv", 2), ("zipf", 4), ("eng", 4)):
            yield self._least("G4", corpus,
                              self._results.ratio("table", "table flat_map", corpus), limit,
                              "times as fast as boost's flat map", "table flat_map")

    def _targets(self) -> Iterator[Goal]:
        for target in OTHER_TARGETS:
            for corpus in ("kjv", "zipf", "eng"):
                value = self._results.ratio(f"table {target}", "table", corpus)
                yield self._least("G5", f"{target} {corpus}", value, 0.70,
                                  f"of {BEST_TARGET}, with the same counts", BEST_TARGET)

    def _shapes(self) -> Iterator[Goal]:
        for corpus, text, normal, limit in (
                ("word a line", "of the speed of normal lines", "kjv", 0.90),
                ("1 MB lines", "of the speed of normal lines", "kjv", 0.90),
                ("71-byte words", "of the speed of zipf", "zipf", 0.65)):
            value = self._results.ratio(WORDSTREAM, WORDSTREAM, corpus, normal)
            yield self._least("G6", corpus, value, limit, text, "the stream")
        yield self._least("G6", "10 M distinct", self._results.speed(WORDSTREAM, "uni"), 0.20,
                          "GB/s", "the stream")

    def _batches(self) -> Iterator[Goal]:
        for corpus in ("kjv", "zipf"):
            for batch, limit in (("1s", 6), ("100ms", 12)):
                column = WORDSTREAM if batch == "1s" else f"batch {batch}"
                share = self._results.ratio(column, "batch 24h", corpus)
                cost = None if share is None else 100 * (1 - share)
                yield self._most("G7", f"{corpus} {batch}", cost, limit,
                                 "% for being cut into batches", "batch 24h", 1)

    def _fact(self, number: str, case: str, fact: str, limit: float, text: str,
              is_least: bool = False, digits: int = 1) -> Goal:
        value = self._results.facts.get(fact)
        return self._goal(number, case, value, limit, is_least, text, fact.split(" ")[0], digits)

    def _lateness(self) -> Iterator[Goal]:
        for corpus, top in (("kjv", 2), ("zipf", 15)):
            yield self._fact("G7", f"{corpus} cut p50", f"lateness {corpus} p50", 15,
                             "us late at full load", digits=0)
            yield self._fact("G7", f"{corpus} cut p99", f"lateness {corpus} p99", 5000,
                             "us late at full load", digits=0)
            count = self._results.facts.get(f"lateness {corpus} count", 0)
            yield self._fact("G7", f"{corpus} top 10 p99", f"lateness {corpus} written", top,
                             f"ms from the deadline to the top 10 read (of {count:.0f})")

    def _footprint(self) -> Iterator[Goal]:
        yield self._fact("G8", "table", "footprint table", 64, "bytes for each different word")
        yield self._fact("G8", "process", "footprint process", 85,
                         "bytes of RSS above 30 MB for each word")

    def _slides(self) -> Iterator[Goal]:
        yield self._fact("G9", "slide", "slides nanos", 75, "ns for each word of a batch")
        yield self._fact("G9", "against merging", "slides times", 20,
                         "times as fast as merging the window again", is_least=True)
        yield self._fact("G9", "memory", "slides bytes", 24, "bytes for each word of each batch")

    def _journal(self) -> Iterator[Goal]:
        for mode in ("at-least-once", "exactly-once"):
            yield self._fact("G10", mode, f"journal {mode}", 10,
                             "% of the throughput, commits of 1s")
        yield self._fact("G10", "durable p99", "journal durable", 50, "ms after the deadline")

    def _threads(self) -> Iterator[Goal]:
        for corpus in ("kjv", "zipf", "eng"):
            yield self._least("G11", corpus,
                              self._results.ratio("2 threads", "1 thread", corpus), 1.25,
                              "times one counter, from a fast sender", "threads")

    def _splitter(self) -> Iterator[Goal]:
        yield self._fact("G12", "splitter", "splitter speed", 12, "GB/s, in the cache",
                         is_least=True)

    def _first_batch(self) -> Iterator[Goal]:
        for corpus in ("kjv", "zipf", "eng"):
            yield self._least("G13", corpus,
                              self._results.ratio("table", "table again", corpus), 0.85,
                              "of a steady batch's speed in a first one as long as the text",
                              "table again")

    def _heads(self) -> Iterator[Goal]:
        for corpus, limit in (("zipf", 1.0), ("eng", 2.0)):
            words = self._results.facts.get(f"head {corpus} words", 0)
            yield self._fact("G14", f"{corpus} top 10", f"head {corpus}", limit,
                             f"ms from a table of {words:.0f} words")

    def _engines(self) -> Iterator[Goal]:
        for corpus, limit in (("kjv", 6.0), ("zipf", 6.0), ("eng", 4.5)):
            ratios = [self._results.ratio(ALL_CORES, engine, corpus) for engine in ENGINES]
            known = [ratio for ratio in ratios if ratio is not None]
            yield self._goal("G15", corpus, min(known, default=None), limit, True,
                             "times as fast as the fastest engine, all cores", ALL_CORES, 1)

    def _archives(self) -> Iterator[Goal]:
        for name in ("gzip", "zstd"):
            yield self._least("G16", name,
                              self._results.ratio(f"{name} file", f"{name} pipe", "kjv"), 0.80,
                              "of the speed through a pipe", f"{name} file")

    def _kafka(self) -> Iterator[Goal]:
        for topic in TOPICS:
            yield self._least("G17", topic,
                              self._results.ratio(WORDSTREAM, LIBRDKAFKA, topic), 0.70,
                              "of librdkafka's own loop", LIBRDKAFKA)
        yield self._least("G18", "kjv", self._results.ratio(WRITTEN_ONCE, WRITTEN, "kjv"), 0.85,
                          "of the same into a topic without a journal", WRITTEN)


def judge(results: Results) -> list[Goal]:
    """All goals, in their order."""
    return Judge(results).all()
