// The words of a socket, each second or over the last seconds, with Storm, in one process:
//   java -cp 'CLASSES:storm/lib/*' Storm HOST PORT WINDOW_SECONDS
// A row is the end of a window in ms, a word, its count. A line is acknowledged when the last window that has its words
// is over, and sent again when it fails; the spout keeps it in memory until then.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.storm.Config;
import org.apache.storm.LocalCluster;
import org.apache.storm.spout.SpoutOutputCollector;
import org.apache.storm.task.TopologyContext;
import org.apache.storm.topology.BasicOutputCollector;
import org.apache.storm.topology.OutputFieldsDeclarer;
import org.apache.storm.topology.TopologyBuilder;
import org.apache.storm.topology.base.BaseBasicBolt;
import org.apache.storm.topology.base.BaseRichSpout;
import org.apache.storm.topology.base.BaseWindowedBolt;
import org.apache.storm.tuple.Fields;
import org.apache.storm.tuple.Tuple;
import org.apache.storm.tuple.Values;
import org.apache.storm.windowing.TupleWindow;

public final class Storm {
  public static void main(String[] args) throws Exception {
    TopologyBuilder topology = new TopologyBuilder();
    topology.setSpout("lines", new Lines(args[0], Integer.parseInt(args[1])));
    topology.setBolt("words", new Split()).shuffleGrouping("lines");
    topology.setBolt("counts", new Count().withWindow(
        BaseWindowedBolt.Duration.seconds(Integer.parseInt(args[2])),
        BaseWindowedBolt.Duration.seconds(1))).fieldsGrouping("words", new Fields("word"));
    Config conf = new Config();
    conf.setMaxSpoutPending(100_000);
    LocalCluster cluster = new LocalCluster();
    cluster.submitTopology("words", conf, topology.createTopology());
    Thread.currentThread().join();
  }

  private static final class Lines extends BaseRichSpout {
    private final String host;
    private final int port;
    private final Map<Object, String> pending = new ConcurrentHashMap<>();
    private BufferedReader in;
    private SpoutOutputCollector out;
    private long id;

    Lines(String host, int port) {
      this.host = host;
      this.port = port;
    }

    @Override
    public void open(Map<String, Object> conf, TopologyContext context, SpoutOutputCollector out) {
      this.out = out;
      try {
        in = new BufferedReader(new InputStreamReader(
            new Socket(host, port).getInputStream(), StandardCharsets.UTF_8));
      } catch (java.io.IOException error) {
        throw new java.io.UncheckedIOException(error);
      }
    }

    @Override
    public void nextTuple() {
      try {
        String line = in.ready() ? in.readLine() : null;
        if (line != null) {
          pending.put(++id, line);
          out.emit(new Values(line), id);
        }
      } catch (java.io.IOException error) {
        throw new java.io.UncheckedIOException(error);
      }
    }

    @Override
    public void ack(Object id) {
      pending.remove(id);
    }

    @Override
    public void fail(Object id) {
      out.emit(new Values(pending.get(id)), id);
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
      declarer.declare(new Fields("line"));
    }
  }

  private static final class Split extends BaseBasicBolt {
    @Override
    public void execute(Tuple line, BasicOutputCollector out) {
      for (String word : line.getString(0).split(" ")) {
        out.emit(new Values(word));
      }
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
      declarer.declare(new Fields("word"));
    }
  }

  private static final class Count extends BaseWindowedBolt {
    @Override
    public void execute(TupleWindow window) {
      Map<String, Integer> counts = new HashMap<>();
      window.get().forEach(word -> counts.merge(word.getString(0), 1, Integer::sum));
      StringBuilder rows = new StringBuilder();
      counts.forEach((word, count) -> rows.append(window.getEndTimestamp()).append('\t')
          .append(word).append('\t').append(count).append('\n'));
      System.out.print(rows);
    }
  }
}
