// `wordstream inspect DIR`: what a checkpoint that nobody uses holds.
#pragma once

#include <string>

#include "base/result.h"
#include "env/files.h"
#include "env/storage.h"

namespace wordstream {

/// What to look at, and how to show it.
struct Inspect {
  std::string directory;
  bool as_json = false;
};

/// What the checkpoint holds, for people or as one JSON object; ends in a line's end. Changes
/// nothing in it. Fails with NotFound when there is no journal, with Busy and the owner's pid when
/// a process holds it, with BadData when any of it is damaged.
Result<std::string> inspect(const Inspect& wanted, const Files& files, Storage& storage);

}  // namespace wordstream
