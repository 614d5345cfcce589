#include "view/live_picture.h"

#include <cstdlib>
#include <ctime>

#include "catch.h"
#include "random_words.h"
#include "unit/sink/emission_of.h"

using namespace wordstream;

namespace {

constexpr ScreenSize kSize{80, 24};
using Lines = std::vector<std::string>;

/// What the tests are about is not where they run.
const bool kIsUtc = [] {
  setenv("TZ", "UTC", 1);
  tzset();
  return true;
}();

LiveState state_of(const std::map<std::string, std::uint64_t>& rows) {
  LiveState state;
  state.status.take(event::Connected{"localhost:9999", "127.0.0.1:9999"});
  state.emission = emission_of(rows);
  state.emission->new_line_count = 10;
  state.emission->new_word_count = 25;
  state.span = Millis(1000);
  return state;
}

LiveOptions plain() { return {{.has_colours = false, .is_utf8 = true}, kAllRows}; }

Lines lines_of(const LiveState& state, const LiveOptions& options, ScreenSize size) {
  Lines lines;
  for (const ScreenLine& line : draw(state, options, size)) lines.push_back(line.bytes());
  return lines;
}

Lines lines_of(const LiveState& state, ScreenSize size = kSize) {
  return lines_of(state, plain(), size);
}

/// The rows below the head of a roomy screen.
Lines rows_of(const LiveState& state, const LiveOptions& options = plain(),
              ScreenSize size = kSize) {
  Lines lines = lines_of(state, options, size);
  lines.erase(lines.begin(), lines.begin() + 4);
  return lines;
}

std::string repeated(std::size_t times, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("the head tells when, from where and how fast", "[live_picture]") {
  const Lines lines = lines_of(state_of({{"a", 1}, {"b", 2}}));
  REQUIRE(lines.size() == 6);
  CHECK(lines[0] == "00:00:01 – 00:00:02   1s");
  CHECK(lines[1] == "connected to localhost:9999");
  CHECK(lines[2] == "10.0 lines/s   25.0 words/s   2 distinct");
  CHECK(lines[3].empty());
}

TEST_CASE("the head tells how far the end of a topic is away", "[live_picture]") {
  LiveState state = state_of({{"a", 1}});
  state.status.take(event::Connected{"kafka://b:9092/lines", ""});
  CHECK(lines_of(state)[1] == "connected to kafka://b:9092/lines");
  state.status.take(event::Lag{"kafka://b:9092/lines", 1234});
  CHECK(lines_of(state)[1] == "connected to kafka://b:9092/lines, 1234 messages behind the end");
}

TEST_CASE("rates are of the time since the emission before", "[live_picture]") {
  LiveState state = state_of({});
  state.span = Millis(500);
  CHECK(lines_of(state)[2] == "20.0 lines/s   50.0 words/s   0 distinct");
  state.span = Millis(0);
  CHECK(lines_of(state)[2] == "0 lines/s   0 words/s   0 distinct");
  state.span = Millis(1000);
  state.emission->new_line_count = 9999;
  state.emission->new_word_count = 12'345'678;
  CHECK(lines_of(state)[2] == "9999 lines/s   12.3M words/s   0 distinct");
}

TEST_CASE("an interval that was cut short is partial", "[live_picture]") {
  LiveState state = state_of({});
  state.emission->interval = {Label(Millis(1250)), Label(Millis(2000)), true};
  CHECK(lines_of(state)[0] == "00:00:01.250 – 00:00:02.000   750ms   partial");
}

TEST_CASE("an interval over midnight has dates where they fit", "[live_picture]") {
  LiveState state = state_of({});
  state.emission->interval = {Label(std::chrono::hours(12)), Label(std::chrono::hours(36)), false};
  CHECK(lines_of(state)[0] == "1970-01-01 12:00:00 – 1970-01-02 12:00:00   24h");
  CHECK(lines_of(state, ScreenSize{30, 10})[0] == "– 1970-01-02 12:00:00   24h");
  CHECK(lines_of(state, ScreenSize{12, 10})[0] == "12:00:00");
}

TEST_CASE("before the first emission the view tells what is waited for", "[live_picture]") {
  LiveState state;
  CHECK(lines_of(state) == Lines{"nothing counted yet", "starting", ""});
  state.status.take(event::Waiting{"localhost:9999", "Connection refused"});
  CHECK(lines_of(state)[1] == "waiting for localhost:9999: Connection refused");
  CHECK(lines_of(state, ScreenSize{20, 3})[1] == "waiting for localho…");
}

TEST_CASE("every kind of source is told in words", "[live_picture]") {
  const auto place = [](std::initializer_list<Event> events) {
    LiveState state;
    for (const Event& event : events) state.status.take(event);
    return lines_of(state)[1];
  };
  const event::Listening listening{"127.0.0.1:9999"};
  CHECK(place({listening}) == "no clients, listening on 127.0.0.1:9999");
  CHECK(place({listening, event::ClientJoined{"p", 1}}) == "1 client, listening on 127.0.0.1:9999");
  CHECK(place({listening, event::ClientLeft{"p", 3}}) == "3 clients, listening on 127.0.0.1:9999");
  CHECK(place({event::Opened{"book.txt"}}) == "reading book.txt");
  CHECK(place({event::Following{"app.log"}}) == "following app.log");
  CHECK(place({event::Gone{"app.log", "why"}, event::Rotated{"app.log"}}) == "following app.log");
  CHECK(place({event::Gone{"app.log", "No such file"}}) == "waiting for app.log: No such file");
  CHECK(place({event::Disconnected{"h:1", true}}) ==
        "waiting for h:1: it has closed the connection");
  CHECK(place({event::Disconnected{"h:1", false}}) == "h:1 has closed the connection");
  CHECK(place({event::Opened{"\x1b[2J\xff"}}) == "reading \\x1b[2J\uFFFD");
}

TEST_CASE("losses have a line of their own, and none without any", "[live_picture]") {
  LiveState state = state_of({});
  CHECK(lines_of(state).size() == 4);
  state.status.take(event::LineDropped{"peer", "reset", 5});
  state.status.take(event::LinesCut{3, Label()});
  state.status.take(event::TicksSkipped{1, Millis(1), Label()});
  CHECK(lines_of(state)[3] == "1 line dropped   3 lines cut   1 tick skipped");
  CHECK(lines_of(state, ScreenSize{32, 24})[3] == "1 line dropped   3 lines cut");
}

TEST_CASE("rows are in the order of print, with bars by their counts", "[live_picture]") {
  const Lines rows = rows_of(state_of({{"few", 1}, {"most", 76}, {"a", 38}, {"b", 38}}));
  REQUIRE(rows.size() == 4);
  const auto row = [](const std::string& word, const std::string& count, const std::string& bar) {
    return "  " + word + std::string(31 - word.size() + 7 - count.size(), ' ') + count + "  " + bar;
  };
  CHECK(rows[0] == row("most", "76", repeated(38, "█")));
  CHECK(rows[1] == row("a", "38", repeated(19, "█")));
  CHECK(rows[2] == row("b", "38", repeated(19, "█")));
  CHECK(rows[3] == row("few", "1", "▌"));
}

TEST_CASE("a count beside a very large one still has a bar", "[live_picture]") {
  const Lines rows = rows_of(state_of({{"a", 1}, {"b", 18'446'744'073'709'551'615ULL}}));
  CHECK(rows[0].ends_with("██"));
  CHECK(rows[1].ends_with("  ▏"));
}

TEST_CASE("marks tell how counts have changed since the emission before", "[live_picture]") {
  LiveState state = state_of({{"up", 5}, {"down", 4}, {"same", 3}, {"new", 2}, {"\xff", 1}});
  CHECK(rows_of(state)[0].starts_with("  up "));
  // Two words that read the same count as one, as they do in a row.
  state.counts_before =
      emission_of({{"up", 4}, {"down", 5}, {"same", 3}, {"\xfe", 1}, {"\xfd", 1}}).counts;
  const Lines rows = rows_of(state);
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].starts_with("↑ up "));
  CHECK(rows[1].starts_with("↓ down "));
  CHECK(rows[2].starts_with("= same "));
  CHECK(rows[3].starts_with("+ new "));
  CHECK(rows[4].starts_with("↓ \uFFFD "));
}

