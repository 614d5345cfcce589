#include "words/word_sums.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "catch.h"
#include "sim/prng.h"

using namespace wordstream;

namespace {

using Counts = std::map<std::string, std::uint64_t>;

WordCounts pack(const Counts& counts) {
  WordCounts::Builder builder;
  for (const auto& [word, count] : counts) builder.add(word, count);
  return std::move(builder).build();
}

Counts unpack(const WordCounts& packed) {
  Counts counts;
  packed.for_each([&](const WordCount& row) { CHECK(counts.emplace(row.word, row.count).second); });
  return counts;
}

/// Words of all lengths around the limit between short and long ones.
std::string random_word(sim::Prng& prng) {
  return std::string(prng.below(20), 'x') + std::to_string(prng.below(300));
}

}  // namespace

TEST_CASE("sums are what was added less what was taken away", "[word sums]") {
  WordSums sums(HashKey{1, 2});
  const NumberedCounts first = sums.add(pack({{"", 1}, {"a", 2}, {"a longer word", 3}}));
  const NumberedCounts second = sums.add(pack({{"a", 1}, {"a longer word", 1}, {"b", 1}}));
  CHECK(unpack(sums.pack()) == Counts{{"", 1}, {"a", 3}, {"a longer word", 4}, {"b", 1}});
  CHECK(unpack(sums.pack(second)) == Counts{{"a", 3}, {"a longer word", 4}, {"b", 1}});
  sums.subtract(first);
  CHECK(unpack(sums.pack()) == Counts{{"a", 1}, {"a longer word", 1}, {"b", 1}});
  CHECK(sums.size() == 3);
  sums.subtract(second);
  CHECK(sums.size() == 0);
}

TEST_CASE("taking away more than was added aborts, saying what it was doing", "[word sums]") {
  const NumberedCounts more = WordSums(HashKey{1, 2}).add(pack({{"a", 2}}));
  std::array<int, 2> said{};
  REQUIRE(::pipe(said.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(said[1], STDERR_FILENO);
    std::signal(SIGABRT, SIG_DFL);
    WordSums sums(HashKey{1, 2});
    sums.add(pack({{"a", 1}}));
    sums.subtract(more);
    ::_exit(0);
  }
  ::close(said[1]);
  std::string text(1000, ' ');
  const ssize_t size = ::read(said[0], text.data(), text.size());
  ::close(said[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
  REQUIRE(size > 0);
  INFO(text);
  CHECK(text.find("while taking a batch out of a window") != std::string::npos);
}

TEST_CASE("words differ in every byte and in their length", "[word sums]") {
  WordSums sums(HashKey{1, 2});
  const Counts all{{std::string("\0", 1), 1},
                   {std::string("\0\0", 2), 2},
                   {"abcdefgh", 3},
                   {"abcdefgi", 4},
                   {"abcdefghi", 5},
                   {"abcdefghj", 6},
                   {std::string("abcdefgh\0", 9), 7}};
  sums.add(pack(all));
  CHECK(unpack(sums.pack()) == all);
}

TEST_CASE("a word that has died leaves its number to the next new one", "[word sums]") {
  WordSums sums(HashKey{1, 2});
  const NumberedCounts gone = sums.add(pack({{"a", 1}, {"b", 1}}));
  sums.subtract(gone);
  sums.add(pack({{"c", 1}, {"d", 1}}));
  CHECK(sums.number_count() == 2);
}

TEST_CASE("a batch takes one to three bytes a word", "[word sums]") {
  WordSums sums(HashKey{1, 2});
  Counts all;
  for (int i = 0; i < 10'000; ++i)
    all["word " + std::to_string(i)] = static_cast<unsigned>(i % 100 + 1);
  CHECK(sums.add(pack(all)).byte_count() <= 2 * all.size());
}

TEST_CASE("sums stay right through long random runs and renumberings", "[word sums]") {
  sim::Prng prng(7);
  WordSums sums(HashKey{1, 2});
  Counts expected;
  std::deque<std::pair<Counts, NumberedCounts>> batches;
  int renumbering_count = 0;
  for (int round = 0; round < 3000; ++round) {
    Counts counts;
    for (std::uint64_t i = prng.below(40); i > 0; --i) ++counts[random_word(prng)];
    for (const auto& [word, count] : counts) expected[word] += count;
    batches.emplace_back(counts, sums.add(pack(counts)));
    while (batches.size() > 1 + prng.below(60)) {
      for (const auto& [word, count] : batches.front().first) {
        if ((expected[word] -= count) == 0) expected.erase(word);
      }
      sums.subtract(batches.front().second);
      batches.pop_front();
    }
    if (prng.one_in(100)) {
      ++renumbering_count;
      const std::vector<WordNumber> numbers = sums.renumber();
      for (auto& batch : batches) batch.second = batch.second.renumbered(numbers);
      REQUIRE(sums.number_count() == sums.size());
    }
    REQUIRE(sums.size() == expected.size());
    if (round % 50 == 0) REQUIRE((unpack(sums.pack()) == expected));
  }
  CHECK(renumbering_count > 5);
}
