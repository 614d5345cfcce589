#include "env/librdkafka.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <string_view>

#include "env/dlopen_note.h"

namespace wordstream {
namespace {

#define WS_SONAME "librdkafka.so.1"
WS_DLOPEN_NOTE("kafka", "Reads from Kafka, and writes to it", WS_SONAME);

/// Older ones were never tried.
constexpr int kVersionMin = 0x02000000;
constexpr std::string_view kAdvice = "apt-get install librdkafka1";

Librdkafka load() {
  Librdkafka library;
  void* const handle = dlopen(WS_SONAME, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    library.missing = fmt::format("librdkafka cannot be loaded ({}): {}", dlerror(), kAdvice);
    return library;
  }
  std::string unknown;
#define WS_LOAD(name)                                                            \
  library.name = reinterpret_cast<decltype(library.name)>(dlsym(handle, #name)); \
  if (library.name == nullptr) unknown = #name;
  WS_LIBRDKAFKA(WS_LOAD)
#undef WS_LOAD
  const bool has_version = library.rd_kafka_version != nullptr;
  if (!unknown.empty() || library.rd_kafka_version() < kVersionMin) {
    library.missing = fmt::format("librdkafka {} is too old, 2.0 is needed: {}",
                                  has_version ? library.rd_kafka_version_str() : "", kAdvice);
  }
  return library;
}

}  // namespace

const Librdkafka& librdkafka() {
  // Never destroyed: its threads may outlive main().
  static const Librdkafka& library = *new Librdkafka(load());
  return library;
}

}  // namespace wordstream
