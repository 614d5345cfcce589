#include "sim/files.h"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "sim/file_watch.h"

namespace wordstream::sim {
namespace {

void let_others(const FakeDisk& disk) {
  if (disk.before_call) disk.before_call();
}

}  // namespace

/// An open file or the reading end of a pipe.
class FakeFile final : public File {
 public:
  FakeFile(const FakeDisk& disk, Handles& handles, Prng& prng, Trace& trace,
           std::shared_ptr<DiskFile> file, std::size_t offset)
      : disk_(disk),
        prng_(prng),
        trace_(trace),
        file_(std::move(file)),
        offset_(offset),
        entry_(handles, [this] { return readiness(); }) {
    begin_reading();
  }

  int handle() const override { return entry_.number(); }
  Result<FileInfo> info() const override {
    let_others(disk_);
    return file_->info();
  }

  Result<std::uint64_t> offset() const override {
    if (is_pipe()) return fail(ErrorCode::Io, "cannot tell how far it was read: Illegal seek");
    return offset_;
  }

  Status seek(std::uint64_t offset) override {
    if (is_pipe()) return fail(ErrorCode::Io, "cannot go to a byte: Illegal seek");
    offset_ = offset;
    begin_reading();
    trace_.note("file {}: at byte {}", file_->number_, offset);
    return {};
  }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const override {
    let_others(disk_);
    if (is_pipe()) return fail(ErrorCode::Io, "cannot read: Illegal seek");
    if (file_->is_broken_) return fail(ErrorCode::Io, "cannot read: Input/output error");
    const std::size_t from = std::min<std::size_t>(offset, file_->text().size());
    return file_->text().copy(into.data(), into.size(), from);
  }

  Result<std::uint64_t> next_data(std::uint64_t offset) const override {
    let_others(disk_);
    if (is_pipe()) return fail(ErrorCode::Io, "cannot look for data: Illegal seek");
    return file_->bytes_.next_data(offset);
  }

  Result<Read> read(std::span<char> into) override {
    WS_CHECK(!into.empty(), "reading into a buffer");
    let_others(disk_);
    if (file_->is_broken_) return fail(ErrorCode::Io, "cannot read: Input/output error");
    std::size_t& place = is_pipe() ? file_->taken_count_ : offset_;
    const std::size_t left = file_->text().size() - std::min(place, file_->text().size());
    if (left == 0) {
      // A real pipe would block here: whoever reads one must have waited until it is ready.
      WS_CHECK(!is_pipe() || !file_->has_writer_, "reading a pipe that is ready");
      file_->was_drained_ = true;
      return Read{Read::State::Ended};
    }
    const std::size_t taken = prng_.part_of(std::min(into.size(), left));
    file_->text().copy(into.data(), taken, place);
    file_->readings_[reading_].append(into.data(), taken);
    place += taken;
    file_->read_to_ = std::max(file_->read_to_, place);
    trace_.note("file {}: read {} bytes", file_->number_, taken);
    return Read{Read::State::Data, taken};
  }

 private:
  /// A pipe or a socket.
  bool is_pipe() const { return file_->kind_ != FileInfo::Kind::Regular; }

  void begin_reading() {
    reading_ = file_->readings_.size();
    file_->readings_.emplace_back();
  }

  std::optional<Readiness> readiness() const {
    if (!is_pipe()) return std::nullopt;
    const bool has_ended = !file_->has_writer_;
    const bool has_more = file_->taken_count_ < file_->text().size();
    return Readiness{.readable = has_more || has_ended, .hung_up = has_ended};
  }

