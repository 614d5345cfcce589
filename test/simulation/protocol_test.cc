// The protocol of delivery by itself: two batches, two sinks, and every order in which the delivery
// loop and the sinks can take their steps, with a crash between any two of them, and again in the
// process after it. Loop, committer, recovery and journal are the real ones; a sink is a few lines
// here. In every state that there is the law must hold.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "engine/delivery_loop.h"
#include "sim/world.h"
#include "unit/engine/run_parts.h"
#include "window/each_batch.h"

using namespace wordstream;

namespace {

using Ids = std::vector<std::uint64_t>;

enum class Kind {
  Stream,   // what it takes is out at once
  File,     // lasts when it is synced, and may last before
  Database  // lasts with the commit, together with the mark
};

/// The input: batch 1 in two slices, batch 2 in one. A slice's number is where the source goes on.
struct Part {
  const char* word;
  std::uint64_t batch;
  bool closes;
};
constexpr Part kInput[] = {{"a", 1, false}, {"b", 1, true}, {"c", 2, true}};
constexpr const char* kWords[] = {"", "a1b1", "c1"};  // of each batch
constexpr std::size_t kSinkCount = 2;
constexpr HashKey kKey{1, 2};

/// A sink, and what becomes of it: the ids of the batches that it holds.
struct ModelSink {
  Kind kind;
  Mode mode;
  Ids lasting = {};
  Ids unsynced = {};            // taken, and not yet made to last
  std::size_t known_count = 0;  // of a file's: what stands there and has been given again
  std::uint64_t own_mark = 0;   // of a database

  bool is_own_word_asked() const { return kind == Kind::Database && mode == Mode::ExactlyOnce; }

  /// As the next process finds it.
  void crash(bool is_unsynced_kept) {
    if (kind == Kind::File && is_unsynced_kept) {
      lasting.insert(lasting.end(), unsynced.begin(), unsynced.end());
    }
    unsynced.clear();
    // What is there once more is the same rows: it makes no other state.
    std::set<std::uint64_t> known;
    if (mode == Mode::AtLeastOnce) {
      std::erase_if(lasting, [&](std::uint64_t batch) { return !known.insert(batch).second; });
    }
  }

  std::uint64_t begin(std::uint64_t journal_mark) {
    known_count = lasting.size();
    if (kind == Kind::File && mode == Mode::ExactlyOnce) known_count = journal_mark;
    return is_own_word_asked() ? own_mark : journal_mark;
  }

  void take(std::uint64_t batch) {
    if (known_count < lasting.size()) {
      CHECK(lasting[known_count++] == batch);  // it compares
    } else {
      (kind == Kind::Stream ? lasting : unsynced).push_back(batch);
      if (kind == Kind::Stream) ++known_count;
    }
  }

  /// Returns whether it has come so far.
  bool settle(std::uint64_t batch) {
    if (known_count < lasting.size()) return false;
    lasting.insert(lasting.end(), unsynced.begin(), unsynced.end());
    known_count = lasting.size();
    unsynced.clear();
    own_mark = batch;
    return true;
  }

  Ids all() const {
    Ids ids = lasting;
    ids.insert(ids.end(), unsynced.begin(), unsynced.end());
    return ids;
  }
};
using Sinks = std::array<ModelSink, kSinkCount>;

/// What a crash leaves behind.
struct Remains {
  std::map<std::string, std::string> disk;
  Sinks sinks;
};

/// One process, from its beginning on.
class Life final {
 public:
  explicit Life(const Remains& remains) : sinks_(remains.sinks) {
    world_.disk.make_directory("/ck");
    for (const auto& [path, text] : remains.disk) world_.disk.put(path, text);
    journal_ = Journal::open(world_.storage, {"/ck", "job", WallTime(), wanted(), {}, 1}).value();
    std::vector<CommittedSink> committed;
    std::array<std::uint64_t, kSinkCount> taken{};
    for (std::size_t i = 0; i < kSinkCount; ++i) {
      taken[i] = sinks_[i].begin(journal_->sinks()[i].mark.applied);
      committed.push_back({sinks_[i].mode, false, SinkMark{taken[i]}});
      progress_.emplace_back(*poller_, *poller_, SinkMark{taken[i]});
      queues_.emplace_back(1, *poller_, *poller_);
    }
    loop_.emplace(parts_.context(),
                  DeliveryStart{.fold = std::make_unique<EachBatch>(),
                                .committer = Committer(*journal_, committed, Retention()),
                                .recovery = Recovery(*journal_, kKey, WallTime())},
                  slices_, *poller_);
    for (std::size_t i = 0; i < kSinkCount; ++i) {
      loop_->add_sink(queues_[i], progress_[i], taken[i]);
    }
    read_input();
  }

