// The subcommand `send`, as its user meets it: files and pipes on their way to a wordstream that
// listens, whichever of both is killed, and loses what.
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/followed_log.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "cli/send_peers.h"
#include "packed.h"

using namespace wordstream::cli;

namespace {

using Words = std::vector<std::string>;

const Words kKept{"--checkpoint", "sent", "app.log"};
const Words kFollowed{"--checkpoint", "sent", "--follow", "app.log"};

}  // namespace

TEST_CASE("a file is sent once, and later what was added to it alone", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "to be\nor not\n");
  // Its checkpoint is where those of a mode are that name none.
  CHECK(has(send_all(folder, receiver.address(), {"app.log"}), "wordstream: 2 lines answered\n"));
  CHECK(has(send_all(folder, receiver.address(), {"app.log"}), "wordstream: 0 lines answered\n"));
  folder.append("app.log", "that is\n");
  CHECK(has(send_all(folder, receiver.address(), {"app.log"}), "wordstream: 1 line answered\n"));
  CHECK(std::filesystem::exists(folder / ".local/state/wordstream"));
  expect(receiver.end(counting), once({"to", "be", "or", "not", "that", "is"}));
}

TEST_CASE("all that a sender was answered is counted when its receiver is killed", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  const Words words = numbered("word", 1000);
  folder.write("app.log", lines_of(words));
  send_all(folder, receiver.address(), kKept);
  kill(counting);
  expect(receiver.end(), once(words));
}

TEST_CASE("a receiver that is killed again and again counts everything once", "[send]") {
  Receiver receiver;
  const Folder folder;
  const Words words = numbered("word", 100'000);
  folder.write("app.log", lines_of(words));
  Program sender = send(folder, receiver.address(), kFollowed);
  for (int round = 0; round < 3; ++round) {
    INFO(round);
    const std::string last = "round" + std::to_string(round);
    Program counting = receiver.run();
    if (round != 0) receiver.wait_for(counting, {last});
    if (round == 0) receiver.wait_for(counting, {words.front()});
    kill(counting);
    folder.append("app.log", "round" + std::to_string(round + 1) + "\n");
  }
  Program counting = receiver.run();
  receiver.wait_for(counting, {words.back(), "round3"});
  sender.send_signal(SIGTERM);
  sender.expect_exit(exited(0));
  expect(receiver.end(counting), once(joined(words, numbered("round", 3))));
}

TEST_CASE("a sender that is killed again and again sends everything once", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  const Words words = numbered("word", 100'000);
  folder.write("app.log", lines_of(words));
  for (int round = 1; round <= 3; ++round) {
    Program sender = send(folder, receiver.address(), kFollowed);
    sender.wait_for_stderr("connected to");
    receiver.wait_for(
        counting, round == 1 ? Words{words.front()} : Words{"round" + std::to_string(round - 1)});
    kill(sender);
    folder.append("app.log", "round" + std::to_string(round) + "\n");
  }
  send_all(folder, receiver.address(), kKept);
  expect(receiver.end(counting), once(joined(words, numbered("round", 3))));
}

TEST_CASE("a sender that has lost its checkpoint sends nothing twice", "[send]") {
  const bool is_killed = GENERATE(false, true);
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  const Words words = numbered("word", 50'000);
  folder.write("app.log", lines_of(words));
  Program first = send(folder, receiver.address(), is_killed ? kFollowed : kKept);
  receiver.wait_for(counting, {words.front()});
  if (is_killed) {
    kill(first);
  } else {
    first.expect_exit(exited(0));
  }
  std::filesystem::remove_all(folder / "sent");
  folder.append("app.log", "later\n");
  send_all(folder, receiver.address(), kKept);
  expect(receiver.end(counting), once(joined(words, {"later"})));
}

TEST_CASE("a receiver that has lost everything is sent everything again", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "one\ntwo\n");
  send_all(folder, receiver.address(), kKept);
  expect(receiver.end(counting), once({"one", "two"}));
  receiver.lose_disk();
  Program anew = receiver.run();
  folder.append("app.log", "three\n");
  CHECK(has(send_all(folder, receiver.address(), kKept), "sending it again"));
  expect(receiver.end(anew), once({"one", "two", "three"}));
}

TEST_CASE("a receiver that has lost everything is sent rotated files again, too", "[send]") {
  const bool is_sender_stopped = GENERATE(false, true);
  const bool is_packed = GENERATE(false, true);
  INFO((is_sender_stopped ? "stopped" : "running") << (is_packed ? ", packed" : ""));
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "one\n");
  Program sender = send(folder, receiver.address(), kFollowed);
  receiver.wait_for(counting, {"one"});
  folder.rename("app.log", "app.log.1");
  folder.write("app.log", "two\n");
  receiver.wait_for(counting, {"two"});
  if (is_sender_stopped) {
    sender.send_signal(SIGTERM);
    sender.expect_exit(exited(0));
  }
  expect(receiver.end(counting), once({"one", "two"}));
  receiver.lose_disk();
  if (is_packed) {
    folder.write("app.log.1.gz", wordstream::gzip_of(read_file(folder / "app.log.1")));
    std::filesystem::last_write_time(folder / "app.log.1.gz",
                                     std::filesystem::last_write_time(folder / "app.log.1"));
    std::filesystem::remove(folder / "app.log.1");
  }
  folder.append("app.log", "three\n");
  Program anew = receiver.run();
  if (is_sender_stopped) {
    Program again = send(folder, receiver.address(), kFollowed);
    receiver.wait_for(anew, {"one", "two", "three"});
    again.send_signal(SIGTERM);
    again.expect_exit(exited(0));
  } else {
    receiver.wait_for(anew, {"one", "two", "three"});
    sender.send_signal(SIGTERM);
    sender.expect_exit(exited(0));
  }
  expect(receiver.end(anew), once({"one", "two", "three"}));
}

TEST_CASE("both disks may be lost, one after the other", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "one\ntwo\n");
  send_all(folder, receiver.address(), kKept);
  receiver.end(counting);
  receiver.lose_disk();
  std::filesystem::remove_all(folder / "sent");
  Program anew = receiver.run();
  send_all(folder, receiver.address(), kKept);
  std::filesystem::remove_all(folder / "sent");
  folder.append("app.log", "three\n");
  send_all(folder, receiver.address(), kKept);
  expect(receiver.end(anew), once({"one", "two", "three"}));
}

