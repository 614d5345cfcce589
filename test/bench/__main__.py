"""scripts/bench, once Python is there."""

import subprocess
import sys
from pathlib import Path
from typing import Sequence, TextIO

from . import cluster, insides, kafka, keys, parts, postgres, relp, report
from .corpora import Library
from .errors import code_of
from .goals import KAFKA_GOALS, judge
from .machine import prewarm, this_machine, used_by_others
from .options import FULL, SMOKE, Options, Scale, parse
from .places import PROGRAMS, program
from .planner import Planner
from .plot import draw
from .prepare import prepare
from .results import Results
from .rounds import check_all, measure_all
from .soak import soak
from .spark import spark_home


def tell(progress: str) -> None:
    """What is going on, for whoever waits."""
    print(f"bench: {progress}", file=sys.stderr, flush=True)


def measure_parts(scale: Scale, library: Library, results: Results) -> str:
    """What stands below the table."""
    kjv = library.corpus("kjv", scale.size)
    tell("windows, rows, journal")
    texts = [parts.slides(library.bible(), scale.window_max, results),
             parts.rows(scale.row_count),
             parts.journal(kjv, scale.journal, scale.journal_rounds, results)]
    tell("splitter, top ten, archives")
    texts += [insides.splitter(kjv, results),
              insides.heads([library.corpus(name, scale.size) for name in ("zipf", "eng")
                             if name in scale.corpora], results),
              insides.archives(kjv, scale.rounds, results)]
    tell("memory and lateness")
    if "uni" in scale.corpora:
        texts.append(parts.footprint(library.corpus("uni", scale.size), results))
    for name, load in scale.loads.items():
        texts.append(parts.lateness(library.corpus(name, scale.size), load, results))
    return "\n".join(text for text in texts if text)


def measure_cluster(scale: Scale, library: Library) -> str:
    """The kernel on Spark, and Spark alone."""
    home = spark_home(tell)
    if home is None or not cluster.is_built():
        tell("SKIPPED on a cluster: scripts/bootstrap --spark, and build again")
        return ""
    return cluster.lines(cluster.measure(library, scale, home, tell))


def print_all(options: Options, results: Results, below: str, out: TextIO) -> None:
    """What people read."""
    scale = options.scale
    print(report.heading(results.machine, scale.rounds, scale.size, scale.peer_size), file=out)
    print(report.table(results), below, sep="\n", file=out)
    if scale.name == SMOKE.name:
        print("goals: a smoke run is too short to judge any", file=out)
        return
    print(report.noise_lines(results), end="", file=out)
    is_rough = scale.rounds < FULL.rounds or scale.size < FULL.size
    print(report.goal_lines(judge(results), results.machine, bool(results.noise()), is_rough),
          end="", file=out)


def run_table(options: Options) -> int:
    """Everything: the table, the parts, the goals."""
    library = Library(PROGRAMS)
    results = Results(this_machine())
    plan = Planner(options, library, results, tell).plan()
    prewarm()
    check_all(plan, tell)
    measure_all(plan, options.scale.rounds, results, tell, used_by_others)
    below = measure_parts(options.scale, library, results)
    if options.spark:
        below += measure_cluster(options.scale, library)
    print_all(options, results, below, sys.stderr if options.json == "-" else sys.stdout)
    if options.json == "-":
        print(report.to_json(results, judge(results)), end="")
    elif options.json:
        Path(options.json).write_text(report.to_json(results, judge(results)))
    if options.plot:
        draw(results, options.plot)
    return 0


def run_micro(options: Options) -> int:
    """The parts of the hot loop alone."""
    library = Library(PROGRAMS)
    command = [program("bench_micro"), str(library.bible()), str(library.dictionary()),
               *options.micro_flags]
    return subprocess.run(command, check=False).returncode


def run_soak(seconds: int, size: int) -> int:
    """Full load for a while."""
    print(soak(Library(PROGRAMS).corpus("kjv", size), seconds), end="")
    return 0


def run_postgres(scale: Scale) -> int:
    """What a server costs."""
    kjv = Library(PROGRAMS).corpus("kjv", scale.size)
    print(postgres.lines(postgres.measure(kjv, scale)), end="")
    return 0


def run_kafka(scale: Scale) -> int:
    """How fast a topic is read, and written to."""
    kjv = Library(PROGRAMS).corpus("kjv", scale.size)
    results = Results(this_machine())
    kafka.measure(kjv, scale.rounds, results, tell)
    print(report.kafka(results, scale.rounds, scale.size), end="")
    print(report.kafka_written(results), end="")
    if scale.name != SMOKE.name:
        print(report.noise_lines(results), end="")
        print("".join(f"{goal.line()}\n" for goal in judge(results) if goal.number in KAFKA_GOALS),
              end="")
    return 0


def run_cluster(scale: Scale) -> int:
    """What counting on a Spark cluster costs."""
    print(measure_cluster(scale, Library(PROGRAMS)), end="")
    return 0


def run_relp(scale: Scale) -> int:
    """What senders cost that wait for answers, and how long they wait."""
    kjv = Library(PROGRAMS).corpus("kjv", scale.size)
    print(relp.lines(relp.measure(kjv, scale)), end="")
    return 0


def run_keys(scale: Scale) -> int:
    """What else is counted than words, beside what it is counted with today."""
    library = Library(PROGRAMS)
    print(keys.lines(keys.measure(library.corpus, scale.size, min(scale.size, 100), scale.rounds,
                                  tell)), end="")
    return 0


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code."""
    options = parse(arguments)
    prepare(options)
    if options.micro:
        return run_micro(options)
    if options.postgres:
        return run_postgres(options.scale)
    if options.kafka:
        return run_kafka(options.scale)
    if options.cluster:
        return run_cluster(options.scale)
    if options.relp:
        return run_relp(options.scale)
    if options.keys:
        return run_keys(options.scale)
    if options.soak_seconds:
        return run_soak(options.soak_seconds, options.scale.size)
    return run_table(options)


def run(arguments: Sequence[str]) -> int:
    """As main; says what kept it from its figures."""
    return code_of(main, arguments, tell)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
