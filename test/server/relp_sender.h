// A sender of RELP that does as the protocol asks: it keeps its lines, sends as many as its window
// has room for, and sends again what was not answered when its connection has broken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/descriptor.h"

namespace wordstream::server {

class RelpSender {
 public:
  /// Its lines have the keys of this producer; none where that is empty.
  explicit RelpSender(std::string producer) : producer_(std::move(producer)) {}

  /// Adds a line to what it is to send, and to keep.
  void add(std::string line);
  std::size_t line_count() const { return lines_.size(); }
  /// So many of its first lines were answered.
  std::size_t answered_count() const { return answered_count_; }

  /// Connects to 127.0.0.1:`port`, and will send all that was not answered, or all from the start.
  enum class From { Unanswered, Start };
  void connect(int port, From from = From::Unanswered);
  /// Sends lines until so many are on their way, as far as there are any.
  void send(std::size_t window);
  /// Waits for answers where a line is on its way. Fails the test when none come.
  void wait_for_answers();
  /// Takes the answers that are there.
  void take_answers();
  /// Sends some bytes of the next line, if there is one, and closes.
  void break_off(std::size_t byte_count);
  /// Waits until all is answered, and leaves in order.
  void close();

 private:
  struct Line {
    std::uint64_t offset;
    std::string text;
  };

  std::string frame(const std::string& command, const std::string& data);
  std::string frame_of_line(std::size_t index);
  void write(std::string bytes) const;
  void receive();
  void take_answer(std::uint32_t number, const std::string& text);

  std::string producer_;
  std::vector<Line> lines_;
  std::uint64_t size_ = 0;  // of all of them, with their ends
  std::size_t answered_count_ = 0;

  // Of the connection.
  cli::Descriptor socket_;
  std::uint32_t number_ = 0;       // of the frame that was sent last
  std::size_t first_ = 0;          // line that it has sent
  std::size_t next_ = 0;           // that it will send
  std::size_t answered_here_ = 0;  // so many of these
  std::string input_;              // part of an answer
  bool is_close_answered_ = false;
};

}  // namespace wordstream::server
