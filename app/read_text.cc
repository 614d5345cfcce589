#include "app/read_text.h"

#include <fmt/format.h>

#include <vector>

#include "base/units.h"

namespace wordstream {

Result<std::string> read_text(const std::string& path, std::size_t bytes_max, Files& files) {
  const Result<std::unique_ptr<File>> file = files.open(path);
  if (!file) return fail(file);
  std::string text;
  std::vector<char> piece(64 * 1024);
  while (true) {
    const Result<Read> read = (*file)->read(piece);
    if (!read) return fail(read);
    if (read->state != Read::State::Data) return text;
    text.append(piece.data(), read->bytes);
    if (text.size() > bytes_max) {
      return fail(ErrorCode::InvalidArgument,
                  fmt::format("{} has more than {}", path, size_to_text(bytes_max)));
    }
  }
}

}  // namespace wordstream
