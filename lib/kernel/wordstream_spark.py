"""The driver of `wordstream ... --on URL` (docs/cluster.md): has Spark count, and hands each batch's counts to a
wordstream that listens with --relp, in frames of counts (docs/protocol.md).

    spark-submit --jars wordstream-spark.jar wordstream_spark.py --to HOST:PORT --topic TOPIC --brokers BROKERS ...
    spark-submit --jars wordstream-spark.jar wordstream_spark.py --to HOST:PORT --file PATH ...

It touches what is the same in Spark 3.5 and 4.0. What counts is in the jar: the program's own kernel.
"""

import argparse
import glob
import json
import os
import shutil
import socket
import struct
import sys
import tempfile
import time
import uuid

EXIT_BAD_DATA, EXIT_NO_INPUT, EXIT_UNAVAILABLE, EXIT_NO_MEMORY, EXIT_IO = 65, 66, 69, 71, 74
RANGE_BYTES_MIN, RANGE_BYTES_MAX = 8 << 20, 256 << 20
# So much of the files is one batch: what a crash has to count again at most.
BATCH_BYTES = 16 << 30
PARTS_MAX = 128
TRY_AGAIN_SECONDS_MAX = 2.0


class GiveUp(Exception):
    """Ends the driver, with an exit code of docs/cli.md."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def tell(message):
    print(f"wordstream: {message}", file=sys.stderr, flush=True)


# --- The receiver ---


class Receiver:
    """A wordstream that takes counts. Each thing that is asked is tried until it is answered."""

    def __init__(self, address, query):
        host, _, port = address.rpartition(":")
        self._address = (host.strip("[]"), int(port))
        self._query = query
        self._socket = self._stream = None
        self._number = 0
        self.frame_bytes_max = 0

    def place(self, producer):
        """The batch that is next, or None where the producer is not known; and how many others of its job are."""
        answer = self._until_answered("where", [producer.encode()])
        fields = dict(line.split("=", 1) for line in answer.decode().split("\n")[1:] if "=" in line)
        place = fields.get("place")
        return (None if place is None else int(place)), int(fields.get("others", 0))

    def hand(self, producer, batch, head, chunks):
        """Returns when the batch is the receiver's own."""
        key = f"{producer}#{batch} {head}\n".encode()
        self._until_answered("counts", [key, *chunks], is_awaited=True)

    def close(self):
        if self._socket:
            try:
                self._send("close", [])
                self._answer()
            except OSError:
                pass
            self._leave()

    def _until_answered(self, command, chunks, is_awaited=False):
        pause = 0.1
        while True:
            try:
                if not self._socket:
                    self._connect()
                size = sum(map(len, chunks))
                if command == "counts" and size > self.frame_bytes_max:
                    raise GiveUp(EXIT_NO_MEMORY, f"the counts of one batch have {size} bytes, and the receiver takes "
                                 f"{self.frame_bytes_max}: give it more --max-memory, or take a shorter --batch")
                self._send(command, chunks)
                if is_awaited:
                    self._send("sync", [])
                answer = self._answer()
                if is_awaited:
                    self._answer()
                if not answer.startswith(b"200"):
                    raise GiveUp(EXIT_UNAVAILABLE, f"the receiver does not take {command}: {answer.decode()}")
                return answer
            except OSError as error:
                self._leave()
                tell(f"the connection to the receiver is lost: {error}: trying again")
                time.sleep(pause)
                pause = min(2 * pause, TRY_AGAIN_SECONDS_MAX)

    def _connect(self):
        self._socket = socket.create_connection(self._address, timeout=30)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._stream = self._socket.makefile("rb")
        self._number = 0
        self._send("open", [f"wordstream=1\ncounts=1\njournal={self._query}".encode()])
        offers = dict(line.split("=", 1) for line in self._answer().decode().split("\n") if "=" in line)
        if "counts" not in offers:
            raise GiveUp(EXIT_UNAVAILABLE, "the receiver takes no counts: is it a wordstream with --relp, and keys?")
        self.frame_bytes_max = int(offers["counts"])

    def _send(self, command, chunks):
        self._number += 1
        size = sum(map(len, chunks))
        self._socket.sendall(f"{self._number} {command} {size}{' ' if size else ''}".encode())
        for chunk in chunks:
            self._socket.sendall(chunk)
        self._socket.sendall(b"\n")

    def _answer(self):
        head = b""
        while head.count(b" ") < 3 and not head.endswith(b"\n"):
            byte = self._stream.read(1)
            if not byte:
                raise ConnectionError("it has closed")
            head += byte
        if head.split()[1] == b"serverclose":
            raise ConnectionError("its run has ended")
        size = int(head.split()[2])
        data = self._stream.read(size + 1)[:-1] if head.endswith(b" ") else b""
        if len(data) != size:
            raise ConnectionError("it has closed")
        return data

    def _leave(self):
        for thing in (self._stream, self._socket):
            if thing:
                thing.close()
        self._socket = self._stream = None


