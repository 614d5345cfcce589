// The real program and a real PostgreSQL server: what is there afterwards, and what a server
// refuses.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.h"
#include "server/job.h"

using namespace wordstream::cli;
using namespace wordstream::server;

namespace {

/// One line, with this in it, and an exit code.
void check_refused(Program& program, int code, const std::vector<std::string>& pieces) {
  CHECK(program.wait_exit() == exited(code));
  INFO(program.report());
  const std::string told = program.stderr_text();
  CHECK(std::count(told.begin(), told.end(), '\n') == 1);
  for (const std::string& piece : pieces) {
    CAPTURE(piece);
    CHECK(has(told, piece));
  }
}

}  // namespace

TEST_CASE("a batch, its rows and its progress are there together", "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder folder;
  {
    Program program = start(job(server.uri()), on_pipe(folder));
    program.write_stdin("b a\nb\n");
    program.close_stdin();
    program.expect_exit(exited(0));
    CHECK(program.stdout_text().empty());
  }
  CHECK(server.lines(kSums) == Lines{"a 1", "b 2"});
  CHECK(server.ask("SELECT table_name, length(journal), last_batch, noted_at > now() - interval "
                   "'1 hour' FROM wordstream_status") == "counts|32|1|t");
  {
    Program again = start(job(server.uri()), on_pipe(folder));
    again.write_stdin("a\n");
    again.close_stdin();
    again.expect_exit(exited(0));
  }
  CHECK(server.lines(kSums) == Lines{"a 2", "b 2"});
  CHECK(server.ask("SELECT count(*), max(last_batch) FROM wordstream_status") == "1|2");
}

TEST_CASE("every byte string is a word, and comes back as it was", "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder folder;
  const std::string megabyte(1 << 20, 'x');
  const std::vector<std::string> words{"",
                                       "\\N",
                                       "'",
                                       "\"",
                                       std::string("nul\0l", 5),
                                       "\xFF",
                                       "a\xC3\x28z",
                                       "\xED\xA0\x80",
                                       std::string(600, 'y'),
                                       std::string(601, 'y'),
                                       std::string(1500, 'z'),
                                       std::string(1501, 'z'),
                                       megabyte,
                                       megabyte + "y",
                                       "\\x00",
                                       "{}",
                                       "NULL",
                                       std::string(300, '\xFE'),
                                       std::string(1600, '\xFE'),
                                       "\xF0\x9F\x98\x80",
                                       "nul\\x00l"};
  std::string input;
  for (const std::string& word : words) input += word + " end\n";
  for (const std::string table : {"odd", "odd_totals"}) {
    const bool is_total = table == "odd_totals";
    std::vector<std::string> arguments{
        "-", "-b", "24h", "--max-line", "2MiB", "--sink", server.uri("table=" + table)};
    if (is_total) arguments.emplace_back("--total");
    Program program = start(arguments, on_pipe(folder));
    program.write_stdin(input);
    program.close_stdin();
    program.expect_exit(exited(0));
    // The query of docs/formats.md.
    const Lines rows = server.lines(fmt::format(
        "SELECT encode(CASE WHEN octet_length(c.bytes) = 0 THEN convert_to(c.word, 'UTF8') "
        "ELSE coalesce(l.bytes, c.bytes) END, 'hex') || ' ' || c.count FROM {} c "
        "LEFT JOIN wordstream_long l ON l.digest = c.bytes AND char_length(c.word) = 200",
        table));
    Lines expected{fmt::format("656e64 {}", words.size())};
    for (const std::string& word : words) {
      std::string hex;
      for (const char c : word) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
      expected.push_back(hex + " 1");
    }
    Lines sorted = rows;
    std::sort(sorted.begin(), sorted.end());
    std::sort(expected.begin(), expected.end());
    REQUIRE(sorted.size() == expected.size());
    CHECK(sorted == expected);
    CHECK(server.ask("SELECT max(char_length(word)) FROM " + table) == "600");
  }
}

