// What one wordstream tells another beside lines (source/relp_frame.h): who it is, and how far a
// producer has come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "source/producer_proof.h"

namespace wordstream {

/// Among the offers of an `open`, and in its answer: the other one is a wordstream, too.
inline constexpr std::string_view kRelpOffer = "wordstream=1";
/// The same: it sends counts, or takes them, in frames of so many bytes.
inline constexpr std::string_view kRelpCountsOffer = "counts";
/// What it says there; nothing where it does not say that it is one.
struct RelpOffer {
  /// Where its places are kept; empty: nowhere, they do not outlive it.
  std::string journal = {};
  std::optional<std::uint64_t> counts = {};  ///< of who sends: any number
};
std::optional<RelpOffer> relp_offer_of(std::string_view data);
std::string to_relp_text(const RelpOffer& offer);

/// The answer to a `where`, in lines behind its "200 OK":
///
///   place=1234                  all before it lasts; left out where the producer is not known
///   tail=1234 64 9f0c…          the digest of the 64 bytes before 1234, in hexadecimal digits
///   others=3                    so many producers are known whose names begin as this one's, up
///                               to its last but one colon: "web1:/var/log/app.log:"
struct RelpPlace {
  std::optional<std::uint64_t> offset = {};
  ProducerTail tail = {};  ///< it may end before the place
  std::uint64_t other_count = 0;
};
/// What names of one path have in common, or have if they have colons.
std::string_view relp_name_prefix(std::string_view producer);
std::string to_relp_text(const RelpPlace& place);
/// Reads what stands behind the "200 OK". Nothing where it is none.
std::optional<RelpPlace> relp_place_of(std::string_view text);

}  // namespace wordstream
