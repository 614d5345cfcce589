// Whatever stands in a file of settings, it is refused in one line, or what is read of it is read
// again as the same when it is written.
//   input: the file
#include "text/settings.h"

#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fuzz/target.h"

namespace wordstream {
namespace {

std::string written(const std::vector<Setting>& settings) {
  std::string toml;
  for (const Setting& setting : settings) {
    toml += as_toml(setting.name) + " = [";
    for (const std::string& value : setting.values) toml += as_toml(value) + ",";
    toml += "]\n";
  }
  return toml;
}

void run(std::string_view input) {
  // Arrays in arrays may be as deep as the parser lets them.
  const Result<std::vector<Setting>> settings = parse_settings(input);
  if (!settings) {
    WS_CHECK(settings.error().message.starts_with("line "), "saying where it is wrong");
    WS_CHECK(settings.error().message.find('\n') == std::string::npos, "saying it in a line");
    return;
  }
  const Result<std::vector<Setting>> again = parse_settings(written(*settings));
  WS_CHECK(again.has_value() && again->size() == settings->size(), "reading what was written");
  for (std::size_t i = 0; i < settings->size(); ++i) {
    WS_CHECK((*again)[i].name == (*settings)[i].name, "reading a name");
    WS_CHECK((*again)[i].values == (*settings)[i].values, "reading values");
  }
}

std::vector<std::string> seeds() {
  return {"batch = '1s'\nport = 9999\nlower = true\n",
          "sink = [\"stdout\", 'a b.tsv?top=3', \"\"\"\nx\"\"\"]\n",
          "# c\n\"a b\" = 0x1F\nx.y = 1\n[t]\nd = 2026-11-30T10:00:00Z\n",
          "a = [[[[1]]], {b = 1.5e3}]\nm = \"\\u00e9\\n\"\n"};
}

}  // namespace

const FuzzTarget kSettingsFuzz{&run, &seeds};

}  // namespace wordstream
