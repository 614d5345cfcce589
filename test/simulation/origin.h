// Where lines come from in a simulated run: one kind of origin for each kind of source.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulation/auditor.h"
#include "simulation/stage.h"

namespace wordstream::simulation {

/// What the program said and did, as far as it decides what its input counts for.
struct Ending {
  bool was_stopped_at_random = false;
};

class Origin {
 public:
  virtual ~Origin() = default;
  /// Chooses the source and plans what will happen.
  virtual void begin() = 0;
  /// What the program has read.
  virtual std::vector<Stretch> stretches(const Ending& ending) const = 0;
  /// After a run that was left alone until all was quiet: what the program should have read and
  /// has not; nothing when there is no such thing.
  virtual std::optional<std::string> unread() const = 0;
};

enum class OriginKind { Server, Clients, Stream, File };

std::unique_ptr<Origin> make_origin(OriginKind kind, Stage& stage);

}  // namespace wordstream::simulation
