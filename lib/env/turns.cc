#include "env/turns.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace wordstream {
namespace {

/// The kernel's struct sched_attr in its first version, which all that came later still take. Its
/// own header and the C library's get in each other's way.
struct Attributes {
  std::uint32_t size;
  std::uint32_t policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  std::uint64_t runtime;
  std::uint64_t deadline;
  std::uint64_t period;
};
static_assert(sizeof(Attributes) == 48);

/// The shortest turn that Linux knows, in nanoseconds. The usual one is of some milliseconds.
constexpr std::uint64_t kShortTurn = 100'000;

}  // namespace

// The C library has no functions for these before glibc 2.41. Who refuses does so for good reasons.
void ask_for_short_turns() {
  Attributes mine{};
  if (::syscall(SYS_sched_getattr, 0, &mine, sizeof mine, 0) != 0) return;
  if (mine.policy != SCHED_OTHER) return;
  mine.runtime = kShortTurn;
  ::syscall(SYS_sched_setattr, 0, &mine, 0);
}

}  // namespace wordstream
