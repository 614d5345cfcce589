"""Medians and spreads of few measurements, and whether they can be trusted. Pure."""

from statistics import median
from typing import Sequence

# The discarding receiver alone may differ so much from run to run, as a share of its median ...
SPREAD_MAX = 0.40
# ... and the share of it that wordstream reaches between the two halves of a series.
HALVES_MAX = 0.15
# So much of the machine may be in use before a round begins.
BUSY_MAX = 0.10


def spread(values: Sequence[float]) -> float:
    """From the least to the most, as a share of the median."""
    return (max(values) - min(values)) / median(values) if values else 0.0


def quantile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least `part` of all are not above."""
    ordered = sorted(values)
    rank = -int(-part * len(ordered) // 1)  # rounded up
    return ordered[min(len(ordered), max(1, rank)) - 1]


def paired_ratio(values: Sequence[float], others: Sequence[float]) -> float:
    """The median of what each round has for the ratio: what drifts from one round to the next hits
    both sides of it. Ratio of the medians where the rounds differ in number."""
    if len(values) == len(others):
        return median(value / other for value, other in zip(values, others))
    return median(values) / median(others)


def halves_differ_by(values: Sequence[float], others: Sequence[float]) -> float:
    """How far the ratio of the first rounds is from that of the last ones, as a share of it."""
    ratios = [value / other for value, other in zip(values, others)]
    half = len(ratios) // 2
    if half < 2:
        return 0.0
    return abs(median(ratios[:half]) - median(ratios[-half:])) / median(ratios)
