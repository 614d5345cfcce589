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

/// What a run counts that reads the file itself, each time after something was added to it.
Counts counts_of_reading(const Words& additions, const Words& more = {}) {
  const Folder folder;
  folder.write("app.log", "");
  for (const std::string& addition : additions) {
    folder.append("app.log", addition);
    Words all{"app.log", "-m", "exactly-once", "--checkpoint", "state", "--sink", "counts.tsv"};
    all.insert(all.end(), more.begin(), more.end());
    Program program = start(all, {.directory = folder.path()});
    program.expect_exit(exited(0));
  }
  return sum_tsv(read_file(folder / "counts.tsv"));
}

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

TEST_CASE("a file that is rotated while it is followed is sent once", "[send]") {
  const bool is_copied = GENERATE(false, true);
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "");
  Program sender = send(folder, receiver.address(), kFollowed);
  Words words;
  for (int round = 1; round <= 5; ++round) {
    const std::string word = "round" + std::to_string(round);
    folder.append("app.log", word + "\n");
    words.push_back(word);
    receiver.wait_for(counting, words);
    const std::string rotated = "app.log." + std::to_string(9 - round);
    if (is_copied) {
      std::filesystem::copy_file(folder / "app.log", folder / rotated);
      folder.truncate("app.log");
      sender.wait_for_stderr("was truncated", round);
    } else {
      folder.rename("app.log", rotated);
      folder.append(rotated, word + ".late\n");
      words.push_back(word + ".late");
      receiver.wait_for(counting, words);
      folder.write("app.log", "");
    }
  }
  sender.send_signal(SIGTERM);
  sender.expect_exit(exited(0));
  expect(receiver.end(counting), once(words));
}

TEST_CASE("a file that is rotated while nobody sends it is sent once", "[send]") {
  const bool is_copied = GENERATE(false, true);
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "one\n");
  send_all(folder, receiver.address(), kKept);
  folder.append("app.log", "two\n");
  if (is_copied) {
    std::filesystem::copy_file(folder / "app.log", folder / "app.log.1");
    folder.truncate("app.log");
    folder.append("app.log", "a much longer line\n");
  } else {
    folder.rename("app.log", "app.log.1");
    folder.write("app.log", "a much longer line\n");
  }
  send_all(folder, receiver.address(), kKept);
  expect(receiver.end(counting), once({"one", "two", "a", "much", "longer", "line"}));
}

TEST_CASE("a file is counted by who is sent it as by who reads it", "[send]") {
  struct Case {
    const char* what;
    Words additions;
  };
  const Case each = GENERATE(
      Case{"an empty one", {""}}, Case{"empty lines", {"\n\na\n\n"}},
      Case{"a last line without an end", {"to be\nhalf"}},
      Case{"which grows", {"to be\nhalf", "way\nthere\n"}},
      Case{"which is ended", {"to be\nhalf", "\n", "there\n"}},
      Case{"which grows thrice", {"a", "b", "c", "\nd"}}, Case{"CRLF", {"to be\r\nor\r\nnot"}},
      Case{"CRLF in two", {"to be\r", "\nor\r\n", "not\r", "\n"}},
      Case{"CR alone", {"to be\ror\rnot\r"}}, Case{"a mark", {"\xef\xbb\xbfto be\n"}},
      Case{"NUL", {std::string("to\0be\n", 6)}});
  INFO(each.what);
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "");
  for (const std::string& addition : each.additions) {
    folder.append("app.log", addition);
    send_all(folder, receiver.address(), kKept);
  }
  expect(receiver.end(counting), counts_of_reading(each.additions));
}

TEST_CASE("a line that is too long is cut by who sends it as by who reads it", "[send]") {
  const Words limit{"--max-line", "1KiB"};
  const std::string text = "first\n" + std::string(5000, 'x') + " y\nlast\n" +
                           std::string(3000, 'z') + "\n" + std::string(200'000, 'w') + " v";
  const bool is_sender = GENERATE(true, false);
  INFO((is_sender ? "the sender" : "the receiver") << " cuts");
  Receiver receiver(is_sender ? Words() : limit);
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", text);
  const Words arguments = is_sender ? joined(kKept, limit) : kKept;
  const std::string said = send_all(folder, receiver.address(), arguments);
  if (is_sender) CHECK(has(said, "3 lines cut"));
  CHECK(has(send_all(folder, receiver.address(), arguments), " 0 lines answered"));
  expect(receiver.end(counting), counts_of_reading({text}, limit));
}

TEST_CASE("what is packed is sent as its text, and once", "[send]") {
  const bool is_gzip = GENERATE(true, false);
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  const Words words = numbered("word", 1000);
  const std::string text = lines_of(words);
  folder.write("old.log", is_gzip ? wordstream::gzip_of(text) : wordstream::zstd_of(text));
  const Words arguments{"--checkpoint", "sent", "old.log"};
  CHECK(has(send_all(folder, receiver.address(), arguments), " 1000 lines answered"));
  CHECK(has(send_all(folder, receiver.address(), arguments), " 0 lines answered"));
  expect(receiver.end(counting), once(words));
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

TEST_CASE("what matches a pattern is sent, and while it is followed what comes later", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  std::filesystem::create_directory(folder / "logs");
  folder.write("logs/a.log", "a1\n");
  folder.write("logs/b.log", "b1\n");
  folder.write("logs/c.txt", "c1\n");
  const Words pattern{"--checkpoint", "sent", "logs/*.log"};
  CHECK(has(send_all(folder, receiver.address(), pattern), " 2 lines answered"));
  folder.append("logs/b.log", "b2\n");
  Program sender = send(folder, receiver.address(), joined(pattern, {"--follow"}));
  receiver.wait_for(counting, {"b2"});
  folder.write("logs/d.log", "d1\n");
  receiver.wait_for(counting, {"d1"});
  folder.append("logs/a.log", "a2\n");
  receiver.wait_for(counting, {"a2"});
  sender.send_signal(SIGTERM);
  sender.expect_exit(exited(0));
  expect(receiver.end(counting), once({"a1", "b1", "b2", "d1", "a2"}));
}

TEST_CASE("several files are sent, each under its own name", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  // They are alike: neither is taken for the other.
  folder.write("a.log", "same\nsame\n");
  folder.write("b.log", "same\nsame\n");
  send_all(folder, receiver.address(), {"--checkpoint", "sent", "a.log", "b.log"});
  expect(receiver.end(counting), Counts{{"same", 4}});
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
