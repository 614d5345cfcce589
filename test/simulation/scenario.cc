#include "simulation/scenario.h"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>
#include <variant>

#include "simulation/auditor.h"
#include "simulation/scheduler.h"

namespace wordstream::simulation {
namespace {

template <class T>
T one_of(sim::Prng& prng, std::initializer_list<T> values) {
  return values.begin()[prng.below(values.size())];
}

void choose_keys(sim::Prng& prng, KeyChoice& keys) {
  if (prng.one_in(5)) keys.selector = FieldChoice{{one_of(prng, {1, 1, 2, -1})}};
  if (prng.one_in(10)) keys.selector = MatchChoice{"[0-9]+", true};
  keys.split = one_of(prng, {KeySplit::Space, KeySplit::Python, KeySplit::Whitespace,
                             KeySplit::Letters, KeySplit::Line});
  keys.lower = prng.one_in(3);
  if (prng.one_in(8)) keys.grep = one_of(prng, {"t", "a"});
  if (prng.one_in(8)) keys.skip = one_of(prng, {"B", "3"});
  if (prng.one_in(8)) keys.stop_words = {"a", "t1"};
  if (prng.one_in(8)) keys.characters_min = prng.between(1, 3);
}

/// The program's longest wait of its own is two seconds, between two tries to connect, after five
/// for a server that is silent.
constexpr auto kQuietTime = std::chrono::seconds(15);

}  // namespace

Scenario::Scenario(OriginKind kind, std::uint64_t seed)
    : stage_(seed), origin_(make_origin(kind, stage_)) {
  choose_config();
  origin_->begin();
}

void Scenario::choose_config() {
  sim::Prng& prng = stage_.prng;
  Config& config = stage_.config;
  config.batch = one_of(prng, {Millis(10), Millis(50), Millis(100), Millis(1000)});
  choose_keys(prng, config.keys);
  config.sinks = {SinkChoice{std::make_shared<ToStdout>(), FormatKind::Tsv, kAllRows}};
  // Windows that tumble: every line is in one of them, and so the judge asks of them what it asks
  // of batches.
  if (prng.one_in(4)) {
    const Millis length = config.batch * static_cast<int>(prng.between(1, 5));
    config.fold = WindowShape{length, length};
  }
  if (prng.one_in(8)) config.batch_count_max = prng.between(1, 10);
  if (prng.one_in(4)) config.line_bytes_max = prng.between(10, 40);
  if (prng.one_in(3)) config.worker_count = prng.between(2, 4);
  Limits& limits = config.limits;
  limits.block_bytes = one_of<std::size_t>(prng, {1, 5000, 9000});
  limits.block_count_max = prng.between(1, 3);
  limits.batch_count_max = prng.between(1, 3);
  limits.piece_bytes = one_of<std::size_t>(prng, {1, 20, 500});
  stage_.horizon = config.batch * static_cast<int>(prng.between(1, 30));
  stage_.world.network.window = one_of<std::size_t>(prng, {10, 100, 4000});
  stage_.world.files.out.capacity = one_of<std::size_t>(prng, {1, 100, 4000});
}

void Scenario::note_config() {
  const Config& config = stage_.config;
  const Limits& limits = config.limits;
  stage_.world.trace.note(
      "batch {} ms, emission {} ms,{}, until eof {}, batches {}, line {}, blocks "
      "{} of {}, "
      "batches {}, piece {}, workers {}, window {}, stdout {}",
      config.batch.count(), emission_interval().count(), key_fingerprint(config.keys),
      config.until_eof, config.batch_count_max.value_or(0), config.line_bytes_max,
      limits.block_count_max, limits.block_bytes, limits.batch_count_max, limits.piece_bytes,
      config.worker_count, stage_.world.network.window, stage_.world.files.out.capacity);
}

std::optional<std::string> Scenario::run() {
  sim::Prng& prng = stage_.prng;
  const Env doors = stage_.world.env();
  const Env env = replace_doors ? replace_doors(doors) : doors;
  disturb();
  Control control;
  Result<std::unique_ptr<Pipeline>> pipeline = Pipeline::open(stage_.config, env, control, *this);
  if (!pipeline) return pipeline.error().message;
  pipeline_ = pipeline->get();
  note_config();
  stop_when_quiet();

  // Each worker counts one and has one waiting.
  const std::size_t block_count_most =
      stage_.config.limits.block_count_max + 2 + 2 * stage_.config.worker_count;
  const Nanos step_time_max = Nanos(stage_.config.batch) / (prng.one_in(4) ? 20 : 1000);
  Scheduler scheduler(stage_.world, (*pipeline)->tasks(), step_time_max,
                      [&]() -> std::optional<std::string> {
                        if (pipeline_->blocks_in_use() <= block_count_most) return {};
                        return "more blocks are alive than the limits allow";
                      });
  if (auto complaint = scheduler.run()) return complaint;
  const Status outcome = (*pipeline)->control().outcome();
  pipeline_ = nullptr;
  pipeline->reset();
  if (stage_.world.handles.open_count() != 0) return "something was left open";
  return judge(outcome);
}

void Scenario::on(const Event& event) { stage_.world.trace.note("event {}", event.index()); }

void Scenario::disturb() {
  sim::Prng& prng = stage_.prng;
  for (std::uint64_t i = prng.below(3); i > 0; --i) {
    stage_.later(stage_.horizon, [this] { stall_output(); });
  }
  for (std::uint64_t i = prng.below(3); i > 0; --i) {
    const Nanos most =
        one_of<Nanos>(prng, {Millis(20), stage_.config.batch * 3, std::chrono::hours(2)});
    const auto by =
        static_cast<std::int64_t>(prng.below(2 * static_cast<std::uint64_t>(most.count())));
    stage_.later(stage_.horizon,
                 [this, jump = Nanos(by) - most] { stage_.world.clock.jump_wall(jump); });
  }
  if (prng.one_in(12)) stage_.later(stage_.horizon, [this] { break_output(); });
  if (!prng.one_in(3)) return;
  stage_.later(stage_.horizon, [this] {
    ending_.was_stopped_at_random = true;
    stop();
  });
}

void Scenario::stall_output() {
  stage_.world.files.out.stall();
  stage_.later(stage_.horizon * 2, [this] { stage_.world.files.out.resume(); });
}

void Scenario::break_output() {
  is_output_broken_ = true;
  if (stage_.prng.one_in(3)) {
    stage_.world.files.out.fill_up();
  } else {
    stage_.world.files.out.close();
  }
}

void Scenario::stop_when_quiet() {
  stage_.on_quiet = [this] {
    stage_.world.timeline.after(kQuietTime + 10 * stage_.config.batch, [this] {
      if (stage_.busy_count != 0) return;
      is_quiet_end_ = true;
      stop();
    });
  };
  // Where nothing is planned, it is quiet from the beginning.
  stage_.hold();
  stage_.release();
}

void Scenario::stop() {
  stage_.world.trace.note("stop");
  if (pipeline_ != nullptr) pipeline_->control().stop();
}

Millis Scenario::emission_interval() const {
  const WindowShape* const window = std::get_if<WindowShape>(&stage_.config.fold);
  return window != nullptr ? window->length : stage_.config.batch;
}

std::optional<std::string> Scenario::judge(const Status& outcome) const {
  if (!outcome && !is_output_broken_) return "it failed: " + outcome.error().message;
  const bool is_cut_short = stage_.config.batch_count_max.has_value() || !outcome;
  const Rules rules{stage_.config.keys, stage_.config.line_bytes_max, emission_interval(),
                    !is_cut_short, !outcome};
  std::string output = stage_.world.files.out.text();
  if (spoil_output) spoil_output(output);
  const std::vector<Stretch> stretches = origin_->stretches(ending_);
  if (auto complaint = audit(output, stretches, rules)) return complaint;
  const bool is_all_read = !is_cut_short && !ending_.was_stopped_at_random;
  return is_all_read ? origin_->unread() : std::nullopt;
}

}  // namespace wordstream::simulation