  /// The loop, or the sink before it, in this order. Returns false when it can do nothing.
  bool step(std::size_t actor) { return actor == 0 ? step_loop() : step_sink(actor - 1); }
  bool is_done() const { return is_done_; }
  Status outcome() const { return parts_.control.outcome(); }

  Remains remains(bool is_unsynced_kept) const {
    Remains remains{{}, sinks_};
    for (const std::string& path : world_.disk.paths()) {
      if (path.starts_with("/ck/")) remains.disk.emplace(path, world_.disk.text(path));
    }
    for (ModelSink& sink : remains.sinks) sink.crash(is_unsynced_kept);
    return remains;
  }

  /// Tells what stands on the disk, and in `sinks`, from all else that could.
  std::string lasting_key(const Sinks& sinks) const {
    std::string key = fmt::format("batch {}/{}, kept {}, source {}", journal_->last_closed(),
                                  journal_->last_batch(), journal_->first_kept(), source_place());
    for (std::size_t i = 0; i < kSinkCount; ++i) {
      key += fmt::format("; mark {}, holds {} + {}, own mark {}", applied(i), sinks[i].lasting,
                         sinks[i].unsynced, sinks[i].own_mark);
    }
    return key;
  }
  /// Tells the whole state from all others.
  std::string key() const {
    return fmt::format("{}; known {} {}; steps {}", lasting_key(sinks_), sinks_[0].known_count,
                       sinks_[1].known_count, step_counts_) +
           (is_waiting_ ? " waiting" : "") + (is_done_ ? " done" : "");
  }

  std::optional<std::string> complaint() const {
    for (std::size_t i = 0; i < kSinkCount; ++i) {
      const ModelSink& sink = sinks_[i];
      const Ids all = sink.all();
      const std::set<std::uint64_t> held(all.begin(), all.end());
      const std::set<std::uint64_t> lasting(sink.lasting.begin(), sink.lasting.end());
      if (!all.empty() && *held.rbegin() > journal_->last_closed()) return "given, not journaled";
      if (sink.mode != Mode::AtLeastOnce && held.size() != all.size()) return "given twice";
      if (sink.mode == Mode::AtMostOnce) {
        if (!all.empty() && *held.rbegin() > applied(i)) return "given before it was marked";
        continue;
      }
      if (lasting.size() < applied(i)) return "marked before it lasts";
      if (lasting.size() + 1 < journal_->first_kept()) return "pruned before it lasts";
      if (is_done_ && lasting.size() != 2) return "lost";
    }
    return {};
  }

 private:
  static std::vector<WantedSink> wanted() { return {{"one", "tsv", 10}, {"two", "tsv", 10}}; }

  std::uint64_t applied(std::size_t sink) const { return journal_->sinks()[sink].mark.applied; }
  std::uint64_t source_place() const {
    const Position* const position = journal_->positions().find(source_->name);
    return position != nullptr ? position->offset : 0;
  }

  /// Everything behind the place where the source goes on.
  void read_input() {
    for (std::uint64_t i = source_place(); i < std::size(kInput); ++i) {
      const Part& part = kInput[i];
      const auto at = [](std::uint64_t second) { return Label(Millis(1000 * second)); };
      Slice slice;
      slice.interval = {at(part.batch), at(part.batch + 1)};
      slice.lines.line_count = 1;
      slice.byte_count = 2;
      slice.words.push_back(parts_.spare_tables.lend(kKey));
      slice.words.back()->add(part.word, 1);
      slice.moves.set({source_, i + 1});
      slice.closes = part.closes;
      REQUIRE(slices_.try_push(slice));
    }
    slices_.close();
  }

  bool step_loop() {
    if (is_waiting_ || is_done_) return false;
    ++step_counts_[0];
    const Next::Kind next = loop_->step().kind;
    is_waiting_ = next == Next::Kind::Wait;
    is_done_ = next == Next::Kind::Done;
    return true;
  }

