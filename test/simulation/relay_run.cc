#include "simulation/relay_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulation/crash_law.h"
#include "simulation/crash_outcome.h"
#include "simulation/crash_sinks.h"
#include "source/log_choice.h"
#include "source/relp_choice.h"

namespace wordstream::simulation {
namespace {

constexpr Millis kRelayBatch(100);
constexpr std::size_t kRelayBatches = 20;
constexpr std::size_t kRelayLinesABatch = 2;
constexpr Nanos kRelayStepTimeMax = Nanos(kRelayBatch) / 200;
constexpr std::uint64_t kRestMax = 300'000'000;  // ns, between two processes
constexpr const char* kCountedCheckpoint = "/ck";
constexpr const char* kSentCheckpoint = "/sent";
constexpr const char* kDoor = "127.0.0.1:20514";
constexpr const char* kFar = "10.0.0.7:20514";
/// What is not whole is waited for no longer, nor who has gone tried again.
constexpr Millis kRelayQuietTime{12'000};
constexpr Millis kLookAfter{500};

}  // namespace

RelayRun::Machine::Machine(sim::World& world, std::uint64_t seed)
    : disk(seed, world.trace),
      files(disk, world.handles, world.prng, world.trace),
      storage(disk, world.timeline, world.clock) {}

RelayRun::RelayRun(RelayPlan plan, std::uint64_t seed)
    : world_(seed),
      far_(world_, seed + 1),
      plan_(std::move(plan)),
      input_(plan_.source, world_, kRelayBatch * kRelayBatches, kRelayLinesABatch * kRelayBatches),
      wire_(world_, kFar, kDoor),
      sender_{&world_.disk, &world_.storage, {plan_.sender.begin(), plan_.sender.end()}},
      receiver_{&far_.disk, &far_.storage, {plan_.receiver.begin(), plan_.receiver.end()}},
      scheduler_(world_, {}, kRelayStepTimeMax, [this] { return look(); }) {
  sim::Prng& prng = world_.prng;
  counting_.source = *RelpListenOn::parse("127.0.0.1:20514");
  counting_.batch = kRelayBatch;
  counting_.mode = Mode::ExactlyOnce;
  counting_.checkpoint = kCountedCheckpoint;
  counting_.keys.split = KeySplit::Whitespace;
  if (prng.one_in(2)) counting_.commit_interval = kRelayBatch / 4;
  counting_.sinks = {SinkChoice{target_of(CrashSink::Database, world_), std::nullopt, kAllRows}};
  counting_.limits.block_bytes = 256;
  counting_.limits.block_count_max = 2;
  counting_.limits.batch_count_max = 2;
  counting_.limits.piece_bytes = 100;
  sending_.source = input_.source();
  sending_.server = Endpoint{"10.0.0.7", 20514};
  sending_.checkpoint = kSentCheckpoint;
  sending_.options.naming.host = "here";
  sending_.options.naming.pipe_id = "some";
  sending_.options.window_bytes = prng.one_in(2) ? 60 : 1000;
  sender_.is_due = receiver_.is_due = true;
  // Who has noted nothing of what he has sent knows files again by themselves alone.
  if (plan_.loses_disk == RelaySide::Sender) input_.only_move();
}

RelayRun::~RelayRun() = default;

std::optional<std::string> RelayRun::run() {
  stop_when_done();
  while (true) {
    if (auto complaint = look()) return complaint;
    if (auto complaint = scheduler_.run()) return complaint;
    if (auto complaint = look()) return complaint;
    if (sender_.has_ended && receiver_.has_ended) break;
    const std::optional<SteadyTime> next = world_.timeline.next();
    if (!next) return "nothing comes any more";
    world_.timeline.advance_to(*next);
  }
  return judge_all();
}

/// Between two steps: takes away who has died or ended, and lets the next ones begin.
std::optional<std::string> RelayRun::look() {
  for (Side* const side : {&sender_, &receiver_}) {
    std::optional<std::string> complaint;
    if (side->is_up && !side->storage->is_alive()) {
      complaint = take_away(*side, true);
    } else if (side->is_up && scheduler_.are_done(side->tasks)) {
      complaint = take_away(*side, false);
    } else if (std::exchange(side->is_due, false)) {
      complaint = begin(*side);
    }
    if (complaint) return complaint;
  }
  return {};
}

std::optional<std::string> RelayRun::begin(Side& side) {
  side.first_effect = side.disk->effect_count();
  side.crash.reset();
  if (!side.crashes.empty()) {
    side.crash = side.crashes.front();
    side.crashes.pop_front();
  }
  side.disk->on_effect = [&side](const sim::Effect& effect) {
    return side.crash ? fate_of(effect.index - side.first_effect, *side.crash) : sim::Fate{};
  };
  world_.trace.note("{} begins", &side == &sender_ ? "sender" : "receiver");
  side.control = std::make_unique<Control>();
  const Status opened = open(side);
  side.is_up = true;
  if (opened) {
    scheduler_.add(side.tasks);
    return {};
  }
  if (!side.crash) return "it does not begin: " + opened.error().message;
  return take_away(side, true);
}

Status RelayRun::open(Side& side) {
  if (&side == &sender_) {
    input_.process_begins();
    Result<std::unique_ptr<SendRun>> run =
        SendRun::open(sending_, world_.env(), *side.control, *this);
    if (!run) return fail(run);
    send_run_ = std::move(*run);
    side.tasks = {&send_run_->task()};
    input_.job_has_begun();
    return {};
  }
  const Env doors = world_.env();
  const Env env{doors.clock,
                doors.network,
                doors.kafka,
                far_.files,
                far_.storage,
                doors.memory,
                doors.make_poller,
                doors.hash_key,
                doors.new_id,
                doors.epoch_chance,
                {"there", far_.storage.pid()}};
  Result<std::unique_ptr<Pipeline>> pipeline = Pipeline::open(counting_, env, *side.control, *this);
  if (!pipeline) return fail(pipeline);
  pipeline_ = std::move(*pipeline);
  side.tasks = pipeline_->tasks();
  return {};
}

/// What is left of a process, and what it has left behind.
std::optional<std::string> RelayRun::take_away(Side& side, bool has_died) {
  const Status outcome = side.control->outcome();
  world_.trace.note("{} {}", &side == &sender_ ? "sender" : "receiver",
                    has_died ? "has died" : "has ended");
  scheduler_.remove(std::exchange(side.tasks, {}));
  &side == &sender_ ? send_run_.reset() : pipeline_.reset();
  side.is_up = false;
  if (side.process_count++ == 0) side.effect_count = side.disk->effect_count() - side.first_effect;
  side.disk->on_effect = nullptr;
  const bool has_failed = !has_died && !outcome;
  if (has_failed && !side.crash) return "it failed: " + outcome.error().message;
  if (has_died || has_failed) {
    if (side.crash->loss == Crash::Loss::ByChance) side.disk->lose_power();
    if (side.crash->loss == Crash::Loss::All) side.disk->lose_power(sim::Survival::of_nothing());
  }
  side.storage->restart();
  if (&side == &receiver_) {
    if (auto complaint = judge_answers()) return complaint;
  }
  const bool is_last = !has_died && !has_failed;
  side.has_ended = is_last;
  if (is_last) {
    if (&side == &sender_) receiver_.control->stop();
    return {};
  }
  if (side.process_count == 1 &&
      plan_.loses_disk == (&side == &sender_ ? RelaySide::Sender : RelaySide::Receiver)) {
    lose_disk(side);
  }
  plan_next(side);
  return {};
}

void RelayRun::plan_next(Side& side) {
  quiet_since_.reset();
  world_.timeline.after(Nanos(world_.prng.below(kRestMax)), [&side] { side.is_due = true; });
}

/// Logs are on another one. Who has sent nothing yet begins anew, and reads what there is then.
void RelayRun::lose_disk(Side& side) {
  if (&side == &sender_ && wire_.answered().empty()) return;
  std::vector<std::string> gone =
      files_of_checkpoint(&side == &sender_ ? kSentCheckpoint : kCountedCheckpoint);
  if (&side == &receiver_) {
    gone.emplace_back(kCountsDatabase);
    gone.push_back(std::string(kCountsDatabase) + "-journal");
    wire_.forget_answers();
    // Who has sent all comes again.
    if (std::exchange(sender_.has_ended, false)) plan_next(sender_);
  }
  for (const std::string& path : gone) {
    if (side.disk->has(path)) side.disk->remove(path);
  }
}

/// Once all was written and is answered, and nothing has happened for a while.
void RelayRun::stop_when_done() {
  world_.timeline.after(Nanos(kLookAfter), [this] {
    const SteadyTime now = world_.clock.steady();
    const bool are_up = sender_.is_up && receiver_.is_up;
    if (input_.is_done()) wire_.leave_in_peace();
    const bool is_quiet = input_.is_done() && are_up && send_run_->unanswered_bytes() == 0;
    if (!is_quiet) quiet_since_.reset();
    if (is_quiet && !quiet_since_) quiet_since_ = now;
    if (is_quiet && now >= *quiet_since_ + kRelayQuietTime) sender_.control->stop();
    if (!(sender_.has_ended && receiver_.has_ended)) stop_when_done();
    // Its end may not have come to pass.
    if (sender_.has_ended && receiver_.is_up) receiver_.control->stop();
  });
}

/// What was answered is there, whatever has become of the receiver.
std::optional<std::string> RelayRun::judge_answers() {
  Result<JournalOutcome> journal = DiskCopy(far_.disk).journal(kCountedCheckpoint);
  if (!journal) return "the journal cannot be read: " + journal.error().message;
  for (const auto& [producer, answered] : wire_.answered()) {
    const std::uint64_t there = journal->places[producer].offset;
    if (there >= answered) continue;
    return fmt::format("{} was answered up to {}, and is there up to {}", producer, answered,
                       there);
  }
  return {};
}

std::optional<std::string> RelayRun::judge_all() {
  if (world_.handles.open_count() != 0) return "something was left open";
  const Result<OutputRows> rows = DiskCopy(far_.disk).rows(kCountsDatabase, false);
  if (!rows) return "the output cannot be read: " + rows.error().message;
  const Law law{.mode = Mode::ExactlyOnce, .is_total = false, .windows = 1, .slide = std::nullopt};
  return judge(*rows, law, input_.lines(), input_.durable({}));
}

void RelayRun::on(const Event& event) { world_.trace.note("event {}", event.index()); }

}  // namespace wordstream::simulation
