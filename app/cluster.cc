#include "app/cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/take_until.h"
#include "base/units.h"
#include "env/machine.h"
#include "keys/key_options.h"
#include "source/kafka_choice.h"
#include "source/log_choice.h"
#include "source/log_source.h"
#include "source/stream_source.h"

namespace wordstream {
namespace {

using Words = std::vector<std::string>;

/// What runs on Spark, built where a JDK is (lib/kernel/).
constexpr std::string_view kJar = "wordstream-spark.jar";
constexpr std::string_view kDriver = "wordstream_spark.py";
constexpr std::string_view kSubmit = "spark-submit";

bool is_there(const std::string& path, Files& files) {
  const Result<FileInfo> info = files.info(path);
  return info && info->kind == FileInfo::Kind::Regular;
}

std::string directory_of(std::string_view path) {
  return std::string(path.substr(0, path.find_last_of('/')));
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// As a shell looks for it, but in SPARK_HOME first.
Result<std::string> find_submit(Files& files) {
  const std::string home = variable("SPARK_HOME");
  if (!home.empty()) {
    std::string submit = home + "/bin/spark-submit";
    if (is_there(submit, files)) return submit;
    return fail(ErrorCode::Unavailable,
                fmt::format("--on: SPARK_HOME is {}, and there is no bin/spark-submit in it: have "
                            "it name a Spark",
                            home));
  }
  const std::string path = variable("PATH");
  std::string_view rest = path;
  while (!rest.empty()) {
    std::string submit = fmt::format("{}/spark-submit", take_until(rest, ':'));
    if (submit.front() == '/' && is_there(submit, files)) return submit;
  }
  return fail(ErrorCode::Unavailable,
              "--on: there is no spark-submit in SPARK_HOME or PATH: install Spark 3.5 or 4.0 "
              "(pip install 'pyspark==4.0.*'), or say where it is with SPARK_HOME");
}

/// Beside the program, or where `cmake --install` puts it.
Result<std::string> find_own(std::string_view name, Files& files) {
  const std::string here = directory_of(own_path());
  for (const std::string_view folder : {"", "/../share/wordstream"}) {
    std::string path = files.absolute(fmt::format("{}{}/{}", here, folder, name));
    if (is_there(path, files)) return path;
  }
  return fail(ErrorCode::Unavailable,
              fmt::format("--on: {} is not beside the program: build it where a JDK is "
                          "(scripts/bootstrap --spark)",
                          name));
}

/// "org.apache.spark:spark-sql-kafka-0-10_2.13:4.0.1", as Spark's own jars are called; empty where
/// they have it, or are not found: then Spark's configuration names it.
std::string kafka_package(const std::string& submit, Files& files) {
  const std::string bin = directory_of(submit);
  for (const std::string_view jars : {"/../jars/", "/../lib/python3*/*-packages/pyspark/jars/"}) {
    const std::string folder = bin + std::string(jars);
    const auto core = files.matching(folder + "spark-core_*.jar");
    if (!core || core->empty()) continue;
    const auto connector = files.matching(folder + "spark-sql-kafka-0-10_*.jar");
    if (connector && !connector->empty()) return "";
    std::string_view name = core->front().path;
    name.remove_prefix(name.rfind("spark-core_") + std::string_view("spark-core_").size());
    name.remove_suffix(std::string_view(".jar").size());
    const std::string_view scala = take_until(name, '-');
    return fmt::format("org.apache.spark:spark-sql-kafka-0-10_{}:{}", scala, name);
  }
  return "";
}

tl::unexpected<Error> cannot(std::string_view why) {
  return fail(ErrorCode::CannotPromise, fmt::format("--on: {}", why));
}

/// What the driver is told of a topic.
Result<Words> of_topic(const TopicToRead& what, const Config& config) {
  if (!what.group.empty()) {
    return cannot("a cluster commits no positions to a group: leave ?group= out");
  }
  Words words{"--brokers", what.at.brokers, "--topic", what.at.topic};
  if (!what.partitions.empty()) {
    words.insert(words.end(), {"--partitions", fmt::format("{}", fmt::join(what.partitions, ","))});
  }
  const std::optional<From> from = config.from ? config.from : what.from;
  if (from == From::End) words.insert(words.end(), {"--from", "end"});
  const std::string& properties = what.config_path.empty() ? config.kafka_config : what.config_path;
  if (!properties.empty()) words.insert(words.end(), {"--kafka-config", properties});
  if (config.mode == Mode::AtMostOnce) words.emplace_back("--lossy");
  if (config.until_eof) words.emplace_back("--until-eof");
  return words;
}

/// What it is told of whatever is read.
Result<Words> of_source(const Config& config, Files& files) {
  if (const auto* const topic = dynamic_cast<const ReadTopic*>(config.source.get())) {
    return of_topic(topic->what(), config);
  }
  std::vector<std::string> names;
  if (const auto* const logs = dynamic_cast<const ReadLogs*>(config.source.get())) {
    if (logs->is_followed()) {
      return cannot(
          "a cluster reads files to their ends, and follows none: leave --follow out, or have what "
          "is written go to a topic of Kafka");
    }
    names = logs->names();
  }
  if (const auto* const file = dynamic_cast<const ReadFrom*>(config.source.get())) {
    if (!file->is_stdin()) names.push_back(file->path());
  }
  if (names.empty()) {
    return cannot(
        "a cluster reads a topic of Kafka (kafka://BROKER/TOPIC), or files that all of its "
        "machines see, and no connection, no sender and no pipe: name one of these as the SOURCE");
  }
  if (config.from == From::End) {
    return cannot("a cluster reads files from their start: leave --from end out");
  }
  Words words;
  for (const std::string& name : names) {
    // Whoever has mistyped one need not wait for Spark to say so.
    const Result<FileInfo> info = files.info(name);
    if (!info && !looks_like_pattern(name)) return fail(info);
    words.insert(words.end(), {"--file", files.absolute(name)});
  }
  return words;
}

}  // namespace

Status check_master(const std::string& url) {
  constexpr std::array<std::string_view, 5> kBegins{"spark://", "k8s://", "local[",
                                                    "local-cluster[", "yarn"};
  const bool is_begun = std::ranges::any_of(
      kBegins, [&](const std::string_view begin) { return url.starts_with(begin); });
  if (url == "local" || (is_begun && (url == "yarn" || !url.starts_with("yarn")))) return {};
  return wrong(fmt::format(
      "'{}' is no master of Spark: write spark://HOST:PORT, yarn, k8s://URL or local[N]", url));
}

Result<ClusterCommand> put_on_cluster(const std::string& url, const Config& config, bool is_told,
                                      Verbosity verbosity, Files& files) {
  const Result<Words> source = of_source(config, files);
  if (!source) return fail(source);
  if (config.live) {
    return cannot("the live view shows one machine at work: take another --format");
  }
  const auto found_or = [is_told](const Result<std::string>& found, std::string_view name) {
    return found || !is_told ? found : Result<std::string>(std::string(name));
  };
  const Result<std::string> submit = found_or(find_submit(files), kSubmit);
  if (!submit) return fail(submit);
  const Result<std::string> jar = found_or(find_own(kJar, files), kJar);
  if (!jar) return fail(jar);
  const Result<std::string> driver = found_or(find_own(kDriver, files), kDriver);
  if (!driver) return fail(driver);

  const bool reads_topic = config.source->medium() == "topic";
  Words before{*submit, "--master", url, "--name", "wordstream", "--jars", *jar};
  if (const std::string package = reads_topic ? kafka_package(*submit, files) : "";
      !package.empty()) {
    before.insert(before.end(), {"--packages", package});
  }
  const std::string_view level = verbosity == Verbosity::Verbose ? "INFO"
                                 : verbosity == Verbosity::Quiet ? "ERROR"
                                                                 : "WARN";
  before.insert(before.end(), {"--conf", fmt::format("spark.log.level={}", level), *driver});

  Words behind = *source;
  behind.insert(behind.end(), {"--batch", fmt::format("{}", config.batch.count()), "--max-line",
                               fmt::format("{}", config.line_bytes_max)});
  for (const KeyOption& option : to_options(config.keys)) {
    behind.push_back("--" + option.name);
    if (option.name != "lower") behind.push_back(option.value);
  }
  if (!config.keys.stop_words_path.empty()) {
    behind.insert(behind.end(), {"--stop-words", files.absolute(config.keys.stop_words_path)});
  }
  return ClusterCommand{[before, behind](std::string_view receiver, std::string_view checkpoint) {
    Words words = before;
    words.insert(words.end(), {"--to", std::string(receiver)});
    if (!checkpoint.empty()) {
      words.insert(words.end(), {"--checkpoint", fmt::format("{}/spark", checkpoint)});
    }
    words.insert(words.end(), behind.begin(), behind.end());
    return words;
  }};
}

std::string to_shell(const std::vector<std::string>& words) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%";
  std::string line;
  for (const std::string& word : words) {
    line += line.empty() ? "" : " ";
    if (!word.empty() && word.find_first_not_of(kPlain) == word.npos) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? "'\\''" : std::string(1, c);
    line += '\'';
  }
  return line;
}

}  // namespace wordstream
