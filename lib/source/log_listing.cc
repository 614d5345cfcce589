#include "source/log_listing.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "env/rotated_name.h"

namespace wordstream {

bool is_older(const LogEntry& one, const LogEntry& other, const std::string& path) {
  if (one.info.modified != other.info.modified) return one.info.modified < other.info.modified;
  return is_named_before(one.path, other.path, path);
}

bool is_named_before(const std::string& one, const std::string& other, const std::string& path) {
  return is_given_before(rotated_name(one, path).value_or(RotatedName{}),
                         rotated_name(other, path).value_or(RotatedName{}));
}

namespace {

/// The files that the patterns add to the siblings, by their absolute paths. One without a slash is
/// for the path's own directory.
Result<std::set<std::string, std::less<>>> add_matching(const std::string& own,
                                                        const LogContext& context,
                                                        std::vector<Sibling>& siblings) {
  std::set<std::string, std::less<>> known;
  std::set<std::string, std::less<>> matching;
  if (context.source.rotated.empty()) return matching;
  for (const Sibling& sibling : siblings) known.insert(context.files.absolute(sibling.path));
  const std::string directory = own.substr(0, own.rfind('/') + 1);
  for (const std::string& pattern : context.source.rotated) {
    const bool is_beside = pattern.find('/') == pattern.npos;
    Result<std::vector<Sibling>> found =
        context.files.matching(is_beside ? directory + pattern : pattern);
    if (!found) return fail(found);
    for (Sibling& file : *found) {
      std::string path = context.files.absolute(file.path);
      if (path == context.files.absolute(own)) continue;
      matching.insert(path);
      if (known.insert(std::move(path)).second) siblings.push_back(std::move(file));
    }
  }
  return matching;
}

}  // namespace

Result<LogListing> list_log(const std::string& path, const LogContext& context) {
  LogListing listing;
  const Result<FileInfo> at_path = context.files.info(path);
  if (!at_path) {
    listing.why_none = at_path.error().message;
  } else if (at_path->kind == FileInfo::Kind::Regular) {
    listing.at_path = *at_path;
  } else {
    listing.why_none = path + " is no regular file";
  }

  Result<std::vector<Sibling>> siblings = context.files.siblings(path);
  if (!siblings && siblings.error().code == ErrorCode::NotFound) return listing;
  if (!siblings) return fail(siblings);
  const auto matching = add_matching(path, context, *siblings);
  if (!matching) return fail(matching);
  std::set<std::string, std::less<>> names;
  for (const Sibling& sibling : *siblings) names.insert(sibling.path);
  for (Sibling& sibling : *siblings) {
    const std::optional<RotatedName> rotated = rotated_name(sibling.path, path);
    const bool is_added =
        !matching->empty() && matching->contains(context.files.absolute(sibling.path));
    const bool is_rotated = rotated || is_added;
    if (!is_rotated && !sibling.path.starts_with(path)) continue;
    const bool is_packed = is_rotated && unpacked_name(sibling.path).size() != sibling.path.size();
    // Who compresses a file removes it when that is done.
    if (is_packed && names.contains(unpacked_name(sibling.path))) continue;
    // A file that was found at the path may have got another name since.
    if (listing.at_path && is_same_file(sibling.info, *listing.at_path)) continue;
    listing.beside.push_back({std::move(sibling.path), sibling.info, is_rotated, is_packed,
                              rotated && rotated->is_date()});
  }
  std::ranges::stable_sort(listing.beside, [&](const LogEntry& one, const LogEntry& other) {
    return is_older(one, other, path);
  });
  return listing;
}

}  // namespace wordstream
