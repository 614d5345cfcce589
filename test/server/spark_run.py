"""Runs a test on a real Spark, where there is one: that of SPARK_HOME, or what scripts/bootstrap --spark has fetched.

    spark_run.py counts|kills TREE

TREE is the tree that was built. Where something is missing it says SKIPPED, by the test's name, and ends with 0.
"""

import glob
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
TEST, TREE = sys.argv[1], os.path.abspath(sys.argv[2])
# Its workers are processes of their own, as on a cluster.
MASTER = "local-cluster[2,1,1024]"
KILLS = "20"


def skip(why):
    print(f"SKIPPED: {why}: spark {TEST}")
    sys.exit(0)


def spark_home():
    fetched = glob.glob(os.path.join(TOP, "build", "spark", "lib", "python3*", "site-packages", "pyspark"))
    homes = ([os.environ["SPARK_HOME"]] if os.environ.get("SPARK_HOME") else []) + fetched
    if not homes:
        skip("no Spark, run scripts/bootstrap --spark")
    return homes[0]


def main():
    program, jar = os.path.join(TREE, "wordstream"), os.path.join(TREE, "wordstream-spark.jar")
    home = spark_home()
    if not os.path.exists(jar):
        skip("no wordstream-spark.jar, run scripts/bootstrap --spark and build again")
    environment = {**os.environ, "SPARK_HOME": home, "SPARK_LOCAL_IP": "127.0.0.1"}
    if TEST == "kills":
        jars = os.path.join(TOP, "build", "kafka", "lib")
        if not os.path.isdir(jars):
            skip("no broker, run scripts/bootstrap --kafka")
        if not os.environ.get("WORDSTREAM_LONG"):
            skip("it takes many minutes, run scripts/check --long kills")
        command = [sys.executable, os.path.join(HERE, "spark_kills.py"), program, jars, KILLS]
        return subprocess.run(command, env=environment, check=False).returncode
    with tempfile.TemporaryDirectory() as folder:
        command = [os.path.join(home, "bin", "spark-submit"), "--master", MASTER, "--jars", jar, "--conf",
                   "spark.log.level=ERROR", "--conf", "spark.ui.enabled=false", "--conf", "spark.executor.memory=512m",
                   os.path.join(HERE, "spark_counts.py"), program, folder]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
