// A file, and sinks on it, one after the other: each is a run.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "sink/file_mark.h"
#include "sink/file_sink.h"
#include "unit/sink/emission_of.h"
#include "unit/sink/turns.h"

namespace wordstream::file_test {

using cli::Folder;

constexpr FormatOptions kTsv{FormatKind::Tsv, kAllRows};
constexpr FormatOptions kCsv{FormatKind::Csv, kAllRows};
inline const std::string kHeader = "start_ms,end_ms,word,count\n";

/// The row of `word` in tsv, as often as it says.
inline std::string row(const std::string& word, int count = 1) {
  return "1000\t2000\t" + word + "\t" + std::to_string(count) + "\n";
}

inline Emission emission(std::uint64_t batch, const std::string& word) {
  Emission emission = emission_of({{word, 1}});
  emission.batch = batch;
  return emission;
}

/// The file that a mark is of.
inline FileMark file_in(const SinkMark& mark) { return decode_file_mark(mark.place).value(); }

enum class Mode { AtMostOnce, AtLeastOnce, ExactlyOnce };

inline SinkResume resume(Mode mode, SinkMark mark, std::uint64_t last_batch) {
  return {.last_batch = last_batch,
          .mark = mark,
          .shown_before = kTsv,
          .is_exactly_once = mode == Mode::ExactlyOnce,
          .must_last = mode != Mode::AtMostOnce};
}

struct Place final : public Observer {
  Folder folder;
  std::unique_ptr<Storage> storage = make_real_storage();
  std::vector<Event> told;
  std::unique_ptr<Sink> sink;

  std::string path() const { return folder / "out"; }
  std::string text() const { return cli::read_file(path()); }
  void write(const std::string& text) const { folder.write("out", text); }

  Status open(const FormatOptions& options = kTsv, const std::optional<SinkResume>& resume = {}) {
    sink.reset();
    told.clear();
    Result<std::unique_ptr<Sink>> opened = FileSink::open(*storage, path(), options, resume, *this);
    if (!opened) return fail(opened);
    sink = std::move(*opened);
    Status begun = begin(*sink);
    if (!begun) sink.reset();
    return begun;
  }
  void must_open(const FormatOptions& options = kTsv,
                 const std::optional<SinkResume>& resume = {}) {
    const Status opened = open(options, resume);
    if (!opened) FAIL(opened.error().message);
  }
  Status give(const Emission& emission) { return wordstream::give(*sink, emission); }
  Result<SinkMark> try_settle(std::uint64_t batch) { return wordstream::settle(*sink, batch); }
  void must_give(std::uint64_t batch, const std::string& word) {
    const Status given = give(emission(batch, word));
    if (!given) FAIL(given.error().message);
  }
  SinkMark settle(std::uint64_t batch) { return try_settle(batch).value(); }
  void on(const Event& event) override { told.push_back(event); }
  template <class E>
  std::size_t count_told() const {
    return static_cast<std::size_t>(std::count_if(
        told.begin(), told.end(), [](const Event& e) { return std::holds_alternative<E>(e); }));
  }
};

inline bool is_bad_data(const Status& status, const std::string& piece) {
  if (status.has_value()) return false;
  INFO(status.error().message);
  CHECK(status.error().message.find(piece) != std::string::npos);
  return status.error().code == ErrorCode::BadData;
}

/// What a first run leaves that has written batches 1 and 2 and was killed: only 1 is settled.
inline SinkMark kill_after_two_batches(Place& place, Mode mode,
                                       const FormatOptions& options = kTsv) {
  SinkResume first = resume(mode, {}, 0);
  first.shown_before = options;
  place.must_open(options, first);
  place.must_give(1, "one");
  const SinkMark mark = place.settle(1);
  place.must_give(2, "two");
  place.sink.reset();
  return mark;
}

}  // namespace wordstream::file_test
