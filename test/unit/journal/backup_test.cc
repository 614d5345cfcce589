#include "journal/backup.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "catch.h"
#include "env/files.h"
#include "journal/inspection.h"
#include "unit/journal/checkpoint.h"
#include "unit/source/meddled_files.h"

using namespace wordstream;

namespace {

/// A checkpoint that is copied while somebody uses it.
struct Copied {
  Checkpoint checkpoint;
  std::unique_ptr<Journal> journal = checkpoint.open();
  std::unique_ptr<Files> real = make_real_files();
  MeddledFiles files{*real};
  /// Called between two readings, with the number of the try.
  std::function<void(int)> between;
  int try_count = 0;

  std::string to() const { return checkpoint.folder() / "copies/today"; }

  Result<std::uint64_t> back_up() {
    bool is_database = true;  // It is opened first, once, and then the other one for each try.
    files.before_open = [&, is_database]() mutable {
      if (!std::exchange(is_database, false)) between(++try_count);
    };
    return back_up_journal(files, checkpoint.storage(), checkpoint.directory(), to(),
                           [&] { return try_count < 20; });
  }
  std::string copy() const { return cli::read_file(to() + "/journal.db"); }
  std::uint64_t last_batch_of_copy() {
    const Result<Inspection> seen = inspect_journal(checkpoint.storage(), to());
    REQUIRE(seen.has_value());
    return seen->state.meta.last_batch;
  }
};

void overwrite(const std::string& path, std::string_view bytes) {
  std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << bytes << std::flush;
}

}  // namespace

TEST_CASE("a journal in use is copied, and its owner goes on", "[journal]") {
  Copied it;
  write(*it.journal, batch(1, counts("to=2 be=1")));
  it.between = [](int) {};
  const Result<std::uint64_t> size = it.back_up();
  REQUIRE(size.has_value());
  CHECK(it.try_count == 1);
  CHECK(it.copy().size() == *size);
  CHECK(it.copy() == cli::read_file(it.checkpoint.path()));
  CHECK(std::filesystem::status(it.to()).permissions() == std::filesystem::perms::owner_all);
  write(*it.journal, batch(2, counts("or=1")));
  CHECK(it.last_batch_of_copy() == 1);
}

TEST_CASE("a commit between the two readings begins the copy anew", "[journal]") {
  Copied it;
  write(*it.journal, batch(1, many_counts(3'000'000)));
  it.between = [&](int tries) {
    if (tries <= 3) write(*it.journal, batch(1U + static_cast<unsigned>(tries), counts("a=1")));
  };
  REQUIRE(it.back_up().has_value());
  CHECK(it.try_count == 4);
  CHECK(it.last_batch_of_copy() == 4);
}

TEST_CASE("what stands there in the middle of a commit is not copied", "[journal]") {
  const bool is_link = GENERATE(false, true);
  Copied it;
  write(*it.journal, batch(1, counts("to=2 be=1")));
  const std::string whole = cli::read_file(it.checkpoint.path());
  std::string rollback = it.checkpoint.path() + "-journal";
  if (is_link) {
    const std::string elsewhere = it.checkpoint.folder() / "disk.db";
    std::filesystem::rename(it.checkpoint.path(), elsewhere);
    std::filesystem::rename(rollback, elsewhere + "-journal");
    std::filesystem::create_symlink(elsewhere, it.checkpoint.path());
    rollback = elsewhere + "-journal";
  }
  overwrite(rollback, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7");
  overwrite(it.checkpoint.path(), whole.substr(0, 4096) + std::string(64, 'x'));
  it.between = [&](int tries) {
    if (tries == 3) overwrite(it.checkpoint.path(), whole);
    if (tries == 5) overwrite(rollback, std::string(8, '\0'));
  };
  REQUIRE(it.back_up().has_value());
  CHECK(it.try_count == 5);
  CHECK(it.copy() == whole);
}

TEST_CASE("a journal that is never at rest gives no copy, and nothing of one is left",
          "[journal]") {
  Copied it;
  write(*it.journal, batch(1, counts("to=2 be=1")));
  std::uint64_t id = 1;
  it.between = [&](int) { write(*it.journal, batch(++id, counts("a=1"))); };
  const Result<std::uint64_t> size = it.back_up();
  REQUIRE_FALSE(size.has_value());
  CHECK(size.error().code == ErrorCode::Busy);
  CHECK(it.try_count == 20);
  CHECK(it.copy().empty());
}

TEST_CASE("a copy takes no other's place", "[journal]") {
  Copied it;
  write(*it.journal, batch(1, counts("to=2 be=1")));
  it.between = [](int) {};
  REQUIRE(it.back_up().has_value());
  const std::string first = it.copy();
  write(*it.journal, batch(2, counts("or=1")));
  const Result<std::uint64_t> again = it.back_up();
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().code == ErrorCode::CannotCreate);
  CHECK(it.copy() == first);
}

TEST_CASE("a journal that nobody uses is copied, too", "[journal]") {
  Copied it;
  write(*it.journal, batch(1, counts("to=2 be=1")));
  it.journal.reset();
  it.between = [](int) {};
  REQUIRE(it.back_up().has_value());
  CHECK(it.last_batch_of_copy() == 1);
}

TEST_CASE("without a journal there is nothing to copy, and nothing is made", "[journal]") {
  const Checkpoint checkpoint;
  const std::unique_ptr<Files> files = make_real_files();
  const std::unique_ptr<Storage> storage = make_real_storage();
  const std::string to = checkpoint.folder() / "copy";
  const auto size =
      back_up_journal(*files, *storage, checkpoint.directory(), to, [] { return true; });
  REQUIRE_FALSE(size.has_value());
  CHECK(size.error().code == ErrorCode::NotFound);
  CHECK_FALSE(std::filesystem::exists(to));
}
