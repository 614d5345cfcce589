// The frames of RELP, the protocol of rsyslog (https://www.rsyslog.com/doc/relp.html):
//
//   TXNR SP COMMAND SP LENGTH [SP DATA] LF      2 syslog 5 first
//
// and what stands in front of a line, by which it is known again (docs/protocol.md):
//
//   PRODUCER@OFFSET SP TEXT                     /var/log/app.log@0 first
//
// Two wordstreams say more to each other, once both have said in their `open` that they can:
//
//   lines   PRODUCER@OFFSET SP BYTES            lines as they stand in a file, with their ends
//   cut     PRODUCER@OFFSET SP SIZE SP BYTES    the same, and behind them SIZE bytes in no line
//   where   PRODUCER                            how far has it come for good? (source/relp_place.h)
//   sync                                        what came before is waited for
//   counts  PRODUCER#BATCH SP ROWS              words that are counted (source/count_frame.h)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wordstream {

struct RelpFrame {
  std::uint32_t number = 0;    ///< the sender's, which the answer repeats
  std::string command = {};    ///< "open", "syslog", "close"
  std::string_view data = {};  ///< at most as much as is kept; of a whole one its LF stands behind
  std::uint64_t skipped = 0;   ///< so many bytes came behind it, and are gone
};

/// Cuts one connection's bytes, however they are segmented, into frames. One object a connection,
/// of the reader's thread.
class RelpInput {
 public:
  /// Of a frame's data so much is kept.
  explicit RelpInput(std::size_t data_bytes_max) : data_bytes_max_(data_bytes_max) {}
  /// Frames of counts may come from now on. They are kept whole: longer ones are none.
  void allow_counts(std::size_t bytes_max) { counts_bytes_max_ = bytes_max; }

  /// More has come. It is not copied: it must last until the next call of hold().
  void take(std::string_view bytes);
  /// The next whole frame, which stands there until pop(); nothing where its end has not come yet.
  /// What it gives lasts until the next call of anything here. Fails with BadData where there is
  /// none, or it says that it is longer than may be; then no other is ever found.
  Result<std::optional<RelpFrame>> next();
  /// Done with the frame that next() has given.
  void pop();
  /// Keeps what was taken and is not done with.
  void hold();
  /// So much is kept.
  std::size_t held_size() const { return held_.size() + cut_.size(); }

 private:
  Result<std::optional<RelpFrame>> next_cut();

  std::size_t data_bytes_max_;
  std::optional<std::size_t> counts_bytes_max_;  // none: they are not known
  std::string held_;
  std::string_view rest_;  // what is not done with, in held_ or where it came from
  std::size_t size_ = 0;   // of the frame that next() has given, there

  bool is_cut_ = false;  // the frame that has begun is too long
  RelpFrame begun_;
  std::string cut_;         // what is kept of it
  std::uint64_t left_ = 0;  // so much of its data is still to come
};

/// Adds "2 rsp 6 200 OK\n" to what goes `to` a sender.
void append_relp_answer(std::uint32_t number, std::string_view text, std::string& to);
/// Adds the head of a frame whose `size` bytes of data are to follow, and behind them a LF.
void append_relp_head(std::uint32_t number, std::string_view command, std::size_t size,
                      std::string& to);
/// The command of a frame of counts.
inline constexpr std::string_view kRelpCounts = "counts";
/// What is sent unasked before a connection is closed.
inline constexpr std::string_view kRelpServerClose = "0 serverclose 0\n";

/// What stands before a line.
struct RelpKey {
  std::string_view producer;
  std::uint64_t offset;   ///< of the first byte of the text, in what that producer sends
  std::string_view text;  ///< all that stands behind the key
};
/// Offsets are no greater.
inline constexpr std::uint64_t kRelpOffsetMax = INT64_MAX;
/// A producer's name has no more bytes.
inline constexpr std::size_t kRelpProducerBytesMax = 4096;

/// Reads the key: nothing where there is none.
std::optional<RelpKey> relp_key_of(std::string_view data);
/// Reads what stands in front of the bytes of a `cut`, and leaves them: nothing where it is none.
std::optional<std::uint64_t> take_relp_size(std::string_view& text);

}  // namespace wordstream
