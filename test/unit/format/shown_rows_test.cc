#include "format/shown_rows.h"

#include <algorithm>
#include <map>

#include "catch.h"
#include "random_words.h"
#include "text/utf8.h"
#include "unit/sink/emission_of.h"

using namespace wordstream;

TEST_CASE("rows are counted by what is read, as if words were decoded first", "[shown_rows]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto counts = random_counts(seed, 400);
    std::map<std::string, std::uint64_t> decoded;
    for (const auto& [word, count] : counts) decoded[replace_invalid(word)] += count;
    REQUIRE(decoded.size() < counts.size());
    const Emission all = emission_of(counts);
    const Emission expected = emission_of(decoded);
    for (const std::size_t top : {std::size_t{1}, std::size_t{10}, decoded.size(), kAllRows}) {
      const ShownRows shown(*all.counts, top);
      const std::vector<WordCount> rows = rows_by_count(*expected.counts, top);
      CHECK(shown.has_more() == (decoded.size() > top));
      REQUIRE(std::equal(rows.begin(), rows.end(), shown.rows().begin(), shown.rows().end(),
                         [](const WordCount& a, const WordCount& b) {
                           return a.word == b.word && a.count == b.count;
                         }));
    }
  }
}
