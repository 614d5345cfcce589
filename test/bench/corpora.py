"""The texts: built once from Debian's packages, the same everywhere, kept outside the repository.

kjv   lines of the King James Bible, shuffled: 29,000 different words
zipf  438,570 words of a big dictionary, the n-th as often as 1/n
eng   real English of many kinds, shuffled lines: dictionaries, jargon, fortunes, the Bible
uni   10 million different words, all as likely
The shapes are kjv and zipf in another form: a word a line, lines of 1 MB, words of 71 bytes.
"""

import gzip
import json
import os
import random
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Iterator

from .errors import FAILED, BenchError

MEGABYTE = 1_000_000
_RECIPE = "1"  # names the folder: other recipes, other figures
_LOG_LINE_COUNT = 200_000
_SEED = 7
_ZIPF_WORD_COUNT = 438_570
# Programs differ on which of these part words or lines.
_PLAIN = bytes.maketrans(b"\0\v\f\r", b"    ")
_DICTIONARY = Path("/usr/share/dict/american-english-huge")
_DICTIONARIES = Path("/usr/share/dictd")
_FORTUNES = Path("/usr/share/games/fortunes")


@dataclass(frozen=True)
class Corpus:
    """A text of whole lines, and what a right count of it must come to."""

    name: str
    path: Path
    byte_count: int
    space_words: int  # as line.split(" ") has it, but for empty words at the end of a line
    python_words: int  # as it has it
    blank_words: int  # runs of white space part them


def count_space_words(line: bytes) -> int:
    """The words of a line without its end: an empty line has one, a line of spaces none."""
    stripped = line.rstrip(b" ")
    return stripped.count(b" ") + 1 if stripped or not line else 0


def count_words(lines: Iterable[bytes]) -> tuple[int, int, int]:
    """What lines of a file come to: the words between spaces, without and with the empty ones at
    the end of a line, and those between white space."""
    space_words = python_words = blank_words = 0
    for line in lines:
        space_words += count_space_words(line.rstrip(b"\n"))
        python_words += line.count(b" ") + 1
        blank_words += len(line.split())
    return space_words, python_words, blank_words


def cache_folder() -> Path:
    """Where texts are kept for the next time."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "wordstream-bench" / _RECIPE


def shuffled(lines: list[bytes], byte_count: int) -> Iterator[bytes]:
    """The lines in random order, each as often as any other, until it is enough."""
    chance = random.Random(_SEED)
    written = 0
    while written < byte_count:
        chance.shuffle(lines)
        for line in lines:
            yield line
            written += len(line)
            if written >= byte_count:
                break


def joined_lines(text: bytes, line_bytes: int) -> bytes:
    """The same bytes in lines of about so many."""
    joined = bytearray(text.replace(b"\n", b" "))
    end = joined.find(b" ", line_bytes)
    while end != -1:
        joined[end] = ord("\n")
        end = joined.find(b" ", end + line_bytes)
    return bytes(joined[:-1]) + b"\n"


def _zipf(chance: random.Random, size: int) -> int:
    """A rank from 0 on: the logarithm of Zipf's law is about as likely everywhere."""
    return int(size ** chance.random()) - 1


def access_lines(count: int = _LOG_LINE_COUNT) -> list[bytes]:
    """Lines of a web server's log in the combined format, as Apache and nginx write it."""
    chance = random.Random(_SEED)
    states = [200] * 80 + [304] * 8 + [301] * 4 + [404] * 6 + [500, 403]
    agents = [b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
              b"Chrome/%d.0.0.0 Safari/537.36" % (100 + number) for number in range(30)]
    agents += [b"curl/7.88.1", b"Mozilla/5.0 (compatible; Googlebot/2.1; "
               b"+http://www.google.com/bot.html)"]
    lines = []
    for number in range(count):
        client = _zipf(chance, 50_000) * 2_654_435_761 % (1 << 32)
        path = b"/" + b"/".join(b"%x" % (_zipf(chance, 3000) * 7919)
                                for _ in range(chance.randrange(1, 4)))
        query = b"?page=%d" % chance.randrange(50) if chance.random() < 0.2 else b""
        lines.append(b'%d.%d.%d.%d - - [30/Nov/2026:%02d:%02d:%02d +0000] "%s %s%s HTTP/1.1" %d %d '
                     b'"-" "%s"\n' % (
                         client >> 24, client >> 16 & 255, client >> 8 & 255, client & 255,
                         number // 3600 % 24, number // 60 % 60, number % 60,
                         b"POST" if chance.random() < 0.1 else b"GET", path, query,
                         chance.choice(states), int(chance.lognormvariate(8, 2)),
                         agents[_zipf(chance, len(agents))]))
    return lines


