#include "cli/version_1.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/checksum.h"
#include "base/varint.h"
#include "catch.h"
#include "cli/descriptor.h"
#include "cli/emissions.h"

namespace wordstream::cli {

namespace {

/// Where all of them were made.
constexpr std::string_view kMadeIn = "/tmp/version_1/";

std::string data_path(const std::string& file) {
  return WORDSTREAM_SOURCE_DIR "/test/data/version_1/" + file;
}

std::string replace_all(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

template <typename T>
T checked(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}

std::unique_ptr<Database> load(const std::string& path, const std::string& sql) {
  std::unique_ptr<Database> database = checked(Database::open(path, {}));
  const Status status = database->execute(sql);
  if (!status) FAIL(status.error().message);
  return database;
}

/// What a row's checksum is of.
class Sum {
 public:
  explicit Sum(std::string_view table) { text(table); }

  Sum& number(std::int64_t value) {
    for (int shift = 0; shift < 64; shift += 8) {
      bytes_ += static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xff);
    }
    return *this;
  }
  Sum& text(std::string_view bytes) {
    number(static_cast<std::int64_t>(bytes.size()));
    bytes_ += bytes;
    return *this;
  }
  std::int64_t value() const { return checksum(bytes_); }

 private:
  std::string bytes_;
};

/// What a file is, as positions and marks have it.
struct Identity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t birth_ns = 0;
};

Identity identity_of(const std::string& path) {
  struct statx status = {};
  const int looked = ::statx(AT_FDCWD, path.c_str(), 0, STATX_BASIC_STATS | STATX_BTIME, &status);
  require_os(looked == 0, path.c_str());
  Identity identity{makedev(status.stx_dev_major, status.stx_dev_minor), status.stx_ino};
  if ((status.stx_mask & STATX_BTIME) != 0) {
    identity.birth_ns = static_cast<std::uint64_t>(status.stx_btime.tv_sec) * 1'000'000'000U +
                        status.stx_btime.tv_nsec;
  }
  return identity;
}

/// The position's stream for another file that begins as that one did: form, device, inode, birth,
/// head, checksum.
std::string moved_stream(std::string_view stream, const Identity& to) {
  std::array<std::uint64_t, 6> numbers{};
  const char* at = stream.data();
  for (std::uint64_t& number : numbers) number = read_varint(at);
  REQUIRE(at == stream.data() + stream.size());
  REQUIRE(numbers[0] == 1);
  numbers[1] = to.device;
  numbers[2] = to.inode;
  numbers[3] = to.birth_ns;
  std::string moved;
  for (const std::uint64_t number : numbers) append_varint(moved, number);
  return moved;
}

}  // namespace

OldCheckpoint::OldCheckpoint(const Folder& folder, const std::string& name)
    : directory_(std::filesystem::canonical(folder.path()).string() + "/") {
  std::filesystem::create_directory(directory_ + "state");
  journal_ = load(directory_ + "state/journal.db",
                  read_file(data_path("schema.sql")) +
                      replace_all(read_file(data_path(name + ".sql")), kMadeIn, directory_));
  if (std::filesystem::exists(data_path(name + ".out.db.sql"))) {
    load(directory_ + "out.db", read_file(data_path(name + ".out.db.sql")));
  }
  if (std::filesystem::exists(data_path(name + ".out.tsv"))) {
    folder.write("out.tsv", read_file(data_path(name + ".out.tsv")));
    written_to("out.tsv");
  }
  seal_again();
}

void OldCheckpoint::read_from(const std::string& file) {
  Statement query = checked(journal_->prepare("SELECT stream FROM meta"));
  REQUIRE(checked(query.step()));
  const std::string moved = moved_stream(query.bytes(0), identity_of(directory_ + file));
  query.reset();
  Statement update = checked(journal_->prepare("UPDATE meta SET stream = ?"));
  update.bind_blob(1, moved);
  REQUIRE(update.run());
  seal_again();
}

/// The mark is of this file.
void OldCheckpoint::written_to(const std::string& file) {
  const Identity identity = identity_of(directory_ + file);
  const std::string name = "file:" + directory_ + file;
  Statement update = checked(
      journal_->prepare("UPDATE sink SET device = ?, inode = ? WHERE name = ? RETURNING length"));
  update.bind(1, static_cast<std::int64_t>(identity.device));
  update.bind(2, static_cast<std::int64_t>(identity.inode));
  update.bind_text(3, name);
  REQUIRE(checked(update.step()));
  REQUIRE_FALSE(update.is_null(0));
  REQUIRE(update.run());
}

