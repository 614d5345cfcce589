// What the tests of the program on a PostgreSQL server share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/program.h"
#include "server/postgres.h"

namespace wordstream::server {

/// The counts of each word, in all: "a 2".
inline const std::string kSums =
    "SELECT word || ' ' || sum(count) FROM counts GROUP BY word ORDER BY 1";

/// A job with a journal, fed by a pipe.
inline std::vector<std::string> job(const std::string& sink, std::vector<std::string> more = {}) {
  std::vector<std::string> all{"-",     "-b",     "20ms", "-m", "exactly-once", "--checkpoint",
                               "state", "--sink", sink};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

inline cli::Setup on_pipe(const cli::Folder& folder) {
  return {.input = cli::Input::Pipe, .directory = folder.path()};
}

inline bool has(const std::string& text, std::string_view piece) {
  return text.find(piece) != text.npos;
}

/// Writes a word, and waits until it is on the server, for the first time.
inline void deliver_first(cli::Program& program, const Postgres& server, const std::string& word) {
  program.write_stdin(word + "\n");
  server.wait_until("SELECT count(*) FROM pg_tables WHERE tablename = 'counts'", "1");
  server.wait_until(kSums, word + " 1");
}

}  // namespace wordstream::server