  const FakeDisk& disk_;
  Prng& prng_;
  Trace& trace_;
  std::shared_ptr<DiskFile> file_;
  std::size_t offset_;
  std::size_t reading_ = 0;  // which of the file's is ours now
  Handles::Entry entry_;
};

namespace {

tl::unexpected<Error> fail_missing(std::string_view doing, const std::string& path) {
  return fail(ErrorCode::NotFound,
              fmt::format("cannot {} {}: No such file or directory", doing, path));
}

}  // namespace

FakeFiles::FakeFiles(FakeDisk& disk, Handles& handles, Prng& prng, Trace& trace)
    : disk_(disk), handles_(handles), prng_(prng), trace_(trace) {}

Result<std::unique_ptr<File>> FakeFiles::open(const std::string& path) {
  let_others(disk_);
  const std::shared_ptr<DiskFile> file = disk_.names_.find(rooted(path));
  if (!file) return fail_missing("open", path);
  if (!file->is_permitted_) {
    return fail(ErrorCode::NotPermitted, fmt::format("cannot open {}: Permission denied", path));
  }
  if (file->is_directory()) {
    return fail(ErrorCode::NotFound, fmt::format("cannot read {}: Is a directory", path));
  }
  trace_.note("file {}: opened as {}", file->number_, path);
  return make_open(file, 0);
}

Result<FileInfo> FakeFiles::info(const std::string& path) {
  let_others(disk_);
  const std::shared_ptr<DiskFile> file = disk_.names_.find(rooted(path));
  if (!file) return fail_missing("look at", path);
  return file->info();
}

Result<std::vector<Sibling>> FakeFiles::siblings(const std::string& path) {
  let_others(disk_);
  const std::string full = rooted(path);
  const std::string directory = parent_of(full);
  if (!disk_.has(directory)) return fail_missing("list", directory);
  std::vector<Sibling> siblings;
  for (const auto& [name, file] : disk_.names_.all()) {
    const bool is_sibling = name.starts_with(stem_of(full)) && name != full &&
                            parent_of(name) == directory && file->kind_ == FileInfo::Kind::Regular;
    if (!is_sibling) continue;
    const std::string as_asked = path.substr(0, path.rfind('/') + 1);
    siblings.push_back({as_asked + name.substr(name.rfind('/') + 1), file->info()});
  }
  return siblings;
}

Result<std::vector<Sibling>> FakeFiles::matching(const std::string& pattern) {
  let_others(disk_);
  const std::string full = rooted(pattern);
  std::vector<Sibling> matching;
  for (const auto& [name, file] : disk_.names_.all()) {
    if (file->kind_ != FileInfo::Kind::Regular) continue;
    if (::fnmatch(full.c_str(), name.c_str(), FNM_PATHNAME | FNM_PERIOD) != 0) continue;
    const std::size_t own = full.size() - pattern.size();  // in front of what was asked
    matching.push_back({name.substr(own), file->info()});
  }
  return matching;
}

Result<std::unique_ptr<FileWatch>> FakeFiles::make_watch() {
  if (disk_.is_short_of_watches) {
    return fail(ErrorCode::Unavailable, "cannot watch files: Too many open files");
  }
  return std::make_unique<FakeWatch>(disk_, handles_);
}

Result<std::unique_ptr<File>> FakeFiles::standard_input() {
  if (!stdin_) return fail(ErrorCode::Io, "cannot read stdin: it is closed");
  return make_open(stdin_, stdin_offset_);
}

std::shared_ptr<const DiskFile> FakeFiles::pipe_stdin() {
  stdin_offset_ = 0;
  stdin_ = disk_.make_file(FileInfo::Kind::Pipe, "/");
  return stdin_;
}

void FakeFiles::connect_stdin() {
  stdin_offset_ = 0;
  stdin_ = disk_.make_file(FileInfo::Kind::Socket, "/");
}

void FakeFiles::redirect_stdin(const std::string& path, std::size_t offset) {
  stdin_ = disk_.at(path);
  stdin_offset_ = offset;
}

void FakeFiles::write_stdin(std::string_view bytes) {
  WS_CHECK(stdin_ != nullptr && stdin_->has_writer_, "writing into a pipe that is open");
  disk_.write(*stdin_, stdin_->text().size(), bytes);
  stdin_->bytes_.sync();
}

void FakeFiles::end_stdin() { stdin_->has_writer_ = false; }

std::unique_ptr<File> FakeFiles::make_open(std::shared_ptr<DiskFile> file, std::size_t offset) {
  opened_.push_back(file);
  return std::make_unique<FakeFile>(disk_, handles_, prng_, trace_, std::move(file), offset);
}

}  // namespace wordstream::sim
