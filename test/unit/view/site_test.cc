#include "view/site.h"

#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "catch.h"
#include "unit/sink/emission_of.h"
#include "view/metrics_text.h"

using namespace wordstream;
using nlohmann::json;

namespace {

/// A run that stands still, with one sink.
struct Stand final : SiteSource {
  RunFacts facts{.version = "1.2", .source = "tcp://a\"b:1", .sinks = {{"file:/x\n\\y", "p"}}};
  RunRecord record{{"file:/x\n\\y"}, Now{}};
  std::optional<Emission> emission;
  std::shared_ptr<const Positions> known;
  Site site{*this, HostGuard("machine", {}), false};

  void look_at_run(const std::function<void(const RunSight& sight)>& look) override {
    look({facts, record, Vitals{.memory_bytes = 5}, Now{}});
  }
  std::optional<Emission> newest() const override { return emission; }
  std::shared_ptr<const Positions> positions() const override { return known; }

  HttpResponse get(const std::string& path, const std::string& query = "",
                   const std::string& host = "localhost") {
    return site.answer({HttpMethod::Get, path, query, host, true});
  }
  json words() { return json::parse(get("/api/v1/status").body)["words"]; }
};

}  // namespace

TEST_CASE("a word is told as it is, whatever is in it", "[site]") {
  Stand stand;
  CHECK(stand.words().is_null());
  const std::string tag = "<script>alert(\"1\")</script>";
  stand.emission = emission_of<std::map<std::string, std::uint64_t>>({{tag, 9},
                                                                      {"\xe2\x80\xae"
                                                                       "evil",
                                                                       8},
                                                                      {"\xff", 7},
                                                                      {std::string("a\0\n", 3), 6},
                                                                      {"", 5}});
  const json rows = stand.words()["rows"];
  CHECK(rows[0] == json{{"word", tag}, {"count", 9}});
  CHECK(rows[1]["word"] ==
        "\xe2\x80\xae"
        "evil");
  CHECK(rows[2] == json{{"word", "\xef\xbf\xbd"}, {"bytes", "/w=="}, {"count", 7}});
  CHECK(rows[3]["word"] == std::string("a\0\n", 3));
  CHECK(rows[4]["word"] == "");
  CHECK(stand.words()["total"] == 35);
}

TEST_CASE("of a word of a MiB the beginning is told, and how long it is", "[site]") {
  Stand stand;
  std::string word;
  while (word.size() < 1024 * 1024) word += "\xe2\x82\xac";
  stand.emission = emission_of<std::map<std::string, std::uint64_t>>({{word, 1}});
  const json row = stand.words()["rows"][0];
  CHECK(row["word"].get<std::string>() == word.substr(0, 1023));
  CHECK(row["cut_from_bytes"] == word.size());
  CHECK_FALSE(row.contains("bytes"));
}

TEST_CASE("of the words twenty are told, the most frequent", "[site]") {
  Stand stand;
  std::map<std::string, std::uint64_t> rows;
  for (std::uint64_t i = 1; i <= 30; ++i) rows["w" + std::to_string(i)] = i;
  stand.emission = emission_of(rows);
  CHECK(stand.words()["rows"].size() == 20);
  CHECK(stand.words()["rows"][0]["word"] == "w30");
}

TEST_CASE("batches are told from where they are asked for", "[site]") {
  Stand stand;
  for (int i = 1; i <= 5; ++i) {
    stand.record.take(event::BatchClosed{1, 2, 3, Label(Millis(i)), 4, Nanos(1'500'000), {}}, {});
  }
  stand.record.take(event::BatchGivenOut{0, Label(Millis(1)), SteadyTime(Nanos(2'000'000))}, {});
  const auto ends = [&](const std::string& query) {
    std::string text;
    const json all = json::parse(stand.get("/api/v1/batches", query).body);
    for (const json& batch : all["batches"]) {
      text += std::to_string(batch["end_ms"].get<int>());
    }
    return text;
  };
  CHECK(ends("") == "12345");
  CHECK(ends("limit=2") == "45");
  CHECK(ends("after=3") == "45");
  CHECK(ends("limit=1&after=3") == "5");
  CHECK(ends("limit=0").empty());
  CHECK(stand.get("/api/v1/batches", "limit=x").status == 400);
  CHECK(stand.get("/api/v1/batches", "limit=-1").status == 400);
  CHECK(stand.get("/api/v1/batches", "after=99999999999999999999").status == 400);
  const json batch = json::parse(stand.get("/api/v1/batches").body)["batches"][0];
  CHECK(batch["scheduling_delay_ms"] == 1.5);
  CHECK(batch["processing_ms"] == 2.0);
  CHECK(batch["total_delay_ms"] == 3.5);
  CHECK(json::parse(stand.get("/api/v1/batches").body)["batches"][1]["processing_ms"].is_null());
}

