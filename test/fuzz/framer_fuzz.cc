// Bytes of any streams, cut anywhere, become the lines that a reader finds who goes byte by byte;
// each line leaves its stream at the place where that reader is then, with the proof of all bytes
// before it; and a stream that is resumed at any of these places has just the lines that are left.
//   input: the longest line, what unfinished lines may take together, how the bytes are cut, what
//   else there is, and where the second stream begins (1 byte each); then the bytes
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "fuzz/input.h"
#include "fuzz/target.h"
#include "plain_split.h"
#include "position_at.h"
#include "sim/prng.h"
#include "source/line_framer.h"

namespace wordstream {
namespace {

using Place = Position::Place;

constexpr std::size_t kUnlimited = 1'000'000;
constexpr std::size_t kMarkBytes = 3;

/// The digest of FNV-1a, of 64 bits: of all bytes so far.
class SumProver final : public Prover {
 public:
  void add(std::string_view bytes) override {
    for (const char c : bytes) sum_ = (sum_ ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  }
  std::string proof() const override { return std::to_string(sum_); }
  std::unique_ptr<Prover> copy() const override { return std::make_unique<SumProver>(*this); }

 private:
  std::uint64_t sum_ = 0xCBF29CE484222325;
};

std::string proof_of(std::string_view bytes) {
  SumProver prover;
  prover.add(bytes);
  return prover.proof();
}

/// A line, and where its stream is behind it.
struct Line {
  std::size_t stream = 0;
  std::string text = {};
  std::uint64_t offset = 0;
  Place place = Place::BehindLine;

  friend bool operator==(const Line&, const Line&) = default;
};

/// What is known of a stream by going through it byte by byte.
class PlainStream {
 public:
  PlainStream(std::size_t number, std::size_t line_bytes_max, bool is_verbatim)
      : number_(number), line_bytes_max_(line_bytes_max), is_verbatim_(is_verbatim) {}

  void pass_over(std::size_t size) { offset_ += size; }

  void take(std::string_view piece, std::vector<Line>& lines) {
    ended_in_piece_ = false;
    for (const char c : piece) take(c, lines);
    if (!ended_in_piece_ || piece.back() != '\r') return;
    lines.back().place = is_verbatim_ && was_cut_ ? Place::BehindCutCr : Place::BehindCr;
  }

  /// Behind a piece: what is unfinished is too long, or too much with that of others.
  void cut_unfinished(std::vector<Line>& lines) {
    end_line("", lines);
    lines.back().place = Place::InsideCutLine;
    is_skipping_ = true;
  }

  void finish(std::vector<Line>& lines) {
    if (text_.empty()) return;
    end_line("\n", lines);
    lines.back().place = Place::InsideLine;
  }

  std::size_t unfinished_size() const { return text_.size(); }
  std::uint64_t offset() const { return offset_; }
  std::uint64_t cut_count() const { return cut_count_; }

 private:
  void take(char c, std::vector<Line>& lines) {
    ++offset_;
    const bool is_rest_of_end = std::exchange(is_behind_cr_, false) && c == '\n';
    if (is_rest_of_end && (!is_verbatim_ || was_cut_)) {
      if (ended_in_piece_) lines.back().offset = offset_;
    } else if (c != '\n' && c != '\r') {
      if (!is_skipping_) text_ += c;
    } else if (is_skipping_) {
      is_skipping_ = false;
      is_behind_cr_ = c == '\r';
      ended_in_piece_ = false;
    } else {
      is_behind_cr_ = c == '\r';
      end_line(std::string(1, c), lines);
      ended_in_piece_ = true;
    }
  }

  void end_line(const std::string& end, std::vector<Line>& lines) {
    was_cut_ = end.empty() || text_.size() > line_bytes_max_;
    cut_count_ += was_cut_ ? 1 : 0;
    text_.resize(std::min(text_.size(), line_bytes_max_));
    if (is_verbatim_) text_ += was_cut_ ? "\n" : end;
    lines.push_back({number_, std::exchange(text_, ""), offset_});
  }

