#include "env/permissions.h"

#include <sys/stat.h>

namespace wordstream {

bool others_may_read(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && (info.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

}  // namespace wordstream
