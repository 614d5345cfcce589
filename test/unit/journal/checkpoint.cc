#include "unit/journal/checkpoint.h"

#include <fmt/format.h>

#include <sstream>

#include "catch.h"
#include "env/database.h"

namespace wordstream {
namespace {

std::unique_ptr<Database> open_database(const std::string& path) {
  auto database = Database::open(path, {.create = false});
  if (!database) FAIL(database.error().message);
  return std::move(*database);
}

}  // namespace

std::shared_ptr<const WordCounts> counts(std::string_view text) {
  WordCounts::Builder builder;
  std::istringstream rows{std::string(text)};
  for (std::string row; rows >> row;) {
    const std::size_t equals = row.find('=');
    builder.add(row.substr(0, equals), std::stoull(row.substr(equals + 1)));
  }
  return std::make_shared<const WordCounts>(std::move(builder).build());
}

std::string to_text(const WordCounts& counts) {
  std::string text;
  counts.for_each([&](const WordCount& row) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", row.word, row.count);
  });
  return text;
}

std::shared_ptr<const WordCounts> many_counts(std::size_t byte_count, unsigned seed) {
  WordCounts::Builder builder;
  for (std::size_t size = 0, word = 0; size < byte_count; size += 18, ++word)
    builder.add(fmt::format("{:07}-{:08}", seed, word), 1);
  return std::make_shared<const WordCounts>(std::move(builder).build());
}

Position position(std::uint64_t offset, Position::Place place) {
  return {std::make_shared<const Stream>(Stream{"x", "file:/x"}), offset, place, "proof"};
}

Record batch(std::uint64_t id, std::shared_ptr<const WordCounts> counts) {
  Record record = open_slice(id, std::move(counts));
  record.slice->closes = true;
  return record;
}

Record open_slice(std::uint64_t id, std::shared_ptr<const WordCounts> counts) {
  const auto end = static_cast<std::int64_t>(id) * 1000;
  const std::uint64_t words = counts ? counts->total() : 0;
  Record record;
  record.slice = SliceRecord{.batch = id,
                             .interval = {at(end - 1000), at(end)},
                             .line_count = 1,
                             .byte_count = words * 2,
                             .counts = std::move(counts)};
  return record;
}

Record mark(std::size_t sink, std::uint64_t applied) {
  return {.marks = {{sink, SinkMark{applied}}}};
}

Checkpoint::Checkpoint(std::unique_ptr<Storage> storage) : storage_(std::move(storage)) {}

Opening Checkpoint::opening() const {
  return {.directory = directory(),
          .fingerprint = "job",
          .now = kNow,
          .sinks = {{"stdout", "print", 10}},
          .new_id = {{1, 2, 3}},
          .epoch_step = 1};
}

Result<std::unique_ptr<Journal>> Checkpoint::try_open(const Opening& opening) {
  return Journal::open(*storage_, opening);
}

std::unique_ptr<Journal> Checkpoint::open(const Opening& opening) {
  auto journal = try_open(opening);
  if (!journal) FAIL(journal.error().message);
  return std::move(*journal);
}

void Checkpoint::run(std::string_view sql) const {
  const Status status = open_database(path())->execute(sql);
  if (!status) FAIL(status.error().message);
}

std::string Checkpoint::query(std::string_view sql) const {
  const auto database = open_database(path());
  auto statement = database->prepare(sql);
  if (!statement) FAIL(statement.error().message);
  std::string text;
  while (statement->step().value()) {
    text += statement->bytes(0);
    text += '\n';
  }
  return text;
}

void write(Journal& journal, const Record& record) {
  const Status status = journal.write(record);
  if (!status) FAIL(status.error().message);
}

StoredBatch read(Journal& journal, std::uint64_t id) {
  Result<StoredBatch> batch = journal.read(id);
  if (!batch) FAIL(batch.error().message);
  return std::move(*batch);
}

}  // namespace wordstream
