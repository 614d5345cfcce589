"""What counting costs on Spark, from figures that were made up."""

import os
import tempfile
import unittest
from pathlib import Path

from bench.cluster import Cost, Figures, check_some, cost_of, lines, rows_total
from bench.errors import BenchError
from bench.standalone import connector, cpu_seconds_in

from bench.tests.fakes import corpus


class ClusterTest(unittest.TestCase):
    def test_what_starting_takes_is_no_part_of_the_cost_of_a_gigabyte(self):
        cost = cost_of((20_000_000, 15.0), (520_000_000, 17.5), "it")
        self.assertEqual(cost, Cost("it", 15.0, 5.0))

    def test_each_way_has_a_line_and_what_it_saves_another(self):
        text = lines(Figures({"a file": [Cost("wordstream", 0.1, 1.5), Cost("DataFrame", 15.0, 16.5)]},
                             {"first counts": 7.25}))
        self.assertEqual(len(text.splitlines()), 6)
        self.assertIn("    wordstream                  0.1     1.5\n", text)
        self.assertIn("is 11.0 times\n", text)
        self.assertIn("  first counts after 7.2 s\n", text)

    def test_what_has_ended_of_a_process_is_its_own(self):
        stat = "7 (a b) c) S 1 7 7 0 -1 4194560 1 2 3 4 100 20 3000 400 20 0 1 0 5 6 7"
        self.assertAlmostEqual(cpu_seconds_in(stat) * os.sysconf("SC_CLK_TCK"), 3520)

    def test_the_connector_is_fetched_of_sparks_own_version_where_it_is_not_there(self):
        with tempfile.TemporaryDirectory() as folder:
            jars = Path(folder)
            (jars / "spark-core_2.13-4.0.1.jar").touch()
            self.assertEqual(connector(jars), ["--packages", "org.apache.spark:spark-sql-kafka-0-10_2.13:4.0.1"])
            (jars / "spark-sql-kafka-0-10_2.13-4.0.1.jar").touch()
            self.assertEqual(connector(jars), [])

    def test_windows_that_end_early_have_all_words_each_time(self):
        rows = "1\t2\ta\t3\n1\t2\tb\t4\n"
        self.assertEqual(rows_total(rows), 7)
        check_some(corpus(words=7), 2 * rows)
        for wrong in ("", rows + "1\t2\ta\t3\n"):
            with self.assertRaises(BenchError):
                check_some(corpus(words=7), wrong)


if __name__ == "__main__":
    unittest.main()
