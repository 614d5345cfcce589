"""What counting costs on Spark, from figures that were made up."""

import unittest

from bench.cluster import Cost, cost_of, lines


class ClusterTest(unittest.TestCase):
    def test_what_starting_takes_is_no_part_of_the_cost_of_a_gigabyte(self):
        cost = cost_of((20_000_000, 15.0), (520_000_000, 17.5), "it")
        self.assertEqual(cost, Cost("it", 15.0, 5.0))

    def test_each_way_has_a_line(self):
        text = lines([Cost("wordstream", 0.1, 1.1), Cost("DataFrame", 15.0, 16.4)])
        self.assertEqual(len(text.splitlines()), 3)
        self.assertIn("  wordstream                      0.1     1.1\n", text)


if __name__ == "__main__":
    unittest.main()
