#include "engine/job.h"

#include <fmt/format.h>

#include <string_view>
#include <variant>

#include "base/units.h"

namespace wordstream {
namespace {

struct FoldText {
  std::string operator()(PerBatch) const { return ""; }
  std::string operator()(const WindowShape& shape) const {
    return fmt::format(" window={} slide={}", to_text(shape.length), to_text(shape.slide));
  }
  std::string operator()(const Totals& totals) const {
    return totals.idle_after ? fmt::format(" total idle-after={}", to_text(*totals.idle_after))
                             : " total";
  }
};

std::string_view name_of(SplitMode split) {
  switch (split) {
    case SplitMode::Space:
      return "space";
    case SplitMode::Python:
      return "python";
    case SplitMode::Whitespace:
      break;
  }
  return "whitespace";
}

}  // namespace

std::string job_fingerprint(const Config& config, const Files& files) {
  return fmt::format("source={} batch={}{} split={}{} max-line={}",
                     config.source->fingerprint(files), to_text(config.batch),
                     std::visit(FoldText(), config.fold), name_of(config.split),
                     config.lower ? " lower" : "", size_to_text(config.line_bytes_max));
}

}  // namespace wordstream
