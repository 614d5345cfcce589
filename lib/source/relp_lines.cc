// How a RELP server takes the lines of a frame, with keys and without (relp_server.h).
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "source/relp_server.h"

namespace wordstream {
namespace {

std::shared_ptr<const ProducerPlace> durable_of(const std::shared_ptr<Producer>& producer) {
  return {producer, &producer->durable};
}

/// That it was taken: due when what is durable has come to `at`.
RelpAnswer done(const RelpFrame& frame, std::shared_ptr<const ProducerPlace> durable,
                ProducerPlace at) {
  return {frame.number, "200 OK", std::move(durable), at};
}

}  // namespace

/// What a frame has of whom. Nothing where that cannot be told: then it is refused.
std::optional<ProducerFrame> RelpServer::lines_of(RelpClient& client, const RelpFrame& frame,
                                                  SteadyTime now) {
  std::optional<RelpKey> key = relp_key_of(frame.data);
  std::uint64_t skipped = frame.skipped;
  if (key && frame.command == "cut") {
    const std::optional<std::uint64_t> size = take_relp_size(key->text);
    if (!size) key.reset();
    skipped += size.value_or(0);
  }
  if (!key || skipped > kRelpOffsetMax - key->offset) {
    ++totals_.without_key;
    refuse(client, now, event::LineWithoutKey{client.peer()});
    return std::nullopt;
  }
  // Behind one line stands the end of its frame, which is that of the line, too.
  const bool is_line = frame.command == "syslog";
  const bool has_end = is_line && frame.skipped == 0;
  if (is_line && frame.skipped != 0) ++skipped;
  return ProducerFrame{key->producer,
                       key->offset,
                       {key->text.data(), key->text.size() + (has_end ? 1 : 0)},
                       skipped};
}

bool RelpServer::take_keyed(RelpClient& client, const RelpFrame& frame, const ProducerFrame& line,
                            SteadyTime now, Block& block) {
  const bool is_cut = line.skipped != 0;
  if (!has_room(line.bytes, block)) return false;
  std::shared_ptr<Producer> producer = std::exchange(client.taking, nullptr);
  if (!producer) {
    const ProducerVerdict verdict = producers_.judge(line, client.token(), now);
    if (!accept(verdict, line, client, now)) return true;
    producer = verdict.producer;
    if (verdict.kind == ProducerVerdict::Kind::Repeated) {
      const ProducerPlace end{producer->place().generation, line.end()};
      client.owe(done(frame, durable_of(producer), end));
      return true;
    }
  }
  if (client.is_ours) producer->prover.know_no_more_heads();
  const std::uint64_t passed = producer->prover.place() - line.offset;
  framer_.start_at({producer->stream, producer->prover.place(), producer->at}, &producer->prover);
  const std::optional<Position::Place> place = frame_lines(line.bytes, passed, is_cut, block);
  if (!place) {
    producer->at = framer_.position().place;
    framer_.drop();
    client.taking = std::move(producer);
    return false;
  }
  producer->at = is_cut ? Position::Place::BehindLine : *place;
  if (is_cut) {
    producer->prover.skip(line.end() - producer->prover.place());
    block.mark_end(producer->position(), {});
  }
  client.owe(done(frame, durable_of(producer), producer->place()));
  return true;
}

/// A line end that a sender has put behind its text is that of the line.
bool RelpServer::take_unkeyed(RelpClient& client, const RelpFrame& frame, Block& block) {
  const bool is_cut = frame.skipped != 0;
  const bool has_end =
      !frame.data.empty() && (frame.data.back() == '\n' || frame.data.back() == '\r');
  const std::string_view bytes{frame.data.data(), frame.data.size() + (is_cut || has_end ? 0 : 1)};
  if (!has_room(bytes, block)) return false;
  auto& [at, frame_begin, durable] = client.unkeyed;
  if (!frame_begin) frame_begin = at.offset;
  framer_.start_at(at);
  if (!frame_lines(bytes, at.offset - *frame_begin, is_cut, block)) {
    at = framer_.position();
    framer_.drop();
    return false;
  }
  at.offset = *std::exchange(frame_begin, std::nullopt) + bytes.size() + frame.skipped;
  at.place = Position::Place::BehindLine;
  if (is_cut) block.mark_end(at, {});
  client.owe(done(frame, durable, {0, at.offset}));
  return true;
}

bool RelpServer::has_room(std::string_view bytes, Block& block) {
  if (block.empty()) block.reserve(bytes.size() + 1);
  return block.room().size() > bytes.size();
}

/// Gives the framer what is behind the first `passed` bytes, where it stands. Those of a frame that
/// was cut have no end; of others a line without one ends with the frame. Returns where they lead
/// to; nothing when the block must be handed on first.
std::optional<Position::Place> RelpServer::frame_lines(std::string_view bytes, std::uint64_t passed,
                                                       bool is_cut, Block& block) {
  const bool has_bytes = !bytes.empty();
  bytes.remove_prefix(std::min<std::uint64_t>(passed, bytes.size()));
  std::size_t size_before = block.lines().size();
  while (!bytes.empty()) {
    const std::span<char> room = framer_.room(block, bytes.size());
    if (room.empty()) return std::nullopt;
    size_before = block.lines().size();
    bytes.copy(room.data(), room.size());
    framer_.accept(block, room.size());
    bytes.remove_prefix(room.size());
  }
  Position::Place place = framer_.position().place;
  // One that is cut within a line was counted there.
  const bool is_cut_here = is_cut && has_bytes && place != Position::Place::InsideCutLine;
  if (framer_.unfinished_size() != 0) {
    place = Position::Place::InsideLine;
    const bool is_finished = framer_.finish(block);
    WS_CHECK(is_finished, "ending a line that a block has room for");
  } else if (!is_cut && block.lines().size() == size_before) {
    // No line tells of the end of what was passed over: nobody would be answered for it.
    block.mark_end(framer_.position(), {});
  }
  if (is_cut_here) block.note_cut();
  framer_.drop();
  return place;
}

}  // namespace wordstream
