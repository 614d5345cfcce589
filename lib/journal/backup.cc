#include "journal/backup.h"

#include <fmt/format.h>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "journal/inspection.h"

namespace wordstream {
namespace {

constexpr std::size_t kPieceSize = std::size_t{1} << 20;
constexpr std::string_view kRollbackMagic = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";

/// What stands in the database now: read from its beginning to its end, and written to `copy`, if
/// there is one.
Result<Digest> read_through(const File& database, std::vector<char>& piece, StoredFile* copy) {
  DigestStream seen;
  for (std::uint64_t offset = 0;;) {
    const Result<std::size_t> count = database.read_at(offset, piece);
    if (!count) return fail(count);
    if (*count == 0) return seen.value();
    const std::string_view bytes(piece.data(), *count);
    seen.add(bytes);
    offset += *count;
    if (copy == nullptr) continue;
    if (const Status written = copy->append(bytes); !written) return fail(written);
  }
}

/// Nobody is writing to the database. Its rollback journal is beside the file itself, be `path` a
/// link to that.
Result<bool> is_at_rest(Files& files, Storage& storage, const std::string& path) {
  const Result<std::vector<Sibling>> siblings = storage.siblings(path);
  if (!siblings) return fail(siblings);
  for (const Sibling& sibling : *siblings) {
    if (!sibling.path.ends_with("-journal")) continue;
    const Result<std::unique_ptr<File>> rollback = files.open(sibling.path);
    if (!rollback && rollback.error().code == ErrorCode::NotFound) continue;
    if (!rollback) return fail(rollback);
    const Result<std::string> head = read_bytes(**rollback, 0, kRollbackMagic.size());
    if (!head) return fail(head);
    if (*head == kRollbackMagic) return false;
  }
  return true;
}

/// False: it was written to meanwhile.
Result<bool> try_to_copy(Files& files, Storage& storage, const std::string& path,
                         const File& database, StoredFile& copy) {
  std::vector<char> piece(kPieceSize);
  const Result<Digest> before = read_through(database, piece, nullptr);
  if (!before) return fail(before);
  const Result<bool> is_resting = is_at_rest(files, storage, path);
  if (!is_resting) return fail(is_resting);
  if (!*is_resting) return false;
  const Result<Digest> behind = read_through(database, piece, &copy);
  if (!behind) return fail(behind);
  return *before == *behind;
}

Result<std::uint64_t> copy_at_rest(Files& files, Storage& storage, const std::string& path,
                                   StoredFile& copy, const std::function<bool()>& wait) {
  const Result<std::unique_ptr<File>> database = files.open(path);
  if (!database) return fail(database);
  do {
    const Result<bool> is_copied = try_to_copy(files, storage, path, **database, copy);
    if (!is_copied) return fail(is_copied);
    if (*is_copied) {
      if (const Status synced = copy.sync(); !synced) return fail(synced);
      const Result<FileInfo> info = copy.info();
      if (!info) return fail(info);
      return info->size;
    }
    if (const Status emptied = copy.truncate(0); !emptied) return fail(emptied);
  } while (wait());
  return fail(ErrorCode::Busy,
              fmt::format("{} is written to all the time: try again, or stop who uses it", path));
}

/// A part of a copy is none. A file whose disk is full takes no more orders, but opened anew it
/// does.
void take_back(Storage& storage, std::unique_ptr<StoredFile> copy, const std::string& path) {
  copy.reset();
  const auto again = storage.open_file(path);
  if (again) static_cast<void>((*again)->truncate(0));
}

/// What a crash cut short is undone by whoever opens the journal.
Status undo_cut_commit(Storage& storage, const std::string& directory) {
  const Result<Inspection> inspection = inspect_journal(storage, directory);
  if (!inspection && inspection.error().code != ErrorCode::Busy) return fail(inspection);
  return {};
}

}  // namespace

Result<std::uint64_t> back_up_journal(Files& files, Storage& storage, const std::string& directory,
                                      const std::string& to, const std::function<bool()>& wait) {
  if (const Status whole = undo_cut_commit(storage, directory); !whole) return fail(whole);
  if (const Status made = storage.make_directory(to); !made) return fail(made);
  auto copy = storage.open_file(to + "/journal.db");
  if (!copy) return fail(copy);
  const Result<FileInfo> info = (*copy)->info();
  if (!info) return fail(info);
  if (info->size != 0) {
    return fail(ErrorCode::CannotCreate,
                fmt::format("a checkpoint is in {} already: name another directory", to));
  }
  Result<std::uint64_t> size =
      copy_at_rest(files, storage, directory + "/journal.db", **copy, wait);
  if (!size) take_back(storage, std::move(*copy), to + "/journal.db");
  return size;
}

}  // namespace wordstream
