"""What the goals say of figures that are given."""

import unittest

from bench.goals import Goal, judge
from bench.results import DISCARD, WORDSTREAM, Results
from bench.tests.fakes import INTEL, OTHER, ZEN4, results, streamed


def lines_of(number: str, of: Results) -> list[str]:
    """The lines of one goal, without the spaces that align them."""
    return [" ".join(goal.line().split()) for goal in judge(of) if goal.number == number]


class GoalsTest(unittest.TestCase):
    """Named by what must hold."""

    def test_a_share_that_is_reached_is_held(self) -> None:
        self.assertEqual(lines_of("G1", streamed(1.0))[0],
                         "G1 kjv 0.50 of the discarding receiver, at least 0.50: held")

    def test_a_share_that_is_not_says_by_how_much(self) -> None:
        self.assertEqual(lines_of("G1", streamed(0.96))[0],
                         "G1 kjv 0.48 of the discarding receiver, at least 0.50: short by 0.02")

    def test_what_is_printed_is_what_is_judged(self) -> None:
        self.assertEqual(Goal("G1", "kjv", 0.4951, 0.50, True, "").verdict, "held")
        self.assertEqual(Goal("G1", "kjv", 0.4949, 0.50, True, "").verdict, "short")

    def test_an_upper_bound_is_held_from_below(self) -> None:
        self.assertEqual(Goal("G3", "kjv", 0.25, 0.25, False, "").verdict, "held")
        self.assertEqual(Goal("G3", "kjv", 0.26, 0.25, False, "").verdict, "short")
        self.assertAlmostEqual(Goal("G3", "kjv", 0.26, 0.25, False, "").short_by, 0.01)

    def test_what_was_not_measured_has_no_figure_and_a_reason(self) -> None:
        nothing = Results(INTEL, missing={"AVX-512": "this processor has no AVX-512"})
        for goal in judge(nothing):
            self.assertEqual(goal.verdict, "not measured")
            self.assertNotEqual(goal.why, "")
            self.assertIsNone(goal.value)
        self.assertEqual(lines_of("G5", nothing)[0],
                         "G5 AVX2 kjv not measured: this processor has no AVX-512")

    def test_every_goal_has_its_lines(self) -> None:
        numbers = dict.fromkeys(goal.number for goal in judge(Results(INTEL)))
        self.assertEqual(list(numbers), [f"G{number}" for number in range(1, 19)])

    def test_the_share_is_judged_by_the_processor(self) -> None:
        speeds = {WORDSTREAM: {"kjv": [0.8]}, DISCARD: {"kjv": [2.0]}}
        self.assertIn("at least 0.50: short by 0.10", lines_of("G1", results(speeds, INTEL))[0])
        self.assertIn("at least 0.38: held", lines_of("G1", results(speeds, ZEN4))[0])
        self.assertEqual(lines_of("G1", results(speeds, OTHER))[0],
                         "G1 kjv 0.40 of the discarding receiver: not checked here, no bound was "
                         "set on a processor of this kind")

    def test_the_fastest_engine_is_the_one_that_counts(self) -> None:
        speeds = {"all cores": {"kjv": [2.0]}, "duckdb": {"kjv": [0.2]}, "chdb": {"kjv": [0.4]}}
        self.assertEqual(lines_of("G15", results(speeds))[0],
                         "G15 kjv 5.0 times as fast as the fastest engine, all cores, "
                         "at least 6.0: short by 1.0")

    def test_the_c_program_is_compared_by_time(self) -> None:
        speeds = {"file": {"kjv": [1.0]}, "countwords": {"kjv": [0.2]}}
        self.assertEqual(lines_of("G3", results(speeds))[0],
                         "G3 kjv 0.20 of the time of the C program, one core, at most 0.30: held")

    def test_processors_are_compared_with_the_best(self) -> None:
        speeds = {"table": {"kjv": [1.0]}, "table AVX2": {"kjv": [0.7]},
                  "table SSE4": {"kjv": [0.6]}}
        lines = lines_of("G5", results(speeds))
        self.assertEqual(lines[0],
                         "G5 AVX2 kjv 0.70 of AVX-512, with the same counts, at least 0.70: held")
        self.assertIn("0.60 of AVX-512, with the same counts, at least 0.70: short by 0.10",
                      lines[3])

    def test_what_batches_cost_is_a_share_of_one_long_batch(self) -> None:
        speeds = {WORDSTREAM: {"kjv": [0.95]}, "batch 24h": {"kjv": [1.0]},
                  "batch 100ms": {"kjv": [0.8]}}
        lines = lines_of("G7", results(speeds))
        self.assertEqual(lines[0], "G7 kjv 1s 5.0 % for being cut into batches, at most 6.0: held")
        self.assertIn("20.0 % for being cut into batches, at most 12.0: short by 8.0", lines[1])

    def test_a_shape_is_compared_with_normal_lines(self) -> None:
        speeds = {WORDSTREAM: {"kjv": [1.0], "word a line": [0.8]}}
        self.assertIn("0.80 of the speed of normal lines, at least 0.90: short by 0.10",
                      lines_of("G6", results(speeds))[0])

    def test_facts_are_judged_as_they_are(self) -> None:
        facts = {"slides nanos": 80.0, "slides times": 28.0, "slides bytes": 24.0}
        lines = lines_of("G9", results({}, facts=facts))
        self.assertIn("80.0 ns for each word of a batch, at most 75.0: short by 5.0", lines[0])
        self.assertTrue(lines[1].endswith("at least 20.0: held"), lines[1])
        self.assertTrue(lines[2].endswith("at most 24.0: held"), lines[2])


if __name__ == "__main__":
    unittest.main()