TEST_CASE("a packed file is sent again to a receiver that has lost everything", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  const Words words = numbered("word", 1000);
  folder.write("old.log", wordstream::gzip_of(lines_of(words)));
  const Words arguments{"--checkpoint", "sent", "old.log"};
  send_all(folder, receiver.address(), arguments);
  receiver.end(counting);
  receiver.lose_disk();
  Program anew = receiver.run();
  send_all(folder, receiver.address(), arguments);
  expect(receiver.end(anew), once(words));
}

TEST_CASE("two senders of one file are counted once", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  const Words words = numbered("word", 50'000);
  folder.write("app.log", lines_of(words));
  Program one = send(folder, receiver.address(), {"--checkpoint", "one", "app.log"});
  Program other = send(folder, receiver.address(), {"--checkpoint", "other", "app.log"});
  one.expect_exit(exited(0));
  other.expect_exit(exited(0));
  expect(receiver.end(counting), once(words));
}

TEST_CASE("two senders follow one file while it is rotated, and it is counted once", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "one\n");
  Program one = send(folder, receiver.address(), {"--checkpoint", "one", "--follow", "app.log"});
  Program other =
      send(folder, receiver.address(), {"--checkpoint", "other", "--follow", "app.log"});
  Words words{"one"};
  for (int round = 1; round <= 5; ++round) {
    receiver.wait_for(counting, words);
    folder.append("app.log", "late" + std::to_string(round) + "\n");
    folder.rename("app.log", "app.log." + std::to_string(9 - round));
    folder.write("app.log", "new" + std::to_string(round) + "\n");
    words = joined(words, {"late" + std::to_string(round), "new" + std::to_string(round)});
  }
  receiver.wait_for(counting, words);
  for (Program* const sender : {&one, &other}) {
    sender->send_signal(SIGTERM);
    sender->expect_exit(exited(0));
  }
  expect(receiver.end(counting), once(words));
}

TEST_CASE("a file that is written anew between two runs is sent anew", "[send]") {
  const bool has_checkpoint = GENERATE(true, false);
  const bool is_longer = GENERATE(true, false);
  INFO((has_checkpoint ? "kept" : "lost") << (is_longer ? ", longer" : ", shorter"));
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "one\ntwo\n");
  send_all(folder, receiver.address(), kKept);
  // In place: it is the same inode.
  folder.write("app.log", is_longer ? "three\nfour\nfive\n" : "six\n");
  if (!has_checkpoint) std::filesystem::remove_all(folder / "sent");
  send_all(folder, receiver.address(), kKept);
  // Whoever has forgotten that finds it there.
  std::filesystem::remove_all(folder / "sent");
  send_all(folder, receiver.address(), kKept);
  const Words anew = is_longer ? Words{"three", "four", "five"} : Words{"six"};
  expect(receiver.end(counting), once(joined({"one", "two"}, anew)));
}

TEST_CASE("a sender whose checkpoint is an old copy sends nothing twice", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "one\n");
  send_all(folder, receiver.address(), kKept);
  std::filesystem::copy(folder / "sent", folder / "copy");
  folder.append("app.log", "two\n");
  send_all(folder, receiver.address(), kKept);
  std::filesystem::remove_all(folder / "sent");
  folder.rename("copy", "sent");
  folder.append("app.log", "three\n");
  send_all(folder, receiver.address(), kKept);
  expect(receiver.end(counting), once({"one", "two", "three"}));
}