def json_lines(count: int = _LOG_LINE_COUNT) -> list[bytes]:
    """What a service writes with structured logging."""
    chance = random.Random(_SEED)
    levels = ["info"] * 90 + ["warn"] * 7 + ["error"] * 3
    return [json.dumps({"ts": f"2026-11-30T{number // 3600 % 24:02}:{number // 60 % 60:02}:"
                              f"{number % 60:02}.{chance.randrange(1000):03}Z",
                        "level": chance.choice(levels),
                        "service": f"svc-{_zipf(chance, 40)}",
                        "msg": "request " + chance.choice(("done", "failed \u2013 retrying", "queued")),
                        "user": {"id": _zipf(chance, 100_000), "roles": ["reader", "writer"]},
                        "ms": round(chance.lognormvariate(3, 1), 2)}).encode() + b"\n"
            for number in range(count)]


class Library:
    """Builds texts, and finds those that were built before."""

    def __init__(self, programs: Path, folder: Path | None = None) -> None:
        self._generator = programs / "bench_generate"
        self._folder = folder or cache_folder()
        self._writers: dict[str, Callable[[Path, int], None]] = {
            "kjv": lambda path, size: _write(path, shuffled(self._bible(), size * MEGABYTE)),
            "eng": lambda path, size: _write(path, shuffled(self._english(), size * MEGABYTE)),
            "zipf": lambda path, size: self._generate(path, "zipf", size, self.dictionary()),
            "uni": lambda path, size: self._generate(path, "uniform", size),
            "word a line": lambda path, size: _write(
                path, [self._kjv(size).replace(b" ", b"\n")]),
            "1 MB lines": lambda path, size: _write(
                path, [joined_lines(self._kjv(size), MEGABYTE)]),
            "access log": lambda path, size: _write(
                path, shuffled(access_lines(), size * MEGABYTE)),
            "json log": lambda path, size: _write(
                path, shuffled(json_lines(), size * MEGABYTE)),
            "71-byte words": lambda path, size: self._generate(path, "long", size,
                                                               self.dictionary()),
        }

    def corpus(self, name: str, size: int) -> Corpus:
        """About `size` MB of it."""
        path = self._folder / f"{name.replace(' ', '-')}-{size}.txt"
        facts = path.with_suffix(".json")
        if not facts.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._writers[name](path, size)
            with path.open("rb") as lines:
                _write(facts, [json.dumps(count_words(lines)).encode()])
        return Corpus(name, path, path.stat().st_size, *json.loads(facts.read_text()))

    def _kjv(self, size: int) -> bytes:
        return self.corpus("kjv", size).path.read_bytes()

    def bible(self) -> Path:
        """A verse a line without its number, once."""
        path = self._folder / "bible.txt"
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            verses = subprocess.run(["bible", "-f", "gen1:1-rev22:21"], check=True,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout
            _write(path, (verse.partition(b" ")[2] for verse in verses.splitlines(True)))
        return path

    def _bible(self) -> list[bytes]:
        return self.bible().read_bytes().splitlines(True)

    def _english(self) -> list[bytes]:
        texts = [gzip.decompress((_DICTIONARIES / f"{name}.dict.dz").read_bytes())
                 for name in ("gcide", "wn", "foldoc", "jargon")]
        texts += [path.read_bytes() for path in sorted(_FORTUNES.iterdir()) if not path.suffix]
        lines = [line for text in texts for line in text.translate(_PLAIN).splitlines(True)
                 if line.endswith(b"\n")]
        return lines + self._bible()

    def dictionary(self) -> Path:
        """So many different words, one a line: those of the big dictionary, and of the English."""
        path = self._folder / "dictionary.txt"
        if not path.exists():
            words = dict.fromkeys(_DICTIONARY.read_bytes().split())
            for line in self._english():
                if len(words) >= _ZIPF_WORD_COUNT:
                    break
                words.update(dict.fromkeys(line.split()))
            chosen = list(words)[:_ZIPF_WORD_COUNT]
            _write(path, (word + b"\n" for word in chosen))
        return path

    def _generate(self, path: Path, kind: str, size: int, *arguments: Path) -> None:
        new = path.with_suffix(".new")
        with new.open("wb") as out:
            command = [str(self._generator), kind, str(size), *map(str, arguments)]
            if subprocess.run(command, stdout=out, check=False).returncode != 0:
                raise BenchError(FAILED, f"cannot build the text {path}")
        new.rename(path)


def _write(path: Path, parts: Iterable[bytes]) -> None:
    """A file that is whole or not there."""
    new = path.with_suffix(".new")
    with new.open("wb") as out:
        out.writelines(parts)
    new.rename(path)
