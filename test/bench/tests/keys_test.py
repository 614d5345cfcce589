"""What --keys says of its figures, of who is missing, and of who counts otherwise."""

import tempfile
import unittest
from collections import Counter
from pathlib import Path

from bench.corpora import access_lines, json_lines
from bench.errors import BAD_DATA, BenchError
from bench.keys import WAYS, Beside, Figures, Rival, demand_same, lines, read_counts


class KeysTest(unittest.TestCase):
    """Named by what must hold."""

    def test_each_figure_stands_beside_what_was_asked(self) -> None:
        field = Figures(WAYS[1], 2.0, 0.5, [Beside(WAYS[1].rivals[0], 20.04),
                                            Beside(WAYS[1].rivals[1], None)])
        match = Figures(WAYS[2], 1.25, 0.9, [Beside(WAYS[2].rivals[0], 8.0)])
        self.assertEqual(lines([field, match]).splitlines(), [
            "--field 1           2.00 GB/s, one thread, 0.50 of the time of --split whitespace "
            "(asked: 1.3)",
            "                    20.0 times as fast as awk | sort | uniq -c",
            "                    mlr count-distinct: mlr is not installed: SKIPPED",
            "--match             1.25 GB/s, one thread",
            "                    8.0 times as fast as grep -oP | sort | uniq -c | sort -rn (asked: 5)"])

    def test_who_counts_otherwise_has_no_figure(self) -> None:
        rival = Rival("theirs", "sh", "")
        demand_same(rival, Counter(a=1), Counter(a=1))
        with self.assertRaises(BenchError) as raised:
            demand_same(rival, Counter(a=1, b=2), Counter(a=1, b=3))
        self.assertEqual(raised.exception.code, BAD_DATA)
        self.assertEqual(raised.exception.message,
                         "theirs counted 'b' 3 times and wordstream 2: no figure")

    def test_counts_are_read_as_uniq_writes_them(self) -> None:
        with tempfile.NamedTemporaryFile() as rows:
            Path(rows.name).write_text("     12 /a b\n      3 \n")
            self.assertEqual(read_counts(Path(rows.name)), Counter({"/a b": 12, "": 3}))

    def test_the_texts_are_the_same_each_time(self) -> None:
        for made in (access_lines, json_lines):
            texts = made(1000)
            self.assertEqual(texts, made(1000))
            self.assertTrue(all(line.index(b"\n") == len(line) - 1 for line in texts))


if __name__ == "__main__":
    unittest.main()
