#include "send/flow_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/digest.h"
#include "source/relp_frame.h"

namespace wordstream {
namespace {

/// So many generations of a name are asked for.
constexpr std::uint64_t kOlderMax = 8;

/// The number of a generation stands behind it.
constexpr std::size_t kNameBytesMax = kRelpProducerBytesMax - 32;

/// A name ends before the first '@' behind which digits stand.
std::string without_at(std::string text) {
  for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at)) {
    text.replace(at, 1, "%40");
  }
  return text;
}

/// What has the new name already stands nowhere any more.
template <typename T>
void rename_keys(std::map<std::string, T>& by_name, const std::vector<StreamRenamed>& renamed) {
  for (const StreamRenamed& each : renamed) {
    auto moved = by_name.extract(each.from);
    if (moved.empty()) continue;
    moved.key() = each.to;
    by_name.erase(each.to);
    by_name.insert(std::move(moved));
  }
}

}  // namespace

FlowBook::FlowBook(Source& source, FlowNaming naming)
    : source_(source), naming_(std::move(naming)) {
  pipe_->name.base = owner_of("stdin") + ":" + naming_.pipe_id;
}

std::string FlowBook::owner_of(const std::string& path) const {
  return without_at(naming_.name.empty() ? naming_.host + ":" + path : naming_.name);
}

Positions FlowBook::begin(const Positions& in_journal) {
  std::map<std::string, Before> known;
  std::map<std::string, FlowName> gone;
  for (const auto& [name, position] : in_journal.by_name()) {
    Position place = *position;
    std::optional<FlowName> flow_name = take_name(place);
    WS_CHECK(flow_name.has_value(), "opening with what has a name");
    note_used(*flow_name);
    if (is_name_alone(*place.stream)) {
      gone.emplace(flow_name->text(), std::move(*flow_name));
      continue;
    }
    known.emplace(name, Before(std::move(*flow_name), std::move(place)));
  }
  rename_keys(known, source_.take_renamed());
  const Positions places = source_.beginning();
  Positions beginning;
  std::set<std::string> in_use;
  for (const auto& [name, position] : places.by_name()) {
    const auto before = known.extract(name);
    const auto flow = make(*position, before.empty() ? nullptr : &before.mapped());
    flow->noted = Flow::Noted::WithPosition;
    in_use.insert(flow->name.text());
    beginning.set(with_name(*position, flow->name));
  }
  for (const auto& [name, before] : known) gone.emplace(before.first.text(), before.first);
  // What stands elsewhere by now is known there alone.
  for (const auto& [name, position] : in_journal.by_name()) {
    const bool is_over = !is_name_alone(*position->stream) && beginning.find(name) == nullptr;
    if (is_over) beginning.set_over(*position->stream);
  }
  for (const auto& [text, name] : gone) {
    const bool is_gone = in_use.insert(text).second;
    if (is_gone) note_gone(name);
    is_gone ? beginning.set(name_alone(name)) : beginning.set_over(*name_alone(name).stream);
  }
  note_older(in_use);
  return beginning;
}

/// `before`: null where the journal does not know it.
std::shared_ptr<Flow> FlowBook::make(const Position& position, const Before* before) {
  auto flow = std::make_shared<Flow>();
  flow->stream = position.stream;
  flow->next = position.offset;
  const std::optional<Origin> origin = source_.origin(position);
  flow->began = origin ? origin->began : position.offset;
  if (origin) flow->path = origin->path;
  if (before != nullptr) {
    flow->name = before->first;
    const std::optional<Origin> was = source_.origin(before->second);
    // It was truncated or rewritten since.
    if (position.offset < before->second.offset || (was && was->began != flow->began)) {
      note_gone(flow->name);
      renew(*flow, position.offset);
    }
  } else {
    const std::string path = origin ? origin->path : title_of(*position.stream);
    const std::string id = origin ? origin->id : naming_.pipe_id;
    flow->name.base = owner_of(path) + ":" + id;
    // A path may be longer than a name.
    if (flow->name.base.size() > kNameBytesMax) {
      const std::string short_path = fmt::format("{:02x}", fmt::join(digest(path).bytes, ""));
      flow->name.base = owner_of(short_path) + ":" + id;
    }
    renew(*flow, position.offset);
  }
  return flows_[position.stream->name] = flow;
}

void FlowBook::renew(Flow& flow, std::uint64_t first) {
  flow.name.generation = generations_[flow.name.base] + 1;
  flow.name.first = first;
  note_used(flow.name);
}

void FlowBook::note_used(const FlowName& name) {
  std::uint64_t& last = generations_[name.base];
  last = std::max(last, name.generation);
}

/// What was of an earlier generation may have gone elsewhere before that was written down.
void FlowBook::note_older(std::set<std::string>& in_use) {
  for (const auto& [base, last] : generations_) {
    for (std::uint64_t back = 1; back < std::min(last, kOlderMax); ++back) {
      const FlowName older{.base = base, .generation = last - back};
      if (in_use.insert(older.text()).second) note_gone(older);
    }
  }
}

void FlowBook::note_gone(const FlowName& name) {
  const auto flow = std::make_shared<Flow>();
  flow->name = name;
  note_gone(flow);
}

void FlowBook::rename(const std::vector<StreamRenamed>& renamed) { rename_keys(flows_, renamed); }

std::shared_ptr<Flow> FlowBook::forget(const std::string& stream) {
  const auto flow = flows_.extract(stream);
  return flow.empty() ? nullptr : flow.mapped();
}

bool FlowBook::is_current(const std::shared_ptr<Flow>& flow) const {
  const auto current = flow->stream ? flows_.find(flow->stream->name) : flows_.end();
  return current != flows_.end() && current->second == flow;
}

std::shared_ptr<Flow> FlowBook::flow_of(const Block::Piece& piece, std::uint64_t begin) {
  if (piece.position == nullptr) return pipe_;
  const Position& position = *piece.position;
  const auto found = flows_.find(position.stream->name);
  if (found == flows_.end()) {
    std::shared_ptr<Flow> flow = make(position, nullptr);
    flow->next = flow->name.first = begin;
    if (position.offset == begin) flow->beginning = position;
    return flow;
  }
  const std::shared_ptr<Flow>& flow = found->second;
  flow->stream = position.stream;
  const std::optional<Origin> origin = source_.origin(position);
  const bool is_other = origin && origin->began != flow->began;
  const bool is_move = piece.bytes.empty() && piece.left_out == 0;
  if (begin >= flow->next && (is_move || !is_other)) return flow;
  // It was truncated or rewritten: it is another text from here on.
  const std::shared_ptr<Flow> anew = std::make_shared<Flow>();
  anew->stream = position.stream;
  anew->name.base = flow->name.base;
  anew->path = flow->path;
  anew->began = origin ? origin->began : begin;
  anew->next = begin;
  renew(*anew, begin);
  return found->second = anew;
}

}  // namespace wordstream