TEST_CASE("positions are told by the titles of their streams", "[site]") {
  Stand stand;
  const auto producers = [&](const std::string& query) {
    return json::parse(stand.get("/api/v1/producers", query).body);
  };
  CHECK(producers("")["count"] == 0);
  Positions positions;
  for (const char* const name : {"one", "two"}) {
    positions.set({std::make_shared<const Stream>(Stream{name, std::string("title ") + name}), 7});
  }
  stand.known = std::make_shared<const Positions>(positions);
  CHECK(producers("")["producers"][1] == json{{"name", "title two"}, {"offset", 7}});
  CHECK(producers("limit=1")["producers"].size() == 1);
  CHECK(producers("limit=1")["count"] == 2);
}

TEST_CASE("what is not there is not found, and strangers' names are not answered", "[site]") {
  Stand stand;
  CHECK(stand.get("/").status == 200);
  CHECK(stand.get("/page.js").type == "text/javascript; charset=utf-8");
  CHECK(stand.get("/page.css").status == 200);
  CHECK(stand.get("/healthz").body == "ok\n");
  for (const char* const path : {"/x", "/../etc/passwd", "//", "/metrics/", "/index.html"}) {
    CHECK(stand.get(path).status == 404);
  }
  CHECK(stand.get("/", "", "evil.example").status == 421);
  CHECK(stand.get("/metrics", "", "evil.example").status == 421);
}

TEST_CASE("names with quotes and line ends stand in JSON and in labels", "[site]") {
  Stand stand;
  const json status = json::parse(stand.get("/api/v1/status").body);
  CHECK(status["job"]["source"] == "tcp://a\"b:1");
  CHECK(status["sinks"][0]["name"] == "file:/x\n\\y");
  CHECK(stand.get("/metrics").body.find(R"(wordstream_sink_connected{sink="file:/x\n\\y"} 1)") !=
        std::string::npos);
}

TEST_CASE("every metric has a help text and a type, once", "[site]") {
  Stand stand;
  std::istringstream text(stand.get("/metrics").body);
  std::set<std::string> told;
  const std::regex sample("(wordstream_[a-z_]+)(\\{.*\\})? [0-9.e+-]+");
  std::string name;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("# HELP ")) {
      name = line.substr(7, line.find(' ', 7) - 7);
      CHECK(told.insert(name).second);
    } else if (!line.starts_with("# TYPE " + name + " ")) {
      INFO(line);
      std::smatch found;
      REQUIRE(std::regex_match(line, found, sample));
      CHECK(found[1].str().starts_with(name));
    }
  }
  for (const char* const wanted : {"lines_total",
                                   "words_total",
                                   "received_bytes_total",
                                   "batches_total",
                                   "cut_lines_total",
                                   "dropped_lines_total",
                                   "skipped_ticks_total",
                                   "dropped_repeats_total",
                                   "gaps_total",
                                   "lines_without_key_total",
                                   "connections_total",
                                   "batch_scheduling_delay_seconds",
                                   "batch_processing_seconds",
                                   "sink_lag_batches",
                                   "sink_lag_seconds",
                                   "sink_connected",
                                   "source_connected",
                                   "source_lag_records",
                                   "memory_bytes",
                                   "words_alive",
                                   "threads",
                                   "start_time_seconds",
                                   "build_info"}) {
    CHECK(told.contains(std::string("wordstream_") + wanted));
  }
}
