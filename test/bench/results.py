"""All that was measured, and nothing else: what report, plot and goals are made of. Pure."""

from dataclasses import dataclass, field
from enum import Enum
from statistics import median

from .stats import BUSY_MAX, HALVES_MAX, SPREAD_MAX, halves_differ_by, paired_ratio, spread

DISCARD = "discard"
WORDSTREAM = "wordstream"
# What reads topics: librdkafka and nothing on it, and ours in two more ways.
LIBRDKAFKA = "librdkafka"
EXACTLY_ONCE = "exactly-once"
KCAT = "kcat"
# What writes to a topic.
WRITTEN = "into a topic"
WRITTEN_ONCE = "into a topic, exactly-once"
# By what a message is: so many lines.
TOPICS = {"a line": 1, "100 lines": 100}


class Kind(Enum):
    """The kinds of processor on which bounds were set."""

    INTEL_AVX512 = "an Intel with AVX-512"
    ZEN4 = "an AMD Zen 4"
    ZEN5 = "an AMD Zen 5"
    OTHER = "another kind, for which there are none"


@dataclass(frozen=True)
class Machine:
    """What the figures are those of."""

    processor: str
    core_count: int
    kind: Kind = Kind.OTHER


@dataclass
class Results:
    """`speeds[column][corpus]` is GB/s by round; `facts` are single figures by name; `missing` says
    of columns and facts that were not measured why."""

    machine: Machine
    speeds: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    facts: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    used_by_others: list[float] = field(default_factory=list)  # of the machine, before each round

    def add(self, column: str, corpus: str, speed: float) -> None:
        """One more round."""
        self.speeds.setdefault(column, {}).setdefault(corpus, []).append(speed)

    def rounds(self, column: str, corpus: str) -> list[float]:
        """GB/s of each round; empty where it was not measured."""
        return self.speeds.get(column, {}).get(corpus, [])

    def speed(self, column: str, corpus: str) -> float | None:
        """The median of GB/s."""
        rounds = self.rounds(column, corpus)
        return median(rounds) if rounds else None

    def ratio(self, column: str, other: str, corpus: str,
              other_corpus: str | None = None) -> float | None:
        """How many times as fast `column` is as `other`, round by round."""
        values = self.rounds(column, corpus)
        others = self.rounds(other, other_corpus or corpus)
        return paired_ratio(values, others) if values and others else None

    def corpora(self) -> list[str]:
        """In the order in which they came."""
        names: dict[str, None] = {}
        for by_corpus in self.speeds.values():
            names.update(dict.fromkeys(by_corpus))
        return list(names)

    def noise(self) -> list[str]:
        """Why these figures do not tell much; empty where they do."""
        reasons = []
        if max(self.used_by_others, default=0) > BUSY_MAX:
            reasons.append(f"others used {max(self.used_by_others):.0%} of the machine before a "
                           "round")
        for corpus in self.corpora():
            discarded = self.rounds(DISCARD, corpus)
            if discarded and spread(discarded) > SPREAD_MAX:
                reasons.append(
                    f"{corpus}: the discarding receiver itself varied by {spread(discarded):.0%}")
            drift = halves_differ_by(self.rounds(WORDSTREAM, corpus), discarded)
            if drift > HALVES_MAX:
                reasons.append(f"{corpus}: the share moved by {drift:.0%} from the first rounds "
                               "to the last")
        return reasons
