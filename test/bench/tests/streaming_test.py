"""What scripts/engines makes of rows, system calls and kills; no engine is needed for that."""

import json
import tempfile
import unittest
from pathlib import Path

from bench.corpora import Corpus
from bench.errors import BAD_DATA, USAGE, BenchError
from bench.streaming.catalog import PROGRAMS, Engine, engines
from bench.streaming.options import parse
from bench.streaming.report import heading, plot_script, table, to_json
from bench.streaming.running import Counts, parse_calls
from bench.streaming.trials import Facts, Loss, Pace, Trials, told_of, words_of
from bench.tests.fakes import OTHER


class Scripted(Engine):
    """An engine whose rows are those of a few lines of Python, in place of a program of Java's."""

    def command(self, port, window, checkpoint=None, extra=()):  # type: ignore[no-untyped-def]
        return ["python3", "-c", self.program, str(port)]


# Counts line by line; what `FACTOR` is multiplied with is a bug that the trials have to see.
_COUNTING = """
import collections, socket, sys
counts, end = collections.Counter(), 1000
for line in socket.create_connection(('127.0.0.1', int(sys.argv[1]))).makefile('rb'):
    end += 1
    for word in line.strip(b'\\n').split(b' '):
        sys.stdout.buffer.write(b'%d\\t%s\\t%d\\n' % (end, word, FACTOR if word == b'and' else 1))
    sys.stdout.flush()
"""


def counted(*rows: bytes) -> Counts:
    """As if an engine had printed them."""
    counts = Counts()
    for row in rows:
        counts.take(row, 1.0)
    return counts


class StreamingTest(unittest.TestCase):
    """Named by what must hold."""

    def test_rows_add_up_without_ticks(self) -> None:
        counts = counted(b"1000\ta\t2\n", b"2000\ta\t1\n", b"2000\t~tick\t9\n", b"0\t1000\tb\t4\n", b"2> 3000\tc\t1\n")
        self.assertEqual(counts.total(), {b"a": 3, b"b": 4, b"c": 1})
        self.assertEqual((counts.words, counts.rows), (8, 5))
        self.assertEqual(sorted(counts.by_window), [b"1000", b"2000", b"3000"])

    def test_what_is_no_row_is_no_count(self) -> None:
        self.assertEqual(counted(b"WARN something\n", b"\n", b"a\tb\tc\n").rows, 0)

    def test_a_word_that_leaves_its_window_is_told_from_one_that_stays_with_0(self) -> None:
        gone = counted(b"999\ta\t1\n", b"1000\tw\t1\n", b"2000\tw\t1\n", b"3000\ta\t1\n")
        self.assertEqual(told_of(gone.windows_of(b"w")), "in 2 windows, then gone")
        stays = counted(b"1000\tw\t1\n", b"2000\tw\t0\n")
        self.assertEqual(told_of(stays.windows_of(b"w")), "in 1 windows, then with 0")
        self.assertEqual(told_of([1, 1]), "in 2 windows, and not gone")

    def test_calls_are_those_of_straces_table_without_its_total(self) -> None:
        said = "    calls syscall\n--------- ----------------\n       12 futex\n        3 read\n" \
               "--------- ----------------\n       15 total\n"
        self.assertEqual(parse_calls(said), {"futex": 12, "read": 3})

    def test_words_are_those_between_spaces_without_empty_ones_at_the_end(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder, "text")
            text.write_bytes(b"a b  a \n\nb\n")
            self.assertEqual(words_of(Corpus("text", text, 0, 0, 0, 0)), {b"a": 2, b"b": 2, b"": 2})

    def test_an_engine_that_miscounts_has_no_figure(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder, "text")
            text.write_bytes(b"in and out and\nup and down\n" * 10)
            corpus = Corpus("text", text, text.stat().st_size, 0, 0, 0)
            wrong = Trials(Scripted("wrong", "", program=_COUNTING.replace("FACTOR", "2")), Path(folder))
            with self.assertRaises(BenchError) as raised:
                wrong.pace(corpus, words_of(corpus), 1)
            self.assertEqual(raised.exception.code, BAD_DATA)

    def test_kills_show_what_is_lost_and_what_comes_twice(self) -> None:
        facts = Facts("one", "1.0", 20_000_000, [Pace(2, 1, 3e6, 4, 5e6, 600), Pace(1, 1, 1e6, 4, 5e6, 600)],
                      [Loss(9000, 7, 0), Loss(9100, 9, 3, "ends with 1")], "in 5 windows, then gone", "e", "o")
        said = table([facts, Facts("two", "1.1", failures=["it does not start"])])
        self.assertIn("one     1.5 (1.0-2.0)    1.0       20  2.0 (1.0-3.0)       4.0          5    600", said)
        self.assertRegex(said, r"one +9000-9100 +7-9 +0-3 +ends with 1; goes on\n")
        self.assertTrue(said.endswith("two: it does not start\n"))
        self.assertIn("others used 40%", heading(OTHER, 2, [0.1, 0.4]))
        self.assertEqual(json.loads(to_json(OTHER, [facts], {"x": "no Java"}, []))["engines"][0]["losses"][1]["lost"], 9)
        self.assertIn('"one" 1.5 4', plot_script([facts, Facts("two", "")], "it's.svg"))

    def test_each_engine_has_its_program_and_says_when_it_is_not_there(self) -> None:
        names = [engine.name for engine in engines()]
        self.assertEqual(len(names), len(set(names)))
        for engine in engines():
            if engine.jars is not None:
                self.assertTrue((PROGRAMS / f"{engine.program}.java").exists(), engine.name)
        self.assertIn("--stream-engines", Engine("x", "", Path("/nowhere"), "X").missing() or "")

    def test_a_flag_that_is_wrong_names_the_script(self) -> None:
        with self.assertRaises(BenchError) as raised:
            parse(["--round"])
        self.assertEqual(raised.exception.code, USAGE)
        self.assertIn("scripts/engines --help", raised.exception.message)


if __name__ == "__main__":
    unittest.main()
