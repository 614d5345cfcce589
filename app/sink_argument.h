// Where counts go, as it is typed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "engine/config.h"
#include "env/files.h"

namespace wordstream {

/// How many rows to show: a number from 1 up, or "all".
Result<std::size_t> parse_row_count(std::string_view text);

/// How counts are shown: in a format, or as a picture that is drawn again and again.
struct Picture {};
using Display = std::variant<FormatKind, Picture>;

/// The name of a format, or "live".
Result<Display> parse_display(std::string_view text);

/// One --sink. What it leaves open, --format and --top decide.
struct TypedSink {
  std::string text;
  ChosenTarget target;
  std::optional<Display> display;  ///< its own, or that of its extension
  std::optional<std::size_t> top;
};

/// stdout, a path, file:PATH or sqlite:PATH, and ?format=F&top=N behind it. The last ? begins that,
/// so that a name with a ? in it needs one more at its end.
Result<TypedSink> parse_sink(std::string_view text);

/// Everything that is shown or written, and where.
struct Outputs {
  std::vector<SinkChoice> sinks;
  std::optional<LiveChoice> live;
};

/// The outputs in all their parts; standard output where none was typed. `display` and `top` are
/// those of --format and --top.
Result<Outputs> choose_outputs(const std::vector<TypedSink>& typed, std::optional<Display> display,
                               std::optional<std::size_t> top);

/// No two sinks may be one place, and none the file that is read, by whatever names. All of these
/// fail with InvalidArgument and say what would be right.
Status check_places(const Config& config, Files& files);

/// "stdout, PATH or file:PATH (.tsv, .csv, .json tell the format), sqlite:PATH".
std::string sinks_help();

}  // namespace wordstream
