// What `wordstream send` was asked for.
#pragma once

#include <string>
#include <vector>

#include "app/flag_table.h"
#include "app/log.h"
#include "base/result.h"
#include "env/files.h"
#include "send/send_run.h"

namespace wordstream {

/// Lines to be sent, as the user asked for it.
struct Sending {
  SendConfig config;
  bool explain = false;
  LogChoice log = {};
  std::string warning = {};  ///< of --config; empty: none
};

/// `paths`: files and patterns, or "-"; none: standard input where it is a pipe or a file. Fails
/// with InvalidArgument and one line that says what would be right.
Result<Sending> to_sending(const Typed& typed, const std::vector<std::string>& paths, Files& files);

/// What is promised, for people: a line each.
std::string explanation(const SendConfig& config, Files& files);

}  // namespace wordstream
