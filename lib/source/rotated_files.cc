#include "source/rotated_files.h"

#include <string_view>
#include <tuple>
#include <utility>

namespace wordstream {
namespace {

/// Whether `suffix` is what rotation puts behind a name: .1 or -20250131.
bool is_number(std::string_view suffix) {
  if (suffix.size() < 2 || (suffix.front() != '.' && suffix.front() != '-')) return false;
  return suffix.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

bool is_older(const Sibling& one, const Sibling& other) {
  return std::tie(one.modified, one.path) < std::tie(other.modified, other.path);
}

}  // namespace

RotatedFiles::RotatedFiles(std::string path, Files& files)
    : path_(std::move(path)), files_(files) {}

RotatedFiles::Identity RotatedFiles::identity_of(const FileInfo& file) {
  return {file.device, file.inode, file.birth};
}

Status RotatedFiles::take_stock() {
  const Result<std::vector<Sibling>> there = list();
  if (!there) return fail(there);
  settled_.clear();
  for (const Sibling& sibling : *there) settle(sibling.info);
  return {};
}

void RotatedFiles::settle(const FileInfo& file) { settled_.insert(identity_of(file)); }

Result<std::optional<Sibling>> RotatedFiles::oldest_unread(const FileInfo& current,
                                                           const std::optional<FileInfo>& at_path) {
  const Result<std::vector<Sibling>> there = list();
  if (!there) return fail(there);
  std::set<Identity> still_settled;
  std::optional<Sibling> oldest;
  for (const Sibling& sibling : *there) {
    const Identity identity = identity_of(sibling.info);
    if (is_same_file(sibling.info, current) || settled_.contains(identity)) {
      still_settled.insert(identity);
    } else if (at_path && is_same_file(sibling.info, *at_path)) {
      continue;
    } else if (!oldest || is_older(sibling, *oldest)) {
      oldest = sibling;
    }
  }
  settled_ = std::move(still_settled);
  return oldest;
}

Result<std::vector<Sibling>> RotatedFiles::list() {
  Result<std::vector<Sibling>> there = files_.siblings(path_);
  if (!there) return there;
  std::erase_if(*there, [&](const Sibling& sibling) {
    return !is_number(std::string_view(sibling.path).substr(path_.size()));
  });
  return there;
}

}  // namespace wordstream
