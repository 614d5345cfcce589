// Programs that write a log and rotate it in every way, packed too, and runs that follow it, each
// of which is killed some time: every line must be read once, and what cannot be read must be told
// of.
//
// WORDSTREAM_SEED=17 shows the run of one seed. WORDSTREAM_REUSE=1 lets new files have the inodes
// of those that were removed, where the disk knows no births: there a line may still come twice.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <variant>

#include "catch.h"
#include "packed.h"
#include "seeds.h"
#include "sim/log_writers.h"
#include "source/log_source.h"
#include "unit/source/source_run.h"

using namespace wordstream;

namespace {

using Habits = sim::LogWriters::Habits;

constexpr std::uint64_t kSeedCount = 6000;
const std::string kPath = "/logs/app.log";

std::string gzip(std::string_view text) { return gzip_of(text); }
std::string zstd(std::string_view text) { return zstd_of(text); }
std::string zstd_bare(std::string_view text) {
  return zstd_of(text, {.has_length = false, .has_checksum = false});
}

Habits some_habits(sim::Prng& prng) {
  Habits habits = sim::LogWriters::some_habits(prng);
  if (prng.one_in(2)) return habits;
  habits.pack = prng.one_in(2) ? gzip : prng.one_in(2) ? zstd : zstd_bare;
  habits.pack_suffix = habits.pack == gzip ? ".gz" : ".zst";
  habits.is_pack_delayed = prng.one_in(2);
  // Who packs a file that is still written to packs less of it than may have been read. Where that
  // is less than a KiB, and the name has changed since, nothing shows what it is.
  habits.has_halves = habits.has_halves && habits.names == Habits::Names::Dated;
  return habits;
}

class Campaign : public SourceRun {
 public:
  explicit Campaign(std::uint64_t seed) : prng_(seed) {
    context.budget.line_bytes_max = 10'000;
    world.disk.make_directory("/logs");
    if (prng_.one_in(2)) world.disk.append(kPath + ".90", "old\n");
    world.disk.append(kPath, "");
    world.disk.has_births = !prng_.one_in(3);
    if (prng_.one_in(2)) world.disk.before_call = [this] { let_writers_act(); };
  }

  /// What is wrong in the end; empty where nothing is.
  std::string run() {
    open();
    writers_.begin();
    while (!writers_.are_done() && wrong_.empty()) act();
    if (!wrong_.empty()) return wrong_;
    note("done");
    pass(std::chrono::seconds(30));
    if (error()) return "failed: " + error()->message;
    if (const auto wrong = writers_.judge(whole_lines())) return *wrong;
    return was_told() ? "" : "a line was lost without a word";
  }

  void on(const Event& event) override {
    note(std::visit([](const auto& told) { return typeid(told).name(); }, event));
    SourceRun::on(event);
  }

 private:
  void act() {
    switch (prng_.below(6)) {
      case 0:
        return restart();
      case 1:
        return mount_late();
      case 2:
        // The program is slow.
        was_blind_ = was_blind_ || lines().empty();
        world.timeline.advance_by(some_time());
        for (std::uint64_t left = prng_.below(20); left > 0; --left) step();
        break;
      case 3:
        world.disk.overflow_watches();
        break;
      default:
        pass(some_time());
    }
    if (error()) wrong_ = "failed: " + error()->message;
  }

  Nanos some_time() {
    if (prng_.one_in(4)) return Nanos(0);
    const auto most = static_cast<std::uint64_t>(habits_.pause_max.count());
    return Nanos(prng_.below(most * (prng_.one_in(3) ? 20 : 3) + 1));
  }

  /// In the midst of a look, or between a look and a reading.
  void let_writers_act() {
    if (is_away_ || !prng_.one_in(20)) return;
    was_blind_ = was_blind_ || lines().empty();
    const auto most = static_cast<std::uint64_t>(habits_.pause_max.count());
    world.timeline.advance_by(Nanos(prng_.below(most / 4 + 1)));
  }

  void restart() {
    die();
    world.timeline.advance_by(some_time());
    open();
  }

  void die() {
    dealt_with_ += prng_.below(lines().size() - dealt_with_ + 1);
    if (prng_.one_in(3)) dealt_with_ = lines().size();
    crash_behind(dealt_with_);
    was_blind_ = was_blind_ || dealt_with_ == 0;
    note(fmt::format("killed, and goes on behind {} lines", dealt_with_));
    writers_.reuses_inodes = !world.disk.has_births && number_in("WORDSTREAM_REUSE");
  }

  void open() {
    note("begun");
    writers_.reuses_inodes = false;
    if (const Status opened = start<LogSource>(kPath, true, world.files); !opened) {
      wrong_ = "cannot go on: " + opened.error().message;
    }
  }

  /// The directory is away for a moment, over a restart or not.
  void mount_late() {
    note("unmounted");
    const bool is_killed = prng_.one_in(2);
    if (is_killed) die();
    is_away_ = true;
    world.disk.unmount("/logs");
    bool is_running = !is_killed;
    if (is_killed && prng_.one_in(2)) {
      is_running = start<LogSource>(kPath, true, world.files).has_value();
      if (!is_running) crash();
    } else if (is_running) {
      settle();
    }
    world.disk.mount("/logs");
    is_away_ = false;
    note("mounted");
    is_running ? settle() : open();
  }

  /// Without halves of lines of which the other half was lost.
  Lines whole_lines() const {
    Lines whole = lines();
    for (const auto& line : writers_.lines()) {
      if (!line.was_lost || !habits_.has_halves) continue;
      std::erase_if(whole, [&](const std::string& read) {
        return read.size() < line.text.size() && line.text.starts_with(read);
      });
    }
    return whole;
  }

  /// Of what is missing, by anything that could mean it.
  bool was_told() const {
    const bool is_all = std::ranges::all_of(writers_.lines(), [&](const auto& line) {
      return !line.was_lost || std::ranges::find(lines(), line.text) != lines().end();
    });
    return is_all || was_blind_ || !told<event::Truncated>().empty() ||
           !told<event::Lost>().empty() || !told<event::ZerosSkipped>().empty();
  }

  void note(std::string_view what) { world.trace.note("{}", what); }

  sim::Prng prng_;
  Habits habits_ = some_habits(prng_);
  sim::LogWriters writers_{world.disk, world.timeline, prng_, kPath, habits_};
  std::size_t dealt_with_ = 0;  // lines
  /// Who has seen nothing of a file cannot know that it was truncated; and nobody can know what was
  /// written to one after it was packed.
  bool was_blind_ = habits_.pack != nullptr && habits_.has_halves;
  bool is_away_ = false;  // the directory, with all writers
  std::string wrong_;
};

}  // namespace

TEST_CASE("a log that is rotated and packed in any way is read line by line, each once",
          "[campaign]") {
  const std::optional<std::uint64_t> only = number_in("WORDSTREAM_SEED");
  const std::uint64_t last = only.value_or(seed_count(kSeedCount));
  for (std::uint64_t seed = only.value_or(1); seed <= last; ++seed) {
    Campaign campaign(seed);
    if (only) campaign.world.trace.reader = [](std::string_view line) { fmt::print("{}\n", line); };
    const std::string wrong = campaign.run();
    INFO("WORDSTREAM_SEED=" << seed << " shows this run");
    INFO(wrong);
    REQUIRE(wrong.empty());
  }
}
