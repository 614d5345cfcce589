// A command as CLI11 knows it, and what it was given: typed, in the environment, in a file; of one
// flag the first of these counts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/flag_table.h"
#include "base/result.h"
#include "env/files.h"
#include "text/settings.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace wordstream {

/// What a flag, or the arguments without one, were given.
struct Given {
  const Flag* flag = nullptr;  ///< null: the arguments without one
  std::vector<std::string> values = {};
  std::string origin = {};  ///< "WORDSTREAM_OPT_PORT", "/etc/w.toml:3: port"; empty: it was typed
};

class Command {
 public:
  /// `plain`: what arguments are called that no flag stands before: "SOURCE". `groups` outlive it.
  Command(CLI::App& app, const std::string& plain, const std::vector<FlagGroup>& groups);

  bool is_chosen() const;
  /// Whether the flag was typed.
  bool has(std::string_view long_name) const;
  /// The long names of the flags that were typed; once settings are added, of those set there, too.
  std::vector<std::string> typed() const;
  /// What was typed and looks like a flag that it does not have.
  std::vector<std::string> unknown() const;
  /// Arguments that no flag stands before, from wherever they are.
  std::vector<std::string> plain() const;

  /// Takes what was typed, once CLI11 has parsed it. Fails with InvalidArgument unless every flag
  /// has the value that it takes, and no other has one.
  Status take_typed();
  /// Adds what stands in the environment, and in the file of --config. Fails with InvalidArgument
  /// where that makes no sense, and as Files::open() does.
  Status add_settings(Files& files);
  Status apply(Typed& typed) const;

  /// All that is in force as --config reads it, with where each comes from; passwords are ***.
  std::string settings() const;
  /// Of --config, where one that others may read holds a password: what to say of it.
  const std::string& warning() const { return warning_; }

 private:
  Result<std::vector<Given>> environment() const;
  Result<std::vector<Given>> file(const std::string& path, Files& files);
  Result<Given> from_file(const Setting& setting, const std::string& path) const;
  void lay_below(std::vector<Given> below);
  std::string config_path() const;
  const Given* find(const Flag* flag) const;

  const CLI::App& app_;
  std::string plain_name_;
  const CLI::Option* plain_;
  std::vector<std::pair<const Flag*, CLI::Option*>> options_;
  std::vector<Given> given_;  // what was typed first
  std::string warning_;
};

/// Stands behind the last argument, and cannot be typed: the flag that takes it has no value.
inline constexpr std::string_view kEnd("\0", 1);

}  // namespace wordstream
