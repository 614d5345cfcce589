// A RELP server, and senders that connect to it.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "catch.h"
#include "source/relp_server.h"
#include "unit/source/source_run.h"

namespace wordstream {

inline std::string relp(std::uint32_t number, std::string_view command, std::string_view data) {
  return fmt::format("{} {} {} {}\n", number, command, data.size(), data);
}
/// A line of a producer's.
inline std::string relp_line(std::uint32_t number, std::string_view producer, std::uint64_t offset,
                             std::string_view text) {
  return relp(number, "syslog", fmt::format("{}@{} {}", producer, offset, text));
}
/// The answer that a line was taken.
inline std::string taken(std::uint32_t number) { return fmt::format("{} rsp 6 200 OK\n", number); }

/// Nothing is kept before keep().
struct RelpRun : SourceRun {
  RelpRun() {
    world.network.window = 1'000'000;
    keeps_at_once = false;
  }

  /// To be changed before listen().
  RelpOptions options{.address = {"127.0.0.1", 2514}};
  void listen() { CHECK(start<RelpServer>(options, world.network).has_value()); }

  sim::Peer& join() {
    sim::Peer& client = *world.network.dial("127.0.0.1:2514");
    settle();
    return client;
  }
  void hear(sim::Peer& client, std::string_view bytes) {
    CHECK(client.send(bytes) == bytes.size());
    settle();
  }
  /// What a sender has heard, and not told of before.
  std::string answers(sim::Peer& client) {
    settle();
    std::string all;
    for (std::string bytes = client.receive(); !bytes.empty(); bytes = client.receive()) {
      all += bytes;
      settle();
    }
    return all;
  }
  std::string kept_answers(sim::Peer& client) {
    keep();
    return answers(client);
  }
  /// The source is closed, and tells.
  event::RelpTotals totals() {
    close();
    const auto told_totals = told<event::RelpTotals>();
    return told_totals.empty() ? event::RelpTotals() : told_totals.back();
  }
};

/// One that listens already.
struct OpenRelp : RelpRun {
  OpenRelp() { listen(); }
};

}  // namespace wordstream
