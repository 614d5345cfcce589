#include "simulation/origin.h"
#include "source/log_choice.h"
#include "source/stream_source.h"
#include "source/tcp_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace wordstream::simulation {
namespace {

using Answer = sim::FakeNetwork::Answer;
using Tail = Stretch::Tail;

Tail tail_of(bool was_drained, const Ending& ending) {
  if (!was_drained) return Tail::Dropped;
  return ending.was_stopped_at_random ? Tail::Either : Tail::Counts;
}

/// Peers that say their text in pieces and then close or, when `reset_at` bytes are left, break.
class Connections : public Origin {
 public:
  explicit Connections(Stage& stage) : stage_(stage) {}

  std::vector<Stretch> stretches(const Ending& ending) const override {
    std::vector<Stretch> stretches;
    for (const auto& peer : stage_.world.network.peers()) {
      stretches.push_back({peer->read_by_program(), tail_of(peer->was_drained(), ending)});
    }
    return stretches;
  }

  std::optional<std::string> unread() const override {
    for (const auto& peer : stage_.world.network.peers()) {
      // Whoever comes after the end of the run is not let in any more.
      const bool is_late = stage_.config.until_eof && peer->read_by_program().empty();
      if (peer->is_owed() && !is_late) {
        return fmt::format("connection {} is not read to its end", peer->number());
      }
    }
    return {};
  }

 protected:
  void talk(sim::Peer& peer) {
    std::string text = stage_.texts.text(40);
    const bool is_broken = stage_.prng.one_in(3);
    const std::size_t left = is_broken ? stage_.prng.below(text.size() + 1) : 0;
    stage_.later(stage_.horizon / 20, [this, &peer, is_broken, left, text = std::move(text)] {
      say(peer, text, is_broken, left);
    });
  }

  Stage& stage_;

 private:
  void say(sim::Peer& peer, std::string text, bool is_broken, std::size_t left) {
    if (peer.is_abandoned()) return;
    if (text.size() <= left) return is_broken ? peer.reset() : peer.close();
    const std::size_t piece = stage_.prng.part_of(std::min<std::size_t>(text.size() - left, 300));
    text.erase(0, peer.send(std::string_view(text).substr(0, piece)));
    const Nanos pause = stage_.prng.one_in(2) ? Nanos(1000) : stage_.horizon / 20;
    stage_.later(pause, [this, &peer, is_broken, left, text = std::move(text)] {
      say(peer, text, is_broken, left);
    });
  }
};

/// A server that the program connects to: it comes and goes.
class ServerOrigin final : public Connections {
 public:
  using Connections::Connections;

  void begin() override {
    stage_.config.source = std::make_shared<ConnectTo>(Endpoint{"localhost", 9999});
    stage_.config.until_eof = stage_.prng.one_in(3);
    visitor_count_ = stage_.config.until_eof ? 1 : stage_.prng.between(1, 3);
    for (std::uint64_t i = 0; i < visitor_count_; ++i) stage_.hold();
    if (stage_.prng.one_in(2)) stage_.world.network.answer("[::1]:9999", some_refusal());
    if (stage_.prng.one_in(2)) open();
    for (std::uint64_t i = stage_.prng.below(3); i > 0; --i) {
      stage_.later(stage_.horizon, [this] { close(); });
    }
    stage_.later(stage_.horizon, [this] { open(); });
  }

 private:
  void open() {
    stage_.world.network.name("localhost", {"::1", "127.0.0.1"});
    stage_.world.network.answer("127.0.0.1:9999", Answer::Accept,
                                [this](sim::Peer& peer) { meet(peer); });
  }

  void close() {
    if (stage_.prng.one_in(4)) stage_.world.network.name("localhost", {});
    stage_.world.network.answer("127.0.0.1:9999", some_refusal());
    stage_.later(stage_.horizon, [this] { open(); });
  }

  void meet(sim::Peer& peer) {
    if (visitor_count_ == 0) return stage_.later(stage_.horizon, [&peer] { peer.close(); });
    --visitor_count_;
    talk(peer);
    stage_.release();
  }

  Answer some_refusal() {
    constexpr Answer kRefusals[] = {Answer::Refuse, Answer::Silence, Answer::ReachItself};
    return kRefusals[stage_.prng.below(3)];
  }

  std::uint64_t visitor_count_ = 0;  // so many connections have something to say
};

/// Clients that connect to the program, at the same time and one after the other.
class ClientsOrigin final : public Connections {
 public:
  using Connections::Connections;

  void begin() override {
    stage_.config.source = std::make_shared<ListenOn>(Endpoint{"127.0.0.1", 9999});
    stage_.config.until_eof = stage_.prng.one_in(3);
    sim::FakeNetwork& network = stage_.world.network;
    if (stage_.prng.one_in(3)) network.limit_connections(stage_.prng.between(1, 2));
    for (std::uint64_t i = stage_.prng.between(1, 6); i > 0; --i) {
      stage_.later(stage_.horizon, [this, &network] {
        if (sim::Peer* const peer = network.dial("127.0.0.1:9999")) talk(*peer);
      });
    }
    if (!stage_.prng.one_in(4)) return;
    stage_.later(stage_.horizon, [this, &network] {
      network.is_short_of_descriptors = true;
      stage_.later(stage_.horizon, [&network] { network.is_short_of_descriptors = false; });
    });
  }
};

/// A pipe or a file that is read to its end.
class StreamOrigin final : public Origin {
 public:
  explicit StreamOrigin(Stage& stage) : stage_(stage) {}

