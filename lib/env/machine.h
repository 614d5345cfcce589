// The door to the machine: how much of it there is for this process, and what both are called.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace wordstream {

/// How many threads can run at the same time; at least 1.
std::size_t processor_count();

/// How many bytes of memory the machine has, or as many as the control groups of this process allow
/// where that is less. Sources: the kernel's documentation of memory.max (cgroup v2) and
/// memory.limit_in_bytes (v1).
std::uint64_t memory_bytes();

/// How many descriptors this process may have open at a time.
std::uint64_t descriptor_count_max();

/// How many threads this process has now; 0 where that is not known.
std::size_t thread_count();

/// What tells this process from all others, for people.
struct ProcessName {
  std::string host;
  std::int64_t pid = 0;
};
ProcessName process_name();

/// Where the program stands that runs; empty where the kernel does not say.
std::string own_path();

}  // namespace wordstream
