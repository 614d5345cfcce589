// rsyslogd of a test's own, which reads one log (imfile) and sends its lines by RELP (omrelp): with
// the configuration of docs/protocol.md, and a work directory and a log that are gone with its
// object.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/folder.h"
#include "cli/program.h"

namespace wordstream::server {

class Rsyslog {
 public:
  /// Whether it is on this machine; says so, by name, where it is not.
  static bool is_installed();

  /// With the key that is documented, or as rsyslog sends by itself.
  enum class Lines { Keyed, Plain };
  /// Sends to 127.0.0.1:`port`, once it is started. Requires: is_installed().
  explicit Rsyslog(int port, Lines lines = Lines::Keyed);

  /// The directory of the log, with nothing else in it.
  const cli::Folder& logs() const { return logs_; }
  std::string log_path() const { return logs_ / kLog; }
  /// Adds to the log, which need not be there.
  void write(std::string_view text) const { logs_.append(kLog, text); }
  /// Moves it away; the next line that is written begins another.
  void rename_log(std::string_view to) const { logs_.rename(kLog, to); }
  void truncate_log() const { logs_.truncate(kLog); }

  void start();
  /// In order, but for that rsyslog at times dies of a signal then, once a connection has broken.
  /// Returns when it is gone. Requires: it has sent something; before that it does not stop in
  /// order.
  void stop();
  /// kill -9.
  void crash();
  /// It has noted nowhere how far it has read, and will read the log from its start.
  /// Requires: it does not run.
  void forget() const;
  /// Waits until it has noted that it has read so far.
  void wait_until_read(std::uint64_t offset) const;

 private:
  static constexpr std::string_view kLog = "app.log";

  std::uint64_t noted_offset() const;

  cli::Folder logs_;
  cli::Folder own_;
  std::optional<cli::Program> program_;
};

}  // namespace wordstream::server
