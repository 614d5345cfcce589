#include "source/log_choice.h"

#include <algorithm>

#include "source/log_source.h"
#include "source/stream_source.h"

namespace wordstream {

std::string ReadLogs::name(const Files& files) const {
  std::vector<std::string> paths;
  for (const std::string& name : names_) paths.push_back(files.absolute(name));
  std::ranges::sort(paths);
  std::string name = paths.size() == 1 ? "file:" : "files:";
  for (std::size_t i = 0; i < paths.size(); ++i) name += (i == 0 ? "" : ", ") + paths[i];
  return name;
}

bool ReadLogs::has_lasting_name(Files& /*files*/) const { return true; }
std::string ReadLogs::fingerprint(const Files& files) const { return name(files); }
SourceClass ReadLogs::promise(Files& /*files*/) const { return SourceClass::Replayable; }

std::vector<SourceFile> ReadLogs::named_files(Files& files) const {
  std::vector<SourceFile> named;
  for (const std::string& name : names_) {
    const std::vector<SourceFile> file = ReadFrom(name).named_files(files);
    if (!looks_like_pattern(name) || file.front().regular) named.push_back(file.front());
  }
  return named;
}

std::string ReadLogs::may_miss() const {
  if (!is_followed_) return {};
  return "lines that are written between the copying and the truncating of a rotation by "
         "copytruncate, and files that are moved to another directory, or removed, before they "
         "were "
         "looked at";
}

std::shared_ptr<const SourceChoice> ReadLogs::followed() const {
  return is_followed_ ? nullptr : std::make_shared<const ReadLogs>(names_, true);
}

std::unique_ptr<Source> ReadLogs::make(const Env& env, const SourceContext& context) const {
  // A name that looks like a pattern may be that of a pipe.
  if (names_.size() == 1 && !is_followed_ && env.files.info(names_.front())) {
    return ReadFrom(names_.front()).make(env, context);
  }
  return std::make_unique<LogSource>(names_, is_followed_, env.files, context);
}

}  // namespace wordstream
