// The words of a socket, each second or over the last seconds, with Spark Streaming (DStreams), 3.5 and 4.0 alike:
//   java -cp 'CLASSES:SPARK/jars/*' SparkDStreams HOST PORT WINDOW_SECONDS [CHECKPOINT]
// A row is the end of a window in ms, a word, its count. With CHECKPOINT, received blocks go to a log of the receiver's,
// and a restart goes on with the batches that were under way.
import java.util.Arrays;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.function.Function0;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import scala.Tuple2;

public final class SparkDStreams {
  public static void main(String[] args) throws Exception {
    String checkpoint = args.length > 3 ? args[3] : null;
    Function0<JavaStreamingContext> create =
        () -> job(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]), checkpoint);
    JavaStreamingContext context =
        checkpoint == null ? create.call() : JavaStreamingContext.getOrCreate(checkpoint, create);
    context.start();
    context.awaitTermination();
  }

  private static JavaStreamingContext job(String host, int port, int window, String checkpoint) {
    SparkConf conf = new SparkConf().setMaster("local[2]").setAppName("words");
    conf.set("spark.ui.enabled", "false");
    conf.set("spark.streaming.receiver.writeAheadLog.enable", String.valueOf(checkpoint != null));
    JavaStreamingContext context = new JavaStreamingContext(conf, Durations.seconds(1));
    context.sparkContext().setLogLevel("ERROR");
    if (checkpoint != null) {
      context.checkpoint(checkpoint);
    }
    JavaPairDStream<String, Integer> ones = context.socketTextStream(host, port)
        .flatMap(line -> Arrays.asList(line.split(" ")).iterator())
        .mapToPair(word -> new Tuple2<>(word, 1));
    JavaPairDStream<String, Integer> counts = window == 1
        ? ones.reduceByKey(Integer::sum)
        : ones.reduceByKeyAndWindow(Integer::sum, Durations.seconds(window), Durations.seconds(1));
    counts.foreachRDD((rdd, time) -> {
      StringBuilder rows = new StringBuilder();
      rdd.collect().forEach(count -> rows.append(time.milliseconds()).append('\t')
          .append(count._1).append('\t').append(count._2).append('\n'));
      System.out.print(rows);
    });
    return context;
  }
}
