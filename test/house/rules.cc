#include "house/rules.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include "house/bans.h"
#include "house/source_text.h"

namespace wordstream::house {
namespace {

// A room may include itself and the rooms on floors below it; never sideways, never up.
const std::map<std::string, int, std::less<>> kFloors{
    {"base", 0},     {"env", 1},    {"text", 1},   {"words", 2},   {"runtime", 2},
    {"model", 3},    {"source", 4}, {"window", 4}, {"journal", 4}, {"format", 4},
    {"delivery", 5}, {"sink", 5},   {"view", 6},   {"engine", 7}};

constexpr std::size_t kHeaderLinesMax = 150;
constexpr std::size_t kSourceLinesMax = 400;
constexpr std::size_t kColumnsMax = 100;

bool is_under(std::string_view path, const std::vector<std::string_view>& places) {
  return std::any_of(places.begin(), places.end(),
                     [&](std::string_view place) { return path.starts_with(place); });
}

bool is_header(std::string_view path) { return path.ends_with(".h"); }

bool is_cpp(std::string_view path) { return is_header(path) || path.ends_with(".cc"); }

std::string_view before_slash(std::string_view path) { return path.substr(0, path.find('/')); }

std::string_view after_slash(std::string_view path) {
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? "" : path.substr(slash + 1);
}

std::optional<int> floor_of(std::string_view room) {
  const auto found = kFloors.find(room);
  return found == kFloors.end() ? std::nullopt : std::optional(found->second);
}

std::size_t columns_of(std::string_view line) {
  const auto starts_character = [](char c) { return (static_cast<unsigned>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), starts_character));
}

bool matches_include(std::string_view entry, std::string_view path) {
  return entry.ends_with('/') ? path.starts_with(entry) : path == entry;
}

/// Gathers what one file breaks.
class Judge {
 public:
  explicit Judge(const File& file)
      : path_(file.path), source_(read_source(file.text)), includes_(includes_of(source_)) {}

  std::vector<Violation> run() {
    judge_floors();
    judge_system_headers();
    for (const Ban& ban : all_bans()) {
      if (is_under(path_, ban.in) && !is_under(path_, ban.except)) judge_ban(ban);
    }
    judge_layout();
    return std::move(violations_);
  }

 private:
  void add(int line, std::string message) {
    violations_.push_back({path_, line, std::move(message)});
  }

  template <typename Visit>
  static void each(const std::vector<std::string>& lines, Visit visit) {
    int number = 0;
    for (const std::string& line : lines) visit(++number, line);
  }

  void judge_floors() {
    if (!path_.starts_with("lib/")) return;
    const std::string own(before_slash(after_slash(path_)));
    const auto own_floor = floor_of(own);
    if (!own_floor) return add(1, "lib/" + own + " is no room of the house (kFloors)");
    for (const Include& include : includes_) {
      if (!include.quoted) continue;
      const std::string room(before_slash(include.path));
      const auto floor = floor_of(room);
      if (!floor) {
        add(include.line, "\"" + include.path + "\" is in no room: include \"room/file.h\"");
      } else if (room != own && *floor >= *own_floor) {
        add(include.line, own + "/ must not include " + room + "/, which is " +
                              (*floor == *own_floor ? "beside" : "above") + " it");
      }
    }
  }

  // C++'s own headers have neither a dot nor a slash; all others need an entry.
  void judge_system_headers() {
    const std::vector<std::string_view>* allowed = allowed_headers(path_);
    if (allowed == nullptr) return;
    for (const Include& include : includes_) {
      if (include.quoted || include.path.find_first_of("./") == std::string::npos) continue;
      const bool listed =
          std::any_of(allowed->begin(), allowed->end(),
                      [&](std::string_view entry) { return matches_include(entry, include.path); });
      if (!listed) {
        add(include.line, "<" + include.path +
                              "> is not for here: the system is behind lib/env's doors, and the "
                              "libraries of each place are listed in test/house/bans.cc");
      }
    }
  }

  void judge_ban(const Ban& ban) {
    const std::string instead = ": " + std::string(ban.instead);
    for (const Include& include : includes_) {
      for (const std::string_view header : ban.includes) {
        if (!include.quoted && matches_include(header, include.path)) {
          add(include.line, "<" + include.path + ">" + instead);
        }
      }
    }
    each(source_.code, [&](int number, const std::string& line) {
      for (const std::string_view words : ban.words) {
        if (has_words(line, words)) add(number, std::string(words) + instead);
      }
    });
  }

