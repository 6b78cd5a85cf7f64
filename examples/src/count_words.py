import argparse

from pyspark.sql import SparkSession, functions

parser = argparse.ArgumentParser()
parser.add_argument("--text")
parser.add_argument("--counts")
args = parser.parse_args()

spark = SparkSession.builder.getOrCreate()
words = spark.read.text(args.text).select(functions.explode(functions.split("value", r"\s+")).alias("word"))
words.groupBy("word").count().write.mode("overwrite").csv(args.counts)
