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

Status for_each_row(Database& database, const std::string& query,
                    const std::function<void(const Statement&)>& visit) {
  Result<Statement> rows = database.prepare(query);
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

Result<OutputRows> read_rows(std::string_view text, char between) {
  OutputRows rows;
  while (!text.empty()) {
    Result<std::string_view> line = take_until(text, '\n');
    if (!line) return fail(line);
    const std::string whole(*line);
    OutputRow row{};
    const Result<std::string_view> start = take_until(*line, between);
    const Result<std::string_view> end = take_until(*line, between);
    const Result<std::string_view> word = take_until(*line, between);
    if (!start || !end || !word || !parse(*start, row.start_ms) || !parse(*end, row.end_ms) ||
        !parse(*line, row.count)) {
      return fail(ErrorCode::BadData, fmt::format("this is no row: '{}'", whole));
    }
    row.word = *word;
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Of "222 bytes of inode 5"; 0 where none is named.
std::uint64_t inode_in(std::string_view title) {
  std::uint64_t inode = 0;
  parse(title.substr(title.rfind(' ') + 1), inode);
  return inode;
}

/// Of a producer's proof it is the generation; there are fewer than 128.
std::uint64_t second_byte_of(std::string_view proof) {
  return proof.size() < 2 ? 0 : static_cast<unsigned char>(proof[1]);
}

}  // namespace

Result<OutputRows> read_tsv(std::string_view text) { return read_rows(text, '\t'); }

Result<OutputRows> read_csv(std::string_view text) {
  constexpr std::string_view kHeader = "start_ms,end_ms,word,count\n";
  if (text.empty()) return OutputRows();
  if (!text.starts_with(kHeader)) return fail(ErrorCode::BadData, "a file begins without a header");
  return read_rows(text.substr(kHeader.size()), ',');
}

struct DiskCopy::Machine {
  sim::Trace trace;
  sim::FakeClock clock{SteadyTime{}, WallTime{}};
  sim::Timeline timeline{clock};
  sim::FakeDisk disk{1, trace};
  sim::FakeStorage storage{disk, timeline, clock};

  /// Null where there is none yet, or nothing in it.
  Result<std::unique_ptr<Database>> open(const std::string& path) {
    if (!disk.has(path)) return nullptr;
    DatabaseOptions options;
    options.create = false;
    Result<std::unique_ptr<Database>> database = storage.open_database(path, options);
    if (!database) return database;
    const Result<std::int64_t> tables = (*database)->integer("SELECT count(*) FROM sqlite_schema");
    if (!tables) return fail(tables);
    if (*tables == 0) return nullptr;
    return database;
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
  const Result<std::unique_ptr<Database>> database = machine_->open(directory + "/journal.db");
  if (!database) return fail(database);
  if (!*database) return outcome;
  Status read = for_each_row(**database, "SELECT epoch, last_batch, first_kept FROM meta",
                             [&](const Statement& row) {
                               outcome.progress = {{"the epoch", row.integer(0)},
                                                   {"the last batch", row.integer(1)},
                                                   {"the first batch kept", row.integer(2)}};
                             });
  if (read) {
    read =
        for_each_row(**database, "SELECT sink, applied, coalesce(file_bytes, 0), mark FROM marks",
                     [&](const Statement& row) {
                       outcome.progress.emplace(row.bytes(0), row.integer(1));
                       outcome.file_length += static_cast<std::size_t>(row.integer(2));
                       outcome.file_inode += inode_in(row.bytes(3));
                     });
  }
  if (read) {
    read = for_each_row(
        **database, "SELECT stream, byte_offset, proof FROM position", [&](const Statement& row) {
          outcome.places.emplace(row.bytes(0),
                                 JournalPlace{second_byte_of(row.bytes(2)),
                                              static_cast<std::uint64_t>(row.integer(1))});
        });
  }
  if (read) {
    read = for_each_row(**database, "SELECT bytes FROM counts",
                        [&](const Statement& row) { add_words(row.bytes(0), outcome.words); });
  }
  if (!read) return fail(read);
  return outcome;
}

Result<std::map<std::string, std::int64_t>> DiskCopy::progress(const std::string& path) {
  std::map<std::string, std::int64_t> progress;
  const Result<std::unique_ptr<Database>> database = machine_->open(path);
  if (!database) return fail(database);
  if (!*database) return progress;
  const Status read = for_each_row(**database, "SELECT batch, epoch FROM wordstream_progress",
                                   [&](const Statement& row) {
                                     progress.emplace(path + ": the batch", row.integer(0));
                                     progress.emplace(path + ": the epoch", row.integer(1));
                                   });
  if (!read) return fail(read);
  return progress;
}

Result<OutputRows> DiskCopy::rows(const std::string& path, bool is_total) {
  OutputRows rows;
  const Result<std::unique_ptr<Database>> database = machine_->open(path);
  if (!database) return fail(database);
  if (!*database) return rows;
  const Status read =
      for_each_row(**database,
                   is_total ? "SELECT 0, 0, word, count FROM totals"
                            : "SELECT start_ms, end_ms, word, count FROM counts",
                   [&](const Statement& row) {
                     rows.push_back({row.integer(0), row.integer(1), std::string(row.bytes(2)),
                                     static_cast<std::uint64_t>(row.integer(3))});
                   });
  if (!read) return fail(read);
  return rows;
}

}  // namespace wordstream::simulation
