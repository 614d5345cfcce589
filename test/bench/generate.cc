// Writes random text, the same for the same arguments: lines of ten words.
//   bench_generate zipf MEGABYTES DICTIONARY    words of a file, one a line, by Zipf's law
//   bench_generate long MEGABYTES DICTIONARY    the same, each made 71 bytes long
//   bench_generate uniform MEGABYTES            10 million different words, all as likely
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

constexpr std::uint64_t kUniformWords = 10'000'000;
constexpr std::size_t kLongBytes = 71;
constexpr int kLineWords = 10;

/// Ranks from 0, rank r with a chance that goes with 1 / (r + 1), at one look each: every column
/// has the same chance and holds two ranks, parted at a threshold (the alias method).
class ZipfRanks {
 public:
  explicit ZipfRanks(std::size_t size) : columns_(size) {
    double sum = 0;
    for (std::size_t rank = 0; rank < size; ++rank) sum += 1 / static_cast<double>(rank + 1);
    std::vector<double> chances(size);
    std::vector<std::size_t> small;
    std::vector<std::size_t> large;
    for (std::size_t rank = 0; rank < size; ++rank) {
      chances[rank] = static_cast<double>(size) / (static_cast<double>(rank + 1) * sum);
      (chances[rank] < 1 ? small : large).push_back(rank);
      columns_[rank] = {1, rank};
    }
    while (!small.empty() && !large.empty()) {
      const std::size_t from = large.back();
      columns_[small.back()] = {chances[small.back()], from};
      chances[from] -= 1 - chances[small.back()];
      small.pop_back();
      if (chances[from] >= 1) continue;
      large.pop_back();
      small.push_back(from);
    }
  }

  std::size_t operator()(std::mt19937_64& random) const {
    const std::size_t at = random() % columns_.size();
    const double part = static_cast<double>(random() >> 11U) * 0x1p-53;
    return part < columns_[at].threshold ? at : columns_[at].other;
  }

 private:
  struct Column {
    double threshold;
    std::size_t other;
  };
  std::vector<Column> columns_;
};

/// The lines of a file, in random order.
std::vector<std::string> shuffled_lines(const char* path, std::mt19937_64& random) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  for (std::size_t i = lines.size(); i > 1; --i) std::swap(lines[i - 1], lines[random() % i]);
  return lines;
}

/// Makes each word 71 bytes long; they stay different.
void lengthen(std::vector<std::string>& words) {
  for (std::string& word : words) {
    word.push_back('-');
    if (word.size() < kLongBytes) word.resize(kLongBytes, 'x');
  }
}

/// Word `number` of the uniform ones: six letters that tell them apart, and up to five more.
void write_uniform(std::uint64_t number, std::string& to) {
  constexpr std::uint64_t kSixLetters = 26ULL * 26 * 26 * 26 * 26 * 26;
  std::uint64_t scrambled = number * 223'092'871 % kSixLetters;  // a factor without 2 and 13
  for (int i = 0; i < 6; ++i, scrambled /= 26)
    to.push_back(static_cast<char>('a' + scrambled % 26));
  std::uint64_t rest = number * 0x9e3779b97f4a7c15 >> 20U;
  for (std::uint64_t left = number % 6; left != 0; --left, rest /= 26) {
    to.push_back(static_cast<char>('a' + rest % 26));
  }
}

template <class AddWord>
int write_lines(std::size_t size, AddWord add_word) {
  std::string line;
  for (std::size_t written = 0; written < size; written += line.size()) {
    line.clear();
    for (int i = 0; i < kLineWords; ++i) {
      if (i > 0) line.push_back(' ');
      add_word(line);
    }
    line.push_back('\n');
    std::fwrite(line.data(), 1, line.size(), stdout);
  }
  return std::fflush(stdout) == 0 ? 0 : 74;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc > 2 ? argv[1] : "";
  const bool is_uniform = kind == "uniform" && argc == 3;
  if (!is_uniform && !((kind == "zipf" || kind == "long") && argc == 4)) {
    return std::fputs("usage: bench_generate zipf|long|uniform MEGABYTES [DICTIONARY]\n", stderr),
           64;
  }
  const std::size_t size = std::stoul(argv[2]) * 1'000'000;
  std::mt19937_64 random(7);
  if (is_uniform) {
    return write_lines(size,
                       [&](std::string& line) { write_uniform(random() % kUniformWords, line); });
  }
  std::vector<std::string> words = shuffled_lines(argv[3], random);
  if (words.empty()) {
    return std::fprintf(stderr, "bench_generate: %s has no lines\n", argv[3]), 66;
  }
  if (kind == "long") lengthen(words);
  const ZipfRanks rank(words.size());
  return write_lines(size, [&](std::string& line) { line += words[rank(random)]; });
}
