// Named files and patterns, as somebody has chosen them as the source.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "source/source_choice.h"

namespace wordstream {

/// PATH... with or without --follow.
class ReadLogs final : public SourceChoice {
 public:
  ReadLogs(std::vector<std::string> names, bool is_followed)
      : names_(std::move(names)), is_followed_(is_followed) {}

  const std::vector<std::string>& names() const { return names_; }
  bool is_followed() const { return is_followed_; }

  std::string name(const Files& files) const override;
  bool has_lasting_name(Files& files) const override;
  std::string fingerprint(const Files& files) const override;
  SourceClass promise(Files& files) const override;
  std::vector<SourceFile> named_files(Files& files) const override;
  bool has_ends() const override { return true; }
  std::string may_miss() const override;
  std::string_view medium() const override { return "file"; }
  std::vector<std::string> notes(const Env& /*env*/) const override { return {}; }
  std::shared_ptr<const SourceChoice> followed() const override;
  std::unique_ptr<Source> make(const Env& env, const SourceContext& context) const override;

 private:
  std::vector<std::string> names_;
  bool is_followed_;
};

}  // namespace wordstream
