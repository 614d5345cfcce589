#include "view/run_status.h"

#include <fmt/format.h>

#include <type_traits>
#include <variant>

#include "base/units.h"

namespace wordstream {
namespace {

template <class T, class... Others>
constexpr bool is_one_of = (std::is_same_v<T, Others> || ...);

struct InWords {
  const RunStatus& status;

  SourceInWords operator()(const event::Connected& e) const {
    const std::string behind =
        status.lag == 0 ? "" : fmt::format(", {} behind the end", counted(status.lag, "message"));
    return {fmt::format("connected to {}{}", e.target, behind)};
  }
  SourceInWords operator()(const event::Waiting& e) const {
    return {fmt::format("waiting for {}: {}", e.target, e.why), true};
  }
  SourceInWords operator()(const event::Disconnected& e) const {
    if (!e.is_retrying) return {e.target + " has closed the connection"};
    return {fmt::format("waiting for {}: it has closed the connection", e.target), true};
  }
  SourceInWords operator()(const event::Listening& e) const {
    const std::string clients =
        status.client_count == 0 ? "no clients" : counted(status.client_count, "client");
    return {fmt::format("{}, listening on {}", clients, e.address)};
  }
  SourceInWords operator()(const event::Opened& e) const { return {"reading " + e.name}; }
  SourceInWords operator()(const event::Following& e) const { return {"following " + e.path}; }
  SourceInWords operator()(const event::Rotated& e) const { return {"following " + e.path}; }
  SourceInWords operator()(const event::Gone& e) const {
    return {fmt::format("waiting for {}: {}", e.path, e.why), true};
  }
  template <class Other>
  SourceInWords operator()(const Other& /*event*/) const {
    return {};
  }
};

}  // namespace

SourceInWords source_in_words(const RunStatus& status) {
  if (!status.source) return {"starting"};
  return std::visit(InWords{status}, *status.source);
}

bool RunStatus::take(const Event& event) {
  return std::visit(
      [&](const auto& e) {
        using E = std::decay_t<decltype(e)>;
        if constexpr (is_one_of<E, event::Connected, event::Waiting, event::Disconnected,
                                event::Listening, event::Opened, event::Following, event::Rotated,
                                event::Gone>) {
          source = event;
        } else if constexpr (is_one_of<E, event::ClientJoined, event::ClientLeft>) {
          client_count = e.client_count;
        } else if constexpr (is_one_of<E, event::Lag>) {
          lag = e.message_count;
        } else if constexpr (is_one_of<E, event::LineDropped>) {
          ++dropped_line_count;
        } else if constexpr (is_one_of<E, event::LinesCut>) {
          cut_line_count += e.line_count;
        } else if constexpr (is_one_of<E, event::TicksSkipped>) {
          skipped_tick_count += e.tick_count;
        } else if constexpr (is_one_of<E, event::Truncated>) {
          ++truncation_count;
        } else {
          return false;
        }
        return true;
      },
      event);
}

}  // namespace wordstream