  bool step_sink(std::size_t number) {
    const std::optional<Delivery> delivery = queues_[number].pop();
    if (!delivery && (!queues_[number].is_drained() || progress_[number].is_done())) return false;
    ++step_counts_[number + 1];
    is_waiting_ = false;
    ModelSink& sink = sinks_[number];
    if (!delivery) {
      progress_[number].finish();
    } else if (const BatchEnd* const end = std::get_if<BatchEnd>(&*delivery)) {
      if (sink.settle(end->batch)) progress_[number].set(SinkMark{end->batch});
    } else {
      const Emission& emission = std::get<Emission>(*delivery);
      std::set<std::string> words;
      emission.counts->for_each(
          [&](const WordCount& row) { words.insert(fmt::format("{}{}", row.word, row.count)); });
      CHECK(fmt::format("{}", fmt::join(words, "")) == kWords[emission.batch]);
      sink.take(emission.batch);
    }
    return true;
  }

  Sinks sinks_;
  std::shared_ptr<const Stream> source_ = std::make_shared<const Stream>(Stream{"source", ""});
  sim::World world_{1};
  std::unique_ptr<sim::FakePoller> poller_ = world_.make_poller();
  SliceChannel slices_{4, *poller_, *poller_};
  std::deque<EmissionChannel> queues_;
  std::deque<SinkProgress> progress_;
  RunParts parts_{world_};
  std::unique_ptr<Journal> journal_;
  std::optional<DeliveryLoop> loop_;
  std::array<int, 1 + kSinkCount> step_counts_{};
  bool is_waiting_ = false;  // until a sink has done something
  bool is_done_ = false;
};

/// All states that there are from `sinks` that hold nothing on.
class Search {
 public:
  explicit Search(const Sinks& sinks) { begun_.push_back({{}, sinks}); }

  std::size_t run() {
    for (; !begun_.empty(); begun_.pop_front()) walk(begun_.front());
    return states_.size();
  }

 private:
  /// All orders of steps in one process.
  void walk(const Remains& from) {
    std::vector<std::vector<std::size_t>> paths{{}};
    while (!paths.empty()) {
      std::vector<std::size_t> path = std::move(paths.back());
      paths.pop_back();
      Life life(from);
      for (const std::size_t actor : path) life.step(actor);
      while (look_at(life)) {
        // The first that can goes on at once, for the others it all happens once more.
        std::size_t actor = 0;
        while (actor <= kSinkCount && !life.step(actor)) ++actor;
        INFO(life.key());
        REQUIRE((actor <= kSinkCount || life.is_done()));
        for (std::size_t other = actor + 1; other <= kSinkCount; ++other) {
          paths.push_back(path);
          paths.back().push_back(other);
        }
        path.push_back(actor);
      }
    }
  }

  /// Returns whether the state is a new one.
  bool look_at(const Life& life) {
    if (!states_.insert(life.key()).second) return false;
    INFO(life.key());
    REQUIRE(life.outcome().has_value());
    REQUIRE(life.complaint().value_or("") == "");
    for (const bool is_unsynced_kept : {false, true}) {
      Remains remains = life.remains(is_unsynced_kept);
      if (crashed_.insert(life.lasting_key(remains.sinks)).second) {
        begun_.push_back(std::move(remains));
      }
    }
    return true;
  }

  std::deque<Remains> begun_;
  std::set<std::string> crashed_;
  std::set<std::string> states_;
};

std::size_t states_of(Kind one, Mode first, Kind two, Mode second) {
  return Search({ModelSink{one, first}, ModelSink{two, second}}).run();
}

}  // namespace

// Each case says how many states there are, so that none is left out unseen.
TEST_CASE("at most once holds in every order of steps and crashes", "[simulation][protocol]") {
  CHECK(states_of(Kind::Stream, Mode::AtMostOnce, Kind::File, Mode::AtMostOnce) == 1537);
}

TEST_CASE("at least once holds in every order of steps and crashes", "[simulation][protocol]") {
  CHECK(states_of(Kind::Stream, Mode::AtLeastOnce, Kind::File, Mode::AtLeastOnce) == 3854);
}

TEST_CASE("exactly once holds in every order of steps and crashes", "[simulation][protocol]") {
  CHECK(states_of(Kind::File, Mode::ExactlyOnce, Kind::Database, Mode::ExactlyOnce) == 1714);
}

TEST_CASE("exactly once holds beside a stream in every order of steps and crashes",
          "[simulation][protocol]") {
  CHECK(states_of(Kind::Database, Mode::ExactlyOnce, Kind::Stream, Mode::AtLeastOnce) == 2297);
}
