#include "app/completions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "app/flag_table.h"
#include "app/manual.h"
#include "engine/kinds.h"

namespace wordstream {
namespace {

using Words = std::vector<std::string>;

struct CommandFlags {
  std::string_view name;
  const std::vector<FlagGroup>& groups;
};

std::array<CommandFlags, 3> commands() {
  return {
      {{"run", flag_groups()}, {"inspect", inspect_flag_groups()}, {"send", send_flag_groups()}}};
}

constexpr std::string_view kCommandNames = "run inspect send completions";
constexpr std::string_view kShellNames = "bash zsh fish man";

/// What a value may begin with, where that can be known.
Words values_of(const Flag& flag) {
  if (!flag.choices.empty()) return flag.choices;
  Words words;
  if (flag.value == "URI") {
    for (const SinkKind& kind : sink_kinds()) {
      const std::string_view form = kind.form;
      const std::size_t colon = form.find(':');
      const std::size_t size =
          form.substr(std::min(colon, form.size())).starts_with("://") ? colon + 3 : colon + 1;
      words.emplace_back(colon == form.npos ? form : form.substr(0, size));
    }
    return words;
  }
  // "start|end", "N|all".
  if (flag.value.find('|') == std::string::npos) return words;
  std::string_view rest = flag.value;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find('|'));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    const bool is_word = std::ranges::all_of(word, [](unsigned char c) { return std::islower(c); });
    if (is_word) words.emplace_back(word);
  }
  return words;
}

bool is_path(const Flag& flag) {
  return flag.value == "FILE" || flag.value == "URI" || flag.value == "TO";
}

template <class Visit>
void for_each_flag(const CommandFlags& command, Visit&& visit) {
  for (const FlagGroup& group : command.groups) {
    for (const Flag& flag : group.flags) visit(flag);
  }
}

// --- bash ---

/// What follows a flag: a case of it, or several.
std::string bash_case(std::string_view command, const Flag& flag) {
  std::string pattern;
  for (const std::string& name : flag.all_names()) {
    pattern += fmt::format("{}{}/{}", pattern.empty() ? "" : "|", command, name);
  }
  std::string action;
  if (const Words values = values_of(flag); !values.empty()) {
    action += fmt::format(" words='{}';", fmt::join(values, " "));
  }
  // A scheme goes on, and bash would put a blank behind it.
  if (flag.value == "URI") action += " compopt -o nospace;";
  if (is_path(flag)) action += " paths=-f;";
  if (flag.value == "DIR") action += " paths=-d;";
  return fmt::format("    {}){} ;;\n", pattern, action.empty() ? " :" : action);
}

std::string bash() {
  std::string cases, flags;
  for (const CommandFlags& command : commands()) {
    Words names;
    for_each_flag(command, [&](const Flag& flag) {
      names.emplace_back(flag.long_name());
      if (!flag.value.empty()) cases += bash_case(command.name, flag);
    });
    flags += fmt::format("        {}) words='{}' ;;\n", command.name, fmt::join(names, " "));
  }
  return fmt::format(R"(# bash completion for wordstream; made by: wordstream completions bash
_wordstream() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} flag=${{COMP_WORDS[COMP_CWORD - 1]}}
  local command=${{COMP_WORDS[1]}} words='' paths=''
  # bash parts --flag=value in three.
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $flag == '=' ]]; then
    flag=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  case $command in
    run | inspect | send | completions) ;;
    *) command=run ;;
  esac
  case $command/$flag in
{}    completions/completions) words='{}' ;;
    *)
      case $cur/$command in
        -*/completions) words=--help ;;
        -*/*) case $command in
{}        esac ;;
        */inspect) paths=-d ;;
        *)
          paths=-f
          [[ $COMP_CWORD == 1 ]] && words='{}'
          ;;
      esac
      ;;
  esac
  COMPREPLY=()
  [[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  if [[ -n $paths ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t -O "${{#COMPREPLY[@]}}" COMPREPLY < <(compgen "$paths" -- "$cur")
  fi
}}
complete -F _wordstream wordstream
)",
                     cases, kShellNames, flags, kCommandNames);
}

// --- zsh ---

