// The words of a socket, each second or over the last seconds, with Spark's Structured Streaming, 3.5 and 4.0 alike:
//   java -cp 'CLASSES:SPARK/jars/*' StructuredStreaming HOST PORT WINDOW_SECONDS [CHECKPOINT]
// A row is the end of a window in ms, a word, its count. A window is of the times at which lines came, and is printed
// once the watermark, the newest of these times, is past its end. SQL keeps empty words at the end of a line; they go.
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.rtrim;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.window;

import java.sql.Timestamp;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.Trigger;

public final class StructuredStreaming {
  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().master("local[2]").appName("words")
        .config("spark.sql.shuffle.partitions", "2").config("spark.ui.enabled", "false")
        .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    Dataset<Row> counts = spark.readStream().format("socket").option("host", args[0])
        .option("port", args[1]).option("includeTimestamp", true).load()
        .withWatermark("timestamp", "0 seconds")
        .select(explode(split(rtrim(col("value")), " ")).as("word"), col("timestamp"))
        .groupBy(window(col("timestamp"), args[2] + " seconds", "1 second"), col("word")).count()
        .select(col("window.end"), col("word"), col("count"));
    DataStreamWriter<Row> out = counts.writeStream().outputMode("append")
        .trigger(Trigger.ProcessingTime("1 second"))
        .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> print(batch));
    if (args.length > 3) {
      out = out.option("checkpointLocation", args[3]);
    }
    out.start().awaitTermination();
  }

  private static void print(Dataset<Row> batch) {
    StringBuilder rows = new StringBuilder();
    for (Row row : batch.collectAsList()) {
      Timestamp end = row.getTimestamp(0);
      rows.append(end.getTime()).append('\t').append(row.getString(1)).append('\t')
          .append(row.getLong(2)).append('\n');
    }
    System.out.print(rows);
  }
}
