// Whom `wordstream send` sends to: a wordstream that listens, run after run on one port, and a
// scripted server that knows RELP alone.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/file_events.h"
#include "cli/folder.h"
#include "cli/followed_log.h"
#include "cli/peer.h"
#include "cli/program.h"

namespace wordstream::cli {

/// A job under exactly-once that senders send to. What it has counted is in a file.
class Receiver {
 public:
  /// `more` stands on each of its command lines.
  explicit Receiver(std::vector<std::string> more = {});

  int port() const { return reserved_.port(); }
  /// "relp://127.0.0.1:20514".
  std::string address() const;
  /// A run that goes on until it is stopped, and listens.
  Program run(const std::vector<std::string>& more = {}) const;
  /// Waits until it has counted each of `words`.
  void wait_for(const Program& program, const std::vector<std::string>& words);
  /// What is in the file.
  Counts counts() const;
  /// Ends a run, and counts all that was answered. Returns what is in the file then. Senders may go
  /// on trying meanwhile.
  Counts end(Program& program) const;
  /// The same when no run goes on.
  Counts end() const;
  /// Takes away all that it has kept. Requires: no run goes on.
  void lose_disk() const;

 private:
  Program run_at(const std::string& port, const std::vector<std::string>& more) const;

  std::vector<std::string> more_;
  Server reserved_{Server::State::Refusing};  // so that nobody else has the port meanwhile
  Folder folder_{Folder::Place::InMemory};    // a kill takes nothing from the kernel's memory
  FileEvents effects_;
};

/// A frame of RELP.
struct RelpText {
  int number = 0;
  std::string command = {};
  std::string data = {};
};

/// The server's side of a connection.
class RelpSession {
 public:
  /// Waits for the next connection, and for its `open`, which it answers.
  explicit RelpSession(const Server& server);

  /// What was offered.
  const std::string& offer() const { return offer_; }
  /// The next frame. Fails the test where the connection ends before.
  RelpText next();
  /// The data of so many frames, all of which are lines.
  std::vector<std::string> take_lines(int count);
  /// Answers frames in their order, the first one that is not answered first.
  void answer(std::string_view text = "200 OK");
  /// Takes so many lines and answers them.
  std::vector<std::string> serve(int count);
  /// Waits for the `close`, and answers it.
  void close();
  /// Goes away, as a server does that is stopped.
  void leave() { connection_.close(); }
  const Connection& connection() const { return connection_; }

 private:
  std::optional<RelpText> take();

  Connection connection_;
  std::string input_;
  std::vector<int> owed_;
  std::string offer_;
};

/// A sender that is started in a folder: its files are named as they are called there.
Program send(const Folder& folder, const std::string& to, std::vector<std::string> more);
/// Sends what is there, which must end well. Returns what was said.
std::string send_all(const Folder& folder, const std::string& to, std::vector<std::string> more);

/// Words that are counted once each.
Counts once(const std::vector<std::string>& words);
/// Shows what differs, word by word; of many the first ones.
void expect(const Counts& seen, const Counts& wanted);
/// `text` has `piece`; where it has not, the test shows it.
bool has(const std::string& text, std::string_view piece);

}  // namespace wordstream::cli
