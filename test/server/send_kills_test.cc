// kill -9 of who sends a log and of who counts it, of either or of both, at any moment, while
// logrotate rotates the log. To see a campaign again, give its seed; what the kernel does in
// between is not in it, so it may take a few tries:
//
//   WORDSTREAM_SEED=17 build/release/test/server_tests "*a log that is sent*"
//
// With WORDSTREAM_LONG each case kills 300 times and not 5.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "cli/followed_log.h"
#include "cli/program.h"
#include "server/relp_job.h"

using namespace wordstream;
using namespace wordstream::server;
using wordstream::cli::Folder;
using wordstream::cli::LogWriter;
using wordstream::cli::Program;

namespace {

constexpr const char* kLogrotate = "/usr/sbin/logrotate";
constexpr int kKills = 5;
constexpr int kKillsLong = 300;
constexpr int kKillsOfCampaignMax = 20;

class SendCampaign {
 public:
  explicit SendCampaign(std::uint64_t seed)
      : random_(seed), compresses_(seed % 2 == 1), writer_(logs_ / "app.log") {
    writer_.reopen();
    write();
    begin();
    // What is rotated away before the job has begun is none of its business.
    job_.wait_for(*receiver_, words_);
  }

  void live_and_die() {
    for (std::uint64_t left = 1 + random_() % 4; left > 0; --left) {
      write();
      if (one_in(4)) rotate();
      job_.wait_for_effect(*receiver_, [this] { return job_.has_counted(words_); });
    }
    const std::uint64_t victim = random_() % 3;
    if (victim != 0) kill(sender_);
    if (victim != 1) kill(receiver_);
    write();
    if (one_in(3)) rotate();
    begin();
  }

  void finish() {
    write();
    job_.wait_for(*receiver_, words_);
    sender_->send_signal(SIGTERM);
    sender_->expect_exit(cli::exited(0));
    said_ += sender_->stderr_text();
    said_ += RelpJob::stop(*receiver_);
    INFO(said_);
    job_.expect_once(words_);
  }

 private:
  bool one_in(std::uint64_t count) { return random_() % count == 0; }

  void write() {
    std::string lines;
    for (std::uint64_t left = 1 + random_() % 50; left > 0; --left) {
      words_.push_back(fmt::format("w{}x", words_.size()));
      lines += words_.back() + '\n';
    }
    writer_.write(lines);
  }

  void rotate() {
    const std::string conf =
        own_.write("conf", fmt::format("\"{}\" {{\nrotate 1000\ncreate\n{}\n}}\n",
                                       logs_ / "app.log", compresses_ ? "compress" : ""));
    cli::require_os(::chmod(conf.c_str(), 0644) == 0, "chmod");
    Program logrotate({kLogrotate, "-f", "-s", own_ / "state", conf});
    logrotate.expect_exit(cli::exited(0));
    CHECK(logrotate.stderr_text() == "");
    writer_.reopen();
  }

  void begin() {
    if (!receiver_) receiver_ = std::unique_ptr<Program>(new Program(job_.run()));
    if (sender_) return;
    sender_ = std::unique_ptr<Program>(
        new Program(cli::start({"send", "--to", fmt::format("relp://127.0.0.1:{}", job_.port()),
                                "--follow", "--checkpoint", own_ / "sent", logs_ / "app.log"})));
  }

  void kill(std::unique_ptr<Program>& program) {
    cli::kill(*program);
    said_ += program->stderr_text() + "---\n";
    program.reset();
  }

  std::mt19937_64 random_;
  bool compresses_;  // at once
  RelpJob job_;
  Folder logs_{Folder::Place::InMemory}, own_{Folder::Place::InMemory};
  LogWriter writer_;
  std::vector<std::string> words_;
  std::unique_ptr<Program> sender_, receiver_;
  std::string said_;
};

}  // namespace

TEST_CASE("kill -9 at any moment: a log that is sent and rotated counts once", "[kills]") {
  if (::access(kLogrotate, X_OK) != 0) {
    WARN("SKIPPED: logrotate is not installed, run scripts/bootstrap --test");
    return;
  }
  const char* const chosen = std::getenv("WORDSTREAM_SEED");
  int left = std::getenv("WORDSTREAM_LONG") == nullptr ? kKills : kKillsLong;
  std::uint64_t seed = chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 1;
  for (; left > 0; ++seed) {
    INFO("WORDSTREAM_SEED=" << seed);
    SendCampaign campaign(seed);
    for (int i = 0; i < kKillsOfCampaignMax && left > 0; ++i, --left) campaign.live_and_die();
    campaign.finish();
    if (chosen != nullptr) return;
  }
}
