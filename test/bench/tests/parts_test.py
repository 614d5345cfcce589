"""What is read off the parts' output, off the machine and off the command line."""

import unittest

from bench.errors import USAGE, BenchError
from bench.machine import busy_share, machine_of
from bench.options import FULL, QUICK, SMOKE, parse
from bench.parts import Load, note_lateness, parse_journal, parse_slides, read_delays
from bench.results import Kind
from bench.soak import late_windows
from bench.stats import paired_ratio, quantile, spread
from bench.tests.fakes import results

_SLIDES = """\
window of batches      words in words in  ns/word    ms to    times  bytes a  bytes a       MB
                        a batch   window  a slide     emit   faster  batch's window's   in all
5 x 30 MB                 28848    28857       71     0.58        7     1.19     75.6      2.4
60 x 30 MB                28848    28857       63     0.51       58     1.19     75.6      4.2
"""
_ZEN4 = "vendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel name\t: AMD EPYC\nflags\t\t: {}\n\n"


class PartsTest(unittest.TestCase):
    """Named by what must hold."""

    def test_the_row_of_a_minute(self) -> None:
        self.assertEqual(parse_slides(_SLIDES),
                         {"slides nanos": 63, "slides times": 58, "slides bytes": 1.19})
        self.assertEqual(parse_slides("nothing"), {})

    def test_how_soon_a_batch_is_durable(self) -> None:
        line = "durable     31.5 ms after the cut (p99 of 200; median 27.0, packing 9.5) with"
        self.assertEqual(parse_journal(line), {"journal durable": 31.5})

    def test_the_last_row_of_a_batch_is_what_counts(self) -> None:
        chunks = [(1001.5, b"0\t1000\ta\t2\n0\t10"), (1003.0, b"00\tb\t1\n"),
                  (2000.5, b"1000\t2000\ta\t1\n")]
        self.assertEqual(read_delays(chunks), [3.0, 0.5])

    def test_lateness_becomes_facts(self) -> None:
        measured = results({})
        load = Load(100, 3)
        note_lateness("kjv", load, [10.0, 20.0, 900.0], [1.0, 1.5, 2.5], measured)
        self.assertEqual(measured.facts, {"lateness kjv p50": 20.0, "lateness kjv p99": 900.0,
                                          "lateness kjv written": 2.5, "lateness kjv count": 3.0})

    def test_a_soak_without_its_windows_has_failed(self) -> None:
        rows = "".join(f"0\t{second}000\tthe\t9\n" for second in range(100))
        self.assertEqual(late_windows(rows, "", 100), "")
        self.assertIn("only 100 windows", late_windows(rows, "", 106))
        self.assertIn("skipped 1 tick", late_windows(rows, "wordstream: skipped 1 tick\n", 100))


class StatsTest(unittest.TestCase):
    """Named by what must hold."""

    def test_quantiles_are_values_that_were_measured(self) -> None:
        values = [float(number) for number in range(1, 101)]
        self.assertEqual([quantile(values, part) for part in (0.5, 0.99, 1)], [50, 99, 100])
        self.assertEqual(quantile([3.0], 0.99), 3)

    def test_a_ratio_is_taken_round_by_round(self) -> None:
        self.assertEqual(paired_ratio([4, 1, 9], [8, 2, 3]), 0.5)  # of the medians: 4/3
        self.assertEqual(paired_ratio([4, 1, 9], [8, 2]), 0.8)

    def test_the_spread_is_a_share_of_the_median(self) -> None:
        self.assertEqual(spread([1.0, 2.0, 4.0]), 1.5)
        self.assertEqual(spread([]), 0)


class MachineTest(unittest.TestCase):
    """Named by what must hold."""

    def test_only_zen_4_is_zen_4(self) -> None:
        self.assertIs(machine_of(_ZEN4.format("sse4_2 avx512bw"), 2).kind, Kind.ZEN4)
        self.assertIs(machine_of(_ZEN4.format("sse4_2 avx2"), 2).kind, Kind.OTHER)  # Zen 3
        intel = _ZEN4.replace("AuthenticAMD", "GenuineIntel").format("avx512bw")
        self.assertIs(machine_of(intel, 2).kind, Kind.INTEL_AVX512)
        zen5 = _ZEN4.replace("25", "26").format("avx512bw")
        self.assertIs(machine_of(zen5, 2).kind, Kind.ZEN5)
        self.assertEqual(machine_of(intel, 2).processor, "AMD EPYC")

    def test_how_much_of_it_is_in_use(self) -> None:
        before = "cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 2 3\n"
        after = "cpu  130 0 60 850 50 0 0 10 0 0\ncpu0 1 2 3\n"
        self.assertEqual(busy_share(before, after), 0.5)
        self.assertEqual(busy_share(before, before), 0)


class OptionsTest(unittest.TestCase):
    """Named by what must hold."""

    def test_the_modes(self) -> None:
        self.assertEqual(parse([]).scale, FULL)
        self.assertEqual(parse(["--quick"]).scale, QUICK)
        self.assertEqual(parse(["--smoke"]).scale, SMOKE)
        self.assertEqual(parse(["--rounds", "9", "--size", "50"]).scale.rounds, 9)
        self.assertEqual(parse(["--micro", "--", "--benchmark_filter=x"]).micro_flags,
                         ["--benchmark_filter=x"])

    def test_what_makes_no_sense_is_a_usage_error(self) -> None:
        for arguments in (["--fast"], ["--quick", "--smoke"], ["--rounds", "0"], ["x"]):
            with self.assertRaises(BenchError) as raised:
                parse(arguments)
            self.assertEqual(raised.exception.code, USAGE)


if __name__ == "__main__":
    unittest.main()
