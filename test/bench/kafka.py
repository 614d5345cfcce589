"""How fast a topic is read, and what it costs to write to one: of a Kafka broker of the benchmark's own,
on this machine."""

import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Callable, Iterator, Sequence

from .columns import TSV_COUNT, Column, demand, speed_of, total_of
from .corpora import Corpus
from .errors import BAD_DATA, UNAVAILABLE, BenchError
from .machine import prewarm, used_by_others
from .places import TOP, WORDSTREAM as BINARY, program
from .results import (EXACTLY_ONCE, KCAT, LIBRDKAFKA, TOPICS, WORDSTREAM, WRITTEN, WRITTEN_ONCE,
                      Results)
from .rounds import check_all, measure_all
from .runs import output_of, run

JARS = TOP / "build" / "kafka" / "lib"
# Its own topics would have 50 partitions each, which are made when somebody first asks for one.
_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{1}
listeners=PLAINTEXT://127.0.0.1:{0},CONTROLLER://127.0.0.1:{1}
advertised.listeners=PLAINTEXT://127.0.0.1:{0}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={2}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
auto.create.topics.enable=false
log.cleaner.dedupe.buffer.size=16777216
"""
# So many times a text goes through a pipe, or there would be few batches of a second.
_REPEATED = 8
# A cluster's id: 16 bytes in base64.
_CLUSTER = "bench0wordstream0bench"


def demand_broker(jars: Path) -> None:
    """BenchError where none can be started."""
    if shutil.which("java") is None or not jars.is_dir():
        raise BenchError(UNAVAILABLE, "SKIPPED kafka: there is no broker, "
                                      "run scripts/bootstrap --kafka")


def _bound(stack: ExitStack) -> int:
    """A port of the kernel's choice. As long as its socket is bound nobody else is given it, and the
    broker, which sets the same option, can listen there."""
    bound = stack.enter_context(socket.socket())
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", 0))
    return int(bound.getsockname()[1])


@contextmanager
def broker(jars: Path = JARS) -> Iterator[str]:
    """The address of one that is gone afterwards. It may not answer yet."""
    demand_broker(jars)
    java = ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*"]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        ports = [_bound(stack) for _ in range(2)]
        settings = Path(folder) / "settings"
        settings.write_text(_SETTINGS.format(*ports, f"{folder}/data"))
        run([*java, "kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", str(settings)])
        with subprocess.Popen([*java, "kafka.Kafka", str(settings)], cwd=folder,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                yield f"127.0.0.1:{ports[0]}"
            finally:
                process.kill()


class Topics:
    """Topics that have a text, each in messages of so many lines, and what reads them."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._message_counts: dict[str, int] = {}

    def fill(self, corpus: Corpus, name: str, line_count: int, partition_count: int = 1) -> Corpus:
        """The text of a new topic."""
        made = replace(corpus, name=name)
        count = int(output_of([program("bench_kafka"), "fill", self._address, _topic(made),
                               str(corpus.path), str(line_count), str(partition_count)]))
        self._message_counts[name] = count
        return made

    def columns(self) -> Sequence[Column]:
        """In the order in which they are measured."""
        return (Column(LIBRDKAFKA, self._read),
                self._counting(WORDSTREAM, lambda corpus: [
                    BINARY, self._uri(corpus), "--until-eof", "-q"]),
                Column(EXACTLY_ONCE, self._keep, self._check_kept),
                self._counting(KCAT, lambda corpus: [
                    "sh", "-c", f"kcat -C -u -e -q -o beginning -p 0 -b {self._address} "
                    f"-t {_topic(corpus)} | {BINARY} - -q \"$@\"", "sh"]))

    def _uri(self, corpus: Corpus) -> str:
        return f"kafka://{self._address}/{_topic(corpus)}"

    def _read(self, corpus: Corpus) -> float:
        """It says itself what it has read. A message has no end for its last line."""
        count = self._message_counts[corpus.name]
        start = time.perf_counter()
        said = output_of([program("bench_kafka"), "read", self._address, _topic(corpus),
                          str(count)])
        seconds = time.perf_counter() - start
        demand_read(corpus, count, said)
        return speed_of(corpus, seconds)

    @staticmethod
    def _counting(name: str, command: Callable[[Corpus], list[str]]) -> Column:
        def measure(corpus: Corpus) -> float:
            return speed_of(corpus, run([*command(corpus), "--top", "10"]))

        def check(corpus: Corpus) -> None:
            with tempfile.NamedTemporaryFile() as rows:
                run([*command(corpus), "--format", "tsv"], stdout=rows.file)
                demand(name, corpus, total_of(Path(rows.name), TSV_COUNT), corpus.space_words)

        return Column(name, measure, check)

    def _run_kept(self, corpus: Corpus, folder: str, which: str) -> float:
        return run([BINARY, self._uri(corpus), "--until-eof", "-q", "--batch", "1s", "--mode",
                    "exactly-once", "--checkpoint", f"{folder}/state", "--sink",
                    f"{folder}/rows.tsv{which}"])

    def _keep(self, corpus: Corpus) -> float:
        with tempfile.TemporaryDirectory() as folder:
            return speed_of(corpus, self._run_kept(corpus, folder, "?top=1000"))

    def _check_kept(self, corpus: Corpus) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self._run_kept(corpus, folder, "")
            demand(EXACTLY_ONCE, corpus, total_of(Path(folder) / "rows.tsv", TSV_COUNT),
                   corpus.space_words)


