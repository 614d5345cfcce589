"""scripts/engines, once Python is there."""

import random
import signal
import sys
import tempfile
from pathlib import Path
from typing import Callable, Sequence

from ..corpora import Corpus, Library
from ..errors import FAILED, INTERRUPTED, BenchError, code_of
from ..machine import this_machine, used_by_others
from ..places import PROGRAMS
from ..plot import run_gnuplot
from ..prepare import call
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


class Rounds:
    """Each trial goes round all engines before the next one begins, so that a machine that gets slower is slower for all
    of them."""

    def __init__(self, options: Options, chosen: Sequence[Engine], folder: Path) -> None:
        self.facts = [Facts(engine.name, engine.version) for engine in chosen]
        self.busy: list[float] = []
        self.whole = 0  # of the rounds
        self._options, self._chance = options, random.Random(1)
        self._library = Library(PROGRAMS)
        self._all = [(engine, Trials(engine, folder), facts) for engine, facts in zip(chosen, self.facts)]
        self._words: dict[int, tuple[Corpus, dict[bytes, int]]] = {}

    def run(self) -> bool:
        """Whether it came to its end; interrupted, what has been seen until then stands in `facts`."""
        try:
            for number in range(self._options.rounds):
                self.busy.append(used_by_others())
                self._each(number, "load", self._pace)
                self._each(number, "kill -9", lambda _, trials, facts: facts.losses.append(trials.killed(self._chance)))
                if number == 0:
                    self._each(number, "windows", self._windows)
                    self._each(number, "started first", self._order)
                self.whole += 1
            return True
        except KeyboardInterrupt:
            tell("interrupted: this is what there is")
            return False

    def _each(self, number: int, name: str, trial: Callable[[Engine, Trials, Facts], None]) -> None:
        """An engine that fails is shown as such, and does not keep others from their figures."""
        for engine, trials, facts in self._all:
            tell(f"round {number + 1} of {self._options.rounds}, {name}: {engine.name}")
            try:
                trial(engine, trials, facts)
            except BenchError as error:
                tell(f"{engine.name}, {name}: {error.message}")
                facts.failures.append(f"{name}: {error.message}")

    def _text(self, size: int) -> tuple[Corpus, dict[bytes, int]]:
        if size not in self._words:
            text = self._library.corpus("kjv", size)
            self._words[size] = text, words_of(text)
        return self._words[size]

    def _pace(self, engine: Engine, trials: Trials, facts: Facts) -> None:
        share = engine.size / _ALL_SIZE
        text, words = self._text(max(1, int(self._options.size * min(1.0, share))))
        times = 1 if self._options.is_smoke else max(1, int(share))
        facts.sent_bytes = times * text.byte_count
        facts.paces.append(trials.pace(text, words, times))

    @staticmethod
    def _windows(_: Engine, trials: Trials, facts: Facts) -> None:
        facts.windows, facts.end = trials.windows()

    @staticmethod
    def _order(_: Engine, trials: Trials, facts: Facts) -> None:
        facts.order = trials.order()


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code."""
    options = parse(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # no engine is left behind
    call(["scripts/build", "release", "wordstream"])
    chosen, skipped = choose(options)
    with tempfile.TemporaryDirectory() as folder:
        rounds = Rounds(options, chosen, Path(folder))
        is_whole = rounds.run()
    machine, facts, busy = this_machine(), rounds.facts, rounds.busy
    said = report.heading(machine, rounds.whole, busy) + "\n" + report.table(facts)
    for name, why in skipped.items():
        said += f"{name}: SKIPPED, {why}\n"
    print(said, end="", file=sys.stderr if options.json == "-" else sys.stdout)
    written = report.to_json(machine, facts, skipped, busy)
    if options.json == "-":
        print(written, end="")
    elif options.json:
        Path(options.json).write_text(written)
    if options.plot:
        run_gnuplot(report.plot_script(facts, options.plot), options.plot)
    if not is_whole:
        return INTERRUPTED
    return FAILED if any(one.failures for one in facts) else 0


def run(arguments: Sequence[str]) -> int:
    """As main; says what kept it from its figures."""
    return code_of(main, arguments, tell)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
