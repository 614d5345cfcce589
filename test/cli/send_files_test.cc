// The subcommand `send` and files as they are in the world: rotated, packed, many, and with lines
// of all kinds.
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/followed_log.h"
#include "cli/program.h"
#include "cli/send_peers.h"
#include "packed.h"

using namespace wordstream::cli;

namespace {

using Words = std::vector<std::string>;

const Words kKept{"--checkpoint", "sent", "app.log"};
const Words kFollowed{"--checkpoint", "sent", "--follow", "app.log"};

enum class Rotation { Rename, Copy, RenameAndPack };

/// As it is done every night; the next file has `text`.
void rotate(const Folder& folder, Rotation rotation, const std::string& text) {
  if (rotation == Rotation::Copy) {
    std::filesystem::copy_file(folder / "app.log", folder / "app.log.1");
    folder.truncate("app.log");
    folder.append("app.log", text);
    return;
  }
  folder.rename("app.log", "app.log.1");
  if (rotation == Rotation::RenameAndPack) {
    folder.write("app.log.1.gz", wordstream::gzip_of(read_file(folder / "app.log.1")));
    std::filesystem::last_write_time(folder / "app.log.1.gz",
                                     std::filesystem::last_write_time(folder / "app.log.1"));
    std::filesystem::remove(folder / "app.log.1");
  }
  folder.write("app.log", text);
}

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

TEST_CASE("a sender that has lost its checkpoint sends what was rotated since", "[send]") {
  // A packed file is another one: what was sent of it before comes again.
  const Rotation rotation = GENERATE(Rotation::Rename, Rotation::Copy, Rotation::RenameAndPack);
  const bool has_more = GENERATE(true, false);
  INFO(static_cast<int>(rotation) << (has_more ? ", with more" : ""));
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "one\n");
  send_all(folder, receiver.address(), kKept);
  std::filesystem::remove_all(folder / "sent");
  Words words{"one", "next"};
  if (has_more) {
    folder.append("app.log", "more\n");
    words.emplace_back("more");
  }
  rotate(folder, rotation, "next\n");
  Program sender = send(folder, receiver.address(), kFollowed);
  receiver.wait_for(counting, words);
  folder.append("app.log", "last\n");
  receiver.wait_for(counting, {"last"});
  sender.send_signal(SIGTERM);
  sender.expect_exit(exited(0));
  Counts expected = once(joined(words, {"last"}));
  if (rotation == Rotation::RenameAndPack) expected["one"] = 2;
  expect(receiver.end(counting), expected);
}

TEST_CASE("a receiver that has lost everything is sent what was copied and truncated", "[send]") {
  const bool is_sender_stopped = GENERATE(false, true);
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write("app.log", "one\n");
  Program sender = send(folder, receiver.address(), kFollowed);
  receiver.wait_for(counting, {"one"});
  std::filesystem::copy_file(folder / "app.log", folder / "app.log.1");
  folder.truncate("app.log");
  sender.wait_for_stderr("was truncated");
  folder.append("app.log", "two\n");
  receiver.wait_for(counting, {"two"});
  if (is_sender_stopped) {
    sender.send_signal(SIGTERM);
    sender.expect_exit(exited(0));
  }
  expect(receiver.end(counting), once({"one", "two"}));
  receiver.lose_disk();
  Program anew = receiver.run();
  if (is_sender_stopped) {
    send_all(folder, receiver.address(), kKept);
  } else {
    receiver.wait_for(anew, {"one", "two"});
    sender.send_signal(SIGTERM);
    sender.expect_exit(exited(0));
  }
  expect(receiver.end(anew), once({"one", "two"}));
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

TEST_CASE("the end of a line that was cut is no line, though a run ends within it", "[send]") {
  const Words limit{"--max-line", "1KiB"};
  const std::string line(3000, 'z');
  const Words additions =
      GENERATE_COPY(Words{line + "\r", "\nlast\n"}, Words{line, "\r", "\nlast\n"},
                    Words{line + "\r", "last\n"}, Words{line.substr(0, 1024) + "\r", "\nlast\n"});
  const bool is_kept = GENERATE(true, false);
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  for (const std::string& addition : additions) {
    folder.append("app.log", addition);
    // Where the sender keeps nothing, the receiver tells it where to go on.
    if (!is_kept) std::filesystem::remove_all(folder / "sent");
    send_all(folder, receiver.address(), joined(kKept, limit));
  }
  expect(receiver.end(counting), counts_of_reading(additions, limit));
}

TEST_CASE("a receiver that stands within the end of a line that was cut is sent no line of it",
          "[send]") {
  const Server reserved(Server::State::Refusing);
  const std::string to = "relp://127.0.0.1:" + reserved.port_text();
  const Folder folder;
  const auto expect_only = [&](const std::string& word, const std::string& addition) {
    folder.append("app.log", addition);
    Program counting = start({"--relp", reserved.port_text(), "-m", "at-least-once", "--checkpoint",
                              "state", "-b", "20ms", "-f", "tsv"},
                             {.directory = folder.path()});
    send_all(folder, to, joined(kKept, {"--max-line", "1KiB"}));
    counting.wait_for_stdout(word + "\t1\n");
    counting.send_signal(SIGTERM);
    counting.expect_exit(exited(0));
    CHECK(sum_tsv(counting.stdout_text()) == once({word}));
  };
  folder.write("app.log", "");
  const std::string line(3000, 'z');
  expect_only(line.substr(0, 1024), line + "\r");
  std::filesystem::copy(folder / "state", folder / "copy");
  expect_only("last", "\nlast\n");
  std::filesystem::remove_all(folder / "state");
  folder.rename("copy", "state");
  expect_only("last", "");
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

TEST_CASE("a file may be called anything", "[send]") {
  const std::string name =
      GENERATE(as<std::string>(), "a@1 b.log", "@5", "a b\tc.log", "a\nb.log", "\xff\xfe.log",
               "\xc3\xa4@7 \xe2\x82\xac.log", std::string(255, 'n'));
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  folder.write(name, "one\ntwo\n");
  send_all(folder, receiver.address(), {"--checkpoint", "sent", "./" + name});
  std::filesystem::remove_all(folder / "sent");
  folder.append(name, "three\n");
  send_all(folder, receiver.address(), {"--checkpoint", "sent", "./" + name});
  expect(receiver.end(counting), once({"one", "two", "three"}));
}

TEST_CASE("a path may be as long as the kernel takes it", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  constexpr std::size_t kPathBytesMax = 4095;
  constexpr std::size_t kNameBytesMax = 255;
  std::string path = folder.path();
  while (path.size() + kNameBytesMax < kPathBytesMax) {
    path += "/" + std::string(200, 'd');
    std::filesystem::create_directory(path);
  }
  path += "/" + std::string(kPathBytesMax - path.size() - 1, 'f');
  folder.write(path.substr(folder.path().size() + 1), "one\n");
  send_all(folder, receiver.address(), {"--checkpoint", "sent", path});
  expect(receiver.end(counting), once({"one"}));
}

TEST_CASE("a line that is longer than the window is sent, too", "[send]") {
  Receiver receiver;
  Program counting = receiver.run();
  const Folder folder;
  const Words words{"first", std::string(300'000, 'x'), "last"};
  folder.write("app.log", lines_of(words));
  send_all(folder, receiver.address(), joined(kKept, {"--window", "1KiB"}));
  expect(receiver.end(counting), once(words));
}
