"""Kills whatever runs of a job on a real cluster, again and again, and looks whether each word is counted once.

    SPARK_HOME=... spark_kills.py PROGRAM KAFKA_JARS KILLS [SEED]

A master and two workers of Spark's, a broker of Kafka's, a topic that grows, and the program with --on: all on the loopback.
What is killed (-9), by chance: the program, Spark's driver, an executor, the broker. The driver waits a second between its
handing a batch over and telling Spark so, that kills meet it there. In the end every token that was sent must stand in the
database once. Then the same without the key: each start of the driver has another name, so that nothing is dropped, and
some tokens must come twice, or the test would not see them.
"""

import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

PROGRAM, JARS, KILLS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), int(sys.argv[3])
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 1
SPARK_HOME = os.environ["SPARK_HOME"]
PATIENCE = 180


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what, holds):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            sys.exit(f"waited in vain for {what}")
        time.sleep(0.1)


class Children:
    """What was started here, and ends with it."""

    def __init__(self, folder):
        self._folder, self._all = folder, []

    def start(self, name, command, **more):
        log = open(os.path.join(self._folder, name + ".log"), "ab")
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                 **more)
        self._all.append(child)
        return child

    def end(self):
        for child in self._all:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()


class Kafka:
    def __init__(self, children, folder):
        self._children = children
        self._java = ["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", JARS + "/*"]
        port, control = free_port(), free_port()
        self.address = f"127.0.0.1:{port}"
        self._properties = os.path.join(folder, "server.properties")
        with open(self._properties, "w") as file:
            file.write(f"""process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{control}
listeners=PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{control}
advertised.listeners=PLAINTEXT://{self.address}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={folder}/kafka
num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=true
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2500
""")
        subprocess.run([*self._java, "kafka.tools.StorageTool", "format", "-t", "AAAAAAAAAAAAAAAAAAAAAA", "-c",
                        self._properties], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.start()

    def start(self):
        self.process = self._children.start("kafka", [*self._java, "kafka.Kafka", self._properties])
        wait_until("the broker", lambda: subprocess.run(
            ["kcat", "-b", self.address, "-L", "-m", "2"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=False).returncode == 0)

    def send(self, topic, tokens):
        text = "".join(f"{token} to be or not\n" for token in tokens)
        done = subprocess.run(["kcat", "-b", self.address, "-t", topic, "-P", "-X", "acks=all", "-X",
                               "enable.idempotence=true"], input=text.encode(), check=False, stderr=subprocess.DEVNULL)
        return done.returncode == 0


def start_cluster(children):
    port = free_port()
    launch = os.path.join(SPARK_HOME, "bin", "spark-class")
    more = {"env": {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}}
    children.start("master", [launch, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port",
                              str(port), "--webui-port", "0"], **more)
    for number in (1, 2):
        children.start(f"worker{number}", [launch, "org.apache.spark.deploy.worker.Worker", "--cores", "1", "--memory",
                                           "1g", "--webui-port", "0", f"spark://127.0.0.1:{port}"], **more)
    return f"spark://127.0.0.1:{port}"


def pids_of(words):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    line = file.read()
            except OSError:
                continue
            if all(word.encode() in line for word in words):
                found.append(int(name))
    return found


class Job:
    def __init__(self, children, program, master, kafka, topic, folder):
        self._children, self._folder = children, folder
        self._command = [program, f"kafka://{kafka.address}/{topic}", "-b", "500ms", "-m", "exactly-once", "--on", master,
                         "--sink", f"sqlite:{folder}/counts.db", "--checkpoint", f"{folder}/state"]
        self.process = None

    def keep_running(self):
        if self.process is None or self.process.poll() is not None:
            self.process = self._children.start("job", self._command, env={
                **os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_CONF_DIR": self._folder})

    def is_up(self):
        return bool(self.count())

    def count(self):
        """{token: how often} of what stands in the database."""
        try:
            with sqlite3.connect(f"file:{self._folder}/counts.db?mode=ro", uri=True, timeout=10) as database:
                return dict(database.execute("select word, sum(count) from counts where word like 'c%' group by word"))
        except sqlite3.Error:
            return {}

    def driver_pids(self):
        return pids_of(["SparkSubmit", self._folder])

    def executor_pids(self):
        return pids_of(["CoarseGrainedExecutorBackend"])


def campaign(children, program, master, kafka, topic, folder, kills, chance):
    os.makedirs(folder)
    with open(os.path.join(folder, "spark-defaults.conf"), "w") as file:
        file.write("spark.executor.memory 512m\nspark.driver.memory 512m\nspark.ui.enabled false\n"
                   "spark.cores.max 2\nspark.sql.streaming.numRecentProgressUpdates 1\n")
    job = Job(children, program, master, kafka, topic, folder)
    sent, unsure, done = [], set(), {}

    def send():
        tokens = [f"c{len(sent) + i:06}" for i in range(chance.randint(1, 400))]
        sent.extend(tokens)
        if not kafka.send(topic, tokens):
            unsure.update(tokens)

    send()
    for number in range(kills):
        job.keep_running()
        seen = len(job.count())
        wait_until("counts", lambda: (send(), job.keep_running(), len(job.count()) > seen)[2])
        # At once, Spark does not know yet that the batch was handed over.
        deadline = time.monotonic() + chance.choice([0, 0, chance.uniform(0, 3)])
        while time.monotonic() < deadline:
            send()
        victim = chance.choice(["program", "program", "driver", "driver", "executor", "broker"])
        pids = {"program": lambda: [job.process.pid], "driver": job.driver_pids, "executor": job.executor_pids,
                "broker": lambda: [kafka.process.pid]}[victim]()
        for pid in pids[:1]:
            os.kill(pid, signal.SIGKILL)
        done[victim] = done.get(victim, 0) + len(pids[:1])
        if victim == "broker":
            kafka.process.wait()
            kafka.start()
        if victim in ("program", "driver"):
            job.process.wait()
    job.keep_running()
    wanted = set(sent) - unsure
    wait_until("the rest", lambda: (job.keep_running(), wanted <= set(job.count()))[1])
    job.process.send_signal(signal.SIGTERM)
    job.process.wait()
    wait_until("the driver's end", lambda: not job.driver_pids())
    counts = job.count()
    lost = sorted(wanted - set(counts))
    twice = sorted(token for token, count in counts.items() if count != 1)
    print(f"{topic}: {done} killed, {len(sent)} tokens: {len(lost)} lost, {len(twice)} more than once", flush=True)
    return lost, twice


def slow_driver(folder, has_key):
    """The program with a driver that waits; without the key it has another name each time that it is started."""
    os.makedirs(folder)
    beside = os.path.dirname(PROGRAM)
    for name in ("wordstream", "wordstream-spark.jar", "wordstream_spark.py"):
        shutil.copy2(os.path.join(beside, name), folder)
    path = os.path.join(folder, "wordstream_spark.py")
    with open(path) as file:
        text = file.read()
    changes = [("self._receiver.hand(self._producer, batch, head, rows)\n",
                "self._receiver.hand(self._producer, batch, head, rows)\n        time.sleep(1)\n")]
    if not has_key:
        changes += [('f"spark:{job}:{query}:counts"', "uuid.uuid4().hex"),
                    ("if self._next is None and batch != 0:", "if False:")]
    changed = text
    for old, new in changes:
        assert changed.count(old) == 1, old
        changed = changed.replace(old, new)
    with open(path, "w") as file:
        file.write(changed)
    return os.path.join(folder, "wordstream")


def main():
    folder = tempfile.mkdtemp(prefix="ws-spark-")
    children = Children(folder)
    try:
        kafka = Kafka(children, folder)
        master = start_cluster(children)
        keyed = slow_driver(folder + "/with-key", True)
        lost, twice = campaign(children, keyed, master, kafka, "keyed", folder + "/keyed", KILLS,
                               random.Random(SEED))
        if lost or twice:
            print(f"lost {lost[:5]}, more than once {twice[:5]}")
            return 1
        control = slow_driver(folder + "/control", False)
        for attempt in range(3):
            lost, twice = campaign(children, control, master, kafka, f"unkeyed{attempt}", f"{folder}/unkeyed{attempt}",
                                   KILLS, random.Random(SEED + attempt))
            if twice:
                return 0
        print("without the key nothing came twice: this test sees nothing")
        return 1
    finally:
        children.end()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
