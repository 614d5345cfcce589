#include "source/producer_proof.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/checksum.h"
#include "base/digest.h"
#include "base/varint.h"
#include "catch.h"
#include "seeds.h"
#include "sim/prng.h"

using namespace wordstream;

namespace {

std::string some_bytes(sim::Prng& prng, std::size_t size) {
  std::string bytes(size, ' ');
  std::ranges::generate(bytes, [&] { return static_cast<char>(prng.next()); });
  return bytes;
}

ProducerProver prover_of(std::string_view bytes, std::uint64_t offset = 0) {
  ProducerProver prover(offset);
  prover.add(bytes);
  return prover;
}

void add_in_pieces(ProducerProver& prover, std::string_view bytes, sim::Prng& prng) {
  while (!bytes.empty()) {
    const std::size_t size = prng.one_in(2)
                                 ? prng.between(1, std::min<std::size_t>(bytes.size(), 9))
                                 : prng.part_of(bytes.size());
    prover.add(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
}

Position position_of(const ProducerProver& prover) {
  const auto stream = std::make_shared<const Stream>(Stream{"a", "a"});
  return {stream, prover.place(), Position::Place::BehindLine, prover.proof()};
}

/// As a later run has it.
ProducerProver kept(const ProducerProver& prover) {
  return ProducerProver::go_on(position_of(prover)).value();
}

/// `again` comes where `known` stands behind what was read; in pieces.
bool is_same(const ProducerProver& known, std::string_view again, std::uint64_t offset,
             sim::Prng& prng) {
  ProducerProver prover(offset);
  while (!again.empty()) {
    const std::size_t size = prng.part_of(again.size());
    if (!prover.add_again(again.substr(0, size), known)) return false;
    again.remove_prefix(size);
  }
  return true;
}

bool goes_on(std::string proof, std::uint64_t offset = 1000) {
  const auto stream = std::make_shared<const Stream>(Stream{"a", "a"});
  return ProducerProver::go_on({stream, offset, Position::Place::BehindLine, std::move(proof)})
      .has_value();
}

std::string encoded(std::initializer_list<std::uint64_t> numbers) {
  std::string bytes;
  for (const std::uint64_t number : numbers) append_varint(bytes, number);
  return bytes;
}

}  // namespace

// --- What is kept ---

TEST_CASE("a proof has the bytes that it always had", "[producer proof]") {
  // Form, generation, checksum of all, heads, how far the tail ends before, its length and digest.
  const Digest tail = digest("one\n");
  CHECK(prover_of("one\n").proof() == encoded({1, 0, 1, checksum("one\n"), 0, 0, 4}) +
                                          std::string(tail.bytes.begin(), tail.bytes.end()));
  const std::string bytes(70, 'x');
  const Digest last = digest(std::string(64, 'x'));
  CHECK(prover_of(bytes).proof() ==
        encoded({1, 0, 1, checksum(bytes), 1, checksum(std::string(64, 'x')), 0, 64}) +
            std::string(last.bytes.begin(), last.bytes.end()));
}

TEST_CASE("bytes in any pieces give the same proof", "[producer proof]") {
  for (std::uint64_t seed = 0; seed < seed_count(2000); ++seed) {
    INFO("seed " << seed);
    sim::Prng prng(seed);
    const std::string bytes = some_bytes(prng, prng.below(prng.one_in(10) ? 40'000 : 1000));
    const std::uint64_t offset = prng.one_in(2) ? 0 : prng.below(1000);
    ProducerProver pieces(offset);
    add_in_pieces(pieces, bytes, prng);
    CHECK(pieces.proof() == prover_of(bytes, offset).proof());
    CHECK(pieces.place() == offset + bytes.size());
  }
}

TEST_CASE("a proof goes on at any place where it was kept", "[producer proof]") {
  for (std::uint64_t seed = 0; seed < seed_count(2000); ++seed) {
    INFO("seed " << seed);
    sim::Prng prng(seed);
    const std::string bytes = some_bytes(prng, prng.between(200, 1500));
    const std::string_view first(bytes.data(), prng.below(bytes.size()));
    ProducerProver prover = kept(prover_of(first));
    CHECK(prover.proof() == prover_of(first).proof());
    CHECK(prover.place() == first.size());
    add_in_pieces(prover, std::string_view(bytes).substr(first.size()), prng);
    const ProducerProver whole = prover_of(bytes);
    // Where less than the whole tail has come since, what was known before stands.
    if (bytes.size() - first.size() >= kProducerTailBytesMax)
      CHECK(prover.proof() == whole.proof());
    CHECK(is_same(prover, bytes, 0, prng));
    std::string other = bytes;
    other[prng.below(64)] ^= 1;
    CHECK_FALSE(is_same(prover, other, 0, prng));
  }
}

TEST_CASE("until a whole tail has come the one stands that was known before", "[producer proof]") {
  const std::string bytes(100, 'x');
  ProducerProver prover = kept(prover_of(bytes));
  prover.add(std::string(63, 'y'));
  CHECK(prover.tail().end == 100);
  CHECK(prover.tail().length == 64);
  CHECK(prover.tail().digest == digest(std::string(64, 'x')));
  prover = kept(prover);
  CHECK(prover.tail().end == 100);
  prover.add(std::string(64, 'y'));
  CHECK(prover.tail().end == prover.place());
  CHECK(prover.tail().digest == digest(std::string(64, 'y')));
}

TEST_CASE("a proof knows the generation", "[producer proof]") {
  ProducerProver prover(0, 3);
  prover.add("one\n");
  CHECK(kept(prover).generation() == 3);
  CHECK(generation_of(position_of(prover)) == 3);
  prover.set_generation(UINT64_MAX);
  CHECK(kept(prover).generation() == UINT64_MAX);
  CHECK(generation_of(position_of(prover)) == UINT64_MAX);
}

TEST_CASE("a copy stands where the prover stood, and goes on by itself", "[producer proof]") {
  ProducerProver prover = prover_of("one\n");
  const std::unique_ptr<Prover> copy = prover.copy();
  CHECK(copy->proof() == prover.proof());
  copy->add("two\n");
  CHECK(prover.proof() == prover_of("one\n").proof());
  CHECK(copy->proof() == prover_of("one\ntwo\n").proof());
}

TEST_CASE("behind what nobody has seen the last bytes and no heads are known", "[producer proof]") {
  ProducerProver prover = prover_of("one\n");
  prover.skip(0);
  CHECK(prover.proof() == prover_of("one\n").proof());
  prover.skip(100);
  CHECK(prover.place() == 104);
  CHECK(prover.tail().end == 4);
  CHECK(prover.tail().digest == digest("one\n"));
  CHECK(kept(prover).proof() == prover.proof());
  prover.add("two\n");
  CHECK(prover.tail().end == 108);
  CHECK(prover.tail().digest == digest("two\n"));
  CHECK(kept(prover).proof() == prover.proof());
}

// --- What comes again ---

TEST_CASE("a difference in any byte of a head or the tail is found", "[producer proof]") {
  for (const std::size_t size : {64U, 100U, 512U, 600U, 4096U, 5000U}) {
    sim::Prng prng(size);
    const std::string bytes = some_bytes(prng, size);
    const ProducerProver known = kept(prover_of(bytes));
    const std::size_t head = size < 512 ? 64 : size < 4096 ? 512 : 4096;
    std::vector<std::size_t> unseen;
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = bytes;
      other[at] ^= static_cast<char>(prng.between(1, 255));
      const bool is_covered = at < head || at >= size - 64;
      if (is_same(known, other, 0, prng) == is_covered) unseen.push_back(at);
    }
    CAPTURE(size);
    CHECK(unseen.empty());
  }
}

TEST_CASE("a difference before a head's end is found with that head", "[producer proof]") {
  const std::string bytes(5000, 'x');
  const ProducerProver known = prover_of(bytes);
  for (const std::size_t end : {64U, 512U, 4096U}) {
    ProducerProver prover(0);
    std::string other = bytes;
    other[end - 1] = 'y';
    CHECK(prover.add_again(other.substr(0, end - 1), known));
    CHECK_FALSE(prover.add_again(other.substr(end - 1, 1), known));
  }
}

TEST_CASE("a difference in fewer bytes than the first head is found at the place",
          "[producer proof]") {
  sim::Prng prng(1);
  for (std::size_t size = 1; size < 64; ++size) {
    const std::string bytes = some_bytes(prng, size);
    std::string other = bytes;
    other[prng.below(size)] ^= 1;
    CHECK(is_same(prover_of(bytes), bytes, 0, prng));
    CHECK_FALSE(is_same(prover_of(bytes), other, 0, prng));
    CHECK_FALSE(is_same(kept(prover_of(bytes)), other, 0, prng));
  }
}

TEST_CASE("equal bytes are never found to differ, and others in the last 64 always",
          "[producer proof]") {
  for (std::uint64_t seed = 0; seed < seed_count(3000); ++seed) {
    INFO("seed " << seed);
    sim::Prng prng(seed);
    const std::uint64_t offset = prng.one_in(2) ? 0 : prng.below(2000);
    ProducerProver known(offset);
    std::string bytes;  // as they stand, with zeros where nobody has seen them
    bool was_skipped = false;
    for (auto left = prng.between(1, 6); left > 0; --left) {
      if (prng.one_in(6)) {
        const std::size_t size = prng.between(1, 300);
        known.skip(size);
        bytes.append(size, '\0');
        was_skipped = true;
      } else {
        const std::string more = some_bytes(prng, prng.between(1, 400));
        add_in_pieces(known, more, prng);
        bytes += more;
      }
      if (prng.one_in(2)) known = kept(known);
    }
    const std::size_t from = prng.one_in(2) ? 0 : prng.below(bytes.size());
    const std::string again = bytes.substr(from);
    CHECK(is_same(known, again, offset + from, prng));

    const ProducerTail tail = known.tail();
    if (was_skipped || tail.length == 0 || tail.end - tail.length < offset + from) continue;
    std::string other = again;
    const std::size_t tail_begin = tail.end - tail.length - offset - from;
    other[tail_begin + prng.below(tail.length)] ^= 1;
    CHECK_FALSE(is_same(known, other, offset + from, prng));
  }
}

TEST_CASE("bytes that come again may go on behind the place", "[producer proof]") {
  const ProducerProver known = prover_of(std::string(80, 'x'));
  ProducerProver prover(0);
  CHECK(prover.add_again(std::string(80, 'x') + "more", known));
  CHECK(prover.place() == 84);
  ProducerProver other(0);
  CHECK_FALSE(other.add_again(std::string(79, 'x') + "ymore", known));
}

// --- What is no proof ---

TEST_CASE("a proof that was cut or has grown is none", "[producer proof]") {
  const std::string proof = prover_of(std::string(1000, 'x')).proof();
  CHECK(goes_on(proof));
  for (std::size_t size = 0; size < proof.size(); ++size)
    CHECK_FALSE(goes_on(proof.substr(0, size)));
  CHECK_FALSE(goes_on(proof + '\0'));
}

TEST_CASE("numbers that no proof has are refused", "[producer proof]") {
  const std::string digest(16, 'd');
  CHECK(goes_on(encoded({1, 0, 0, 0, 0, 0, 0}) + digest));
  CHECK(goes_on(encoded({1, 0, 1, UINT32_MAX, 1, UINT32_MAX, 1000, 64}) + digest));
  CHECK_FALSE(goes_on(encoded({0, 0, 0, 0, 0, 0, 0}) + digest));                 // form
  CHECK_FALSE(goes_on(encoded({2, 0, 0, 0, 0, 0, 0}) + digest));                 //
  CHECK_FALSE(goes_on(encoded({1, 0, 1, UINT32_MAX + 1UL, 0, 0, 0}) + digest));  // checksum
  CHECK_FALSE(goes_on(encoded({1, 0, 1, 0, 1, UINT32_MAX + 1UL, 0, 0}) + digest));
  CHECK_FALSE(goes_on(encoded({1, 0, 1, 0, 21, 0, 0}) + digest));          // heads
  CHECK_FALSE(goes_on(encoded({1, 0, 1, 0, UINT64_MAX, 0, 0}) + digest));  //
  CHECK_FALSE(goes_on(encoded({1, 0, 0, 0, 0, 1001, 64}) + digest));       // tail
  CHECK_FALSE(goes_on(encoded({1, 0, 0, 0, 0, 0, 65}) + digest));          //
  CHECK_FALSE(goes_on("?"));
  const auto stream = std::make_shared<const Stream>(Stream{"a", "a"});
  CHECK(generation_of({stream, 0, Position::Place::BehindLine, "?"}) == std::nullopt);
  CHECK(generation_of({stream, 0, Position::Place::BehindLine, ""}) == std::nullopt);
}

TEST_CASE("what is changed in a proof is refused, or goes on without harm", "[producer proof]") {
  for (std::uint64_t seed = 0; seed < seed_count(5000); ++seed) {
    sim::Prng prng(seed);
    std::string proof = prover_of(some_bytes(prng, prng.below(6000))).proof();
    for (auto left = prng.between(1, 3); left > 0; --left) {
      proof[prng.below(proof.size())] = static_cast<char>(prng.next());
    }
    const auto stream = std::make_shared<const Stream>(Stream{"a", "a"});
    std::optional<ProducerProver> prover = ProducerProver::go_on(
        {stream, prng.below(10'000), Position::Place::BehindLine, std::move(proof)});
    if (!prover) continue;
    const std::string bytes = some_bytes(prng, 5000);
    add_in_pieces(*prover, bytes, prng);
    ProducerProver(0).add_again(bytes, *prover);
    CHECK(kept(*prover).proof() == prover->proof());
  }
}
