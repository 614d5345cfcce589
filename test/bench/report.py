"""Results as people and machines read them. Pure."""

import json
from typing import Any, Sequence

from .goals import Goal
from .results import (DISCARD, EXACTLY_ONCE, KCAT, LIBRDKAFKA, TOPICS, WORDSTREAM, WRITTEN,
                      WRITTEN_ONCE, Machine, Results)
from .stats import spread

# The columns of the second half of the table, in its order.
FILE = "file"
PEERS = ("countwords", "flat_map", "unordered_map", "Counter", "awk", "sort", "spark")


def heading(machine: Machine, round_count: int, size: int, peer_size: int) -> str:
    """What the figures of the table are."""
    return f"""\
machine     {machine.processor}, {machine.core_count} cores
method      GB/s: medians of {round_count} interleaved rounds ± half the spread; all counts checked
            {WORDSTREAM}, {DISCARD}: {size} MB over TCP from nc, in batches of 1s; share: the one as
            a share of the other. The rest are whole programs on one core, from the text on stdin
            to all counts, sorted: {FILE} (wordstream) and {PEERS[0]} {size} MB, all others, and
            uni, {peer_size} MB. 9x: a ninth of the speed of {FILE}
"""


def _speed_cell(results: Results, column: str, corpus: str) -> str:
    """GB/s and half its spread."""
    speed = results.speed(column, corpus)
    if speed is None:
        return "-"
    half_spread = 50 * spread(results.rounds(column, corpus))
    return f"{speed:.{2 if speed >= 0.1 else 3}f} ±{half_spread:.0f}%"


def _peer_cell(results: Results, peer: str, corpus: str) -> str:
    """GB/s, and how many times as fast wordstream is."""
    speed = results.speed(peer, corpus)
    if speed is None:
        return "-"
    times = results.ratio(FILE, peer, corpus)
    return f"{speed:.3f}" + (f" {times:.1f}x" if times else "")


def aligned(rows: Sequence[Sequence[str]], text_columns: int = 1) -> str:
    """A table of cells: so many columns of text, then of figures."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) if i < text_columns else cell.rjust(width)
                 for i, (cell, width) in enumerate(zip(row, widths))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def table(results: Results) -> str:
    """Rows are corpora. First what comes over a socket: wordstream, the receiver that discards, and
    the share of it. Then whole programs on one core: GB/s, and how many times wordstream's is
    theirs."""
    peers = [peer for peer in PEERS if results.speeds.get(peer)]
    rows = [["corpus", WORDSTREAM, DISCARD, "share", FILE, *peers]]
    for corpus in results.corpora():
        if not results.rounds(WORDSTREAM, corpus):
            continue
        share = results.ratio(WORDSTREAM, DISCARD, corpus)
        cells = [_peer_cell(results, peer, corpus) for peer in peers]
        rows.append([corpus, _speed_cell(results, WORDSTREAM, corpus),
                     _speed_cell(results, DISCARD, corpus), f"{share:.2f}" if share else "-",
                     _speed_cell(results, FILE, corpus), *cells])
    return aligned(rows)


def kafka(results: Results, round_count: int, size: int) -> str:
    """Rows are topics that are read. First what librdkafka reads by itself; then ours, and what
    share of that it is."""
    rows = [["message", LIBRDKAFKA]]
    ours = (WORDSTREAM, EXACTLY_ONCE, KCAT)
    for column in ours:
        rows[0] += [column, "share"]
    for topic in TOPICS:
        if not results.rounds(LIBRDKAFKA, topic):
            continue
        row = [topic, _speed_cell(results, LIBRDKAFKA, topic)]
        for column in ours:
            share = results.ratio(column, LIBRDKAFKA, topic)
            row += [_speed_cell(results, column, topic), f"{share:.2f}" if share else "-"]
        rows.append(row)
    machine = results.machine
    return f"""\
machine     {machine.processor}, {machine.core_count} cores, broker and all
method      GB/s: medians of {round_count} interleaved rounds ± half the spread; all counts checked.
            {size} MB of kjv in one partition, whole programs. {LIBRDKAFKA}: it reads, and forgets;
            share: of that. {WORDSTREAM}: --top 10; {EXACTLY_ONCE}: with a journal, batches of 1s,
            top 1000 to a file; {KCAT}: piped into {WORDSTREAM}. written: through a pipe, batches of
            1s, top 1000 to a topic; {EXACTLY_ONCE}: with a journal, and a transaction a batch
""" + aligned(rows)


def kafka_written(results: Results) -> str:
    """Rows are texts whose counts are written to a topic."""
    rows = [["written", "no journal", EXACTLY_ONCE, "share"]]
    for text in results.corpora():
        share = results.ratio(WRITTEN_ONCE, WRITTEN, text)
        if share:
            rows.append([text, _speed_cell(results, WRITTEN, text),
                         _speed_cell(results, WRITTEN_ONCE, text), f"{share:.2f}"])
    return "\n" + aligned(rows)


def noise_lines(results: Results) -> str:
    """Whether the machine was quiet enough."""
    reasons = results.noise()
    if not reasons:
        return ""
    lines = ["too noisy to tell: measure again when nothing else runs"]
    return "\n".join(lines + [f"  {reason}" for reason in reasons]) + "\n"


def goal_lines(goals: Sequence[Goal], machine: Machine, is_noisy: bool, is_rough: bool) -> str:
    """A line a goal, and how far to trust them."""
    lines = [f"goals, G1 with the bounds of {machine.kind.value}:"]
    lines += [goal.line() for goal in goals]
    counts = {verdict: sum(goal.verdict == verdict for goal in goals)
              for verdict in ("held", "short", "not measured", "not checked")}
    end = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    if is_noisy:
        end += "; the machine was too noisy to tell"
    elif is_rough:
        end += "; a short run, so roughly"
    return "\n".join([*lines, f"goals: {end}"]) + "\n"


def to_json(results: Results, goals: Sequence[Goal]) -> str:
    """Everything, for machines."""
    machine = results.machine
    whole: dict[str, Any] = {
        "machine": {"processor": machine.processor, "cores": machine.core_count,
                    "kind": machine.kind.name},
        "gb_per_s": [{"column": column, "corpus": corpus, "rounds": rounds,
                      "median": results.speed(column, corpus), "spread": spread(rounds)}
                     for column, by_corpus in results.speeds.items()
                     for corpus, rounds in by_corpus.items()],
        "facts": results.facts,
        "missing": results.missing,
        "goals": [{"goal": goal.number, "case": goal.case, "value": goal.value,
                   "limit": goal.limit, "at_least": goal.is_least, "verdict": goal.verdict,
                   "line": goal.line()} for goal in goals],
        "used_by_others": results.used_by_others,
        "noise": results.noise(),
    }
    return json.dumps(whole, indent=1) + "\n"
