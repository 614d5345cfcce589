#include "server/relp_sender.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <regex>
#include <utility>

#include "catch.h"

namespace wordstream::server {
namespace {

/// Numbers of a connection's frames: first that of "open", then those of its lines.
constexpr std::uint32_t kOpenNumber = 1;

}  // namespace

void RelpSender::add(std::string line) {
  const std::uint64_t offset = std::exchange(size_, size_ + line.size() + 1);
  lines_.push_back({offset, std::move(line)});
}

void RelpSender::connect(int port, From from) {
  socket_ = cli::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  cli::require_os(
      ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
      "connect");
  number_ = 0;
  first_ = next_ = from == From::Start ? 0 : answered_count_;
  answered_here_ = 0;
  input_.clear();
  write(frame("open", "relp_version=0\nrelp_software=test\ncommands=syslog"));
}

void RelpSender::send(std::size_t window) {
  std::string frames;
  while (next_ < lines_.size() && next_ - first_ - answered_here_ < window) {
    frames += frame_of_line(next_++);
  }
  write(std::move(frames));
}

void RelpSender::wait_for_answers() {
  const std::size_t before = answered_here_;
  while (first_ + answered_here_ < next_ && answered_here_ == before) receive();
}

void RelpSender::take_answers() {
  while (cli::wait_ready(socket_.get(), POLLIN, {})) receive();
}

void RelpSender::break_off(std::size_t byte_count) {
  if (next_ < lines_.size()) write(frame_of_line(next_).substr(0, byte_count));
  socket_.close();
}

void RelpSender::close() {
  send(lines_.size());
  write(frame("close", ""));
  is_close_answered_ = false;
  while (!is_close_answered_) receive();
  REQUIRE(answered_count_ == lines_.size());
  socket_.close();
}

std::string RelpSender::frame(const std::string& command, const std::string& data) {
  return fmt::format("{} {} {}{}{}\n", ++number_, command, data.size(), data.empty() ? "" : " ",
                     data);
}

std::string RelpSender::frame_of_line(std::size_t index) {
  const Line& line = lines_[index];
  return frame("syslog", producer_.empty()
                             ? line.text
                             : fmt::format("{}@{} {}", producer_, line.offset, line.text));
}

void RelpSender::write(std::string bytes) const {
  while (!bytes.empty()) {
    if (!cli::wait_ready(socket_.get(), POLLOUT)) FAIL("the receiver takes nothing more");
    const ssize_t count =
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    cli::require_os(count > 0, "send");
    bytes.erase(0, static_cast<std::size_t>(count));
  }
}

void RelpSender::receive() {
  if (!cli::wait_ready(socket_.get(), POLLIN)) FAIL("no answer comes");
  std::array<char, 4096> bytes{};
  const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (count <= 0) FAIL("the receiver has closed the connection");
  input_.append(bytes.data(), static_cast<std::size_t>(count));
  static const std::regex kAnswer("([0-9]+) rsp ([0-9]+) ?");
  std::smatch head;
  while (std::regex_search(input_, head, kAnswer, std::regex_constants::match_continuous)) {
    const std::size_t size = std::stoul(head[2]);
    const auto begin = static_cast<std::size_t>(head.length());
    if (input_.size() <= begin + size) return;
    REQUIRE(input_[begin + size] == '\n');
    take_answer(static_cast<std::uint32_t>(std::stoul(head[1])), input_.substr(begin, size));
    input_.erase(0, begin + size + 1);
  }
}

/// They come in the order of the frames.
void RelpSender::take_answer(std::uint32_t number, const std::string& text) {
  if (number == kOpenNumber) {
    REQUIRE(text.starts_with("200 OK\n"));
  } else if (text.empty()) {
    is_close_answered_ = true;
  } else {
    REQUIRE(text == "200 OK");
    REQUIRE(number == kOpenNumber + 1 + answered_here_);
    ++answered_here_;
    answered_count_ = std::max(answered_count_, first_ + answered_here_);
  }
}

}  // namespace wordstream::server
