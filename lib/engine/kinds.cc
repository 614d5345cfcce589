#include "engine/kinds.h"

#include <vector>

#include "sink/file_sink.h"
#include "sink/kafka_target.h"
#include "sink/postgres_target.h"
#include "sink/sqlite_store.h"
#include "sink/stream_sink.h"
#include "source/kafka_choice.h"
#include "source/relp_choice.h"
#include "source/stream_source.h"
#include "source/tcp_client.h"
#include "source/tcp_server.h"

namespace wordstream {
namespace {

constexpr SourceKind kSources[] = {
    {"tcp", "tcp://HOST:PORT", "connect to a server; --host and --port are the short form",
     ConnectTo::parse},
    {"tcp-listen", "tcp-listen://[ADDR:]PORT", "let clients connect; --listen is the short form",
     ListenOn::parse},
    {"unix", "unix:PATH", "connect to the socket at this path; unix:@NAME for an abstract one",
     ConnectTo::parse_path},
    {"unix-listen", "unix-listen:PATH", "make a socket there and let clients connect",
     ListenOn::parse_path},
    {"relp-listen", "relp-listen://[ADDR:]PORT",
     "let rsyslog send, answer what lasts; ?key=none&gaps=take&remember=D", RelpListenOn::parse},
    {"kafka", "kafka://BROKER/TOPIC",
     "a topic of Kafka; ?partitions=0-3,7&from=end&group=NAME&config=FILE", ReadTopic::parse},
    {"file", "PATH, file:PATH", "a file, also compressed, several, or '*.log'; a named pipe",
     ReadFrom::parse},
    {"", "-", "standard input", ReadFrom::parse},
};

constexpr SinkKind kSinks[] = {
    {"", "stdout", "", ToStdout::kPromise, ToStdout::parse},
    {"file", "file:PATH", "(.tsv, .csv, .json tell the format)", ToFile::kPromise, ToFile::parse},
    {"sqlite", "sqlite:PATH", "", ToSqlite::kPromise, ToSqlite::parse},
    {"postgresql", "postgresql://HOST/DATABASE", "", ToPostgres::kPromise, ToPostgres::parse,
     "postgres"},
    {"kafka", "kafka://BROKER/TOPIC", "(?format=json|tsv&key=word|none)", ToTopic::kPromise,
     ToTopic::parse},
};

}  // namespace

std::span<const SourceKind> source_kinds() { return kSources; }
std::span<const SinkKind> sink_kinds() { return kSinks; }

std::string exact_sink_forms() {
  std::vector<std::string_view> forms;
  for (const SinkKind& kind : kSinks) {
    if (kind.promise == SinkClass::Ledger) forms.push_back(kind.form);
  }
  return alternatives(forms);
}

std::string alternatives(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i != 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace wordstream
