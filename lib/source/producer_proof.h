// How a producer's lines are known again: what was read of what it sends up to a place. There is no
// going back to read it anew, so a proof goes on from a proof: it has checksums of the first bytes,
// one behind the other, and the digest of the last ones. It is in journals (docs/formats.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "base/digest.h"
#include "model/positions.h"

namespace wordstream {

/// So many bytes before a place are known, at most.
inline constexpr std::size_t kProducerTailBytesMax = 64;

/// Some bytes that stand before a place.
struct ProducerTail {
  std::uint64_t end = 0;   ///< where they end
  std::size_t length = 0;  ///< at most kProducerTailBytesMax; 0: none are known
  Digest digest{};
};

class ProducerProver final : public Prover {
 public:
  /// Stands at `offset`, where a generation of a producer's lines begins, or what is known of it.
  explicit ProducerProver(std::uint64_t offset = 0, std::uint64_t generation = 0);
  /// Goes on at a place that another one has proved; nothing where its proof is none.
  static std::optional<ProducerProver> go_on(const Position& position);

  void add(std::string_view bytes) override;
  /// From here on the first bytes are known no further: who sends them says itself when he begins
  /// anew, and they cost as much as all else.
  void know_no_more_heads() { all_.reset(); }
  /// So many bytes come next that nobody has seen.
  void skip(std::uint64_t size);
  std::string proof() const override;
  std::unique_ptr<Prover> copy() const override { return std::make_unique<ProducerProver>(*this); }

  std::uint64_t place() const { return place_; }
  /// How often the producer has begun anew. What was read is known by it and the place.
  std::uint64_t generation() const { return generation_; }
  void set_generation(std::uint64_t generation) { generation_ = generation; }
  ProducerTail tail() const;

  /// `bytes` come next here, and are read a second time: goes on behind them. Returns false where
  /// they are not what `known` has read there, as far as both can tell.
  bool add_again(std::string_view bytes, const ProducerProver& known);
  /// Whether these bytes are the last ones before the place, as far as they are at hand; not where
  /// that is one of them, or none.
  bool ends_with(std::string_view bytes) const;
  /// Whether add_again() has compared all bytes of such a tail that ends at the place.
  bool covers(const ProducerTail& tail) const {
    return tail.end == place_ && tail.length > 1 && tail.length <= last_count_;
  }

 private:
  /// Those of the first 64, 512, 4096 … bytes.
  static constexpr std::size_t kHeadCountMax = 20;

  ProducerTail last(std::size_t count) const;

  std::uint64_t place_;
  std::uint64_t generation_;
  /// The checksum of everything before the place; nothing where that is not known from 0 on.
  std::optional<std::uint32_t> all_;
  std::array<std::uint32_t, kHeadCountMax> heads_{};
  std::size_t head_count_ = 0;
  std::array<char, kProducerTailBytesMax> last_{};  // a ring, by offset
  std::size_t last_count_ = 0;                      // so many of them are known
  ProducerTail before_;                             // what was known when it went on
};

/// Where a producer stands: generations count first.
struct ProducerPlace {
  std::uint64_t generation = 0;
  std::uint64_t offset = 0;

  friend bool operator==(const ProducerPlace&, const ProducerPlace&) = default;
  friend bool operator<(const ProducerPlace& one, const ProducerPlace& other) {
    return std::tie(one.generation, one.offset) < std::tie(other.generation, other.offset);
  }
};

/// The generation that a proof says; nothing where it is none.
std::optional<std::uint64_t> generation_of(const Position& position);

}  // namespace wordstream
