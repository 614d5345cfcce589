#include "view/live_view.h"

#include "catch.h"
#include "sim/world.h"
#include "unit/sink/emission_of.h"

using namespace wordstream;

namespace {

/// A view on a fake terminal that is large enough to take everything at once.
struct Stand {
  sim::World world{1};
  sim::FakeStdout& out = world.files.out;
  std::unique_ptr<LiveView> view;

  Stand() {
    out.is_terminal = true;
    out.traits.has_colours = false;
    view = std::make_unique<LiveView>(world.files.standard_terminal().value(), kAllRows);
  }

  /// What was sent since the last call.
  std::string sent() {
    while (!view->flush().value()) continue;
    return out.text().substr(std::exchange(seen_, out.text().size()));
  }
  std::string take(const Emission& emission) {
    view->take(emission);
    return sent();
  }
  std::string refresh() {
    view->refresh({});
    return sent();
  }

 private:
  std::size_t seen_ = 0;
};

bool contains(const std::string& text, std::string_view piece) {
  return text.find(piece) != std::string::npos;
}

Emission later(Emission emission, Millis by) {
  emission.interval.start += by;
  emission.interval.end += by;
  emission.new_line_count = 6;
  return emission;
}

}  // namespace

TEST_CASE("the first picture takes the screen over, the others stay in it", "[live_view]") {
  Stand stand;
  CHECK_FALSE(stand.out.is_taken_over());
  CHECK(stand.refresh().starts_with(kEnterScreen));
  CHECK(stand.out.is_taken_over());
  CHECK_FALSE(contains(stand.take(emission_of({{"a", 1}})), kEnterScreen));
}

TEST_CASE("a picture is drawn over the one before, line by line", "[live_view]") {
  Stand stand;
  stand.refresh();
  CHECK(stand.take(emission_of({{"hello", 1}})) ==
        "\x1b[1;1H00:00:01 – 00:00:02   1s\x1b[K\x1b[2;1Hstarting\x1b[K"
        "\x1b[3;1H0 lines/s   0 words/s   1 distinct\x1b[K\x1b[4;1H\x1b[K"
        "\x1b[5;1H  hello" +
            std::string(26 + 6, ' ') +
            "1  ██████████████████████████████████████"
            "\x1b[6;1H\x1b[J");
}

TEST_CASE("a new size draws anew what was there", "[live_view]") {
  Stand stand;
  stand.take(emission_of({{"hello", 1}}));
  stand.out.resize({20, 3});
  const std::string picture = stand.refresh();
  CHECK(contains(picture, "\x1b[3;1H  hello            1"));
  CHECK_FALSE(contains(picture, "\x1b[4;"));
  CHECK_FALSE(contains(picture, "\x1b[J"));
}

TEST_CASE("rates begin with the interval, then go from end to end", "[live_view]") {
  Stand stand;
  CHECK(contains(stand.take(later(emission_of({}), Millis(0))), "6.0 lines/s"));
  // Three seconds after the end of the first, though it is only one long.
  CHECK(contains(stand.take(later(emission_of({}), Millis(3000))), "2.0 lines/s"));
}

TEST_CASE("counts are compared with those of the emission before", "[live_view]") {
  Stand stand;
  CHECK(contains(stand.take(emission_of({{"a", 1}})), "  a "));
  CHECK(contains(stand.take(emission_of({{"a", 2}})), "↑ a "));
  CHECK(contains(stand.refresh(), "↑ a "));
  CHECK(contains(stand.take(emission_of({{"a", 2}})), "= a "));
}

TEST_CASE("the last picture stays on the screen as it was", "[live_view]") {
  Stand stand;
  stand.take(emission_of({{"hello", 1}}));
  stand.view->finish();
  const std::string last = stand.sent();
  CHECK(last.starts_with(std::string(kLeaveScreen) + "\x1b[?7l00:00:01 – 00:00:02   1s\r\n"));
  CHECK(contains(last, "\r\n  hello "));
  CHECK(last.ends_with("█\r\n\x1b[?7h"));
  CHECK_FALSE(stand.out.is_taken_over());
}

TEST_CASE("a run without any emission leaves nothing behind", "[live_view]") {
  Stand stand;
  stand.refresh();
  stand.view->finish();
  CHECK(stand.sent() == kLeaveScreen);
}

TEST_CASE("a sink that goes in the middle of a picture gives the screen back", "[live_view]") {
  Stand stand;
  stand.refresh();
  stand.view.reset();
  CHECK_FALSE(stand.out.is_taken_over());
}
