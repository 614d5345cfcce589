// The real program and a real PostgreSQL server that goes away, is held, full, or not alone.
#include <fmt/format.h>
#include <sys/mount.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "catch.h"
#include "server/job.h"

using namespace wordstream::cli;
using namespace wordstream::server;

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
  deliver_first(program, server, "a");
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
    deliver_first(program, server, "a");
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
  deliver_first(program, server, "a");
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

TEST_CASE("a server that has no connection left is waited for", "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server(
      {"max_connections=3", "superuser_reserved_connections=0", "max_wal_senders=0"});
  const Folder folder;
  std::vector<std::unique_ptr<Program>> others;
  for (int i = 0; i < 3; ++i) {
    others.push_back(std::make_unique<Program>(server.psql(), Setup{.input = Input::Pipe}));
    others.back()->write_stdin("SELECT 'here';\n");
    others.back()->wait_for_stdout("here");
  }
  Program program = start(job(server.uri()), on_pipe(folder));
  program.wait_for_stderr("sorry, too many clients already: waiting for it");
  others.clear();
  program.wait_for_stderr("is there again");
  program.write_stdin("a\n");
  program.close_stdin();
  program.expect_exit(exited(0));
  CHECK(server.lines(kSums) == Lines{"a 1"});
}

TEST_CASE("of several hosts the one that can be written to is found, by a service, too",
          "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres read_only({"default_transaction_read_only=on"});
  const Postgres primary;
  const Folder folder;
  const std::string hosts =
      fmt::format("{},{}", read_only.socket_directory(), primary.socket_directory());
  const std::string services = folder.write(
      "services", fmt::format("[counts]\nhost={}\nuser=test\ndbname=postgres\n", hosts));
  for (const std::string& uri :
       {fmt::format("postgresql://test@/postgres?host={}", Postgres::in_uri(hosts)),
        std::string("postgresql:///?service=counts")}) {
    Program program = start({"-", "--sink", uri}, {.input = Input::Pipe,
                                                   .directory = folder.path(),
                                                   .environment = {"PGSERVICEFILE=" + services}});
    program.write_stdin("a\n");
    program.close_stdin();
    program.expect_exit(exited(0));
    CHECK(program.stderr_text().empty());
  }
  CHECK(primary.lines(kSums) == Lines{"a 2"});
}

TEST_CASE("a server that was put back in the middle of a run ends it, and the next has all again",
          "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder folder;
  Program program =
      start(job(server.uri(), {"--window", "10m", "--slide", "20ms"}), on_pipe(folder));
  program.write_stdin("a\n");
  server.wait_until("SELECT count(*) FROM pg_tables WHERE tablename = 'counts'", "1");
  server.wait_until("SELECT count(*) > 0 FROM counts WHERE word = 'a'", "t");
  for (const std::string word : {"b", "c"}) {
    program.write_stdin(word + "\n");
    server.wait_until(fmt::format("SELECT count(*) > 0 FROM counts WHERE word = '{}'", word), "t");
  }
  program.stop();
  // As a standby that has lagged behind: nothing of the batch with b is there, nor of those behind
  // it.
  server.ask(
      "DELETE FROM counts WHERE end_ms >= (SELECT min(end_ms) FROM counts WHERE word = 'b'); "
      "UPDATE wordstream_progress SET batch = (SELECT count(DISTINCT end_ms) FROM counts)");
  program.send_signal(SIGCONT);
  CHECK(program.wait_exit() == exited(75));
  CHECK(has(program.stderr_text(), "a new start writes again what it lacks"));
  Program again = start(job(server.uri(), {"--window", "10m", "--slide", "20ms"}), on_pipe(folder));
  again.close_stdin();
  again.expect_exit(exited(0));
  CHECK(server.ask(
            "SELECT string_agg(DISTINCT word, '' ORDER BY word) FROM counts WHERE word < 'd'") ==
        "abc");
}

TEST_CASE("totals of several batches go into one transaction, with words of any length",
          "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder folder;
  Program program = start(job(server.uri("table=counts"), {"--total"}), on_pipe(folder));
  program.write_stdin("a\n");
  server.wait_until("SELECT count(*) FROM pg_tables WHERE tablename = 'counts'", "1");
  server.wait_until("SELECT count FROM counts WHERE word = 'a'", "1");
  Program holder(server.psql(), {.input = Input::Pipe});
  holder.write_stdin("BEGIN; LOCK TABLE counts; SELECT 'held';\n");
  holder.wait_for_stdout("held");
  const std::string longer(2000, 'x');
  program.write_stdin("a " + longer + "\n");
  server.wait_until(
      "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name LIKE "
      "'wordstream %' AND wait_event_type = 'Lock'",
      "t");
  for (int i = 0; i < 5; ++i) {
    program.write_stdin("a " + longer + "\n");
    server.ask("SELECT pg_sleep(0.05)");  // another batch
  }
  holder.close_stdin();
  holder.wait_exit();
  server.wait_until("SELECT string_agg(count::text, ' ') FROM counts", "7 6");
  program.close_stdin();
  program.expect_exit(exited(0));
}

TEST_CASE("a table that somebody holds is waited for, and nothing is lost", "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder folder;
  Program program = start(job(server.uri()), on_pipe(folder));
  deliver_first(program, server, "a");
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
    deliver_first(program, server, "a");
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
