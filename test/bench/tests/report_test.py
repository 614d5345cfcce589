"""What the table, the JSON and the picture show of figures that are given."""

import json
import unittest

from bench import report
from bench.columns import Column
from bench.corpora import Corpus
from bench.goals import judge
from bench.plot import script
from bench.results import DISCARD, WORDSTREAM
from bench.rounds import measure_all
from bench.tests.fakes import INTEL, ZEN4, column, corpus, results, streamed


class TableTest(unittest.TestCase):
    """Named by what must hold."""

    def test_a_planted_slow_peer_shows(self) -> None:
        measured = streamed(1.0)
        plan = [(column("file", 1.0), corpus()), (column("flat_map", 0.25), corpus()),
                (column("awk", 0.01), corpus())]
        measure_all(plan, 3, measured, lambda progress: None, lambda: 0.0)
        head, row = report.table(measured).splitlines()
        self.assertEqual(head.split()[-2:], ["flat_map", "awk"])
        self.assertEqual(row.split()[-4:], ["0.250", "4.0x", "0.010", "100.0x"])

    def test_a_slow_wordstream_shows(self) -> None:
        row = report.table(streamed(0.2)).splitlines()[1].split()
        self.assertEqual(row, ["kjv", "0.20", "±0%", "2.00", "±0%", "0.10", "-"])

    def test_figures_are_medians_and_half_the_spread(self) -> None:
        row = report.table(results({WORDSTREAM: {"kjv": [0.9, 1.0, 1.3]}})).splitlines()[1]
        self.assertEqual(row.split()[1:3], ["1.00", "±20%"])

    def test_what_drifts_for_both_does_not_change_the_share(self) -> None:
        measured = results({WORDSTREAM: {"kjv": [0.5, 1.0, 2.0]},
                            DISCARD: {"kjv": [1.0, 2.0, 4.0]}})
        self.assertIn(" 0.50 ", report.table(measured))

    def test_what_was_not_measured_is_a_dash(self) -> None:
        measured = results({WORDSTREAM: {"kjv": [1.0], "uni": [0.3]}, "awk": {"kjv": [0.1]}})
        self.assertEqual(report.table(measured).splitlines()[2].split()[-1], "-")


class RoundsTest(unittest.TestCase):
    """Named by what must hold."""

    def test_columns_take_turns(self) -> None:
        turns: list[str] = []

        def told(name: str) -> Column:
            def measure(text: Corpus) -> float:
                turns.append(f"{name} {text.name}")
                return 1.0
            return Column(name, measure)

        plan = [(told("a"), corpus("kjv")), (told("b"), corpus("kjv")), (told("a"), corpus("eng"))]
        measure_all(plan, 2, results({}), lambda progress: None, lambda: 0.0)
        self.assertEqual(turns, ["a kjv", "b kjv", "a eng"] * 2)


class NoiseTest(unittest.TestCase):
    """Named by what must hold."""

    def test_steady_figures_are_no_noise(self) -> None:
        self.assertEqual(report.noise_lines(streamed(1.0)), "")

    def test_a_discarding_receiver_that_varies_is_noise(self) -> None:
        measured = results({WORDSTREAM: {"kjv": [1.0] * 3}, DISCARD: {"kjv": [1.5, 2.0, 2.5]}})
        text = report.noise_lines(measured)
        self.assertIn("too noisy to tell", text)
        self.assertIn("kjv: the discarding receiver itself varied by 50%", text)

    def test_a_share_that_moves_between_the_halves_is_noise(self) -> None:
        measured = results({WORDSTREAM: {"kjv": [1.0, 1.0, 0.8, 0.8]}, DISCARD: {"kjv": [2.0] * 4}})
        self.assertIn("from the first rounds to the last", report.noise_lines(measured))

    def test_a_machine_in_use_is_noise(self) -> None:
        measured = streamed(1.0)
        measure_all([], 2, measured, lambda progress: None, iter([0.02, 0.7]).__next__)
        self.assertIn("others used 70% of the machine", report.noise_lines(measured))

    def test_the_verdicts_say_so_too(self) -> None:
        goals = judge(streamed(1.0))
        self.assertIn("too noisy to tell", report.goal_lines(goals, INTEL, True, False))
        self.assertNotIn("noisy", report.goal_lines(goals, INTEL, False, False))

    def test_whose_bounds_they_are_is_said(self) -> None:
        self.assertIn("bounds of an Intel", report.goal_lines([], INTEL, False, False))
        self.assertIn("bounds of an AMD Zen 4", report.goal_lines([], ZEN4, False, False))


class JsonTest(unittest.TestCase):
    """Named by what must hold."""

    def test_it_has_all_that_was_measured(self) -> None:
        measured = streamed(0.9)
        measured.facts["slides nanos"] = 60.0
        whole = json.loads(report.to_json(measured, judge(measured)))
        self.assertEqual(set(whole), {"machine", "gb_per_s", "facts", "missing", "goals",
                                      "used_by_others", "noise"})
        self.assertEqual(whole["gb_per_s"][0], {
            "column": WORDSTREAM, "corpus": "kjv", "rounds": [0.9] * 3, "median": 0.9, "spread": 0})
        self.assertEqual(whole["facts"], {"slides nanos": 60.0})
        self.assertEqual(whole["goals"][0]["verdict"], "short")
        self.assertEqual(set(whole["goals"][0]),
                         {"goal", "case", "value", "limit", "at_least", "verdict", "line"})

    def test_what_was_not_measured_is_null(self) -> None:
        whole = json.loads(report.to_json(results({}), judge(results({}))))
        self.assertTrue(all(goal["value"] is None for goal in whole["goals"]))


class PlotTest(unittest.TestCase):
    """Named by what must hold."""

    def test_a_group_for_each_corpus_and_a_bar_for_each_column(self) -> None:
        measured = results({"file": {"kjv": [1.0]}, "awk": {"kjv": [0.1]},
                            WORDSTREAM: {"kjv": [0.9], "word a line": [0.8]}})
        text = script(measured, "it's.svg")
        self.assertIn('"kjv" 0.9 1.0 0.1\nEOD', text)
        self.assertIn("set output 'it''s.svg'", text)
        self.assertIn('$data using 4:xtic(1) title "awk"', text)


if __name__ == "__main__":
    unittest.main()
