// kill -9 of the real program while a sender sends that keeps each line until it is answered. To
// see a campaign again, give its seed to the case that failed, as in cli/kills_test.cc.
//
// With WORDSTREAM_LONG each case kills 300 times and not 5.
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/followed_log.h"
#include "server/relp_job.h"
#include "server/relp_sender.h"

using namespace wordstream::server;
using wordstream::cli::Program;
using wordstream::server::Counts;

namespace {

constexpr int kKills = 5;
constexpr int kKillsLong = 300;
constexpr int kKillsOfCampaignMax = 10;

/// Two senders and a job that is killed again and again. Each line is a word of its own.
class RelpCampaign {
 public:
  RelpCampaign(bool has_keys, const std::string& mode, std::uint64_t seed)
      : random_(seed), has_keys_(has_keys), job_(has_keys ? "" : "?key=none", mode) {
    for (const char* const name : {"here:/a.log", "there:/b c@1.log"}) {
      senders_.emplace_back(has_keys ? name : "");
    }
  }

  void live_and_die();
  /// The last life, in which everything is answered, and one more without a sender.
  void finish();
  RelpJob& job() { return job_; }
  const std::vector<std::string>& words() const { return words_; }

 private:
  void connect_all();
  void write_some(RelpSender& sender);

  std::mt19937_64 random_;
  bool has_keys_;
  RelpJob job_;
  std::vector<RelpSender> senders_;
  std::vector<std::string> words_;
};

/// Some come back as one whose notes of what was answered are gone.
void RelpCampaign::connect_all() {
  for (RelpSender& sender : senders_) {
    const bool starts_over = has_keys_ && random_() % 4 == 0;
    sender.connect(job_.port(),
                   starts_over ? RelpSender::From::Start : RelpSender::From::Unanswered);
  }
}

/// Lines of any length; at times an empty one, which has no word but itself.
void RelpCampaign::write_some(RelpSender& sender) {
  for (std::uint64_t left = random_() % 8 == 0 ? 100 : 1 + random_() % 3; left > 0; --left) {
    words_.push_back(fmt::format("w{}{}", words_.size(), std::string(random_() % 90, '-')));
    sender.add(words_.back());
  }
}

void RelpCampaign::live_and_die() {
  Program program = job_.run();
  program.listening_port();
  connect_all();
  // By what it does to its files it dies before it answers, or while it does; by answers, behind
  // one of many that were given together.
  const bool ends_by_answers = random_() % 2 == 0;
  const std::uint64_t end = 1 + random_() % 60;
  for (std::uint64_t seen = 0; seen < end;) {
    for (RelpSender& sender : senders_) {
      write_some(sender);
      sender.send(ends_by_answers ? 1 + random_() % 50 : sender.line_count());
    }
    if (ends_by_answers) {
      for (RelpSender& sender : senders_) sender.wait_for_answers();
      ++seen;
    } else {
      seen += static_cast<std::uint64_t>(job_.wait_for_effect(program));
      for (RelpSender& sender : senders_) sender.take_answers();
    }
    if (random_() % 16 == 0) {
      for (RelpSender& sender : senders_) sender.break_off(random_() % 40);
      connect_all();
    }
  }
  wordstream::cli::kill(program);
}

void RelpCampaign::finish() {
  Program program = job_.run({"--until-eof"});
  program.listening_port();
  connect_all();
  for (RelpSender& sender : senders_) sender.close();
  program.expect_exit(wordstream::cli::exited(0));
  const Counts before = job_.counts_of_database();
  Program idle = job_.run();
  idle.listening_port();
  RelpJob::stop(idle);
  const bool is_changed = job_.counts_of_database() != before;
  CHECK_FALSE(is_changed);
}

void kill_again_and_again(bool has_keys, const std::string& mode) {
  const char* const chosen = std::getenv("WORDSTREAM_SEED");
  int left = std::getenv("WORDSTREAM_LONG") == nullptr ? kKills : kKillsLong;
  std::uint64_t seed = chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 1;
  for (; left > 0; ++seed) {
    INFO("WORDSTREAM_SEED=" << seed);
    RelpCampaign campaign(has_keys, mode, seed);
    for (int i = 0; i < kKillsOfCampaignMax && left > 0; ++i, --left) campaign.live_and_die();
    campaign.finish();
    if (has_keys && mode == "exactly-once") {
      campaign.job().expect_once(campaign.words());
    } else {
      campaign.job().expect_all(campaign.words());
    }
    if (chosen != nullptr) return;
  }
}

}  // namespace

TEST_CASE("kill -9 at any moment: exactly-once from senders that wait for answers", "[kills]") {
  kill_again_and_again(true, "exactly-once");
}

TEST_CASE("kill -9 at any moment: at-least-once from senders that wait for answers", "[kills]") {
  kill_again_and_again(true, "at-least-once");
}

TEST_CASE("kill -9 at any moment: at least once from senders without keys", "[kills]") {
  kill_again_and_again(false, "exactly-once");
}