class Written:
    """A job that writes to a topic, with a journal and without."""

    def __init__(self, address: str) -> None:
        self._address = address
        for topic in ("written", "checked"):
            run([program("bench_kafka"), "make", address, topic])

    def columns(self) -> Sequence[Column]:
        """Both write the same rows to the same topic."""
        return (Column(WRITTEN, lambda corpus: self._measure(corpus, [])),
                Column(WRITTEN_ONCE, self._keep, self._check))

    def _run(self, texts: Sequence[Path], topic: str, parameters: str, job: Sequence[str]) -> float:
        pipe = "cat " + " ".join(map(str, texts)) + f" | {BINARY} - -q --batch 1s \"$@\""
        sink = f"kafka://{self._address}/{topic}{parameters}"
        return run(["sh", "-c", pipe, "sh", *job, "--sink", sink])

    def _measure(self, corpus: Corpus, job: Sequence[str]) -> float:
        seconds = self._run([corpus.path] * _REPEATED, "written", "?top=1000", job)
        return _REPEATED * speed_of(corpus, seconds)

    def _keep(self, corpus: Corpus) -> float:
        with tempfile.TemporaryDirectory() as folder:
            return self._measure(corpus, _kept(folder))

    def _check(self, corpus: Corpus) -> None:
        """All its rows have to be there, for who reads what is committed."""
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as rows:
            self._run([corpus.path], "checked", "?format=tsv", _kept(folder))
            run(["kcat", "-C", "-e", "-q", "-o", "beginning", "-b", self._address, "-t", "checked",
                 "-X", "isolation.level=read_committed"], stdout=rows.file)
            demand(WRITTEN_ONCE, corpus, total_of(Path(rows.name), TSV_COUNT), corpus.space_words)


def _kept(folder: str) -> list[str]:
    return ["-m", "exactly-once", "--checkpoint", f"{folder}/state"]


def _topic(corpus: Corpus) -> str:
    return corpus.name.replace(" ", "-")


def demand_read(corpus: Corpus, message_count: int, said: str) -> None:
    """BenchError unless bench_kafka has read all of it."""
    wanted = (message_count, corpus.byte_count - message_count)
    read = tuple(int(number) for number in said.split())
    if read != wanted:
        raise BenchError(BAD_DATA, f"{LIBRDKAFKA} read {read[0]} messages, {read[1]} bytes, of "
                                   f"{wanted[0]}, {wanted[1]}, in {corpus.name}: no figure")


def measure(corpus: Corpus, round_count: int, results: Results, tell: Callable[[str], None]) -> None:
    """All of it."""
    with broker() as address:
        topics = Topics(address)
        tell("filling topics")
        texts = [topics.fill(corpus, name, lines) for name, lines in TOPICS.items()]
        plan = [(column, text) for text in texts for column in topics.columns()]
        plan += [(column, corpus) for column in Written(address).columns()]
        prewarm()
        check_all(plan, tell)
        measure_all(plan, round_count, results, tell, used_by_others)
