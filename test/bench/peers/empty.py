"""A peer: a job of Spark's that has nothing to do, and says when it is done.

    spark-submit empty.py
"""

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
print(spark.range(1).count(), flush=True)
spark.stop()
