// What is fuzzed, with the inputs that fuzzing begins with, and some that are made of them.
#include <cstdint>
#include <string>
#include <vector>

#include "catch.h"
#include "fuzz/target.h"
#include "seeds.h"
#include "sim/prng.h"

using namespace wordstream;

namespace {

/// Some bytes changed, taken out or doubled, and the end perhaps cut off.
std::string changed(std::string input, sim::Prng& prng) {
  for (auto left = prng.between(1, 4); left > 0 && !input.empty(); --left) {
    const std::size_t at = prng.below(input.size());
    const std::size_t size = prng.between(1, 8);
    switch (prng.below(4)) {
      case 0:
        input[at] = static_cast<char>(prng.next());
        break;
      case 1:
        input.erase(at, size);
        break;
      case 2:
        input.insert(at, input.substr(at, size));
        break;
      default:
        if (prng.one_in(4)) input.resize(at);
    }
  }
  return input;
}

}  // namespace

TEST_CASE("what is fuzzed holds for its seeds, and for some inputs made of them", "[fuzz]") {
  for (const FuzzTarget& target :
       {kCountFrameFuzz, kFormatsFuzz, kFramerFuzz, kHttpFuzz, kJournalFuzz, kKafkaTextFuzz,
        kKeysFuzz, kPositionsFuzz, kPostgresFailureFuzz, kRelpFuzz, kSettingsFuzz, kSplitterFuzz,
        kUnpackedFileFuzz, kUrisFuzz, kWordTableFuzz}) {
    target.run("");
    sim::Prng prng(1);
    for (const std::string& seed : target.seeds()) {
      target.run(seed);
      for (std::uint64_t left = seed_count(200); left > 0; --left) target.run(changed(seed, prng));
    }
  }
}
