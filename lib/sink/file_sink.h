// Appends emissions, in one of the formats, to a file. Nobody else may write to it meanwhile.
//
// With a journal, what an earlier run has left beyond the acknowledged length is put right first.
// In exactly-once that is the beginning of what the journal gives again: it is compared, and only
// the rest is written, so that whoever reads along sees every row once. In the other modes it
// stays, but for what is no whole line.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "env/storage.h"
#include "format/format.h"
#include "model/events.h"
#include "sink/file_tail.h"
#include "sink/resume.h"
#include "sink/sink_choice.h"

namespace wordstream {

/// A file that is appended to.
class ToFile final : public SinkTarget {
 public:
  static constexpr SinkClass kPromise = SinkClass::Ledger;
  /// Reads a path.
  static Result<ParsedTarget> parse(std::string_view text);
  explicit ToFile(std::string path) : path_(std::move(path)) {}

  std::string name(const Files& files) const override;
  SinkClass promise() const override;
  bool has_format() const override;
  bool wants_all(std::optional<FormatKind> format) const override;
  std::string path(const Files& files) const override;
  Result<std::unique_ptr<Sink>> open(const SinkContext& context) const override;

 private:
  std::string path_;  // as it was typed
};

class FileSink final : public Sink {
 public:
  /// Without `resume` nothing stands behind it, and nothing is synced. Fails as
  /// Storage::open_file() does; with BadData where the file is not the one that the journal knows,
  /// or was changed. The observer outlives the sink.
  static Result<std::unique_ptr<Sink>> open(Storage& storage, const std::string& path,
                                            const FormatOptions& options,
                                            const std::optional<SinkResume>& resume,
                                            Observer& observer);

  Result<Turn> take_over(SteadyTime now) override;
  /// Requires, in exactly-once: an emission without a batch shows nothing.
  void take(const Emission& emission) override;
  void settle(const BatchEnd& end, bool more_waiting) override;
  /// May block for as long as the disk needs.
  Result<Turn> turn(SteadyTime now) override;
  std::optional<SinkMark> mark() const override { return mark_; }

 private:
  FileSink(std::unique_ptr<StoredFile> file, std::string path, const FormatOptions& options,
           Observer& observer);

  Status go_on(const FileInfo& info, const SinkResume& resume);
  Result<std::uint64_t> acknowledged(const FileInfo& info, const SinkResume& resume) const;
  Status begin_compare(std::uint64_t start, const SinkResume& resume);
  Status keep_whole_lines(std::uint64_t start);
  Status prepare();
  Status note_line_end();
  Status note_length();
  Status write();
  Status append(std::string_view bytes);
  Status finish_batch(std::uint64_t batch);
  Status make_last();

  std::unique_ptr<StoredFile> file_;
  std::string path_;
  Observer& observer_;
  FormatOptions shown_before_;  // batches up to the last old one
  FormatOptions shown_;
  std::unique_ptr<Format> format_;
  bool has_journal_ = false;
  SinkMark mark_;
  std::uint64_t length_ = 0;      // with what was taken, once that has been written or compared
  std::optional<FileTail> tail_;  // only in exactly-once
  std::optional<std::uint64_t> keep_from_;  // from there on whole lines alone are to stay
  std::uint64_t last_old_batch_ = 0;
  bool must_last_ = false;
  bool is_synced_ = false;
  bool must_end_line_ = false;             // which is not ours
  std::string bytes_;                      // of what was taken
  std::optional<std::uint64_t> settling_;  // the batch that is to last
};

}  // namespace wordstream
