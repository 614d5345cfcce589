#include "env/database.h"

#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "cli/folder.h"

using namespace wordstream;
using wordstream::cli::Folder;

namespace {

std::unique_ptr<Database> open(const std::string& path, const DatabaseOptions& options = {}) {
  Result<std::unique_ptr<Database>> database = Database::open(path, options);
  if (!database) FAIL(database.error().message);
  return std::move(*database);
}

void run(Database& database, std::string_view sql) {
  const Status status = database.execute(sql);
  if (!status) FAIL(status.error().message);
}

Statement prepared(Database& database, std::string_view sql) {
  Result<Statement> statement = database.prepare(sql);
  if (!statement) FAIL(statement.error().message);
  return std::move(*statement);
}

Error error_of(Database& database, std::string_view sql) {
  const Status status = database.execute(sql);
  if (status) FAIL("it did not fail");
  return status.error();
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A database with a table of one row.
std::unique_ptr<Database> with_numbers(const Folder& folder) {
  auto database = open(folder / "numbers.db");
  run(*database, "CREATE TABLE numbers(n); INSERT INTO numbers VALUES (1)");
  return database;
}

}  // namespace

TEST_CASE("values come back from a database as they were bound", "[database]") {
  const Folder folder;
  const auto database = open(folder / "values.db");
  run(*database, "CREATE TABLE kept(number, text, bytes, absent)");
  const std::string bytes("\0\xff", 2);
  Statement insert = prepared(*database, "INSERT INTO kept VALUES (?, ?, ?, ?)");
  insert.bind(1, INT64_MIN);
  insert.bind_text(2, "to be");
  insert.bind_blob(3, bytes);
  insert.bind_null(4);
  REQUIRE(insert.run().has_value());
  Statement select = prepared(*database, "SELECT *, typeof(text), typeof(bytes) FROM kept");
  REQUIRE(select.step().value());
  CHECK(select.integer(0) == INT64_MIN);
  CHECK(select.bytes(1) == "to be");
  CHECK(select.bytes(2) == bytes);
  CHECK(select.is_null(3));
  CHECK(select.bytes(3).empty());
  CHECK(select.bytes(4) == "text");
  CHECK(select.bytes(5) == "blob");
  CHECK_FALSE(select.step().value());
}

TEST_CASE("empty text and empty bytes are not NULL", "[database]") {
  const Folder folder;
  const auto database = open(folder / "values.db");
  Statement select = prepared(*database, "SELECT ?1, ?2");
  select.bind_text(1, {});
  select.bind_blob(2, {});
  REQUIRE(select.step().value());
  CHECK_FALSE(select.is_null(0));
  CHECK_FALSE(select.is_null(1));
}

TEST_CASE("a statement that has run begins anew with its parameters", "[database]") {
  const Folder folder;
  const auto database = with_numbers(folder);
  Statement insert = prepared(*database, "INSERT INTO numbers VALUES (?)");
  insert.bind(1, 5);
  REQUIRE(insert.run().has_value());
  REQUIRE(insert.run().has_value());
  insert.bind(1, 7);
  REQUIRE(insert.run().has_value());
  CHECK(database->integer("SELECT sum(n) FROM numbers").value() == 18);
  Statement select = prepared(*database, "SELECT n FROM numbers ORDER BY n");
  REQUIRE(select.step().value());
  REQUIRE(select.step().value());
  CHECK(select.integer(0) == 5);
  select.reset();
  REQUIRE(select.step().value());
  CHECK(select.integer(0) == 1);
}

TEST_CASE("what was committed is there when the database is opened again", "[database]") {
  const Folder folder;
  with_numbers(folder);
  CHECK(open(folder / "numbers.db")->integer("SELECT n FROM numbers").value() == 1);
}

TEST_CASE("a transaction that is open when the database is closed is undone", "[database]") {
  const Folder folder;
  run(*with_numbers(folder), "BEGIN; INSERT INTO numbers VALUES (2)");
  CHECK(open(folder / "numbers.db")->integer("SELECT count(*) FROM numbers").value() == 1);
}

TEST_CASE("a database that another connection holds is busy at once", "[database]") {
  const Folder folder;
  const auto holder = with_numbers(folder);
  run(*holder, "BEGIN EXCLUSIVE");
  const auto other = open(folder / "numbers.db");
  const Error error = error_of(*other, "INSERT INTO numbers VALUES (2)");
  CHECK(error.code == ErrorCode::Busy);
  CHECK(error.message == folder / "numbers.db" + ": database is locked");
}

TEST_CASE("who waits for a busy database is asked whether to go on", "[database]") {
  const Folder folder;
  const auto holder = with_numbers(folder);
  run(*holder, "BEGIN EXCLUSIVE");
  std::vector<Millis> waits;
  const auto give_up_at_third = [&](Millis waited) {
    waits.push_back(waited);
    return waits.size() % 3 != 0;
  };
  const auto other = open(folder / "numbers.db", {.while_busy = give_up_at_third});
  CHECK(error_of(*other, "INSERT INTO numbers VALUES (2)").code == ErrorCode::Busy);
  REQUIRE(waits.size() == 3);
  CHECK(Millis(0) < waits[0]);
  CHECK(waits[0] < waits[1]);
  CHECK(waits[1] < waits[2]);
  // The next operation waits on its own account.
  CHECK(error_of(*other, "INSERT INTO numbers VALUES (2)").code == ErrorCode::Busy);
  CHECK(waits[3] == waits[0]);
}

TEST_CASE("the operation goes on when the database is free again", "[database]") {
  const Folder folder;
  const auto holder = with_numbers(folder);
  run(*holder, "BEGIN EXCLUSIVE");
  const auto let_go = [&](Millis) {
    run(*holder, "COMMIT");
    return true;
  };
  const auto other = open(folder / "numbers.db", {.while_busy = let_go});
  CHECK(other->execute("INSERT INTO numbers VALUES (2)").has_value());
}

TEST_CASE("a file that is no database is bad data", "[database]") {
  const Folder folder;
  const std::string path = folder.write("text.db", std::string(5000, 'x'));
  const Error error = error_of(*open(path), "CREATE TABLE numbers(n)");
  CHECK(error.code == ErrorCode::BadData);
  CHECK(error.message == path + ": file is not a database");
}

TEST_CASE("a damaged database is bad data", "[database]") {
  const Folder folder;
  with_numbers(folder);
  const std::string path = folder / "numbers.db";
  std::string bytes = cli::read_file(path);
  bytes.replace(100, 300, 300, '\xff');  // behind the header: the table of tables
  folder.write("numbers.db", bytes);
  const Result<std::int64_t> number = open(path)->integer("SELECT n FROM numbers");
  REQUIRE_FALSE(number.has_value());
  CHECK(number.error().code == ErrorCode::BadData);
}

TEST_CASE("a table that is not there is bad data, and named", "[database]") {
  const Folder folder;
  const auto database = with_numbers(folder);
  const Result<Statement> statement = database->prepare("SELECT * FROM words");
  REQUIRE_FALSE(statement.has_value());
  CHECK(statement.error().code == ErrorCode::BadData);
  CHECK(statement.error().message == folder / "numbers.db" + ": no such table: words");
}

TEST_CASE("a row whose key is there already is told from all other errors", "[database]") {
  const Folder folder;
  const auto database = open(folder / "unique.db");
  run(*database, "CREATE TABLE kept(n UNIQUE); INSERT INTO kept VALUES (1)");
  Statement insert = prepared(*database, "INSERT INTO kept VALUES (?)");
  insert.bind(1, 1);
  const Status status = insert.run();
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().code == ErrorCode::AlreadyThere);
  // The statement is at its beginning: it can be bound and run again.
  insert.bind(1, 2);
  CHECK(insert.run().has_value());
}

