// A log that is written to and rotated by chance, and followed by one run after the other, each of
// which is killed some time: every line must be seen once.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "catch.h"
#include "plain_split.h"
#include "seeds.h"
#include "sim/prng.h"
#include "source/log_source.h"
#include "unit/source/source_run.h"

using namespace wordstream;

namespace {

const std::string kPath = "app.log";

class Schedule : public SourceRun {
 public:
  explicit Schedule(std::uint64_t seed) : prng_(seed), has_dates_(prng_.one_in(2)) {
    context.budget.line_bytes_max = 1000;
    write("first\n");
    open();
    dealt_with_ = lines().size();
  }

  void act() {
    switch (prng_.below(9)) {
      case 0:
        return rotate();
      case 1:
        return restart();
      case 2:
        return settle();
      case 3:
        for (std::uint64_t left = prng_.below(20); left > 0; --left) step();
        return;
      case 4:
        return write_late();
      case 5:
        return remove_old();
      default:
        return write(some_text());
    }
  }

  /// What every line written should have made, once nothing is unfinished any more, in some order.
  Lines expected() {
    write("last\n");
    Lines lines;
    for (const std::string& text : texts_) {
      for_each_line(text + (text.empty() || text.ends_with('\n') ? "" : "\n"),
                    [&](std::string_view line) { lines.emplace_back(line); });
    }
    std::ranges::sort(lines);
    return lines;
  }

  /// What has come, once half lines have waited long enough.
  Lines found() {
    pass(std::chrono::seconds(30));
    Lines found = lines();
    std::ranges::sort(found);
    return found;
  }

  std::string done;  // for whoever has to find out why

 private:
  void open() {
    const Status opened = start<LogSource>(kPath, true, world.files);
    INFO(done);
    if (!opened) FAIL("cannot open: " << opened.error().message);
  }

  void write(const std::string& text) {
    note("write " + std::to_string(text.size()));
    if (!is_there_) texts_.emplace_back();
    is_there_ = true;
    world.disk.append(kPath, text);
    texts_.back() += text;
  }

  /// By who has not yet noticed that the file has another name now.
  void write_late() {
    if (names_.empty()) return;
    const std::string text = some_text();
    const std::size_t which = prng_.below(names_.size());
    note(fmt::format("late {} to {}", text.size(), names_[which]));
    world.disk.append(names_[which], text);
    texts_.at(removed_count_ + which) += text;
  }

  std::string some_text() {
    constexpr std::string_view kEnds[] = {"\n", "\r\n", "\r", "", "\n", "\n\n"};
    std::string text;
    for (std::uint64_t left = prng_.below(4); left > 0; --left) {
      text += fmt::format("line {}{}", ++line_count_, kEnds[prng_.below(std::size(kEnds))]);
    }
    return text;
  }

  void rotate() {
    if (!is_there_) return;
    note("rotate");
    if (has_dates_) {
      names_.push_back(fmt::format("{}-{}", kPath, 20250101 + texts_.size()));
    } else {
      for (std::size_t i = 0; i < names_.size(); ++i) {
        const std::string older = fmt::format("{}.{}", kPath, names_.size() - i + 1);
        world.disk.rename(names_[i], older);
        names_[i] = older;
      }
      names_.push_back(kPath + ".1");
    }
    world.disk.rename(kPath, names_.back());
    is_there_ = false;
    if (prng_.one_in(3)) write("");
  }

  /// Files of which everything was dealt with are not needed any more, once it is known for good
  /// that they have left the path.
  void remove_old() {
    if (names_.empty() || dealt_with_ == 0) return;
    const Position* const place = committed_.find(encode(id_of(*world.files.info(names_.front()))));
    if (place == nullptr || place->offset != texts_.at(removed_count_).size()) return;
    if (file_of(*place)->proof.role == FileRole::AtPath) return;
    settle();
    note("remove " + names_.front());
    world.disk.remove(names_.front());
    names_.erase(names_.begin());
    ++removed_count_;
  }

  void restart() {
    dealt_with_ += prng_.below(lines().size() - dealt_with_ + 1);
    note("restart behind " + std::to_string(dealt_with_));
    crash_behind(dealt_with_);
    committed_ = goes_on_from;
    for (std::uint64_t left = prng_.below(4); left > 0; --left) {
      prng_.one_in(2) ? rotate() : write(some_text());
    }
    open();
  }

  void note(const std::string& what) { done += what + "\n"; }

  sim::Prng prng_;
  bool has_dates_;
  std::vector<std::string> texts_;  // of every file that there has been, in order
  std::vector<std::string> names_;  // of those that were rotated away, in order
  bool is_there_ = false;           // a file, at the path
  std::size_t removed_count_ = 0;   // of the files
  Positions committed_;             // as the last run has begun with
  std::size_t dealt_with_ = 0;      // lines
  int line_count_ = 0;
};

}  // namespace

TEST_CASE("a log that is rotated while nobody reads it loses no line and repeats none",
          "[resuming]") {
  for (std::uint64_t seed = 1; seed <= seed_count(3000); ++seed) {
    Schedule schedule(seed);
    for (int left = 60; left > 0; --left) schedule.act();
    const Lines expected = schedule.expected();
    INFO("seed " << seed << "\n" << schedule.done);
    REQUIRE(schedule.found() == expected);
  }
}
