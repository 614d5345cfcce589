// Listens, by TCP or at the path of a socket, and reads lines from all who connect. Fair: of those
// who have sent something, each gets one bounded read a turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "env/network.h"
#include "source/client_door.h"
#include "source/source_choice.h"

namespace wordstream {

/// tcp-listen://[ADDR:]PORT, unix-listen:PATH: let clients connect.
class ListenOn final : public SourceChoice {
 public:
  explicit ListenOn(Endpoint address) : address_(std::move(address)) {}
  /// Reads [ADDR:]PORT. Fails with InvalidArgument.
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
  Endpoint address_;
};

class TcpServer final : public Source {
 public:
  TcpServer(Endpoint address, Network& network, const SourceContext& context);
  ~TcpServer() override;

  Status open(const Positions& from) override;
  Result<Turn> poll(SteadyTime now, Block& block) override;
  void stop() override;

 private:
  /// One connection and its unfinished line.
  struct Client {
    std::unique_ptr<Socket> socket;
    LineFramer framer;
    bool has_ended = false;
  };
  using Clients = std::unordered_map<std::uint64_t, std::unique_ptr<Client>>;

  void let_in(SteadyTime now);
  /// Returns false when the block must be handed on first.
  bool read_from(Clients::iterator client, Block& block);
  void part_with(Clients::iterator client);

  SourceContext context_;
  ClientDoor door_;

  Clients clients_;  // by token; tokens are never used again
  std::uint64_t next_token_;
  std::deque<std::uint64_t> turns_;  // who is to be read from, in order
};

}  // namespace wordstream