TEST_CASE("a value that is missing is bad data", "[database]") {
  const Folder folder;
  const Result<std::int64_t> number =
      with_numbers(folder)->integer("SELECT n FROM numbers WHERE n > 1");
  REQUIRE_FALSE(number.has_value());
  CHECK(number.error().code == ErrorCode::BadData);
}

TEST_CASE("a database that may not grow has no space", "[database]") {
  const Folder folder;
  const auto database = with_numbers(folder);
  run(*database, "PRAGMA max_page_count = 4");
  const Error error = error_of(*database, "INSERT INTO numbers VALUES (zeroblob(100000))");
  CHECK(error.code == ErrorCode::NoSpace);
  CHECK(error.message == folder / "numbers.db" + ": database or disk is full");
}

TEST_CASE("a database is not made where none is asked for", "[database]") {
  const Folder folder;
  for (const DatabaseOptions& options :
       {DatabaseOptions{.create = false}, DatabaseOptions{.read_only = true}}) {
    const auto database = Database::open(folder / "missing.db", options);
    REQUIRE_FALSE(database.has_value());
    CHECK(database.error().code == ErrorCode::NotFound);
    CHECK(has(database.error().message, folder / "missing.db" + ": "));
    CHECK(has(database.error().message, "(No such file or directory)"));
  }
}

TEST_CASE("a database cannot be made in a directory that is not there", "[database]") {
  const Folder folder;
  const auto database = Database::open(folder / "missing/numbers.db", {});
  REQUIRE_FALSE(database.has_value());
  CHECK(database.error().code == ErrorCode::CannotCreate);
}

TEST_CASE("a database that is opened for reading is not written", "[database]") {
  const Folder folder;
  with_numbers(folder);
  const auto database = open(folder / "numbers.db", {.read_only = true});
  CHECK(database->integer("SELECT n FROM numbers").value() == 1);
  CHECK(error_of(*database, "INSERT INTO numbers VALUES (2)").code == ErrorCode::NotPermitted);
}

TEST_CASE("a VFS that is not there cannot be gone through", "[database]") {
  const Folder folder;
  CHECK_FALSE(Database::open(folder / "numbers.db", {.vfs = "no such"}).has_value());
}
