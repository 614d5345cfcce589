#include "env/storage.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "contract/contract.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

std::unique_ptr<StoredFile> open(Outside& outside, const std::string& name) {
  return outside.storage().open_file(outside.path(name)).value();
}

std::string read(const StoredFile& file, std::uint64_t offset = 0) {
  std::string text;
  std::array<char, 7> part{};
  std::size_t got = 1;
  while (got > 0) {
    got = file.read_at(offset + text.size(), part).value();
    text.append(part.data(), got);
  }
  return text;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

CONTRACT("what was appended is read back, from any offset", "[storage]") {
  TestType outside;
  const auto file = open(outside, "out");
  REQUIRE(file->append("to be or ").has_value());
  REQUIRE(file->append("").has_value());
  REQUIRE(file->append("not to be").has_value());
  REQUIRE(file->sync().has_value());
  CHECK(read(*file) == "to be or not to be");
  CHECK(read(*file, 9) == "not to be");
  CHECK(read(*file, 18).empty());
  CHECK(read(*file, 1000).empty());
  CHECK(file->info().value().size == 18);
}

CONTRACT("a file keeps what it holds, and its identity, when it is opened again", "[storage]") {
  TestType outside;
  auto file = open(outside, "out");
  CHECK(file->is_new());
  REQUIRE(file->append("one").has_value());
  REQUIRE(file->sync().has_value());
  const FileInfo before = file->info().value();
  CHECK(before.kind == FileInfo::Kind::Regular);
  file.reset();
  file = open(outside, "out");
  CHECK_FALSE(file->is_new());
  REQUIRE(file->append("two").has_value());
  REQUIRE(file->sync().has_value());
  CHECK(read(*file) == "onetwo");
  CHECK(is_same_file(before, file->info().value()));
  CHECK_FALSE(is_same_file(before, open(outside, "other")->info().value()));
}

CONTRACT("a file is removed when its last name is", "[storage]") {
  TestType outside;
  const auto file = open(outside, "out");
  CHECK_FALSE(file->is_removed());
  outside.rename("out", "away");
  CHECK_FALSE(file->is_removed());
  outside.remove("away");
  CHECK(file->is_removed());
  REQUIRE(file->append("to be").has_value());
  CHECK(read(*file) == "to be");
}

CONTRACT("what is stored is read and watched through the other door, and known by it",
         "[storage]") {
  TestType outside;
  const auto stored = open(outside, "out");
  REQUIRE(stored->append("one").has_value());
  const std::string path = outside.path("out");
  const std::unique_ptr<File> file = outside.files().open(path).value();
  const auto watching = outside.files().make_watch().value();
  const std::vector<FileWatch::Id> out{watching->add_file(path).value()};
  CHECK(is_same_file(stored->info().value(), file->info().value()));
  CHECK(read_all(outside, *file).bytes == "one");
  REQUIRE(stored->append("two").has_value());
  CHECK(watching->take_changes().ids == out);
  CHECK(read_all(outside, *file).bytes == "two");
  REQUIRE(stored->truncate(3).has_value());
  CHECK(watching->take_changes().ids == out);
  outside.append("out", "three");
  CHECK(read(*stored) == "onethree");
}

CONTRACT("a file is at the path that leads to it now", "[storage]") {
  TestType outside;
  const auto file = open(outside, "out");
  CHECK(file->is_at(outside.path("out")));
  outside.rename("out", "away");
  CHECK(file->is_at(outside.path("away")));
  CHECK_FALSE(file->is_at(outside.path("out")));
  const auto other = open(outside, "out");
  CHECK_FALSE(file->is_at(outside.path("out")));
  CHECK(other->is_at(outside.path("out")));
  outside.remove("away");
  CHECK_FALSE(file->is_at(outside.path("away")));
}

CONTRACT("the siblings of a file are those whose names begin as its own does", "[storage]") {
  TestType outside;
  const auto file = open(outside, "out.tsv");
  for (const std::string name : {"out.tsv.1", "out.1", "outside", "other.tsv"}) {
    open(outside, name);
  }
  REQUIRE(outside.storage().make_directory(outside.path("out")).has_value());
  open(outside, "out/out.tsv");
  const auto siblings = outside.storage().siblings(outside.path("out.tsv")).value();
  std::vector<std::string> paths;
  for (const Sibling& sibling : siblings) paths.push_back(sibling.path);
  CHECK(paths ==
        std::vector{outside.path("out.1"), outside.path("out.tsv.1"), outside.path("outside")});
  CHECK(is_same_file(siblings.front().info, open(outside, "out.1")->info().value()));
  // It need not be there itself.
  outside.rename("out.tsv", "out.tsv.2");
  CHECK(outside.storage().siblings(outside.path("out.tsv")).value().size() == 4);
}

CONTRACT("a file that was cut goes on from there", "[storage]") {
  TestType outside;
  const auto file = open(outside, "out");
  REQUIRE(file->append("to be or not").has_value());
  REQUIRE(file->truncate(5).has_value());
  REQUIRE(file->append("!").has_value());
  REQUIRE(file->sync().has_value());
  CHECK(read(*file) == "to be!");
}

CONTRACT("a file is there for others as soon as it was written", "[storage]") {
  TestType outside;
  const auto file = open(outside, "out");
  REQUIRE(file->append("to be").has_value());
  CHECK(outside.text("out") == "to be");
}

CONTRACT("a file that somebody holds is busy until he closes it", "[storage]") {
  TestType outside;
  auto file = open(outside, "out");
  const auto refused = outside.storage().open_file(outside.path("out"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::Busy);
  CHECK(has(refused.error().message, outside.path("out")));
  CHECK(outside.storage().open_file(outside.path("other")).has_value());
  file.reset();
  CHECK(outside.storage().open_file(outside.path("out")).has_value());
}

CONTRACT("a directory is no file to write to", "[storage]") {
  TestType outside;
  REQUIRE(outside.storage().make_directory(outside.path("directory")).has_value());
  const auto refused = outside.storage().open_file(outside.path("directory"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::CannotCreate);
  CHECK(has(refused.error().message, outside.path("directory")));
}

CONTRACT("a file cannot be made where there is no directory", "[storage]") {
  TestType outside;
  open(outside, "file");
  for (const std::string name : {"none/out", "file/out"}) {
    const auto refused = outside.storage().open_file(outside.path(name));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::CannotCreate);
    CHECK(has(refused.error().message, outside.path(name)));
  }
}

CONTRACT("after an error of appending all fails with it", "[storage]") {
  TestType outside;
  const auto file = open(outside, "out");
  REQUIRE(file->append("to be").has_value());
  REQUIRE(file->sync().has_value());
  outside.fill_disk();
  const Status first = file->append(std::string(100'000, 'x'));
  outside.empty_disk();
  REQUIRE_FALSE(first.has_value());
  CHECK(has(first.error().message, outside.path("out")));
  for (const Status& later : {file->append("y"), file->sync(), file->truncate(5)}) {
    REQUIRE_FALSE(later.has_value());
    CHECK(later.error().message == first.error().message);
    CHECK(later.error().code == first.error().code);
  }
  CHECK(read(*file).starts_with("to be"));
  CHECK_FALSE(has(read(*file), "y"));
}

CONTRACT("a directory is made with those above it, or is there already", "[storage]") {
  TestType outside;
  REQUIRE(outside.storage().make_directory(outside.path("a/b/c")).has_value());
  REQUIRE(outside.storage().make_directory(outside.path("a/b/c")).has_value());
  REQUIRE(outside.storage().make_directory(outside.path("a/d")).has_value());
  CHECK(outside.storage().open_file(outside.path("a/b/c/out")).has_value());
  CHECK(outside.storage().open_file(outside.path("a/d/out")).has_value());
}

CONTRACT("a directory cannot be made where a file is", "[storage]") {
  TestType outside;
  open(outside, "file");
  for (const std::string name : {"file", "file/a", "file/a/b"}) {
    const Status refused = outside.storage().make_directory(outside.path(name));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::CannotCreate);
    CHECK(has(refused.error().message, outside.path("file")));
  }
}

CONTRACT("a directory has one owner at a time, who is known by his pid", "[storage]") {
  TestType outside;
  Storage& storage = outside.storage();
  const std::string path = outside.path("held");
  REQUIRE(storage.make_directory(path).has_value());
  CHECK(storage.owner_of_directory(path).value() == 0);
  auto lock = storage.lock_directory(path).value();
  CHECK(storage.owner_of_directory(path).value() == outside.pid());
  const auto refused = storage.lock_directory(path);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::Busy);
  CHECK(has(refused.error().message, path));
  CHECK(has(refused.error().message, "process " + std::to_string(outside.pid()) + " "));
  CHECK(storage.owner_of_directory(path).value() == outside.pid());
  lock.reset();
  CHECK(storage.owner_of_directory(path).value() == 0);
  CHECK(storage.lock_directory(path).has_value());
}

CONTRACT("an owner who has not said his name is somebody all the same", "[storage]") {
  TestType outside;
  Storage& storage = outside.storage();
  REQUIRE(storage.make_directory(outside.path("held")).has_value());
  const auto unnamed = open(outside, "held/lock");
  CHECK(storage.owner_of_directory(outside.path("held")).value() == -1);
  const auto refused = storage.lock_directory(outside.path("held"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::Busy);
}

CONTRACT("a pid of longer ago is forgotten", "[storage]") {
  TestType outside;
  Storage& storage = outside.storage();
  REQUIRE(storage.make_directory(outside.path("held")).has_value());
  REQUIRE(open(outside, "held/lock")->append("123456789123456789\n").has_value());
  CHECK(storage.owner_of_directory(outside.path("held")).value() == 0);
  const auto lock = storage.lock_directory(outside.path("held")).value();
  CHECK(storage.owner_of_directory(outside.path("held")).value() == outside.pid());
}

CONTRACT("a directory that is not there is nobody's, and not held", "[storage]") {
  TestType outside;
  CHECK(outside.storage().owner_of_directory(outside.path("none")).value() == 0);
  const auto refused = outside.storage().lock_directory(outside.path("none"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::CannotCreate);
}

CONTRACT("files and locks that are done with are closed", "[storage]") {
  TestType outside;
  REQUIRE(outside.storage().make_directory(outside.path("held")).has_value());
  open(outside, "out");
  const std::size_t before = outside.open_count();
  for (int i = 0; i < 20; ++i) {
    REQUIRE(open(outside, "out")->sync().has_value());
    REQUIRE(outside.storage().lock_directory(outside.path("held")).has_value());
    REQUIRE(outside.storage().make_directory(outside.path("held")).has_value());
  }
  CHECK(outside.open_count() <= before);
}

CONTRACT("a database has its rollback journal before it needs it", "[storage]") {
  TestType outside;
  const auto database = outside.storage().open_database(outside.path("counts.db"), {}).value();
  for (const char* const change : {"CREATE TABLE counts (word)", "DROP TABLE counts"}) {
    REQUIRE(database->execute("BEGIN IMMEDIATE").has_value());
    REQUIRE(outside.storage().make_rollback_journal(*database).has_value());
    CHECK_FALSE(outside.storage().make_directory(outside.path("counts.db-journal")).has_value());
    REQUIRE(outside.storage().make_rollback_journal(*database).has_value());
    REQUIRE(database->execute(change).has_value());
    REQUIRE(database->execute("COMMIT").has_value());
  }
  CHECK(database->integer("SELECT count(*) FROM sqlite_schema").value() == 0);
}

CONTRACT("a rollback journal that cannot be made is an error of its database", "[storage]") {
  TestType outside;
  const auto database = outside.storage().open_database(outside.path("counts.db"), {}).value();
  REQUIRE(outside.storage().make_directory(outside.path("counts.db-journal")).has_value());
  const Status refused = outside.storage().make_rollback_journal(*database);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::Io);
  CHECK(has(refused.error().message, outside.path("counts.db") + ": "));
}