TEST_CASE("what a server refuses for good ends the run, with one line and its exit code",
          "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder folder;
  const auto refused = [&](const std::string& uri, int code,
                           const std::vector<std::string>& pieces) {
    CAPTURE(uri);
    Program program = start({"-", "--sink", uri}, {.directory = folder.path()});
    check_refused(program, code, pieces);
  };
  server.ask("CREATE TABLE shape (word text PRIMARY KEY)");
  refused(server.uri("table=shape"), 65, {"its table shape is not one of ours", "table="});
  server.ask("CREATE VIEW shown AS SELECT 1");
  refused(server.uri("table=shown"), 65, {"its table shown is not one of ours"});
  server.ask("CREATE ROLE poor LOGIN; REVOKE CREATE ON SCHEMA public FROM public");
  std::string poor = server.uri();
  poor.replace(poor.find("//test@"), 7, "//poor@");
  refused(poor, 77, {"permission denied for schema public", "rights"});
  std::string nobody = server.uri();
  nobody.replace(nobody.find("//test@"), 7, "//someone@");
  refused(nobody, 77, {"role \"someone\" does not exist"});
  std::string nowhere = server.uri();
  nowhere.replace(nowhere.find("/postgres?"), 10, "/nowhere?");
  refused(nowhere, 65, {"database \"nowhere\" does not exist"});
  refused(server.uri("table=no.table"), 65, {"schema \"no\" does not exist"});
  server.ask("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
  std::string latin = server.uri();
  latin.replace(latin.find("/postgres?"), 10, "/latin?");
  refused(latin, 65, {"the encoding of its database is LATIN1"});
  refused("postgresql:///x?service=there-is-none", 64, {"service"});
  refused(server.uri("sslmode=perhaps"), 64, {"sslmode"});
  CHECK(server.ask("SELECT count(*) FROM pg_tables WHERE tablename = 'counts'") == "0");
}

TEST_CASE("a wrong password is told, and no password is shown anywhere", "[postgres]") {
  if (!Postgres::is_installed()) return;
  Postgres server;
  const Folder folder;
  server.ask("SET password_encryption = 'scram-sha-256'; ALTER ROLE test PASSWORD 's3cret-word'");
  const std::string data = server.ask("SHOW data_directory");
  Program rules({"sh", "-c", "echo 'local all all scram-sha-256' > \"$0\"/pg_hba.conf", data});
  rules.expect_exit(exited(0));
  server.ask("SELECT pg_reload_conf()");
  const auto with_password = [&](const std::string& password) {
    std::string uri = server.uri("table=t");
    uri.replace(uri.find("//test@"), 7, "//test:" + password + "@");
    return uri;
  };
  // Until the server has read its rules anew, any password will do.
  for (bool is_refused = false; !is_refused;) {
    Program program =
        start({"-", "--sink", with_password("wr0ng-word")}, {.directory = folder.path()});
    is_refused = program.wait_exit() == exited(77);
    INFO(program.report());
    CHECK((is_refused || program.wait_exit() == exited(0)));
    CHECK(has(program.stderr_text(), is_refused ? "password authentication failed" : ""));
    CHECK_FALSE(has(program.stderr_text(), "wr0ng"));
  }
  Program without = start({"-", "--sink", server.uri()}, {.directory = folder.path()});
  check_refused(without, 77, {"no password"});
  Program explained = start(job(with_password("s3cret-word"), {"--explain"}), on_pipe(folder));
  explained.expect_exit(exited(0));
  CHECK(has(explained.stdout_text(), "postgresql://"));
  CHECK_FALSE(has(explained.stdout_text(), "s3cret"));
  Program program = start(job(with_password("s3cret-word"), {"-vv"}), on_pipe(folder));
  program.write_stdin("a\n");
  program.close_stdin();
  program.expect_exit(exited(0));
  CHECK_FALSE(has(program.stderr_text(), "s3cret"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    CHECK_FALSE(has(entry.path().string(), "s3cret"));
    if (entry.is_regular_file()) CHECK_FALSE(has(read_file(entry.path()), "s3cret"));
  }
}

TEST_CASE("one table is one job's, and one job may have two tables", "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder one;
  const Folder other;
  Program both = start(job(server.uri("table=first"), {"--sink", server.uri("table=second&top=1")}),
                       on_pipe(one));
  both.write_stdin("a b a\n");
  both.close_stdin();
  both.expect_exit(exited(0));
  CHECK(server.ask("SELECT sum(count) FROM first") == "3");
  CHECK(server.ask("SELECT sum(count) FROM second") == "2");
  CHECK(server.ask("SELECT count(DISTINCT journal), count(*) FROM wordstream_status") == "1|2");
  Program second = start(job(server.uri("table=first")), on_pipe(other));
  const std::string journal = server.ask("SELECT min(journal) FROM wordstream_status");
  check_refused(second, 65, {journal, "and this one is"});
  Program bare = start({"-", "--sink", server.uri("table=first")}, on_pipe(other));
  bare.close_stdin();
  check_refused(bare, 65, {journal, "this run has no --checkpoint"});
}

TEST_CASE("rows of a new batch that are there already are an error, and stay as they are",
          "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder folder;
  Program program = start(job(server.uri()), on_pipe(folder));
  deliver_first(program, server, "a");
  server.ask(
      "CREATE FUNCTION twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "INSERT INTO counts VALUES (NEW.start_ms, NEW.end_ms, NEW.word, NEW.bytes, 7); "
      "RETURN NEW; END $$; CREATE TRIGGER t BEFORE INSERT ON counts FOR EACH ROW "
      "WHEN (NEW.count <> 7) EXECUTE FUNCTION twice()");
  program.write_stdin("b\n");
  CHECK(program.wait_exit() == exited(65));
  CHECK(has(program.stderr_text(), "already, which are not of this job"));
  CHECK(server.lines(kSums) == Lines{"a 1"});
}

TEST_CASE("rows that a table's own rules refuse end the run", "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder folder;
  Program program = start(job(server.uri()), on_pipe(folder));
  deliver_first(program, server, "a");
  server.ask("ALTER TABLE counts ADD CHECK (word <> 'b')");
  program.write_stdin("b\n");
  CHECK(program.wait_exit() == exited(65));
  CHECK(has(program.stderr_text(), "violates check constraint"));
}

TEST_CASE("without libpq there is one line, and nothing else needs it", "[postgres]") {
  const Folder folder;
  folder.write("libpq.so.5", "none");
  const std::vector<std::string> environment{"LD_LIBRARY_PATH=" + folder.path()};
  Program program = start({"-", "--sink", "postgresql://localhost/x"},
                          {.directory = folder.path(), .environment = environment});
  check_refused(program, 69, {"libpq", "install libpq5"});
  Program other = start({"-"}, {.directory = folder.path(), .environment = environment});
  other.expect_exit(exited(0));
}
