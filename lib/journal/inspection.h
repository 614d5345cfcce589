// What a journal that nobody uses holds, for people to look at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "env/storage.h"
#include "journal/opening.h"

namespace wordstream {

struct Inspection {
  JournalState state;             ///< its sinks are in the order of their names
  Positions positions;            ///< where the source goes on
  std::vector<BatchRow> batches;  ///< those that are kept, by their ids
};

/// Looks into the journal in a directory and checks every checksum. Writes nothing but what undoes
/// a commit that a crash cut short, as the next start would. Fails with NotFound when there is no
/// journal, with Busy and the owner's pid when a process holds it, with BadData when any of it is
/// damaged, else as Storage does.
Result<Inspection> inspect_journal(Storage& storage, const std::string& directory);

}  // namespace wordstream
