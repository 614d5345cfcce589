// The page, the metrics and the health check, by the sockets through which others ask for them.
#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "cli/peer.h"
#include "cli/program.h"

using namespace wordstream::cli;
using nlohmann::json;

namespace {

bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != text.npos;
}

/// A run with a page, at a port that the kernel chose.
struct Paged {
  Program program;
  int port = 0;

  explicit Paged(std::vector<std::string> arguments, Setup setup = {})
      : program(start(
            [&] {
              arguments.insert(arguments.end(), {"--http", "0"});
              return arguments;
            }(),
            std::move(setup))) {
    const std::string told = program.wait_for_stderr("/\n");
    port = std::stoi(told.substr(told.find("http://127.0.0.1:") + 17));
  }

  /// All that is answered to these bytes.
  std::string answer_to(const std::string& bytes) const {
    const Connection connection = connect_to(port);
    connection.send(bytes);
    return connection.receive_lines(1'000'000);
  }
  std::string get(const std::string& path, const std::string& host = "localhost") const {
    return answer_to(
        fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", path, host));
  }
  std::string body(const std::string& path) const {
    const std::string answer = get(path);
    return answer.substr(answer.find("\r\n\r\n") + 4);
  }
  /// What stands behind a metric's name and its labels.
  std::string metric(const std::string& name) const {
    const std::string all = body("/metrics");
    const std::size_t at = all.find("\nwordstream_" + name + " ");
    if (at == all.npos) return "none";
    const std::size_t begin = at + 13 + name.size();
    return all.substr(begin, all.find('\n', begin) - begin);
  }
  json status() const { return json::parse(body("/api/v1/status")); }
};

}  // namespace

TEST_CASE("metrics and JSON have what was counted", "[http]") {
  const Server server;
  Paged paged({"--port", server.port_text(), "-b", "50ms", "-f", "tsv"});
  const Connection connection = server.accept();
  connection.send("to be or\nnot to be\n");
  paged.program.wait_for_stdout("or\t1\n");
  CHECK(paged.metric("lines_total") == "2");
  CHECK(paged.metric("words_total") == "6");
  CHECK(paged.metric("received_bytes_total") == "19");
  CHECK(paged.metric("connections_total") == "1");
  CHECK(paged.metric("source_connected") == "1");
  CHECK(paged.metric("sink_connected{sink=\"stdout\"}") == "1");
  const json status = paged.status();
  CHECK(status["counters"]["words"] == 6);
  CHECK(status["healthy"] == true);
  CHECK(status["source"]["state"] == "connected to localhost:" + server.port_text());
  CHECK(status["sinks"][0]["name"] == "stdout");
  std::uint64_t lines = 0;
  const json all = json::parse(paged.body("/api/v1/batches"));
  for (const json& batch : all["batches"]) {
    lines += batch["lines"].get<std::uint64_t>();
  }
  CHECK(lines == 2);
  CHECK(has(paged.get("/healthz"), "\r\n\r\nok\n"));
  CHECK(has(paged.get("/"), "<title>wordstream</title>"));
  paged.program.send_signal(SIGTERM);
  paged.program.expect_exit(exited(0));
}

TEST_CASE("the words are those of the newest emission", "[http]") {
  const Server server;
  const auto [extra, changed] = GENERATE(
      std::pair(std::vector<std::string>{}, false),
      std::pair(std::vector<std::string>{"-n", "1"}, false),
      std::pair(std::vector<std::string>{"--total"}, true),
      std::pair(std::vector<std::string>{"--window", "24h", "--slide", "50ms", "-n", "1"}, false));
  std::vector<std::string> arguments{"--port", server.port_text(), "-b", "50ms", "-f", "tsv"};
  arguments.insert(arguments.end(), extra.begin(), extra.end());
  const Paged paged(arguments);
  const Connection connection = server.accept();
  connection.send("be be be or\n");
  json words;
  while (words.is_null() || words["rows"].empty()) words = paged.status()["words"];
  CHECK(words["rows"][0] == json{{"word", "be"}, {"count", 3}});
  CHECK(words["rows"][1] == json{{"word", "or"}, {"count", 1}});
  CHECK(words["changed_only"] == changed);
}

