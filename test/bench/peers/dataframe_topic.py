"""A peer: words of a topic counted by Spark's own DataFrame, all of them or those of 10 seconds, every second.

    spark-submit dataframe_topic.py BROKERS TOPIC [sliding]

Reads what is there, and prints how many words there were, each as often as there are windows that have it.
"""

import sys
import tempfile

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, count, explode, split, sum as total, window

brokers, topic = sys.argv[1:3]
spark = SparkSession.builder.getOrCreate()
lines = (spark.readStream.format("kafka").option("kafka.bootstrap.servers", brokers)
         .option("subscribe", topic).option("startingOffsets", "earliest").load())
words = lines.select("timestamp", explode(split(col("value").cast("string"), " ")).alias("word"))
keys = [window("timestamp", "10 seconds", "1 second")] if "sliding" in sys.argv else []
counts = words.groupBy(*keys, "word").agg(count("*").alias("n"))
totals = []
with tempfile.TemporaryDirectory() as checkpoint:
    query = (counts.writeStream.outputMode("update").trigger(availableNow=True)
             .option("checkpointLocation", checkpoint)
             .foreachBatch(lambda batch, _: totals.append(batch.agg(total("n")).collect()[0][0] or 0))
             .start())
    query.awaitTermination()
print(sum(totals))
spark.stop()
