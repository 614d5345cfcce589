#include "simulation/relp_senders.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "source/relp_choice.h"

namespace wordstream::simulation {
namespace {

constexpr std::size_t kProducerCount = 3;
constexpr std::size_t kProducerCountMax = 6;
constexpr Nanos kPauseMax = Millis(8);
/// Whoever is left in peace has all answers before that.
constexpr Millis kPatience{60'000};
constexpr Millis kShortMemory{50};
/// By so many of its first bytes a log is known.
constexpr std::size_t kHeadBytes = 64;

ChosenSource choice_of(const RelpHabits& habits, std::optional<Millis> remember) {
  RelpOptions options;
  options.address = {"127.0.0.1", 9999};
  options.has_keys = habits.has_keys;
  options.gaps = habits.gaps;
  if (habits.has_keys) options.remember = remember;
  return std::make_shared<const RelpListenOn>(options);
}

std::vector<std::string> tokens_of(const RelpLog& log) {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < log.text.size(); at = log.text.find('\n', at) + 1) {
    const std::size_t end = log.text.find_first_of(" \n", at);
    if (end != at) tokens.push_back(log.text.substr(at, end - at));
  }
  return tokens;
}

/// It shows itself late, and nobody knows when: by the number of its lines alone.
bool is_doubtful(const RelpLog& log) { return !log.is_sharp; }

}  // namespace

RelpSenders::RelpSenders(sim::World& world, bool has_keys) : world_(world) {
  sim::Prng& prng = world_.prng;
  constexpr std::size_t kWindows[] = {64, 200, 4096};
  constexpr GapRule kRules[] = {GapRule::Small, GapRule::Small, GapRule::Refuse, GapRule::Take};
  habits_.has_keys = has_keys;
  habits_.window = prng.between(1, 8);
  habits_.is_calm = prng.one_in(4);
  habits_.gathers = prng.one_in(2);
  if (has_keys) habits_.gaps = kRules[prng.below(4)];
  world_.network.window = kWindows[prng.below(3)];
  for (std::size_t i = 0; i < kProducerCount; ++i) make();
  world_.timeline.after(kPauseMax, [this] { take_turn(); });
}

RelpSenders::Producer& RelpSenders::make() {
  Producer& made = producers_.emplace_back();
  made.log.producer = fmt::format("p{}", producers_.size() - 1);
  const bool has_two = habits_.has_keys && world_.prng.one_in(5);
  for (int i = 0; i < (has_two ? 2 : 1); ++i) made.senders.emplace_back(world_, habits_, made.log);
  return made;
}

ChosenSource RelpSenders::choice() const { return choice_of(habits_, {}); }
ChosenSource RelpSenders::forgetful_choice() const { return choice_of(habits_, kShortMemory); }

void RelpSenders::take_turn() {
  for (Producer& producer : producers_) {
    for (RelpSender& sender : producer.senders) {
      if (is_in_peace_ || !world_.prng.one_in(3)) {
        if (auto complaint = sender.hear(); complaint && !complaint_) complaint_ = complaint;
      }
      sender.step(is_in_peace_);
    }
  }
  if (is_in_peace_ && world_.clock.steady() > patient_until_ && !is_at_rest()) {
    complaint_ = "not everything is answered, though nothing is in the way";
  }
  if (is_in_peace_ && is_at_rest()) return;
  world_.timeline.after(Nanos(world_.prng.below(static_cast<std::uint64_t>(kPauseMax.count()))),
                        [this] { take_turn(); });
}

bool RelpSenders::choose() {
  sim::Prng& prng = world_.prng;
  if (producers_.size() < kProducerCountMax && prng.one_in(20)) make();
  chosen_ = &producers_[prng.below(producers_.size())];
  if (!can_begin_anew(*chosen_) || !prng.one_in(3)) return false;
  begin_anew(*chosen_);
  return chosen_->log.is_sharp;
}

/// What is on its way must not come behind the new log, as if it were of that. And of one whose
/// beginning the program has not taken it has no checksums, so that the next one would pass for it.
bool RelpSenders::can_begin_anew(const Producer& producer) const {
  return habits_.has_keys && producer.log.is_sharp && !producer.log.text.empty() &&
         std::ranges::all_of(producer.senders, &RelpSender::is_at_rest);
}

void RelpSenders::begin_anew(Producer& producer) {
  RelpLog& log = producer.log;
  producer.past.push_back(log);
  log = RelpLog{
      .producer = log.producer, .generation = log.generation + 1, .previous_size = log.text.size()};
  // Where two send, each would have some lines taken for repeats.
  log.is_sharp = producer.senders.size() > 1 || !world_.prng.one_in(4);
  for (RelpSender& sender : producer.senders) sender.begin_anew();
  ++new_log_count_;
  world_.trace.note("{}: log {} begins", log.producer, log.generation);
}

void RelpSenders::add(const std::string& line) {
  std::string& text = chosen_->log.text;
  const bool has_shown_itself = text.size() > 2 * kHeadBytes;
  if (has_shown_itself && world_.prng.one_in(6)) text.append(world_.prng.between(1, 3), '\n');
  text += line;
}

void RelpSenders::leave_in_peace() {
  is_in_peace_ = true;
  patient_until_ = world_.clock.steady() + kPatience;
}

void RelpSenders::process_begins() {
  patient_until_ = world_.clock.steady() + kPatience;
  for (Producer& producer : producers_) {
    for (RelpSender& sender : producer.senders) sender.process_begins();
  }
}

void RelpSenders::note(const Event& event) {
  const auto* const anew = std::get_if<event::ProducerAnew>(&event);
  if (anew == nullptr) return;
  world_.trace.note("{}: seen to begin anew, {} lost", anew->producer, anew->lost_line_count);
  const auto found = std::ranges::find(producers_, anew->producer,
                                       [](const Producer& it) { return it.log.producer; });
  if (found == producers_.end()) return;
  found->log.lost_line_count = anew->lost_line_count;
  if (found->log.is_sharp && anew->lost_line_count != 0) {
    complaint_ =
        fmt::format("{} lines of {} are said to be lost", anew->lost_line_count, anew->producer);
  }
}

bool RelpSenders::is_at_rest() const {
  if (complaint_) return true;
  return std::ranges::all_of(producers_, [](const Producer& producer) {
    return std::ranges::all_of(producer.senders, &RelpSender::is_at_rest);
  });
}

std::uint64_t RelpSenders::answered(const Producer& producer) {
  std::uint64_t most = 0;
  for (const RelpSender& sender : producer.senders) most = std::max(most, sender.answered());
  return most;
}

std::optional<std::string> RelpSenders::judge(const std::map<std::string, JournalPlace>& places) {
  for (Producer& producer : producers_) {
    for (RelpSender& sender : producer.senders) {
      if (auto complaint = sender.hear(); complaint && !complaint_) complaint_ = complaint;
    }
  }
  if (complaint_ || !habits_.has_keys) return complaint_;
  for (const Producer& producer : producers_) {
    const RelpLog& log = producer.log;
    JournalPlace due{log.generation, answered(producer)};
    if (due.offset == 0 && log.generation != 0) due = {log.generation - 1, log.previous_size};
    if (due.offset == 0) continue;
    const auto found = places.find(log.producer);
    if (found == places.end())
      return fmt::format("{} was answered, and is not known", log.producer);
    const JournalPlace& at = found->second;
    if (at.generation > log.generation) {
      return fmt::format("{} is said to have begun anew {} times, and has {} times", log.producer,
                         at.generation, log.generation);
    }
    const bool is_in_doubt = is_doubtful(log) || std::ranges::any_of(producer.past, is_doubtful);
    if (at >= due || is_in_doubt) continue;
    return fmt::format("{} was answered up to {} in log {}, and a restart has it up to {} in {}",
                       log.producer, due.offset, due.generation, at.offset, at.generation);
  }
  return {};
}

std::optional<std::string> RelpSenders::judge_end(
    const std::map<std::string, JournalPlace>& places) const {
  for (const Producer& producer : producers_) {
    const auto found = places.find(producer.log.producer);
    if (found == places.end() || producer.senders.size() > 1) continue;
    const auto end = producer.senders.front().first_unanswered();
    if (!end) continue;
    const JournalPlace due{producer.log.generation, *end};
    const auto begun = places_.find(producer.log.producer);
    const bool was_there = begun != places_.end() && begun->second >= due;
    if (was_there || found->second < due) continue;
    return fmt::format("{} has no answer for {}, and the journal has it up to {}",
                       producer.log.producer, *end, found->second.offset);
  }
  return {};
}

std::set<std::string> RelpSenders::repeatable() const {
  std::set<std::string> all;
  const auto look = [&](const RelpLog& log) {
    if (habits_.has_keys && (log.is_sharp || !log.is_disturbed)) return;
    const std::vector<std::string> tokens = tokens_of(log);
    all.insert(tokens.begin(), tokens.end());
  };
  for (const Producer& producer : producers_) {
    std::ranges::for_each(producer.past, look);
    look(producer.log);
  }
  return all;
}

std::set<std::string> RelpSenders::lost(const std::set<std::string>& seen) const {
  std::set<std::string> lost;
  const auto look = [&](const RelpLog& log) {
    if (log.is_sharp || log.generation == 0) return;
    const std::vector<std::string> tokens = tokens_of(log);
    const auto end = std::ranges::find_if(
        tokens, [&](const std::string& token) { return seen.contains(token); });
    const auto count = static_cast<std::uint64_t>(end - tokens.begin());
    const bool is_shown = log.text.size() >= kHeadBytes;
    const bool is_said = log.lost_line_count == count;
    if (is_said || log.is_disturbed || !is_shown) lost.insert(tokens.begin(), end);
  };
  for (const Producer& producer : producers_) {
    std::ranges::for_each(producer.past, look);
    look(producer.log);
  }
  return lost;
}

}  // namespace wordstream::simulation
