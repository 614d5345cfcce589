"""A Spark cluster on this machine: a master and two workers of one core each, as processes of their own."""

import os
import resource
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Iterator, Sequence

from .errors import FAILED, BenchError
from .machine import cpu_seconds_in, free_port

_WORKERS = 2
_PATIENCE_SECONDS = 60.0
# Where it is not among Spark's jars, Spark fetches it.
_CONNECTOR = "org.apache.spark:spark-sql-kafka-0-10_"
# For whatever runs there. As many parts as cores: Spark's 200 are for larger clusters, and cost it much.
_DEFAULTS = f"""\
spark.executor.memory 1g
spark.driver.memory 1g
spark.ui.enabled false
spark.log.level ERROR
spark.sql.shuffle.partitions {_WORKERS}
"""


class Standalone:
    """Where programs are submitted to, and what they take of it."""

    def __init__(self, home: Path, master: str, settings: Path, pids: Sequence[int]) -> None:
        self.submit = [str(home / "bin" / "spark-submit"), "--master", master, *connector(home / "jars")]
        self.master = master
        self._pids = pids
        self._environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1",
                             "SPARK_CONF_DIR": str(settings)}

    def cpu_seconds(self, command: Sequence[str]) -> tuple[float, str]:
        """What a program takes, with all that works for it, and what it prints."""
        before = self._used()
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                              env=self._environment)
        if done.returncode != 0:
            raise BenchError(FAILED, f"{command[0]} ended with {done.returncode}: {done.stderr[-400:]}")
        self._wait_for_idle()
        return self._used() - before, done.stdout

    def seconds_to_first_line(self, command: Sequence[str]) -> float:
        """From its start until it prints something."""
        start = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              env=self._environment) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            seconds = time.perf_counter() - start
            process.stdout.read()
        if process.returncode != 0 or not line:
            raise BenchError(FAILED, f"{command[0]} ended with {process.returncode}, and nothing printed")
        self._wait_for_idle()
        return seconds

    def _used(self) -> float:
        """By master and workers, and by what has ended of what they or this process started."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ended.ru_utime + ended.ru_stime + sum(map(_cpu_seconds_of, self._pids))

    def _wait_for_idle(self) -> None:
        """Returns when the workers have no executor any more: only then what it took is told."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while any(_runs(child) for pid in self._pids for child in _children_of(pid)):
            if time.monotonic() > deadline:
                raise BenchError(FAILED, "executors run on after their program has ended")
            time.sleep(0.05)


def connector(jars: Path) -> list[str]:
    """What a program needs on its command line that reads topics."""
    if any(jars.glob("spark-sql-kafka-0-10_*.jar")):
        return []
    version = next(jars.glob("spark-core_*.jar")).stem.removeprefix("spark-core_").replace("-", ":")
    return ["--packages", _CONNECTOR + version]


def _cpu_seconds_of(pid: int) -> float:
    return cpu_seconds_in(Path(f"/proc/{pid}/stat").read_text())


def _runs(process: str) -> bool:
    """Spark's launcher is a child that nobody has waited for."""
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False


def _children_of(pid: int) -> list[str]:
    return [child for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()]


@contextmanager
def standalone(home: Path) -> Iterator[Standalone]:
    """One that is gone afterwards."""
    launch = str(home / "bin" / "spark-class")
    master = f"spark://127.0.0.1:{free_port()}"
    host, port = master.removeprefix("spark://").split(":")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        (Path(folder) / "spark-defaults.conf").write_text(_DEFAULTS)

        def start(*words: str) -> int:
            process = stack.enter_context(subprocess.Popen(
                [launch, *words], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_WORKER_DIR": folder}))
            stack.callback(process.kill)
            return process.pid

        pids = [start("org.apache.spark.deploy.master.Master", "--host", host, "--port", port, "--webui-port", "0")]
        pids += [start("org.apache.spark.deploy.worker.Worker", "--cores", "1", "--memory", "1g", "--webui-port", "0",
                       master) for _ in range(_WORKERS)]
        yield Standalone(home, master, Path(folder), pids)
