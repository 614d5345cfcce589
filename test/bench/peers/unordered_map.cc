// A peer: the standard library's map.
#include <cstdint>
#include <string>
#include <unordered_map>

#include "map_loop.h"

int main() { return count_stdin<std::unordered_map<std::string, std::uint64_t>>(); }
