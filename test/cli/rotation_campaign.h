// A log with several writers that is rotated in all ways that there are, while the job that follows
// it is killed again and again: what is done next, and in the middle of what it dies, a seed
// chooses. At last each line must have been counted once, and what is missing must have been said,
// to the byte.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "cli/followed_log.h"
#include "cli/program.h"

namespace wordstream::cli {

class RotationCampaign {
 public:
  explicit RotationCampaign(std::uint64_t seed);

  /// Does something to the log, or to the job.
  void act();
  /// The last run, and one more that may change nothing. Then the law. Returns what is broken.
  std::optional<std::string> finish();

  /// All that was done, and what the job has said, for whoever has to find out why.
  std::string story() const;

 private:
  /// A file: its name now, and the word of each of its lines.
  struct Text {
    std::string name;
    std::vector<std::string> words;
  };
  using Texts = std::vector<std::shared_ptr<Text>>;
  struct Hand {
    LogWriter writer;
    std::shared_ptr<Text> text;  ///< what it has open
  };

  bool one_in(std::uint64_t count) { return random_() % count == 0; }
  void note(const std::string& what) { done_ += what + "\n"; }
  std::string next_word();

  void begin();
  void die();
  /// Dies or begins, by chance, in the middle of something else.
  void perhaps();
  void live_on();
  void wait_for_all();

  Hand& any_hand() { return hands_[random_() % hands_.size()]; }
  void reopen(Hand& hand);
  void write(Hand& hand, std::uint64_t line_count);
  void write_to_path();
  std::string make_room();
  void put_slowly(const std::string& name, const std::string& bytes);
  bool is_held(const Text& text) const;

  void rename();
  void copy_and_truncate();
  void truncate();
  void put_in_place();
  void pack();
  void remove();

  std::optional<std::string> judge() const;
  std::set<std::string> lost_as_said() const;

  std::mt19937_64 random_;
  FollowedLog log_;
  bool has_dates_;
  bool is_copied_;  ///< and truncated, each time; or else renamed
  std::vector<Hand> hands_;
  std::shared_ptr<Text> at_path_;  ///< null where nothing is
  Texts rotated_;                  ///< the newest first
  Texts removed_;
  unsigned word_count_ = 0;
  unsigned date_count_ = 0;
  std::set<std::string> sent_;
  std::set<std::string> in_window_;  ///< were written between a copy and a truncation
  std::set<std::string> truncated_;  ///< may have been cut off before anybody read them
  std::unique_ptr<Program> job_;
  std::string said_;
  std::string done_;
};

}  // namespace wordstream::cli
