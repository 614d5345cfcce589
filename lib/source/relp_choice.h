// Listening for senders that wait for answers, as somebody has chosen it:
// relp-listen://[ADDR:]PORT[?key=none][&gaps=refuse|take][&remember=D]
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "source/relp_server.h"
#include "source/source_choice.h"

namespace wordstream {

class RelpListenOn final : public SourceChoice {
 public:
  explicit RelpListenOn(RelpOptions options) : options_(std::move(options)) {}
  /// Reads what stands behind relp-listen://. Fails with InvalidArgument.
  static Result<ChosenSource> parse(std::string_view text);

  std::string name(const Files& files) const override;
  bool has_lasting_name(Files& /*files*/) const override { return true; }
  std::string fingerprint(const Files& files) const override;
  SourceClass promise(Files& files) const override;
  std::vector<SourceFile> named_files(Files& /*files*/) const override { return {}; }
  bool has_ends() const override { return false; }
  std::string may_miss() const override;
  std::string_view medium() const override { return "stream"; }
  std::vector<std::string> notes(const Env& env) const override;
  std::shared_ptr<const SourceChoice> followed() const override { return nullptr; }
  std::unique_ptr<Source> make(const Env& env, const SourceContext& context) const override;

 private:
  RelpOptions options_;
};

}  // namespace wordstream
