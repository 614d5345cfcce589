// What all that belong to one source of logs share.
#pragma once

#include <string>

#include "env/files.h"
#include "source/source.h"

namespace wordstream {

struct LogContext {
  std::string path;  ///< as the user has named it
  bool is_followed;  ///< what comes later is read, too
  Files& files;
  SourceContext source;
  bool has_changed = false;  ///< something that was listed is not there now: it is looked anew

  /// What is read is to be recognized later, by this run or the next.
  bool is_proved() const { return is_followed || source.is_kept; }
};

}  // namespace wordstream
