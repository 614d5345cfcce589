// Several files, patterns, compressed files, and what rotation made of them, from outside.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/program.h"
#include "packed.h"

using namespace wordstream::cli;

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("several files and a pattern are read to their ends, compressed ones as their text",
          "[sources]") {
  const Folder folder;
  folder.write("a.log", "one two");
  folder.write("b.log", "\xef\xbb\xbftwo\n");
  folder.write("c.log", wordstream::gzip_of("two three\n"));
  const std::map<std::string, std::uint64_t> expected{{"one", 1}, {"three", 1}, {"two", 3}};
  for (const Words& names :
       {Words{"a.log", "b.log", "c.log"}, Words{"*.log"}, Words{"[ab].log", "c.*"}}) {
    Words run{"-f", "tsv", "-b", "24h"};
    run.insert(run.end(), names.begin(), names.end());
    Program program = start(run, {.directory = folder.path()});
    program.expect_exit(exited(0));
    CHECK(sum_tsv(program.stdout_text()) == expected);
  }
}

TEST_CASE("a pattern stands for what symbolic links lead to, and each file is read once",
          "[sources]") {
  const Folder folder;
  const Folder elsewhere;
  elsewhere.write("pod", "one\n");
  folder.write("a.log", "two\n");
  std::filesystem::create_symlink(elsewhere / "pod", folder / "pod.log");
  std::filesystem::create_symlink(folder / "a.log", folder / "b.log");
  Program program = start({"*.log", "-f", "tsv", "-q"}, {.directory = folder.path()});
  program.expect_exit(exited(0));
  CHECK(sum_tsv(program.stdout_text()) ==
        std::map<std::string, std::uint64_t>{{"one", 1}, {"two", 1}});
}

TEST_CASE("of a damaged archive what stands before the damage counts, and then it is named: 65",
          "[sources]") {
  const Folder folder;
  const std::string packed = wordstream::gzip_of("whole\n") + wordstream::gzip_of("cut off\n");
  folder.write("a.gz", packed.substr(0, packed.size() - 4));
  const bool is_stdin = GENERATE(false, true);
  Program program = is_stdin ? start({"-f", "tsv", "-", "-q"},
                                     {.input = Input::File, .input_path = folder / "a.gz"})
                             : start({"-f", "tsv", "a.gz", "-q"}, {.directory = folder.path()});
  program.expect_exit(exited(65));
  CHECK(sum_tsv(program.stdout_text()).at("whole") == 1);
  CHECK(program.stderr_text().find(is_stdin ? "stdin" : "a.gz") != std::string::npos);
}

TEST_CASE("a set is followed: what comes later, goes, or is not there yet", "[sources]") {
  const Folder folder;
  folder.write("a.log", "a1\n");
  Program program = start({"--follow", "*.log", "later/x", "-b", "20ms", "-f", "tsv"},
                          {.directory = folder.path()});
  program.wait_for_stderr("following a.log");
  folder.write("b.log", "b1\n");
  program.wait_for_stdout("b1\t1\n");
  std::filesystem::create_directory(folder / "later");
  folder.write("later/x", "x1\n");
  program.wait_for_stdout("x1\t1\n");
  std::filesystem::remove(folder / "b.log");
  folder.write("b.log", "b2\n");
  program.wait_for_stdout("b2\t1\n");
  folder.append("a.log", "a2\n");
  program.wait_for_stdout("a2\t1\n");
}

TEST_CASE("a checkpoint of other files is refused, with the quotes that a pattern needs: 65",
          "[sources]") {
  const Folder folder;
  for (const std::string name : {"a.log", "b.log", "c.log"}) folder.write(name, name + "\n");
  const auto run = [&](const Words& names) {
    Words args{"-q", "-m", "at-least-once", "--checkpoint", "state", "--sink", "out.tsv"};
    args.insert(args.end(), names.begin(), names.end());
    return start(args, {.directory = folder.path()});
  };
  run({"b.log", "a.log"}).expect_exit(exited(0));
  run({"a.log", "b.log"}).expect_exit(exited(0));
  Program other = run({"a.log", "b.log", "c.log"});
  other.expect_exit(exited(65));
  CHECK(other.stderr_text().find("in quotes a pattern stands as it is written: 'logs/*.log'") !=
        std::string::npos);
}

TEST_CASE("a followed file with more than 1 GiB is read, and --from end is named", "[sources]") {
  const Folder folder;
  folder.write("big.log", "word\n");
  std::filesystem::resize_file(folder / "big.log", (std::uintmax_t{1} << 30) + 1);
  const bool is_at_end = GENERATE(false, true);
  Words run{"--follow", "big.log", "--max-batches", "1", "-b", "10ms", "-f", "tsv"};
  if (is_at_end) run.insert(run.end(), {"--from", "end"});
  Program program = start(run, {.directory = folder.path()});
  program.expect_exit(exited(0));
  const bool is_named = program.stderr_text().find("--from end") != std::string::npos;
  CHECK(is_named == !is_at_end);
}

TEST_CASE("many files are followed with few descriptors", "[sources]") {
  const Folder folder;
  for (int i = 0; i < 300; ++i) folder.write(std::to_string(i) + ".log", "first\n");
  Program program({"sh", "-c", "ulimit -n 40; exec \"$0\" \"$@\"", program_under_test(), "--follow",
                   "*.log", "-b", "50ms", "-f", "tsv"},
                  {.directory = folder.path()});
  program.wait_for_stderr("following 300 files");
  folder.append("17.log", "seventeen\n");
  program.wait_for_stdout("seventeen\t1\n");
  CHECK(sum_tsv(program.stdout_text()).at("first") == 300);
}

TEST_CASE("the flag --poll looks at a followed file now and then", "[sources]") {
  const Folder folder;
  folder.write("a.log", "one\n");
  Program program = start({"--follow", "--poll", "10ms", "a.log", "-b", "20ms", "-f", "tsv"},
                          {.directory = folder.path()});
  program.wait_for_stdout("one\t1\n");
  folder.append("a.log", "two\n");
  program.wait_for_stdout("two\t1\n");
}

TEST_CASE("the flag --rotated tells of rotated files with any name, in any directory",
          "[sources]") {
  const Folder folder;
  const Folder archive;
  archive.write("before.done", "before\n");
  folder.write("words.txt", "one\n");
  const Words run{"words.txt", "-m",        "exactly-once",    "--checkpoint",
                  "ck",        "--sink",    "out.tsv",         "--rotated",
                  "*.old",     "--rotated", archive / "*.done"};
  start(run, {.directory = folder.path()}).expect_exit(exited(0));
  folder.append("words.txt", "two\n");
  std::filesystem::rename(folder / "words.txt", archive / "first.done");
  folder.write("second.old", "three\n");
  folder.write("words.txt", "four\n");
  start(run, {.directory = folder.path()}).expect_exit(exited(0));
  start(run, {.directory = folder.path()}).expect_exit(exited(0));
  CHECK(sum_tsv(read_file(folder / "out.tsv")) ==
        std::map<std::string, std::uint64_t>{{"four", 1}, {"one", 1}, {"three", 1}, {"two", 1}});
}
