// The words of a socket, each second or over the last seconds, with Kafka Streams, in one process with the broker
// that it reads from, and a thread that writes what the socket has to a topic:
//   java -cp 'CLASSES:kafka-streams/lib/*' KafkaStreamsWords HOST PORT WINDOW_SECONDS [FOLDER]
// A row is the end of a window in ms, a word, its count. With FOLDER topics and state stay there, and a restart goes on
// with them.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.TimeWindows;

public final class KafkaStreamsWords {
  public static void main(String[] args) throws Exception {
    String folder = args.length > 3 ? args[3] : Files.createTempDirectory("kafka-streams").toString();
    Map<String, Object> broker = Map.of("bootstrap.servers", startBroker(folder + "/broker"));
    try (Admin admin = Admin.create(broker)) {
      if (!admin.listTopics().names().get().contains("lines")) {
        admin.createTopics(List.of(new NewTopic("lines", 1, (short) 1))).all().get();
      }
    }
    StreamsBuilder builder = new StreamsBuilder();
    builder.<String, String>stream("lines")
        .flatMapValues(line -> Arrays.asList(line.split(" ")))
        .groupBy((nobody, word) -> word, Grouped.with(Serdes.String(), Serdes.String()))
        .windowedBy(TimeWindows.ofSizeWithNoGrace(Duration.ofSeconds(Integer.parseInt(args[2])))
            .advanceBy(Duration.ofSeconds(1)))
        .emitStrategy(EmitStrategy.onWindowClose())
        .count()
        .toStream()
        .foreach((word, count) -> System.out.println(word.window().end() + "\t" + word.key() + "\t" + count));
    Properties settings = new Properties();
    settings.putAll(broker);
    settings.put("application.id", "words");
    settings.put("default.key.serde", Serdes.StringSerde.class);
    settings.put("default.value.serde", Serdes.StringSerde.class);
    settings.put("state.dir", folder + "/state");
    settings.put("processing.guarantee", "exactly_once_v2");
    settings.put("auto.offset.reset", "earliest");
    new KafkaStreams(builder.build(), settings).start();
    writeLines(args[0], Integer.parseInt(args[1]), broker);
  }

  /** Connects again when the socket has ended. */
  private static void writeLines(String host, int port, Map<String, Object> broker) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(broker, new StringSerializer(), new StringSerializer())) {
      while (true) {
        try (Socket socket = new Socket(host, port);
            BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream()))) {
          for (String line; (line = lines.readLine()) != null;) {
            producer.send(new ProducerRecord<>("lines", line));
          }
        } catch (java.io.IOException gone) {
          // It is tried again.
        }
        Thread.sleep(100);
      }
    }
  }

  /** Returns where it is. */
  private static String startBroker(String folder) throws Exception {
    int[] ports = new int[2];
    for (int i = 0; i < ports.length; ++i) {
      try (ServerSocket free = new ServerSocket(0)) {
        ports[i] = free.getLocalPort();
      }
    }
    String address = "127.0.0.1:" + ports[0];
    new Formatter().setClusterId(new Uuid(1, 1).toString()).setNodeId(1).setControllerListenerName("CONTROLLER")
        .setMetadataLogDirectory(folder).setDirectories(List.of(folder)).setIgnoreFormatted(true).run();
    Properties settings = new Properties();
    settings.putAll(Map.of("process.roles", "broker,controller", "node.id", "1", "log.dirs", folder,
        "controller.quorum.voters", "1@127.0.0.1:" + ports[1], "controller.listener.names", "CONTROLLER",
        "listeners", "PLAINTEXT://" + address + ",CONTROLLER://127.0.0.1:" + ports[1]));
    for (String topic : List.of("offsets.topic", "transaction.state.log")) {
      settings.put(topic + ".replication.factor", "1");
      settings.put(topic + ".num.partitions", "1");
    }
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM).startup();
    return address;
  }
}
