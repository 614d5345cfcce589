#include "cli/rotation_campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <utility>

#include "catch.h"
#include "cli/kill_law.h"
#include "packed.h"

namespace wordstream::cli {
namespace {

constexpr std::size_t kHandsMax = 4;
/// The job reads so many that have left the path; a writer notices within half as many rotations.
constexpr std::size_t kReadMax = 16;
constexpr std::ptrdiff_t kRotationsUnnoticedMax = 8;
/// In so many lines there is more than 1 KiB.
constexpr std::size_t kLinesOfProof = 100;
constexpr std::size_t kLineBytes = 11;

bool is_packed(const std::string& name) { return name.ends_with(".gz") || name.ends_with(".zst"); }

}  // namespace

RotationCampaign::RotationCampaign(std::uint64_t seed)
    : random_(seed), has_dates_(one_in(2)), is_copied_(one_in(3)) {
  for (std::uint64_t left = 1 + random_() % kHandsMax; left > 0; --left) {
    hands_.push_back({LogWriter(log_.path()), nullptr});
    reopen(hands_.back());
  }
  write_to_path();
  begin();
  // What is rotated away before the job has begun is none of its business.
  wait_for_all();
}

std::string RotationCampaign::next_word() {
  std::string word = token(0, ++word_count_);
  sent_.insert(word);
  return word;
}

void RotationCampaign::begin() {
  note("begin");
  job_ = std::unique_ptr<Program>(new Program(log_.follow()));
}

void RotationCampaign::die() {
  note("die");
  kill(*job_);
  said_ += job_->stderr_text() + "\n";
  job_.reset();
}

void RotationCampaign::perhaps() {
  if (!one_in(4)) return;
  if (!job_) return begin();
  die();
}

/// Until it has had some effects on its files.
void RotationCampaign::live_on() {
  for (std::uint64_t left = random_() % 12; left > 0; --left) {
    write_to_path();
    if (!log_.wait_for_effect(*job_))
      FAIL("in vain waited for an effect" << job_->report() << story());
  }
}

void RotationCampaign::wait_for_all() {
  if (!job_) begin();
  write_to_path();
  note("wait");
  std::vector<std::string> due;
  std::ranges::copy_if(sent_, std::back_inserter(due), [&](const std::string& word) {
    const auto is_in = [&](const std::shared_ptr<Text>& text) {
      return std::ranges::find(text->words, word) != text->words.end();
    };
    return !in_window_.contains(word) && !truncated_.contains(word) &&
           std::ranges::none_of(removed_, is_in);
  });
  if (!log_.sees(*job_, due)) FAIL("in vain waited for its counts" << job_->report() << story());
}

void RotationCampaign::reopen(Hand& hand) {
  if (!at_path_) at_path_ = std::make_shared<Text>(Text{log_.name(), {}});
  hand.writer.reopen();
  hand.text = at_path_;
}

void RotationCampaign::write(Hand& hand, std::uint64_t line_count) {
  note(fmt::format("write {} to {}, behind {}", line_count, hand.text->name, word_count_));
  for (; line_count > 0; --line_count) {
    hand.text->words.push_back(next_word());
    hand.writer.write(hand.text->words.back() + "\n");
  }
}

void RotationCampaign::write_to_path() {
  Hand& hand = any_hand();
  reopen(hand);
  write(hand, 1);
}

bool RotationCampaign::is_held(const Text& text) const {
  return std::ranges::any_of(hands_, [&](const Hand& hand) { return hand.text.get() == &text; });
}

/// Returns the name that is free for what is rotated away next.
std::string RotationCampaign::make_room() {
  if (has_dates_) return fmt::format("{}-{}", log_.name(), 20260101 + ++date_count_);
  for (std::size_t i = rotated_.size(); i > 0; --i) {
    Text& text = *rotated_[i - 1];
    const std::string suffix =
        is_packed(text.name) ? std::filesystem::path(text.name).extension().string() : "";
    const std::string name = fmt::format("{}.{}{}", log_.name(), i + 1, suffix);
    log_.logs().rename(text.name, name);
    text.name = name;
    if (one_in(4)) perhaps();
  }
  return log_.name() + ".1";
}

void RotationCampaign::rename() {
  if (!at_path_) return;
  note("rename");
  const std::string name = make_room();
  log_.logs().rename(log_.name(), name);
  at_path_->name = name;
  rotated_.insert(rotated_.begin(), std::exchange(at_path_, nullptr));
  perhaps();
  if (one_in(2)) reopen(any_hand());
  for (Hand& hand : hands_) {
    const auto age = std::ranges::find(rotated_, hand.text) - rotated_.begin();
    if (hand.text != at_path_ && age >= kRotationsUnnoticedMax) reopen(hand);
  }
}

/// In two pieces.
void RotationCampaign::put_slowly(const std::string& name, const std::string& bytes) {
  log_.logs().write(name, bytes.substr(0, bytes.size() / 2));
  perhaps();
  log_.logs().append(name, bytes.substr(bytes.size() / 2));
}

void RotationCampaign::copy_and_truncate() {
  if (!at_path_) return;
  note("copy");
  const std::string name = make_room();
  log_.logs().write(name, read_file(log_.path()));
  rotated_.insert(rotated_.begin(), std::make_shared<Text>(Text{name, at_path_->words}));
  // Were it begun here, a copy of what it has not seen yet could be taken for a new file.
  if (job_ && one_in(4)) die();
  // Were they read, the copy would be the shorter one, and could not be told from a new file.
  if (!job_ && one_in(2)) {
    Hand& hand = any_hand();
    reopen(hand);
    const std::size_t copied = at_path_->words.size();
    write(hand, 1 + random_() % 3);
    in_window_.insert(at_path_->words.begin() + static_cast<std::ptrdiff_t>(copied),
                      at_path_->words.end());
  }
  note("truncate");
  log_.logs().truncate(log_.name());
  at_path_->words.clear();
}

/// By somebody who wants room, without a copy.
void RotationCampaign::truncate() {
  wait_for_all();
  if (one_in(2)) perhaps();
  if (one_in(2)) {
    Hand& hand = any_hand();
    reopen(hand);
    const std::size_t counted = at_path_->words.size();
    write(hand, 1 + random_() % 3);
    truncated_.insert(at_path_->words.begin() + static_cast<std::ptrdiff_t>(counted),
                      at_path_->words.end());
    perhaps();
  }
  note("truncate without a copy");
  log_.logs().truncate(log_.name());
  at_path_->words.clear();
  // Were it packed before it is looked at again, nothing would hold what was read.
  wait_for_all();
}

/// As a restore from a backup does, or an editor: the same and more, under another inode.
void RotationCampaign::put_in_place() {
  Hand& hand = any_hand();
  reopen(hand);
  write(hand, kLinesOfProof);
  wait_for_all();
  perhaps();
  note("put a longer copy in place");
  at_path_->words.push_back(next_word());
  log_.logs().write("new", read_file(log_.path()) + at_path_->words.back() + "\n");
  log_.logs().rename("new", log_.name());
  // Those who have the file before open write to what nobody can find.
  for (Hand& each : hands_) {
    if (each.text == at_path_) reopen(each);
  }
  // Were it copied before it is looked at, it would be the copy that is taken for what was read.
  wait_for_all();
}

void RotationCampaign::pack() {
  Texts plain;
  std::ranges::copy_if(rotated_, std::back_inserter(plain), [&](const std::shared_ptr<Text>& text) {
    return !is_held(*text) && !is_packed(text->name);
  });
  if (plain.empty()) return;
  Text& text = *plain[random_() % plain.size()];
  note("pack " + text.name);
  const std::string bytes = read_file(log_.logs() / text.name);
  const bool is_gzip = one_in(2);
  const std::string name = text.name + (is_gzip ? ".gz" : ".zst");
  put_slowly(name, is_gzip ? gzip_of(bytes) : zstd_of(bytes));
  std::filesystem::last_write_time(log_.logs() / name,
                                   std::filesystem::last_write_time(log_.logs() / text.name));
  perhaps();
  std::filesystem::remove(log_.logs() / text.name);
  text.name = name;
}

/// The oldest, of which something may be unread. By dates each file keeps its name, by which the
/// job says what was lost.
void RotationCampaign::remove() {
  if (!has_dates_ || rotated_.empty() || is_held(*rotated_.back())) return;
  wait_for_all();
  const std::shared_ptr<Text> text = rotated_.back();
  removed_.push_back(text);
  rotated_.pop_back();
  perhaps();
  // One from which nothing was read may be taken for a new one that is packed.
  const bool is_read_on = rotated_.size() < kReadMax && !text->words.empty();
  if (one_in(2) && is_read_on && !is_packed(text->name)) {
    Hand late{LogWriter(log_.logs() / text->name), text};
    write(late, 1 + random_() % 3);
    perhaps();
  }
  note("remove " + text->name);
  std::filesystem::remove(log_.logs() / text->name);
}

void RotationCampaign::act() {
  switch (random_() % 16) {
    case 0:
    case 1:
    case 2:
      return is_copied_ ? copy_and_truncate() : rename();
    case 3:
    case 4:
      return pack();
    case 5:
      return remove();
    case 6:
      return one_in(2) ? truncate() : put_in_place();
    case 7:
      return reopen(any_hand());
    case 8:
      return perhaps();
    case 9:
      if (!job_) return begin();
      live_on();
      return die();
    default:
      return write(any_hand(), one_in(8) ? 200 : 1 + random_() % 3);
  }
}

std::optional<std::string> RotationCampaign::finish() {
  write_to_path();
  if (job_) die();
  note("the end");
  said_ += log_.read_to_end();
  const Counts counts = log_.counts();
  log_.read_to_end();
  if (log_.counts() != counts) return "a run with nothing new has counted something";
  return judge();
}

/// Of those that were removed: what stood in each behind the byte up to which it was read, as the
/// job has said last.
std::set<std::string> RotationCampaign::lost_as_said() const {
  static const std::regex kGone("warning: (\\S+) is gone: it was read up to byte ([0-9]+),");
  std::map<std::string, std::size_t> read;
  for (std::sregex_iterator it(said_.begin(), said_.end(), kGone), end; it != end; ++it) {
    read[it->str(1)] = std::stoul(it->str(2));
  }
  std::set<std::string> lost;
  for (const std::shared_ptr<Text>& text : removed_) {
    const std::string plain =
        is_packed(text->name) ? std::filesystem::path(text->name).stem().string() : text->name;
    for (const std::string& name : {plain, plain + ".gz", plain + ".zst"}) {
      const auto said = read.find(log_.logs() / name);
      if (said == read.end()) continue;
      for (std::size_t i = said->second / kLineBytes; i < text->words.size(); ++i) {
        lost.insert(text->words[i]);
      }
    }
  }
  return lost;
}

std::optional<std::string> RotationCampaign::judge() const {
  const Counts counts = log_.counts();
  for (const auto& [word, count] : counts) {
    if (!sent_.contains(word)) return fmt::format("'{}' was never written", word);
    if (count != 1) return fmt::format("{} is counted {} times", word, count);
  }
  const std::set<std::string> lost = lost_as_said();
  const bool has_warned = said_.find("was truncated: reading it from") != std::string::npos;
  for (const std::string& word : sent_) {
    if (counts.contains(word)) {
      if (lost.contains(word)) return fmt::format("{} is said to be lost, and is not", word);
      continue;
    }
    const bool may_be_missing = lost.contains(word) || in_window_.contains(word) ||
                                (truncated_.contains(word) && has_warned);
    if (!may_be_missing) return fmt::format("{} is lost", word);
  }
  return {};
}

std::string RotationCampaign::story() const {
  const std::string now = job_ ? job_->stderr_text() : "";
  return "\ndone:\n" + done_ + "\nsaid:\n" + said_ + now;
}

}  // namespace wordstream::cli
