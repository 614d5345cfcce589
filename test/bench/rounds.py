"""The order of things: check everything once, then all columns in turns, round by round, so that a
machine that gets slower for a minute is slower for all of them."""

from typing import Callable, Sequence

from .columns import Column
from .corpora import Corpus
from .results import Results

# In the order in which they are measured: what is compared stands close together.
Plan = Sequence[tuple[Column, Corpus]]


def check_all(plan: Plan, tell: Callable[[str], None]) -> None:
    """Each column counts each of its texts once, and has to be right."""
    told = ""
    for column, corpus in plan:
        if corpus.name != told:
            told = corpus.name
            tell(f"checking {told}")
        column.check(corpus)


def measure_all(plan: Plan, round_count: int, results: Results, tell: Callable[[str], None],
                look_around: Callable[[], float]) -> None:
    """Adds the speeds of so many rounds. `look_around` says how much of the machine is in use while
    nothing is run."""
    for number in range(1, round_count + 1):
        tell(f"round {number} of {round_count}")
        results.used_by_others.append(look_around())
        for column, corpus in plan:
            results.add(column.name, corpus.name, column.measure(corpus))
