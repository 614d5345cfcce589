// What people see on stderr: one line for each change of state and each loss.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "model/events.h"

namespace spdlog {
class logger;
}

namespace wordstream {

enum class Verbosity { Quiet, Normal, Verbose };

/// Writes whole lines to stderr, each beginning with the program's name; control characters in
/// them are made visible. Safe from any thread.
class Log final : public Observer {
 public:
  explicit Log(Verbosity verbosity);

  void on(const Event& event) override;
  void error(std::string_view message);
  /// Says what the run has lost or cut, if anything.
  void sum_up();

 private:
  void info(std::string_view message);
  void warning(std::string_view message);
  void detail(std::string_view message);

  std::shared_ptr<spdlog::logger> logger_;
  std::atomic<std::uint64_t> cut_line_count_ = 0;
  std::atomic<std::uint64_t> dropped_line_count_ = 0;
  struct Render;
};

}  // namespace wordstream
