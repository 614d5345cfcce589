#include "env/libpq.h"

#include <dlfcn.h>

#include "env/dlopen_note.h"

namespace wordstream {
namespace {

WS_DLOPEN_NOTE("postgresql", "Writes to PostgreSQL", "libpq.so.5");

Libpq load() {
  Libpq library;
  void* const handle = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    library.missing = dlerror();
    return library;
  }
#define WS_LOAD(name)                                                            \
  library.name = reinterpret_cast<decltype(library.name)>(dlsym(handle, #name)); \
  if (library.name == nullptr) library.missing = "libpq.so.5 has no " #name;
  WS_LIBPQ(WS_LOAD)
#undef WS_LOAD
  return library;
}

}  // namespace

const Libpq& libpq() {
  static const Libpq library = load();
  return library;
}

}  // namespace wordstream
