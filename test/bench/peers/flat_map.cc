// A peer: Boost's map with open addressing.
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>

#include "map_loop.h"

int main() { return count_stdin<boost::unordered_flat_map<std::string, std::uint64_t>>(); }
