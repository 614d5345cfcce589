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
  std::string backup = {};  ///< where a copy of it goes; empty: none is made
  bool as_json = false;
};

/// What the checkpoint holds, for people or as one JSON object; ends in a line's end. Changes
/// nothing in it. With a backup: makes that, and tells of it what it holds. Fails with NotFound
/// when there is no journal, with Busy and the owner's pid when a process holds it, with BadData
/// when any of it is damaged; of a backup as back_up_journal() does.
Result<std::string> inspect(const Inspect& wanted, Files& files, Storage& storage);

}  // namespace wordstream
