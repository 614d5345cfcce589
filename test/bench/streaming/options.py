"""The command line."""

from dataclasses import dataclass, replace
from typing import Sequence

from ..options import Parser, positive


@dataclass(frozen=True)
class Options:
    """What was asked for: `size` in MB; `only` names engines, all where it is empty."""

    rounds: int = 3
    size: int = 20
    is_smoke: bool = False
    only: Sequence[str] = ()
    json: str | None = None
    plot: str | None = None


def parse(arguments: Sequence[str]) -> Options:
    """BenchError where they make no sense."""
    parser = Parser(prog="scripts/engines", description="The words of a socket, with engines for streams and wordstream "
                    "beside each other. docs/engines.md says how to read it.")
    parser.add_argument("--smoke", action="store_true", help="does it work? One round of 1 MB; engines that are not "
                        "there are skipped, by name")
    parser.add_argument("--rounds", type=positive, metavar="N", help="how often each is run (3)")
    parser.add_argument("--size", type=positive, metavar="MB", help="how long the text is (20)")
    parser.add_argument("--only", metavar="NAME[,NAME]", help="engines whose names begin so")
    parser.add_argument("--json", metavar="FILE", help="all figures for machines; - is stdout, and the table then goes "
                        "to stderr")
    parser.add_argument("--plot", metavar="FILE.svg", help="starts and costs as a picture")
    typed = parser.parse_args(arguments)
    base = replace(Options(), rounds=1, size=1) if typed.smoke else Options()
    return replace(base, is_smoke=typed.smoke, rounds=typed.rounds or base.rounds, size=typed.size or base.size,
                   only=typed.only.split(",") if typed.only else (), json=typed.json, plot=typed.plot)
