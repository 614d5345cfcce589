#include "sim/log_writers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"

namespace wordstream::sim {

LogWriters::Habits LogWriters::some_habits(Prng& prng) {
  Habits habits;
  if (prng.one_in(2)) habits.rotation = Habits::Rotation::CopyTruncate;
  if (prng.one_in(2)) habits.names = Habits::Names::Dated;
  habits.rotation_count = prng.below(6);
  habits.writer_count = prng.one_in(2) ? 1 : prng.between(2, 4);
  habits.line_count = prng.between(1, 60);
  habits.line_bytes_max = prng.one_in(4) ? 3000 : 60;
  habits.pause_max = Millis(prng.between(1, 300));
  const bool is_alone = habits.writer_count == 1;
  habits.has_own_place = is_alone && prng.one_in(2);
  habits.has_halves = is_alone && habits.rotation == Habits::Rotation::Rename && prng.one_in(2);
  return habits;
}

LogWriters::LogWriters(FakeDisk& disk, Timeline& timeline, Prng& prng, std::string path,
                       Habits habits)
    : disk_(disk),
      timeline_(timeline),
      prng_(prng),
      path_(std::move(path)),
      habits_(habits),
      writers_(habits.writer_count) {
  for (std::size_t i = 0; i < writers_.size(); ++i) writers_[i].number = i;
}

void LogWriters::begin() {
  for (Writer& writer : writers_) {
    later(habits_.pause_max, [&] {
      open(writer);
      begin_line(writer);
    });
  }
  later(rotation_pause_max(), [this] { rotate(); });
}

std::optional<std::string> LogWriters::judge(const std::vector<std::string>& read) const {
  std::map<std::string_view, std::size_t> counts;
  for (const std::string& line : read) ++counts[line];
  for (const Line& line : lines_) {
    const auto found = counts.find(line.text);
    const std::size_t count = found == counts.end() ? 0 : found->second;
    const std::string_view name = std::string_view(line.text).substr(0, line.text.find(' '));
    if (count > 1) return fmt::format("line {} was read {} times", name, count);
    if (count == 0 && !line.was_lost) {
      return fmt::format("line {}, in file {}, was not read", name, line.file->info().inode);
    }
    counts.erase(line.text);
  }
  if (counts.empty()) return {};
  return fmt::format("'{}' was read, and nobody wrote it", counts.begin()->first);
}

std::vector<std::string> LogWriters::rotated() const {
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < rotated_count_; ++i) {
    names.push_back(there(name_of(habits_.names == Habits::Names::Dated ? i : rotated_count_ - i)));
  }
  return names;
}

/// A third of all acts come at once, the others at any time.
void LogWriters::later(Nanos pause_max, std::function<void()> act) {
  ++busy_count_;
  const auto most = static_cast<std::uint64_t>(pause_max.count());
  const Nanos pause(prng_.one_in(3) ? 0 : prng_.below(most + 1));
  timeline_.after(pause, [this, act = std::move(act)] {
    act();
    if (--busy_count_ == 0 && on_done) on_done();
  });
}

void LogWriters::begin_line(Writer& writer) {
  writer.text = fmt::format("w{}n{}", writer.number, writer.line_count++);
  if (const std::uint64_t more = prng_.below(habits_.line_bytes_max + 1); more > 0) {
    writer.text += " " + std::string(more, 'x');
  }
  const std::string bytes = writer.text + "\n";
  if (!habits_.has_halves || !prng_.one_in(4)) return end_line(writer, bytes);
  const std::size_t split = prng_.between(1, bytes.size() - 1);
  write(writer, std::string_view(bytes).substr(0, split));
  writer.half = bytes.substr(split);
  later(habits_.pause_max, [&] { end_line(writer, std::exchange(writer.half, "")); });
}

void LogWriters::end_line(Writer& writer, std::string_view bytes) {
  write(writer, bytes);
  lines_.push_back({writer.text, writer.file, writer.place, removed_.contains(writer.file)});
  if (std::exchange(writer.was_told, false)) open(writer);
  if (writer.line_count == habits_.line_count) return;
  later(habits_.pause_max, [&] { begin_line(writer); });
}

void LogWriters::write(Writer& writer, std::string_view bytes) {
  if (!habits_.has_own_place) writer.place = writer.file->text().size();
  disk_.write_at(*writer.file, writer.place, bytes);
  writer.place += bytes.size();
}

void LogWriters::open(Writer& writer) {
  writer.file = disk_.append(path_, "");
  writer.place = writer.file->text().size();
}