TEST_CASE("only GET and HEAD are answered, to names that are ours", "[http]") {
  const Paged paged({"--port", "1", "--http-host", "counts.example"});
  CHECK(paged.get("/", "evil.example").starts_with("HTTP/1.1 421 "));
  CHECK(paged.get("/", "localhost.evil.example:80").starts_with("HTTP/1.1 421 "));
  for (const char* const host : {"127.0.0.1", "[::1]:7", "localhost:1", "Counts.Example"}) {
    CHECK(paged.get("/healthz", host).starts_with("HTTP/1.1 200 "));
  }
  CHECK(
      paged.answer_to("DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n").starts_with("HTTP/1.1 405 "));
  CHECK(paged.answer_to("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(9000, 'x'))
            .starts_with("HTTP/1.1 431 "));
  CHECK(paged.answer_to("\x16\x03\x01 this is TLS").starts_with("HTTP/1.1 400 "));
  const std::string head =
      paged.answer_to("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  CHECK(head.ends_with("\r\n\r\n"));
  CHECK(has(head, "Content-Security-Policy: default-src 'none'; script-src 'self'; "));
  CHECK(has(head, "X-Content-Type-Options: nosniff\r\n"));
}

TEST_CASE("a port that is taken ends the run before anything else begins", "[http]") {
  const Folder folder;
  const Server other;
  const Finished run = finish({"-", "--http", other.port_text(), "--checkpoint", folder / "state",
                               "--sink", folder / "rows.tsv", "-m", "at-least-once"},
                              "words\n");
  CHECK(run.exit == exited(69));
  CHECK(has(run.err, "--http: cannot listen on 127.0.0.1:" + other.port_text()));
  CHECK_FALSE(std::filesystem::exists(folder / "state"));
  CHECK_FALSE(std::filesystem::exists(folder / "rows.tsv"));
}

TEST_CASE("the page can be served at the path of a socket, which goes with the run", "[http]") {
  const Folder folder;
  const std::string path = folder / "page.sock";
  Program program =
      start({"-", "--http", "unix:page.sock"}, {.input = Input::Pipe, .directory = folder.path()});
  program.wait_for_stderr("wordstream: the page of this run is served at unix:page.sock\n");
  {
    const Connection connection = connect_to(path);
    connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    CHECK(has(connection.receive_lines(100), "\r\n\r\nok\n"));
  }
  program.close_stdin();
  program.expect_exit(exited(0));
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("who serves the page to others is warned", "[http]") {
  Program program = start({"-", "--http", "0.0.0.0:0"}, {.input = Input::Pipe});
  program.wait_for_stderr("warning: anybody who reaches 0.0.0.0:");
  program.close_stdin();
  program.expect_exit(exited(0));
}

TEST_CASE("the page is there while a sink is waited for, and names no password", "[http]") {
  const Server refusing(Server::State::Refusing);
  Paged paged({"-", "--checkpoint", "state", "--sink",
               "postgresql://me:secret@127.0.0.1:" + refusing.port_text() + "/db"},
              {.input = Input::Pipe});
  json status = paged.status();
  while (status["sinks"][0]["connected"] == true) status = paged.status();
  CHECK(has(status["sinks"][0]["name"], "127.0.0.1:" + refusing.port_text()));
  for (const char* const path : {"/metrics", "/api/v1/status", "/healthz"}) {
    CHECK_FALSE(has(paged.body(path), "secret"));
  }
  paged.program.send_signal(SIGTERM);
  paged.program.wait_exit();
}

TEST_CASE("with a journal the page knows its size and where the source goes on", "[http]") {
  const Folder folder;
  const std::string log = folder.write("app.log", "to be\n");
  Paged paged({log, "--follow", "--checkpoint", folder / "state", "-b", "20ms", "-f", "tsv"});
  paged.program.wait_for_stdout("to\t1\n");
  json producers;
  while (producers.is_null() || producers["count"] == 0) {
    producers = json::parse(paged.body("/api/v1/producers?limit=5"));
  }
  CHECK(producers["producers"][0]["name"] == log);
  CHECK(producers["producers"][0]["offset"] == 6);
  CHECK(paged.status()["journal_bytes"].get<std::uint64_t>() ==
        std::filesystem::file_size(folder / "state/journal.db"));
  paged.program.send_signal(SIGTERM);
  paged.program.expect_exit(exited(0));
}

TEST_CASE("dropped repeats are counted while senders send", "[http]") {
  Paged paged({"--relp", "0", "-b", "20ms", "-f", "tsv"});
  const Connection sender = connect_to(paged.program.listening_port());
  const std::string line = "syslog 11 app@0 to be\n";
  sender.send("1 open 0\n2 " + line + "3 " + line);
  sender.receive_lines(6);
  std::string repeats = "0";
  while (repeats == "0") repeats = paged.metric("dropped_repeats_total");
  CHECK(repeats == "1");
}

namespace {

/// The metrics that a text names, by their full names and without what histograms add.
std::set<std::string> metrics_in(const std::string& text) {
  static const std::regex name("wordstream_([a-z_]*[a-z])");
  std::set<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) {
    names.insert(std::regex_replace((*at)[1].str(), std::regex("_(bucket|sum|count)$"), ""));
  }
  return names;
}

/// Those in the first column of the table of docs/http.md.
std::set<std::string> documented_metrics(const std::string& docs) {
  static const std::regex row("\\| ((`[a-z_{}]+`(, )?)+) \\| (counter|gauge|histogram) \\|");
  static const std::regex name("`([a-z_]+)(\\{[a-z]+\\})?`");
  std::set<std::string> names;
  for (std::sregex_iterator at(docs.begin(), docs.end(), row), end; at != end; ++at) {
    const std::string column = (*at)[1];
    for (std::sregex_iterator each(column.begin(), column.end(), name); each != end; ++each) {
      names.insert((*each)[1]);
    }
  }
  return names;
}

}  // namespace

TEST_CASE("docs/http.md names the metrics that there are, and the dashboard no others", "[http]") {
  const Folder folder;
  const Paged paged({"--port", "1", "--checkpoint", folder / "state"});
  while (paged.metric("journal_bytes") == "none") {
  }
  const std::set<std::string> told = metrics_in(paged.body("/metrics"));
  CHECK(told.size() > 30);
  CHECK(documented_metrics(read_file(WORDSTREAM_SOURCE_DIR "/docs/http.md")) == told);
  const json dashboard = json::parse(read_file(WORDSTREAM_SOURCE_DIR "/docs/grafana.json"));
  CHECK(dashboard["panels"].size() >= 10);
  for (const std::string& name : metrics_in(dashboard.dump())) {
    INFO(name);
    CHECK(told.contains(name));
  }
}
