#include "journal/inspection.h"

#include <fmt/format.h>

#include <utility>

#include "journal/base_rows.h"
#include "journal/schema.h"

namespace wordstream {
namespace {

tl::unexpected<Error> fail_absent(const std::string& directory) {
  return fail(ErrorCode::NotFound,
              fmt::format("there is no journal in {}; name a checkpoint directory", directory));
}

Status check_nobody_holds(Storage& storage, const std::string& directory) {
  const Result<std::int64_t> owner = storage.owner_of_directory(directory);
  if (!owner) return fail(owner);
  if (*owner == 0) return {};
  const std::string who = *owner > 0 ? fmt::format("process {}", *owner) : "another process";
  return fail(ErrorCode::Busy, fmt::format("{} is using {}; stop it first", who, directory));
}

/// To be written, so that SQLite can undo what a crash cut short; to be read, where that is not
/// permitted.
Result<std::unique_ptr<Database>> open_existing(Storage& storage, const std::string& directory) {
  const std::string path = directory + "/journal.db";
  auto database = storage.open_database(path, {.create = false});
  if (!database && database.error().code == ErrorCode::NotPermitted)
    database = storage.open_database(path, {.create = false, .read_only = true});
  if (database) return database;
  const ErrorCode code = database.error().code;
  const bool is_absent = code == ErrorCode::NotFound || code == ErrorCode::CannotCreate;
  return is_absent ? fail_absent(directory) : fail_with_advice(database.error());
}

Result<Inspection> read_all(Statements& statements, Schema schema) {
  Result<Kept> kept = read_kept(statements, schema);
  if (!kept) return fail(kept);
  Inspection inspection{std::move(kept->state), std::move(kept->positions), {}};
  const MetaRow& meta = inspection.state.meta;
  for (std::uint64_t id = meta.first_kept; id <= meta.last_batch; ++id) {
    Result<BatchRow> batch = read_batch(statements, id);
    if (!batch) return fail(batch);
    const Result<StoredBatch> slices = read_slices(statements, *batch);
    if (!slices) return fail(slices);
    inspection.batches.push_back(*batch);
  }
  const Status base = read_base_chunks(statements, meta.base_number, meta.base_chunk_count,
                                       [](std::string_view) {});
  if (!base) return fail(base);
  return inspection;
}

}  // namespace

Result<Inspection> inspect_journal(Storage& storage, const std::string& directory) {
  const Status nobody = check_nobody_holds(storage, directory);
  if (!nobody) return fail(nobody);
  const Result<std::unique_ptr<Database>> database = open_existing(storage, directory);
  if (!database) return fail(database);
  Statements statements(**database);
  // All is read at one moment.
  const Status begun = statements.run("BEGIN");
  if (!begun) return fail(begun);
  const Result<Schema> schema = find_schema(statements);
  if (!schema) return fail(schema);
  if (*schema == Schema::None) return fail_absent(directory);
  return read_all(statements, *schema);
}

}  // namespace wordstream
