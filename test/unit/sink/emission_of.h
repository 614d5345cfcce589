// Emissions for the tests of formats, and what a format makes of them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "format/format.h"
#include "words/order.h"

namespace wordstream {

/// Batch 7, from 1000 to 2000 ms, whole. `rows` are pairs of different words and their counts.
template <class Rows = std::map<std::string, std::uint64_t>>
Emission emission_of(const Rows& rows) {
  WordCounts::Builder builder;
  for (const auto& [word, count] : rows) builder.add(word, count);
  const auto counts = std::make_shared<const WordCounts>(std::move(builder).build());
  return {7, {Label(Millis(1000)), Label(Millis(2000)), false}, counts, counts};
}

/// What a new format makes of one emission.
inline std::string formatted(const FormatOptions& options, const Emission& emission) {
  std::string out;
  make_format(options)->append(emission, out);
  return out;
}

}  // namespace wordstream
