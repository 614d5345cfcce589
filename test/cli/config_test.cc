// What is set in a file, in the environment and on the command line.
#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

using Environment = std::vector<std::string>;

Finished run(std::vector<std::string> arguments, const Environment& environment = {}) {
  return finish(std::move(arguments), "", environment);
}

/// The one line of a command line that is refused, without the program's name.
std::string refusal(const std::vector<std::string>& arguments, const Environment& environment = {},
                    int code = 64) {
  const Finished finished = run(arguments, environment);
  CHECK(finished.exit == exited(code));
  CHECK(finished.out == "");
  CHECK(finished.err.find("wordstream: ") == 0);
  CHECK(finished.err.find('\n') + 1 == finished.err.size());
  return finished.err.substr(12, finished.err.size() - 13);
}

std::string settings(std::vector<std::string> arguments, const Environment& environment = {}) {
  arguments.emplace_back("--print-config");
  const Finished finished = run(arguments, environment);
  INFO(finished.err);
  CHECK(finished.exit == exited(0));
  return finished.out;
}

Finished run_in(const Folder& folder, const std::vector<std::string>& arguments) {
  Program program = start(arguments, {.directory = folder.path()});
  const Exit exit = program.wait_exit();
  return {exit, program.stdout_text(), program.stderr_text()};
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("what is typed counts before the environment, and that before the file", "[config]") {
  const Folder folder;
  const std::string file = folder.write("w.toml", "batch = '1s'\ntop = 3\nlower = true\n");
  CHECK(has_line(settings({"--config", file}), "batch = \"1s\"  # " + file + ":1: batch"));
  const Environment environment{"WORDSTREAM_OPT_BATCH=2s", "WORDSTREAM_OPT_TOP=4"};
  const std::string both = settings({"--config", file}, environment);
  CHECK(has_line(both, "batch = \"2s\"  # WORDSTREAM_OPT_BATCH"));
  CHECK(has_line(both, "top = \"4\"  # WORDSTREAM_OPT_TOP"));
  CHECK(has_line(both, "lower = true  # " + file + ":3: lower"));
  const std::string all = settings({"--config", file, "-b", "3s"}, environment);
  CHECK(has_line(all, "batch = \"3s\"  # typed"));
  CHECK(has_line(all, "# slide: the batch"));
}

TEST_CASE("a run does what is set", "[config]") {
  const Folder folder;
  const std::string words = folder.write("words.txt", "The end\nthe END\n");
  const std::string file =
      folder.write("w.toml", "source = ['" + words +
                                 "']\nlower = true\ntotal = false\nformat = 'tsv'\n"
                                 "sink = ['stdout', '" +
                                 folder / "counts.tsv" + "']\n");
  const Finished finished = run({"--config", file});
  INFO(finished.err);
  CHECK(finished.exit == exited(0));
  const std::map<std::string, std::uint64_t> counts{{"end", 2}, {"the", 2}};
  CHECK(sum_tsv(finished.out) == counts);
  CHECK(sum_tsv(read_file(folder / "counts.tsv")) == counts);
  CHECK(sum_tsv(run({}, {"WORDSTREAM_OPT_CONFIG=" + file}).out) == counts);
}

TEST_CASE("what is printed of settings is read back as the same", "[config]") {
  const Folder folder;
  const std::string printed = settings({"a b.txt", "--match", "\\d+ \"x\" '\t", "--sink", "stdout",
                                        "--sink", "o.tsv?top=3", "--total", "-n", "all"});
  const std::string again = settings({"--config", folder.write("w.toml", printed)});
  const auto without_origins = [](const std::string& text) {
    std::string kept;
    for (std::size_t at = 0; at < text.size();) {
      const std::string line = text.substr(at, text.find('\n', at) - at);
      at += line.size() + 1;
      kept += line.substr(0, line.rfind("  # ")) + "\n";
    }
    return kept;
  };
  CHECK(without_origins(again) == without_origins(printed));
  CHECK(has_line(without_origins(printed), "match = \"\\\\d+ \\\"x\\\" '\\u0009\""));
}

TEST_CASE("who names a source does without the one that is set", "[config]") {
  const Folder folder;
  const std::string words = folder.write("words.txt", "a\n");
  const std::string file = folder.write("w.toml", "port = 1\n");
  CHECK(sum_tsv(run({"--config", file, words, "-f", "tsv"}).out).size() == 1);
  const std::string host = settings({"--config", file, "--host", "h"});
  CHECK(has_line(host, "port = \"1\"  # " + file + ":1: port"));
  // Of one layer both are named: that is as if they were typed.
  folder.write("w.toml", "port = 1\nlisten = 2\n");
  CHECK(refusal({"--config", file}).find("two sources are named") == 0);
}

TEST_CASE("a setting that makes no sense is refused, and where it stands is said", "[config]") {
  const Folder folder;
  const auto refused = [&](const std::string& text) {
    const std::string file = folder.write("w.toml", text);
    const std::string said = refusal({"--config", file});
    CHECK(said.find(file) == 0);
    return said.substr(file.size());
  };
  CHECK(refused("\nbacth = '1s'\n") == ":2: bacth is no flag's name; is it batch?");
  CHECK(refused("nothing_like_it = 1\n") == ":1: nothing_like_it is no flag's name");
  CHECK(refused("batch = 1s\n").find(": line 1: no TOML: ") == 0);
  CHECK(refused("batch = '1'\n").find(":1: batch: '1' is not a duration: ") == 0);
  CHECK(refused("batch = ['1s', '2s']\n") == ":1: batch takes one value, and not a list");
  CHECK(refused("lower = 'yes'\n") == ":1: lower: it is a switch: true or false");
  CHECK(refused("[lower]\nx = 1\n").find(": line 1: lower is none of \"text\", ") == 0);
  CHECK(refused("top = 1.5\n").find(": line 1: top is none of ") == 0);
  for (const char* const name : {"config", "print-config", "help", "version"}) {
    CHECK(refused(std::string(name) + " = 'x'\n") ==
          ":1: " + std::string(name) + " is for the command line alone");
  }
  CHECK(refusal({}, {"WORDSTREAM_OPT_BATCH=1"}).find("WORDSTREAM_OPT_BATCH: '1' is not") == 0);
  CHECK(refusal({}, {"WORDSTREAM_OPT_LOWER=yes"}) ==
        "WORDSTREAM_OPT_LOWER: it is a switch: true or false");
  CHECK(refusal({"--config", folder / "none"}, {}, 66).find("--config: cannot open ") == 0);
  CHECK(refusal({"--config", ""}) == "--config: the file's path is missing");
}

TEST_CASE("variables that mean nothing here are nobody's business", "[config]") {
  const Folder folder;
  const std::string words = folder.write("words.txt", "a\n");
  // Kubernetes sets the first beside a service of that name.
  const Finished finished =
      run({words, "-f", "tsv"}, {"WORDSTREAM_PORT=tcp://10.0.0.1:9999", "WORDSTREAM_OPT_NONE=x",
                                 "WORDSTREAM_OPT_HELP=true", "WORDSTREAM_OPT_LOWER=false"});
  CHECK(finished.exit == exited(0));
  CHECK(sum_tsv(finished.out).size() == 1);
}

TEST_CASE("of a password in a file that others may read is warned, and it is shown to nobody",
          "[config]") {
  const Folder folder;
  const std::string file = folder.write(
      "w.toml", "sink = 'postgresql://me:geheim@localhost:1/db'\nport = 1\nwait = '1ms'\n");
  const std::string warning = "warning: " + file + " holds a password, and others may read it";
  ::chmod(file.c_str(), 0644);
  const Finished open = run({"--config", file, "--sink", "stdout"});
  CHECK(open.err.find(warning) != std::string::npos);
  ::chmod(file.c_str(), 0600);
  CHECK(run({"--config", file, "--sink", "stdout"}).err.find(warning) == std::string::npos);
  const std::string shown = settings({"--config", file});
  CHECK(shown.find("postgresql://me:***@localhost:1/db") != std::string::npos);
  CHECK(shown.find("geheim") == std::string::npos);
}

TEST_CASE("send is set as a run is, by its own flags", "[config]") {
  const Folder folder;
  const std::string file = folder.write("s.toml", "to = 'relp://h:1'\npath = ['a', 'b']\n");
  const std::string shown = settings({"send", "--config", file});
  CHECK(has_line(shown, "to = \"relp://h:1\"  # " + file + ":1: to"));
  CHECK(has_line(shown, "path = [\"a\", \"b\"]  # " + file + ":2: path"));
  CHECK(has_line(settings({"send", "--config", file}, {"WORDSTREAM_OPT_NAME=n"}),
                 "name = \"n\"  # WORDSTREAM_OPT_NAME"));
  folder.write("s.toml", "batch = '1s'\n");
  CHECK(refusal({"send", "--config", file}).find(file + ":1: batch is no flag's name") == 0);
}

TEST_CASE("a command hides a file of its name, and says so", "[config]") {
  const Folder folder;
  for (const char* const name : {"run", "send", "inspect", "completions"}) {
    folder.write(name, "a\n");
    const Finished hidden = run_in(folder, {name});
    CHECK(hidden.exit == exited(64));
    CHECK(hidden.err.find("./" + std::string(name)) != std::string::npos);
    const Finished seen = run_in(folder, {"./" + std::string(name), "-f", "tsv"});
    CHECK(sum_tsv(seen.out).size() == 1);
  }
  CHECK(sum_tsv(run_in(folder, {"run", "./send", "-f", "tsv"}).out).size() == 1);
}
