// What the tests of the program that writes to a topic share: the topic as others see it, and a job
// that is fed by a pipe.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/program.h"
#include "server/kafka_topic.h"
#include "server/kafka_written.h"

namespace wordstream::server {

/// Of what others see at once, behind no open transaction: the sums of its rows, as tsv has them.
inline Words words_in(const TestTopic& topic) {
  std::string lines;
  topic.cluster.read_all(topic.name(), true, [&](const rd_kafka_message_t& message) {
    lines.append(static_cast<const char*>(message.payload), message.len) += '\n';
  });
  return cli::sum_tsv(lines);
}

/// The same once no transaction is open or is being ended: a commit is answered before all
/// partitions show it.
inline Words settled_words_in(const TestTopic& topic) {
  return cli::sum_tsv(lines_in(topic.cluster, topic.name()));
}

/// Returns when these words are there, and nothing else.
inline void wait_for_words(const TestTopic& topic, const Words& words, cli::Program& program) {
  const auto deadline = std::chrono::steady_clock::now() + cli::kPatience;
  Words seen = words_in(topic);
  while (seen != words && program.is_running() && std::chrono::steady_clock::now() < deadline) {
    seen = words_in(topic);
  }
  INFO(program.report());
  REQUIRE(seen == words);
}

/// Counts what comes by a pipe into a topic.
class SinkJob {
 public:
  explicit SinkJob(const TestTopic& topic, const std::string& parameters = "format=tsv")
      : uri(topic.uri(parameters)) {}

  cli::Program begin(const std::vector<std::string>& more = {},
                     const std::string& checkpoint = "state") const {
    std::vector<std::string> all{"-", "-b", "20ms", "-m", mode, "--sink", uri, "-v"};
    if (!checkpoint.empty()) all.insert(all.end(), {"--checkpoint", checkpoint});
    all.insert(all.end(), more.begin(), more.end());
    return cli::start(all, {.input = cli::Input::Pipe, .directory = folder.path()});
  }

  /// A run that counts this to its end; what it says.
  std::string count(const std::string& text, const std::vector<std::string>& more = {},
                    int code = 0) const {
    cli::Program program = begin(more);
    program.offer_stdin(text);
    program.close_stdin();
    program.expect_exit(cli::exited(code));
    return program.stderr_text();
  }

  /// That stands behind `name` in what `wordstream inspect` shows.
  std::string inspected(const std::string& name) const {
    cli::Program program = cli::start({"inspect", folder / "state"});
    program.expect_exit(cli::exited(0));
    const std::string text = program.stdout_text();
    std::size_t at = text.find("\n" + name + " ");
    REQUIRE(at != text.npos);
    at = text.find_first_not_of(' ', at + 1 + name.size());
    return text.substr(at, text.find('\n', at) - at);
  }
  std::string group() const { return "wordstream-" + inspected("journal"); }

  cli::Folder folder;
  std::string mode = "exactly-once";
  std::string uri;
};

/// So many different words that a transaction lasts long enough to be met.
constexpr std::size_t kManyWords = 150'000;

inline std::string many_words() {
  std::string text;
  for (std::size_t i = 0; i < kManyWords; ++i) text += fmt::format("word{}\n", i);
  return text;
}
/// Whether these are many_words().
inline bool is_each_once(const Words& words) {
  bool is_once = words.size() == kManyWords;
  for (const auto& [word, count] : words) is_once = is_once && count == 1;
  return is_once;
}

/// How often it stands there.
inline int count_of(const std::string& text, std::string_view piece) {
  int count = 0;
  for (std::size_t at = text.find(piece); at != text.npos; at = text.find(piece, at + 1)) ++count;
  return count;
}

}  // namespace wordstream::server
