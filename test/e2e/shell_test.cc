// In a shell's pipelines, between other programs.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

/// A shell script with wordstream as "$0", in a directory of its own.
std::vector<std::string> script(const std::string& text) {
  return {"sh", "-c", text, program_under_test()};
}

/// Not every machine has it: then this says so, and the case ends.
bool is_installed(const std::string& name) {
  const bool has_it = ::access(("/usr/bin/" + name).c_str(), X_OK) == 0 ||
                      ::access(("/bin/" + name).c_str(), X_OK) == 0;
  if (!has_it) WARN("SKIPPED: " << name << " is not installed");
  return has_it;
}

}  // namespace

TEST_CASE("| head ends it quietly with 0, with nothing more to come", "[shell]") {
  Program pipeline(script("{ \"$0\" --listen 0 -b 50ms -q; echo \"exit $?\" >&2; } | head -n 3"));
  pipeline.expect_exit(exited(0));
  const std::string out = pipeline.stdout_text();
  CHECK(std::count(out.begin(), out.end(), '\n') == 3);
  CHECK(pipeline.stderr_text() == "exit 0\n");
}

TEST_CASE("tail -f | wordstream counts what is added to a log", "[shell]") {
  const Folder folder;
  folder.write("log", "first\n");
  Program pipeline(script("tail -n +1 -f log | \"$0\" -b 50ms -f tsv"),
                   {.directory = folder.path()});
  pipeline.wait_for_stdout("first\t1\n");
  folder.append("log", "second second\n");
  pipeline.wait_for_stdout("second\t2\n");
}

TEST_CASE("| while read gets every row when it is written, not at the end", "[shell]") {
  Program pipeline(script("\"$0\" - -b 50ms -f tsv |\n"
                          "while read -r start end word count; do\n"
                          "  echo \"$word=$count in $((end - start)) ms\"\n"
                          "done"),
                   {.input = Input::Pipe});
  pipeline.write_stdin("a b a\n");
  pipeline.wait_for_stdout("a=2 in");
  pipeline.wait_for_stdout("b=1 in");
  pipeline.write_stdin("c\n");
  pipeline.wait_for_stdout("c=1 in");
  pipeline.close_stdin();
  pipeline.expect_exit(exited(0));
}

TEST_CASE("awk adds up the rows of all batches", "[shell]") {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a b a\n";
  folder.write("words.txt", text);
  Program pipeline(script("\"$0\" words.txt -b 10ms -f tsv |\n"
                          "awk -F '\\t' '{ n[$3] += $4 } END { print n[\"a\"], n[\"b\"] }'"),
                   {.directory = folder.path()});
  pipeline.expect_exit(exited(0));
  pipeline.expect_stdout("2000 1000\n");
}

TEST_CASE("ksh joins its pipelines with sockets, and is counted", "[shell]") {
  if (!is_installed("ksh")) return;
  Program pipeline({"ksh", "-c", "echo a b a | \"$0\" -b 24h -f tsv", program_under_test()});
  pipeline.expect_exit(exited(0));
  CHECK(sum_tsv(pipeline.stdout_text()) ==
        std::map<std::string, std::uint64_t>{{"a", 2}, {"b", 1}});
}

TEST_CASE("node gives its children sockets to read from, and is counted", "[shell]") {
  if (!is_installed("node")) return;
  Program node({"node", "-e",
                "const {spawn} = require('child_process');\n"
                "const job = spawn(process.argv[1], ['-b', '24h', '-f', 'tsv'],\n"
                "                  {stdio: ['pipe', 'inherit', 'inherit']});\n"
                "job.stdin.write('a b ');\n"
                "job.stdin.end('a\\n');\n"
                "job.on('exit', code => process.exit(code));\n",
                program_under_test()});
  node.expect_exit(exited(0));
  CHECK(sum_tsv(node.stdout_text()) == std::map<std::string, std::uint64_t>{{"a", 2}, {"b", 1}});
}

TEST_CASE("wordstream reads < file and writes > file", "[shell]") {
  const Folder folder;
  folder.write("words.txt", "a b a\n");
  Program program(script("\"$0\" -b 24h -f csv < words.txt > counts.csv"),
                  {.directory = folder.path()});
  program.expect_exit(exited(0));
  const std::string csv = read_file(folder / "counts.csv");
  CHECK(csv.starts_with("start_ms,end_ms,word,count\n"));
  CHECK(csv.ends_with(",b,1\n"));
}
