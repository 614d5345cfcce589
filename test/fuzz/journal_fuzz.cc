// A journal gives back what any acts have written into it: batches with their slices, positions,
// marks, the base; to a run that goes on, and to one that only looks. And where somebody has
// changed its rows, by any value in any column, what it says of it is that it is damaged, or what
// was written: nothing else is ever read.
//   input: acts of a run, one behind the other, the number of acts before them; then damages
#include "journal/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "fuzz/input.h"
#include "fuzz/memory_storage.h"
#include "fuzz/plain_journal.h"
#include "fuzz/target.h"
#include "journal/inspection.h"

namespace wordstream {
namespace {

constexpr std::string_view kDirectory = "/fuzzed";
constexpr std::string_view kPath = "/fuzzed/journal.db";
constexpr unsigned kColumnsMax = 64;  // and some more than there are
constexpr WallTime kNow{std::chrono::seconds(1'357'008'430)};

Label at(std::int64_t millis) { return std::chrono::floor<Millis>(kNow) + Millis(millis); }

std::shared_ptr<const WordCounts> counts_in(FuzzInput& input) {
  std::map<std::string, std::uint64_t> counts;
  for (unsigned left = input.below(6); left > 0; --left) {
    const std::string word(input.text());
    counts[word] = 1 + input.number() / 2;
  }
  std::uint64_t total = 0;
  WordCounts::Builder builder;
  for (const auto& [word, count] : counts) {
    // No sum of counts is greater than 64 bits have room for.
    const std::uint64_t bounded = std::min(count, (~std::uint64_t{0} - total) / 8);
    total += bounded;
    builder.add(word, bounded);
  }
  return std::make_shared<const WordCounts>(std::move(builder).build());
}

class Run {
 public:
  Run() {
    // A connection that has it, so that it stays between two runs.
    keeper_ = storage_.open_database(std::string(kPath), {}).value();
    sinks_ = {{"stdout", "print", 10}, {"file:/x", "tsv", 3}};
    open();
  }

  void act(FuzzInput& input) {
    switch (input.below(9)) {
      case 0:
      case 1:
      case 2:
        return write_slice(input);
      case 3:
        return write({.positions = moves_in(input)});
      case 4:
        return mark(input);
      case 5:
        return prune(input);
      case 6:
        return write_base(input);
      case 7:
        journal_.reset();
        if (input.below(2) == 0) sinks_.front().format = input.below(2) == 0 ? "csv" : "json";
        if (input.below(2) == 0) std::swap(sinks_.front(), sinks_.back());
        open();
        return check();
      default:
        return check();
    }
  }

  void check() {
    const PlainJournal& plain = plain_;
    WS_CHECK(journal_->last_batch() == plain.last_batch, "the last batch");
    WS_CHECK(journal_->last_closed() == plain.last_closed, "the last closed batch");
    WS_CHECK(journal_->last_batch() + 1 - journal_->first_kept() == plain.batches.size(),
             "keeping batches");
    for (const auto& [id, batch] : plain.batches) {
      const Result<StoredBatch> stored = journal_->read(id);
      WS_CHECK(stored && stored->id == id && are_same(*stored, batch), "reading a batch");
    }
    WS_CHECK(are_same(journal_->positions(), plain.positions), "reading positions");
    for (const SinkRecord& sink : journal_->sinks()) {
      WS_CHECK(sink.mark == plain.marks.at(sink.name), "reading a mark");
    }
    std::string base;
    WS_CHECK(journal_->read_base([&](std::string_view chunk) { base += chunk; }), "reading a base");
    WS_CHECK(base == plain.base && journal_->base_through() == plain.base_through, "its base");
  }

  /// Changes rows by hand. Requires: no act comes any more.
  void damage(FuzzInput& input);

  /// Reads all that is there, damaged or not.
  void check_damaged();

 private:
  void open() {
    Result<std::unique_ptr<Journal>> opened = Journal::open(storage_, opening());
    WS_CHECK(opened.has_value(), "opening a journal");
    journal_ = std::move(*opened);
    for (const WantedSink& sink : sinks_) plain_.marks.try_emplace(sink.name);
  }

  Opening opening() const {
    return {.directory = std::string(kDirectory),
            .fingerprint = "job",
            .now = kNow,
            .sinks = sinks_,
            .new_id = {{1, 2, 3}},
            .epoch_step = 1};
  }

  void write(const Record& record) {
    WS_CHECK(journal_->write(record), "writing a record");
    plain_.positions.apply(record.positions);
  }

  static Positions moves_in(FuzzInput& input) {
    Positions moves;
    for (unsigned left = input.below(4); left > 0; --left) {
      std::string name(1 + input.below(3), 'n');
      name.back() = static_cast<char>(input.byte());
      if (input.below(4) == 0) {
        moves.set_over(Stream{name, ""});
        continue;
      }
      std::string title(input.text());
      Position position{std::make_shared<const Stream>(Stream{name, title}), input.number(),
                        static_cast<Position::Place>(input.below(5))};
      position.proof = input.text();
      moves.set(std::move(position));
    }
    return moves;
  }

  void write_slice(FuzzInput& input) {
    const bool is_new = plain_.last_batch == plain_.last_closed;
    const std::uint64_t id = is_new ? plain_.last_batch + 1 : plain_.last_batch;
    const unsigned bits = input.byte();
    Record record;
    SliceRecord slice;
    slice.batch = id;
    slice.interval.start = at(plain_.last_end);
    slice.interval.end = at(plain_.last_end + 1 + input.byte());
    slice.interval.is_partial = (bits & 1U) != 0;
    if ((bits & 2U) != 0) slice.interval.clock_step = Millis(static_cast<int>(input.byte()) - 128);
    slice.closes = (bits & 4U) != 0;
    slice.ends_run = (bits & 8U) != 0;
    slice.line_count = input.byte();
    slice.byte_count = input.byte();
    if ((bits & 16U) != 0) slice.counts = counts_in(input);
    record.slice = slice;
    if ((bits & 32U) != 0) record.positions = moves_in(input);
    write(record);

    PlainBatch& batch = plain_.batches[id];
    batch.interval = slice.interval;
    batch.line_count += slice.line_count;
    batch.byte_count += slice.byte_count;
    batch.is_open = !slice.closes;
    batch.ends_run = slice.ends_run;
    if (slice.counts && !slice.counts->empty()) batch.slices.emplace_back(slice.counts->packed());
    plain_.last_batch = id;
    if (!slice.closes) return;
    plain_.last_closed = id;
    plain_.last_end = (slice.interval.end - at(0)).count();
  }

  void mark(FuzzInput& input) {
    const std::size_t sink = input.below(2);
    SinkMark& known = plain_.marks.at(sinks_[sink].name);
    known.applied += input.byte() % (plain_.last_closed - known.applied + 1);
    known.place = input.text();
    known.title = input.text();
    write({.marks = {{sink, known}}});
  }

  void prune(FuzzInput& input) {
    std::uint64_t through = plain_.last_closed;
    for (const auto& [name, mark] : plain_.marks) through = std::min(through, mark.applied);
    through -= std::min<std::uint64_t>(through, input.below(3));
    write({.prune_through = through});
    std::erase_if(plain_.batches, [&](const auto& batch) { return batch.first <= through; });
  }

  void write_base(FuzzInput& input) {
    WS_CHECK(journal_->begin_base(plain_.last_closed), "beginning a base");
    std::string base;
    for (unsigned left = input.below(4); left > 0; --left) {
      const std::string_view chunk = input.text();
      base += chunk;
      WS_CHECK(journal_->add_to_base(chunk), "adding to a base");
    }
    if (input.below(4) == 0) return;  // it is forgotten
    WS_CHECK(journal_->switch_base(), "switching to a base");
    plain_.base = base;
    plain_.base_through = plain_.last_closed;
  }

  MemoryStorage storage_;
  std::unique_ptr<Database> keeper_;
  std::vector<WantedSink> sinks_;
  std::unique_ptr<Journal> journal_;
  PlainJournal plain_;
};

/// A column of a table, and the first column of the table's key.
struct Column {
  std::string table;
  std::string key;
  std::string name;
};

std::optional<Column> column_of(Database& database, unsigned number) {
  Result<Statement> columns = database.prepare(
      "SELECT t.name, (SELECT name FROM pragma_table_info(t.name) WHERE pk = 1), c.name"
      " FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'"
      " ORDER BY t.name, c.cid LIMIT 1 OFFSET ?");
  WS_CHECK(columns.has_value(), "looking for columns");
  columns->bind(1, number);
  const Result<bool> row = columns->step();
  WS_CHECK(row.has_value(), "looking for a column");
  if (!*row) return std::nullopt;
  const auto text = [&](int column) { return std::string(columns->bytes(column)); };
  return Column{text(0), text(1), text(2)};
}

void Run::damage(FuzzInput& input) {
  journal_.reset();
  const auto database = storage_.open_database(std::string(kPath), {.create = false});
  WS_CHECK(database.has_value(), "opening a database by hand");
  const std::optional<Column> found = column_of(**database, input.below(kColumnsMax));
  if (!found) return;
  const Column& column = *found;
  const std::string which =
      fmt::format("{0} = (SELECT {0} FROM {1} ORDER BY {0} LIMIT 1 OFFSET {2})", column.key,
                  column.table, input.below(3));
  std::string sql;
  std::optional<std::string_view> bytes;
  bool is_text = false;
  switch (input.below(8)) {
    case 0:
      sql = fmt::format("UPDATE {0} SET {1} = {1} + {2} WHERE {3}", column.table, column.name,
                        static_cast<int>(input.byte()) - 128, which);
      break;
    case 1:
      sql = fmt::format("UPDATE {} SET {} = {} WHERE {}", column.table, column.name,
                        static_cast<std::int64_t>(input.number()), which);
      break;
    case 2:
    case 3:
      sql = fmt::format("UPDATE {} SET {} = ? WHERE {}", column.table, column.name, which);
      is_text = input.below(2) == 0;
      bytes = input.text();
      break;
    case 4:
      sql = fmt::format("UPDATE {} SET {} = NULL WHERE {}", column.table, column.name, which);
      break;
    case 5:
      sql = fmt::format("DELETE FROM {} WHERE {}", column.table, which);
      break;
    case 6:
      sql = fmt::format("UPDATE {0} SET {1} = (SELECT {1} FROM {0} ORDER BY {2} DESC LIMIT 1)",
                        column.table, column.name, column.key);
      break;
    default:
      sql = input.below(2) == 0 ? fmt::format("DROP TABLE {}", column.table)
                                : fmt::format("PRAGMA user_version = {}", input.below(4));
  }
  Result<Statement> statement = (*database)->prepare(sql);
  if (!statement) return;  // its table is gone
  if (bytes) is_text ? statement->bind_text(1, *bytes) : statement->bind_blob(1, *bytes);
  // The tables themselves refuse some.
  const Status done = statement->run();
  WS_CHECK(done || done.error().code == ErrorCode::BadData ||
               done.error().code == ErrorCode::AlreadyThere,
           "damaging a row");
}

void check_refused(const Error& error) {
  WS_CHECK(error.code == ErrorCode::BadData, "refusing what is damaged");
  WS_CHECK(error.message.find(kDirectory) != std::string::npos, "naming what is damaged");
}

void Run::check_damaged() {
  const Result<Inspection> looked = inspect_journal(storage_, std::string(kDirectory));
  if (looked) {
    WS_CHECK(are_same(looked->positions, plain_.positions), "looking at positions");
    WS_CHECK(looked->batches.size() == plain_.batches.size(), "looking at batches");
    for (const BatchRow& row : looked->batches) {
      const auto batch = plain_.batches.find(row.id);
      WS_CHECK(batch != plain_.batches.end() && are_same(row.interval, batch->second.interval) &&
                   row.line_count == batch->second.line_count,
               "looking at a batch");
    }
  } else {
    check_refused(looked.error());
  }
  Result<std::unique_ptr<Journal>> opened = Journal::open(storage_, opening());
  WS_CHECK(opened.has_value() || !looked || opened.error().code == ErrorCode::BadData,
           "opening it");
  if (!opened) return check_refused(opened.error());
  Journal& journal = **opened;
  WS_CHECK(journal.last_batch() == plain_.last_batch && journal.last_closed() == plain_.last_closed,
           "the last batch of what is damaged");
  WS_CHECK(are_same(journal.positions(), plain_.positions), "positions of what is damaged");
  for (const SinkRecord& sink : journal.sinks()) {
    WS_CHECK(sink.mark == plain_.marks.at(sink.name), "a mark of what is damaged");
  }
  for (const auto& [id, batch] : plain_.batches) {
    const Result<StoredBatch> stored = journal.read(id);
    if (!stored) {
      check_refused(stored.error());
    } else {
      WS_CHECK(are_same(*stored, batch), "a batch of what is damaged");
    }
  }
  std::string base;
  const Status read = journal.read_base([&](std::string_view chunk) { base += chunk; });
  if (!read) return check_refused(read.error());
  WS_CHECK(base == plain_.base, "a base of what is damaged");
}

void run(std::string_view bytes) {
  constexpr unsigned kActsMax = 40;
  FuzzInput input(bytes);
  Run all;
  for (unsigned left = input.below(kActsMax); left > 0 && !input.is_over(); --left) all.act(input);
  all.check();
  if (input.is_over()) return;
  while (!input.is_over()) all.damage(input);
  all.check_damaged();
}

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  const std::string count = "\1\0\0\0\0\0\0\0"s;
  const std::string words = "\2\2to"s + count + "\2be"s + count;
  const std::string move = "\1\0x\1\7file:/x\5\0\0\0\0\0\0\0\1\5proof"s;
  // A slice of a batch with all that it can have, one that leaves it open, one without words.
  const std::string whole = "\0\x36\x64\x90\3\7"s + words + move;
  const std::string part = "\1\x10\x64\1\2"s + words;
  const std::string empty = "\2\4\x64\0\0"s;
  const std::string marks = "\4\0\1\5place\5title\4\1\1\0\0"s;
  const std::string base = "\6\2\5first\6second\1"s;
  const std::string acts = whole + empty + marks + base + part;
  std::vector<std::string> seeds{"\x06"s + acts,
                                 "\x0B"s + acts + "\5\0\7\0\0\0"s + part + "\x08"s + empty,
                                 "\3"s + whole + whole + "\3"s + move};
  char column = 0;
  for (const char kind : {'\0', '\1', '\2', '\4', '\5', '\6', '\7'}) {
    seeds.push_back("\x06"s + acts + std::string{column, '\0', kind, '\1', '\3', 'a', 'b', 'c'});
    column = static_cast<char>(column + 7);
  }
  return seeds;
}

}  // namespace

const FuzzTarget kJournalFuzz{&run, &seeds};

}  // namespace wordstream