Span OldCheckpoint::move_to_today() {
  constexpr std::int64_t kDay = std::chrono::milliseconds(std::chrono::hours(24)).count();
  constexpr std::int64_t kRoom = std::chrono::milliseconds(std::chrono::minutes(5)).count();
  Span open;
  {
    Statement query =
        checked(journal_->prepare("SELECT start_ms, end_ms FROM batch WHERE is_open"));
    REQUIRE(checked(query.step()));
    open = {query.integer(0), query.integer(1)};
  }
  const std::int64_t days = (wall_clock_ms() + kRoom - open.end_ms) / kDay + 1;
  const std::string by = std::to_string(days * kDay);
  REQUIRE(journal_->execute(
      "UPDATE meta SET began_ms = began_ms + " + by + ", last_end_ms = last_end_ms + " + by +
      "; UPDATE batch SET start_ms = start_ms + " + by + ", end_ms = end_ms + " + by));
  seal_again();
  return {open.start_ms + days * kDay, open.end_ms + days * kDay};
}

void OldCheckpoint::seal_again() {
  seal_meta();
  seal_batches();
  seal_sinks();
}

void OldCheckpoint::seal_meta() {
  Statement row = checked(journal_->prepare(
      "SELECT journal_id, job, epoch, began_ms, first_kept, last_batch, last_end_ms, stream,"
      " byte_offset, place, sink_count, base_number, base_through, base_chunk_count FROM meta"));
  REQUIRE(checked(row.step()));
  Sum sum("meta");
  sum.text(row.bytes(0)).text(row.bytes(1));
  for (int column = 2; column <= 5; ++column) sum.number(row.integer(column));
  sum.number(row.is_null(6) ? 0 : 1);
  if (!row.is_null(6)) sum.number(row.integer(6));
  sum.number(row.is_null(7) ? 0 : 1);
  if (!row.is_null(7)) sum.text(row.bytes(7)).number(row.integer(8)).number(row.integer(9));
  for (int column = 10; column <= 13; ++column) sum.number(row.integer(column));
  row.reset();
  Statement update = checked(journal_->prepare("UPDATE meta SET checksum = ?"));
  update.bind(1, sum.value());
  REQUIRE(update.run());
}

void OldCheckpoint::seal_batches() {
  Statement row = checked(journal_->prepare(
      "SELECT id, start_ms, end_ms, is_partial, is_open, ends_run, line_count, byte_count,"
      " word_count, row_count, slice_count, chunk_count FROM batch ORDER BY id"));
  Statement update = checked(journal_->prepare("UPDATE batch SET checksum = ? WHERE id = ?"));
  while (checked(row.step())) {
    Sum sum("batch");
    for (int column = 0; column <= 11; ++column) sum.number(row.integer(column));
    update.bind(1, sum.value());
    update.bind(2, row.integer(0));
    REQUIRE(update.run());
  }
}

void OldCheckpoint::seal_sinks() {
  Statement row = checked(
      journal_->prepare("SELECT name, applied, device, inode, length FROM sink ORDER BY name"));
  Statement count = checked(journal_->prepare("SELECT count(*) FROM sink_format WHERE sink = ?"));
  Statement format = checked(journal_->prepare(
      "SELECT first_batch, format, top FROM sink_format WHERE sink = ? ORDER BY first_batch"));
  Statement update = checked(journal_->prepare("UPDATE sink SET checksum = ? WHERE name = ?"));
  while (checked(row.step())) {
    const std::string name(row.bytes(0));
    Sum sum("sink");
    sum.text(name).number(row.integer(1)).number(row.is_null(2) ? 0 : 1);
    for (int column = 2; column <= 4 && !row.is_null(2); ++column) sum.number(row.integer(column));
    count.bind_text(1, name);
    REQUIRE(checked(count.step()));
    sum.number(count.integer(0));
    count.reset();
    format.bind_text(1, name);
    while (checked(format.step())) {
      sum.number(format.integer(0)).text(format.bytes(1)).number(format.integer(2));
    }
    update.bind(1, sum.value());
    update.bind_text(2, name);
    REQUIRE(update.run());
  }
}

}  // namespace wordstream::cli
