"""scripts/engines, once Python is there."""

import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable, Sequence

from ..corpora import Corpus, Library
from ..errors import FAILED, INTERRUPTED, UNAVAILABLE, BenchError
from ..machine import this_machine, used_by_others
from ..places import PROGRAMS, TOP
from ..plot import run_gnuplot
from . import report
from .catalog import Engine, engines
from .options import Options, parse
from .trials import Facts, Trials, words_of

_ALL_SIZE = 20  # to which Engine.size belongs


def tell(progress: str) -> None:
    """What is going on, for whoever waits."""
    print(f"engines: {progress}", file=sys.stderr, flush=True)


def choose(options: Options) -> tuple[list[Engine], dict[str, str]]:
    """Those that are there, compiled; and why others are not."""
    chosen, skipped = [], {}
    for engine in engines():
        if options.only and not any(engine.name.startswith(name) for name in options.only):
            continue
        missing = engine.missing()
        if missing:
            tell(f"SKIPPED {engine.name}: {missing}")
            skipped[engine.name] = missing
        else:
            engine.compile()
            chosen.append(engine)
    return chosen, skipped


def attempt(facts: Facts, act: Callable[[], None]) -> None:
    """An engine that fails is shown as such, and does not keep others from their figures."""
    try:
        act()
    except BenchError as error:
        tell(f"{facts.name}: {error.message}")
        facts.failures.append(error.message)


class Round:
    """All trials of all engines, engine by engine, so that a machine that gets slower is slower for all of them."""

    def __init__(self, options: Options, library: Library, folder: Path) -> None:
        self._options, self._library, self._folder = options, library, folder
        self._chance = random.Random(1)
        self._words: dict[int, tuple[Corpus, dict[bytes, int]]] = {}

    def _text(self, size: int) -> tuple[Corpus, dict[bytes, int]]:
        if size not in self._words:
            text = self._library.corpus("kjv", size)
            self._words[size] = text, words_of(text)
        return self._words[size]

    def run(self, engine: Engine, facts: Facts, is_first: bool) -> None:
        """One engine's part."""
        trials = Trials(engine, self._folder)
        share = engine.size / _ALL_SIZE
        size = max(1, int(self._options.size * min(1.0, share)))
        times = 1 if self._options.is_smoke else max(1, int(share))
        text, words = self._text(size)
        facts.sent_bytes = times * text.byte_count
        attempt(facts, lambda: facts.paces.append(trials.pace(text, words, times)))
        attempt(facts, lambda: facts.losses.append(trials.killed(self._chance)))
        if is_first:
            attempt(facts, lambda: self._look(trials, facts))

    @staticmethod
    def _look(trials: Trials, facts: Facts) -> None:
        facts.windows, facts.end = trials.windows()
        facts.order = trials.order()


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code."""
    options = parse(arguments)
    subprocess.run(["scripts/build", "release", "wordstream"], cwd=TOP, stdin=subprocess.DEVNULL, check=True)
    chosen, skipped = choose(options)
    all_facts = {engine.name: Facts(engine.name, engine.version) for engine in chosen}
    busy: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        rounds = Round(options, Library(PROGRAMS), Path(folder))
        for number in range(options.rounds):
            busy.append(used_by_others())
            for engine in chosen:
                tell(f"round {number + 1} of {options.rounds}: {engine.name}")
                rounds.run(engine, all_facts[engine.name], number == 0)
    machine, seen = this_machine(), list(all_facts.values())
    said = report.heading(machine, options.rounds, options.size, busy) + "\n" + report.table(seen)
    for name, why in skipped.items():
        said += f"{name}: SKIPPED, {why}\n"
    print(said, end="", file=sys.stderr if options.json == "-" else sys.stdout)
    written = report.to_json(machine, seen, skipped, busy)
    if options.json == "-":
        print(written, end="")
    elif options.json:
        Path(options.json).write_text(written)
    if options.plot:
        run_gnuplot(report.plot_script(seen, options.plot), options.plot)
    return FAILED if any(facts.failures for facts in seen) else 0


def run(arguments: Sequence[str]) -> int:
    """As main; says what kept it from its figures."""
    try:
        return main(arguments)
    except BenchError as error:
        tell(error.message)
        return error.code
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        tell(str(error))
        return UNAVAILABLE
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