TEST_CASE("without UTF-8 marks, bars and cuts are ASCII", "[live_picture]") {
  LiveState state =
      state_of({{"up", 38}, {"down", 19}, {"a-word-that-is-much-too-long-to-show", 1}});
  state.counts_before = emission_of({{"up", 1}, {"down", 20}}).counts;
  LiveOptions options = plain();
  options.traits.is_utf8 = false;
  const Lines rows = rows_of(state, options);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0] == "^ up                                  38  " + repeated(38, "#"));
  CHECK(rows[1] == "v down                                19  " + repeated(19, "#"));
  CHECK(rows[2] == "+ a-word-that-is-much-too-lon...       1  #");
  CHECK(lines_of(state, options, kSize)[0] == "00:00:01 - 00:00:02   1s");
}

TEST_CASE("colours are sent where nobody asks for less, and say nothing new", "[live_picture]") {
  LiveState state = state_of({{"a", 1}});
  state.counts_before = emission_of({{"a", 2}}).counts;
  const std::string row = rows_of(state)[0];
  CHECK(row.find('\x1b') == std::string::npos);
  std::string coloured = rows_of(state, LiveOptions{})[0];
  CHECK(coloured.starts_with("\x1b[31m↓\x1b[0m a "));
  for (std::size_t at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b'))
    coloured.erase(at, coloured.find('m', at) - at + 1);
  CHECK(coloured == row);
}

TEST_CASE("wide characters are counted by their width, and words cut at the column",
          "[live_picture]") {
  const Lines rows = rows_of(
      state_of({{"中文", 5}, {"e\u0301", 4}, {repeated(20, "世"), 3}, {std::string(31, 'x'), 2}}));
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].starts_with("  中文" + std::string(27 + 6, ' ') + "5  █"));
  CHECK(rows[1].starts_with("  e\u0301" + std::string(30 + 6, ' ') + "4  █"));
  CHECK(rows[2].starts_with("  " + repeated(14, "世") + "…" + std::string(2 + 6, ' ') + "3  █"));
  CHECK(rows[3].starts_with("  " + std::string(29, 'x') + "…" + std::string(1 + 6, ' ') + "2  █"));
}

