// A job under exactly-once that senders send to, run after run on the same port: what it has
// counted is in a file and in a database.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/file_events.h"
#include "cli/folder.h"
#include "cli/peer.h"
#include "cli/program.h"

namespace wordstream::server {

using Counts = std::map<std::string, std::uint64_t>;

class RelpJob {
 public:
  /// `parameters` stand behind the port: "?gaps=take".
  explicit RelpJob(std::string parameters = "", std::string mode = "exactly-once");

  int port() const { return reserved_.port(); }
  /// A run that goes on until it is stopped, and listens.
  cli::Program run(const std::vector<std::string>& more = {});
  /// Ends it in order. Returns what it has said.
  static std::string stop(cli::Program& program);

  /// Waits until the job does something to its files, and returns how often; fails the test when it
  /// does not, or has ended. Returns 0 when `or_until` holds, which is looked at once a second.
  int wait_for_effect(const cli::Program& program, const std::function<bool()>& or_until = {});
  /// Whether it has counted each of `words`.
  bool has_counted(const std::vector<std::string>& words) const;
  /// Waits until it has.
  void wait_for(const cli::Program& program, const std::vector<std::string>& words);
  /// What is in the file.
  Counts counts() const;
  /// What is in the database. Requires: no run goes on.
  Counts counts_of_database() const;
  /// Each of `words` is counted once in both, and nothing else. Requires: no run goes on.
  void expect_once(const std::vector<std::string>& words) const;
  /// Each of `words` is counted in both. Requires: no run goes on.
  void expect_all(const std::vector<std::string>& words) const;

 private:
  std::string parameters_;
  std::string mode_;
  cli::Server reserved_{
      cli::Server::State::Refusing};                  // so that nobody else has the port meanwhile
  cli::Folder folder_{cli::Folder::Place::InMemory};  // a kill takes nothing from the kernel
  cli::FileEvents effects_;
};

}  // namespace wordstream::server
