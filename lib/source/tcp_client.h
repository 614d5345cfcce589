// Connects to a server, by TCP or at the path of a socket, and reads lines from it, for ever
// (source/server_contact.h).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "env/network.h"
#include "source/server_contact.h"
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

  Status open(const Positions& from) override;
  Result<Turn> poll(SteadyTime now, Block& block) override;
  void stop() override;

 private:
  Result<Turn> read(SteadyTime now, Block& block);
  void lose_connection(SteadyTime now);

  SourceContext context_;
  ServerContact server_;
  LineFramer framer_{context_.budget};
  bool is_finishing_ = false;  // the server has said its last: its last line counts
  bool has_ended_ = false;
};

}  // namespace wordstream
