#include "sink/format.h"

#include "base/check.h"
#include "sink/json_format.h"
#include "sink/print_format.h"
#include "sink/rows_format.h"

namespace wordstream {

std::unique_ptr<Format> make_format(const FormatOptions& options) {
  switch (options.kind) {
    case FormatKind::Print:
      return std::make_unique<PrintFormat>(options);
    case FormatKind::Python:
      return std::make_unique<PythonFormat>(options);
    case FormatKind::Tsv:
      return std::make_unique<TsvFormat>(options);
    case FormatKind::Csv:
      return std::make_unique<CsvFormat>(options);
    case FormatKind::Json:
      return std::make_unique<JsonFormat>(options);
    case FormatKind::Live:
      break;
  }
  WS_CHECK(false, "making a format");
}

}  // namespace wordstream
