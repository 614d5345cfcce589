"""A peer: words of a file counted by Spark's own DataFrame, as its guide has it.

    spark-submit dataframe.py FILE

Prints how many words there were.
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, count, explode, split, sum as total

spark = SparkSession.builder.getOrCreate()
words = spark.read.text(sys.argv[1]).select(explode(split(col("value"), " ")).alias("word"))
counts = words.groupBy("word").agg(count("*").alias("n"))
print(counts.agg(total("n")).collect()[0][0])
spark.stop()
