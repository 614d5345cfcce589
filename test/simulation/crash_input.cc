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
constexpr const char* kAddress = "127.0.0.1:9999";
constexpr std::size_t kTurnCount = 30;

std::string rotated(std::size_t number) { return fmt::format("{}.{}", kPath, number); }

}  // namespace

CrashInput::CrashInput(CrashSource kind, sim::World& world, Nanos horizon, std::size_t line_count)
    : kind_(kind),
      world_(world),
      pause_(horizon / kTurnCount),
      turn_count_(kTurnCount),
      lines_a_turn_(line_count / kTurnCount + 1) {
  if (kind_ == CrashSource::Producers) producers_.emplace(world_);
  if (is_file(kind_)) {
    world_.disk.make_directory("/logs");
    world_.disk.append(kPath, "");
  }
  if (is_file(kind_) || producers_) ways_.emplace_back();
  if (kind_ != CrashSource::FileOnStdin) world_.timeline.after(pause_, [this] { take_turn(); });
}

ChosenSource CrashInput::source() {
  switch (kind_) {
    case CrashSource::Client:
      return std::make_shared<ListenOn>(Endpoint{"127.0.0.1", 9999});
    case CrashSource::Pipe:
    case CrashSource::FileOnStdin:
      return std::make_shared<ReadFrom>("-");
    case CrashSource::Producers:
      return producers_->choice();
    case CrashSource::FollowedFile:
      break;
  }
  return std::make_shared<ReadLogs>(std::vector<std::string>{kPath}, true);
}

void CrashInput::process_begins() {
  if (kind_ == CrashSource::FileOnStdin) {
    world_.files.redirect_stdin(kPath);
    // To the end of the file: what it then holds comes at once.
    for (std::uint64_t left = world_.prng.between(turn_count_ / 2, turn_count_); left > 0; --left) {
      grow();
    }
  }
  if (producers_) producers_->process_begins();
  if (is_file(kind_) || producers_) return;
  peer_ = nullptr;
  pending_.clear();
  ways_.emplace_back();
  if (kind_ == CrashSource::Pipe) world_.files.pipe_stdin();
}

void CrashInput::take_turn() {
  if (is_done()) return;
  if (kind_ == CrashSource::FollowedFile && world_.prng.one_in(12)) rotate();
  grow();
  const auto pause = static_cast<std::uint64_t>(pause_.count());
  world_.timeline.after(Nanos(world_.prng.between(pause / 2, 3 * pause / 2)),
                        [this] { take_turn(); });
}

/// Some more lines.
void CrashInput::grow() {
  --turn_count_;
  const std::uint64_t count = world_.prng.below(2 * lines_a_turn_ + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string line = next_line();
    producers_ ? producers_->add(line) : void(pending_ += line);
  }
  if (send()) return;
  // Nobody listens yet: the process waits for its sinks, and nothing was sent to it.
  pending_.clear();
  ways_.back().clear();
}

std::string CrashInput::next_line() {
  const std::string token = fmt::format("c{:05}x", lines_.size());
  CommonWords& words = lines_[token];
  if (!ways_.empty()) ways_.back().push_back(token);
  std::string line = token;
  for (std::uint64_t i = world_.prng.below(4); i > 0; --i) {
    const std::string word(2 + world_.prng.below(3), 'w');
    ++words[word];
    line += ' ' + word;
  }
  return line + '\n';
}

/// Sends some of what is to be sent, half lines too. Returns false when there is nobody.
bool CrashInput::send() {
  if (kind_ == CrashSource::Client) {
    if (peer_ == nullptr) peer_ = world_.network.dial(kAddress);
    if (peer_ == nullptr) return false;
  }
  if (pending_.empty()) return true;
  // At the end of a file half a line would count.
  const bool is_all = turn_count_ == 0 || kind_ == CrashSource::FileOnStdin;
  std::size_t size = is_all ? pending_.size() : world_.prng.part_of(pending_.size());
  const std::string part = pending_.substr(0, size);
  if (kind_ == CrashSource::Client) size = peer_->send(part);
  if (kind_ == CrashSource::Pipe) world_.files.write_stdin(part);
  if (is_file(kind_)) world_.disk.append(kPath, part);
  pending_.erase(0, size);
  return true;
}

/// The file gets another name, or is copied and truncated, with whole lines in it. Its writer may
/// notice late; the one before it may be compressed. Dates or numbers, by the run.
void CrashInput::rotate() {
  if (!is_job_begun_) return;
  world_.disk.append(kPath, std::exchange(pending_, {}));
  if (rotation_count_++ == 0) is_dated_ = world_.prng.one_in(2);
  if (world_.prng.one_in(3)) compress();
  const std::string name =
      is_dated_ ? fmt::format("{}-{}", kPath, 20261100 + rotation_count_) : shift();
  if (world_.prng.one_in(3)) {
    world_.disk.copy(kPath, name);
    world_.disk.truncate(kPath, 0);
  } else {
    world_.disk.rename(kPath, name);
    if (world_.prng.one_in(2)) world_.disk.append(name, next_line());
  }
  rotated_last_ = name;
  world_.disk.append(kPath, next_line());
}

/// Each gets the next number. Returns the name that is free then.
std::string CrashInput::shift() {
  for (std::size_t i = rotation_count_ - 1; i > 0; --i) {
    for (const char* const suffix : {"", ".gz"}) {
      const std::string from = rotated(i) + suffix;
      if (world_.disk.has(from)) world_.disk.rename(from, rotated(i + 1) + suffix);
    }
  }
  return rotated(1);
}

/// The one that was rotated last, nobody writes to that any more.
void CrashInput::compress() {
  if (rotated_last_.empty() || !world_.disk.has(rotated_last_)) return;
  world_.disk.append(rotated_last_ + ".gz", gzip_of(world_.disk.text(rotated_last_)));
  world_.disk.remove(rotated_last_);
}

std::set<std::string> CrashInput::durable(const std::set<std::string>& seen) const {
  std::set<std::string> durable;
  for (const std::vector<std::string>& way : ways_) {
    auto end = way.end();
    if (!is_file(kind_) && !producers_) {
      end = std::find_if(way.rbegin(), way.rend(), [&](const std::string& token) {
              return seen.count(token) != 0;
            }).base();
    }
    durable.insert(way.begin(), end);
  }
  return durable;
}

}  // namespace wordstream::simulation
