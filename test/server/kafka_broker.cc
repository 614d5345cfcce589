#include "server/kafka_broker.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <vector>

#include "catch.h"

namespace wordstream::server {
namespace {

namespace fs = std::filesystem;

/// Where scripts/bootstrap --kafka has put its jars.
std::string jars() { return std::string(WORDSTREAM_SOURCE_DIR) + "/build/kafka/lib"; }

/// By what ends its session first, a broker that was killed comes back at once: as long as the
/// controller takes the one before for alive, it lets no other in. It would look every 10 s alone
/// for transactions whose time has run out. It makes topics for whoever asks it to, and nobody may.
constexpr const char* kSettings = R"(process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{1}
listeners=PLAINTEXT://127.0.0.1:{0},CONTROLLER://127.0.0.1:{1},SASL_PLAINTEXT://127.0.0.1:{2}
advertised.listeners=PLAINTEXT://127.0.0.1:{0},SASL_PLAINTEXT://127.0.0.1:{2}
controller.listener.names=CONTROLLER
listener.security.protocol.map=\
  CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={3}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
transaction.abort.timed.out.transaction.cleanup.interval.ms=200
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=true
log.cleaner.dedupe.buffer.size=16777216
log.cleaner.backoff.ms=200
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2500
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=\
  org.apache.kafka.common.security.plain.PlainLoginModule required \
  user_admin="admin-password" user_guest="guest-password";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:admin
)";

}  // namespace

KafkaBroker::Port::Port() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  // So the broker, which sets the same, may bind it as well; the kernel gives it to nobody.
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(::bind(socket.get(), raw, length) == 0);
  REQUIRE(::getsockname(socket.get(), raw, &length) == 0);
  number = ntohs(address.sin_port);
}

bool KafkaBroker::is_installed() {
  const bool is_there = fs::exists("/usr/bin/java") && fs::exists(jars());
  if (!is_there) WARN("SKIPPED: there is no Kafka broker, run scripts/bootstrap --kafka");
  return is_there;
}

KafkaBroker& KafkaBroker::shared() {
  static KafkaBroker broker;
  if (!broker.is_running()) broker.start();
  return broker;
}

KafkaBroker::KafkaBroker() {
  folder_.write("server.properties", fmt::format(kSettings, ports_[0].number, ports_[1].number,
                                                 ports_[2].number, folder_ / "data"));
  cli::Program format(
      {"java", "-XX:TieredStopAtLevel=1", "-cp", jars() + "/*", "kafka.tools.StorageTool", "format",
       "-t", cluster_id(), "-c", folder_ / "server.properties"},
      {.directory = folder_.path()});
  format.expect_exit(cli::exited(0));
  start();
}

/// 16 bytes in base64; by the ports it is another for each broker there is.
std::string KafkaBroker::cluster_id() const {
  return fmt::format("test{:05}{:05}{:05}AAA", ports_[0].number, ports_[1].number,
                     ports_[2].number);
}

void KafkaBroker::start() {
  program_.emplace(std::vector<std::string>{"java", "-Xms64m", "-Xmx256m", "-XX:+UseSerialGC",
                                            "-XX:TieredStopAtLevel=1", "-cp", jars() + "/*",
                                            "kafka.Kafka", folder_ / "server.properties"},
                   cli::Setup{.directory = folder_.path()});
}

void KafkaBroker::kill() {
  program_->send_signal(SIGKILL);
  program_->wait_exit();
}

}  // namespace wordstream::server
