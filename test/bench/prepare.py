"""Installs and builds what a mode needs, and no more."""

import subprocess
from typing import Sequence

from .options import SMOKE, Options
from .places import TOP, TREE

_TARGETS = ("wordstream", "bench_cuts", "bench_discard", "bench_generate", "bench_journal",
            "bench_kafka", "bench_memory", "bench_relp", "bench_rows", "bench_sender", "bench_slides", "peer_countwords",
            "peer_unordered_map")


def call(command: Sequence[str]) -> None:
    """One of the other scripts, which say themselves what is wrong."""
    done = subprocess.run(command, cwd=TOP, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise SystemExit(done.returncode)


def groups_of(options: Options) -> list[str]:
    """The groups of scripts/bootstrap beside --bench. The Bible alone is small; the dictionaries
    are not."""
    needs_bible_alone = options.scale.name == SMOKE.name or options.soak_seconds or \
        options.postgres or options.kafka or options.cluster or options.relp or options.keys
    groups = [] if needs_bible_alone and not options.micro else ["--corpora", "--peers"]
    groups += ["--plot"] if options.plot else []
    groups += ["--micro"] if options.micro else []
    groups += ["--spark"] if options.spark or options.cluster else []
    groups += ["--engines"] if options.engines else []
    groups += ["--keys"] if options.keys else []
    groups += ["--test"] if options.postgres or options.relp else []
    return groups


def prepare(options: Options) -> None:
    """Returns once everything is there; ends the program where it cannot be had."""
    groups = groups_of(options)
    if options.kafka or options.spark or options.cluster:
        # Without a broker it says so, and why, and the benchmark that it is skipped.
        subprocess.run(["scripts/bootstrap", "--kafka"], cwd=TOP, stdin=subprocess.DEVNULL,
                       check=False)
    call(["scripts/bootstrap", "--bench", *groups])
    targets = list(_TARGETS)
    targets += ["bench_micro"] if options.micro else []
    targets += ["peer_flat_map"] if "--peers" in groups else []
    ninja = TREE / "build.ninja"
    if ninja.exists() and not all(f" {name}:" in ninja.read_text() for name in targets):
        # What was installed since is found now.
        subprocess.run(["cmake", "--preset", "release"], cwd=TOP, check=True,
                       stdout=subprocess.DEVNULL)
    call(["scripts/build", "release", *targets])
