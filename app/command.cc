#include "app/command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>

#include "app/hints.h"
#include "app/read_text.h"
#include "base/small_letters.h"
#include "env/permissions.h"
#include "text/secrets.h"

namespace wordstream {
namespace {

constexpr std::string_view kDashes = "--";
constexpr std::size_t kFileBytesMax = 1024 * 1024;

/// So many plain arguments are waited for: as soon as CLI11 has what it waits for, it takes "[a,b]"
/// for two and leaves a subcommand at "--".
constexpr int kPlainMax = 1 << 20;

/// "batch" of --batch.
std::string_view key_of(const Flag& flag) { return flag.long_name().substr(kDashes.size()); }

/// Those of Kubernetes begin with the name of a service: WORDSTREAM_PORT is one.
std::string variable_of(std::string_view key) {
  std::string name = "WORDSTREAM_OPT_";
  for (const char c : key) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

/// What prints something in place of a run is typed, and what names the file.
bool can_be_set(const Flag& flag) {
  return flag.apply != nullptr && flag.long_name() != kConfigFlag;
}

/// Ways to name where lines come from: who names one does without what another one says below it.
std::string_view source_way(std::string_view key) {
  if (key == "host" || key == "port") return "tcp";
  return key == "listen" || key == "relp" || key == "source" ? key : std::string_view();
}

/// Whether it counts: a switch that is set to false is as if it were not there, and so is a list
/// of nothing.
Result<bool> is_on(const Given& given) {
  if (given.flag == nullptr || !given.flag->value.empty()) return !given.values.empty();
  if (given.values == std::vector<std::string>{"true"}) return true;
  if (given.values == std::vector<std::string>{"false"}) return false;
  return wrong(fmt::format("{}: it is a switch: true or false", given.origin));
}

}  // namespace

Command::Command(CLI::App& app, const std::string& plain, const std::vector<FlagGroup>& groups)
    : app_(app),
      plain_name_(in_small_letters(plain)),
      plain_(app.add_option(plain)->expected(kPlainMax)->take_all()) {
  for (const FlagGroup& group : groups) {
    for (const Flag& flag : group.flags) {
      CLI::Option* const option =
          flag.value.empty() ? app.add_flag(flag.names) : app.add_option(flag.names)->expected(1);
      if (!flag.value.empty()) flag.adds ? option->take_all() : option->take_last();
      options_.emplace_back(&flag, option);
    }
  }
}

bool Command::is_chosen() const { return app_.parsed(); }

std::vector<std::string> Command::typed() const {
  std::vector<std::string> names;
  for (const Given& given : given_) {
    if (given.flag != nullptr) names.emplace_back(given.flag->long_name());
  }
  return names;
}

bool Command::has(std::string_view long_name) const {
  const std::vector<std::string> names = typed();
  return std::ranges::find(names, long_name) != names.end();
}

std::vector<std::string> Command::unknown() const {
  std::vector<std::string> names = app_.remaining();
  std::erase(names, "--");
  return names;
}

std::vector<std::string> Command::plain() const {
  const Given* const arguments = find(nullptr);
  return arguments != nullptr ? arguments->values : std::vector<std::string>();
}

Status Command::take_typed() {
  for (const auto& [flag, option] : options_) {
    if (option->count() == 0) continue;
    std::vector<std::string> values = option->results();
    for (const std::string& value : values) {
      if (value == kEnd) {
        return wrong(fmt::format("{}: its value is missing; see --help", flag->long_name()));
      }
      if (flag->value.empty() && value != "true") {
        return wrong(fmt::format("{}: it is a switch and takes no value: leave '={}' out",
                                 flag->long_name(), value));
      }
    }
    if (!flag->adds) values.erase(values.begin(), values.end() - 1);
    given_.push_back({flag, std::move(values)});
  }
  std::vector<std::string> arguments = plain_->results();
  std::erase(arguments, kEnd);
  if (!arguments.empty()) given_.push_back({nullptr, std::move(arguments)});
  return {};
}

std::string Command::config_path() const {
  for (const Given& given : given_) {
    if (given.flag != nullptr && given.flag->long_name() == kConfigFlag) return given.values.back();
  }
  const char* const named = std::getenv(variable_of("config").c_str());
  return named != nullptr ? named : "";
}

Status Command::add_settings(Files& files) {
  Result<std::vector<Given>> variables = environment();
  if (!variables) return fail(variables);
  lay_below(std::move(*variables));
  const std::string path = config_path();
  if (path.empty()) return {};
  Result<std::vector<Given>> settings = file(path, files);
  if (!settings) return fail(settings);
  lay_below(std::move(*settings));
  return {};
}

/// What stands above counts, and whoever names a source there has named it.
void Command::lay_below(std::vector<Given> below) {
  const auto way_of = [this](const Given& given) {
    return source_way(given.flag != nullptr ? key_of(*given.flag) : plain_name_);
  };
  std::string_view way;
  for (const Given& given : given_) {
    if (!way_of(given).empty()) way = way_of(given);
  }
  for (Given& given : below) {
    const std::string_view its = way_of(given);
    const bool is_other_way = !way.empty() && !its.empty() && its != way;
    if (find(given.flag) == nullptr && !is_other_way) given_.push_back(std::move(given));
  }
}

Result<std::vector<Given>> Command::environment() const {
  std::vector<Given> found;
  const auto add = [&found](const Flag* flag, std::string_view key) -> Status {
    const std::string name = variable_of(key);
    const char* const value = std::getenv(name.c_str());
    if (value == nullptr) return {};
    Given given{flag, {value}, name};
    const Result<bool> counts = is_on(given);
    if (!counts) return fail(counts);
    if (*counts) found.push_back(std::move(given));
    return {};
  };
  for (const auto& [flag, option] : options_) {
    if (!can_be_set(*flag)) continue;
    if (const Status added = add(flag, key_of(*flag)); !added) return fail(added);
  }
  if (const Status added = add(nullptr, plain_name_); !added) return fail(added);
  return found;
}

Result<std::vector<Given>> Command::file(const std::string& path, Files& files) {
  const Result<std::string> text = read_text(path, kFileBytesMax, files);
  if (!text) return fail(text.error().code, "--config: " + text.error().message);
  const Result<std::vector<Setting>> settings = parse_settings(*text);
  if (!settings) return wrong(fmt::format("{}: {}", path, settings.error().message));
  std::vector<Given> found;
  bool has_secret = false;
  for (const Setting& setting : *settings) {
    Result<Given> given = from_file(setting, path);
    if (!given) return fail(given);
    const Result<bool> counts = is_on(*given);
    if (!counts) return fail(counts);
    for (const std::string& value : given->values) {
      has_secret = has_secret || without_secrets(value) != value;
    }
    if (*counts) found.push_back(std::move(*given));
  }
  if (has_secret && others_may_read(path)) {
    warning_ = fmt::format("{} holds a password, and others may read it: chmod 600 {}", path, path);
  }
  return found;
}

Result<Given> Command::from_file(const Setting& setting, const std::string& path) const {
  Given given{nullptr, setting.values, fmt::format("{}:{}: {}", path, setting.line, setting.name)};
  if (setting.name == plain_name_) return given;
  const auto is_its = [&](const auto& option) { return key_of(*option.first) == setting.name; };
  const auto known = std::ranges::find_if(options_, is_its);
  if (known == options_.end()) {
    const std::string_view meant = meant_flag("--" + setting.name);
    const std::string hint =
        meant.empty() ? "" : fmt::format("; is it {}?", meant.substr(kDashes.size()));
    return wrong(fmt::format("{} is no flag's name{}", given.origin, hint));
  }
  given.flag = known->first;
  if (!can_be_set(*given.flag)) {
    return wrong(fmt::format("{} is for the command line alone", given.origin));
  }
  if (!given.flag->adds && given.values.size() != 1) {
    return wrong(fmt::format("{} takes one value, and not a list", given.origin));
  }
  return given;
}

const Given* Command::find(const Flag* flag) const {
  const auto found = std::ranges::find(given_, flag, &Given::flag);
  return found == given_.end() ? nullptr : &*found;
}

Status Command::apply(Typed& typed) const {
  for (const auto& [flag, option] : options_) {
    const Given* const given = find(flag);
    if (given == nullptr || flag->apply == nullptr) continue;
    for (const std::string& value : given->values) {
      if (const Status applied = flag->apply(typed, value); !applied) {
        const std::string_view origin =
            given->origin.empty() ? flag->long_name() : std::string_view(given->origin);
        return fail(applied.error().code, fmt::format("{}: {}", origin, applied.error().message));
      }
    }
  }
  return {};
}

std::string Command::settings() const {
  std::string text;
  const auto add = [&](const Flag* flag, std::string_view key) {
    const Given* const given = find(flag);
    if (given == nullptr) {
      const std::string_view preset = flag != nullptr ? flag->preset() : std::string_view();
      if (!preset.empty()) text += fmt::format("# {}: {}\n", key, preset);
      return;
    }
    std::string values;
    for (const std::string& value : given->values) {
      values += (values.empty() ? "" : ", ") + as_toml(without_secrets(value));
    }
    const bool is_list = flag == nullptr || flag->adds;
    if (flag != nullptr && flag->value.empty()) values = "true";
    text += fmt::format("{} = {}  # {}\n", key, is_list ? "[" + values + "]" : values,
                        given->origin.empty() ? "typed" : given->origin);
  };
  add(nullptr, plain_name_);
  for (const auto& [flag, option] : options_) {
    if (can_be_set(*flag)) add(flag, key_of(*flag));
  }
  return text;
}

}  // namespace wordstream
