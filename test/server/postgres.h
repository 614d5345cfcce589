// A PostgreSQL server of a test's own: made anew, in a directory of its own, on a socket there, and
// gone with its object. It runs as nobody where the test is root, as it refuses to be that.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/folder.h"
#include "cli/program.h"

namespace wordstream::server {

using Lines = std::vector<std::string>;

class Postgres {
 public:
  /// Whether there is such a server on this machine; says so, by name, where there is none.
  static bool is_installed();

  /// Starts one, with what is added to its command line. Requires: is_installed().
  explicit Postgres(std::vector<std::string> options = {});
  ~Postgres();
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;

  /// "postgresql://test@/postgres?host=...", and what is added to that: "table=t".
  std::string uri(std::string_view parameters = "") const;
  std::string socket_directory() const { return folder_.path(); }
  /// "5432".
  static std::string port() { return "5432"; }

  /// A path as it stands in a URI.
  static std::string in_uri(const std::string& path);
  /// Makes a directory that the server may use.
  std::string make_directory(const std::string& path) const;
  /// A command that reads SQL, and prints a line a row.
  std::vector<std::string> psql() const;
  /// What it prints for some SQL: a line a row, columns between |. Fails the test on an error.
  Lines lines(const std::string& sql) const;
  std::string ask(const std::string& sql) const;
  /// Asks again and again until the answer is that. The deadline behind it is the test's own.
  void wait_until(const std::string& sql, std::string_view answer) const;

  /// As a crash does it: nothing is written down any more. Returns when it is gone.
  void crash();
  /// In order. Returns when it is gone.
  void stop();
  void start();
  /// All that it has said since it was started last.
  std::string log() const { return program_->stderr_text(); }

 private:
  std::vector<std::string> options_;
  cli::Folder folder_;
  std::optional<cli::Program> program_;
};

}  // namespace wordstream::server
