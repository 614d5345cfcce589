#include "sink/file_sink.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "sink/file_mark.h"

namespace wordstream {
namespace {

tl::unexpected<Error> fail_other(const std::string& path, const std::string& why) {
  return fail(ErrorCode::BadData,
              fmt::format("{} is not the file that was written to: {}; put that one back, or move "
                          "this one away",
                          path, why));
}

std::optional<FormatKind> format_of_extension(std::string_view path) {
  if (path.ends_with(".tsv")) return FormatKind::Tsv;
  if (path.ends_with(".csv")) return FormatKind::Csv;
  if (path.ends_with(".json")) return FormatKind::Json;
  return std::nullopt;
}

}  // namespace

Result<ParsedTarget> ToFile::parse(std::string_view text) {
  Result<ParsedPath> parsed = parse_path(text);
  if (!parsed) return fail(parsed);
  return ParsedTarget{std::make_shared<const ToFile>(parsed->path), parsed->parameters,
                      format_of_extension(parsed->path)};
}

std::string ToFile::name(const Files& files) const { return "file:" + path(files); }
SinkClass ToFile::promise() const { return kPromise; }
bool ToFile::has_format() const { return true; }
bool ToFile::wants_all(std::optional<FormatKind> format) const { return shows_all(*format); }
std::string ToFile::path(const Files& files) const { return files.absolute(path_); }
Result<std::unique_ptr<Sink>> ToFile::open(const SinkContext& context) const {
  return FileSink::open(context.env.storage, path(context.env.files),
                        {*context.format, context.top}, context.resume, context.observer);
}

FileSink::FileSink(Storage& storage, std::unique_ptr<StoredFile> file, std::string path,
                   const FormatOptions& options, Observer& observer)
    : storage_(storage),
      file_(std::move(file)),
      name_(std::move(path)),
      path_(name_),
      observer_(observer),
      shown_before_(options),
      shown_(options) {}

Result<std::unique_ptr<Sink>> FileSink::open(Storage& storage, const std::string& path,
                                             const FormatOptions& options,
                                             const std::optional<SinkResume>& resume,
                                             Observer& observer) {
  Result<std::unique_ptr<StoredFile>> file = storage.open_file(path);
  if (!file) return fail(file);
  std::unique_ptr<FileSink> sink(new FileSink(storage, std::move(*file), path, options, observer));
  const Result<FileInfo> info = sink->file_->info();
  if (!info) return fail(info);
  sink->length_ = info->size;
  if (resume) {
    if (const Status ready = sink->go_on(*resume); !ready) return fail(ready);
  }
  return sink;
}

/// With a journal: in the file that it knows, behind what it knows of, and what of the rest is to
/// stay. Nothing is changed yet.
Status FileSink::go_on(const SinkResume& resume) {
  const Result<std::uint64_t> start = find(resume);
  if (!start) return fail(start);
  if (!resume.is_exactly_once) {
    keep_from_ = *start;
  } else if (Status ready = begin_compare(*start, resume); !ready) {
    return ready;
  }
  has_journal_ = true;
  shown_before_ = resume.shown_before;
  last_old_batch_ = resume.last_batch;
  must_last_ = resume.must_last;
  mark_.applied = resume.mark.applied;
  return {};
}

/// Finds the file that the journal knows, and how much of it that knows of.
Result<std::uint64_t> FileSink::find(const SinkResume& resume) {
  // What stood there before our first row is not ours to judge, unless it must not stand there.
  if (resume.mark.place.empty()) return resume.is_exactly_once ? 0 : length_;
  const std::optional<FileMark> known = decode_file_mark(resume.mark.place);
  if (!known) return fail_other(name_, "what the journal knows of it is of no file");
  const Result<FileInfo> info = file_->info();
  if (!info) return fail(info);
  if (file_->is_new() || !is_same_file(*info, *known)) {
    const Result<std::optional<std::string>> moved = find_moved(storage_, name_, *known);
    if (!moved) return fail(moved);
    if (!*moved) return begin_anew(*known, resume);
    if (const Status taken = take_moved(*known, **moved); !taken) return fail(taken);
  }
  is_known_ = true;
  return acknowledged(*known);
}

/// What an earlier run has left is put right where that is now; then a new file is begun.
Status FileSink::take_moved(const FileMark& known, const std::string& path) {
  if (length_ != 0) {
    return fail_other(name_,
                      fmt::format("that is {} now, and another one stands in its place", path));
  }
  Result<std::unique_ptr<StoredFile>> file = storage_.open_file(path);
  if (!file) return fail(file);
  const Result<FileInfo> info = (*file)->info();
  if (!info) return fail(info);
  if (!is_same_file(*info, known)) {
    return fail_other(path, "it has become another one while it was looked for");
  }
  file_ = std::move(*file);
  path_ = path;
  length_ = info->size;
  must_reopen_ = true;
  observer_.on(event::OutputMoved{name_, path_});
  return {};
}

/// The file that the journal knows is gone. Which of the batches that are given again were in it,
/// nobody can tell.
Result<std::uint64_t> FileSink::begin_anew(const FileMark& known, const SinkResume& resume) {
  if (length_ != 0) return fail_other(name_, "another one stands in its place");
  if (resume.is_exactly_once && resume.mark.applied < resume.last_batch) {
    return fail(ErrorCode::BadData,
                fmt::format("{} is gone, and nothing beside it is it under another name: it may "
                            "hold what would be written again; put it back, or begin anew with "
                            "another --checkpoint",
                            name_));
  }
  if (known.length != 0) observer_.on(event::OutputNew{name_});
  return 0;
}

/// How much of it the journal knows of, where that is as it was.
Result<std::uint64_t> FileSink::acknowledged(const FileMark& known) const {
  if (length_ < known.length) {
    return fail_other(path_, fmt::format("it has become shorter, {} bytes instead of {} or more",
                                         length_, known.length));
  }
  const Result<bool> is_as_it_was = ends_as(*file_, known);
  if (!is_as_it_was) return fail(is_as_it_was);
  if (*is_as_it_was) return known.length;
  return fail_other(path_, fmt::format("what stands before its byte {} was changed", known.length));
}

Result<Turn> FileSink::take_over(SteadyTime /*now*/) {
  if (const Status prepared = prepare(); !prepared) return fail(prepared);
  return Turn::ended();
}

/// Puts right what is there, and begins behind it.
Status FileSink::prepare() {
  if (const auto start = std::exchange(keep_from_, std::nullopt)) {
    if (Status kept = keep_whole_lines(*start); !kept) return kept;
  }
  begin_format();
  if (has_journal_) {
    if (Status noted = is_known_ ? note_length() : make_known(); !noted) return noted;
  }
  if (Status noted = note_line_end(); !noted) return noted;
  return reopen_if_due();
}

void FileSink::begin_format() {
  shown_before_.with_header = shown_.with_header = length_ == 0;
  format_ = make_changing_format(shown_before_, last_old_batch_, shown_);
}

/// Has the journal know the file before anything is written to it: else, moved before the first
/// mark and a crash, it would not be found. It must be there then, with its name, after a power
/// loss, too.
Status FileSink::make_known() {
  is_known_ = false;
  if (Status lasting = make_last(); !lasting) return lasting;
  return note_length();
}

std::optional<SinkMark> FileSink::awaited_mark() const {
  return has_journal_ && !is_known_ ? std::optional(mark_) : std::nullopt;
}

void FileSink::marked(const SinkMark& mark) {
  if (mark.place == mark_.place) is_known_ = true;
}

/// Between two batches, and when all that was written before has been compared, goes on in a new
/// file, where the name does not lead to ours any more.
Status FileSink::reopen_if_due() {
  if (!must_reopen_ || is_within_batch_ || (tail_ && !tail_->is_over())) return {};
  must_reopen_ = false;
  if (file_->is_at(name_)) return {};
  if (has_journal_) {
    if (Status lasting = make_last(); !lasting) return lasting;
  }
  Result<std::unique_ptr<StoredFile>> next = storage_.open_file(name_);
  if (!next) return fail(next);
  const Result<FileInfo> info = (*next)->info();
  if (!info) return fail(info);
  if (info->size != 0) {
    observer_.on(event::OutputForeign{name_});
    return {};
  }
  file_ = std::move(*next);
  path_ = name_;
  length_ = 0;
  if (tail_) tail_.emplace(*file_, path_, 0, 0);
  is_synced_ = must_end_line_ = false;
  begin_format();
  observer_.on(event::OutputReopened{name_});
  return has_journal_ ? make_known() : Status();
}

/// So much of the file is ours, and lasts.
Status FileSink::note_length() {
  const Result<FileMark> mark = mark_file(*file_, length_);
  if (!mark) return fail(mark);
  mark_.place = encode(*mark);
  mark_.title = title_of(*mark);
  return {};
}

Status FileSink::begin_compare(std::uint64_t start, const SinkResume& resume) {
  const std::uint64_t end = std::exchange(length_, start);
  tail_.emplace(*file_, path_, start, end);
  if (resume.mark.applied < resume.last_batch) return {};
  if (!resume.mark.place.empty() || tail_->is_over()) return tail_->finish();
  return fail(ErrorCode::BadData,
              fmt::format("{} holds something already, and nobody could tell later which rows are "
                          "ours; name a new file for exactly-once, or empty this one",
                          path_));
}

Status FileSink::keep_whole_lines(std::uint64_t start) {
  const Result<std::uint64_t> end = end_of_whole_lines(*file_, start, length_);
  if (!end) return fail(end);
  if (*end != length_) {
    if (Status cut = file_->truncate(*end); !cut) return cut;
    length_ = *end;
    observer_.on(event::OutputMended{path_, event::OutputMended::How::Cut, length_});
  }
  // What is known from now on is there whatever happens.
  return make_last();
}

/// Whether the last line is somebody else's, and has no end.
Status FileSink::note_line_end() {
  if (length_ == 0) return {};
  std::array<char, 1> last{};
  const Result<std::size_t> got = file_->read_at(length_ - 1, last);
  if (!got) return fail(got);
  must_end_line_ = last.front() != '\n';
  return {};
}

void FileSink::take(const Emission& emission) {
  // One without a batch is not followed by an end.
  is_within_batch_ = is_within_batch_ || emission.batch != 0;
  bytes_.clear();
  format_->append(emission, bytes_);
  if (bytes_.empty()) return;
  WS_CHECK(!tail_ || emission.batch != 0, "showing what could not be shown again");
  if (std::exchange(must_end_line_, false)) bytes_.insert(0, 1, '\n');
}

void FileSink::settle(const BatchEnd& end, bool /*more_waiting*/) { settling_ = end.batch; }

Result<Turn> FileSink::turn(SteadyTime /*now*/) {
  if (const Status written = write(); !written) return fail(written);
  if (const auto batch = std::exchange(settling_, std::nullopt)) {
    if (const Status finished = finish_batch(*batch); !finished) return fail(finished);
    is_within_batch_ = false;
  }
  if (const Status reopened = reopen_if_due(); !reopened) return fail(reopened);
  return Turn::ended();
}

/// Writes what was taken, or compares it where it is there already.
Status FileSink::write() {
  std::string_view left = bytes_;
  if (tail_ && !tail_->is_over()) {
    const Result<std::size_t> matched = tail_->match(left);
    if (!matched) return fail(matched);
    left.remove_prefix(*matched);
    if (const auto mended = tail_->mended_from()) {
      observer_.on(event::OutputMended{path_, event::OutputMended::How::Replaced, *mended});
    }
  }
  if (Status appended = append(left); !appended) return appended;
  length_ += bytes_.size();
  bytes_.clear();
  return {};
}

Status FileSink::append(std::string_view bytes) {
  if (bytes.empty()) return {};
  is_synced_ = false;
  return file_->append(bytes);
}

Status FileSink::finish_batch(std::uint64_t batch) {
  if (tail_ && !tail_->is_over()) {
    // Until all of it has been compared, nobody knows whether it stays.
    return batch < last_old_batch_ ? Status() : tail_->finish();
  }
  mark_.applied = batch;
  if (!must_last_) return {};
  if (file_->is_removed()) {
    return fail(ErrorCode::Io,
                fmt::format("{} was removed while it was written to, and what was in "
                            "it is lost; start again to get what comes from now on",
                            path_));
  }
  if (Status lasting = make_last(); !lasting) return lasting;
  return note_length();
}

Status FileSink::make_last() {
  if (is_synced_) return {};
  Status synced = file_->sync();
  is_synced_ = synced.has_value();
  return synced;
}

}  // namespace wordstream
