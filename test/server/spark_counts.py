"""Whether Spark counts what the program counts: ugly files, every way to part a line, folded or not.

    spark-submit --master MASTER --jars wordstream-spark.jar spark_counts.py PROGRAM FOLDER

The files are made in FOLDER; each is cut into ranges of a few bytes, so that every kind of border comes. Ends with 0 and
how many comparisons there were, or with the first one that differs.
"""

import gzip
import os
import random
import subprocess
import sys

PROGRAM, FOLDER = os.path.abspath(sys.argv[1]), sys.argv[2]
sys.path.insert(0, os.path.dirname(PROGRAM))

import wordstream_spark  # noqa: E402

PIECES = [b"a", b"word", b"The", b" ", b"  ", b"\t", b"\n", b"\r", b"\r\n", b"\\", b"\xff", b"\xc3\x89",
          b"\xc3", b"\x00", b"\xe6\x97\xa5", b"don't", b"x" * 40]


def ugly(size, seed):
    chance = random.Random(seed)
    text = b""
    while len(text) < size:
        text += chance.choice(PIECES)
    return text


FILES = {
    "ugly": ugly(20_000, 1),
    "no-end": b"one two\nthree",
    "cr-alone": b"a b\rc d\r\re\r",
    "crlf": b"a b\r\nc d\r\n\r\ne\r\n",
    "mark": b"\xef\xbb\xbfone two\none\n",
    "empty": b"",
    "long-lines": b"x " * 3000 + b"\n" + b"y" * 5000 + b"\nz\n",
    "ends": b"\n\r\n\r\r\n\n" * 50,
    "packed.gz": gzip.compress(ugly(5_000, 2)) + gzip.compress(b"more of it"),
}


def rows_of(text):
    """{word as written: count} of rows with the count in the last column."""
    counts = {}
    for row in text.split(b"\n"):
        if row:
            word, count = row.split(b"\t")[-2:]
            counts[word] = counts.get(word, 0) + int(count)
    return counts


def by_program(path, options):
    done = subprocess.run([PROGRAM, "-q", path, "-f", "tsv", "-b", "24h", *options], stdout=subprocess.PIPE, check=True)
    return rows_of(done.stdout)


def by_spark(spark, path, options, step):
    counter = wordstream_spark.Counter(spark, options)
    packing_of = spark.sparkContext._jvm.wordstream.CountFiles.packingOf
    wordstream_spark.RANGE_BYTES_MIN = wordstream_spark.RANGE_BYTES_MAX = step
    ranges = wordstream_spark.ranges_of([path], packing_of, 2)
    if not ranges:
        return {}
    return rows_of(b"".join(counter.count_ranges(ranges)[1]))


def main():
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.getOrCreate()
    done = 0
    for name, text in FILES.items():
        path = os.path.join(FOLDER, name)
        with open(path, "wb") as file:
            file.write(text)
        for split in ("space", "python", "whitespace", "letters", "line"):
            for lower in (False, True):
                step = random.Random(done).choice([7, 61, 1000]) if len(text) < 1000 else 4001
                plain = ["--split", split, "--max-line", "4KiB"] + (["--lower"] if lower else [])
                options = [("split", split.encode()), ("max-line", b"4096")] + ([("lower", b"")] if lower else [])
                wanted, found = by_program(path, plain), by_spark(spark, path, options, step)
                if wanted != found:
                    print(f"{name} {plain} in ranges of {step}: {len(wanted)} words and {len(found)} differ, as "
                          f"{sorted(set(wanted.items()) ^ set(found.items()))[:5]}")
                    return 1
                done += 1
    print(f"{done} comparisons, all equal")
    spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
