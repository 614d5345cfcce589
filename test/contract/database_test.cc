// SQLite through the door to what must last: on the kernel's files, and on the fake disk.
#include "env/database.h"

#include <string>
#include <utility>
#include <vector>

#include "contract/contract.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

std::unique_ptr<Database> open(Outside& outside, const DatabaseOptions& options = {}) {
  auto database = outside.storage().open_database(outside.path("numbers.db"), options);
  if (!database) FAIL(database.error().message);
  return std::move(*database);
}

void run(Database& database, std::string_view sql) {
  const Status status = database.execute(sql);
  if (!status) FAIL(status.error().message);
}

std::unique_ptr<Database> with_numbers(Outside& outside) {
  auto database = open(outside);
  run(*database, "CREATE TABLE numbers(n); INSERT INTO numbers VALUES (1)");
  return database;
}

std::int64_t count(Database& database) {
  return database.integer("SELECT count(*) FROM numbers").value();
}

}  // namespace

CONTRACT("what was committed is there when the database is opened again", "[database]") {
  TestType outside;
  with_numbers(outside);
  CHECK(count(*open(outside)) == 1);
}

CONTRACT("a transaction that is open when the database is closed is undone", "[database]") {
  TestType outside;
  run(*with_numbers(outside), "BEGIN; INSERT INTO numbers VALUES (2)");
  const auto database = open(outside);
  CHECK(count(*database) == 1);
  run(*database, "BEGIN; INSERT INTO numbers VALUES (2); ROLLBACK");
  CHECK(count(*database) == 1);
  run(*database, "BEGIN; INSERT INTO numbers VALUES (2); COMMIT");
  CHECK(count(*database) == 2);
}

CONTRACT("a database larger than SQLite's cache is stored whole", "[database]") {
  TestType outside;
  auto database = with_numbers(outside);
  run(*database,
      "PRAGMA cache_size=10; BEGIN;"
      "WITH RECURSIVE upto(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM upto WHERE n < 30000)"
      "INSERT INTO numbers SELECT n FROM upto; COMMIT;"
      "UPDATE numbers SET n = n + 1; CREATE INDEX by_n ON numbers(n);");
  database = open(outside);
  CHECK(count(*database) == 30000);
  CHECK(database->integer("SELECT sum(n) FROM numbers").value() == 30000LL * 30001 / 2 + 30000);
  CHECK(database
            ->integer("SELECT count(*) FROM pragma_integrity_check "
                      "WHERE integrity_check = 'ok'")
            .value() == 1);
}

CONTRACT("one connection's transaction is not seen by another before its end", "[database]") {
  TestType outside;
  const auto writer = with_numbers(outside);
  const auto reader = open(outside);
  run(*writer, "BEGIN; INSERT INTO numbers VALUES (2)");
  CHECK(count(*reader) == 1);
  run(*writer, "COMMIT");
  CHECK(count(*reader) == 2);
}

CONTRACT("two writers at once: the second is busy, and writes when the first is done",
         "[database]") {
  TestType outside;
  const auto first = with_numbers(outside);
  const auto second = open(outside);
  run(*first, "BEGIN IMMEDIATE");
  const Status refused = second->execute("INSERT INTO numbers VALUES (2)");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::Busy);
  run(*first, "COMMIT");
  run(*second, "INSERT INTO numbers VALUES (2)");
  CHECK(count(*first) == 2);
}

CONTRACT("a reader delays the end of a transaction, and no longer than it reads", "[database]") {
  TestType outside;
  const auto writer = with_numbers(outside);
  const auto reader = open(outside);
  Statement reading = reader->prepare("SELECT n FROM numbers").value();
  REQUIRE(reading.step().value());
  run(*writer, "BEGIN; INSERT INTO numbers VALUES (2)");
  const Status refused = writer->execute("COMMIT");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::Busy);
  reading.reset();
  run(*writer, "COMMIT");
  CHECK(count(*reader) == 2);
}

CONTRACT("a database that one connection holds exclusively is busy for readers", "[database]") {
  TestType outside;
  const auto holder = with_numbers(outside);
  run(*holder, "PRAGMA locking_mode=EXCLUSIVE; INSERT INTO numbers VALUES (2)");
  const auto other = open(outside);
  const auto refused = other->integer("SELECT count(*) FROM numbers");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::Busy);
}

CONTRACT("who waits for a busy database goes on when it is free", "[database]") {
  TestType outside;
  const auto holder = with_numbers(outside);
  run(*holder, "BEGIN EXCLUSIVE");
  const auto let_go = [&](Millis) {
    run(*holder, "COMMIT");
    return true;
  };
  const auto other = open(outside, {.while_busy = let_go});
  const SteadyTime before = outside.clock().steady();
  run(*other, "INSERT INTO numbers VALUES (2)");
  CHECK(count(*holder) == 2);
  CHECK(outside.clock().steady() > before);
}

CONTRACT("what is no database is bad data", "[database]") {
  TestType outside;
  outside.put("numbers.db", std::string(4096, 'x'));
  const Status refused = open(outside)->execute("CREATE TABLE numbers(n)");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::BadData);
}

CONTRACT("a database cannot be made where there is no directory, nor opened where there is none",
         "[database]") {
  TestType outside;
  const auto made = outside.storage().open_database(outside.path("none/numbers.db"), {});
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == ErrorCode::CannotCreate);
  const auto opened =
      outside.storage().open_database(outside.path("numbers.db"), {.create = false});
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == ErrorCode::NotFound);
}

CONTRACT("on a full disk nothing is committed, and all of before is there", "[database]") {
  TestType outside;
  auto database = with_numbers(outside);
  outside.fill_disk();
  const Status refused = database->execute(
      "WITH RECURSIVE upto(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM upto WHERE n < 30000)"
      "INSERT INTO numbers SELECT n FROM upto");
  outside.empty_disk();
  CHECK_FALSE(refused.has_value());
  database.reset();
  CHECK(count(*open(outside)) == 1);
}

CONTRACT("databases that are done with are closed", "[database]") {
  TestType outside;
  with_numbers(outside);
  const std::size_t before = outside.open_count();
  for (int i = 0; i < 5; ++i) run(*open(outside), "INSERT INTO numbers VALUES (2)");
  CHECK(outside.open_count() <= before);
}
