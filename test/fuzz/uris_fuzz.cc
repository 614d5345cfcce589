// Whatever is typed as a source or a sink is taken or refused; a password in it is never shown; and
// what is shown as its name, typed again, names the same.
//   input: which of the two, and whether it has a password (1 byte); then what is typed, or what
//   stands before, in and behind a password
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "app/sink_argument.h"
#include "app/source_argument.h"
#include "base/check.h"
#include "fuzz/input.h"
#include "fuzz/target.h"
#include "sink/kafka_target.h"
#include "source/kafka_choice.h"

namespace wordstream {
namespace {

/// The two ends of a password. What stands between them may be anything.
constexpr std::string_view kBegin = "hunter2";
constexpr std::string_view kEnd = "swordfish";

const Files& files() {
  static const std::unique_ptr<Files> files = make_real_files();
  return *files;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// Its slashes stay as many as were typed. It is no file.
bool is_root(std::string_view name) {
  return name.substr(name.find(':') + 1).find_first_not_of('/') == name.npos;
}

bool shows_secret(std::string_view text) { return has(text, kBegin) || has(text, kEnd); }

/// All that is ever shown of it.
template <class Typed>
std::string shown_of_source(const Typed& source) {
  return source ? (*source)->name(files()) + (*source)->fingerprint(files())
                : source.error().message;
}

std::string shown_of_sink(const Result<TypedSink>& sink) {
  return sink ? sink->text + sink->target->name(files()) : sink.error().message;
}

void check_refusal(const Error& error, std::string_view typed) {
  // libpq may be missing.
  WS_CHECK(error.code == ErrorCode::InvalidArgument || error.code == ErrorCode::Unavailable,
           "refusing what makes no sense");
  WS_CHECK(!error.message.empty(), "saying what would be right");
  WS_CHECK(has(typed, "\n") || has(typed, "%") || !has(error.message, "\n"), "saying it in a line");
}

void check_sink(std::string_view typed) {
  const Result<TypedSink> sink = parse_sink(typed);
  if (!sink) return check_refusal(sink.error(), typed);
  const SinkTarget& target = *sink->target;
  std::string name = target.name(files());
  WS_CHECK(!name.empty(), "naming a sink");
  if (const auto* const topic = dynamic_cast<const ToTopic*>(&target)) {
    const Result<TypedSink> again = parse_sink(topic->address().uri());
    WS_CHECK(again && dynamic_cast<const ToTopic&>(*again->target).address().uri() ==
                          topic->address().uri(),
             "reading a topic that was written");
    return;
  }
  if (name.starts_with("postgresql:")) {
    WS_CHECK(target.promise() == SinkClass::Ledger && target.path(files()).empty(), "a server");
    if (has(name, "@")) return;  // encoded in the database's name, as it must be typed
  } else if (is_root(name)) {
    return;
  } else if (has(name, "?")) {
    name += "?";  // what is a part of a path, and no beginning of parameters
  }
  const Result<TypedSink> again = parse_sink(name);
  WS_CHECK(again && again->target->name(files()) == target.name(files()), "typing a sink's name");
  WS_CHECK(again->target->path(files()) == target.path(files()), "typing a sink's path");
}

void check_source(std::string_view typed) {
  const Result<ChosenSource> source = parse_source(typed);
  if (!source) return check_refusal(source.error(), typed);
  const SourceChoice& choice = **source;
  const std::string name = choice.name(files());
  WS_CHECK(!name.empty() && !choice.fingerprint(files()).empty(), "naming a source");
  // Brokers are not in it, and the process's own input may be anything.
  if (name.starts_with("kafka:") || typed == "-") return;
  // The kernel takes no socket's path that is longer, and a relative one may be.
  if (is_root(name) || (name.starts_with("unix") && name.size() > 107)) return;
  const Result<ChosenSource> again = parse_source(name);
  WS_CHECK(again && (*again)->name(files()) == name, "typing a source's name");
  WS_CHECK((*again)->fingerprint(files()) == choice.fingerprint(files()), "typing a source");
}

/// A URI with a password between a user and the last @, or in a parameter.
std::string with_password(FuzzInput& input, bool is_source) {
  constexpr std::array<std::string_view, 5> kSinks{"postgresql", "postgres", "PostgreSQL", "kafka",
                                                   "nonsense"};
  constexpr std::array<std::string_view, 5> kSources{"tcp", "tcp-listen", "relp-listen", "kafka",
                                                     "postgresql"};
  constexpr std::array<std::string_view, 3> kSlashes{"://", ":", ":/"};
  constexpr std::array<std::string_view, 5> kNames{"password", "sslpassword", "PASSWORD",
                                                   "pass%77ord", "client_secret"};
  const unsigned scheme = input.below(kSinks.size());
  std::string text(is_source ? kSources[scheme] : kSinks[scheme]);
  const unsigned slashes = input.below(kSlashes.size());
  // Without them it may be a path, but for those whose URIs are known to have a password.
  text += kSlashes[is_source || scheme > 2 ? 0 : slashes];
  const unsigned form = input.byte();
  const std::string before(input.text());
  const std::string password = std::string(kBegin) + std::string(input.text()) + std::string(kEnd);
  const std::string behind(input.rest());
  if (shows_secret(before) || shows_secret(behind)) return "";
  if (form % 2 == 0) return text + before + ":" + password + "@" + behind;
  // What stands behind an & is another parameter, and behind a second ? may be a table's name.
  std::string value = password;
  std::ranges::replace(value, '&', '+');
  if (has(before, "?")) return "";
  text += before + "?" + std::string(kNames[form / 2 % kNames.size()]) + "=" + value;
  return behind.empty() ? text : text + "&" + behind;
}

void run(std::string_view bytes) {
  FuzzInput input(bytes);
  const unsigned kind = input.below(4);
  const bool is_source = kind % 2 != 0;
  const std::string typed = kind < 2 ? std::string(input.rest()) : with_password(input, is_source);
  // No argument has one.
  if (has(typed, std::string_view("\0", 1))) return;
  is_source ? check_source(typed) : check_sink(typed);
  if (kind < 2) return;
  WS_CHECK(!shows_secret(is_source ? shown_of_source(parse_source(typed))
                                   : shown_of_sink(parse_sink(typed))),
           "hiding a password");
}

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  std::vector<std::string> seeds;
  for (const std::string_view sink :
       {"stdout?format=json&top=3", "a b.tsv?top=all", "file:/tmp/x?y.csv?", "sqlite:counts.db",
        "postgresql://u@h:5432,[::1]/db?host=a&table=s.t&top=all&sslmode=require",
        "postgres://%2Ftmp/d%42?service=s",
        "kafka://b,[::1]:9/t?format=tsv&key=none&config=%2Fx"}) {
    seeds.push_back("\0"s + std::string(sink));
  }
  for (const std::string_view source :
       {"tcp://localhost:9999", "tcp-listen://[::1]:0", "unix:@name", "unix-listen:a/../b", "-",
        "relp-listen://514?key=none", "relp-listen://h:514?gaps=take&remember=7d", "file:-",
        "kafka://a:1/t?partitions=0-3,7&from=end&group=g", "*.log", "file:///x"}) {
    seeds.push_back("\1"s + std::string(source));
  }
  const std::string at_host = "\1u\3p/ah:5432/db?user=v"s;
  const std::string in_parameter = "\4h/db\3a=b"s;
  for (const char scheme : {'\0', '\1', '\2', '\3', '\4'}) {
    for (const char kind : {'\2', '\3'}) {
      seeds.push_back(std::string{kind, scheme, '\3', '\0'} + at_host);
      seeds.push_back(std::string{kind, scheme, '\3', static_cast<char>(1 + 2 * scheme)} +
                      in_parameter + "sslmode=require");
    }
  }
  return seeds;
}

}  // namespace

const FuzzTarget kUrisFuzz{&run, &seeds};

}  // namespace wordstream
