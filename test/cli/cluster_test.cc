// A run on a cluster, as its command line shows it: the part of Spark is played by a shell script.
#include <fmt/format.h>
#include <sys/stat.h>

#include <csignal>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

/// Whether the program has what runs on Spark beside it, as it does where there was a JDK when it
/// was built; says so, by name, where it has not.
bool is_built() {
  const std::string program = program_under_test();
  struct stat status {};
  const std::string jar = program.substr(0, program.rfind('/')) + "/wordstream-spark.jar";
  if (::stat(jar.c_str(), &status) == 0) return true;
  WARN("SKIPPED: no wordstream-spark.jar, run scripts/bootstrap --spark and build again: "
       << Catch::getResultCapture().getCurrentTestName());
  return false;
}

/// A Spark whose driver does what a script says; $to and $port are where it is to send to.
class FakeSpark {
 public:
  explicit FakeSpark(const std::string& script) {
    ::mkdir((folder_ / "bin").c_str(), 0755);
    folder_.write("words.txt", "to be\n");
    folder_.write("bin/spark-submit",
                  "#!/bin/sh\necho \"$@\" > \"$0.args\"\n"
                  "for word; do [ \"$last\" != --to ] || to=$word; last=$word; done\n"
                  "port=${to##*:}\n" +
                      script + "\n");
    ::chmod((folder_ / "bin/spark-submit").c_str(), 0755);
  }

  Program start(std::vector<std::string> more, const std::string& master = "local[2]") const {
    std::vector<std::string> arguments{"words.txt", "--on", master, "-f", "tsv", "-b", "24h"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return wordstream::cli::start(
        arguments, {.directory = folder_.path(), .environment = {"SPARK_HOME=" + folder_.path()}});
  }
  std::string arguments() const { return read_file(folder_ / "bin/spark-submit.args"); }
  const Folder& folder() const { return folder_; }

 private:
  Folder folder_;
};

std::string frame(int number, const std::string& command, const std::string& data) {
  return fmt::format("{} {} {} {}\\n", number, command, data.size(), data);
}

/// Sends a batch, and ends when it was answered.
std::string batch(int id, const std::string& word) {
  const std::string data = fmt::format("query#{} 1\t2\n{}\t1", id, word);
  return "printf '" + frame(1, "open", "wordstream=1\ncounts=1") + frame(2, "counts", data) +
         "3 close 0\\n' | nc -N 127.0.0.1 $port > /dev/null";
}

}  // namespace

TEST_CASE("what the driver hands over is counted, until it ends", "[cluster]") {
  if (!is_built()) return;
  const FakeSpark spark(batch(0, "be") + "; " + batch(1, "to") + "; " + batch(1, "to"));
  Program program = spark.start({});
  program.expect_exit(exited(0));
  CHECK(sum_tsv(program.stdout_text()) == sum_tsv("0\t1\tbe\t1\n0\t1\tto\t1\n"));
}

TEST_CASE("the driver is told what is to be counted, and where", "[cluster]") {
  if (!is_built()) return;
  const FakeSpark spark("exit 0");
  spark.start({"--match", "a b(.)", "--lower", "--max-line", "2KiB"}).expect_exit(exited(0));
  const std::string told = spark.arguments();
  INFO(told);
  CHECK(told.starts_with("--master local[2] "));
  for (const char* const piece :
       {"wordstream-spark.jar", "wordstream_spark.py --to 127.0.0.1:", "/words.txt",
        "--max-line 2048", "--match a b(.)", "--split line", "--lower"}) {
    INFO(piece);
    CHECK(told.find(piece) != told.npos);
  }
}

TEST_CASE("nothing of the driver's output is taken for counts", "[cluster]") {
  if (!is_built()) return;
  const FakeSpark spark("echo noise");
  Program program = spark.start({});
  program.expect_exit(exited(0));
  program.expect_stdout("");
  CHECK(program.stderr_text().find("noise\n") != std::string::npos);
}

TEST_CASE("a driver that gives up ends the run with its code, any other with 69", "[cluster]") {
  if (!is_built()) return;
  const auto [code, expected] = GENERATE(std::pair("66", 66), std::pair("1", 69));
  const FakeSpark spark(std::string("exit ") + code);
  spark.start({}).expect_exit(exited(expected));
}

TEST_CASE("a run that is killed goes on with the next batch, and takes none twice", "[cluster]") {
  if (!is_built()) return;
  const FakeSpark spark("if [ -e first ]; then " + batch(0, "be") + "; " + batch(1, "to") +
                        "; else " + batch(0, "be") +
                        "; touch first; echo handed over; exec tail -f /dev/null; fi");
  const std::vector<std::string> mode{"-m",         "exactly-once", "--sink",
                                      "counts.tsv", "--checkpoint", "state"};
  {
    Program program = spark.start(mode);
    program.wait_for_stderr("handed over");
    program.send_signal(SIGKILL);
    program.wait_exit();
  }
  spark.start(mode).expect_exit(exited(0));
  CHECK(sum_tsv(read_file(spark.folder() / "counts.tsv")) == sum_tsv("0\t1\tbe\t1\n0\t1\tto\t1\n"));
}

TEST_CASE("a checkpoint of one machine is not a cluster's", "[cluster]") {
  if (!is_built()) return;
  const FakeSpark spark(batch(0, "be"));
  spark.start({"--checkpoint", "state"}).expect_exit(exited(0));
  start({"words.txt", "-f", "tsv", "-b", "24h", "--checkpoint", "state"},
        {.directory = spark.folder().path()})
      .expect_exit(exited(65));
}

TEST_CASE("the flag --explain of a cluster prints the line that starts the driver", "[cluster]") {
  if (!is_built()) return;
  const FakeSpark spark("exit 1");
  Program program = spark.start({"--explain", "--stop-words", "words.txt"});
  program.expect_exit(exited(0));
  const std::string text = program.stdout_text();
  INFO(text);
  CHECK(text.find("/bin/spark-submit --master 'local[2]' ") != text.npos);
  CHECK(text.find(" --stop-words /") != text.npos);
  CHECK(text.find("at-most-once") != text.npos);
}

TEST_CASE("the flag --explain of a cluster needs no Spark here", "[cluster]") {
  const Finished finished =
      finish({"kafka://h/t", "--on", "yarn", "--explain"}, "", {"PATH=/none", "SPARK_HOME="});
  INFO(finished.err);
  CHECK(finished.exit == exited(0));
  CHECK(finished.out.find("\nspark-submit --master yarn ") != finished.out.npos);
}
