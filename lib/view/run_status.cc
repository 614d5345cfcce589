#include "view/run_status.h"

#include <type_traits>

namespace wordstream {
namespace {

template <class T, class... Others>
constexpr bool is_one_of = (std::is_same_v<T, Others> || ...);

}  // namespace

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
