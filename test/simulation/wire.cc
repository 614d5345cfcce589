#include "simulation/wire.h"

#include <algorithm>
#include <utility>

namespace wordstream::simulation {
namespace {

constexpr std::uint64_t kPumpAfterMax = 3'000'000;  // ns
/// One in so many times that something could come through, a connection breaks.
constexpr std::uint64_t kBreakRarity = 150;

}  // namespace

Wire::Wire(sim::World& world, std::string from, std::string to)
    : world_(world), from_(std::move(from)), to_(std::move(to)) {
  world_.network.answer(from_, sim::FakeNetwork::Answer::Accept,
                        [this](sim::Peer& near) { lead(near); });
}

void Wire::forget_answers() {
  answered_.clear();
  for (Line& line : lines_) line.unanswered.clear();
}

void Wire::lead(sim::Peer& near) {
  sim::Peer* const far = world_.network.dial(to_);
  if (far == nullptr) {
    near.reset();
    return;
  }
  ++connection_count_;
  later(lines_.emplace_back(&near, far));
}

void Wire::later(Line& line) {
  world_.timeline.after(Nanos(world_.prng.below(kPumpAfterMax)), [this, &line] { pump(line); });
}

void Wire::pump(Line& line) {
  const std::string sent = line.near->receive();
  hear_sender(line, sent);
  line.to_far += sent;
  line.to_far.erase(0, line.far->send(line.to_far));
  const std::string said = line.far->receive();
  line.to_near += said;
  const std::size_t came = line.near->send(line.to_near);
  hear_receiver(line, line.to_near.substr(0, came));
  line.to_near.erase(0, came);

  if (!is_in_peace_ && world_.prng.one_in(kBreakRarity)) {
    line.near->reset();
    line.far->reset();
    return;
  }
  // What one side has said before it left still comes.
  if (line.near->is_over() && line.to_far.empty()) return line.far->close();
  if (line.far->is_over() && line.to_near.empty()) return line.near->close();
  const bool is_lost = (line.near->is_abandoned() && line.far->is_abandoned());
  if (!is_lost) later(line);
}

void Wire::hear_sender(Line& line, std::string_view bytes) {
  line.sent.take(bytes);
  while (const auto next = line.sent.next()) {
    if (!*next) break;
    const RelpFrame& frame = **next;
    world_.trace.note("sent: {} {} {}", frame.number, frame.command, frame.data.substr(0, 60));
    if (std::optional<RelpKey> key = relp_key_of(frame.data)) {
      std::uint64_t skipped = 0;
      if (frame.command == "cut") skipped = take_relp_size(key->text).value_or(0);
      line.unanswered[frame.number] = {std::string(key->producer),
                                       key->offset + key->text.size() + skipped};
    }
    line.sent.pop();
  }
  line.sent.hold();
}

void Wire::hear_receiver(Line& line, std::string_view bytes) {
  line.said.take(bytes);
  while (const auto next = line.said.next()) {
    if (!*next) break;
    world_.trace.note("said: {} {} {}", (*next)->number, (*next)->command, (*next)->data);
    const auto sent = line.unanswered.find((*next)->number);
    const bool is_answer = (*next)->command == "rsp" && (*next)->data.starts_with("200");
    if (is_answer && sent != line.unanswered.end()) {
      std::uint64_t& answered = answered_[sent->second.producer];
      answered = std::max(answered, sent->second.end);
      line.unanswered.erase(sent);
    }
    line.said.pop();
  }
  line.said.hold();
}

}  // namespace wordstream::simulation
