// A stream of lines on its way to another wordstream, where it is a producer: under a name that it
// keeps, whatever its own becomes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "model/positions.h"
#include "source/relp_place.h"

namespace wordstream {

/// What a journal has of a flow beside its position.
struct FlowName {
  std::string base;              ///< "web1:/var/log/app.log:1234:5678"
  std::uint64_t generation = 1;  ///< what the stream is of was truncated or rewritten so often
  /// Nothing before it was sent under this name.
  std::uint64_t first = 0;
  /// Of the other side, as far as it is known: another one has nothing of what was answered.
  std::string journal = {};

  /// The producer's: "…", then "…#2".
  std::string text() const;
};

struct Flow {
  std::shared_ptr<const Stream> stream;  ///< null for what has no positions: a pipe
  FlowName name;
  std::string path = {};    ///< as it was named; empty for a pipe
  std::uint64_t next = 0;   ///< what is read of it next stands there
  std::uint64_t began = 0;  ///< Origin::began: another one is another text
  /// The other side has all before it, so that it need not be sent.
  std::uint64_t there = 0;
  enum class Known {
    No,     ///< it is to be asked how far the other side has it
    Asked,  ///< it was
    Yes
  };
  Known known = Known::No;
  /// What it had under this name when this process first asked stands in the stream: what was read
  /// since goes on from there.
  bool is_proved = false;
  /// What the other side has said.
  RelpPlace place = {};
  /// Whether the journal has its name, so that another process knows what it may be known by.
  enum class Noted {
    No,
    Alone,  ///< not with the stream's position yet, which comes there later
    WithPosition
  };
  Noted noted = Noted::No;
  /// Where it stood first, while it has not moved from there.
  std::optional<Position> beginning = {};
  /// It stood there when the job began, and is to be sent all the same.
  bool is_taken_up = false;
};

/// A position as the journal of a sender has it: its proof says the name, too.
Position with_name(Position position, const FlowName& name);
/// Takes the name off. Nothing where there is none.
std::optional<FlowName> take_name(Position& position);

/// A name alone, as the journal has it from before something is sent under it until a position
/// has it, or no stream. It looks like a position, whose stream is none of the source's.
Position name_alone(const FlowName& name);
bool is_name_alone(const Stream& stream);

/// Stands in a journal that is new until it is known what the other side has: it may be so because
/// the one before is lost. A position of the same kind.
Position newness();

}  // namespace wordstream
