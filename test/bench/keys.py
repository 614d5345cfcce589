"""What it takes to count something else than words of a log, beside what people do it with today."""

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Callable, Sequence

from .columns import speed_of
from .corpora import Corpus
from .errors import BAD_DATA, BenchError
from .places import WORDSTREAM
from .runs import run
from .stats import paired_ratio

_TAIL = "sort | uniq -c | sort -rn"
_REQUEST = '"(?:GET|POST) ([^ ?]*)'


@dataclass(frozen=True)
class Rival:
    """Counts the same: a command that reads the text on stdin and writes counts and keys."""

    name: str
    needs: str  # a program in PATH
    command: str
    is_slow: bool = False
    least: float = 0  # how many times as fast we are asked to be; 0: it was not asked


@dataclass(frozen=True)
class Way:
    """Keys of a text, as wordstream takes them."""

    name: str
    corpus: str
    flags: Sequence[str]
    rivals: Sequence[Rival] = ()


WAYS = (
    Way("--split whitespace", "access log", ["--split", "whitespace"]),
    Way("--field 1", "access log", ["--field", "1"], [
        Rival("awk | sort | uniq -c", "awk", "awk '{ print $1 }' | " + _TAIL),
        Rival("mlr count-distinct", "mlr",
              "mlr --inidx --ifs ' ' --ojson count-distinct -f 1 | "
              "jq -r '.[] | \"\\(.count) \\(.[\"1\"])\"'", is_slow=True),
        Rival("agrind", "agrind", "agrind '* | parse \"* *\" as ip, rest | count by ip' -o "
              "'format={_count} {ip}'")]),
    Way("--match", "access log", ["--match", _REQUEST], [
        Rival("grep -oP | sort | uniq -c | sort -rn", "grep",
              "grep -oP '\"(?:GET|POST) \\K[^ ?]*' | " + _TAIL, least=5),
        Rival("rg | sort | uniq -c | sort -rn", "rg",
              f"rg --no-line-number -o -r '$1' '{_REQUEST}' | " + _TAIL, least=5)]),
    Way("--grep, --field 7", "access log", ["--grep", '" 404 ', "--field", "7"], [
        Rival("grep | awk | sort | uniq -c", "grep",
              "grep '\" 404 ' | awk '{ print $7 }' | " + _TAIL)]),
    Way("--split letters", "access log", ["--split", "letters"]),
    Way("--json", "json log", ["--json", "/service"], [
        Rival("jq -r | sort | uniq -c", "jq", "jq -r .service | sort | uniq -c", is_slow=True,
              least=5)]),
)
# The first is what --field is held against.
_FIELD_MOST = 1.3
_JSON_LEAST = 0.5


def _command(way: Way, text: Corpus, *flags: str) -> list[str]:
    return [WORDSTREAM, str(text.path), "-q", "--batch", "24h", *way.flags, *flags]


def _lines_of(rows: Path) -> list[str]:
    return rows.read_text(encoding="utf-8", errors="surrogateescape").split("\n")[:-1]


def read_counts(rows: Path) -> Counter[str]:
    """Of `uniq -c`: the count, a blank, the key."""
    counts: Counter[str] = Counter()
    for line in _lines_of(rows):
        count, _, key = line.lstrip(" ").partition(" ")
        counts[key] += int(count)
    return counts


def _own_counts(way: Way, text: Corpus) -> Counter[str]:
    with tempfile.NamedTemporaryFile() as rows:
        run(_command(way, text, "--format", "tsv"), stdout=rows.file)
        counts: Counter[str] = Counter()
        for line in _lines_of(Path(rows.name)):
            _, _, key, count = line.split("\t")
            counts[key] += int(count)
        return counts


def demand_same(rival: Rival, own: Counter[str], theirs: Counter[str]) -> None:
    """BenchError unless both counted the same."""
    if own == theirs:
        return
    key = min(key for key in own | theirs if own[key] != theirs[key])
    raise BenchError(BAD_DATA, f"{rival.name} counted {key!r} {theirs[key]} times and wordstream "
                               f"{own[key]}: no figure")


def _run_rival(rival: Rival, text: Corpus, rows: Path | None = None) -> float:
    if rows is None:
        return run(["sh", "-c", rival.command], stdin=text.path)
    with rows.open("wb") as out:
        return run(["sh", "-c", rival.command], stdin=text.path, stdout=out)


@dataclass(frozen=True)
class Beside:
    """How many times as fast we are; None where the rival is not installed."""

    rival: Rival
    times: float | None


@dataclass(frozen=True)
class Figures:
    """Of a way: GB/s of one thread; beside its rivals it has as many as it takes by itself, as
    they have."""

    way: Way
    speed: float
    share_of_words: float  # of the time of the first way
    beside: Sequence[Beside]


def _beside(way: Way, rival: Rival, text: Corpus, rounds: int) -> Beside:
    if shutil.which(rival.needs) is None:
        return Beside(rival, None)
    with tempfile.NamedTemporaryFile() as rows:
        _run_rival(rival, text, Path(rows.name))
        demand_same(rival, _own_counts(way, text), read_counts(Path(rows.name)))
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(run(_command(way, text, "--top", "10")))
        theirs.append(_run_rival(rival, text))
    return Beside(rival, paired_ratio(theirs, ours))


def measure(texts: Callable[[str, int], Corpus], size: int, peer_size: int, rounds: int,
            tell: Callable[[str], None]) -> list[Figures]:
    """All of it: texts have `size` MB, and `peer_size` for rivals that are slow."""
    spent: dict[str, list[float]] = {way.name: [] for way in WAYS}
    for number in range(rounds):
        tell(f"round {number + 1} of {rounds}")
        for way in WAYS:
            spent[way.name].append(run(_command(way, texts(way.corpus, size), "--top", "10",
                                                "--threads", "1")))
    figures = []
    for way in WAYS:
        tell(f"{way.name} beside others")
        beside = [_beside(way, rival, texts(way.corpus, peer_size if rival.is_slow else size),
                          rounds) for rival in way.rivals]
        figures.append(Figures(way, speed_of(texts(way.corpus, size), median(spent[way.name])),
                               paired_ratio(spent[way.name], spent[WAYS[0].name]), beside))
    return figures


def _asked(way: Way, figures: Figures) -> str:
    if way.name == "--field 1":
        return f", {figures.share_of_words:.2f} of the time of {WAYS[0].name} (asked: {_FIELD_MOST})"
    return f" (asked: {_JSON_LEAST})" if way.name == "--json" else ""


def lines(measured: Sequence[Figures]) -> str:
    """As people read it."""
    said = []
    for figures in measured:
        way = figures.way
        said.append(f"{way.name:<20}{figures.speed:.2f} GB/s, one thread{_asked(way, figures)}")
        for beside in figures.beside:
            asked = f" (asked: {beside.rival.least:.0f})" if beside.rival.least else ""
            said.append(f"{'':<20}" + (
                f"{beside.rival.name}: {beside.rival.needs} is not installed: SKIPPED"
                if beside.times is None else
                f"{beside.times:.1f} times as fast as {beside.rival.name}{asked}"))
    return "\n".join(said) + "\n"
