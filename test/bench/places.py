"""Where things are: the sources, and the binaries that were built of them."""

from pathlib import Path

from .runs import PORT

SOURCES = Path(__file__).resolve().parent
TOP = SOURCES.parents[1]
TREE = TOP / "build" / "release"
PROGRAMS = TREE / "test" / "bench"
WORDSTREAM = str(TREE / "wordstream")


def program(name: str) -> str:
    """One that is built for the benchmark alone."""
    return str(PROGRAMS / name)


def receiver(*options: str) -> list[str]:
    """wordstream, connecting to PORT."""
    return [WORDSTREAM, "--host", "127.0.0.1", "--port", PORT, "--until-eof", *options]
