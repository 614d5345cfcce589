package org.apache.spark.api.java.function;

/** As Spark has it, to be compiled against: it is no part of the jar, and no Spark is needed to build that. */
public interface MapPartitionsFunction<T, U> extends java.io.Serializable {
  java.util.Iterator<U> call(java.util.Iterator<T> input) throws Exception;
}
