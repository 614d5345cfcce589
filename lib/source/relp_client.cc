#include "source/relp_client.h"

#include <algorithm>

#include "source/relp_place.h"

namespace wordstream {
namespace {

/// A kernel that closes with something unread takes back what was written last: so it is read, as
/// far as it is not too much.
constexpr int kLastReadsMax = 16;
/// Room for so many answers stays with a client who is owed none.
constexpr std::size_t kAnswersKept = 1024;

std::string text_of(const RelpAnswer& answer) {
  if (!answer.asked) return answer.text;
  return to_relp_text(RelpPlace{answer.asked->durable.offset, answer.asked->durable_tail});
}

}  // namespace

RelpClient::RelpClient(std::uint64_t token, std::unique_ptr<Socket> socket, Poller& poller,
                       std::size_t frame_bytes_max)
    : input(frame_bytes_max), token_(token), socket_(std::move(socket)), poller_(poller) {
  watch();
}

RelpClient::~RelpClient() {
  if (watched_) poller_.forget(*socket_);
}

std::uint64_t RelpClient::settle() {
  const std::size_t owed_before = owed_count();
  std::uint64_t line_count = 0;
  for (; given_count_ < answers_.size(); ++given_count_) {
    const RelpAnswer& answer = answers_[given_count_];
    if (answer.durable && *answer.durable < answer.at) break;
    if (answer.durable && !answer.asked) ++line_count;
    append_relp_answer(answer.number, text_of(answer), output_);
  }
  forget_given();
  if (line_count != 0) most_owed_ = std::max(most_owed_, owed_before);
  write();
  return line_count;
}

/// Once that is at least half of all, so that each is moved once.
void RelpClient::forget_given() {
  if (given_count_ == 0 || given_count_ < owed_count()) return;
  answers_.erase(answers_.begin(), answers_.begin() + static_cast<std::ptrdiff_t>(given_count_));
  given_count_ = 0;
  if (answers_.empty() && answers_.capacity() > kAnswersKept) answers_.shrink_to_fit();
}

void RelpClient::write() {
  std::string_view rest = output_;
  while (!rest.empty()) {
    const Result<std::size_t> written = socket_->write(rest);
    if (!written) return break_off();
    if (*written == 0) break;
    rest.remove_prefix(*written);
  }
  output_.erase(0, output_.size() - rest.size());
  watch();
}

void RelpClient::end() {
  has_ended_ = true;
  watch();
}

void RelpClient::break_off() {
  is_broken_ = true;
  answers_.clear();
  given_count_ = 0;
  output_.clear();
  end();
}

void RelpClient::stop() {
  is_stopped_ = true;
  watch();
}

void RelpClient::say_goodbye(std::span<char> room) {
  if (is_broken_ || is_blocked()) return;
  for (int i = 0; i < kLastReadsMax; ++i) {
    const Result<Read> read = has_ended_ ? Read{Read::State::Ended} : socket_->read(room);
    if (!read || read->state != Read::State::Data) break;
  }
  output_ = kRelpServerClose;
  write();
}

/// For what it is to be ready next.
void RelpClient::watch() {
  std::optional<Interest> wanted;
  if (!has_ended_ && !is_stopped_) wanted = Interest::Read;
  if (is_blocked()) wanted = Interest::Write;
  if (watched_ == wanted) return;
  watched_ = wanted;
  if (wanted) {
    poller_.watch(*socket_, *wanted, token_);
  } else {
    poller_.forget(*socket_);
  }
}

}  // namespace wordstream
