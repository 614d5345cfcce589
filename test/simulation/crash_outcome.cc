#include "simulation/crash_outcome.h"

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <memory>

#include "sim/clock.h"
#include "sim/storage.h"
#include "sim/trace.h"
#include "words/word_counts.h"

namespace wordstream::simulation {
namespace {

/// Takes the beginning of `text` up to `end`, which is taken, too.
Result<std::string_view> take_until(std::string_view& text, char end) {
  const std::size_t length = text.find(end);
  if (length == std::string_view::npos) return fail(ErrorCode::BadData, "the last row is torn");
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length + 1);
  return taken;
}

template <class Number>
bool parse(std::string_view text, Number& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

/// Calls `visit` for each row of a query; nothing where there is no such table yet.
Status for_each_row(Database& database, const std::string& table, const std::string& columns,
                    const std::function<void(const Statement&)>& visit) {
  const Result<std::int64_t> known =
      database.integer(fmt::format("SELECT count(*) FROM sqlite_schema WHERE name = '{}'", table));
  if (!known) return fail(known);
  if (*known == 0) return {};
  Result<Statement> rows = database.prepare(fmt::format("SELECT {} FROM {}", columns, table));
  if (!rows) return fail(rows);
  while (true) {
    const Result<bool> more = rows->step();
    if (!more) return fail(more);
    if (!*more) return {};
    visit(*rows);
  }
}

void add_words(std::string_view packed, std::set<std::string>& words) {
  const std::optional<WordCounts> counts = WordCounts::parse(std::string(packed));
  if (!counts) return;
  counts->for_each([&](const WordCount& each) { words.emplace(each.word); });
}

}  // namespace

Result<std::vector<OutputRow>> read_tsv(std::string_view text) {
  std::vector<OutputRow> rows;
  while (!text.empty()) {
    Result<std::string_view> line = take_until(text, '\n');
    if (!line) return fail(line);
    const std::string whole(*line);
    OutputRow row{};
    const Result<std::string_view> start = take_until(*line, '\t');
    const Result<std::string_view> end = take_until(*line, '\t');
    const Result<std::string_view> word = take_until(*line, '\t');
    if (!start || !end || !word || !parse(*start, row.start_ms) || !parse(*end, row.end_ms) ||
        !parse(*line, row.count)) {
      return fail(ErrorCode::BadData, fmt::format("this is no row: '{}'", whole));
    }
    row.word = *word;
    rows.push_back(std::move(row));
  }
  return rows;
}

struct DiskCopy::Machine {
  sim::Trace trace;
  sim::FakeClock clock{SteadyTime{}, WallTime{}};
  sim::Timeline timeline{clock};
  sim::FakeDisk disk{1, trace};
  sim::FakeStorage storage{disk, timeline, clock};

  Result<std::unique_ptr<Database>> open(const std::string& path) {
    DatabaseOptions options;
    options.create = false;
    return storage.open_database(path, options);
  }
};

DiskCopy::DiskCopy(const sim::FakeDisk& disk) : machine_(std::make_unique<Machine>()) {
  machine_->disk.make_directory("/ck");
  for (const std::string& path : disk.paths()) {
    if (!machine_->disk.has(path)) machine_->disk.put(path, disk.text(path));
  }
}

DiskCopy::~DiskCopy() = default;

Result<JournalOutcome> DiskCopy::journal(const std::string& directory) {
  JournalOutcome outcome;
  const std::string path = directory + "/journal.db";
  if (!machine_->disk.has(path)) return outcome;
  const Result<std::unique_ptr<Database>> database = machine_->open(path);
  if (!database) return fail(database);
  Status read =
      for_each_row(**database, "meta", "epoch, last_batch, first_kept", [&](const Statement& row) {
        outcome.epoch = row.integer(0);
        outcome.last_batch = row.integer(1);
        outcome.first_kept = row.integer(2);
      });
  if (read) {
    read = for_each_row(**database, "sink", "name, applied", [&](const Statement& row) {
      outcome.applied.emplace(row.bytes(0), row.integer(1));
    });
  }
  if (read) {
    read = for_each_row(**database, "counts", "bytes",
                        [&](const Statement& row) { add_words(row.bytes(0), outcome.words); });
  }
  if (!read) return fail(read);
  return outcome;
}

Result<std::vector<OutputRow>> DiskCopy::rows(const std::string& path, bool is_total) {
  std::vector<OutputRow> rows;
  if (!machine_->disk.has(path)) return rows;
  const Result<std::unique_ptr<Database>> database = machine_->open(path);
  if (!database) return fail(database);
  const Status read = for_each_row(
      **database, is_total ? "totals" : "counts",
      is_total ? "0, 0, word, count" : "start_ms, end_ms, word, count", [&](const Statement& row) {
        rows.push_back({row.integer(0), row.integer(1), std::string(row.bytes(2)),
                        static_cast<std::uint64_t>(row.integer(3))});
      });
  if (!read) return fail(read);
  return rows;
}

}  // namespace wordstream::simulation
