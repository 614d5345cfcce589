// A copy of a checkpoint, be it in use or not.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "env/files.h"
#include "env/storage.h"

namespace wordstream {

/// Copies the journal in a directory into `to`, which is made (0700) where it is missing: what its
/// process had committed at one moment, durably. That process goes on meanwhile and does not know
/// of it. Nothing but a commit that a crash cut short is changed in `directory`. Returns how many
/// bytes it is. `wait` is called each time that a commit came in between: it waits a moment, or
/// returns false to give up. Fails with NotFound when there is no journal to copy, with
/// CannotCreate when one lies in `to`, with Busy when it was given up, else as Storage does; there
/// is no journal in `to` then.
///
/// How: SQLite writes to a database, in its DELETE mode, only while its rollback journal begins
/// with a magic number (sqlite.org/fileformat2.html, section 3). The database is read twice, and
/// between the two that number is not there: what was read is the same, so it stood like this in
/// between.
Result<std::uint64_t> back_up_journal(Files& files, Storage& storage, const std::string& directory,
                                      const std::string& to, const std::function<bool()>& wait);

}  // namespace wordstream