TEST_CASE("a receiver whose checkpoint is an old copy is sent what it has no more", "[send]") {
  const bool is_followed = GENERATE(false, true);
  const Server reserved(Server::State::Refusing);
  const std::string to = "relp://127.0.0.1:" + reserved.port_text();
  const Folder folder;
  const auto count = [&] {
    return Words{"--relp",       reserved.port_text(),
                 "-m",           "at-least-once",
                 "--checkpoint", "state",
                 "-b",           "20ms",
                 "-f",           "tsv"};
  };
  folder.write("app.log", "one\n");
  {
    Program counting = start(count(), {.directory = folder.path()});
    send_all(folder, to, kKept);
    counting.wait_for_stdout("one\t1\n");
    counting.send_signal(SIGTERM);
    counting.expect_exit(exited(0));
  }
  std::filesystem::copy(folder / "state", folder / "copy");
  folder.append("app.log", "two\n");
  Program sender = send(folder, to, is_followed ? kFollowed : kKept);
  {
    Program counting = start(count(), {.directory = folder.path()});
    counting.wait_for_stdout("two\t1\n");
    if (!is_followed) sender.expect_exit(exited(0));
    counting.send_signal(SIGTERM);
    counting.expect_exit(exited(0));
  }
  std::filesystem::remove_all(folder / "state");
  folder.rename("copy", "state");
  folder.append("app.log", "three\n");
  Program older = start(count(), {.directory = folder.path()});
  if (!is_followed) send_all(folder, to, kKept);
  older.wait_for_stdout("two\t1\n");
  older.wait_for_stdout("three\t1\n");
  if (is_followed) {
    sender.send_signal(SIGTERM);
    sender.expect_exit(exited(0));
  }
  older.send_signal(SIGTERM);
  older.expect_exit(exited(0));
  CHECK_FALSE(has(older.stdout_text(), "one\t"));
}

TEST_CASE("what a sender has passed over by --from end is never sent", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "old\n");
  Program sender = send(folder, receiver.address(), joined(kFollowed, {"--from", "end"}));
  sender.wait_for_stderr("connected to");
  folder.append("app.log", "one\n");
  receiver.wait_for(counting, {"one"});
  expect(receiver.end(counting), once({"one"}));
  receiver.lose_disk();
  Program anew = receiver.run();
  folder.append("app.log", "two\n");
  receiver.wait_for(anew, {"one", "two"});
  sender.send_signal(SIGTERM);
  sender.expect_exit(exited(0));
  expect(receiver.end(anew), once({"one", "two"}));
}

TEST_CASE("a checkpoint that goes on with another receiver sends everything there", "[send]") {
  Receiver first;
  Receiver second;
  Program counting = first.run();
  Program other = second.run();
  const Folder folder;
  folder.write("app.log", "one\n");
  send_all(folder, first.address(), kKept);
  folder.append("app.log", "two\n");
  send_all(folder, second.address(), kKept);
  folder.append("app.log", "three\n");
  send_all(folder, first.address(), kKept);
  expect(first.end(counting), once({"one", "two", "three"}));
  expect(second.end(other), once({"one", "two"}));
}

TEST_CASE("a receiver that keeps nothing is not sent again what it had counted", "[send]") {
  const Server reserved(Server::State::Refusing);
  const Words counts{"--relp", reserved.port_text(), "-b", "20ms", "-f", "tsv"};
  const Folder folder;
  folder.write("app.log", "one\n");
  Program sender = send(folder, "relp://127.0.0.1:" + reserved.port_text(), kFollowed);
  {
    Program counting = start(counts);
    counting.wait_for_stdout("one\t1\n");
    // What was counted is answered.
    counting.send_signal(SIGTERM);
    counting.expect_exit(exited(0));
  }
  Program counting = start(counts);
  folder.append("app.log", "two\n");
  counting.wait_for_stdout("two\t1\n");
  sender.send_signal(SIGTERM);
  sender.expect_exit(exited(0));
  counting.send_signal(SIGTERM);
  counting.expect_exit(exited(0));
  CHECK_FALSE(has(counting.stdout_text(), "one"));
}

TEST_CASE("a file on standard input is sent once", "[send]") {
  const Words named = GENERATE(Words(), Words{"-"});
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  const std::string path = folder.write("app.log", "one\n");
  for (const char* const added : {"two\n", "three\n", ""}) {
    Program sender =
        start(joined({"send", "--to", receiver.address(), "--checkpoint", "sent"}, named),
              {.input = Input::File, .input_path = path, .directory = folder.path()});
    sender.expect_exit(exited(0));
    folder.append("app.log", added);
  }
  expect(receiver.end(counting), once({"one", "two", "three"}));
}