# --- Counting ---


class Counter:
    """Counts what a data set of Spark's has, by the kernel in the jar."""

    def __init__(self, spark, options):
        self._spark = spark
        self._jvm = spark.sparkContext._jvm
        self._names = self._list(name.encode() for name, _ in options)
        self._values = self._list(value for _, value in options)
        self._binary = self._jvm.org.apache.spark.sql.Encoders.BINARY()
        self._parts = min(spark.sparkContext.defaultParallelism, PARTS_MAX)

    def _list(self, values):
        made = self._jvm.java.util.ArrayList()
        for value in values:
            made.add(value)
        return made

    def count_texts(self, texts):
        """Values that are texts of their own, in a column of bytes."""
        values = getattr(texts._jdf, "as")(self._binary)
        count = self._jvm.wordstream.CountTexts(self._names, self._values, self._parts)
        return self._add_up(values.mapPartitions(count, self._binary))

    def count_ranges(self, ranges):
        count = self._jvm.wordstream.CountFiles(
            self._names, self._values, self._parts,
            self._list(path for path, _, _ in ranges), self._list(begin for _, begin, _ in ranges),
            self._list(end for _, _, end in ranges))
        numbers = self._spark.range(0, len(ranges), 1, len(ranges))
        return self._add_up(numbers._jdf.mapPartitions(count, self._binary))

    def _add_up(self, packed):
        """The numbers of lines, and the rows in pieces."""
        from pyspark.sql import DataFrame
        from pyspark.sql.functions import expr

        parts = DataFrame(packed.toDF(), self._spark).repartition(self._parts, expr("substring(value, 1, 1)"))
        values = getattr(parts._jdf, "as")(self._binary)
        added = values.mapPartitions(self._jvm.wordstream.AddUp(), self._binary)
        lines, rows = [0, 0, 0, 0], []
        for row in DataFrame(added.toDF(), self._spark).collect():
            value = bytes(row[0])
            lines = [a + b for a, b in zip(lines, struct.unpack(">4q", value[:32]))]
            rows.append(value[32:])
        return lines, rows


