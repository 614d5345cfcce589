#include "source/log_listing.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "env/rotated_name.h"

namespace wordstream {

bool is_older(const LogEntry& one, const LogEntry& other, const std::string& path) {
  if (one.info.modified != other.info.modified) return one.info.modified < other.info.modified;
  const auto name_of = [&](const LogEntry& it) {
    return rotated_name(it.path, path).value_or(RotatedName{});
  };
  return is_given_before(name_of(one), name_of(other));
}

Result<LogListing> list_log(const std::string& path, Files& files) {
  LogListing listing;
  const Result<FileInfo> at_path = files.info(path);
  if (!at_path) {
    listing.why_none = at_path.error().message;
  } else if (at_path->kind == FileInfo::Kind::Regular) {
    listing.at_path = *at_path;
  } else {
    listing.why_none = path + " is no regular file";
  }

  Result<std::vector<Sibling>> siblings = files.siblings(path);
  if (!siblings && siblings.error().code == ErrorCode::NotFound) return listing;
  if (!siblings) return fail(siblings);
  std::set<std::string, std::less<>> names;
  for (const Sibling& sibling : *siblings) names.insert(sibling.path);
  for (Sibling& sibling : *siblings) {
    const std::optional<RotatedName> rotated = rotated_name(sibling.path, path);
    if (!rotated && !sibling.path.starts_with(path)) continue;
    const bool is_packed = rotated && rotated->is_packed;
    // Who compresses a file removes it when that is done.
    if (is_packed && names.contains(unpacked_name(sibling.path))) continue;
    // A file that was found at the path may have got another name since.
    if (listing.at_path && is_same_file(sibling.info, *listing.at_path)) continue;
    listing.beside.push_back({std::move(sibling.path), sibling.info, rotated.has_value(), is_packed,
                              rotated && rotated->is_date()});
  }
  std::ranges::stable_sort(listing.beside, [&](const LogEntry& one, const LogEntry& other) {
    return is_older(one, other, path);
  });
  return listing;
}

}  // namespace wordstream
