#include "simulation/count_sender.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/take_until.h"
#include "simulation/relp_said.h"
#include "source/relp_choice.h"

namespace wordstream::simulation {
namespace {

constexpr Nanos kCounterPauseMax = Millis(8);
/// A disturbance comes about once in so many turns.
constexpr std::uint64_t kCounterDisturbanceRarity = 20;

}  // namespace

CountSender::CountSender(sim::World& world) : world_(world), window_(world.prng.between(1, 3)) {
  constexpr std::size_t kWindows[] = {64, 200, 4096};
  world_.network.window = kWindows[world_.prng.below(3)];
  world_.timeline.after(kCounterPauseMax, [this] { take_turn(); });
}

ChosenSource CountSender::choice() {
  RelpOptions options;
  options.address = {"127.0.0.1", 9999};
  return std::make_shared<const RelpListenOn>(options);
}

void CountSender::add(std::string_view line) {
  line = take_until(line, '\n');
  while (!line.empty()) ++open_[std::string(take_until(line, ' '))];
}

void CountSender::close_batch() { batches_.push_back(std::exchange(open_, {})); }

void CountSender::process_begins() { leave(); }

void CountSender::take_turn() {
  if (is_in_peace_ || !world_.prng.one_in(3)) hear();
  step();
  if (is_in_peace_ && is_at_rest()) return;
  world_.timeline.after(
      Nanos(world_.prng.below(static_cast<std::uint64_t>(kCounterPauseMax.count()))),
      [this] { take_turn(); });
}

void CountSender::step() {
  if (peer_ == nullptr) {
    if (answered_ < batches_.size() && world_.prng.one_in(3)) connect();
    return;
  }
  if (peer_->is_over()) return leave();
  if (!is_in_peace_ && world_.prng.one_in(kCounterDisturbanceRarity)) {
    if (world_.prng.one_in(3)) return leave();
    next_ = answered_;  // what waits for an answer comes once more in this connection
  }
  send();
}

void CountSender::connect() {
  peer_ = world_.network.dial("127.0.0.1:9999");
  if (peer_ == nullptr) return;
  // Whoever has lost his own checkpoint of the last batches sends them again.
  next_ = answered_ - std::min<std::size_t>(answered_, world_.prng.below(3));
  unanswered_.push_back(std::nullopt);
  pending_ = fmt::format("{} open 21 wordstream=1\ncounts=1\n", ++last_number_);
}

void CountSender::leave() {
  if (peer_ == nullptr) return;
  world_.prng.one_in(2) ? peer_->close() : peer_->reset();
  peer_ = nullptr;
  last_number_ = 0;
  unanswered_.clear();
  pending_.clear();
  heard_.clear();
}

void CountSender::send() {
  while (pending_.empty() && next_ < batches_.size() && unanswered_.size() < window_) {
    const std::string data = fmt::format("query#{} {}", next_, rows_of(next_));
    pending_ = fmt::format("{} counts {} {}\n", ++last_number_, data.size(), data);
    unanswered_.push_back(next_++);
  }
  if (pending_.empty()) return;
  const std::size_t size = world_.prng.part_of(pending_.size());
  pending_.erase(0, peer_->send(std::string_view(pending_).substr(0, size)));
}

/// In any order, and a word perhaps in two rows.
std::string CountSender::rows_of(std::size_t batch) {
  std::vector<std::string> rows;
  for (const auto& [word, count] : batches_[batch]) {
    const std::uint64_t some = world_.prng.below(count);
    if (some != 0) rows.push_back(fmt::format("{}\t{}\n", word, some));
    rows.push_back(fmt::format("{}\t{}\n", word, count - some));
  }
  for (std::size_t left = rows.size(); left > 1; --left) {
    std::swap(rows[left - 1], rows[world_.prng.below(left)]);
  }
  return fmt::format("1000\t2000\n{}", fmt::join(rows, ""));
}

void CountSender::hear() {
  if (peer_ == nullptr) return;
  for (std::string part = peer_->receive(); !part.empty(); part = peer_->receive()) heard_ += part;
  std::string_view rest = heard_;
  while (const std::optional<Said> said = take_said(rest)) {
    if (said->word == "serverclose") continue;
    if (unanswered_.empty() || !said->text.starts_with("200 OK")) {
      complaint_ = fmt::format("the sender of counts hears '{} {}'", said->word, said->text);
      break;
    }
    if (const auto batch = unanswered_.front()) answered_ = std::max(answered_, *batch + 1);
    unanswered_.pop_front();
  }
  heard_.erase(0, heard_.size() - rest.size());
}

}  // namespace wordstream::simulation
