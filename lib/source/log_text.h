// The text of a log file, compressed or not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "env/files.h"
#include "source/log_context.h"
#include "source/log_listing.h"

namespace wordstream {

/// An open file, or what is compressed in it.
struct OpenText {
  std::unique_ptr<File> file;
  bool is_packed = false;
  std::optional<std::uint64_t> unpacked_length = {};  ///< as far as the file says it
};
/// It is compressed where its first bytes say so. Fails as Files::open() does.
Result<OpenText> open_text(const std::string& path, Files& files);
/// The same. Where another file stands there by now, or none, it has changed what there is, and
/// fails with NotFound.
Result<OpenText> open_text(const LogEntry& entry, LogContext& context);

/// Where a file has something else than NULs, which a writer leaves in one that was truncated; and
/// what stands from there on, at most a KiB of it.
struct TextHead {
  std::uint64_t offset = 0;
  std::string text = {};
};
Result<TextHead> head_of_text(const File& file);
/// Empty where it may not be read, is damaged, or not there any more.
Result<TextHead> head_of_text(const LogEntry& entry, LogContext& context);
/// As far as both go, which must be somewhere.
bool begin_alike(const TextHead& one, const TextHead& other);

}  // namespace wordstream