  void judge_layout() {
    static const std::regex leftover(R"(\b(TODO|FIXME|XXX)\b)");
    static const std::regex shell_sleep("\\bsleep [0-9.]");
    each(source_.raw, [&](int number, const std::string& line) {
      if (columns_of(line) > kColumnsMax) add(number, "longer than 100 columns");
      if (path_.starts_with("test/") && std::regex_search(line, shell_sleep)) {
        add(number, "tests do not sleep: wait for the thing itself");
      }
    });
    // Each case is run by its name: the runner would take one for an option, and CMake the other
    // for two, neither of which exists.
    static const std::regex option_for_name(R"(^TEST_CASE\("-)");
    static const std::regex two_for_one(R"(^TEST_CASE\("[^"]*;)");
    each(source_.uncommented, [&](int number, const std::string& line) {
      if (std::regex_search(line, option_for_name)) add(number, "a test's name starts with a word");
      if (std::regex_search(line, two_for_one)) add(number, "a test's name has no semicolon");
    });
    each(source_.comments, [&](int number, const std::string& line) {
      if (std::regex_search(line, leftover)) add(number, "do it, or open an issue");
    });
    const auto is_once = [](const std::string& line) { return line == "#pragma once"; };
    if (is_header(path_) && std::none_of(source_.code.begin(), source_.code.end(), is_once)) {
      add(1, "#pragma once is missing");
    }
  }

  std::string path_;
  SourceText source_;
  std::vector<Include> includes_;
  std::vector<Violation> violations_;
};

/// The words of all CMakeLists.txt, each with the folder that it counts from.
std::set<std::string> built_files(const std::vector<File>& files) {
  static const std::regex name(R"([\w./-]+\.cc)");
  std::set<std::string> built;
  for (const File& file : files) {
    if (!file.path.ends_with("CMakeLists.txt")) continue;
    const std::string folder = file.path.substr(0, file.path.rfind('/') + 1);
    for (std::sregex_iterator it(file.text.begin(), file.text.end(), name), end; it != end; ++it) {
      built.insert(folder + it->str());
    }
  }
  return built;
}

/// The paths that an include may mean: from the includer's folder, from its top folder, from lib/
/// or from the top of the tree.
std::set<std::string> included_files(const std::vector<File>& files) {
  std::set<std::string> included;
  for (const File& file : files) {
    if (!is_cpp(file.path)) continue;
    for (const Include& include : includes_of(read_source(file.text))) {
      if (!include.quoted) continue;
      const std::string own_folder = file.path.substr(0, file.path.rfind('/') + 1);
      const std::string top_folder = std::string(before_slash(file.path)) + "/";
      for (const std::string& folder :
           {own_folder, top_folder, std::string("lib/"), std::string()}) {
        if (folder + include.path != file.path) included.insert(folder + include.path);
      }
    }
  }
  return included;
}

}  // namespace

std::vector<Violation> check_source(const File& file) { return Judge(file).run(); }

std::vector<Violation> check_tree(const std::vector<File>& files) {
  std::vector<Violation> violations;
  const std::set<std::string> built = built_files(files);
  const std::set<std::string> included = included_files(files);
  for (const File& file : files) {
    if (is_header(file.path) && !included.contains(file.path)) {
      violations.push_back({file.path, 1, "nobody includes it"});
    } else if (is_cpp(file.path) && !is_header(file.path) && !built.contains(file.path)) {
      violations.push_back({file.path, 1, "no CMakeLists.txt builds it"});
    }
  }
  return violations;
}

const Exceptions& length_exceptions() {
  static const Exceptions exceptions{
      {"lib/model/events.h", "one list: whoever reads it wants all of it"}};
  return exceptions;
}

std::vector<Violation> check_lengths(const std::vector<File>& files, const Exceptions& exceptions) {
  std::vector<Violation> violations;
  for (const File& file : files) {
    if (!is_cpp(file.path)) continue;
    const std::size_t lines_max = is_header(file.path) ? kHeaderLinesMax : kSourceLinesMax;
    const bool is_long = split_lines(file.text).size() > lines_max;
    const bool is_excepted = exceptions.contains(file.path);
    if (is_long && !is_excepted) {
      violations.push_back({file.path, static_cast<int>(lines_max) + 1,
                            "longer than " + std::to_string(lines_max) +
                                " lines: split it, or say why not (length_exceptions)"});
    } else if (!is_long && is_excepted) {
      violations.push_back({file.path, 1, "needs no exception any more (length_exceptions)"});
    }
  }
  return violations;
}

std::vector<Violation> check_machine_paths(const File& file) {
  // Put together here, so that this file names none itself.
  static const std::regex machine_path(
      "(^|[^\\w.*/-])(/(wo"
      "rk|ro"
      "ot)\\b|\\.\\./sha"
      "red\\b)");
  std::vector<Violation> violations;
  int number = 0;
  for (const std::string& line : split_lines(file.text)) {
    ++number;
    if (std::regex_search(line, machine_path)) {
      violations.push_back({file.path, number, "names a directory of one machine"});
    }
  }
  return violations;
}

std::string report(const std::vector<Violation>& violations) {
  std::string lines;
  for (const Violation& violation : violations) {
    lines +=
        violation.path + ":" + std::to_string(violation.line) + ": " + violation.message + "\n";
  }
  return lines;
}

}  // namespace wordstream::house
