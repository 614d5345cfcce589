// The real program and a real PostgreSQL server: what is there afterwards, and what happens when
// the server, its tables, its rights or its pooler are not as they should be.
#include <fmt/format.h>
#include <sys/mount.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/program.h"
#include "server/postgres.h"

using namespace wordstream::cli;
using wordstream::server::Lines;
using wordstream::server::Postgres;

namespace {

const std::string kSums = "SELECT word || ' ' || sum(count) FROM counts GROUP BY word ORDER BY 1";

/// A job with a journal, fed by a pipe.
std::vector<std::string> job(const std::string& sink, std::vector<std::string> more = {}) {
  std::vector<std::string> all{"-",     "-b",     "20ms", "-m", "exactly-once", "--checkpoint",
                               "state", "--sink", sink};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

Setup on_pipe(const Folder& folder) { return {.input = Input::Pipe, .directory = folder.path()}; }

bool has(const std::string& text, std::string_view piece) { return text.find(piece) != text.npos; }

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
    std::vector<std::string> arguments{"-", "--max-line", "2MiB", "--sink",
                                       server.uri("table=" + table)};
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

TEST_CASE("a server that is not there, or goes, is waited for, and told of once each",
          "[postgres]") {
  if (!Postgres::is_installed()) return;
  Postgres server;
  const Folder folder;
  server.stop();
  Program program = start(job(server.uri()), on_pipe(folder));
  program.wait_for_stderr(": waiting for it\n");
  server.start();
  program.wait_for_stderr("is there again");
  program.write_stdin("a\n");
  server.wait_until("SELECT count(*) FROM pg_tables WHERE tablename = 'counts'", "1");
  server.wait_until(kSums, "a 1");
  for (const std::string how : {"crash", "stop", "terminated"}) {
    CAPTURE(how);
    const int lives = how == "crash" ? 2 : how == "stop" ? 3 : 4;
    if (how == "terminated") {
      server.ask(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name "
          "LIKE 'wordstream %'");
    } else if (how == "crash") {
      server.crash();
    } else {
      server.stop();
    }
    program.write_stdin("a\n");
    program.wait_for_stderr(": waiting for it\n", lives);
    if (how != "terminated") server.start();
    program.wait_for_stderr("is there again", lives);
    server.wait_until(kSums, fmt::format("a {}", lives));
  }
  program.close_stdin();
  program.expect_exit(exited(0));
  const std::string told = program.stderr_text();
  CHECK(server.lines(kSums) == Lines{"a 4"});
}

TEST_CASE("a server is away no longer than --wait allows", "[postgres]") {
  if (!Postgres::is_installed()) return;
  Postgres server;
  const Folder folder;
  {
    Program program = start(job(server.uri(), {"--wait", "200ms"}), on_pipe(folder));
    program.write_stdin("a\n");
    server.wait_until("SELECT count(*) FROM pg_tables WHERE tablename = 'counts'", "1");
    server.wait_until(kSums, "a 1");
    server.stop();
    program.write_stdin("b\n");
    CHECK(program.wait_exit() == exited(69));
    CHECK(has(program.stderr_text(), "within 200ms"));
  }
  Program late = start(job(server.uri(), {"--wait", "200ms"}), on_pipe(folder));
  CHECK(late.wait_exit() == exited(69));
  CHECK(has(late.stderr_text(), "within 200ms"));
  server.start();
  // What was counted and not given is given now.
  Program again = start(job(server.uri()), on_pipe(folder));
  again.close_stdin();
  again.expect_exit(exited(0));
  CHECK(server.lines(kSums) == Lines{"a 1", "b 1"});
}

TEST_CASE("a server that takes no changes, for a while, is waited for", "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder folder;
  Program program = start(job(server.uri()), on_pipe(folder));
  program.write_stdin("a\n");
  server.wait_until("SELECT count(*) FROM pg_tables WHERE tablename = 'counts'", "1");
  server.wait_until(kSums, "a 1");
  const auto set = [&](const std::string& value) {
    server.ask("ALTER SYSTEM SET default_transaction_read_only = " + value);
    server.ask("SELECT pg_reload_conf()");
  };
  set("on");
  server.wait_until("SHOW default_transaction_read_only", "on");
  program.write_stdin("b\n");
  program.wait_for_stderr("waiting for it");
  server.ask("ALTER SYSTEM RESET default_transaction_read_only");
  server.ask("SELECT pg_reload_conf()");
  program.wait_for_stderr("is there again");
  program.close_stdin();
  program.expect_exit(exited(0));
  CHECK(server.lines(kSums) == Lines{"a 1", "b 1"});
}

TEST_CASE("a table that somebody holds is waited for, and nothing is lost", "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder folder;
  Program program = start(job(server.uri()), on_pipe(folder));
  program.write_stdin("a\n");
  server.wait_until("SELECT count(*) FROM pg_tables WHERE tablename = 'counts'", "1");
  server.wait_until(kSums, "a 1");
  Program holder(server.psql(), {.input = Input::Pipe});
  holder.write_stdin("BEGIN; LOCK TABLE counts; SELECT 'held';\n");
  holder.wait_for_stdout("held");
  program.write_stdin("b\n");
  program.wait_for_stderr("is held by another process");
  holder.close_stdin();
  holder.wait_exit();
  server.wait_until(kSums, "a 1\nb 1");
  program.close_stdin();
  program.expect_exit(exited(0));
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
  program.write_stdin("a\n");
  server.wait_until("SELECT count(*) FROM pg_tables WHERE tablename = 'counts'", "1");
  server.wait_until(kSums, "a 1");
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

TEST_CASE("who was stopped with a transaction open is overtaken, and ends when it wakes up",
          "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder folder;
  const Folder copy;
  Program old = start(job(server.uri()), on_pipe(folder));
  old.write_stdin("a\n");
  server.wait_until("SELECT count(*) FROM pg_tables WHERE tablename = 'counts'", "1");
  server.wait_until(kSums, "a 1");
  // Its next batch waits for us inside its transaction, where it is stopped.
  Program holder(server.psql(), {.input = Input::Pipe});
  holder.write_stdin("BEGIN; LOCK TABLE counts; SELECT 'held';\n");
  holder.wait_for_stdout("held");
  old.write_stdin("b\n");
  server.wait_until(
      "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name LIKE "
      "'wordstream %' AND wait_event_type = 'Lock'",
      "t");
  old.stop();
  // Another machine has its checkpoint, as it was left, and goes on with it.
  std::filesystem::copy(folder / "state", copy / "state");
  Program next = start(job(server.uri()), on_pipe(copy));
  holder.close_stdin();
  holder.wait_exit();
  next.write_stdin("c\n");
  server.wait_until("SELECT count(*) FROM counts WHERE word = 'c'", "1");
  old.send_signal(SIGCONT);
  CHECK(old.wait_exit() == exited(75));
  CHECK(has(old.stderr_text(), "another wordstream has taken over"));
  next.close_stdin();
  next.expect_exit(exited(0));
  CHECK(server.ask("SELECT max(n) FROM (SELECT count(*) AS n FROM counts GROUP BY word) AS w") ==
        "1");
}

TEST_CASE("a pooler may stand between, that gives each transaction another connection",
          "[postgres]") {
  if (!Postgres::is_installed()) return;
  if (!std::filesystem::exists("/usr/sbin/pgbouncer")) {
    WARN("SKIPPED: pgbouncer is not installed, run scripts/bootstrap --test");
    return;
  }
  const Postgres server;
  const Folder folder;
  const Folder pool;
  const std::string config = pool.write(
      "pgbouncer.ini",
      fmt::format("[databases]\npostgres = host={} port={} user=test\n[pgbouncer]\nlisten_addr =\n"
                  "listen_port = 6432\nunix_socket_dir = {}\nauth_type = any\n"
                  "pool_mode = transaction\nserver_reset_query_always = 1\n",
                  server.socket_directory(), Postgres::port(), pool.path()));
  Program open_up({"chmod", "0777", pool.path()});
  open_up.expect_exit(exited(0));
  Program pooler({"pgbouncer", config}, {.directory = pool.path(), .user = User::Nobody});
  pooler.wait_for_stderr("process up");
  std::string uri = server.uri();
  uri.replace(uri.find("host="), std::string::npos,
              fmt::format("host={}&port=6432", server.in_uri(pool.path())));
  Program program = start(job(uri), on_pipe(folder));
  for (const int number : {1, 2, 3}) {
    program.write_stdin("a b\n");
    server.wait_until("SELECT count(*) FROM pg_tables WHERE tablename = 'counts'", "1");
    server.wait_until(kSums, fmt::format("a {0}\nb {0}", number));
  }
  server.ask(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
      "pg_backend_pid() AND backend_type = 'client backend'");
  program.write_stdin("a b\n");
  server.wait_until(kSums, "a 4\nb 4");
  program.close_stdin();
  program.expect_exit(exited(0));
  Program again = start(job(uri), on_pipe(folder));
  again.write_stdin("a\n");
  again.close_stdin();
  again.expect_exit(exited(0));
  CHECK(server.lines(kSums) == Lines{"a 5", "b 4"});
}

TEST_CASE("a server whose disk is full ends the run, and what was counted comes when there is room",
          "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Folder disk;
  if (::mount("none", disk.path().c_str(), "tmpfs", 0, "size=24m,mode=0777") != 0) {
    WARN("SKIPPED: nothing can be mounted here");
    return;
  }
  {
    const Postgres server;
    const Folder folder;
    server.ask(fmt::format("CREATE TABLESPACE small LOCATION '{}'",
                           server.make_directory(disk / "small")));
    Program program =
        start(job(server.uri("options=-cdefault_tablespace%3Dsmall")), on_pipe(folder));
    program.write_stdin("a\n");
    server.wait_until("SELECT count(*) FROM pg_tables WHERE tablename = 'counts'", "1");
    server.wait_until(kSums, "a 1");
    disk.write("much", std::string((24U << 20U) - (300U << 10U), 'x'));
    std::string words;
    for (int i = 0; i < 20'000; ++i) words += fmt::format("word{} ", i);
    program.write_stdin(words + "\n");
    CHECK(program.wait_exit() == exited(75));
    CHECK(has(program.stderr_text(), "could not extend file"));
    CHECK(has(program.stderr_text(), "make room on the server"));
    CHECK(server.lines(kSums) == Lines{"a 1"});
    std::filesystem::remove(disk / "much");
    Program again = start(job(server.uri("options=-cdefault_tablespace%3Dsmall")), on_pipe(folder));
    again.close_stdin();
    again.expect_exit(exited(0));
    CHECK(server.ask("SELECT count(*), sum(count) FROM counts") == "20001|20001");
  }
  CHECK(::umount2(disk.path().c_str(), MNT_DETACH) == 0);
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