  void begin() override {
    sim::World& world = stage_.world;
    std::string text = stage_.texts.text(100);
    const bool is_pipe = stage_.prng.one_in(2);
    const bool is_stdin = is_pipe || stage_.prng.one_in(2);
    stage_.config.source = std::make_shared<ReadFrom>(is_stdin ? "-" : "file");
    if (is_pipe) {
      file_ = world.files.pipe_stdin();
      stage_.later(stage_.horizon, [this, text = std::move(text)] { say(text); });
    } else {
      file_ = world.disk.append("file", text);
      world.files.redirect_stdin("file");
    }
  }

  std::vector<Stretch> stretches(const Ending& ending) const override {
    if (file_->readings().empty()) return {};
    return {{file_->readings().back(), tail_of(file_->was_drained(), ending)}};
  }

  std::optional<std::string> unread() const override {
    if (!file_->was_drained()) return "the stream is not read to its end";
    return {};
  }

 private:
  void say(std::string text) {
    sim::FakeFiles& files = stage_.world.files;
    if (text.empty()) return files.end_stdin();
    const std::size_t piece = stage_.prng.part_of(std::min<std::size_t>(text.size(), 300));
    files.write_stdin(std::string_view(text).substr(0, piece));
    stage_.later(stage_.horizon / 10, [this, left = text.substr(piece)] { say(left); });
  }

  Stage& stage_;
  std::shared_ptr<const sim::DiskFile> file_;
};

/// A file that is followed: it grows, gives its name to another, is written to all the same, and
/// removed.
class FileOrigin final : public Origin {
  using File = std::shared_ptr<const sim::DiskFile>;

 public:
  explicit FileOrigin(Stage& stage) : stage_(stage) {}

  void begin() override {
    stage_.config.source = std::make_shared<ReadLogs>(std::vector<std::string>{"log"}, true);
    now_ = disk().append("log", stage_.texts.text(10));
    for (std::uint64_t i = stage_.prng.below(15); i > 0; --i) {
      stage_.later(stage_.horizon, [this] { change(); });
    }
  }

  /// What left the path may count to its end, as it was some time.
  std::vector<Stretch> stretches(const Ending& /*ending*/) const override {
    std::vector<Stretch> stretches;
    const std::vector<File>& opened = stage_.world.files.opened();
    const std::set<File> files(opened.begin(), opened.end());
    for (const File& file : files) {
      const bool is_at_path = is_named_ && file == now_;
      stretches.push_back(
          {file->text().substr(0, file->read_to()), is_at_path ? Tail::Dropped : Tail::Either});
    }
    return stretches;
  }

  std::optional<std::string> unread() const override {
    std::vector<File> there = rotated_;
    if (is_named_) there.push_back(now_);
    for (const File& file : there) {
      if (file->read_to() != file->text().size()) {
        return fmt::format("file {} is not read to its end", file->info().inode);
      }
    }
    return {};
  }

 private:
  sim::FakeDisk& disk() { return stage_.world.disk; }

  void change() {
    switch (stage_.prng.below(8)) {
      case 0:
        rotate();
        // More often, before anybody can look.
        for (std::uint64_t i = stage_.prng.below(3); i > 0; --i) {
          grow();
          rotate();
        }
        return;
      case 1:
        if (rotated_.empty()) return;
        return write_late(stage_.prng.between(1, rotated_.size()));
      case 2:
        if (!is_named_) return;
        is_named_ = false;
        return disk().remove("log");
      default:
        grow();
    }
  }

  void grow() {
    now_ = disk().append("log", stage_.texts.text(10));
    is_named_ = true;
  }

  void rotate() {
    if (!is_named_) return;
    rotated_.push_back(now_);
    disk().rename("log", name_of(rotated_.size()));
    is_named_ = false;
    if (stage_.prng.one_in(2)) write_late(rotated_.size());
  }

  /// As a logger that has not yet been told. It never writes half a line: one that it had begun may
  /// have been counted.
  void write_late(std::uint64_t number) {
    const std::string& text = rotated_.at(number - 1)->text();
    const bool is_line_open = !text.empty() && text.back() != '\n';
    if (!is_line_open) disk().append(name_of(number), stage_.texts.text(3));
  }

  static std::string name_of(std::uint64_t number) { return fmt::format("log.{}", number); }

  Stage& stage_;
  File now_;  // what is or was last at the path
  bool is_named_ = true;
  std::vector<File> rotated_;
};

}  // namespace

std::unique_ptr<Origin> make_origin(OriginKind kind, Stage& stage) {
  switch (kind) {
    case OriginKind::Server:
      return std::make_unique<ServerOrigin>(stage);
    case OriginKind::Clients:
      return std::make_unique<ClientsOrigin>(stage);
    case OriginKind::Stream:
      return std::make_unique<StreamOrigin>(stage);
    case OriginKind::File:
      break;
  }
  return std::make_unique<FileOrigin>(stage);
}

}  // namespace wordstream::simulation
