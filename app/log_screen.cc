#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>

#include "app/log.h"

namespace wordstream {
namespace {

/// To the beginning of the line, which is empty then.
constexpr const char* kOverLine = "\r\033[K";

}  // namespace

void Log::show_progress(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (is_screen_taken_) return;
  has_progress_ = true;
  std::fputs(fmt::format("{}{}", kOverLine, text).c_str(), stderr);
}

void Log::clear_progress() {
  const std::lock_guard lock(mutex_);
  wipe_progress();
}

void Log::take_screen() {
  if (!screen_sink_) return;
  clear_progress();
  const std::lock_guard lock(mutex_);
  is_screen_taken_ = true;
}

void Log::leave_screen(std::size_t sink) {
  const std::lock_guard lock(mutex_);
  if (screen_sink_ == sink) is_screen_taken_ = false;
}

void Log::wipe_progress() {
  if (std::exchange(has_progress_, false)) std::fputs(kOverLine, stderr);
}

}  // namespace wordstream
