#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "app/flag_table.h"
#include "base/take_until.h"
#include "base/units.h"
#include "env/endpoint.h"
#include "source/relp_frame.h"
#include "text/secrets.h"

namespace wordstream {
namespace {

constexpr std::uint64_t kWindowBytesMin = 1024;
constexpr std::uint64_t kWindowBytesMax = std::uint64_t{1} << 30;

Result<Endpoint> parse_to(std::string_view text) {
  constexpr std::string_view kScheme = "relp://";
  if (!text.starts_with(kScheme)) {
    return wrong(fmt::format("'{}' is no address to send to: write relp://HOST:PORT", text));
  }
  return parse_endpoint(text.substr(kScheme.size()));
}

Status set_to(Typed& typed, const std::string& text) {
  Result<Endpoint> server = parse_without_secrets(text, without_secrets(text), parse_to);
  if (!server) return fail(server);
  typed.to = std::move(*server);
  return {};
}

/// A producer's name ends before the first '@' behind which digits stand.
Status check_name(const std::string& text) {
  if (text.empty()) return wrong("the name is empty");
  if (text.find('@') != std::string::npos) {
    return wrong(fmt::format("'{}': a name has no @, which stands behind it", text));
  }
  constexpr std::size_t kNameBytesMax = kRelpProducerBytesMax / 4;
  if (text.size() > kNameBytesMax) {
    return wrong(fmt::format("the name is too long: it may have {} bytes", kNameBytesMax));
  }
  return {};
}

Status set_name(Typed& typed, const std::string& text) {
  if (Status good = check_name(text); !good) return good;
  typed.name = text;
  return {};
}

Status set_key(Typed& typed, const std::string& text) {
  if (Status good = check_name(text); !good) return good;
  typed.key = text;
  return {};
}

Status set_window_bytes(Typed& typed, const std::string& text) {
  const Result<std::uint64_t> size = parse_size(text);
  if (!size) return fail(size);
  if (*size < kWindowBytesMin || *size > kWindowBytesMax) {
    return wrong(fmt::format("'{}' is out of range: take {} to {}", text,
                             size_to_text(kWindowBytesMin), size_to_text(kWindowBytesMax)));
  }
  typed.window_bytes = *size;
  return {};
}

Status set_inspect_format(Typed& typed, const std::string& text) {
  if (text != "text" && text != "json") {
    return wrong(fmt::format("'{}' is none for inspect: take text or json", text));
  }
  typed.as_json = text == "json";
  return {};
}

Status set_backup(Typed& typed, const std::string& text) {
  if (text.empty()) return wrong("names no directory");
  typed.backup = text;
  return {};
}

/// The flag that a run has under this name.
Flag as_in_a_run(std::string_view long_name, std::string help = "") {
  for (const FlagGroup& group : flag_groups()) {
    const auto found = std::ranges::find(group.flags, long_name, &Flag::long_name);
    if (found == group.flags.end()) continue;
    Flag flag = *found;
    if (!help.empty()) flag.help = std::move(help);
    return flag;
  }
  return {};
}

}  // namespace

const std::vector<FlagGroup>& send_flag_groups() {
  static const std::vector<FlagGroup> groups{
      {"Where lines go",
       {{"--to", "relp://HOST:PORT", "to a wordstream with --relp, or another server of RELP",
         set_to},
        {"--name", "NAME", "what they come from, in place of this host and the file's path",
         set_name},
        {"--key", "PRODUCER|none",
         "to another server: put PRODUCER@OFFSET in front of each line; none: never say more than "
         "it understands [none]",
         set_key},
        {"--window", "SIZE", "send so much ahead of the answers [64MiB; of a pipe 4MiB]",
         set_window_bytes}}},
      {"Where they come from",
       {as_in_a_run("--follow"), as_in_a_run("--from"), as_in_a_run("--poll"),
        as_in_a_run("--rotated"), as_in_a_run("--max-line")}},
      {"What a crash may do",
       {as_in_a_run("--checkpoint",
                    "keep in this directory what was answered [one below "
                    "$XDG_STATE_HOME/wordstream; none for a pipe]"),
        as_in_a_run("--explain")}},
      {"When it ends", {as_in_a_run("--wait")}},
      {"What is told",
       {as_in_a_run("--verbose", "tell more on stderr"), as_in_a_run("--quiet"),
        as_in_a_run("--log-format"), as_in_a_run("--config"), as_in_a_run("--print-config"),
        as_in_a_run("--help")}},
  };
  return groups;
}

const std::vector<FlagGroup>& inspect_flag_groups() {
  static const std::vector<FlagGroup> groups{{"",
                                              {{"-f,--format", "text|json", "", set_inspect_format},
                                               {"--backup", "TO", "", set_backup},
                                               {"-h,--help", "", "", nullptr}}}};
  return groups;
}

const std::vector<FlagGroup>& completions_flag_groups() {
  static const std::vector<FlagGroup> groups{{"", {{"-h,--help", "", "", nullptr}}}};
  return groups;
}

}  // namespace wordstream
