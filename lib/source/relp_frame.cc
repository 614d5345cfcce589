#include "source/relp_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/check.h"

namespace wordstream {
namespace {

constexpr std::uint64_t kLengthMax = 1024 * 1024 * 1024;
constexpr std::size_t kNumberDigitsMax = 9;
constexpr std::size_t kLengthDigitsMax = 10;
constexpr std::size_t kCommandBytesMax = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

tl::unexpected<Error> bad_frame(std::string_view why) {
  return fail(ErrorCode::BadData, fmt::format("what it sends is no RELP: {}", why));
}

/// One after the other, the parts of a frame's head; nothing behind one that is not whole yet.
class Head {
 public:
  explicit Head(std::string_view bytes) : rest_(bytes) {}

  /// The next bytes of a kind and the one behind them, which ends them: one of `ends`.
  std::string_view part(bool (*is_of_kind)(char), std::size_t size_max, std::string_view ends) {
    if (!is_whole_ || !is_good_) return {};
    const auto* const stop = std::ranges::find_if_not(rest_, is_of_kind);
    const auto size = static_cast<std::size_t>(stop - rest_.begin());
    is_whole_ = stop != rest_.end();
    is_good_ = size <= size_max && (!is_whole_ || (size != 0 && ends.find(*stop) != ends.npos));
    if (!is_whole_ || !is_good_) return {};
    end_ = *stop;
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size + 1);
    return taken;
  }

  bool is_whole() const { return is_whole_; }
  bool is_good() const { return is_good_; }
  /// What ended the last part.
  char end() const { return end_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool is_whole_ = true;
  bool is_good_ = true;
  char end_ = ' ';
};

template <typename Number>
Number number_of(std::string_view digits) {
  Number number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

void RelpInput::take(std::string_view bytes) {
  WS_CHECK(rest_.empty() || rest_.data() == held_.data(), "holding frames before more is taken");
  if (held_.empty()) {
    rest_ = bytes;
    return;
  }
  held_ += bytes;
  rest_ = held_;
}

void RelpInput::hold() {
  if (rest_.empty()) {
    held_.clear();
    if (held_.capacity() > data_bytes_max_ / 8) held_.shrink_to_fit();
  } else if (held_.empty()) {
    held_ = rest_;
  } else {
    held_.erase(0, held_.size() - rest_.size());
  }
  rest_ = held_;
}

Result<std::optional<RelpFrame>> RelpInput::next() {
  if (is_cut_) return next_cut();
  Head head(rest_);
  const std::string_view number = head.part(is_digit, kNumberDigitsMax, " ");
  const std::string_view command = head.part(is_letter, kCommandBytesMax, " ");
  const std::string_view digits = head.part(is_digit, kLengthDigitsMax, " \n");
  if (!head.is_good()) return bad_frame("a frame has no head");
  if (!head.is_whole()) return std::optional<RelpFrame>();
  const auto length = number_of<std::uint64_t>(digits);
  if (length > kLengthMax) return bad_frame("a frame is longer than 1 GiB");
  if (head.end() == '\n' && length != 0) return bad_frame("a frame ends before its data");

  RelpFrame frame{.number = number_of<std::uint32_t>(number), .command = std::string(command)};
  std::string_view behind = head.rest();
  frame.data = {behind.data() - 1, 0};  // before the end of a frame without data
  const bool is_counts = counts_bytes_max_ && command == kRelpCounts;
  if (is_counts && length > *counts_bytes_max_) {
    return fail(ErrorCode::BadData,
                fmt::format("counts of one batch have {} bytes, and no more than {} are taken: "
                            "shorter batches have less, a greater --max-memory takes more",
                            length, *counts_bytes_max_));
  }
  if (length > data_bytes_max_ && !is_counts) {
    if (behind.size() < data_bytes_max_) return std::optional<RelpFrame>();
    cut_ = behind.substr(0, data_bytes_max_);
    rest_ = behind.substr(data_bytes_max_);
    left_ = length - data_bytes_max_;
    frame.skipped = left_;
    begun_ = std::move(frame);
    is_cut_ = true;
    return next_cut();
  }
  if (head.end() == ' ') {
    if (behind.size() < length + 1) return std::optional<RelpFrame>();
    frame.data = behind.substr(0, length);
    if (behind[length] != '\n') return bad_frame("no line end is behind a frame's data");
    behind.remove_prefix(length + 1);
  }
  size_ = rest_.size() - behind.size();
  return std::optional(std::move(frame));
}

void RelpInput::pop() {
  rest_.remove_prefix(std::exchange(size_, 0));
  if (!std::exchange(is_cut_, false)) return;
  cut_.clear();
  cut_.shrink_to_fit();
}

/// Passes over what is too much of a frame, as it comes.
Result<std::optional<RelpFrame>> RelpInput::next_cut() {
  const auto passed = static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest_.size()));
  rest_.remove_prefix(passed);
  left_ -= passed;
  if (left_ != 0 || rest_.empty()) return std::optional<RelpFrame>();
  if (rest_.front() != '\n') return bad_frame("no line end is behind a frame's data");
  size_ = 1;
  begun_.data = cut_;
  return std::optional(begun_);
}

void append_relp_answer(std::uint32_t number, std::string_view text, std::string& to) {
  const auto append_number = [&](std::uint64_t value) {
    const fmt::format_int digits(value);
    to.append(digits.data(), digits.size());
  };
  append_number(number);
  to += " rsp ";
  append_number(text.size());
  if (!text.empty()) to.append(" ").append(text);
  to += '\n';
}

void append_relp_head(std::uint32_t number, std::string_view command, std::size_t size,
                      std::string& to) {
  to.append(fmt::format_int(number).c_str()).append(" ").append(command).append(" ");
  to.append(fmt::format_int(size).c_str());
  if (size != 0) to += ' ';
}

std::optional<RelpKey> relp_key_of(std::string_view data) {
  for (std::size_t at = data.find('@'); at <= kRelpProducerBytesMax; at = data.find('@', at + 1)) {
    const char* const end = data.data() + data.size();
    const char* const digits = data.data() + at + 1;
    const char* const stop = std::find_if_not(digits, end, is_digit);
    if (stop == digits || stop == end || *stop != ' ') continue;
    std::int64_t offset = 0;
    const auto [read, error] = std::from_chars(digits, stop, offset);
    if (error != std::errc() || at == 0) return std::nullopt;
    return RelpKey{data.substr(0, at), static_cast<std::uint64_t>(offset),
                   data.substr(static_cast<std::size_t>(stop + 1 - data.data()))};
  }
  return std::nullopt;
}

std::optional<std::uint64_t> take_relp_size(std::string_view& text) {
  std::int64_t size = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  const auto length = static_cast<std::size_t>(stop - text.data());
  if (error != std::errc() || size < 0 || length == text.size() || *stop != ' ')
    return std::nullopt;
  text.remove_prefix(length + 1);
  return static_cast<std::uint64_t>(size);
}

}  // namespace wordstream
