"""What was seen, as people and machines read it. Pure."""

import json
from dataclasses import asdict
from statistics import median
from typing import Callable, Mapping, Sequence

from ..plot import quoted
from ..report import aligned
from ..results import Machine
from .trials import Facts, Loss, Pace


def heading(machine: Machine, rounds: int, busy: Sequence[float]) -> str:
    """What the figures of the table are."""
    return f"""\
machine     {machine.processor}, {machine.core_count} cores
            others used {max(busy, default=0):.0%} of it at most before a round
method      medians of {rounds} whole rounds, from the least to the most; each trial with all engines in
            turn; no figure where a word is not counted as often as it stands in the text
start       from the start of the process to the first counts; the CPU of that
rate        so much of kjv as was sent, from the first byte to the last count, batches or windows of
            a second; the CPU of that
memory      the most that was resident; JVMs have a heap of 1 GB
calls       of the system for 1,000 words in a second
kill -9     1,000 different words a second, none sent again: sent, never counted, counted twice
"""


def _of(paces: Sequence[Pace], figure: Callable[[Pace], float], digits: int) -> str:
    values = sorted(figure(pace) for pace in paces)
    if not values:
        return "-"
    middle, least, most = (f"{value:.{digits}f}" for value in (median(values), values[0], values[-1]))
    return middle if least == most else f"{middle} ({least}-{most})"


def _range(losses: Sequence[Loss], figure: Callable[[Loss], int]) -> str:
    values = [figure(loss) for loss in losses]
    if not values:
        return "-"
    return str(values[0]) if min(values) == max(values) else f"{min(values)}-{max(values)}"


def table(all_facts: Sequence[Facts]) -> str:
    """A row an engine: first the figures, then what becomes of words."""
    figures = [["engine", "start s", "CPU s", "sent MB", "rate MB/s", "CPU s/GB", "memory MB", "calls"]]
    fates = [["kill -9", "sent", "lost", "repeated", "after it"]]
    for facts in all_facts:
        paces = facts.paces
        figures.append([
            facts.name, _of(paces, lambda pace: pace.start_seconds, 1), _of(paces, lambda pace: pace.start_cpu_seconds, 1),
            f"{facts.sent_bytes / 1e6:.0f}", _of(paces, lambda pace: pace.rate / 1e6, 1),
            _of(paces, lambda pace: pace.cpu_seconds_a_gb, 1), _of(paces, lambda pace: pace.peak_bytes / 1e6, 0),
            _of(paces, lambda pace: pace.calls, 0)])
        notes = {loss.note or "goes on" for loss in facts.losses}
        fates.append([facts.name, _range(facts.losses, lambda loss: loss.sent),
                      _range(facts.losses, lambda loss: loss.lost), _range(facts.losses, lambda loss: loss.repeated),
                      "; ".join(sorted(notes)) or "-"])
    facts_rows = [["5 s windows", "a word that came once", "behind the end of the stream, the last word", "started first"]]
    facts_rows += [[facts.name, facts.windows or "-", facts.end or "-", facts.order or "-"] for facts in all_facts]
    failures = [f"{facts.name}: {failure}\n" for facts in all_facts for failure in facts.failures]
    return "\n".join([aligned(figures), aligned(fates), aligned(facts_rows, 4)]) + "".join(failures)


def to_json(machine: Machine, all_facts: Sequence[Facts], skipped: Mapping[str, str], busy: Sequence[float]) -> str:
    """Everything, for machines: times in seconds, sizes in bytes, rates in bytes a second."""
    return json.dumps({"machine": {"processor": machine.processor, "cores": machine.core_count},
                       "used_by_others": list(busy), "engines": [asdict(facts) for facts in all_facts],
                       "skipped": dict(skipped)}, indent=1) + "\n"


def plot_script(all_facts: Sequence[Facts], path: str) -> str:
    """Two charts beside each other, both logarithmic: seconds to the first counts, and CPU seconds a GB."""
    measured = [facts for facts in all_facts if facts.paces]
    lines = [f'"{facts.name}" {median(pace.start_seconds for pace in facts.paces)} '
             f'{median(pace.cpu_seconds_a_gb for pace in facts.paces)}' for facts in measured]
    return "\n".join(["$data << EOD", *lines, "EOD", "set terminal svg size 900,420 background rgb 'white'",
                      f"set output {quoted(path)}", "set style fill solid", "set boxwidth 0.7", "set logscale y",
                      "set grid ytics", "unset key", "set xtics rotate by -35", "set multiplot layout 1,2",
                      "set title 'seconds from the start to the first counts'",
                      "plot $data using 0:2:xtic(1) with boxes", "set title 'CPU seconds a GB'",
                      "plot $data using 0:3:xtic(1) with boxes", "unset multiplot", ""])