  std::size_t number_;
  std::size_t line_bytes_max_;
  bool is_verbatim_;
  std::string text_;
  std::uint64_t offset_ = 0;
  std::uint64_t cut_count_ = 0;
  bool is_skipping_ = false;
  bool is_behind_cr_ = false;
  bool was_cut_ = false;
  bool ended_in_piece_ = false;  // the last line, with what is read now
};

/// A stream as it is framed.
struct FramedStream {
  FramedStream(std::size_t number, LineBudget& budget)
      : stream(std::make_shared<const Stream>(Stream{std::string(1, "ab"[number]), ""})),
        framer(budget) {}

  std::shared_ptr<const Stream> stream;
  SumProver prover;
  LineFramer framer;
};

/// One block of several streams, which is handed on when it must be.
class Framing {
 public:
  Framing(LineBudget& budget, std::size_t block_bytes)
      : streams_{FramedStream(0, budget), FramedStream(1, budget)},
        block_bytes_(block_bytes),
        block_(block_bytes),
        is_verbatim_(budget.is_verbatim) {}

  void start(std::size_t number, std::string_view before, Place place) {
    FramedStream& it = streams_[number];
    it.prover.add(before);
    it.framer.start_at({it.stream, before.size(), place, it.prover.proof()}, &it.prover);
  }

  /// Returns how much of it was taken; `mark_length` as LineFramer::accept() has it.
  std::size_t take(std::size_t number, std::string_view piece, std::size_t mark_length) {
    LineFramer& framer = streams_[number].framer;
    std::span<char> room = framer.room(block_, piece.size());
    if (room.empty()) {
      hand_on();
      room = framer.room(block_, piece.size());
    }
    WS_CHECK(!room.empty() && room.size() <= piece.size(), "making room");
    std::memcpy(room.data(), piece.data(), room.size());
    framer.accept(block_, room.size(), std::min(mark_length, room.size()));
    return room.size();
  }

  void finish(std::size_t number) {
    while (!streams_[number].framer.finish(block_)) hand_on();
  }

  LineFramer& framer(std::size_t number) { return streams_[number].framer; }

  void hand_on() {
    const std::string_view all = block_.lines();
    verbatim_ += all;
    cut_count_ += block_.cut_line_count;
    WS_CHECK(block_.cut_ends().size() == block_.cut_line_count, "telling which lines were cut");
    std::size_t begin = 0;
    if (!is_verbatim_) {
      for_each_line(all, [&](std::string_view text) {
        const std::size_t end = begin + text.size();
        const std::size_t behind = end + line_end_length(all.substr(end));
        take_line(text, begin, behind);
        begin = behind;
      });
    }
    block_.clear(block_bytes_);
  }

  const std::vector<Line>& lines() const { return lines_; }
  const std::vector<std::string>& proofs() const { return proofs_; }
  const std::string& verbatim() const { return verbatim_; }
  std::uint64_t cut_count() const { return cut_count_; }

 private:
  void take_line(std::string_view text, std::size_t begin, std::size_t behind) {
    Positions moves;
    block_.add_moves(begin, behind, moves);
    WS_CHECK(moves.by_name().size() == 1, "a line moving its stream");
    const std::optional<Position>& position = moves.by_name().begin()->second;
    WS_CHECK(position.has_value(), "a line moving a stream that is not over");
    const auto number = static_cast<std::size_t>(position->stream->name == "b");
    lines_.push_back({number, std::string(text), position->offset, position->place});
    proofs_.push_back(position->proof);
  }

