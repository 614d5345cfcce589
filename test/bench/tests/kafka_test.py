"""What --kafka says of a missing broker, of wrong counts, and of figures that are given."""

import tempfile
import unittest
from pathlib import Path

from bench import report
from bench.errors import BAD_DATA, UNAVAILABLE, BenchError
from bench.goals import judge
from bench.kafka import demand_broker, demand_read
from bench.results import EXACTLY_ONCE, LIBRDKAFKA, WORDSTREAM, WRITTEN, WRITTEN_ONCE
from bench.tests.fakes import corpus, results


class KafkaTest(unittest.TestCase):
    """Named by what must hold."""

    def test_without_a_broker_it_is_skipped_by_name(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaises(BenchError) as raised:
                demand_broker(Path(folder) / "lib")
        self.assertEqual(raised.exception.code, UNAVAILABLE)
        self.assertEqual(raised.exception.message, "SKIPPED kafka: there is no broker, "
                                                   "run scripts/bootstrap --kafka")

    def test_all_messages_and_bytes_have_to_be_read(self) -> None:
        text = corpus("a line")  # of 1,000,000,000 bytes
        demand_read(text, 10, "10\t999999990\n")
        for said in ("9\t999999990\n", "10\t999999989\n"):
            with self.assertRaises(BenchError) as raised:
                demand_read(text, 10, said)
            self.assertEqual(raised.exception.code, BAD_DATA)

    def test_the_table_has_the_share_of_each(self) -> None:
        measured = results({LIBRDKAFKA: {"a line": [1.0, 2.0]}, WORDSTREAM: {"a line": [0.8, 1.6]},
                            EXACTLY_ONCE: {"a line": [0.5, 1.0]}})
        row = report.kafka(measured, 2, 500).splitlines()[-1]
        self.assertEqual(" ".join(row.split()),
                         "a line 1.50 ±33% 1.20 ±33% 0.80 0.75 ±33% 0.50 - -")

    def test_what_is_written_is_compared_with_the_same_without_a_journal(self) -> None:
        measured = results({LIBRDKAFKA: {"a line": [1.0]}, WRITTEN: {"kjv": [0.8, 0.4]},
                            WRITTEN_ONCE: {"kjv": [0.6, 0.3]}})
        rows = [" ".join(row.split()) for row in report.kafka_written(measured).splitlines()[-2:]]
        self.assertEqual(rows, ["written no journal exactly-once share",
                                "kjv 0.60 ±33% 0.45 ±33% 0.75"])
        self.assertNotIn("kjv ", report.kafka(measured, 2, 500).splitlines()[-1])
        lines = [" ".join(goal.line().split()) for goal in judge(measured)
                 if goal.number == "G18"]
        self.assertEqual(lines, [
            "G18 kjv 0.75 of the same into a topic without a journal, at least 0.85: short by 0.10"])

    def test_the_goal_is_a_share_of_the_library_alone(self) -> None:
        measured = results({LIBRDKAFKA: {"a line": [1.0]}, WORDSTREAM: {"a line": [0.6]}})
        lines = [" ".join(goal.line().split()) for goal in judge(measured)
                 if goal.number == "G17"]
        self.assertEqual(lines, [
            "G17 a line 0.60 of librdkafka's own loop, at least 0.70: short by 0.10",
            "G17 100 lines not measured: librdkafka was not run"])


if __name__ == "__main__":
    unittest.main()