class HandOver:
    """Batches on their way to the receiver, each once: one that it has is not even counted again."""

    def __init__(self, address, job, query):
        self._receiver = Receiver(address, query)
        self._producer = f"spark:{job}:{query}:counts"
        self._next, others = self._receiver.place(self._producer)
        if self._next is None and others:
            raise GiveUp(EXIT_BAD_DATA, "the receiver's checkpoint has counts of this job that another query of Spark "
                         "has made, and what Spark itself kept of that is gone: bring it back, or begin with another "
                         "--checkpoint and new sinks")
        self._last_ms = self._now_ms()

    @staticmethod
    def _now_ms():
        return int(time.time() * 1000)

    def has(self, batch):
        return self._next is not None and batch < self._next

    def hand(self, batch, count):
        if self.has(batch):
            return
        if self._next is None and batch != 0:
            raise GiveUp(EXIT_BAD_DATA, f"Spark goes on with batch {batch}, and the receiver knows of none: its "
                         "checkpoint is gone: bring it back, or begin with another --checkpoint and new sinks")
        end_ms = max(self._now_ms(), self._last_ms)
        (lines, left_out, keyless, cut), rows = count()
        head = "\t".join(map(str, (self._last_ms, end_ms, lines, left_out, keyless, cut)))
        self._receiver.hand(self._producer, batch, head, rows)
        self._next, self._last_ms = batch + 1, end_ms

    def close(self):
        self._receiver.close()


# --- Files ---


