"""The engines: where each is, how it is started, what it is sent."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator, Mapping, Sequence

from ..errors import FAILED, BenchError
from ..places import TOP, WORDSTREAM

PROGRAMS = TOP / "scripts" / "engines.d"
FETCHED = TOP / "build" / "stream-engines"
# Without a bound a JVM takes a quarter of the machine before it collects anything.
_JVM = ("-Xmx1g",)
# What Spark's own launcher opens of a JDK 17.
_OPENS = tuple(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in (
    "java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util",
    "java.util.concurrent", "java.util.concurrent.atomic", "jdk.internal.ref", "sun.nio.ch", "sun.nio.cs",
    "sun.security.action", "sun.util.calendar"))

# It starts a program for each file that it keeps. strace, letting go of a thread that has called vfork, waits for ever.
_FORK = ("-Djdk.lang.Process.launchMechanism=FORK",)


@dataclass(frozen=True)
class Engine:
    """`size` is what it is sent, in MB, where the text of most is 20."""

    name: str
    version: str
    jars: Path | None = None  # a folder; none: its program is an executable
    program: str = ""  # in scripts/engines.d/, without .java; or the executable; none: wordstream
    size: int = 20
    keeps: bool = False  # takes a folder in which to keep how far it is
    extra: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def missing(self) -> str | None:
        """What is not there, and how it comes."""
        if self.jars is None:
            has_it = not self.program or Path(self.program).exists()
            return None if has_it else f"{self.name} was not built: scripts/bootstrap --stream-engines"
        if subprocess.run(["sh", "-c", "command -v javac"], stdout=subprocess.DEVNULL, check=False).returncode:
            return "there is no Java: scripts/bootstrap --stream-engines"
        if not any(self.jars.glob("*.jar")):
            return f"{self.name} was not fetched: scripts/bootstrap --stream-engines"
        return None

    def _classes(self) -> Path:
        return FETCHED / "classes" / self.name.replace(" ", "-")

    def compile(self) -> None:
        """Once for each state of the program."""
        if self.jars is None:
            return
        source = PROGRAMS / f"{self.program}.java"
        made = self._classes() / f"{self.program}.class"
        if made.exists() and made.stat().st_mtime > source.stat().st_mtime:
            return
        self._classes().mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["javac", "-nowarn", "-d", str(self._classes()), "-cp", f"{self.jars}/*", str(source)],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise BenchError(FAILED, f"{source.name} does not compile: {done.stdout}")

    def command(self, port: int, window: int, checkpoint: Path | None = None,
                extra: Sequence[str] = ()) -> list[str]:
        """It counts the words of that port over so many seconds, each second."""
        if self.jars is None and self.program:
            return [self.program, "127.0.0.1", str(port), str(window)]
        if self.jars is None:
            command = [WORDSTREAM, "--host", "127.0.0.1", "--port", str(port), "--batch", "1s", "--format", "tsv"]
            command += ["--window", f"{window}s"] if window > 1 else []
            command += ["--mode", "at-least-once", "--checkpoint", str(checkpoint)] if checkpoint else []
            return [*command, *extra]
        kept = [str(checkpoint)] if checkpoint and self.keeps else []
        return ["java", *_JVM, *_OPENS, *self.extra, "-cp", f"{self._classes()}:{self.jars}/*", self.program,
                "127.0.0.1", str(port), str(window), *kept]


def _pyspark(folder: Path) -> Path:
    """The jars in a place of pip's."""
    found = sorted(folder.glob("lib/python3*/site-packages/pyspark/jars"))
    return found[0] if found else folder / "jars"


def _spark(version: str, folder: Path) -> Iterator[Engine]:
    short = version.rpartition(".")[0]
    jars = _pyspark(folder)
    yield Engine(f"DStreams {short}", f"Spark {version}", jars, "SparkDStreams", keeps=True)
    yield Engine(f"Structured {short}", f"Spark {version}", jars, "StructuredStreaming", keeps=True,
                 extra=_FORK)


def engines() -> list[Engine]:
    """All of them, in the order in which they are shown."""
    return [Engine("wordstream", "", size=400, keeps=True),
            *_spark("4.0.1", TOP / "build" / "spark"),
            Engine("Flink", "Flink 2.3.0", FETCHED / "flink" / "lib", "Flink", keeps=True),
            Engine("Storm", "Storm 2.8.2", FETCHED / "storm" / "lib", "Storm", size=2),
            Engine("Apex", "Apex 3.7.0", FETCHED / "apex" / "lib", "Apex"),
            Engine("Kafka Streams", "Kafka 4.2.2", FETCHED / "kafka-streams" / "lib", "KafkaStreamsWords", keeps=True),
            Engine("timely", "timely 0.12.0", program=str(FETCHED / "timely" / "release" / "timely-words")),
            *_spark("3.5.7", FETCHED / "spark-3.5")]
