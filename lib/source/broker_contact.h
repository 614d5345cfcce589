// Whether brokers are there for a source: told once when they go, once when they are back; and how
// long it waits for those that do not come, or do not let it in.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "model/events.h"
#include "runtime/patience.h"

namespace wordstream {

class BrokerContact {
 public:
  /// `name` is what people know them by. The observer outlives it.
  BrokerContact(std::string name, std::optional<Patience> patience, Observer& observer)
      : name_(std::move(name)), patience_(patience), observer_(observer) {}

  void reached();
  void away(const std::string& why);
  /// Fails with NotPermitted where none has let us in before, or none has for a minute: one that
  /// has may be being set up anew.
  Status refused(const std::string& why, SteadyTime now);

  /// What is read may not be, though brokers let us in. Fails where it was never read.
  Status unreadable(const std::string& why, SteadyTime now);
  /// Something was read.
  void was_read() {
    has_read_ = true;
    unreadable_since_.reset();
  }

  /// Fails with Unavailable when nobody has come within the time that was asked for; with
  /// NotPermitted when nothing may be read for a minute.
  Status check_patience(SteadyTime now) const;
  /// When that is to be called again; nothing: not for this.
  std::optional<SteadyTime> wake_at() const;

 private:
  Status not_permitted(const std::string& why) const;

  std::string name_;
  std::optional<Patience> patience_;
  Observer& observer_;
  bool has_connected_ = false;  // ever
  bool is_away_ = false;        // as was told
  std::string last_failure_;
  std::optional<SteadyTime> refused_since_;
  bool has_read_ = false;  // ever
  std::optional<SteadyTime> unreadable_since_;
};

}  // namespace wordstream
