// What is to be counted, as flags and their values: so it is told to whoever counts elsewhere.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "keys/key_choice.h"

namespace wordstream {

/// "split" and "letters": a flag of the command line without its dashes.
struct KeyOption {
  std::string name;
  std::string value = {};  ///< of "stop-words" what is in the file, not its path
};

/// A choice, complete, as options. Its stop words are left out.
std::vector<KeyOption> to_options(const KeyChoice& choice);

/// The choice. Fails with InvalidArgument where an option is none, or they do not go together.
Result<KeyChoice> parse_key_options(std::span<const KeyOption> options);

}  // namespace wordstream