def ranges_of(names, packing_of, parallelism):
    """What there is to count: (path, begin, end), in the order of the names."""
    paths, seen = [], set()
    for name in names:
        matched = [name] if os.path.exists(name) else sorted(p for p in glob.glob(name) if os.path.isfile(p))
        if not matched or os.path.isdir(matched[0]):
            raise GiveUp(EXIT_NO_INPUT, f"cannot open {name}: {'a directory' if matched else 'no such file'}; "
                         "name files that you may read")
        for path in matched:
            status = os.stat(path)
            if (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                paths.append((path, status.st_size))
    total = sum(size for _, size in paths)
    step = min(max(total // (4 * max(parallelism, 1)), RANGE_BYTES_MIN), RANGE_BYTES_MAX)
    ranges = []
    for path, size in paths:
        if size and packing_of(path):
            ranges.append((path, 0, size))
            continue
        ranges += [(path, begin, min(begin + step, size)) for begin in range(0, size, step)]
    return ranges


def batches_of(ranges):
    batches, size = [], BATCH_BYTES
    for path, begin, end in ranges:
        if size >= BATCH_BYTES:
            batches.append([])
            size = 0
        batches[-1].append((path, begin, end))
        size += end - begin
    return batches


def plan_of_files(spark, arguments):
    """The batches and the query, as they were planned when the job began: a batch that comes again has the same."""
    kept = arguments.checkpoint and os.path.join(arguments.checkpoint, "files.json")
    if kept and os.path.exists(kept):
        with open(kept, encoding="utf-8") as file:
            plan = json.load(file)
        if plan["names"] != arguments.file:
            raise GiveUp(EXIT_BAD_DATA, f"{kept} is of other files: {', '.join(plan['names'])}")
        return plan
    packing_of = spark.sparkContext._jvm.wordstream.CountFiles.packingOf
    ranges = ranges_of(arguments.file, packing_of, spark.sparkContext.defaultParallelism)
    plan = {"names": arguments.file, "query": uuid.uuid4().hex, "batches": batches_of(ranges)}
    if kept:
        os.makedirs(arguments.checkpoint, exist_ok=True)
        with open(kept + ".new", "w", encoding="utf-8") as file:
            json.dump(plan, file)
            file.flush()
            os.fsync(file.fileno())
        os.rename(kept + ".new", kept)
        folder = os.open(arguments.checkpoint, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    return plan


def count_files(spark, arguments, counter):
    plan = plan_of_files(spark, arguments)
    hand_over = HandOver(arguments.to, "files", plan["query"])
    for number, batch in enumerate(plan["batches"]):
        hand_over.hand(number, lambda batch=batch: counter.count_ranges(batch))
    hand_over.close()


# --- A topic ---


def kafka_options(arguments):
    options = {
        "kafka.bootstrap.servers": arguments.brokers,
        "kafka.isolation.level": "read_committed",
        "startingOffsets": "latest" if arguments.from_end == "end" else "earliest",
        "failOnDataLoss": "false" if arguments.lossy else "true",
    }
    if arguments.partitions:
        partitions = [int(number) for number in arguments.partitions.split(",")]
        options["assign"] = json.dumps({arguments.topic: partitions})
    else:
        options["subscribe"] = arguments.topic
    if arguments.kafka_config:
        with open(arguments.kafka_config, encoding="utf-8") as file:
            for line in map(str.strip, file):
                if line and not line.startswith("#"):
                    name, _, value = line.partition("=")
                    options.setdefault("kafka." + name.strip(), value.strip())
    return options


def count_topic(spark, arguments, counter):
    stream = spark.readStream.format("kafka")
    for name, value in kafka_options(arguments).items():
        stream = stream.option(name, value)
    texts = stream.load().select("value").where("length(value) > 0")
    checkpoint = arguments.checkpoint or tempfile.mkdtemp(prefix="wordstream-spark-")
    failure, hand_over = [], []

    def query_id():
        with open(os.path.join(checkpoint, "metadata"), encoding="utf-8") as file:
            return json.load(file)["id"]

    def count(batch, number):
        try:
            if not hand_over:
                hand_over.append(HandOver(arguments.to, arguments.topic, query_id()))
            hand_over[0].hand(number, lambda: counter.count_texts(batch))
        except GiveUp as error:
            failure.append(error)
            raise

    writer = stream_writer(texts, arguments).foreachBatch(count)
    query = writer.option("checkpointLocation", "file://" + os.path.abspath(checkpoint)).start()
    try:
        query.awaitTermination()
    except Exception:
        if failure:
            raise failure[0] from None
        raise
    finally:
        if not arguments.checkpoint:
            shutil.rmtree(checkpoint, ignore_errors=True)
    if hand_over:
        hand_over[0].close()


def stream_writer(texts, arguments):
    if arguments.until_eof:
        return texts.writeStream.trigger(availableNow=True)
    return texts.writeStream.trigger(processingTime=f"{arguments.batch} milliseconds")


# --- All of it ---


def parse(argv):
    parser = argparse.ArgumentParser(prog="wordstream_spark.py", allow_abbrev=False)
    parser.add_argument("--to", required=True)
    parser.add_argument("--checkpoint", default="")
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--file", action="append", default=[])
    for name in ("--brokers", "--topic", "--partitions", "--kafka-config"):
        parser.add_argument(name, default="")
    parser.add_argument("--from", dest="from_end", default="start")
    for name in ("--lossy", "--until-eof", "--lower"):
        parser.add_argument(name, action="store_true")
    for name in KEY_OPTIONS:
        parser.add_argument("--" + name)
    return parser.parse_args(argv)


KEY_OPTIONS = ("max-line", "split", "field", "delimiter", "match", "match-all", "json", "grep", "skip", "min-length",
               "stop-words")


def kernel_options(arguments):
    """What the kernel is told, as bytes; of stop words what is in the file."""
    options = []
    for name in KEY_OPTIONS:
        value = getattr(arguments, name.replace("-", "_"))
        if value is None:
            continue
        if name == "stop-words":
            with open(value, "rb") as file:
                options.append((name, file.read()))
        else:
            options.append((name, os.fsencode(value)))
    return options + ([("lower", b"")] if arguments.lower else [])


def main():
    arguments = parse(sys.argv[1:])
    from pyspark.sql import SparkSession  # here, so that the rest can be imported without a Spark

    spark = SparkSession.builder.getOrCreate()
    code = 0
    try:
        counter = Counter(spark, kernel_options(arguments))
        (count_files if arguments.file else count_topic)(spark, arguments, counter)
    except GiveUp as error:
        tell(error)
        code = error.code
    except Exception as error:  # Spark's own: its first line says what it was
        text = str(error).strip().split("\n")
        tell(f"Spark has given up: {text[0]}")
        code = EXIT_NO_INPUT if "UnknownTopicOrPartition" in str(error) else EXIT_IO
    finally:
        spark.stop()
    sys.exit(code)


if __name__ == "__main__":
    main()
