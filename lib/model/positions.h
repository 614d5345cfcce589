// Where a source can resume reading: a place in each of its streams. Durable: the journal keeps it.
//
// A stream is a run of bytes with an order of its own: a file, a partition, what one producer
// sends. Its name, and what a position has beside the offset, are bytes that only the source reads
// which has made them; nobody else compares or shows them. For people a stream has a title.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace wordstream {

struct Stream {
  std::string name;   ///< tells it from all others of its source, over restarts too; never empty
  std::string title;  ///< for people: "/var/log/app.log"; empty where nobody has given it one
};

/// What people call a stream: its title, or its name in hexadecimal digits.
std::string title_of(const Stream& stream);

/// A place in one stream.
struct Position {
  /// What kind of place the offset is. The numbers are in journals: never renumber.
  enum class Place : std::uint8_t {
    BehindLine = 0,     ///< behind a line and its end
    BehindCr = 1,       ///< the same, and a LF that comes next still belongs to that end
    InsideLine = 2,     ///< behind a last line without an end, which was counted as it was
    InsideCutLine = 3,  ///< within a line that was too long: what is left of it is skipped
    AtRecord = 4,       ///< the number of the record that is next; the proof says how far in it
    BehindCutCr = 5  ///< behind a CR whose line is left out, or its end: so is a LF that comes next
  };

  std::shared_ptr<const Stream> stream;  ///< never null where there is a position
  std::uint64_t offset = 0;  ///< in that stream: of files in bytes, of topics in messages
  Place place = Place::BehindLine;
  std::string proof = {};  ///< the source's own: how it knows the place again; a few dozen bytes
};

/// What a source knows of a stream up to a place: it makes the proofs of the places as they come.
class Prover {
 public:
  virtual ~Prover() = default;
  /// Goes on behind `bytes`, which are next in the stream.
  virtual void add(std::string_view bytes) = 0;
  /// Of the place where it stands, as Position::proof.
  virtual std::string proof() const = 0;
  /// Another one that stands there. Safe from any thread while nobody adds to this one.
  virtual std::unique_ptr<Prover> copy() const = 0;
};

/// Knows the places within lines of one stream that were taken together, where their bytes do not
/// tell them: those of records. It never changes.
class Places {
 public:
  virtual ~Places() = default;
  /// Behind the first `size` bytes of these lines. Requires: a line ends there.
  virtual Position at(std::size_t size) const = 0;
};

/// The same place of the same stream, whoever holds the stream's name. Requires: both have one.
inline bool operator==(const Position& one, const Position& other) {
  return one.stream->name == other.stream->name && one.offset == other.offset &&
         one.place == other.place && one.proof == other.proof;
}

/// A position a stream: of all streams of a run, or of those that have moved, which is a change. In
/// a change a stream may also be over: nothing of it is ever read again, and it is forgotten.
class Positions {
 public:
  /// By the streams' names; nothing for a stream that is over.
  using ByName = std::map<std::string, std::optional<Position>, std::less<>>;

  Positions() = default;
  /// Of one stream.
  explicit Positions(Position position) { set(std::move(position)); }

  bool empty() const { return by_name_.empty(); }
  const ByName& by_name() const { return by_name_; }
  /// Null where the stream is not known, or over.
  const Position* find(const std::string& name) const;

  void set(Position position);
  void set_over(const Stream& stream) { by_name_[stream.name].reset(); }

  /// `later` has come after this change: both as one.
  void merge(const Positions& later);
  /// Makes of all positions those after `change`: the streams that are over are gone.
  void apply(const Positions& change);

  friend bool operator==(const Positions&, const Positions&) = default;

 private:
  ByName by_name_;
};

/// A line for each stream: the offset, a tab, and what people call it, in characters that can be
/// shown (text/visible.h).
std::string to_text(const Positions& positions);

}  // namespace wordstream
