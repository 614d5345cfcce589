// The table of what is open in a world, as a kernel keeps it: small numbers, the lowest free one
// given first, so that a number soon means something else. It knows what each is ready for.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>

namespace wordstream::sim {

/// What something is ready for at this moment.
struct Readiness {
  bool readable = false;
  bool writable = false;
  bool hung_up = false;
};

/// Asked whenever a poller looks. Nothing for what never blocks and so cannot be waited for.
using ReadinessOf = std::function<std::optional<Readiness>()>;

class Handles {
 public:
  /// One open thing. Its number is free again when this is gone.
  class Entry {
   public:
    Entry(Handles& handles, ReadinessOf readiness);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    int number() const { return number_; }

   private:
    Handles& handles_;
    int number_;
  };

  std::optional<Readiness> readiness(int number) const;

  /// A poller begins to watch, and leaves off. What is watched must not be closed: kernels forgive
  /// that, the contract of Poller::watch does not.
  void hold(int number);
  void release(int number);

  /// How many are open: the check for leaks.
  std::size_t open_count() const { return open_.size(); }

 private:
  struct Open {
    ReadinessOf readiness;
    int watcher_count = 0;
  };
  const Open& at(int number) const;

  std::map<int, Open> open_;
};

}  // namespace wordstream::sim
