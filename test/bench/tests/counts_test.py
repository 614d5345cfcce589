"""What a right count is, and what becomes of a wrong one."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from bench import __main__ as program
from bench.columns import Counted, MemoryColumns, file_column
from bench.corpora import (Library, count_space_words, count_words, joined_lines, shuffled)
from bench.errors import BAD_DATA, BenchError
from bench.rounds import check_all
from bench.spark import parse_outcome
from bench.tests.fakes import corpus

_TEXT = b"to be or\nnot to be\n"
_COUNTS = ["sh", "-c", "cat >/dev/null; printf '%s\\n' '2 to' '2 be' '1 or' '1 not'"]


def text_file(folder: str) -> Path:
    """A text of six words."""
    path = Path(folder) / "text"
    path.write_bytes(_TEXT)
    return path


class CheckTest(unittest.TestCase):
    """Named by what must hold."""

    def test_a_right_count_passes(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file_column("awk", _COUNTS, 0).check(corpus(path=text_file(folder), words=6))

    def test_a_wrong_count_refuses_the_figure(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            text = corpus(path=text_file(folder), words=7)
            with self.assertRaises(BenchError) as raised:
                check_all([(file_column("awk", _COUNTS, 0), text)], lambda progress: None)
        self.assertEqual(raised.exception.code, BAD_DATA)
        self.assertEqual(raised.exception.message,
                         "awk counted 6 words of 7 in kjv: no figure")

    def test_tables_that_count_differently_are_refused(self) -> None:
        columns = MemoryColumns("no program")
        columns.demand("memory", corpus(words=6), Counted(1.0, 6, 4, 0, checksum=5))
        columns.demand("memory SSE4", corpus(words=6), Counted(2.0, 6, 4, 0, checksum=5))
        for wrong in (Counted(1.0, 6, 4, 0, checksum=4), Counted(1.0, 5, 4, 0, checksum=5)):
            with self.assertRaises(BenchError) as raised:
                columns.demand("memory AVX2", corpus(words=6), wrong)
            self.assertEqual(raised.exception.code, BAD_DATA)

    def test_the_exit_code_is_65(self) -> None:
        wrong = BenchError(BAD_DATA, "awk counted 6 words of 7 in kjv: no figure")
        said = io.StringIO()
        with mock.patch.object(program, "main", side_effect=wrong), \
                contextlib.redirect_stderr(said):
            self.assertEqual(program.run([]), 65)
        self.assertEqual(said.getvalue(), f"bench: {wrong.message}\n")

    def test_a_program_that_fails_has_no_figure(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            text = corpus(path=text_file(folder))
            failing = file_column("awk", ["sh", "-c", "echo no memory >&2; exit 3"], 0)
            with self.assertRaisesRegex(BenchError, "ended with 3: no memory"):
                failing.check(text)


class TextTest(unittest.TestCase):
    """Named by what must hold."""

    def test_words_between_spaces(self) -> None:
        cases = {b"": 1, b" ": 0, b"a": 1, b"a b": 2, b" a": 2, b"a  b": 3, b"a b  ": 2, b"\t": 1}
        for line, wanted in cases.items():
            self.assertEqual(count_space_words(line), wanted, line)

    def test_three_ways_to_split(self) -> None:
        self.assertEqual(count_words([b"a  b \n", b"\n", b"c\td\n"]), (5, 6, 4))

    def test_the_same_lines_in_the_same_order_each_time(self) -> None:
        lines = [b"%d\n" % i for i in range(20)]
        first = b"".join(shuffled(list(lines), 100))
        self.assertEqual(first, b"".join(shuffled(list(lines), 100)))
        self.assertNotEqual(first, b"".join(lines) * (len(first) // 50))
        self.assertEqual(sorted(set(first.splitlines(True))), sorted(lines))
        self.assertEqual(len(b"".join(shuffled([b"a line\n"], 100))), 105)

    def test_longer_lines_of_the_same_bytes(self) -> None:
        self.assertEqual(joined_lines(b"to be\nor not\nto be\n", 4), b"to be\nor not\nto be\n")
        self.assertEqual(joined_lines(b"to be\nor not\nto be\n", 10), b"to be or not\nto be\n")

    def test_a_text_is_built_once_and_never_half(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            library = Library(Path("nowhere"), Path(folder))
            (Path(folder) / "bible.txt").write_bytes(_TEXT)
            built = library.corpus("kjv", 1)
            self.assertGreaterEqual(built.byte_count, 1_000_000)
            self.assertLess(built.byte_count, 1_000_020)
            self.assertEqual(built.space_words, len(built.path.read_bytes().split()))
            built.path.write_bytes(b"kept\n")
            self.assertEqual(library.corpus("kjv", 1).byte_count, 5)
            self.assertEqual(list(Path(folder).glob("*.new")), [])


class ParseTest(unittest.TestCase):
    """Named by what must hold."""

    def test_what_the_programs_print(self) -> None:
        self.assertEqual(Counted.parse("0.5\t6\t4\t128\t18446744073709551615\n"),
                         Counted(0.5, 6, 4, 128, 2**64 - 1))
        self.assertEqual(parse_outcome("Time: 1\n\nseconds 2.500 words 6\n"), (2.5, 6))
        with self.assertRaises(BenchError):
            parse_outcome("Time: 1\n")


if __name__ == "__main__":
    unittest.main()
