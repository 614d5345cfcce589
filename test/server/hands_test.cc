// Who has the answer, and who has the table: connections that are cut while the server is at it,
// and processes that were stopped in the middle.
#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "catch.h"
#include "server/job.h"

using namespace wordstream::cli;
using namespace wordstream::server;

TEST_CASE("who was stopped with a transaction open is overtaken, and ends when it wakes up",
          "[postgres]") {
  if (!Postgres::is_installed()) return;
  // A role may have another set, which is not the one that it has connected as.
  const bool has_role = GENERATE(false, true);
  const Postgres server;
  const Folder folder;
  const Folder copy;
  server.ask("CREATE ROLE writer; GRANT ALL ON SCHEMA public TO writer");
  const std::string uri = server.uri(has_role ? "options=-crole%3Dwriter" : "");
  Program old = start(job(uri), on_pipe(folder));
  deliver_first(old, server, "a");
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
  Program next = start(job(uri), on_pipe(copy));
  holder.close_stdin();
  holder.wait_exit();
  next.write_stdin("c\n");
  server.wait_until("SELECT count(*) FROM counts WHERE word = 'c'", "1");
  CHECK(has(server.log(), "terminating connection due to administrator command"));
  old.send_signal(SIGCONT);
  CHECK(old.wait_exit() == exited(75));
  CHECK(has(old.stderr_text(), "another wordstream has taken over"));
  next.close_stdin();
  next.expect_exit(exited(0));
  CHECK(server.ask("SELECT max(n) FROM (SELECT count(*) AS n FROM counts GROUP BY word) AS w") ==
        "1");
}

TEST_CASE("a COMMIT whose answer is lost while it is under way is neither lost nor made twice",
          "[postgres]") {
  if (!Postgres::is_installed()) return;
  enum class Cut { CommitMade, CommitUnderWay, StatementUnderWay };
  const Cut cut = GENERATE(Cut::CommitMade, Cut::CommitUnderWay, Cut::StatementUnderWay);
  const bool is_commit = cut != Cut::StatementUnderWay;
  const Postgres server;
  const Folder folder;
  const Folder between;
  // COMMIT, or INSERT, ends once nobody holds the lock.
  server.ask(
      "CREATE TABLE counts (start_ms bigint NOT NULL, end_ms bigint NOT NULL, word text COLLATE "
      "\"C\" NOT NULL, bytes bytea NOT NULL DEFAULT '', count bigint NOT NULL, "
      "PRIMARY KEY (end_ms, start_ms, word, bytes));"
      "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN LOOP "
      "EXIT WHEN pg_try_advisory_xact_lock_shared(1); PERFORM pg_sleep(0.01); END LOOP; "
      "RETURN NULL; END $$;"
      "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON counts DEFERRABLE INITIALLY " +
      std::string(is_commit ? "DEFERRED" : "IMMEDIATE") + " FOR EACH ROW EXECUTE FUNCTION slow()");
  std::string uri = server.uri();
  uri.replace(uri.find("host="), std::string::npos, "host=" + Postgres::in_uri(between.path()));
  const auto connect = [&] {
    return std::vector<std::string>{
        "socat", fmt::format("UNIX-LISTEN:{}/.s.PGSQL.5432,unlink-early", between.path()),
        fmt::format("UNIX-CONNECT:{}/.s.PGSQL.5432", server.socket_directory())};
  };
  auto way = std::make_unique<Program>(connect());
  Program program = start(job(uri), on_pipe(folder));
  program.write_stdin("a\n");
  server.wait_until(kSums, "a 1");
  Program holder(server.psql(), {.input = Input::Pipe});
  holder.write_stdin("SELECT pg_advisory_lock(1), 'held';\n");
  holder.wait_for_stdout("held");
  program.write_stdin("b\n");
  const std::string ours =
      "SELECT {} FROM pg_stat_activity WHERE application_name LIKE 'wordstream %' ";
  server.wait_until(fmt::format(fmt::runtime(ours + "AND query LIKE '{}%' AND state = 'active'"),
                                "count(*)", is_commit ? "COMMIT" : "INSERT"),
                    "1");
  const std::string old = server.ask(fmt::format(fmt::runtime(ours), "pid"));
  way.reset();
  program.wait_for_stderr("waiting for it");
  if (cut == Cut::CommitMade) {
    holder.close_stdin();
    holder.wait_exit();
    server.wait_until(kSums, "a 1\nb 1");
  }
  way = std::make_unique<Program>(connect());
  if (cut != Cut::CommitMade) {
    // What is left of it on the server would hold the progress for ever.
    server.wait_until("SELECT count(*) FROM pg_stat_activity WHERE pid = " + old, "0");
    holder.close_stdin();
    holder.wait_exit();
  }
  program.write_stdin("c\n");
  program.close_stdin();
  program.expect_exit(exited(0));
  CHECK(server.lines(kSums) == Lines{"a 1", "b 1", "c 1"});
}

TEST_CASE("without a checkpoint a connection that is lost before COMMIT costs nothing",
          "[postgres]") {
  if (!Postgres::is_installed()) return;
  const Postgres server;
  const Folder folder;
  Program program = start({"-", "-b", "20ms", "--sink", server.uri()}, on_pipe(folder));
  deliver_first(program, server, "a");
  Program holder(server.psql(), {.input = Input::Pipe});
  holder.write_stdin("BEGIN; LOCK TABLE counts; SELECT 'held';\n");
  holder.wait_for_stdout("held");
  program.write_stdin("b\n");
  const std::string waits =
      "FROM pg_stat_activity WHERE application_name = 'wordstream' AND wait_event_type = 'Lock'";
  server.wait_until("SELECT count(pg_terminate_backend(pid)) " + waits, "1");
  program.wait_for_stderr("waiting for it");
  holder.close_stdin();
  holder.wait_exit();
  server.wait_until(kSums, "a 1\nb 1");
  program.close_stdin();
  program.expect_exit(exited(0));
}
