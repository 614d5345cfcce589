#include "engine/job.h"

#include <fmt/format.h>

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

}  // namespace

std::string job_fingerprint(const Config& config, const Files& files) {
  return fmt::format("source={} batch={}{}{} max-line={}", config.source->fingerprint(files),
                     to_text(config.batch), std::visit(FoldText(), config.fold),
                     key_fingerprint(config.keys), size_to_text(config.line_bytes_max));
}

}  // namespace wordstream
