// What the contract suites share: a case that runs against both worlds, and waiting with an end.
#pragma once

#include <array>
#include <functional>
#include <string>

#include "catch.h"
#include "contract/fake_outside.h"
#include "contract/real_outside.h"

/// A test case that runs once with the real doors and once with the fake ones. Its body finds the
/// other side of the doors as `TestType`.
#define CONTRACT(name, tags)                                        \
  TEMPLATE_TEST_CASE(name, tags, wordstream::contract::RealOutside, \
                     wordstream::contract::FakeOutside)

namespace wordstream::contract {

/// Longer than anything here takes: whoever waits to the end of it has failed.
constexpr auto kPatience = std::chrono::seconds(10);

/// Waits until `what` is ready; false when that does not come.
inline bool becomes_ready(Outside& outside, const Pollable& what, Interest interest) {
  const std::unique_ptr<Poller> poller = outside.make_poller();
  const SteadyTime deadline = outside.clock().steady() + kPatience;
  poller->watch(what, interest, 1);
  bool is_ready = false;
  while (!is_ready && outside.clock().steady() < deadline) {
    poller->wait(deadline);
    is_ready = !poller->take_ready().empty();
  }
  poller->forget(what);
  return is_ready;
}

/// Whether `what` is ready at this moment.
inline bool is_ready(Outside& outside, const Pollable& what, Interest interest) {
  const std::unique_ptr<Poller> poller = outside.make_poller();
  poller->watch(what, interest, 1);
  poller->wait(outside.clock().steady());
  const bool is_ready = !poller->take_ready().empty();
  poller->forget(what);
  return is_ready;
}

/// A stream read to its end.
struct Reading {
  std::string bytes;
  bool has_ended = false;      ///< in order
  std::optional<Error> error;  ///< or not
};

/// Reads until the stream ends or breaks, or until `byte_count` bytes are there.
inline Reading read_all(Outside& outside, ByteStream& stream,
                        std::size_t byte_count = static_cast<std::size_t>(-1)) {
  Reading reading;
  std::array<char, 100> buffer{};
  while (reading.bytes.size() < byte_count) {
    const Result<Read> read = stream.read(buffer);
    if (!read) {
      reading.error = read.error();
      break;
    }
    reading.bytes.append(buffer.data(), read->bytes);
    reading.has_ended = read->state == Read::State::Ended;
    if (reading.has_ended) break;
    if (read->state == Read::State::NotNow && !becomes_ready(outside, stream, Interest::Read)) {
      break;
    }
  }
  return reading;
}

}  // namespace wordstream::contract
