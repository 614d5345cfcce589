#include "source/cluster_source.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace wordstream {
namespace {

/// The poller knows the driver by it. The server has 0 for its door and then counts its clients.
constexpr std::uint64_t kDriverToken = UINT64_MAX;

/// Nobody but the driver is told where.
RelpOptions any_port() {
  RelpOptions options;
  options.address = {"127.0.0.1", 0};
  return options;
}

/// Its end ends the run, not that of its connection: it may have to connect again.
SourceContext without_end(SourceContext context) {
  context.until_eof = false;
  return context;
}

/// The exit codes of ours that it ends with, too (docs/cli.md), and what they stand for.
constexpr std::array<std::pair<int, ErrorCode>, 8> kCodes{{{64, ErrorCode::InvalidArgument},
                                                           {65, ErrorCode::BadData},
                                                           {66, ErrorCode::NotFound},
                                                           {71, ErrorCode::OverMemory},
                                                           {73, ErrorCode::CannotCreate},
                                                           {74, ErrorCode::Io},
                                                           {75, ErrorCode::Busy},
                                                           {77, ErrorCode::NotPermitted}}};

}  // namespace

ClusterSource::ClusterSource(ClusterCommand command, Network& network, const SourceContext& context)
    : command_(std::move(command)),
      context_(context),
      server_(any_port(), network, without_end(context)) {}

ClusterSource::~ClusterSource() {
  if (is_watched()) context_.poller.forget(*driver_);
}

Status ClusterSource::open(const Positions& from) {
  if (Status opened = server_.open(from); !opened) return opened;
  Result<std::unique_ptr<Child>> driver =
      command_.start(command_.words(server_.address(), context_.checkpoint));
  if (!driver) return fail(driver);
  driver_ = std::move(*driver);
  if (is_watched()) context_.poller.watch(*driver_, Interest::Read, kDriverToken);
  return {};
}

Result<Turn> ClusterSource::poll(SteadyTime now, Block& block) {
  // All that it has sent it was answered for before it ended, if it ended in order.
  if (const std::optional<int> exit_code = driver_->ended()) {
    if (Status is_good = verdict(*exit_code); !is_good) return fail(is_good);
    return Turn::ended();
  }
  return server_.poll(now, block);
}

Status ClusterSource::verdict(int exit_code) const {
  if (exit_code == 0) return {};
  for (const auto& [code, meaning] : kCodes) {
    if (code == exit_code)
      return fail(meaning, "Spark's driver has given up: it has said why above");
  }
  return fail(ErrorCode::Unavailable,
              fmt::format("Spark's driver has ended with {}: see above what it has said; the same "
                          "command goes on where this one was",
                          exit_code));
}

void ClusterSource::stop() {
  server_.stop();
  driver_->ask_to_end();
}

/// A run that has ended leaves no driver behind.
Turn ClusterSource::answer(SteadyTime now) {
  const Turn turn = server_.answer(now);
  if (turn.state != Turn::State::Ended || driver_->ended()) return turn;
  return Turn::idle();
}

std::string CountOnCluster::name(const Files& files) const {
  return of_->name(files) + " on Spark";
}

std::string CountOnCluster::fingerprint(const Files& files) const {
  return of_->fingerprint(files) + " on=spark";
}

std::unique_ptr<Source> CountOnCluster::make(const Env& env, const SourceContext& context) const {
  return std::make_unique<ClusterSource>(command_, env.network, context);
}

}  // namespace wordstream
