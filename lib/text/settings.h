// Settings in a file: the keys of a TOML document (https://toml.io/en/v1.0.0) without tables, each
// with a value or a list of them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wordstream {

/// "sink = ['stdout', 'counts.tsv']".
struct Setting {
  std::string name;
  std::vector<std::string> values;  ///< as they would be typed; of a list none, or some
  std::uint32_t line = 0;           ///< where the name stands, from 1 on
};

/// In the order in which they stand. Fails with InvalidArgument and "line 3: ..." where it is no
/// TOML, and where a value is none of a text, a whole number, true, false, or a list of these. Of
/// private characters from U+F0080 on others are read.
Result<std::vector<Setting>> parse_settings(std::string_view toml);

/// `text` as TOML has it, in quotes.
std::string as_toml(std::string_view text);

}  // namespace wordstream
