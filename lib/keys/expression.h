// A regular expression of RE2: it takes time in proportion to the text, whatever either is.
#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <string>

namespace wordstream {

/// UTF-8, leftmost-first. It may take `bytes_max`, of memory for what it has seen of texts, too.
/// Whether it is one says ok().
std::unique_ptr<RE2> compile_expression(const std::string& expression, std::size_t bytes_max);

inline re2::StringPiece to_piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace wordstream
