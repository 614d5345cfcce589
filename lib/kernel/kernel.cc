#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/decoder.h"
#include "base/units.h"
#include "base/varint.h"
#include "env/entropy.h"
#include "kernel/wordstream_kernel.h"
#include "keys/key_counter.h"
#include "keys/key_options.h"
#include "model/block.h"
#include "source/count_frame.h"
#include "source/line_framer.h"
#include "words/word_counts.h"
#include "words/word_table.h"

namespace {

using namespace wordstream;

/// Lines are counted when there are so many bytes of them: they stay in the nearer caches.
constexpr std::size_t kBlockBytes = 256 * 1024;
constexpr std::uint64_t kLineBytesUsual = 1024 * 1024;
/// In front of what is packed: another layout gets another number.
constexpr std::uint64_t kPackedForm = 1;

wordstream_text text_of(std::string_view bytes) {
  // One more: nobody knows what malloc(0) is.
  wordstream_text text{static_cast<char*>(std::malloc(bytes.size() + 1)), bytes.size()};
  WS_CHECK(text.bytes != nullptr, "having memory for what is given");
  std::memcpy(text.bytes, bytes.data(), bytes.size());
  return text;
}

/// Where every counter of every process puts a word (FNV-1a).
std::size_t part_of(std::string_view word, std::size_t part_count) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return (hash ^ hash >> 32) % part_count;
}

/// What is to be counted, and how long a line may be.
struct Choice {
  KeyChoice keys;
  std::uint64_t line_bytes_max = kLineBytesUsual;
};

Result<Choice> parse(const wordstream_option* options, std::size_t option_count) {
  Choice choice;
  std::vector<KeyOption> of_keys;
  for (std::size_t i = 0; i < option_count; ++i) {
    const auto& [name, value, size] = options[i];
    if (std::string_view(name) != "max-line") {
      of_keys.push_back({name, {value, size}});
      continue;
    }
    const Result<std::uint64_t> parsed = parse_count(std::string(value, size));
    if (!parsed || *parsed == 0) return wrong("max-line: it is no number of bytes");
    choice.line_bytes_max = *parsed;
  }
  Result<KeyChoice> keys = parse_key_options(of_keys);
  if (!keys) return fail(keys);
  choice.keys = std::move(*keys);
  return choice;
}

}  // namespace

struct wordstream_counter {
  wordstream_counter(KeyChoice the_choice, std::uint64_t line_bytes_max)
      : choice(std::move(the_choice)), keys(choice), budget{line_bytes_max, SIZE_MAX} {}

  void take(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::span<char> room = framer.room(block, bytes.size());
      if (room.empty()) {
        count();
        continue;
      }
      bytes.copy(room.data(), room.size());
      framer.accept(block, room.size());
      bytes.remove_prefix(room.size());
    }
  }

  void end_text() {
    while (!framer.finish(block)) count();
  }

  void count() {
    const LineTotals counted = keys.count(block.lines(), {block.cut_ends()}, words);
    lines.all += counted.line_count;
    lines.left_out += counted.left_out_count;
    lines.keyless += counted.keyless_count;
    lines.cut += block.cut_line_count;
    block.clear(kBlockBytes);
  }

  KeyChoice choice;
  KeyCounter keys;
  LineBudget budget;
  LineFramer framer{budget};
  Block block{kBlockBytes};
  WordTable words{random_key()};
  wordstream_lines lines{};
};

void wordstream_text_free(wordstream_text text) { std::free(text.bytes); }

wordstream_counter* wordstream_counter_new(const wordstream_option* options,
                                           std::size_t option_count, wordstream_text* why) {
  Result<Choice> choice = parse(options, option_count);
  if (choice) return new wordstream_counter(std::move(choice->keys), choice->line_bytes_max);
  if (why != nullptr) *why = text_of(choice.error().message);
  return nullptr;
}

void wordstream_counter_free(wordstream_counter* counter) { delete counter; }

void wordstream_counter_take(wordstream_counter* counter, const char* bytes, std::size_t size) {
  counter->take({bytes, size});
}

void wordstream_counter_end_text(wordstream_counter* counter) { counter->end_text(); }

int wordstream_counter_add(wordstream_counter* counter, const char* packed, std::size_t size) {
  Decoder decoder({packed, size});
  const bool is_known = decoder.number() == kPackedForm;
  const wordstream_lines lines{decoder.number(), decoder.number(), decoder.number(),
                               decoder.number()};
  if (!decoder.is_good() || !is_known) return 0;
  const std::optional<WordCounts> words = WordCounts::parse(decoder.rest());
  if (!words) return 0;
  counter->words.add_all(*words);
  counter->lines.all += lines.all;
  counter->lines.left_out += lines.left_out;
  counter->lines.keyless += lines.keyless;
  counter->lines.cut += lines.cut;
  return 1;
}

void wordstream_counter_pack(wordstream_counter* counter, std::size_t part_count,
                             wordstream_text* parts) {
  counter->count();
  std::vector<WordCounts::Builder> builders(part_count);
  counter->words.pack().for_each([&](const WordCount& row) {
    builders[part_of(row.word, part_count)].add(row.word, row.count);
  });
  for (std::size_t i = 0; i < part_count; ++i) {
    const wordstream_lines lines = i == 0 ? counter->lines : wordstream_lines{};
    std::string packed;
    append_varint(packed, kPackedForm);
    for (const std::uint64_t number : {lines.all, lines.left_out, lines.keyless, lines.cut}) {
      append_varint(packed, number);
    }
    packed += std::move(builders[i]).build().packed();
    parts[i] = text_of(packed);
  }
}

wordstream_text wordstream_counter_rows(wordstream_counter* counter) {
  counter->count();
  std::string rows;
  counter->words.pack().for_each([&](const WordCount& row) { append_count_row(rows, row); });
  return text_of(rows);
}

wordstream_lines wordstream_counter_lines(wordstream_counter* counter) {
  counter->count();
  return counter->lines;
}
