#include "simulation/crash_input.h"
#include "source/log_choice.h"
#include "source/stream_source.h"
#include "source/tcp_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "packed.h"

namespace wordstream::simulation {
namespace {

constexpr const char* kPath = "/logs/in";
constexpr const char* kPattern = "/logs/app/*.log";
constexpr const char* kMatching = "/logs/app/a.log";
constexpr const char* kLate = "/logs/app/b.log";
constexpr const char* kAddress = "127.0.0.1:9999";
constexpr std::size_t kTurnCount = 30;
/// So that batches end within messages.
constexpr std::size_t kGatheredMore = 10;
/// With it a line has more than 64 bytes.
constexpr std::uint64_t kWordsOfLong = 25;

std::string rotated(const std::string& path, std::size_t number) {
  return fmt::format("{}.{}", path, number);
}

}  // namespace

CrashInput::CrashInput(CrashSource kind, sim::World& world, Nanos horizon, std::size_t line_count)
    : kind_(kind),
      world_(world),
      pause_(horizon / kTurnCount),
      turn_count_(kTurnCount),
      lines_a_turn_(line_count / kTurnCount + 1) {
  if (has_senders(kind_)) senders_.emplace(world_, kind_ == CrashSource::Senders);
  if (kind_ == CrashSource::Counter) counter_.emplace(world_);
  if (kind_ == CrashSource::Topic) topic_.emplace(world_);
  if (topic_ && topic_->gathers()) lines_a_turn_ *= kGatheredMore;
  outlets_.push_back({.path = kPath});
  if (is_file(kind_)) {
    world_.disk.make_directory("/logs");
    world_.disk.append(kPath, "");
  }
  if (kind_ == CrashSource::FollowedSet) {
    world_.disk.make_directory("/logs/app");
    world_.disk.append(kMatching, "");
    outlets_.push_back({.path = kMatching});
    rotated_outlet_count_ = outlets_.size();
    // Were it rotated before anybody has seen it, it would be nobody's.
    outlets_.push_back({.path = kLate});
  }
  if (is_lasting()) ways_.emplace_back();
  if (kind_ != CrashSource::FileOnStdin) world_.timeline.after(pause_, [this] { take_turn(); });
}

ChosenSource CrashInput::source() {
  switch (kind_) {
    case CrashSource::Client:
      return std::make_shared<ListenOn>(Endpoint{"127.0.0.1", 9999});
    case CrashSource::Pipe:
    case CrashSource::FileOnStdin:
      return std::make_shared<ReadFrom>("-");
    case CrashSource::Senders:
    case CrashSource::SendersWithoutKeys:
      return senders_->choice();
    case CrashSource::Counter:
      return CountSender::choice();
    case CrashSource::Topic:
      return topic_->choice();
    case CrashSource::FollowedFile:
      return std::make_shared<ReadLogs>(std::vector<std::string>{kPath}, true);
    case CrashSource::FollowedSet:
      break;
  }
  return std::make_shared<ReadLogs>(std::vector<std::string>{kPath, kPattern}, true);
}

void CrashInput::process_begins() {
  if (kind_ == CrashSource::FileOnStdin) {
    world_.files.redirect_stdin(kPath);
    // To the end of the file: what it then holds comes at once.
    for (std::uint64_t left = world_.prng.between(turn_count_ / 2, turn_count_); left > 0; --left) {
      grow();
    }
  }
  if (senders_) senders_->process_begins();
  if (counter_) counter_->process_begins();
  if (topic_) topic_->process_begins();
  if (is_lasting()) return;
  peer_ = nullptr;
  outlets_.front().pending.clear();
  ways_.emplace_back();
  if (kind_ == CrashSource::Pipe) world_.files.pipe_stdin();
}

void CrashInput::take_turn() {
  if (has_said_all()) return;
  if (is_followed(kind_) && world_.prng.one_in(12 / rotated_outlet_count_)) {
    rotate(some_outlet(rotated_outlet_count_));
  }
  grow();
  const auto pause = static_cast<std::uint64_t>(pause_.count());
  world_.timeline.after(Nanos(world_.prng.between(pause / 2, 3 * pause / 2)),
                        [this] { take_turn(); });
}

/// One of the first so many.
CrashInput::Outlet& CrashInput::some_outlet(std::size_t count) {
  return outlets_[count == 1 ? 0 : world_.prng.below(count)];
}

/// Some more lines, somewhere; in the end the rest everywhere.
void CrashInput::grow() {
  --turn_count_;
  const bool is_early = turn_count_ > kTurnCount / 2;
  Outlet& outlet = some_outlet(is_early ? rotated_outlet_count_ : outlets_.size());
  const std::uint64_t count = world_.prng.below(2 * lines_a_turn_ + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    const bool is_long = senders_ && senders_->choose();
    const std::string line = is_long ? next_line(kWordsOfLong) : next_line();
    if (senders_) {
      senders_->add(line);
    } else if (counter_) {
      counter_->add(line);
    } else if (topic_) {
      topic_->add(line);
    } else {
      outlet.pending += line;
    }
  }
  if (senders_ && turn_count_ == 0) senders_->leave_in_peace();
  if (counter_) counter_->close_batch();
  if (counter_ && turn_count_ == 0) counter_->leave_in_peace();
  if (topic_) turn_count_ == 0 ? topic_->finish() : topic_->take_turn();
  if (turn_count_ == 0) {
    for (Outlet& other : outlets_) {
      if (&other != &outlet) send(other);
    }
  }
  if (send(outlet)) return;
  // Nobody listens yet: the process waits for its sinks, and nothing was sent to it.
  outlet.pending.clear();
  ways_.back().clear();
}

std::string CrashInput::next_line(std::uint64_t common_word_count) {
  const std::string token = fmt::format("c{:05}x", lines_.size());
  CommonWords& words = lines_[token];
  if (!ways_.empty()) ways_.back().push_back(token);
  std::string line = token;
  for (std::uint64_t i = common_word_count; i > 0; --i) {
    const std::string word(2 + world_.prng.below(3), 'w');
    ++words[word];
    line += ' ' + word;
  }
  return line + '\n';
}

/// Sends some of what is to be sent, half lines too. Returns false when there is nobody.
bool CrashInput::send(Outlet& outlet) {
  if (kind_ == CrashSource::Client) {
    if (peer_ == nullptr) peer_ = world_.network.dial(kAddress);
    if (peer_ == nullptr) return false;
  }
  std::string& pending = outlet.pending;
  if (pending.empty()) return true;
  // At the end of a file half a line would count.
  const bool is_all = turn_count_ == 0 || kind_ == CrashSource::FileOnStdin;
  std::size_t size = is_all ? pending.size() : world_.prng.part_of(pending.size());
  const std::string part = pending.substr(0, size);
  if (kind_ == CrashSource::Client) size = peer_->send(part);
  if (kind_ == CrashSource::Pipe) world_.files.write_stdin(part);
  if (is_file(kind_)) world_.disk.append(outlet.path, part);
  pending.erase(0, size);
  return true;
}

/// The file gets another name, or is copied and truncated, with whole lines in it. Its writer may
/// notice late; the one before it may be compressed, and be under another name for a while before
/// that. Dates or numbers, by the run.
void CrashInput::rotate(Outlet& outlet) {
  if (!is_job_begun_) return;
  const std::string& path = outlet.path;
  const std::string unnamed = path + ".gz.tmp";
  if (!may_only_move_ && !world_.disk.has(unnamed) && world_.prng.one_in(3)) {
    compress(outlet.rotated_last, unnamed);
    if (world_.prng.one_in(2)) return;
  }
  if (!may_only_move_ && world_.disk.has(unnamed)) {
    world_.disk.rename(unnamed, outlet.rotated_last + ".gz");
    world_.disk.remove(outlet.rotated_last);
  }
  world_.disk.append(path, std::exchange(outlet.pending, {}));
  if (outlet.rotation_count++ == 0) outlet.is_dated = world_.prng.one_in(2);
  const std::string name = outlet.is_dated
                               ? fmt::format("{}-{}", path, 20261100 + outlet.rotation_count)
                               : shift(outlet);
  if (world_.prng.one_in(3) && !may_only_move_) {
    world_.disk.copy(path, name);
    world_.disk.truncate(path, 0);
  } else {
    world_.disk.rename(path, name);
    if (world_.prng.one_in(2)) world_.disk.append(name, next_line());
  }
  outlet.rotated_last = name;
  if (world_.prng.one_in(4) && !may_only_move_) {
    compress(name, name + ".gz");
    world_.disk.remove(name);
  }
  world_.disk.append(path, next_line());
}

/// Each gets the next number. Returns the name that is free then.
std::string CrashInput::shift(const Outlet& outlet) {
  for (std::size_t i = outlet.rotation_count - 1; i > 0; --i) {
    for (const char* const suffix : {"", ".gz"}) {
      const std::string from = rotated(outlet.path, i) + suffix;
      if (world_.disk.has(from)) world_.disk.rename(from, rotated(outlet.path, i + 1) + suffix);
    }
  }
  return rotated(outlet.path, 1);
}

/// The one that was rotated last, nobody writes to that any more.
void CrashInput::compress(const std::string& rotated, const std::string& to) {
  if (rotated.empty() || !world_.disk.has(rotated)) return;
  world_.disk.append(to, gzip_of(world_.disk.text(rotated)));
}

std::size_t CrashInput::rotation_count() const {
  std::size_t count = 0;
  for (const Outlet& outlet : outlets_) count += outlet.rotation_count;
  return count;
}

std::set<std::string> CrashInput::durable(const std::set<std::string>& seen) const {
  std::set<std::string> durable;
  for (const std::vector<std::string>& way : ways_) {
    auto end = way.end();
    if (!is_lasting()) {
      end = std::find_if(way.rbegin(), way.rend(), [&](const std::string& token) {
              return seen.count(token) != 0;
            }).base();
    }
    durable.insert(way.begin(), end);
  }
  if (senders_) {
    for (const std::string& token : senders_->lost(seen)) durable.erase(token);
  }
  return durable;
}

}  // namespace wordstream::simulation
