#include "sim/cached_names.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include "base/check.h"

namespace wordstream::sim {
namespace {

void apply(const std::string& path, const CachedNames::File& file,
           std::map<std::string, CachedNames::File>& to) {
  if (file) {
    to[path] = file;
  } else {
    to.erase(path);
  }
}

}  // namespace

CachedNames::File CachedNames::find(const std::string& path) const {
  const auto found = names_.find(path);
  return found == names_.end() ? nullptr : found->second;
}

void CachedNames::rename(const std::string& from, const std::string& to) {
  change({{to, find(from)}, {from, nullptr}});
}

void CachedNames::change(Change change) {
  for (const auto& [path, file] : change) apply(path, file, names_);
  changes_.push_back(std::move(change));
}

void CachedNames::settle(const std::string& directory, Survival survival) {
  std::set<std::string> stale;  // whose later changes are lost too
  const auto settle_one = [&](const Change& change) {
    if (!directory.empty() && parent_of(change.front().first) != directory) return false;
    const bool is_in_order =
        std::ranges::none_of(change, [&](const auto& name) { return stale.contains(name.first); });
    const bool is_kept = survival.is_kept() && is_in_order;
    for (const auto& [path, file] : change) {
      if (is_kept) apply(path, file, synced_);
      if (!is_kept) stale.insert(path);
    }
    return is_kept;
  };
  std::vector<Change> left;
  for (Change& change : changes_) {
    if (!settle_one(change)) left.push_back(std::move(change));
  }
  changes_ = std::move(left);
}

void CachedNames::lose_power(Survival survival) {
  settle("", survival);
  changes_.clear();
  // What a lost directory held is lost with it. Directories come before what they hold.
  for (auto name = synced_.begin(); name != synced_.end();) {
    const bool has_parent = name->first == "/" || synced_.contains(parent_of(name->first));
    name = has_parent ? std::next(name) : synced_.erase(name);
  }
  names_ = synced_;
}

std::string rooted(const std::string& path) {
  return std::filesystem::path(path.starts_with('/') ? path : "/" + path).lexically_normal();
}

std::string parent_of(const std::string& path) {
  WS_CHECK(path.starts_with('/'), "using an absolute path");
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace wordstream::sim