  std::array<FramedStream, 2> streams_;
  std::size_t block_bytes_;
  Block block_;
  bool is_verbatim_;
  std::vector<Line> lines_;
  std::vector<std::string> proofs_;
  std::string verbatim_;
  std::uint64_t cut_count_ = 0;
};

/// All that an input decides.
struct Choice {
  std::size_t line_bytes_max;
  std::size_t partial_bytes_max;
  std::uint64_t seed;
  bool is_verbatim;
  bool has_mark;
  bool is_dropped;  // the second stream, at its end
  std::array<std::string_view, 2> texts;
};

std::size_t piece_size(sim::Prng& prng, std::string_view left) {
  const std::size_t size_max = prng.one_in(3) ? left.size() : std::min<std::size_t>(9, left.size());
  return prng.between(1, size_max);
}

/// Of what is left behind `from` of a stream, all lines.
void check_resumed(const Choice& choice, const std::vector<Line>& lines, std::size_t at,
                   sim::Prng& prng) {
  const Line& from = lines[at];
  const std::string_view text = choice.texts[from.stream];
  LineBudget budget{choice.line_bytes_max, kUnlimited};
  Framing again(budget, prng.between(1, 64));
  again.start(from.stream, text.substr(0, from.offset), from.place);
  for (std::string_view left = text.substr(from.offset); !left.empty();) {
    left.remove_prefix(again.take(from.stream, left.substr(0, piece_size(prng, left)), 0));
  }
  again.finish(from.stream);
  again.hand_on();
  std::vector<std::string> expected;
  for (std::size_t i = at + 1; i < lines.size(); ++i) {
    if (lines[i].stream == from.stream) expected.push_back(lines[i].text);
  }
  std::vector<std::string> taken;
  for (const Line& line : again.lines()) taken.push_back(line.text);
  WS_CHECK(taken == expected, "resuming a stream");
}

/// A last line without an end: what comes to it is a line of its own, unless it is its end.
void check_grown(const Choice& choice, const Line& last, std::string_view more) {
  LineBudget budget{choice.line_bytes_max, kUnlimited};
  Framing again(budget, 64);
  again.start(last.stream, choice.texts[last.stream].substr(0, last.offset), last.place);
  again.take(last.stream, more, 0);
  const bool has_grown = again.framer(last.stream).take_line_grown();
  again.finish(last.stream);
  again.hand_on();
  WS_CHECK(has_grown == (more.front() == 'x'), "seeing that a line has grown");
  WS_CHECK(again.lines().size() == (has_grown ? 1 : 0), "ending a line that was counted");
}

void check(const Choice& choice) {
  sim::Prng prng(choice.seed);
  LineBudget budget{choice.line_bytes_max, choice.partial_bytes_max};
  budget.is_verbatim = choice.is_verbatim;
  Framing framing(budget, prng.between(1, 200));
  std::array<PlainStream, 2> plain{PlainStream(0, choice.line_bytes_max, choice.is_verbatim),
                                   PlainStream(1, choice.line_bytes_max, choice.is_verbatim)};
  std::vector<Line> lines;
  std::array<std::string_view, 2> left = choice.texts;
  for (std::size_t number = 0; number < 2; ++number) framing.start(number, "", Place::BehindLine);
  while (!left[0].empty() || !left[1].empty()) {
    const std::size_t number = left[0].empty() || (!left[1].empty() && prng.one_in(2)) ? 1 : 0;
    const bool is_first = left[number].size() == choice.texts[number].size();
    const std::size_t mark_length = choice.has_mark && is_first && number == 0 ? kMarkBytes : 0;
    const std::string_view wanted = left[number].substr(0, piece_size(prng, left[number]));
    const std::string_view piece = wanted.substr(0, framing.take(number, wanted, mark_length));
    left[number].remove_prefix(piece.size());

    PlainStream& stream = plain[number];
    const std::size_t passed = std::min(mark_length, piece.size());
    stream.pass_over(passed);
    if (passed < piece.size()) stream.take(piece.substr(passed), lines);
    const std::size_t unfinished = plain[0].unfinished_size() + plain[1].unfinished_size();
    if (stream.unfinished_size() > choice.line_bytes_max || unfinished > choice.partial_bytes_max) {
      stream.cut_unfinished(lines);
    }
    const LineFramer& framer = framing.framer(number);
    WS_CHECK(framer.unfinished_size() == stream.unfinished_size(), "holding what is unfinished");
    WS_CHECK(framer.position().offset == stream.offset() - stream.unfinished_size(),
             "standing behind the last line");
    WS_CHECK(budget.partial_bytes == plain[0].unfinished_size() + plain[1].unfinished_size(),
             "adding up what is unfinished");
  }
  framing.finish(0);
  plain[0].finish(lines);
  if (choice.is_dropped) {
    WS_CHECK(framing.framer(1).drop() == plain[1].unfinished_size(), "dropping a line");
  } else {
    framing.finish(1);
    plain[1].finish(lines);
  }
  framing.hand_on();

  WS_CHECK(budget.partial_bytes == 0, "giving back what was unfinished");
  WS_CHECK(framing.cut_count() == plain[0].cut_count() + plain[1].cut_count(), "cutting lines");
  if (choice.is_verbatim) {
    std::string verbatim;
    for (const Line& line : lines) verbatim += line.text;
    WS_CHECK(framing.verbatim() == verbatim, "leaving ends as they are");
    return;
  }
  WS_CHECK(framing.lines() == lines, "framing lines");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view before = choice.texts[lines[i].stream].substr(0, lines[i].offset);
    WS_CHECK(framing.proofs()[i] == proof_of(before), "proving a place");
  }
  if (choice.partial_bytes_max != kUnlimited || lines.empty()) return;
  constexpr int kResumedMax = 4;
  for (int i = 0; i < kResumedMax && !choice.is_dropped; ++i) {
    check_resumed(choice, lines, prng.below(lines.size()), prng);
  }
  if (lines.back().place == Place::InsideLine) {
    check_grown(choice, lines.back(), prng.one_in(2) ? "\r\n" : "x\n");
  }
}

void run(std::string_view bytes) {
  constexpr std::array<std::size_t, 6> kLineBytes{kUnlimited, 1, 2, 5, 64, 1000};
  constexpr std::array<std::size_t, 5> kPartialBytes{kUnlimited, kUnlimited, 0, 7, 100};
  FuzzInput input(bytes);
  Choice choice{};
  choice.line_bytes_max = kLineBytes[input.below(kLineBytes.size())];
  choice.partial_bytes_max = kPartialBytes[input.below(kPartialBytes.size())];
  choice.seed = input.byte();
  const unsigned bits = input.byte();
  choice.is_verbatim = (bits & 1U) != 0;
  choice.has_mark = (bits & 2U) != 0;
  choice.is_dropped = (bits & 4U) != 0;
  const unsigned share = input.byte();
  const std::string_view text = input.rest();
  // Who sends ends of lines on does so from one stream.
  const std::size_t first = choice.is_verbatim ? text.size() : text.size() * share / 255;
  choice.texts = {text.substr(0, first), text.substr(first)};
  check(choice);
}

std::vector<std::string> seeds() {
  const std::string lines = "one two\r\nthree\n\n\rfour\r\r\n\tfive six\n\xEF\xBB\xBF seven\rend";
  const std::string longer = lines + std::string(3000, 'x') + "\r\n" + lines;
  std::vector<std::string> seeds;
  for (const std::string& text : {lines, longer}) {
    for (const std::string& head : {std::string("\0\0\1\0\xFF", 5), std::string("\0\0\2\0\x80", 5),
                                    std::string("\3\3\3\0\x70", 5), std::string("\2\2\4\4\x80", 5),
                                    std::string("\3\0\5\1\xFF", 5), std::string("\4\4\6\3\xFF", 5),
                                    std::string("\1\0\7\6\x40", 5)}) {
      seeds.push_back(head + text);
    }
  }
  return seeds;
}

}  // namespace

const FuzzTarget kFramerFuzz{&run, &seeds};

}  // namespace wordstream
