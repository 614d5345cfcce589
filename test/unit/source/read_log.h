// A log, and one run after the other that reads it.
#pragma once

#include <string>
#include <string_view>

#include "catch.h"
#include "source/log_source.h"
#include "unit/source/source_run.h"

namespace wordstream {

/// A log, and one run after the other that reads it.
struct Log : SourceRun {
  sim::FakeDisk& disk = world.disk;

  Status follow() { return start<LogSource>("app.log", true, world.files); }
  Status read() { return start<LogSource>("app.log", false, world.files); }
  /// Both ways to read it.
  Status open(bool is_followed) { return is_followed ? follow() : read(); }

  void rotate(const std::string& to, std::string_view new_text) {
    disk.rename("app.log", to);
    disk.append("app.log", new_text);
  }
  /// As a restore from a backup does: the same bytes, another file.
  void replace(const std::string& path, std::string_view text) {
    disk.remove(path);
    disk.append(path, text);
  }
  /// What is known of the file that is at the path.
  Position place() const {
    for (const auto& [name, position] : known().by_name()) {
      if (file_of(*position)->proof.role == FileRole::AtPath) return *position;
    }
    FAIL("no file is at the path");
    return {};
  }
  ErrorCode failure(const Status& status) {
    REQUIRE_FALSE(status.has_value());
    failure_text = status.error().message;
    return status.error().code;
  }
  std::string failure_text;
};

/// One that has been read once, followed or not, and of whose lines some were dealt with.
struct ReadLog : Log {
  ReadLog(bool is_followed, std::string_view text, std::size_t line_count) {
    disk.append("app.log", text);
    REQUIRE(open(is_followed).has_value());
    crash_behind(line_count);
  }
};

}  // namespace wordstream
