// What anybody sends to a RELP port: in pieces of any size it has the frames that it has as a
// whole, which are those that a plain reader finds; a line has the key that stands there; and a
// producer's place, whatever is kept as one, is read or refused.
// What an answer says of a producer is read or refused, and comes to the same when it is written.
//   input: which of the four (1 byte); for frames how much of one is kept, and how the bytes are
//   cut (1 byte each); then the bytes
#include <algorithm>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fuzz/target.h"
#include "sim/prng.h"
#include "source/producer_proof.h"
#include "source/relp_frame.h"
#include "source/relp_place.h"

namespace wordstream {
namespace {

struct Frames {
  std::vector<std::string> texts = {};
  bool is_bad = false;  // behind them

  void add(std::uint64_t number, std::string_view command, std::string_view data,
           std::uint64_t skipped) {
    texts.push_back(std::to_string(number) + " " + std::string(command) + " " +
                    std::to_string(skipped) + " " + std::string(data));
  }
  friend bool operator==(const Frames&, const Frames&) = default;
};

/// A head is what the one expression says, or the beginning of one.
Frames frames_in(const std::string& bytes, std::size_t kept) {
  static const std::regex whole("([0-9]{1,9}) ([A-Za-z]{1,32}) ([0-9]{1,10})([ \n])");
  static const std::regex begun(
      "[0-9]{0,9}|[0-9]{1,9} [A-Za-z]{0,32}|[0-9]{1,9} [A-Za-z]{1,32} [0-9]{0,10}");
  constexpr std::ptrdiff_t kHeadBytesMax = 60;  // and some more
  constexpr std::uint64_t kLengthMax = 1024 * 1024 * 1024;
  Frames frames;
  for (auto at = bytes.begin(); at != bytes.end();) {
    const auto end = at + std::min(kHeadBytesMax, bytes.end() - at);
    std::smatch head;
    if (!std::regex_search(at, end, head, whole, std::regex_constants::match_continuous)) {
      frames.is_bad = !std::regex_match(at, end, begun);
      break;
    }
    const std::uint64_t length = std::stoull(head[3]);
    const bool has_data = head[4] == " ";
    const auto data = at + head.length();
    frames.is_bad = length > kLengthMax || (!has_data && length != 0);
    const auto left = static_cast<std::uint64_t>(bytes.end() - data);
    if (frames.is_bad || (has_data && left <= length)) break;
    at = data;
    if (has_data) {
      at += static_cast<std::ptrdiff_t>(length);
      frames.is_bad = *at++ != '\n';
      if (frames.is_bad) break;
    }
    const std::string all(data, data + static_cast<std::ptrdiff_t>(length));
    const std::string part = all.substr(0, kept);
    frames.add(std::stoull(head[1]), head[2].str(), part, length - part.size());
  }
  return frames;
}

/// The same, by what is tested; the memory of a piece goes when it need not last any more.
Frames frames_of(std::string_view bytes, std::size_t kept, std::uint64_t seed) {
  sim::Prng prng(seed);
  RelpInput input(kept);
  Frames frames;
  while (!bytes.empty() && !frames.is_bad) {
    const auto size =
        seed == 0 ? bytes.size() : prng.between(1, std::min<std::size_t>(bytes.size(), 40));
    const std::string piece(bytes.substr(0, size));
    bytes.remove_prefix(size);
    input.take(piece);
    while (true) {
      const Result<std::optional<RelpFrame>> frame = input.next();
      frames.is_bad = !frame;
      if (!frame || !*frame) break;
      const RelpFrame& found = **frame;
      WS_CHECK(found.skipped != 0 || found.data.data()[found.data.size()] == '\n',
               "ending a frame behind its data");
      frames.add(found.number, found.command, found.data, found.skipped);
      input.pop();
    }
    input.hold();
    WS_CHECK(frames.is_bad || input.held_size() <= kept + 60, "keeping no more than a frame");
  }
  return frames;
}

void run_frames(std::string_view input) {
  const std::size_t kept = 1 + static_cast<unsigned char>(input[0]);
  const std::uint64_t seed = static_cast<unsigned char>(input[1]);
  const std::string bytes(input.substr(2));
  const Frames plain = frames_in(bytes, kept);
  WS_CHECK(frames_of(bytes, kept, 0) == plain, "finding frames");
  WS_CHECK(frames_of(bytes, kept, seed) == plain, "finding frames in pieces");
}

/// The first at sign that digits and a blank stand behind.
void run_key(std::string_view data) {
  constexpr std::string_view kOffsetMax = "9223372036854775807";
  const std::optional<RelpKey> found = relp_key_of(data);
  for (std::size_t at = 0; at < data.size(); ++at) {
    const std::size_t end = std::min(data.find_first_not_of("0123456789", at + 1), data.size());
    if (data[at] != '@' || end == at + 1 || data.substr(end, 1) != " ") continue;
    std::string_view digits = data.substr(at + 1, end - at - 1);
    while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
    const bool is_small = digits.size() < kOffsetMax.size() ||
                          (digits.size() == kOffsetMax.size() && digits <= kOffsetMax);
    WS_CHECK(found.has_value() == (at != 0 && at <= 4096 && is_small), "finding a key");
    WS_CHECK(!found || std::to_string(found->offset) == digits, "reading an offset");
    WS_CHECK(
        !found || (found->producer == data.substr(0, at) && found->text == data.substr(end + 1)),
        "parting a key from its text");
    return;
  }
  WS_CHECK(!found, "finding no key where none is");
}

void run_place(std::string_view proof) {
  const Position position{std::make_shared<const Stream>(Stream{"p", "p"}), 5000,
                          Position::Place::BehindLine, std::string(proof)};
  std::optional<ProducerProver> prover = ProducerProver::go_on(position);
  if (!prover) return;
  WS_CHECK(generation_of(position) == prover->generation(), "reading a generation");
  const std::string bytes(600, 'x');
  ProducerProver(4900).add_again(bytes, *prover);
  prover->add(bytes);
  Position later = position;
  later.offset = prover->place();
  later.proof = prover->proof();
  WS_CHECK(ProducerProver::go_on(later)->proof() == later.proof, "writing a place that was read");
}

void run_answer(std::string_view text) {
  std::string_view rest = text;
  const std::optional<std::uint64_t> size = take_relp_size(rest);
  WS_CHECK(!size || *size <= kRelpOffsetMax, "reading a size");
  relp_offer_of(text);
  WS_CHECK(text.starts_with(relp_name_prefix(text)), "taking a part of a name");
  const std::optional<RelpPlace> place = relp_place_of(text);
  if (!place) return;
  const std::string written = to_relp_text(*place);
  const std::optional<RelpPlace> again = relp_place_of(written);
  WS_CHECK(again && to_relp_text(*again) == written, "writing what an answer says");
}

void run(std::string_view input) {
  if (input.size() < 3) return;
  switch (static_cast<unsigned char>(input[0]) % 4U) {
    case 0:
      return run_frames(input.substr(1));
    case 1:
      return run_key(input.substr(1));
    case 2:
      return run_place(input.substr(1));
    default:
      return run_answer(input.substr(1));
  }
}

std::vector<std::string> seeds() {
  const std::string frames =
      "1 open 31 relp_version=0\ncommands=syslog\n2 syslog 17 /d/in.log@0 first\n3 syslog 5 a@6 "
      "\n\n"
      "4 x 0\n999999999 y 0 \n7 close 0\n";
  ProducerProver prover(0, 2);
  prover.add(std::string(5000, 'x'));
  return {std::string("\0\x07\x01", 3) + frames,
          std::string("\0\x64\x02", 3) + frames,
          std::string("\0\xff\0", 3) + frames + "8 syslog 1073741824 x",
          "\1/var/log/me@host.log@0017 a@1 line",
          "\1a@9223372036854775807 x",
          "\2" + prover.proof(),
          "\2" + ProducerProver(17).proof(),
          "\3" + to_relp_text(RelpPlace{5000, prover.tail()}),
          "\3wordstream=1\njournal=0f",
          "\3web1:/var/log/app.log:1:2",
          "\003123 lines"};
}

}  // namespace

const FuzzTarget kRelpFuzz{&run, &seeds};

}  // namespace wordstream
