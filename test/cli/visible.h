// Bytes as people can read them in a failed test's message.
#pragma once

#include <string>
#include <string_view>

namespace wordstream::cli {

/// Control bytes and bytes that are not ASCII as \n, \t, \xNN.
std::string visible(std::string_view bytes);

/// The same line by line, each indented; a last line without an end is marked.
std::string visible_lines(std::string_view bytes);

/// What to print when `seen` should have been `expected`: both, whole, control bytes visible.
std::string difference(const std::string& seen, const std::string& expected);
/// Fails the test, and goes on, where they differ.
void expect_equal(const std::string& seen, const std::string& expected);

}  // namespace wordstream::cli