TEST_CASE("what a terminal would obey is shown in words", "[live_picture]") {
  const Lines rows = rows_of(state_of({{"\x1b[31mred", 2}, {"\u202e", 1}}));
  CHECK(rows[0].starts_with("  \\x1b[31mred "));
  CHECK(rows[1].starts_with("  \\u202e "));
}

TEST_CASE("as many rows are shown as fit, or as were asked for", "[live_picture]") {
  std::map<std::string, std::uint64_t> words;
  for (int i = 0; i < 100; ++i) words["word" + std::to_string(i)] = 1;
  const LiveState state = state_of(words);
  CHECK(lines_of(state).size() == 24);
  CHECK(lines_of(state, ScreenSize{80, 50}).size() == 50);
  LiveOptions options = plain();
  options.row_count_max = 3;
  CHECK(lines_of(state, options, kSize).size() == 7);
}

TEST_CASE("a small screen shows the most important", "[live_picture]") {
  LiveState state = state_of({{"hello", 1234}, {"world", 1}});
  state.status.take(event::LineDropped{"peer", "reset", 5});
  CHECK(lines_of(state, ScreenSize{20, 3}) ==
        Lines{"00:00:01 – 00:00:02", "connected to localh…", "  hello         1234"});
  CHECK(lines_of(state, ScreenSize{20, 5}) == Lines{"00:00:01 – 00:00:02", "connected to localh…",
                                                    "  hello         1234",
                                                    "  world            1"});
  CHECK(lines_of(state, ScreenSize{40, 10}).size() == 7);
  CHECK(lines_of(state, ScreenSize{20, 1}).size() == 1);
}

TEST_CASE("nothing is ever wider or higher than the screen", "[live_picture]") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 500; ++i) {
    std::map<std::string, std::uint64_t> words;
    for (int n = static_cast<int>(random() % 40); n > 0; --n) {
      words[random_word(random, 30)] = 1 + random() % (1ULL << (random() % 63));
    }
    LiveState state = state_of(words);
    state.status.take(event::Waiting{random_word(random, 30), random_word(random, 30)});
    state.status.take(event::LinesCut{random() % 1000, Label()});
    state.counts_before = emission_of(words).counts;
    const ScreenSize size{1 + random() % 100, 1 + random() % 30};
    CAPTURE(size.columns, size.lines);
    const LiveOptions options{{.has_colours = random() % 2 == 0, .is_utf8 = random() % 2 == 0},
                              kAllRows};
    const std::vector<ScreenLine> lines = draw(state, options, size);
    CHECK(lines.size() <= size.lines);
    for (const ScreenLine& line : lines) {
      CHECK(line.columns() <= size.columns);
      if (options.traits.has_colours) continue;
      CHECK(column_count(std::string_view(line.bytes())) == line.columns());
    }
  }
}
