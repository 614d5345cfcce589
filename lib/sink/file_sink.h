// Appends emissions, in one of the formats, to a file. Nobody else may write to it meanwhile, but
// it may be moved away, as rotation does: reopen() begins a new one at its name.
//
// With a journal, what an earlier run has left beyond the acknowledged length is put right first.
// In exactly-once that is the beginning of what the journal gives again: it is compared, and only
// the rest is written, so that whoever reads along sees every row once. In the other modes it
// stays, but for what is no whole line. A file that was moved meanwhile is looked for beside its
// name, put right there, and followed by a new one. So that it is found, nothing is written to any
// file before the journal knows it.
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
#include "sink/file_mark.h"
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
  std::vector<std::string> notes(const Env& /*env*/) const override { return {}; }
  Result<std::unique_ptr<Sink>> open(const SinkContext& context) const override;

 private:
  std::string path_;  // as it was typed
};

class FileSink final : public Sink {
 public:
  /// Without `resume` nothing stands behind it, and nothing is synced. Fails as
  /// Storage::open_file() does; with BadData where the file is not the one that the journal knows,
  /// or was changed, or in exactly-once is not found while it may lack something. Storage and
  /// observer outlive the sink.
  static Result<std::unique_ptr<Sink>> open(Storage& storage, const std::string& path,
                                            const FormatOptions& options,
                                            const std::optional<SinkResume>& resume,
                                            Observer& observer);

  Result<Turn> take_over(SteadyTime now) override;
  /// Requires, in exactly-once: an emission without a batch shows nothing.
  void take(const Emission& emission) override;
  void settle(const BatchEnd& end, bool more_waiting) override;
  /// Changes nothing where the name still leads to the file; nor, but for a warning, where it leads
  /// to another one that is not empty.
  void reopen() override { must_reopen_ = true; }
  /// May block for as long as the disk needs.
  Result<Turn> turn(SteadyTime now) override;
  std::optional<SinkMark> mark() const override { return mark_; }
  std::optional<SinkMark> awaited_mark() const override;
  void marked(const SinkMark& mark) override;

 private:
  FileSink(Storage& storage, std::unique_ptr<StoredFile> file, std::string path,
           const FormatOptions& options, Observer& observer);

  Status go_on(const SinkResume& resume);
  Result<std::uint64_t> find(const SinkResume& resume);
  Status take_moved(const FileMark& known, const std::string& path);
  Result<std::uint64_t> begin_anew(const FileMark& known, const SinkResume& resume);
  Result<std::uint64_t> acknowledged(const FileMark& known) const;
  Status begin_compare(std::uint64_t start, const SinkResume& resume);
  Status keep_whole_lines(std::uint64_t start);
  Status prepare();
  void begin_format();
  Status make_known();
  Status reopen_if_due();
  Status note_line_end();
  Status note_length();
  Status write();
  Status append(std::string_view bytes);
  Status finish_batch(std::uint64_t batch);
  Status make_last();

  Storage& storage_;
  std::unique_ptr<StoredFile> file_;
  std::string name_;  // the sink's, which leads to the file unless that was moved
  std::string path_;  // the file's, as far as we know
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
  bool is_known_ = false;  // the file, to the journal
  bool must_reopen_ = false;
  bool is_within_batch_ = false;
  bool is_synced_ = false;
  bool must_end_line_ = false;             // which is not ours
  std::string bytes_;                      // of what was taken
  std::optional<std::uint64_t> settling_;  // the batch that is to last
};

}  // namespace wordstream
