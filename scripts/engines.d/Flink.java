// The words of a socket, each second or over the last seconds, with Flink's DataStream API, in one process:
//   java -cp 'CLASSES:flink/lib/*' Flink HOST PORT WINDOW_SECONDS [CHECKPOINT]
// A row is the end of a window in ms, a word, its count. With CHECKPOINT there is a snapshot each second, and a restart
// begins with the newest that is whole.
import java.io.File;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.SlidingProcessingTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

public final class Flink {
  public static void main(String[] args) throws Exception {
    Configuration conf = args.length > 3 ? checkpointing(new File(args[3])) : new Configuration();
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(conf);
    env.socketTextStream(args[0], Integer.parseInt(args[1]))
        .flatMap((String line, Collector<Tuple2<String, Integer>> out) -> {
          for (String word : line.split(" ")) {
            out.collect(Tuple2.of(word, 1));
          }
        }).returns(Types.TUPLE(Types.STRING, Types.INT))
        .keyBy(count -> count.f0)
        .window(SlidingProcessingTimeWindows.of(
            Duration.ofSeconds(Integer.parseInt(args[2])), Duration.ofSeconds(1)))
        .reduce((a, b) -> Tuple2.of(a.f0, a.f1 + b.f1), new Row())
        .print();
    env.execute("words");
  }

  /** Makes a row of what a window has counted. */
  private static final class Row
      extends ProcessWindowFunction<Tuple2<String, Integer>, String, String, TimeWindow> {
    @Override
    public void process(String word, Context context, Iterable<Tuple2<String, Integer>> counts,
        Collector<String> out) {
      out.collect(context.window().getEnd() + "\t" + word + "\t" + counts.iterator().next().f1);
    }
  }

  private static Configuration checkpointing(File folder) {
    Configuration conf = new Configuration();
    conf.setString("execution.checkpointing.interval", "1 s");
    conf.setString("execution.checkpointing.dir", folder.toURI().toString());
    conf.setString("execution.checkpointing.externalized-checkpoint-retention",
        "RETAIN_ON_CANCELLATION");
    File[] whole = folder.listFiles(job -> newest(job) != null);
    if (whole != null && whole.length > 0) {
      Arrays.sort(whole, Comparator.comparing(File::lastModified).reversed());
      conf.setString("execution.state-recovery.path", newest(whole[0]).toURI().toString());
    }
    return conf;
  }

  private static File newest(File job) {
    File[] whole = job.listFiles(folder -> new File(folder, "_metadata").exists());
    return whole == null ? null
        : Arrays.stream(whole).max(Comparator.comparing(File::lastModified)).orElse(null);
  }
}
