// A log that is followed, and whoever writes and rotates it.
#pragma once

#include <string>
#include <string_view>

#include "catch.h"
#include "source/log_source.h"
#include "unit/source/source_run.h"

namespace wordstream {

struct Following : SourceRun {
  Status follow() { return start<LogSource>("app.log", true, world.files); }
  void write(const std::string& path, std::string_view bytes) {
    world.disk.append(path, bytes);
    settle();
  }
  void rename(const std::string& from, const std::string& to) {
    world.disk.rename(from, to);
    settle();
  }
  /// The file is rotated away and another one begun, before anybody looks.
  void rotate_unseen(const std::string& to, std::string_view new_text) {
    world.disk.rename("app.log", to);
    world.disk.append("app.log", new_text);
  }
  void truncate(std::size_t size) {
    world.disk.truncate("app.log", size);
    settle();
  }
  void remove() {
    world.disk.remove("app.log");
    settle();
  }
};

/// A log that holds `text` and is followed.
struct FollowedLog : Following {
  explicit FollowedLog(std::string_view text, std::size_t line_bytes_max = 1000) {
    context.budget.line_bytes_max = line_bytes_max;
    world.disk.append("app.log", text);
    CHECK(follow().has_value());
  }
};

}  // namespace wordstream
