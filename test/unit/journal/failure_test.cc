// What a journal does when its disk does not do as it is told.
#include <fmt/format.h>

#include "catch.h"
#include "unit/journal/checkpoint.h"

using namespace wordstream;

namespace {

/// The kernel's storage, with databases that may not grow beyond some pages of 16 KiB.
class SmallDisk final : public Storage {
 public:
  explicit SmallDisk(unsigned page_count_max) : page_count_max_(page_count_max) {}

  Result<std::unique_ptr<StoredFile>> open_file(const std::string& path) override {
    return real_->open_file(path);
  }
  Result<std::vector<Sibling>> siblings(const std::string& path) override {
    return real_->siblings(path);
  }
  Status make_directory(const std::string& path) override { return real_->make_directory(path); }
  Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string& path) override {
    return real_->lock_directory(path);
  }
  Result<std::int64_t> owner_of_directory(const std::string& path) override {
    return real_->owner_of_directory(path);
  }
  Result<std::unique_ptr<Database>> open_database(const std::string& path,
                                                  const DatabaseOptions& options) override {
    auto database = real_->open_database(path, options);
    const std::string limit = fmt::format("PRAGMA max_page_count = {}", page_count_max_);
    if (database) REQUIRE((*database)->execute(limit).has_value());
    return database;
  }
  Status make_rollback_journal(const Database& database) override {
    return real_->make_rollback_journal(database);
  }

 private:
  unsigned page_count_max_;
  std::unique_ptr<Storage> real_ = make_real_storage();
};

/// Storage whose locks do not hold anybody.
class Lockless final : public Storage {
 public:
  Result<std::unique_ptr<StoredFile>> open_file(const std::string& path) override {
    return real_->open_file(path);
  }
  Result<std::vector<Sibling>> siblings(const std::string& path) override {
    return real_->siblings(path);
  }
  Status make_directory(const std::string& path) override { return real_->make_directory(path); }
  Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string&) override {
    return std::make_unique<DirectoryLock>();
  }
  Result<std::int64_t> owner_of_directory(const std::string&) override { return 0; }
  Result<std::unique_ptr<Database>> open_database(const std::string& path,
                                                  const DatabaseOptions& options) override {
    DatabaseOptions lockless = options;
    lockless.vfs = "unix-none";
    return real_->open_database(path, lockless);
  }
  Status make_rollback_journal(const Database& database) override {
    return real_->make_rollback_journal(database);
  }

 private:
  std::unique_ptr<Storage> real_ = make_real_storage();
};

}  // namespace

TEST_CASE("a full disk refuses a record whole, and every one after it", "[journal]") {
  Checkpoint checkpoint(std::make_unique<SmallDisk>(40));
  auto journal = checkpoint.open();
  Record record = batch(1, counts("to=2"));
  record.positions.set(position(5));
  write(*journal, record);
  record = batch(2, many_counts(2'000'000));
  record.positions.set(position(10));
  record.marks = {{0, SinkMark{1}}};
  const Status full = journal->write(record);
  REQUIRE_FALSE(full.has_value());
  CHECK(full.error().code == ErrorCode::NoSpace);
  CHECK(full.error().message == checkpoint.path() +
                                    ": database or disk is full; make room there, "
                                    "and start again");
  // What is in memory is what was on the disk before.
  CHECK(journal->last_batch() == 1);
  CHECK(journal->positions() == Positions(position(5)));
  CHECK(journal->sinks()[0].mark.applied == 0);
  // There would be room for these.
  for (const Status& later :
       {journal->write(mark(0, 1)), journal->begin_base(1), journal->read_base([](auto) {})}) {
    REQUIRE_FALSE(later.has_value());
    CHECK(later.error().message == full.error().message);
  }
  CHECK(journal->read(1).error().message == full.error().message);
  journal.reset();
  journal = checkpoint.open();
  CHECK(journal->last_batch() == 1);
  CHECK(journal->positions() == Positions(position(5)));
  CHECK(journal->sinks()[0].mark.applied == 0);
  write(*journal, batch(2, counts("be=1")));
}

TEST_CASE("a journal that has no room to be made leaves nothing behind", "[journal]") {
  Checkpoint checkpoint(std::make_unique<SmallDisk>(3));
  const auto refused = checkpoint.try_open(checkpoint.opening());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::NoSpace);
  const auto storage = make_real_storage();
  const auto journal = Journal::open(*storage, checkpoint.opening());
  REQUIRE(journal.has_value());
  CHECK((*journal)->is_new());
}

TEST_CASE("who was taken over can write no more", "[journal]") {
  Checkpoint checkpoint(std::make_unique<Lockless>());
  const auto older = checkpoint.open();
  write(*older, batch(1, counts("to=2")));
  const auto newer = checkpoint.open();
  CHECK(newer->epoch() == older->epoch() + 1);
  write(*newer, batch(2, counts("be=1")));
  const Status refused = older->write(batch(2, counts("or=1")));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::Busy);
  CHECK(refused.error().message.find("epoch 2; this run's is 1") != std::string::npos);
  CHECK_FALSE(older->write(mark(0, 1)).has_value());
  write(*newer, batch(3, counts("not=1")));
  CHECK(to_text(*read(*newer, 2).slices.at(0)) == "be=1");
}
