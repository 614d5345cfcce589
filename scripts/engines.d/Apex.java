// The words of a socket, each second or over the last seconds, with Apex, in one process:
//   java -cp 'CLASSES:apex/lib/*' Apex HOST PORT WINDOW_SECONDS
// A row is the end of a window in ms, a word, its count. The streaming windows of Apex, here a second, are those at whose
// ends an operator is told to sum up; Counts keeps the last of them itself.
import com.datatorrent.api.Context;
import com.datatorrent.api.Context.OperatorContext;
import com.datatorrent.api.DAG;
import com.datatorrent.api.DefaultInputPort;
import com.datatorrent.api.DefaultOutputPort;
import com.datatorrent.api.InputOperator;
import com.datatorrent.api.LocalMode;
import com.datatorrent.common.util.BaseOperator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

public final class Apex {
  public static void main(String[] args) throws Exception {
    LocalMode local = LocalMode.newInstance();
    local.prepareDAG((dag, conf) -> {
      dag.setAttribute(Context.DAGContext.STREAMING_WINDOW_SIZE_MILLIS, 1000);
      Lines lines = dag.addOperator("lines", new Lines());
      lines.host = args[0];
      lines.port = Integer.parseInt(args[1]);
      Counts counts = dag.addOperator("counts", new Counts());
      counts.seconds = Integer.parseInt(args[2]);
      dag.addStream("words", lines.out, counts.in);
    }, new Configuration(false));
    LocalMode.Controller controller = local.getController();
    controller.run();
  }

  /** The lines that have come. */
  public static class Lines extends BaseOperator implements InputOperator {
    public final transient DefaultOutputPort<String> out = new DefaultOutputPort<>();
    String host;
    int port;
    private transient BufferedReader in;

    @Override
    public void setup(OperatorContext context) {
      try {
        in = new BufferedReader(new InputStreamReader(
            new Socket(host, port).getInputStream(), StandardCharsets.UTF_8));
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }

    @Override
    public void emitTuples() {
      try {
        for (int i = 0; i < 100 && in.ready(); ++i) {
          out.emit(in.readLine());
        }
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
  }

  /** The words of these, window by window. */
  public static class Counts extends BaseOperator {
    int seconds;
    private HashMap<String, Integer> current = new HashMap<>();
    private final ArrayDeque<HashMap<String, Integer>> last = new ArrayDeque<>();
    public final transient DefaultInputPort<String> in = new DefaultInputPort<String>() {
      @Override
      public void process(String line) {
        for (String word : line.split(" ")) {
          current.merge(word, 1, Integer::sum);
        }
      }
    };

    @Override
    public void endWindow() {
      last.addLast(current);
      current = new HashMap<>();
      if (last.size() > seconds) {
        last.removeFirst();
      }
      Map<String, Integer> sums = new HashMap<>();
      last.forEach(counts -> counts.forEach((word, count) -> sums.merge(word, count, Integer::sum)));
      long end = System.currentTimeMillis();
      StringBuilder rows = new StringBuilder();
      sums.forEach((word, count) -> rows.append(end).append('\t').append(word).append('\t')
          .append(count).append('\n'));
      System.out.print(rows);
    }
  }
}
