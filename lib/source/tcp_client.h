// Connects to a server, by TCP or at the path of a socket, and reads lines from it, for ever: a
// refused connection, a name that does not resolve and a closed connection are tried again, after
// 100 ms, doubling to 2 s.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "env/network.h"
#include "source/source_choice.h"

namespace wordstream {

/// tcp://HOST:PORT, unix:PATH: connect to a server.
class ConnectTo final : public SourceChoice {
 public:
  explicit ConnectTo(Endpoint server) : server_(std::move(server)) {}
  /// Reads HOST:PORT. Fails with InvalidArgument.
  static Result<ChosenSource> parse(std::string_view text);
  /// Reads the PATH of a socket, or @NAME. Fails with InvalidArgument.
  static Result<ChosenSource> parse_path(std::string_view text);

  std::string name(const Files& files) const override;
  bool has_lasting_name(Files& files) const override;
  std::string fingerprint(const Files& files) const override;
  SourceClass promise(Files& files) const override;
  std::vector<SourceFile> named_files(Files& files) const override;
  bool has_ends() const override { return false; }
  std::string may_miss() const override { return {}; }
  std::string_view medium() const override { return "stream"; }
  std::vector<std::string> notes(const Env& /*env*/) const override { return {}; }
  std::shared_ptr<const SourceChoice> followed() const override { return nullptr; }
  std::unique_ptr<Source> make(const Env& env, const SourceContext& context) const override;

 private:
  Endpoint server_;
};

class TcpClient final : public Source {
 public:
  TcpClient(Endpoint server, Network& network, const SourceContext& context);
  ~TcpClient() override;

  Status open(const Positions& from) override;
  Result<Turn> poll(SteadyTime now, Block& block) override;
  void stop() override;

 private:
  enum class State { Resting, Resolving, Connecting, Connected, Finishing, Ended };

  Result<Turn> rest(SteadyTime now);
  Result<Turn> resolve(SteadyTime now);
  Result<Turn> connect(SteadyTime now);
  Result<Turn> read(SteadyTime now, Block& block);
  Result<Turn> finish(SteadyTime now, Block& block);

  void try_next_address(SteadyTime now, const std::string& why);
  void lose_connection(SteadyTime now);
  void rest_after_failure(SteadyTime now, const std::string& why);
  void close();
  Turn idle(std::optional<SteadyTime> wake_at) const;

  Endpoint server_;
  std::string name_;
  Network& network_;
  SourceContext context_;
  LineFramer framer_{context_.budget};

  State state_ = State::Resting;
  std::optional<SteadyTime> deadline_;  // Resting: try again; Connecting: give this address up
  Millis retry_delay_;
  bool has_connected_ = false;    // ever
  bool is_waiting_said_ = false;  // the current outage has been told

  std::unique_ptr<Resolution> resolution_;
  std::vector<Address> addresses_;
  std::size_t address_index_ = 0;
  std::unique_ptr<Socket> socket_;
  std::string last_failure_;
};

}  // namespace wordstream