std::string in_quotes(std::string_view text, std::string_view escaped) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (escaped.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_spec(const Flag& flag) {
  const Words names = flag.all_names();
  std::string spec =
      names.size() == 1 ? fmt::format("'{}{}", flag.adds ? "*" : "", names[0])
      : flag.adds       ? fmt::format("'*'{{{}}}'", fmt::join(names, ","))
                  : fmt::format("'({})'{{{}}}'", fmt::join(names, " "), fmt::join(names, ","));
  // Behind "=" the value may be joined to the name, or not.
  if (!flag.value.empty() && names.size() == 1) spec += '=';
  spec += fmt::format("[{}]", in_quotes(flag.help, "[]:\\"));
  if (flag.value.empty()) return spec + "'";
  std::string action;
  if (const Words values = values_of(flag); flag.value == "URI") {
    action = "_wordstream_sinks";
  } else if (!values.empty()) {
    action = fmt::format("({})", fmt::join(values, " "));
  } else if (is_path(flag)) {
    action = "_files";
  } else if (flag.value == "DIR") {
    action = "_files -/";
  }
  return fmt::format("{}:{}:{}'", spec, in_quotes(flag.value, "[]:\\"), action);
}

std::string zsh() {
  std::string cases;
  for (const CommandFlags& command : commands()) {
    cases += fmt::format("    {})\n      _arguments -s -S \\\n", command.name);
    for_each_flag(command, [&](const Flag& flag) {
      cases += fmt::format("        {} \\\n", zsh_spec(flag));
    });
    const bool is_inspect = command.name == "inspect";
    cases += fmt::format("        '*:{}:{}' ;;\n", is_inspect ? "DIR" : "SOURCE",
                         is_inspect ? "_files -/" : "_files");
  }
  Words schemes;
  for_each_flag(commands()[0], [&](const Flag& flag) {
    if (flag.value == "URI") schemes = values_of(flag);
  });
  return fmt::format(R"(#compdef wordstream
# zsh completion for wordstream; made by: wordstream completions zsh
_wordstream_sinks() {{
  compadd -S '' -- {}
  _files
}}
_wordstream() {{
  local command=$words[2]
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    compadd -- {}
    _files
    return
  fi
  case $command in
    run|inspect|send|completions)
      shift words
      (( CURRENT-- )) ;;
    *) command=run ;;
  esac
  case $command in
{}    completions) compadd -- {} ;;
  esac
}}
if [[ $funcstack[1] == _wordstream ]]; then
  _wordstream "$@"
else
  compdef _wordstream wordstream
fi
)",
                     fmt::join(schemes, " "), kCommandNames, cases, kShellNames);
}

// --- fish ---

std::string fish_line(std::string_view command, const Flag& flag) {
  const std::string condition = command == "run"
                                    ? "not __fish_seen_subcommand_from inspect send completions"
                                    : fmt::format("__fish_seen_subcommand_from {}", command);
  std::string line = fmt::format("complete -c wordstream -n '{}'", condition);
  for (const std::string& name : flag.all_names()) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!flag.value.empty()) {
    line += is_path(flag) ? " -r -F" : " -x";
    if (const Words values = values_of(flag); !values.empty()) {
      line += fmt::format(" -a '{}'", fmt::join(values, " "));
    }
    if (flag.value == "DIR") line += " -a '(__fish_complete_directories)'";
  }
  std::string help;
  for (const char c : flag.help) {
    if (c == '\'' || c == '\\') help += '\\';
    help += c;
  }
  return fmt::format("{} -d '{}'\n", line, help);
}

std::string fish() {
  std::string text = "# fish completion for wordstream; made by: wordstream completions fish\n";
  text += fmt::format("complete -c wordstream -n __fish_use_subcommand -a '{}'\n", kCommandNames);
  text += fmt::format(
      "complete -c wordstream -n '__fish_seen_subcommand_from completions' -f -a '{}'\n",
      kShellNames);
  for (const CommandFlags& command : commands()) {
    for_each_flag(command, [&](const Flag& flag) { text += fish_line(command.name, flag); });
  }
  return text;
}

}  // namespace

std::optional<std::string> completions_for(std::string_view shell) {
  if (shell == "bash") return bash();
  if (shell == "zsh") return zsh();
  if (shell == "fish") return fish();
  if (shell == "man") return manual();
  return std::nullopt;
}

}  // namespace wordstream
