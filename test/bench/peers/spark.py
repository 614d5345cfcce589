"""A peer: the first program of every course on Spark Streaming, which counts words from a socket.

    spark.py PORT WORDS

Ends when WORDS have been counted, or when nothing comes any more. Prints the seconds from the
beginning of the first batch that had any to the end of the work on the last one, and how many.
"""

import sys
import threading
import time

from pyspark import SparkContext
from pyspark.streaming import StreamingContext

port, wanted = int(sys.argv[1]), int(sys.argv[2])
BATCH_SECONDS = 1
QUIET_BATCHES_MAX = 10

context = SparkContext("local[2]", "NetworkWordCount")
context.setLogLevel("OFF")
streaming = StreamingContext(context, BATCH_SECONDS)
lines = streaming.socketTextStream("127.0.0.1", port)
counts = (lines.flatMap(lambda line: line.split(" "))
          .map(lambda word: (word, 1))
          .reduceByKey(lambda a, b: a + b))
counts.pprint()

counted, began, ended, quiet = 0, 0.0, 0.0, 0
is_over = threading.Event()


def note(batch_end, rdd):
    """Sums up what a batch has counted."""
    global counted, began, ended, quiet
    words = rdd.values().sum()
    if words == 0:
        quiet += counted > 0
    else:
        began = began or batch_end.timestamp() - BATCH_SECONDS
        counted, ended, quiet = counted + words, time.time(), 0
    if counted >= wanted or quiet > QUIET_BATCHES_MAX:
        is_over.set()


counts.foreachRDD(note)
streaming.start()
is_over.wait()
print(f"\nseconds {ended - began:.3f} words {counted}", flush=True)
streaming.stop(stopSparkContext=True, stopGraceFully=False)
