// The flows of a run by the names that their streams have now, and who each of them is for the
// other side: a name once given stays with what was read, wherever that stands by now, and is never
// given to anything else.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/block.h"
#include "model/positions.h"
#include "send/flow.h"
#include "source/source.h"

namespace wordstream {

/// How producers are called.
struct FlowNaming {
  std::string host = {};     ///< of this machine, in front of the paths of files
  std::string name = {};     ///< in place of host and path; empty: those
  std::string pipe_id = {};  ///< drawn by chance
};

class FlowBook {
 public:
  using ByStream = std::map<std::string, std::shared_ptr<Flow>>;

  /// The source outlives it.
  FlowBook(Source& source, FlowNaming naming);

  /// Meets what the source begins with. `in_journal`: what an earlier run has left, with names.
  /// Returns what this one leaves there.
  Positions begin(const Positions& in_journal);

  const ByStream& all() const { return flows_; }
  /// Names under which something may have been sent that no stream has: what they were of may
  /// stand elsewhere.
  const std::vector<std::shared_ptr<Flow>>& gone() const { return gone_; }
  bool is_current(const std::shared_ptr<Flow>& flow) const;
  std::string owner_of(const std::string& path) const;

  /// Whose a piece is, that begins at an offset: of a flow that stands there or before it, or of a
  /// new one, or of a new text in the place of the one before.
  std::shared_ptr<Flow> flow_of(const Block::Piece& piece, std::uint64_t begin);
  void rename(const std::vector<StreamRenamed>& renamed);
  /// The stream is over. Returns its flow; null where there is none.
  std::shared_ptr<Flow> forget(const std::string& stream);
  /// What was of a flow may stand elsewhere.
  void note_gone(std::shared_ptr<Flow> flow) { gone_.push_back(std::move(flow)); }
  /// It gets a name that nothing was sent under, from here on.
  void renew(Flow& flow, std::uint64_t first);

 private:
  /// As a journal has it.
  using Before = std::pair<FlowName, Position>;

  std::shared_ptr<Flow> make(const Position& position, const Before* before);
  void note_used(const FlowName& name);
  void note_gone(const FlowName& name);
  void note_older(std::set<std::string>& in_use);

  Source& source_;
  FlowNaming naming_;
  ByStream flows_;
  std::shared_ptr<Flow> pipe_ = std::make_shared<Flow>();
  std::map<std::string, std::uint64_t> generations_;  // the last, by the bases of names
  std::vector<std::shared_ptr<Flow>> gone_;
};

}  // namespace wordstream
