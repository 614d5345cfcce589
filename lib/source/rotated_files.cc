#include "source/rotated_files.h"

#include <tuple>
#include <utility>

#include "env/rotated_name.h"

namespace wordstream {
RotatedFiles::RotatedFiles(std::string path, Files& files)
    : path_(std::move(path)), files_(files) {}

RotatedFiles::Identity RotatedFiles::identity_of(const FileInfo& file) {
  return {file.device, file.inode, file.birth};
}

Status RotatedFiles::skip_all() {
  const Result<std::vector<Sibling>> there = list();
  if (!there) return fail(there);
  skipped_.clear();
  for (const Sibling& sibling : *there) skip(sibling.info);
  return {};
}

void RotatedFiles::skip(const FileInfo& file) { skipped_.insert(identity_of(file)); }

Status RotatedFiles::skip_before(const Sibling& file) {
  const Result<std::vector<Sibling>> there = list();
  if (!there) return fail(there);
  skipped_.clear();
  for (const Sibling& sibling : *there) {
    if (is_older(sibling, file)) skip(sibling.info);
  }
  return {};
}

/// By when they were last written to. That tells nothing of one that is empty, since the file
/// before it may be written to later, and little where it is but a moment: the kernel's time for it
/// moves some milliseconds at a time. Then their births and their names decide.
bool RotatedFiles::is_older(const Sibling& one, const Sibling& other) const {
  const bool hold_lines = one.info.size != 0 && other.info.size != 0;
  if (hold_lines && one.info.modified != other.info.modified)
    return one.info.modified < other.info.modified;
  if (one.info.birth != other.info.birth) return one.info.birth < other.info.birth;
  const auto name_of = [&](const Sibling& it) {
    return rotated_name(it.path, path_).value_or(RotatedName{});
  };
  return is_given_before(name_of(one), name_of(other));
}

Result<std::optional<Sibling>> RotatedFiles::oldest_unread(const FileInfo& current,
                                                           const std::optional<FileInfo>& at_path) {
  const Result<std::vector<Sibling>> there = list();
  if (!there) return fail(there);
  std::set<Identity> still_skipped;
  std::optional<Sibling> oldest;
  for (const Sibling& sibling : *there) {
    const Identity identity = identity_of(sibling.info);
    if (is_same_file(sibling.info, current) || skipped_.contains(identity)) {
      still_skipped.insert(identity);
    } else if (at_path && is_same_file(sibling.info, *at_path)) {
      continue;
    } else if (!oldest || is_older(sibling, *oldest)) {
      oldest = sibling;
    }
  }
  skipped_ = std::move(still_skipped);
  return oldest;
}

Result<std::vector<Sibling>> RotatedFiles::list() {
  Result<std::vector<Sibling>> there = files_.siblings(path_);
  if (!there) return there;
  std::erase_if(*there, [&](const Sibling& sibling) { return !rotated_name(sibling.path, path_); });
  return there;
}

}  // namespace wordstream
