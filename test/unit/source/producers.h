// Producers, and connections that send for them, which are numbers. What is fresh is taken at once.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "source/known_producers.h"

namespace wordstream {

struct Producers {
  using Kind = ProducerVerdict::Kind;

  explicit Producers(GapRule gaps = GapRule::Small, std::size_t count_max = 100)
      : known(gaps, count_max, [this](std::uint64_t number) { return !gone.contains(number); }) {}

  /// Connection `from` sends `text`, and the end of its line, for the producer.
  ProducerVerdict hear(std::string_view producer, std::uint64_t offset, std::string_view text,
                       std::uint64_t from = 1) {
    const std::string bytes = std::string(text) + '\n';
    const ProducerFrame frame{producer, offset, bytes};
    ProducerVerdict verdict = known.judge(frame, from, now);
    if (verdict.kind == Kind::Fresh) {
      ProducerProver& prover = verdict.producer->prover;
      taken += bytes.substr(prover.place() - offset);
      prover.add(std::string_view(bytes).substr(prover.place() - offset));
    }
    return verdict;
  }
  Kind kind_of(std::string_view producer, std::uint64_t offset, std::string_view text,
               std::uint64_t from = 1) {
    return hear(producer, offset, text, from).kind;
  }

  /// Lines one behind the other, from an offset on. Returns where they end.
  std::uint64_t hear_lines(std::string_view producer, std::uint64_t offset, int count, char letter,
                           std::uint64_t from = 1) {
    for (int i = 0; i < count; ++i) {
      const std::string text = fmt::format("{}{}", letter, i);
      hear(producer, offset, text, from);
      offset += text.size() + 1;
    }
    return offset;
  }

  void commit(const ProducerVerdict& verdict) {
    known.committed(verdict.producer->stream->name, verdict.producer->position());
  }
  /// The names of those that are forgotten now.
  std::string forgotten(std::optional<SteadyTime> silent_since = {}) {
    std::string names;
    while (const auto stream = known.forget_one(silent_since)) names += stream->title + " ";
    return names;
  }

  std::set<std::uint64_t> gone;  // connections
  SteadyTime now{};
  std::string taken;
  KnownProducers known;
};

inline std::uint64_t place_of(const ProducerVerdict& verdict) {
  return verdict.producer->place().offset;
}

/// Everything that is known of one, as a journal has it.
inline Positions kept(const ProducerVerdict& verdict) {
  return Positions(verdict.producer->position());
}

}  // namespace wordstream
