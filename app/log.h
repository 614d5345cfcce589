// What people see on stderr: one line for each change of state and each loss.
#pragma once

#include <spdlog/common.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "model/events.h"

namespace spdlog {
class logger;
}

namespace wordstream {

enum class Verbosity { Quiet, Normal, Verbose };
enum class LogFormat { Text, Json };

/// What is told, and how.
struct LogChoice {
  Verbosity verbosity = Verbosity::Normal;
  LogFormat format = LogFormat::Text;

  /// There is a person who may be shown how far it is.
  bool has_watcher() const;
};

/// Writes whole lines to stderr: for people each begins with the program's name, and control
/// characters are made visible; as JSON each is one object with the time (RFC 3339, UTC), the level
/// (error, warning, info, debug) and the message. Safe from any thread.
class Log final : public Observer {
 public:
  explicit Log(LogChoice choice = {});

  void on(const Event& event) override;
  void error(std::string_view message);
  void warning(std::string_view message);
  void info(std::string_view message);
  /// Keeps lines back, the last of them, until release(): somebody draws on the same screen.
  void hold_back();
  /// Writes what was kept back, and everything at once from now on.
  void release();
  /// Shows a line that the next one takes the place of. Requires: stderr is a terminal.
  void show_progress(std::string_view text);
  /// It is gone.
  void clear_progress();
  /// That sink writes rows on the same terminal, from when a batch is closed until it has taken it:
  /// no progress is shown meanwhile.
  void share_screen_with(std::size_t sink) { screen_sink_ = sink; }
  /// Says what the run has lost or cut, if anything.
  void sum_up();

 private:
  void detail(std::string_view message);
  void write(spdlog::level::level_enum level, std::string_view message);
  void put(spdlog::level::level_enum level, const std::string& message);

  const LogFormat format_;
  std::shared_ptr<spdlog::logger> logger_;
  void sum_up_lines();

  std::atomic<std::uint64_t> cut_line_count_ = 0;
  // Of lines from which something was to be selected.
  std::atomic<std::uint64_t> line_count_ = 0, skipped_line_count_ = 0, keyless_line_count_ = 0;
  std::atomic<std::uint64_t> wordless_count_ = 0;
  std::atomic<bool> is_keyless_told_ = false, is_slowness_told_ = false;
  std::atomic<bool> is_truncation_told_ = false;
  std::atomic<std::uint64_t> dropped_line_count_ = 0;

  struct Line {
    spdlog::level::level_enum level;
    std::string message;
  };
  std::mutex mutex_;  // of what follows
  bool is_holding_ = false;
  std::optional<std::size_t> screen_sink_;  // set before there are other threads
  bool is_screen_taken_ = false;
  bool has_progress_ = false;  // the line of the cursor is to be written over
  std::deque<Line> held_;
  std::uint64_t left_out_count_ = 0;

  /// The screen's sink has rows to show, or has shown them.
  void take_screen();
  void leave_screen(std::size_t sink);

  /// Requires: the mutex is held.
  void wipe_progress();

  struct PageRender;
  struct ProducerRender;
  struct SendingRender;
  struct KeyRender;
  struct Render;
};

}  // namespace wordstream
