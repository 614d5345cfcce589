#include "source/relp_choice.h"

#include <fmt/format.h>

#include "base/take_until.h"
#include "base/units.h"
#include "text/uri_parameters.h"

namespace wordstream {
namespace {

Status set_gaps(RelpOptions& options, std::string_view value) {
  if (value != "refuse" && value != "take") {
    return wrong(fmt::format("gaps: '{}' is neither refuse nor take", value));
  }
  options.gaps = value == "take" ? GapRule::Take : GapRule::Refuse;
  return {};
}

Status set_parameter(RelpOptions& options, std::string_view key, const std::string& value) {
  if (key == "key") {
    if (value != "none") return wrong(fmt::format("key: '{}' is not none", value));
    options.has_keys = false;
    return {};
  }
  if (key == "gaps") return set_gaps(options, value);
  if (key == "remember") {
    const Result<Millis> duration = parse_duration(value);
    if (!duration) return wrong(fmt::format("remember: {}", duration.error().message));
    if (*duration <= Millis(0)) return wrong("remember: write at least 1ms");
    options.remember = *duration;
    return {};
  }
  return wrong(fmt::format("?{} is none of key, gaps and remember", key));
}

}  // namespace

Result<ChosenSource> RelpListenOn::parse(std::string_view text) {
  RelpOptions options;
  Result<Endpoint> address = parse_listen_address(take_until(text, '?'));
  if (!address) return fail(address);
  options.address = std::move(*address);
  Status parsed = for_each_parameter(text, [&](std::string_view key, const std::string& value) {
    return set_parameter(options, key, value);
  });
  if (!parsed) return fail(parsed);
  if (!options.has_keys && (options.gaps != GapRule::Small || options.remember)) {
    return wrong(
        "key=none: without keys there are no gaps, and nobody to remember: leave those out");
  }
  return std::make_shared<const RelpListenOn>(std::move(options));
}

std::string RelpListenOn::name(const Files& files) const {
  return fmt::format("relp-listen://{}{}", to_text(options_.address),
                     fingerprint(files).substr(std::string_view("relp-listen").size()));
}

std::string RelpListenOn::fingerprint(const Files& /*files*/) const {
  return options_.has_keys ? "relp-listen" : "relp-listen?key=none";
}

SourceClass RelpListenOn::promise(Files& /*files*/) const {
  return options_.has_keys ? SourceClass::Acknowledged : SourceClass::Unkeyed;
}

std::string RelpListenOn::may_miss() const {
  if (!options_.has_keys) return {};
  std::string text =
      "lines of a log that begins anew under the same name, up to the first bytes that differ: "
      "they are taken for repeats, counted as lost and said";
  if (options_.gaps == GapRule::Small) {
    text +=
        "; and what stood where an offset leaps by up to 256 bytes between two frames of a "
        "connection, as it does where a sender passes over empty lines (?gaps=refuse)";
  } else if (options_.gaps == GapRule::Take) {
    text += "; and what stood where an offset leaps (?gaps=take)";
  }
  return text;
}

std::vector<std::string> RelpListenOn::notes(const Env& /*env*/) const { return {}; }

std::unique_ptr<Source> RelpListenOn::make(const Env& env, const SourceContext& context) const {
  return std::make_unique<RelpServer>(options_, env.network, context);
}

}  // namespace wordstream
