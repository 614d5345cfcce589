"""What --relp says of the figures that it has, and of rsyslog where it is missing."""

import unittest

from bench.relp import Figures, lines


class RelpTest(unittest.TestCase):
    """Named by what must hold."""

    def test_each_figure_stands_beside_what_was_asked(self) -> None:
        said = lines(Figures(900.0, 1080.0, 1.2, 103.0, 21.0, 0.97, 7.1e8, 0.65)).splitlines()
        self.assertEqual(said, [
            "a line      900 ns of CPU from 10 producers and connections, 1080 from 10000 on 1000: "
            "1.20 times (asked: 1.25)",
            "an answer   after 103 ms at the 99th percentile (asked: 150); with --commit-interval "
            "10ms 21 (asked: 30)",
            "rsyslog     0.97 of its speed to a receiver that answers at once (asked: 0.90)",
            "send        0.71 GB/s of kjv into a database, exactly once: 0.65 of plain TCP into the "
            "default mode (asked: 0.60)"])

    def test_without_rsyslog_it_is_skipped_by_name(self) -> None:
        said = lines(Figures(900.0, 1080.0, 1.2, 103.0, 21.0, None, 7.1e8, 0.65)).splitlines()
        self.assertEqual(said[-2], "rsyslog     rsyslog is not installed: SKIPPED")


if __name__ == "__main__":
    unittest.main()
