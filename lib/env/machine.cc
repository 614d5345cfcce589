#include "env/machine.h"

#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace wordstream {
namespace {

constexpr const char* kGroups = "/sys/fs/cgroup";

/// The smallest limit in a file called `name` in `group` below `root`, and in the groups around it.
std::uint64_t smallest_limit(const std::filesystem::path& root, const std::string& group,
                             const char* name) {
  std::uint64_t smallest = UINT64_MAX;
  for (std::filesystem::path path = root / std::filesystem::path(group).relative_path();;
       path = path.parent_path()) {
    std::uint64_t limit = 0;
    // A group without a limit says "max", which is no number.
    if (std::ifstream(path / name) >> limit) smallest = std::min(smallest, limit);
    if (path == root || !path.has_relative_path()) return smallest;
  }
}

/// Lines of /proc/self/cgroup are "0::GROUP" for v2, "N:CONTROLLERS:GROUP" for v1.
std::uint64_t group_limit() {
  std::uint64_t smallest = UINT64_MAX;
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string group = line.substr(second + 1);
    if (controllers == ",,") {
      smallest = std::min(smallest, smallest_limit(kGroups, group, "memory.max"));
    } else if (controllers.find(",memory,") != std::string::npos) {
      const std::filesystem::path root = std::filesystem::path(kGroups) / "memory";
      smallest = std::min(smallest, smallest_limit(root, group, "memory.limit_in_bytes"));
    }
  }
  return smallest;
}

/// Where a container does not let sysinfo through. The first line is "MemTotal: N kB".
std::uint64_t memory_by_proc() {
  std::ifstream memory("/proc/meminfo");
  std::string name;
  std::uint64_t kibibytes = 0;
  return memory >> name >> kibibytes ? kibibytes * 1024 : UINT64_MAX;
}

}  // namespace

std::size_t processor_count() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

std::uint64_t memory_bytes() {
  struct sysinfo machine {};
  const bool is_known = ::sysinfo(&machine) == 0;
  const std::uint64_t all = is_known ? machine.totalram * machine.mem_unit : memory_by_proc();
  return std::min(all, group_limit());
}

std::uint64_t descriptor_count_max() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : UINT64_MAX;
}

// A line of /proc/self/status is "Threads:\tN".
std::size_t thread_count() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("Threads:")) return std::stoul(line.substr(line.find('\t')));
  }
  return 0;
}

ProcessName process_name() {
  std::array<char, 256> host{};
  // One that does not fit has no end.
  if (::gethostname(host.data(), host.size() - 1) != 0) return {"", ::getpid()};
  return {host.data(), ::getpid()};
}

std::string own_path() {
  std::array<char, 4096> path;  // no path is longer
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  return size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : "";
}

}  // namespace wordstream