void LogWriters::rotate() {
  if (rotated_count_ == habits_.rotation_count) return;
  // Nobody has opened the path since the last time.
  if (!disk_.has(path_)) return later(habits_.pause_max, [this] { rotate(); });
  const bool has_numbers = habits_.names == Habits::Names::Numbered;
  if (habits_.is_pack_delayed && rotated_count_ > 0) {
    plan_packing(has_numbers ? 1 : rotated_count_ - 1);
  }
  if (has_numbers) {
    for (std::uint64_t i = rotated_count_; i > 0; --i) {
      steps_.emplace_back([this, i] {
        const std::string from = there(name_of(i));
        disk_.rename(from, name_of(i + 1) + from.substr(name_of(i).size()));
      });
    }
  }
  const std::uint64_t number = has_numbers ? 1 : rotated_count_;
  const std::string name = name_of(number);
  if (habits_.rotation == Habits::Rotation::CopyTruncate) {
    steps_.emplace_back([this, name] {
      original_ = disk_.append(path_, "");
      copy_ = disk_.append(name, "");
      copied_count_ = 0;
      ++rotated_count_;
    });
    steps_.emplace_back([this] { copy_some(); });
    steps_.emplace_back([this] { truncate(); });
  } else {
    steps_.emplace_back([this, name] {
      disk_.rename(path_, name);
      ++rotated_count_;
    });
    if (prng_.one_in(2)) steps_.emplace_back([this] { disk_.append(path_, ""); });
    for (Writer& writer : writers_) {
      steps_.emplace_back([this, &writer] {
        writer.was_told = !writer.half.empty() || writer.file == nullptr;
        if (!writer.was_told) open(writer);
      });
    }
  }
  if (!habits_.is_pack_delayed) plan_packing(number);
  next_step();
}

/// So that nearly all rotations come before the last line.
Nanos LogWriters::rotation_pause_max() const {
  return habits_.pause_max * habits_.line_count / (2 * (habits_.rotation_count + 1));
}

void LogWriters::next_step() {
  if (steps_.empty()) return later(rotation_pause_max(), [this] { rotate(); });
  const std::function<void()> step = std::move(steps_.front());
  steps_.pop_front();
  step();
  later(habits_.pause_max, [this] { next_step(); });
}

std::string LogWriters::name_of(std::uint64_t number) const {
  if (habits_.names == Habits::Names::Numbered) return fmt::format("{}.{}", path_, number);
  return fmt::format("{}-{}", path_, 2026110100 + number);
}

std::string LogWriters::there(const std::string& name) const {
  return disk_.has(name) ? name : name + habits_.pack_suffix;
}

/// As far as there is something, and until there is no more; what is NULs becomes a hole.
void LogWriters::copy_some() {
  const std::string& text = original_->text();
  if (copied_count_ == text.size()) return;
  const std::size_t count = prng_.part_of(text.size() - copied_count_);
  const std::string part = text.substr(copied_count_, count);
  if (part.find_first_not_of('\0') != part.npos) disk_.write_at(*copy_, copied_count_, part);
  copied_count_ += count;
  steps_.emplace_front([this] { copy_some(); });
}

void LogWriters::truncate() {
  for (; first_left_ < lines_.size(); ++first_left_) {
    lines_[first_left_].was_lost = lines_[first_left_].end > copied_count_;
  }
  disk_.truncate(*original_, 0);
}

void LogWriters::plan_packing(std::uint64_t number) {
  if (habits_.pack == nullptr) return;
  const std::string name = name_of(number);
  steps_.emplace_back([this, name] {
    packed_ = habits_.pack(disk_.text(name));
    packed_count_ = disk_.text(name).size();
    disk_.append(name + habits_.pack_suffix, "");
  });
  steps_.emplace_back([this, name] { pack_some(name); });
  steps_.emplace_back([this, name] { remove_packed(name); });
}

void LogWriters::pack_some(const std::string& name) {
  if (packed_.empty()) return;
  const std::size_t count = prng_.part_of(packed_.size());
  disk_.append(name + habits_.pack_suffix, packed_.substr(0, count));
  packed_.erase(0, count);
  steps_.emplace_front([this, name] { pack_some(name); });
}

/// What is packed gets the time of what it was made of.
void LogWriters::remove_packed(const std::string& name) {
  const std::shared_ptr<const DiskFile> file = disk_.append(name, "");
  disk_.set_modified(name + habits_.pack_suffix, file->info().modified);
  for (Line& line : lines_) {
    line.was_lost = line.was_lost || (line.file == file && line.end > packed_count_);
  }
  removed_.insert(file);
  disk_.remove(name);
  const bool is_held =
      std::ranges::any_of(writers_, [&](const Writer& writer) { return writer.file == file; });
  if (reuses_inodes && !is_held) disk_.inode_next = file->info().inode;
}

}  // namespace wordstream::sim
