#include "source/relp_client.h"

namespace wordstream {
namespace {

/// A kernel that closes with something unread takes back what was written last: so it is read, as
/// far as it is not too much.
constexpr int kLastReadsMax = 16;

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
  std::uint64_t line_count = 0;
  while (!answers_.empty()) {
    const RelpAnswer& answer = answers_.front();
    if (answer.durable && *answer.durable < answer.at) break;
    if (answer.durable) ++line_count;
    output_ += relp_answer(answer.number, answer.text);
    answers_.pop_front();
  }
  write();
  return line_count;
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
