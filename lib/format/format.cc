#include "format/format.h"

#include <algorithm>
#include <utility>

#include "format/print_format.h"
#include "format/rows_format.h"

namespace wordstream {
namespace {

constexpr std::pair<FormatKind, std::string_view> kNames[] = {{FormatKind::Print, "print"},
                                                              {FormatKind::Python, "python"},
                                                              {FormatKind::Tsv, "tsv"},
                                                              {FormatKind::Csv, "csv"},
                                                              {FormatKind::Json, "json"}};

class ChangingFormat final : public Format {
 public:
  ChangingFormat(const FormatOptions& before, std::uint64_t through, const FormatOptions& now)
      : current_(make_format(before)), through_(through), now_(now) {}

  void append(const Emission& emission, std::string& out) override {
    if (!has_changed_ && emission.batch > through_) {
      current_ = make_format(now_);
      has_changed_ = true;
    }
    const std::size_t size_before = out.size();
    current_->append(emission, out);
    if (out.size() != size_before) now_.with_header = false;
  }

 private:
  std::unique_ptr<Format> current_;
  std::uint64_t through_;
  FormatOptions now_;
  bool has_changed_ = false;
};

}  // namespace

std::string_view to_text(FormatKind kind) {
  return std::ranges::find(kNames, kind, &std::pair<FormatKind, std::string_view>::first)->second;
}

std::optional<FormatKind> format_named(std::string_view name) {
  for (const auto& [kind, its_name] : kNames) {
    if (its_name == name) return kind;
  }
  return std::nullopt;
}

std::unique_ptr<Format> make_format(const FormatOptions& options) {
  switch (options.kind) {
    case FormatKind::Print:
      return std::make_unique<PrintFormat>(options);
    case FormatKind::Python:
      return std::make_unique<PythonFormat>(options);
    case FormatKind::Csv:
      return std::make_unique<CsvFormat>(options);
    case FormatKind::Tsv:
    case FormatKind::Json:
      break;
  }
  return std::make_unique<LineFormat>(options);
}

std::unique_ptr<Format> make_changing_format(const FormatOptions& before, std::uint64_t through,
                                             const FormatOptions& now) {
  return std::make_unique<ChangingFormat>(before, through, now);
}

}  // namespace wordstream
