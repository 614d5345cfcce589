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

FileSink::FileSink(std::unique_ptr<StoredFile> file, std::string path, const FormatOptions& options,
                   Observer& observer)
    : file_(std::move(file)),
      path_(std::move(path)),
      observer_(observer),
      shown_before_(options),
      shown_(options) {}

Result<std::unique_ptr<Sink>> FileSink::open(Storage& storage, const std::string& path,
                                             const FormatOptions& options,
                                             const std::optional<SinkResume>& resume,
                                             Observer& observer) {
  Result<std::unique_ptr<StoredFile>> file = storage.open_file(path);
  if (!file) return fail(file);
  std::unique_ptr<FileSink> sink(new FileSink(std::move(*file), path, options, observer));
  const Result<FileInfo> info = sink->file_->info();
  if (!info) return fail(info);
  sink->length_ = info->size;
  if (resume) {
    if (const Status ready = sink->go_on(*info, *resume); !ready) return fail(ready);
  }
  return sink;
}

/// With a journal: behind what it knows of, and what of the rest is to stay. Nothing is changed
/// yet.
Status FileSink::go_on(const FileInfo& info, const SinkResume& resume) {
  const Result<std::uint64_t> start = acknowledged(info, resume);
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

Result<Turn> FileSink::take_over(SteadyTime /*now*/) {
  if (const Status prepared = prepare(); !prepared) return fail(prepared);
  return Turn::ended();
}

/// Puts right what is there, and begins behind it.
Status FileSink::prepare() {
  if (const auto start = std::exchange(keep_from_, std::nullopt)) {
    if (Status kept = keep_whole_lines(*start); !kept) return kept;
  }
  shown_before_.with_header = shown_.with_header = length_ == 0;
  format_ = make_changing_format(shown_before_, last_old_batch_, shown_);
  if (has_journal_) {
    if (Status noted = note_length(); !noted) return noted;
  }
  return note_line_end();
}

/// So much of the file is ours, and lasts.
Status FileSink::note_length() {
  const Result<FileMark> mark = mark_file(*file_, length_);
  if (!mark) return fail(mark);
  mark_.place = encode(*mark);
  mark_.title = title_of(*mark);
  return {};
}

/// How much of the file the journal knows of.
Result<std::uint64_t> FileSink::acknowledged(const FileInfo& info, const SinkResume& resume) const {
  // What stood there before our first row is not ours to judge, unless it must not stand there.
  if (resume.mark.place.empty()) return resume.is_exactly_once ? 0 : info.size;
  const std::optional<FileMark> known = decode_file_mark(resume.mark.place);
  if (!known) return fail_other(path_, "what the journal knows of it is of no file");
  const bool is_same = !file_->is_new() && is_same_file(info, *known);
  if (is_same && info.size < known->length) {
    return fail_other(path_, fmt::format("it has become shorter, {} bytes instead of {} or more",
                                         info.size, known->length));
  }
  const Result<bool> is_as_it_was = is_same ? ends_as(*file_, *known) : false;
  if (!is_as_it_was) return fail(is_as_it_was);
  if (*is_as_it_was) return known->length;
  if (is_same) {
    return fail_other(path_,
                      fmt::format("what stands before its byte {} was changed", known->length));
  }
  if (info.size != 0) return fail_other(path_, "another one stands in its place");
  if (known->length != 0) observer_.on(event::OutputNew{path_});
  return 0;
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
  }
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
